import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { codes, correction, dump, fingerprint, WORLD } from './world.js';

const person = (code: string, of: string, more: object = {}) => ({ type: 'person', code, unit: of, name: `Người ${code}`, ...more });
const chair = (of: string, by: string, more: object) => ({ type: 'position', person: by, unit: of, role: 'CHAIR', ...more });
const cluster = (code: string, members: string[], more: object = {}) => ({ type: 'cluster', code, owner: 'P1', name: 'Cụm', kind: 'CLUSTER', year: 2022, members, ...more });

const RECORDS = [
  ...WORLD,
  person('pe-1', 'D1', { nameAsPrinted: 'Ng. Thị Lan Anh', source: 'S0-01', note: 'Ảnh' }),
  // Of another subtree than the unit that they lead.
  person('pe-2', 'D3'),
  person('pe-3', 'P2'),
  chair('D1', 'pe-1', { statedOn: '2022-01-01', statedOnPrecision: 'YEAR', source: 'S0-01' }),
  chair('D1', 'pe-2', { from: '2018-05-02', fromPrecision: 'MONTH', to: '2020-12-31', toPrecision: 'YEAR', statedOn: '2019-01-01', note: 'Nhiệm kỳ trước' }),
  { type: 'position', person: 'pe-1', unit: 'D1', role: 'OTHER', title: 'Trưởng ban Nữ công', from: '2021-01-01' },
  chair('P2', 'pe-3', { from: '2020-01-01' }),
  { type: 'contact', unit: 'D1', address: 'Số 37, Đại lộ Lê Lợi', phones: ['02373.852.369', '(024) 3852'], fax: '02373.852.369', email: 'congdoan@thanhhoa.gov.vn', website: 'congdoan.vn/lien-he?x=1', source: 'S2-48' },
  { type: 'contact', unit: 'P2', address: 'Hà Nội' },
  cluster('C1', ['D1']), cluster('C2', ['D2']), cluster('B1', ['D1', 'D2'], { kind: 'BLOC' }), cluster('C3', ['D1'], { year: 2023 }),
];

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  expect((await importRecords(db, RECORDS)).errors).toEqual([]);
});
afterAll(() => db.close());

async function through(lines: string, options?: { unit: string }): Promise<string> {
  const copy = await createTestDatabase();
  try {
    expect((await importRecords(copy, lines.split('\n').filter(Boolean))).errors).toEqual([]);
    return await dump(copy, options);
  } finally {
    await copy.close();
  }
}
const ofType = (lines: string, ...types: string[]): string[] => lines.split('\n').filter((line) => types.some((type) => line.startsWith(`{"type":"${type}"`)));

describe('export and import', () => {
  test('say what was said, in the same bytes', async () => {
    const whole = await dump(db);
    expect(ofType(whole, 'person', 'position', 'contact')).toHaveLength(9);
    expect(whole).toContain('{"type":"position","person":"pe-1","unit":"D1","role":"CHAIR","statedOn":"2022-01-01","statedOnPrecision":"YEAR","source":"S0-01"}');
    expect(await through(whole)).toBe(whole);
    const { created, changed, errorCount } = await importRecords(db, whole.split('\n').filter(Boolean));
    expect([created, changed, errorCount]).toEqual([0, 0, 0]);
  });

  test('a subtree comes with who led it, wherever they belong, and without the others', async () => {
    const part = await dump(db, { unit: 'D1' });
    expect(ofType(part, 'person').map((line) => (JSON.parse(line) as { code: string }).code)).toEqual(['pe-1', 'pe-2']);
    expect(ofType(part, 'position')).toHaveLength(3);
    expect(ofType(part, 'contact')).toHaveLength(1);
    // The unit that such a person belongs to comes too, so that the part stands on its own.
    expect(ofType(part, 'orgUnit').map((line) => (JSON.parse(line) as { code: string }).code)).toContain('D3');
    expect(await through(part, { unit: 'D1' })).toBe(part);
  });
});

