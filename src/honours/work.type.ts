import { ArgsType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { DatePrecision } from '../campaigns/campaign.type.js';
import { BENEATH, Qualifier } from '../org-units/org-unit.type.js';
import { AnnotatedInput, ShownAnnotated } from '../shared/annotated.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { ChangeInput, CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, Quantity } from '../shared/scalars.js';

export const WorkKind = defineEnum('WorkKind', 'What a work is.', {
  WORK: 'Work, project (công trình).',
  PRODUCT: 'Product (sản phẩm).',
  TASK: 'Task (phần việc).',
});
export type WorkKind = keyof typeof WorkKind;

export const WorkStatus = defineEnum('WorkStatus', 'How far a work has come.', {
  REGISTERED: 'Registered (đăng ký).',
  IN_PROGRESS: 'Being carried out.',
  COMPLETED: 'Completed.',
  PLAQUED: 'Completed, and marked with a plaque (gắn biển) by a unit above.',
  CANCELLED: 'Given up.',
});
export type WorkStatus = keyof typeof WorkStatus;

export const CongressTier = defineEnum('CongressTier', 'The congress (đại hội) that a work greets.', {
  GRASSROOTS: 'Of a grassroots union.',
  UPPER_GRASSROOTS: 'Of a union directly above the grassroots.',
  PROVINCIAL: 'Of a province or city, or of a central sector.',
  NATIONAL: 'Of the confederation.',
});
export type CongressTier = keyof typeof CongressTier;

@ObjectType({ implements: Node, description: 'A named work, product or task of a unit (công trình, sản phẩm, phần việc). Numbers of works without names are results.' })
export class Work extends ShownAnnotated implements Keyed {
  key!: number;
  unitKey!: number;
  campaignKey!: number | null;

  @Field(() => String, { description: 'Code that names the work in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => WorkKind, { description: 'What it is.' })
  kind!: WorkKind;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => CongressTier, { nullable: true, description: 'The congress that it greets; null where none is told.' })
  congressTier!: CongressTier | null;

  @Field(() => WorkStatus, { description: 'How far it has come.' })
  status!: WorkStatus;

  @Field(() => Quantity, { nullable: true, description: 'What it is worth, in whole đồng; null where nobody told.' })
  valueVnd!: number | null;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly `valueVnd` is stated; null without one.' })
  valueQualifier!: Qualifier | null;

  @Field(() => DateScalar, { nullable: true, description: 'When it was registered; null where unknown.' })
  registeredOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `registeredOn` is known.' })
  registeredOnPrecision!: keyof typeof DatePrecision;

  @Field(() => DateScalar, { nullable: true, description: 'When it was completed; null before, and where unknown.' })
  completedOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `completedOn` is known.' })
  completedOnPrecision!: keyof typeof DatePrecision;

  @Field(() => DateScalar, { nullable: true, description: 'When the plaque was put up; null before, and where unknown.' })
  plaquedOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `plaquedOn` is known.' })
  plaquedOnPrecision!: keyof typeof DatePrecision;
}

export const WorkConnection = connectionOf(() => Work, 'Work', 'works');

@InputType({ description: 'Which works to take: those that meet every condition given.' })
export class WorkFilter {
  @Field(() => String, { nullable: true, description: 'In the campaign of this code. An unknown code gives an empty list.' })
  campaign?: string | null;

  @Field(() => WorkKind, { nullable: true, description: 'Of this kind.' })
  kind?: WorkKind | null;

  @Field(() => WorkStatus, { nullable: true, description: 'Of this status.' })
  status?: WorkStatus | null;

  @Field(() => CongressTier, { nullable: true, description: 'Greeting a congress of this tier.' })
  congressTier?: CongressTier | null;

  @Field(() => Int, { nullable: true, description: 'Registered, completed or marked with a plaque in this year.' })
  year?: number | null;
}

@ArgsType()
export class WorkListArgs extends PageArgs {
  @Field(() => WorkFilter, { nullable: true, description: 'Conditions; all works that the caller sees where left out.' })
  where?: WorkFilter | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;
}

@ArgsType()
export class WorkTotalsArgs {
  @Field(() => String, { nullable: true, description: 'In the campaign of this code alone. An unknown code gives null.' })
  campaign?: string | null;

  @Field(() => WorkFilter, { nullable: true, description: 'Conditions; all works where left out.' })
  where?: WorkFilter | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;
}

@ObjectType({ description: 'How many works there are, and what they are worth together.' })
abstract class WorkSum {
  @Field(() => Int, { description: 'How many.' })
  works!: number;

  @Field(() => Quantity, { nullable: true, description: 'What they are worth together, in đồng: the sum of those whose value is known; null where none is.' })
  valueVnd!: string | null;

  @Field(() => Qualifier, {
    nullable: true,
    description: 'How exactly `valueVnd` is known: MORE_THAN with a part that is MORE_THAN or AT_LEAST and nothing looser, ABOUT with one that is NEARLY or ABOUT. Null without a value.',
  })
  valueQualifier!: Qualifier | null;

  @Field(() => Int, { description: 'Of how many nobody told the value.' })
  withoutValue!: number;
}

@ObjectType({ description: 'The works that greet a congress of one tier and have come equally far.' })
export class WorkGroup extends WorkSum {
  @Field(() => CongressTier, { nullable: true, description: 'The congress that they greet; null: none is told.' })
  congressTier!: CongressTier | null;

  @Field(() => WorkStatus, { description: 'How far they have come.' })
  status!: WorkStatus;
}

@ObjectType({ description: 'Works counted, and valued, by tier of congress and status.' })
export class WorkTotals extends WorkSum {
  @Field(() => [WorkGroup], { description: 'By tier, the grassroots first, those without one last; within a tier by status.' })
  groups!: WorkGroup[];
}

@InputType({ description: 'A work as it is to be. What is left out is empty, also where it was not.' })
export class SaveWorkInput extends AnnotatedInput {
  @Field(() => String, { nullable: true, description: 'Code of the work, new or known: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`, starting with a letter or digit. Left out: a new work, to which the server gives one.' })
  code?: string | null;

  @Field(() => String, { description: 'Code of the unit whose work it is, of which the caller is a REPORTER. It stays so.' })
  unit!: string;

  @Field(() => WorkKind, { description: 'What it is.' })
  kind!: WorkKind;

  @Field(() => String, { description: 'Name in Vietnamese, 1 to 500 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Code of the campaign in which it is done.' })
  campaign?: string | null;

  @Field(() => CongressTier, { nullable: true, description: 'The congress that it greets.' })
  congressTier?: CongressTier | null;

  @Field(() => WorkStatus, { nullable: true, description: 'How far it has come, REGISTERED unless given; PLAQUED is said by `plaqueWork` alone.' })
  status?: WorkStatus | null;

  @Field(() => Quantity, { nullable: true, description: 'What it is worth: whole đồng, 0 or more.' })
  valueVnd?: number | null;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly `valueVnd` is stated, EXACT unless given; not without a value.' })
  valueQualifier?: Qualifier | null;

  @Field(() => DateScalar, { nullable: true, description: 'When it was registered: today or before.' })
  registeredOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of `registeredOn` is known; DAY unless given.' })
  registeredOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => DateScalar, { nullable: true, description: 'When it was completed: today or before, not before it was registered, and only of a work that is COMPLETED.' })
  completedOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of `completedOn` is known; DAY unless given.' })
  completedOnPrecision?: keyof typeof DatePrecision | null;
}

@InputType({ description: 'A completed work that gets its plaque.' })
export class PlaqueWorkInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the work, which is COMPLETED. The caller is an APPROVER of a unit above; at the root, of the root.' })
  code!: string;

  @Field(() => DateScalar, { nullable: true, description: 'When the plaque was put up: today or before, not before the work was completed. Today unless given.' })
  on?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of `on` is known; DAY unless given.' })
  onPrecision?: keyof typeof DatePrecision | null;
}

@ObjectType({ description: 'What a mutation of a work did.' })
abstract class WorkPayload extends CommandPayload {
  @Field(() => Work, { nullable: true, description: 'The work as it is now, also where its version was not the expected one; null where there is none to show.' })
  work!: Work | null;
}

@ObjectType({ description: 'What `saveWork` did.' })
export class SaveWorkPayload extends WorkPayload {}
@ObjectType({ description: 'What `plaqueWork` did.' })
export class PlaqueWorkPayload extends WorkPayload {}
