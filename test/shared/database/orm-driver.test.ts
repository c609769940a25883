import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database } from '../../../src/shared/database/database.js';
import { createTestDatabase, openAsApi } from '../../support/database.js';

let owner: Database;
let db: Database;
beforeAll(async () => {
  owner = await createTestDatabase();
  db = await openAsApi(owner, { connections: 2 });
});
afterAll(async () => {
  await db?.close();
  await owner?.close();
});

const works = () => db.orm.em.fork().transactional((em) => em.execute<{ one: number }[]>('select 1 as one'));

test('a connection that is lost within a transaction is not missing from the pool', async () => {
  for (let i = 0; i < 4; i++) {
    const lost = db.orm.em.fork().transactional((em) => em.execute('select pg_terminate_backend(pg_backend_pid())'));
    await expect(lost).rejects.toThrow();
  }
  expect(await Promise.all([works(), works(), works()])).toEqual([[{ one: 1 }], [{ one: 1 }], [{ one: 1 }]]);
  expect(db.pool.totalCount).toBe(db.pool.idleCount);
});

test('nor is one on which no transaction could be begun', async () => {
  await works();
  for (let i = 0; i < 4; i++) {
    // It dies as the pool hands it out.
    db.pool.once('acquire', (client) => void client.end());
    await expect(works()).rejects.toThrow();
  }
  expect(await works()).toEqual([{ one: 1 }]);
  expect(db.pool.totalCount).toBe(db.pool.idleCount);
});

test('what a failed transaction had set is not there in the next', async () => {
  const session = { variables: { 'liendoan.principal': 'somebody' } };
  const failing = db.orm.em.fork({ session }).transactional((em) => em.execute('select 1 / 0'));
  await expect(failing).rejects.toThrow('division by zero');
  expect(await db.orm.em.fork().transactional((em) => em.execute(`select nullif(current_setting('liendoan.principal', true), '') as who`))).toEqual([{ who: null }]);
});
