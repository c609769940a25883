import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { codes, correction, dump, fingerprint, result, target, unit, WORLD } from './world.js';

let db: Database;
const DAY = '2021-01-01';
/** G1 to G3 and G6 to G8 under D1; G4 and G5 under D2. */
const TREE = [...WORLD, ...['G6', 'G7', 'G8'].map((code) => unit(code, 'D1')), unit('G4', 'D2'), unit('G5', 'D2')];
beforeAll(async () => {
  db = await createTestDatabase();
  expect((await importRecords(db, TREE)).errors).toEqual([]);
});
afterAll(() => db.close());
beforeEach(() => db.pool.query('truncate publication, publication_equation, figure, norm, balance, balance_past, series cascade'));

const publication = (code: string, more: object = {}) => ({ type: 'publication', unit: code, campaign: 'K', indicator: 'I', asOf: DAY, audience: 'PUBLIC', ...more });
const reports = (...of: string[]) => of.map((code, i) => result(code, DAY, 10 + i));
const ALL = reports('G1', 'G2', 'G3', 'G6', 'G7', 'G8', 'G4', 'G5');

/** Imports one after the other; the answer is "created/changed" of each, or its errors. */
async function arrive(...imports: object[][]): Promise<string[]> {
  const answers: string[] = [];
  for (const records of imports) {
    const answer = await importRecords(db, records);
    answers.push(answer.errorCount > 0 ? codes(answer).join(', ') : `${answer.created}/${answer.changed}`);
  }
  return answers;
}
async function published(): Promise<string[]> {
  const { rows } = await db.pool.query<{ line: string }>(
    `select concat_ws(' ', u.code, i.code, p.measure, p.as_of, p.audience, trim_scale(p.value), p.qualifier, p.origin, p.complete, p.moved_on, case when p.ended_at is not null then 'ended' end) as line
     from publication p join org_unit u on u.id = p.unit_id join indicator i on i.id = p.indicator_id where p.path = u.path order by p.id`,
  );
  return rows.map(({ line }) => line);
}

