import { isInScope } from '../access/row-scope.js';
import { isCode } from '../shared/codes.js';
import { Page, parsePage, type Order, type PageArgs, type PageRequest } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { nestedPage, rootPage, searchConditions, type Bind, type Listing } from '../shared/database/listing.js';
import { AskedTooLate, keyedQuery, type Reads } from '../shared/database/reads.js';
import type { OrgUnit, OrgUnitListArgs } from './org-unit.type.js';

const COLUMNS = `u.id as key, u.code, u.name, u.name_en as "nameEn", u.aliases, u.level, u.kind, u.sector, u.ownership,
  u.valid_from as "validFrom", u.closed_on as "closedOn", u.successor_id as "successorKey", s."inScope", case when s."inScope" then u.source end as source, case when s."inScope" then u.note end as note`;
const SCOPE = `cross join lateral (select ${isInScope('u.path')} as "inScope") s`;

export const unitByCode = keyedQuery<OrgUnit>(['text'], `select ${COLUMNS} from org_unit u ${SCOPE} where u.code = k.p0`);
export const unitByKey = keyedQuery<OrgUnit>(['int'], `select ${COLUMNS} from org_unit u ${SCOPE} where u.id = k.p0`);
export const predecessorsOf = keyedQuery<OrgUnit>(
  ['int'],
  `select ${COLUMNS} from org_unit u ${SCOPE} where u.successor_id = k.p0 order by u.code`,
);
export const parentOn = keyedQuery<OrgUnit>(
  ['int', 'date'],
  `select ${COLUMNS} from placement p join org_unit u on u.id = p.parent_id ${SCOPE}
   where p.unit_id = k.p0 and p.starts <= k.p1 and p.ends > k.p1`,
);
/** Root first. */
export const ancestorsOn = keyedQuery<OrgUnit>(
  ['int', 'date'],
  `select ${COLUMNS} from ancestry a join org_unit u on u.id = a.ancestor_id ${SCOPE}
   where a.unit_id = k.p0 and a.starts <= k.p1 and a.ends > k.p1 order by u.level, u.tier desc`,
);

export const pathByCode = keyedQuery<{ path: string }>(['text'], 'select u.path from org_unit u where u.code = k.p0');

export async function listUnits(reads: Reads, args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
  const [within, scope] = [await pathWithin(reads, args), await reads.setting('liendoan.scope')];
  return rootPage(reads, args, (bind) => ({ ...listing(args, within, bind), source: `from org_unit u ${SCOPE}`, within: narrowed(scope, bind) }));
}

const MOST_HINTS = 50;

/**
 * The policy said again so that the planner finds the few units of a narrow scope by index, instead of asking each unit
 * of the nation. It takes nothing away: the conditions cover all that the policy lets through.
 */
export function narrowed(scope: string, bind: Bind, unit = 'u'): string[] {
  const paths = scope.replaceAll(/[{}]/g, '').split(',').filter((path) => path !== '');
  if (paths.length > MOST_HINTS || paths.some((path) => !path.includes('.'))) return [];
  const stretches = paths.map((path) => stretch(bind(path, 'ltree'), unit));
  const line = `${unit}.id = any (nullif(current_setting('liendoan.line', true), '')::int[])`;
  const published = `${unit}.id = any (array(select p.unit_id from publication p))`;
  const disclosed = `${unit}.id = any (array(select d.unit_id from disclosure d where d.ended_at is null))`;
  return [`(${[...stretches, line, published, disclosed].join(' or ')})`];
}

/** Ids are digits, so the paths from p to p.z are those within p; the index on path is in that order. */
export const stretch = (path: string, unit = 'u'): string => `${unit}.path between ${path} and ${path} || 'z'::text`;

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
        offset 0) u ${SCOPE}`,
      within: [],
    };
  });
}

/** Which page of children by code is asked for; throws BAD_USER_INPUT. */
export function childrenRequest(reads: Reads, args: PageArgs): PageRequest {
  return parsePage(args, byCode, reads.ids);
}

/** A page of children by code that was read elsewhere, and cannot be counted. */
export function childrenPage(reads: Reads, rows: readonly OrgUnit[], request: PageRequest): Page<OrgUnit> {
  return new Page(rows, request, byCode, reads.ids, () => Promise.reject(new AskedTooLate()));
}

/** The units of a cluster, by code. */
export async function listClusterMembers(reads: Reads, cluster: number, args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
  const within = await pathWithin(reads, args);
  return nestedPage(reads, args, (bind) => ({
    ...listing(args, within, bind),
    source: `from emulation_cluster_member m join org_unit u on u.id = m.unit_id ${SCOPE}`,
    within: [`m.cluster_id = ${bind(cluster, 'int')}`],
  }));
}

/** The units of a region, by code. */
export async function listRegionMembers(reads: Reads, region: number, args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
  const within = await pathWithin(reads, args);
  return nestedPage(reads, args, (bind) => ({
    ...listing(args, within, bind),
    source: `from region_member m join org_unit u on u.id = m.unit_id ${SCOPE}`,
    within: [`m.region_id = ${bind(region, 'int')}`],
  }));
}

/** Units that a statement names as `u`, by code: those in the caller's scope. */
export function listUnitsAmong(reads: Reads, args: PageArgs, describe: (bind: Bind) => Pick<Listing<OrgUnit>, 'source' | 'within'>): Promise<Page<OrgUnit>> {
  return nestedPage(reads, args, (bind) => {
    const { source, within } = describe(bind);
    return { columns: COLUMNS, source: `${source} ${SCOPE}`, within: [...within, 's."inScope"'], where: [], order: byCode };
  });
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
  if (within !== undefined) conditions.push(stretch(bind(within, 'ltree')));
  conditions.push(...searchConditions('u.search_text', where?.search, bind));
  return { columns: COLUMNS, where: conditions, order: orderBy === 'NAME' ? byName : byCode };
}
