import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import { dayOf, isoOf, ReplayTree, replaySeries, type Day, type ReplayFigure, type SeriesReplay } from '../../src/ledger/replay.js';
import { loadTotalParts } from '../../src/ledger/total-parts.query.js';
import { totalParts, type Mover, type PartsSource, type Stated } from '../../src/ledger/total-parts.rules.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import type { NetHistory } from '../support/golden-replay.js';
import { histories, type History } from '../support/histories.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

/** The tree and the figures of one series in memory, found by looking at all of them. Units and figures are their places. */
function sourceOf({ units, placements }: NetHistory, figures: readonly ReplayFigure[], flows: boolean, replay: SeriesReplay): PartsSource {
  const index = new Map(units.map(({ id }, i) => [id, i]));
  const idOf = (unit: number) => units[unit]!.id;
  const parentOn = (unit: number, day: Day) => {
    const at = placements.find((p) => p.unit === idOf(unit) && p.from <= day && (p.to === null || day < p.to));
    return at && index.get(at.parent)!;
  };
  const above = (unit: number, day: Day): number[] => {
    const parent = parentOn(unit, day);
    return parent === undefined ? [] : [parent, ...above(parent, day)];
  };
  const isBeneath = (unit: number, ancestor: number, day: Day) => above(unit, day).includes(ancestor);
  const hasTotal = (unit: number, day: Day) => replay.stateAt(idOf(unit), day).total !== null;
  const latest = (unit: number, coverage: string, day: Day) => {
    const found = figures.map((f, i) => ({ ...f, i })).filter((f) => f.unit === idOf(unit) && f.coverage === coverage && f.date <= day);
    return found.sort((a, b) => b.date - a.date)[0];
  };
  return {
    flows,
    stated: async (asked, day) => new Map(asked.flatMap((unit): [number, Stated][] => {
      const [own, subtree] = [latest(unit, 'OWN', day), latest(unit, 'SUBTREE', day)];
      return own || subtree ? [[unit, { own: own?.i ?? null, subtree: subtree ? { figure: subtree.i, date: subtree.date } : null }]] : [];
    })),
    members: async (asked, day) => new Map(asked.map((unit) => [unit, units.flatMap((_, i) => (parentOn(i, day) === unit ? [i] : []))])),
    movers: async (spoke, day) =>
      spoke.flatMap(({ unit: by, date }) =>
        units.flatMap((_, unit): Mover[] => {
          const [then, now] = [isBeneath(unit, by, date), isBeneath(unit, by, day)];
          if (then === now) return [];
          if (now) {
            let came = day;
            while (isBeneath(unit, by, came - 1)) came -= 1;
            return [{ spoke: by, unit, sign: 1, heldOn: came - 1 }];
          }
          let on = date;
          while (!hasTotal(unit, on) && isBeneath(unit, by, on + 1)) on += 1;
          return [{ spoke: by, unit, sign: -1, heldOn: on }];
        }),
      ),
    depths: async (asked, day) => new Map(asked.map((unit) => [unit, above(unit, day).length])),
  };
}

/** Days without those on which nothing happens, so that looking at each is quick. */
function onShortCalendar({ net: { units, placements, series }, days }: History): NetHistory & { days: Day[] } {
  const short = (day: Day): Day => days.indexOf(day);
  const maybe = (day: Day | null): Day | null => (day === null ? null : short(day));
  return {
    units: units.map((unit) => ({ ...unit, validFrom: short(unit.validFrom), closedOn: maybe(unit.closedOn) })),
    placements: placements.map((p) => ({ ...p, from: short(p.from), to: maybe(p.to) })),
    series: series.map((one) => ({ ...one, figures: one.figures.map((f) => ({ ...f, date: short(f.date) })) })),
    days: days.map((_, i) => i),
  };
}

test('the parts of a total add up to it, on every day of every history', { timeout: 300_000 }, async () => {
  let adjusted = 0;
  await fc.assert(
    fc.asyncProperty(histories(), async (history) => {
      const world = onShortCalendar(history);
      const tree = new ReplayTree(world.units, world.placements);
      for (const { figures, flows } of world.series) {
        const replay = replaySeries(tree, figures, { flows });
        const source = sourceOf(world, figures, flows, replay);
        for (const [i, { id, validFrom }] of world.units.entries())
          for (const day of world.days.filter((day) => day >= validFrom)) {
            const parts = await totalParts(source, i, day);
            const { total, origin } = replay.stateAt(id, day);
            if (origin === 'ADJUSTED') adjusted += 1;
            expect({ id, day, total: parts && [...parts].reduce((sum, [figure, weight]) => sum + BigInt(weight) * figures[figure]!.value, 0n) }).toEqual({ id, day, total });
            expect([...(parts ?? new Map()).values()].every((weight) => weight !== 0)).toBe(true);
          }
      }
    }),
    { numRuns: 40 },
  );
  expect(adjusted).toBeGreaterThan(0);
});

test('what the ledger keeps is what the parts add up to', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(histories(), async (history) => {
      await db.pool.query('truncate org_unit, structure_source, structure_record, placement, ancestry, census, census_past, campaign, campaign_phase, indicator, series, figure, balance, balance_past, part_sum, ledger_load restart identity cascade');
      for (const batch of history.deals[0]) expect((await importRecords(db, batch)).errors).toEqual([]);
      const { rows: figures } = await db.pool.query<{ id: number; value: string }>('select id, value from figure');
      const valueOf = new Map(figures.map(({ id, value }) => [id, BigInt(value.replace('.', ''))]));
      const { rows } = await db.pool.query<{ unit: number; series: number; day: string; total: string | null }>(
        `select b.unit_id as unit, b.series_id as series, d.day, b.total from balance b cross join lateral (
           select distinct day from unnest(array[b.date, least(b.until - 1, $1)]) x (day)) d where d.day >= b.date`,
        [isoOf(history.days.at(-1)!)],
      );
      const sum = (list: readonly number[]) => list.reduce((all, figure) => all + valueOf.get(figure)!, 0n);
      for (const { unit, series, day, total } of rows) {
        const parts = await loadTotalParts(db.pool, unit, series, dayOf(day));
        expect({ unit, series, day, total: parts && sum(parts.plus) - sum(parts.minus) }).toEqual({ unit, series, day, total: total === null ? null : BigInt(total.replace('.', '')) });
      }
    }),
    { numRuns: 5 },
  );
});

test('of a unit of which nothing is known there are no parts', async () => {
  expect(await loadTotalParts(db.pool, -1, -1, '2024-01-01')).toBeNull();
});
