import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import {
  CloseCampaignInput, CloseCampaignPayload, DraftCampaignInput, DraftCampaignPayload, ImplementCampaignInput, ImplementCampaignPayload, LaunchCampaignInput, LaunchCampaignPayload,
  PublishRanksInput, PublishRanksPayload, SaveCampaignPhaseInput, SaveCampaignPhasePayload,
} from './campaign-change.type.js';
import { closeCampaign, draftCampaign, implementCampaign, launchCampaign, publishRanks, saveCampaignPhase } from './campaign.service.js';

@Resolver()
export class CampaignChangeResolver {
  @Mutation(() => DraftCampaignPayload, { description: 'Draws up a campaign of a unit, or changes the draft of that code. By a CAMPAIGN_MANAGER of the unit.' })
  draftCampaign(@Arg('input', () => DraftCampaignInput, { description: 'What it is to be.' }) input: DraftCampaignInput, @Ctx() context: Context): Promise<DraftCampaignPayload> {
    return draftCampaign(context, input);
  }

  @Mutation(() => ImplementCampaignPayload, {
    description: 'Draws up a unit’s own campaign that carries out one of a unit above it, or of a body outside the unions (cụ thể hóa). From then on `draftCampaign` changes it. By a CAMPAIGN_MANAGER of the unit.',
  })
  implementCampaign(@Arg('input', () => ImplementCampaignInput, { description: 'What it carries out, and what is its own.' }) input: ImplementCampaignInput, @Ctx() context: Context): Promise<ImplementCampaignPayload> {
    return implementCampaign(context, input);
  }

  @Mutation(() => LaunchCampaignPayload, {
    description: 'Launches a draft (phát động): from then on it is seen below. INCOMPLETE, with the list of what is missing, unless it has an objective, a target, content, measures, an audience, a theme and dates. By a CAMPAIGN_MANAGER of its unit.',
  })
  launchCampaign(@Arg('input', () => LaunchCampaignInput, { description: 'Which one, and when.' }) input: LaunchCampaignInput, @Ctx() context: Context): Promise<LaunchCampaignPayload> {
    return launchCampaign(context, input);
  }

  @Mutation(() => CloseCampaignPayload, { description: 'Closes a campaign that was launched. By a CAMPAIGN_MANAGER of its unit.' })
  closeCampaign(@Arg('input', () => CloseCampaignInput, { description: 'Which one, and when.' }) input: CloseCampaignInput, @Ctx() context: Context): Promise<CloseCampaignPayload> {
    return closeCampaign(context, input);
  }

  @Mutation(() => SaveCampaignPhasePayload, { description: 'Adds a phase, round or peak to a draft or a launched campaign, or changes the one of that code. By a CAMPAIGN_MANAGER of its unit.' })
  saveCampaignPhase(@Arg('input', () => SaveCampaignPhaseInput, { description: 'The campaign, and what is said of the phase.' }) input: SaveCampaignPhaseInput, @Ctx() context: Context): Promise<SaveCampaignPhasePayload> {
    return saveCampaignPhase(context, input);
  }

  @Mutation(() => PublishRanksPayload, {
    description: 'Publishes the places of units in a campaign, or no longer: whether a unit beneath the launcher sees its place, and the places and names of the others, among units whose numbers it does not see (`OrgUnit.rank`). By a CAMPAIGN_MANAGER of its unit.',
  })
  publishRanks(@Arg('input', () => PublishRanksInput, { description: 'Which campaign, and whether.' }) input: PublishRanksInput, @Ctx() context: Context): Promise<PublishRanksPayload> {
    return publishRanks(context, input);
  }
}
