import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

let server: TestServer;
const unit = (n: number): object => ({
  type: 'orgUnit',
  code: `G${String(n).padStart(4, '0')}`,
  // Names repeat, so that an order by name alone would not be total.
  name: `CĐCS ${['Ánh Dương', 'Đại Đồng', 'Bình Minh'][n % 3]}`,
  level: 'GRASSROOTS',
  kind: n % 2 === 0 ? 'GRASSROOTS_UNION' : 'GRASSROOTS_SYNDICATE',
  parent: 'P1',
  validFrom: '2000-01-01',
});

beforeAll(async () => {
  server = await startTestServer({ seed: false, api: { compiledFrom: Infinity } });
  await server.load([
    { type: 'orgUnit', code: 'TLD', name: 'Tổng', level: 'NATIONAL', kind: 'CONFEDERATION', parent: null, validFrom: '1990-01-01' },
    ...['P1', 'P2'].map((code) => ({
      type: 'orgUnit', code, name: code, level: 'PROVINCIAL', kind: 'PROVINCIAL_FEDERATION', parent: 'TLD', validFrom: '1990-01-01',
    })),
    ...Array.from({ length: 250 }, (_, i) => unit(i)),
    { type: 'indicator', code: 'i', name: 'i', unitOfMeasure: 'x', aggregation: 'SUM' },
    { type: 'campaign', code: 'c', name: 'c', campaignKind: 'MOVEMENT', launchedBy: 'TLD' },
    ...Array.from({ length: 45 }, (_, i) => ({
      type: 'result', unit: 'P1', campaign: 'c', indicator: 'i', coverage: i % 2 ? 'OWN' : 'SUBTREE', value: i,
      asOf: `2020-01-${String(1 + Math.floor(i / 2)).padStart(2, '0')}`,
    })),
  ]);
});

afterAll(() => server?.close());

interface Walk {
  codes: string[];
  pages: number;
}

/** Walks a connection to its end; `list` takes `(ARGS)`. */
async function walk(list: string, args: string, pick: (data: Answer['data']) => Answer['data'], node = 'code', between = async (): Promise<void> => {}): Promise<Walk> {
  const codes: string[] = [];
  let after: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const document = list.replace('ARGS', `${args} after: $after`).replace('PAGE', `nodes { ${node} } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`);
    const { data, errors } = await server.query(`query ($after: String) ${document}`, { after });
    expect(errors).toBeUndefined();
    const { nodes, edges, pageInfo } = pick(data);
    expect(pageInfo.hasPreviousPage).toBe(after !== null);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges.at(0)?.cursor ?? null, edges.at(-1)?.cursor ?? null]);
    codes.push(...nodes.map((one: Record<string, unknown>) => String(one[node])));
    if (!pageInfo.hasNextPage) return { codes, pages };
    after = pageInfo.endCursor;
    await between();
  }
}

const all = Array.from({ length: 250 }, (_, i) => `G${String(i).padStart(4, '0')}`);
const children = '{ orgUnit(code: "P1") { children(ARGS) { PAGE } } }';

