import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { README, readFacts, readSeeds, withTables } from './table.js';

const seeds = readSeeds();
const facts = readFacts(seeds);

test('the tables of seeds/README.md are up to date (npm run seeds:table)', () => {
  const readme = readFileSync(README, 'utf8');
  expect(withTables(readme)).toBe(readme);
});

test('all 173 facts of the five articles are there, each with its claim and with the queries that ask for it', () => {
  const perArticle = { S0: 29, S1: 23, S2: 48, S3: 31, S4: 42 };
  const expected = Object.entries(perArticle).flatMap(([article, count]) => Array.from({ length: count }, (_, i) => `${article}-${String(i + 1).padStart(2, '0')}`));
  expect(facts.map(({ id }) => id)).toEqual(expected);
  const known = (queries: readonly string[]): boolean => queries.length > 0 && queries.every((query) => /^Q(0[1-9]|1\d|2[0-5])$/.test(query));
  expect(facts.filter(({ queries }) => !known(queries))).toEqual([]);
});

test('every fact but two is held by a record other than its claim', () => {
  // Some units above 300 and 400 %, and a benefit without a number: nothing else could say so without inventing.
  expect(facts.filter(({ records }) => records.length === 0).map(({ id }) => id)).toEqual(['S0-19', 'S4-39']);
});

test('no claim repeats the words of an article', () => {
  expect(seeds.filter(({ type, body }) => type === 'claim' && body.quote !== undefined)).toEqual([]);
});
