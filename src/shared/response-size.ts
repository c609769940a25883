import { QueryTooLarge } from './errors.js';

/** How many entries the lists of one answer may have in all. */
export const MOST_ENTRIES = 20_000;

/** Counts the entries of an answer while it grows: a short query of nested lists can ask for more than memory holds. */
export class ResponseSize {
  #entries = 0;

  add(entries: number): void {
    this.#entries += entries;
    if (this.#entries > MOST_ENTRIES) {
      throw new QueryTooLarge(`The answer would have more than ${MOST_ENTRIES} list entries in all. Ask for less: smaller pages, or fewer levels of lists.`, MOST_ENTRIES);
    }
  }
}
