import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { codes, correction, dump, fingerprint, result, sum, target, unit, withdrawal, WORLD } from './world.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  expect((await importRecords(db, WORLD)).errors).toEqual([]);
});
afterAll(() => db.close());
beforeEach(() => db.pool.query('truncate figure, norm, balance, balance_past, series cascade'));

const DAY = '2021-01-01';
const plain = (value: number) => result('G1', DAY, value);
const corrected = (value: number) => correction(plain(value));
const withdrawn = () => withdrawal(plain(0), { reason: 'nhầm đơn vị' });
const norm = (value: number) => target('G1', DAY, value, { basis: 'NORM', per: 'MEMBER' });

/** The history of figures as "value STATUS", in the order of their ids. */
async function history(): Promise<string[]> {
  const { rows } = await db.pool.query<{ line: string }>('select trim_scale(value) || \' \' || status as line from figure order by status, value');
  return rows.map(({ line }) => line);
}
async function total(): Promise<number | null> {
  const { rows } = await db.pool.query<{ total: string }>(`select b.total from balance b join org_unit u on u.id = b.unit_id where u.code = 'N' and b.until = 'infinity'`);
  const value = rows[0]?.total ?? null;
  return value === null ? null : Number(value);
}

/** Imports one after the other; the answer is "created/changed" of each, or its errors. */
async function arrive(...imports: object[][]): Promise<string[]> {
  const answers: string[] = [];
  for (const records of imports) {
    const answer = await importRecords(db, records);
    answers.push(answer.errorCount > 0 ? codes(answer).join(', ') : `${answer.created}/${answer.changed}`);
  }
  return answers;
}

test.each<[string, object[][], string[], string[], number | null]>([
  ['a figure is stated once', [[plain(5)], [plain(5)]], ['1/0', '0/0'], ['5 APPROVED'], 5],
  ['another value is refused', [[plain(5)], [plain(6)]], ['1/0', '1 value ALREADY_STATED'], ['5 APPROVED'], 5],
  ['a correction supersedes', [[plain(5)], [corrected(6)], [corrected(6)]], ['1/0', '0/1', '0/0'], ['6 APPROVED', '5 SUPERSEDED'], 6],
  ['a correction to what is current changes nothing', [[plain(5)], [corrected(5)]], ['1/0', '0/0'], ['5 APPROVED'], 5],
  ['a correction of nothing is refused', [[corrected(6)]], ['1 corrects NOT_STATED'], [], null],
  ['a correction wins over what it corrects in the same import', [[corrected(6), plain(5)], [corrected(6), plain(5)]], ['1/0', '0/0'], ['6 APPROVED', '5 SUPERSEDED'], 6],
  ['two corrections of one key are one too many', [[plain(5)], [corrected(6), corrected(7)]], ['1/0', '2 value DUPLICATE_KEY'], ['5 APPROVED'], 5],
  ['the same line twice is once', [[plain(5), plain(5)]], ['1/0'], ['5 APPROVED'], 5],
  ['a withdrawal takes back', [[plain(5)], [withdrawn()], [withdrawn()]], ['1/0', '0/1', '0/0'], ['5 WITHDRAWN'], null],
  ['a withdrawal of nothing is refused', [[withdrawn()]], ['1 asOf NOT_STATED'], [], null],
  ['stated and withdrawn in one import', [[withdrawn(), plain(5)], [withdrawn(), plain(5)]], ['1/1', '0/0'], ['5 WITHDRAWN'], null],
  ['stated, corrected and withdrawn in one import', [[plain(5), corrected(6), withdrawn()], [plain(5), corrected(6), withdrawn()]], ['1/1', '0/0'], ['5 SUPERSEDED', '6 WITHDRAWN'], null],
  ['corrected and withdrawn later', [[plain(5)], [corrected(6), withdrawn()], [corrected(6), withdrawn()]], ['1/0', '0/2', '0/0'], ['5 SUPERSEDED', '6 WITHDRAWN'], null],
  ['stated anew after a withdrawal', [[plain(5)], [withdrawn()], [plain(5)], [plain(5)]], ['1/0', '0/1', '1/0', '0/0'], ['5 APPROVED', '5 WITHDRAWN'], 5],
  ['corrected after a withdrawal', [[plain(5)], [withdrawn()], [corrected(7)]], ['1/0', '0/1', '1/0'], ['7 APPROVED', '5 WITHDRAWN'], 7],
  ['stated otherwise and withdrawn is refused', [[plain(5)], [plain(6), withdrawn()]], ['1/0', '1 value ALREADY_STATED'], ['5 APPROVED'], 5],
])('%s', async (_, imports, answers, rows, expected) => {
  expect(await arrive(...imports)).toEqual(answers);
  expect(await history()).toEqual(rows);
  expect(await total()).toBe(expected);
});

