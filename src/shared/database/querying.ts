import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type pg from 'pg';

/** Whatever runs statements with numbered parameters. */
export type Querying = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

/** A command's transaction, for statements with numbered parameters, which are sent as values. */
export function queryingOf(em: EntityManager): Querying {
  const kysely = em.getKysely();
  const query = (text: string, values: unknown[] = []) => kysely.executeQuery(CompiledQuery.raw(text, values));
  return { query } as unknown as Querying;
}

/** The rows of one statement of a command. */
export async function rowsOf<Row extends object>(em: EntityManager, text: string, values: unknown[] = []): Promise<Row[]> {
  return (await queryingOf(em).query(text, values)).rows as Row[];
}
