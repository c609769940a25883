import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ChangeInput, CommandPayload, SaveInput } from '../shared/mutation.type.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, DateTime } from '../shared/scalars.js';
import { OrgLevel, OrgUnit } from '../org-units/org-unit.type.js';

export const ReportKind = defineEnum('ReportKind', 'Over what a reporting round goes.', {
  MONTH: 'A month (báo cáo tháng).',
  QUARTER: 'A quarter (quý).',
  HALF_YEAR: 'Half a year (sơ kết 6 tháng).',
  YEAR: 'A year (tổng kết năm).',
  SCHOOL_YEAR: 'A school year (năm học).',
  PHASE: 'A phase of the campaign (giai đoạn).',
  CUSTOM: 'Any other period.',
});
export type ReportKind = keyof typeof ReportKind;

@ObjectType({ description: 'By when units of a level owe their results.' })
export class RoundDue {
  @Field(() => OrgLevel, { description: 'Units of this level owe.' })
  level!: OrgLevel;

  @Field(() => DateScalar, { description: 'The last day, in Việt Nam, on which handing in is in time.' })
  on!: Day;
}

@ObjectType({
  implements: Node,
  description:
    'What units owe in a campaign, and by when (kỳ báo cáo): for each indicator of the round a result of a day in its period. Owing are the units of the levels that have a due date, active on the last day of the period and standing on it beneath the unit that launched the campaign, or that unit itself; where a body outside the unions launched it, all such units.',
})
export class ReportingRound implements Keyed {
  key!: number;
  campaignKey!: number;
  phaseKey!: number | null;
  /** Null: launched outside the unions. */
  launcherKey!: number | null;
  indicatorKeys!: number[];
  /** Of the results owed, as far as there are any. */
  seriesKeys!: number[];

  @Field(() => String, { description: 'Code that names the round within its campaign, such as `2022-h1`. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => ReportKind, { description: 'Over what it goes.' })
  kind!: ReportKind;

  @Field(() => DateScalar, { description: 'First day of the period: results are as of a day in it.' })
  from!: Day;

  @Field(() => DateScalar, { description: 'Last day of the period.' })
  to!: Day;

  @Field(() => [RoundDue], { description: 'Who owes by when, the highest level first.' })
  due!: RoundDue[];

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was ended: from then on it is nobody’s task. Null while it runs.' })
  endedAt!: string | null;
}

/** How a unit stands in a round. */
export interface RoundStanding {
  /** It stands beneath the launcher of the campaign, or is it: so is everything beneath it. */
  readonly whole: boolean;
  /** Null: it owes nothing. */
  readonly dueOn: Day | null;
  readonly submitted: boolean | null;
  readonly approved: boolean | null;
  readonly onTime: boolean | null;
}

@ObjectType({ description: 'How far a unit, and the units beneath it, have come with a reporting round.' })
export class Reporting {
  standing!: RoundStanding;

  @Field(() => ReportingRound, { description: 'The round.' })
  round!: ReportingRound;

  @Field(() => OrgUnit, { description: 'The unit.' })
  unit!: OrgUnit;

  @Field(() => DateScalar, { nullable: true, description: 'By when the unit itself owes; null where it owes nothing in this round.' })
  dueOn!: Day | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the unit itself has handed in a result for every indicator (SUBMITTED or APPROVED, whatever its coverage); null where it owes nothing.',
  })
  submitted!: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a result for every indicator is approved; null where it owes nothing.' })
  approved!: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it has handed in, every indicator on its due date or before; a correction does not make it late, an imported result counts as handed in when it was recorded. Null where it owes nothing.',
  })
  onTime!: boolean | null;
}

@ObjectType({ description: 'How many of the units beneath have reported in a round. Counted are those in the caller’s scope by today’s tree: a unit that has left it since is counted for nobody who does not have it in scope.' })
export class RoundCoverage {
  of!: Reporting;
  level!: OrgLevel | null;
}

@InputType({ description: 'By when units of a level owe their results.' })
export class RoundDueInput {
  @Field(() => OrgLevel, { description: 'Units of this level.' })
  level!: OrgLevel;

  @Field(() => DateScalar, { description: 'The last day on which handing in is in time: not before the period begins.' })
  on!: unknown;
}

@InputType({ description: 'A reporting round as it is to be. What is left out is empty, also where it was not.' })
export class SaveReportingRoundInput extends SaveInput {
  @Field(() => String, { description: 'Code of the campaign. The caller is a CAMPAIGN_MANAGER of the unit that launched it; where a body outside the unions did, of a NATIONAL unit.' })
  campaign!: string;

  @Field(() => String, { description: 'Code of the round, new or known: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`, starting with a letter or digit.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese, 1 to 500 characters.' })
  name!: string;

  @Field(() => ReportKind, { description: 'Over what it goes.' })
  kind!: ReportKind;

  @Field(() => String, { nullable: true, description: 'Code of a phase of the campaign, whose results are owed; left out: those of the campaign as a whole. A round of kind PHASE has one.' })
  phase?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day of the period. May be left out of a PHASE whose first day is known.' })
  from?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'Last day of the period. May be left out of a PHASE whose last day is known.' })
  to?: unknown;

  @Field(() => [RoundDueInput], { description: 'Who owes by when: at least one level, each once.' })
  due!: RoundDueInput[];

  @Field(() => [String], { description: 'Codes of the indicators that are owed: 1 to 50, each once.' })
  indicators!: string[];
}

@InputType({ description: 'A reporting round that is to be nobody’s task any more.' })
export class EndReportingRoundInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the campaign. The caller is a CAMPAIGN_MANAGER of the unit that launched it; where a body outside the unions did, of a NATIONAL unit.' })
  campaign!: string;

  @Field(() => String, { description: 'Code of the round.' })
  code!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@ObjectType({ description: 'What a mutation of a reporting round did.' })
abstract class RoundPayload extends CommandPayload {
  @Field(() => ReportingRound, { nullable: true, description: 'The round as it is now, also where its version was not the expected one; null where there is none to show.' })
  round!: ReportingRound | null;
}

@ObjectType({ description: 'What `saveReportingRound` did.' })
export class SaveReportingRoundPayload extends RoundPayload {}
@ObjectType({ description: 'What `endReportingRound` did.' })
export class EndReportingRoundPayload extends RoundPayload {}
