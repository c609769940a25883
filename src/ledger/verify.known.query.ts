import type pg from 'pg';
import type { BalanceRow, CensusRow, FigureRow, SeriesRow, UnitRow } from './verify.query.js';
import type { Moment } from './progress.known.query.js';

/** What `verify` reads to look back: what was stated by a moment, and what was kept of it then. */

const rows = async <Row extends pg.QueryResultRow>(client: pg.ClientBase, text: string, values: unknown[] = []): Promise<Row[]> =>
  (await client.query<Row>(text, values)).rows;

const stated = (row: string, moment = '$1') => `${row}.recorded_at <= ${moment} and (${row}.ended_at is null or ${row}.ended_at > ${moment})`;

/** The moments at which anything that is kept changed, since the last rebuild that changed anything; the latest left out: it is now. */
export const readMoments = async (client: pg.ClientBase): Promise<Moment[]> =>
  (
    await rows<{ at: Moment }>(
      client,
      `with moment as (
         select recorded_at as at from balance union select recorded_at from balance_past union select removed_at from balance_past
         union select recorded_at from census union select recorded_at from census_past union select removed_at from census_past
         union select recorded_at from structure_record union select ended_at from structure_record where ended_at is not null
       )
       select at::text from moment where at >= coalesce((select max(l.at) from ledger_load l where l.rebuilt), '-infinity') and at < (select max(m.at) from moment m) order by moment.at`,
    )
  ).map(({ at }) => at);

export interface StatementRow {
  unit_id: number;
  level: UnitRow['level'];
  code: string;
  starts: string;
  kind: 'FOUNDING' | 'PLACEMENT' | 'CLOSURE';
  parent_id: number | null;
}

export const readStatements = (client: pg.ClientBase, moment: Moment) =>
  rows<StatementRow>(
    client,
    `select r.unit_id, u.level, u.code, r.starts, r.kind, r.parent_id from structure_record r join org_unit u on u.id = r.unit_id
     where ${stated('r')} order by r.unit_id, r.starts`,
    [moment],
  );

/** Whether the tree was stated otherwise at the moment than it is now. */
export const readTreeChanged = async (client: pg.ClientBase, moment: Moment): Promise<boolean> =>
  (await rows<{ changed: boolean }>(client, 'select exists (select from structure_record where recorded_at > $1 or ended_at > $1) as changed', [moment]))[0]!.changed;

/** Series of which anything was stated, or kept, otherwise at the moment than it is now. */
export const readSeriesChanged = async (client: pg.ClientBase, moment: Moment): Promise<Set<number>> =>
  new Set(
    (
      await rows<{ series_id: number }>(
        client,
        `select series_id from figure where approved_at > $1 or (approved_at is not null and ended_at > $1)
         union select series_id from balance where recorded_at > $1 union select series_id from balance_past where removed_at > $1`,
        [moment],
      )
    ).map((row) => row.series_id),
  );

export const readCensusKnown = (client: pg.ClientBase, moment: Moment) =>
  rows<CensusRow>(
    client,
    `select unit_id, starts, children, array[0, provincial, upper_grassroots, grassroots, sub_grassroots] as by_level from (
       select unit_id, starts, children, provincial, upper_grassroots, grassroots, sub_grassroots from census where recorded_at <= $1
       union all
       select unit_id, starts, children, provincial, upper_grassroots, grassroots, sub_grassroots from census_past where recorded_at <= $1 and removed_at > $1
     ) c order by unit_id, starts`,
    [moment],
  );

/** As the indicators were stated; none of an indicator that was not. */
export const readSeriesKnown = (client: pg.ClientBase, moment: Moment) =>
  rows<SeriesRow>(
    client,
    `select s.id, r.aggregation = 'SUM' as flows, concat_ws(' ', k.code, p.code, i.code, s.measure) as label
     from series s join campaign k on k.id = s.campaign_id left join campaign_phase p on p.id = s.phase_id
     join indicator i on i.id = s.indicator_id join indicator_record r on r.indicator_id = i.id and ${stated('r')} order by s.id`,
    [moment],
  );

export const readFiguresKnown = (client: pg.ClientBase, seriesId: number, moment: Moment) =>
  rows<FigureRow>(
    client,
    `select unit_id, coverage, date, value, qualifier from figure
     where series_id = $2 and approved_at <= $1 and (ended_at is null or ended_at > $1)`,
    [moment, seriesId],
  );

const BALANCE = `unit_id, series_id, date, total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on,
  reported_children, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots`;

export const readBalancesKnown = (client: pg.ClientBase, seriesId: number, moment: Moment) =>
  rows<BalanceRow>(
    client,
    `select unit_id, date, null as until, total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, reported_children,
       array[0, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots] as reported_by_level
     from (
       select ${BALANCE} from balance where series_id = $2 and recorded_at <= $1
       union all
       select ${BALANCE} from balance_past where series_id = $2 and recorded_at <= $1 and removed_at > $1
     ) b order by unit_id, date`,
    [moment, seriesId],
  );

export interface RecordRow {
  unit_id: number | null;
  label: string;
  day: string;
  field: string;
  kept: string | null;
  expected: string | null;
}

/** What is in force and was not recorded so: placements, closures, indicators; and figures whose moments do not tell whether they count. */
export const readWrongRecords = (client: pg.ClientBase) =>
  rows<RecordRow>(
    client,
    `with fact as (
       select u.id as unit_id, s.starts, structure_kind_of(s.starts, u.valid_from, u.closed_on) as kind, p.parent_id from org_unit u
       cross join lateral (
         select u.valid_from as starts union select u.closed_on where u.closed_on is not null union select starts from placement where unit_id = u.id
       ) s left join placement p on p.unit_id = u.id and p.starts = s.starts
     ), told as (
       select unit_id, starts, concat_ws(' under ', f.kind, (select code from org_unit where id = f.parent_id)) as fact from fact f
     ), noted as (
       select unit_id, starts, concat_ws(' under ', r.kind, (select code from org_unit where id = r.parent_id)) as fact from structure_record r where ended_at is null
     )
     select unit_id, 'structure' as label, starts as day, 'recorded' as field, n.fact as kept, t.fact as expected
     from told t full join noted n using (unit_id, starts) where t.fact is distinct from n.fact
     union all
     select null, 'indicator ' || i.code, today(), 'recorded', r.stated, i.stated
     from (select id, code, row(name, name_en, unit_of_measure, aggregation, numerator_id, denominator_id, counting_stage, source, note)::text as stated from indicator) i
     left join (
       select indicator_id, row(name, name_en, unit_of_measure, aggregation, numerator_id, denominator_id, counting_stage, source, note)::text as stated
       from indicator_record where ended_at is null
     ) r on r.indicator_id = i.id where r.stated is distinct from i.stated
     union all
     select f.unit_id, 'figure ' || f.id, f.date, 'counts', (f.approved_at is not null and f.ended_at is null)::text, (f.status = 'APPROVED')::text
     from figure f where (f.approved_at is not null and f.ended_at is null) <> (f.status = 'APPROVED')`,
  );
