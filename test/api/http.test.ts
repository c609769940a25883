import { auditServer } from 'graphql-http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server?.close());

const post = async (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL('/graphql', server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await server.everything()), ...headers },
    body,
  });

describe('GraphQL over HTTP', () => {
  test('the audit of graphql-http shows no error', async () => {
    const results = await auditServer({ url: new URL('/graphql', server.url).href });
    expect(results.filter(({ status }) => status === 'error')).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  });

  test('introspection is on', async () => {
    const { data } = await server.query('{ __schema { queryType { name } } __type(name: "OrgUnit") { description } }');
    expect(data.__schema.queryType.name).toBe('Query');
    expect(data.__type.description).toContain('trade union');
  });

  test('the SDL is there to be fetched', async () => {
    const answer = await fetch(new URL('/schema.graphql', server.url));
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toContain('type OrgUnit implements Node');
  });

  test('a query that reads nothing takes no connection', async () => {
    server.statements.length = 0;
    await server.query('{ viewer { principal } __typename }');
    expect(server.statements).toEqual([]);
  });

  test('a form of another site cannot send a query', async () => {
    const answer = await fetch(new URL('/graphql?query={__typename}', server.url));
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code).toBe('BAD_REQUEST');
  });

  test('several operations in one body are refused', async () => {
    const answer = await post('[{"query":"{__typename}"},{"query":"{__typename}"}]');
    expect(answer.status).toBe(400);
  });
});

