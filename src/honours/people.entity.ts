import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { PositionRole, Precision } from './position.type.js';

export const Person = defineEntity({
  name: 'Person',
  tableName: 'person',
  policies: policiesOf('person'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer(),
    name: p.text(),
    nameAsPrinted: p.text().nullable(),
    source: p.text().nullable(),
    note: p.text().nullable(),
    version: p.integer().default(1),
  },
});

export const Position = defineEntity({
  name: 'Position',
  tableName: 'position',
  policies: policiesOf('position'),
  properties: {
    id: p.integer().primary().autoincrement(),
    personId: p.integer(),
    unitId: p.integer(),
    role: p.text().columnType('position_role').$type<PositionRole>(),
    title: p.text().nullable(),
    heldFrom: p.date().nullable(),
    heldFromPrecision: p.text().columnType('date_precision').$type<Precision>(),
    heldTo: p.date().nullable(),
    heldToPrecision: p.text().columnType('date_precision').$type<Precision>(),
    statedOn: p.date().nullable(),
    statedOnPrecision: p.text().columnType('date_precision').$type<Precision>(),
    source: p.text().nullable(),
    note: p.text().nullable(),
    version: p.integer().default(1),
  },
});

export const Contact = defineEntity({
  name: 'Contact',
  tableName: 'contact',
  policies: policiesOf('contact'),
  properties: {
    unitId: p.integer().primary(),
    address: p.text().nullable(),
    phones: p.array(),
    fax: p.text().nullable(),
    email: p.text().nullable(),
    website: p.text().nullable(),
    source: p.text().nullable(),
    note: p.text().nullable(),
    version: p.integer().default(1),
  },
});
