import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import { connectionOf, PageArgs } from '../shared/connections.js';
import { defineEnum } from '../shared/enums.js';
import { Node } from '../shared/node-id.js';

export const SearchKind = defineEnum('SearchKind', 'Kinds of things that `search` finds, and the names they are found by besides their code.', {
  UNIT: 'A unit: by name, English name and aliases.',
  CAMPAIGN: 'A campaign: by name, English name and aliases.',
  AWARD: 'An award: by title, form in Vietnamese and achievement.',
  PRACTICE_MODEL: 'A practice model: by name.',
  INITIATIVE: 'An initiative: by title and summary, a secret one too.',
  EVENT: 'An event: by name and edition.',
  DOCUMENT: 'A document: by title and number.',
  PERSON: 'A person: by name, also as it was printed.',
});
export type SearchKind = keyof typeof SearchKind;

@ObjectType({ description: 'A thing that a search has found.' })
export class SearchResult {
  /** Where it stands among the others, as its cursor carries it. */
  place!: string;

  @Field(() => SearchKind, { description: 'What it is.' })
  kind!: SearchKind;

  @Field(() => Int, {
    description:
      'How well it fits: 7 its name or code is the text, 6 another of its names is, 5 its name begins with the text, 4 its name ends with the words, 3 it has the words side by side, 2 it has words that begin so, in their order, 1 it has such words. Words are compared without regard to case, accents and punctuation.',
  })
  score!: number;

  @Field(() => Node, { description: 'The thing itself.' })
  thing!: object;

  @Field(() => String, { description: 'Which of its names, or its code, has what was looked for; its name where several do together.' })
  matched!: string;
}

export const SearchResultConnection = connectionOf(() => SearchResult, 'SearchResult', 'things found');

@ArgsType()
export class SearchArgs extends PageArgs {
  @Field(() => String, {
    description:
      'What to look for, at most 100 characters, else BAD_USER_INPUT. Every word must occur as the beginning of a word: `phuc tho` finds Phúc Thọ, `hoá` equals `hóa`, `dong da` finds Đống Đa, `sang kien` finds “sáng kiến”. A text without letters and digits finds nothing.',
  })
  text!: string;

  @Field(() => [SearchKind], { nullable: true, description: 'Among which kinds; all where left out.' })
  in?: SearchKind[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Code of a unit: only it and what lies beneath it in today’s tree, and what they keep, or launched. A code that is unknown, or of a unit that the caller does not see, finds nothing.',
  })
  within?: string | null;
}
