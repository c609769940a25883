import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Reads, type Standby } from '../../src/shared/database/reads.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.close());

test('a snapshot has all that the server said it had come to', async () => {
  const LOCK = 815_001;
  const holder = await db.pool.connect();
  // It is asked how far it has come; while it thinks, it comes further.
  const standby: Standby = { pool: db.pool, progress: `select pg_advisory_xact_lock_shared(${LOCK}), 'far' as position`, assertProgress: (answered) => expect(answered).toMatchObject({ position: 'far' }), failed: (error) => error };
  const reads = new Reads(db.pool, () => `select 'name' as name, 'value' as value`, { standby });
  try {
    await holder.query('select pg_advisory_lock($1)', [LOCK]);
    const found = reads.query<{ n: number }>('select count(*)::int as n from source', []);
    const waits = async (): Promise<boolean> => (await holder.query<{ waits: boolean }>(`select exists (select from pg_locks where locktype = 'advisory' and objid = ${LOCK} and not granted) as waits`)).rows[0]!.waits;
    await vi.waitUntil(waits, { timeout: 4_000 });
    await holder.query(`insert into source (code, kind, title, publisher, published_on) values ('s', 'ARTICLE', 't', 'p', '2024-01-01')`);
    await holder.query('select pg_advisory_unlock($1)', [LOCK]);
    expect(await found).toEqual([{ n: 1 }]);
  } finally {
    await reads.release();
    holder.release(true);
  }
});
