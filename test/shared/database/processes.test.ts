import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { isAlive, readPostmaster, servesCluster } from '../../../src/shared/database/embedded/postmaster.js';
import { buildProgram, launch, run, type Ended, type Running } from '../../support/process.js';

// Real processes on one data folder, the way an operator meets them: each test leaves nothing running behind.
const base = mkdtempSync(join(tmpdir(), 'liendoan-processes-'));
const data = join(base, 'data');
const cluster = join(data, 'pg');
const settings = { LIENDOAN_DATA: data, LIENDOAN_SEED: 'none', PORT: '0' };
/** What a server asks for that is not for development. Nothing is fetched before a token comes. */
const keys = { LIENDOAN_JWKS: 'https://issuer.invalid/jwks', LIENDOAN_JWT_ISSUER: 'https://issuer.invalid', LIENDOAN_JWT_AUDIENCE: 'liendoan' };
const started: Running[] = [];

const start = async (more: Record<string, string> = {}): Promise<Running & { url: string }> => {
  const running = launch(['start'], { ...settings, ...more });
  started.push(running);
  const [, url = ''] = await running.says(/listens on (http:\S+)/);
  return { ...running, url };
};
const stop = (running: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
  running.child.kill(signal);
  return running.ended;
};
const serverPid = (): number | undefined => {
  const found = readPostmaster(cluster);
  return found !== undefined && servesCluster(found.pid, cluster) ? found.pid : undefined;
};
/** One line that says what is wrong, and no stack. */
const expectOneLine = ({ code, stdout, stderr }: Ended, line: RegExp): void => {
  expect({ code, stdout, lines: stderr.trimEnd().split('\n') }).toEqual({ code: 1, stdout: '', lines: [expect.stringMatching(line)] });
};
const connect = async (): Promise<pg.Client> => {
  const { port, password } = JSON.parse(readFileSync(join(data, 'access.json'), 'utf8')) as { port: number; password: string };
  const client = new pg.Client({ host: '127.0.0.1', port, password, user: 'postgres', database: 'liendoan' });
  await client.connect();
  return client;
};

