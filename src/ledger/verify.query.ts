import type pg from 'pg';

/** What `verify` reads: the structure, the figures that count and the balances kept, as plain rows. */

export interface UnitRow {
  id: number;
  code: string;
  level: 'NATIONAL' | 'PROVINCIAL' | 'UPPER_GRASSROOTS' | 'GRASSROOTS' | 'SUB_GRASSROOTS';
  valid_from: string;
  closed_on: string | null;
}

export interface PlacementRow {
  unit_id: number;
  parent_id: number;
  starts: string;
  ends: string | null;
}

export interface CensusRow {
  unit_id: number;
  starts: string;
  children: number;
  by_level: number[];
}

export interface SeriesRow {
  id: number;
  label: string;
  flows: boolean;
}

export interface FigureRow {
  unit_id: number;
  coverage: 'OWN' | 'SUBTREE';
  date: string;
  value: string;
  qualifier: 'EXACT' | 'MORE_THAN' | 'AT_LEAST' | 'NEARLY' | 'ABOUT';
}

export interface BalanceRow {
  unit_id: number;
  date: string;
  until: string | null;
  total: string | null;
  members_total: string;
  origin: 'STATED' | 'ADJUSTED' | 'SUMMED' | null;
  complete: boolean;
  qualifier: FigureRow['qualifier'] | null;
  as_of: string | null;
  detail: string | null;
  unexplained: string | null;
  subtree_on: string | null;
  reported_children: number;
  reported_by_level: number[];
}

const rows = async <Row extends pg.QueryResultRow>(client: pg.ClientBase, text: string, values: unknown[] = []): Promise<Row[]> =>
  (await client.query<Row>(text, values)).rows;

export const readUnits = (client: pg.ClientBase) =>
  rows<UnitRow>(client, 'select id, code, level, valid_from, closed_on from org_unit');

export const readPlacements = (client: pg.ClientBase) =>
  rows<PlacementRow>(client, `select unit_id, parent_id, starts, nullif(ends, 'infinity') as ends from placement`);

export const readCensus = (client: pg.ClientBase) =>
  rows<CensusRow>(
    client,
    `select unit_id, starts, children, array[0, provincial, upper_grassroots, grassroots, sub_grassroots] as by_level
     from census order by unit_id, starts`,
  );

export const readSeries = (client: pg.ClientBase) =>
  rows<SeriesRow>(
    client,
    `select s.id, s.flows, concat_ws(' ', k.code, p.code, i.code, s.measure) as label
     from series s join campaign k on k.id = s.campaign_id left join campaign_phase p on p.id = s.phase_id
     join indicator i on i.id = s.indicator_id order by s.id`,
  );

export const readFigures = (client: pg.ClientBase, seriesId: number) =>
  rows<FigureRow>(
    client,
    `select unit_id, coverage, date, value, qualifier from figure where series_id = $1 and status = 'APPROVED'`,
    [seriesId],
  );

export const readBalances = (client: pg.ClientBase, seriesId: number) =>
  rows<BalanceRow>(
    client,
    `select unit_id, date, nullif(until, 'infinity') as until, total, members_total, origin, complete, qualifier, as_of, detail,
       unexplained, subtree_on, reported_children,
       array[0, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots] as reported_by_level
     from balance where series_id = $1 order by unit_id, date`,
    [seriesId],
  );