describe('connections', () => {
  test.each([7, 20, 50, 100])('250 children in pages of %i: none lost, none twice, in order', async (first) => {
    const { codes, pages } = await walk(children, `first: ${first}`, (data) => data.orgUnit.children);
    expect(codes).toEqual(all);
    expect(pages).toBe(Math.ceil(250 / first));
  });

  test('by name, where names repeat: none lost, none twice, in the order of the Vietnamese alphabet', async () => {
    const { codes } = await walk('{ orgUnits(ARGS) { PAGE } }', 'first: 33, orderBy: NAME, where: { level: GRASSROOTS }', (data) => data.orgUnits);
    expect(codes).toHaveLength(250);
    expect(codes.toSorted()).toEqual(all);
    const third = (n: number): string[] => all.filter((_, i) => i % 3 === n);
    expect(codes).toEqual([...third(0), ...third(2), ...third(1)]);
    const nested = await walk(children, 'first: 33, orderBy: NAME', (data) => data.orgUnit.children);
    expect(nested.codes).toEqual(codes);
  });

  test('20 a page unless asked, and `first: 0` is a page without nodes', async () => {
    const { data } = await server.query(`{
      orgUnit(code: "P1") { a: children { nodes { code } } b: children(first: 0) { nodes { code } pageInfo { hasNextPage endCursor } totalCount } c: children(first: null, after: null) { nodes { code } } }
      orgUnits(first: 0) { nodes { code } pageInfo { hasNextPage } }
    }`);
    expect(data.orgUnit.a.nodes).toHaveLength(20);
    expect(data.orgUnit.c.nodes).toHaveLength(20);
    expect(data.orgUnit.b).toEqual({ nodes: [], pageInfo: { hasNextPage: true, endCursor: null }, totalCount: 250 });
    expect(data.orgUnits).toEqual({ nodes: [], pageInfo: { hasNextPage: true } });
  });

  test('more than 100 or less than 0 is BAD_USER_INPUT that tells the limit', async () => {
    for (const first of [101, -1, 2_147_483_647]) {
      const { errors } = await server.query('query ($first: Int) { orgUnits(first: $first) { nodes { code } } }', { first });
      expect(errors).toMatchObject([{ path: ['orgUnits'], message: 'first must be from 0 to 100.', extensions: { code: 'BAD_USER_INPUT', argument: 'first' } }]);
    }
  });

  test('cursors hold while rows come: what was there is seen once', async () => {
    let n = 300;
    const insert = (): Promise<void> => server.load([unit((n += 1))]);
    const { codes } = await walk(children, 'first: 90', (data) => data.orgUnit.children, 'code', insert);
    expect(codes.filter((code) => code < 'G0300')).toEqual(all);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('a cursor is for its own list and order; forged ones are BAD_USER_INPUT', async () => {
    const { data } = await server.query('{ orgUnits(first: 1, orderBy: NAME) { pageInfo { endCursor } } campaigns { pageInfo { endCursor } } orgUnit(code: "P1") { results(first: 1) { pageInfo { endCursor } } } }');
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = [data.orgUnits.pageInfo.endCursor, data.campaigns.pageInfo.endCursor, data.orgUnit.results.pageInfo.endCursor, '', 'x', 'ÿ'];
    bad.push(encode(['unit.code']), encode(['unit.code', 1]), encode(['unit.code', 'a', 'b']), encode(['unit.code', 'a\0']), encode({}), encode(null), `${encode(['unit.code', 'a'])}=`);
    for (const after of bad) {
      const answer = await server.query('query ($after: String) { orgUnits(after: $after) { nodes { code } } orgUnit(code: "P1") { children(after: $after) { nodes { code } } } }', { after });
      expect(answer.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
        expect.arrayContaining([
          [['orgUnits'], 'BAD_USER_INPUT'],
        ]),
      );
    }
    const dates = [['figure.date', '2020-02-30', '1'], ['figure.date', 'infinity', '1'], ['figure.date', '2020-01-01', 'x']];
    for (const forged of dates) {
      const { errors } = await server.query('query ($after: String) { orgUnit(code: "P1") { results(after: $after) { nodes { value } } } }', { after: encode(forged) });
      expect(errors).toMatchObject([{ path: ['orgUnit', 'results'], extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
    }
  });

  test('figures come latest first through all pages', async () => {
    const { codes } = await walk('{ orgUnit(code: "P1") { results(ARGS) { PAGE } } }', 'first: 8', (data) => data.orgUnit.results, 'value');
    expect(codes.map(Number)).toHaveLength(45);
    expect(codes.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 45 }, (_, i) => i));
    expect(codes.map((value) => Math.floor(Number(value) / 2))).toEqual(codes.map((value) => Math.floor(Number(value) / 2)).toSorted((a, b) => b - a));
  });

  test('the total is counted when asked for, and only then', async () => {
    const count = async (fields: string): Promise<number> => {
      server.statements.length = 0;
      const { data } = await server.query(`{ orgUnits(first: 5, where: { kind: GRASSROOTS_SYNDICATE }) { ${fields} } }`);
      if (fields.includes('totalCount')) expect(data.orgUnits.totalCount).toBeGreaterThanOrEqual(125);
      return server.statements.length;
    };
    expect([await count('nodes { code }'), await count('nodes { code } totalCount')]).toEqual([1, 2]);
  });

  test('two lists of one name with other arguments are each answered by their own', async () => {
    const { data } = await server.query(`{ orgUnit(code: "P1") {
      a: children(first: 2) { nodes { code } } b: children(first: 4) { nodes { code } }
      c: children(first: 3, asOf: "1999-12-31") { nodes { code } totalCount } d: children(first: 3, asOf: "2000-01-01") { nodes { code } totalCount }
    } }`);
    const codes = (list: { nodes: { code: string }[] }): string[] => list.nodes.map(({ code }) => code);
    expect(codes(data.orgUnit.a)).toEqual(all.slice(0, 2));
    expect(codes(data.orgUnit.b)).toEqual(all.slice(0, 4));
    expect(data.orgUnit.c).toEqual({ nodes: [], totalCount: 0 });
    expect(codes(data.orgUnit.d)).toEqual(all.slice(0, 3));
  });
});
