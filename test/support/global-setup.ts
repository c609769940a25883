import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { API_LOGIN, ensureApiLogin } from '../../src/shared/database/api-login.js';
import { migrate } from '../../src/shared/database/migrate.js';
import { openDatabase } from '../../src/shared/database/database.js';
import { joinEmbeddedServer } from '../../src/shared/database/embedded.js';
import { isAlive, readPostmaster, servesCluster } from '../../src/shared/database/embedded/postmaster.js';

const PREFIX = 'liendoan-test-';
const TEMPLATE = 'liendoan_template';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the test server's maintenance database. */
    testServerUrl: string;
    /** The same, as the login of the API. */
    testApiUrl: string;
    /** Name of the migrated database that tests clone. */
    testTemplate: string;
  }
}

/** One server for the whole run, in a folder of its own, and one migrated database to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweep();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const server = await joinEmbeddedServer(folder, {
    // A test server may lose everything in a crash.
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'max_connections=100', 'wal_level=minimal', 'max_wal_senders=0'],
  });
  const teardown = async (): Promise<void> => {
    await server.leave();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const client = new pg.Client({ connectionString: server.url('postgres') });
    await client.connect();
    await client.query(`create database ${TEMPLATE}`);
    await client.end();
    const db = await openDatabase({ databaseUrl: server.url(TEMPLATE), dataFolder: folder }, { migrations: 'ignore' });
    try {
      await migrate(db);
      await ensureApiLogin(db.pool, server.url(TEMPLATE, API_LOGIN));
    } finally {
      await db.close();
    }
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('testServerUrl', server.url('postgres'));
  project.provide('testApiUrl', server.url('postgres', API_LOGIN));
  project.provide('testTemplate', TEMPLATE);
  return teardown;
}

/** Removes what runs that were killed left behind. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const runner = Number(name.slice(PREFIX.length).split('-')[0]);
    if (!(runner > 1) || isAlive(runner)) continue;
    const folder = join(tmpdir(), name);
    const cluster = join(folder, 'pg');
    try {
      const left = readPostmaster(cluster);
      if (left !== undefined && servesCluster(left.pid, cluster)) process.kill(left.pid, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's, or still going down: the next run sees to it.
    }
  }
}
