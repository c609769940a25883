import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { listAdopted, listAdopters } from './adoption.query.js';
import { adoptCampaign, leaveCampaign } from './adoption.service.js';
import { AdoptCampaignInput, AdoptCampaignPayload, Adoption, AdoptionConnection, AdoptionListArgs, LeaveCampaignInput, LeaveCampaignPayload } from './adoption.type.js';
import { campaignByKey } from './campaign.query.js';
import { Campaign } from './campaign.type.js';

@Resolver(() => Adoption)
export class AdoptionResolver {
  @Mutation(() => AdoptCampaignPayload, {
    description: 'Says that a unit joins a campaign of a unit above it, or of a body outside the unions (phát động, đăng ký); or says otherwise of one that has joined. By a CAMPAIGN_MANAGER of the unit.',
  })
  adoptCampaign(@Arg('input', () => AdoptCampaignInput, { description: 'The unit, the campaign, and how.' }) input: AdoptCampaignInput, @Ctx() context: Context): Promise<AdoptCampaignPayload> {
    return adoptCampaign(context, input);
  }

  @Mutation(() => LeaveCampaignPayload, { description: 'Ends that a unit takes part in a campaign. It may join again. By a CAMPAIGN_MANAGER of the unit.' })
  leaveCampaign(@Arg('input', () => LeaveCampaignInput, { description: 'The unit and the campaign.' }) input: LeaveCampaignInput, @Ctx() context: Context): Promise<LeaveCampaignPayload> {
    return leaveCampaign(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit that takes part.' })
  unit(@Root() adoption: Adoption, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(adoption.unitKey);
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  campaign(@Root() adoption: Adoption, @Ctx() { reads }: Context): Promise<Campaign | null> {
    return reads.row(campaignByKey, [adoption.campaignKey]);
  }
}

@Resolver(() => Campaign)
export class CampaignAdoptionResolver {
  @FieldResolver(() => AdoptionConnection, { description: 'The units in the caller’s scope that take part in it, by code.' })
  adoptions(@Root() campaign: Campaign, @Args(() => AdoptionListArgs) args: AdoptionListArgs, @Ctx() { reads }: Context): Promise<Page<Adoption>> {
    return listAdopters(reads, campaign.key, args);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitAdoptionResolver {
  @FieldResolver(() => AdoptionConnection, { description: 'The campaigns in which the unit takes part, as far as the caller sees them, by code; empty where the unit is not in the caller’s scope.' })
  adoptions(@Root() unit: OrgUnit, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Adoption>> {
    return listAdopted(reads, unit.key, args);
  }
}
