import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { campaignByCode, campaignByKey, phaseByKey } from '../campaigns/campaign.query.js';
import { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { loadAwardTotals, noAwards } from './award-total.query.js';
import { awardByCode, awardByKey, issuersOf, kindsOf, listAwardsIn, listAwardsOf, listAwardsOfPerson, listBreaches, listRecipients } from './award.query.js';
import { decideAward, declineAward, nominateAward, presentAward, reviewAward, revokeAward } from './award.service.js';
import {
  Award, AwardBreach, AwardBreachArgs, AwardBreachConnection, AwardConnection, AwardIssuer, AwardListArgs, AwardPayload, AwardRecipient, AwardRecipientConnection, AwardTotal, AwardTotals, AwardTotalsArgs,
  DecideAwardInput, DeclineAwardInput, NominateAwardInput, PresentAwardInput, RecipientCount, ReviewAwardInput, RevokeAwardInput, UnitAwardArgs,
} from './award.type.js';
import { initiativeByKey } from './initiative.query.js';
import { Initiative } from './initiative.type.js';
import { personByKey } from './person.query.js';
import { Person } from './person.type.js';
import { workByKey } from './work.query.js';
import { Work } from './work.type.js';

const INSIDE = 'null unless the caller has the award’s unit, or one that gave it, in scope';

@Resolver(() => Award)
export class AwardResolver {
  @Query(() => Award, { nullable: true, description: 'The award of a code; null where there is none, or none that the caller sees.' })
  award(@Arg('code', () => String, { description: 'The award’s code.' }) code: string, @Ctx() { reads }: Context): Promise<Award | null> | null {
    return isCode(code) ? reads.row(awardByCode, [code]) : null;
  }

  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit in whose subtree the recipients stand; null where the caller does not see it.' })
  unit(@Root() award: Award, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(award.unitKey);
  }

  @FieldResolver(() => [AwardIssuer], { description: 'Who gave it, or is to give it, in order.' })
  issuers(@Root() award: Award, @Ctx() { reads }: Context): Promise<AwardIssuer[]> {
    return reads.rows(issuersOf, [award.key]);
  }

  @FieldResolver(() => Campaign, { nullable: true, description: 'The campaign that it belongs to; null where there is none, or none that the caller sees.' })
  campaign(@Root() award: Award, @Ctx() { reads }: Context): Promise<Campaign | null> | null {
    return award.campaignKey === null ? null : reads.row(campaignByKey, [award.campaignKey]);
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase of the campaign that it belongs to.' })
  phase(@Root() award: Award, @Ctx() { reads }: Context): Promise<CampaignPhase | null> | null {
    return award.phaseKey === null ? null : reads.row(phaseByKey, [award.phaseKey]);
  }

  @FieldResolver(() => [RecipientCount], { description: 'How many recipients of which kind, as far as that is told; empty where it is not.' })
  countByKind(@Root() award: Award, @Ctx() { reads }: Context): Promise<RecipientCount[]> {
    return reads.rows(kindsOf, [award.key]);
  }

  @FieldResolver(() => AwardRecipientConnection, {
    description: 'The named recipients, as printed: all of them for readers with the award’s unit or one that gave it in scope, and for those to whom it was disclosed with names; for others, those of units in their scope.',
  })
  recipients(@Root() award: Award, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<AwardRecipient>> {
    return listRecipients(reads, award.key, args);
  }

  @FieldResolver(() => Award, { nullable: true, description: 'The award that holds these recipients, which are not to be added to it; null where there is none, or none that the caller sees.' })
  includedIn(@Root() award: Award, @Ctx() { reads }: Context): Promise<Award | null> | null {
    return award.includedInKey === null ? null : reads.row(awardByKey, [award.includedInKey]);
  }

  @FieldResolver(() => Award, { nullable: true, description: 'The award of which nobody tells whether it holds these recipients: they are never to be added to it. Null where there is none, or none that the caller sees.' })
  maybeIncludedIn(@Root() award: Award, @Ctx() { reads }: Context): Promise<Award | null> | null {
    return award.maybeIncludedInKey === null ? null : reads.row(awardByKey, [award.maybeIncludedInKey]);
  }

  @FieldResolver(() => String, { nullable: true, description: `Who presented it; null where that is not told, and ${INSIDE}.` })
  presentedBy(@Root() { inside }: Award): string | null {
    return inside?.presentedBy ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: `Why it was declined or revoked; null where it was not, and ${INSIDE}.` })
  statusReason(@Root() { inside }: Award): string | null {
    return inside?.statusReason ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: `Principal who nominated it, or changed the nomination last; null where it was imported, and ${INSIDE}.` })
  nominatedBy(@Root() { inside }: Award): string | null {
    return inside?.nominatedBy ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: `Principal who reviewed it; null where nobody did here, and ${INSIDE}.` })
  reviewedBy(@Root() { inside }: Award): string | null {
    return inside?.reviewedBy ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: `Principal who wrote down the decision; null where nobody did here, and ${INSIDE}.` })
  decidedBy(@Root() { inside }: Award): string | null {
    return inside?.decidedBy ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: `A remark of whoever entered it; ${INSIDE}.` })
  note(@Root() { inside }: Award): string | null {
    return inside?.note ?? null;
  }
}

