import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verify } from '../../src/ledger/verify.service.js';
import { openDatabase } from '../../src/shared/database/database.js';
import { isAlive, readPostmaster, servesCluster } from '../../src/shared/database/embedded/postmaster.js';
import { buildProgram, launch, run, type Running } from '../support/process.js';

/** How often something is killed; and from which seed it is chosen what, and when. */
const CRASHES = Number(process.env['CRASHES'] ?? 32);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 3;

const base = mkdtempSync(join(tmpdir(), 'liendoan-crash-'));
const data = join(base, 'data');
const cluster = join(data, 'pg');
const settings: Record<string, string> = { LIENDOAN_DATA: data };
let url: string;
let server: Running | undefined;
const tokens: Record<'reporter' | 'approver', string> = { reporter: '', approver: '' };

beforeAll(async () => {
  buildProgram();
  settings['PORT'] = String(await freePort());
  url = `http://127.0.0.1:${settings['PORT']}`;
  await start();
  // The district reports, the city approves.
  tokens.reporter = (await run(['token', '--unit', 'D272', '--role', 'REPORTER'], settings)).stdout.trim();
  tokens.approver = (await run(['token', '--unit', 'P01', '--role', 'APPROVER'], settings)).stdout.trim();
  expect([tokens.reporter, tokens.approver]).toEqual([expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/), expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)]);
}, 120_000);

