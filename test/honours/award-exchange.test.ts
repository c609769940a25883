import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { codes, correction, dump, fingerprint, WORLD } from '../exchange/world.js';

interface Said extends Record<string, unknown> {
  type: string;
  code: string;
}
const award = (code: string, more: object = {}): Said => ({ type: 'award', code, unit: 'D1', form: 'CERTIFICATE_OF_MERIT', issuers: [{ unit: 'P1' }], ...more });

const AROUND: Said[] = [
  { type: 'person', code: 'pe-1', unit: 'G1', name: 'Lê Thị Lan' },
  { type: 'person', code: 'pe-2', unit: 'D3', name: 'Trần Minh', nameAsPrinted: 'Đ/c Trần Minh' },
  { type: 'work', code: 'wk-1', unit: 'D1', kind: 'WORK', name: 'Cầu', status: 'COMPLETED' },
  { type: 'initiative', code: 'in-1', unit: 'G1', title: 'Cải tiến', stages: [{ stage: 'REGISTERED', on: '2021-01-01' }] },
];
const FULL: Said[] = [
  award('full', {
    formVi: 'Bằng khen của Ban Chấp hành', title: 'x', titleLevel: 'GRASSROOTS', basis: 'THEMATIC', achievement: 'Thành tích', issuers: [{ unit: 'N', body: 'EXECUTIVE_COMMITTEE' }, { name: 'UBND tỉnh' }, { unit: 'P1' }],
    campaign: 'K', phase: 'p1', periodKind: 'SCHOOL_YEAR', periodFrom: '2020-09-01', periodTo: '2021-06-30', count: 17, qualifier: 'AT_LEAST', countByKind: [{ kind: 'INDIVIDUAL', count: 9 }, { kind: 'COLLECTIVE', count: 3 }],
    batchSize: 40, decisionNo: '12/QĐ', decidedOn: '2021-07-01', decidedOnPrecision: 'MONTH', presentedOn: '2021-07-28', presentedBy: 'Bà Xương', status: 'PRESENTED', source: 'S2-37', note: 'Ghi chú',
    recipients: [
      { kind: 'INDIVIDUAL', person: 'pe-2', unit: 'D1', directWorker: false }, { kind: 'INDIVIDUAL', person: 'pe-1', unit: 'G2', name: 'Chị Lan', directWorker: true }, { kind: 'INDIVIDUAL', name: 'Ông A' },
      { kind: 'COLLECTIVE', unit: 'G1' }, { kind: 'WORK', work: 'wk-1' }, { kind: 'INITIATIVE', initiative: 'in-1' }, { kind: 'MEMBERS_CHILD', name: 'Cháu B', unit: 'G1' },
    ],
  }),
  award('part', { count: 2, maybeIncludedIn: 'full' }),
  award('sure', { countByKind: [{ kind: 'COLLECTIVE', count: 1 }], includedIn: 'full', status: 'DECLINED', statusReason: 'Trùng' }),
  award('bare', { issuers: [{ name: 'UBND huyện' }], form: 'COMMENDATION', decidedOn: '2021-05-20', presentedOn: '2021-01-01', presentedOnPrecision: 'YEAR', status: 'PRESENTED' }),
];
const byCode = (records: Said[]): Said[] => records.toSorted((a, b) => (a.code < b.code ? -1 : 1));
/** As they are kept: kinds in their order. */
const kept = (record: Said): Said => ({ ...record, ...(record.countByKind !== undefined && { countByKind: (record.countByKind as { kind: string }[]).toSorted((a, b) => (a.kind < b.kind ? -1 : 1)) }) });

let db: Database;
const lines = async (of: Database, options?: { unit: string }): Promise<string[]> => (await dump(of, options)).split('\n').filter((line) => line.startsWith('{"type":"award"'));

beforeAll(async () => {
  db = await createTestDatabase();
  // The parts come before what holds them.
  expect(await importRecords(db, [...FULL.toReversed(), ...AROUND, ...WORLD])).toMatchObject({ errors: [] });
});
afterAll(() => db?.close());

