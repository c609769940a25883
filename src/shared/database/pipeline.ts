import pg from 'pg';
import { translate } from './reads.js';

interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Whatever answers such a statement. */
export type Asked = Pick<Pipeline, 'query'>;

/** How many connections; each takes any number of statements without waiting for the answer to the one before. */
const CONNECTIONS = 2;
/** Each statement is answered or broken off within so long. */
const STATEMENT_MS = 15_000;
/** A connection that has answered nothing for so long, while something waits, is cut: its network has gone without a word. */
const SILENT_MS = STATEMENT_MS + 5_000;

/**
 * A few connections for short statements that need no transaction of their own: they are sent as they come, and answered
 * in turn. A statement that may take long belongs elsewhere: those behind it would wait.
 */
export class Pipeline {
  readonly #options: pg.ClientConfig;
  readonly #clients: (Promise<Line> | undefined)[] = [];
  /** The connection that takes what is asked in this turn of the event loop. */
  #turn = 0;
  #isTurnOver = true;
  #closed = false;
  #connects = 0;
  readonly #silentMs: number;

  /** Connects as the pool does, when first asked. */
  constructor({ options }: pg.Pool, silentMs = SILENT_MS) {
    this.#silentMs = silentMs;
    // The password is not among what can be listed of the options.
    this.#options = Object.assign(Object.create(options) as pg.ClientConfig, { pipeline: true });
  }

  /** `name` stands for the text: the statement is kept prepared under it. */
  async query<Row extends object>(name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
    const [rows] = await this.queries<[Row]>([{ name, text, values }]);
    return rows;
  }

  /** One behind the other on one connection, without waiting. */
  async queries<Rows extends object[]>(statements: readonly Statement[]): Promise<{ [I in keyof Rows]: Rows[I][] }> {
    const turn = this.#now();
    try {
      const line = await (this.#clients[turn] ??= this.#connect(turn));
      hold(line.client);
      const results = await line.hear(Promise.all(statements.map(({ name, text, values }) => line.client.query({ name, text, values: [...values] }))));
      return results.map(({ rows }) => rows as object[]) as { [I in keyof Rows]: Rows[I][] };
    } catch (error) {
      throw translate(error);
    }
  }

  /** How many connections were made so far: while it stays the same, the database has not crashed between two answers. */
  get connects(): number {
    return this.#connects;
  }

  /** Breaks off what is under way; the next statements find new connections. */
  drop(): void {
    for (const client of this.#clients.splice(0)) {
      client?.then((line) => line.cut(), () => {});
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#clients.map(async (client) => (await client?.catch(() => undefined))?.end()));
  }

  #now(): number {
    if (this.#isTurnOver) {
      this.#isTurnOver = false;
      this.#turn = (this.#turn + 1) % CONNECTIONS;
      setImmediate(() => (this.#isTurnOver = true));
    }
    return this.#turn;
  }

  #connect(turn: number): Promise<Line> {
    this.#connects += 1;
    const client = new pg.Client(this.#options);
    const connecting = this.#closed ? Promise.reject(new Error('Client was closed')) : this.#open(client);
    // What waits for an answer is told by its own promise; the next statement finds a new connection.
    const lose = (): void => {
      // Of one that was dropped, another may have taken the place.
      if (this.#clients[turn] === connecting) this.#clients[turn] = undefined;
    };
    client.on('error', lose);
    client.on('end', lose);
    connecting.catch(lose);
    return connecting;
  }

  async #open(client: pg.Client): Promise<Line> {
    await client.connect();
    const line = new Line(client, this.#silentMs);
    // Poolers refuse it among what a connection begins with.
    await line.hear(client.query(`set statement_timeout = ${STATEMENT_MS}`));
    return line;
  }
}

/** A connection, and whether anybody waits for it. */
class Line {
  readonly client: pg.Client;
  readonly #silentMs: number;
  #waiting = 0;
  #silence: NodeJS.Timeout | undefined;

  constructor(client: pg.Client, silentMs: number) {
    this.client = client;
    this.#silentMs = silentMs;
  }

  async hear<T>(answer: Promise<T>): Promise<T> {
    this.#waiting += 1;
    this.#silence ??= setTimeout(() => this.cut(), this.#silentMs);
    try {
      return await answer;
    } finally {
      this.#waiting -= 1;
      this.#silence?.refresh();
      if (this.#waiting === 0) {
        clearTimeout(this.#silence);
        this.#silence = undefined;
      }
    }
  }

  async end(): Promise<void> {
    await this.hear(this.client.end()).catch(() => {});
  }

  /** Waits for no answer. */
  cut(): void {
    this.client.connection.stream.destroy();
  }
}

/** Has what is asked within one turn of the event loop written at once: a write costs as much as the rest of the asking. */
function hold({ connection: { stream } }: pg.Client): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}
