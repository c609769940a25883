import { afterAll, beforeAll, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { codes, correction, dump, fingerprint, WORLD } from './world.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  await state(...WORLD);
});
afterAll(() => db.close());

const state = async (...records: object[]) => {
  const result = await importRecords(db, records);
  expect(result.errors).toEqual([]);
  return result;
};
const wrong = async (...records: object[]): Promise<string[]> => codes(await importRecords(db, records));
const lines = async (type: string, of: Database = db, unit?: string): Promise<object[]> =>
  (await dump(of, unit === undefined ? undefined : { unit })).split('\n').filter((line) => line.includes(`"type":"${type}"`)).map((line) => JSON.parse(line) as object);

const SOURCE = { type: 'source', code: 'S1', title: 'Bài báo', kind: 'ARTICLE', publisher: 'Báo', publishedOn: '2021-01-01', publishedOnPrecision: 'MONTH' };
const claim = (code: string, more: object = {}) => ({ type: 'claim', code, source: 'S1', unit: 'D1', statement: `Nói ${code}`, ...more });

test('sources and claims are stated, repeated, contradicted and corrected; both ends of a contradiction may be new', async () => {
  const first = claim('S1-01', { campaign: 'K', indicator: 'I', value: 600, qualifier: 'MORE_THAN', unitOfMeasure: 'người', asOf: '2021-06-30', disagreesWith: ['S1-02'] });
  const records = [first, claim('S1-02', { value: 600, qualifier: 'NEARLY', derived: true, locator: 'Chú thích' }), SOURCE];
  expect(await state(...records)).toMatchObject({ created: 3 });
  const before = await fingerprint(db);
  expect(await state(...records)).toMatchObject({ created: 0, changed: 0, unchanged: 3 });
  expect(await fingerprint(db)).toBe(before);
  expect(await lines('claim')).toEqual([{ ...first }, records[1]]);
  expect(await lines('source')).toEqual([SOURCE]);

  expect(await wrong(claim('S1-01', { ...first, value: 601 }))).toEqual(['1 value ALREADY_STATED']);
  expect(await state(correction(claim('S1-01', { value: 601 })))).toMatchObject({ changed: 1 });
  expect(await lines('claim')).toEqual([claim('S1-01', { value: 601 }), records[1]]);
  expect(await state(correction({ ...SOURCE, title: 'Tên khác' }))).toMatchObject({ changed: 1 });
});

test('what is wrong with a claim is told by field, and changes nothing', async () => {
  const before = await fingerprint(db);
  expect(await wrong(claim('x', { source: 'S9', unit: 'D9', campaign: 'no', indicator: 'no', disagreesWith: ['no'] }))).toEqual([
    '1 campaign UNKNOWN_CAMPAIGN', '1 disagreesWith UNKNOWN_CLAIM', '1 indicator UNKNOWN_INDICATOR', '1 source UNKNOWN_SOURCE', '1 unit UNKNOWN_UNIT',
  ]);
  expect(await wrong(claim('x', { asOf: '2999-01-01' }), { ...SOURCE, code: 'S2', publishedOn: '2999-01-01' })).toEqual(['1 asOf FUTURE_DATE', '2 publishedOn FUTURE_DATE']);
  expect(await wrong(claim('x', { qualifier: 'ABOUT' }))).toEqual(['1 qualifier FIELD_NOT_ALLOWED']);
  expect(await wrong({ ...SOURCE, code: 'S3', url: 'javascript:alert(1)' }, { ...SOURCE, code: 'S4', url: 'example.vn' })).toEqual(['1 url INVALID_VALUE', '2 url INVALID_VALUE']);
  expect(await wrong(claim('x', { disagreesWith: ['x'] }))).toEqual(['1 disagreesWith INVALID_VALUE']);
  // How much is known of a day takes the day.
  expect(await wrong(claim('x', { asOfPrecision: 'YEAR' }), { type: 'source', code: 'sx', kind: 'ARTICLE', title: 'Bài', publishedOnPrecision: 'MONTH' })).toEqual(['1 asOf MISSING_FIELD', '2 publishedOn MISSING_FIELD']);
  // Its shape is wrong: what it names is looked at all the same, and nobody who names it is blamed.
  expect(await wrong(claim('x', { statement: '', source: 'S9' }), claim('y', { disagreesWith: ['x'] }))).toEqual(['1 statement INVALID_VALUE', '1 source UNKNOWN_SOURCE']);
  expect(await fingerprint(db)).toBe(before);
});

