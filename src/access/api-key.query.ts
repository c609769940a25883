import type { Order, Page, PageArgs } from '../shared/connections.js';
import { instant } from '../shared/database/instant.js';
import { nestedPage } from '../shared/database/listing.js';
import type { Reads } from '../shared/database/reads.js';
import type { ApiKey } from './api-key.type.js';

/** Of `api_key a`: all but the hash, which the API may not read. */
export const KEY_COLUMNS = `a.id as "keyId", 'key:' || a.id as principal, a.unit_id as "unitKey", a.name, ${instant('a.created_at')} as "createdAt",
  a.created_by as "createdBy", a.expires_on as "expiresOn", ${instant('a.revoked_at')} as "revokedAt", a.revoked_by as "revokedBy", ${instant('a.last_used_at')} as "lastUsedAt", a.version`;

const latestFirst: Order<ApiKey> = {
  name: 'key.expiry',
  descending: true,
  keys: [
    { sql: 'a.expires_on', type: 'date', of: ({ expiresOn }) => expiresOn },
    { sql: 'a.id', type: 'text', of: ({ keyId }) => keyId },
  ],
};

export function listKeys(reads: Reads, unit: number, args: PageArgs): Promise<Page<ApiKey>> {
  return nestedPage(reads, args, (bind) => ({
    columns: KEY_COLUMNS,
    source: 'from api_key a',
    within: [`a.unit_id = ${bind(unit, 'int')}`],
    where: [],
    order: latestFirst,
  }));
}
