import type pg from 'pg';

/** What `verify` reads: the structure, the figures that count and the balances kept, as plain rows. */

export interface UnitRow {
  id: number;
  code: string;
  level: 'NATIONAL' | 'PROVINCIAL' | 'UPPER_GRASSROOTS' | 'GRASSROOTS' | 'SUB_GRASSROOTS';
  kind: string;
  sector: string | null;
  ownership: string | null;
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

/** What a unit did itself; of what is known of now alone. */
export interface OwnRow {
  own: string | null;
  own_qualifier: FigureRow['qualifier'] | null;
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
  rows<UnitRow>(client, 'select id, code, level, kind, sector, ownership, valid_from, closed_on from org_unit');

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
  rows<BalanceRow & OwnRow>(
    client,
    `select unit_id, date, nullif(until, 'infinity') as until, total, members_total, origin, complete, qualifier, as_of, detail,
       unexplained, subtree_on, own_of(balance) as own, own_qualifier_of(balance) as own_qualifier, reported_children,
       array[0, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots] as reported_by_level
     from balance where series_id = $1 order by unit_id, date`,
    [seriesId],
  );

export interface PartSumRow {
  unit_id: number;
  attribute: 'LEVEL' | 'SECTOR' | 'OWNERSHIP' | 'KIND';
  key: string;
  date: string;
  value: string;
  counted: number;
  bounded: number;
  loose: number;
}

/** Series 0: of the units themselves. */
export const readPartSums = (client: pg.ClientBase, seriesId: number) =>
  rows<PartSumRow>(client, 'select unit_id, attribute, key, date, value, counted, bounded, loose from part_sum where series_id = $1 order by unit_id, attribute, key, date', [seriesId]);

export interface PathRow {
  unit_id: number;
  day: string;
  kept: string | null;
  expected: string | null;
}

/** Units whose path is not their parent's path and their own id, by the placements of the day for which paths are kept. */
export const readWrongPaths = (client: pg.ClientBase) =>
  rows<PathRow>(
    client,
    `select u.id as unit_id, d.day, u.path::text as kept, e.path::text as expected
     from placement_day d cross join org_unit u
     left join placement s on s.unit_id = u.id and s.starts <= greatest(d.day, u.valid_from) and s.ends > greatest(d.day, u.valid_from)
     left join org_unit p on p.id = s.parent_id
     cross join lateral (select case when s.unit_id is null then u.id::text::ltree else p.path || u.id::text end as path) e
     where u.path is distinct from e.path`,
  );

export interface PublicationRow {
  unit_id: number;
  label: string;
  as_of: string;
  field: string;
  kept: string | null;
  expected: string | null;
}

/** Publications that are not the sum of the figures kept with them (of a RATIO with parts: their quotient), or whose path is not their unit's. */
export const readWrongPublications = (client: pg.ClientBase) =>
  rows<PublicationRow>(
    client,
    `with part as (
       select e.publication_id, s.indicator_id,
         (select coalesce(sum(f.value), 0) from unnest(e.plus) n (id) join figure f using (id)) - (select coalesce(sum(f.value), 0) from unnest(e.minus) n (id) join figure f using (id)) as value
       from publication_equation e join series s on s.id = e.series_id
     ), expected as (
       select p.*, u.path as unit_path, concat_ws(' ', k.code, h.code, i.code, p.measure, 'published') as label, coalesce(
         (select value from part where publication_id = p.id and indicator_id = p.indicator_id),
         (select round(n.value / nullif(d.value, 0) * 100, 2) from part n join part d using (publication_id)
          where n.publication_id = p.id and n.indicator_id = i.numerator_id and d.indicator_id = i.denominator_id)) as expected
       from publication p join org_unit u on u.id = p.unit_id join campaign k on k.id = p.campaign_id join indicator i on i.id = p.indicator_id left join campaign_phase h on h.id = p.phase_id
     )
     select unit_id, label, as_of, 'value' as field, value::text as kept, expected::text from expected where value is distinct from expected
     union all
     select unit_id, label, as_of, 'path', path::text, unit_path::text from expected where path is distinct from unit_path`,
  );
