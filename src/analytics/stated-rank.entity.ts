import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { RankBy, RankGroup } from './ranking.type.js';

export const StatedRank = defineEntity({
  name: 'StatedRank',
  tableName: 'stated_rank',
  policies: policiesOf('stated_rank'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer(),
    campaignId: p.integer(),
    phaseId: p.integer().nullable(),
    indicatorId: p.integer().nullable(),
    by: p.text().columnType('rank_measure').$type<RankBy>().nullable(),
    among: p.text().columnType('rank_group').$type<RankGroup>(),
    regionId: p.integer().nullable(),
    clusterId: p.integer().nullable(),
    place: p.integer(),
    outOf: p.integer().nullable(),
    asOf: p.date(),
    source: p.text().nullable(),
    note: p.text().nullable(),
    version: p.integer().default(1),
  },
});
