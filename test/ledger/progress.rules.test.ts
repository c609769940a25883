import { describe, expect, test } from 'vitest';
import { completionPercent, fromScaled, percent, ratioOf, shownTotal, toScaled } from '../../src/ledger/progress.rules.js';
import type { Total } from '../../src/ledger/progress.type.js';

const total = (value: string, more: Partial<Total> = {}): Total => ({
  scaled: toScaled(value), value: Number(value), qualifier: 'EXACT', asOf: '2022-01-01', origin: 'STATED', complete: true,
  ...more,
});

describe('numbers of the ledger', () => {
  test.each(['0', '1709', '0.0001', '-0.5', '9007199254740991', '258700000000.25', '-12.3456'])('%s comes through as it is', (text) => {
    expect(fromScaled(toScaled(text))).toBe(Number(text));
  });

  test('zeros behind the fourth decimal are nothing, anything else is refused', () => {
    expect(toScaled('1.50000000')).toBe(15_000n);
    for (const text of ['1.00001', 'NaN', '', '1e3', 'Infinity']) expect(() => toScaled(text)).toThrow('not a number');
  });
});

describe('percentages', () => {
  test.each([
    ['1709', '431', 396.52],
    ['1989', '404', 492.33],
    ['52223', '4512', 1157.42],
    ['1', '8', 12.5],
    ['1', '800', 0.13],
    ['-1', '800', -0.13],
    ['1', '-800', -0.13],
    ['-1', '-800', 0.13],
    ['1', '801', 0.12],
    ['0', '5', 0],
    ['2', '3', 66.67],
    ['0.0001', '0.0003', 33.33],
    ['9007199254740991', '1', 900_719_925_474_099_100],
  ])('%s of %s is %d, half away from zero', (part, whole, expected) => {
    expect(percent(toScaled(part), toScaled(whole))).toBe(expected);
  });

  test('of nothing there is none', () => {
    expect(percent(5n, 0n)).toBeNull();
    expect(completionPercent(total('5'), null)).toBeNull();
    expect(completionPercent(null, total('5'))).toBeNull();
    expect(completionPercent(total('5'), total('0'))).toBeNull();
    expect(completionPercent(total('5'), total('10', { complete: false }))).toBeNull();
    expect(completionPercent(total('5', { complete: false }), total('10'))).toBe(50);
  });
});

describe('a ratio', () => {
  test('is as exact, as stated, as complete and as late as its parts', () => {
    expect(ratioOf(total('195'), total('204', { asOf: '2022-02-01' }))).toEqual(total('95.59', { asOf: '2022-02-01' }));
    expect(ratioOf(total('1', { origin: 'ADJUSTED' }), total('2', { origin: 'SUMMED', complete: false }))).toMatchObject({ origin: 'SUMMED', complete: false });
    expect(ratioOf(total('1', { origin: 'ADJUSTED' }), total('2'))).toMatchObject({ origin: 'ADJUSTED' });
    const qualifier = (numerator: Total['qualifier'], denominator: Total['qualifier']): unknown =>
      ratioOf(total('1', { qualifier: numerator }), total('2', { qualifier: denominator }))?.qualifier;
    expect(qualifier('MORE_THAN', 'EXACT')).toBe('MORE_THAN');
    expect(qualifier('AT_LEAST', 'EXACT')).toBe('MORE_THAN');
    expect(qualifier('NEARLY', 'EXACT')).toBe('ABOUT');
    expect(qualifier('EXACT', 'AT_LEAST')).toBe('ABOUT');
  });

  test('shows the statement where a part is missing, and nothing where the denominator is 0', () => {
    const own = total('90');
    expect(shownTotal({ own, parts: null })).toBe(own);
    expect(shownTotal({ own, parts: { numerator: total('1'), denominator: null } })).toBe(own);
    expect(shownTotal({ own, parts: { numerator: total('1'), denominator: total('2') } })).toEqual(total('50'));
    expect(shownTotal({ own, parts: { numerator: total('1'), denominator: total('0') } })).toBeNull();
  });
});
