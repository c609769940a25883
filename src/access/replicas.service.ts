import type { FastifyBaseLogger } from 'fastify';
import type pg from 'pg';
import { whyUnscoped } from '../shared/database/api-login.js';
import { reasonOf } from '../shared/database/errors.js';
import { Pipeline, type Asked } from '../shared/database/pipeline.js';
import { AskedTooLate, STANDBY_MS, TooFarBehind, translate, type Standby } from '../shared/database/reads.js';
import { RequestOver, TimedOut, Unavailable } from '../shared/errors.js';
import { within } from '../shared/promises.js';
import type { Position } from './position.js';
import { Reaches } from './reach.service.js';

/** So often the primary is asked where it stands, while requests come. */
const NOTE_MS = 1_000;
/** Of a primary that was not heard of for longer, nobody knows what standbys lack. */
const HEARD_MS = 2_000;
/** So long a standby is left alone that has failed. */
const REST_MS = 3_000;

const PROGRESS = "select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::text end as position";
interface Progress {
  /** Null: it has become a primary. */
  readonly position: string | null;
}

/** What is flushed is on its way to the standbys; what was inserted may wait for the next commit. */
const NOTE = `select (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::text as flushed, (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::text as inserted,
  (select sum(version)::text from access_version) as version`;
interface Noted {
  readonly flushed: string;
  readonly inserted: string;
  readonly version: string;
}

const IDENTITY = `select (select system_identifier::text from pg_control_system()) || '/' || (select oid from pg_database where datname = current_database()) as identity, pg_is_in_recovery() as standby`;
interface Identity {
  readonly identity: string;
  readonly standby: boolean;
}

/** What a primary had written, and when. */
class PrimaryLog {
  readonly #pipeline: Asked;
  readonly #lagMs: number;
  readonly #onError: (error: unknown) => void;
  /** When it was asked, and what was flushed by then; the oldest first. */
  readonly #notes: { readonly at: number; readonly position: Position }[] = [];
  #version: string | undefined;
  /** By which the rights of callers were seen to have changed. */
  #rights: Position = 0n;
  #askedAt = -Infinity;

  constructor(pipeline: Asked, lagMs: number, onError: (error: unknown) => void) {
    this.#pipeline = pipeline;
    this.#lagMs = lagMs;
    this.#onError = onError;
  }

