import type { EntityManager } from '@mikro-orm/postgresql';
import { rowsOf } from '../shared/database/querying.js';
import type { Surroundings } from './warning.rules.js';

/**
 * What surrounds results on the day of which they tell, as far as it counts. Figures and totals of the unit itself alone,
 * and of its members: nothing that whoever reports for it does not see.
 */
export async function surroundingsOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, Surroundings>> {
  const rows = await rowsOf<{ key: string; of: Surroundings }>(em, 'select key, "of" from result_surroundings($1)', [ids]);
  return new Map(rows.map(({ key, of }) => [key, of]));
}
