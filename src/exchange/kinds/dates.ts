import { date, oneOf, type Field, type Report } from '../fields.js';
import { day, enumOf } from '../writing.js';
import { set } from '../record.query.js';
import { earliest, latest } from '../../shared/dates.js';
import type { Body } from './kind.js';

/** Dates of which each says how much of it is known, as fields of a record, as columns, and as a record says them. */
export const dated = (...fields: string[]): Record<string, Field> =>
  Object.fromEntries(fields.flatMap((field) => [[field, date], [`${field}Precision`, oneOf(['DAY', 'MONTH', 'YEAR'], 'DAY')]]));
const columnOf = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
export const dateColumns = (...fields: string[]): Record<string, string> =>
  Object.fromEntries(fields.flatMap((field) => [[columnOf(field), day(field)], [`${columnOf(field)}_precision`, enumOf(`${field}Precision`, 'date_precision', 'DAY')]]));
export const datesSaid = (of: string, ...fields: string[]): string =>
  fields.map((field) => `${of}.${columnOf(field)} as "${field}", ${set(`${of}.${columnOf(field)}_precision`, 'DAY')} "${field}Precision"`).join(', ');

export function checkDates(body: Body, report: Report, fields: readonly string[], inOrder?: readonly [from: string, to: string]): void {
  for (const field of fields) if (body[field] === undefined && body[`${field}Precision`] !== undefined) report('MISSING_FIELD', `${field}Precision says how precise it is`, field);
  if (inOrder === undefined) return;
  const [from, to] = inOrder;
  // Only what cannot be otherwise is a mistake: "May 2021" may be any of its days.
  const [first, last] = [earliest(body[from], body[`${from}Precision`]), latest(body[to], body[`${to}Precision`])];
  if (first !== undefined && last !== undefined && last < first) report('ENDS_BEFORE_START', `must be ${from}, ${String(body[from])}, or later`, to);
}
