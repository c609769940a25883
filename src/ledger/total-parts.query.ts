import type pg from 'pg';
import { dayOf, isoOf, type Day } from './replay.js';
import { totalParts, type Mover, type PartsSource, type Stated } from './total-parts.rules.js';

/** Whatever runs statements with the rights to read the whole ledger: parts can lie outside the caller's scope. */
export type Querying = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

const STATED = `
  select u.id as unit, o.id as own, s.id as subtree, s.date
  from unnest($2::int[]) u (id)
  left join lateral (select f.id from figure f where f.series_id = $1 and f.unit_id = u.id and f.coverage = 'OWN' and f.status = 'APPROVED'
    and f.date <= $3::date order by f.date desc limit 1) o on true
  left join lateral (select f.id, f.date from figure f where f.series_id = $1 and f.unit_id = u.id and f.coverage = 'SUBTREE' and f.status = 'APPROVED'
    and f.date <= $3::date order by f.date desc limit 1) s on true
  where o.id is not null or s.id is not null`;

const MEMBERS = `
  select p.parent_id as parent, p.unit_id as unit
  from placement p
  where p.parent_id = any ($2::int[]) and p.starts <= $3::date and p.ends > $3::date
    and exists (select from balance b where b.unit_id = p.unit_id and b.series_id = $1 and b.date <= $3::date)`;

// As the ledger takes them (ledger_wave: gone, arrived): of one that left, what it held when the other spoke, or what it
// first held after that; of one that came, what it held on the day before.
const MOVERS = `
  with spoke as (select * from unnest($2::int[], $3::date[]) s (id, date))
  select s.id as spoke, a.unit_id as unit, -1 as sign, h.held_on
  from spoke s
  join ancestry a on a.ancestor_id = s.id and a.ends > s.date and a.ends <= $4::date and a.starts <= s.date
  cross join lateral (
    select case when b.date <= s.date then s.date else b.date end as held_on, b.held_on as figure_on from (
      (select * from (select b.date, b.total, b.held_on from balance b where b.unit_id = a.unit_id and b.series_id = $1 and b.date <= s.date
         order by b.date desc limit 1) on_day where total is not null)
      union all
      (select b.date, b.total, b.held_on from balance b where b.unit_id = a.unit_id and b.series_id = $1 and b.date > s.date and b.date < a.ends
         and b.total is not null order by b.date limit 1)
    ) b order by b.date limit 1
  ) h
  where h.figure_on is not null
    and not exists (select from ancestry n where n.unit_id = a.unit_id and n.ancestor_id = s.id and n.starts <= $4::date and n.ends > $4::date)
  union all
  select s.id, a.unit_id, 1, a.starts - 1
  from spoke s
  join ancestry a on a.ancestor_id = s.id and not a.founding and a.starts > s.date and a.starts <= $4::date and a.ends > $4::date
  cross join lateral (
    select b.total, b.held_on from balance b where b.unit_id = a.unit_id and b.series_id = $1 and b.date < a.starts order by b.date desc limit 1
  ) b
  where b.total is not null and b.held_on is not null
    and not exists (select from ancestry n where n.unit_id = a.unit_id and n.ancestor_id = s.id and n.starts <= s.date and n.ends > s.date)`;

const DEPTHS = `select a.unit_id as unit, count(*)::int as depth from ancestry a
  where a.unit_id = any ($1::int[]) and a.starts <= $2::date and a.ends > $2::date group by a.unit_id`;

function ledgerSource(client: Querying, seriesId: number, flows: boolean): PartsSource {
  const rows = async <Row>(text: string, values: unknown[]): Promise<Row[]> => (await client.query(text, values)).rows as Row[];
  return {
    flows,
    async stated(units, day) {
      const found = await rows<{ unit: number; own: string | null; subtree: string | null; date: string }>(STATED, [seriesId, units, isoOf(day)]);
      return new Map<number, Stated>(found.map(({ unit, own, subtree, date }) => [
        unit, { own: own === null ? null : Number(own), subtree: subtree === null ? null : { figure: Number(subtree), date: dayOf(date) } },
      ]));
    },
    async members(units, day) {
      const under = new Map<number, number[]>();
      for (const { parent, unit } of await rows<{ parent: number; unit: number }>(MEMBERS, [seriesId, units, isoOf(day)])) {
        const list = under.get(parent);
        if (list) list.push(unit);
        else under.set(parent, [unit]);
      }
      return under;
    },
    async movers(spoke, day) {
      const found = await rows<Omit<Mover, 'heldOn'> & { held_on: string }>(MOVERS, [
        seriesId, spoke.map(({ unit }) => unit), spoke.map(({ date }) => isoOf(date)), isoOf(day),
      ]);
      return found.map(({ held_on, ...mover }) => ({ ...mover, heldOn: dayOf(held_on) }));
    },
    async depths(units, day) {
      const found = await rows<{ unit: number; depth: number }>(DEPTHS, [units, isoOf(day)]);
      return new Map(found.map(({ unit, depth }) => [unit, depth]));
    },
  };
}

/** The figures that a total adds and takes off, by id; one that counts twice is there twice. */
export interface TotalParts {
  readonly plus: number[];
  readonly minus: number[];
}

/** What the total of a unit in a series at the end of a day is the sum of; null where nothing is known. Balances are settled before. */
export async function loadTotalParts(client: Querying, unitId: number, seriesId: number, day: Day | string): Promise<TotalParts | null> {
  const { rows: [series] } = await client.query<{ flows: boolean }>('select flows from series where id = $1', [seriesId]);
  if (series === undefined) return null;
  const parts = await totalParts(ledgerSource(client, seriesId, series.flows), unitId, typeof day === 'string' ? dayOf(day) : day);
  if (parts === null) return null;
  const [plus, minus]: [number[], number[]] = [[], []];
  for (const [figure, weight] of parts) for (let n = Math.abs(weight); n > 0; n--) (weight > 0 ? plus : minus).push(figure);
  return { plus: plus.sort((a, b) => a - b), minus: minus.sort((a, b) => a - b) };
}
