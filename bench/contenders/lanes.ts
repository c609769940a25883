import { availableParallelism } from 'node:os';
import pg from 'pg';

/**
 * Connections for those who need no transaction: two a processor keep the database busy, and each sends its statements
 * one behind the other without waiting for answers. Plans are made once, for no values in particular: made anew for each
 * statement they take longer than the answer.
 */
export async function openLanes(url: string): Promise<() => pg.Client> {
  const lanes = await Promise.all(
    Array.from({ length: 2 * availableParallelism() }, async () => {
      const client = new pg.Client({ connectionString: url, pipeline: true } as pg.ClientConfig);
      await client.connect();
      await client.query('set plan_cache_mode = force_generic_plan; set jit = off');
      return client;
    }),
  );
  let next = 0;
  return () => lanes[next++ % lanes.length]!;
}
