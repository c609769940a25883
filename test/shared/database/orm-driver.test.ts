import type { EntityManager } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database } from '../../../src/shared/database/database.js';
import { openTransaction, rowsOf, sendOf } from '../../../src/shared/database/querying.js';
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

describe('statements that go out behind one another', () => {
  const transaction = <T>(work: (em: EntityManager) => Promise<T>): Promise<T> =>
    db.orm.em.fork().transactional(async (em) => {
      await openTransaction(em);
      return work(em);
    });
  const seen = async (): Promise<number[]> => (await owner.pool.query<{ n: number }>('select n from noted order by n')).rows.map(({ n }) => n);
  const NOTE = 'insert into noted (n) values ($1)';
  beforeAll(() => owner.pool.query('create table noted (n int primary key); grant insert, select on noted to liendoan_api'));

  test('are all done by the commit', async () => {
    await transaction(async (em) => {
      for (let n = 0; n < 5; n++) sendOf(em, NOTE, [n]);
      expect(await rowsOf(em, 'select count(*)::int as n from noted')).toEqual([{ n: 5 }]);
      sendOf(em, NOTE, [5]);
    });
    expect(await seen()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('are undone where one fails, and it is that which is told', async () => {
    const taken = { code: '23505' };
    // Sent last, sent first, and behind one that was not waited for.
    await expect(transaction(async (em) => void (sendOf(em, NOTE, [6]), sendOf(em, NOTE, [1])))).rejects.toMatchObject(taken);
    await expect(transaction(async (em) => void (sendOf(em, NOTE, [1]), sendOf(em, NOTE, [6])))).rejects.toMatchObject(taken);
    await expect(transaction(async (em) => (sendOf(em, NOTE, [1]), rowsOf(em, 'select 1 as one')))).rejects.toMatchObject(taken);
    // Behind one whose answer somebody waits for later.
    let later: Promise<unknown> | undefined;
    await expect(
      transaction(async (em) => {
        later = rowsOf(em, NOTE, [1]);
        later.catch(() => {});
        sendOf(em, NOTE, [6]);
      }),
    ).rejects.toMatchObject(taken);
    await expect(later).rejects.toMatchObject(taken);
    // One that was waited for, and taken lightly.
    await expect(transaction(async (em) => void (await rowsOf(em, NOTE, [1]).catch(() => {})))).rejects.toMatchObject(taken);
    expect(await seen()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(db.pool.totalCount).toBe(db.pool.idleCount);
  });
});
