import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { OperatorError } from '../errors.js';

const PATIENCE_MS = 120_000;

/**
 * Runs `work` while no other process runs its own under the same file.
 * The lock is the operating system's, taken through SQLite because Node has no flock of its own:
 * it goes with its process, however that ends, so there is no stale lock to clear.
 */
export async function withFolderLock<T>(file: string, notice: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    await take(lock, file, notice);
    return await work();
  } finally {
    lock.close();
  }
}

async function take(lock: DatabaseSync, file: string, notice: (line: string) => void): Promise<void> {
  const started = Date.now();
  for (let told = false; ; await sleep(25)) {
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== 5) throw error;
    }
    const waited = Date.now() - started;
    if (waited > PATIENCE_MS) {
      throw new OperatorError(`Another process has held ${file} for two minutes while it starts or stops the embedded server: end it and try again.`);
    }
    if (waited > 2000 && !told) {
      notice('Waiting for another process that starts or stops the embedded server…');
      told = true;
    }
  }
}
