import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { ClusterKind } from './cluster.type.js';
import type { Counted } from './member-count.type.js';
import type { OrgLevel, OrgUnitKind, Qualifier } from './org-unit.type.js';

export const OrgUnit = defineEntity({
  name: 'OrgUnit',
  tableName: 'org_unit',
  policies: policiesOf('org_unit'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    name: p.text(),
    level: p.text().columnType('org_level').$type<OrgLevel>(),
    kind: p.text().columnType('org_unit_kind').$type<OrgUnitKind>(),
    validFrom: p.date(),
    closedOn: p.date().nullable(),
    successorId: p.integer().nullable(),
    path: p.text().columnType('ltree'),
  },
});

export const Placement = defineEntity({
  name: 'Placement',
  tableName: 'placement',
  policies: policiesOf('placement'),
  properties: {
    unitId: p.integer().primary(),
    parentId: p.integer(),
    during: p.text().columnType('daterange').primary(),
  },
});

export const StructureSource = defineEntity({
  name: 'StructureSource',
  tableName: 'structure_source',
  policies: policiesOf('structure_source'),
  properties: {
    unitId: p.integer().primary(),
    starts: p.date().primary(),
    source: p.text().nullable(),
    note: p.text().nullable(),
  },
});

export const Ancestry = defineEntity({
  name: 'Ancestry',
  tableName: 'ancestry',
  policies: policiesOf('ancestry'),
  properties: {
    unitId: p.integer().primary(),
    ancestorId: p.integer().primary(),
    starts: p.date().primary(),
    ends: p.date(),
    founding: p.boolean(),
  },
});

export const Census = defineEntity({
  name: 'Census',
  tableName: 'census',
  policies: policiesOf('census'),
  properties: {
    unitId: p.integer().primary(),
    starts: p.date().primary(),
    children: p.integer(),
    provincial: p.integer(),
    upperGrassroots: p.integer(),
    grassroots: p.integer(),
    subGrassroots: p.integer(),
    recordedAt: p.datetime(),
  },
});

/** Rows of the census that were known once. */
export const CensusPast = defineEntity({
  name: 'CensusPast',
  tableName: 'census_past',
  policies: policiesOf('census_past'),
  properties: {
    unitId: p.integer().primary(),
    starts: p.date().primary(),
    removedAt: p.datetime().primary(),
    children: p.integer(),
    provincial: p.integer(),
    upperGrassroots: p.integer(),
    grassroots: p.integer(),
    subGrassroots: p.integer(),
    recordedAt: p.datetime(),
  },
});

/** What was stated of the tree, and when; `parentId` null: founded as a root, or closed where it stood. */
export const StructureRecord = defineEntity({
  name: 'StructureRecord',
  tableName: 'structure_record',
  policies: policiesOf('structure_record'),
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    unitId: p.integer(),
    starts: p.date(),
    kind: p.text().columnType('structure_kind').$type<'FOUNDING' | 'PLACEMENT' | 'CLOSURE'>(),
    parentId: p.integer().nullable(),
    recordedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
  },
});

export const MemberCount = defineEntity({
  name: 'MemberCount',
  tableName: 'member_count',
  policies: policiesOf('member_count'),
  properties: {
    id: p.integer().primary().autoincrement(),
    unitId: p.integer(),
    of: p.text().columnType('counted').$type<keyof typeof Counted>(),
    asOf: p.date(),
    value: p.decimal().precision(20).scale(4),
    qualifier: p.text().columnType('qualifier').$type<Qualifier>(),
    source: p.text().nullable(),
    note: p.text().nullable(),
    recordedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
  },
});

export const EmulationCluster = defineEntity({
  name: 'EmulationCluster',
  tableName: 'emulation_cluster',
  policies: policiesOf('emulation_cluster'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    ownerId: p.integer(),
    name: p.text(),
    kind: p.text().columnType('cluster_kind').$type<keyof typeof ClusterKind>(),
    year: p.smallint(),
    leadUnitId: p.integer().nullable(),
    source: p.text().nullable(),
    note: p.text().nullable(),
    version: p.integer().default(1),
  },
});

export const EmulationClusterMember = defineEntity({
  name: 'EmulationClusterMember',
  tableName: 'emulation_cluster_member',
  policies: policiesOf('emulation_cluster_member'),
  properties: {
    clusterId: p.integer().primary(),
    unitId: p.integer().primary(),
  },
});

export const Region = defineEntity({
  name: 'Region',
  tableName: 'region',
  policies: policiesOf('region'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    name: p.text(),
    source: p.text().nullable(),
    note: p.text().nullable(),
  },
});

export const RegionMember = defineEntity({
  name: 'RegionMember',
  tableName: 'region_member',
  policies: policiesOf('region_member'),
  properties: {
    regionId: p.integer().primary(),
    unitId: p.integer().primary(),
  },
});
