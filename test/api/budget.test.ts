import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

const indicators = ['a', 'b', 'c', 'd', 'rate'];
let server: TestServer;

/** A province with so many districts, each with results and targets. */
function* province(code: string, districts: number): Generator<object> {
  yield { type: 'orgUnit', code, name: code, level: 'PROVINCIAL', kind: 'PROVINCIAL_FEDERATION', parent: 'TLD', validFrom: '1990-01-01' };
  for (let n = 0; n < districts; n += 1) {
    const unit = `${code}-${String(n).padStart(3, '0')}`;
    yield { type: 'orgUnit', code: unit, name: unit, level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent: code, validFrom: '1990-01-01' };
    for (const [i, indicator] of ['a', 'b', 'c', 'd'].entries()) {
      yield { type: 'result', unit, campaign: 'c', indicator, coverage: 'SUBTREE', asOf: '2022-05-31', value: 100 * n + i };
      yield { type: 'target', unit, campaign: 'c', indicator, basis: 'ASSIGNED', decidedOn: '2022-01-01', value: 50, counterpart: code };
    }
  }
}

beforeAll(async () => {
  server = await startTestServer({ seed: false, api: { compiledFrom: Infinity } });
  await server.load([
    { type: 'orgUnit', code: 'TLD', name: 'Tổng', level: 'NATIONAL', kind: 'CONFEDERATION', parent: null, validFrom: '1990-01-01' },
    ...['a', 'b', 'c', 'd'].map((code) => ({ type: 'indicator', code, name: code, unitOfMeasure: 'x', aggregation: 'SUM' })),
    { type: 'indicator', code: 'rate', name: 'rate', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'a', denominator: 'b' },
    { type: 'campaign', code: 'c', name: 'c', campaignKind: 'MOVEMENT', launchedBy: 'TLD', startsOn: '2022-01-01' },
    ...province('P3', 3),
    ...province('P300', 300),
  ]);
}, 120_000);

afterAll(() => server?.close());

const cards = `name
  scorecard(campaign: "c", indicators: $indicators, asOf: "2022-12-31") {
    campaign { code name } indicator { code name }
    result { value origin } target { value } completionPercent coverage { expected reported percent }
  }`;
const pageOf = (alias: string, after: string): string => `${alias}: children(first: 100, asOf: "2022-12-31", after: ${after}) { nodes { code ${cards} } }`;
const document = `query ($code: String!, $indicators: [String!]!, $second: String, $third: String) {
  orgUnit(code: $code) { ${cards} ${pageOf('a', 'null')} ${pageOf('b', '$second')} ${pageOf('c', '$third')} }
}`;

async function ask(code: string): Promise<{ statements: number; districts: Answer['data'][] }> {
  const cursor = (last: string): string => Buffer.from(JSON.stringify(['unit.code', `${code}-${last}`])).toString('base64url');
  server.statements.length = 0;
  const { data, errors } = await server.query(document, { code, indicators, second: cursor('099'), third: cursor('199') });
  expect(errors).toBeUndefined();
  const seen = new Map<string, Answer['data']>();
  for (const page of ['a', 'b', 'c']) for (const node of data.orgUnit[page].nodes) seen.set(node.code, node);
  return { statements: server.statements.length, districts: [...seen.values()] };
}

describe('the number of SQL statements', () => {
  test('is the same for a province of 3 and of 300 districts × 5 indicators, and at most 6', async () => {
    // What codes stand for is looked up once.
    expect((await ask('P3')).statements).toBe(5);
    const [few, many] = [await ask('P3'), await ask('P300')];
    expect([few.districts.length, many.districts.length]).toEqual([3, 300]);
    expect(many.statements).toBe(few.statements);
    expect(many.statements).toBe(4);
    const last = many.districts.find(({ code }) => code === 'P300-299')!;
    expect(last.scorecard.map((card: Answer['data']) => card.result.value)).toEqual([29_900, 29_901, 29_902, 29_903, 100]);
    expect(last.scorecard.map((card: Answer['data']) => card.completionPercent)).toEqual([59_800, 59_802, 59_804, 59_806, 100]);
  });

  test('is the same for a page that lists the figures, targets, ancestors and clusters of its units', async () => {
    const wide = `query ($code: String!, $first: Int) { orgUnit(code: $code) { children(first: $first) { totalCount nodes {
      parent { name } ancestors { name } predecessors { code } children(first: 3) { totalCount nodes { code } } clusters { code }
      memberCounts { nodes { value } } campaigns { nodes { code } } norms { nodes { value } }
      results(first: 2) { totalCount nodes { value completionPercent campaign { code } indicator { code } unit { code } } }
      targets(first: 2) { nodes { value counterpart { code } } }
    } } } }`;
    const count = async (code: string): Promise<number> => {
      server.statements.length = 0;
      expect((await server.query(wide, { code, first: 100 })).errors).toBeUndefined();
      return server.statements.length;
    };
    expect(await count('P300')).toBe(await count('P3'));
  });

  test('is none for what the page already has', async () => {
    server.statements.length = 0;
    await server.query('{ orgUnit(code: "P3") { id code name aliases level kind validFrom closedOn successor { code } } }');
    expect(server.statements).toHaveLength(1);
  });
});
