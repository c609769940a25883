import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { split, stepOf } from '../../src/targets/allocation.rules.js';

const sum = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n);
const codes = (weights: readonly bigint[]) => weights.map((weight, i) => ({ code: `G${String(i).padStart(3, '0')}`, weight }));

describe('what is split by largest remainder', () => {
  test.each<[string, bigint, bigint[], bigint[]]>([
    ['evenly', 900n, [1n, 1n, 1n], [300n, 300n, 300n]],
    ['with one left, to the first code', 1_000n, [1n, 1n, 1n], [334n, 333n, 333n]],
    ['by the greatest part cut off', 10n, [34n, 33n, 33n], [4n, 3n, 3n]],
    ['by the textbook (Hamilton)', 10n, [6n, 6n, 2n], [4n, 4n, 2n]],
    ['nothing to a weight of 0', 5n, [0n, 2n, 1n], [0n, 3n, 2n]],
    ['nothing at all', 0n, [3n, 1n], [0n, 0n]],
    ['to one', 7n, [5n], [7n]],
  ])('%s', (_, amount, weights, parts) => {
    expect(split(amount * 10_000n, codes(weights))).toEqual(parts.map((part) => part * 10_000n));
  });

  test('a number that is not whole, to four decimals', () => {
    expect(split(10_001n, codes([1n, 1n]))).toEqual([5_001n, 5_000n]);
    expect(split(10_000n, codes([1n, 1n]))).toEqual([10_000n, 0n]);
  });

  const amounts = fc.oneof(fc.bigInt(0n, 5_000n).map((whole) => whole * 10_000n), fc.bigInt(0n, 10n ** 20n), fc.bigInt(0n, 50_000n));
  const weighings = fc
    .array(fc.oneof(fc.bigInt(0n, 9n), fc.bigInt(0n, 10n ** 13n)), { minLength: 1, maxLength: 40 })
    .filter((weights) => weights.some((weight) => weight > 0n));

  test('adds up to the amount, in whole steps', () => {
    fc.assert(
      fc.property(amounts, weighings, (amount, weights) => {
        const parts = split(amount, codes(weights));
        expect(sum(parts)).toBe(amount);
        for (const part of parts) expect(part % stepOf(amount)).toBe(0n);
      }),
    );
  });

  test('is less than a step away from each exact share', () => {
    fc.assert(
      fc.property(amounts, weighings, (amount, weights) => {
        const whole = sum(weights);
        split(amount, codes(weights)).forEach((part, i) => {
          const off = part * whole - amount * weights[i]!;
          expect(off < 0n ? -off : off).toBeLessThan(stepOf(amount) * whole);
        });
      }),
    );
  });

  test('gives no less to who weighs more, nor, among equals, to whose code comes first', () => {
    fc.assert(
      fc.property(amounts, weighings, (amount, weights) => {
        const parts = split(amount, codes(weights));
        const order = weights.map((_, i) => i).sort((i, j) => (weights[i] === weights[j] ? i - j : weights[i]! > weights[j]! ? -1 : 1));
        const given = order.map((i) => parts[i]!);
        expect(given).toEqual(given.toSorted((a, b) => (a > b ? -1 : a < b ? 1 : 0)));
      }),
    );
  });

  test('does not depend on the order of the units', () => {
    const shuffled = weighings.chain((weights) => {
      const units = codes(weights);
      return fc.tuple(fc.constant(units), fc.shuffledSubarray(units, { minLength: units.length }));
    });
    fc.assert(
      fc.property(amounts, shuffled, (amount, [units, others]) => {
        const parts = split(amount, units);
        const again = split(amount, others);
        others.forEach(({ code }, i) => expect(again[i]).toBe(parts[units.findIndex((unit) => unit.code === code)]));
      }),
    );
  });

  test('grows with the weight, the others being as they are', () => {
    fc.assert(
      fc.property(amounts, weighings, fc.nat(), fc.bigInt(1n, 10n ** 13n), (amount, weights, at, more) => {
        const i = at % weights.length;
        const heavier = weights.map((weight, j) => (i === j ? weight + more : weight));
        expect(split(amount, codes(heavier))[i]!).toBeGreaterThanOrEqual(split(amount, codes(weights))[i]!);
      }),
    );
  });
});