describe('errors', () => {
  const codeOf = async (answer: Response): Promise<unknown> => {
    const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
    return errors.map(({ extensions }) => extensions.code);
  };

  test('each kind of unreadable request has its code', async () => {
    expect(await codeOf(await post('{"query":"{"}'))).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(await codeOf(await post('{"query":"{ nothing }"}'))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(await codeOf(await post('{"query":"query A { __typename } query B { __typename }"}'))).toEqual(['OPERATION_RESOLUTION_FAILURE']);
    expect(await codeOf(await post('{}'))).toEqual(['BAD_REQUEST']);
    expect(await codeOf(await post('{"query":'))).toEqual(['BAD_REQUEST']);
    expect(await codeOf(await post('x', { 'content-type': 'text/plain' }))).toEqual(['BAD_REQUEST']);
    expect(await codeOf(await post(JSON.stringify({ query: `{ orgUnit(code: "${'x'.repeat(1_100_000)}") { code } }` })))).toEqual(['BAD_REQUEST']);
  });

  test('a variable of the wrong type is BAD_USER_INPUT', async () => {
    const { status, errors } = await server.query('query ($code: String!) { orgUnit(code: $code) { code } }', { code: 1 });
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each([
    ['parent(asOf: "2022-02-30") { code }', ['u', 'x']],
    ['ancestors(asOf: "31.5.2022") { code }', ['u', 'x']],
    ['children(asOf: 20220531) { nodes { code } }', ['u', 'x']],
    ['progress(campaign: "a", indicator: "b", asOf: "yesterday") { asOf }', ['u', 'x']],
    ['scorecard(campaign: "a", indicators: ["b"], asOf: "2022-13-01") { asOf }', ['u', 'x']],
    ['results(where: { from: "0000-01-01" }) { nodes { value } }', ['u', 'x']],
    ['targets(where: { to: "" }) { nodes { value } }', ['u', 'x']],
    ['children(after: "D272") { nodes { code } }', ['u', 'x']],
    ['children(first: 101) { nodes { code } }', ['u', 'x']],
    ['campaigns(first: -1) { nodes { code } }', ['u', 'x']],
  ])('malformed input is BAD_USER_INPUT with the path, as a literal: %s', async (field, path) => {
    const { status, data, errors } = await server.query(`{ u: orgUnit(code: "D272") { code x: ${field} } }`);
    expect(status).toBe(200);
    expect(errors).toHaveLength(1);
    expect(errors).toMatchObject([{ path, extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(data.u?.x ?? null).toBeNull();
  });

  test('and the same as a variable', async () => {
    for (const day of ['2022-02-30', 7, true, ['2022-01-01'], {}, '2022-01-01T00:00:00Z']) {
      const { errors } = await server.query('query ($day: Date) { orgUnit(code: "D272") { parent(asOf: $day) { code } } }', { day });
      expect(errors).toMatchObject([{ path: ['orgUnit', 'parent'], extensions: { code: 'BAD_USER_INPUT', argument: 'asOf' } }]);
    }
    const { errors } = await server.query('query ($day: Date) { campaigns(where: { activeOn: $day }) { nodes { code } } }', { day: 'today' });
    expect(errors).toMatchObject([{ path: ['campaigns'], extensions: { code: 'BAD_USER_INPUT', argument: 'where.activeOn' } }]);
  });

  test('unknown codes answer null or an empty list, whatever they are made of', async () => {
    for (const code of ['D000', '', 'không có', "'; drop table figure; --", '\0', 'a\u0000b', '\ud800', 'x'.repeat(5000)]) {
      const { data, errors } = await server.query(
        `query ($code: String!) {
          orgUnit(code: $code) { code } campaign(code: $code) { code } indicator(code: $code) { code }
          orgUnits(where: { within: $code }) { totalCount nodes { code } }
          campaigns(where: { launchedBy: $code, implements: $code }) { totalCount nodes { code } }
          known: orgUnit(code: "D272") {
            a: progress(campaign: $code, indicator: "initiatives") { asOf }
            b: progress(campaign: "1m-initiatives", indicator: $code) { asOf }
            c: progress(campaign: "1m-initiatives", indicator: "initiatives", phase: $code) { asOf }
            scorecard(campaign: "1m-initiatives", indicators: ["initiatives", $code]) { asOf }
            results(where: { campaign: $code, indicator: $code, phase: $code }) { totalCount nodes { value } }
            norms(where: { campaign: $code }) { totalCount }
          }
        }`,
        { code },
      );
      expect(errors).toBeUndefined();
      const empty = { totalCount: 0, nodes: [] };
      expect(data).toMatchObject({ orgUnit: null, campaign: null, indicator: null, orgUnits: empty, campaigns: empty });
      expect(data.known).toMatchObject({ a: null, b: null, c: null, scorecard: [{}, null], results: empty, norms: { totalCount: 0 } });
    }
  });

  describe('of the server', () => {
    afterEach(() => server.db.pool.query('alter table if exists hidden_away rename to campaign_link'));

    test('tell no SQL and no stack, have one code, and name the request', async () => {
      await server.db.pool.query('alter table campaign_link rename to hidden_away');
      const answer = await post('{"query":"{ campaign(code: \\"1m-initiatives\\") { code linkedCampaigns { code } } viewer { principal } }"}');
      const text = await answer.text();
      expect(text).not.toMatch(/campaign_link|relation|select|at \w+ \(|node_modules|\.ts|42P01/i);
      const requestId = answer.headers.get('x-request-id');
      expect(JSON.parse(text)).toMatchObject({
        errors: [{ path: ['campaign', 'linkedCampaigns'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }],
      });
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    });

    test('do not outlive their request', async () => {
      const { errors } = await server.query('{ campaign(code: "1m-initiatives") { linkedCampaigns { code } } }');
      expect(errors).toBeUndefined();
    });
  });
});

describe('one answer, one snapshot', () => {
  test('what is written while a request runs shows in the next one only', async () => {
    const { createContext } = await import('../../src/context.js');
    const log = { error: () => {} } as never;
    const context = createContext({ pool: server.db.pool, orm: server.db.orm, now: new Date('2026-01-01T00:00:00Z'), requestId: 'r', log });
    const before = await context.orgUnits.byCode('D272');
    await server.db.pool.query(`update org_unit set note = 'changed' where code = 'D272'`);
    expect(await context.orgUnits.byKey(before!.key)).toMatchObject({ note: before!.note });
    await context.reads.release();
    const { data } = await server.query('{ orgUnit(code: "D272") { note } }');
    expect(data.orgUnit.note).toBe('changed');
  });

  test('a read transaction cannot write, ends with its request and leaves the pool whole', async () => {
    const { Reads } = await import('../../src/shared/database/reads.js');
    const reads = new Reads(server.db.pool, () => 'select 1');
    await expect(reads.query(`update org_unit set note = 'x'`, [])).rejects.toThrow(/read-only/);
    await reads.release();
    await reads.release();
    await expect(reads.query('select 1', [])).rejects.toThrow('The request is over');
    await vi.waitFor(() => expect(server.db.pool.idleCount).toBe(server.db.pool.totalCount));
  });

  test('today is the day in Việt Nam', async () => {
    const { createContext } = await import('../../src/context.js');
    const at = (now: string): string => createContext({ pool: server.db.pool, orm: server.db.orm, now: new Date(now), requestId: 'r', log: {} as never }).today;
    expect([at('2026-03-31T16:59:59Z'), at('2026-03-31T17:00:00Z')]).toEqual(['2026-03-31', '2026-04-01']);
  });
});