describe('a publication is a snapshot of a total', () => {
  test('in the same file as its figures, with its number or without', async () => {
    expect(await arrive([publication('G1', { source: 'S' }), publication('P1', { value: 108, audience: 'PARTNER' }), ...ALL])).toEqual(['10/0']);
    expect(await published()).toEqual(['G1 I RESULT 2021-01-01 PUBLIC 10 EXACT STATED t 2021-01-01', 'P1 I RESULT 2021-01-01 PARTNER 108 EXACT SUMMED t 2021-01-01']);
    const { rows } = await db.pool.query(`select cardinality(plus) as plus, cardinality(minus) as minus from publication_equation order by 1`);
    expect(rows).toEqual([{ plus: 1, minus: 0 }, { plus: 8, minus: 0 }]);
  });

  test('again it changes nothing', async () => {
    const file = [publication('G1', { note: 'n' }), publication('P1', { value: 108 }), ...ALL];
    await arrive(file);
    const before = await fingerprint(db);
    expect(await arrive(file, file.filter(({ type }) => type === 'publication'), [correction(publication('P1', { value: 108 }))], [correction(publication('P1'))])).toEqual(['0/0', '0/0', '0/0', '0/0']);
    expect(await fingerprint(db)).toBe(before);
  });

  test('another number than the total is refused, and the total named', async () => {
    const { errors } = await importRecords(db, [...ALL, publication('P1', { value: 107.5 })]);
    expect(errors).toMatchObject([{ line: 9, field: 'value', code: 'VALUE_DIFFERS' }]);
    expect(errors[0]!.message).toContain('is 108;');
    expect(await published()).toEqual([]);
  });

  test('what nobody reported is not published, nor a day to come, nor what is not known by its code', async () => {
    expect(await arrive(
      [...ALL, publication('P2')],
      [...ALL, publication('P1', { asOf: '2020-12-31' })],
      [publication('P1', { asOf: '2999-01-01' }), publication('X'), publication('P1', { campaign: 'X' }), publication('P1', { phase: 'X' }), publication('P1', { indicator: 'X' })],
      [publication('P1', { basis: 'NORM' }), publication('P1', { audience: 'ALL', unit: 'X' }), publication('P1', { value: 0.00001 })],
    )).toEqual([
      '9 asOf NOTHING_REPORTED', '9 asOf NOTHING_REPORTED',
      '1 asOf FUTURE_DATE, 2 unit UNKNOWN_UNIT, 3 campaign UNKNOWN_CAMPAIGN, 4 phase UNKNOWN_PHASE, 5 indicator UNKNOWN_INDICATOR',
      '1 basis INVALID_VALUE, 2 audience INVALID_VALUE, 2 unit UNKNOWN_UNIT, 3 value INVALID_VALUE',
    ]);
  });

  test('another audience, or a number that has changed since, needs a correction', async () => {
    await arrive([...ALL, publication('P1', { value: 108 })]);
    const partners = publication('P1', { audience: 'PARTNER' });
    expect(await arrive([partners], [correction(partners)], [correction(partners)], [publication('D2', { corrects: true })])).toEqual(['1 audience ALREADY_STATED', '0/1', '0/0', '1 corrects NOT_STATED']);
    expect(await arrive(['G1', 'G2', 'G3'].map((code, i) => correction(result(code, DAY, 20 + i))))).toEqual(['0/3']);
    expect(await arrive([partners], [{ ...partners, value: 138 }], [correction({ ...partners, value: 108 })], [correction(partners)], [correction({ ...partners, value: 138 })])).toEqual([
      '0/0', '1 value ALREADY_STATED', '1 value VALUE_DIFFERS', '0/1', '0/0',
    ]);
    expect(await published()).toEqual([
      'P1 I RESULT 2021-01-01 PUBLIC 108 EXACT SUMMED t 2021-01-01 ended', 'P1 I RESULT 2021-01-01 PARTNER 108 EXACT SUMMED t 2021-01-01 ended',
      'P1 I RESULT 2021-01-01 PARTNER 138 EXACT SUMMED t 2021-01-01',
    ]);
  });

  test('a target, and a ratio by its parts', async () => {
    const more = ALL.map((record, i) => ({ ...record, indicator: 'J', value: 100 + i }));
    const targets = ['G1', 'G2', 'G3', 'G6'].map((code) => target(code, DAY, 5));
    expect(await arrive([...ALL, ...more, ...targets, publication('P1', { indicator: 'R', value: 13.04 }), publication('P1', { basis: 'SELF_SET', value: 20 })])).toEqual(['22/0']);
    expect((await published()).map((line) => line.split(' ').slice(0, 6).join(' '))).toEqual(['P1 R RESULT 2021-01-01 PUBLIC 13.04', 'P1 I SELF_SET 2021-01-01 PUBLIC 20']);
    const { rows } = await db.pool.query(`select i.code, cardinality(plus) as plus from publication_equation e join series s on s.id = e.series_id join indicator i on i.id = s.indicator_id order by 1, 2`);
    expect(rows).toEqual([{ code: 'I', plus: 4 }, { code: 'I', plus: 8 }, { code: 'J', plus: 8 }]);
    // What is left of P1 without D1 is two units, in the series of either part.
    expect(await arrive([publication('D1')], [publication('D1', { indicator: 'R' })])).toEqual(['1 unit TOO_FEW_UNITS', '1 unit TOO_FEW_UNITS']);
  });

  test('it stays where its unit stands', async () => {
    await arrive([...ALL, publication('D2', { basis: 'SELF_SET' }), target('D2', DAY, 7)], [{ type: 'placement', unit: 'D2', parent: 'P2', from: '2022-01-01' }]);
    expect(await published()).toEqual(['D2 I SELF_SET 2021-01-01 PUBLIC 7 EXACT STATED t 2021-01-01']);
    await arrive([{ type: 'placement', unit: 'D2', parent: 'P1', from: '2022-01-02' }]);
  });
});

