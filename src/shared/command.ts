import type { Config } from '../config.js';
import type { Database, OpenOptions } from './database/database.js';

/**
 * What a command of a room gets. A room offers `export function importCommand(program, deps)`, which adds
 * itself to the commander program; main.ts lists them.
 */
export interface CommandDeps {
  /**
   * Opens the database (starting the embedded server if none runs), does the work and closes again, also on
   * Ctrl-C: `signal` is aborted then, and statements that still run are broken off, so an open transaction rolls back.
   */
  withDatabase<T>(work: (run: CommandRun) => Promise<T>, options?: CommandOptions): Promise<T>;
}

export interface CommandRun {
  readonly db: Database;
  readonly config: Config;
  readonly signal: AbortSignal;
  /** Prints a line for whoever waits, on stderr: stdout is for results. */
  readonly notice: (line: string) => void;
}

export interface CommandOptions {
  /** What to do about pending migrations; see OpenOptions. */
  readonly migrations?: OpenOptions['migrations'];
  /** Looks at the settings before a database is opened. */
  readonly before?: (config: Config) => Promise<void>;
  /** Logs in as the API does, once the owner of the embedded database has done this. */
  readonly asApi?: { prepare(owner: Database, run: Pick<CommandRun, 'config' | 'signal' | 'notice'>): Promise<void> };
  /** Serves until told otherwise: an embedded database that dies is started again. And on a signal, leave the statements that run to the work, which ends by itself; a second signal breaks them off. */
  readonly serves?: boolean;
}
