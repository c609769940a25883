import type { Order, Page, PageArgs } from '../shared/connections.js';
import { instant } from '../shared/database/instant.js';
import { nestedPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Grant } from './grant.type.js';
import type { Reach } from './role.rules.js';
import { isWithin } from './row-scope.js';

/** Of `role_grant g`. */
export const GRANT_COLUMNS = `g.id as key, g.unit_id as "unitKey", g.principal, g.role, g.starts as "from", g.ends as "to",
  ${instant('g.granted_at')} as "grantedAt", g.granted_by as "grantedBy", ${instant('g.revoked_at')} as "revokedAt", g.revoked_by as "revokedBy", g.version`;
const HOLDS = (day: string) => `g.revoked_at is null and g.starts <= ${day} and (g.ends is null or g.ends >= ${day})`;

export const grantByKey = keyedQuery<Grant>(['int'], `select ${GRANT_COLUMNS} from role_grant g where g.id = k.p0`);

/** Of (principal, day): the grants that hold, the strongest first. */
export const grantsHeld = keyedQuery<Grant>(
  ['text', 'date'],
  `select ${GRANT_COLUMNS} from role_grant g where g.principal = k.p0 and ${HOLDS('k.p1')} order by g.role desc, g.id`,
);

/** Of (unit's code, principal, day): how the principal's grants stand to the unit. */
export const reachesOf = keyedQuery<Reach>(
  ['text', 'text', 'date'],
  `select g.role, g.unit_id = u.id as itself, nlevel(u.path) = 1 as root
   from org_unit u join role_grant g on g.principal = k.p1 and ${HOLDS('k.p2')} join org_unit o on o.id = g.unit_id
   where u.code = k.p0 and u.path <@ o.path`,
);

const latestFirst: Order<Grant> = {
  name: 'grant.id',
  descending: true,
  keys: [{ sql: 'g.id', type: 'bigint', of: ({ key }) => String(key) }],
};

/** Grants on the unit itself, whether they hold or not. */
export function listGrants(reads: Reads, unit: number, args: PageArgs): Promise<Page<Grant>> {
  return nestedPage(reads, args, (bind) => ({
    columns: GRANT_COLUMNS,
    source: 'from role_grant g',
    within: [`g.unit_id = ${bind(unit, 'int')}`],
    where: [],
    order: latestFirst,
  }));
}

/** Of (unit's code, principal, day), for an ADMIN of the unit: the grants that have to do with it, and whether each reaches it; none of a key that is taken no more. */
export const explained = keyedQuery<Grant & Reach & { reaches: boolean }>(
  ['text', 'text', 'date'],
  `select g.id as key, g.unit_id as "unitKey", k.p1 as principal, g.role, g.starts as "from", g.ends as "to", ${instant('g.granted_at')} as "grantedAt", g.granted_by as "grantedBy",
     null as "revokedAt", null as "revokedBy", g.version, g.reaches, g.unit_id = u.id as itself, nlevel(u.path) = 1 as root
   from org_unit u cross join lateral access_grants(u.id, k.p1, k.p2) g where u.code = k.p0
     and (k.p1 not like 'key:%' or exists (select from api_key_find(substr(k.p1, 5)) f where not f.revoked and f.expires_on >= k.p2))`,
);

const shownTo = (audience: string): string =>
  ['publication', 'disclosure'].map((table) => `exists (select from ${table} p where p.unit_id = u.id and p.ended_at is null and p.audience = '${audience}')`).join(' or ');

/** Of (unit's code): the unit, if the caller is an ADMIN of it, and to whom something of it was published. */
export const administered = keyedQuery<{ key: number; published: boolean; toPartners: boolean }>(
  ['text'],
  `select u.id as key, ${shownTo('PUBLIC')} as published, ${shownTo('PARTNER')} as "toPartners"
   from org_unit u where u.code = k.p0 and ${isWithin('u.path', 'admin')}`,
);
