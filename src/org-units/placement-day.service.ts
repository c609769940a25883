import type pg from 'pg';

const MINUTE = 60_000;

/**
 * Lets placements take effect on their day: brings the paths of the tree to today (Asia/Ho_Chi_Minh) now, and again
 * whenever the day has changed, until `stop`. Several server processes may do so beside one another.
 */
export async function keepPlacementDay(pool: pg.Pool, onError: (error: unknown) => void): Promise<{ stop(): void }> {
  await bringPathsToToday(pool);
  const timer = setInterval(() => void bringPathsToToday(pool).catch(onError), MINUTE);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Returns whether a new day had begun. */
export async function bringPathsToToday(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ new_day: boolean }>('select structure_new_day() as new_day');
  return rows[0]!.new_day;
}
