import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { InitiativeKind, InitiativeStage } from './initiative.type.js';

export const Initiative = defineEntity({
  name: 'Initiative',
  tableName: 'initiative',
  policies: policiesOf('initiative'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer(),
    title: p.text(),
    kind: p.text().columnType('initiative_kind').$type<InitiativeKind>().nullable(),
    campaignId: p.integer().nullable(),
    phaseId: p.integer().nullable(),
    secret: p.boolean(),
    registeredBy: p.text().nullable(),
    stage: p.text().columnType('initiative_stage').$type<InitiativeStage>().nullable(),
    stageOn: p.date().nullable(),
    version: p.integer().default(1),
  },
});

/** What a technology secret keeps to itself. */
export const InitiativeDetail = defineEntity({
  name: 'InitiativeDetail',
  tableName: 'initiative_detail',
  policies: policiesOf('initiative_detail'),
  properties: {
    initiativeId: p.integer().primary(),
    description: p.text().nullable(),
    benefitVnd: p.bigint().nullable(),
  },
});

export const InitiativeAuthor = defineEntity({
  name: 'InitiativeAuthor',
  tableName: 'initiative_author',
  policies: policiesOf('initiative_author'),
  properties: {
    initiativeId: p.integer().primary(),
    personId: p.integer().primary(),
    ordinal: p.integer(),
  },
});

/** The stages that it came to, in order. */
export const InitiativeHistory = defineEntity({
  name: 'InitiativeHistory',
  tableName: 'initiative_history',
  policies: policiesOf('initiative_history'),
  properties: {
    initiativeId: p.integer().primary(),
    ordinal: p.integer().primary(),
    stage: p.text().columnType('initiative_stage').$type<InitiativeStage>(),
    since: p.date(),
    principal: p.text().nullable(),
    reason: p.text().nullable(),
  },
});
