/** Whatever is asked, a standby answers: nothing that a query runs would write, and the numbers are the primary's. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { queries } from '../../src/explorer/queries/index.js';
import { asks } from '../queries/asks.js';
import { Asking } from '../queries/asking.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { startPair, type Pair } from './pair.js';

let pair: Pair;
let server: TestServer;
let asking: Asking;
let answered = 0;
beforeAll(async () => {
  pair = await startPair();
  server = await startTestServer({ on: pair, now: new Date('2026-01-15T03:00:00Z'), api: { replicaLagSeconds: 9999, onReplica: () => void (answered += 1) } });
  asking = new Asking(server);
}, 180_000);
afterAll(async () => {
  await server?.close();
  await pair?.close();
});

async function ask(as: string | null, query: string, variables: object | undefined, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(new URL('/graphql', server.url), {
    method: 'POST', headers: { 'content-type': 'application/json', ...(as !== null && { authorization: `Bearer ${as}` }), ...headers }, body: JSON.stringify({ query, variables }),
  });
  // What it costs is told of the minute.
  return (await response.text()).replace(/,"extensions":\{"cost".*$/s, '');
}

const sets = queries.map((one) => ({ ...one, all: [one.variables, ...(asks[one.id] ?? [])] }));

test.each(sets)('$id is answered by a standby as by the primary', async ({ document, as, all }) => {
  const token = await asking.credentialOf(as);
  await pair.caughtUp();
  for (const variables of all) {
    // Twice: once as it is asked at first, and once with what is remembered.
    for (let time = 0; time < 2; time++) {
      const found = await vi.waitFor(async () => {
        const before = answered;
        const answer = await ask(token, document, variables);
        expect(answered).toBe(before + 1);
        return answer;
      }, { timeout: 20_000, interval: 50 });
      expect(found).toBe(await ask(token, document, variables, { 'liendoan-position': 'x' }));
      expect(found).not.toContain('"errors"');
    }
  }
});
