import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

let server: TestServer;

const union = (code: string, parent: string, more: object = {}): object => ({
  type: 'orgUnit', code, name: `CĐCS ${code}`, level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent, validFrom: '2000-01-01',
  ...more,
});
const district = (code: string, parent: string, name: string, more: object = {}): object => ({
  type: 'orgUnit', code, name, level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent, validFrom: '1990-01-01',
  ...more,
});

beforeAll(async () => {
  server = await startTestServer({ seed: false, now: new Date('2026-03-01T03:00:00Z') });
  await server.load([
    { type: 'orgUnit', code: 'TLD', name: 'Tổng', level: 'NATIONAL', kind: 'CONFEDERATION', parent: null, validFrom: '1929-01-01' },
    ...['P1', 'P2'].map((code) => ({
      type: 'orgUnit', code, name: `LĐLĐ tỉnh ${code}`, level: 'PROVINCIAL', kind: 'PROVINCIAL_FEDERATION', parent: 'TLD', validFrom: '1975-01-01',
    })),
    district('D1', 'P1', 'LĐLĐ huyện Phúc Thọ', { aliases: ['Liên đoàn Lao động huyện Phúc Thọ'] }),
    district('D2', 'P1', 'LĐLĐ huyện Hoằng Hoá', { nameEn: 'Hoang Hoa district' }),
    district('D3', 'P1', 'LĐLĐ quận Đống Đa'),
    union('G1', 'D1', { sector: 'BUSINESS', ownership: 'FDI' }),
    union('G2', 'D1', { sector: 'EDUCATION' }),
    union('G3', 'D2', { kind: 'GRASSROOTS_SYNDICATE', name: '100% “tự nguyện”_A' }),
    { type: 'placement', unit: 'G1', parent: 'D2', from: '2020-01-01' },
    { type: 'placement', unit: 'G2', parent: 'D2', from: '2025-07-01' },
    { type: 'closure', unit: 'D1', on: '2025-07-01', successor: 'D2' },
    { type: 'closure', unit: 'D3', on: '2025-07-01' },
    { type: 'cluster', code: 'c-2021', owner: 'P1', name: 'Cụm số 1', kind: 'CLUSTER', year: 2021, leadUnit: 'D1', members: ['D1', 'D2'] },
    { type: 'cluster', code: 'c-2022', owner: 'P1', name: 'Khối số 2', kind: 'BLOC', year: 2022, members: ['D1', 'D3'] },
    { type: 'memberCount', unit: 'P1', of: 'MEMBERS', asOf: '2022-06-01', value: 36_313 },
    { type: 'memberCount', unit: 'P1', of: 'MEMBERS', asOf: '2023-10-01', value: 53_000, qualifier: 'MORE_THAN', source: 'S4' },
    { type: 'memberCount', unit: 'P1', of: 'WORKERS', asOf: '2022-06-01', value: 57_154 },
  ]);
});

afterAll(() => server?.close());

const ask = async (document: string): Promise<Answer['data']> => {
  const { data, errors } = await server.query(document);
  expect(errors).toBeUndefined();
  return data;
};
const codes = ({ nodes }: { nodes: { code: string }[] }): string[] => nodes.map(({ code }) => code);

