/** What a query costs whom, with a replica and without: for docs/scaling.md, run when it is asked for (REPLICA_COST=1). CPU time, which other programs disturb less than the clock. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startTestServer } from '../support/server.js';
import { startPair } from './pair.js';

const QUERIES = Number(process.env['REPLICA_COST'] ?? 0) * 1000;
const ROUNDS = 5;
const PROGRESS = 'result { value } target { value } completionPercent coverage { expected reported percent }';
const DOCUMENTS = {
  'one card': `{ orgUnit(code: "P01") { name progress(campaign: "1m-initiatives", indicator: "initiatives") { ${PROGRESS} } } }`,
  'a page of units': `{ orgUnit(code: "TLD") { name children(first: 30) { nodes { name scorecard(campaign: "1m-initiatives", indicators: ["initiatives", "initiatives.valid"]) { ${PROGRESS} } } } } }`,
};
type Cost = readonly [primary: number, standby: number, process: number];

test.skipIf(QUERIES === 0)('a query costs the primary next to nothing', async () => {
  const pair = await startPair();
  let answered = 0;
  const now = new Date('2026-01-15T03:00:00Z');
  const beside = await startTestServer({ on: pair, now, api: { onReplica: () => void (answered += 1) } });
  const alone = await startTestServer({ seed: false, on: { db: pair.db, openApi: () => pair.openApi([]) }, now });
  try {
    await beside.grant('viewer', 'VIEWER', 'TLD');
    await pair.caughtUp();
    const authorization = `Bearer ${await beside.tokenFor('viewer')}`;
    const BACKENDS = `select pid from pg_stat_activity where usename = 'liendoan_api'`;
    const milliseconds = (rows: { pid: number }[]): number => rows.reduce((sum, { pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return sum + (Number(fields[11]) + Number(fields[12])) * 10;
    }, 0);
    const spent = async (): Promise<Cost> => {
      const { user, system } = process.cpuUsage();
      return [milliseconds((await pair.db.pool.query<{ pid: number }>(BACKENDS)).rows), milliseconds(await pair.atStandby(BACKENDS)), (user + system) / 1000];
    };
    const run = async (url: string, query: string, times: number): Promise<Cost> => {
      const before = await spent();
      await Promise.all(Array.from({ length: 4 }, async () => {
        for (let time = 0; time < times / 4; time++) {
          const response = await fetch(new URL('/graphql', url), { method: 'POST', headers: { 'content-type': 'application/json', authorization }, body: JSON.stringify({ query }) });
          expect(((await response.json()) as { errors?: unknown }).errors).toBeUndefined();
        }
      }));
      return (await spent()).map((after, i) => (after - before[i]!) / times) as unknown as Cost;
    };
    for (const [name, query] of Object.entries(DOCUMENTS)) {
      const costs = { 'with a replica': [] as Cost[], 'without': [] as Cost[] };
      for (const { url } of [beside, alone]) await run(url, query, QUERIES / 4);
      const before = answered;
      for (let round = 0; round < ROUNDS; round++) {
        costs['with a replica'].push(await run(beside.url, query, QUERIES));
        costs['without'].push(await run(alone.url, query, QUERIES));
      }
      const median = (values: number[]): string => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!.toFixed(2);
      for (const [how, all] of Object.entries(costs)) {
        console.log(`${name}, ${how}: ms of CPU a query, of the primary ${median(all.map(([one]) => one))}, the standby ${median(all.map(([, one]) => one))}, this process (server and client) ${median(all.map(([, , one]) => one))}`);
      }
      expect((answered - before) / (ROUNDS * QUERIES)).toBeGreaterThan(0.9);
    }
  } finally {
    await alone.close();
    await beside.close();
    await pair.close();
  }
}, 600_000);
