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
  if (reason === '') throw new UserFault('reason', 'INVALID', 'reason must say why.');
  return reason;
}