describe('TOO_FEW_UNITS', () => {
  test('names the line that would give somebody away, and nothing is changed', async () => {
    expect(await arrive([...ALL, publication('D2')], [...ALL, publication('G1')], [publication('D2'), publication('P1')], [publication('D1')])).toEqual([
      '9 unit TOO_FEW_UNITS', '9/0', '1 unit TOO_FEW_UNITS', '1/0',
    ]);
    expect(await arrive([publication('P1')])).toEqual(['1 unit TOO_FEW_UNITS']);
  });

  test('of several lines the first that fit are taken, in order of the file', async () => {
    expect(await arrive([...ALL, publication('P1'), publication('D1')], [...ALL, publication('D1'), publication('P1')])).toEqual(['10 unit TOO_FEW_UNITS', '10 unit TOO_FEW_UNITS']);
    expect(await published()).toEqual([]);
  });

  test('figures that units state of themselves come first, wherever they are in the file', async () => {
    expect(await arrive([...ALL, publication('D2'), publication('G5'), publication('G4')])).toEqual(['11/0']);
  });

  test('a withdrawn publication has been read all the same', async () => {
    await arrive([...ALL, publication('D1')]);
    await db.pool.query('update publication set ended_at = now()');
    expect(await arrive([publication('P1')])).toEqual(['1 unit TOO_FEW_UNITS']);
  });

  test('a corrected figure would be given away by publishing anew', async () => {
    await arrive([...ALL, publication('P1')], [correction(result('G1', DAY, 99))]);
    expect(await arrive([correction(publication('P1'))])).toEqual(['1 unit TOO_FEW_UNITS']);
  });
});

describe('export', () => {
  const through = async (lines: string): Promise<string> => {
    const copy = await createTestDatabase();
    expect((await importRecords(copy, lines.split('\n').filter(Boolean))).errors).toEqual([]);
    const again = await dump(copy);
    await copy.close();
    return again;
  };

  test('publications come out after the figures, and make the same in an empty database', async () => {
    const targets = ['G1', 'G2', 'G3', 'G6'].map((code) => target(code, DAY, 2.5));
    await arrive([...ALL, ...targets, result('G5', '2021-02-01', 9007199254740991), publication('P1', { audience: 'PARTNER', source: 'S', note: 'n' }), publication('P1', { basis: 'SELF_SET' }),
      publication('G4'), publication('G5', { asOf: '2021-02-01' }), publication('G5')]);
    const whole = await dump(db);
    expect(whole.trim().split('\n').slice(-5)).toEqual([
      '{"type":"publication","unit":"G4","campaign":"K","indicator":"I","asOf":"2021-01-01","audience":"PUBLIC","value":16}',
      '{"type":"publication","unit":"G5","campaign":"K","indicator":"I","asOf":"2021-01-01","audience":"PUBLIC","value":17}',
      '{"type":"publication","unit":"G5","campaign":"K","indicator":"I","asOf":"2021-02-01","audience":"PUBLIC","value":9007199254740991}',
      '{"type":"publication","unit":"P1","campaign":"K","indicator":"I","asOf":"2021-01-01","audience":"PARTNER","value":108,"source":"S","note":"n"}',
      '{"type":"publication","unit":"P1","campaign":"K","indicator":"I","basis":"SELF_SET","asOf":"2021-01-01","audience":"PUBLIC","value":10}',
    ]);
    expect(await through(whole)).toBe(whole);
    expect(await arrive(whole.trim().split('\n').map((line) => JSON.parse(line) as object))).toEqual(['0/0']);
  });

  test('a total too large for a JSON number is published without saying it', async () => {
    await arrive([...['G1', 'G2', 'G3'].map((code) => result(code, DAY, 9007199254740991)), publication('D1')]);
    const whole = await dump(db);
    expect(whole).toContain('"audience":"PUBLIC"}');
    expect(await through(whole)).toBe(whole);
  });

  test('a number that the figures no longer give is history', async () => {
    await arrive([...ALL, publication('P1'), publication('G1')], [correction(result('G1', DAY, 99))]);
    const whole = await dump(db);
    expect(whole).not.toContain('"publication"');
    expect(await through(whole)).toBe(whole);
  });

  test('a subtree takes the publications that its own figures give', async () => {
    const world = [...TREE, ...['GA', 'GB', 'GC'].map((code) => unit(code, 'D3')), { type: 'placement', unit: 'GC', parent: 'D2', from: '2021-06-01' }];
    const one = await createTestDatabase();
    expect((await importRecords(one, [...world, ...ALL, ...reports('GA', 'GB', 'GC'), publication('P2'), publication('D1')])).errors).toEqual([]);
    const part = await dump(one, { unit: 'P2' });
    expect(part).not.toContain('"publication"');
    expect(await through(part)).toBe(part);
    const other = await dump(one, { unit: 'P1' });
    expect(other.match(/"publication","unit":"D1"/g)).toHaveLength(1);
    expect(await through(other)).toBe(other);
    await one.close();
  });
});
