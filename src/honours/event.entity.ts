import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { Qualifier } from '../org-units/org-unit.type.js';
import type { EventCounted, EventKind } from './event.type.js';
import type { PartnerKind } from './partner.type.js';

export const AnnualTheme = defineEntity({
  name: 'AnnualTheme',
  tableName: 'annual_theme',
  policies: policiesOf('annual_theme'),
  properties: {
    id: p.integer().primary().autoincrement(),
    unitId: p.integer(),
    year: p.integer(),
    text: p.text().nullable(),
    version: p.integer().default(1),
  },
});

export const Partner = defineEntity({
  name: 'Partner',
  tableName: 'partner',
  policies: policiesOf('partner'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer(),
    name: p.text(),
    kind: p.text().columnType('partner_kind').$type<PartnerKind>(),
    version: p.integer().default(1),
  },
});

export const Event = defineEntity({
  name: 'Event',
  tableName: 'event',
  policies: policiesOf('event'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer(),
    kind: p.text().columnType('event_kind').$type<EventKind>(),
    name: p.text(),
    edition: p.text().nullable(),
    startsOn: p.date().nullable(),
    endsOn: p.date().nullable(),
    campaignId: p.integer().nullable(),
    outcomes: p.text().nullable(),
    version: p.integer().default(1),
  },
});

export const EventPartner = defineEntity({
  name: 'EventPartner',
  tableName: 'event_partner',
  policies: policiesOf('event_partner'),
  properties: {
    eventId: p.integer().primary(),
    partnerId: p.integer().primary(),
  },
});

export const EventCount = defineEntity({
  name: 'EventCount',
  tableName: 'event_count',
  policies: policiesOf('event_count'),
  properties: {
    eventId: p.integer().primary(),
    place: p.integer().primary(),
    of: p.text().columnType('event_counted').$type<EventCounted>(),
    value: p.decimal().precision(20).scale(4).nullable(),
    qualifier: p.text().columnType('qualifier').$type<Qualifier>(),
    noun: p.text().nullable(),
    source: p.text().nullable(),
  },
});
