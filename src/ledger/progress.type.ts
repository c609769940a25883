import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import { Indicator } from '../campaigns/indicator.type.js';
import { OrgUnit, Qualifier, type OrgLevel } from '../org-units/org-unit.type.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar, Quantity } from '../shared/scalars.js';
import type { Moment } from './progress.known.query.js';
import type { PublishedTotal, SeriesSet } from './progress.query.js';
import type { ReadAhead } from './progress.ahead.js';

export const TargetBasis = defineEnum('TargetBasis', 'How a target (chỉ tiêu) came about.', {
  ASSIGNED: 'Given to the unit by one above it (giao).',
  REGISTERED: 'Registered by the unit with one above it (đăng ký).',
  SELF_SET: 'Set by the unit for itself (tự đề ra).',
  NORM: 'So much per member or union (“each at least one”): the latest norm of the unit × its latest dated count. Null where either is unknown.',
});
export type TargetBasis = keyof typeof TargetBasis;

export const TotalOrigin = defineEnum('TotalOrigin', 'Where a total comes from.', {
  STATED: 'The unit’s own figure alone.',
  ADJUSTED: 'The unit’s own figure for its subtree, changed by what has since joined or left that subtree.',
  SUMMED: 'A sum over members, or a percentage of such sums. A SUMMED target was not given to the unit itself.',
});
export type TotalOrigin = keyof typeof TotalOrigin;

@ObjectType({ description: 'A number that holds for a unit and all beneath it on a day.' })
export class Total {
  /** The value × 10,000. */
  scaled!: bigint;

  @Field(() => Quantity, { description: 'The number, in the indicator’s unit of measure. Negative only where contradicting figures make it so.' })
  value!: number;

  @Field(() => Qualifier, { description: 'How exactly it is known.' })
  qualifier!: Qualifier;

  @Field(() => DateScalar, { description: 'Date of the last figure that moved it.' })
  asOf!: Day;

  @Field(() => TotalOrigin, { description: 'Whether the unit said so itself or it was added up.' })
  origin!: TotalOrigin;

  @Field(() => Boolean, { description: 'True unless it is a sum that lacks a child: one active on the day without a complete total.' })
  complete!: boolean;
}

@ObjectType({ description: 'How many of the units beneath have a result on the day.' })
export class Coverage {
  progress!: Progress;
  level!: OrgLevel | null;
  /** Whose results are counted: the indicator's own, or those of a part of it. */
  counted!: 'own' | 'numerator' | 'denominator';

  @Field(() => Int, { description: 'How many there are, active on the day.' })
  expected!: number;

  @Field(() => Int, { description: 'How many of them have a result.' })
  reported!: number;

  @Field(() => Float, { nullable: true, description: 'reported ÷ expected × 100, to two places; null where there is none to expect.' })
  percent!: number | null;
}

@ObjectType({
  description:
    'How far a unit, with all beneath it, has come on one indicator of a campaign, at the end of a day. A parent is the sum of its members, unless it has spoken for itself. Missing is null, never 0.',
})
export class Progress {
  set!: SeriesSet;
  /** Of a unit outside the caller's scope, the totals that were published of the day: then there is nothing else. */
  published!: readonly PublishedTotal[] | null;
  /** The moment as of whose knowledge it is; null: what is known now. */
  knownAt!: Moment | null;
  /** What was read of it before it was asked for. */
  ahead?: ReadAhead;

  @Field(() => OrgUnit, { description: 'The unit.' })
  unit!: OrgUnit;

  @Field(() => Campaign, { description: 'The campaign.' })
  campaign!: Campaign;

  @Field(() => CampaignPhase, { nullable: true, description: 'The phase; null: the campaign as a whole, which is not the sum of its phases.' })
  phase!: CampaignPhase | null;

  @Field(() => Indicator, { description: 'The indicator.' })
  indicator!: Indicator;

  @Field(() => DateScalar, { description: 'The day at whose end all of this holds.' })
  asOf!: Day;
}
