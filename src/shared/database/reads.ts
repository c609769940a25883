import { createHash } from 'node:crypto';
import DataLoader from 'dataloader';
import type pg from 'pg';
import { RequestOver, TimedOut, Unavailable } from '../errors.js';
import { codeOf } from './errors.js';

/** The one place that says how a read transaction begins; a row scope is to be set here too. */
const BEGIN = "begin transaction isolation level repeatable read read only; set local statement_timeout = '15s'";

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
  /** Kept prepared on the connection: for the few texts that every request shares. */
  readonly prepared?: boolean;
  /** The rows' type; never set. */
  readonly row?: Row;
}

export function keyedQuery<Row extends object>(types: readonly string[], body: string): KeyedQuery<Row> {
  return { types, body, prepared: true };
}

/**
 * What one request reads: a read-only snapshot on one connection, begun with the first statement and ended by `release`.
 * A request that reads nothing takes no connection.
 */
export class Reads {
  readonly #pool: pg.Pool;
  readonly #observe: ((statement: SentStatement) => void) | undefined;
  readonly #loaders = new Map<string, DataLoader<readonly unknown[], object[], string>>();
  #client: Promise<pg.PoolClient> | undefined;
  /** What broke the transaction; statements behind it fail for that reason and no other. */
  #failure: unknown;
  #over: Promise<void> | undefined;
  /** One connection answers one statement at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(pool: pg.Pool, observe?: (statement: SentStatement) => void) {
    this.#pool = pool;
    this.#observe = observe;
  }

  /** Runs one statement. `prepared` keeps it on the connection, so give it to fixed texts only. */
  query<Row extends object>(text: string, values: readonly unknown[], { prepared = false } = {}): Promise<Row[]> {
    if (this.#over !== undefined) return Promise.reject(new RequestOver());
    const answer = this.#last.then(() => this.#send<Row>(text, values, prepared));
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** The rows of one key, in the order of the query's body. */
  async rows<Row extends object>(query: KeyedQuery<Row>, values: readonly unknown[]): Promise<Row[]> {
    return (await this.#loader(query).load(values)) as Row[];
  }

  /** The first row of one key. */
  async row<Row extends object>(query: KeyedQuery<Row>, values: readonly unknown[]): Promise<Row | null> {
    const [first] = await this.#loader(query).load(values);
    return (first as Row | undefined) ?? null;
  }

  /** Ends the snapshot, once; statements that still wait are answered first, later ones are refused. */
  release(): Promise<void> {
    return (this.#over ??= this.#end());
  }

  #loader({ types, body, prepared = false }: KeyedQuery<object>): DataLoader<readonly unknown[], object[], string> {
    let loader = this.#loaders.get(body);
    if (loader === undefined) {
      const text = batchText(types, body);
      loader = new DataLoader(
        async (keys) => {
          const columns = types.map((_, column) => keys.map((values) => values[column]));
          const found: object[][] = keys.map(() => []);
          for (const row of await this.query<{ ord: number }>(text, columns, { prepared })) found[row.ord]!.push(row);
          return found;
        },
        { cacheKeyFn: (values) => JSON.stringify(values) },
      );
      this.#loaders.set(body, loader);
    }
    return loader;
  }

  async #send<Row extends object>(text: string, values: readonly unknown[], prepared: boolean): Promise<Row[]> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const client = await (this.#client ??= this.#begin());
      this.#observe?.({ text, values });
      const { rows } = await client.query<Row>({ text, values: [...values], ...(prepared ? { name: nameOf(text) } : {}) });
      return rows;
    } catch (error) {
      throw (this.#failure = translate(error));
    }
  }

  async #begin(): Promise<pg.PoolClient> {
    const client = await this.#pool.connect();
    try {
      await client.query(BEGIN);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  async #end(): Promise<void> {
    await this.#last;
    if (this.#client === undefined) return;
    let client: pg.PoolClient;
    try {
      client = await this.#client;
    } catch {
      return;
    }
    try {
      await client.query(this.#failure !== undefined ? 'rollback' : 'commit');
      client.release();
    } catch {
      client.release(true);
    }
  }
}

/** The body once for each key. A lateral join keeps the rows of a key together and in the order of the body. */
function batchText(types: readonly string[], body: string): string {
  const arrays = types.map((type, i) => `$${i + 1}::${type}[]`).join(', ');
  const names = types.map((_, i) => `p${i}`).join(', ');
  return `select (k.ord - 1)::int as ord, r.* from unnest(${arrays}) with ordinality as k(${names}, ord) cross join lateral (${body}) r`;
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `read_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`));
  return name;
}

/** Classes 08 (connection), 57P (shutdown) and 53300 (too many connections), and what Node says of sockets. */
function translate(error: unknown): unknown {
  const code = codeOf(error);
  if (code === '57014') return new TimedOut();
  const lost = code === undefined ? /timeout exceeded when trying to connect|Connection terminated/.test(String(error)) : false;
  return lost || /^(08|57P|53300|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT)/.test(code ?? '') ? new Unavailable() : error;
}
