import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { codes, correction, dump, fingerprint, WORLD } from '../exchange/world.js';

/** Regions, ranks that sources tell of, and whether a campaign publishes its own. */
interface Said extends Record<string, unknown> {
  type: string;
  code: string;
}
const region = (code: string, members: string[], more: object = {}): Said => ({ type: 'region', code, name: 'Đồng bằng', members, ...more });
const rank = (code: string, more: object = {}): Said => ({ type: 'statedRank', code, unit: 'D1', campaign: 'K', group: 'NATION', place: 8, asOf: '2021-06-01', ...more });
const campaign = (more: object = {}): Said => ({ type: 'campaign', code: 'K-ranked', name: 'Phong trào', campaignKind: 'MOVEMENT', launchedBy: 'N', ...more });
const cluster: Said = { type: 'cluster', code: 'q-ranked', owner: 'P1', name: 'Cụm', kind: 'BLOC', year: 2021, members: ['D1'] };

const FULL = [
  campaign({ publishesRanks: true }), cluster,
  region('v.full', ['D1', 'P1'], { nameEn: 'Delta', aliases: ['ĐB'], source: 'Nghị quyết', note: 'x' }), region('v.bare', ['P2']),
  rank('rk.full', { phase: 'p1', indicator: 'I', by: 'COMPLETION', group: 'REGION', region: 'v.bare', place: 1, of: 13, source: 'S4-07', note: 'x' }),
  rank('rk.bare'), rank('rk.cluster', { group: 'CLUSTER', cluster: 'q-ranked', of: 8, campaign: 'K-ranked' }), rank('rk.some-region', { unit: 'P2', group: 'REGION' }),
];
const OURS = /"type":"(region|statedRank)"|"code":"(K|q)-ranked"/;

let db: Database;
const filled = async (): Promise<Database> => {
  const made = await createTestDatabase();
  expect((await importRecords(made, WORLD)).errors).toEqual([]);
  return made;
};
const lines = async (of: Database, unit?: string): Promise<string[]> => (await dump(of, unit === undefined ? {} : { unit })).split('\n').filter((line) => OURS.test(line));

beforeAll(async () => {
  db = await filled();
  expect(await importRecords(db, FULL)).toMatchObject({ errors: [], created: FULL.length });
});
afterAll(() => db?.close());

describe('in and out', () => {
  test('an import of the export is the same again, byte for byte', async () => {
    const first = await lines(db);
    const records = first.map((line) => JSON.parse(line) as Said);
    expect(records.toSorted((a, b) => (a.code < b.code ? -1 : 1))).toEqual(FULL.toSorted((a, b) => (a.code < b.code ? -1 : 1)));
    const other = await filled();
    try {
      expect((await importRecords(other, records.toReversed())).errors).toEqual([]);
      expect(await lines(other)).toEqual(first);
    } finally {
      await other.close();
    }
  });

  test('said again, nothing happens; said otherwise, it is refused or corrected', async () => {
    const before = await fingerprint(db);
    expect(await importRecords(db, FULL)).toMatchObject({ errors: [], created: 0, changed: 0 });
    expect(await fingerprint(db)).toBe(before);
    const other = [region('v.bare', ['P1', 'P2']), rank('rk.bare', { of: 63 }), campaign()];
    expect(codes(await importRecords(db, other))).toEqual(['1 members ALREADY_STATED', '2 of ALREADY_STATED', '3 publishesRanks ALREADY_STATED']);
    expect(await importRecords(db, other.map(correction))).toMatchObject({ errors: [], changed: 3 });
    const { rows } = await db.pool.query(`select (select version from stated_rank where code = 'rk.bare') as rank, (select version from campaign where code = 'K-ranked') as campaign`);
    expect(rows).toEqual([{ rank: 2, campaign: 2 }]);
    expect(await importRecords(db, [FULL[0]!, FULL[3]!, FULL[5]!].map(correction))).toMatchObject({ errors: [], changed: 3 });
    expect(codes(await importRecords(db, [correction(rank('rk.bare', { unit: 'P2' })), correction(rank('rk.full', { campaign: 'K-ranked' }))]))).toEqual(['1 unit CANNOT_CHANGE', '2 campaign CANNOT_CHANGE']);
  });

  test('what is wrong is named, and changes nothing', async () => {
    const before = await dump(db);
    const shapes = [
      region('x1', []), region('x2', ['P1', 'P1']), rank('x3', { place: 0 }), rank('x4', { place: 1.5 }), rank('x5', { of: 7 }), rank('x6', { region: 'v.full' }), rank('x7', { group: 'REGION', cluster: 'q-ranked' }),
      rank('x8', { group: 'WORLD' }), rank('x9', { by: 'LUCK' }), rank('x10', { asOf: '2021' }), rank('x11', { place: 3_000_000_000 }), campaign({ code: 'x12', publishesRanks: 'yes' }),
    ];
    expect(codes(await importRecords(db, shapes))).toEqual([
      '1 members INVALID_VALUE', '2 members[1] INVALID_VALUE', '3 place INVALID_VALUE', '4 place INVALID_VALUE', '5 of INVALID_VALUE', '6 region FIELD_NOT_ALLOWED', '7 cluster FIELD_NOT_ALLOWED',
      '8 group INVALID_VALUE', '9 by INVALID_VALUE', '10 asOf INVALID_VALUE', '11 place INVALID_VALUE', '12 publishesRanks INVALID_VALUE',
    ]);
    const rest = [
      region('y1', ['P1', 'none']), rank('y2', { unit: 'none', campaign: 'none' }), rank('y3', { phase: 'p9' }), rank('y4', { indicator: 'none' }), rank('y5', { group: 'REGION', region: 'none' }),
      rank('y6', { group: 'CLUSTER', cluster: 'none' }), rank('y7', { asOf: '2999-01-01' }), campaign({ code: 'y8', status: 'DRAFT' }), rank('y9', { campaign: 'y8' }),
    ];
    expect(codes(await importRecords(db, rest))).toEqual([
      '1 members UNKNOWN_UNIT', '2 campaign UNKNOWN_CAMPAIGN', '2 unit UNKNOWN_UNIT', '3 phase UNKNOWN_PHASE', '4 indicator UNKNOWN_INDICATOR', '5 region UNKNOWN_REGION', '6 cluster UNKNOWN_CLUSTER',
      '7 asOf FUTURE_DATE', '9 campaign NOT_LAUNCHED',
    ]);
    expect(await dump(db)).toBe(before);
  });

  test('of a subtree: its own, with what they refer to', async () => {
    const of = async (unit: string): Promise<string[]> => (await lines(db, unit)).map((line) => (JSON.parse(line) as Said).code);
    expect(await of('D1')).toEqual(['q-ranked', 'K-ranked', 'v.bare', 'v.full', 'rk.bare', 'rk.cluster', 'rk.full']);
    expect(await of('D2')).toEqual([]);
    expect(await of('P2')).toEqual(['v.bare', 'rk.some-region']);
    const other = await createTestDatabase();
    try {
      const records = (await dump(db, { unit: 'D1' })).trim().split('\n').map((line) => JSON.parse(line) as Said);
      expect((await importRecords(other, records)).errors).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
