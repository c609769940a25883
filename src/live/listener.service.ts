import type { FastifyBaseLogger } from 'fastify';
import pg from 'pg';
import { ANYTHING, announcementOf, type Announcement } from './announcement.rules.js';

const CHANNEL = 'liendoan_ledger';
/** A connection that says nothing may be dead: so often it is asked. */
const ASK_MS = 30_000;
const ANSWER_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * The one connection of the process that listens to what is posted. It logs in as the API does, begins with the first
 * subscription, and comes back when it is lost; what was missed meanwhile may have been anything.
 */
export class Listener {
  readonly #options: pg.ClientConfig;
  readonly #log: FastifyBaseLogger;
  readonly #hear: (announcement: Announcement) => void;
  #client: pg.Client | undefined;
  #listening: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pause = FIRST_PAUSE_MS;
  #closed = false;

  constructor(pool: pg.Pool, log: FastifyBaseLogger, hear: (announcement: Announcement) => void) {
    // The pool's password hides from a spread.
    this.#options = { ...pool.options, password: pool.options.password, keepAlive: true, connectionTimeoutMillis: 8000 };
    this.#log = log;
    this.#hear = hear;
  }

  /** Resolves once it listens; rejects where the database is out of reach just now. */
  ready(): Promise<void> {
    return (this.#listening ??= this.#connect());
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(this.#options);
    const lost = (error?: unknown): void => this.#lose(client, error);
    client.on('error', lost).on('end', lost);
    client.on('notification', ({ payload }) => this.#hear(announcementOf(payload)));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      lost(error);
      throw error;
    }
    if (this.#client !== client) throw new Error('The connection was lost while it began');
    this.#pause = FIRST_PAUSE_MS;
    this.#ask(client);
  }

  #ask(client: pg.Client): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const question: pg.QueryConfig & { query_timeout: number } = { text: `listen ${CHANNEL}`, query_timeout: ANSWER_MS };
      client.query(question).then(
        () => (this.#client === client && !this.#closed ? this.#ask(client) : undefined),
        (error: unknown) => this.#lose(client, error),
      );
    }, ASK_MS);
    this.#timer.unref();
  }

  /** Once for each connection. */
  #lose(client: pg.Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    client.on('error', () => {});
    void client.end().catch(() => {});
    if (this.#closed) return;
    this.#log.warn({ err: error }, 'what is posted is not heard: the connection was lost');
    const again = new Promise<void>((resolve) => {
      this.#timer = setTimeout(resolve, this.#pause);
      this.#timer.unref();
    });
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    // Whoever subscribes meanwhile is told that the database is out of reach.
    this.#listening = Promise.reject(error instanceof Error ? error : new Error('The connection was lost'));
    this.#listening.catch(() => {});
    void again.then(() => this.#comeBack());
  }

  async #comeBack(): Promise<void> {
    if (this.#closed) return;
    try {
      await (this.#listening = this.#connect());
      this.#hear(ANYTHING);
    } catch {
      // Tried again by then.
    }
  }
}
