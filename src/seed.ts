import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import { importFiles } from './exchange/import.service.js';
import type { Database } from './shared/database/database.js';
import { OperatorError } from './shared/database/errors.js';
import { projectFolder } from './shared/project.js';

/** Fills an empty embedded database with the seeds that the settings ask for. All or nothing, so a killed start begins anew. */
export async function seedIfEmpty(db: Database, { seed }: Pick<Config, 'seed'>, notice: (line: string) => void): Promise<void> {
  if (!db.embedded || seed === 'none') return;
  const { rowCount } = await db.pool.query('select from org_unit limit 1');
  if (rowCount !== 0) return;
  notice('Filling the empty database with the five articles (LIENDOAN_SEED)…');
  const folder = projectFolder('seeds');
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort();
  const { errorCount, errors } = await importFiles(db, files.map((name) => join(folder, name)));
  if (errorCount > 0) {
    const [first] = errors;
    throw new OperatorError(`The seeds cannot be imported: ${errorCount} error(s), the first in ${first?.file}:${first?.line}: ${first?.message}`);
  }
}
