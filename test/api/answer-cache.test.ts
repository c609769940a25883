import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ByteCache } from '../../src/shared/byte-cache.js';
import { appoint, Officers, TREE, type Done, type Figured } from '../results/world.js';
import { buildProgram, launch, type Running } from '../support/process.js';
import { startTestServer, type TestServer } from '../support/server.js';

const SEED = Number(process.env['CACHE_SEED'] ?? 11);
const STEPS = Number(process.env['CACHE_STEPS'] ?? 120);
const PROCESSES = 3;

/** Keeps no answers. */
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  await server.load(TREE);
  await appoint(server);
}, 60_000);
afterAll(() => server?.close());

const READERS = ['v-N', 'v-P1', 'v-P2', 'v-D1', 'v-G1', 'a-N', 'r-P1', 'm-D1', 'v-P1-too', 'v-moves'];
const UNITS = ['N', 'P1', 'P2', 'D1', 'D2', 'G1', 'G4'];
const CELL = 'result { value asOf origin } completionPercent coverage { expected reported }';
const DOCUMENTS = [
  `query ($code: String!) { orgUnit(code: $code) { code progress(campaign: "c", indicator: "i", asOf: "2022-12-31") { ${CELL} } } }`,
  `query ($code: String!) { orgUnit(code: $code) { name children { nodes { code name scorecard(campaign: "c", indicators: ["i", "i.valid"], asOf: "2022-12-31") { ${CELL} } } } } }`,
  'query ($code: String!) { orgUnit(code: $code) { name parent { code } ancestors { code } children { totalCount nodes { name children { nodes { code } } } } } }',
  'query ($code: String!) { orgUnits(where: { within: $code }) { totalCount nodes { code level } } campaign(code: "c") { name status } }',
  'query ($code: String!) { orgUnit(code: $code) { ranking(campaign: "c", indicator: "i", asOf: "2022-12-31", group: { children: true }) { ranked entries { nodes { place name value } } } } }',
  'query ($code: String!) { viewer { principal scopes { role orgUnit { code } } } orgUnit(code: $code) { name } }',
];

interface Read {
  readonly status: number;
  readonly body: { readonly data: unknown; readonly errors?: unknown };
  readonly etag: string | null;
}

