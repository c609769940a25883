import { UserFault } from './command.js';

/** A text of the caller's as it may be kept; a fault of the field otherwise. Null stays null. */
export function textOf(field: string, text: string | null | undefined, longest = 2000): string | null {
  if (text == null) return null;
  if (text.length > longest || text.includes('\0') || !text.isWellFormed()) {
    throw new UserFault(field, 'INVALID', `${field} takes at most ${longest.toLocaleString('en')} characters, none of them a null character or half of one.`);
  }
  return text;
}

/** Why something is done: it has to say something. */
export function reasonOf(text: string): string {
  const reason = textOf('reason', text.trim())!;
  if (reason === '') throw new UserFault('reason', 'INVALID', 'reason must say why.');
  return reason;
}
