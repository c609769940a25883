import { ArgsType, Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { Qualifier } from '../org-units/org-unit.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, DateTime, Quantity } from '../shared/scalars.js';
import { TargetBasis } from './progress.type.js';

export const FigureMeasure = defineEnum('FigureMeasure', 'What a figure tells.', {
  RESULT: 'A result (kết quả): what was done.',
  TARGET: 'A target (chỉ tiêu): what is to be done.',
});

export const FigureCoverage = defineEnum('FigureCoverage', 'For whom a figure speaks.', {
  OWN: 'For the unit’s own activity.',
  SUBTREE: 'For the unit and everything beneath it. A target always does.',
});

export const FigureStatus = defineEnum('FigureStatus', 'Whether a figure counts.', {
  DRAFT: 'It is being written; it does not count.',
  SUBMITTED: 'It was handed in and waits for the approval of a unit above; it does not count yet.',
  RETURNED: 'The unit above gave it back, with a reason; it does not count.',
  APPROVED: 'It counts.',
  SUPERSEDED: 'A correction took its place.',
  WITHDRAWN: 'It was taken back and counts as never stated.',
});

export const WarningCode = defineEnum('WarningCode', 'What is odd about a result. It can be right all the same: whoever hands it in acknowledges it.', {
  RESULT_FALLS: 'A running total falls: it is less than the one before it that counts, or more than the one after it, of the same unit, series and coverage.',
  FAR_ABOVE_TARGET: 'It is more than ten times a target of the unit.',
  AFTER_END: 'Its day is after the end of the campaign, or of the phase.',
  BELOW_LATER_STAGE: 'Fewer have come to this stage than to a later one, such as fewer uploaded than valid; or more than to an earlier one.',
  BELOW_DETAIL: 'It speaks for the unit and everything beneath it, and is less than the approved figures beneath it give.',
  BEFORE_DETAIL: 'It speaks for the unit and everything beneath it, and approved figures beneath it are of a later day.',
});
export type WarningCode = keyof typeof WarningCode;

@ObjectType({
  implements: Node,
  description:
    'A result or a target as it was stated: for one unit, campaign, phase, indicator and day. A running total as of its day, never an increment. Nothing is edited or deleted: a correction takes its place.',
})
export class Figure implements Keyed {
  key!: string;
  unitKey!: number;
  campaignCode!: string;
  phaseCode!: string | null;
  indicatorCode!: string;
  counterpartKey!: number | null;
  supersededByKey!: string | null;
  correctsKey!: string | null;

  @Field(() => FigureMeasure, { description: 'Result or target.' })
  measure!: keyof typeof FigureMeasure;

  @Field(() => TargetBasis, { nullable: true, description: 'Of a target, how it came about; null of a result.' })
  basis!: TargetBasis | null;

  @Field(() => Quantity, { description: 'The number stated, in the indicator’s unit of measure.' })
  value!: string;

  @Field(() => Qualifier, { description: 'How exactly it was stated.' })
  qualifier!: Qualifier;

  @Field(() => DateScalar, { description: 'The day as of which it holds; of a target, the day of the decision.' })
  asOf!: Day;

  @Field(() => FigureCoverage, { description: 'For whom it speaks.' })
  coverage!: keyof typeof FigureCoverage;

  @Field(() => FigureStatus, { description: 'Whether it counts.' })
  status!: keyof typeof FigureStatus;

  @Field(() => Boolean, { description: 'Whether the number was worked out from other statements rather than stated as such.' })
  derived!: boolean;

  @Field(() => Float, {
    nullable: true,
    description: 'The percentage of the target as the unit stated it, rounded as it pleased; `completionPercent` is what it comes to.',
  })
  statedPercent!: number | null;

  @Field(() => TargetBasis, { nullable: true, description: 'The basis that `statedPercent` refers to, where that was told.' })
  statedBasis!: TargetBasis | null;

  @Field(() => String, { nullable: true, description: 'Where the statement comes from, such as an article.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it.' })
  note!: string | null;

  @Field(() => DateTime, { description: 'When it was recorded here.' })
  recordedAt!: string;

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was handed in, last; null: never, or imported.' })
  submittedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'From when on it counted; null: it never did.' })
  approvedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Why the unit above gave it back, last; null where it was not, or was handed in again since.' })
  returnReason!: string | null;

  @Field(() => [WarningCode], { description: 'What was odd about it when it was handed in, and was acknowledged by whoever did so.' })
  warnings!: WarningCode[];

  @Field(() => String, { nullable: true, description: 'Why it corrects another; null where it does not.' })
  correctionReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was withdrawn; null where it was not, or no reason was told.' })
  endReason!: string | null;
}

export const FigureConnection = connectionOf(() => Figure, 'Figure', 'figures');

@InputType({ description: 'Which figures to list: those that meet every condition given. An unknown code gives an empty list.' })
export class FigureFilter {
  @Field(() => String, { nullable: true, description: 'Of the campaign of this code.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a phase of this code.' })
  phase?: string | null;

  @Field(() => String, { nullable: true, description: 'Of the indicator of this code.' })
  indicator?: string | null;

  @Field(() => TargetBasis, { nullable: true, description: 'Of this basis: a result has none, and no figure has NORM.' })
  basis?: TargetBasis | null;

  @Field(() => FigureCoverage, { nullable: true, description: 'Speaking for this.' })
  coverage?: keyof typeof FigureCoverage | null;

  @Field(() => DateScalar, { nullable: true, description: 'As of this day or later. BAD_USER_INPUT unless a date.' })
  from?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'As of this day or earlier. BAD_USER_INPUT unless a date.' })
  to?: unknown;

  @Field(() => FigureStatus, { nullable: true, description: 'Of this status, APPROVED unless given.' })
  status?: keyof typeof FigureStatus | null;
}

@ArgsType()
export class FigureListArgs extends PageArgs {
  @Field(() => FigureFilter, { nullable: true, description: 'Conditions; all approved figures where left out.' })
  where?: FigureFilter | null;
}
