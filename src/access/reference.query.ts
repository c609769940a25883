import type { EntityManager } from '@mikro-orm/postgresql';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { UserFault } from './command.js';
import { isAbove, isWithin, type ReachName } from './row-scope.js';

const WHO = { admin: 'an ADMIN', publisher: 'a CAMPAIGN_MANAGER', approver: 'an APPROVER', reporter: 'a REPORTER' } as const satisfies Partial<Record<ReachName, string>>;

/**
 * The key of what a mutation names by code (the first of the values), among what the caller sees: what is hidden and what
 * is not there are the same fault of the input field.
 */
export async function keyOf(em: EntityManager, field: string, statement: string, values: [code: string, ...more: unknown[]]): Promise<number> {
  const [row] = isCode(values[0]) ? await rowsOf<{ id: number }>(em, statement, values) : [];
  if (row === undefined) throw unknownCode(field);
  return row.id;
}

/** What is hidden and what is not there are the same. */
export const unknownCode = (field: string): UserFault => new UserFault(field, 'NOT_FOUND', 'There is none of this code, or none that you see.');

/** By code, in order, the keys of what a list names, in one statement; a fault of the first that the caller does not see. */
export async function keysOf(em: EntityManager, table: 'campaign' | 'indicator' | 'partner' | 'person', field: string, codes: readonly string[]): Promise<Map<string, number>> {
  const rows = codes.length === 0 ? [] : await rowsOf<{ id: number; code: string }>(em, `select id, code from ${table} where code = any ($1)`, [codes.filter(isCode)]);
  const known = new Map(rows.map(({ id, code }) => [code, id]));
  return new Map(codes.map((code, i) => {
    const key = known.get(code);
    if (key === undefined) throw unknownCode(`${field}.${i}`);
    return [code, key];
  }));
}

/** The key of a unit that lies in a reach of the caller; a fault of the field `unit` for any other. */
export async function unitWithin(em: EntityManager, code: string, reach: keyof typeof WHO): Promise<number> {
  const unit = await keyOf(em, 'unit', 'select id from org_unit where code = $1', [code]);
  await assertWithin(em, unit, reach, 'unit');
  return unit;
}

/** A fault of the field that led to the unit, unless it lies in the reach. */
export async function assertWithin(em: EntityManager, unit: number, reach: keyof typeof WHO, field: string): Promise<void> {
  const rows = await rowsOf(em, `select id from org_unit where id = $1 and ${isWithin('path', reach)}`, [unit]);
  if (rows.length === 0) throw new UserFault(field, 'FORBIDDEN', `This takes ${WHO[reach]} of the unit.`);
}

/** A fault of the field that led to the unit, unless the caller is an APPROVER of one above it; at the root, of the root. */
export async function assertAbove(em: EntityManager, unit: number, field: string): Promise<void> {
  const rows = await rowsOf(em, `select id from org_unit where id = $1 and ${isAbove('path')}`, [unit]);
  if (rows.length === 0) throw new UserFault(field, 'FORBIDDEN', 'This takes an APPROVER of a unit above; at the root, of the root.');
}
