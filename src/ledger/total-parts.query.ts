import type { Querying } from '../shared/database/querying.js';
import { dayOf, isoOf, type Day } from './replay.js';
import { totalParts, type Mover, type PartsSource, type Stated } from './total-parts.rules.js';

// What lies outside the caller's scope as well: functions that reach there, in schema/migrations/0006-publication-functions.sql.
const STATED = 'select unit, own, subtree, date from publication_stated($1, $2, $3)';
const MEMBERS = 'select parent, unit from publication_members($1, $2, $3)';
const MOVERS = 'select spoke, unit, sign, held_on from publication_movers($1, $2, $3, $4)';
const DEPTHS = 'select unit, depth from publication_depths($1, $2)';

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
