import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

let server: TestServer;

const result = (unit: string, indicator: string, asOf: string, value: number, more: object = {}): object => ({
  type: 'result', unit, campaign: 'c', indicator, coverage: 'SUBTREE', asOf, value,
  ...more,
});
const target = (unit: string, indicator: string, basis: string, value: number, more: object = {}): object => ({
  type: 'target', unit, campaign: 'c', indicator, basis, decidedOn: '2022-01-01', value,
  ...more,
});

beforeAll(async () => {
  server = await startTestServer({ seed: false, now: new Date('2022-12-30T20:00:00Z') });
  await server.load([
    { type: 'orgUnit', code: 'TLD', name: 'Tổng', level: 'NATIONAL', kind: 'CONFEDERATION', parent: null, validFrom: '1990-01-01' },
    { type: 'orgUnit', code: 'P1', name: 'P1', level: 'PROVINCIAL', kind: 'PROVINCIAL_FEDERATION', parent: 'TLD', validFrom: '1990-01-01' },
    ...['D1', 'D2', 'D3'].map((code) => ({
      type: 'orgUnit', code, name: code, level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent: 'P1', validFrom: '1990-01-01',
    })),
    { type: 'orgUnit', code: 'G1', name: 'G1', level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D1', validFrom: '1990-01-01' },
    { type: 'memberCount', unit: 'D1', of: 'MEMBERS', asOf: '2022-01-01', value: 1000 },
    { type: 'memberCount', unit: 'D1', of: 'MEMBERS', asOf: '2022-06-01', value: 1200 },
    { type: 'memberCount', unit: 'D1', of: 'UNIONS', asOf: '2022-02-01', value: 12 },
    ...['sum', 'part', 'whole', 'other'].map((code) => ({ type: 'indicator', code, name: code, unitOfMeasure: 'x', aggregation: 'SUM' })),
    { type: 'indicator', code: 'ratio', name: 'ratio', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'part', denominator: 'whole' },
    { type: 'indicator', code: 'bare', name: 'bare', unitOfMeasure: '%', aggregation: 'RATIO' },
    { type: 'indicator', code: 'rank', name: 'rank', unitOfMeasure: 'hạng', aggregation: 'NONE' },
    {
      type: 'campaign', code: 'c', name: 'c', campaignKind: 'MOVEMENT', launchedBy: 'TLD', startsOn: '2022-01-01',
      phases: [{ code: 'p1', name: 'p1', startsOn: '2022-01-01', endsOn: '2022-06-30' }],
    },
    { type: 'campaign', code: 'elsewhere', name: 'e', campaignKind: 'MOVEMENT', launchedBy: 'TLD', phases: [{ code: 'q1', name: 'q1' }] },
    result('D1', 'sum', '2022-03-01', 100, { source: 'first' }),
    result('D1', 'sum', '2022-05-31', 1709, { statedPercent: 397, statedBasis: 'REGISTERED', source: 'S0-18', note: 'as printed' }),
    result('D2', 'sum', '2022-04-01', 10, { qualifier: 'MORE_THAN' }),
    result('G1', 'sum', '2022-04-15', 30, { coverage: 'OWN' }),
    target('D1', 'sum', 'ASSIGNED', 1000, { counterpart: 'P1' }),
    target('D1', 'sum', 'REGISTERED', 431, { counterpart: 'TLD', derived: true }),
    target('G1', 'sum', 'ASSIGNED', 40, { counterpart: 'D1' }),
    { ...target('D1', 'sum', 'NORM', 1), per: 'MEMBER', qualifier: 'AT_LEAST', counterpart: 'P1' },
    { ...target('D1', 'sum', 'NORM', 2), per: 'UNION', decidedOn: '2022-07-01' },
    { ...target('D2', 'sum', 'NORM', 1), per: 'MEMBER' },
    result('D1', 'part', '2022-05-01', 195),
    result('D1', 'whole', '2022-05-02', 204),
    result('D2', 'part', '2022-05-01', 1),
    result('D2', 'ratio', '2022-05-03', 90, { qualifier: 'MORE_THAN' }),
    result('D1', 'ratio', '2022-05-03', 12),
    target('D1', 'part', 'SELF_SET', 100),
    target('D1', 'whole', 'SELF_SET', 200),
    result('D3', 'part', '2022-05-01', 5),
    result('D3', 'whole', '2022-05-01', 0),
    result('D1', 'bare', '2022-05-01', 55),
    result('D1', 'rank', '2022-05-01', 8),
    { ...result('D1', 'other', '2022-02-01', 7), phase: 'p1' },
  ]);
  await server.load([result('D1', 'sum', '2022-03-01', 120, { corrects: true, source: 'second' })]);
});

afterAll(() => server?.close());

const progress = async (unit: string, indicator: string, fields: string, args = ''): Promise<Answer['data']> => {
  const { data, errors } = await server.query(`{ orgUnit(code: "${unit}") { progress(campaign: "c", indicator: "${indicator}" ${args}) { ${fields} } } }`);
  expect(errors).toBeUndefined();
  return data.orgUnit.progress;
};

describe('progress', () => {
  test('says what it is of, and shows the latest total by the day', async () => {
    const fields = 'unit { code } campaign { code } phase { code } indicator { code aggregation } asOf result { value asOf origin complete qualifier }';
    expect(await progress('D1', 'sum', fields)).toEqual({
      unit: { code: 'D1' }, campaign: { code: 'c' }, phase: null, indicator: { code: 'sum', aggregation: 'SUM' }, asOf: '2022-12-31',
      result: { value: 1709, asOf: '2022-05-31', origin: 'STATED', complete: true, qualifier: 'EXACT' },
    });
    expect(await progress('D1', 'sum', 'asOf result { value }', 'asOf: "2022-05-30"')).toEqual({ asOf: '2022-05-30', result: { value: 120 } });
    expect(await progress('D1', 'sum', 'result { value }', 'asOf: "2022-02-28"')).toEqual({ result: null });
  });

  test('two days in one query are each answered by their own', async () => {
    const { data } = await server.query(`{ orgUnit(code: "D1") {
      a: progress(campaign: "c", indicator: "sum", asOf: "2022-03-01") { result { value } }
      b: progress(campaign: "c", indicator: "sum", asOf: "2022-06-01") { result { value } assigned: target { value } registered: target(basis: REGISTERED) { value } }
    } }`);
    expect(data.orgUnit).toEqual({ a: { result: { value: 120 } }, b: { result: { value: 1709 }, assigned: { value: 1000 }, registered: { value: 431 } } });
  });

  test('completion is against the basis asked for, without an upper cap', async () => {
    const fields = 'a: completionPercent r: completionPercent(basis: REGISTERED) s: completionPercent(basis: SELF_SET) n: completionPercent(basis: NORM)';
    expect(await progress('D1', 'sum', fields)).toEqual({ a: 170.9, r: 396.52, s: null, n: 7120.83 });
  });

  test('what is kept beside the total: detail, unexplained, unallocated', async () => {
    const fields = 'detail unexplained a: unallocated r: unallocated(basis: REGISTERED) s: unallocated(basis: SELF_SET) n: unallocated(basis: NORM)';
    expect(await progress('D1', 'sum', fields)).toEqual({ detail: 30, unexplained: 1679, a: 960, r: 431, s: null, n: null });
    expect(await progress('P1', 'sum', fields)).toEqual({ detail: 30, unexplained: null, a: null, r: null, s: null, n: null });
  });

  test('a sum says that it is one, how loose it is, and whether a child is missing', async () => {
    const fields = 'result { value origin complete qualifier asOf } target { value origin complete } completionPercent coverage { expected reported percent } of: coverage(level: GRASSROOTS) { expected reported percent } none: coverage(level: NATIONAL) { expected reported percent }';
    expect(await progress('P1', 'sum', fields)).toEqual({
      result: { value: 1719, origin: 'SUMMED', complete: false, qualifier: 'MORE_THAN', asOf: '2022-05-31' },
      target: { value: 1000, origin: 'SUMMED', complete: false }, completionPercent: null,
      coverage: { expected: 3, reported: 2, percent: 66.67 }, of: { expected: 1, reported: 1, percent: 100 },
      none: { expected: 0, reported: 0, percent: null },
    });
  });

  test('a phase and the whole campaign are apart', async () => {
    expect(await progress('D1', 'other', 'result { value }')).toEqual({ result: null });
    expect(await progress('D1', 'other', 'phase { code } result { value }', 'phase: "p1"')).toEqual({ phase: { code: 'p1' }, result: { value: 7 } });
    expect(await progress('D1', 'other', 'asOf', 'phase: "q1"')).toBeNull();
  });

  test('where nothing was reported, codes that are known give a progress without a result', async () => {
    expect(await progress('G1', 'whole', 'result { value } target { value } completionPercent detail coverage { expected reported percent }')).toEqual({
      result: null, target: null, completionPercent: null, detail: null,
      coverage: { expected: 0, reported: 0, percent: null },
    });
  });

  test('a scorecard keeps the order asked, null for what is unknown, and repeats', async () => {
    const { data } = await server.query('{ orgUnit(code: "D1") { scorecard(campaign: "c", indicators: ["rank", "nothing", "sum", "rank"]) { indicator { code } result { value } } } }');
    expect(data.orgUnit.scorecard).toEqual([
      { indicator: { code: 'rank' }, result: { value: 8 } },
      null,
      { indicator: { code: 'sum' }, result: { value: 1709 } },
      { indicator: { code: 'rank' }, result: { value: 8 } },
    ]);
  });

  test('a scorecard of more than 50 indicators is BAD_USER_INPUT', async () => {
    const ask = (n: number): Promise<Answer> =>
      server.query('query ($all: [String!]!) { orgUnit(code: "D1") { scorecard(campaign: "c", indicators: $all) { asOf } } }', { all: Array.from({ length: n }, () => 'sum') });
    expect((await ask(50)).errors).toBeUndefined();
    expect((await ask(51)).errors).toMatchObject([{ path: ['orgUnit', 'scorecard'], extensions: { code: 'BAD_USER_INPUT', argument: 'indicators' } }]);
  });
});

describe('norms', () => {
  test('come to the latest norm × the latest count by the day', async () => {
    const of = (day: string): Promise<Answer['data']> => progress('D1', 'sum', 'target(basis: NORM) { value qualifier asOf origin complete }', `asOf: "${day}"`);
    const target = { qualifier: 'AT_LEAST', origin: 'STATED', complete: true };
    expect(await of('2021-12-31')).toEqual({ target: null });
    expect(await of('2022-05-31')).toEqual({ target: { ...target, value: 1000, asOf: '2022-01-01' } });
    expect(await of('2022-06-30')).toEqual({ target: { ...target, value: 1200, asOf: '2022-06-01' } });
    expect(await of('2022-07-01')).toEqual({ target: { ...target, value: 24, qualifier: 'EXACT', asOf: '2022-07-01' } });
  });

  test('are unknown where the count is', async () => {
    expect(await progress('D2', 'sum', 'target(basis: NORM) { value } completionPercent(basis: NORM)')).toEqual({ target: null, completionPercent: null });
  });

  test('are listed with who set them', async () => {
    const { data } = await server.query('{ orgUnit(code: "D1") { norms(where: { campaign: "c", indicator: "sum" }) { totalCount nodes { value per qualifier decidedOn unit { code } counterpart { code } campaign { code } phase { code } indicator { code } } } } }');
    const shared = { unit: { code: 'D1' }, campaign: { code: 'c' }, phase: null, indicator: { code: 'sum' } };
    expect(data.orgUnit.norms).toEqual({
      totalCount: 2,
      nodes: [
        { ...shared, value: 2, per: 'UNION', qualifier: 'EXACT', decidedOn: '2022-07-01', counterpart: null },
        { ...shared, value: 1, per: 'MEMBER', qualifier: 'AT_LEAST', decidedOn: '2022-01-01', counterpart: { code: 'P1' } },
      ],
    });
  });
});

describe('ratios, and what is never rolled up', () => {
  const fields = 'result { value origin qualifier asOf complete } detail unexplained coverage { reported }';

  test('a ratio is computed from its parts wherever both exist, whatever was stated', async () => {
    expect(await progress('D1', 'ratio', `${fields} target(basis: SELF_SET) { value } completionPercent(basis: SELF_SET) unallocated(basis: SELF_SET)`)).toEqual({
      result: { value: 95.59, origin: 'STATED', qualifier: 'EXACT', asOf: '2022-05-02', complete: true },
      detail: null, unexplained: null, coverage: { reported: 0 },
      target: { value: 50 }, completionPercent: 191.18, unallocated: null,
    });
  });

  test('it is the ratio of the sums, not a mean of percentages, and covers what both parts cover', async () => {
    expect(await progress('P1', 'ratio', fields)).toMatchObject({
      result: { value: 98.53, origin: 'SUMMED', complete: false },
      coverage: { reported: 2 },
    });
  });

  test('where a part is missing the statement shows', async () => {
    expect(await progress('D2', 'ratio', 'result { value origin qualifier }')).toEqual({ result: { value: 90, origin: 'STATED', qualifier: 'MORE_THAN' } });
    expect(await progress('D1', 'bare', 'result { value }')).toEqual({ result: { value: 55 } });
  });

  test('of nothing there is no ratio', async () => {
    expect(await progress('D3', 'ratio', 'result { value }')).toEqual({ result: null });
  });

  test('a rank and a bare percentage stay at their unit', async () => {
    expect(await progress('D1', 'rank', 'result { value origin }')).toEqual({ result: { value: 8, origin: 'STATED' } });
    expect(await progress('P1', 'rank', 'result { value }')).toEqual({ result: null });
    expect(await progress('P1', 'bare', 'result { value }')).toEqual({ result: null });
  });
});

describe('figures', () => {
  const list = async (field: string): Promise<Answer['data']> => {
    const { data, errors } = await server.query(`{ orgUnit(code: "D1") { list: ${field} } }`);
    expect(errors).toBeUndefined();
    return data.orgUnit.list;
  };

  test('tell what was stated, by whom, whence, and the stated percentage beside the computed one', async () => {
    const { nodes } = await list(`results(where: { campaign: "c", indicator: "sum" }) { nodes {
      unit { code } campaign { code } phase { code } indicator { code } measure basis value qualifier asOf coverage status derived
      statedPercent statedBasis completionPercent against: completionPercent(basis: ASSIGNED) source note recordedAt counterpart { code } supersededBy { id }
    } }`);
    expect(nodes.map((one: Answer['data']) => one.value)).toEqual([1709, 120]);
    expect(nodes[0]).toEqual({
      unit: { code: 'D1' }, campaign: { code: 'c' }, phase: null, indicator: { code: 'sum' }, measure: 'RESULT', basis: null, value: 1709,
      qualifier: 'EXACT', asOf: '2022-05-31', coverage: 'SUBTREE', status: 'APPROVED', derived: false, statedPercent: 397, statedBasis: 'REGISTERED',
      completionPercent: 396.52, against: 170.9, source: 'S0-18', note: 'as printed', counterpart: null, supersededBy: null,
      recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(nodes[1]).toMatchObject({ completionPercent: 12, against: 12 });
  });

  test('a corrected one is there when asked for, and leads to its correction', async () => {
    const { nodes } = await list('results(where: { status: SUPERSEDED }) { nodes { value status source supersededBy { value status source } } }');
    expect(nodes).toEqual([{ value: 100, status: 'SUPERSEDED', source: 'first', supersededBy: { value: 120, status: 'APPROVED', source: 'second' } }]);
  });

  test('targets tell their basis, who set them, and whether they are derived', async () => {
    const { nodes } = await list('targets(where: { indicator: "sum" }) { nodes { basis measure value derived counterpart { code } completionPercent coverage } }');
    expect(nodes).toHaveLength(2);
    expect(nodes).toEqual(
      expect.arrayContaining([
        { basis: 'ASSIGNED', measure: 'TARGET', value: 1000, derived: false, counterpart: { code: 'P1' }, completionPercent: null, coverage: 'SUBTREE' },
        { basis: 'REGISTERED', measure: 'TARGET', value: 431, derived: true, counterpart: { code: 'TLD' }, completionPercent: null, coverage: 'SUBTREE' },
      ]),
    );
  });

  test('are filtered by phase, basis, coverage and days', async () => {
    const count = async (field: string): Promise<number> => (await list(`${field} { totalCount }`)).totalCount;
    expect(await count('results(where: { phase: "p1" })')).toBe(1);
    expect(await count('results(where: { indicator: "sum", from: "2022-03-02" })')).toBe(1);
    expect(await count('results(where: { indicator: "sum", to: "2022-03-01" })')).toBe(1);
    expect(await count('results(where: { coverage: OWN })')).toBe(0);
    expect(await count('results(where: { basis: ASSIGNED })')).toBe(0);
    expect(await count('targets(where: { basis: REGISTERED })')).toBe(1);
    expect(await count('targets(where: { basis: NORM })')).toBe(0);
  });
});
