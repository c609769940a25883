/**
 * What it takes to hand results in and approve them: 16 clients over HTTP, each result by two mutations, against 16
 * connections that insert the same rows into the same table, each in a transaction of its own, with nothing that follows
 * from them. They take turns. `npm run bench:workflow [-- --reports N --rounds N]`
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { verify } from '../src/ledger/verify.service.js';
import { median, printConditions, withServer } from './server.js';

const { values: asked } = parseArgs({
  options: { reports: { type: 'string', default: '400' }, rounds: { type: 'string', default: '5' }, help: { type: 'boolean' } },
});
if (asked.help) {
  console.log('npm run bench:workflow [-- --reports N --rounds N]: N results a round (at most 400), handed in and approved by 16 clients, beside plain inserts of the same rows');
  process.exit();
}
const REPORTS = Math.min(400, Number(asked.reports));
const ROUNDS = Number(asked.rounds);
const CLIENTS = 16;

const DISTRICTS = 20;
const INDICATORS = ['I0', 'I1', 'I2', 'I3', 'I4'];
const unions = Array.from({ length: 400 }, (_, i) => `P.${i % DISTRICTS}.${i}`);
function* records(): Generator<object> {
  const unit = (code: string, level: string, kind: string, parent?: string) => ({ type: 'orgUnit', code, name: code, level, kind, ...(parent && { parent }), validFrom: '1990-01-01' });
  yield unit('N', 'NATIONAL', 'CONFEDERATION');
  yield unit('P', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N');
  for (let d = 0; d < DISTRICTS; d++) yield unit(`P.${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P');
  for (const code of unions) yield unit(code, 'GRASSROOTS', 'GRASSROOTS_UNION', code.slice(0, code.lastIndexOf('.')));
  for (const code of INDICATORS) yield { type: 'indicator', code, name: code, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  yield { type: 'campaign', code: 'K', name: 'K', campaignKind: 'PROGRAMME', launchedBy: 'N', indicators: INDICATORS };
}

/** Works the jobs off, sixteen at a time; how many a second. */
async function rate<Job>(jobs: readonly Job[], work: (job: Job, client: number) => Promise<void>): Promise<number> {
  const left = [...jobs];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let job = left.pop(); job !== undefined; job = left.pop()) await work(job, client);
    }),
  );
  return (jobs.length * 1000) / (performance.now() - began);
}

await withServer(records(), [['reporter', 'REPORTER', 'P'], ['approver', 'APPROVER', 'P']], async ({ owner, api, serve, post, closing }) => {
  const url = await serve(api);
  const call = async <Done>(as: 'reporter' | 'approver', name: string, query: string, variables: object): Promise<Done | undefined> =>
    (JSON.parse(await post(url, as, query, variables)) as { data: Record<string, Done> }).data[name];

  const send = async (as: 'reporter' | 'approver', name: string, input: object): Promise<{ id: string; version: number }> => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { figure { id version } userErrors { code message } } }`;
    const done = await call<{ figure: { id: string; version: number }; userErrors: object[] }>(as, name, query, { input });
    if (!done || done.userErrors.length > 0) throw new Error(`${name}: ${JSON.stringify(done)}`);
    return done.figure;
  };

  // The same rows, without policies, totals, or anything else that follows.
  await owner.pool.query('create table plain (like figure including all)');
  const inserters = new pg.Pool({ connectionString: owner.url, max: CLIENTS });
  closing.push(() => inserters.end());
  const insert = async ({ unit, indicator, day }: Report): Promise<void> => {
    await inserters.query(
      `insert into plain (series_id, unit_id, coverage, date, value, status, submitted_by, submitted_at)
       select s.id, u.id, 'OWN', $3, 7, 'APPROVED', 'reporter', now() from org_unit u, series s join indicator i on i.id = s.indicator_id where u.code = $1 and i.code = $2 and s.measure = 'RESULT'`,
      [unit, indicator, day],
    );
  };

  interface Report {
    readonly unit: string;
    readonly indicator: string;
    readonly day: string;
  }
  printConditions(`${REPORTS} results a round, ${ROUNDS} rounds, ${CLIENTS} clients`);

  const rates: { saved: number; handedIn: number; approved: number; both: number; bulk: number; inserted: number }[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const reports = unions.slice(0, REPORTS).map((one, i): Report => ({ unit: one, indicator: INDICATORS[i % INDICATORS.length]!, day: `2022-01-${String(round + 3).padStart(2, '0')}` }));
    const drafts: { id: string; version: number }[] = [];
    const saved = await rate(reports, async ({ unit, indicator, day }) => void drafts.push(await send('reporter', 'saveResult', { unit, campaign: 'K', indicator, coverage: 'OWN', asOf: day, value: 7 })));
    const handed: { id: string; version: number }[] = [];
    const handedIn = await rate(drafts, async ({ id, version }) => void handed.push(await send('reporter', 'submitResult', { id, expectedVersion: version })));
    const approved = await rate(handed, async ({ id, version }) => void (await send('approver', 'approveResult', { id, expectedVersion: version })));
    const inserted = await rate(reports, insert);
    // What is left of a second for each: handing in and approving one after the other.
    const both = 1 / (1 / handedIn + 1 / approved);

    const again = reports.map((report) => ({ ...report, day: report.day.replace('-01-', '-02-') }));
    const waiting: { id: string; version: number }[] = [];
    await rate(again, async ({ unit, indicator, day }) => void waiting.push(await send('reporter', 'saveResult', { unit, campaign: 'K', indicator, coverage: 'OWN', asOf: day, value: 7 })));
    const began = performance.now();
    for (const [as, name, step] of [['reporter', 'submitResults', 0], ['approver', 'approveResults', 1]] as const) {
      const items = waiting.map(({ id, version }) => ({ id, expectedVersion: version + step }));
      const query = `mutation ($items: [${name === 'submitResults' ? 'SubmitResultItem' : 'ApproveResultItem'}!]!) { ${name}(input: {items: $items, mode: ALL_OR_NOTHING}) { done userErrors { message } } }`;
      const answer = await call<{ done: number }>(as, name, query, { items });
      if (answer?.done !== items.length) throw new Error(JSON.stringify(answer));
    }
    const bulk = (waiting.length * 1000) / (performance.now() - began);
    if (round >= 0) rates.push({ saved, handedIn, approved, both, bulk, inserted });
  }

  const show = (of: keyof (typeof rates)[number], what: string): void => {
    const ratios = rates.map((one) => one[of] / one.inserted).toSorted((a, b) => a - b);
    console.log(`${what.padEnd(42)} ${median(rates.map((one) => one[of])).toFixed(0).padStart(6)} /s   ${median(ratios).toFixed(3)} × plain inserts (${ratios[0]!.toFixed(3)} to ${ratios.at(-1)!.toFixed(3)})`);
  };
  show('inserted', 'plain inserts');
  show('saved', 'saveResult');
  show('handedIn', 'submitResult');
  show('approved', 'approveResult');
  show('both', 'submitResult and approveResult');
  show('bulk', `submitResults and approveResults, ${REPORTS} a call`);
  const { differenceCount } = await verify(owner.pool);
  console.log(`${differenceCount === 0 ? 'the ledger is what the figures say' : `THE LEDGER IS WRONG in ${differenceCount} places`}`);
  if (differenceCount > 0) process.exitCode = 1;
});
