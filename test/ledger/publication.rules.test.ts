import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concerning, tooFewUnits as judge, type Equation } from '../../src/ledger/publication.rules.ts';
import { anyBare, laysMoreBare } from '../support/too-few-oracle.ts';

/** Figures are numbered unit × 100 + which of its figures it is. */
const unitOf = (figure: number): number => Math.floor(figure / 100);
const figure = (unit: number, which = 0): number => unit * 100 + which;
const tooFewUnits = (published: readonly Equation[], candidate: Equation, of: (figure: number) => number): boolean => judge(concerning(published, candidate, of), of);
const eq = (unit: number, plus: number[], minus: number[] = []): Equation => ({ unit, plus, minus });
/** Publishes one after the other; which were refused. */
function refusals(candidates: readonly Equation[]): number[] {
  const published: Equation[] = [];
  return candidates.flatMap((candidate, i) => {
    if (tooFewUnits(published, candidate, unitOf)) return [i];
    published.push(candidate);
    return [];
  });
}

/** A parent, 90, and its unions 1 to 8; each has one figure. */
const of = (...units: number[]): number[] => units.map((unit) => figure(unit));

describe('a publication is refused when it gives away one or two units', () => {
  test('a sum of three is published, a sum of two is not, nor one of a single other unit', () => {
    expect(refusals([eq(90, of(1, 2, 3))])).toEqual([]);
    expect(refusals([eq(90, of(1, 2))])).toEqual([0]);
    expect(refusals([eq(90, of(1))])).toEqual([0]);
    expect(refusals([eq(90, [figure(1), figure(1, 1), figure(2), figure(2, 1)])])).toEqual([0]);
  });

  test('a figure that a unit states of itself may be published, unless it lays others bare', () => {
    expect(refusals([eq(1, of(1))])).toEqual([]);
    expect(refusals([eq(90, of(1, 2, 3, 4)), eq(1, of(1)), eq(2, of(2)), eq(3, of(3)), eq(4, of(4))])).toEqual([2, 3, 4]);
    // Of five, two may be known: then three are left.
    expect(refusals([eq(90, of(1, 2, 3, 4, 5)), eq(1, of(1)), eq(2, of(2)), eq(3, of(3))])).toEqual([3]);
  });

  test('once all the units are known, their sum is no news', () => {
    expect(refusals([eq(1, of(1)), eq(2, of(2)), eq(3, of(3)), eq(90, of(1, 2, 3))])).toEqual([]);
    expect(refusals([eq(1, of(1)), eq(2, of(2)), eq(90, of(1, 2, 3))])).toEqual([2]);
  });

  test('the total less published units beneath it', () => {
    expect(refusals([eq(80, of(1, 2, 3)), eq(90, of(1, 2, 3, 4, 5))])).toEqual([1]);
    expect(refusals([eq(80, of(1, 2, 3)), eq(90, of(1, 2, 3, 4, 5, 6))])).toEqual([]);
    expect(refusals([eq(80, of(1, 2, 3)), eq(81, of(4, 5, 6)), eq(90, of(1, 2, 3, 4, 5, 6, 7, 8))])).toEqual([2]);
  });

  test('the change since the last snapshot, or between any two days', () => {
    const first = eq(90, of(1, 2, 3, 4));
    expect(refusals([first, eq(90, [...of(1, 2, 3), figure(4, 1)])])).toEqual([1]);
    expect(refusals([first, eq(90, [figure(1, 1), figure(2, 1), figure(3, 1), figure(4)])])).toEqual([]);
    // The first and the third day tell of four units, but the second and the third of one.
    expect(refusals([first, eq(90, [figure(1, 1), figure(2, 1), figure(3, 1), figure(4)]), eq(90, [figure(1, 1), figure(2, 1), figure(3, 1), figure(4, 1)])])).toEqual([2]);
  });

  test('a corrected figure gives its unit away', () => {
    expect(refusals([eq(90, of(1, 2, 3, 4)), eq(90, [figure(1, 9), ...of(2, 3, 4)])])).toEqual([1]);
  });

  test('a consolidated figure is its own unit\'s; what was taken off it is not', () => {
    expect(refusals([eq(90, [figure(90)]), eq(90, [figure(90)], [figure(1)])])).toEqual([1]);
    expect(refusals([eq(90, [figure(90)]), eq(90, [figure(90)], of(1, 2, 3))])).toEqual([]);
  });

  test('the same again is no news, and a flaw of old blocks only what rests on it', () => {
    expect(tooFewUnits([eq(90, of(1, 2, 3))], eq(90, of(1, 2, 3)), unitOf)).toBe(false);
    const flawed = [eq(90, of(1, 2))];
    expect(tooFewUnits(flawed, eq(91, of(3, 4, 5)), unitOf)).toBe(false);
    expect(tooFewUnits(flawed, eq(91, of(1, 2, 3, 4, 5)), unitOf)).toBe(false);
    expect(tooFewUnits(flawed, eq(90, of(1, 2)), unitOf)).toBe(false);
    expect(tooFewUnits(flawed, eq(91, of(1, 3)), unitOf)).toBe(true);
    expect(tooFewUnits(flawed, eq(91, of(1, 2, 3)), unitOf)).toBe(true);
    expect(tooFewUnits(flawed, eq(1, of(1)), unitOf)).toBe(true);
  });

  test('two equations that differ by two of many units', () => {
    const many = Array.from({ length: 40 }, (_, i) => figure(i + 1));
    expect(refusals([eq(90, many), eq(91, many.slice(0, 37)), eq(92, many.slice(0, 38)), eq(93, many.slice(1, 39))])).toEqual([2, 3]);
  });
});

const someFigure = (units: number, each: number) => fc.tuple(fc.integer({ min: 1, max: units }), fc.nat({ max: each - 1 })).map(([unit, which]) => figure(unit, which));
const anyEquation = (units: number, each: number) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ unit: fc.integer({ min: 1, max: units }), plus: fc.uniqueArray(someFigure(units, each), { minLength: 1, maxLength: 9 }), minus: fc.constant<number[]>([]) }) },
    { weight: 2, arbitrary: fc.record({ unit: fc.integer({ min: 1, max: units }), plus: fc.array(someFigure(units, each), { minLength: 1, maxLength: 9 }), minus: fc.array(someFigure(units, each), { maxLength: 3 }) }) },
    { weight: 2, arbitrary: someFigure(units, each).map((one) => eq(unitOf(one), [one])) },
  );
const candidates = (most: number) =>
  fc.tuple(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 1, max: 3 })).chain(([units, each]) => fc.array(anyEquation(units, each), { minLength: 1, maxLength: most, size: 'max' }));

describe('against the definition, by exact fractions', () => {
  test('what was accepted one after the other never gives anybody away, and nothing is refused without need', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(candidates(14), (list) => {
        const published: Equation[] = [];
        for (const candidate of list) {
          const needed = anyBare([...published, candidate], unitOf);
          expect(tooFewUnits(published, candidate, unitOf)).toBe(needed);
          if (needed) refused += 1;
          else {
            published.push(candidate);
            accepted += 1;
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(200);
  });

  test('with flaws of old among the equations, what is refused lays bare more than they do', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(candidates(9), (list) => {
        const [candidate, ...published] = list as [Equation, ...Equation[]];
        const expected = laysMoreBare(published, candidate, unitOf);
        seen.add(expected);
        expect(tooFewUnits(published, candidate, unitOf)).toBe(expected);
      }),
      { numRuns: 600 },
    );
    expect(seen.size).toBe(2);
  });
});
