import { request } from 'node:http';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

const CONNECTIONS = 5;
const REQUESTS = 200;
const PROVINCES = 8;

let server: TestServer;
/** Of each caller: a credential, and the units that are theirs. */
const callers = new Map<string | null, { token: string | null; units: string[] }>();

beforeAll(async () => {
  server = await startTestServer({ seed: false, connections: CONNECTIONS });
  const unit = (code: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name: `Công đoàn ${code}`, level, kind, parent, validFrom: '2020-01-01' });
  const provinces = Array.from({ length: PROVINCES }, (_, i) => `P${i}`);
  await server.load([
    unit('N', 'NATIONAL', 'CONFEDERATION', null),
    ...provinces.map((code) => unit(code, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N')),
    ...provinces.flatMap((code) => [1, 2, 3].map((number) => unit(`${code}-D${number}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', code))),
  ]);
  callers.set(null, { token: null, units: [] });
  callers.set('nobody', { token: await server.tokenFor('nobody'), units: [] });
  for (const code of provinces) {
    await server.grant(code, 'VIEWER', code);
    callers.set(code, { token: await server.tokenFor(code), units: ['N', code, `${code}-D1`, `${code}-D2`, `${code}-D3`] });
  }
});
afterAll(() => server.close());

const UNITS = '{ viewer { principal } orgUnits(first: 100) { totalCount nodes { code } } }';

async function expectOwn(principal: string | null): Promise<void> {
  const { token, units } = callers.get(principal)!;
  const { data, errors } = await server.query(UNITS, {}, { as: token });
  expect(errors).toBeUndefined();
  expect({ principal: data.viewer.principal, units: data.orgUnits.nodes.map(({ code }: { code: string }) => code).sort(), count: data.orgUnits.totalCount }).toEqual({
    principal,
    units: [...units].sort(),
    count: units.length,
  });
}

/** Callers in turn, so that neighbours in time are different ones. */
const turns = (count: number): (string | null)[] => Array.from({ length: count }, (_, i) => [...callers.keys()][i % callers.size]!);

/** What every connection of the pool would show whoever gets it next: all of them are taken at once. */
async function leftovers(): Promise<unknown[]> {
  const clients: pg.PoolClient[] = [];
  try {
    for (let i = 0; i < CONNECTIONS; i++) clients.push(await server.api.pool.connect());
    const found: unknown[] = [];
    for (const client of clients) {
      const { rows } = await client.query<{ name: string; setting: string | null }>(
        `select name, nullif(current_setting('liendoan.' || name, true), '') as setting
         from unnest(array['session', 'principal', 'scope', 'granted', 'line', 'partner', 'publisher', 'admin']) name`,
      );
      found.push(...rows.filter(({ setting }) => setting !== null));
      const { rows: [state] } = await client.query<{ units: number; grants: number; open: boolean; readonly: string }>(
        `select (select count(*)::int from org_unit) as units, (select count(*)::int from role_grant) as grants,
           now() <> statement_timestamp() as open, current_setting('transaction_read_only') as readonly`,
      );
      if (state!.units > 0 || state!.grants > 0 || state!.open || state!.readonly !== 'off') found.push(state);
    }
    return found;
  } finally {
    for (const client of clients) client.release();
  }
}

describe(`callers beside one another over ${CONNECTIONS} connections`, () => {
  afterEach(async () => expect(await leftovers()).toEqual([]));

  test(`${REQUESTS} at once: none sees another's rows`, { timeout: 60_000 }, async () => {
    await Promise.all(turns(REQUESTS).map(expectOwn));
  });

  test('a mutation leaves nothing, whether it did something or not', async () => {
    await server.grant('admin', 'ADMIN', 'P0');
    const as = await server.tokenFor('admin');
    const mutation = 'mutation ($unit: String!) { grantRole(input: { principal: "new", role: VIEWER, unit: $unit }) { grant { orgUnit { code } } userErrors { code } } }';
    const done = await Promise.all(['P0', 'P0-D1', 'P1', 'N', 'P0-D1'].map((unit) => server.query(mutation, { unit }, { as })));
    const codes = done.map(({ data }) => data.grantRole.userErrors[0]?.code ?? 'done').sort();
    expect(codes).toEqual(['CONFLICT', 'FORBIDDEN', 'NOT_FOUND', 'done', 'done']);
    await Promise.all(turns(20).map(expectOwn));
  });

  test('a statement that fails midway leaves nothing', async () => {
    // The lists of units break, for whoever reads a unit of P1: others beside them do not notice.
    const owner = server.db.pool;
    const { rows: [policy] } = await owner.query<{ qual: string }>(`select qual from pg_policies where policyname = 'org_unit_seen'`);
    await owner.query(`alter policy org_unit_seen on org_unit using ((${policy!.qual}) and (code <> 'P1-D2' or 1 / (length(code) - 5) > 0))`);
    try {
      const answers = await Promise.all(
        turns(60).map(async (principal) => (principal === 'P1' ? server.query(UNITS, {}, { as: callers.get(principal)!.token }) : expectOwn(principal))),
      );
      const broken = answers.filter((answer) => answer !== undefined);
      expect(broken.length).toBeGreaterThan(0);
      for (const { data, errors } of broken) {
        expect(data).toBeNull();
        expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['INTERNAL_SERVER_ERROR']);
      }
    } finally {
      await owner.query(`alter policy org_unit_seen on org_unit using (${policy!.qual})`);
    }
    await Promise.all(turns(20).map(expectOwn));
  });

  test('a statement that is broken off midway leaves nothing', async () => {
    await whileStuck('P2', async (stuck) => {
      await server.db.pool.query(
        `select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and usename = 'liendoan_api'`,
      );
      const { errors } = await stuck.answer;
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['TIMED_OUT']);
    });
    await Promise.all(turns(20).map(expectOwn));
  });

  test('a caller who goes away midway leaves nothing', async () => {
    await whileStuck('P3', async (stuck) => {
      stuck.leave();
      await expect(stuck.answer).rejects.toThrow();
    });
    await Promise.all(turns(20).map(expectOwn));
  });
});

interface Stuck {
  answer: Promise<{ errors?: { extensions: Record<string, unknown> }[] }>;
  leave(): void;
}

/** A request that has read something as its caller, and then waits for a table that is locked. */
async function whileStuck(principal: string, work: (stuck: Stuck) => Promise<void>): Promise<void> {
  const locker = await server.db.pool.connect();
  try {
    await locker.query('begin; lock table indicator in access exclusive mode');
    const stuck = post(principal, `{ orgUnits { totalCount } indicators { nodes { code } } }`);
    let answered = false;
    stuck.answer.catch(() => {}).finally(() => (answered = true));
    for (;;) {
      if (answered) throw new Error('The request did not wait for the lock');
      const { rows } = await server.db.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and usename = 'liendoan_api'`,
      );
      if (rows.length > 0) break;
    }
    await work(stuck);
  } finally {
    await locker.query('rollback');
    locker.release();
  }
}

function post(principal: string, query: string): Stuck {
  const { token } = callers.get(principal)!;
  const call = request(new URL('/graphql', server.url), { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } });
  const answer = new Promise<Awaited<Stuck['answer']>>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', reject);
      response.on('end', () => resolve(JSON.parse(text) as Awaited<Stuck['answer']>));
    });
  });
  call.end(JSON.stringify({ query }));
  return { answer, leave: () => call.destroy() };
}
