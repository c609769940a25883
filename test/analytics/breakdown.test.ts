import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

let server: TestServer;
let ofProvince: string;

const unit = (code: string, level: string, kind: string, parent: string | null, more: object = {}) => ({ type: 'orgUnit', code, name: `Đơn vị ${code}`, level, kind, parent, validFrom: '1990-01-01', ...more });
const result = (of: string, value: number, more: object = {}) => ({ type: 'result', unit: of, campaign: 'K', indicator: 'I', coverage: 'OWN', asOf: '2024-03-31', value, ...more });

/**
 * P stands above D (U1, U2, a closed U3) and E (V1 to V3). D has said 1,000 for all of it, its details come to 620. U4
 * went from D to Q in 2024-06.
 */
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  const union = (code: string, parent: string, more: object = {}) => unit(code, 'GRASSROOTS', 'GRASSROOTS_UNION', parent, more);
  await server.load([
    unit('N', 'NATIONAL', 'CONFEDERATION', null),
    unit('P', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
    unit('Q', 'PROVINCIAL', 'CENTRAL_SECTORAL_UNION', 'N'),
    unit('D', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P'),
    unit('E', 'UPPER_GRASSROOTS', 'ZONE_UNION', 'P'),
    union('U1', 'D', { sector: 'BUSINESS', ownership: 'FDI' }),
    union('U2', 'D', { sector: 'EDUCATION' }),
    union('U3', 'D', { sector: 'EDUCATION' }),
    union('U4', 'D', { sector: 'OTHER' }),
    union('V1', 'E', { sector: 'BUSINESS' }),
    union('V2', 'E'),
    union('V3', 'E', { sector: 'BUSINESS' }),
    unit('X1', 'SUB_GRASSROOTS', 'SECTIONAL_UNION', 'V3'),
    unit('W', 'GRASSROOTS', 'GRASSROOTS_UNION', 'Q', { sector: 'OTHER' }),
    { type: 'placement', unit: 'X1', parent: 'W', from: '2024-06-01' },
    { type: 'closure', unit: 'U3', on: '2024-05-01' },
    { type: 'placement', unit: 'U4', parent: 'Q', from: '2024-06-01' },
    { type: 'indicator', code: 'I', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' },
    { type: 'indicator', code: 'M', name: 'Tham gia', unitOfMeasure: 'người', aggregation: 'SUM' },
    { type: 'indicator', code: 'R', name: 'Tỷ lệ', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'I', denominator: 'M' },
    { type: 'indicator', code: 'S', name: 'Điểm', unitOfMeasure: 'điểm', aggregation: 'NONE' },
    {
      type: 'campaign', code: 'K', name: 'Chương trình', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01',
      phases: [{ code: 'p2', name: 'Đợt hai', startsOn: '2024-07-01' }, { code: 'p0', name: 'Chưa rõ' }, { code: 'p1', name: 'Đợt một', startsOn: '2024-01-01' }],
    },
    result('U1', 200), result('U2', 300.25, { qualifier: 'AT_LEAST' }), result('U3', 20), result('U4', 99.75),
    result('D', 1000, { coverage: 'SUBTREE' }), result('D', 0.5, { asOf: '2024-03-01' }),
    // V1 has nobody beneath it, whatever it calls its number.
    result('V1', 70, { coverage: 'SUBTREE', qualifier: 'ABOUT' }), result('V2', 0),
    result('U1', 400, { phase: 'p1' }), result('U1', 5, { phase: 'p2', asOf: '2024-08-01' }),
    result('N', 3, { indicator: 'S' }),
    result('W', 50, { coverage: 'SUBTREE', phase: 'p1' }), result('X1', 7, { phase: 'p1' }), result('X1', 10, { phase: 'p1', asOf: '2024-07-01' }),
    { type: 'target', unit: 'P', campaign: 'K', indicator: 'I', basis: 'ASSIGNED', decidedOn: '2024-01-15', value: 2000, counterpart: 'N' },
    { type: 'target', unit: 'D', campaign: 'K', indicator: 'I', basis: 'ASSIGNED', decidedOn: '2024-01-20', value: 1300, counterpart: 'P' },
    { type: 'target', unit: 'U1', campaign: 'K', indicator: 'I', basis: 'ASSIGNED', decidedOn: '2024-02-01', value: 500, counterpart: 'D' },
    { type: 'cluster', code: 'C-B', owner: 'N', name: 'Cụm B', kind: 'CLUSTER', year: 2024, members: ['P'] },
    { type: 'cluster', code: 'C-OLD', owner: 'N', name: 'Cụm cũ', kind: 'CLUSTER', year: 2023, members: ['Q'] },
    { type: 'cluster', code: 'B-1', owner: 'P', name: 'Khối 1', kind: 'BLOC', year: 2024, members: ['E', 'D'] },
  ]);
  await server.grant('province', 'VIEWER', 'P');
  ofProvince = await server.tokenFor('province');
}, 120_000);
afterAll(() => server?.close());

const PARTS = '{ by measure total remainder parts(first: 100) { totalCount nodes { key value qualifier units counted } } }';
async function breakdown(code: string, by: string, { asOf = '2024-04-30', indicator = 'I', measure = 'RESULT', phase, as }: { asOf?: string; indicator?: string; measure?: string; phase?: string; as?: string } = {}): Promise<Answer['data']> {
  const { data, errors } = await server.query(
    `query ($code: String!, $by: BreakdownBy!, $measure: BreakdownMeasure, $asOf: Date, $indicator: String!, $phase: String) {
      orgUnit(code: $code) { progress(campaign: "K", indicator: $indicator, phase: $phase, asOf: $asOf) { breakdown(by: $by, measure: $measure) ${PARTS} } } }`,
    { code, by, measure, asOf, indicator, phase }, { as },
  );
  expect(errors).toBeUndefined();
  return data.orgUnit.progress?.breakdown ?? null;
}
const shown = ({ total, remainder, parts }: Answer['data']) => ({ total, remainder, parts: Object.fromEntries(parts.nodes.map(({ key, value, qualifier, units, counted }: Answer['data']) => [key ?? '-', [value, qualifier, units, counted]])) });

describe('a total taken apart', () => {
  test('by child: their totals, and what the unit itself holds', async () => {
    expect(shown(await breakdown('D', 'CHILD'))).toEqual({
      total: 1000, remainder: 380, parts: { U1: [200, 'EXACT', 1, 1], U2: [300.25, 'AT_LEAST', 1, 1], U3: [20, 'EXACT', 1, 1], U4: [99.75, 'EXACT', 1, 1] },
    });
    // V3 has reported nothing, which is not 0.
    expect(shown(await breakdown('E', 'CHILD'))).toEqual({ total: 70, remainder: 0, parts: { V1: [70, 'ABOUT', 1, 1], V2: [0, 'EXACT', 1, 1], V3: [null, null, 1, 0] } });
  });

  test('a unit that closed keeps its part, one that moved takes it along', async () => {
    expect(shown(await breakdown('D', 'CHILD', { asOf: '2024-06-30' }))).toEqual({
      total: 900.25, remainder: 380, parts: { U1: [200, 'EXACT', 1, 1], U2: [300.25, 'AT_LEAST', 1, 1], U3: [20, 'EXACT', 0, 1] },
    });
    expect(shown(await breakdown('Q', 'CHILD', { asOf: '2024-06-30' })).parts).toEqual({ U4: [99.75, 'EXACT', 1, 1], W: [null, null, 1, 0] });
  });

  test('by what units are: what each did itself; what a consolidated figure says beyond it is the remainder', async () => {
    expect(shown(await breakdown('P', 'LEVEL'))).toEqual({
      total: 1070, remainder: 379.5, parts: { PROVINCIAL: [null, null, 1, 0], UPPER_GRASSROOTS: [0.5, 'EXACT', 2, 1], GRASSROOTS: [690, 'ABOUT', 7, 6], SUB_GRASSROOTS: [null, null, 1, 0] },
    });
    expect(shown(await breakdown('P', 'SECTOR'))).toEqual({
      total: 1070, remainder: 379.5,
      parts: { BUSINESS: [270, 'ABOUT', 3, 2], EDUCATION: [320.25, 'MORE_THAN', 2, 2], OTHER: [99.75, 'EXACT', 1, 1], '-': [0.5, 'EXACT', 5, 2] },
    });
    expect(shown(await breakdown('P', 'OWNERSHIP')).parts).toEqual({ FDI: [200, 'EXACT', 1, 1], '-': [490.5, 'ABOUT', 10, 6] });
    expect(shown(await breakdown('P', 'KIND')).parts).toEqual({
      PROVINCIAL_FEDERATION: [null, null, 1, 0], DISTRICT_FEDERATION: [0.5, 'EXACT', 1, 1], ZONE_UNION: [null, null, 1, 0], GRASSROOTS_UNION: [690, 'ABOUT', 7, 6], SECTIONAL_UNION: [null, null, 1, 0],
    });
  });

  test('a unit that spoke of itself alone keeps what it said, though others come beneath it and report more', async () => {
    const ofDay = (asOf: string) => breakdown('W', 'LEVEL', { asOf, phase: 'p1' });
    expect(shown(await ofDay('2024-05-31'))).toEqual({ total: 50, remainder: 0, parts: { GRASSROOTS: [50, 'EXACT', 1, 1] } });
    expect(shown(await ofDay('2024-06-01'))).toEqual({ total: 57, remainder: 0, parts: { GRASSROOTS: [50, 'EXACT', 1, 1], SUB_GRASSROOTS: [7, 'EXACT', 1, 1] } });
    // The figure that stands does not move: the details say more than it.
    expect(shown(await ofDay('2024-07-01'))).toEqual({ total: 57, remainder: -3, parts: { GRASSROOTS: [50, 'EXACT', 1, 1], SUB_GRASSROOTS: [10, 'EXACT', 1, 1] } });
  });

  test('a target: what each unit without anyone beneath it was given, the rest is not yet given on', async () => {
    expect(shown(await breakdown('P', 'CHILD', { measure: 'ASSIGNED' }))).toEqual({ total: 2000, remainder: 700, parts: { D: [1300, 'EXACT', 1, 1], E: [null, null, 1, 0] } });
    expect(shown(await breakdown('P', 'SECTOR', { measure: 'ASSIGNED' }))).toMatchObject({ total: 2000, remainder: 1500, parts: { BUSINESS: [500, 'EXACT', 3, 1] } });
    // Nothing was registered: there is no total, and so no remainder.
    expect(shown(await breakdown('P', 'CHILD', { measure: 'REGISTERED' }))).toEqual({ total: null, remainder: null, parts: { D: [null, null, 1, 0], E: [null, null, 1, 0] } });
  });

  test('by phase: in the order of their days; what is reported of the whole campaign is not made of them', async () => {
    const asked = await breakdown('U1', 'PHASE', { asOf: '2024-12-31' });
    expect(asked.parts.nodes.map(({ key }: Answer['data']) => key)).toEqual(['p1', 'p2', 'p0']);
    expect(shown(asked)).toEqual({ total: 200, remainder: -205, parts: { p1: [400, 'EXACT', 1, 1], p2: [5, 'EXACT', 1, 1], p0: [null, null, 1, 0] } });
    expect(await breakdown('U1', 'PHASE', { phase: 'p1' })).toBeNull();
    expect(shown(await breakdown('D', 'CHILD', { phase: 'p1' }))).toMatchObject({ total: 400, remainder: 0 });
  });

  test('by cluster and bloc of that year, with those that are in none', async () => {
    expect(shown(await breakdown('N', 'CLUSTER'))).toEqual({ total: 1070, remainder: 0, parts: { 'C-B': [1070, 'ABOUT', 1, 1], '-': [null, null, 1, 0] } });
    expect(shown(await breakdown('N', 'BLOC'))).toMatchObject({ parts: { '-': [1070, 'ABOUT', 2, 1] } });
    expect(shown(await breakdown('P', 'BLOC'))).toMatchObject({ remainder: 0, parts: { 'B-1': [1070, 'ABOUT', 2, 2] } });
    expect(shown(await breakdown('N', 'CLUSTER', { asOf: '2025-01-01' })).parts).toEqual({ '-': [1170, undefined, 2, 2].map((one, i) => (i === 0 ? 1070 : i === 1 ? 'ABOUT' : one)) });
  });

  test('none of percentages and scores', async () => {
    for (const indicator of ['R', 'S']) for (const by of ['CHILD', 'SECTOR', 'PHASE']) expect(await breakdown('N', by, { indicator })).toBeNull();
  });

  test('what units hold that are out of scope today is in the remainder, and nothing of them is told', async () => {
    expect(shown(await breakdown('D', 'CHILD', { as: ofProvince }))).toEqual({ total: 1000, remainder: 479.75, parts: { U1: [200, 'EXACT', 1, 1], U2: [300.25, 'AT_LEAST', 1, 1], U3: [20, 'EXACT', 1, 1] } });
    const sectors = shown(await breakdown('P', 'SECTOR', { as: ofProvince }));
    expect(sectors).toMatchObject({ total: 1070, remainder: 479.25 });
    expect(Object.keys(sectors.parts)).toEqual(['BUSINESS', 'EDUCATION', '-']);
  });

  test('of a unit out of scope there is none, published or not', async () => {
    await server.db.pool.query(
      `insert into publication (unit_id, campaign_id, indicator_id, measure, as_of, audience, value, qualifier, origin, complete, moved_on, path)
       select u.id, c.id, i.id, 'RESULT', '2024-04-30', 'PUBLIC', 1070, 'EXACT', 'SUMMED', true, '2024-03-31', u.path from org_unit u, campaign c, indicator i where u.code = 'P' and i.code = 'I'`,
    );
    try {
      const document = '{ orgUnit(code: "P") { progress(campaign: "K", indicator: "I", asOf: "2024-04-30") { result { value } breakdown(by: CHILD) { total } } } }';
      expect((await server.query(document, {}, { as: null })).data.orgUnit.progress).toEqual({ result: { value: 1070 }, breakdown: null });
    } finally {
      await server.db.pool.query('delete from publication');
    }
  });

  test('parts come in pages whose cursors stay good', async () => {
    const page = async (after: string | null) => {
      const { data, errors } = await server.query(
        `query ($after: String) { orgUnit(code: "P") { progress(campaign: "K", indicator: "I", asOf: "2024-04-30") { breakdown(by: SECTOR) { parts(first: 2, after: $after) {
          totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { key } } } } } } }`, { after });
      expect(errors).toBeUndefined();
      return data.orgUnit.progress.breakdown.parts;
    };
    const first = await page(null);
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true, hasPreviousPage: false }, edges: [{ node: { key: 'BUSINESS' } }, { node: { key: 'EDUCATION' } }] });
    expect(await page(first.pageInfo.endCursor)).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: false, hasPreviousPage: true }, edges: [{ node: { key: 'OTHER' } }, { node: { key: null } }] });
    expect((await page((await page(first.pageInfo.endCursor)).pageInfo.endCursor)).edges).toEqual([]);
  });

  test('pages and days that there are none of are refused by name, and nothing else is', async () => {
    const ask = (args: string, page: string) =>
      server.query(`{ orgUnit(code: "P") { progress(campaign: "K", indicator: "I"${args}) { breakdown(by: CHILD) { total parts${page} { nodes { key } } } } } }`);
    const units = await server.query('{ orgUnits(first: 1) { pageInfo { endCursor } } }');
    for (const [args, page, argument] of [
      ['', '(first: 101)', 'first'], ['', '(first: -1)', 'first'], ['', '(after: "abc")', 'after'], ['', `(after: ${JSON.stringify(units.data.orgUnits.pageInfo.endCursor)})`, 'after'],
      ['', `(after: ${JSON.stringify(Buffer.from('["breakdown","\\u0000",""]').toString('base64url'))})`, 'after'],
      [', asOf: "2024-02-30"', '', 'asOf'], [', knownAt: "2999-01-01T00:00:00Z"', '', 'knownAt'],
    ] as const) expect((await ask(args, page)).errors, `${args} ${page}`).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
    for (const asOf of ['0001-01-01', '9999-12-31']) expect((await ask(`, asOf: "${asOf}"`, '')).errors).toBeUndefined();
  });

  test('a lookup a kind of part, however many units a page has and however many parts they', async () => {
    const count = async (first: number): Promise<number> => {
      server.statements.length = 0;
      const { errors } = await server.query(
        `query ($first: Int) { orgUnits(first: $first) { nodes { progress(campaign: "K", indicator: "I", asOf: "2024-04-30") {
          a: breakdown(by: CHILD) { total remainder parts { totalCount nodes { key value unit { name } } } }
          b: breakdown(by: SECTOR) { remainder parts { nodes { key value } } } c: breakdown(by: PHASE) { parts { nodes { phase { name } } } }
          d: breakdown(by: CLUSTER) { parts { nodes { cluster { name } } } } } } } }`, { first });
      expect(errors).toBeUndefined();
      return server.statements.length;
    };
    expect(await count(12)).toBe(await count(5));
    expect(await count(12)).toBeLessThanOrEqual(10);
  });
});