@Resolver()
export class AwardMutationResolver {
  @Mutation(() => AwardPayload, { description: 'Nominates an award, or says anew what was nominated (`expectedVersion`). By a REPORTER of the unit.' })
  nominateAward(@Arg('input', () => NominateAwardInput, { description: 'The award.' }) input: NominateAwardInput, @Ctx() context: Context): Promise<AwardPayload> {
    return nominateAward(context, input);
  }

  @Mutation(() => AwardPayload, { description: 'Says that a NOMINATED award was reviewed. By an APPROVER above its unit (of a root: of it), or of a unit that is to give it, but not by whoever nominated it.' })
  reviewAward(@Arg('input', () => ReviewAwardInput, { description: 'Which.' }) input: ReviewAwardInput, @Ctx() context: Context): Promise<AwardPayload> {
    return reviewAward(context, input);
  }

  @Mutation(() => AwardPayload, { description: 'Says that a NOMINATED or REVIEWED award is not given. By whoever may review it.' })
  declineAward(@Arg('input', () => DeclineAwardInput, { description: 'Which, and why.' }) input: DeclineAwardInput, @Ctx() context: Context): Promise<AwardPayload> {
    return declineAward(context, input);
  }

  @Mutation(() => AwardPayload, { description: 'Decides a REVIEWED award. By an APPROVER of a unit that gives it; where bodies outside the unions alone do, by one above its unit; not by whoever nominated it.' })
  decideAward(@Arg('input', () => DecideAwardInput, { description: 'Which, and by which decision.' }) input: DecideAwardInput, @Ctx() context: Context): Promise<AwardPayload> {
    return decideAward(context, input);
  }

  @Mutation(() => AwardPayload, { description: 'Says that a DECIDED award was presented. By a REPORTER of its unit, or of a unit that gives it.' })
  presentAward(@Arg('input', () => PresentAwardInput, { description: 'Which, when, and by whom.' }) input: PresentAwardInput, @Ctx() context: Context): Promise<AwardPayload> {
    return presentAward(context, input);
  }

  @Mutation(() => AwardPayload, { description: 'Takes a DECIDED or PRESENTED award back. By whoever may decide it.' })
  revokeAward(@Arg('input', () => RevokeAwardInput, { description: 'Which, and why.' }) input: RevokeAwardInput, @Ctx() context: Context): Promise<AwardPayload> {
    return revokeAward(context, input);
  }
}

@Resolver(() => AwardIssuer)
export class AwardIssuerResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit; null of a body outside the unions or known by name alone, and where the caller does not see it.' })
  unit(@Root() issuer: AwardIssuer, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return issuer.unitKey === null ? null : orgUnits.byKey(issuer.unitKey);
  }
}

@Resolver(() => AwardRecipient)
export class AwardRecipientResolver {
  @FieldResolver(() => Person, { nullable: true, description: 'The person; null where it is none or not known which, and where the caller does not see them.' })
  person(@Root() recipient: AwardRecipient, @Ctx() { reads }: Context): Promise<Person | null> | null {
    return recipient.personKey === null ? null : reads.row(personByKey, [recipient.personKey]);
  }

  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit that is honoured, or where the recipient works or belongs; null where that is not told, and where the caller does not see it.' })
  unit(@Root() recipient: AwardRecipient, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return recipient.unitKey === null ? null : orgUnits.byKey(recipient.unitKey);
  }

  @FieldResolver(() => Work, { nullable: true, description: 'The work; null where it is none or not known which, and where the caller does not see it.' })
  work(@Root() recipient: AwardRecipient, @Ctx() { reads }: Context): Promise<Work | null> | null {
    return recipient.workKey === null ? null : reads.row(workByKey, [recipient.workKey]);
  }

  @FieldResolver(() => Initiative, { nullable: true, description: 'The initiative; null where it is none or not known which, and where the caller does not see it.' })
  initiative(@Root() recipient: AwardRecipient, @Ctx() { reads }: Context): Promise<Initiative | null> | null {
    return recipient.initiativeKey === null ? null : reads.row(initiativeByKey, [recipient.initiativeKey]);
  }
}

