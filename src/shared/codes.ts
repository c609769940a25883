/** Whether a text could be the code of anything: what is shaped otherwise is unknown without a look at the database. */
export function isCode(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}
