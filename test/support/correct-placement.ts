import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';

/** Tries to correct a placement to another parent; says how to take it back, where the tree allowed it. */
export async function correctPlacement(db: Database, which: number, parent: number): Promise<object | undefined> {
  const { rows } = await db.pool.query<{ unit: string; from: string; parent: string; others: string[] }>(
    `select u.code as unit, p.starts as from, o.code as parent,
       array(select h.code from org_unit h where h.level < u.level and h.id <> o.id order by h.code) as others
     from placement p join org_unit u on u.id = p.unit_id join org_unit o on o.id = p.parent_id where p.starts is distinct from u.closed_on order by 1, 2`,
  );
  const placement = rows[which % Math.max(1, rows.length)];
  if (placement === undefined || placement.others.length === 0) return undefined;
  const { unit, from, parent: before, others } = placement;
  const record = { type: 'placement', unit, from, corrects: true };
  const { errorCount } = await importRecords(db, [{ ...record, parent: others[parent % others.length]! }]);
  return errorCount > 0 ? undefined : { ...record, parent: before };
}
