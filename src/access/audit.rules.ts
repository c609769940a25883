import type { RowIds } from '../shared/row-ids.js';

/** Of which type the row is that an entry of an action names by its number. */
const TYPES: Readonly<Record<string, string>> = { GRANT_ROLE: 'Grant', REVOKE_ROLE: 'Grant' };

/** What an entry says of a thing, as callers see it: its row number as an id, or, of a thing without ids, not at all. */
export function shown(action: string, said: unknown, ids: RowIds): unknown {
  if (typeof said !== 'object' || said === null || !('id' in said) || typeof said.id !== 'number') return said;
  const { id, ...rest } = said;
  const type = TYPES[action];
  return type === undefined ? rest : { id: ids.seal(type, id), ...rest };
}
