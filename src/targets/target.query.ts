import type { EntityManager } from '@mikro-orm/postgresql';
import { FIGURE_COLUMNS, FIGURE_SOURCE } from '../ledger/figure.query.js';
import type { Figure } from '../ledger/figure.type.js';
import type { Day } from '../shared/dates.js';
import { rowsOf } from '../shared/database/querying.js';
import { keyedQuery, type KeyedQuery } from '../shared/database/reads.js';

/** Of a unit on a day, in a campaign, a phase of it or none, and an indicator. */
export interface TargetKey {
  readonly unitId: number;
  readonly campaignId: number;
  readonly phaseId: number | null;
  readonly indicatorId: number;
  readonly day: Day;
}
export const valuesOf = ({ unitId, campaignId, phaseId, indicatorId, day }: TargetKey) => [unitId, campaignId, phaseId, indicatorId, day];

/** Of (unit, campaign, phase, indicator, measure): how many targets were stated of it, and taken back. */
export const targetVersion = keyedQuery<{ version: number }>(
  ['int', 'int', 'int', 'int', 'text'],
  `select (count(*) + count(*) filter (where f.status = 'WITHDRAWN'))::int as version from series s join figure f on f.series_id = s.id and f.unit_id = k.p0 and f.coverage = 'SUBTREE' where s.campaign_id = k.p1 and s.phase_id is not distinct from k.p2 and s.indicator_id = k.p3 and s.measure::text = k.p4`,
);

/** The rows that a keyed query has for one key, as a command sees them. */
export async function keyed<Row extends object>(em: EntityManager, { types, body }: KeyedQuery<Row>, values: readonly unknown[]): Promise<Row[]> {
  const key = types.map((type, i) => `$${i + 1}::${type} as p${i}`).join(', ');
  return rowsOf<Row>(em, `select r.* from (select ${key}) k cross join lateral (${body}) r`, [...values]);
}

const TARGETS = `${FIGURE_SOURCE} where f.series_id = $1 and f.unit_id = $2 and f.coverage = 'SUBTREE'`;

/** The target of a unit in a series that counts: the latest, or the one of a day. */
export async function currentTarget(em: EntityManager, series: number, unit: number, day: Day | null = null): Promise<Figure | undefined> {
  const [figure] = await rowsOf<Figure>(em, `select ${FIGURE_COLUMNS} ${TARGETS} and f.status = 'APPROVED' and f.date = coalesce($3::date, f.date) order by f.date desc limit 1`, [series, unit, day]);
  return figure;
}

/** The target of a unit in a series and on a day that is on its way. */
export async function openTarget(em: EntityManager, series: number, unit: number, day: Day): Promise<Figure | undefined> {
  const [figure] = await rowsOf<Figure>(em, `select ${FIGURE_COLUMNS} ${TARGETS} and f.status in ('DRAFT', 'SUBMITTED', 'RETURNED') and f.date = $3`, [series, unit, day]);
  return figure;
}

/** The units that stand above one on a day, of those that the caller sees. */
export function unitsAbove(em: EntityManager, unit: number, day: Day): Promise<{ id: number; direct: boolean }[]> {
  return rowsOf(
    em,
    `select u.id, exists (select from placement p where p.unit_id = $1 and p.parent_id = u.id and p.starts <= $2 and p.ends > $2) as direct
     from ancestry a join org_unit u on u.id = a.ancestor_id where a.unit_id = $1 and a.starts <= $2 and a.ends > $2`,
    [unit, day],
  );
}
