import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { Audience } from '../ledger/publication.type.js';
import type { DisclosedKind } from './disclosure.type.js';

export const Disclosure = defineEntity({
  name: 'Disclosure',
  tableName: 'disclosure',
  policies: policiesOf('disclosure'),
  properties: {
    id: p.integer().primary().autoincrement(),
    of: p.text().columnType('disclosed_kind').$type<DisclosedKind>(),
    thingId: p.integer(),
    code: p.text(),
    unitId: p.integer(),
    campaignId: p.integer().nullable(),
    /** The unit's, when it is disclosed; it follows the unit from then on. */
    path: p.text().columnType('ltree'),
    audience: p.text().columnType('audience').$type<Audience>(),
    withNames: p.boolean().default(false),
    disclosedAt: p.datetime().defaultRaw('now()'),
    endedAt: p.datetime().nullable(),
    endReason: p.text().nullable(),
    version: p.integer().default(1),
  },
});
