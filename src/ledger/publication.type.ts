import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CommandPayload, MaybeChangeInput } from '../shared/mutation.type.js';
import { connectionOf } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, DateTime } from '../shared/scalars.js';
import { FigureMeasure } from './figure.type.js';
import { TargetBasis } from './progress.type.js';
import type { PublishedTotal } from './progress.query.js';

export const Audience = defineEnum('Audience', 'Who reads a publication.', {
  PARTNER: 'Whoever holds the role PARTNER on the unit or above it.',
  PUBLIC: 'Everybody, without a credential too.',
});
export type Audience = keyof typeof Audience;

@ObjectType({
  implements: Node,
  description: 'A total of a unit as it was published for readers outside its scope: a snapshot, which later figures do not change.',
})
export class Publication implements Keyed {
  key!: number;
  unitKey!: number;
  campaignCode!: string;
  phaseCode!: string | null;
  indicatorCode!: string;
  snapshot!: PublishedTotal;

  @Field(() => FigureMeasure, { description: 'Whether a result or a target was published.' })
  measure!: keyof typeof FigureMeasure;

  @Field(() => TargetBasis, { nullable: true, description: 'Of a target, how it came about; null of a result.' })
  basis!: TargetBasis | null;

  @Field(() => DateScalar, { description: 'The day at whose end the total held.' })
  asOf!: Day;

  @Field(() => Audience, { description: 'Who reads it.' })
  audience!: Audience;

  @Field(() => DateTime, { description: 'When it was published.' })
  publishedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was withdrawn, or another took its place; null while it is current.' })
  endedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was withdrawn; null where it was not, or another took its place.' })
  endReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Where the statement was published, such as an article.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever published it; null to readers outside the unit’s scope.' })
  note!: string | null;

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;
}

export const PublicationConnection = connectionOf(() => Publication, 'Publication', 'publications');

@InputType({ description: 'A total to be published.' })
export class PublishTotalInput extends MaybeChangeInput {
  @Field(() => String, { description: 'Code of the unit; the caller is a CAMPAIGN_MANAGER of it.' })
  unit!: string;

  @Field(() => String, { description: 'Code of the campaign.' })
  campaign!: string;

  @Field(() => String, { nullable: true, description: 'Code of a phase of the campaign; left out: the campaign as a whole.' })
  phase?: string | null;

  @Field(() => String, { description: 'Code of the indicator.' })
  indicator!: string;

  @Field(() => TargetBasis, { nullable: true, description: 'The target of this basis, NORM excepted; left out: the result.' })
  basis?: TargetBasis | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day at whose end the total holds, today or before; today unless given.' })
  asOf?: unknown;

  @Field(() => Audience, { description: 'Who is to read it.' })
  audience!: Audience;

  @Field(() => String, { nullable: true, description: 'A remark, for readers in the unit’s scope; at most 2,000 characters.' })
  note?: string | null;
}

@ObjectType({ description: 'What `publishTotal` did.' })
export class PublishTotalPayload extends CommandPayload {
  @Field(() => Publication, { nullable: true, description: 'The publication; null where nothing was done.' })
  publication!: Publication | null;
}

@InputType({ description: 'A publication to be taken back.' })
export class WithdrawPublicationInput extends MaybeChangeInput {
  @Field(() => ID, { description: 'The `id` of the publication; the caller is a CAMPAIGN_MANAGER of its unit.' })
  id!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@ObjectType({ description: 'What `withdrawPublication` did.' })
export class WithdrawPublicationPayload extends CommandPayload {
  @Field(() => Publication, { nullable: true, description: 'The publication, ended now or before; null where nothing was done.' })
  publication!: Publication | null;
}
