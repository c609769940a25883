import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Figure } from '../ledger/figure.type.js';
import type { Balance } from '../ledger/progress.query.js';
import { TargetBasis } from '../ledger/progress.type.js';
import { CommandPayload } from '../shared/mutation.type.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar, Quantity } from '../shared/scalars.js';
import { TargetInput } from './target.type.js';

/** The most units that one call names, and the most that it splits over. */
export const MOST_SHARES = 1_000;
export const MOST_CHILDREN = 5_000;

export const AllocationMethod = defineEnum('AllocationMethod', 'How a target is split over the direct children of a unit.', {
  EXPLICIT: 'As `shares` says. Children that it does not name keep what they have.',
  BY_MEMBERS: 'In proportion to the latest number of members of each, stated for the day or before it.',
  EQUALLY: 'To each the same.',
  BY_LAST_RESULTS: 'In proportion to the results of each in `lastResults`.',
});
export type AllocationMethod = keyof typeof AllocationMethod;

@ObjectType({ description: 'What is assigned to one of the children.' })
export class AllocationShare {
  unitKey!: number;

  @Field(() => Quantity, { description: 'What is assigned to it, with what has joined or left it since; in the indicator’s unit of measure.' })
  value!: string;

  @Field(() => Quantity, { nullable: true, description: 'In the answer of `assignTargets`: what was assigned to it before. Null where nothing was, and elsewhere.' })
  previous!: string | null;

  @Field(() => Quantity, { nullable: true, description: 'In the answer of `assignTargets`, where it worked out the share: the members or the result that it went by. Null elsewhere.' })
  weight!: string | null;
}

/** The row of the ledger that a total is read from. */
export type TargetBalance = Pick<Balance, 'total' | 'qualifier' | 'asOf' | 'origin' | 'complete'>;

@ObjectType({ description: 'How the target of a unit is spread over its direct children, those active on a day: what they are assigned may be more or less than the unit has itself.' })
export class Allocation {
  unitKey!: number;
  targetBalance!: TargetBalance | null;

  @Field(() => DateScalar, { description: 'The day at whose end it holds.' })
  asOf!: Day;

  @Field(() => TargetBasis, { nullable: true, description: 'How `target` came about; null where there is none.' })
  targetBasis!: TargetBasis | null;

  @Field(() => Quantity, { nullable: true, description: 'The sum of `shares`. Null where the indicator is none that adds up.' })
  allocated!: string | null;

  @Field(() => Int, { description: 'Counts how often targets were assigned in this campaign, phase and indicator to the units directly beneath, on any day and by whomever, or taken back; `assignTargets` takes it as `expectedVersion`.' })
  version!: number;

  @Field(() => [AllocationShare], { description: 'By code of the unit, the children to which something is assigned; to the others, nothing.' })
  shares!: AllocationShare[];
}

@InputType({ description: 'What one of the children is to be assigned.' })
export class AllocationShareInput {
  @Field(() => String, { description: 'Code of a unit that stands directly under the unit on the day, and is active.' })
  unit!: string;

  @Field(() => Quantity, { description: 'How much: not below 0, with four decimals at most.' })
  value!: number;
}

@InputType({ description: 'Which results to go by. Without `campaign` and `phase`: those of the same phase of the same campaign or, if the campaign had not begun by the day, of the whole of the one that preceded it.' })
export class LastResultsInput {
  @Field(() => String, { nullable: true, description: 'Code of a campaign; the same campaign unless given.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of a phase of it; left out: the campaign as a whole.' })
  phase?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Results at the end of this day, today or before; unless given, of the last day of the year before `decidedOn`.' })
  asOf?: unknown;
}

@InputType({ description: 'A target to be spread over the direct children of a unit.' })
export class AssignTargetsInput extends TargetInput {
  @Field(() => String, { description: 'Code of the unit that assigns; the caller is an APPROVER of it.' })
  unit!: string;

  @Field(() => AllocationMethod, { description: 'How to split it.' })
  method!: AllocationMethod;

  @Field(() => Quantity, {
    nullable: true,
    description: 'How much to split: not below 0, with four decimals at most. Left out: the target that the unit itself has on the day. Not with EXPLICIT.',
  })
  amount?: number | null;

  @Field(() => [AllocationShareInput], { nullable: true, description: `With EXPLICIT, and with it alone: what to assign to whom, 1 to ${MOST_SHARES.toLocaleString('en')} units, each once.` })
  shares?: AllocationShareInput[] | null;

  @Field(() => LastResultsInput, { nullable: true, description: 'With BY_LAST_RESULTS alone: which results.' })
  lastResults?: LastResultsInput | null;

  @Field(() => Boolean, { nullable: true, description: 'Only tell how it would be, and do nothing; false unless given.' })
  preview?: boolean | null;
}

@ObjectType({ description: 'What `assignTargets` did.' })
export class AssignTargetsPayload extends CommandPayload {
  @Field(() => Allocation, { nullable: true, description: 'How the target is spread by now; in a preview, how it would be. Null where nothing was done, but for a CONFLICT.' })
  allocation!: Allocation | null;

  @Field(() => [Figure], { description: 'The targets that were assigned, by code of the unit, without those that were the same already; none in a preview.' })
  figures!: Figure[];
}
