import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { codes, correction, dump, fingerprint, WORLD } from '../exchange/world.js';

/** Works, practice models and initiatives on their way in and out. */
interface Said extends Record<string, unknown> {
  type: string;
  code: string;
}
const work = (code: string, more: object = {}): Said => ({ type: 'work', code, unit: 'D1', kind: 'WORK', name: 'Cầu nông thôn', status: 'COMPLETED', ...more });
const model = (code: string, more: object = {}): Said => ({ type: 'practiceModel', code, unit: 'G1', name: 'Bữa cơm công đoàn', ...more });
const stage = (name: string, on = '2021-02-01') => ({ stage: name, on });
const initiative = (code: string, more: object = {}): Said => ({ type: 'initiative', code, unit: 'G1', title: 'Cải tiến máy', stages: [stage('REGISTERED')], ...more });

const FULL = [
  work('w.full', {
    campaign: 'K', congressTier: 'PROVINCIAL', status: 'PLAQUED', valueVnd: 258_700_000_000, valueQualifier: 'MORE_THAN', registeredOn: '2021-01-01', registeredOnPrecision: 'YEAR',
    completedOn: '2021-05-01', completedOnPrecision: 'MONTH', plaquedOn: '2021-05-19', source: 'S4-29', note: 'Ghi chú',
  }),
  work('w.bare', { kind: 'TASK', status: 'CANCELLED' }),
  work('w.zero', { valueVnd: 0, status: 'REGISTERED' }),
  model('m.full', { programme: 'K', sector: 'EDUCATION', exemplary: true, basisDocument: 'dc', status: 'ENDED', startedOn: '2020-05-01', startedOnPrecision: 'MONTH', source: 'S2-20', note: 'x' }),
  model('m.bare'),
  initiative('i.full', {
    kind: 'TECHNICAL', campaign: 'K', phase: 'p1', authors: ['pe-2', 'pe-1'], summary: 'Tóm tắt', description: 'Cách làm', secret: true, benefitVnd: 80_000_000, benefitQualifier: 'AT_LEAST',
    stages: [stage('REGISTERED'), stage('UNDER_REVIEW'), { ...stage('REJECTED', '2021-03-01'), reason: 'Trùng' }, stage('UPLOADED', '2021-04-01'), stage('APPLIED', '2021-06-01')],
    source: 'S1-18', note: 'x',
  }),
  initiative('i.bare'),
];
/** What they refer to. */
const BESIDE = [
  ...['pe-1', 'pe-2'].map((code) => ({ type: 'person', code, unit: 'G1', name: 'Nguyễn Văn A' })), { type: 'document', code: 'dc', unit: 'N', kind: 'PLAN', title: 'Kế hoạch 36' },
];
const byCode = (records: Said[]): Said[] => records.toSorted((a, b) => (a.code < b.code ? -1 : 1));

let db: Database;
const filled = async (): Promise<Database> => {
  const made = await createTestDatabase();
  expect((await importRecords(made, [...WORLD, ...BESIDE])).errors).toEqual([]);
  return made;
};
const lines = async (of: Database): Promise<string> => (await dump(of)).split('\n').filter((line) => /"type":"(work|practiceModel|initiative)"/.test(line)).join('\n');

beforeAll(async () => {
  db = await filled();
  expect(await importRecords(db, FULL)).toMatchObject({ errors: [], created: FULL.length });
});
afterAll(() => db?.close());

