import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLASS_LIMITS, DOCUMENT_LIMITS, MOST_ANSWER_MS, MOST_BODY_BYTES } from '../../src/access/limits.js';
import { LIVE_SETTINGS } from '../../src/live/limits.js';
import { MOST_ENTRIES } from '../../src/shared/response-size.js';

/** The rows of the tables of the section on limits, without their heads. */
const section = /\n## Limits\n(.*?)\n## /s.exec(readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8'))![1]!;
const tables = section.split(/\n\n/).filter((part) => part.startsWith('|'));
const rows = (table: string): string[][] =>
  table
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
const grouped = (value: number): string => value.toLocaleString('en-US');

test('the manual has the limits of each class of caller', () => {
  expect(rows(tables[0]!)).toEqual(Object.entries(CLASS_LIMITS).map(([name, { points, requests }]) => [name, grouped(points), grouped(requests)]));
});

test('the manual has the limits of a document', () => {
  const { tokens, depth, aliases, directives, selections } = DOCUMENT_LIMITS;
  const most = [`${grouped(MOST_BODY_BYTES)} bytes`, '1', ...[tokens, depth, aliases, directives, selections, MOST_ENTRIES].map(grouped), `${MOST_ANSWER_MS / 1000} s`];
  expect(rows(tables[1]!).map(([, limit]) => limit)).toEqual(most);
});

test('the manual has the limits of subscriptions', () => {
  const manual = /\n## Limits\n(.*?)\n## /s.exec(readFileSync(new URL('../../docs/live.md', import.meta.url), 'utf8'))![1]!;
  const { perCaller, perProcess, unnamed, initMs, messages, pingMs, writeMs } = LIVE_SETTINGS;
  const table = rows(manual.split(/\n\n/).find((part) => part.startsWith('|'))!);
  const seconds = (ms: number): string => `${ms / 1000} s`;
  expect(table.map(([, limit]) => limit)).toEqual([
    grouped(perCaller), grouped(perProcess), grouped(unnamed), seconds(initMs), `${grouped(MOST_BODY_BYTES)} bytes`, grouped(messages), seconds(pingMs), seconds(2 * pingMs), seconds(writeMs),
  ]);
});
