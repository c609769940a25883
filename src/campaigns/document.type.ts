import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import { Annotated, AnnotatedInput } from '../shared/annotated.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar } from '../shared/scalars.js';
import { DatePrecision } from './campaign.type.js';

export const DocumentKind = defineEnum('DocumentKind', 'What a document is.', {
  RESOLUTION: 'Resolution (nghị quyết).',
  PLAN: 'Plan (kế hoạch, chương trình hành động).',
  GUIDANCE: 'Guidance (hướng dẫn, công văn).',
  REGULATION: 'Regulation (quy chế, quy định, quyết định).',
  LAW: 'Law, decree or circular of the state.',
  REPORT: 'Report (báo cáo).',
  OTHER: 'None of the others.',
});
export type DocumentKind = keyof typeof DocumentKind;

/** What a document is to a campaign: what that rests on, or what says how it is carried out. */
export type DocumentRole = 'BASIS' | 'GUIDANCE';

@ObjectType({ implements: Node, description: 'A paper on which campaigns rest, or that says how they are carried out: a resolution, plan, guidance or law.' })
export class Document extends Annotated implements Keyed {
  key!: number;
  unitKey!: number | null;

  @Field(() => String, { description: 'Code that names the document in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => DocumentKind, { description: 'What it is.' })
  kind!: DocumentKind;

  @Field(() => String, { description: 'Title in Vietnamese, as it is written there.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'Its number, such as `46/HD-TLĐ`.' })
  number!: string | null;

  @Field(() => String, { nullable: true, description: 'Who issued it.' })
  issuer!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'When it was issued; null where unknown.' })
  issuedOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `issuedOn` is known.' })
  issuedOnPrecision!: keyof typeof DatePrecision;

  @Field(() => DateScalar, { nullable: true, description: 'First day of the term that it is for; null where unknown or none.' })
  termFrom!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `termFrom` is known.' })
  termFromPrecision!: keyof typeof DatePrecision;

  @Field(() => DateScalar, { nullable: true, description: 'Last day of the term that it is for; null where unknown or none.' })
  termTo!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `termTo` is known.' })
  termToPrecision!: keyof typeof DatePrecision;

  @Field(() => String, { nullable: true, description: 'What it asks for, in words.' })
  content!: string | null;
}

export const DocumentConnection = connectionOf(() => Document, 'Document', 'documents');

@ArgsType()
export class DocumentListArgs extends PageArgs {
  @Field(() => DocumentKind, { nullable: true, description: 'Of this kind; of any where left out.' })
  kind?: DocumentKind | null;
}

@InputType({ description: 'A document to be entered, or what is to be changed of one. Fields left out stay as they are; null takes out what is there.' })
export class SaveDocumentInput extends AnnotatedInput {
  @Field(() => String, { description: 'Code of the unit that keeps it, of which the caller is a CAMPAIGN_MANAGER.' })
  unit!: string;

  @Field(() => String, { nullable: true, description: 'Its code, for good: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`. Left out: a new document, to which the server gives one. CONFLICT where another unit’s has it.' })
  code?: string | null;

  @Field(() => DocumentKind, { nullable: true, description: 'What it is. A new one has to have a kind; it cannot be null.' })
  kind?: DocumentKind | null;

  @Field(() => String, { nullable: true, description: 'Title, at most 500 characters. A new one has to have one; it cannot be null.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'Its number, at most 100 characters.' })
  number?: string | null;

  @Field(() => String, { nullable: true, description: 'Who issued it, at most 500 characters.' })
  issuer?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'When it was issued. BAD_USER_INPUT unless a date.' })
  issuedOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of that date is known; left out: the day, where the date is given, else as it was.' })
  issuedOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day of its term. BAD_USER_INPUT unless a date.' })
  termFrom?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of that date is known; left out: the day, where the date is given, else as it was.' })
  termFromPrecision?: keyof typeof DatePrecision | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day of its term, not before the first. BAD_USER_INPUT unless a date.' })
  termTo?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of that date is known; left out: the day, where the date is given, else as it was.' })
  termToPrecision?: keyof typeof DatePrecision | null;

  @Field(() => String, { nullable: true, description: 'What it asks for, in words, at most 10,000 characters.' })
  content?: string | null;

  @Field(() => [String], { nullable: true, description: 'Codes of the campaigns that rest on it, all of those that the caller sees: at most 100.' })
  basisOf?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of the campaigns that it says how to carry out, all of those that the caller sees: at most 100.' })
  guides?: string[] | null;
}

@ObjectType({ description: 'What `saveDocument` did.' })
export class SaveDocumentPayload extends CommandPayload {
  @Field(() => Document, { nullable: true, description: 'The document; the one that is in the way, as far as the caller sees it; else null where nothing was done.' })
  document!: Document | null;
}
