import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowRules } from '../../src/access/row-scope.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';

let db: Database;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db?.close());

/** As PostgreSQL has read them, so that spaces and parentheses make no difference. */
async function policies(): Promise<object[]> {
  const { rows } = await db.pool.query<object>(
    `select tablename as "table", policyname as name, permissive, roles::text[], cmd as command, qual as using, with_check as check
     from pg_policies where schemaname = 'public' order by 1, 2`,
  );
  return rows;
}

async function scopedTables(): Promise<string[]> {
  const { rows } = await db.pool.query<{ table: string }>(
    `select relname::text as table from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity order by 1`,
  );
  return rows.map(({ table }) => table);
}

describe('row scope', () => {
  test('the entities are the tables that have rules, and each has policies', () => {
    const withPolicies = [...db.orm.getMetadata().getAll().values()].filter(({ policies }) => policies.length > 0).map(({ tableName }) => tableName);
    expect(withPolicies.toSorted()).toEqual(Object.keys(rowRules).toSorted());
  });

  test('what the entities declare is what the migrations have put in force', async () => {
    const inForce = { tables: await scopedTables(), policies: await policies() };
    expect(inForce.tables).toEqual(Object.keys(rowRules).toSorted());
    expect(inForce.policies.length).toBeGreaterThan(inForce.tables.length);

    await db.pool.query(`do $$
      declare it record;
      begin
        for it in select policyname, tablename from pg_policies where schemaname = 'public' loop execute format('drop policy %I on %I', it.policyname, it.tablename); end loop;
        for it in select oid::regclass as name from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity loop execute format('alter table %s disable row level security', it.name); end loop;
      end $$`);
    expect(await policies()).toEqual([]);
    const statements = (await db.orm.schema.getUpdateSchemaSQL({ safe: true })).split(/;\n/);
    for (const statement of statements.filter((text) => /^\s*(create policy|alter table \S+ (enable|force) row level security)/.test(text))) await db.pool.query(statement);

    expect(await scopedTables()).toEqual(inForce.tables);
    expect(await policies()).toEqual(inForce.policies);
  });
});
