import { afterAll, beforeAll, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { campaign, codes, correction, dump, fingerprint, WORLD } from './world.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  await state(...WORLD, ...CAMPAIGNS);
});
afterAll(() => db.close());

const state = async (...records: object[]) => {
  const result = await importRecords(db, records);
  expect(result.errors).toEqual([]);
  return result;
};
const TYPES = ['document', 'annualTheme', 'aim', 'partner', 'event'];
const linesOf = async (of: Database = db, options?: { unit: string }): Promise<Record<string, unknown>[]> =>
  (await dump(of, options)).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ type }) => TYPES.includes(type as string));

const CAMPAIGNS = [
  campaign('P', { launchedBy: 'P1', launchingBody: 'STANDING_COMMITTEE', sectors: ['EDUCATION', 'BUSINESS'], occasions: ['90 năm', '80 năm'] }), campaign('P2', { launchedBy: 'P2' }),
  campaign('state', { launchedBy: undefined, externalLauncher: 'Thủ tướng' }),
];
/** In the order in which they are exported, with all that they can say. */
const RECORDS = [
  { type: 'document', code: 'dc-law', kind: 'LAW', title: 'Luật Thi đua', number: '06/2022/QH15', issuer: 'Quốc hội', issuedOn: '2022-06-15', basisOf: ['K', 'P2'] },
  {
    type: 'document', code: 'dc-plan', unit: 'P1', kind: 'PLAN', title: 'Kế hoạch', issuedOn: '2021-01-01', issuedOnPrecision: 'YEAR', termFrom: '2021-01-01', termFromPrecision: 'MONTH', termTo: '2025-12-31', termToPrecision: 'YEAR',
    content: 'Làm', basisOf: ['P'], guides: ['K', 'P'], source: 'S', note: 'n',
  },
  { type: 'document', code: 'dc-top', unit: 'N', kind: 'RESOLUTION', title: 'Nghị quyết', basisOf: ['K', 'P', 'P2'] },
  { type: 'annualTheme', unit: 'N', year: 2021 },
  { type: 'annualTheme', unit: 'P1', year: 2021, text: 'Chung sức', source: 'S', note: 'n' },
  { type: 'aim', unit: 'N', campaign: 'K', code: 'a', text: 'Giữ vững', direction: 'HOLD' },
  { type: 'aim', unit: 'P1', campaign: 'K', code: 'a', phase: 'p1', indicator: 'I', direction: 'UP', text: 'Nhiều hơn', source: 'S', note: 'n' },
  { type: 'partner', code: 'pt-1', unit: 'P1', name: 'Sở', kind: 'GOVERNMENT', source: 'S', note: 'n' },
  { type: 'partner', code: 'pt-2', unit: 'N', name: 'Đoàn', kind: 'MASS_ORGANISATION' },
  {
    type: 'event', code: 'ev-1', unit: 'D1', kind: 'CONTEST', name: 'Hội thi', edition: 'lần III', startsOn: '2021-05-01', startsOnPrecision: 'MONTH', endsOn: '2021-05-31', endsOnPrecision: 'YEAR', campaign: 'P', partners: ['pt-1', 'pt-2'],
    outcomes: 'Vui', counts: [{ of: 'PARTICIPANTS', value: 2000, qualifier: 'NEARLY', noun: 'người', source: 'A' }, { of: 'OTHER', value: 1500.5 }, { of: 'GIFTS' }], source: 'S', note: 'n',
  },
  { type: 'event', code: 'ev-2', unit: 'P2', kind: 'TALK', name: 'Tọa đàm', startsOn: '2021-05-20', endsOn: '2021-01-01', endsOnPrecision: 'YEAR' },
];
const ordered = (records: object[]): unknown[] => TYPES.flatMap((type) => records.filter((record) => (record as { type: string }).type === type));

test('each is stated once; said again in another order it is the same; exported and imported again, the bytes are', async () => {
  const { created } = await state(...RECORDS.toReversed());
  expect(created).toBe(RECORDS.length);
  expect(await linesOf()).toEqual(ordered(RECORDS));
  const before = await fingerprint(db);
  const shuffled = RECORDS.map((record) => ({ ...record, ...('partners' in record && { partners: record.partners!.toReversed() }), ...('guides' in record && { guides: record.guides!.toReversed() }) }));
  expect(await state(...shuffled)).toMatchObject({ created: 0, changed: 0, unchanged: RECORDS.length });
  expect(await fingerprint(db)).toBe(before);

  const whole = await dump(db);
  expect(whole).toContain('"launchingBody":"STANDING_COMMITTEE"');
  expect(whole).toContain('"sectors":["BUSINESS","EDUCATION"],"occasions":["90 năm","80 năm"]');
  const other = await createTestDatabase();
  try {
    expect((await importRecords(other, whole.trim().split('\n'))).errors).toEqual([]);
    expect(await dump(other)).toBe(whole);
  } finally {
    await other.close();
  }
});

test('of a subtree: what its units keep, what they name, and on what their campaigns rest; nothing of what those are to others', async () => {
  const lines = await linesOf(db, { unit: 'P1' });
  expect(lines.map((line) => line['code'] ?? `${line['unit']} ${line['year']}`)).toEqual(['dc-plan', 'dc-top', 'P1 2021', 'a', 'pt-1', 'pt-2', 'ev-1']);
  expect(lines.find(({ code }) => code === 'dc-top')).toEqual({ ...RECORDS[2], basisOf: ['K', 'P'] });
  expect(await dump(db, { unit: 'P1' })).not.toContain('"P2"');
  const other = await createTestDatabase();
  try {
    const part = await dump(db, { unit: 'P1' });
    expect((await importRecords(other, part.trim().split('\n'))).errors).toEqual([]);
    expect(await dump(other, { unit: 'P1' })).toBe(part);
  } finally {
    await other.close();
  }
});

