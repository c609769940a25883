import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { FigureOutcome, Odd } from '../ledger/figure-workflow.service.js';
import { Figure, FigureCoverage, WarningCode } from '../ledger/figure.type.js';
import { TargetBasis } from '../ledger/progress.type.js';
import { Qualifier } from '../org-units/org-unit.type.js';
import { ChangeInput, CommandInput, CommandPayload, SaveInput } from '../shared/mutation.type.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar, Quantity } from '../shared/scalars.js';
import { UserError } from '../shared/user-error.js';

@ObjectType({ description: 'Something odd about a result, which can be right all the same.' })
export class Warning implements Odd {
  @Field(() => WarningCode, { description: 'What is odd; `submitResult` acknowledges it by this.' })
  code!: WarningCode;

  @Field(() => String, { description: 'What is odd, in a sentence.' })
  message!: string;
}

/** What can be said of a result beside its key and its value. */
@InputType({ description: 'What can be said of a result beside its value.' })
abstract class ResultDetails extends SaveInput {
  @Field(() => Qualifier, { nullable: true, description: 'How exactly it is stated; EXACT unless given, of a correction as the figure corrected.' })
  qualifier?: Qualifier | null;

  @Field(() => Quantity, { nullable: true, description: 'The percentage of the target as the unit states it.' })
  statedPercent?: number | null;

  @Field(() => TargetBasis, { nullable: true, description: 'The basis that `statedPercent` refers to; NORM it cannot be.' })
  statedBasis?: TargetBasis | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the number was worked out from other statements; false unless given.' })
  derived?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Where the statement comes from; at most 500 characters.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'A remark; at most 2,000 characters.' })
  note?: string | null;
}

@InputType({ description: 'A result to be written: a draft, which does not count. What is left out is empty, also where the draft had it.' })
export class SaveResultInput extends ResultDetails {
  @Field(() => String, { description: 'Code of the unit; the caller is a REPORTER of it.' })
  unit!: string;

  @Field(() => String, { description: 'Code of the campaign.' })
  campaign!: string;

  @Field(() => String, { nullable: true, description: 'Code of a phase of the campaign; left out: the campaign as a whole.' })
  phase?: string | null;

  @Field(() => String, { description: 'Code of the indicator, one of the campaign’s.' })
  indicator!: string;

  @Field(() => FigureCoverage, { description: 'For whom it speaks.' })
  coverage!: keyof typeof FigureCoverage;

  @Field(() => DateScalar, { description: 'The day as of which it holds: today or before, and one on which the unit is active.' })
  asOf!: unknown;

  @Field(() => Quantity, { description: 'The running total as of that day, in the indicator’s unit of measure: 0 or more, with four decimals at most.' })
  value!: number;
}

@InputType({ description: 'A result to be handed in.' })
export class SubmitResultInput extends ChangeInput {
  @Field(() => ID, { description: 'The `id` of the figure; the caller is a REPORTER of its unit.' })
  id!: string;

  @Field(() => [WarningCode], { nullable: true, description: 'The warnings that are known: it is handed in once all that there are stand here.' })
  acknowledge?: WarningCode[] | null;
}

@InputType({ description: 'A result to be approved.' })
export class ApproveResultInput extends ChangeInput {
  @Field(() => ID, { description: 'The `id` of the figure; the caller is an APPROVER of a unit above (at the root, of the root) and did not hand it in.' })
  id!: string;
}

@InputType({ description: 'A result to be given back.' })
export class ReturnResultInput extends ChangeInput {
  @Field(() => ID, { description: 'The `id` of the figure; the caller is an APPROVER of a unit above (at the root, of the root).' })
  id!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@InputType({ description: 'A result to be taken back.' })
export class WithdrawResultInput extends ChangeInput {
  @Field(() => ID, { description: 'The `id` of the figure. Of what was never approved, the caller is a REPORTER of the unit; of what counts, an APPROVER of a unit above.' })
  id!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@InputType({ description: 'What an approved result is to say instead: a new draft, which takes its place once it is approved in turn.' })
export class CorrectResultInput extends ChangeInput {
  @Field(() => ID, { description: 'The `id` of the approved figure; the caller is a REPORTER of its unit.' })
  id!: string;

  @Field(() => Quantity, { description: 'The running total, as it should have been: 0 or more, with four decimals at most.' })
  value!: number;

  @Field(() => String, { description: 'Why it is corrected: 1 to 2,000 characters.' })
  reason!: string;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly it is stated; as before unless given.' })
  qualifier?: Qualifier | null;