@Resolver(() => AwardTotals)
export class AwardTotalsResolver {
  @FieldResolver(() => AwardTotal, { description: 'All of them together.' })
  async all(@Root() { of }: AwardTotals, @Ctx() { reads }: Context): Promise<AwardTotal> {
    return (await loadAwardTotals(reads, of, []))[0] ?? noAwards();
  }

  @FieldResolver(() => [AwardTotal], { description: 'By what was asked for, in that order, what is not told last; empty where nothing was asked for.' })
  groups(@Root() { of }: AwardTotals, @Ctx() { reads }: Context): Promise<AwardTotal[]> | AwardTotal[] {
    return (of.by ?? []).length === 0 ? [] : loadAwardTotals(reads, of, of.by!);
  }
}

@Resolver(() => AwardTotal)
export class AwardTotalResolver {
  @FieldResolver(() => Campaign, { nullable: true, description: 'Of a group by CAMPAIGN.' })
  campaign(@Root() total: AwardTotal, @Ctx() { reads }: Context): Promise<Campaign | null> | null {
    return total.campaignKey === null ? null : reads.row(campaignByKey, [total.campaignKey]);
  }
}

@Resolver(() => AwardBreach)
export class AwardBreachResolver {
  @FieldResolver(() => Award, { description: 'The award; of two, the one whose code comes first.' })
  award(@Root() breach: AwardBreach, @Ctx() { reads }: Context): Promise<Award | null> {
    return reads.row(awardByKey, [breach.awardKey]);
  }

  @FieldResolver(() => Award, { nullable: true, description: 'The other of two; null where one award is odd by itself.' })
  other(@Root() breach: AwardBreach, @Ctx() { reads }: Context): Promise<Award | null> | null {
    return breach.otherKey === null ? null : reads.row(awardByKey, [breach.otherKey]);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitAwardResolver {
  @FieldResolver(() => AwardConnection, { description: 'Awards of the unit and those beneath it, or to recipients who are named and stand there, as far as the caller sees them: the latest first, those of no known day last.' })
  awardsReceived(@Root() unit: OrgUnit, @Args(() => UnitAwardArgs) args: UnitAwardArgs, @Ctx() { reads }: Context): Promise<Page<Award>> {
    return listAwardsOf(reads, 'RECEIVED', unit, args);
  }

  @FieldResolver(() => AwardConnection, { description: 'Awards that the unit and those beneath it gave, alone or with others, as far as the caller sees them: the latest first, those of no known day last.' })
  awardsIssued(@Root() unit: OrgUnit, @Args(() => UnitAwardArgs) args: UnitAwardArgs, @Ctx() { reads }: Context): Promise<Page<Award>> {
    return listAwardsOf(reads, 'ISSUED', unit, args);
  }

  @FieldResolver(() => AwardTotals, {
    nullable: true,
    description:
      'Its awards, counted; null for a unit outside the caller’s scope, and for a campaign that is not known to the caller. Of an award of another unit, those recipients alone count as received who are named and stand here; an award given by several counts for each of them.',
  })
  async awardTotals(@Root() unit: OrgUnit, @Args(() => AwardTotalsArgs) args: AwardTotalsArgs, @Ctx() { reads }: Context): Promise<AwardTotals | null> {
    const campaign = args.where?.campaign;
    if (!unit.inScope || (typeof campaign === 'string' && (!isCode(campaign) || (await reads.row(campaignByCode, [campaign])) === null))) return null;
    return { of: { ...args, unit } };
  }

  @FieldResolver(() => AwardBreachConnection, { description: 'What is odd about the awards that the unit and those beneath it received, by the rules of commendation, as far as the caller sees them: by kind, then by code. Recipients who are not named cannot be compared.' })
  awardBreaches(@Root() unit: OrgUnit, @Args(() => AwardBreachArgs) args: AwardBreachArgs, @Ctx() { reads }: Context): Promise<Page<AwardBreach>> {
    return listBreaches(reads, unit, args);
  }
}

@Resolver(() => Campaign)
export class CampaignAwardResolver {
  @FieldResolver(() => AwardConnection, { description: 'Awards that belong to it, as far as the caller sees them: the latest first, those of no known day last.' })
  awards(@Root() campaign: Campaign, @Args(() => AwardListArgs) args: AwardListArgs, @Ctx() { reads }: Context): Promise<Page<Award>> {
    return listAwardsIn(reads, campaign.key, args);
  }
}

@Resolver(() => Person)
export class PersonAwardResolver {
  @FieldResolver(() => AwardConnection, { description: 'Awards of which they are a named recipient, as far as the caller sees them: the latest first, those of no known day last.' })
  awards(@Root() person: Person, @Args(() => AwardListArgs) args: AwardListArgs, @Ctx() { reads }: Context): Promise<Page<Award>> {
    return listAwardsOfPerson(reads, person.key, args);
  }
}
