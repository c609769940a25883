import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

interface GoldenQuery {
  unit: string;
  campaign: string;
  phase?: string | null;
  indicator: string;
  asOf: string;
  basis?: string;
  expected: Record<string, unknown>;
}
interface GoldenCase {
  name: string;
  records?: object[];
  queries: GoldenQuery[];
}

const casesOf = (file: string): GoldenCase[] => JSON.parse(readFileSync(new URL(`../golden/${file}.json`, import.meta.url), 'utf8')) as GoldenCase[];

const document = `query ($unit: String!, $campaign: String!, $phase: String, $indicator: String!, $asOf: Date!, $basis: TargetBasis!) {
  orgUnit(code: $unit) { progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $asOf) {
    result { value origin complete } target(basis: $basis) { value origin complete } completionPercent(basis: $basis)
    detail unexplained unallocated(basis: $basis) coverage { expected reported }
  } }
}`;

const variablesOf = ({ unit, campaign, phase, indicator, asOf }: Omit<GoldenQuery, 'basis'>): Record<string, unknown> => ({ unit, campaign, phase, indicator, asOf });

/** The answer in the words of the golden files. */
async function answer(server: TestServer, { basis = 'ASSIGNED', ...query }: GoldenQuery): Promise<Answer['data']> {
  const { data, errors } = await server.query(document, { ...variablesOf(query), basis });
  expect(errors).toBeUndefined();
  const { result, target, ...rest } = data.orgUnit.progress;
  return {
    result: result?.value ?? null, resultOrigin: result?.origin ?? null, resultComplete: result?.complete ?? false,
    target: target?.value ?? null, targetOrigin: target?.origin ?? null, targetComplete: target?.complete ?? false,
    ...rest,
  };
}

const expectedOf = ({ queries }: GoldenCase): object[] => queries.map(({ expected, ...query }) => ({ ...query, ...expected }));

async function answersOf(server: TestServer, { queries }: GoldenCase): Promise<object[]> {
  const answers: object[] = [];
  for (const query of queries) answers.push({ ...query, ...(await answer(server, query)) });
  return answers;
}

describe('what the API answers to the golden questions', () => {
  test('on the articles', async () => {
    const server = await startTestServer();
    try {
      for (const one of casesOf('articles')) expect(await answersOf(server, one)).toMatchObject(expectedOf(one));
    } finally {
      await server.close();
    }
  });

  test.each([...casesOf('edge'), ...casesOf('random-small')].map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const server = await startTestServer({ seed: false });
    try {
      await server.load(one.records!);
      expect(await answersOf(server, one)).toMatchObject(expectedOf(one));
    } finally {
      await server.close();
    }
  });
});
