import pg from 'pg';

/**
 * How values leave PostgreSQL: a date is its text (`2022-05-31`, no zone to fall through), numeric is text
 * (exact decimals), bigint a number where JavaScript holds it exactly and else text.
 * The ORM has already set date, timestamp and timestamptz to text on its pool.
 */
export function parseTypesLikeUs(pool: pg.Pool): void {
  const { types } = pool.options;
  (types as pg.TypeOverrides).setTypeParser(pg.types.builtins.INT8, parseBigint);
}

function parseBigint(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
