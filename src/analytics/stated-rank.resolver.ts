import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { campaignByKey, phaseByKey } from '../campaigns/campaign.query.js';
import { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import { indicatorByKey } from '../campaigns/indicator.query.js';
import { Indicator } from '../campaigns/indicator.type.js';
import type { Context } from '../context.js';
import { clusterByKey } from '../org-units/cluster.query.js';
import { EmulationCluster } from '../org-units/cluster.type.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { regionByKey } from '../org-units/region.query.js';
import { Region } from '../org-units/region.type.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { claimsOf } from '../sources/claims.resolver.js';
import { listStatedRanks } from './stated-rank.query.js';
import { saveStatedRank } from './stated-rank.service.js';
import { SaveStatedRankInput, SaveStatedRankPayload, StatedRank, StatedRankConnection } from './stated-rank.type.js';

@Resolver(() => StatedRank)
export class StatedRankResolver {
  @Mutation(() => SaveStatedRankPayload, { description: 'Keeps a place that a source tells of, or says anew what it is. By a REPORTER of the unit.' })
  saveStatedRank(@Arg('input', () => SaveStatedRankInput, { description: 'What the source tells.' }) input: SaveStatedRankInput, @Ctx() context: Context): Promise<SaveStatedRankPayload> {
    return saveStatedRank(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'Whose place it is.' })
  unit(@Root() rank: StatedRank, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(rank.unitKey);
  }

  @FieldResolver(() => Campaign, { description: 'The campaign in which.' })
  campaign(@Root() rank: StatedRank, @Ctx() { reads }: Context): Promise<Campaign | null> {
    return reads.row(campaignByKey, [rank.campaignKey]);
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase; null: the campaign as a whole.' })
  phase(@Root() { phaseKey }: StatedRank, @Ctx() { reads }: Context): Promise<CampaignPhase | null> | null {
    return phaseKey === null ? null : reads.row(phaseByKey, [phaseKey]);
  }

  @FieldResolver(() => Indicator, { nullable: true, description: 'The indicator; null where the source does not tell or there were several, and where the caller does not see it.' })
  indicator(@Root() { indicatorKey }: StatedRank, @Ctx() { reads }: Context): Promise<Indicator | null> | null {
    return indicatorKey === null ? null : reads.row(indicatorByKey, [indicatorKey]);
  }

  @FieldResolver(() => Region, { nullable: true, description: 'The region; null in another group, and where the source does not tell which.' })
  region(@Root() { regionKey }: StatedRank, @Ctx() { reads }: Context): Promise<Region | null> | null {
    return regionKey === null ? null : reads.row(regionByKey, [regionKey]);
  }

  @FieldResolver(() => EmulationCluster, { nullable: true, description: 'The cluster or bloc; null in another group, where the source does not tell which, and where the caller does not see it.' })
  cluster(@Root() { clusterKey }: StatedRank, @Ctx() { reads }: Context): Promise<EmulationCluster | null> | null {
    return clusterKey === null ? null : reads.row(clusterByKey, [clusterKey]);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitStatedRankResolver {
  @FieldResolver(() => StatedRankConnection, {
    description: 'The places of the unit that sources tell of, the latest day first. Outside the caller’s scope, those that are disclosed.',
  })
  statedRanks(
    @Root() unit: OrgUnit,
    @Arg('campaign', () => String, { nullable: true, description: 'Code of a campaign; left out: of all. An unknown code gives an empty list.' }) campaign: string | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reads }: Context,
  ): Promise<Page<StatedRank>> {
    return listStatedRanks(reads, unit.key, campaign ?? null, args);
  }
}

export const StatedRankClaimsResolver = claimsOf(StatedRank);
