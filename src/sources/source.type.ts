import { Field, ObjectType } from 'type-graphql';
import { DatePrecision } from '../campaigns/campaign.type.js';
import { Qualifier } from '../org-units/org-unit.type.js';
import { connectionOf } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, Quantity } from '../shared/scalars.js';

export const SourceKind = defineEnum('SourceKind', 'What kind of thing a source is.', {
  ARTICLE: 'An article of a newspaper or of a news site.',
  REPORT: 'A report of a unit.',
  DOCUMENT: 'An official document, such as a decision.',
  WEBSITE: 'A page of a website.',
  OTHER: 'Anything else.',
});
export type SourceKind = keyof typeof SourceKind;

@ObjectType({ implements: Node, description: 'Where statements come from: an article, a report, a document.' })
export class Source implements Keyed {
  key!: number;

  @Field(() => String, { description: 'Code that names the source in imports, such as `S2`. Never reused.' })
  code!: string;

  @Field(() => SourceKind, { description: 'What kind of thing it is.' })
  kind!: SourceKind;

  @Field(() => String, { description: 'Its title.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'Who published it; null where unknown.' })
  publisher!: string | null;

  @Field(() => String, { nullable: true, description: 'Who wrote it; null where unknown.' })
  author!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it can be read: an address of http or https; null where unknown.' })
  url!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'When it was published; null where it does not say.' })
  publishedOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `publishedOn` is known.' })
  publishedOnPrecision!: keyof typeof DatePrecision;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it.' })
  note!: string | null;
}

@ObjectType({
  implements: Node,
  description: 'What a source says of a unit. Figures, awards, events and other things name claims in their `source`. Claims that disagree stay side by side: none is averaged or dropped.',
})
export class Claim implements Keyed {
  key!: number;
  sourceKey!: number;
  unitKey!: number;
  campaignKey!: number | null;
  indicatorKey!: number | null;

  @Field(() => String, { description: 'Code that names the claim, such as `S2-24`. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'What is said, in the words of whoever entered it.' })
  statement!: string;

  @Field(() => String, { nullable: true, description: 'The source’s own words; null where they were not entered.' })
  quote!: string | null;

  @Field(() => String, { nullable: true, description: 'Where in the source, such as a caption; null where that is not told.' })
  locator!: string | null;

  @Field(() => Quantity, { nullable: true, description: 'The number that is said, as said; null where none is.' })
  value!: number | null;

  @Field(() => Qualifier, { description: 'How exact that number is; EXACT where there is none.' })
  qualifier!: Qualifier;

  @Field(() => String, { nullable: true, description: 'What the number counts; null where there is none.' })
  unitOfMeasure!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day for which it is said; null where that is not told.' })
  asOf!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `asOf` is known.' })
  asOfPrecision!: keyof typeof DatePrecision;

  @Field(() => Boolean, { description: 'Whether the number was worked out from what the source says, rather than said by it.' })
  derived!: boolean;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it.' })
  note!: string | null;
}

export const ClaimConnection = connectionOf(() => Claim, 'Claim', 'claims');
