import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, launch, run, type Running } from '../support/process.js';

// A server that is started and stopped, and `verify` afterwards and beside it.
const base = mkdtempSync(join(tmpdir(), 'liendoan-audit-'));
const settings = { LIENDOAN_DATA: join(base, 'data'), PORT: '0' };
let server: Running | undefined;

const start = async (): Promise<void> => {
  server = launch(['start'], settings);
  await server.says(/listens on/);
};
const stop = async (): Promise<void> => {
  server?.child.kill('SIGTERM');
  expect((await server?.ended)?.code ?? 0).toBe(0);
  server = undefined;
};
const asOwner = async <Row extends object>(statement: string): Promise<pg.QueryResult<Row>> => {
  const { port, password } = JSON.parse(readFileSync(join(base, 'data/access.json'), 'utf8')) as { port: number; password: string };
  const client = new pg.Client({ host: '127.0.0.1', port, password, user: 'postgres', database: 'liendoan' });
  await client.connect();
  return client.query<Row>(statement).finally(() => client.end());
};

beforeAll(async () => {
  buildProgram();
  await start();
}, 120_000);
afterAll(async () => {
  server?.child.kill('SIGKILL');
  await server?.ended;
  rmSync(base, { recursive: true, force: true });
});

test('a server leaves nothing unsealed, and verify says so, and what was changed', { timeout: 120_000 }, async () => {
  // Whatever was noted while it ran, after its first seal.
  await asOwner(`select audit_seal()`);
  expect(await run(['grant', '--principal', 'lan', '--unit', 'D272', '--role', 'VIEWER'], settings)).toMatchObject({ code: 0 });
  await stop();
  const sealed = await run(['verify'], settings);
  expect(sealed).toMatchObject({ code: 0 });
  const [, head] = /^The ledger is right: .+\nThe audit log is right: \d+ entries of the audit log, [23] seals, 0 entries not sealed yet; the last is \d, of the hash ([0-9a-f]{64})\.\n$/.exec(sealed.stdout)!;

  await run(['grant', '--principal', 'hai', '--unit', 'D272', '--role', 'VIEWER'], settings);
  expect((await run(['verify', '--audit-head', head!], settings)).stdout).toMatch(/, 1 entries not sealed yet; /);
  const forgotten = await run(['verify', '--audit-head', '0'.repeat(64)], settings);
  expect(forgotten).toMatchObject({ code: 1, stdout: expect.stringMatching(/^audit log: the hash that was kept elsewhere is that of no seal: /m) as unknown });
  expect((await run(['verify', '--audit-head', 'abc'], settings)).code).not.toBe(0);

  await start();
  const { rows: [entry] } = await asOwner<{ id: number }>(`update audit_log set principal = 'somebody else' where after ->> 'principal' = 'lan' returning id`);
  const changed = await run(['verify'], settings);
  expect(changed.code).toBe(1);
  expect(changed.stdout).toMatch(new RegExp(`^The ledger is right: .+\naudit log · entry ${entry!.id} of seal \\d: is not what was sealed\n$`));
  expect(changed.stderr).toMatch(/^1 problem\(s\) of the audit log, 1 named above: /m);
  await stop();
});
