import { randomInt } from 'node:crypto';

/** Whether a text could be the code of anything: what is shaped otherwise is unknown without a look at the database. */
export function isCode(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}

const SIGNS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A code for a thing that was given none. The prefix, two letters, tells its type. */
export function newCode(prefix: string): string {
  return `${prefix}-${Array.from({ length: 12 }, () => SIGNS[randomInt(SIGNS.length)]).join('')}`;
}
