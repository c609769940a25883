/**
 * What it takes to hand results in and approve them: 16 clients over HTTP, each result by two mutations, against 16
 * connections that insert the same rows into the same table, each in a transaction of its own, with nothing that follows
 * from them. They take turns. `npm run bench:workflow [-- --reports N --rounds N]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import type { TokenSettings } from '../src/access/token.js';
import { readConfig } from '../src/config.js';
import { importRecords } from '../src/exchange/import.service.js';
import { verify } from '../src/ledger/verify.service.js';
import { buildServer } from '../src/server.js';
import { API_LOGIN, ensureApiLogin } from '../src/shared/database/api-login.js';
import { openDatabase } from '../src/shared/database/database.js';

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

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
const tokens: TokenSettings = { keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA' }] }, issuer: 'bench', audience: 'bench', algorithms: ['EdDSA'] };
const tokenOf = (name: string): Promise<string> =>
  new SignJWT().setProtectedHeader({ alg: 'EdDSA', kid: 'bench' }).setSubject(name).setIssuer('bench').setAudience('bench').setIssuedAt().setExpirationTime('8h').sign(privateKey);

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

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
const closing: (() => Promise<unknown>)[] = [];
try {
  const owner = await openDatabase({ databaseUrl: undefined, dataFolder: join(folder, 'data') });
  closing.push(() => owner.close());
  const { errors } = await importRecords(owner, records());
  if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3)));
  for (const [name, role] of [['reporter', 'REPORTER'], ['approver', 'APPROVER']]) {
    await owner.pool.query(`insert into role_grant (principal, role, unit_id, starts) select $1, $2, id, '2000-01-01' from org_unit where code = 'P'`, [name, role]);
  }
  const apiUrl = new URL(owner.url);
  apiUrl.username = API_LOGIN;
  apiUrl.password = 'bench';
  await ensureApiLogin(owner.pool, apiUrl.href);
  const api = await openDatabase({ databaseUrl: apiUrl.href, dataFolder: folder }, { as: 'api' });
  closing.push(() => api.close());
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const app = await buildServer(api, { ...readConfig({}), dataFolder: folder }, { tokens, limits: { MEMBER: plenty } });
  closing.push(() => app.close());
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  const credentials = { reporter: await tokenOf('reporter'), approver: await tokenOf('approver') };

  const send = async (as: keyof typeof credentials, name: string, input: object): Promise<{ id: string; version: number }> => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${credentials[as]}` },
      body: JSON.stringify({ query: `mutation ($input: ${type}!) { ${name}(input: $input) { figure { id version } userErrors { code message } } }`, variables: { input } }),
    });
    const { data, errors: faults } = (await response.json()) as { data?: Record<string, { figure: { id: string; version: number }; userErrors: object[] }>; errors?: object[] };
    const done = data?.[name];
    if (faults || !done || done.userErrors.length > 0) throw new Error(`${name}: ${JSON.stringify(faults ?? done)}`);
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
  const processors = cpus();
  console.log(`${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}, Node ${process.version}`);
  console.log(`${REPORTS} results a round, ${ROUNDS} rounds, ${CLIENTS} clients; load of the machine ${loadavg()[0]!.toFixed(1)} at the start`);

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
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${credentials[as]}` },
        body: JSON.stringify({
          query: `mutation ($items: [${name === 'submitResults' ? 'SubmitResultItem' : 'ApproveResultItem'}!]!) { ${name}(input: {items: $items, mode: ALL_OR_NOTHING}) { done userErrors { message } } }`,
          variables: { items },
        }),
      });
      const answer = (await response.json()) as { data?: Record<string, { done: number }> };
      if (answer.data?.[name]?.done !== items.length) throw new Error(JSON.stringify(answer));
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
  console.log(`${differenceCount === 0 ? 'the ledger is what the figures say' : `THE LEDGER IS WRONG in ${differenceCount} places`}; load ${loadavg()[0]!.toFixed(1)} at the end`);
  if (differenceCount > 0) process.exitCode = 1;
} finally {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
}
