import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { CongressTier, WorkKind, WorkStatus } from './work.type.js';

export const Work = defineEntity({
  name: 'Work',
  tableName: 'work',
  policies: policiesOf('work'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer(),
    kind: p.text().columnType('work_kind').$type<WorkKind>(),
    name: p.text(),
    campaignId: p.integer().nullable(),
    congressTier: p.text().columnType('congress_tier').$type<CongressTier>().nullable(),
    status: p.text().columnType('work_status').$type<WorkStatus>(),
    valueVnd: p.bigint().nullable(),
    version: p.integer().default(1),
  },
});
