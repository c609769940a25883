import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { OrgLevel, Qualifier } from '../org-units/org-unit.type.js';
import type { AwardBasis, AwardForm, AwardStatus, RecipientKind } from './award.type.js';

export const Award = defineEntity({
  name: 'Award',
  tableName: 'award',
  policies: policiesOf('award'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer(),
    path: p.text().columnType('ltree'),
    unitName: p.text(),
    form: p.text().columnType('award_form').$type<AwardForm>(),
    formVi: p.text(),
    title: p.text().nullable(),
    basis: p.text().columnType('award_basis').$type<AwardBasis>().nullable(),
    campaignId: p.integer().nullable(),
    phaseId: p.integer().nullable(),
    count: p.integer().nullable(),
    qualifier: p.text().columnType('qualifier').$type<Qualifier>().default('EXACT'),
    named: p.integer().default(0),
    status: p.text().columnType('award_status').$type<AwardStatus>(),
    byUnit: p.boolean(),
    includedInId: p.integer().nullable(),
    maybeIncludedInId: p.integer().nullable(),
    nominatedBy: p.text().nullable(),
    version: p.integer().default(1),
  },
});

export const AwardIssuer = defineEntity({
  name: 'AwardIssuer',
  tableName: 'award_issuer',
  policies: policiesOf('award_issuer'),
  properties: {
    awardId: p.integer().primary(),
    place: p.integer().primary(),
    unitId: p.integer().nullable(),
    name: p.text(),
    level: p.text().columnType('org_level').$type<OrgLevel>().nullable(),
  },
});

export const AwardKind = defineEntity({
  name: 'AwardKind',
  tableName: 'award_kind',
  policies: policiesOf('award_kind'),
  properties: {
    awardId: p.integer().primary(),
    kind: p.text().columnType('recipient_kind').$type<RecipientKind>().primary(),
    count: p.integer().nullable(),
    named: p.integer().default(0),
  },
});

export const AwardRecipient = defineEntity({
  name: 'AwardRecipient',
  tableName: 'award_recipient',
  policies: policiesOf('award_recipient'),
  properties: {
    awardId: p.integer().primary(),
    place: p.integer().primary(),
    kind: p.text().columnType('recipient_kind').$type<RecipientKind>(),
    personId: p.integer().nullable(),
    unitId: p.integer().nullable(),
    unitName: p.text().nullable(),
    unitTold: p.boolean(),
    workId: p.integer().nullable(),
    initiativeId: p.integer().nullable(),
    name: p.text().nullable(),
    shownName: p.text(),
    directWorker: p.boolean().nullable(),
  },
});

/** Units that see an award besides its own. */
export const AwardParty = defineEntity({
  name: 'AwardParty',
  tableName: 'award_party',
  policies: policiesOf('award_party'),
  properties: {
    awardId: p.integer().primary(),
    unitId: p.integer().primary(),
    part: p.text().columnType('award_part').$type<'UNIT' | 'ISSUER' | 'RECIPIENT'>().primary(),
    path: p.text().columnType('ltree'),
  },
});
