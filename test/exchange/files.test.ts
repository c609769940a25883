import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles } from '../../src/exchange/import.service.js';
import { LONGEST_LINE } from '../../src/exchange/lines.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { dump, unit } from './world.js';

let db: Database;
const folder = mkdtempSync(join(tmpdir(), 'liendoan-exchange-'));
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
const line = (record: object) => JSON.stringify(record);
const errors = async (...files: string[]) =>
  (await importFiles(db, files)).errors.map(({ file: name, line: at, field, code }) => `${name.slice(folder.length + 1)}:${at} ${field} ${code}`);

test('a byte order mark, Windows line ends, blank lines and a missing last line end are fine', async () => {
  const windows = file('windows.jsonl', `\uFEFF${line(unit('N', null))}\r\n\r\n  \r\n${line(unit('P1', 'N'))}\r\n${line(unit('P2', 'N'))}`);
  const { created, errorCount } = await importFiles(db, [windows]);
  expect([created, errorCount]).toEqual([3, 0]);
});

test('a unit may refer to a file that comes later', async () => {
  const { created } = await importFiles(db, [file('b.jsonl', line(unit('G1', 'D1'))), file('a.jsonl', line(unit('D1', 'P1')))]);
  expect(created).toBe(2);
});

test('a line that is too long, or no UTF-8, is one error; the lines around it are read', async () => {
  const long = `{"type":"orgUnit","note":"${'x'.repeat(3 * LONGEST_LINE)}"}`;
  const mixed = file('mixed.jsonl', Buffer.concat([
    Buffer.from(`${line({ type: 'no' })}\n`), Buffer.from([0x22, 0xff, 0x22, 0x0a]), Buffer.from(`${long}\n${line({ type: 'no' })}\n${long}`),
  ]));
  expect(await errors(mixed)).toEqual(['mixed.jsonl:1 type UNKNOWN_TYPE', 'mixed.jsonl:2 null INVALID_UTF8', 'mixed.jsonl:3 null LINE_TOO_LONG', 'mixed.jsonl:4 type UNKNOWN_TYPE', 'mixed.jsonl:5 null LINE_TOO_LONG']);
});

test('a line a little longer than 1 MB is too long, one of almost 1 MB is not', async () => {
  const filled = (length: number) => `{"type":"${'x'.repeat(length - 11)}"}`;
  expect(await errors(file('long.jsonl', `${filled(LONGEST_LINE + 1)}\n${filled(LONGEST_LINE)}\n`))).toEqual(['long.jsonl:1 null LINE_TOO_LONG', 'long.jsonl:2 type UNKNOWN_TYPE']);
});

test('errors name their file, in the order in which the files were named', async () => {
  const second = file('1.jsonl', `\n${line(unit('G2', 'X'))}\n`);
  const first = file('2.jsonl', line({ type: 'no' }));
  expect(await errors(first, second)).toEqual(['2.jsonl:1 type UNKNOWN_TYPE', '1.jsonl:2 parent UNKNOWN_UNIT']);
});

test('what cannot be read is said before anything is done', async () => {
  await expect(importFiles(db, [join(folder, 'none.jsonl')])).rejects.toThrow(/Cannot read .*none.jsonl: there is no such file/);
  await expect(importFiles(db, [folder])).rejects.toThrow(/it is a folder/);
});

test('an empty file is no mistake', async () => {
  expect(await importFiles(db, [file('empty.jsonl', '')])).toMatchObject({ created: 0, unchanged: 0, errorCount: 0 });
});

test('progress goes through the stages to their ends', async () => {
  const seen = new Map<string, [number, number]>();
  await importFiles(db, [file('g.jsonl', line(unit('G9', 'D1')))], { progress: (stage, done, of) => seen.set(stage, [done, of]) });
  expect([...seen.keys()]).toEqual(['reading', 'checking', 'applying', 'totals']);
  for (const [done, of] of seen.values()) expect(done).toBe(of);
});

test('text is kept composed: what was typed as base letters and marks is found as one', async () => {
  const decomposed = 'Công đoàn Phúc Thọ'.normalize('NFD');
  await importFiles(db, [file('nfd.jsonl', line(unit('G10', 'D1', { name: decomposed })))]);
  expect(await dump(db, { unit: 'G10' })).toContain('"name":"Công đoàn Phúc Thọ"'.normalize('NFC'));
});
