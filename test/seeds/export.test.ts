import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { importFiles, importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { dump } from '../exchange/world.js';
import { createTestDatabase } from '../support/database.js';

const filesOf = (folder: string): string[] => {
  const path = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  return readdirSync(path).filter((name) => name.endsWith('.jsonl')).sort().map((name) => path + name);
};

const open: Database[] = [];
const database = async (): Promise<Database> => {
  const db = await createTestDatabase();
  open.push(db);
  return db;
};
afterEach(async () => {
  for (const db of open.splice(0)) await db.close();
});

test('the seeds say nothing twice: what is exported of them is what they are, before and after the reform', { timeout: 120_000 }, async () => {
  const db = await database();
  let records = 0;
  for (const folder of ['seeds', 'seeds/reform-2025']) {
    const files = filesOf(folder);
    for (const file of files) records += readFileSync(file, 'utf8').split('\n').filter(Boolean).length;
    expect((await importFiles(db, files)).errors).toEqual([]);
    const whole = await dump(db);
    expect(whole.split('\n').filter(Boolean)).toHaveLength(records);
    // Imported once more, nothing changes.
    expect((await importFiles(db, files)).errors).toEqual([]);
    expect(await dump(db)).toBe(whole);
    const copy = await database();
    expect((await importRecords(copy, whole.split('\n').filter(Boolean))).errors).toEqual([]);
    expect(await dump(copy)).toBe(whole);
  }
});

test('of Hoằng Hóa alone, with all that it refers to', { timeout: 120_000 }, async () => {
  const db = await database();
  expect((await importFiles(db, filesOf('seeds'))).errors).toEqual([]);
  const part = await dump(db, { unit: 'D399' });
  const copy = await database();
  expect((await importRecords(copy, part.split('\n').filter(Boolean))).errors).toEqual([]);
  expect(await dump(copy, { unit: 'D399' })).toBe(part);
  expect(part).toContain('"code":"aw-hoang-hoa-176-letters"');
  expect(part).not.toContain('"code":"aw-hau-giang');
});