test('what was superseded says by what and when; what was withdrawn says why', async () => {
  await arrive([plain(5)], [corrected(6)], [withdrawn()]);
  const { rows } = await db.pool.query('select a.end_reason, a.ended_at is not null as ended, trim_scale(b.value)::text as by from figure a left join figure b on b.id = a.superseded_by order by a.value');
  expect(rows).toEqual([
    { end_reason: null, ended: true, by: '6' },
    { end_reason: 'nhầm đơn vị', ended: true, by: null },
  ]);
});

test('a norm is corrected and withdrawn like a figure, but is none', async () => {
  expect(await arrive([norm(1)], [norm(2)], [correction(norm(2))], [correction(norm(2))], [withdrawal(norm(0))], [withdrawal(norm(0))], [norm(2)])).toEqual(
    ['1/0', '1 value ALREADY_STATED', '0/1', '0/0', '0/1', '0/0', '1/0']);
  expect(await history()).toEqual([]);
  expect((await dump(db)).split('\n').filter((line) => line.includes('NORM'))).toHaveLength(1);
});

describe('what is no figure', () => {
  test('texts are corrected, and then they are known', async () => {
    const renamed = correction(unit('G3', 'D1', { name: 'Công đoàn mới', aliases: ['Công đoàn cũ'], sector: 'EDUCATION' }));
    expect(await arrive([renamed], [renamed], [unit('G3', 'D1')])).toEqual(['0/1', '0/0', '1 aliases ALREADY_STATED']);
    expect(await dump(db, { unit: 'G3' })).toContain('"aliases":["Công đoàn cũ"]');
  });

  test('a plain record and its correction in one import are one statement', async () => {
    const both = [unit('G60', 'D1'), correction(unit('G60', 'D1', { name: 'Khác' })), sum('I60'), correction(sum('I60', { nameEn: 'Other' }))];
    expect(await arrive(both, both)).toEqual(['2/0', '0/0']);
  });

  test('a placement is corrected, also the first one', async () => {
    const move = { type: 'placement', unit: 'G2', parent: 'D2', from: '2022-01-01' };
    const first = correction({ type: 'placement', unit: 'G2', parent: 'D3', from: '2020-01-01' });
    expect(await arrive([move], [move], [correction({ ...move, parent: 'D3' })], [first], [first])).toEqual(['1/0', '0/0', '0/1', '0/1', '0/0']);
    expect((await dump(db, { unit: 'G2' })).match(/"parent":"D\d"/g)).toEqual(['"parent":"D3"', '"parent":"D3"']);
  });

  test('a record and the correction of its first placement go together, again and again', async () => {
    const both = [unit('G61', 'D1'), correction({ type: 'placement', unit: 'G61', parent: 'D2', from: '2020-01-01' })];
    expect(await arrive(both, both, [unit('G61', 'D2')])).toEqual(['1/0', '0/0', '0/0']);
  });

  test('a draft is launched, and a campaign closed, by correction; each has another version', async () => {
    const draft = { type: 'campaign', code: 'S', name: 'S', campaignKind: 'DRIVE', launchedBy: 'P1', status: 'DRAFT', indicators: ['J'] };
    const { status: _, ...launched } = draft;
    const closed = { ...launched, status: 'CLOSED', closedOn: '2022-01-01', indicators: ['R', 'I'] };
    expect(await arrive([draft], [draft], [launched], [correction(launched)], [correction(closed)], [closed], [{ ...closed, indicators: ['I'] }])).toEqual(
      ['1/0', '0/0', '1 status ALREADY_STATED', '0/1', '0/1', '0/0', '1 indicators ALREADY_STATED']);
    expect(await dump(db)).toContain('"launchedBy":"P1","status":"CLOSED","closedOn":"2022-01-01","indicators":["I","R"]');
    expect((await db.pool.query(`select version from campaign where code = 'S'`)).rows).toEqual([{ version: 3 }]);
  });

  test('how a unit takes part is corrected', async () => {
    const joined = { type: 'adoption', unit: 'G1', campaign: 'K', adoptedOn: '2021-01-01', manner: 'LAUNCH', source: 'S1' };
    const otherwise = { ...joined, manner: 'REGISTER' };
    expect(await arrive([joined], [joined], [otherwise], [correction(otherwise)], [correction(otherwise)])).toEqual(['1/0', '0/0', '1 manner ALREADY_STATED', '0/1', '0/0']);
    expect((await dump(db, { unit: 'G1' })).match(/.*"adoption".*/g)).toEqual([JSON.stringify(otherwise)]);
  });

  test('a campaign gains phases, dates and links by correction', async () => {
    const more = { type: 'campaign', code: 'K', name: 'K', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2020-01-01', endsOn: '2024-12-31', linkedCampaigns: ['M'],
      phases: [{ code: 'p2', name: 'Giai đoạn 2', kind: 'ROUND' }, { code: 'p1', name: 'Giai đoạn một' }] };
    const other = { type: 'campaign', code: 'M', name: 'M', campaignKind: 'DRIVE', launchedBy: 'N' };
    expect(await arrive([other, correction(more)], [other, correction(more)], [more, { ...other, linkedCampaigns: ['K'] }])).toEqual(['1/1', '0/0', '0/0']);
  });
});

