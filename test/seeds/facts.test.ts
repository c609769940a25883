import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

/** One row a figure: the question, and what the article prints (`facts.json`). */
interface Fact {
  fact: string;
  unit: string;
  campaign: string;
  phase: string | null;
  indicator: string;
  asOf: string;
  basis?: string;
  expected: {
    result: number | null;
    qualifier?: string;
    target?: number | null;
    targetQualifier?: string;
    targetDerived?: boolean;
    counterpart?: string;
    completionPercent?: number | null;
    statedPercent?: number;
    norm?: object;
  };
}
const facts = JSON.parse(readFileSync(new URL('facts.json', import.meta.url), 'utf8')) as Fact[];

/** The figures that the seeds owe, by fact id. */
const OWED = [
  'S0-18', 'S1-02', 'S1-03', 'S1-14', 'S1-15', 'S1-16', 'S1-17', 'S1-18', 'S1-19', 'S2-07', 'S2-08', 'S2-09', 'S2-11', 'S2-12', 'S2-13', 'S2-24',
  'S4-05', 'S4-06', 'S4-24', 'S4-25', 'S4-26', 'S4-27', 'S4-28', 'S4-29', 'S4-30', 'S4-31',
];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const document = `query ($unit: String!, $campaign: String!, $phase: String, $indicator: String!, $asOf: Date!, $basis: TargetBasis!, $figures: FigureFilter!, $norms: NormFilter!) {
  orgUnit(code: $unit) {
    progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $asOf) {
      result { value qualifier }
      target(basis: $basis) { value qualifier }
      completionPercent(basis: $basis)
    }
    results(where: $figures) { nodes { value source statedPercent completionPercent phase { code } } }
    targets(where: $figures) { nodes { value basis source derived counterpart { code } phase { code } } }
    norms(where: $norms) { nodes { value per qualifier source } }
  }
}`;

test('the table has every figure that the seeds owe', () => {
  expect([...new Set(facts.map(({ fact }) => fact))].sort()).toEqual([...OWED].sort());
});

describe('asked by fact id, the API answers what the article prints', () => {
  test.each(facts.map((fact) => [fact.fact, fact.indicator, fact] as const))('%s: %s', async (id, _indicator, fact) => {
    const { unit, campaign, phase, indicator, asOf, basis = 'ASSIGNED', expected } = fact;
    const { data, errors } = await server.query(document, {
      unit, campaign, phase, indicator, asOf, basis,
      figures: { campaign, indicator, to: asOf }, norms: { campaign, indicator },
    });
    expect(errors).toBeUndefined();
    const { progress, results, targets, norms } = data.orgUnit;

    expect(progress.result?.value ?? null).toBe(expected.result);
    if (expected.qualifier !== undefined) expect(progress.result.qualifier).toBe(expected.qualifier);
    if (expected.target !== undefined) expect(progress.target?.value ?? null).toBe(expected.target);
    if (expected.targetQualifier !== undefined) expect(progress.target.qualifier).toBe(expected.targetQualifier);
    if (expected.completionPercent !== undefined) expect(progress.completionPercent).toBe(expected.completionPercent);

    const inPhase = (figure: { phase: { code: string } | null }): boolean => (figure.phase?.code ?? null) === phase;
    const [result] = results.nodes.filter(inPhase);
    const [target] = targets.nodes.filter(inPhase).filter((node: { basis: string }) => node.basis === basis);
    if (expected.statedPercent !== undefined) {
      expect(result).toMatchObject({ statedPercent: expected.statedPercent, completionPercent: expected.completionPercent });
    }
    if (expected.targetDerived !== undefined) expect(target).toMatchObject({ derived: expected.targetDerived, counterpart: { code: expected.counterpart } });
    if (expected.norm !== undefined) expect(norms.nodes).toMatchObject([expected.norm]);

    // A rate that is worked out from its two parts has no figure of its own.
    const stated = [result, target, ...norms.nodes].filter((node) => node != null);
    if (stated.length > 0) expect(stated.map(({ source }) => source).join(' ')).toContain(id);
    else expect(indicator).toBe('unions.with-model.rate');
  });
});

test('Đống Đa has no figure: null, never 0', async () => {
  const { data } = await server.query(
    `{ orgUnit(code: "D006") { results { totalCount } targets { totalCount }
       progress(campaign: "emulation-2021-dong-da", indicator: "initiatives") { result { value } target { value } completionPercent coverage { expected reported } } } }`,
  );
  expect(data.orgUnit).toEqual({
    results: { totalCount: 0 },
    targets: { totalCount: 0 },
    progress: { result: null, target: null, completionPercent: null, coverage: { expected: 0, reported: 0 } },
  });
});

test('all 63 federations of before July 2025 stand under the confederation, and no unit is closed', async () => {
  const { data } = await server.query(
    `{ orgUnit(code: "TLD") { name children(where: { level: PROVINCIAL }) { totalCount } }
       a: orgUnits(first: 100) { nodes { code closedOn } pageInfo { hasNextPage } } }`,
  );
  expect(data.orgUnit).toEqual({ name: 'Tổng Liên đoàn Lao động Việt Nam', children: { totalCount: 63 } });
  expect(data.a.pageInfo.hasNextPage).toBe(false);
  expect(data.a.nodes.filter((node: { closedOn: string | null }) => node.closedOn !== null)).toEqual([]);
});
