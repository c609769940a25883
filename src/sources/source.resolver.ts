import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { campaignByKey } from '../campaigns/campaign.query.js';
import { Campaign } from '../campaigns/campaign.type.js';
import { indicatorByKey } from '../campaigns/indicator.query.js';
import { Indicator } from '../campaigns/indicator.type.js';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { claimByCode, claimsAgainst, listClaimsAbout, listClaimsOf, sourceByCode, sourceByKey } from './source.query.js';
import { Claim, ClaimConnection, Source } from './source.type.js';

@Resolver(() => Source)
export class SourceResolver {
  @Query(() => Source, { nullable: true, description: 'The source of a code; null where there is none, and for callers without a role from VIEWER on.' })
  source(@Arg('code', () => String, { description: 'The source’s code, such as `S2`.' }) code: string, @Ctx() { reads }: Context): Promise<Source | null> | null {
    return isCode(code) ? reads.row(sourceByCode, [code]) : null;
  }

  @FieldResolver(() => ClaimConnection, { description: 'What it says of units in the caller’s scope, by code.' })
  claims(@Root() source: Source, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Claim>> {
    return listClaimsOf(reads, source.key, args);
  }
}

@Resolver(() => Claim)
export class ClaimResolver {
  @Query(() => Claim, { nullable: true, description: 'The claim of a code; null where there is none, or none about a unit in the caller’s scope.' })
  claim(@Arg('code', () => String, { description: 'The claim’s code, such as `S2-24`.' }) code: string, @Ctx() { reads }: Context): Promise<Claim | null> | null {
    return isCode(code) ? reads.row(claimByCode, [code]) : null;
  }

  @FieldResolver(() => Source, { description: 'Who says so.' })
  source(@Root() claim: Claim, @Ctx() { reads }: Context): Promise<Source | null> {
    return reads.row(sourceByKey, [claim.sourceKey]);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit of which it is said.' })
  unit(@Root() claim: Claim, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(claim.unitKey);
  }

  @FieldResolver(() => Campaign, { nullable: true, description: 'The campaign in which; null where none is told, or none that the caller sees.' })
  campaign(@Root() claim: Claim, @Ctx() { reads }: Context): Promise<Campaign | null> | null {
    return claim.campaignKey === null ? null : reads.row(campaignByKey, [claim.campaignKey]);
  }

  @FieldResolver(() => Indicator, { nullable: true, description: 'What the number counts, where that is an indicator.' })
  indicator(@Root() claim: Claim, @Ctx() { reads }: Context): Promise<Indicator | null> | null {
    return claim.indicatorKey === null ? null : reads.row(indicatorByKey, [claim.indicatorKey]);
  }

  @FieldResolver(() => [Claim], { description: 'Claims that contradict this one, as far as the caller sees them, by code: both are kept, and neither is put right here.' })
  disagreesWith(@Root() claim: Claim, @Ctx() { reads }: Context): Promise<Claim[]> {
    return reads.rows(claimsAgainst, [claim.key]);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitClaimResolver {
  @FieldResolver(() => ClaimConnection, { description: 'What sources say of the unit, by code; empty where it is not in the caller’s scope.' })
  claimsAbout(@Root() unit: OrgUnit, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Claim>> {
    return listClaimsAbout(reads, unit.key, args);
  }
}
