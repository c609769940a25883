import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';
import { bruteForce, wordsOf, type Thing } from './brute-force.js';

const LEVELS = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS'] as const;
const KINDS = ['CONFEDERATION', 'PROVINCIAL_FEDERATION', 'DISTRICT_FEDERATION', 'GRASSROOTS_UNION'] as const;
/** Few words, so that many names have the same, some of them all. */
const WORDS = ['Công', 'đoàn', 'cơ', 'sở', 'Phúc', 'Thọ', 'Hoà', 'hóa', 'Xã', 'co', 'P1', 'G1', '1'] as const;
const GLUE = [' ', ' ', ' ', ' – ', ', ', '-'] as const;

interface Named extends Thing {
  readonly unit: number;
  readonly path: readonly number[];
}
interface World {
  readonly units: readonly Named[];
  readonly things: readonly Named[];
  readonly records: readonly object[];
  readonly published: readonly number[];
}

const name = fc.array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...GLUE)), { minLength: 1, maxLength: 5 }).map((words) => words.flat().slice(0, -1).join(''));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 });

/** The root, 3 provinces, 9 districts, and unions; campaigns and people of some. */
const world: fc.Arbitrary<World> = fc
  .tuple(
    fc.array(fc.record({ name, nameEn: maybe(name), aliases: fc.array(name, { maxLength: 2 }), above: fc.nat() }), { minLength: 40, maxLength: 70 }),
    fc.array(fc.record({ name, nameEn: maybe(name), aliases: fc.array(name, { maxLength: 1 }), unit: fc.nat(), isPerson: fc.boolean() }), { minLength: 5, maxLength: 15 }),
    fc.array(fc.nat(), { maxLength: 4 }),
  )
  .map(([named, others, published]) => {
    const units: Named[] = [];
    const records: object[] = [];
    for (const [i, { name, nameEn, aliases, above }] of named.entries()) {
      const rank = i === 0 ? 0 : i < 4 ? 1 : i < 13 ? 2 : 3;
      const parent = rank === 0 ? undefined : units[rank === 1 ? 0 : rank === 2 ? 1 + (above % 3) : 4 + (above % 9)]!;
      const code = `${'NPDG'[rank]}${i}`;
      units.push({ kind: 'UNIT', code, name, others: [nameEn, ...aliases], level: LEVELS[rank]!, unit: i, path: [...(parent?.path ?? []), i] });
      records.push({ type: 'orgUnit', code, name, ...(nameEn === null ? {} : { nameEn }), aliases: [...new Set(aliases)], level: LEVELS[rank], kind: KINDS[rank], parent: parent?.code ?? null, validFrom: '2000-01-01' });
    }
    const things = others.map(({ name, nameEn, aliases, unit, isPerson }, i): Named => {
      const of = units[unit % units.length]!;
      const code = `t-${i}`;
      records.push(
        isPerson
          ? { type: 'person', code, unit: of.code, name, ...(nameEn === null ? {} : { nameAsPrinted: nameEn }) }
          : { type: 'campaign', code, name, ...(nameEn === null ? {} : { nameEn }), aliases, campaignKind: 'MOVEMENT', launchedBy: of.code, startsOn: '2024-01-01' },
      );
      return { kind: isPerson ? 'PERSON' : 'CAMPAIGN', code, name, others: isPerson ? [nameEn] : [nameEn, ...aliases], unit: of.unit, path: of.path };
    });
    return { units, things, records, published: [...new Set(published.map((one) => one % units.length))] };
  });

interface Asked {
  readonly text: string;
  readonly first: number;
  readonly within: number | null;
  readonly kinds: readonly string[] | null;
}
const asked: fc.Arbitrary<Asked> = fc.record({
  text: fc.oneof(
    fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom('c', 'h', 'pHuC', 'tho', 'doan', 'xyz', 'd', 'n', 't')), { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
    name,
    fc.nat(70).map((i) => `G${i}`),
  ),
  first: fc.integer({ min: 1, max: 9 }),
  within: fc.option(fc.nat(), { freq: 4 }),
  kinds: fc.option(fc.subarray(['UNIT', 'CAMPAIGN', 'PERSON']), { freq: 4 }),
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false, now: new Date('2026-03-01T03:00:00Z') });
});
afterAll(() => server?.close());

/** Puts a world in the place of the one before. */
async function settle({ units, records, published }: World): Promise<void> {
  const { rows } = await server.db.pool.query<{ tables: string }>(
    `select string_agg(relname, ', ') as tables from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not in ('schema_migration', 'node_id_key')`,
  );
  await server.db.pool.query(`truncate ${rows[0]!.tables} restart identity cascade`);
  await server.load([...records, { type: 'indicator', code: 'i', name: 'Số', unitOfMeasure: 'cái', aggregation: 'SUM' }]);
  for (const [who, i] of CALLERS) if (i !== null) await server.grant(who, 'VIEWER', units[i]!.code);
  await server.db.pool.query(
    `insert into publication (unit_id, path, campaign_id, indicator_id, measure, as_of, audience, value, qualifier, origin, complete, moved_on)
     select u.id, u.path, (select min(id) from campaign), (select min(id) from indicator), 'RESULT', '2022-01-01', 'PUBLIC', 1, 'EXACT', 'STATED', true, '2022-01-01'
     from org_unit u where code = any ($1) and exists (select from campaign)`,
    [published.map((i) => units[i]!.code)],
  );
}

