import { isCode } from '../shared/codes.js';
import type { Order, Page } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { nestedPage, rootPage, searchConditions, type Bind, type Listing } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { OrgUnit, OrgUnitListArgs } from './org-unit.type.js';

const COLUMNS = `u.id as key, u.code, u.name, u.name_en as "nameEn", u.aliases, u.level, u.kind, u.sector, u.ownership,
  u.valid_from as "validFrom", u.closed_on as "closedOn", u.successor_id as "successorKey", u.source, u.note`;

export const unitByCode = keyedQuery<OrgUnit>(['text'], `select ${COLUMNS} from org_unit u where u.code = k.p0`);
export const unitByKey = keyedQuery<OrgUnit>(['int'], `select ${COLUMNS} from org_unit u where u.id = k.p0`);
export const predecessorsOf = keyedQuery<OrgUnit>(
  ['int'],
  `select ${COLUMNS} from org_unit u where u.successor_id = k.p0 order by u.code`,
);
export const parentOn = keyedQuery<OrgUnit>(
  ['int', 'date'],
  `select ${COLUMNS} from placement p join org_unit u on u.id = p.parent_id
   where p.unit_id = k.p0 and p.starts <= k.p1 and p.ends > k.p1`,
);
/** Root first. */
export const ancestorsOn = keyedQuery<OrgUnit>(
  ['int', 'date'],
  `select ${COLUMNS} from ancestry a join org_unit u on u.id = a.ancestor_id
   where a.unit_id = k.p0 and a.starts <= k.p1 and a.ends > k.p1 order by u.level, u.tier desc`,
);

const pathByCode = keyedQuery<{ path: string }>(['text'], 'select u.path from org_unit u where u.code = k.p0');

export async function listUnits(reads: Reads, args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
  const within = await pathWithin(reads, args);
  return rootPage(reads, args, (bind) => ({ ...listing(args, within, bind), source: 'from org_unit u', within: [] }));
}

export async function listChildren(reads: Reads, parent: number, day: Day, args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
  const within = await pathWithin(reads, args);
  return nestedPage(reads, args, (bind) => {
    const [under, on] = [bind(parent, 'int'), bind(day, 'date')];
    return {
      ...listing(args, within, bind),
      // The offset keeps the planner from walking all units in order, in the hope of meeting the children soon.
      source: `from (
        select u.* from placement p join org_unit u on u.id = p.unit_id
        where p.parent_id = ${under} and p.starts <= ${on} and p.ends > ${on}
          and u.valid_from <= ${on} and (u.closed_on is null or u.closed_on > ${on})
        offset 0) u`,
      within: [],
    };
  });
}

/** The units of a cluster, by code. */
export async function listClusterMembers(reads: Reads, cluster: number, args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
  const within = await pathWithin(reads, args);
  return nestedPage(reads, args, (bind) => ({
    ...listing(args, within, bind),
    source: 'from emulation_cluster_member m join org_unit u on u.id = m.unit_id',
    within: [`m.cluster_id = ${bind(cluster, 'int')}`],
  }));
}

const byCode: Order<OrgUnit> = { name: 'unit.code', keys: [{ sql: 'u.code', type: 'text', of: ({ code }) => code }] };
const byName: Order<OrgUnit> = {
  name: 'unit.name',
  keys: [
    { sql: 'u.name', type: 'text', of: ({ name }) => name },
    { sql: 'u.code', type: 'text', of: ({ code }) => code },
  ],
};

/** The path of the unit that a filter names; null: there is no such unit; undefined: it names none. */
async function pathWithin(reads: Reads, { where }: OrgUnitListArgs): Promise<string | null | undefined> {
  if (typeof where?.within !== 'string') return undefined;
  const row = isCode(where.within) ? await reads.row(pathByCode, [where.within]) : null;
  return row === null ? null : row.path;
}

function listing(
  { where, orderBy }: OrgUnitListArgs,
  within: string | null | undefined,
  bind: Bind,
): Pick<Listing<OrgUnit>, 'columns' | 'where' | 'order'> {
  const conditions: string[] = [];
  if (where?.level) conditions.push(`u.level = ${bind(where.level, 'org_level')}`);
  if (where?.kind) conditions.push(`u.kind = ${bind(where.kind, 'org_unit_kind')}`);
  if (where?.sector) conditions.push(`u.sector = ${bind(where.sector, 'sector')}`);
  // A path that the planner knows tells it whether the subtree is a village or the nation; nothing is within null.
  // Ids are digits, so the paths from p to p.z are those within p; the index on path is in that order.
  if (within !== undefined) {
    const path = bind(within, 'ltree');
    conditions.push(`u.path between ${path} and ${path} || 'z'::text`);
  }
  conditions.push(...searchConditions('u.search_text', where?.search, bind));
  return { columns: COLUMNS, where: conditions, order: orderBy === 'NAME' ? byName : byCode };
}
