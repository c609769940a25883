import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { AdoptionManner } from './adoption.type.js';
import type { AimDirection } from './aim.type.js';
import type { DocumentKind, DocumentRole } from './document.type.js';
import type { CampaignKind, CampaignStatus, PhaseKind } from './campaign.type.js';
import type { Aggregation } from './indicator.type.js';

export const Campaign = defineEntity({
  name: 'Campaign',
  tableName: 'campaign',
  policies: policiesOf('campaign'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    name: p.text(),
    kind: p.text().columnType('campaign_kind').$type<CampaignKind>(),
    launchedById: p.integer().nullable(),
    externalLauncher: p.text().nullable(),
    launchedOn: p.date().nullable(),
    startsOn: p.date().nullable(),
    endsOn: p.date().nullable(),
    implementsId: p.integer().nullable(),
    precededById: p.integer().nullable(),
    status: p.text().columnType('campaign_status').$type<CampaignStatus>().default('LAUNCHED'),
    closedOn: p.date().nullable(),
    version: p.integer().default(1),
  },
});

export const CampaignPhase = defineEntity({
  name: 'CampaignPhase',
  tableName: 'campaign_phase',
  policies: policiesOf('campaign_phase'),
  properties: {
    id: p.integer().primary().autoincrement(),
    campaignId: p.integer(),
    code: p.text(),
    name: p.text(),
    kind: p.text().columnType('phase_kind').$type<keyof typeof PhaseKind>(),
    startsOn: p.date().nullable(),
    endsOn: p.date().nullable(),
  },
});

export const CampaignLink = defineEntity({
  name: 'CampaignLink',
  tableName: 'campaign_link',
  policies: policiesOf('campaign_link'),
  properties: {
    campaignId: p.integer().primary(),
    linkedId: p.integer().primary(),
  },
});

export const CampaignIndicator = defineEntity({
  name: 'CampaignIndicator',
  tableName: 'campaign_indicator',
  policies: policiesOf('campaign_indicator'),
  properties: {
    campaignId: p.integer().primary(),
    indicatorId: p.integer().primary(),
  },
});

export const CampaignAdoption = defineEntity({
  name: 'CampaignAdoption',
  tableName: 'campaign_adoption',
  policies: policiesOf('campaign_adoption'),
  properties: {
    id: p.integer().primary().autoincrement(),
    campaignId: p.integer(),
    unitId: p.integer(),
    adoptedOn: p.date(),
    manner: p.text().columnType('adoption_manner').$type<AdoptionManner>(),
    version: p.integer().default(1),
    endedAt: p.datetime().nullable(),
  },
});

export const Document = defineEntity({
  name: 'Document',
  tableName: 'document',
  policies: policiesOf('document'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer().nullable(),
    kind: p.text().columnType('document_kind').$type<DocumentKind>(),
    title: p.text(),
    number: p.text().nullable(),
    issuer: p.text().nullable(),
    issuedOn: p.date().nullable(),
    content: p.text().nullable(),
    version: p.integer().default(1),
  },
});

export const CampaignDocument = defineEntity({
  name: 'CampaignDocument',
  tableName: 'campaign_document',
  policies: policiesOf('campaign_document'),
  properties: {
    campaignId: p.integer().primary(),
    documentId: p.integer().primary(),
    role: p.text().columnType('document_role').$type<DocumentRole>().primary(),
    unitId: p.integer().nullable(),
  },
});

export const Aim = defineEntity({
  name: 'Aim',
  tableName: 'aim',
  policies: policiesOf('aim'),
  properties: {
    id: p.integer().primary().autoincrement(),
    unitId: p.integer(),
    campaignId: p.integer(),
    code: p.text(),
    phaseId: p.integer().nullable(),
    indicatorId: p.integer().nullable(),
    direction: p.text().columnType('aim_direction').$type<AimDirection>().nullable(),
    text: p.text(),
    version: p.integer().default(1),
  },
});

export const Indicator = defineEntity({
  name: 'Indicator',
  tableName: 'indicator',
  policies: policiesOf('indicator'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    name: p.text(),
    unitOfMeasure: p.text(),
    aggregation: p.text().columnType('aggregation').$type<keyof typeof Aggregation>(),
    numeratorId: p.integer().nullable(),
    denominatorId: p.integer().nullable(),
  },
});

/** What was stated of an indicator, and when. */
export const IndicatorRecord = defineEntity({
  name: 'IndicatorRecord',
  tableName: 'indicator_record',
  policies: policiesOf('indicator_record'),
  properties: {
    id: p.integer().primary().autoincrement(),
    indicatorId: p.integer(),
    name: p.text(),
    unitOfMeasure: p.text(),
    aggregation: p.text().columnType('aggregation').$type<keyof typeof Aggregation>(),
    numeratorId: p.integer().nullable(),
    denominatorId: p.integer().nullable(),
    recordedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
  },
});
