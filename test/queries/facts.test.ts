/** Each of the 173 facts is in the answers of the queries that ask for it (seeds/queries.json). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queries } from '../../src/explorer/queries/index.js';
import { readFacts, readSeeds, type Fact } from '../seeds/table.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { asks } from './asks.js';

/** What a query asks for and cannot get: nothing but the claim says so, which Q25 has. */
const CLAIM_ALONE: Readonly<Record<string, string>> = {
  'S2-10 Q01': 'no cluster is named, so that the tree has none',
  'S4-09 Q04': 'at least one a union above the grassroots: norms are per member or per grassroots union',
  'S4-39 Q12': 'a benefit without a number',
};

let server: TestServer;
/** By query: all answers, to who sees everything. */
const answers = new Map<string, unknown[]>();
beforeAll(async () => {
  server = await startTestServer();
  for (const { id, document, variables = {} } of queries) {
    const all: unknown[] = [];
    for (const asked of [variables, ...(asks[id] ?? [])]) {
      const { data, errors } = await server.query(document, asked);
      if (errors) throw new Error(`${id} with ${JSON.stringify(asked)}: ${JSON.stringify(errors)}`);
      all.push(data);
    }
    answers.set(id, all);
  }
}, 180_000);
afterAll(() => server?.close());

/** Whether somewhere in the answer stands a thing that rests on the fact, or the claim itself. */
function tells(answer: unknown, fact: string): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const { source, code } = answer as { source?: unknown; code?: unknown };
  if (code === fact || (typeof source === 'string' && source.split(/[\s,;]+/).includes(fact))) return true;
  return Object.values(answer).some((part) => tells(part, fact));
}

const facts: readonly Fact[] = readFacts(readSeeds());

describe('each fact, asked by query', () => {
  test.each(queries.map(({ id, title }) => [id, title] as const))('%s: %s', (id) => {
    const wanted = facts.filter((fact) => fact.queries.includes(id)).map((fact) => fact.id);
    expect(wanted.filter((fact) => !answers.get(id)!.some((answer) => tells(answer, fact))).map((fact) => `${fact} ${id}`)).toEqual(
      Object.keys(CLAIM_ALONE).filter((key) => key.endsWith(id)),
    );
  });

  test('what the claim alone says, Q25 answers', () => {
    for (const key of Object.keys(CLAIM_ALONE)) expect(answers.get('Q25')!.some((answer) => tells(answer, key.slice(0, 5)))).toBe(true);
  });
});
