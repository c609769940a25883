import type { EntityManager } from '@mikro-orm/postgresql';
import { isAbove, isWithin } from '../access/row-scope.js';
import { rowsOf } from '../shared/database/querying.js';
import { FIGURE_COLUMNS, FIGURE_SOURCE } from './figure.query.js';
import type { Figure } from './figure.type.js';
import type { Standing } from './figure-workflow.rules.js';
import type { Measure } from './progress.query.js';

/** A figure as a mutation shows it, with how it stands. */
export interface FigureStanding extends Standing {
  readonly figure: Figure;
}

/** Of the figures of these ids that the caller sees: each as it is now, by id. */
export async function standingsOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, FigureStanding>> {
  const known = await standingsBy(em, PLAINLY_SEEN, ids);
  const others = ids.filter((id) => !known.has(id));
  return others.length === 0 ? known : new Map([...known, ...(await standingsBy(em, SEEN, others))]);
}

async function standingsBy(em: EntityManager, statement: string, ids: readonly string[]): Promise<Map<string, FigureStanding>> {
  const rows = await rowsOf<Figure & { of: Omit<Standing, 'status' | 'version'> }>(em, statement, [ids]);
  return new Map(rows.map(({ of, ...figure }) => [figure.key, { ...of, status: figure.status, version: figure.version, figure }]));
}

const SAME_KEY = 'o.series_id = f.series_id and o.unit_id = f.unit_id and o.coverage = f.coverage and o.date = f.date';
/** Without a look at the policies of all that is read, which takes longer than all else. */
export const PLAINLY_SEEN = `select ${FIGURE_COLUMNS}, r.standing as of from figure_standings($1) r
  cross join lateral (select (r.stated).*) f cross join lateral (select r.campaign as code) c cross join lateral (select r.phase as code) p
  cross join lateral (select r.indicator as code) i cross join lateral (select r.measure as measure) s`;
/** The same, as policies say. */
export const SEEN = `select ${FIGURE_COLUMNS}, json_build_object('measure', s.measure, 'counted', f.approved_at is not null,
       'reports', coalesce(${isWithin('u.path', 'reporter')}, false),
       'approves', coalesce(${isAbove('u.path')}, false),
       'gave', coalesce(${isWithin(`case s.measure when 'ASSIGNED' then (select o.path from org_unit o where o.id = f.counterpart_id) when 'SELF_SET' then u.path end`, 'approver')}, false),
       'mine', coalesce(f.submitted_by = nullif(current_setting('liendoan.principal', true), ''), false),
       'active', f.date >= u.valid_from and f.date < coalesce(u.closed_on, 'infinity'),
       'misplaced', f.counterpart_id is not null
         and not exists (select from ancestry a where a.unit_id = f.unit_id and a.ancestor_id = f.counterpart_id and a.starts <= f.date and a.ends > f.date),
       'campaignStatus', c.status,
       'isCorrection', f.corrects_id is not null,
       'occupied', exists (select from figure o where ${SAME_KEY} and o.status = 'APPROVED' and o.id <> f.id and o.id is distinct from f.corrects_id),
       'bereft', f.corrects_id is not null and not exists (select from figure o where o.id = f.corrects_id and o.status = 'APPROVED'),
       'rivalled', exists (select from figure o where ${SAME_KEY} and o.status in ('DRAFT', 'SUBMITTED', 'RETURNED') and o.id <> f.id)) as of
     ${FIGURE_SOURCE} join org_unit u on u.id = f.unit_id where f.id = any ($1)`;

/** The figures of these ids that the caller sees, by id. */
export async function figuresOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, Figure>> {
  const rows = await rowsOf<Figure>(em, `select ${FIGURE_COLUMNS} ${FIGURE_SOURCE} where f.id = any ($1)`, [ids]);
  return new Map(rows.map((figure) => [figure.key, figure]));
}

/** Nobody else changes these figures until the command is done; with `posting`, nor posts in their series, nor moves the tree. */
export async function hold(em: EntityManager, ids: readonly string[], posting: boolean): Promise<void> {
  await rowsOf(em, 'select ledger_hold($1, $2)', [ids, posting]);
}

/** The key of a series, made where there is none yet. */
export async function seriesOf(em: EntityManager, campaign: number, phase: number | null, indicator: number, measure: Measure): Promise<number> {
  const [row] = await rowsOf<{ key: number }>(em, 'select ledger_series($1, $2, $3, $4) as key', [campaign, phase, indicator, measure]);
  return row!.key;
}
