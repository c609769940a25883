import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import { Indicator } from '../campaigns/indicator.type.js';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { totalOf } from './progress.rules.js';
import { Total } from './progress.type.js';
import { listPublications } from './publication.query.js';
import { publishTotal, withdrawPublication } from './publication.service.js';
import { Publication, PublicationConnection, PublishTotalInput, PublishTotalPayload, WithdrawPublicationInput, WithdrawPublicationPayload } from './publication.type.js';

@Resolver()
export class PublishResolver {
  @Mutation(() => PublishTotalPayload, {
    description:
      'Publishes a total as it stands at the end of a day, in place of what is published of that day. TOO_FEW_UNITS where it would give away, beside all that was ever published, what one or two units reported; a figure that a unit stated of itself may be published alone.',
  })
  publishTotal(@Arg('input', () => PublishTotalInput, { description: 'What to publish.' }) input: PublishTotalInput, @Ctx() context: Context): Promise<PublishTotalPayload> {
    return publishTotal(context, input);
  }

  @Mutation(() => WithdrawPublicationPayload, { description: 'Takes a publication back: nobody outside the unit’s scope reads it any more. What was read is known all the same, and is reckoned with.' })
  withdrawPublication(
    @Arg('input', () => WithdrawPublicationInput, { description: 'Which, and why.' }) input: WithdrawPublicationInput,
    @Ctx() context: Context,
  ): Promise<WithdrawPublicationPayload> {
    return withdrawPublication(context, input);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitPublicationResolver {
  @FieldResolver(() => PublicationConnection, {
    description: 'Publications of the unit’s own totals, the latest day first: to readers in its scope all, ended ones too, to others the current ones that are for them.',
  })
  publications(@Root() unit: OrgUnit, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Publication>> {
    return listPublications(reads, unit.key, args);
  }
}

@Resolver(() => Publication)
export class PublicationResolver {
  @FieldResolver(() => OrgUnit, { description: 'The unit whose total it is.' })
  unit(@Root() publication: Publication, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(publication.unitKey);
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  async campaign(@Root() publication: Publication, @Ctx() context: Context): Promise<Campaign | undefined> {
    return (await context.progress.seriesSetOf(publication))?.campaign;
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase; null: the campaign as a whole.' })
  async phase(@Root() publication: Publication, @Ctx() context: Context): Promise<CampaignPhase | null | undefined> {
    return (await context.progress.seriesSetOf(publication))?.phase;
  }

  @FieldResolver(() => Indicator, { description: 'The indicator.' })
  async indicator(@Root() publication: Publication, @Ctx() context: Context): Promise<Indicator | undefined> {
    return (await context.progress.seriesSetOf(publication))?.indicator;
  }

  @FieldResolver(() => Total, { description: 'The total, as it was when it was published.' })
  total(@Root() { snapshot }: Publication): Total | null {
    return totalOf(snapshot);
  }
}