async function read(url: string, as: string, query: string, variables: object): Promise<Read> {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${await server.tokenFor(as)}` }, body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Read['body'];
  return { status: response.status, body: { data, errors }, etag: response.headers.get('etag') };
}

describe('an answer that is kept', () => {
  let keeping: Awaited<ReturnType<TestServer['beside']>>;
  beforeAll(async () => {
    keeping = await server.beside({ compiledFrom: 1, answerCacheBytes: 2 ** 20 });
  });
  afterAll(() => keeping.close());

  /** How often the database was asked for more than where it stands. */
  const asked = async (as: string, query: string, variables: object): Promise<number> => {
    server.statements.length = 0;
    expect((await read(keeping.url, as, query, variables)).status).toBe(200);
    return server.statements.length;
  };

  /** Other databases of the server commit too, as other tests have it: then it is read anew. */
  const expectKept = (as: string, query: string, variables: object): Promise<void> => vi.waitFor(async () => expect(await asked(as, query, variables)).toBe(0), { timeout: 20_000, interval: 0 });

  test('is given again to whoever has the same reach, until something is committed', async () => {
    const [, query] = DOCUMENTS as [string, string];
    await server.grant('twin', 'VIEWER', 'P1');
    await asked('v-P1', query, { code: 'P1' });
    await asked('twin', query, { code: 'D1' });
    await asked('v-P1', query, { code: 'P1' });
    await expectKept('v-P1', query, { code: 'P1' });
    await expectKept('twin', query, { code: 'P1' });
    // Of another reach, of other variables, and after a commit of whatever kind.
    expect(await asked('v-N', query, { code: 'P1' })).toBeGreaterThan(0);
    expect(await asked('v-P1', query, { code: 'D2' })).toBeGreaterThan(0);
    await server.db.pool.query(`update org_unit set note = 'x' where code = 'G9'`);
    await expectKept('v-P1', query, { code: 'P1' });
    await server.db.pool.query(`update org_unit set note = 'x' where code = 'G1'`);
    expect(await asked('v-P1', query, { code: 'P1' })).toBeGreaterThan(0);
  });

  test('what is of the caller, or of the hour, is kept for nobody', async () => {
    for (const query of [DOCUMENTS[5]!, 'query ($code: String!) { orgUnit(code: $code) { progress(campaign: "c", indicator: "i", knownAt: "2024-01-01T00:00:00Z") { result { value } } } }']) {
      for (let time = 0; time < 3; time++) expect(await asked('v-P1', query, { code: 'P1' })).toBeGreaterThan(0);
    }
  });

  test('errors are not kept, and anonymous callers have no answers kept', async () => {
    const wrong = 'query ($code: String!) { orgUnit(code: $code) { children(first: 1000) { nodes { code } } } }';
    for (let time = 0; time < 2; time++) expect((await read(keeping.url, 'v-P1', wrong, { code: 'P1' })).body.errors).toBeDefined();
    const open = async (): Promise<Response> => fetch(new URL('/graphql', keeping.url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ orgUnit(code: "P1") { name } }' }) });
    for (let time = 0; time < 2; time++) expect((await open()).headers.get('etag')).toBeNull();
  });

  test('by GET it has an ETag, and 304 says that it stands', async () => {
    const address = new URL('/graphql', keeping.url);
    address.search = new URLSearchParams({ query: DOCUMENTS[0]!, variables: '{"code":"D1"}' }).toString();
    const get = async (as: string, etag?: string): Promise<Response> =>
      fetch(address, { headers: { authorization: `Bearer ${await server.tokenFor(as)}`, 'apollo-require-preflight': '1', ...(etag && { 'if-none-match': etag }) } });
    await get('v-P1');
    const first = await get('v-P1');
    const etag = first.headers.get('etag')!;
    expect([first.status, first.headers.get('cache-control'), etag]).toEqual([200, 'private, no-cache', expect.stringMatching(/^W\/"[\w-]{20,}"$/)]);
    expect(((await first.json()) as Read['body']).data).toEqual((await read(server.url, 'v-P1', DOCUMENTS[0]!, { code: 'D1' })).body.data);
    // It is of the bytes: commits that change nothing of them leave it.
    const again = await get('v-P1', etag);
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get('v-P1', 'W/"another"')).status).toBe(200);
    // Who has no right to it learns nothing by naming it.
    expect((await get('v-P2', etag)).status).toBe(200);
    const officers = new Officers(server);
    await officers.report('r-D1', 'a-P1', 'G3', 5, { asOf: '2022-03-31', coverage: 'OWN' });
    expect((await get('v-P1', etag)).status).toBe(200);
  });
});

test('what is kept is bounded in bytes: what was used longest ago goes first', () => {
  const cache = new ByteCache<{ bytes: Uint8Array }>(100_000);
  const entry = (size: number): { bytes: Uint8Array } => ({ bytes: new Uint8Array(size) });
  for (let i = 0; i < 50; i++) {
    cache.set(`n${i}`, entry(5_000));
    cache.get('n0');
    expect(cache.size).toBeLessThanOrEqual(100_000);
  }
  expect([cache.get('n0'), cache.get('n1'), cache.get('n49')].map((kept) => kept !== undefined)).toEqual([true, false, true]);
  cache.set('too large', entry(20_000));
  expect(cache.get('too large')).toBeUndefined();
  const size = cache.size;
  cache.set('n49', entry(10));
  expect(cache.size).toBe(size - 4_990);
});

describe(`${PROCESSES} server processes that keep answers`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'liendoan-cache-'));
  const processes: { readonly running: Running; readonly url: string }[] = [];
  beforeAll(async () => {
    buildProgram();
    const file = join(folder, 'jwks.json');
    writeFileSync(file, JSON.stringify(server.tokens.keys));
    const settings = {
      DATABASE_URL: server.api.url, PORT: '0', LIENDOAN_JWKS: file, LIENDOAN_JWT_ISSUER: server.tokens.issuer, LIENDOAN_JWT_AUDIENCE: server.tokens.audience,
    };
    for (let i = 0; i < PROCESSES; i++) {
      const running = launch(['start'], settings);
      processes.push({ running, url: (await running.says(/(http:\/\/127\.0\.0\.1:\d+)/))[1]! });
    }
  }, 120_000);
  afterAll(async () => {
    for (const { running } of processes) running.child.kill('SIGTERM');
    await Promise.all(processes.map(({ running }) => running.ended));
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  let state = SEED;
  const roll = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  const one = <T>(list: readonly T[]): T => list[roll(list.length)]!;

  /** Through one of the processes. */
  async function send(as: string, name: string, input: object): Promise<Done> {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const { body } = await read(one(processes).url, as, `mutation ($input: ${type}!) { ${name}(input: $input) { figure { id version } userErrors { code message } } }`, { input });
    if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
    return (body.data as Record<string, Done>)[name]!;
  }
  async function report(unit: string, value: number, asOf: string): Promise<void> {
    const named = ({ figure }: Done): object => ({ id: (figure as Figured).id, expectedVersion: (figure as Figured).version });
    const saved = await send('r-P1', 'saveResult', { unit, campaign: 'c', indicator: 'i', coverage: 'OWN', asOf, value });
    const submitted = await send('r-P1', 'submitResult', { ...named(saved), acknowledge: ['RESULT_FALLS', 'FAR_ABOVE_TARGET', 'BELOW_DETAIL', 'BEFORE_DETAIL', 'BELOW_LATER_STAGE', 'AFTER_END'] });
    const approved = await send('a-N', 'approveResult', named(submitted));
    expect([saved, submitted, approved].flatMap(({ userErrors }) => userErrors)).toEqual([]);
  }

  /** Things that are committed: a result, a grant given or taken back, a unit that moves or is renamed. */
  async function write(step: number): Promise<void> {
    const what = roll(6);
    if (what < 3) return report(one(['G1', 'G2', 'G3', 'G4']), roll(1000), `2022-${String(1 + (step % 12)).padStart(2, '0')}-${String(1 + (Math.floor(step / 12) % 28)).padStart(2, '0')}`);
    if (what === 3) return server.load([{ type: 'orgUnit', code: 'G1', name: `Đơn vị ${step}`, level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D1', validFrom: '2000-01-01', corrects: true }]);
    const { rowCount } = await server.db.pool.query(`update role_grant set revoked_at = now(), revoked_by = 'test' where principal = 'v-moves' and revoked_at is null`);
    if (rowCount === 0) await server.grant('v-moves', 'VIEWER', one(UNITS));
  }

  test(`${STEPS} random writes and reads by random callers: each answer is the one that is not kept`, { timeout: 300_000 }, async () => {
    await server.grant('v-P1-too', 'VIEWER', 'P1');
    let kept = 0;
    for (let step = 0; step < STEPS; step++) {
      if (step % 4 === 3) await write(step);
      // Several ask the same of one process.
      const [query, code, { url }] = [one(DOCUMENTS), one(UNITS), one(processes)];
      for (const as of [one(READERS), one(READERS), one(READERS), one(READERS)]) {
        const [plain, answer] = [await read(server.url, as, query, { code }), await read(url, as, query, { code })];
        expect(answer.body, `step ${step}: ${as} asks ${query} of ${code}`).toEqual(plain.body);
        if (answer.etag !== null) kept += 1;
      }
    }
    expect(kept).toBeGreaterThan(STEPS);
  });

  test('while results are approved, nobody is shown less than was approved before they asked', { timeout: 300_000 }, async () => {
    // Of a month of its own; each report adds to the last.
    const query = `query ($code: String!) { orgUnit(code: $code) { progress(campaign: "c", indicator: "i.uploaded", asOf: "2022-12-31") { result { value } } } }`;
    // Several of each reach: a caller has so many requests a minute.
    for (let i = 0; i < 20; i++) for (const unit of ['N', 'P1', 'D2']) await server.grant(`w-${unit}-${i}`, 'VIEWER', unit);
    let [approved, begun, done] = [0, 0, false];
    const writing = (async () => {
      const named = ({ figure }: Done): object => ({ id: (figure as Figured).id, expectedVersion: (figure as Figured).version });
      for (let day = 1; day <= 20; day++) {
        const saved = await send('r-P1', 'saveResult', { unit: 'G4', campaign: 'c', indicator: 'i.uploaded', coverage: 'OWN', asOf: `2022-10-${String(day).padStart(2, '0')}`, value: day });
        const submitted = await send('r-P1', 'submitResult', { ...named(saved), acknowledge: ['FAR_ABOVE_TARGET', 'BELOW_LATER_STAGE'] });
        begun = day;
        const { userErrors } = await send('a-N', 'approveResult', named(submitted));
        expect(userErrors).toEqual([]);
        approved = day;
      }
      done = true;
    })();
    let [reads, moved] = [0, 0];
    const reading = Array.from({ length: 6 }, async (_, i) => {
      let last = 0;
      while (!done) {
        const least = approved;
        const unit = ['N', 'P1', 'D2'][i % 3]!;
        const { body } = await read(processes[reads % PROCESSES]!.url, `w-${unit}-${reads % 20}`, query, { code: unit });
        const value = (body.data as { orgUnit: { progress: { result: { value: number } | null } } }).orgUnit.progress.result?.value ?? 0;
        expect(value).toBeGreaterThanOrEqual(least);
        expect(value).toBeLessThanOrEqual(begun);
        reads += 1;
        if (value !== last) moved += 1;
        last = value;
      }
    });
    await Promise.all([writing, ...reading]);
    expect(reads).toBeGreaterThan(20);
    expect(moved).toBeGreaterThan(6);
  });
});
