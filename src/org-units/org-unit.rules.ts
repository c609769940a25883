import { dayBefore, parseOptionalDay, type Day } from '../shared/dates.js';
import type { OrgUnit } from './org-unit.type.js';

/** The day on which to look at a unit's place: the one asked for, else today, or the last day of a closed unit. */
export function structureDay(unit: OrgUnit, asOf: unknown, today: Day): Day {
  const given = parseOptionalDay(asOf, 'asOf');
  if (given !== undefined) return given;
  return unit.closedOn !== null && unit.closedOn <= today ? dayBefore(unit.closedOn) : today;
}