  /**
   * How far a standby must have come that answers now: as far as the primary was when it could lag at most, and to where
   * rights were changed last. Undefined: nobody knows.
   */
  floor(now: number): Position | undefined {
    if (now - this.#askedAt >= NOTE_MS) void this.#note(now);
    while (this.#notes[0] !== undefined && now - this.#notes[0].at > this.#lagMs) this.#notes.shift();
    const [first] = this.#notes;
    if (first === undefined || now - this.#notes.at(-1)!.at > HEARD_MS) return undefined;
    return first.position > this.#rights ? first.position : this.#rights;
  }

  async #note(at: number): Promise<void> {
    this.#askedAt = at;
    try {
      const [{ flushed, inserted, version }] = (await this.#pipeline.query<Noted>('primary_log', NOTE, [])) as [Noted];
      // Of two that are asked at once, the later may be answered first.
      if (version !== this.#version && BigInt(inserted) > this.#rights) this.#rights = BigInt(inserted);
      this.#version = version;
      this.#notes.push({ at, position: BigInt(flushed) });
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** A standby that queries may be answered by. */
class Replica {
  readonly pool: pg.Pool;
  readonly pipeline: Pipeline;
  /** What is remembered of callers under versions as this server has them: in a moment of its own, another may have the same version. */
  readonly reaches = new Reaches();
  readonly #look: () => Promise<string | undefined>;
  readonly #warn: (details: object, text: string) => void;
  /** It has been looked at since it failed last. */
  #isKnown = false;
  #restsUntil = -Infinity;
  /** Why it was left alone, as the log has it; undefined: it has answered since. */
  #why: string | undefined;

  constructor(pool: pg.Pool, identity: () => Promise<string>, warn: (details: object, text: string) => void) {
    this.pool = pool;
    this.pipeline = new Pipeline(pool);
    this.#warn = warn;
    this.#look = () => whyUnfit(pool, identity);
  }

  /** Whether it is to be asked; one that has failed is first looked at, by nobody's request. */
  isReady(now: number): boolean {
    if (now < this.#restsUntil) return false;
    if (!this.#isKnown) void this.#meet();
    return this.#isKnown;
  }

  rest(why: unknown): void {
    if (performance.now() < this.#restsUntil) return;
    this.#isKnown = false;
    this.#restsUntil = performance.now() + REST_MS;
    const reason = typeof why === 'string' ? why : reasonOf(why);
    if (reason !== this.#why) this.#warn({ reason }, 'a replica is not asked');
    this.#why = reason;
  }

  /** It is out of reach, or does not answer. */
  fail(why: unknown): void {
    this.rest(why);
    this.pipeline.drop();
  }

  hasAnswered(): void {
    if (this.#why !== undefined) this.#warn({}, 'a replica is asked again');
    this.#why = undefined;
  }

  async #meet(): Promise<void> {
    // One look at a time.
    this.#restsUntil = Infinity;
    let why: unknown;
    try {
      why = await this.#look();
    } catch (error) {
      why = error;
    }
    this.#restsUntil = -Infinity;
    if (why === undefined) this.#isKnown = true;
    else this.rest(why);
  }
}

/** Why queries are not to be answered there: a login that sees all rows would show them to every caller. */
async function whyUnfit(pool: pg.Pool, primary: () => Promise<string>): Promise<string | undefined> {
  const { rows: [found] } = await pool.query<Identity>(IDENTITY);
  if (!found!.standby) return 'it is no standby';
  if (found!.identity !== (await primary())) return 'it is a standby of another server, or another database';
  return whyUnscoped(pool);
}

/** One request at one standby: it reads all it reads there, or begins anew at the primary. */
export class Visit implements Standby, Asked {
  readonly progress = PROGRESS;
  readonly #replica: Replica;
  readonly #position: Position;
  /** How far it must have come, whoever asks. */
  readonly #floor: Position;
  #hasFailed = false;

  constructor(replica: Replica, position: Position, floor: Position) {
    this.#replica = replica;
    this.#position = position;
    this.#floor = floor;
  }

  get pool(): pg.Pool {
    return this.#replica.pool;
  }

  get reaches(): Reaches {
    return this.#replica.reaches;
  }

  /** Whatever the request has been answered is worth nothing. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  assertProgress(answered: object): void {
    const position = BigInt((answered as Progress).position ?? -1);
    if (position >= this.#position) return this.#replica.hasAnswered();
    if (position < this.#floor) this.#replica.rest('it lags');
    throw new TooFarBehind();
  }

  failed(error: unknown): unknown {
    const known = translate(error);
    // Which the primary would not do better.
    if (known instanceof TimedOut || known instanceof RequestOver || known instanceof AskedTooLate) return known;
    // Anything else is of this request alone, such as a conflict with what the standby repeats.
    if (known instanceof Unavailable) this.#replica.fail(error instanceof Unavailable ? 'it is out of reach' : error);
    this.#hasFailed = true;
    return new Unavailable();
  }

  /** A statement that is answered in a snapshot of its own. */
  async query<Row extends object>(name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      const [[progress], rows] = await within(STANDBY_MS, this.#replica.pipeline.queries<[Progress, Row]>([{ name: 'progress', text: PROGRESS, values: [] }, { name, text, values }]));
      this.assertProgress(progress!);
      return rows;
    } catch (error) {
      throw this.failed(error);
    }
  }
}

/** The standbys that answer queries in turn, as long as they have come far enough. */
export class Replicas {
  readonly #replicas: readonly Replica[];
  readonly #log: PrimaryLog;
  #turn = 0;

  constructor(pools: readonly pg.Pool[], primary: Asked, lagSeconds: number, log: FastifyBaseLogger) {
    let known: string | undefined;
    const identity = async (): Promise<string> => (known ??= (await primary.query<Identity>('identity', IDENTITY, []))[0]!.identity);
    this.#replicas = pools.map((pool, n) => new Replica(pool, identity, (details, text) => log.warn({ replica: n + 1, ...details }, text)));
    this.#log = new PrimaryLog(primary, lagSeconds * 1000, (error) => log.warn({ reason: reasonOf(error) }, 'the primary does not say where it stands: replicas are not asked'));
  }

  /** Which is to be asked, by a caller who carries a position; undefined: the primary is. */
  choose(carried: Position | null): Visit | undefined {
    const now = performance.now();
    const floor = this.#log.floor(now);
    if (floor === undefined) return undefined;
    for (let tried = 0; tried < this.#replicas.length; tried++) {
      const replica = this.#replicas[(this.#turn = (this.#turn + 1) % this.#replicas.length)]!;
      if (replica.isReady(now)) return new Visit(replica, carried !== null && carried > floor ? carried : floor, floor);
    }
    return undefined;
  }

  close(): Promise<unknown> {
    return Promise.all(this.#replicas.map(({ pipeline }) => pipeline.close()));
  }
}
