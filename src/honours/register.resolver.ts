import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { campaignByKey, phaseByKey } from '../campaigns/campaign.query.js';
import { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import { documentByKey } from '../campaigns/document.query.js';
import { Document } from '../campaigns/document.type.js';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import type { Page } from '../shared/connections.js';
import { feedInitiativeCounts } from './initiative-count.service.js';
import { authorsOf, historyOf, initiativeByCode, listInitiatives, loadFunnel } from './initiative.query.js';
import { advanceInitiative, advanceInitiatives, saveInitiative } from './initiative.service.js';
import {
  AdvanceInitiativeInput, AdvanceInitiativePayload, AdvanceInitiativesInput, AdvanceInitiativesPayload, FeedInitiativeCountsInput, FeedInitiativeCountsPayload, FunnelArgs, FunnelGroup, Initiative,
  InitiativeConnection, InitiativeFunnel, InitiativeListArgs, InitiativeStep, SaveInitiativeInput, SaveInitiativePayload,
} from './initiative.type.js';
import { Person } from './person.type.js';
import { listModels, listModelsOfProgramme, modelByCode } from './practice-model.query.js';
import { markModelExemplary, savePracticeModel } from './practice-model.service.js';
import {
  CampaignModelArgs, MarkModelExemplaryInput, MarkModelExemplaryPayload, PracticeModel, PracticeModelConnection, PracticeModelListArgs, SavePracticeModelInput, SavePracticeModelPayload,
} from './practice-model.type.js';
import { listWorks, totalWorks, workByCode } from './work.query.js';
import { plaqueWork, saveWork } from './work.service.js';
import { PlaqueWorkInput, PlaqueWorkPayload, SaveWorkInput, SaveWorkPayload, Work, WorkConnection, WorkListArgs, WorkTotals, WorkTotalsArgs } from './work.type.js';

const campaignOf = (key: number | null, { reads }: Context): Promise<Campaign | null> | null => (key === null ? null : reads.row(campaignByKey, [key]));

@Resolver(() => Work)
export class WorkResolver {
  @Query(() => Work, { nullable: true, description: 'The work of a code; null where there is none, or none that the caller sees.' })
  work(@Arg('code', () => String, { description: 'Code of the work.' }) code: string, @Ctx() { reads }: Context): Promise<Work | null> | null {
    return isCode(code) ? reads.row(workByCode, [code]) : null;
  }

  @Mutation(() => SaveWorkPayload, { description: 'Makes a work of a unit, or says anew what it is (`expectedVersion`), until it has its plaque. By a REPORTER of the unit.' })
  saveWork(@Arg('input', () => SaveWorkInput, { description: 'What it is.' }) input: SaveWorkInput, @Ctx() context: Context): Promise<SaveWorkPayload> {
    return saveWork(context, input);
  }

  @Mutation(() => PlaqueWorkPayload, { description: 'Says that a completed work has its plaque (gắn biển). By an APPROVER of a unit above; at the root, of the root.' })
  plaqueWork(@Arg('input', () => PlaqueWorkInput, { description: 'Which, and when.' }) input: PlaqueWorkInput, @Ctx() context: Context): Promise<PlaqueWorkPayload> {
    return plaqueWork(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit whose work it is.' })
  unit(@Root() work: Work, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(work.unitKey);
  }

  @FieldResolver(() => Campaign, { nullable: true, description: 'The campaign in which it is done; null where none is told, or none that the caller sees.' })
  campaign(@Root() work: Work, @Ctx() context: Context): Promise<Campaign | null> | null {
    return campaignOf(work.campaignKey, context);
  }
}

@Resolver(() => PracticeModel)
export class PracticeModelResolver {
  @Query(() => PracticeModel, { nullable: true, description: 'The practice model of a code; null where there is none, or none that the caller sees.' })
  practiceModel(@Arg('code', () => String, { description: 'Code of the model.' }) code: string, @Ctx() { reads }: Context): Promise<PracticeModel | null> | null {
    return isCode(code) ? reads.row(modelByCode, [code]) : null;
  }

  @Mutation(() => SavePracticeModelPayload, { description: 'Makes a practice model of a unit, or says anew what it is (`expectedVersion`). By a REPORTER of the unit.' })
  savePracticeModel(@Arg('input', () => SavePracticeModelInput, { description: 'What it is.' }) input: SavePracticeModelInput, @Ctx() context: Context): Promise<SavePracticeModelPayload> {
    return savePracticeModel(context, input);
  }

  @Mutation(() => MarkModelExemplaryPayload, { description: 'Calls a practice model exemplary (điển hình), or no more. By an APPROVER of a unit above; at the root, of the root.' })
  markModelExemplary(@Arg('input', () => MarkModelExemplaryInput, { description: 'Which.' }) input: MarkModelExemplaryInput, @Ctx() context: Context): Promise<MarkModelExemplaryPayload> {
    return markModelExemplary(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit whose model it is.' })
  unit(@Root() model: PracticeModel, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(model.unitKey);
  }

  @FieldResolver(() => Campaign, { nullable: true, description: 'The programme to which it belongs; null where none is told, or none that the caller sees.' })
  programme(@Root() model: PracticeModel, @Ctx() context: Context): Promise<Campaign | null> | null {
    return campaignOf(model.programmeKey, context);
  }

  @FieldResolver(() => Document, { nullable: true, description: 'The document on which it rests; null where none is told, or none that the caller sees.' })
  basisDocument(@Root() model: PracticeModel, @Ctx() { reads }: Context): Promise<Document | null> | null {
    return model.basisDocumentKey === null ? null : reads.row(documentByKey, [model.basisDocumentKey]);
  }
}

@Resolver(() => Initiative)
export class InitiativeResolver {
  @Query(() => Initiative, { nullable: true, description: 'The initiative of a code; null where there is none, or none that the caller sees.' })
  initiative(@Arg('code', () => String, { description: 'Code of the initiative.' }) code: string, @Ctx() { reads }: Context): Promise<Initiative | null> | null {
    return isCode(code) ? reads.row(initiativeByCode, [code]) : null;
  }

  @Mutation(() => SaveInitiativePayload, { description: 'Registers an initiative of a unit, or says anew what it is (`expectedVersion`). By a REPORTER of the unit; a technology secret, by one who holds a grant on the unit itself.' })
  saveInitiative(@Arg('input', () => SaveInitiativeInput, { description: 'What it is.' }) input: SaveInitiativeInput, @Ctx() context: Context): Promise<SaveInitiativePayload> {
    return saveInitiative(context, input);
  }

  @Mutation(() => AdvanceInitiativePayload, { description: 'Says that an initiative has come to its next stage.' })
  advanceInitiative(@Arg('input', () => AdvanceInitiativeInput, { description: 'Which, where to, and when.' }) input: AdvanceInitiativeInput, @Ctx() context: Context): Promise<AdvanceInitiativePayload> {
    return advanceInitiative(context, input);
  }

  @Mutation(() => AdvanceInitiativesPayload, { description: 'Says of many initiatives that they have come to the same next stage.' })
  advanceInitiatives(@Arg('input', () => AdvanceInitiativesInput, { description: 'Which, where to, and when.' }) input: AdvanceInitiativesInput, @Ctx() context: Context): Promise<AdvanceInitiativesPayload> {
    return advanceInitiatives(context, input);
  }

  @Mutation(() => FeedInitiativeCountsPayload, {
    description:
      'Counts the register of a unit into drafts of its own results (OWN), one for each indicator of the campaign that counts a stage: those that had come to that stage, or further, by the day. The drafts are handed in and approved as all others are; what was handed in with another number is CONFLICT.',
  })
  feedInitiativeCounts(@Arg('input', () => FeedInitiativeCountsInput, { description: 'Whose register, for what, and as of when.' }) input: FeedInitiativeCountsInput, @Ctx() context: Context): Promise<FeedInitiativeCountsPayload> {
    return feedInitiativeCounts(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit in whose register it is.' })
  unit(@Root() initiative: Initiative, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(initiative.unitKey);
  }

  @FieldResolver(() => Campaign, { nullable: true, description: 'The campaign in which it counts; null where none is told, or none that the caller sees.' })
  campaign(@Root() initiative: Initiative, @Ctx() context: Context): Promise<Campaign | null> | null {
    return campaignOf(initiative.campaignKey, context);
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase in which it counts; null where none is told, or none that the caller sees.' })
  phase(@Root() initiative: Initiative, @Ctx() { reads }: Context): Promise<CampaignPhase | null> | null {
    return initiative.phaseKey === null ? null : reads.row(phaseByKey, [initiative.phaseKey]);
  }

  @FieldResolver(() => [Person], { description: 'Who thought of it, in order; of a disclosed one, readers outside the unit’s scope see them where it is disclosed with names. None of another’s technology secret.' })
  authors(@Root() initiative: Initiative, @Ctx() { reads }: Context): Promise<Person[]> {
    return reads.rows(authorsOf, [initiative.key]);
  }

  @FieldResolver(() => [InitiativeStep], { description: 'The stages that it came to, in order; none outside the caller’s scope.' })
  history(@Root() initiative: Initiative, @Ctx() { reads }: Context): Promise<InitiativeStep[]> {
    return reads.rows(historyOf, [initiative.key]);
  }
}

@Resolver(() => FunnelGroup)
export class FunnelGroupResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit, of a group by UNIT; else null.' })
  unit(@Root() { unitKey }: FunnelGroup, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return unitKey === null ? null : orgUnits.byKey(unitKey);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitRegisterResolver {
  @FieldResolver(() => WorkConnection, { description: 'Works of the unit and those beneath it, as far as the caller sees them, by code.' })
  works(@Root() unit: OrgUnit, @Args(() => WorkListArgs) args: WorkListArgs, @Ctx() { reads }: Context): Promise<Page<Work>> {
    return listWorks(reads, unit.key, args);
  }

  @FieldResolver(() => WorkTotals, { nullable: true, description: 'The works of the unit and those beneath it counted, and valued; null outside the caller’s scope, and for a campaign that is unknown to them.' })
  workTotals(@Root() unit: OrgUnit, @Args(() => WorkTotalsArgs) args: WorkTotalsArgs, @Ctx() { reads }: Context): Promise<WorkTotals | null> | null {
    return unit.inScope ? totalWorks(reads, unit.key, args) : null;
  }

  @FieldResolver(() => PracticeModelConnection, { description: 'Practice models of the unit and those beneath it, as far as the caller sees them, by code.' })
  practiceModels(@Root() unit: OrgUnit, @Args(() => PracticeModelListArgs) args: PracticeModelListArgs, @Ctx() { reads }: Context): Promise<Page<PracticeModel>> {
    return listModels(reads, unit.key, args);
  }

  @FieldResolver(() => InitiativeConnection, { description: 'Initiatives in the registers of the unit and those beneath it, as far as the caller sees them, those registered last first.' })
  initiatives(@Root() unit: OrgUnit, @Args(() => InitiativeListArgs) args: InitiativeListArgs, @Ctx() { reads }: Context): Promise<Page<Initiative>> {
    return listInitiatives(reads, unit.key, args);
  }

  @FieldResolver(() => InitiativeFunnel, { nullable: true, description: 'How many initiatives of the unit and those beneath it had come how far by a day; null outside the caller’s scope, and for a campaign or phase that is unknown to them.' })
  initiativeFunnel(@Root() unit: OrgUnit, @Args(() => FunnelArgs) args: FunnelArgs, @Ctx() { reads, today }: Context): Promise<InitiativeFunnel | null> | null {
    return unit.inScope ? loadFunnel(reads, unit.key, today, args) : null;
  }
}

@Resolver(() => Campaign)
export class CampaignRegisterResolver {
  @FieldResolver(() => PracticeModelConnection, { description: 'Practice models that belong to it, as a programme, as far as the caller sees them, by code.' })
  practiceModels(@Root() campaign: Campaign, @Args(() => CampaignModelArgs) args: CampaignModelArgs, @Ctx() { reads }: Context): Promise<Page<PracticeModel>> {
    return listModelsOfProgramme(reads, campaign.key, args);
  }
}
