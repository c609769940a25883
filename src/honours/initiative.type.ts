import { ArgsType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { BENEATH, Qualifier } from '../org-units/org-unit.type.js';
import { Figure } from '../ledger/figure.type.js';
import { BulkMode } from '../results/result.type.js';
import { AnnotatedInput, ShownAnnotated } from '../shared/annotated.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { ChangeInput, CommandInput, CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, Quantity } from '../shared/scalars.js';
import { UserError } from '../shared/user-error.js';

export const InitiativeKind = defineEnum('InitiativeKind', 'What an initiative is.', {
  TECHNICAL: 'Technical solution (giải pháp kỹ thuật).',
  MANAGEMENT: 'Management solution (giải pháp quản lý).',
  OPERATIONAL: 'Operational solution (giải pháp tác nghiệp).',
  TECHNOLOGY_APPLICATION: 'Application of technical advance (giải pháp ứng dụng tiến bộ kỹ thuật).',
  RESEARCH: 'Research topic (đề tài nghiên cứu).',
  EXPERIENCE: 'Initiative from experience, in schools (sáng kiến kinh nghiệm).',
  TECHNICAL_IMPROVEMENT: 'Technical improvement (cải tiến kỹ thuật).',
  SCIENTIFIC_TOPIC: 'Scientific topic (đề tài khoa học).',
  OTHER: 'None of the others.',
});
export type InitiativeKind = keyof typeof InitiativeKind;

export const InitiativeStage = defineEnum('InitiativeStage', 'How far an initiative has come. REGISTERED, UPLOADED, UNDER_REVIEW, then VALID or REJECTED; a VALID one is RECOGNISED and APPLIED, a REJECTED one may be UPLOADED again.', {
  REGISTERED: 'Registered with the unit (đăng ký).',
  UPLOADED: 'Uploaded to the portal (cập nhật lên phần mềm).',
  UNDER_REVIEW: 'Being reviewed (đang xét duyệt).',
  VALID: 'Found valid (hợp lệ).',
  REJECTED: 'Found not valid.',
  RECOGNISED: 'Recognised by the council (được công nhận).',
  APPLIED: 'Put to use (đã ứng dụng).',
});
export type InitiativeStage = keyof typeof InitiativeStage;

@ObjectType({ description: 'A stage that an initiative came to.' })
export class InitiativeStep {
  @Field(() => InitiativeStage, { description: 'The stage.' })
  stage!: InitiativeStage;

  @Field(() => DateScalar, { description: 'The day on which it came there.' })
  on!: Day;

  @Field(() => String, { nullable: true, description: 'Why, as far as that was told.' })
  reason!: string | null;
}

@ObjectType({
  implements: Node,
  description:
    'An initiative in the register of a unit (sáng kiến). Of a technology secret, only those who hold a grant on the unit itself read description, benefit and authors; to everybody else who sees it these are null, or none.',
})
export class Initiative extends ShownAnnotated implements Keyed {
  key!: number;
  unitKey!: number;
  campaignKey!: number | null;
  phaseKey!: number | null;
  /** For cursors. */
  registeredOn!: Day;

  @Field(() => String, { description: 'Code that names the initiative in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Title in Vietnamese.' })
  title!: string;

  @Field(() => InitiativeKind, { nullable: true, description: 'What it is; null where none is told.' })
  kind!: InitiativeKind | null;

  @Field(() => String, { nullable: true, description: 'What it is about, in short.' })
  summary!: string | null;

  @Field(() => Boolean, { description: 'Whether it is a technology secret (bí mật công nghệ).' })
  secret!: boolean;

  @Field(() => InitiativeStage, { description: 'The stage at which it stands.' })
  stage!: InitiativeStage;

  @Field(() => DateScalar, { description: 'The day on which it came to that stage.' })
  stageOn!: Day;

  @Field(() => String, { nullable: true, description: 'How it works. Null outside the caller’s scope, and of another’s technology secret.' })
  description!: string | null;

  @Field(() => Quantity, { nullable: true, description: 'What it saves or earns, in whole đồng (giá trị làm lợi); null where nobody told, outside the caller’s scope, and of another’s technology secret.' })
  benefitVnd!: number | null;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly `benefitVnd` is stated; null without one.' })
  benefitQualifier!: Qualifier | null;
}

export const InitiativeConnection = connectionOf(() => Initiative, 'Initiative', 'initiatives');

@InputType({ description: 'Which initiatives to list: those that meet every condition given.' })
export class InitiativeFilter {
  @Field(() => String, { nullable: true, description: 'Of the campaign of this code. An unknown code gives an empty list.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Of the phase of this code, of whatever campaign.' })
  phase?: string | null;

  @Field(() => InitiativeStage, { nullable: true, description: 'Standing at this stage.' })
  stage?: InitiativeStage | null;

  @Field(() => InitiativeKind, { nullable: true, description: 'Of this kind.' })
  kind?: InitiativeKind | null;

  @Field(() => String, { nullable: true, description: 'Words that all occur in code, title or summary, without regard to case and accents. At most 100 characters, else BAD_USER_INPUT.' })
  search?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Registered, or else first known, on this day or later. BAD_USER_INPUT unless a date.' })
  from?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'Registered, or else first known, on this day or before. BAD_USER_INPUT unless a date.' })
  to?: unknown;
}

