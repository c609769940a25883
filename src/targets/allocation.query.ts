import type { EntityManager } from '@mikro-orm/postgresql';
import { isWithin } from '../access/row-scope.js';
import { isCode } from '../shared/codes.js';
import type { Day } from '../shared/dates.js';
import { rowsOf } from '../shared/database/querying.js';
import { keyedQuery } from '../shared/database/reads.js';
import type { Allocation } from './allocation.type.js';
import type { TargetKey } from './target.query.js';

/** The balance in force of a unit in a series, where it is the unit's own: not a mere sum of what its members have. */
const ownBalance = (unit: string, series: string) => `(select * from (
    select b.total, b.origin, b.complete, b.qualifier, b.as_of from balance b where b.unit_id = ${unit} and b.series_id = ${series} and b.date <= k.p4 order by b.date desc limit 1
  ) b where b.total is not null and b.origin <> 'SUMMED')`;
/** The units that stand directly under one on the day, and are active. */
const CHILDREN = 'placement p join org_unit u on u.id = p.unit_id';
const DIRECT = `p.parent_id = k.p0 and p.starts <= k.p4 and p.ends > k.p4 and u.valid_from <= k.p4 and coalesce(u.closed_on, 'infinity') > k.p4`;

/** Of a key: what is assigned to the children that the caller sees. The bases of the unit's own target are in the order of the type. */
export const allocationOn = keyedQuery<Allocation>(
  ['int', 'int', 'int', 'int', 'date'],
  `select k.p0 as "unitKey", k.p4 as "asOf", t.basis as "targetBasis", t.balance as "targetBalance", coalesce(c.shares, '[]') as shares,
     case when i.aggregation = 'SUM' then coalesce(c.allocated, 0) end as allocated,
     coalesce(target_allocation_version(k.p0, a.id), 0) as version
   from indicator i
   left join series a on a.campaign_id = k.p1 and a.phase_id is not distinct from k.p2 and a.indicator_id = k.p3 and a.measure = 'ASSIGNED'
   left join lateral (
     select s.measure as basis, json_build_object('total', b.total::text, 'qualifier', b.qualifier, 'asOf', b.as_of, 'origin', b.origin, 'complete', b.complete) as balance
     from series s cross join lateral ${ownBalance('k.p0', 's.id')} b where s.campaign_id = k.p1 and s.phase_id is not distinct from k.p2 and s.indicator_id = k.p3 and s.measure <> 'RESULT' order by s.measure limit 1
   ) t on true
   cross join lateral (
     select json_agg(json_build_object('unitKey', c.id, 'value', c.total::text, 'previous', null, 'weight', null) order by c.code) as shares, sum(c.total) as allocated
     from (select u.id, u.code, b.total from ${CHILDREN} cross join lateral ${ownBalance('u.id', 'a.id')} b where ${DIRECT}) c
   ) c
   where i.id = k.p3`,
);

export interface Child {
  readonly id: number;
  readonly code: string;
}

/** The children on the day, of those that are the caller's to assign to, by code; one more than `most` where there are more. */
export function childrenOn(em: EntityManager, unit: number, day: Day, most: number): Promise<Child[]> {
  return rowsOf(em, `select u.id, u.code from (select $1::int as p0, $2::date as p4) k, ${CHILDREN} where ${DIRECT} and ${isWithin('u.path', 'approver')} order by u.code limit $3`, [unit, day, most + 1]);
}

/** What is named by codes, among what the caller sees: whether it is a child on the day, and the caller's to assign to. */
export function namedUnits(em: EntityManager, unit: number, day: Day, codes: readonly string[]): Promise<(Child & { direct: boolean; within: boolean })[]> {
  return rowsOf(
    em,
    `select u.id, u.code, coalesce(${isWithin('u.path', 'approver')}, false) as within, exists (select from placement p where p.unit_id = u.id and ${DIRECT}) as direct
     from (select $1::int as p0, $2::date as p4) k, org_unit u where u.code = any ($3)`,
    [unit, day, codes.filter(isCode)],
  );
}

/** Of these units, those in the caller's scope. */
export async function unitsSeen(em: EntityManager, units: readonly number[]): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(em, `select u.id from org_unit u where u.id = any ($1) and ${isWithin('u.path', 'scope')}`, [units]);
  return rows.map(({ id }) => id);
}

/** By unit, in their order: the latest number of members by the day; null where none is known. */
export async function membersOf(em: EntityManager, units: readonly number[], day: Day): Promise<(string | null)[]> {
  const rows = await rowsOf<{ value: string | null }>(
    em,
    `select (select m.value from member_count m where m.unit_id = n.id and m."of" = 'MEMBERS' and m.as_of <= $2 and m.ended_at is null order by m.as_of desc limit 1) as value
     from unnest($1::int[]) with ordinality n (id, ord) order by n.ord`,
    [units, day],
  );
  return rows.map(({ value }) => value);
}

/** By unit, in their order: the result at the end of the day; null where none is known. */
export async function resultsOf(em: EntityManager, units: readonly number[], { campaignId, phaseId, indicatorId, day }: Omit<TargetKey, 'unitId'>): Promise<(string | null)[]> {
  const rows = await rowsOf<{ value: string | null }>(
    em,
    `select (select b.total from series s join balance b on b.series_id = s.id and b.unit_id = n.id and b.date <= $5
        where s.campaign_id = $2 and s.phase_id is not distinct from $3::int and s.indicator_id = $4 and s.measure = 'RESULT' order by b.date desc limit 1) as value
     from unnest($1::int[]) with ordinality n (id, ord) order by n.ord`,
    [units, campaignId, phaseId, indicatorId, day],
  );
  return rows.map(({ value }) => value);
}

/** The campaign that came before one which had not begun by the day; null where there is none that the caller sees. */
export async function lastCampaign(em: EntityManager, campaign: number, day: Day): Promise<number | null> {
  const [row] = await rowsOf<{ id: number }>(
    em,
    'select b.id from campaign c join campaign b on b.id = c.preceded_by_id where c.id = $1 and earliest_day(c.starts_on, c.starts_on_precision) > $2',
    [campaign, day],
  );
  return row?.id ?? null;
}
