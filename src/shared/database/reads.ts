import { createHash } from 'node:crypto';
import DataLoader from 'dataloader';
import pg from 'pg';
import { RequestOver, TimedOut, Unavailable } from '../errors.js';
import { within } from '../promises.js';
import { RowIds } from '../row-ids.js';
import { codeOf } from './errors.js';

/** The one place that says how a read transaction begins; the caller's session follows, in the same round trip. */
const BEGIN = "begin transaction isolation level repeatable read read only; set local statement_timeout = '15s'; set local transaction_timeout = '60s'";

/** Of a request that was to be answered by what was read ahead, and asks for more: what it would read is of another moment. */
export class AskedTooLate extends Error {
  constructor() {
    super('Something is asked for that was not read ahead');
  }
}

/** A statement as the database gets it, without BEGIN, session and COMMIT. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * A query asked for one key at a time and answered for all keys of a tick at once. Its body is the select for one key,
 * whose values it knows as `k.p0`, `k.p1`…; all that varies between calls is a value, so that no two keys get mixed.
 */
export interface KeyedQuery<Row> {
  /** PostgreSQL types of the values, in order. */
  readonly types: readonly string[];
  readonly body: string;
  /** The body is the select for all keys, the rows of `k`, and answers each with `ord` of its key. */
  readonly ofAll?: boolean;
  /** Kept prepared on the connection: for the few texts that every request shares. */
  readonly prepared?: boolean;
  /** The rows' type; never set. */
  readonly row?: Row;
}

export function keyedQuery<Row extends object>(types: readonly string[], body: string): KeyedQuery<Row> {
  return { types, body, prepared: true };
}

/** Where what is the same for several keys is worth asking once. `body`: of `k`, with a key's values as `p0`, `p1`…, and its number `ord`, which each row has to bring. */
export function keyedQueryOfAll<Row extends object>(types: readonly string[], body: string): KeyedQuery<Row> {
  return { types, body, ofAll: true, prepared: true };
}

/** What a standby does not answer within so long, of what takes no time, or of a short statement, it never will. */
export const STANDBY_MS = 5_000;

/** A standby has not come as far as the request wants. */
export class TooFarBehind extends Error {
  constructor() {
    super('The standby has not come far enough');
  }
}

/** A standby that a request may read from, if it has come far enough. */
export interface Standby {
  readonly pool: pg.Pool;
  /** The statement that asks how far it has come. A snapshot that is taken before it may be older than what it says. */
  readonly progress: string;
  /** Throws TooFarBehind where that is not far enough. */
  assertProgress(answered: object): void;
  /** What has gone wrong there, as it is to be thrown. */
  failed(error: unknown): unknown;
}

/** The keys of one query that wait, and the answers it has given or promised. */
interface Batch {
  readonly loader: DataLoader<readonly unknown[], object[]>;
  readonly answers: Map<string, Promise<object[]>>;
}

export interface ReadsOptions {
  /** Hears of each statement. */
  readonly observe?: ((statement: SentStatement) => void) | undefined;
  /** Hears what the session has set. */
  readonly opened?: ((settings: ReadonlyMap<string, string>) => void) | undefined;
  readonly ids?: RowIds | undefined;
  /** Which is read from instead of the primary: all of the request, or nothing. */
  readonly standby?: Standby | undefined;
}

/**
 * What one request reads: a read-only snapshot on one connection, begun with the first statement and ended by `release`.
 * A request that reads nothing takes no connection.
 *
 * The connection answers one statement at a time, so a query gathers keys until its turn comes: what the rows of one
 * level ask for and what those of the next do is one statement, where both wait.
 */
export class Reads {
  readonly #pool: pg.Pool;
  readonly #standby: Standby | undefined;
  readonly #session: () => string;
  /** Hears of each statement. */
  readonly observe: (statement: SentStatement) => void;
  readonly #opened: (settings: ReadonlyMap<string, string>) => void;
  readonly #batches = new Map<string, Batch>();
  readonly #waiting: (() => Promise<unknown>)[] = [];
  #draining: Promise<void> | undefined;
  #client: Promise<pg.PoolClient> | undefined;
  /** The connection, from when the pool has given it. */
  #held: pg.PoolClient | undefined;
  #settings: ReadonlyMap<string, string> | undefined;
  /** What broke the transaction; statements behind it fail for that reason and no other. */
  #failure: unknown;
  #end: Promise<void> | undefined;
  #ended = false;
  /** Everything was read elsewhere. */
  #isClosed = false;
  #moment: string | null = null;
  /** Set when the request was broken off: the connection is not used again. */
  #aborting: Promise<void> | undefined;

