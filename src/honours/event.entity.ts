import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
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
