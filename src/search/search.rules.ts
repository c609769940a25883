/** How a text fits the words of a search, as patterns on folded text: names between bars, a thing's own first, its code last. */
export interface Patterns {
  /** All words, each as the beginning of a word; the longest first, for it is likely the rarest. */
  readonly all: readonly string[];
  /** The words in their order, whatever stands between them. */
  readonly inOrder: string;
  /** The name is the text, or any of the names, or the code. */
  readonly nameIs: string;
  readonly anyIs: string;
  readonly codeIs: string;
  readonly begins: string;
  /** Of the name by itself: it ends with the words. */
  readonly ends: string;
  /** The words, whole, side by side. */
  readonly phrase: string;
}

/** Of words as the database folds them: letters and digits, none of which means anything to LIKE. */
export function patternsOf(text: string): Patterns {
  const words = text.split(' ');
  return {
    all: [...new Set(words)].sort((a, b) => b.length - a.length).map((word) => `% ${word}%`),
    inOrder: `${words.map((word) => `% ${word}`).join('')}%`,
    nameIs: `| ${text} |%`,
    anyIs: `%| ${text} |%`,
    codeIs: `%| ${text} |`,
    begins: `| ${text}%`,
    ends: `% ${text} `,
    phrase: `% ${text} %`,
  };
}

/** Where a result stands among the others: how well it fits (1 is best), what stands how high, the length of its name, its code. */
export interface Place {
  readonly fit: number;
  readonly standing: number;
  readonly length: number;
  readonly code: string;
}

export const BEFORE_ALL: Place = { fit: 0, standing: 0, length: 0, code: '' };

export function comparePlaces(a: Place, b: Place): number {
  return a.fit - b.fit || a.standing - b.standing || a.length - b.length || (a.code < b.code ? -1 : Number(a.code > b.code));
}

/** As a cursor carries it. */
export const formatPlace = ({ fit, standing, length, code }: Place): string => `${fit} ${standing} ${length} ${code}`;

export function parsePlace(text: string): Place | undefined {
  const [, fit, standing, length, code] = /^([1-7]) (\d{1,2}) (\d{1,6}) ([A-Za-z0-9._-]{1,64})$/.exec(text) ?? [];
  return code === undefined ? undefined : { fit: Number(fit), standing: Number(standing), length: Number(length), code };
}
