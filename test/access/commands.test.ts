import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, launch, run, type Ended, type Running } from '../support/process.js';

// One development server on a folder of its own, and the commands beside it, as a developer has them.
const base = mkdtempSync(join(tmpdir(), 'liendoan-callers-'));
const settings = { LIENDOAN_DATA: join(base, 'data'), PORT: '0' };
let server: Running;
let url: string;
let client: pg.Client;

beforeAll(async () => {
  buildProgram();
  server = launch(['start'], settings);
  [, url = ''] = await server.says(/listens on (http:\S+)/);
  await server.says(/curl /);
  const { port, password } = JSON.parse(readFileSync(join(base, 'data/access.json'), 'utf8')) as { port: number; password: string };
  client = new pg.Client({ host: '127.0.0.1', port, password, user: 'postgres', database: 'liendoan' });
  await client.connect();
}, 120_000);

afterAll(async () => {
  await client?.end();
  server?.child.kill('SIGTERM');
  await server?.ended;
  rmSync(base, { recursive: true, force: true });
});

const principalOf = async (headers: Record<string, string>): Promise<unknown> => {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ viewer { principal } }' }),
  });
  return ((await answer.json()) as { data?: { viewer: { principal: string | null } } }).data?.viewer.principal;
};

const grantsOf = async (principal: string): Promise<unknown[]> => {
  const { rows } = await client.query(
    `select g.role::text, u.code, g.starts = today() as today, g.ends::text as ends, g.revoked_at is not null as revoked
     from role_grant g join org_unit u on u.id = g.unit_id where g.principal = $1 order by g.id`,
    [principal],
  );
  return rows;
};
const auditOf = async (principal: string): Promise<unknown[]> => {
  const { rows } = await client.query(
    `select l.action, u.code, l.principal as by, l.before, l.after from audit_log l join org_unit u on u.id = l.unit_id
     where coalesce(l.after, l.before) ->> 'principal' = $1 order by l.id`,
    [principal],
  );
  return rows;
};
const expectRefusal = ({ code, stdout, stderr }: Ended, line: RegExp): void => {
  expect({ code, stdout, stderr }).toEqual({ code: expect.any(Number), stdout: '', stderr: expect.stringMatching(line) });
  expect(code).toBeGreaterThan(0);
  expect(stderr).not.toMatch(/\n\s+at /);
};

describe('npm run token', () => {
  test('prints a token alone, of someone who holds the role on the unit', async () => {
    const { code, stdout, stderr } = await run(['token', '--unit', 'D272', '--role', 'VIEWER', '--expires', '30m'], settings);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(stderr).toMatch(/^dev:VIEWER@D272: VIEWER on D272 \(LĐLĐ huyện Phúc Thọ\), until /);
    const { exp, iat } = decodeJwt(stdout.trim());
    expect(exp! - iat!).toBe(1800);
    expect(await principalOf({ authorization: `Bearer ${stdout.trim()}` })).toBe('dev:VIEWER@D272');
    expect(await grantsOf('dev:VIEWER@D272')).toEqual([{ role: 'VIEWER', code: 'D272', today: true, ends: null, revoked: false }]);
  });

  test('grants once, however often and at once it runs; and anew what was revoked or is over', async () => {
    const args = ['token', '--unit', 'P01', '--role', 'REPORTER'];
    const all = await Promise.all([1, 2, 3].map(() => run(args, settings)));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await grantsOf('dev:REPORTER@P01')).toHaveLength(1);
    await run(['grant', '--principal', 'dev:REPORTER@P01', '--unit', 'P01', '--role', 'REPORTER', '--revoke'], settings);
    await run(args, settings);
    await client.query(`update role_grant set starts = today() - 9, ends = today() - 1 where principal = 'dev:REPORTER@P01' and revoked_at is null`);
    await run(args, settings);
    expect(await grantsOf('dev:REPORTER@P01')).toMatchObject([{ revoked: true }, { revoked: false, today: false }, { revoked: false, today: true, ends: null }]);
  }, 40_000);

  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['an unknown unit', ['--unit', 'D000', '--role', 'VIEWER'], {}, /^There is no org unit with the code "D000"\.\n$/],
    ['a unit that no code could name', ['--unit', "'; drop", '--role', 'VIEWER'], {}, /^There is no org unit with the code/],
    ['an unknown role', ['--unit', 'D272', '--role', 'OWNER'], {}, /Allowed choices are PARTNER, VIEWER, ANALYST, REPORTER, APPROVER, CAMPAIGN_MANAGER, ADMIN\./],
    ['no role', ['--unit', 'D272'], {}, /required option '--role <role>' not specified/],
    ['more than thirty days', ['--unit', 'D272', '--role', 'VIEWER', '--expires', '31d'], {}, /of at most 30d/],
    ['no time', ['--unit', 'D272', '--role', 'VIEWER', '--expires', '0h'], {}, /a time like 30m, 8h or 7d is wanted/],
    ['production', ['--unit', 'D272', '--role', 'VIEWER'], { NODE_ENV: 'production' }, /^Only a development server signs tokens itself: .* your identity provider/],
    ['a database of one’s own', ['--unit', 'D272', '--role', 'VIEWER'], { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' }, /^Only a development server/],
  ])('refuses %s', async (_, args, more, line) => {
    expectRefusal(await run(['token', ...args], { ...settings, ...more }), line);
  });
});

