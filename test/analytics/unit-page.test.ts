import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import { isoOf } from '../../src/ledger/replay.js';
import { histories, type History } from '../support/histories.js';
import { startTestServer, type TestServer } from '../support/server.js';

const RUNS = Number(process.env['FC_RUNS'] ?? 6);
const SEED = Number(process.env['FC_SEED'] ?? 6);
/** How many documents are asked of a history. */
const ASKED = 40;

let server: TestServer;
let plain: Awaited<ReturnType<TestServer['beside']>>;
beforeAll(async () => {
  server = await startTestServer({ seed: false, api: { compiledFrom: 1 } });
  plain = await server.beside({ compiledFrom: Infinity });
});
afterAll(async () => {
  await plain.close();
  await server.close();
});

/** The answer of graphql-js, which reads level by level under the policies of the tables. */
async function askPlainly(query: string, variables: object, as: string): Promise<unknown> {
  const response = await fetch(`${plain.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` }, body: JSON.stringify({ query, variables }) });
  return response.json();
}

const TOTAL = 'value qualifier asOf origin complete';
const PIECES = [
  `result { ${TOTAL} }`,
  `target { ${TOTAL} }`,
  'completionPercent',
  'coverage { expected reported percent }',
  `own: target(basis: SELF_SET) { ${TOTAL} }`,
  'registered: completionPercent(basis: REGISTERED)',
  'detail unexplained',
  'unallocated',
  'beneath: coverage(level: GRASSROOTS) { expected reported percent }',
  'asOf indicator { code name } campaign { code name } phase { code }',
];
const UNIT = ['name', 'code', 'id __typename', 'level kind aliases validFrom closedOn', 'sector ownership nameEn source note'];

interface Question {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Documents of the shapes that are read ahead, with whatever a caller may put into them. */
function questionsOf({ net, days }: History, seed: number, left: readonly string[]): Question[] {
  let state = seed + 1;
  const roll = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  const one = <T>(list: readonly T[]): T => list[roll(list.length)]!;
  const prefix = (net.units[0]!.id as string).slice(0, -1);
  const parents = net.placements.map(({ parent }) => parent as string);
  const units = [...net.units.map(({ id }) => id as string), ...parents, ...left, ...left];
  const phased = net.series.some(({ phase }) => phase !== null);
  const some = (list: readonly string[]): string => {
    const chosen = list.filter(() => roll(3) === 0);
    return (chosen.length > 0 ? chosen : [list[0]!]).join(' ');
  };
  const times = (): string => (roll(3) === 0 ? '' : `, asOf: "${isoOf(one(days))}"`);
  // An empty code is that of no phase, and not the lack of one.
  const phase = (): string => (phased && roll(4) > 0 ? ', phase: "p1"' : one(['', '', ', phase: ""']));
  const progress = (alias: string): string =>
    roll(2) === 0
      ? `${alias}: progress(campaign: $k, indicator: "${prefix}${one(['I', 'I', 'I', 'J'])}"${phase()}${times()}) { ${some(PIECES)} }`
      : `${alias}: scorecard(campaign: $k, indicators: ["${prefix}I", "${prefix}J"]${phase()}${times()}) { ${some(PIECES)} }`;
  return Array.from({ length: ASKED }, () => {
    const list = one(['nodes', 'nodes', 'edges']);
    const inner = `${some(UNIT)} ${roll(4) > 0 ? progress('p') : ''} ${roll(3) === 0 ? progress('q') : ''}`;
    const page = one(['', '(first: 2)', '(first: $first)', `(asOf: "${isoOf(one(days))}")`, `(first: 1, asOf: "${isoOf(one(days))}")`]);
    const children = `children${page} { ${list === 'nodes' ? `nodes { ${inner} }` : `edges { cursor node { ${inner} } }`} ${roll(2) === 0 ? 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }' : ''} }`;
    const by = one(['RESULT', 'RESULT', 'COMPLETION', 'COMPLETION', 'GROWTH', 'GROWTH_PERCENT']);
    const group = one(['{ children: true }', '{ level: GRASSROOTS }', '{ level: UPPER_GRASSROOTS }', '{ level: PROVINCIAL }']);
    const since = by.startsWith('GROWTH') ? `, asOf: "2024-03-01", since: "${isoOf(one(days))}"` : times();
    const entry = `place tied name value complete ${roll(4) > 0 ? `unit { ${inner} }` : ''}`;
    const ranking = `ranking(campaign: $k, indicator: "${prefix}I"${phase()}, by: ${by}${one(['', ', basis: SELF_SET'])}, group: ${group}${since}) {
      asOf entries${one(['', '(first: 2)', '(first: $first)'])} { ${list === 'nodes' ? `nodes { ${entry} }` : `edges { cursor node { ${entry} } }`} pageInfo { hasNextPage endCursor } } }`;
    const body = `${some(UNIT)} ${roll(2) === 0 ? progress('a') : ''} ${one(['', children, ranking])}`;
    const declared = ['$code: String!', ...(body.includes('$k') ? ['$k: String!'] : []), ...(body.includes('$first') ? ['$first: Int'] : [])].join(', ');
    return { query: `query (${declared}) { orgUnit(code: $code) { ${body} } }`, variables: { code: one(units), k: `${prefix}K`, first: roll(5) - 1 } };
  });
}

describe('a unit, its children and their progress, read ahead in one statement', () => {
  test(`are what they are read level by level, whoever asks (${RUNS} histories)`, { timeout: 600_000 }, async () => {
    let [ahead, ranked, asked, run] = [0, 0, 0, 0];
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 1_000_000 }), fc.nat(), async (seed, who) => {
        const prefix = `R${run++}-`;
        const [history] = fc.sample(histories({ prefix }), { numRuns: 1, seed });
        for (const batch of history!.deals[0]) expect((await importRecords(server.db, batch)).errors).toEqual([]);
        const codes = history!.net.units.map(({ id }) => id as string);
        const callers: string[] = [];
        // Units whose children have gone elsewhere: on a day in the past, some of those are out of scope.
        const gone = history!.net.placements.filter(({ to }) => to !== null).map(({ parent }) => parent as string);
        const left = gone.length > 0 ? gone : codes;
        // Who sees everything, who sees such a unit and what is beneath it, and one of two units.
        for (const [i, granted] of [[codes[0]!], [left[who % left.length]!], [left[(who + 1) % left.length]!, codes[(who * 7) % codes.length]!]].entries()) {
          const name = `${prefix}${i}`;
          for (const code of new Set(granted)) await server.grant(name, i === 2 ? 'REPORTER' : 'VIEWER', code);
          callers.push(await server.tokenFor(name));
        }
        for (const [i, { query, variables }] of questionsOf(history!, seed, left).entries()) {
          const as = callers[i % callers.length]!;
          server.statements.length = 0;
          const { status, ...answer } = await server.query(query, variables, { as });
          expect(status, `${query} ${JSON.stringify(answer.errors)}`).toBe(200);
          asked += 1;
          if (server.statements.length === 1 && server.statements[0]!.text.includes('unit_page')) {
            ahead += 1;
            if (server.statements[0]!.values.includes('COMPLETION')) ranked += 1;
          }
          expect(JSON.stringify(answer), `${query} ${JSON.stringify(variables)}`).toBe(JSON.stringify(await askPlainly(query, variables, as)));
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // Units out of scope, wrong arguments and codes that nobody has asked for yet are read in the other way.
    expect(ahead / asked).toBeGreaterThan(0.3);
    expect(ranked).toBeGreaterThan(0);
  });
});