describe('in and out', () => {
  test('an import of the export is the same again, byte for byte', async () => {
    const first = await lines(db);
    const records = first.split('\n').map((line) => JSON.parse(line) as Said);
    expect(byCode(records)).toEqual(byCode(FULL));
    const other = await filled();
    try {
      expect((await importRecords(other, records.toReversed())).errors).toEqual([]);
      expect(await lines(other)).toBe(first);
    } finally {
      await other.close();
    }
  });

  test('said again, nothing happens; said otherwise, it is refused or corrected', async () => {
    const before = await fingerprint(db);
    expect(await importRecords(db, FULL)).toMatchObject({ errors: [], created: 0, changed: 0 });
    expect(await fingerprint(db)).toBe(before);
    const other = [work('w.bare', { kind: 'TASK', status: 'REGISTERED' }), model('m.bare', { sector: 'OTHER' }), initiative('i.bare', { summary: 'Khác' })];
    expect(codes(await importRecords(db, other))).toEqual(['1 status ALREADY_STATED', '2 sector ALREADY_STATED', '3 summary ALREADY_STATED']);
    expect(await importRecords(db, other.map(correction))).toMatchObject({ errors: [], changed: 3 });
    expect(codes(await importRecords(db, [correction(work('w.bare', { unit: 'D2', kind: 'TASK' }))]))).toEqual(['1 unit CANNOT_CHANGE']);
  });

  test('what follows from a history is known, and follows a corrected one; who brought it where stays as long as the history does', async () => {
    const state = async () => (await db.pool.query(`select stage, stage_on, reached::text, rejected::text from initiative where code = 'i.full'`)).rows[0] as Record<string, unknown>;
    const on = '2021-02-01';
    const applied = { stage: 'APPLIED', stage_on: '2021-06-01', reached: `{${[on, on, on, ...Array<string>(3).fill('2021-06-01')].join()}}`, rejected: '{[2021-03-01,2021-04-01)}' };
    expect(await state()).toEqual(applied);
    const known = FULL.find(({ code }) => code === 'i.full')!;
    await db.pool.query(`update initiative_history set principal = 'someone' where initiative_id = (select id from initiative where code = 'i.full')`);
    expect(await importRecords(db, [correction({ ...known, title: 'Tên khác' })])).toMatchObject({ errors: [], changed: 1 });
    const kept = await db.pool.query(`select distinct principal from initiative_history h join initiative i on i.id = h.initiative_id where i.code = 'i.full'`);
    expect(kept.rows).toEqual([{ principal: 'someone' }]);
    expect(await importRecords(db, [correction({ ...known, stages: [stage('REJECTED', '2021-03-01')], authors: ['pe-1'] })])).toMatchObject({ errors: [], changed: 1 });
    expect(await state()).toEqual({ stage: 'REJECTED', stage_on: '2021-03-01', reached: '{2021-03-01,2021-03-01,2021-03-01,NULL,NULL,NULL}', rejected: '{[2021-03-01,)}' });
    expect(await importRecords(db, [correction(known)])).toMatchObject({ errors: [], changed: 1 });
    expect(await state()).toEqual(applied);
  });

  test('what is wrong is named, and changes nothing', async () => {
    const before = await dump(db);
    const shapes = [
      work('x1', { valueQualifier: 'ABOUT' }), work('x2', { valueVnd: 1.5 }), work('x3', { valueVnd: -1 }), work('x4', { status: 'DONE' }), work('x5', { status: 'REGISTERED', completedOn: '2021-01-01' }),
      work('x6', { plaquedOn: '2021-01-01' }), work('x7', { registeredOn: '2021-06-01', completedOn: '2021-05-31' }), work('x8', { registeredOnPrecision: 'YEAR' }),
      model('x9', { exemplary: 'yes' }), model('x10', { startedOnPrecision: 'YEAR' }),
      initiative('x11', { stages: [] }), initiative('x12', { stages: [stage('VALID'), stage('UPLOADED')] }), initiative('x13', { stages: [stage('REGISTERED'), stage('VALID', '2021-01-31')] }),
      initiative('x14', { authors: ['pe-1', 'pe-1'] }), initiative('x15', { benefitQualifier: 'ABOUT' }), initiative('x16', { stages: [stage('REJECTED'), stage('APPLIED'), stage('APPLIED')] }), initiative('x17', { stages: [7] }),
    ];
    expect(codes(await importRecords(db, shapes))).toEqual([
      '1 valueQualifier FIELD_NOT_ALLOWED', '2 valueVnd INVALID_VALUE', '3 valueVnd INVALID_VALUE', '4 status INVALID_VALUE', '5 completedOn FIELD_NOT_ALLOWED', '6 plaquedOn FIELD_NOT_ALLOWED',
      '7 completedOn ENDS_BEFORE_START', '8 registeredOn MISSING_FIELD', '9 exemplary INVALID_VALUE', '10 startedOn MISSING_FIELD',
      '11 stages INVALID_VALUE', '12 stages[1].stage INVALID_VALUE', '13 stages[1].on INVALID_VALUE', '14 authors[1] INVALID_VALUE', '15 benefitQualifier FIELD_NOT_ALLOWED', '16 stages[2].stage INVALID_VALUE', '17 stages[0] INVALID_VALUE',
    ]);
    const rest = [
      work('y1', { completedOn: '2999-01-01' }), work('y2', { unit: 'none', campaign: 'none' }), work('y3', { registeredOn: '2021-06-01', registeredOnPrecision: 'YEAR', completedOn: '2021-05-01' }),
      model('y4', { programme: 'none', unit: 'none', basisDocument: 'none' }), initiative('y5', { stages: [stage('REGISTERED', '2999-01-01')] }), initiative('y6', { phase: 'p1' }), initiative('y7', { campaign: 'K', phase: 'p9' }),
      initiative('y8', { authors: ['pe-1', 'pe-9'] }), initiative('y9', { unit: 'none' }),
    ];
    expect(codes(await importRecords(db, rest))).toEqual([
      '1 completedOn FUTURE_DATE', '2 campaign UNKNOWN_CAMPAIGN', '2 unit UNKNOWN_UNIT', '4 basisDocument UNKNOWN_DOCUMENT', '4 programme UNKNOWN_CAMPAIGN', '4 unit UNKNOWN_UNIT', '5 stages[0].on FUTURE_DATE',
      '6 phase MISSING_FIELD', '7 phase UNKNOWN_PHASE', '8 authors UNKNOWN_PERSON', '9 unit UNKNOWN_UNIT',
    ]);
    expect(await dump(db)).toBe(before);
  });

  test('of a subtree: its own, with what they refer to', async () => {
    const of = async (unit: string): Promise<string[]> =>
      (await dump(db, { unit })).split('\n').filter((line) => /"type":"(campaign|document|person|work|practiceModel|initiative)"/.test(line)).map((line) => (JSON.parse(line) as Said).code);
    expect(await of('G1')).toEqual(['K', 'dc', 'pe-1', 'pe-2', 'm.bare', 'm.full', 'i.bare', 'i.full']);
    expect(await of('D2')).toEqual([]);
  });
});
