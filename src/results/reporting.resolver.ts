import { Arg, Args, Ctx, FieldResolver, Float, Int, Mutation, Resolver, Root } from 'type-graphql';
import { campaignByKey, phaseByKey } from '../campaigns/campaign.query.js';
import { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import { indicatorByKey } from '../campaigns/indicator.query.js';
import { Indicator } from '../campaigns/indicator.type.js';
import type { Context } from '../context.js';
import { percent } from '../ledger/progress.rules.js';
import { OrgLevel, OrgUnit, OrgUnitConnection } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { listOwing, loadCounts, loadStanding, roundByCodes, roundsOf } from './reporting.query.js';
import { endReportingRound, saveReportingRound } from './reporting.service.js';
import {
  EndReportingRoundInput, EndReportingRoundPayload, Reporting, ReportingRound, RoundCoverage, SaveReportingRoundInput, SaveReportingRoundPayload,
} from './reporting.type.js';

@Resolver()
export class ReportingMutationResolver {
  @Mutation(() => SaveReportingRoundPayload, { description: 'Makes a reporting round of a campaign, or says anew what it is (`expectedVersion`).' })
  saveReportingRound(
    @Arg('input', () => SaveReportingRoundInput, { description: 'What it is.' }) input: SaveReportingRoundInput,
    @Ctx() context: Context,
  ): Promise<SaveReportingRoundPayload> {
    return saveReportingRound(context, input);
  }

  @Mutation(() => EndReportingRoundPayload, { description: 'Ends a reporting round, for good: it is nobody’s task any more. What was handed in stays, and is counted as before.' })
  endReportingRound(
    @Arg('input', () => EndReportingRoundInput, { description: 'Which, and why.' }) input: EndReportingRoundInput,
    @Ctx() context: Context,
  ): Promise<EndReportingRoundPayload> {
    return endReportingRound(context, input);
  }
}

@Resolver(() => Campaign)
export class CampaignReportingResolver {
  @FieldResolver(() => [ReportingRound], { description: 'Its reporting rounds, ended ones too, in the order in which their periods end.' })
  reportingRounds(@Root() campaign: Campaign, @Ctx() { reads }: Context): Promise<ReportingRound[]> {
    return reads.rows(roundsOf, [campaign.key]);
  }
}

@Resolver(() => ReportingRound)
export class ReportingRoundResolver {
  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  campaign(@Root() round: ReportingRound, @Ctx() { reads }: Context): Promise<Campaign | null> {
    return reads.row(campaignByKey, [round.campaignKey]);
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase whose results are owed; null: those of the campaign as a whole.' })
  phase(@Root() round: ReportingRound, @Ctx() { reads }: Context): Promise<CampaignPhase | null> | null {
    return round.phaseKey === null ? null : reads.row(phaseByKey, [round.phaseKey]);
  }

  @FieldResolver(() => [Indicator], { description: 'What is owed: a result for each of these, as far as the caller sees them, by code.' })
  async indicators(@Root() { indicatorKeys }: ReportingRound, @Ctx() { reads }: Context): Promise<Indicator[]> {
    const found = await Promise.all(indicatorKeys.map((key) => reads.row(indicatorByKey, [key])));
    return found.filter((indicator) => indicator !== null);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitReportingResolver {
  @FieldResolver(() => Reporting, {
    nullable: true,
    description: 'How the unit, and the units beneath it, stand in a reporting round; null for a unit outside the caller’s scope, and where there is no such round, or none that the caller sees.',
  })
  async reporting(
    @Root() unit: OrgUnit,
    @Arg('campaign', () => String, { description: 'Code of the campaign.' }) campaign: string,
    @Arg('round', () => String, { description: 'Code of the round.' }) code: string,
    @Ctx() { reads }: Context,
  ): Promise<Reporting | null> {
    if (!unit.inScope || !isCode(campaign) || !isCode(code)) return null;
    const round = await reads.row(roundByCodes, [campaign, code]);
    const standing = round && (await loadStanding(reads, unit, round));
    if (round === null || standing === null) return null;
    const { dueOn, submitted, approved, onTime } = standing;
    return { round, unit, standing, dueOn, submitted, approved, onTime };
  }
}

@Resolver(() => Reporting)
export class ReportingResolver {
  @FieldResolver(() => RoundCoverage, {
    description: 'How many of the direct children, or of the units of a level beneath, have reported, by the tree of the last day of the round’s period.',
  })
  coverage(
    @Root() of: Reporting,
    @Arg('level', () => OrgLevel, { nullable: true, description: 'Count units of this level anywhere beneath; left out: the direct children.' }) given: OrgLevel | null | undefined,
  ): RoundCoverage {
    return { of, level: given ?? null };
  }
}

@Resolver(() => RoundCoverage)
export class RoundCoverageResolver {
  @FieldResolver(() => Int, { description: 'How many owe.' })
  async expected(@Root() { of, level }: RoundCoverage, @Ctx() { reads }: Context): Promise<number> {
    return (await loadCounts(reads, of, level)).expected;
  }

  @FieldResolver(() => Int, { description: 'How many of them have handed in a result for every indicator.' })
  async submitted(@Root() { of, level }: RoundCoverage, @Ctx() { reads }: Context): Promise<number> {
    return (await loadCounts(reads, of, level)).submitted;
  }

  @FieldResolver(() => Int, { description: 'How many of them have one approved for every indicator.' })
  async approved(@Root() { of, level }: RoundCoverage, @Ctx() { reads }: Context): Promise<number> {
    return (await loadCounts(reads, of, level)).approved;
  }

  @FieldResolver(() => Int, { description: 'How many of them have handed in on their due date or before.' })
  async onTime(@Root() { of, level }: RoundCoverage, @Ctx() { reads }: Context): Promise<number> {
    return (await loadCounts(reads, of, level)).onTime;
  }

  @FieldResolver(() => Float, { nullable: true, description: 'submitted ÷ expected × 100, to two places; null where none owes.' })
  async percent(@Root() { of, level }: RoundCoverage, @Ctx() { reads }: Context): Promise<number | null> {
    const { expected, submitted } = await loadCounts(reads, of, level);
    return percent(BigInt(submitted), BigInt(expected));
  }

  @FieldResolver(() => OrgUnitConnection, { description: 'Those that owe and have not handed in a result for every indicator, by code.' })
  missing(@Root() { of, level }: RoundCoverage, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<OrgUnit>> {
    return listOwing(reads, of, level, 'missing', args);
  }

  @FieldResolver(() => OrgUnitConnection, { description: 'Those that have handed in, but not all by their due date, by code.' })
  late(@Root() { of, level }: RoundCoverage, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<OrgUnit>> {
    return listOwing(reads, of, level, 'late', args);
  }
}
