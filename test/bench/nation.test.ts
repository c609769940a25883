import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { everythingOf, INDICATORS, MONTH_ENDS, nationOf, type Size } from '../../bench/nation.js';
import { readRecord } from '../../src/exchange/records.js';

type Unit = { code: string; parent: string | null; level: string; kind: string; sector?: string };
type Figure = { unit: string; indicator: string; asOf: string; value: number };

function digest(records: Iterable<object>): string {
  const hash = createHash('sha256');
  for (const record of records) hash.update(JSON.stringify(record));
  return hash.digest('hex');
}

const count = (units: readonly Unit[], is: (unit: Unit) => boolean): number => units.filter(is).length;

describe('the nation of the benchmarks', () => {
  test('is the same in each run, and the importer reads all of it', () => {
    const small = nationOf('small');
    expect(digest(everythingOf(small, 20_000))).toBe(digest(everythingOf(nationOf('small'), 20_000)));
    const faults: string[] = [];
    const keys = new Set<string>();
    let records = 0;
    for (const record of everythingOf(small, 20_000)) {
      const read = readRecord(record, (code, message, path) => faults.push(`${code} ${path} ${message}`), () => {});
      keys.add(`${read?.type} ${read?.key}`);
      records += 1;
    }
    expect(faults).toEqual([]);
    expect(keys.size).toBe(records);
  });

  const SIZES: Record<Size, { units: number; provincials: number; uppers: number; unions: number; inDistrict: number; figures: readonly number[] }> = {
    small: { units: 2056, provincials: 5, uppers: 50, unions: 2000, inDistrict: 50, figures: [15_500, 20_000, 100_000] },
    full: { units: 126_384, provincials: 83, uppers: 1300, unions: 125_000, inDistrict: 90, figures: [150_000, 1_500_000] },
  };
  for (const [size, expected] of Object.entries(SIZES) as [Size, (typeof SIZES)[Size]][]) {
    test(`${size}: has as many units at each level as it should`, () => {
      const nation = nationOf(size);
      const units = [...nation.units()] as Unit[];
      expect(units).toHaveLength(expected.units);
      expect(new Set(units.map(({ code }) => code)).size).toBe(expected.units);
      const known = new Set<string | null>([null]);
      for (const { code, parent } of units) {
        expect(known.has(parent), `${code} comes after ${parent}`).toBe(true);
        known.add(code);
      }
      expect(units[0]).toMatchObject({ code: 'N', level: 'NATIONAL', parent: null });
      expect(units.filter(({ parent }) => parent === 'N').map(({ code }) => code)).toEqual(nation.provincials);
      expect(nation.provincials).toHaveLength(expected.provincials);
      expect(count(units, ({ level }) => level === 'UPPER_GRASSROOTS')).toBe(expected.uppers);
      expect(units.filter(({ parent }) => parent === 'P1').map(({ code }) => code)).toEqual(Array.from({ length: 30 }, (_, d) => `P1D${d + 1}`));
      expect(count(units, ({ level }) => level === 'GRASSROOTS')).toBe(expected.unions);
      expect(units.filter(({ parent }) => parent === 'P1D1').map(({ code }) => code)).toEqual(Array.from({ length: expected.inDistrict }, (_, g) => `P1D1G${g + 1}`));
      const unknown = count(units, ({ level, sector }) => level === 'GRASSROOTS' && sector === undefined) / expected.unions;
      expect(unknown > 0.01 && unknown < 0.05).toBe(true);
      expect([...nation.campaigns()]).toHaveLength(INDICATORS.length + 1 + 2000);
      expect([...nation.targets()]).toHaveLength(10 * (1 + expected.provincials + expected.uppers) + 5 * 30 * expected.inDistrict);
    });

    for (const figures of expected.figures) {
      test(`${size}: ${figures} results are as many, spread as they should be`, () => {
        const nation = nationOf(size);
        const inP1 = 30 * expected.inDistrict;
        const last = new Map<string, number>();
        const perSlot = new Map<string, number>();
        const reporting = new Set<string>();
        let [all, complete, before] = [0, 0, ''];
        for (const { unit, indicator, asOf, value } of nation.results(figures) as Generator<Figure>) {
          all += 1;
          reporting.add(unit);
          if (asOf < before) throw new Error('months are out of order');
          before = asOf;
          if (unit.startsWith('P1D') && asOf === '2024-12-31') complete += 1;
          else perSlot.set(`${indicator} ${asOf}`, (perSlot.get(`${indicator} ${asOf}`) ?? 0) + 1);
          // Of some unions only: of all of them it would take long.
          if (!unit.endsWith('G1')) continue;
          if (value <= (last.get(`${unit} ${indicator}`) ?? 0)) throw new Error(`${unit} ${indicator} ${asOf} does not rise`);
          last.set(`${unit} ${indicator}`, value);
        }
        expect(all).toBe(figures);
        expect(reporting.size).toBe(expected.unions);
        expect(complete).toBe(inP1 * INDICATORS.length);
        const even = (figures - complete) / 360;
        const counts = [...perSlot.entries()].filter(([slot]) => !slot.endsWith(MONTH_ENDS.at(-1)!)).map(([, many]) => many);
        // Fewer in the last month, from which P1 is left out here.
        if (even > 100) {
          expect(counts).toHaveLength(350);
          expect(Math.min(...counts)).toBeGreaterThan(even * 0.7);
          expect(Math.max(...counts)).toBeLessThan(even * 1.3);
        }
      });
    }
  }

  test('says how many figures there can be', () => {
    expect(() => nationOf('small').results(15_499).next()).toThrow(RangeError);
    expect(() => nationOf('small').results(800_000).next()).toThrow(RangeError);
  });
});
