/**
 * The replay: what every total is, computed from figures and structure straight from the definitions.
 *
 * The ledger keeps totals as figures arrive; this module derives the same totals with no memory of arrival,
 * so that `npm run verify` and the property tests can say whether the ledger is right. It prefers the plain
 * form of each definition to speed: a state is computed afresh for each day on which it could change, from the
 * figures and the members of that day, never from the state before (but for `asOf`, which is a running maximum).
 */

/** Days since 1970-01-01. */
export type Day = number;
export type UnitId = string | number;

export const LEVELS = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS'] as const;
export type Level = (typeof LEVELS)[number];
/** One count for each of LEVELS, in that order. */
export type PerLevel = readonly number[];

export type Qualifier = 'EXACT' | 'MORE_THAN' | 'AT_LEAST' | 'NEARLY' | 'ABOUT';
export type Origin = 'STATED' | 'ADJUSTED' | 'SUMMED';

export interface ReplayUnit {
  id: UnitId;
  level: Level;
  validFrom: Day;
  /** The first inactive day. */
  closedOn: Day | null;
}

/** `unit` stands directly under `parent` from `from` until the day before `to`. A unit's placements leave no gap. */
export interface ReplayPlacement {
  unit: UnitId;
  parent: UnitId;
  from: Day;
  to: Day | null;
}

/** A current approved figure of one series: no superseded or withdrawn ones. `value` is scaled by 10,000. */
export interface ReplayFigure {
  unit: UnitId;
  coverage: 'OWN' | 'SUBTREE';
  date: Day;
  value: bigint;
  qualifier: Qualifier;
}

export interface BalanceState {
  /** Null where nothing is known; then origin, qualifier and asOf are null too. */
  total: bigint | null;
  /** The sum of the members' totals; a member without one adds nothing. */
  membersTotal: bigint;
  origin: Origin | null;
  complete: boolean;
  qualifier: Qualifier | null;
  /** Date of the last figure that moved the total. */
  asOf: Day | null;
  /** The total that OWN figures alone would give. */
  detail: bigint | null;
  /** With a SUBTREE figure: what the unit held on that figure's date, less its OWN figure of that date. */
  unexplained: bigint | null;
  /** With a SUBTREE figure: what the unit holds on the day. Shown for targets, whose figures are all SUBTREE. */
  unallocated: bigint | null;
  /** Direct children active on the day that have a total. */
  reportedChildren: number;
  /** Descendants active on the day that have a total, by their level. */
  reportedByLevel: PerLevel;
  /** Date of the SUBTREE figure in force. */
  subtreeOn: Day | null;
}

/** What a unit did itself, as docs/analytics.md says it. */
export interface Own {
  value: bigint;
  qualifier: Qualifier;
}

/** From structure alone: how many active units there are beneath a unit. */
export interface Expected {
  children: number;
  byLevel: PerLevel;
}

export function dayOf(iso: string): Day {
  const day = Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
  if (!Number.isInteger(day)) throw new Error(`not a date: ${iso}`);
  return day;
}

export function isoOf(day: Day): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

const NONE: PerLevel = LEVELS.map(() => 0);
const NOTHING_EXPECTED: Expected = { children: 0, byLevel: NONE };
const NOTHING_KNOWN: BalanceState = {
  total: null,
  membersTotal: 0n,
  origin: null,
  complete: false,
  qualifier: null,
  asOf: null,
  detail: null,
  unexplained: null,
  unallocated: null,
  reportedChildren: 0,
  reportedByLevel: NONE,
  subtreeOn: null,
};

/** How loose a qualifier is, and the qualifier of a sum whose loosest part is that loose. */
const LOOSENESS = { EXACT: 0, MORE_THAN: 1, AT_LEAST: 1, NEARLY: 2, ABOUT: 2 } as const;
const LOOSEST = ['EXACT', 'MORE_THAN', 'ABOUT'] as const;

/** Half-open. */
interface Span {
  from: Day;
  to: Day;
}
const includes = (span: Span, day: Day) => span.from <= day && day < span.to;

/** Of a list in order of date, the index of the last entry dated ≤ day; -1 where there is none. */
function lastIndex(list: readonly { date: Day }[], day: Day): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.date <= day) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
const latest = <T extends { date: Day }>(list: readonly T[] | undefined, day: Day): T | undefined =>
  list?.[lastIndex(list, day)];