@ArgsType()
export class InitiativeListArgs extends PageArgs {
  @Field(() => InitiativeFilter, { nullable: true, description: 'Conditions; all initiatives that the caller sees where left out.' })
  where?: InitiativeFilter | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;
}

export const FunnelDimension = defineEnum('FunnelDimension', 'By what a funnel is divided.', {
  YEAR: 'By the year in which they were registered, or else first known.',
  SECTOR: 'By the sector of the unit.',
  KIND: 'By kind.',
  UNIT: 'By the direct child, in today’s tree, in whose subtree they stand; the unit’s own stand under itself.',
});
export type FunnelDimension = keyof typeof FunnelDimension;

@ArgsType()
export class FunnelArgs {
  @Field(() => String, { nullable: true, description: 'Code of a campaign: those of it alone. An unknown code gives null.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of a phase of the campaign: those of it alone. Without `campaign`, BAD_USER_INPUT; an unknown code gives null.' })
  phase?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day; today in Việt Nam unless given. BAD_USER_INPUT unless a date.' })
  asOf?: unknown;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;

  @Field(() => FunnelDimension, { nullable: true, description: 'How to divide it into `groups`; undivided unless given.' })
  by?: FunnelDimension | null;
}

@ObjectType({ description: 'How many initiatives had come how far by the end of a day. One that came to a stage is counted at all stages before it.' })
export class StageCounts {
  @Field(() => Int, { description: 'How many were known.' })
  registered!: number;

  @Field(() => Int, { description: 'How many of them had been uploaded, or come further.' })
  uploaded!: number;

  @Field(() => Int, { description: 'How many had come under review, or further; those that were rejected are among them.' })
  underReview!: number;

  @Field(() => Int, { description: 'How many had been found valid, or come further.' })
  valid!: number;

  @Field(() => Int, { description: 'How many had been recognised, or come further.' })
  recognised!: number;

  @Field(() => Int, { description: 'How many had been applied.' })
  applied!: number;

  @Field(() => Int, { description: 'How many stood rejected on that day.' })
  rejected!: number;
}

@ObjectType({ description: 'A part of a funnel.' })
export class FunnelGroup {
  unitKey!: number | null;

  @Field(() => String, { nullable: true, description: 'The year, sector, kind, or code of the unit; null: none is told.' })
  key!: string | null;

  @Field(() => StageCounts, { description: 'How many had come how far.' })
  counts!: StageCounts;
}

@ObjectType({ description: 'How many initiatives of a unit, or of its subtree, had come how far by a day.' })
export class InitiativeFunnel {
  @Field(() => DateScalar, { description: 'The day.' })
  asOf!: Day;

  @Field(() => StageCounts, { description: 'How many had come how far.' })
  counts!: StageCounts;

  @Field(() => [FunnelGroup], { description: 'The same, divided: by key, what has none last; empty where `by` is left out. Each initiative is in one group.' })
  groups!: FunnelGroup[];
}

@InputType({ description: 'An initiative as it is to be. What is left out is empty, also where it was not; its stages stay. From UNDER_REVIEW on only its benefit can be said anew: all else must be as it is, or CONFLICT; once REJECTED, it is open again.' })
export class SaveInitiativeInput extends AnnotatedInput {
  @Field(() => String, { nullable: true, description: 'Code of the initiative, new or known: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`, starting with a letter or digit. Left out: a new one, to which the server gives one.' })
  code?: string | null;

  @Field(() => String, { description: 'Code of the unit in whose register it is, of which the caller is a REPORTER. It stays so.' })
  unit!: string;

  @Field(() => String, { description: 'Title in Vietnamese, 1 to 500 characters.' })
  title!: string;

  @Field(() => InitiativeKind, { nullable: true, description: 'What it is.' })
  kind?: InitiativeKind | null;

  @Field(() => String, { nullable: true, description: 'Code of the campaign in which it counts.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the phase of that campaign.' })
  phase?: string | null;

  @Field(() => [String], { nullable: true, description: 'Codes of the persons who thought of it, in order: at most 50, each once.' })
  authors?: string[] | null;

  @Field(() => String, { nullable: true, description: 'What it is about, in short: at most 2,000 characters. Whoever sees the initiative reads it.' })
  summary?: string | null;

  @Field(() => String, { nullable: true, description: 'How it works: at most 10,000 characters.' })
  description?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is a technology secret; false unless given. One that is or was takes a caller who holds a grant on the unit itself.' })
  secret?: boolean | null;

  @Field(() => Quantity, { nullable: true, description: 'What it saves or earns: whole đồng, 0 or more.' })
  benefitVnd?: number | null;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly `benefitVnd` is stated, EXACT unless given; not without a benefit.' })
  benefitQualifier?: Qualifier | null;

