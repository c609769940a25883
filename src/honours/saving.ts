import type { EntityManager } from '@mikro-orm/postgresql';
import { staleFault } from '../access/command.js';
import { codeGiven, codeTaken } from '../access/input.rules.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';

/** What is to be kept of a thing of a unit that has a code. */
export interface Saving {
  readonly table: string;
  /** Of codes that are made. */
  readonly prefix: string;
  readonly input: { readonly code?: string | null | undefined; readonly expectedVersion?: number | null | undefined };
  readonly unit: number;
  /** By column. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Said with the first of it, and never anew. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** How the thing is shown where it is not as the caller knows it. */
  show(key: number): Promise<object>;
  /** Written with these, and no change by themselves. */
  readonly signed?: Readonly<Record<string, unknown>>;
  /** A fault where what is there is not to be changed. */
  assertOpen?(row: Row): void | Promise<void>;
  /** Whether what hangs on the row is as it is to be. */
  isSame?(key: number): Promise<boolean>;
}

export interface Row extends Readonly<Record<string, unknown>> {
  readonly id: number;
}

export interface Saved {
  readonly key: number;
  /** New, as it was but for the columns, or untouched. */
  readonly was: 'absent' | 'other' | 'same';
}

/** Makes a thing, or says anew what it is; it stays its unit's. */
export async function save(em: EntityManager, saving: Saving): Promise<Saved> {
  const { table, input, unit } = saving;
  const values = { ...saving.values, ...saving.signed };
  const code = codeGiven(input.code, saving.prefix);
  const columns = Object.keys(values);
  const find = async () => (isCode(code) ? await rowsOf<{ id: number; unit_id: number; version: number }>(em, `select id, unit_id, version, ${columns.join(', ')} from ${table} where code = $1`, [code]) : [])[0];
  let row = input.code == null ? undefined : await find();
  if (row === undefined) {
    if ((input.expectedVersion ?? 0) !== 0) throw staleFault(0);
    const first: Record<string, unknown> = { code, unit_id: unit, ...saving.fixed, ...values };
    const all = Object.keys(first);
    const made = await rowsOf<{ id: number }>(
      em,
      `insert into ${table} (${all.join(', ')}) values (${all.map((_, i) => `$${i + 1}`).join(', ')}) on conflict (code) do nothing returning id`,
      Object.values(first),
    );
    if (made[0] !== undefined) return { key: made[0].id, was: 'absent' };
    // Another has made it in the meantime; else it is not the caller's to see.
    row = await find();
    if (row === undefined) throw codeTaken();
  }
  const { id, version, ...known } = row;
  if (known.unit_id !== unit) throw codeTaken(await saving.show(id));
  if ((input.expectedVersion ?? 0) !== version) throw staleFault(version, await saving.show(id));
  await saving.assertOpen?.({ ...row });
  if (isAsSaid(known, saving.values) && ((await saving.isSame?.(id)) ?? true)) return { key: id, was: 'same' };
  const changed = await rowsOf(
    em,
    `update ${table} set ${columns.map((column, i) => `${column} = $${i + 3}`).join(', ')} where id = $1 and version = $2 returning id`,
    [id, version, ...Object.values(values)],
  );
  // Somebody else was first, this moment.
  if (changed.length === 0) throw staleFault((await find())!.version, await saving.show(id));
  return { key: id, was: 'other' };
}

/** Whether a row has these values already. */
export const isAsSaid = (row: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): boolean => Object.keys(values).every((column) => textOf(row[column]) === textOf(values[column]));

const textOf = (value: unknown): string | null => (value == null ? null : String(value as string | number | boolean));
