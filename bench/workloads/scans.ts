import pg from 'pg';
import { assertSame, contest, questionsOf, startContender, type Place } from '../compare.js';
import type { Finding, Trial } from './trial.js';
import type { Workload } from './workload.js';

/** A table of up to eight pages is read as a whole sooner than through an index. */
const SMALL = 64 * 1024;

/**
 * Which tables PostgreSQL has read from end to end while Liendoan answered everything that workloads ask, and how often;
 * also inside of functions, where EXPLAIN does not look. What the server reads as it starts is not counted.
 */
export async function sequentialScans(place: Place, workloads: Readonly<Record<string, Workload>>, { above = SMALL } = {}): Promise<Map<string, number>> {
  // Who asks is looked up before.
  for (const [name, workload] of Object.entries(workloads)) await questionsOf(contest(name, workload, [], place), 'liendoan');
  const before = await counted(place, above);
  await served(place, async () => {});
  const between = await counted(place, above);
  await served(place, async (server) => {
    for (const [name, workload] of Object.entries(workloads)) await assertSame(contest(name, workload, [server], place));
  });
  const found = new Map<string, number>();
  for (const [table, scans] of await counted(place, above)) {
    const started = (between.get(table) ?? 0) - (before.get(table) ?? 0);
    const more = scans - (between.get(table) ?? 0) - started;
    if (more > 0) found.set(table, more);
  }
  return found;
}

/** A connection tells of its scans at the latest when it ends: so does the server, with all of its. */
async function served(place: Place, ask: (server: Awaited<ReturnType<typeof startContender>>) => Promise<void>): Promise<void> {
  const server = await startContender('liendoan', place);
  try {
    await ask(server);
  } finally {
    await server.close();
  }
}

async function counted({ ownerUrl }: Place, above: number): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Those whose server has ended are on their way out.
    const connected = async (): Promise<number> => (await client.query(`select from pg_stat_activity where datname = current_database() and usename = 'liendoan_api'`)).rowCount!;
    for (let waited = 0; (await connected()) > 0; waited++) {
      if (waited === 100) throw new Error('somebody else is connected as liendoan_api: what it reads would be counted');
      await client.query('select pg_sleep(0.05)');
    }
    const { rows } = await client.query<{ relname: string; scans: string }>('select relname, seq_scan as scans from pg_stat_user_tables where pg_relation_size(relid) > $1', [above]);
    return new Map(rows.map(({ relname, scans }) => [relname, Number(scans)]));
  } finally {
    await client.end();
  }
}

/** Of those that are asked. */
export const scansOf = (asked: Readonly<Record<string, Workload>>): Trial => ({
  title: `tables of more than ${SMALL / 1024} kB that are read from end to end while Liendoan answers ${Object.keys(asked).join(', ')}`,
  async run({ place }): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const [name, workload] of Object.entries(asked)) {
      const scans = [...(await sequentialScans(place, { [name]: workload }))];
      findings.push({ what: [name, ...scans.map(([table, times]) => `${table} ${times} ×`)].join(' '), median: scans.length, unit: 'tables', atMost: 0 });
    }
    return findings;
  },
});