  @Field(() => DateScalar, { nullable: true, description: 'Of a new one: when it was registered, today or before; today unless given.' })
  registeredOn?: unknown;
}

const TO = 'The stage to which it comes: of REGISTERED, UPLOADED; of that, UNDER_REVIEW; then VALID or REJECTED; of VALID, RECOGNISED; then APPLIED; of REJECTED, UPLOADED. VALID, REJECTED and RECOGNISED take an APPROVER of a unit above (at the root, of the root) who neither registered it nor said last what it is; the others a REPORTER of the unit. It comes to 50 stages at most.';
const ON = 'The day on which it comes there: today or before, not before the stage at which it stands. Today unless given.';
const REASON = 'Why, 1 to 2,000 characters; REJECTED takes one.';

@InputType({ description: 'An initiative that comes to its next stage.' })
export class AdvanceInitiativeInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the initiative.' })
  code!: string;

  @Field(() => InitiativeStage, { description: TO })
  to!: InitiativeStage;

  @Field(() => DateScalar, { nullable: true, description: ON })
  on?: unknown;

  @Field(() => String, { nullable: true, description: REASON })
  reason?: string | null;
}

@InputType({ description: 'One of several initiatives that come to their next stage.' })
export class AdvanceInitiativeItem {
  @Field(() => String, { description: 'Code of the initiative.' })
  code!: string;

  @Field(() => Int, { description: 'Its `version` as you have seen it.' })
  expectedVersion!: number;
}

@InputType({ description: 'Initiatives that come to their next stage, the same for all.' })
export class AdvanceInitiativesInput extends CommandInput {
  @Field(() => [AdvanceInitiativeItem], { description: 'Which: 1 to 500.' })
  items!: AdvanceInitiativeItem[];

  @Field(() => InitiativeStage, { description: TO })
  to!: InitiativeStage;

  @Field(() => DateScalar, { nullable: true, description: ON })
  on?: unknown;

  @Field(() => String, { nullable: true, description: REASON })
  reason?: string | null;

  @Field(() => BulkMode, { description: 'What becomes of them if some cannot come there.' })
  mode!: BulkMode;
}

@InputType({ description: 'A unit whose register is to be counted into drafts of results.' })
export class FeedInitiativeCountsInput extends CommandInput {
  @Field(() => Int, { nullable: true, description: 'The highest `version` among the drafts that you have seen for that day; 0: there is none yet. If that is otherwise by now, nothing is done: CONFLICT. Left out: whatever drafts there are.' })
  expectedVersion?: number | null;

  @Field(() => String, { description: 'Code of the unit, of which the caller is a REPORTER. Its own register is counted, not those beneath it.' })
  unit!: string;

  @Field(() => String, { description: 'Code of the campaign, which is LAUNCHED.' })
  campaign!: string;

  @Field(() => String, { nullable: true, description: 'Code of a phase: its initiatives, for its results. Left out: all of the campaign, for the results of the campaign as a whole.' })
  phase?: string | null;

  @Field(() => DateScalar, { description: 'The day as of which is counted: today or before.' })
  asOf!: unknown;
}

@ObjectType({ description: 'What a mutation of an initiative did.' })
abstract class InitiativePayload extends CommandPayload {
  @Field(() => Initiative, { nullable: true, description: 'The initiative as it is now, also where its version was not the expected one; null where there is none to show.' })
  initiative!: Initiative | null;
}

@ObjectType({ description: 'What `saveInitiative` did.' })
export class SaveInitiativePayload extends InitiativePayload {}
@ObjectType({ description: 'What `advanceInitiative` did.' })
export class AdvanceInitiativePayload extends InitiativePayload {}

@ObjectType({ description: 'What became of one of several initiatives.' })
export class InitiativeOutcome {
  @Field(() => String, { description: 'The code that was sent.' })
  code!: string;

  @Field(() => Initiative, { nullable: true, description: 'The initiative as it is now; null where the caller does not see it, or may not do this to it.' })
  initiative!: Initiative | null;

  @Field(() => [UserError], { description: 'Why it could not be done; empty where it could.' })
  userErrors!: readonly UserError[];
}

@ObjectType({ description: 'What `advanceInitiatives` did.' })
export class AdvanceInitiativesPayload extends CommandPayload {
  @Field(() => [InitiativeOutcome], { description: 'What became of each, in the order sent. With ALL_OR_NOTHING and `userErrors`, what would have; empty where one is not the caller’s to do this to.' })
  outcomes!: readonly InitiativeOutcome[];

  @Field(() => Int, { description: 'How many were done.' })
  done!: number;
}

@ObjectType({ description: 'What `feedInitiativeCounts` did.' })
export class FeedInitiativeCountsPayload extends CommandPayload {
  @Field(() => [Figure], { description: 'The drafts, one for each counting stage of the campaign’s indicators, by the indicator’s code; also those that said the number already, in whatever status.' })
  figures!: readonly Figure[];
}