  /** Of the numbers of the rows that are read. */
  readonly ids: RowIds;

  /** `session`: the statement that tells the database who is asking, without which no row is seen; it answers with (name, value) of what it has set. */
  constructor(pool: pg.Pool, session: () => string, { observe = () => {}, opened = () => {}, ids = new RowIds(), standby }: ReadsOptions = {}) {
    this.#pool = standby?.pool ?? pool;
    this.#standby = standby;
    this.#session = session;
    this.observe = observe;
    this.#opened = opened;
    this.ids = ids;
  }

  /** Runs one statement, when its turn comes. */
  query<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => this.#send<Row>(text, values, false).then(resolve, reject));
    });
  }

  /** The rows of one key, in the order of the query's body. */
  rows<Row extends object>(query: KeyedQuery<Row>, values: readonly unknown[]): Promise<Row[]> {
    const { answers, loader } = this.#batch(query);
    const key = JSON.stringify(values);
    let answer = answers.get(key);
    if (answer === undefined) answers.set(key, (answer = loader.load(values)));
    return answer as Promise<Row[]>;
  }

  /** The first row of one key. */
  async row<Row extends object>(query: KeyedQuery<Row>, values: readonly unknown[]): Promise<Row | null> {
    const [first] = await this.rows(query, values);
    return first ?? null;
  }

  /** A setting of the caller's session; empty where it has none. */
  async setting(name: string): Promise<string> {
    if (this.#settings === undefined) await this.#connection();
    return this.#settings!.get(name) ?? '';
  }

  /** Ends the snapshot and forgets what was read: what is asked from now on is read anew. For after a write. */
  async renew(): Promise<void> {
    await this.#draining;
    const client = this.#client;
    this.#client = undefined;
    this.#settings = undefined;
    this.#batches.clear();
    await this.#letGo(client);
    if (this.#aborting === undefined) this.#failure = undefined;
  }

  /** Everything has been read elsewhere, at one moment: whoever would read more is refused. */
  close(moment: string | null): void {
    this.#isClosed = true;
    this.#moment = moment;
  }

  /** Which moment was read, as the database names it; null where nothing was, or it has no name. */
  get moment(): string | null {
    return this.#isClosed ? this.#moment : (this.#settings?.get('liendoan.moment') ?? null);
  }

  /** Whether nobody waits for what would be read. */
  get isOver(): boolean {
    return this.#end !== undefined || this.#aborting !== undefined;
  }

  /** Ends the snapshot, once; statements that wait are answered first, later ones are refused. */
  release(): Promise<void> {
    return (this.#end ??= this.#finish());
  }

  /** Refuses what waits and cancels what runs, for `reason`. */
  async abort(reason: unknown): Promise<void> {
    // Ended already, its connection may be another request's by now.
    if (this.#end === undefined) {
      this.#failure ??= reason;
      this.#aborting ??= this.#cancel();
    }
    await this.release();
  }

  #batch({ types, body, ofAll = false, prepared = false }: KeyedQuery<object>): Batch {
    const known = this.#batches.get(body);
    if (known !== undefined) return known;
    const text = batchText(types, body, ofAll);
    let answer: Promise<object[][]> = Promise.resolve([]);
    const ask = async (keys: readonly (readonly unknown[])[]): Promise<object[][]> => {
      const columns = types.map((_, column) => keys.map((values) => values[column]));
      const found: object[][] = keys.map(() => []);
      for (const row of await this.#send<{ ord: number }>(text, columns, prepared)) found[row.ord]!.push(row);
      return found;
    };
    const loader = new DataLoader<readonly unknown[], object[]>((keys) => (answer = ask(keys)), {
      // DataLoader would let a key that it already knows wait for the next batch.
      cache: false,
      batchScheduleFn: (dispatch) =>
        this.#enqueue(() => {
          dispatch();
          return answer.catch(() => {});
        }),
    });
    const batch = { loader, answers: new Map<string, Promise<object[]>>() };
    this.#batches.set(body, batch);
    return batch;
  }

  #enqueue(job: () => Promise<unknown>): void {
    this.#waiting.push(job);
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    for (;;) {
      // After all promise jobs: whatever the last answer set off has asked for its keys by then.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      const job = this.#waiting.shift();
      if (job === undefined) break;
      await job();
    }
    this.#draining = undefined;
  }

  async #send<Row extends object>(text: string, values: readonly unknown[], prepared: boolean): Promise<Row[]> {
    const client = await this.#connection();
    try {
      this.observe({ text, values });
      const { rows } = await client.query<Row>({ text, values: [...values], ...(prepared ? { name: nameOf(text) } : {}) });
      return rows;
    } catch (error) {
      throw (this.#failure = this.#told(error));
    }
  }

  async #connection(): Promise<pg.PoolClient> {
    if (this.#ended) throw new RequestOver();
    if (this.#isClosed) throw new AskedTooLate();
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return await (this.#client ??= this.#begin());
    } catch (error) {
      throw (this.#failure = this.#told(error));
    }
  }

  #told(error: unknown): unknown {
    return this.#standby === undefined ? translate(error) : this.#standby.failed(error);
  }

  async #begin(): Promise<pg.PoolClient> {
    const client = (this.#held = await this.#pool.connect());
    try {
      // Broken off while it waited for the connection.
      if (this.#failure !== undefined) throw this.#failure;
      const begin = `${BEGIN}; ${this.#session()}`;
      const begun = this.#standby === undefined ? client.query(begin) : within(STANDBY_MS, client.query(`begin; ${this.#standby.progress}; commit; ${begin}`));
      const results = (await begun) as unknown as pg.QueryResult<{ name: string; value: string }>[];
      if (this.#standby !== undefined) await assertProgress(client, this.#standby, results[1]!.rows[0]!);
      this.#settings = new Map(results.at(-1)!.rows.map(({ name, value }) => [name, value]));
      this.#opened(this.#settings);
      return client;
    } catch (error) {
      this.#held = undefined;
      if (!(error instanceof TooFarBehind)) client.release(true);
      throw error;
    }
  }

  /** By a connection of its own: those of the pool may all be busy with what is to be cancelled. */
  async #cancel(): Promise<void> {
    if (this.#held === undefined) return;
    const { processID } = this.#held as pg.PoolClient & { readonly processID?: number };
    const other = new pg.Client(this.#pool.options);
    try {
      await other.connect();
      await other.query('select pg_cancel_backend($1)', [processID]);
    } catch {
      // The statement ends by its own time limit then.
    } finally {
      await other.end().catch(() => {});
    }
  }

  async #finish(): Promise<void> {
    await this.#draining;
    this.#ended = true;
    await this.#letGo(this.#client);
  }

  async #letGo(begun: Promise<pg.PoolClient> | undefined): Promise<void> {
    const client = await begun?.catch(() => undefined);
    if (client === undefined) return;
    // What runs on it from here on is another request's.
    this.#held = undefined;
    if (this.#aborting !== undefined) {
      await this.#aborting;
      return client.release(true);
    }
    try {
      await client.query(this.#failure === undefined ? 'commit' : 'rollback');
      client.release();
    } catch {
      client.release(true);
    }
  }
}

/** Gives the connection back where the standby has not come far enough: nothing is wrong with it. */
async function assertProgress(client: pg.PoolClient, standby: Standby, answered: object): Promise<void> {
  try {
    standby.assertProgress(answered);
  } catch (error) {
    await within(STANDBY_MS, client.query('rollback')).then(() => client.release(), () => client.release(true));
    throw error;
  }
}

/**
 * The body once for each key. A lateral join keeps the rows of a key together and in the order of the body. The arrays
 * hide behind a select, lest the planner count the keys: fewer than it guesses look cheaper than the plan that is kept
 * prepared, and it would plan anew each time, with all policies of the tables, which takes longer than the answer.
 */
function batchText(types: readonly string[], body: string, ofAll: boolean): string {
  const arrays = types.map((type, i) => `(select $${i + 1}::${type}[])`).join(', ');
  const names = types.map((_, i) => `p${i}`).join(', ');
  const keys = `unnest(${arrays}) with ordinality as k(${names}, ord)`;
  if (ofAll) return `with k as materialized (select ${names}, (ord - 1)::int as ord from ${keys}) ${body}`;
  return `select (k.ord - 1)::int as ord, r.* from ${keys} cross join lateral (${body}) r`;
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `read_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`));
  return name;
}

/** Classes 08 (connection, but for mistakes in the protocol), 57P (shutdown) and 53300 (too many connections), and what Node says of sockets. */
export function translate(error: unknown): unknown {
  const code = codeOf(error);
  if (code === '57014' || code === '25P04') return new TimedOut();
  const lost = code === undefined ? /timeout exceeded|Connection terminated|Client has encountered a connection error|Client was closed/.test(String(error)) : false;
  return lost || /^(08(?!P)|57P|53300|28|3D000|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT)/.test(code ?? '') ? new Unavailable() : error;
}
