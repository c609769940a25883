import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { SourceKind } from './source.type.js';

export const Source = defineEntity({
  name: 'Source',
  tableName: 'source',
  policies: policiesOf('source'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    kind: p.text().columnType('source_kind').$type<SourceKind>(),
    title: p.text(),
  },
});

export const Claim = defineEntity({
  name: 'Claim',
  tableName: 'claim',
  policies: policiesOf('claim'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    sourceId: p.integer(),
    unitId: p.integer(),
    statement: p.text(),
  },
});

export const ClaimDisagreement = defineEntity({
  name: 'ClaimDisagreement',
  tableName: 'claim_disagreement',
  policies: policiesOf('claim_disagreement'),
  properties: {
    claimId: p.integer().primary(),
    otherId: p.integer().primary(),
  },
});
