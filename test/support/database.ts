import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { entities } from '../../mikro-orm.config.js';
import { openDatabase, type Database } from '../../src/shared/database/database.js';

/**
 * A database of the caller's own, cloned from the migrated template; `close` drops it.
 * One per test file, opened in `beforeAll`, is the usual measure.
 */
export async function createTestDatabase(): Promise<Database> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const server = inject('testServerUrl');
  await administer(server, `create database ${name} template ${inject('testTemplate')} strategy file_copy`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = await openDatabase({ databaseUrl: url.href, dataFolder: '' }, { entities, migrations: 'ignore' });
  return {
    ...db,
    close: async (options) => {
      await db.close(options);
      await administer(server, `drop database ${name} with (force)`);
    },
  };
}

/** A test's database as the API sees it. */
export function openAsApi(db: Pick<Database, 'url'>, options: { connections?: number } = {}): Promise<Database> {
  const url = new URL(inject('testApiUrl'));
  url.pathname = new URL(db.url).pathname;
  return openDatabase({ databaseUrl: url.href, dataFolder: '' }, { entities, migrations: 'ignore', as: 'api', ...options });
}

/** Runs one statement outside any test database. */
export async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
