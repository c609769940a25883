import { afterAll, beforeAll, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { campaign, codes, correction, dump, fingerprint, round, WORLD } from './world.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  await state(...WORLD, campaign('draft', { status: 'DRAFT' }));
});
afterAll(() => db.close());

const state = async (...records: object[]) => {
  const result = await importRecords(db, records);
  expect(result.errors).toEqual([]);
  return result;
};
const rounds = async (): Promise<object[]> => (await dump(db)).split('\n').filter((line) => line.includes('"reportingRound"')).map((line) => JSON.parse(line) as object);

test('a round is stated once, corrected, and ended', async () => {
  const due = [{ level: 'PROVINCIAL', on: '2021-06-20' }, { level: 'GRASSROOTS', on: '2021-07-05' }];
  const first = round('K', 'h1', { due: due.toReversed(), indicators: ['J', 'I'] });
  expect(await state(first)).toMatchObject({ created: 1 });
  expect(await rounds()).toEqual([{ ...first, due, indicators: ['I', 'J'] }]);
  const before = await fingerprint(db);
  // The order of levels and indicators says nothing.
  expect(await state({ ...first, due, indicators: ['I', 'J'] })).toMatchObject({ created: 0, changed: 0, unchanged: 1 });
  expect(await fingerprint(db)).toBe(before);
  expect(codes(await importRecords(db, [{ ...first, to: '2021-06-29' }]))).toEqual(['1 to ALREADY_STATED']);

  const other = round('K', 'h1', { kind: 'PHASE', phase: 'p1', name: 'Khác', to: '2021-06-29', due: [{ level: 'UPPER_GRASSROOTS', on: '2021-07-01' }] });
  expect(await state(correction(other))).toMatchObject({ changed: 1 });
  expect(await rounds()).toEqual([other]);
  expect(await state(correction({ ...other, ended: true }))).toMatchObject({ changed: 1 });
  expect(await rounds()).toEqual([{ ...other, ended: true }]);
  expect(codes(await importRecords(db, [correction(other)]))).toEqual(['1 ended CANNOT_CHANGE']);
  const { rows } = await db.pool.query(`select version from reporting_round where code = 'h1'`);
  expect(rows).toEqual([{ version: 3 }]);
});

test('with the campaign and the indicators in the same import, in any order', async () => {
  const records = [round('new', 'h1', { indicators: ['fresh'], phase: 'a' }), { type: 'indicator', code: 'fresh', name: 'Mới', unitOfMeasure: 'x', aggregation: 'SUM' }, campaign('new', { phases: [{ code: 'a', name: 'Một' }] })];
  expect(await state(...records)).toMatchObject({ created: 3 });
});

test('what is wrong is named, and changes nothing', async () => {
  const before = await dump(db);
  const wrong = [
    round('K', 'w1', { to: '2020-12-31' }),
    round('K', 'w2', { kind: 'PHASE' }),
    round('K', 'w3', { due: [{ level: 'GRASSROOTS', on: '2021-07-05' }, { level: 'GRASSROOTS', on: '2021-07-06' }] }),
    round('K', 'w4', { due: [{ level: 'GRASSROOTS', on: '2020-12-31' }] }),
    round('K', 'w5', { due: [] }),
    round('K', 'w6', { due: [7] }),
    round('K', 'w7', { due: [{ level: 'VILLAGE', on: '2021-07-05' }] }),
    round('K', 'w8', { indicators: [] }),
    round('K', 'w9', { indicators: ['I', 'I'] }),
    round('K', 'w10', { phase: 'p9' }),
    round('K', 'w11', { kind: 'PHASE', phase: 'p9' }),
    round('K', 'w12', { indicators: ['I', 'none'] }),
    round('none', 'w13'),
    round('draft', 'w14'),
    round('K', 'w15', { kind: 'WEEK' }),
    round('K', 'w16', { source: 'S1' }),
    correction(round('K', 'w17')),
  ];
  expect(codes(await importRecords(db, wrong))).toEqual([
    '1 to ENDS_BEFORE_START', '2 phase MISSING_FIELD', '3 due[1].level INVALID_VALUE', '4 due[0].on INVALID_VALUE', '5 due INVALID_VALUE', '6 due[0] INVALID_VALUE', '7 due[0].level INVALID_VALUE',
    '8 indicators INVALID_VALUE', '9 indicators[1] INVALID_VALUE', '10 phase UNKNOWN_PHASE', '11 phase UNKNOWN_PHASE', '12 indicators UNKNOWN_INDICATOR', '13 campaign UNKNOWN_CAMPAIGN', '14 campaign NOT_LAUNCHED',
    '15 kind INVALID_VALUE', '16 source UNKNOWN_FIELD', '17 corrects NOT_STATED',
  ]);
  expect(await dump(db)).toBe(before);
});