describe('the tree on a day', () => {
  test('a unit stands where it stood that day', async () => {
    const { u } = await ask(`{ u: orgUnit(code: "G1") {
      before: parent(asOf: "2019-12-31") { code } after: parent(asOf: "2020-01-01") { code } today: parent { code } early: parent(asOf: "1999-12-31") { code }
      path: ancestors(asOf: "2019-12-31") { code } now: ancestors { code } none: ancestors(asOf: "1999-12-31") { code }
    } }`);
    expect(u).toMatchObject({ before: { code: 'D1' }, after: { code: 'D2' }, today: { code: 'D2' }, early: null });
    expect(u.path.map((one: { code: string }) => one.code)).toEqual(['TLD', 'P1', 'D1']);
    expect(u.now.map((one: { code: string }) => one.code)).toEqual(['TLD', 'P1', 'D2']);
    expect(u.none).toEqual([]);
  });

  test('the root has no parent', async () => {
    expect(await ask('{ orgUnit(code: "TLD") { parent { code } ancestors { code } } }')).toEqual({ orgUnit: { parent: null, ancestors: [] } });
  });

  test('a closed unit shows its last day unless asked for another; from its closure it stands beneath its successor', async () => {
    const { u } = await ask(`{ u: orgUnit(code: "D1") {
      closedOn successor { code } predecessors { code }
      parent { code } later: parent(asOf: "2025-07-01") { code } ancestors { code }
      children { nodes { code } } laterChildren: children(asOf: "2025-07-01") { nodes { code } }
    } }`);
    expect(u).toMatchObject({ closedOn: '2025-07-01', successor: { code: 'D2' }, predecessors: [], parent: { code: 'P1' }, later: { code: 'D2' } });
    expect(codes(u.children)).toEqual(['G2']);
    expect(u.ancestors).toEqual([{ code: 'TLD' }, { code: 'P1' }]);
  });

  test('children are the direct ones that are active on the day: from the first day, and not on the day of closure', async () => {
    const { p, s } = await ask(`{
      p: orgUnit(code: "P1") { last: children(asOf: "2025-06-30") { nodes { code } } closed: children(asOf: "2025-07-01") { nodes { code } totalCount } none: children(asOf: "1989-12-31") { nodes { code } } first: children(asOf: "1990-01-01") { totalCount } }
      s: orgUnit(code: "D2") { children { nodes { code } } predecessors { code } }
    }`);
    expect(codes(p.last)).toEqual(['D1', 'D2', 'D3']);
    expect(p.closed).toEqual({ nodes: [{ code: 'D2' }], totalCount: 1 });
    expect(p.none.nodes).toEqual([]);
    expect(p.first.totalCount).toBe(3);
    expect(s.predecessors).toEqual([{ code: 'D1' }]);
    expect(codes(s.children)).not.toContain('D1');
  });

  test('children take the filters and orders of all units', async () => {
    const { p } = await ask(`{ p: orgUnit(code: "P1") {
      named: children(asOf: "2021-01-01", where: { search: "dong da" }) { nodes { code } totalCount }
      ordered: children(asOf: "2021-01-01", orderBy: NAME) { nodes { code } }
      kind: children(asOf: "2021-01-01", where: { kind: ZONE_UNION }) { totalCount }
    } }`);
    expect(p.named).toEqual({ nodes: [{ code: 'D3' }], totalCount: 1 });
    expect(codes(p.ordered)).toEqual(['D2', 'D1', 'D3']);
    expect(p.kind.totalCount).toBe(0);
  });
});

