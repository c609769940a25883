import type { EntityManager } from '@mikro-orm/postgresql';
import { isCode } from '../shared/codes.js';
import { UserFault } from './command.js';
import { isWithin, type ReachName } from './row-scope.js';

const WHO = { admin: 'an ADMIN', publisher: 'a CAMPAIGN_MANAGER', approver: 'an APPROVER', reporter: 'a REPORTER' } as const satisfies Partial<Record<ReachName, string>>;

/**
 * The key of what a mutation names by code (the first of the values), among what the caller sees: what is hidden and what
 * is not there are the same fault of the input field.
 */
export async function keyOf(em: EntityManager, field: string, statement: string, values: [code: string, ...more: unknown[]]): Promise<number> {
  const [row] = isCode(values[0]) ? await em.execute<{ id: number }[]>(statement, values) : [];
  if (row === undefined) throw new UserFault(field, 'NOT_FOUND', `There is none of this code, or none that you see.`);
  return row.id;
}

/** The key of a unit that lies in a reach of the caller; a fault of the field `unit` for any other. */
export async function unitWithin(em: EntityManager, code: string, reach: keyof typeof WHO): Promise<number> {
  const unit = await keyOf(em, 'unit', 'select id from org_unit where code = ?', [code]);
  await assertWithin(em, unit, reach, 'unit');
  return unit;
}

/** A fault of the field that led to the unit, unless it lies in the reach. */
export async function assertWithin(em: EntityManager, unit: number, reach: keyof typeof WHO, field: string): Promise<void> {
  const rows = await em.execute(`select from org_unit where id = ? and ${isWithin('path', reach)}`, [unit]);
  if (rows.length === 0) throw new UserFault(field, 'FORBIDDEN', `This takes ${WHO[reach]} of the unit.`);
}