describe('awards in and out', () => {
  test('an import of the export is the same again, byte for byte', async () => {
    const first = await dump(db);
    expect(byCode((await lines(db)).map((line) => JSON.parse(line) as Said))).toEqual(byCode(FULL.map(kept)));
    const other = await createTestDatabase();
    try {
      expect((await importRecords(other, first.trim().split('\n').map((line) => JSON.parse(line) as Said).toReversed())).errors).toEqual([]);
      expect(await dump(other)).toBe(first);
    } finally {
      await other.close();
    }
  });

  test('said again, nothing happens, nor by another way to say the same; said otherwise, it is refused or corrected', async () => {
    const before = await fingerprint(db);
    expect(await importRecords(db, FULL)).toMatchObject({ errors: [], created: 0, changed: 0 });
    expect(await importRecords(db, [award('sure', { countByKind: [{ kind: 'COLLECTIVE', count: 1 }], count: 1, formVi: 'Bằng khen', includedIn: 'full', status: 'DECLINED', statusReason: 'Trùng' })])).toMatchObject({ errors: [], changed: 0 });
    expect(await fingerprint(db)).toBe(before);
    expect(codes(await importRecords(db, [award('part', { count: 3, maybeIncludedIn: 'full' })]))).toEqual(['1 count ALREADY_STATED']);
    expect(codes(await importRecords(db, [correction(award('part', { unit: 'D2' }))]))).toEqual(['1 unit CANNOT_CHANGE']);
    const state = async () => (await db.pool.query(`select a.version, a.named, a.by_unit, w.code as whole, array(select k.kind || ' ' || coalesce(k.count::text, '-') || ' ' || k.named from award_kind k where k.award_id = a.id order by 1) as kinds,
      array(select u.code || ' ' || p.part from award_party p join org_unit u on u.id = p.unit_id where p.award_id = a.id order by 1) as parties from award a left join award w on w.id = a.included_in_id where a.code = 'full'`)).rows[0] as object;
    expect(await state()).toEqual({
      version: 1, named: 7, by_unit: true, whole: null, kinds: ['COLLECTIVE 3 1', 'INDIVIDUAL 9 3', 'INITIATIVE - 1', 'MEMBERS_CHILD - 1', 'WORK - 1'],
      parties: ['D1 RECIPIENT', 'D1 UNIT', 'G1 RECIPIENT', 'G2 RECIPIENT', 'N ISSUER', 'P1 ISSUER'],
    });
    const less = { ...FULL[0]!, issuers: [{ name: 'UBND tỉnh' }], recipients: [{ kind: 'COLLECTIVE', unit: 'G1' }] };
    expect(await importRecords(db, [correction(less)])).toMatchObject({ errors: [], changed: 1 });
    expect(await state()).toEqual({ version: 2, named: 1, by_unit: false, whole: null, kinds: ['COLLECTIVE 3 1', 'INDIVIDUAL 9 0'], parties: ['D1 UNIT', 'G1 RECIPIENT'] });
    expect(await importRecords(db, [correction(FULL[0]!)])).toMatchObject({ errors: [], changed: 1 });
  });

  test('what is wrong is named, and changes nothing', async () => {
    const before = await dump(db);
    const wrong = [
      award('x1', { issuers: [] }), award('x2', { issuers: [{ unit: 'P1', name: 'Tên' }] }), award('x3', { issuers: [{ name: 'UBND', body: 'PRESIDIUM' }] }), award('x4', { form: 'TITLE' }), award('x5', { form: 'OTHER' }), award('x6', { form: 'MEDAL' }),
      award('x7', { periodFrom: '2021-01-01' }), award('x8', { periodFrom: '2021-01-02', periodTo: '2021-01-01' }), award('x9', { qualifier: 'ABOUT' }), award('x10', { count: 0 }), award('x11', { count: 1, countByKind: [{ kind: 'WORK', count: 2 }] }),
      award('x12', { count: 1, recipients: [{ kind: 'INDIVIDUAL', name: 'A' }, { kind: 'INDIVIDUAL', name: 'B' }] }), award('x13', { recipients: [{ kind: 'INDIVIDUAL', unit: 'G1' }] }), award('x14', { recipients: [{ kind: 'WORK', person: 'pe-1' }] }),
      award('x15', { status: 'NOMINATED', decidedOn: '2021-01-01' }), award('x16', { presentedBy: 'A' }), award('x17', { statusReason: 'x' }), award('x18', { includedIn: 'full', maybeIncludedIn: 'part' }), award('x19', { countByKind: [{ kind: 'WORK', count: 1 }, { kind: 'WORK', count: 2 }] }),
      award('x20', { status: 'PRESENTED', decidedOn: '2021-02-01', presentedOn: '2021-01-01' }), award('x21', { decidedOnPrecision: 'YEAR' }), award('x22', { recipients: [{ kind: 'INDIVIDUAL', name: 'A', directWorker: 'yes' }] }),
    ];
    expect(codes(await importRecords(db, wrong))).toEqual([
      '1 issuers INVALID_VALUE', '2 issuers[0] INVALID_VALUE', '3 issuers[0].body FIELD_NOT_ALLOWED', '4 title MISSING_FIELD', '5 formVi MISSING_FIELD', '6 form INVALID_VALUE', '7 periodTo MISSING_FIELD', '8 periodTo ENDS_BEFORE_START',
      '9 qualifier FIELD_NOT_ALLOWED', '10 count INVALID_VALUE', '11 count TOO_MANY_RECIPIENTS', '12 count TOO_MANY_RECIPIENTS', '13 recipients[0] MISSING_FIELD', '14 recipients[0].person FIELD_NOT_ALLOWED', '14 recipients[0] MISSING_FIELD',
      '15 decidedOn FIELD_NOT_ALLOWED', '16 presentedBy FIELD_NOT_ALLOWED', '17 statusReason FIELD_NOT_ALLOWED', '18 maybeIncludedIn FIELD_NOT_ALLOWED', '19 countByKind[1].kind INVALID_VALUE', '20 presentedOn ENDS_BEFORE_START', '21 decidedOn MISSING_FIELD',
      '22 recipients[0].directWorker INVALID_VALUE',
    ]);
    const rest = [
      award('y1', { decidedOn: '2999-01-01' }), award('y2', { unit: 'none', campaign: 'none', includedIn: 'none', maybeIncludedIn: undefined }), award('y3', { campaign: 'K', phase: 'p9' }), award('y4', { issuers: [{ unit: 'P1' }, { unit: 'none' }] }),
      award('y5', { recipients: [{ kind: 'INDIVIDUAL', person: 'none' }, { kind: 'COLLECTIVE', unit: 'none' }, { kind: 'WORK', work: 'none' }, { kind: 'INITIATIVE', initiative: 'none' }] }),
      award('y6', { includedIn: 'y7' }), award('y7', { maybeIncludedIn: 'y6' }), award('y8', { includedIn: 'y8' }),
    ];
    expect(codes(await importRecords(db, rest))).toEqual([
      '1 decidedOn FUTURE_DATE', '2 campaign UNKNOWN_CAMPAIGN', '2 includedIn UNKNOWN_AWARD', '2 unit UNKNOWN_UNIT', '3 phase UNKNOWN_PHASE', '4 issuers[1].unit UNKNOWN_UNIT',
      '5 recipients[0].person UNKNOWN_PERSON', '5 recipients[1].unit UNKNOWN_UNIT', '5 recipients[2].work UNKNOWN_WORK', '5 recipients[3].initiative UNKNOWN_INITIATIVE',
      '6 includedIn HOLDS_ITSELF', '7 maybeIncludedIn HOLDS_ITSELF', '8 includedIn HOLDS_ITSELF',
    ]);
    expect(await dump(db)).toBe(before);
  });

  test('of a subtree: its own, those that hold them, and whatever they name', async () => {
    expect((await importRecords(db, [award('g2', { unit: 'G2', includedIn: 'full' })])).errors).toEqual([]);
    const part = (await dump(db, { unit: 'G2' })).trim().split('\n').map((line) => JSON.parse(line) as Said);
    const of = (type: string) => part.filter((record) => record.type === type).map(({ code }) => code);
    expect([of('award'), of('person'), of('work'), of('initiative'), of('orgUnit'), of('campaign')]).toEqual([['full', 'g2'], ['pe-1', 'pe-2'], ['wk-1'], ['in-1'], ['D1', 'D3', 'G1', 'G2', 'N', 'P1', 'P2'], ['K']]);
    const other = await createTestDatabase();
    try {
      expect((await importRecords(other, part)).errors).toEqual([]);
      expect(await dump(other, { unit: 'G2' })).toBe(await dump(db, { unit: 'G2' }));
    } finally {
      await other.close();
    }
    expect(await lines(db, { unit: 'D2' })).toEqual([]);
  });

  test('of any subtree: whatever was received or given there counts as it did, once it is exported and imported', async () => {
    expect((await importRecords(db, [award('by-d3', { unit: 'P1', issuers: [{ unit: 'D3' }], recipients: [{ kind: 'INDIVIDUAL', person: 'pe-1' }] }), award('to-d3', { unit: 'N', issuers: [{ unit: 'N' }], includedIn: 'by-d3', recipients: [{ kind: 'COLLECTIVE', unit: 'D3' }, { kind: 'COLLECTIVE', unit: 'D2' }] })])).errors).toEqual([]);
    const counting = async (of: Database, unit: string): Promise<unknown> => (await of.pool.query(
      `with units as (select u.id from org_unit u where u.path <@ (select path from org_unit where code = $1))
       select a.code, a.named, a.count, (select count(*) from award_recipient r where r.award_id = a.id and r.unit_id in (select id from units))::int as here, a.unit_id in (select id from units) as own,
         exists (select from award_issuer i where i.award_id = a.id and i.unit_id in (select id from units)) as given, coalesce(a.included_in_id, a.maybe_included_in_id) is not null as held
       from award a where a.unit_id in (select id from units) or exists (select from award_recipient r where r.award_id = a.id and r.unit_id in (select id from units))
         or exists (select from award_issuer i where i.award_id = a.id and i.unit_id in (select id from units)) order by a.code collate "C"`, [unit])).rows;
    const found: Record<string, number> = {};
    for (const unit of ['N', 'D2', 'D3', 'G1']) {
      const part = await dump(db, { unit });
      const other = await createTestDatabase();
      try {
        expect((await importRecords(other, part.trim().split('\n').map((line) => JSON.parse(line) as Said).toReversed())).errors).toEqual([]);
        expect([unit, await dump(other, { unit })]).toEqual([unit, part]);
        const counted = (await counting(other, unit)) as unknown[];
        expect([unit, counted]).toEqual([unit, await counting(db, unit)]);
        found[unit] = counted.length;
      } finally {
        await other.close();
      }
    }
    expect(found).toMatchObject({ D2: 1, D3: 2, G1: 2 });
  }, 60_000);

  test('recipients are the unit of the award, or stood beneath it at some time', async () => {
    const fresh = await createTestDatabase();
    const wrong = async (...records: object[]): Promise<string[]> => codes(await importRecords(fresh, records));
    const to = (...recipients: object[]) => award('a', { recipients });
    const [person, work, initiative] = [AROUND[0]!, { ...AROUND[2]!, unit: 'D2' }, { ...AROUND[3]!, unit: 'D3' }];
    try {
      expect(await wrong(...WORLD, person, work, initiative)).toEqual([]);
      expect(await wrong(to({ kind: 'COLLECTIVE', unit: 'P1' }, { kind: 'COLLECTIVE', unit: 'D1' }, { kind: 'COLLECTIVE', unit: 'D2' }, { kind: 'INDIVIDUAL', person: 'pe-1' }, { kind: 'INDIVIDUAL', person: 'pe-1', name: 'Lan', unit: 'G3' },
        { kind: 'WORK', work: 'wk-1' }, { kind: 'WORK', work: 'wk-1', unit: 'G1', name: 'Cầu' }, { kind: 'INITIATIVE', initiative: 'in-1' }, { kind: 'HOUSEHOLD', name: 'Ông A', unit: 'P2' }))).toEqual([
        '1 recipients[4].person INVALID_VALUE', '1 recipients[6].work INVALID_VALUE',
      ]);
      expect(await wrong(to({ kind: 'COLLECTIVE', unit: 'P1' }, { kind: 'COLLECTIVE', unit: 'D1' }, { kind: 'COLLECTIVE', unit: 'D2' }, { kind: 'INDIVIDUAL', person: 'pe-1' }, { kind: 'WORK', work: 'wk-1' }, { kind: 'INITIATIVE', initiative: 'in-1', unit: 'G1' },
        { kind: 'HOUSEHOLD', name: 'Ông A', unit: 'P2' }, { kind: 'HOUSEHOLD', name: 'Ông B', unit: 'G1' }))).toEqual([0, 2, 4, 5, 6].map((i) => `1 recipients[${i}].${['unit', '', 'unit', '', 'work', 'initiative', 'unit'][i]} NOT_BENEATH`));
      // Of another time is enough; a unit that is unknown, or whose place is at fault, is not blamed for more.
      expect(await wrong({ type: 'placement', unit: 'G2', parent: 'D2', from: '2022-01-01' }, { type: 'placement', unit: 'G3', parent: 'nobody', from: '2020-06-01' }, award('b', { unit: 'D2', recipients: [{ kind: 'COLLECTIVE', unit: 'G3' }, { kind: 'COLLECTIVE', unit: 'none' }] }))).toEqual([
        '2 parent UNKNOWN_UNIT', '3 recipients[1].unit UNKNOWN_UNIT',
      ]);
      expect(await wrong({ type: 'placement', unit: 'G2', parent: 'D2', from: '2022-01-01' }, to({ kind: 'COLLECTIVE', unit: 'G2' }), award('b', { unit: 'D2', recipients: [{ kind: 'COLLECTIVE', unit: 'G2' }] }))).toEqual([]);
      expect(await wrong({ type: 'closure', unit: 'D2', on: '2023-01-01', successor: 'D1' }, { type: 'placement', unit: 'G2', parent: 'D1', from: '2023-01-01' })).toEqual([]);
      // The ground is not taken from under them.
      const elsewhere = { type: 'placement', unit: 'G2', parent: 'D3', from: '2022-01-01', corrects: true };
      expect(await wrong(elsewhere)).toEqual(['1 parent NOT_BENEATH']);
      expect(await wrong(elsewhere, correction(award('b', { unit: 'D2', recipients: [{ kind: 'HOUSEHOLD', name: 'Ông B' }] })))).toEqual([]);
    } finally {
      await fresh.close();
    }
  });

  test('what was exported can be imported, wherever the recipients went', async () => {
    const [here, there] = [await createTestDatabase(), await createTestDatabase()];
    try {
      expect((await importRecords(here, [...WORLD, AROUND[0]!, award('a', { recipients: [{ kind: 'INDIVIDUAL', person: 'pe-1' }, { kind: 'COLLECTIVE', unit: 'G2' }] })])).errors).toEqual([]);
      expect((await importRecords(here, [{ type: 'placement', unit: 'G2', parent: 'D3', from: '2022-01-01' }, correction({ ...AROUND[0]!, unit: 'D3' })])).errors).toEqual([]);
      const whole = await dump(here);
      expect(whole).toContain('"recipients":[{"kind":"INDIVIDUAL","person":"pe-1","unit":"G1"}');
      expect(await importRecords(here, whole.split('\n').filter(Boolean))).toMatchObject({ errors: [], created: 0, changed: 0 });
      expect((await importRecords(there, whole.split('\n').filter(Boolean))).errors).toEqual([]);
      expect(await dump(there)).toBe(whole);
    } finally {
      await here.close();
      await there.close();
    }
  });

  test('where the units of awards stand today is kept with them as they move', async () => {
    const wrong = async () => (await db.pool.query(`select 'award' as what from award a join org_unit u on u.id = a.unit_id where a.path <> u.path union all select 'party' from award_party p join org_unit u on u.id = p.unit_id where p.path <> u.path`)).rows;
    const standing = async () => (await db.pool.query<{ path: string }>(`select path::text from award where code = 'g2'`)).rows[0]!.path;
    const [before, none] = [await standing(), await wrong()];
    expect((await importRecords(db, [{ type: 'placement', unit: 'G2', parent: 'D2', from: '2022-01-01' }, { type: 'placement', unit: 'G1', parent: 'D3', from: '2022-01-01' }])).errors).toEqual([]);
    expect([none, await wrong()]).toEqual([[], []]);
    expect(await standing()).not.toBe(before);
  });
});