describe('finding units', () => {
  test.each([
    ['phuc tho', ['D1']],
    ['PHÚC  THỌ', ['D1']],
    ['tho phuc', ['D1']],
    ['hoằng hóa', ['D2']],
    ['hoằng hoá', ['D2']],
    ['HOANG HOA', ['D2']],
    ['district', ['D2']],
    ['dong da', ['D3']],
    ['quận đống', ['D3']],
    ['D3', ['D3']],
    ['lien doan lao dong', ['D1']],
    ['100%', ['G3']],
    ['%', []],
    ['100_tự', ['G3']],
    ['phúc – “thọ”', ['D1']],
    ['"tu nguyen"', ['G3']],
    [String.raw`\\`, []],
    ['phuc hoa', []],
  ])('a search for %s', async (search, expected) => {
    const { data } = await server.query('query ($search: String) { orgUnits(where: { search: $search }) { nodes { code } totalCount } }', { search });
    expect(codes(data.orgUnits)).toEqual(expected);
    expect(data.orgUnits.totalCount).toBe(expected.length);
  });

  test('an empty search asks for nothing in particular, one that is too long is BAD_USER_INPUT', async () => {
    const { orgUnits } = await ask('{ orgUnits(where: { search: "  " }) { totalCount } }');
    expect(orgUnits.totalCount).toBe(9);
    const { errors } = await server.query(`{ orgUnits(where: { search: "${'a '.repeat(60)}" }) { totalCount } }`);
    expect(errors).toMatchObject([{ path: ['orgUnits'], extensions: { code: 'BAD_USER_INPUT', argument: 'where.search' } }]);
  });

  test('by level, kind, sector and place, and by several at once', async () => {
    const data = await ask(`{
      level: orgUnits(where: { level: UPPER_GRASSROOTS }) { nodes { code } }
      kind: orgUnits(where: { kind: GRASSROOTS_SYNDICATE }) { nodes { code } }
      sector: orgUnits(where: { sector: EDUCATION }) { nodes { code sector ownership } }
      within: orgUnits(where: { within: "D2" }) { nodes { code } }
      both: orgUnits(where: { within: "P1", level: GRASSROOTS, search: "cdcs" }) { nodes { code } totalCount }
      empty: orgUnits(where: { within: "P2", level: GRASSROOTS }) { nodes { code } totalCount }
    }`);
    expect(codes(data.level)).toEqual(['D1', 'D2', 'D3']);
    expect(codes(data.kind)).toEqual(['G3']);
    expect(data.sector.nodes).toEqual([{ code: 'G2', sector: 'EDUCATION', ownership: null }]);
    expect(codes(data.within)).toEqual(['D1', 'D2', 'G1', 'G2', 'G3']);
    expect(codes(data.both)).toEqual(['G1', 'G2']);
    expect(data.empty).toEqual({ nodes: [], totalCount: 0 });
  });
});

describe('clusters and counts', () => {
  test('a unit shows the clusters of a year that it is in, its federation those that it formed', async () => {
    const data = await ask(`{
      d: orgUnit(code: "D1") { clusters { code } of: clusters(year: 2021) { code name kind year owner { code } leadUnit { code } members { nodes { code } totalCount } } none: clusters(year: 1999) { code } }
      p: orgUnit(code: "P1") { clusters { code } ownedClusters { code kind leadUnit { code } } }
    }`);
    expect(data.d.clusters).toEqual([{ code: 'c-2022' }, { code: 'c-2021' }]);
    expect(data.d.of).toEqual([
      {
        code: 'c-2021', name: 'Cụm số 1', kind: 'CLUSTER', year: 2021, owner: { code: 'P1' }, leadUnit: { code: 'D1' },
        members: { nodes: [{ code: 'D1' }, { code: 'D2' }], totalCount: 2 },
      },
    ]);
    expect(data.d.none).toEqual([]);
    expect(data.p).toEqual({
      clusters: [],
      ownedClusters: [
        { code: 'c-2022', kind: 'BLOC', leadUnit: null },
        { code: 'c-2021', kind: 'CLUSTER', leadUnit: { code: 'D1' } },
      ],
    });
  });

  test('counts come with their day, the latest first', async () => {
    const { u } = await ask(`{ u: orgUnit(code: "P1") {
      all: memberCounts { totalCount } page: memberCounts(of: MEMBERS, first: 1) { nodes { of asOf value qualifier source } pageInfo { hasNextPage endCursor } }
    } }`);
    expect(u.all.totalCount).toBe(3);
    expect(u.page.nodes).toEqual([{ of: 'MEMBERS', asOf: '2023-10-01', value: 53_000, qualifier: 'MORE_THAN', source: 'S4' }]);
    const { data } = await server.query('query ($after: String) { orgUnit(code: "P1") { memberCounts(of: MEMBERS, after: $after) { nodes { value } pageInfo { hasNextPage } } } }', {
      after: u.page.pageInfo.endCursor,
    });
    expect(data.orgUnit.memberCounts).toEqual({ nodes: [{ value: 36_313 }], pageInfo: { hasNextPage: false } });
  });
});