/** Units and their dated placements; built once, shared by all series. Inside, a unit is its index. */
export class ReplayTree {
  readonly ids: readonly UnitId[];
  readonly level: readonly number[];
  readonly life: readonly Span[];
  /** Of each unit: where it stood, in order of date. */
  readonly above: readonly (Span & { parent: number })[][];
  readonly #indexOf = new Map<UnitId, number>();
  readonly #settled: (boolean | undefined)[] = [];
  #expected: ({ date: Day } & Expected)[][] | undefined;

  constructor(units: readonly ReplayUnit[], placements: readonly ReplayPlacement[]) {
    this.ids = units.map((unit) => unit.id);
    this.ids.forEach((id, index) => this.#indexOf.set(id, index));
    if (this.#indexOf.size !== units.length) throw new Error('a unit is given twice');
    this.level = units.map((unit) => LEVELS.indexOf(unit.level));
    this.life = units.map((unit) => ({ from: unit.validFrom, to: unit.closedOn ?? Infinity }));
    const above: (Span & { parent: number })[][] = units.map(() => []);
    for (const { unit, parent, from, to } of placements) {
      const span = { from, to: to ?? Infinity };
      above[this.index(unit)]!.push({ ...span, parent: this.index(parent) });
    }
    above.forEach((spans, unit) => {
      spans.sort((a, b) => a.from - b.from);
      spans.forEach((span, i) => {
        const starts = i === 0 ? this.life[unit]!.from : spans[i - 1]!.to;
        if (span.from !== starts || (i === spans.length - 1 && span.to !== Infinity))
          throw new Error(`placements of unit ${this.ids[unit]} overlap or leave a gap`);
      });
    });
    this.above = above;
  }

  index(id: UnitId): number {
    const index = this.#indexOf.get(id);
    if (index === undefined) throw new Error(`unknown unit ${id}`);
    return index;
  }

  isActive(unit: number, day: Day): boolean {
    return includes(this.life[unit]!, day);
  }

  /** Calls back with each (ancestor, span) in order of date, the direct parent (depth 0) before its own ancestors. */
  eachAncestor(unit: number, visit: (ancestor: number, span: Span, depth: number) => void): void {
    const climb = (from: number, within: Span, depth: number): void => {
      for (const placement of this.above[from]!) {
        const span = { from: Math.max(within.from, placement.from), to: Math.min(within.to, placement.to) };
        if (span.from >= span.to) continue;
        visit(placement.parent, span, depth);
        climb(placement.parent, span, depth + 1);
      }
    };
    climb(unit, { from: -Infinity, to: Infinity }, 0);
  }

  /** Whether neither the unit nor any ancestor of it was ever placed elsewhere. */
  isSettled(unit: number): boolean {
    const [only, ...others] = this.above[unit]!;
    return (this.#settled[unit] ??= others.length === 0 && (only === undefined || this.isSettled(only.parent)));
  }

  expected(id: UnitId, day: Day): Expected {
    return latest(this.expectedChanges(id), day) ?? NOTHING_EXPECTED;
  }

  /** The days on which the expected numbers of a unit change. */
  expectedChanges(id: UnitId): readonly ({ date: Day } & Expected)[] {
    this.#expected ??= this.#countExpected();
    return this.#expected[this.index(id)]!;
  }

  /** Each unit counts for each of its ancestors while it stands beneath it and is active. */
  #countExpected(): ({ date: Day } & Expected)[][] {
    const steps: { date: Day; by: number; level: number; direct: boolean }[][] = this.ids.map(() => []);
    this.ids.forEach((_, unit) => {
      const level = this.level[unit]!;
      const life = this.life[unit]!;
      this.eachAncestor(unit, (ancestor, span, depth) => {
        const [from, to] = [Math.max(span.from, life.from), Math.min(span.to, life.to)];
        if (from >= to) return;
        steps[ancestor]!.push({ date: from, by: 1, level, direct: depth === 0 });
        if (to !== Infinity) steps[ancestor]!.push({ date: to, by: -1, level, direct: depth === 0 });
      });
    });
    return steps.map((list) => {
      list.sort((a, b) => a.date - b.date);
      const changes: ({ date: Day } & Expected)[] = [];
      let children = 0;
      const byLevel = [...NONE];
      list.forEach((step, i) => {
        byLevel[step.level]! += step.by;
        if (step.direct) children += step.by;
        if (list[i + 1]?.date !== step.date) changes.push({ date: step.date, children, byLevel: [...byLevel] });
      });
      return changes.filter((change, i) => !sameExpected(change, changes[i - 1] ?? NOTHING_EXPECTED));
    });
  }
}

const samePerLevel = (a: PerLevel, b: PerLevel) => a === b || a.every((count, i) => count === b[i]);
const sameExpected = (a: Expected, b: Expected) => a.children === b.children && samePerLevel(a.byLevel, b.byLevel);
const sameState = (a: BalanceState, b: BalanceState) =>
  a.total === b.total &&
  a.membersTotal === b.membersTotal &&
  a.origin === b.origin &&
  a.complete === b.complete &&
  a.qualifier === b.qualifier &&
  a.asOf === b.asOf &&
  a.detail === b.detail &&
  a.unexplained === b.unexplained &&
  a.unallocated === b.unallocated &&
  a.reportedChildren === b.reportedChildren &&
  a.subtreeOn === b.subtreeOn &&
  samePerLevel(a.reportedByLevel, b.reportedByLevel);

/** What a unit holds: its total less its members' totals. Absent where it has no figure of its own. */
interface Hold {
  amount: bigint;
  inexact: boolean;
  asOf: Day;
}
interface Step {
  date: Day;
  state: BalanceState;
  /** Whether the total of any member is other than EXACT: what the unit holds is then inexact too. */
  membersInexact: boolean;
}
interface Adjustment {
  sign: bigint;
  hold: Hold;
}
/** Of a unit: those with a figure that left its subtree, or came into it other than by being founded there. */
interface Passers {
  stays: { unit: number; stays: Span[] }[];
  /** The days on which one of them came or left. */
  days: Set<Day>;
  /** The adjustments last computed, and the first day on which they may differ. Days are asked for in order. */
  last?: { spokeOn: Day; until: Day; adjustments: Adjustment[] };
}
interface Members {
  anyTotal: boolean;
  membersTotal: bigint;
  anyDetail: boolean;
  membersDetail: bigint;
  looseness: number;
  asOf: number;
  reportedChildren: number;
  completeChildren: number;
  reportedByLevel: PerLevel;
}
const NO_MEMBERS: Members = {
  anyTotal: false,
  membersTotal: 0n,
  anyDetail: false,
  membersDetail: 0n,
  looseness: 0,
  asOf: -Infinity,
  reportedChildren: 0,
  completeChildren: 0,
  reportedByLevel: NONE,
};
interface OwnFigures {
  OWN: ReplayFigure[];
  SUBTREE: ReplayFigure[];
}
interface FigureKind {
  /** False for a RATIO or NONE indicator: a figure shows at its unit and enters no other total. */
  flows: boolean;
}

export function replaySeries(tree: ReplayTree, figures: readonly ReplayFigure[], kind: FigureKind): SeriesReplay {
  return new SeriesReplay(tree, figures, kind);
}

/** The totals of one series, for every unit and day. */
export class SeriesReplay {
  readonly #tree: ReplayTree;
  readonly #flows: boolean;
  readonly #figures = new Map<number, OwnFigures>();
  /** The units with a figure and whoever was ever above them; all others never have anything to show. */
  readonly #touched = new Set<number>();
  /** Of each touched unit: which touched ones stood directly under it, and when. */
  readonly #below = new Map<number, (Span & { child: number })[]>();
  readonly #passers = new Map<number, Passers>();
  readonly #days: (readonly Day[] | undefined)[] = [];
  readonly #steps: (readonly Step[] | undefined)[] = [];

  constructor(tree: ReplayTree, figures: readonly ReplayFigure[], { flows }: FigureKind) {
    this.#tree = tree;
    this.#flows = flows;
    for (const figure of figures) {
      const unit = tree.index(figure.unit);
      if (!tree.isActive(unit, figure.date))
        throw new Error(`unit ${figure.unit} has a figure of ${isoOf(figure.date)}, outside its validity`);
      let own = this.#figures.get(unit);
      if (!own) this.#figures.set(unit, (own = { OWN: [], SUBTREE: [] }));
      own[figure.coverage].push(figure);
    }
    for (const [unit, own] of this.#figures) {
      for (const list of [own.OWN, own.SUBTREE]) {
        list.sort((a, b) => a.date - b.date);
        if (list.some((figure, i) => figure.date === list[i - 1]?.date))
          throw new Error(`unit ${tree.ids[unit]} has two figures of one coverage and date`);
      }
      this.#touch(unit);
      this.#notePassing(unit);
    }
  }

  /** The units that have something to show on some day. */
  units(): UnitId[] {
    return [...this.#touched].map((unit) => this.#tree.ids[unit]!);
  }

  stateAt(id: UnitId, day: Day): BalanceState {
    return this.#stateOf(this.#tree.index(id), day);
  }

  /** The days on which the state changes, each with the state from then on; the first differs from knowing nothing. */
  changes(id: UnitId): { date: Day; state: BalanceState }[] {
    const steps = this.#stepsOf(this.#tree.index(id));
    return steps
      .filter((step, i) => !sameState(step.state, steps[i - 1]?.state ?? NOTHING_KNOWN))
      .map(({ date, state }) => ({ date, state }));
  }

  /** The days on which it changes what a unit did itself, each with what that is from then on. */
  ownChanges(id: UnitId): { date: Day; own: Own | null }[] {
    const unit = this.#tree.index(id);
    const figures = this.#figures.get(unit);
    if (!this.#flows || !figures) return [];
    const days = [...new Set([...figures.OWN, ...figures.SUBTREE].map(({ date }) => date))].sort((a, b) => a - b);
    return days
      .map((date) => ({ date, own: this.#ownOf(unit, figures, date) }))
      .filter(({ own }, i, all) => own?.value !== all[i - 1]?.own?.value || own?.qualifier !== all[i - 1]?.own?.qualifier);
  }

  #ownOf(unit: number, { OWN, SUBTREE }: OwnFigures, day: Day): Own | null {
    const spoken = latest(SUBTREE, day);
    // With nobody active beneath it, it spoke of itself, and of closed ones that it took in.
    if (spoken && this.#tree.expected(this.#tree.ids[unit]!, spoken.date).children === 0) {
      const { state: { membersTotal }, membersInexact } = latest(this.#stepsOf(unit), spoken.date)!;
      const qualifier = spoken.qualifier === 'EXACT' && !membersInexact ? 'EXACT' : membersTotal === 0n ? spoken.qualifier : 'ABOUT';
      return { value: spoken.value - membersTotal, qualifier };
    }
    const own = latest(OWN, spoken?.date ?? day);
    return own ? { value: own.value, qualifier: own.qualifier } : null;
  }

  #touch(unit: number): void {
    if (this.#touched.has(unit)) return;
    this.#touched.add(unit);
    for (const { parent, from, to } of this.#tree.above[unit]!) {
      const below = this.#below.get(parent);
      if (below) below.push({ child: unit, from, to });
      else this.#below.set(parent, [{ child: unit, from, to }]);
      this.#touch(parent);
    }
  }

  /** The unbroken stays of a unit beneath each of its ancestors, where there is more to say than "always". */
  #notePassing(unit: number): void {
    const tree = this.#tree;
    if (!this.#flows || tree.isSettled(unit)) return;
    const staysUnder = new Map<number, Span[]>();
    tree.eachAncestor(unit, (ancestor, span) => {
      const stays = staysUnder.get(ancestor);
      const last = stays?.at(-1);
      if (last && last.to === span.from) last.to = span.to;
      else if (stays) stays.push({ ...span });
      else staysUnder.set(ancestor, [{ ...span }]);
    });
    for (const [ancestor, stays] of staysUnder) {
      // Founded there and never left: neither brought anything nor took anything away.
      if (stays[0]!.from === tree.life[unit]!.from && stays[0]!.to === Infinity) continue;
      let passers = this.#passers.get(ancestor);
      if (!passers) this.#passers.set(ancestor, (passers = { stays: [], days: new Set() }));
      passers.stays.push({ unit, stays });
      for (const { from, to } of stays) passers.days.add(from).add(to);
    }
  }

  #stateOf(unit: number, day: Day): BalanceState {
    return latest(this.#stepsOf(unit), day)?.state ?? NOTHING_KNOWN;
  }

  /** Every day on which the state of a unit could change; most of them for certain. */
  #daysOf(unit: number): readonly Day[] {
    const known = this.#days[unit];
    if (known) return known;
    const days = new Set<Day>();
    const own = this.#figures.get(unit);
    for (const figure of own?.OWN ?? []) days.add(figure.date);
    for (const figure of own?.SUBTREE ?? []) days.add(figure.date);
    for (const span of this.#below.get(unit) ?? []) {
      const closedOn = this.#tree.life[span.child]!.to;
      days.add(span.from).add(span.to);
      if (includes(span, closedOn)) days.add(closedOn);
      for (const day of this.#daysOf(span.child)) if (includes(span, day)) days.add(day);
    }
    // A silent child can make a sum incomplete by coming, and complete by going.
    for (const { date } of this.#tree.expectedChanges(this.#tree.ids[unit]!)) days.add(date);
    days.delete(Infinity);
    return (this.#days[unit] = [...days].sort((a, b) => a - b));
  }

  #stepsOf(unit: number): readonly Step[] {
    const known = this.#steps[unit];
    if (known) return known;
    const steps: Step[] = [];
    if (this.#touched.has(unit)) {
      // The greatest asOf so far, also over days since which the total has become null again.
      let asOfBefore = -Infinity;
      for (const day of this.#daysOf(unit)) {
        const before = steps.at(-1);
        const step = this.#compute(unit, day, asOfBefore, before?.state.unexplained ?? null);
        asOfBefore = Math.max(asOfBefore, step.state.asOf ?? -Infinity);
        const same =
          sameState(step.state, before?.state ?? NOTHING_KNOWN) &&
          step.membersInexact === (before?.membersInexact ?? false);
        if (!same) steps.push(step);
      }
    }
    return (this.#steps[unit] = steps);
  }

  /** The state at the end of a day; the members' are computed first, and those of earlier days. */
  #compute(unit: number, day: Day, asOfBefore: number, unexplainedBefore: bigint | null): Step {
    const figures = this.#figures.get(unit);
    const own = latest(figures?.OWN, day);
    const subtree = latest(figures?.SUBTREE, day);
    const members = this.#membersOf(unit, day);
    const { membersTotal } = members;
    const shared = {
      membersTotal,
      detail: own || members.anyDetail ? (own?.value ?? 0n) + members.membersDetail : null,
      reportedChildren: members.reportedChildren,
      reportedByLevel: members.reportedByLevel,
    };
    const membersInexact = members.looseness > 0;

    if (subtree) {
      const adjustments = this.#adjustments(unit, subtree.date, day);
      const total = adjustments.reduce((sum, { sign, hold }) => sum + sign * hold.amount, subtree.value);
      const adjusted = total !== subtree.value;
      const inexact = subtree.qualifier !== 'EXACT' || adjustments.some(({ hold }) => hold.inexact);
      const state: BalanceState = {
        ...shared,
        total,
        origin: adjusted ? 'ADJUSTED' : 'STATED',
        complete: true,
        qualifier: adjusted ? (inexact ? 'ABOUT' : 'EXACT') : subtree.qualifier,
        asOf: adjustments.reduce((max, { hold }) => Math.max(max, hold.asOf), Math.max(asOfBefore, subtree.date)),
        unexplained:
          subtree.date === day ? subtree.value - membersTotal - (own?.value ?? 0n) : unexplainedBefore,
        unallocated: total - membersTotal,
        subtreeOn: subtree.date,
      };
      return { date: day, state, membersInexact };
    }

    const none = { unexplained: null, unallocated: null, subtreeOn: null };
    const summed = members.anyTotal;
    if (!own && !summed) {
      const silent = { total: null, origin: null, complete: false, qualifier: null, asOf: null };
      return { date: day, state: { ...shared, ...none, ...silent }, membersInexact };
    }
    const ownLooseness = own ? LOOSENESS[own.qualifier] : 0;
    const state: BalanceState = {
      ...shared,
      ...none,
      total: (own?.value ?? 0n) + membersTotal,
      origin: summed ? 'SUMMED' : 'STATED',
      complete: !summed || members.completeChildren === this.#tree.expected(this.#tree.ids[unit]!, day).children,
      qualifier: summed ? LOOSEST[Math.max(ownLooseness, members.looseness)]! : own!.qualifier,
      asOf: Math.max(asOfBefore, own?.date ?? -Infinity, members.asOf),
    };
    return { date: day, state, membersInexact };
  }

  /** What the members of a day add up to. A closed one keeps its total and is not counted. */
  #membersOf(unit: number, day: Day): Members {
    const below = this.#below.get(unit);
    if (!below) return NO_MEMBERS;
    const byLevel = [...NONE];
    const sum = { ...NO_MEMBERS, reportedByLevel: byLevel };
    for (const span of below) {
      if (!includes(span, day)) continue;
      const state = this.#stateOf(span.child, day);
      if (state.reportedByLevel !== NONE)
        for (let level = 0; level < byLevel.length; level++) byLevel[level]! += state.reportedByLevel[level]!;
      if (state.total === null) continue;
      if (this.#tree.isActive(span.child, day)) {
        byLevel[this.#tree.level[span.child]!]! += 1;
        sum.reportedChildren += 1;
        if (state.complete) sum.completeChildren += 1;
      }
      if (!this.#flows) continue;
      sum.anyTotal = true;
      sum.membersTotal += state.total;
      sum.looseness = Math.max(sum.looseness, LOOSENESS[state.qualifier!]);
      sum.asOf = Math.max(sum.asOf, state.asOf!);
      // Where there is a detail there is a total.
      if (state.detail === null) continue;
      sum.anyDetail = true;
      sum.membersDetail += state.detail;
    }
    return samePerLevel(byLevel, NONE) ? { ...sum, reportedByLevel: NONE } : sum;
  }

  /** What has left the subtree of a unit since the day it spoke for itself (taken off), and what has come (put on). */
  #adjustments(unit: number, spokeOn: Day, day: Day): Adjustment[] {
    const passers = this.#passers.get(unit);
    if (!passers) return [];
    // Until someone passes again the answer stays.
    const { last } = passers;
    if (last?.spokeOn === spokeOn && last.until > day) return last.adjustments;
    const adjustments: Adjustment[] = [];
    for (const { unit: passer, stays } of passers.stays) {
      const then = stays.find((stay) => includes(stay, spokeOn));
      const now = stays.find((stay) => includes(stay, day));
      if (then && !now) {
        const hold = this.#heldBeforeLeaving(passer, spokeOn, then.to);
        if (hold) adjustments.push({ sign: -1n, hold });
      }
      if (now && !then) {
        const hold = this.#holdOf(passer, now.from - 1);
        if (hold) adjustments.push({ sign: 1n, hold });
      }
    }
    const until = [...passers.days].reduce((next, at) => (at > day ? Math.min(next, at) : next), Infinity);
    passers.last = { spokeOn, until, adjustments };
    return adjustments;
  }

  /** As it held on the day, or, had it no total yet, as it first held after that day and before it first left. */
  #heldBeforeLeaving(unit: number, day: Day, left: Day): Hold | undefined {
    if (this.#stateOf(unit, day).total !== null) return this.#holdOf(unit, day);
    const steps = this.#stepsOf(unit);
    const first = steps.slice(lastIndex(steps, day) + 1).find((step) => step.state.total !== null);
    return first && first.date < left ? this.#holdOf(unit, first.date) : undefined;
  }

  #holdOf(unit: number, day: Day): Hold | undefined {
    const step = latest(this.#stepsOf(unit), day);
    if (!step || step.state.total === null) return undefined;
    const { total, membersTotal, qualifier, asOf, subtreeOn } = step.state;
    if (subtreeOn !== null)
      return { amount: total - membersTotal, inexact: qualifier !== 'EXACT' || step.membersInexact, asOf: asOf! };
    const own = latest(this.#figures.get(unit)?.OWN, day);
    return own && { amount: own.value, inexact: own.qualifier !== 'EXACT', asOf: own.date };
  }
}
