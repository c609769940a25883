import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import { formatProblem } from '../../src/exchange/problems.js';
import { verify } from '../../src/ledger/verify.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { dump } from './world.js';

let db: Database;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.close());

const unit = (code: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name: code, level, kind, parent, validFrom: '2020-01-01' });
const TREE = [
  unit('N', 'NATIONAL', 'CONFEDERATION', null), unit('P1', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'), unit('P2', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
  unit('D1', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P1'), unit('D3', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P2'), unit('G1', 'GRASSROOTS', 'GRASSROOTS_UNION', 'D1'),
];
const campaign = (code: string, launchedBy: string, more: object = {}) => ({ type: 'campaign', code, name: code, campaignKind: 'MOVEMENT', launchedBy, ...more });
const codesOf = async (records: object[]): Promise<string[]> => (await importRecords(db, records)).errors.map(({ field, code }) => `${field} ${code}`);

async function expectRoundTrip(): Promise<void> {
  const whole = await dump(db);
  const copy = await createTestDatabase();
  expect((await importRecords(copy, whole.split('\n').filter(Boolean))).errors).toEqual([]);
  expect(await dump(copy)).toBe(whole);
  await copy.close();
}

describe('what was exported can be imported, whatever became of the tree', () => {
  test('a unit that carries out a campaign moves to another province', async () => {
    expect(await codesOf([...TREE, campaign('T', 'P1'), campaign('I', 'D1', { implements: 'T' })])).toEqual([]);
    expect(await codesOf([{ type: 'placement', unit: 'D1', parent: 'P2', from: '2024-01-01' }])).toEqual([]);
    expect(await codesOf([{ ...campaign('I', 'D1', { implements: 'T' }), name: 'anders', corrects: true }])).toEqual([]);
    await expectRoundTrip();
  });

  test('a member of a cluster moves away or closes', async () => {
    expect(await codesOf([...TREE, { type: 'cluster', code: 'C', owner: 'D1', name: 'C', kind: 'CLUSTER', year: 2022, members: ['G1'] }])).toEqual([]);
    expect(await codesOf([{ type: 'placement', unit: 'G1', parent: 'D3', from: '2021-06-01' }])).toEqual([]);
    expect(await codesOf([{ type: 'closure', unit: 'G1', on: '2021-09-01' }])).toEqual([]);
    await expectRoundTrip();
  });

  test('a correction that takes the ground from under others is refused, and names them', async () => {
    expect(await codesOf([...TREE, campaign('T', 'P1'), campaign('I', 'D1', { implements: 'T' }), { type: 'cluster', code: 'C', owner: 'D1', name: 'C', kind: 'CLUSTER', year: 2022, members: ['G1'] }])).toEqual([]);
    expect(await codesOf([{ ...campaign('T', 'P2'), corrects: true }])).toEqual(['corrects IMPLEMENTS_NOT_ABOVE']);
    expect(await codesOf([{ type: 'placement', unit: 'G1', parent: 'D3', from: '2020-01-01', corrects: true }])).toEqual(['parent NOT_A_CHILD']);
    expect(await codesOf([{ type: 'placement', unit: 'D1', parent: 'P2', from: '2020-01-01', corrects: true }])).toEqual(['corrects IMPLEMENTS_NOT_ABOVE']);
  });
});

test('a chain of mergers too long to follow is an error, and leaves everything as it was', async () => {
  const chain = Array.from({ length: 71 }, (_, i) => unit(`X${i}`, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'));
  const day = (i: number): string => new Date(Date.UTC(2021, 0, i + 1)).toISOString().slice(0, 10);
  const closures = Array.from({ length: 70 }, (_, i) => ({ type: 'closure', unit: `X${i}`, on: day(i + 1), successor: `X${i + 1}` }));
  expect(await codesOf([...TREE, ...chain, ...closures])).toContain('successor CYCLE');
  expect(await dump(db)).toBe('');
  expect(await codesOf([...TREE, ...chain, ...closures.slice(0, 40)])).toEqual([]);
  expect((await verify(db.pool)).differenceCount).toBe(0);
});

test('a NATIONAL unit closes, but nobody succeeds it', async () => {
  expect(await codesOf([...TREE, unit('N2', 'NATIONAL', 'CONFEDERATION', null), { type: 'closure', unit: 'N2', on: '2022-01-01', successor: 'N' }])).toEqual(['successor ROOT_HAS_PARENT']);
  expect(await codesOf([...TREE, unit('N2', 'NATIONAL', 'CONFEDERATION', null), { type: 'closure', unit: 'N2', on: '2022-01-01' }])).toEqual([]);
  expect((await verify(db.pool)).differenceCount).toBe(0);
});

test('an error is one line, whatever the record says', async () => {
  const { errors } = await importRecords(db, [{ ...TREE[0], 'a\n\u001b[31mb': 1 }]);
  expect(formatProblem(errors[0]!)).toMatch(/^\P{Cc}*\\u000a\\u001b\P{Cc}*$/u);
});
