/** What a search finds and in which order, by going through everything: no pattern, no index, no function of the database. */

/** A thing that can be found. */
export interface Thing {
  readonly kind: string;
  readonly code: string;
  readonly name: string;
  readonly others: readonly (string | null)[];
  /** Of a unit; of a campaign, that of its launcher, where this is seen. */
  readonly level?: string;
}

export interface Hit<T extends Thing> {
  readonly thing: T;
  readonly score: number;
  readonly matched: string;
  readonly place: [fit: number, standing: number, length: number, code: string];
}

const LEVELS = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS'];
const KINDS: Readonly<Record<string, number>> = { DOCUMENT: 24, AWARD: 25, PRACTICE_MODEL: 26, INITIATIVE: 27, PERSON: 28, EVENT: 29 };

/** Letters and digits alone, small and without accents. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[đĐ]/g, 'd').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** 1 is the text, 2 another of its names is, 3 its name begins with it, 4 its name ends with it, 5 side by side, 6 in order, 7 all words; 8 none of these. */
function fitOf(asked: readonly string[], name: string, others: readonly string[], code: string): number {
  const text = asked.join(' ');
  const [ofName, ofOthers, ofCode] = [wordsOf(name), others.map(wordsOf), wordsOf(code)];
  const all = [ofName, ...ofOthers, ofCode].flat();
  if (!asked.every((word) => all.some((one) => one.startsWith(word)))) return 8;
  if (ofName.join(' ') === text || ofCode.join(' ') === text) return 1;
  if (ofOthers.some((one) => one.join(' ') === text)) return 2;
  if (ofName.join(' ').startsWith(text)) return 3;
  if (ofName.slice(-asked.length).join(' ') === text) return 4;
  if ([ofName, ...ofOthers, ofCode].some((one) => one.some((_, i) => one.slice(i, i + asked.length).join(' ') === text))) return 5;
  let at = 0;
  for (const word of all) if (at < asked.length && word.startsWith(asked[at]!)) at++;
  return at === asked.length ? 6 : 7;
}

/** Units by level; campaigns after the units of their launcher's, or before grassroots unions. */
function standingOf({ kind, level }: Thing): number {
  if (kind === 'UNIT') return LEVELS.indexOf(level!) * 10;
  if (kind === 'CAMPAIGN') return LEVELS.indexOf(level ?? 'UPPER_GRASSROOTS') * 10 + 1;
  return KINDS[kind]!;
}

export function bruteForce<T extends Thing>(things: Iterable<T>, text: string): Hit<T>[] {
  const asked = wordsOf(text);
  if (asked.length === 0) return [];
  const hits: Hit<T>[] = [];
  for (const thing of things) {
    const others = thing.others.filter((one) => one !== null);
    const fit = fitOf(asked, thing.name, others, thing.code);
    if (fit === 8) continue;
    const best = [thing.name, thing.code, ...others].map((one) => ({ one, fit: fitOf(asked, one, [], '') })).reduce((a, b) => (b.fit < a.fit ? b : a)).one;
    hits.push({ thing, score: 8 - fit, matched: best, place: [fit, standingOf(thing), [...thing.name].length, thing.code] });
  }
  return hits.sort((a, b) => compare(a.place, b.place));
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [i, key] of a.entries()) if (key !== b[i]) return key < b[i]! ? -1 : 1;
  return 0;
}
