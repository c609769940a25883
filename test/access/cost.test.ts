import fc from 'fast-check';
import { buildSchema as fromSdl, getIntrospectionQuery, getOperationAST, isObjectType, parse, type DocumentNode } from 'graphql';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { networkOf } from '../../src/access/allowance.service.js';
import { PRICED_FIELDS } from '../../src/access/cost.rules.js';
import { CostMeter } from '../../src/access/cost.service.js';
import { CLASS_LIMITS, DOCUMENT_LIMITS } from '../../src/access/limits.js';
import { pointsOf } from '../../src/analytics/series.rules.js';
import { examples } from '../../src/explorer/examples.js';

const schema = fromSdl(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
const meter = new CostMeter(schema);
const priceOf = (document: DocumentNode, variables: Record<string, unknown> = {}, name?: string): number =>
  meter.of(document, getOperationAST(document, name)!, variables);
const price = (text: string, variables?: Record<string, unknown>): number => priceOf(parse(text), variables);

describe('what a query costs', () => {
  test.each([
    ['nothing but names of types', '{ __typename }', 1],
    ['a unit', '{ orgUnit(code: "D272") { code name aliases level } }', 1],
    ['a unit and its parent', '{ orgUnit(code: "D272") { parent { code } } }', 2],
    ['what a node may be at most', '{ node(id: "x") { id ... on OrgUnit { parent { code } } ... on Campaign { launchedBy { code } } } }', 2],
    ['a page of 20', '{ orgUnits { nodes { code } } }', 22],
    ['a page with its count and cursors', '{ orgUnits { totalCount pageInfo { endCursor } edges { cursor node { code } } } }', 22],
    ['a page of 100, each with its parent', '{ orgUnits(first: 100) { nodes { parent { code } } } }', 202],
    ['a page that is refused for its length, as one of 100', '{ orgUnits(first: 2147483647) { nodes { code } } }', 102],
    ['a page that is refused for being less than none, likewise', '{ orgUnits(first: -1) { nodes { code } } }', 102],
    ['pages of pages', '{ orgUnits(first: 10) { nodes { children(first: 5) { nodes { code } } } } }', 2 + 10 * (1 + 2 + 5)],
    ['a list without pages', '{ orgUnit(code: "D272") { ancestors { code } } }', 1 + 2 + 4],
    ['a scorecard of three', '{ orgUnit(code: "D272") { scorecard(campaign: "c", indicators: ["a", "b", "c"]) { result { value } detail } } }', 1 + 2 + 3 * (1 + 1 + 1)],
    ['a value that is computed', '{ orgUnit(code: "D272") { progress(campaign: "c", indicator: "a") { completionPercent asOf } } }', 3],
    ['what is looked for among many units', '{ viewer { tasks { nodes { kind } } } }', 1 + 20 + 2 + 20],
    ['a mutation, and what is asked of its payload', 'mutation { revokeGrant(input: { id: "x" }) { grant { id } } }', 101],
    ['each of several mutations', 'mutation { __typename a: revokeGrant(input: { id: "x" }) { __typename } b: revokeGrant(input: { id: "y" }) { __typename } }', 200],
    ['what is skipped', '{ orgUnit(code: "D272") { parent @skip(if: true) { code } successor @include(if: false) { code } } }', 1],
  ])('%s: %s', (_, text, points) => {
    expect(price(text)).toBe(points);
  });

  test('goes by the variables', () => {
    const document = parse(`query ($first: Int = 5, $with: Boolean = true, $codes: [String!] = ["a"]) {
      orgUnits(first: $first) { nodes { scorecard(campaign: "c", indicators: $codes) @include(if: $with) { asOf } } }
    }`);
    const each = (codes: number): number => 1 + 2 + codes;
    for (let round = 0; round < 2; round++) {
      expect(priceOf(document)).toBe(2 + 5 * each(1));
      expect(priceOf(document, { first: 10 })).toBe(2 + 10 * each(1));
      expect(priceOf(document, { first: null })).toBe(2 + 20 * each(1));
      expect(priceOf(document, { codes: ['a', 'b', 'c'] })).toBe(2 + 5 * each(3));
      expect(priceOf(document, { codes: [] })).toBe(2 + 5 * each(0));
      expect(priceOf(document, { with: false })).toBe(2 + 5);
      expect(priceOf(document, { first: 'many' })).toBe(1);
    }
  });

  test.each([['DAY', 400], ['CHANGE', 100], ['MONTH', 60], ['QUARTER', 20], ['YEAR', 10]])('a series has an entry for each %s, and is priced so: %i', (every, entries) => {
    const document = parse(`query ($every: SeriesStep) { orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: $every) { breakdown(by: LEVEL) { parts(first: 1) { nodes { key } } } } } }`);
    const each = 1 + (21 + 3);
    expect(price(`{ orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: ${every}) { asOf } } }`)).toBe(1 + 2 + entries);
    for (const other of ['DAY', 'YEAR', null, undefined, 'x'.repeat(100)]) priceOf(document, { every: other });
    for (let round = 0; round < 2; round++) expect(priceOf(document, { every })).toBe(1 + 2 + entries * each);
    for (const unsaid of [{}, { every: null }]) expect(priceOf(document, unsaid)).toBe(1 + 2 + 60 * each);
  });

  test('what is asked as it was known at a moment is priced five times, given or by a variable', () => {
    const document = parse(`query ($knownAt: DateTime) { orgUnit(code: "D272") { progress(campaign: "c", indicator: "i", knownAt: $knownAt) { breakdown(by: LEVEL) { parts(first: 1) { nodes { key } } } } } }`);
    for (let round = 0; round < 2; round++) {
      expect(priceOf(document)).toBe(1 + 1 + 24);
      expect(priceOf(document, { knownAt: null })).toBe(1 + 1 + 24);
      expect(priceOf(document, { knownAt: '2024-01-01T00:00:00Z' })).toBe(1 + 1 + 5 * 24);
    }
    expect(price(`{ orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: YEAR, knownAt: "2024-01-01T00:00:00Z") { result { value } } } }`)).toBe(1 + 2 + 10 * (1 + 5));
  });

  test('a series from a day on is priced for no fewer entries than it has, and not for many more', () => {
    const steps = ['DAY', 'MONTH', 'QUARTER', 'YEAR'] as const;
    const day = (n: number): string => new Date(Date.UTC(1600, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
    const arbitrary = fc.record({ every: fc.constantFrom(...steps), from: fc.nat(155_000), days: fc.oneof(fc.nat(800), fc.nat(150_000)) });
    fc.assert(
      fc.property(arbitrary, ({ every, from, days }) => {
        const entries = Math.min(400, pointsOf(day(from), day(from + days), every).length);
        const priced = price(`{ orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: ${every}, from: "${day(from)}", to: "${day(from + days)}") { asOf } } }`) - 3;
        expect(priced).toBeGreaterThanOrEqual(entries);
        expect(priced).toBeLessThanOrEqual(entries * 1.02 + 3);
      }),
    );
    expect(price('{ orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: YEAR, from: "1630-01-01", to: "2022-12-31") { asOf } } }')).toBeGreaterThan(390);
    expect(price('{ orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: DAY, from: "2000-01-01") { asOf } } }')).toBe(403);
    expect(price('{ orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: CHANGE, from: "2000-01-01", to: "2020-01-01") { asOf } } }')).toBe(103);
    const document = parse('query ($from: Date, $to: Date) { orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: DAY, from: $from, to: $to) { asOf } } }');
    for (const [to, entries] of [['2022-01-10', 11], ['2022-12-31', 366], ['2022-01-10', 11], ['2030-01-01', 400]] as const) expect(priceOf(document, { from: '2022-01-01', to })).toBe(3 + entries);
    for (const nonsense of ['"nonsense"', '"2022-13-45"']) expect(price(`{ orgUnit(code: "D272") { series(campaign: "c", indicator: "i", every: DAY, from: ${nonsense}, to: "2022-01-01") { asOf } } }`)).toBe(403);
  });

  test('a search costs more than a page of what is there', () => {
    expect(price('{ search(text: "a", first: 1) { nodes { kind } } }')).toBe(20 + 2 + 1);
    expect(price('{ search(text: "a", first: 0) { totalCount } }')).toBe(20 + 2);
  });

  test('is the same however often it is asked, and whatever was asked before', () => {
    const document = parse('query A($n: Int) { orgUnits(first: $n) { nodes { code } } } query B($n: Int) { campaigns(first: $n) { nodes { launchedBy { code } } } }');
    const asked = fc.record({ name: fc.constantFrom('A', 'B'), n: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(null), fc.constant(undefined)) });
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 60 }), (requests) => {
        for (const { name, n } of requests) expect(priceOf(document, { n }, name)).toBe(2 + (n ?? 20) * (name === 'A' ? 1 : 2));
      }),
    );
  });

  test('fragments written out beyond measure are refused, not added up', () => {
    const levels = Array.from({ length: 40 }, (_, i) => `fragment f${i} on OrgUnit { parent { ...f${i + 1} } successor { ...f${i + 1} } }`);
    const bomb = parse(`{ orgUnit(code: "x") { ...f0 } } ${levels.join(' ')} fragment f40 on OrgUnit { code }`);
    expect(() => priceOf(bomb)).toThrow(expect.objectContaining({ extensions: expect.objectContaining({ code: 'QUERY_TOO_LARGE', limit: DOCUMENT_LIMITS.selections }) }));
  });

  test.each(examples.map((example) => [example.title, example] as const))('a ready query is cheap for any caller: %s', (_, { query, variables }) => {
    expect(price(query, variables)).toBeLessThan(CLASS_LIMITS.ANONYMOUS.points / 4);
  });

  test('introspection is cheap for any caller, and has its price', () => {
    const full = price(getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, inputValueDeprecation: true }));
    expect(full).toBeLessThan(CLASS_LIMITS.ANONYMOUS.points / 20);
    expect(full).toBeGreaterThan(10);
  });

  test('the dashboard of a province with 30 districts can be loaded every five seconds', () => {
    const dashboard = `{ orgUnit(code: "P01") { children(first: 30) { nodes { code name scorecard(campaign: "c", indicators: ["a", "b", "c", "d", "e"]) {
      indicator { code name } result { value origin } target { value } completionPercent coverage { expected reported } } } } } }`;
    expect(price(dashboard) * 12).toBeLessThan(CLASS_LIMITS.MEMBER.points);
  });

  test('every field that the tables price is in the schema', () => {
    const known = Object.values(schema.getTypeMap()).flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : []));
    expect(known).toEqual(expect.arrayContaining([...PRICED_FIELDS]));
  });
});

describe('anonymous callers are told apart by network', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
