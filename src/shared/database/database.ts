import { MikroORM, type Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import type { Config } from '../../config.js';
import { API_LOGIN, ensureApiLogin, owns, whyUnscoped } from './api-login.js';
import { checkServer, describe } from './checks.js';
import { joinEmbeddedServer, type EmbeddedServer } from './embedded.js';
import { OperatorError, codeOf } from './errors.js';
import { migrate, migrationOptions, pendingMigrations, readMigrations } from './migrate.js';
import { OrmDriver } from './orm-driver.js';
import { STANDBY_MS } from './reads.js';
import { parseTypesLikeUs } from './types.js';

export interface Database {
  /** Connection string. Carries the password: never print it. */
  readonly url: string;
  /** Whether this is the embedded server. */
  readonly embedded: boolean;
  /** The one pool of the process; the ORM draws from it too. */
  readonly pool: pg.Pool;
  readonly orm: MikroORM;
  /** Of the standbys that the settings name, for the API. */
  readonly replicas: readonly pg.Pool[];
  /** Names of all migrations that the code knows, in order. */
  readonly migrations: readonly string[];
  /** Waits for running statements, then lets go of everything. `force` breaks them off. */
  close(options?: { force?: boolean }): Promise<void>;
}

export interface OpenOptions {
  /** Who logs in: whoever owns the tables and runs the commands, or the API, whose rows are scoped. Default: the owner. */
  readonly as?: 'owner' | 'api';
  /** Before the API logs in to the embedded database: what its owner has to do there. */
  readonly prepare?: ((owner: Database) => Promise<void>) | undefined;
  /** How many connections at most. */
  readonly connections?: number;
  readonly entities?: Options['entities'];
  /**
   * `auto`: the embedded database is migrated, another must be up to date. `run`: any database is migrated.
   * `ignore`: it is taken as it is.
   */
  readonly migrations?: 'auto' | 'run' | 'ignore';
  /** Where the SQL files are, if not in schema/migrations. */
  readonly migrationsFolder?: string;
  /** Starts the embedded server again, should it die under this process. */
  readonly keepUp?: boolean | undefined;
  /** A line for whoever waits. */
  readonly notice?: (line: string) => void;
}

const EMBEDDED_DATABASE = 'liendoan';

/** Opens the database that the settings name; every way in which this can go wrong is an OperatorError of one line. */
export async function openDatabase(config: DatabaseSettings, options: OpenOptions = {}): Promise<Database> {
  return config.databaseUrl === undefined ? openEmbedded(config, options) : openOther(config.databaseUrl, config, options);
}

type DatabaseSettings = Pick<Config, 'databaseUrl' | 'dataFolder'> & Partial<Pick<Config, 'databaseOwnerUrl' | 'replicaUrls'>>;

async function openEmbedded({ dataFolder }: DatabaseSettings, options: OpenOptions): Promise<Database> {
  const server = await joinEmbeddedServer(dataFolder, { notice: options.notice, keepUp: options.keepUp });
  try {
    const owner = await connect(await ensureDatabase(server), server, options);
    if (options.as !== 'api') return owner;
    const url = server.url(EMBEDDED_DATABASE, API_LOGIN);
    try {
      await ensureApiLogin(owner.pool, url);
      await options.prepare?.(owner);
    } finally {
      await owner.release();
    }
    return await connect(url, server, { ...options, migrations: 'ignore' });
  } catch (error) {
    await server.leave();
    throw error;
  }
}

async function openOther(url: string, { databaseOwnerUrl: ownerUrl, replicaUrls }: Partial<DatabaseSettings>, options: OpenOptions): Promise<Database> {
  if (options.as === 'api') {
    const db = await connect(url, undefined, options, replicaUrls);
    const why = await whyUnscoped(db.pool);
    if (why === undefined) return db;
    await db.close();
    throw new OperatorError(
      `DATABASE_URL must not be used to serve: ${why}, and would show every caller every row. Put that login into DATABASE_OWNER_URL, let DATABASE_URL log in as ${API_LOGIN} with a password of your choice, and run \`npm run migrate\`, which makes it.`,
    );
  }
  const db = await connect(ownerUrl ?? url, undefined, options);
  if (!(await owns(db.pool))) {
    await db.close();
    throw new OperatorError(`${ownerUrl === undefined ? 'DATABASE_URL' : 'DATABASE_OWNER_URL'} does not log in as the owner of the tables, which this command takes: set DATABASE_OWNER_URL.`);
  }
  return db;
}

/** A database that can be let go of without leaving its server. */
interface Connected extends Database {
  release(): Promise<void>;
}

async function connect(url: string, server: EmbeddedServer | undefined, options: OpenOptions, replicaUrls: readonly string[] = []): Promise<Connected> {
  await checkServer(url);
  const files = readMigrations(options.migrationsFolder);
  const label = `liendoan/${process.pid}`;
  const driverOptions = { application_name: label, max: options.connections ?? 10, connectionTimeoutMillis: 15_000, ...(options.as === 'api' ? { pipeline: true } : {}), onPoolCreated: parseTypesLikeUs };
  const orm = await MikroORM.init({
    driver: OrmDriver,
    clientUrl: url,
    replicas: replicaUrls.map((clientUrl) => ({ clientUrl, driverOptions: { ...driverOptions, connectionTimeoutMillis: STANDBY_MS } })),
    preferReadReplicas: false,
    entities: options.entities ?? [],
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
    driverOptions,
    ...migrationOptions(files),
  });
  const pool = await orm.em.getConnection().getNativeClient();
  const replicas = await orm.driver.replicaPools();
  const release = async (): Promise<void> => {
    await orm.close(true);
    // The ORM ends a pool only if it has drawn from it.
    await Promise.all([pool, ...replicas].filter((one) => !one.ending).map((one) => one.end()));
  };
  const breakOffAll = (): Promise<unknown> => Promise.all([url, ...replicaUrls].map((one) => breakOff(one, label)));
  let closing: Promise<void> | undefined;
  const shut = async (force: boolean): Promise<void> => {
    if (force) await breakOffAll();
    await release();
    await server?.leave();
  };
  const db: Connected = {
    url,
    release,
    embedded: server !== undefined,
    pool,
    orm,
    replicas,
    migrations: files.map(({ name }) => name),
    close: async ({ force = false } = {}) => {
      if (force && closing !== undefined) await breakOffAll();
      await (closing ??= shut(force));
    },
  };
  try {
    await bringUpToDate(db, options);
  } catch (error) {
    await release();
    throw error;
  }
  return db;
}

async function bringUpToDate(db: Database, { migrations = 'auto', notice }: OpenOptions): Promise<void> {
  if (migrations === 'ignore') return;
  if (migrations === 'run' || db.embedded) {
    await migrate(db, notice);
    return;
  }
  const behind = await pendingMigrations(db);
  if (behind.length > 0) {
    throw new OperatorError(`The database at ${describe(db.url)} is ${behind.length} migration(s) behind (next: ${behind[0]}): run \`npm run migrate\`.`);
  }
}

async function ensureDatabase(server: EmbeddedServer): Promise<string> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [EMBEDDED_DATABASE]);
    if (rowCount === 0) {
      await client.query(`create database ${EMBEDDED_DATABASE}`).catch((error: unknown) => {
        // Another process was first.
        if (codeOf(error) !== '42P04' && codeOf(error) !== '23505') throw error;
      });
    }
  } finally {
    await client.end();
  }
  return server.url(EMBEDDED_DATABASE);
}

/** Ends this process's own sessions on the server, whatever they are running. */
async function breakOff(url: string, label: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()', [label]);
  } catch {
    // A server that does not answer has no sessions to end.
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether the database answers and is up to date; else why not, in a few words. */
export async function whyNotReady(db: Database, log: (error: unknown) => void = () => {}): Promise<string | undefined> {
  try {
    const behind = await pendingMigrations(db);
    return behind.length === 0 ? undefined : `${behind.length} migration(s) behind`;
  } catch (error) {
    log(error);
    return 'the database does not answer';
  }
}
