import type { Day } from './replay.js';

/** Of each figure how often it counts in a total: negative where it is taken off, and never 0. */
export type Parts = Map<number, number>;

/** The latest figures of a unit up to a day. */
export interface Stated {
  readonly own: number | null;
  readonly subtree: { readonly figure: number; readonly date: Day } | null;
}

/** A unit that left (-1) or came into (1) the subtree of another, which had spoken for itself, and the day on which what it held counts. */
export interface Mover {
  readonly spoke: number;
  readonly unit: number;
  readonly sign: 1 | -1;
  readonly heldOn: Day;
}

/** What the walk asks of one series and of the tree: a whole level at a time, so that a level is one round trip. */
export interface PartsSource {
  /** False for a RATIO or NONE indicator: a figure shows at its unit and enters no other total. */
  readonly flows: boolean;
  /** A unit without figures may be left out. */
  stated(units: readonly number[], day: Day): Promise<ReadonlyMap<number, Stated>>;
  /** Who stands directly under each; whoever has no total on the day may be left out. */
  members(units: readonly number[], day: Day): Promise<ReadonlyMap<number, readonly number[]>>;
  /** Who stood beneath on `date` and no longer does on `day`, and the reverse; whoever holds nothing may be left out. */
  movers(spoke: readonly { readonly unit: number; readonly date: Day }[], day: Day): Promise<readonly Mover[]>;
  /** How many units stand above each. */
  depths(units: readonly number[], day: Day): Promise<ReadonlyMap<number, number>>;
}

type Weights = Map<number, number>;
const add = (to: Weights, key: number, by: number): void => void to.set(key, (to.get(key) ?? 0) + by);
function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = make()));
  return found;
}

/**
 * The total of a unit at the end of a day as a signed sum of figures; null where nothing is known.
 *
 * A total follows from its members' totals of that day, or from what movers held on earlier days: so the weights are
 * pushed from the latest day to the earliest, and on a day from the root down. Each (unit, day) is expanded once, when
 * its weight is complete; where a weight comes to 0, as that of a unit which moved along with its parent, nothing is
 * asked at all.
 */
export async function totalParts(source: PartsSource, unit: number, day: Day): Promise<Parts | null> {
  const parts: Parts = new Map();
  const totals = new Map<Day, Weights>([[day, new Map([[unit, 1]])]]);
  const holds = new Map<Day, Weights>();
  let known = false;
  for (let on: Day | undefined = day; on !== undefined; on = latestOf(totals, holds)) {
    const asked = within(totals, on, () => new Map<number, number>());
    await expandHolds(source, on, holds.get(on), asked, parts);
    const sawFigure = await expandTotals(source, on, asked, holds, parts);
    // Only the first day is the total's own; and on it nothing but the unit and what stands beneath is asked about.
    if (on === day) known = sawFigure;
    totals.delete(on);
    holds.delete(on);
  }
  if (!known) return null;
  for (const [figure, weight] of parts) if (weight === 0) parts.delete(figure);
  return parts;
}

function latestOf(...maps: ReadonlyMap<Day, Weights>[]): Day | undefined {
  let latest: Day | undefined;
  for (const map of maps) for (const day of map.keys()) if (latest === undefined || day > latest) latest = day;
  return latest;
}

/** What a unit holds: its total less its members' totals; of one that has not spoken for its subtree, its own figure. */
async function expandHolds(source: PartsSource, day: Day, held: Weights | undefined, totals: Weights, parts: Parts): Promise<void> {
  const units = [...(held ?? [])].filter(([, weight]) => weight !== 0).map(([unit]) => unit);
  if (units.length === 0) return;
  const stated = await source.stated(units, day);
  const spoke: number[] = [];
  for (const unit of units) {
    const of = stated.get(unit);
    if (of?.subtree) spoke.push(unit);
    else if (of?.own != null) add(parts, of.own, held!.get(unit)!);
  }
  if (spoke.length === 0) return;
  const members = await source.members(spoke, day);
  for (const unit of spoke) {
    const weight = held!.get(unit)!;
    add(totals, unit, weight);
    for (const member of members.get(unit) ?? []) add(totals, member, -weight);
  }
}

/** Returns whether there was any figure. */
async function expandTotals(source: PartsSource, day: Day, totals: Weights, holds: Map<Day, Weights>, parts: Parts): Promise<boolean> {
  let any = false;
  const levels = new Map<number, Weights>();
  const seeds = [...totals].filter(([, weight]) => weight !== 0);
  const depths = seeds.length > 1 ? await source.depths(seeds.map(([unit]) => unit), day) : undefined;
  for (const [unit, weight] of seeds) add(within(levels, depths?.get(unit) ?? 0, () => new Map<number, number>()), unit, weight);
  while (levels.size > 0) {
    const depth = Math.min(...levels.keys());
    const level = levels.get(depth)!;
    levels.delete(depth);
    const units: number[] = [];
    for (const [unit, weight] of level) if (weight !== 0) units.push(unit);
    if (units.length === 0) continue;
    const stated = await source.stated(units, day);
    any ||= stated.size > 0;
    const silent: number[] = [];
    const spoke: { unit: number; date: Day }[] = [];
    for (const unit of units) {
      const { own = null, subtree = null } = stated.get(unit) ?? {};
      const weight = level.get(unit)!;
      if (subtree) {
        add(parts, subtree.figure, weight);
        if (subtree.date < day) spoke.push({ unit, date: subtree.date });
      } else {
        if (own !== null) add(parts, own, weight);
        silent.push(unit);
      }
    }
    if (!source.flows) continue;
    const members = silent.length > 0 ? await source.members(silent, day) : undefined;
    const below = within(levels, depth + 1, () => new Map<number, number>());
    for (const unit of silent) for (const member of members!.get(unit) ?? []) add(below, member, level.get(unit)!);
    if (below.size === 0) levels.delete(depth + 1);
    for (const { spoke: by, unit, sign, heldOn } of spoke.length > 0 ? await source.movers(spoke, day) : [])
      add(within(holds, heldOn, () => new Map<number, number>()), unit, sign * level.get(by)!);
  }
  return any;
}
