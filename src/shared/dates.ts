import { BadUserInput } from './errors.js';

/** A day as `YYYY-MM-DD`; such texts compare as the days do. */
export type Day = string;

/** Reads a day that a caller gave; `argument` names it in the error. */
export function parseDay(value: unknown, argument: string): Day {
  if (isDayText(value)) return value;
  throw new BadUserInput(argument, `${argument} must be a date like 2022-05-31.`);
}

export function isDayText(value: unknown): value is Day {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value);
}

export function parseOptionalDay(value: unknown, argument: string): Day | undefined {
  return value === undefined || value === null ? undefined : parseDay(value, argument);
}

/** An instant as ISO 8601 in UTC, to the millisecond. */
export type Instant = string;

/** Reads an instant that a caller gave; `argument` names it in the error. */
export function parseInstant(value: unknown, argument: string): Instant {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(value) && isDay(value.slice(0, 10))) {
    const date = new Date(value);
    if (!Number.isNaN(date.getTime()) && date.toISOString().length === 24 && isDay(date.toISOString().slice(0, 10))) return date.toISOString();
  }
  throw new BadUserInput(argument, `${argument} must be an instant like 2022-05-31T08:15:00Z.`);
}

/** The calendar has this day; the year 0000 it has not. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) && !text.startsWith('0000');
}

/** The first day that a date may mean of which no more than the month or the year is known; undefined without one. */
export function earliest(day: unknown, how: unknown): Day | undefined {
  if (typeof day !== 'string') return undefined;
  return how === 'YEAR' ? `${day.slice(0, 4)}-01-01` : how === 'MONTH' ? `${day.slice(0, 7)}-01` : day;
}

/** The last such day. The 31st of a month without one: it is only compared. */
export function latest(day: unknown, how: unknown): Day | undefined {
  if (typeof day !== 'string') return undefined;
  return how === 'YEAR' ? `${day.slice(0, 4)}-12-31` : how === 'MONTH' ? `${day.slice(0, 7)}-31` : day;
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
