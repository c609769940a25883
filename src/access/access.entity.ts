import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from './row-scope.js';

export const RoleGrant = defineEntity({
  name: 'RoleGrant',
  tableName: 'role_grant',
  policies: policiesOf('role_grant'),
  properties: {
    id: p.integer().primary().autoincrement(),
    principal: p.text(),
    role: p.text(),
    unitId: p.integer(),
    starts: p.text(),
    ends: p.text().nullable(),
    grantedAt: p.text().nullable(),
    grantedBy: p.text().nullable(),
    revokedAt: p.text().nullable(),
    revokedBy: p.text().nullable(),
  },
});
