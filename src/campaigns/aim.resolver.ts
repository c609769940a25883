import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { listAimsOfCampaign, listAimsOfUnit } from './aim.query.js';
import { saveAim } from './aim.service.js';
import { Aim, AimConnection, AimListArgs, SaveAimInput, SaveAimPayload } from './aim.type.js';
import { campaignByKey, phaseByKey } from './campaign.query.js';
import { Campaign, CampaignPhase } from './campaign.type.js';
import { indicatorByKey } from './indicator.query.js';
import { Indicator } from './indicator.type.js';

@Resolver(() => Aim)
export class AimResolver {
  @Mutation(() => SaveAimPayload, { description: 'States what a unit wants to achieve in a campaign, in words, or says it otherwise. By an APPROVER of the unit.' })
  saveAim(@Arg('input', () => SaveAimInput, { description: 'The aim.' }) input: SaveAimInput, @Ctx() context: Context): Promise<SaveAimPayload> {
    return saveAim(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit whose aim it is.' })
  unit(@Root() aim: Aim, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(aim.unitKey);
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  campaign(@Root() aim: Aim, @Ctx() { reads }: Context): Promise<Campaign | null> {
    return reads.row(campaignByKey, [aim.campaignKey]);
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase that it is for; null where it is for the whole campaign.' })
  phase(@Root() aim: Aim, @Ctx() { reads }: Context): Promise<CampaignPhase | null> | null {
    return aim.phaseKey === null ? null : reads.row(phaseByKey, [aim.phaseKey]);
  }

  @FieldResolver(() => Indicator, { nullable: true, description: 'The indicator that it is about; null where none is named.' })
  indicator(@Root() aim: Aim, @Ctx() { reads }: Context): Promise<Indicator | null> | null {
    return aim.indicatorKey === null ? null : reads.row(indicatorByKey, [aim.indicatorKey]);
  }
}

@Resolver(() => Campaign)
export class CampaignAimResolver {
  @FieldResolver(() => AimConnection, { description: 'What units want to achieve in it, in words: the unit that launched it, and those in the caller’s scope; by the code of the unit, then of the aim.' })
  aims(@Root() campaign: Campaign, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Aim>> {
    return listAimsOfCampaign(reads, campaign.key, args);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitAimResolver {
  @FieldResolver(() => AimConnection, { description: 'What the unit wants to achieve in campaigns, in words, by the code of the campaign, then of the aim; outside the caller’s scope, only in campaigns that it launched.' })
  aims(@Root() unit: OrgUnit, @Args(() => AimListArgs) args: AimListArgs, @Ctx() { reads }: Context): Promise<Page<Aim>> {
    return listAimsOfUnit(reads, unit.key, args);
  }
}