afterAll(async () => {
  server?.child.kill('SIGKILL');
  const pid = postmaster();
  if (pid !== undefined) {
    process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) await sleep(20);
  }
  rmSync(base, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function postmaster(): number | undefined {
  const found = readPostmaster(cluster);
  return found !== undefined && servesCluster(found.pid, cluster) ? found.pid : undefined;
}

async function start(): Promise<void> {
  server = launch(['start'], settings);
  await server.says(/listens on http/);
}

async function killServer(): Promise<void> {
  server!.child.kill('SIGKILL');
  await server!.ended;
}

/** The postmaster with all its children, at once. */
async function killDatabase(): Promise<void> {
  const pid = postmaster();
  if (pid === undefined) return;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter((child) => child > 0);
  for (const one of [pid, ...children]) {
    try {
      process.kill(one, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
  while (isAlive(pid)) await sleep(5);
}

interface Figured {
  id: string;
  version: number;
  status: string;
}

let stopped = false;
/** Answers that clients were given: of each day, how far its result has come. */
const acknowledged = new Map<string, Figured>();
let answers = 0;

/** Sends it until it is answered; the key makes repeats harmless. */
async function send(as: keyof typeof tokens, name: string, input: object): Promise<Figured | undefined> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const body = JSON.stringify({
    query: `mutation ($input: ${type}!) { ${name}(input: $input) { figure { id version status } userErrors { code message } } }`,
    variables: { input: { ...input, idempotencyKey: JSON.stringify([name, input]).slice(0, 255) } },
  });
  while (!stopped) {
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[as]}` }, signal: AbortSignal.timeout(20_000),
      });
      const { data, errors } = (await response.json()) as { data?: Record<string, { figure: Figured; userErrors: { code: string }[] }>; errors?: { extensions: { code: string } }[] };
      if (errors === undefined) {
        const { figure, userErrors } = data![name]!;
        expect(userErrors).toEqual([]);
        answers++;
        return figure;
      }
      // What the server says of a database that is gone; never that something is wrong with what was sent.
      const codes = errors.map(({ extensions: { code } }) => code);
      if (codes.includes('INTERNAL_SERVER_ERROR')) console.log(server!.log().slice(-3000));
      if (!codes.every((code) => ['UNAVAILABLE', 'TIMED_OUT', 'RATE_LIMITED'].includes(code))) throw new Error(`${name}: ${JSON.stringify(errors)}`);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError || (error as Error).name === 'TimeoutError')) throw error;
    }
    await sleep(20);
  }
  return undefined;
}

/** Each day's result is the number of the day. */
const FIRST_DAY = Date.UTC(1990, 0, 1);
let days = 0;
async function client(): Promise<void> {
  while (!stopped) {
    const n = days++;
    const asOf = new Date(FIRST_DAY + n * 86_400_000).toISOString().slice(0, 10);
    const seen = (figure: Figured | undefined): Figured | undefined => (figure && acknowledged.set(asOf, figure), figure);
    const saved = seen(await send('reporter', 'saveResult', { unit: 'D272', campaign: '1m-initiatives', indicator: 'initiatives', coverage: 'SUBTREE', asOf, value: n }));
    const submitted = saved && seen(await send('reporter', 'submitResult', { id: saved.id, expectedVersion: saved.version, acknowledge: ['RESULT_FALLS', 'AFTER_END', 'FAR_ABOVE_TARGET'] }));
    if (submitted) seen(await send('approver', 'approveResult', { id: submitted.id, expectedVersion: submitted.version }));
  }
}

function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`server and database are killed ${CRASHES} times while clients submit and approve: what was answered is there, nothing is half done (seed ${SEED})`, { timeout: 60_000 + CRASHES * 20_000 }, async () => {
  const random = dice(SEED);
  const clients = Array.from({ length: CLIENTS }, client);
  const failed = Promise.race(clients.map(async (one) => one.catch((error: unknown) => { stopped = true; throw error; })));
  failed.catch(() => {});
  for (let crash = 0; crash < CRASHES && !stopped; crash++) {
    const before = answers;
    // Somebody has been answered since the last time; then at any moment.
    while (answers === before && !stopped) await sleep(5);
    await sleep(random() * 250);
    const victim = random();
    if (victim < 0.3) await killServer();
    else if (victim < 0.7) await killDatabase();
    else await Promise.all([killServer(), killDatabase()]);
    if (victim < 0.3 || victim >= 0.7) await start();
  }
  const last = answers;
  while (answers < last + CLIENTS && !stopped) await sleep(5);
  stopped = true;
  await Promise.all(clients);

  const { port, password } = JSON.parse(readFileSync(join(data, 'access.json'), 'utf8')) as { port: number; password: string };
  const db = await openDatabase({ databaseUrl: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/liendoan`, dataFolder: '' });
  try {
    const { pool } = db;
    const { rows } = await pool.query<{ as_of: string; figures: number; version: number; status: string; deeds: string[]; noted: string[]; total: string | null; value: string }>(
      `select f.date::text as as_of, count(*) over (partition by f.date)::int as figures, f.version, f.status, f.value::int::text as value,
         (select array_agg(a.action order by a.id) from audit_log a where a.unit_id = f.unit_id and a.after->>'asOf' = f.date::text) as deeds,
         (select b.total::int::text from balance b where b.unit_id = f.unit_id and b.series_id = f.series_id and b.date <= f.date order by b.date desc limit 1) as total
       from figure f join org_unit u on u.id = f.unit_id where u.code = 'D272' and f.date < '2020-01-01' order by f.date`,
    );
    const kept = new Map(rows.map((row) => [row.as_of, row]));
    const lost = [...acknowledged].filter(([day, { version }]) => (kept.get(day)?.version ?? 0) < version);
    expect(lost).toEqual([]);
    const STEPS = ['SAVE_RESULT', 'SUBMIT_RESULT', 'APPROVE_RESULT'];
    const STATUSES = ['DRAFT', 'SUBMITTED', 'APPROVED'];
    // Each once, with its entries in the audit log, and what it says in the totals once it is approved.
    const halfDone = rows.filter(({ figures, version, status, deeds }) => figures !== 1 || status !== STATUSES[version - 1] || deeds.join() !== STEPS.slice(0, version).join());
    expect(halfDone).toEqual([]);
    expect(rows.filter(({ status, total, value }) => status === 'APPROVED' && total !== value)).toEqual([]);
    expect(rows.length).toBeGreaterThan(CRASHES / 3);
    expect((await verify(pool)).differences).toEqual([]);
  } finally {
    await db.close();
  }
  expect(await run(['verify'], settings)).toMatchObject({ code: 0 });
});