beforeAll(async () => {
  buildProgram();
  expect(await run(['migrate'], settings)).toMatchObject({ code: 0 });
}, 120_000);
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
  const pid = serverPid();
  if (pid === undefined) return;
  process.kill(pid, 'SIGQUIT');
  while (isAlive(pid)) await sleep(20);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('npm start', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('serves, and on %s stops with its embedded server', async (signal) => {
    const api = await start();
    expect(await (await fetch(`${api.url}/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${api.url}/ready`)).json()).toEqual({ status: 'ready' });
    expect(serverPid()).toBeDefined();
    expect(await stop(api, signal)).toMatchObject({ code: 0, signal: null });
    expect(serverPid()).toBeUndefined();
  });

  test('answers a request that is running before it stops', async () => {
    const api = await start();
    const client = await connect();
    await client.query('begin; lock table schema_migration');
    const answer = fetch(`${api.url}/ready`).then((response) => response.status);
    for (let waiting = 0; waiting === 0; ) {
      const { rows } = await client.query<{ n: number }>('select count(*)::int as n from pg_locks where not granted');
      waiting = rows[0]?.n ?? 0;
    }
    api.child.kill('SIGTERM');
    await api.says(/Stopping/);
    await expect(fetch(`${api.url}/health`)).rejects.toThrow();
    await client.query('commit');
    expect(await answer).toBe(200);
    await client.end();
    expect(await api.ended).toMatchObject({ code: 0 });
  });

  test('does not wait for a client that holds a connection and asks nothing', { timeout: 40_000 }, async () => {
    const api = await start();
    const { hostname, port } = new URL(api.url);
    const unused = createConnection(Number(port), hostname);
    await once(unused, 'connect');
    api.child.kill('SIGTERM');
    expect(await api.ended).toMatchObject({ code: 0 });
    unused.destroy();
  });

  test('says that its port is taken, and leaves alone who took it', async () => {
    const api = await start();
    const second = await run(['start'], { ...settings, PORT: new URL(api.url).port });
    expectOneLine(second, /^Port \d+ on 127\.0\.0\.1 is taken: /);
    expect((await fetch(`${api.url}/ready`)).status).toBe(200);
  });

  test('on a taken port starts no database for nothing', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => stranger.once('listening', listening));
    const { port } = stranger.address() as { port: number };
    const folder = join(base, 'never');
    expectOneLine(await run(['start'], { ...settings, LIENDOAN_DATA: folder, PORT: String(port) }), /is taken/);
    expect(existsSync(folder)).toBe(false);
    stranger.close();
  });

  test('outside development says which settings it lacks, and starts no database', async () => {
    const folder = join(base, 'keyless');
    const { code, stdout, stderr } = await run(['start'], { ...settings, LIENDOAN_DATA: folder, NODE_ENV: 'production', LIENDOAN_JWT_ISSUER: 'x' });
    expect({ code, stdout, missing: stderr.match(/^LIENDOAN_\w+(?=:)/gm) }).toEqual({ code: 2, stdout: '', missing: ['LIENDOAN_JWKS', 'LIENDOAN_JWT_AUDIENCE'] });
    expect(existsSync(folder)).toBe(false);
  });

  test('in production with keys has an embedded database too, and no development key', async () => {
    const folder = join(base, 'production');
    const api = await start({ ...keys, NODE_ENV: 'production', LIENDOAN_DATA: folder });
    expect((await fetch(`${api.url}/ready`)).status).toBe(200);
    expect(existsSync(join(folder, 'development-key.json'))).toBe(false);
    await stop(api);
  });

  test('in development makes its signing key once, for no one else to read', async () => {
    await stop(await start());
    const file = join(data, 'development-key.json');
    const key = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await stop(await start());
    expect(readFileSync(file, 'utf8')).toBe(key);
  });

  test('is not ready without its database, and says so', async () => {
    const api = await start();
    process.kill(serverPid()!, 'SIGQUIT');
    while (serverPid() !== undefined) await sleep(20);
    const response = await fetch(`${api.url}/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'unavailable', reason: 'the database does not answer' });
    expect((await fetch(`${api.url}/health`)).status).toBe(200);
    expect(await stop(api)).toMatchObject({ code: 0 });
  });
});

describe('a data folder', () => {
  test('whose API was killed still has its server, which the next start takes over and stops in the end', async () => {
    const killed = await start();
    const pid = serverPid();
    await stop(killed, 'SIGKILL');
    expect(serverPid()).toBe(pid);
    const next = await start();
    expect(serverPid()).toBe(pid);
    await stop(next);
    expect(serverPid()).toBeUndefined();
  });

  test('whose server is killed under the API has it started again, and stopped in the end', async () => {
    const api = await start();
    const pid = serverPid()!;
    process.kill(pid, 'SIGKILL');
    await api.says(/has died; starting it again/);
    for (let status = 0, tries = 0; status !== 200; await sleep(200)) {
      expect(tries++).toBeLessThan(150);
      status = (await fetch(`${api.url}/ready`)).status;
    }
    expect(serverPid()).not.toBe(pid);
    expect(await stop(api)).toMatchObject({ code: 0 });
    expect(serverPid()).toBeUndefined();
  });

  test('whose server was killed too is recovered', async () => {
    const killed = await start();
    const client = await connect();
    await client.query('create table if not exists kept (n int); insert into kept values (1)');
    const lost = client.end().catch(() => {});
    process.kill(serverPid()!, 'SIGKILL');
    await Promise.all([stop(killed, 'SIGKILL'), lost]);
    const next = await start();
    const again = await connect();
    expect((await again.query('select n from kept')).rows).toEqual([{ n: 1 }]);
    await again.end();
    const { stderr } = await stop(next);
    expect(stderr).toMatch(/was not shut down properly last time: recovering/);
  });

  test('with the note of a dead server whose number is a stranger\'s now is recovered', async () => {
    const stranger = spawn('sleep', ['60']);
    writeFileSync(join(cluster, 'postmaster.pid'), `${stranger.pid}\n${cluster}\n1700000000\n5999\n\n127.0.0.1\n        0         0\nready   \n`);
    expect(await run(['migrate'], settings)).toMatchObject({ code: 0, stdout: 'The database is up to date.\n' });
    expect(isAlive(stranger.pid!)).toBe(true);
    stranger.kill('SIGKILL');
  });

  test('whose setting up was cut short is set up anew', async () => {
    const folder = join(base, 'cut');
    const first = launch(['migrate'], { ...settings, LIENDOAN_DATA: folder });
    const drafts = (): string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('pg.unfinished')) : []);
    while (!drafts().some((draft) => existsSync(join(folder, draft, 'PG_VERSION')))) await sleep(5);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(join(folder, 'pg'))).toBe(false);
    expect(await run(['migrate'], { ...settings, LIENDOAN_DATA: folder })).toMatchObject({ code: 0 });
    // What the orphaned initdb may have gone on writing goes with the next start.
    expect(await run(['migrate'], { ...settings, LIENDOAN_DATA: folder })).toMatchObject({ code: 0 });
    expect(drafts()).toEqual([]);
  });

  test('may be begun by several commands at once', async () => {
    const folder = join(base, 'crowded');
    const all = await Promise.all([1, 2, 3].map(() => run(['migrate'], { ...settings, LIENDOAN_DATA: folder })));
    expect(all.map(({ code, stderr }) => (code === 0 ? 'done' : stderr))).toEqual(['done', 'done', 'done']);
    expect(readPostmaster(join(folder, 'pg'))).toBeUndefined();
  });

  test('keeps its password from others, and its server from the network', async () => {
    await start();
    const client = await connect();
    const { rows } = await client.query("select current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets");
    expect(rows).toEqual([{ listens: '127.0.0.1', sockets: '' }]);
    expect((await client.query("select auth_method from pg_hba_file_rules group by 1")).rows).toEqual([{ auth_method: 'scram-sha-256' }]);
    await client.end();
    expect(statSync(join(data, 'access.json')).mode & 0o077).toBe(0);
  });

  test.each([
    ['stands under a file', () => join(base, 'file', 'data'), /ENOTDIR/],
    ['is a file', () => join(base, 'file'), /ENOTDIR|EEXIST/],
    ['cannot be made', () => '/proc/liendoan', /ENOENT|EACCES/],
  ])('that %s is named in one line', async (_, folder, code) => {
    writeFileSync(join(base, 'file'), '');
    const ended = await run(['migrate'], { ...settings, LIENDOAN_DATA: folder() });
    expectOneLine(ended, /^The data folder \S+ cannot be written \(\w+\): choose another with LIENDOAN_DATA\.$/);
    expect(ended.stderr).toMatch(code);
  });

  test('of another PostgreSQL is left alone', async () => {
    const folder = join(base, 'older');
    mkdirSync(join(folder, 'pg'), { recursive: true });
    writeFileSync(join(folder, 'pg', 'PG_VERSION'), '17\n');
    expectOneLine(await run(['migrate'], { ...settings, LIENDOAN_DATA: folder }), /holds a database of PostgreSQL 17; this version of Liendoan needs 18/);
  });
});

describe('a command', () => {
  test('works beside a running API and leaves its server running', async () => {
    const api = await start();
    const pid = serverPid();
    expect(await run(['migrate'], settings)).toMatchObject({ code: 0, stdout: 'The database is up to date.\n', stderr: '' });
    expect(serverPid()).toBe(pid);
    expect((await fetch(`${api.url}/ready`)).status).toBe(200);
  });

  test('that started the server hands it to an API that came later', async () => {
    const command = launch(['migrate'], settings);
    const api = await start();
    await command.ended;
    expect((await fetch(`${api.url}/ready`)).status).toBe(200);
    await stop(api);
    expect(serverPid()).toBeUndefined();
  });

  test('that is interrupted breaks off what it does and stops the server that it started', async () => {
    const holder = await start();
    const client = await connect();
    // Whoever migrates waits for this lock.
    await client.query('select pg_advisory_lock(7205183)');
    const command = launch(['migrate'], settings);
    for (let waiting = 0; waiting === 0; ) {
      const { rows } = await client.query<{ n: number }>("select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted");
      waiting = rows[0]?.n ?? 0;
    }
    command.child.kill('SIGINT');
    expect(await command.ended).toMatchObject({ code: 130, stderr: 'Interrupted.\n' });
    await client.end();
    await stop(holder);
    expect(serverPid()).toBeUndefined();
  });

  test('without a database names the server in one line and no password', async () => {
    expectOneLine(await run(['migrate'], { DATABASE_URL: 'postgres://me:s3cret@127.0.0.1:1/x' }), /^The database at 127\.0\.0\.1:1\/x cannot be reached: nothing listens there\.$/);
  });

  test('on a database of one\'s own that is behind asks for npm run migrate', async () => {
    const ended = await run(['start'], { PORT: '0', DATABASE_URL: inject('testServerUrl'), ...keys });
    expectOneLine(ended, /^The database at 127\.0\.0\.1:\d+\/postgres is \d+ migration\(s\) behind \(next: 0001-\S+\): run `npm run migrate`\.$/);
  });

  test('lists every mistake of the settings', async () => {
    const { code, stderr } = await run(['migrate'], { PORT: 'x', HOST: '0.0.0.0' });
    expect({ code, names: stderr.trimEnd().split('\n').map((line) => line.split(':')[0]) }).toEqual({ code: 2, names: ['HOST', 'PORT'] });
  });

  test.each([[[]], [['start']], [['migrate']], [['import']], [['export']], [['verify']], [['token']], [['grant']]])('%j has --help', async (args) => {
    expect(await run([...args, '--help'], {})).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: liendoan/), stderr: '' });
  });
});