describe('mistakes are told, and nothing is imported', () => {
  test.each<[string, object, ...string[]]>([
    ['an unknown unit of a person', person('pe-9', 'D99'), 'unit UNKNOWN_UNIT'],
    ['an unknown person', chair('D1', 'pe-99', { from: '2021-01-01' }), 'person UNKNOWN_PERSON'],
    ['neither a first day nor a day', chair('D1', 'pe-1', {}), 'statedOn MISSING_FIELD'],
    ['an end before the beginning', chair('D1', 'pe-1', { from: '2021-06-01', to: '2021-05-01' }), 'to ENDS_BEFORE_START'],
    ['an end before the day on which it was held', chair('D1', 'pe-1', { statedOn: '2021-06-01', to: '2021-05-31' }), 'to ENDS_BEFORE_START'],
    ['a day to come', chair('D1', 'pe-1', { statedOn: '2999-01-01' }), 'statedOn FUTURE_DATE'],
    ['a beginning to come', chair('D1', 'pe-1', { from: '2999-01-01', fromPrecision: 'YEAR' }), 'from FUTURE_DATE'],
    ['a name that nobody sees', { type: 'person', code: 'pe-9', unit: 'D1', name: ' \u200b' }, 'name INVALID_VALUE'],
    ['a precision of nothing', chair('D1', 'pe-1', { statedOn: '2021-01-01', toPrecision: 'YEAR' }), 'toPrecision FIELD_NOT_ALLOWED'],
    ['a role without a name', { ...chair('D1', 'pe-1', { from: '2021-01-01' }), role: 'OTHER' }, 'title MISSING_FIELD'],
    ['another role than there is', { ...chair('D1', 'pe-1', { from: '2021-01-01' }), role: 'BOSS' }, 'role INVALID_VALUE'],
    ['no address of e-mail', { type: 'contact', unit: 'D2', email: 'nobody' }, 'email INVALID_VALUE'],
    ['an address that does something', { type: 'contact', unit: 'D2', website: 'javascript:alert(1)' }, 'website INVALID_VALUE'],
    ['too many telephones', { type: 'contact', unit: 'D2', phones: Array(11).fill('1') }, 'phones INVALID_VALUE'],
    ['an unknown unit of a contact', { type: 'contact', unit: 'D99' }, 'unit UNKNOWN_UNIT'],
    ['a position known otherwise', chair('P2', 'pe-3', { from: '2020-01-01', note: 'khác' }), 'note ALREADY_STATED'],
    ['a unit in two clusters', cluster('C4', ['D1']), 'members ALREADY_IN_CLUSTER'],
    ['a unit that a correction puts into a second cluster', correction(cluster('C1', ['D1', 'D2'])), 'members ALREADY_IN_CLUSTER'],
  ])('%s', async (_, record, ...expected) => {
    const before = await fingerprint(db);
    const result = await importRecords(db, [record]);
    expect(codes(result).map((error) => error.replace('1 ', ''))).toEqual(expected);
    expect(await fingerprint(db)).toBe(before);
  });

  test('of two new clusters with one member the later is at fault', async () => {
    expect(codes(await importRecords(db, [cluster('C5', ['D1', 'D2'], { year: 2030 }), cluster('C6', ['D2'], { year: 2030 })]))).toEqual(['2 members ALREADY_IN_CLUSTER']);
  });
});

test('corrections say anew what is known, and raise its version', async () => {
  const copy = await createTestDatabase();
  try {
    await importRecords(copy, RECORDS);
    const said = [
      correction(person('pe-1', 'D2')),
      correction(chair('D1', 'pe-1', { statedOn: '2022-01-01', to: '2022-06-01' })),
      correction({ type: 'contact', unit: 'D1', address: 'Nơi khác' }),
      correction(cluster('C1', ['D1'], { name: 'Cụm số 1' })),
    ];
    const { changed, errors } = await importRecords(copy, said);
    expect([changed, errors]).toEqual([4, []]);
    expect((await copy.pool.query(`select u.code as unit, n.name_as_printed, n.version from person n join org_unit u on u.id = n.unit_id where n.code = 'pe-1'`)).rows).toEqual([{ unit: 'D2', name_as_printed: null, version: 2 }]);
    expect((await copy.pool.query(`select stated_on_precision, held_to, version from position where stated_on = '2022-01-01'`)).rows).toEqual([{ stated_on_precision: 'DAY', held_to: '2022-06-01', version: 2 }]);
    expect((await copy.pool.query(`select c.address, c.phones, c.version from contact c join org_unit u on u.id = c.unit_id where u.code = 'D1'`)).rows).toEqual([{ address: 'Nơi khác', phones: [], version: 2 }]);
    expect((await copy.pool.query(`select name, version from emulation_cluster where code = 'C1'`)).rows).toEqual([{ name: 'Cụm số 1', version: 2 }]);
  } finally {
    await copy.close();
  }
});

test('a unit that stands in two clusters from before stays there, and what else is said goes in', async () => {
  const copy = await createTestDatabase();
  try {
    await importRecords(copy, RECORDS);
    await copy.pool.query(`insert into emulation_cluster_member select (select id from emulation_cluster where code = 'C2'), id from org_unit where code = 'D1'`);
    expect((await importRecords(copy, [...RECORDS.filter((record) => (record as { code?: string }).code !== 'C2'), cluster('C7', ['D1'], { year: 2024 })])).errors).toEqual([]);
  } finally {
    await copy.close();
  }
});
