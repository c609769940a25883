import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { parseOptionalDay } from '../shared/dates.js';
import { DateScalar } from '../shared/scalars.js';
import { LaunchRequirement } from './campaign-change.type.js';
import { campaignByCode, campaignByKey, linkedTo, listCampaigns, listImplementing, listLaunchedBy, phasesOf, phasesOn, targetOf } from './campaign.query.js';
import { missingForLaunch, type LaunchRequirement as Requirement } from './campaign.rules.js';
import { Campaign, CampaignConnection, CampaignListArgs, CampaignPhase } from './campaign.type.js';
import { indicatorsOf } from './indicator.query.js';
import { Indicator } from './indicator.type.js';

@Resolver(() => Campaign)
export class CampaignResolver {
  @Query(() => Campaign, { nullable: true, description: 'The campaign of a code; null where there is none, or none that the caller sees.' })
  campaign(
    @Arg('code', () => String, { description: 'The campaign’s code, such as `1m-initiatives`.' }) code: string,
    @Ctx() { reads }: Context,
  ): Promise<Campaign | null> | null {
    return isCode(code) ? reads.row(campaignByCode, [code]) : null;
  }

  @Query(() => CampaignConnection, { description: 'All campaigns that the caller sees, by code.' })
  campaigns(@Args(() => CampaignListArgs) args: CampaignListArgs, @Ctx() { reads }: Context): Promise<Page<Campaign>> {
    return listCampaigns(reads, args);
  }

  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit that launched it; null where a body outside the unions did, and where the caller does not see the unit.' })
  launchedBy(@Root() campaign: Campaign, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return campaign.launchedByKey === null ? null : orgUnits.byKey(campaign.launchedByKey);
  }

  @FieldResolver(() => [CampaignPhase], { description: 'Its phases, rounds and peaks, in the order in which they begin, those of unknown date last.' })
  phases(
    @Root() campaign: Campaign,
    @Arg('activeOn', () => DateScalar, {
      nullable: true,
      description: 'Only those that run on this day: begun, and not known to have ended. A date known to the month or year counts from its first or to its last day; a phase without a known beginning is left out. BAD_USER_INPUT unless a date.',
    })
    activeOn: unknown,
    @Ctx() { reads }: Context,
  ): Promise<CampaignPhase[]> {
    const day = parseOptionalDay(activeOn, 'activeOn');
    return day === undefined ? reads.rows(phasesOf, [campaign.key]) : reads.rows(phasesOn, [campaign.key, day]);
  }

  @FieldResolver(() => [LaunchRequirement], {
    nullable: true,
    description: 'Of a draft: what it lacks before it can be launched (R-20), as `launchCampaign` would say; empty where it is ready. Null unless it is a draft.',
  })
  async missingForLaunch(@Root() campaign: Campaign, @Ctx() { reads }: Context): Promise<Requirement[] | null> {
    if (campaign.status !== 'DRAFT') return null;
    const found = await reads.row(targetOf, [campaign.key]);
    return missingForLaunch(campaign, found?.target ?? false);
  }

  @FieldResolver(() => [Indicator], { description: 'What it is said to count, by code. Where nothing is said, figures of any indicator may be there all the same.' })
  indicators(@Root() campaign: Campaign, @Ctx() { reads }: Context): Promise<Indicator[]> {
    return reads.rows(indicatorsOf, [campaign.key]);
  }

  @FieldResolver(() => Campaign, {
    nullable: true,
    description:
      'The campaign of an ancestor or of a body outside the unions that it carries out (cụ thể hóa). Its figures do not flow there. Null where there is none, or none that the caller sees.',
  })
  implements(@Root() campaign: Campaign, @Ctx() { reads }: Context): Promise<Campaign | null> | null {
    return campaign.implementsKey === null ? null : reads.row(campaignByKey, [campaign.implementsKey]);
  }

  @FieldResolver(() => CampaignConnection, { description: 'The campaigns that carry this one out, as far as the caller sees them, by code.' })
  implementedBy(@Root() campaign: Campaign, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Campaign>> {
    return listImplementing(reads, campaign.key, args);
  }

  @FieldResolver(() => [Campaign], {
    description: 'Campaigns linked with it (gắn với), in either direction, as far as the caller sees them, by code. Nothing is summed through a link.',
  })
  linkedCampaigns(@Root() campaign: Campaign, @Ctx() { reads }: Context): Promise<Campaign[]> {
    return reads.rows(linkedTo, [campaign.key]);
  }

  @FieldResolver(() => Campaign, { nullable: true, description: 'The campaign that it follows on from; null where there is none, or none that the caller sees.' })
  precededBy(@Root() campaign: Campaign, @Ctx() { reads }: Context): Promise<Campaign | null> | null {
    return campaign.precededByKey === null ? null : reads.row(campaignByKey, [campaign.precededByKey]);
  }
}

@Resolver(() => CampaignPhase)
export class CampaignPhaseResolver {
  @FieldResolver(() => Campaign, { description: 'The campaign of which it is a part.' })
  campaign(@Root() phase: CampaignPhase, @Ctx() { reads }: Context): Promise<Campaign | null> {
    return reads.row(campaignByKey, [phase.campaignKey]);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitCampaignResolver {
  @FieldResolver(() => CampaignConnection, { description: 'The campaigns that the unit launched, by code.' })
  campaigns(@Root() unit: OrgUnit, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Campaign>> {
    return listLaunchedBy(reads, unit.key, args);
  }
}
