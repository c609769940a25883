import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyedQuery, Reads } from '../../src/shared/database/reads.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await startTestServer({ seed: false });
  pool = new pg.Pool({ connectionString: server.db.url, max: 1, connectionTimeoutMillis: 500 });
});

afterAll(async () => {
  await pool?.end();
  await server?.close();
});

/** Stands for the session of a caller. */
const session = `select 'who' as name, set_config('test.who', 'somebody', true) as value`;
const twice = keyedQuery<{ n: number }>(['int'], 'select k.p0 * 2 as n where k.p0 > 0');

describe('the reads of a request', () => {
  test('ask once for the keys of a tick, and once for a key', async () => {
    const sent: string[] = [];
    const reads = new Reads(pool, () => session, { observe: ({ text }) => sent.push(text) });
    expect(await Promise.all([1, 2, 0, 1].map((n) => reads.row(twice, [n])))).toMatchObject([{ n: 2 }, { n: 4 }, null, { n: 2 }]);
    expect(await reads.rows(twice, [2])).toMatchObject([{ n: 4 }]);
    expect(sent).toHaveLength(1);
    await reads.release();
  });

  test('gather keys while another statement runs', async () => {
    const sent: string[] = [];
    const reads = new Reads(pool, () => session, { observe: ({ text }) => sent.push(text) });
    const later = async (n: number): Promise<unknown> => {
      await reads.query('select pg_sleep(0.02)', []);
      return reads.row(twice, [n]);
    };
    await Promise.all([later(1), later(2)]);
    expect(sent.filter((text) => text.includes('unnest')).length).toBeLessThanOrEqual(2);
    await reads.release();
  });

  test('a statement that runs too long is TIMED_OUT, and so is what waits behind it', async () => {
    const reads = new Reads(pool, () => session);
    await reads.query(`set local statement_timeout = '50ms'`, []);
    const answers = await Promise.allSettled([reads.query('select pg_sleep(5)', []), reads.row(twice, [1])]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: { extensions: { code: 'TIMED_OUT' } } });
    await reads.release();
    expect(pool.idleCount).toBe(1);
  });

  test('no statement may run longer than 15 seconds', async () => {
    const reads = new Reads(pool, () => session);
    expect(await reads.query('show statement_timeout', [])).toEqual([{ statement_timeout: '15s' }]);
    expect(await reads.query('show transaction_isolation', [])).toEqual([{ transaction_isolation: 'repeatable read' }]);
    await reads.release();
  });

  test('the caller’s session is begun with the transaction, and ends with it', async () => {
    const reads = new Reads(pool, () => session);
    expect(await reads.setting('who')).toBe('somebody');
    expect(await reads.setting('other')).toBe('');
    expect(await reads.query(`select current_setting('test.who', true) as who`, [])).toEqual([{ who: 'somebody' }]);
    await reads.release();
    expect((await pool.query(`select nullif(current_setting('test.who', true), '') as who`)).rows).toEqual([{ who: null }]);
  });

  test('without a connection to be had they are UNAVAILABLE', async () => {
    const holder = await pool.connect();
    const reads = new Reads(pool, () => session);
    await expect(reads.query('select 1', [])).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    await reads.release();
    holder.release();
  });

  test.each([
    ['refuses the login', (url: URL) => (url.password = 'another')],
    ['is gone', (url: URL) => (url.pathname = '/gone')],
  ])('a database that %s is out of reach, and no fault of the query', async (_, change) => {
    const url = new URL(server.db.url);
    change(url);
    const lost = new pg.Pool({ connectionString: url.href, max: 1 });
    const reads = new Reads(lost, () => session);
    await expect(reads.query('select 1', [])).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    await reads.release();
    await lost.end();
  });

  test('a request that ends while its statement runs gives its connection back, and what it asks then is refused', async () => {
    const reads = new Reads(pool, () => session);
    const running = reads.query<{ done: boolean }>('select pg_sleep(0.1) is not null as done', []);
    const released = reads.release();
    expect(await running).toEqual([{ done: true }]);
    await released;
    await expect(reads.row(twice, [1])).rejects.toThrow('The request is over');
    expect(pool.idleCount).toBe(1);
  });
});
