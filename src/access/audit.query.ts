import { isCode } from '../shared/codes.js';
import type { Order, Page, PageArgs } from '../shared/connections.js';
import { instant } from '../shared/database/instant.js';
import { rootPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { AuditEntry } from './audit.type.js';
import { isWithin } from './row-scope.js';

/** Of `audit_log a`. */
const COLUMNS = `a.id as key, a.unit_id as "unitKey", ${instant('a.at')} as at, a.principal, a.action, a.before, a.after, a.request_id as "requestId"`;

export const auditEntryByKey = keyedQuery<AuditEntry>(['bigint'], `select ${COLUMNS} from audit_log a where a.id = k.p0`);

/** Of (code): the unit, if it is in the caller's scope. */
const unitInScope = keyedQuery<{ key: number; path: string }>(['text'], `select u.id as key, u.path from org_unit u where u.code = k.p0 and ${isWithin('u.path', 'scope')}`);

const latestFirst: Order<AuditEntry> = {
  name: 'audit.id',
  descending: true,
  keys: [{ sql: 'a.id', type: 'bigint', of: ({ key }) => key }],
};

/** Entries of a unit in the caller's scope, or of it and all beneath it in today's tree; none of any other unit. */
export async function listAudit(reads: Reads, code: string, beneath: boolean, args: PageArgs): Promise<Page<AuditEntry>> {
  const unit = isCode(code) ? await reads.row(unitInScope, [code]) : null;
  return rootPage(reads, args, (bind) => {
    if (!beneath) return { columns: COLUMNS, source: 'from audit_log a', within: [`a.unit_id = ${bind(unit?.key ?? null, 'int')}`], where: [], order: latestFirst };
    const top = bind(unit?.path ?? null, 'ltree');
    return {
      columns: COLUMNS,
      source: 'from audit_log a join org_unit u on u.id = a.unit_id',
      // Ids are digits: the paths from p to p.z are those within p, and in the order of an index.
      within: [`u.path between ${top} and ${top} || 'z'::text`],
      where: [],
      order: latestFirst,
    };
  });
}
