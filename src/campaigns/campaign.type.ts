import { ArgsType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { Sector } from '../org-units/org-unit.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar } from '../shared/scalars.js';

export const CampaignKind = defineEnum('CampaignKind', 'What a campaign is called and how it works.', {
  MOVEMENT: 'Emulation movement (phong trào thi đua).',
  PROGRAMME: 'Programme (chương trình).',
  DRIVE: 'Mobilisation drive (cuộc vận động).',
  SPECIAL_DRIVE: 'Special emulation drive (đợt thi đua đặc biệt).',
  ACTION_MONTH: 'Workers’ Month, or an action month (Tháng Công nhân, Tháng hành động).',
});
export type CampaignKind = keyof typeof CampaignKind;

export const CampaignStatus = defineEnum('CampaignStatus', 'How far a campaign has come.', {
  DRAFT: 'Being drawn up: seen only by those who have the unit that drafts it in scope.',
  LAUNCHED: 'Launched (phát động).',
  CLOSED: 'Closed: what is on its way may still be approved, nothing new is begun.',
});
export type CampaignStatus = keyof typeof CampaignStatus;

export const Cadence = defineEnum('Cadence', 'Whether a campaign recurs (Law on Emulation 2022, article 16).', {
  REGULAR: 'Regular emulation (thi đua thường xuyên).',
  THEMATIC: 'Emulation on a theme and for a time (thi đua theo chuyên đề).',
});

export const UnionBody = defineEnum('UnionBody', 'A body of a unit that acts in its name.', {
  PRESIDIUM: 'Presidium (đoàn chủ tịch).',
  STANDING_COMMITTEE: 'Standing committee (ban thường vụ).',
  EXECUTIVE_COMMITTEE: 'Executive committee (ban chấp hành).',
});
export type UnionBody = keyof typeof UnionBody;

export const DatePrecision = defineEnum('DatePrecision', 'How much of a date is known.', {
  DAY: 'The day.',
  MONTH: 'The month; the day written is no statement.',
  YEAR: 'The year; month and day written are no statement.',
});

export const PhaseKind = defineEnum('PhaseKind', 'What a part of a campaign is.', {
  PHASE: 'Phase (giai đoạn).',
  ROUND: 'Round (đợt).',
  PEAK: 'Peak week or month (tuần, tháng cao điểm).',
});

@ObjectType({ description: 'What campaigns and their phases have in common: when they run.' })
abstract class Period {
  @Field(() => DateScalar, { nullable: true, description: 'First day; null where unknown.' })
  startsOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `startsOn` is known.' })
  startsOnPrecision!: keyof typeof DatePrecision;

  @Field(() => DateScalar, { nullable: true, description: 'Last day; null where unknown or open.' })
  endsOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `endsOn` is known.' })
  endsOnPrecision!: keyof typeof DatePrecision;
}

@ObjectType({
  implements: Node,
  description:
    'An emulation campaign: a movement, programme, drive or action month (phong trào thi đua), launched by a unit or by a body outside the unions.',
})
export class Campaign extends Period implements Keyed {
  key!: number;
  launchedByKey!: number | null;
  implementsKey!: number | null;
  precededByKey!: number | null;

  @Field(() => String, { description: 'Code that names the campaign in arguments and imports, such as `1m-initiatives`. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese, as its launcher writes it.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name in English, where there is one.' })
  nameEn!: string | null;

  @Field(() => [String], { description: 'Other names and spellings, local names included.' })
  aliases!: string[];

  @Field(() => CampaignKind, { description: 'What it is.' })
  kind!: CampaignKind;

  @Field(() => Cadence, { nullable: true, description: 'Regular or thematic; null where unknown.' })
  cadence!: keyof typeof Cadence | null;

  @Field(() => String, { nullable: true, description: 'The body outside the unions that launched it; null where a unit did.' })
  externalLauncher!: string | null;

  @Field(() => UnionBody, { nullable: true, description: 'The body of the unit that launched it; null where unknown, and where a body outside the unions did.' })
  launchingBody!: UnionBody | null;

  @Field(() => CampaignStatus, { description: 'How far it has come.' })
  status!: CampaignStatus;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the launch (phát động); null of a draft, and where unknown.' })
  launchedOn!: Day | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which it was closed; null unless CLOSED, and where unknown.' })
  closedOn!: Day | null;

  @Field(() => Int, { description: 'Counts the changes of the campaign, its phases and its indicators; mutations take it as `expectedVersion`.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'Theme (chủ đề).' })
  theme!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is to achieve, in words (mục tiêu); numbers are targets.' })
  objective!: string | null;

  @Field(() => String, { nullable: true, description: 'What is to be done (nội dung).' })
  content!: string | null;

  @Field(() => String, { nullable: true, description: 'How it is to be done (biện pháp).' })
  measures!: string | null;

  @Field(() => String, { nullable: true, description: 'Whom it addresses (đối tượng).' })
  audience!: string | null;

  @Field(() => [Sector], { description: 'The sectors that it is for; empty where none is named: it is for all.' })
  sectors!: (keyof typeof Sector)[];

  @Field(() => [String], { description: 'Occasions for which it is held (dịp), such as an anniversary.' })
  occasions!: string[];

  @Field(() => Boolean, { description: 'Whether units see their places in it among units whose numbers they do not see (`OrgUnit.rank`).' })
  publishesRanks!: boolean;

  @Field(() => String, { nullable: true, description: 'Where what is said of the campaign comes from; null to callers without a scope.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it; null to callers without a scope.' })
  note!: string | null;
}

@ObjectType({
  implements: Node,
  description: 'A phase, round or peak of a campaign. Figures of a phase and of the whole campaign are apart: neither follows from the other.',
})
export class CampaignPhase extends Period implements Keyed {
  key!: number;
  campaignKey!: number;

  @Field(() => String, { description: 'Code that names the phase within its campaign, such as `phase-1`.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => PhaseKind, { description: 'Phase, round or peak.' })
  kind!: keyof typeof PhaseKind;

  @Field(() => String, { nullable: true, description: 'Theme of its own.' })
  theme!: string | null;
}

export const CampaignConnection = connectionOf(() => Campaign, 'Campaign', 'campaigns');

@InputType({ description: 'Which campaigns to list: those that meet every condition given.' })
export class CampaignFilter {
  @Field(() => CampaignKind, { nullable: true, description: 'Of this kind.' })
  kind?: CampaignKind | null;

  @Field(() => Cadence, { nullable: true, description: 'Regular or thematic.' })
  cadence?: keyof typeof Cadence | null;

  @Field(() => Sector, { nullable: true, description: 'Said to be for this sector.' })
  sector?: keyof typeof Sector | null;

  @Field(() => CampaignStatus, { nullable: true, description: 'Of this status; left out: of any.' })
  status?: CampaignStatus | null;

  @Field(() => String, { nullable: true, description: 'Launched by the unit of this code. An unknown code gives an empty list.' })
  launchedBy?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For the unit of this code: launched by it, by a unit above it today, or by a body outside the unions. A code that is unknown, or of a unit that the caller does not see, gives an empty list.',
  })
  for?: string | null;

  @Field(() => String, { nullable: true, description: 'Carrying out the campaign of this code. An unknown code gives an empty list.' })
  implements?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'Running on this day: begun, and not known to have ended. A date known to the month or year counts from its first or to its last day; a campaign without a known beginning is left out. BAD_USER_INPUT unless a date.',
  })
  activeOn?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'Not known to have ended before this day; dates count as for `activeOn`. BAD_USER_INPUT unless a date.' })
  from?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'Begun on this day or before; dates count as for `activeOn`. BAD_USER_INPUT unless a date.' })
  to?: unknown;

  @Field(() => String, {
    nullable: true,
    description:
      'Words that all occur in code, name, English name or aliases, without regard to case, accents, quotes and dashes. At most 100 characters, else BAD_USER_INPUT.',
  })
  search?: string | null;
}

@ArgsType()
export class CampaignListArgs extends PageArgs {
  @Field(() => CampaignFilter, { nullable: true, description: 'Conditions; all campaigns that the caller sees where left out.' })
  where?: CampaignFilter | null;
}
