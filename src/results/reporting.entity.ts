import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { OrgLevel } from '../org-units/org-unit.type.js';
import type { ReportKind } from './reporting.type.js';

export const ReportingRound = defineEntity({
  name: 'ReportingRound',
  tableName: 'reporting_round',
  policies: policiesOf('reporting_round'),
  properties: {
    id: p.integer().primary().autoincrement(),
    campaignId: p.integer(),
    code: p.text(),
    name: p.text(),
    kind: p.text().columnType('report_kind').$type<ReportKind>(),
    phaseId: p.integer().nullable(),
    periodFrom: p.date(),
    periodTo: p.date(),
    version: p.integer(),
    endedAt: p.datetime().nullable(),
    endReason: p.text().nullable(),
  },
});

export const RoundDue = defineEntity({
  name: 'RoundDue',
  tableName: 'round_due',
  policies: policiesOf('round_due'),
  properties: {
    roundId: p.integer().primary(),
    level: p.text().columnType('org_level').$type<OrgLevel>().primary(),
    dueOn: p.date(),
  },
});

export const RoundIndicator = defineEntity({
  name: 'RoundIndicator',
  tableName: 'round_indicator',
  policies: policiesOf('round_indicator'),
  properties: {
    roundId: p.integer().primary(),
    indicatorId: p.integer().primary(),
  },
});
