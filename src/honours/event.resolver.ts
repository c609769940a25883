import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { campaignByKey } from '../campaigns/campaign.query.js';
import { Campaign } from '../campaigns/campaign.type.js';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import type { Page } from '../shared/connections.js';
import { eventByCode, listEvents } from './event.query.js';
import { saveEvent } from './event.service.js';
import { Event, EventConnection, EventListArgs, SaveEventInput, SaveEventPayload } from './event.type.js';
import { partnersOf } from './partner.query.js';
import { Partner } from './partner.type.js';

@Resolver(() => Event)
export class EventResolver {
  @Query(() => Event, { nullable: true, description: 'The event of a code; null where there is none, or none that the caller sees.' })
  event(@Arg('code', () => String, { description: 'The event’s code.' }) code: string, @Ctx() { reads }: Context): Promise<Event | null> | null {
    return isCode(code) ? reads.row(eventByCode, [code]) : null;
  }

  @Mutation(() => SaveEventPayload, { description: 'Enters an event of a unit, or changes what was said of it. By a REPORTER of the unit.' })
  saveEvent(@Arg('input', () => SaveEventInput, { description: 'The event.' }) input: SaveEventInput, @Ctx() context: Context): Promise<SaveEventPayload> {
    return saveEvent(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit that held it.' })
  unit(@Root() event: Event, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(event.unitKey);
  }

  @FieldResolver(() => Campaign, { nullable: true, description: 'The campaign that it belongs to; null where there is none, or none that the caller sees.' })
  campaign(@Root() event: Event, @Ctx() { reads }: Context): Promise<Campaign | null> | null {
    return event.campaignKey === null ? null : reads.row(campaignByKey, [event.campaignKey]);
  }

  @FieldResolver(() => [Partner], { description: 'The bodies outside the unions with which it was held, as far as their units are in the caller’s scope, by code.' })
  partners(@Root() event: Event, @Ctx() { reads }: Context): Promise<Partner[]> {
    return reads.rows(partnersOf, [event.key]);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitEventResolver {
  @FieldResolver(() => EventConnection, { description: 'Its events, and those of the units beneath it, as far as the caller sees them: the latest first, those of unknown date last.' })
  events(@Root() unit: OrgUnit, @Args(() => EventListArgs) args: EventListArgs, @Ctx() { reads }: Context): Promise<Page<Event>> {
    return listEvents(reads, unit.key, args);
  }
}
