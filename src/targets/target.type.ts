import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Figure } from '../ledger/figure.type.js';
import { Qualifier } from '../org-units/org-unit.type.js';
import { ChangeInput, CommandPayload, SaveInput } from '../shared/mutation.type.js';
import { DateScalar, Quantity } from '../shared/scalars.js';

@InputType({ description: 'What targets of a unit have in common.' })
export abstract class TargetInput extends SaveInput {
  @Field(() => String, { description: 'Code of the campaign.' })
  campaign!: string;

  @Field(() => String, { nullable: true, description: 'Code of a phase of the campaign; left out: the campaign as a whole.' })
  phase?: string | null;

  @Field(() => String, { description: 'Code of the indicator.' })
  indicator!: string;

  @Field(() => DateScalar, { nullable: true, description: 'The day of the decision, today or before; today unless given.' })
  decidedOn?: unknown;

  @Field(() => String, { nullable: true, description: 'A remark, at most 2,000 characters.' })
  note?: string | null;

  @Field(() => String, { nullable: true, description: 'Where the decision is to be found, at most 500 characters.' })
  source?: string | null;
}

@InputType({ description: 'A target of one unit.' })
abstract class OneTargetInput extends TargetInput {
  @Field(() => Quantity, { description: 'The target: 0 or more, with four decimals at most.' })
  value!: number;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly it is meant; EXACT unless given.' })
  qualifier?: Qualifier | null;
}

@InputType({ description: 'A target that a unit sets itself.' })
export class SetOwnTargetInput extends OneTargetInput {
  @Field(() => String, { description: 'Code of the unit, active on the day; the caller is an APPROVER of it.' })
  unit!: string;
}

@InputType({ description: 'A target that a unit registers with one above it.' })
export class RegisterTargetInput extends OneTargetInput {
  @Field(() => String, { description: 'Code of the unit, active on the day; the caller is a REPORTER of it.' })
  unit!: string;

  @Field(() => String, { nullable: true, description: 'Code of the unit with which it is registered: one that stands above it on the day; the one directly above unless given.' })
  with?: string | null;
}

@InputType({ description: 'A registered target to be approved.' })
export class ApproveTargetInput extends ChangeInput {
  @Field(() => ID, { description: 'The `id` of the figure; the caller is an APPROVER of a unit above and did not hand it in.' })
  id!: string;
}

@InputType({ description: 'A registered target to be given back.' })
export class ReturnTargetInput extends ChangeInput {
  @Field(() => ID, { description: 'The `id` of the figure; the caller is an APPROVER of a unit above.' })
  id!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@InputType({ description: 'A target to be taken back.' })
export class WithdrawTargetInput extends ChangeInput {
  @Field(() => ID, {
    description:
      'The `id` of the figure. The caller is an APPROVER of the unit that assigned it, or that set it itself; of one that is registered and counts, of a unit above; of one that was never approved, a REPORTER of the unit.',
  })
  id!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@ObjectType({ description: 'What a mutation of a target did.' })
abstract class TargetPayload extends CommandPayload {
  @Field(() => Figure, { nullable: true, description: 'The target as it is now, also where its version was not the expected one; null where there is none to show.' })
  figure!: Figure | null;
}

@ObjectType({ description: 'What `setOwnTarget` did.' })
export class SetOwnTargetPayload extends TargetPayload {}
@ObjectType({ description: 'What `registerTarget` did.' })
export class RegisterTargetPayload extends TargetPayload {}
@ObjectType({ description: 'What `approveTarget` did.' })
export class ApproveTargetPayload extends TargetPayload {}
@ObjectType({ description: 'What `returnTarget` did.' })
export class ReturnTargetPayload extends TargetPayload {}
@ObjectType({ description: 'What `withdrawTarget` did.' })
export class WithdrawTargetPayload extends TargetPayload {}