  @Field(() => String, { nullable: true, description: 'Where the statement comes from; as before unless given. At most 500 characters.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'A remark; as before unless given. At most 2,000 characters.' })
  note?: string | null;
}

@ObjectType({ description: 'What a mutation of a result did.' })
abstract class ResultPayload extends CommandPayload {
  @Field(() => Figure, { nullable: true, description: 'The result as it is now, also where its version was not the expected one; null where there is none to show.' })
  figure!: Figure | null;
}

@ObjectType({ description: 'What a mutation of a draft did.' })
abstract class DraftPayload extends ResultPayload {
  @Field(() => [Warning], { description: 'What is odd about it, to be acknowledged when it is handed in.' })
  warnings!: readonly Odd[];
}

@ObjectType({ description: 'What `saveResult` did.' })
export class SaveResultPayload extends DraftPayload {}
@ObjectType({ description: 'What `submitResult` did.' })
export class SubmitResultPayload extends DraftPayload {}
@ObjectType({ description: 'What `correctResult` did: `figure` is the draft of the correction.' })
export class CorrectResultPayload extends DraftPayload {}
@ObjectType({ description: 'What `approveResult` did.' })
export class ApproveResultPayload extends ResultPayload {}
@ObjectType({ description: 'What `returnResult` did.' })
export class ReturnResultPayload extends ResultPayload {}
@ObjectType({ description: 'What `withdrawResult` did.' })
export class WithdrawResultPayload extends ResultPayload {}

export const BulkMode = defineEnum('BulkMode', 'What becomes of many things of which some cannot be done.', {
  ALL_OR_NOTHING: 'Nothing is done unless all can be.',
  EACH: 'What can be done is done; `outcomes` tells of the others.',
});
export type BulkMode = keyof typeof BulkMode;

@InputType({ description: 'One of several results to be handed in.' })
export class SubmitResultItem {
  @Field(() => ID, { description: 'The `id` of the figure.' })
  id!: string;

  @Field(() => Int, { description: 'Its `version` as you have seen it.' })
  expectedVersion!: number;

  @Field(() => [WarningCode], { nullable: true, description: 'The warnings that are known.' })
  acknowledge?: WarningCode[] | null;
}

@InputType({ description: 'One of several results to be approved.' })
export class ApproveResultItem {
  @Field(() => ID, { description: 'The `id` of the figure.' })
  id!: string;

  @Field(() => Int, { description: 'Its `version` as you have seen it.' })
  expectedVersion!: number;
}

@InputType({ description: 'Results to be handed in.' })
export class SubmitResultsInput extends CommandInput {
  @Field(() => [SubmitResultItem], { description: 'Which: 1 to 1,000.' })
  items!: SubmitResultItem[];

  @Field(() => BulkMode, { description: 'What becomes of them if some cannot be handed in.' })
  mode!: BulkMode;
}

@InputType({ description: 'Results to be approved.' })
export class ApproveResultsInput extends CommandInput {
  @Field(() => [ApproveResultItem], { description: 'Which: 1 to 1,000.' })
  items!: ApproveResultItem[];

  @Field(() => BulkMode, { description: 'What becomes of them if some cannot be approved.' })
  mode!: BulkMode;
}

@ObjectType({ description: 'What became of one of several results.' })
export class ResultOutcome {
  @Field(() => ID, { description: 'The `id` that was sent.' })
  id!: string;

  @Field(() => Figure, { nullable: true, description: 'The result as it is now; null where the caller does not see it, or may not do this to it.' })
  figure!: Figure | null;

  @Field(() => [Warning], { description: 'What is odd about it, if it was to be handed in.' })
  warnings!: readonly Odd[];

  @Field(() => [UserError], { description: 'Why it could not be done; empty where it could.' })
  userErrors!: readonly UserError[];
}

@ObjectType({ description: 'What a mutation of several results did.' })
abstract class ResultsPayload extends CommandPayload {
  @Field(() => [ResultOutcome], { description: 'What became of each, in the order sent. With ALL_OR_NOTHING and `userErrors`, what would have; empty where one is not the caller’s to do this to.' })
  outcomes!: readonly FigureOutcome[];

  @Field(() => Int, { description: 'How many were done.' })
  done!: number;
}

@ObjectType({ description: 'What `submitResults` did.' })
export class SubmitResultsPayload extends ResultsPayload {}
@ObjectType({ description: 'What `approveResults` did.' })
export class ApproveResultsPayload extends ResultsPayload {}
