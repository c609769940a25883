import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { Qualifier } from '../org-units/org-unit.type.js';
import type { FigureCoverage, FigureStatus } from './figure.type.js';
import type { Measure } from './progress.query.js';
import type { TotalOrigin } from './progress.type.js';

export const Norm = defineEntity({
  name: 'Norm',
  tableName: 'norm',
  policies: policiesOf('norm'),
  properties: {
    id: p.integer().primary().autoincrement(),
    unitId: p.integer(),
    campaignId: p.integer(),
    phaseId: p.integer().nullable(),
    indicatorId: p.integer(),
    decidedOn: p.date(),
    value: p.decimal().precision(20).scale(4),
    per: p.text().columnType('norm_per').$type<'MEMBER' | 'UNION'>(),
    qualifier: p.text().columnType('qualifier').$type<Qualifier>(),
    withdrawn: p.boolean(),
    recordedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
  },
});

/** Names of nothing of a unit: no policies. */
export const Series = defineEntity({
  name: 'Series',
  tableName: 'series',
  properties: {
    id: p.integer().primary().autoincrement(),
    campaignId: p.integer(),
    phaseId: p.integer().nullable(),
    indicatorId: p.integer(),
    measure: p.text().columnType('measure').$type<Measure>(),
    flows: p.boolean(),
  },
});

export const Figure = defineEntity({
  name: 'Figure',
  tableName: 'figure',
  policies: policiesOf('figure'),
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    seriesId: p.integer(),
    unitId: p.integer(),
    coverage: p.text().columnType('figure_coverage').$type<keyof typeof FigureCoverage>(),
    date: p.date(),
    value: p.decimal().precision(20).scale(4),
    qualifier: p.text().columnType('qualifier').$type<Qualifier>(),
    status: p.text().columnType('figure_status').$type<keyof typeof FigureStatus>(),
    counterpartId: p.integer().nullable(),
    recordedAt: p.datetime().defaultRaw('now()'),
    endedAt: p.datetime().nullable(),
    supersededBy: p.bigint('string').nullable(),
    endReason: p.text().nullable(),
  },
});

/** Written by the ledger's functions alone. */
export const Balance = defineEntity({
  name: 'Balance',
  tableName: 'balance',
  policies: policiesOf('balance'),
  properties: {
    unitId: p.integer().primary(),
    seriesId: p.integer().primary(),
    date: p.date().primary(),
    until: p.date(),
    total: p.decimal().precision(24).scale(4).nullable(),
    origin: p.text().columnType('total_origin').$type<TotalOrigin>().nullable(),
    complete: p.boolean(),
    qualifier: p.text().columnType('qualifier').$type<Qualifier>().nullable(),
    asOf: p.date().nullable(),
    recordedAt: p.datetime(),
  },
});

/** Rows of the balance that were known once. */
export const BalancePast = defineEntity({
  name: 'BalancePast',
  tableName: 'balance_past',
  policies: policiesOf('balance_past'),
  properties: {
    unitId: p.integer().primary(),
    seriesId: p.integer().primary(),
    date: p.date().primary(),
    removedAt: p.datetime().primary(),
    total: p.decimal().precision(24).scale(4).nullable(),
    recordedAt: p.datetime(),
  },
});

/** What units beneath one did themselves, by an attribute: read and written by functions of the database alone. */
export const PartSum = defineEntity({
  name: 'PartSum',
  tableName: 'part_sum',
  policies: policiesOf('part_sum'),
  properties: {
    unitId: p.integer().primary(),
    seriesId: p.integer().primary(),
    attribute: p.text().columnType('breakdown_attribute').primary(),
    key: p.text().primary(),
    date: p.date().primary(),
    value: p.decimal().precision(28).scale(4),
    counted: p.integer(),
    bounded: p.integer(),
    loose: p.integer(),
  },
});

export const Publication = defineEntity({
  name: 'Publication',
  tableName: 'publication',
  policies: policiesOf('publication'),
  properties: {
    id: p.integer().primary().autoincrement(),
    unitId: p.integer(),
    /** The unit's, when it is published; it follows the unit from then on. */
    path: p.text().columnType('ltree'),
    campaignId: p.integer(),
    phaseId: p.integer().nullable(),
    indicatorId: p.integer(),
    measure: p.text().columnType('measure').$type<Measure>(),
    asOf: p.date(),
    audience: p.text().columnType('audience').$type<'PARTNER' | 'PUBLIC'>(),
    value: p.decimal().precision(24).scale(4),
    qualifier: p.text().columnType('qualifier').$type<Qualifier>(),
    origin: p.text().columnType('total_origin').$type<TotalOrigin>(),
    complete: p.boolean(),
    movedOn: p.date(),
    publishedAt: p.datetime().defaultRaw('now()'),
    source: p.text().nullable(),
    note: p.text().nullable(),
    endedAt: p.datetime().nullable(),
    endReason: p.text().nullable(),
  },
});

export const PublicationEquation = defineEntity({
  name: 'PublicationEquation',
  tableName: 'publication_equation',
  policies: policiesOf('publication_equation'),
  properties: {
    publicationId: p.integer().primary(),
    seriesId: p.integer().primary(),
    /** Ids of figures, as text. */
    plus: p.array().columnType('bigint[]'),
    minus: p.array().columnType('bigint[]'),
  },
});
