import { dayOf, isoOf, LEVELS, type Day, type Own, type ReplayTree } from './replay.js';
import type { PartSumRow, UnitRow } from './verify.query.js';

/** The sums by attribute, from what each unit did itself and where it stood: unit by unit, with nothing of how they are kept. */

type Attribute = PartSumRow['attribute'];
/** Value, and how many numbers it is the sum of: all, bounded, loose. */
type Sum = readonly [value: bigint, counted: number, bounded: number, loose: number];
const NOTHING: Sum = [0n, 0, 0, 0];
const ROUGH: Readonly<Record<Own['qualifier'], readonly [bounded: number, loose: number]>> = { EXACT: [0, 0], MORE_THAN: [1, 0], AT_LEAST: [1, 0], NEARLY: [0, 1], ABOUT: [0, 1] };

const sumOf = (own: Own | null): Sum => (own === null ? NOTHING : [own.value, 1, ...ROUGH[own.qualifier]]);
const plus = (a: Sum, b: Sum, times = 1): Sum => [a[0] + BigInt(times) * b[0], a[1] + times * b[1], a[2] + times * b[2], a[3] + times * b[3]];
const same = (a: Sum, b: Sum): boolean => a.every((number, i) => number === b[i]);

export interface UnitChanges {
  readonly unit: number;
  readonly changes: readonly { date: Day; own: Own | null }[];
}

type Told = (unit: number, date: string, field: string, kept: string, replayed: string) => void;

/** Compares what is kept of one series with what the changes come to. */
export function comparePartSums(tree: ReplayTree, units: ReadonlyMap<number, UnitRow>, changes: Iterable<UnitChanges>, kept: readonly PartSumRow[], tell: Told): void {
  const replayed = partsOf(tree, units, changes);
  const rows = Map.groupBy(kept, ({ unit_id, attribute, key }) => `${unit_id} ${attribute} ${key}`);
  for (const part of new Set([...replayed.keys(), ...rows.keys()])) {
    const [unit, attribute, key] = part.split(' ') as [string, Attribute, string];
    const ours = new Map((rows.get(part) ?? []).map((row) => [dayOf(row.date), [BigInt(row.value.replace('.', '')), row.counted, row.bounded, row.loose] as Sum]));
    const steps = replayed.get(part) ?? new Map<Day, Sum>();
    let [held, due] = [NOTHING, NOTHING];
    for (const day of [...new Set([...ours.keys(), ...steps.keys()])].sort((a, b) => a - b)) {
      held = ours.get(day) ?? held;
      due = plus(due, steps.get(day) ?? NOTHING);
      if (!same(held, due)) tell(Number(unit), isoOf(day), `by ${attribute} ${key || 'unknown'}`, show(held), show(due));
    }
  }
}

const show = ([value, ...counts]: Sum): string => `${Number(value) / 10_000} of ${counts.join('/')}`;

/** By unit, attribute and key: by how much the sum differs from each day on. */
function partsOf(tree: ReplayTree, units: ReadonlyMap<number, UnitRow>, changes: Iterable<UnitChanges>): Map<string, Map<Day, Sum>> {
  // Units that are alike in all attributes together, then split.
  const alike = new Map<string, { top: number; unit: UnitRow; days: Map<Day, Sum> }>();
  for (const { unit: id, changes: list } of changes) {
    if (list.length === 0) continue;
    const unit = units.get(id)!;
    const kind = [unit.level, unit.kind, unit.sector, unit.ownership].join(' ');
    const stays: { days: Map<Day, Sum>; from: Day; to: Day }[] = [];
    const stay = (top: number, from: Day, to: Day): void => {
      const group = alike.get(`${top} ${kind}`) ?? { top, unit, days: new Map<Day, Sum>() };
      alike.set(`${top} ${kind}`, group);
      stays.push({ days: group.days, from, to });
    };
    const isKept = (level: number): boolean => level <= LEVELS.indexOf('PROVINCIAL');
    if (isKept(LEVELS.indexOf(unit.level))) stay(id, -Infinity, Infinity);
    tree.eachAncestor(tree.index(id), (ancestor, { from, to }) => isKept(tree.level[ancestor]!) && stay(tree.ids[ancestor] as number, from, to));
    let before = NOTHING;
    for (const { date, own } of list) {
      const now = sumOf(own);
      const change = plus(now, before, -1);
      before = now;
      for (const { days, from, to } of stays) {
        if (date >= to) continue;
        const first = Math.max(date, from);
        days.set(first, plus(days.get(first) ?? NOTHING, change));
        if (to !== Infinity) days.set(to, plus(days.get(to) ?? NOTHING, change, -1));
      }
    }
  }
  const parts = new Map<string, Map<Day, Sum>>();
  for (const { top, unit, days } of alike.values()) {
    for (const [attribute, key] of [['LEVEL', unit.level], ['SECTOR', unit.sector ?? ''], ['OWNERSHIP', unit.ownership ?? ''], ['KIND', unit.kind]] satisfies [Attribute, string][]) {
      const part = parts.get(`${top} ${attribute} ${key}`) ?? new Map<Day, Sum>();
      parts.set(`${top} ${attribute} ${key}`, part);
      for (const [day, sum] of days) part.set(day, plus(part.get(day) ?? NOTHING, sum));
    }
  }
  return parts;
}
