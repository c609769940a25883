import { BadUserInput } from './errors.js';

/** A day as `YYYY-MM-DD`; such texts compare as the days do. */
export type Day = string;

/** Reads a day that a caller gave; `argument` names it in the error. */
export function parseDay(value: unknown, argument: string): Day {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value)) return value;
  throw new BadUserInput(argument, `${argument} must be a date like 2022-05-31.`);
}

export function parseOptionalDay(value: unknown, argument: string): Day | undefined {
  return value === undefined || value === null ? undefined : parseDay(value, argument);
}

/** The calendar has this day; the year 0000 it has not. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) && !text.startsWith('0000');
}

export function dayBefore(day: Day): Day {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

/** The calendar day in Việt Nam (UTC+7 all year) at an instant. */
export function dayInVietnam(instant: Date): Day {
  return new Date(instant.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}
