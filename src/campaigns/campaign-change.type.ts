import { Field, InputType, ObjectType } from 'type-graphql';
import { Sector } from '../org-units/org-unit.type.js';
import { ChangeInput, CommandPayload, SaveInput } from '../shared/mutation.type.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar } from '../shared/scalars.js';
import { Cadence, Campaign, CampaignKind, CampaignPhase, DatePrecision, PhaseKind, UnionBody } from './campaign.type.js';
import type { LaunchRequirement as Requirement } from './campaign.rules.js';

export const LaunchRequirement = defineEnum('LaunchRequirement', 'What a campaign has to have before it is launched.', {
  OBJECTIVE: 'An objective in words (mục tiêu).',
  TARGET: 'At least one target in numbers (chỉ tiêu), or a norm, of the launching unit or of one beneath it.',
  CONTENT: 'What is to be done (nội dung).',
  MEASURES: 'How it is to be done (biện pháp).',
  AUDIENCE: 'Whom it addresses (đối tượng tham gia).',
  THEME: 'A theme (chủ đề).',
  STARTS_ON: 'The day, month or year in which it begins.',
  ENDS_ON: 'The day, month or year in which it ends.',
} satisfies Record<Requirement, string>);

const PRECISION = 'How much of that date is known; left out: the day, where the date is given, else as it was.';

@InputType({ description: 'A phase, round or peak as it is to be.' })
export class CampaignPhaseInput {
  @Field(() => String, { description: 'Code within the campaign.' })
  code!: string;

  @Field(() => String, { description: 'Name, at most 500 characters.' })
  name!: string;

  @Field(() => PhaseKind, { nullable: true, description: 'Phase, round or peak; PHASE unless given. Those of one kind do not overlap, peaks apart.' })
  kind?: keyof typeof PhaseKind | null;

  @Field(() => String, { nullable: true, description: 'Theme of its own, at most 2,000 characters.' })
  theme?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day, on which the campaign runs. BAD_USER_INPUT unless a date.' })
  startsOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of `startsOn` is known; DAY unless given.' })
  startsOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day, on which the campaign runs. BAD_USER_INPUT unless a date.' })
  endsOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of `endsOn` is known; DAY unless given.' })
  endsOnPrecision?: keyof typeof DatePrecision | null;
}

@InputType({ description: 'What is said of a campaign. Fields left out stay as they are; null takes out what is there.' })
export abstract class CampaignContentInput extends SaveInput {
  @Field(() => CampaignKind, { nullable: true, description: 'What it is. A new campaign has to have one; it cannot be null.' })
  kind?: CampaignKind | null;

  @Field(() => String, { nullable: true, description: 'Name in English, at most 500 characters.' })
  nameEn?: string | null;

  @Field(() => [String], { nullable: true, description: 'Other names and spellings, all of them: at most 100.' })
  aliases?: string[] | null;

  @Field(() => Cadence, { nullable: true, description: 'Regular or thematic.' })
  cadence?: keyof typeof Cadence | null;

  @Field(() => UnionBody, { nullable: true, description: 'The body of the unit that launches it.' })
  launchingBody?: UnionBody | null;

  @Field(() => [Sector], { nullable: true, description: 'The sectors that it is for, all of them; none: it is for all.' })
  sectors?: (keyof typeof Sector)[] | null;

  @Field(() => [String], { nullable: true, description: 'Occasions for which it is held, all of them: at most 20, each at most 500 characters.' })
  occasions?: string[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day. BAD_USER_INPUT unless a date.' })
  startsOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: PRECISION })
  startsOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day. BAD_USER_INPUT unless a date.' })
  endsOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: PRECISION })
  endsOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => String, { nullable: true, description: 'Theme (chủ đề), at most 2,000 characters.' })
  theme?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is to achieve, in words (mục tiêu), at most 10,000 characters.' })
  objective?: string | null;

  @Field(() => String, { nullable: true, description: 'What is to be done (nội dung), at most 10,000 characters.' })
  content?: string | null;

  @Field(() => String, { nullable: true, description: 'How it is to be done (biện pháp), at most 10,000 characters.' })
  measures?: string | null;

  @Field(() => String, { nullable: true, description: 'Whom it addresses (đối tượng), at most 2,000 characters.' })
  audience?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether units see their places among units whose numbers they do not see. `publishRanks` changes it later.' })
  publishesRanks?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Code of the campaign that it follows on from.' })
  precededBy?: string | null;

  @Field(() => [String], { nullable: true, description: 'Codes of the campaigns linked with it, all of those that the caller sees: at most 100.' })
  linkedCampaigns?: string[] | null;

  @Field(() => [CampaignPhaseInput], { nullable: true, description: 'Its phases, rounds and peaks, all of them: at most 200. One that has targets already stays.' })
  phases?: CampaignPhaseInput[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of the indicators that it counts, all of them: at most 100. With none, results and targets of any are taken.' })
  indicators?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Where what is said comes from, such as the number of a decision; at most 500 characters.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'A remark, at most 2,000 characters.' })
  note?: string | null;
}

@InputType({ description: 'A campaign to be drawn up, or what is to be changed of a draft. Fields left out stay as they are; null takes out what is there.' })
export class DraftCampaignInput extends CampaignContentInput {
  @Field(() => String, { description: 'Its code, for good: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`. CONFLICT where another campaign has it.' })
  code!: string;

