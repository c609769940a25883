import type { Pipeline } from '../shared/database/pipeline.js';

/** Where the database stands. */
export interface Pulse {
  /**
   * What is committed, as a transaction that begins now sees it: as long as it reads the same, no transaction has ended in
   * between, nor has the server crashed (after which it may give a number anew that it gave to a transaction which was
   * undone). Null on a standby, whose snapshots do not tell.
   */
  readonly moment: string | null;
  /** Of `access_version`. */
  readonly version: string;
}

/** SQL for the moment of the transaction at hand. */
export const MOMENT = 'case when not pg_is_in_recovery() then pg_current_snapshot()::text end';
const TEXT = `select ${MOMENT} as moment, (select sum(version)::text from access_version) as version`;

/** Asks the database where it stands: after each question, but once for all that come while it answers. */
export class PulseReader {
  readonly #pipeline: Pipeline;
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<Pulse> | undefined;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  /** Changes where the database may have crashed. */
  get life(): number {
    return this.#pipeline.connects;
  }

  /** Of a moment after the call. */
  read(): Promise<Pulse> {
    return (this.#next ??= this.#ask());
  }

  async #ask(): Promise<Pulse> {
    await this.#running;
    // Whoever asks from here on may ask too late for what is sent now.
    this.#next = undefined;
    const asked = this.#pipeline.query<Pulse>('pulse', TEXT, []);
    this.#running = asked.catch(() => {});
    return (await asked)[0]!;
  }
}