test('a second import of everything writes not a single row', async () => {
  const records = [
    unit('G70', 'D1'), unit('G71', 'D1'), { type: 'placement', unit: 'G70', parent: 'D2', from: '2021-06-01' }, { type: 'closure', unit: 'G71', on: '2022-01-01', successor: 'G70' },
    { type: 'cluster', code: 'C70', owner: 'N', name: 'Cụm', kind: 'CLUSTER', year: 2021, members: ['P2', 'P1'], leadUnit: 'P1' },
    { type: 'memberCount', unit: 'G70', of: 'MEMBERS', asOf: DAY, value: 12 },
    { type: 'campaign', code: 'S70', name: 'S70', campaignKind: 'DRIVE', launchedBy: 'P1', status: 'DRAFT', indicators: ['J', 'I'] },
    { type: 'adoption', unit: 'G70', campaign: 'K', adoptedOn: DAY, manner: 'LAUNCH' },
    plain(5), corrected(6), norm(1), target('D1', DAY, 3, { basis: 'ASSIGNED', counterpart: 'P1' }), withdrawn(),
  ];
  expect((await importRecords(db, records)).errors).toEqual([]);
  const before = await fingerprint(db);
  const again = await importRecords(db, records);
  expect([again.created, again.changed, again.unchanged]).toEqual([0, 0, records.length]);
  expect(await fingerprint(db)).toBe(before);
});

test('a dry run says what would be, and changes nothing', async () => {
  const before = await fingerprint(db);
  const answer = await importRecords(db, [unit('G80', 'D1'), result('G80', DAY, 1)], { dryRun: true });
  expect([answer.created, answer.errorCount, answer.dryRun]).toEqual([2, 0, true]);
  expect(await fingerprint(db)).toBe(before);
});
