import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const cursor = (...keys: string[]): string => Buffer.from(JSON.stringify(keys)).toString('base64url');

describe('a short query for more than memory holds', () => {
  let generous: TestServer;
  beforeAll(async () => {
    generous = await startTestServer({ limits: { MEMBER: { points: 1e9, requests: 1e9 } } });
  });
  afterAll(() => generous.close());

  const nested = (depth: number): string => (depth === 0 ? 'code' : `children(first: 100) { nodes { parent { ${nested(depth - 1)} } } }`);

  test('is refused in one error where it may cost so much, and the server goes on', async () => {
    const { data, errors } = await generous.query(`{ orgUnit(code: "TLD") { ${nested(3)} } }`);
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({ extensions: { code: 'QUERY_TOO_LARGE', limit: 20_000 } });
    expect((await generous.query('{ orgUnit(code: "TLD") { code } }')).data.orgUnit.code).toBe('TLD');
  }, 60_000);

  test('is answered while it is not too much', async () => {
    const { data, errors } = await server.query(`{ orgUnit(code: "TLD") { ${nested(2)} } }`);
    expect(errors).toBeUndefined();
    expect(data.orgUnit.children.nodes).toHaveLength(63);
  });
});

describe('the pages of a list', () => {
  test.each(['orgUnits', 'campaigns'])('%s: the count is that of the whole list on every page, with a filter and without', async (list) => {
    const page = `query ($after: String) { all: ${list}(first: 7, after: $after) { totalCount nodes { code } pageInfo { endCursor hasNextPage } } }`;
    const seen: string[] = [];
    let after: string | null = null;
    let total: number | undefined;
    do {
      const { data, errors } = await server.query(page, { after });
      expect(errors).toBeUndefined();
      expect(data.all.totalCount).toBe((total ??= data.all.totalCount));
      seen.push(...data.all.nodes.map((node: { code: string }) => node.code));
      after = data.all.pageInfo.hasNextPage ? data.all.pageInfo.endCursor : null;
    } while (after !== null);
    expect(new Set(seen).size).toBe(total);
    expect(seen).toHaveLength(total!);
  });

  test('with a filter, too', async () => {
    const { data, errors } = await server.query(
      `query ($after: String) { orgUnits(first: 5, after: $after, where: { search: "huyen", within: "P01" }) { totalCount nodes { code } } }`,
      { after: cursor('unit.code', 'D020') },
    );
    expect(errors).toBeUndefined();
    expect(data.orgUnits.totalCount).toBeGreaterThan(data.orgUnits.nodes.length);
  });
});

test.each([['％'], ['＿'], ['%'], ['_'], ['\\']])('a search for %s means that sign, not anything', async (search) => {
  const { data, errors } = await server.query('query ($search: String) { orgUnits(where: { search: $search }) { totalCount } }', { search });
  expect(errors).toBeUndefined();
  expect(data.orgUnits.totalCount).toBe(0);
});

test.each([
  ['results', cursor('figure.date', '0000-01-01', '1')],
  ['norms', cursor('norm.date', '0000-01-01', '1')],
  ['memberCounts', cursor('count.date', '0000-01-01', 'MEMBERS')],
])('a cursor of %s with a day that is none is BAD_USER_INPUT', async (list, after) => {
  const { errors } = await server.query(`query ($after: String) { orgUnit(code: "D399") { ${list}(after: $after) { nodes { source } } } }`, { after });
  expect(errors).toMatchObject([{ path: ['orgUnit', list], extensions: { code: 'BAD_USER_INPUT' } }]);
});

test.each(['mutation { x }', 'subscription { x }'])('%s has a code of its own', async (document) => {
  const { errors } = await server.query(document);
  expect(errors?.map(({ extensions }) => extensions.code)).not.toContain('INTERNAL_SERVER_ERROR');
});

test('a client that asks with a hash alone learns that it must send the query', async () => {
  const response = await fetch(new URL('/graphql', server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await server.everything()) },
    body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  });
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }] });
});
