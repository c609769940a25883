import { isCode } from '../shared/codes.js';
import { Page, parsePage, type Order, type PageArgs } from '../shared/connections.js';
import { instant } from '../shared/database/instant.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { AuditEntry } from './audit.type.js';
import { isWithin } from './row-scope.js';

/** Of `audit_log a`. */
const COLUMNS = `a.id as key, a.unit_id as "unitKey", ${instant('a.at')} as at, a.principal, a.action, a.before, a.after, a.request_id as "requestId"`;

/** What was done about a campaign is for those who see the campaign, as its figures are. */
const CAMPAIGN_SEEN = `not exists (select from unnest(array[a.before ->> 'campaign', a.after ->> 'campaign']) k (code)
  where k.code is not null and not exists (select from campaign c where c.code = k.code))`;

export const auditEntryByKey = keyedQuery<AuditEntry>(['bigint'], `select ${COLUMNS} from audit_log a where a.id = k.p0 and ${CAMPAIGN_SEEN}`);

/** Of that many units at most, each one's latest entries are found by index; among those of more, the latest of all are theirs soon enough. */
const FEW = 50;

/** Of (code): the unit, if it is in the caller's scope, and whether few stand beneath it. */
const unitInScope = keyedQuery<{ key: number; path: string; few: boolean }>(
  ['text'],
  `select u.id as key, u.path, (select count(*) from (select from org_unit b where ${beneathOf('b.path', 'u.path')} limit ${FEW + 1}) b) <= ${FEW} as few
   from org_unit u where u.code = k.p0 and ${isWithin('u.path', 'scope')}`,
);

/** Ids are digits: the paths from p to p.z are those within p, and in the order of an index. */
function beneathOf(path: string, top: string): string {
  return `${path} between ${top} and ${top} || 'z'::text`;
}

const latestFirst: Order<AuditEntry> = {
  name: 'audit.id',
  descending: true,
  keys: [{ sql: 'a.id', type: 'bigint', of: ({ key }) => key }],
};

/** Entries of a unit in the caller's scope, or of it and all beneath it in today's tree; none of any other unit. */
export async function listAudit(reads: Reads, code: string, beneath: boolean, args: PageArgs): Promise<Page<AuditEntry>> {
  const unit = isCode(code) ? await reads.row(unitInScope, [code]) : null;
  const request = parsePage(args, latestFirst, reads.ids);
  const of = (beneath ? unit?.path : unit?.key) ?? null;
  const [source, within] = beneath
    ? ['audit_log a join org_unit u on u.id = a.unit_id', beneathOf('u.path', '$1::ltree')]
    : ['audit_log a', 'a.unit_id = $1::int'];
  const count = async (): Promise<number> => (await reads.query<{ count: number }>(`select count(*)::int as count from ${source} where ${within} and ${CAMPAIGN_SEEN}`, [of]))[0]!.count;

  const page = (condition: string) => `where ${condition} and ${CAMPAIGN_SEEN} and ($2::bigint is null or a.id < $2) order by a.id desc limit $3`;
  const text = beneath && unit?.few
    ? `select ${COLUMNS} from org_unit u cross join lateral (select * from audit_log a ${page('a.unit_id = u.id')}) a where ${within} order by a.id desc limit $3`
    : `select ${COLUMNS} from ${source} ${page(within)}`;
  return new Page(await reads.query<AuditEntry>(text, [of, request.after?.[0] ?? null, request.first + 1]), request, latestFirst, reads.ids, count);
}