const CALLERS: readonly (readonly [string, number | null])[] = [['national', 0], ['province', 1], ['district', 5], ['union', 20], ['anonymous', null]];

/** By docs/access.md. */
function seenBy({ units, things, published }: World, granted: number | null): Named[] {
  const isIn = (path: readonly number[]): boolean => granted !== null && path.includes(granted);
  const line = granted === null ? [] : units[granted]!.path.slice(0, -1);
  const shown = things.some(({ kind }) => kind === 'CAMPAIGN') ? published : [];
  const firstCampaign = things.find(({ kind }) => kind === 'CAMPAIGN');
  const seen = units.filter(({ unit, path }) => isIn(path) || line.includes(unit) || shown.includes(unit));
  return [
    ...seen,
    ...things
      .filter((thing) => isIn(thing.path) || (thing.kind === 'CAMPAIGN' && (line.includes(thing.unit) || (shown.length > 0 && thing === firstCampaign))))
      .map((thing) => (thing.kind === 'CAMPAIGN' && seen.includes(units[thing.unit]!) ? { ...thing, level: units[thing.unit]!.level! } : thing)),
  ];
}

const QUERY = `query ($text: String!, $in: [SearchKind!], $first: Int, $after: String, $within: String) {
  search(text: $text, in: $in, first: $first, after: $after, within: $within) {
    nodes { kind score matched thing { ... on OrgUnit { code } ... on Campaign { code } ... on Person { code } } } totalCount pageInfo { hasNextPage endCursor }
  }
}`;

async function expectAsGoneThrough(world: World, { text, first, within, kinds }: Asked): Promise<void> {
  const top = within === null ? null : world.units[within % world.units.length]!;
  for (const [who, granted] of CALLERS) {
    const seen = seenBy(world, granted);
    const among = seen.filter(({ kind, path }) => (kinds === null || kinds.includes(kind)) && (top === null || (seen.includes(top) && path.includes(top.unit))));
    const expected = bruteForce(among, text).map(({ thing: { kind, code }, score, matched }) => ({ kind, score, matched, thing: { code } }));
    const as = granted === null ? null : await server.tokenFor(who);
    const found: unknown[] = [];
    let after: string | null = null;
    do {
      const { data, errors } = await server.query(QUERY, { text, first, after, in: kinds, within: top?.code ?? null }, { as });
      expect(errors).toBeUndefined();
      found.push(...data.search.nodes);
      expect(data.search.totalCount).toBe(expected.length);
      after = data.search.pageInfo.hasNextPage ? data.search.pageInfo.endCursor : null;
      // The first pages, and the end of short lists.
    } while (after !== null && found.length < 40);
    expect(found, `${who} looks for "${text}"`).toEqual(expected.slice(0, after === null ? undefined : found.length));
  }
}

const SIGNATURE = 'search_units(text, ltree, int, int, int, text, int)';
/** Small worlds go the ways of the nation's where the limits are small. */
async function limits(values: Readonly<Record<string, number>>): Promise<void> {
  const { rows } = await server.db.pool.query<{ text: string }>(`select pg_get_functiondef('${SIGNATURE}'::regprocedure) as text`);
  let { text } = rows[0]!;
  for (const [limit, value] of Object.entries(values)) {
    const changed = text.replace(new RegExp(`(${limit} constant int := )\\d+`), `$1${value}`);
    expect(changed).toContain(`${limit} constant int := ${value};`);
    text = changed;
  }
  await server.db.pool.query(text);
}

describe('a search answers what going through everything would', () => {
  test.each([
    ['a small world', {}],
    ['units that are many: a walk that ends soon', { most_fitting: 3, most_within: 4, most_begun: 3, most_walked: 6 }],
    ['units that are many: a walk as long as need be', { most_fitting: 1, most_within: 2, most_begun: 5, most_walked: 1000 }],
    ['names that begin alike are many', { most_fitting: 0, most_within: 1, most_begun: 1, most_walked: 1000 }],
  ])('%s', { timeout: 240_000 }, async (_, small) => {
    await limits({ most_fitting: 4000, most_within: 5000, most_begun: 1000, most_walked: 200_000, ...small });
    await fc.assert(
      fc.asyncProperty(world, fc.array(asked, { minLength: 10, maxLength: 10 }), async (world, questions) => {
        await settle(world);
        // What is seen outside the scope is found among the first.
        const outside = [0, ...world.published].map((i): Asked => ({ text: wordsOf(world.units[i]!.name).at(-1)!, first: 1, within: null, kinds: ['UNIT'] }));
        const tails = world.units.slice(-3).map(({ name }): Asked => ({ text: wordsOf(name).slice(-2).join(' '), first: 3, within: null, kinds: null }));
        for (const question of [...outside, ...tails, ...questions]) await expectAsGoneThrough(world, question);
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 3), seed: Number(process.env['FC_SEED'] ?? 20_261_122), endOnFailure: true },
    );
  });
});
