import { setTimeout as sleep } from 'node:timers/promises';
import { assertSame, contest, questionsOf, startContender } from '../compare.js';
import type { Job, Measured } from '../load.js';
import { median } from '../statistics.js';
import type { Finding, Trial } from './trial.js';
import { w2 } from './w2.js';
import { INDICATORS, type Workload } from './workload.js';

const CALLERS = 200;
const MB = 2 ** 20;

export const w7: Trial = {
  title: `${CALLERS} connections, each of a caller of its own with the dashboard of a unit of its own: the units beneath × 5 indicators`,
  async run({ nation: { provincials, uppers }, place, load, soak, contenders }): Promise<Finding[]> {
    const units = [...provincials, ...uppers.map(({ code }) => code)].slice(0, CALLERS);
    const workload: Workload = { ...w2, connections: units.length, askings: units.map((code) => ({ caller: code, variables: { code, indicators: INDICATORS.slice(0, 5) } })) };
    const findings: Finding[] = [];
    for (const name of contenders.filter((one) => one === 'liendoan' || one === 'liendoan-cached')) {
      // Fresh: what it holds is what these callers make it hold.
      const [server, floor] = [await startContender(name, place), await startContender('floor', place)];
      try {
        await assertSame(contest('w2', workload, [server, floor], place));
        await floor.close();
        const questions = await questionsOf(contest('w2', workload, [server], place), name);
        const resident: number[] = [];
        let over = false;
        const asking = load.ask<Measured>({ port: server.port, connections: units.length, leadInMs: Math.min(20_000, soak * 200), ms: soak * 1000, questions } satisfies Job).finally(() => (over = true));
        // A failure is told where it is waited for.
        asking.catch(() => {});
        while (!over) {
          resident.push((await server.memory()) / MB);
          await sleep(Math.min(1000, soak * 50));
        }
        const { perSecond, p50, p99 } = await asking;
        const quarter = Math.ceil(resident.length / 4);
        const [first, last] = [median(resident.slice(0, quarter)), median(resident.slice(-quarter))];
        findings.push(
          { what: name, median: perSecond, unit: 'requests/s' },
          { what: `${name}, p50`, median: p50, unit: 'ms' },
          { what: `${name}, p99`, median: p99, unit: 'ms' },
          { what: `${name}, p99 ÷ p50`, median: p99 / p50, unit: '×', atMost: 4 },
          { what: `${name}, resident at most`, median: Math.max(...resident), unit: 'MB', atMost: 350 },
          { what: `${name}, resident in the first quarter of ${soak} s`, median: first, unit: 'MB' },
          { what: `${name}, resident in the last quarter ÷ in the first`, median: last / first, unit: '×', atMost: 1.05 },
        );
      } finally {
        await server.close();
        await floor.close();
      }
    }
    return findings;
  },
};
