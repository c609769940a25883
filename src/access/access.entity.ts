import { defineEntity, p } from '@mikro-orm/core';
import type { RoleName } from './role.rules.js';
import { policiesOf } from './row-scope.js';

export const RoleGrant = defineEntity({
  name: 'RoleGrant',
  tableName: 'role_grant',
  policies: policiesOf('role_grant'),
  properties: {
    id: p.integer().primary().autoincrement(),
    principal: p.text(),
    role: p.text().columnType('access_role').$type<RoleName>(),
    unitId: p.integer(),
    starts: p.date(),
    /** The last day on which it holds; null: until revoked. */
    ends: p.date().nullable(),
    grantedAt: p.datetime().defaultRaw('now()'),
    grantedBy: p.text().nullable(),
    revokedAt: p.datetime().nullable(),
    revokedBy: p.text().nullable(),
  },
});

/** Its hash is written and never read: the columns that the API may read are the others. */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  policies: policiesOf('api_key'),
  properties: {
    id: p.text().primary(),
    name: p.text(),
    unitId: p.integer(),
    secretHash: p.text().lazy().hidden(),
    createdAt: p.datetime().defaultRaw('now()'),
    createdBy: p.text().nullable(),
    expiresOn: p.date(),
    revokedAt: p.datetime().nullable(),
    revokedBy: p.text().nullable(),
    lastUsedAt: p.datetime().nullable(),
  },
});

/** First answers, for repeats; written by command.ts. */
export const Idempotency = defineEntity({
  name: 'Idempotency',
  tableName: 'idempotency',
  policies: policiesOf('idempotency'),
  properties: {
    principal: p.text().primary(),
    key: p.text().primary(),
    mutation: p.text(),
    inputHash: p.blob(),
    answer: p.json<object>().nullable(),
    at: p.datetime().defaultRaw('now()'),
  },
});

export const AuditEntry = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_log',
  policies: policiesOf('audit_log'),
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    at: p.datetime().defaultRaw('now()'),
    principal: p.text().nullable(),
    action: p.text(),
    unitId: p.integer().nullable(),
    before: p.json<object>().nullable(),
    after: p.json<object>().nullable(),
    requestId: p.text().nullable(),
  },
});

/** Read and written by `audit_seal()` and `verify` alone. */
export const AuditSeal = defineEntity({
  name: 'AuditSeal',
  tableName: 'audit_seal',
  policies: policiesOf('audit_seal'),
  properties: {
    id: p.integer().primary(),
    previous: p.blob(),
    hash: p.blob(),
    sealedAt: p.datetime(),
    covers: p.text().columnType('int8multirange'),
    digests: p.blob(),
  },
});