describe('npm run grant', () => {
  const grant = (...args: string[]): Promise<Ended> => run(['grant', ...args], settings);

  test('grants, records it, says so, and does it once', async () => {
    const args = ['--principal', 'lan@congdoan.example', '--unit', 'TLD', '--role', 'ADMIN'];
    expect(await grant(...args)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Granted: lan@congdoan\.example holds ADMIN on TLD \(.+\) from \S+ on\.\n$/) });
    expect(await grant(...args)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Nothing to do: lan@congdoan\.example holds ADMIN on TLD .* already\.\n$/) });
    expect(await grantsOf('lan@congdoan.example')).toEqual([{ role: 'ADMIN', code: 'TLD', today: true, ends: null, revoked: false }]);
    expect(await auditOf('lan@congdoan.example')).toEqual([
      { action: 'GRANT_ROLE', code: 'TLD', by: null, before: null, after: { id: expect.any(Number), principal: 'lan@congdoan.example', role: 'ADMIN', unit: 'TLD', from: expect.any(String), to: null } },
    ]);
  });

  test('for days, which another grant may cover', async () => {
    const args = ['--principal', 'minh', '--unit', 'P01', '--role', 'ANALYST'];
    expect((await grant(...args, '--from', '2030-01-01', '--to', '2030-12-31')).stdout).toMatch(/^Granted: .* from 2030-01-01 to 2030-12-31\.\n$/);
    expect((await grant(...args, '--from', '2030-02-01', '--to', '2030-12-31')).stdout).toMatch(/^Nothing to do/);
    expect((await grant(...args, '--from', '2030-02-01')).stdout).toMatch(/^Granted: .* from 2030-02-01 on\.\n$/);
    expect(await grantsOf('minh')).toMatchObject([{ ends: '2030-12-31' }, { ends: null }]);
  });

  test('revokes, and records each grant as it was', async () => {
    const args = ['--principal', 'hoa', '--unit', 'D272', '--role', 'VIEWER'];
    await grant(...args, '--to', '2099-01-01');
    await grant(...args);
    expect(await grant(...args, '--revoke')).toMatchObject({ code: 0, stdout: 'Revoked: hoa no longer holds VIEWER on D272 (2 grants).\n' });
    expect(await grantsOf('hoa')).toMatchObject([{ revoked: true }, { revoked: true }]);
    expect(await auditOf('hoa')).toMatchObject([
      { action: 'GRANT_ROLE' },
      { action: 'GRANT_ROLE' },
      { action: 'REVOKE_ROLE', by: null, after: null, before: { role: 'VIEWER', unit: 'D272', to: '2099-01-01' } },
      { action: 'REVOKE_ROLE', by: null, after: null, before: { role: 'VIEWER', unit: 'D272', to: null } },
    ]);
    expectRefusal(await grant(...args, '--revoke'), /^Nothing to revoke: hoa does not hold VIEWER on D272\.\n$/);
  });

  test.each<[string, string[], RegExp]>([
    ['an unknown unit', ['--principal', 'x', '--unit', 'D000', '--role', 'ADMIN'], /^There is no org unit with the code "D000"\.\n$/],
    ['an unknown role', ['--principal', 'x', '--unit', 'TLD', '--role', 'ROOT'], /Allowed choices are/],
    ['an empty principal', ['--principal', '', '--unit', 'TLD', '--role', 'ADMIN'], /1 to 255 characters are wanted/],
    ['a line break in the principal', ['--principal', 'a\nb', '--unit', 'TLD', '--role', 'ADMIN'], /1 to 255 characters are wanted/],
    ['a space around the principal', ['--principal', ' a', '--unit', 'TLD', '--role', 'ADMIN'], /without spaces around them/],
    ['a role for an API key', ['--principal', 'key:abcdefghijkl', '--unit', 'TLD', '--role', 'VIEWER'], /^An API key can hold the role PARTNER only/],
    ['an unknown API key', ['--principal', 'key:abcdefghijkl', '--unit', 'TLD', '--role', 'PARTNER'], /^There is no API key abcdefghijkl\.\n$/],
    ['a day that is none', ['--principal', 'x', '--unit', 'TLD', '--role', 'ADMIN', '--from', '2026-02-30'], /a date like 2026-05-31 is wanted/],
    ['an end before the beginning', ['--principal', 'x', '--unit', 'TLD', '--role', 'ADMIN', '--from', '2026-02-02', '--to', '2026-02-01'], /lies before the first/],
    ['an end before today', ['--principal', 'x', '--unit', 'TLD', '--role', 'ADMIN', '--to', '2020-01-01'], /lies before the first/],
    ['days of a revocation', ['--principal', 'x', '--unit', 'TLD', '--role', 'ADMIN', '--revoke', '--to', '2027-01-01'], /cannot be used with/],
  ])('refuses %s', async (_, args, line) => {
    expectRefusal(await grant(...args), line);
    expect(await grantsOf('x')).toEqual([]);
  });
});

describe('a development server', () => {
  test('prints an example that works', async () => {
    const [, token = ''] = await server.says(/Bearer ([\w.-]+)'/);
    expect(await principalOf({ authorization: `Bearer ${token}` })).toBe('dev:ADMIN@TLD');
  });

  test('offers callers to the explorer', async () => {
    const callers = (await (await fetch(`${url}/development/callers`)).json()) as { label: string; token: string | null }[];
    expect(callers.map(({ label }) => label)).toEqual([
      expect.stringMatching(/^ADMIN · Tổng/),
      'APPROVER · LĐLĐ thành phố Hà Nội',
      'VIEWER · LĐLĐ huyện Phúc Thọ',
      expect.stringMatching(/^PARTNER · Tổng/),
      'anonymous',
    ]);
    const principals = await Promise.all(callers.map(({ token }) => principalOf(token === null ? {} : { authorization: `Bearer ${token}` })));
    expect(principals).toEqual(['dev:ADMIN@TLD', 'dev:APPROVER@P01', 'dev:VIEWER@D272', 'dev:PARTNER@TLD', null]);
  });
});