test('corrections take the place of what was said, lists and all', async () => {
  const [law, plan, top, , theme, , aim, partner, , event] = RECORDS;
  const changes = [
    { ...law!, title: 'Luật', basisOf: ['K'], guides: ['P2'] }, { type: 'document', code: 'dc-plan', unit: 'P1', kind: 'OTHER', title: 'Khác' }, { ...top!, basisOf: undefined },
    { ...theme!, text: undefined }, { ...aim!, phase: undefined, indicator: 'J', direction: undefined, text: 'Khác' }, { ...partner!, name: 'Sở khác' },
    { type: 'event', code: 'ev-1', unit: 'D1', kind: 'OTHER', name: 'Khác', partners: ['pt-2'], counts: [{ of: 'OTHER', value: 3, noun: 'cờ' }] },
  ];
  expect(codes(await importRecords(db, changes))).toEqual([
    '1 basisOf ALREADY_STATED', '2 basisOf ALREADY_STATED', '3 basisOf ALREADY_STATED', '4 text ALREADY_STATED', '5 direction ALREADY_STATED', '6 name ALREADY_STATED', '7 campaign ALREADY_STATED',
  ]);
  expect(await state(...changes.map(correction))).toMatchObject({ created: 0, changed: changes.length });
  const said = (JSON.parse(JSON.stringify(changes)) as Record<string, unknown>[]).map((record) => JSON.stringify(Object.entries(record).sort()));
  const kept = (await linesOf()).map((record) => JSON.stringify(Object.entries(record).sort()));
  for (const record of said) expect(kept).toContain(record);
  expect(await state(...[plan!, event!, law!, top!, theme!, aim!, partner!].map(correction))).toMatchObject({ changed: 7 });
  expect(await linesOf()).toEqual(ordered(RECORDS));
});

test('what is wrong is named, and changes nothing', async () => {
  const before = await dump(db);
  const [law, , , , theme, , aim, partner, , event] = RECORDS;
  const wrong = [
    { ...law!, code: 'x1', unit: 'X', basisOf: ['K', 'nowhere'] }, { ...law!, code: 'x2', kind: 'POEM' }, { ...law!, code: 'x3', termFrom: '2022-01-02', termTo: '2022-01-01' },
    { ...law!, code: 'x4', issuedOn: '2999-01-01' }, { ...law!, code: 'x5', termFromPrecision: 'YEAR' }, { ...law!, unit: 'N', corrects: true },
    { ...theme!, year: 999 }, { ...theme!, unit: 'X' },
    { ...aim!, phase: 'p9' }, { ...aim!, code: 'b', campaign: 'nowhere', phase: undefined }, { ...aim!, code: 'c', indicator: 'Z' }, { ...aim!, code: 'd', text: ' ' },
    { ...partner!, code: 'x6', unit: 'X' }, { ...partner!, unit: 'N', corrects: true },
    { ...event!, code: 'x7', partners: ['pt-9'] }, { ...event!, code: 'x8', counts: [7] }, { ...event!, code: 'x9', counts: [{ of: 'GIFTS', qualifier: 'ABOUT' }, { of: 'OTHER', value: 1.5 }, { of: 'TALKS', value: 1.5 }] },
    { ...event!, code: 'x10', endsOn: '2021-04-01', endsOnPrecision: undefined }, { ...event!, code: 'x11', campaign: 'nowhere' }, { ...event!, unit: 'N', corrects: true }, { ...event!, code: 'x12', counts: [{ of: 'PEOPLE' }, { of: 'GIFTS', value: -1 }] },
    campaign('x13', { sectors: ['ARMY'] }), campaign('x14', { launchedBy: undefined, externalLauncher: 'Thủ tướng', launchingBody: 'PRESIDIUM' }), campaign('x15', { occasions: [' '] }),
  ];
  expect(codes(await importRecords(db, wrong))).toEqual([
    '1 basisOf UNKNOWN_CAMPAIGN', '1 unit UNKNOWN_UNIT', '2 kind INVALID_VALUE', '3 termTo ENDS_BEFORE_START', '4 issuedOn FUTURE_DATE', '5 termFrom MISSING_FIELD', '6 unit CANNOT_CHANGE',
    '7 year INVALID_VALUE', '8 unit UNKNOWN_UNIT',
    '9 phase ALREADY_STATED', '9 phase UNKNOWN_PHASE', '10 campaign UNKNOWN_CAMPAIGN', '11 indicator UNKNOWN_INDICATOR', '12 text INVALID_VALUE',
    '13 unit UNKNOWN_UNIT', '14 unit CANNOT_CHANGE',
    '15 partners UNKNOWN_PARTNER', '16 counts[0] INVALID_VALUE', '17 counts[0].qualifier FIELD_NOT_ALLOWED', '17 counts[2].value INVALID_VALUE',
    '18 endsOn ENDS_BEFORE_START', '19 campaign UNKNOWN_CAMPAIGN', '20 unit CANNOT_CHANGE', '21 counts[0].of INVALID_VALUE', '21 counts[1].value INVALID_VALUE',
    '22 sectors[0] INVALID_VALUE', '23 launchingBody FIELD_NOT_ALLOWED', '24 occasions[0] INVALID_VALUE',
  ]);
  expect(await dump(db)).toBe(before);
});