test('a disclosure is of a thing that is there; said otherwise, the former one is kept as ended', async () => {
  const work = { type: 'work', code: 'w-1', unit: 'G1', kind: 'WORK', name: 'Công trình', status: 'COMPLETED' };
  await state(work);
  const shown = { type: 'disclosure', of: 'WORK', code: 'w-1', audience: 'PARTNER', note: 'Đồng ý' };
  expect(await wrong({ ...shown, code: 'w-2' })).toEqual(['1 code UNKNOWN_RECORD']);
  expect(await wrong({ ...shown, of: 'EVENT' })).toEqual(['1 code UNKNOWN_RECORD']);
  expect(await state(shown)).toMatchObject({ created: 1 });
  expect(await state(shown)).toMatchObject({ unchanged: 1 });
  expect(await wrong({ ...shown, audience: 'PUBLIC' })).toEqual(['1 audience ALREADY_STATED']);
  expect(await state(correction({ ...shown, audience: 'PUBLIC', withNames: true }))).toMatchObject({ changed: 1 });
  expect(await lines('disclosure')).toEqual([{ ...shown, audience: 'PUBLIC', withNames: true }]);
  const { rows } = await db.pool.query(`select audience, ended_at is not null as ended, d.path = u.path as placed, d.unit_id = u.id as home from disclosure d join org_unit u on u.code = 'G1' order by d.id`);
  expect(rows).toEqual([{ audience: 'PARTNER', ended: true, placed: true, home: true }, { audience: 'PUBLIC', ended: false, placed: true, home: true }]);

  // It moves with its unit.
  await state({ type: 'placement', unit: 'D1', parent: 'P2', from: '2024-01-01' });
  const { rows: moved } = await db.pool.query(`select bool_and(d.path = u.path) as follows, count(*)::int as count from disclosure d join org_unit u on u.id = d.unit_id`);
  expect(moved).toEqual([{ follows: true, count: 2 }]);
});

test('a disclosure is of an award that is decided, of an initiative that is valid; of what is so no more, it ends', async () => {
  const award = (code: string, status: string) => ({ type: 'award', code, unit: 'G1', form: 'PRIZE', issuers: [{ name: 'Sở' }], status, ...(['DECLINED', 'REVOKED'].includes(status) && { statusReason: 'Nhầm' }) });
  const initiative = (code: string, stage: string) => ({ type: 'initiative', code, unit: 'G1', title: 'Cải tiến', stages: [{ stage, on: '2022-01-01' }] });
  const shown = (of: string, code: string, audience = 'PUBLIC') => ({ type: 'disclosure', of, code, audience });
  for (const status of ['NOMINATED', 'REVIEWED', 'DECLINED', 'REVOKED']) expect([status, await wrong(award('a-1', status), shown('AWARD', 'a-1'))]).toEqual([status, ['2 code NOT_READY']]);
  for (const stage of ['REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'REJECTED']) expect([stage, await wrong(initiative('n-1', stage), shown('INITIATIVE', 'n-1'))]).toEqual([stage, ['2 code NOT_READY']]);
  const all = [...['DECIDED', 'PRESENTED'].flatMap((status) => [award(status, status), shown('AWARD', status)]), ...['VALID', 'RECOGNISED', 'APPLIED'].flatMap((stage) => [initiative(stage, stage), shown('INITIATIVE', stage)])];
  expect(await state(...all)).toMatchObject({ created: 10 });
  const before = (await lines('disclosure')).length;
  await state(correction(award('DECIDED', 'NOMINATED')), correction(initiative('VALID', 'UPLOADED')));
  expect((await lines('disclosure')).length).toBe(before - 2);
  expect(await wrong(shown('AWARD', 'DECIDED'))).toEqual(['1 code NOT_READY']);
  await state(correction(award('DECIDED', 'DECIDED')));
  expect((await lines('disclosure')).length).toBe(before - 2);
});

test('exported, imported into an empty database and exported again, the bytes are the same; of a subtree, what it refers to is there', async () => {
  const empty = await createTestDatabase();
  try {
    const all = await dump(db);
    expect((await importRecords(empty, all.trimEnd().split('\n'))).errors).toEqual([]);
    expect(await dump(empty)).toBe(all);
  } finally {
    await empty.close();
  }
  expect((await lines('claim', db, 'D1')).length).toBe(2);
  expect(await lines('source', db, 'D1')).toHaveLength(1);
  expect(await lines('claim', db, 'P1')).toEqual([]);
  expect(await lines('source', db, 'P1')).toEqual([]);
});