  @Field(() => String, { description: 'Code of the unit that is to launch it, of which the caller is a CAMPAIGN_MANAGER.' })
  unit!: string;

  @Field(() => String, { nullable: true, description: 'Name in Vietnamese, at most 500 characters. A new campaign has to have one; it cannot be null.' })
  name?: string | null;
}

@ObjectType({ description: 'What `draftCampaign` did.' })
export class DraftCampaignPayload extends CommandPayload {
  @Field(() => Campaign, { nullable: true, description: 'The draft; the campaign that is in the way, as far as the caller sees it; else null where nothing was done.' })
  campaign!: Campaign | null;
}

@InputType({ description: 'A unit’s own campaign under one of a unit above it. What is left out is taken over from that one: kind, cadence, dates, phases, theme, objective, content, measures, audience, indicators; null leaves it open.' })
export class ImplementCampaignInput extends CampaignContentInput {
  @Field(() => String, { description: 'Code of the new campaign, for good: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`. CONFLICT where another campaign has it.' })
  code!: string;

  @Field(() => String, { description: 'Code of the unit that is to launch it, of which the caller is a CAMPAIGN_MANAGER.' })
  unit!: string;

  @Field(() => String, { description: 'Code of the campaign that it carries out: LAUNCHED, by a body outside the unions or by a unit that stands above the unit or ever stood there.' })
  implements!: string;

  @Field(() => String, { description: 'Its own name in Vietnamese, at most 500 characters.' })
  name!: string;
}

@ObjectType({ description: 'What `implementCampaign` did.' })
export class ImplementCampaignPayload extends CommandPayload {
  @Field(() => Campaign, { nullable: true, description: 'The draft; the campaign that is in the way, as far as the caller sees it; else null where nothing was done.' })
  campaign!: Campaign | null;
}

@InputType({ description: 'A draft to be launched.' })
export class LaunchCampaignInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the campaign; the caller is a CAMPAIGN_MANAGER of the unit that drafts it.' })
  code!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the launch: today or before; today unless given. BAD_USER_INPUT unless a date.' })
  launchedOn?: unknown;
}

@ObjectType({ description: 'What `launchCampaign` did.' })
export class LaunchCampaignPayload extends CommandPayload {
  @Field(() => Campaign, { nullable: true, description: 'The campaign, launched; as it is where that was refused; null where the caller may not launch it.' })
  campaign!: Campaign | null;

  @Field(() => [LaunchRequirement], { description: 'What is missing, each with an INCOMPLETE among the `userErrors`; empty where nothing is.' })
  missing!: Requirement[];
}

@InputType({ description: 'A campaign to be closed.' })
export class CloseCampaignInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the campaign; the caller is a CAMPAIGN_MANAGER of the unit that launched it.' })
  code!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which it is closed: today or before, not before it was launched and began; today unless given. BAD_USER_INPUT unless a date.' })
  on?: unknown;
}

@ObjectType({ description: 'What `closeCampaign` did.' })
export class CloseCampaignPayload extends CommandPayload {
  @Field(() => Campaign, { nullable: true, description: 'The campaign, closed; as it is where that was refused; null where the caller may not close it.' })
  campaign!: Campaign | null;
}

@InputType({ description: 'A phase, round or peak to be added to a campaign, or what is to be changed of it. Fields left out stay as they are; null takes out what is there.' })
export class SaveCampaignPhaseInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the campaign, a DRAFT or LAUNCHED; the caller is a CAMPAIGN_MANAGER of its unit. `expectedVersion` is the campaign’s.' })
  campaign!: string;

  @Field(() => String, { description: 'Code within the campaign: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`.' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'Name, at most 500 characters. A new one has to have one; it cannot be null.' })
  name?: string | null;

  @Field(() => PhaseKind, { nullable: true, description: 'Phase, round or peak; a new one is a PHASE unless given. Those of one kind do not overlap, peaks apart.' })
  kind?: keyof typeof PhaseKind | null;

  @Field(() => String, { nullable: true, description: 'Theme of its own, at most 2,000 characters.' })
  theme?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day, on which the campaign runs. BAD_USER_INPUT unless a date.' })
  startsOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: PRECISION })
  startsOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day, on which the campaign runs. BAD_USER_INPUT unless a date.' })
  endsOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: PRECISION })
  endsOnPrecision?: keyof typeof DatePrecision | null;
}

@ObjectType({ description: 'What `saveCampaignPhase` did.' })
export class SaveCampaignPhasePayload extends CommandPayload {
  @Field(() => Campaign, { nullable: true, description: 'The campaign; as it is where nothing was done; null where the caller may not change it.' })
  campaign!: Campaign | null;

  @Field(() => CampaignPhase, { nullable: true, description: 'The phase; null where nothing was done.' })
  phase!: CampaignPhase | null;
}

@InputType({ description: 'Whether the places of units are published.' })
export class PublishRanksInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the campaign; the caller is a CAMPAIGN_MANAGER of the unit that launched or drafts it.' })
  campaign!: string;

  @Field(() => Boolean, { description: 'Whether units see their places among units whose numbers they do not see.' })
  publishes!: boolean;
}

@ObjectType({ description: 'What `publishRanks` did.' })
export class PublishRanksPayload extends CommandPayload {
  @Field(() => Campaign, { nullable: true, description: 'The campaign; as it is where nothing was done; null where the caller may not change it.' })
  campaign!: Campaign | null;
}
