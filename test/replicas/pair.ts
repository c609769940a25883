/** A primary and a standby that follows it, both real, on this machine. */
import { appendFileSync, chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { vi } from 'vitest';
import { entities } from '../../mikro-orm.config.js';
import { API_LOGIN } from '../../src/shared/database/api-login.js';
import { openDatabase, type Database } from '../../src/shared/database/database.js';
import { joinEmbeddedServer, type EmbeddedServer } from '../../src/shared/database/embedded.js';

const DATABASE = 'liendoan';
/** Of a server that may be lost in a crash of the machine, and that keeps its log for a standby that was away. */
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'autovacuum=off', 'shared_buffers=64MB', 'wal_level=replica', 'max_wal_senders=4', 'wal_keep_size=512MB', 'hot_standby=on', 'wal_receiver_status_interval=1', 'max_standby_streaming_delay=0'];

export interface Pair {
  readonly primary: EmbeddedServer;
  /** At the primary, as the owner. */
  readonly db: Database;
  /** At the primary, with the standby as its replica; `replicas`: others. */
  openApi(replicas?: readonly string[]): Promise<Database>;
  /** Runs a statement at the standby, as the owner. */
  atStandby<Row extends object>(statement: string): Promise<Row[]>;
  /** Stops repeating what the primary writes; what comes in is kept. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves once the standby has repeated all that the primary has written. */
  caughtUp(): Promise<void>;
  /** Stops the processes of the API's connections, and whatever would begin others. */
  hold(): Promise<void>;
  letGo(): void;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  /** Where the standby is, as a login of the database. */
  standbyUrl(login?: string): string;
  close(): Promise<void>;
}

export async function startPair(): Promise<Pair> {
  const root = mkdtempSync(join(tmpdir(), 'liendoan-replicas-'));
  const [first, second] = [join(root, 'primary'), join(root, 'standby')];
  // Filled, stopped, and copied.
  const blank = await joinEmbeddedServer(first, { settings: SETTINGS });
  const filled = await openDatabase({ databaseUrl: undefined, dataFolder: first }, { as: 'api', entities });
  await filled.close();
  await blank.leave();
  cpSync(first, second, { recursive: true });
  chmodSync(join(second, 'pg'), 0o700);
  const primary = await joinEmbeddedServer(first, { settings: SETTINGS });
  const { hostname, port, username, password } = new URL(primary.url('postgres'));
  writeFileSync(join(second, 'pg', 'standby.signal'), '');
  appendFileSync(join(second, 'pg', 'postgresql.auto.conf'), `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=''${decodeURIComponent(password)}'''\n`);
  const start = (): Promise<EmbeddedServer> => joinEmbeddedServer(second, { settings: SETTINGS });
  let standby = await start();

  const db = await openDatabase({ databaseUrl: primary.url(DATABASE), dataFolder: '' }, { entities, migrations: 'ignore' });
  let own = new pg.Pool({ connectionString: standby.url(DATABASE), max: 1 });
  own.on('error', () => {});
  let held: number[] = [];
  const atStandby: Pair['atStandby'] = async (statement) => (await own.query(statement)).rows;
  return {
    primary,
    db,
    openApi: (replicas = [standby.url(DATABASE, API_LOGIN)]) =>
      openDatabase({ databaseUrl: primary.url(DATABASE, API_LOGIN), dataFolder: '', replicaUrls: replicas }, { as: 'api', entities, migrations: 'ignore' }),
    atStandby,
    pause: async () => {
      await atStandby('select pg_wal_replay_pause()');
      await vi.waitUntil(async () => (await atStandby<{ state: string }>('select pg_get_wal_replay_pause_state() as state'))[0]!.state === 'paused', { timeout: 20_000 });
    },
    resume: async () => void (await atStandby('select pg_wal_replay_resume()')),
    caughtUp: async () => {
      const { rows } = await db.pool.query<{ lsn: string }>('select pg_current_wal_flush_lsn() as lsn');
      await vi.waitUntil(async () => (await atStandby<{ there: boolean }>(`select pg_last_wal_replay_lsn() >= '${rows[0]!.lsn}' as there`))[0]!.there, { timeout: 60_000 });
    },
    hold: async () => {
      const rows = await atStandby<{ pid: number }>(`select pid from pg_stat_activity where usename = '${API_LOGIN}'`);
      held = [...rows.map(({ pid }) => pid), standby.pid];
      for (const pid of held) process.kill(pid, 'SIGSTOP');
    },
    letGo: () => {
      for (const pid of held.splice(0)) process.kill(pid, 'SIGCONT');
    },
    kill: async () => {
      const { pid } = standby;
      process.kill(pid, 'SIGQUIT');
      await vi.waitUntil(() => {
        try {
          process.kill(pid, 0);
          return false;
        } catch {
          return true;
        }
      }, { timeout: 20_000 });
    },
    startAgain: async () => {
      standby = await start();
      await own.end();
      own = new pg.Pool({ connectionString: standby.url(DATABASE), max: 1 });
      own.on('error', () => {});
    },
    standbyUrl: (login = API_LOGIN) => standby.url(DATABASE, login),
    close: async () => {
      await own.end();
      await db.close();
      await standby.leave();
      await primary.leave();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
