/** What reading the things of units has in common. */
import { isInScope } from '../access/row-scope.js';
import type { Bind } from '../shared/database/listing.js';

/** Where a thing comes from, and the remark of whoever entered it: for readers in the scope of its unit alone. */
export const annotationsOf = (thing: string, path = 'u.path'): string => ['source', 'note'].map((column) => `case when ${isInScope(path)} then ${thing}.${column} end as ${column}`).join(', ');

/**
 * Where the things of a unit are, or also those of the units beneath it in today's tree: `thing` with its alias, whose
 * unit is `u`. Ids are digits: the paths from p to p.z are those within p, and in the order of an index.
 */
export function thingsOf(thing: string, alias: string, unit: number, beneath: boolean | null | undefined, bind: Bind): { source: string; within: string[] } {
  const of = bind(unit, 'int');
  return (beneath ?? true)
    ? { source: `from org_unit t join org_unit u on u.path between t.path and t.path || 'z'::text join ${thing} ${alias} on ${alias}.unit_id = u.id`, within: [`t.id = ${of}`] }
    : { source: `from ${thing} ${alias} join org_unit u on u.id = ${alias}.unit_id`, within: [`${alias}.unit_id = ${of}`] };
}
