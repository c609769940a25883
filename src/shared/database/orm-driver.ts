import { createHash } from 'node:crypto';
import { PostgreSqlConnection, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { CompiledQuery, DatabaseConnection, Driver, PostgresDialect, QueryResult } from 'kysely';
import pg from 'pg';
import { codeOf } from './errors.js';

/**
 * The ORM's driver, but that a command's transaction gives its connection to those who know how to use it well: statements
 * stay prepared on it, and go out without waiting for the answers to those before them.
 */
export class OrmDriver extends PostgreSqlDriver {
  protected override readonly connection = new Connection(this.config);
  protected override readonly replicas = this.createReplicas((options) => new Connection(this.config, options, 'read'));

  /** In the order in which the settings name them. Nothing of the ORM's own reads there: who does has to look how far they have come. */
  replicaPools(): Promise<pg.Pool[]> {
    return Promise.all(this.replicas.map((replica) => replica.getNativeClient()));
  }
}

class Connection extends PostgreSqlConnection {
  #pool: pg.Pool | undefined;

  override createKyselyDialect(overrides: Parameters<PostgreSqlConnection['createKyselyDialect']>[0]): PostgresDialect {
    const { onPoolCreated, ...options } = overrides as { onPoolCreated?: (pool: pg.Pool) => void };
    const keep = (pool: pg.Pool): void => {
      this.#pool = pool;
      onPoolCreated?.(pool);
    };
    const dialect = super.createKyselyDialect({ ...options, onPoolCreated: keep } as never);
    dialect.createDriver = () => new PoolDriver(this.#pool!);
    return dialect;
  }
}

const POSITION = "select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::text as position";
/** After a statement that failed, all others of its transaction do. */
const ABORTED = '25P02';
/** Texts that are kept prepared at most: for a text that varies, which none should. */
const MOST_PREPARED = 2000;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_PREPARED) names.set(text, (name = `command_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`));
  return name;
}

/** A connection of the pool, held for a transaction. */
export class Transaction implements DatabaseConnection {
  readonly client: pg.PoolClient;
  /** Statements whose answers nobody waits for. */
  readonly #sent: Promise<unknown>[] = [];
  /** Why the transaction cannot be committed: answers come in order, so this is what failed first. */
  #failure: unknown;
  /** Hears how far the log was written when this had been committed, if the database still says. */
  committed: ((position: string) => void) | undefined;

  constructor(client: pg.PoolClient) {
    this.client = client;
  }

  /** The rows of one statement, which stays prepared on the connection. It is sent at once. */
  async rows<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await this.#ask({ text, values: [...values], name: nameOf(text)! })).rows as Row[];
  }

  /** Sends a statement whose answer changes nothing; if it fails, so does the commit. */
  send(text: string, values: readonly unknown[]): void {
    this.#sendOff(this.#ask({ text, values: [...values], name: nameOf(text)! }));
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { command, rowCount, rows } = await this.#ask({ text: sql, values: [...parameters] });
    return { rows: (rows ?? []) as Row[], ...(/^(INSERT|UPDATE|DELETE|MERGE)$/.test(command) ? { numAffectedRows: BigInt(rowCount!) } : {}) };
  }

  streamQuery(): never {
    throw new Error('commands read no streams');
  }

  async begin(how: string): Promise<void> {
    const begun = this.#ask({ text: how });
    // The first statement goes out behind it.
    if (this.client.pipeline) this.#sendOff(begun);
    else await begun;
  }

  /** Goes out behind what is still under way. */
  async commit(): Promise<void> {
    const asked = [this.#ask({ text: 'commit' }), ...this.#sent] as const;
    const position = this.committed && this.client.query<{ position: string }>(POSITION).catch(() => undefined);
    const [{ command }] = await Promise.all(asked);
    // Which is what the database does where any of that failed.
    if (command === 'ROLLBACK') throw this.#failure ?? new Error('The transaction was rolled back');
    const told = await position;
    if (told !== undefined) this.committed!(told.rows[0]!.position);
  }

  async rollback(): Promise<void> {
    try {
      await this.client.query('rollback');
    } catch {
      // Dead, as a rule, and the pool drops it. If it is not: nobody else may come into this transaction.
      await this.client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {});
    }
  }

  #sendOff(answer: Promise<unknown>): void {
    answer.catch(() => {});
    this.#sent.push(answer);
  }

  async #ask(query: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      return await this.client.query(query);
    } catch (error) {
      this.#failure ??= error;
      throw codeOf(error) === ABORTED ? this.#failure : error;
    }
  }
}

/**
 * Lets go of a connection whatever becomes of its transaction. (Kysely's own does when the rollback has succeeded, and
 * never of a connection that is dead; each would be missing from the pool for good.)
 */
class PoolDriver implements Driver {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new Transaction(await this.#pool.connect());
  }

  async beginTransaction(connection: Transaction, { isolationLevel, accessMode }: { isolationLevel?: string; accessMode?: string }): Promise<void> {
    try {
      await connection.begin(['begin', ...(isolationLevel === undefined ? [] : [`isolation level ${isolationLevel}`]), ...(accessMode === undefined ? [] : [accessMode])].join(' '));
    } catch (error) {
      await this.releaseConnection(connection);
      throw error;
    }
  }

  commitTransaction(connection: Transaction): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: Transaction): Promise<void> {
    return connection.rollback();
  }

  async savepoint(connection: Transaction, name: string): Promise<void> {
    await connection.client.query(`savepoint ${pg.escapeIdentifier(name)}`);
  }

  async rollbackToSavepoint(connection: Transaction, name: string): Promise<void> {
    await connection.client.query(`rollback to ${pg.escapeIdentifier(name)}`);
  }

  async releaseSavepoint(connection: Transaction, name: string): Promise<void> {
    await connection.client.query(`release ${pg.escapeIdentifier(name)}`);
  }

  async releaseConnection(connection: Transaction): Promise<void> {
    connection.client.release();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}
