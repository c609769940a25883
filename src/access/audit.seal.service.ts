import type pg from 'pg';

const MINUTE = 60_000;

/**
 * Seals what was noted in the audit log, and forgets first answers that are too old to be repeated: now, each minute, and
 * once more at `stop`. Several server processes may do so
 * beside one another; those who write entries wait for none of them.
 */
export function keepSealing(pool: pg.Pool, onError: (error: unknown) => void): { stop(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const seal = (): Promise<unknown> =>
    (running ??= sealAudit(pool)
      .then(() => pool.query('select idempotency_purge()'))
      .catch(onError)
      .finally(() => (running = undefined)));
  void seal();
  const timer = setInterval(() => void seal(), MINUTE);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      // What was written since it began is not in it.
      await running;
      await seal();
    },
  };
}

/** Returns how many entries were sealed; null: another process is at it. */
export async function sealAudit(pool: pg.Pool): Promise<number | null> {
  const { rows } = await pool.query<{ sealed: number | null }>('select audit_seal() as sealed');
  return rows[0]!.sealed;
}
