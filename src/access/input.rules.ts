import { isBlank } from '../shared/blank.js';
import { isCode, newCode } from '../shared/codes.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { UserFault } from './command.js';

/** A text of the caller's as it may be kept; a fault of the field otherwise. Null stays null. */
export function textOf(field: string, text: string | null | undefined, longest = 2000): string | null {
  if (text == null) return null;
  if (text.length > longest || text.includes('\0') || !text.isWellFormed()) {
    throw new UserFault(field, 'INVALID', `${field} takes at most ${longest.toLocaleString('en')} characters, none of them a null character or half of one.`);
  }
  return text;
}

/** A number of the caller's as the ledger keeps it: 0 or more, four decimals at most, exact. */
export function quantityOf(field: string, value: number): string {
  if (value < 0 || Object.is(value, -0)) throw new UserFault(field, 'INVALID', `${field} must be 0 or more.`);
  if (value > Number.MAX_SAFE_INTEGER || !/^\d+(\.\d{1,4})?$/.test(String(value))) {
    throw new UserFault(field, 'INVALID', `${field} takes at most four decimals, and numbers up to ${Number.MAX_SAFE_INTEGER}.`);
  }
  return String(value);
}

/** Why something is done: it has to say something. */
export function reasonOf(text: string): string {
  const reason = textOf('reason', text.trim())!;
  if (isBlank(reason)) throw new UserFault('reason', 'INVALID', 'reason must say why.');
  return reason;
}

/** Text as it is kept: composed, and never empty. */
export function wordsOf(field: string, text: string | null | undefined, longest: number): string | null {
  const words = textOf(field, text?.normalize('NFC'), longest);
  if (words !== null && isBlank(words)) throw new UserFault(field, 'INVALID', `${field} must not be empty: null takes out what is there.`);
  return words;
}

export function assertCode(code: string, field = 'code'): void {
  if (!isCode(code)) throw new UserFault(field, 'INVALID', `${field} must be 1 to 64 letters (A to Z), digits, ".", "_" or "-", and start with a letter or digit.`);
}

export function atMost<T>(most: number, field: string, list: readonly T[] | null): readonly T[] {
  if ((list?.length ?? 0) > most) throw new UserFault(field, 'INVALID', `${field} takes at most ${most}.`);
  return list ?? [];
}

export type Precision = 'DAY' | 'MONTH' | 'YEAR';

/** A fault of a day that is yet to come, or from before what the exchange format knows. */
export function assertPast(field: string, day: Day, today: Day, shown?: object): void {
  if (day > today) throw new UserFault(field, 'INVALID', `${field} must be today (${today}) or before.`, shown);
  assertYear(field, day, shown);
}

/** A fault of a day that is older than the exchange format goes. */
export function assertYear(field: string, day: Day, shown?: object): void {
  if (day < '1000') throw new UserFault(field, 'INVALID', `${field} must be in the year 1000 or later.`, shown);
}

/** What becomes of a date, and of how much of it is known, by what a caller says; what they leave out stays. */
export function datedAfter(known: readonly [Day | null, Precision], said: unknown, precision: Precision | null | undefined, field: string): [Day | null, Precision] {
  const day = said === undefined ? known[0] : (parseOptionalDay(said, `input.${field}`) ?? null);
  if (said !== undefined && day !== null) assertYear(field, day);
  const how = precision ?? (said === undefined && precision === undefined ? known[1] : 'DAY');
  if (day === null && how !== 'DAY') throw new UserFault(field, 'INVALID', `${field}Precision says how much is known of a date: there is none.`);
  return [day, how];
}

/** How a thing is called: it has to say something. */
export function nameOf(text: string, field = 'name', longest = 500): string {
  const name = textOf(field, text.trim().normalize('NFC'), longest)!;
  if (isBlank(name)) throw new UserFault(field, 'INVALID', `${field} must say how it is called.`);
  return name;
}

/** The code that a caller gives to a thing, or one that is made for it. */
export function codeGiven(code: string | null | undefined, prefix: string): string {
  if (code == null) return newCode(prefix);
  assertCode(code);
  return code;
}

export const codeTaken = (shown: object = {}): UserFault => new UserFault('code', 'CONFLICT', 'This code is taken: codes are never used again.', shown);

/** A whole number of the caller's, 0 or more, as it is kept. Null stays null. */
export function wholeOf(field: string, value: number | null | undefined): string | null {
  if (value == null) return null;
  if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) throw new UserFault(field, 'INVALID', `${field} must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
  return String(value);
}
