import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../support/database.js';
import type { Database } from '../../../src/shared/database/database.js';
import { pendingMigrations } from '../../../src/shared/database/migrate.js';

let db: Database;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

describe('the database of a test', () => {
  test('is migrated', async () => {
    expect(await pendingMigrations(db)).toEqual([]);
  });

  test('is one pool for plain SQL and the ORM, whose values look alike', async () => {
    const sql = `select date '2022-05-31' as day, 9007199254740991 as whole, 9007199254740993 as beyond, 1.50::numeric as exact,
                        timestamptz '2022-05-31 12:00Z' as moment`;
    const { rows } = await db.pool.query(sql);
    expect(rows).toEqual([{ day: '2022-05-31', whole: 9007199254740991, beyond: '9007199254740993', exact: '1.50', moment: '2022-05-31 12:00:00+00' }]);
    expect(await db.orm.em.fork().execute(sql)).toEqual(rows);
  });

  test('sorts as Vietnamese does, accents and đ included', async () => {
    const { rows } = await db.pool.query<{ name: string }>(
      `select name from unnest(array['Đống Đa', 'Dân', 'Ba Đình', 'Ứng Hòa', 'Ăn', 'An', 'Âu']) as name order by name`,
    );
    expect(rows.map(({ name }) => name)).toEqual(['An', 'Ăn', 'Âu', 'Ba Đình', 'Dân', 'Đống Đa', 'Ứng Hòa']);
  });
});
