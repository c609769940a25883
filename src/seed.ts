import type { Config } from './config.js';
import type { Database } from './shared/database/database.js';

/** Fills an empty embedded database with the seeds that the settings ask for. */
export async function seedIfEmpty(db: Database, config: Config, _notice: (line: string) => void): Promise<void> {
  if (!db.embedded || config.seed === 'none') return;
  // The call of the import service belongs here, over the files of seeds/, when there is no unit yet.
}
