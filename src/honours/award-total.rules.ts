/** How many recipients awards had, at least and at most, where some may hold others. */
/** At most: null where nothing told says. */
export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number | null;
}

/** One award in a set, and which others may hold it, the nearest first. */
export interface Counted extends Bounds {
  readonly id: number;
  /** `sure`: the one before it is a part of this one; else nobody tells. */
  readonly within: readonly { readonly id: number; readonly sure: boolean }[];
  /** Whether what is counted of a part is surely among what is counted of this one. */
  readonly holdsAll: boolean;
}

/**
 * A part belongs to the nearest award of the set that holds it. Its recipients are those of that award, so that this has
 * at least as many as all its parts; where that is not sure, there may be as many more.
 */
export function sumOf(set: readonly Counted[]): Bounds {
  const members = new Map(set.map((one) => [one.id, one]));
  const parts = new Map<number, Counted[]>();
  const roots: Counted[] = [];
  const nearest = (one: Counted): number => one.within.findIndex(({ id }) => members.has(id));
  /** Whether the way up leads back to it, by no smaller id: there a circle, which tells nothing, is cut, so that nothing in it is lost. */
  const isCut = (one: Counted): boolean => {
    for (let [above, left] = [one, set.length]; left > 0; left--) {
      const at = nearest(above);
      if (at < 0 || (above = members.get(above.within[at]!.id)!).id < one.id) return false;
      if (above === one) return true;
    }
    return false;
  };
  let atMost: number | null = 0;
  for (const one of set) {
    const at = isCut(one) ? -1 : nearest(one);
    const whole = at < 0 ? undefined : members.get(one.within[at]!.id)!;
    if (whole === undefined) roots.push(one);
    else parts.set(whole.id, [...(parts.get(whole.id) ?? []), one]);
    const isHeld = whole !== undefined && whole.holdsAll && one.within.slice(0, at + 1).every(({ sure }) => sure);
    if (!isHeld) atMost = add(atMost, one.atMost);
  }
  const least = (one: Counted): number => Math.max(one.atLeast, (parts.get(one.id) ?? []).reduce((sum, part) => sum + least(part), 0));
  const atLeast = roots.reduce((sum, one) => sum + least(one), 0);
  // What is told contradicts itself: a whole of fewer than its parts.
  return { atLeast, atMost: atMost === null ? null : Math.max(atMost, atLeast) };
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
