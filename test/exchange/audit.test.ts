import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles, importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { result, unit, WORLD } from './world.js';

let db: Database;
const folder = mkdtempSync(join(tmpdir(), 'liendoan-noted-'));
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await db?.close();
  rmSync(folder, { recursive: true, force: true });
});

const noted = async (): Promise<object[]> => (await db.pool.query<object>('select principal, action, unit_id, before, after, request_id from audit_log order by id')).rows;
const file = (name: string, records: object[]): string => {
  writeFileSync(join(folder, name), records.map((record) => JSON.stringify(record)).join('\n'));
  return join(folder, name);
};

test('what an import changed is noted once, in its own transaction; what changed nothing is not', async () => {
  const files = [file('a.jsonl', WORLD), file('b.jsonl', [result('G1', '2021-01-01', 5)])];
  await importFiles(db, files, { dryRun: true });
  await importRecords(db, [unit('G9', 'nowhere')]);
  expect(await noted()).toEqual([]);

  await importFiles(db, files);
  const counts = (created: number) => ({ created, changed: 0, unchanged: 0 });
  const first = {
    principal: null, action: 'IMPORT', unit_id: null, before: null, request_id: null,
    after: { files: ['a.jsonl', 'b.jsonl'], records: { orgUnit: counts(9), indicator: counts(3), campaign: counts(1), result: counts(1) } },
  };
  expect(await noted()).toEqual([first]);
  await importFiles(db, files);
  expect(await noted()).toEqual([first]);

  await importRecords(db, [result('G1', '2021-01-01', 5), result('G2', '2021-01-01', 6)]);
  expect(await noted()).toMatchObject([first, { action: 'IMPORT', after: { files: ['records'], records: { result: { created: 1, changed: 0, unchanged: 1 } } } }]);
});
