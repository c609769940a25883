/**
 * The definitions once more, word for word and day by day: sets of units, no index, no list of days on which
 * something could change. Slow; it checks the short cuts of the replay on small trees.
 */
import {
  LEVELS,
  type BalanceState,
  type Day,
  type Qualifier,
  type ReplayFigure,
  type ReplayPlacement,
  type ReplayUnit,
  type UnitId,
} from '../../src/ledger/replay.ts';

export class DayByDay {
  readonly #units: Map<UnitId, ReplayUnit>;
  readonly #placements: readonly ReplayPlacement[];
  readonly #figures: readonly ReplayFigure[];
  readonly #firstDay: Day;
  readonly #states = new Map<string, BalanceState>();
  readonly #subtrees = new Map<string, Set<UnitId>>();

  constructor(units: readonly ReplayUnit[], placements: readonly ReplayPlacement[], figures: readonly ReplayFigure[]) {
    this.#units = new Map(units.map((unit) => [unit.id, unit]));
    this.#placements = placements;
    this.#figures = figures;
    this.#firstDay = Math.min(...figures.map((figure) => figure.date));
  }

  members(u: UnitId, t: Day): UnitId[] {
    return this.#placements
      .filter((p) => p.parent === u && p.from <= t && (p.to === null || t < p.to))
      .map((p) => p.unit);
  }

  isActive(u: UnitId, t: Day): boolean {
    const { validFrom, closedOn } = this.#units.get(u)!;
    return validFrom <= t && (closedOn === null || t < closedOn);
  }

  descendants(u: UnitId, t: Day): Set<UnitId> {
    const key = `${u} ${t}`;
    let found = this.#subtrees.get(key);
    if (!found) {
      found = new Set(this.members(u, t).flatMap((m) => [m, ...this.descendants(m, t)]));
      this.#subtrees.set(key, found);
    }
    return found;
  }

  state(u: UnitId, t: Day): BalanceState {
    const key = `${u} ${t}`;
    let found = this.#states.get(key);
    if (!found) {
      found = this.#define(u, t);
      this.#states.set(key, found);
    }
    return found;
  }

  #figure(u: UnitId, coverage: string, t: Day): ReplayFigure | undefined {
    return this.#figures
      .filter((f) => f.unit === u && f.coverage === coverage && f.date <= t)
      .reduce<ReplayFigure | undefined>((a, b) => (a && a.date > b.date ? a : b), undefined);
  }

  #define(u: UnitId, t: Day): BalanceState {
    const own = this.#figure(u, 'OWN', t);
    const spoken = this.#figure(u, 'SUBTREE', t);
    const members = this.members(u, t);
    const states = members.map((m) => this.state(m, t));
    const spoke = states.filter((s) => s.total !== null);
    const detailed = states.filter((s) => s.detail !== null);
    const active = members.filter((m) => this.isActive(m, t));
    const reported = (x: UnitId) => this.isActive(x, t) && this.state(x, t).total !== null;

    const membersTotal = spoke.reduce((sum, s) => sum + s.total!, 0n);
    const moved = spoken ? this.#moved(u, spoken.date, t) : [];
    const total = spoken
      ? moved.reduce((sum, m) => sum + m.amount, spoken.value)
      : own || spoke.length > 0
        ? (own?.value ?? 0n) + membersTotal
        : null;
    const origin =
      total === null ? null
      : spoken ? (total === spoken.value ? 'STATED' : 'ADJUSTED')
      : spoke.length > 0 ? 'SUMMED' : 'STATED';
    const loose = (list: (Qualifier | null | undefined)[]): Qualifier =>
      list.some((q) => q === 'NEARLY' || q === 'ABOUT') ? 'ABOUT'
      : list.some((q) => q === 'MORE_THAN' || q === 'AT_LEAST') ? 'MORE_THAN' : 'EXACT';
    const movers = spoken ? [spoken.date, ...moved.map((m) => m.asOf)] : [own?.date ?? -Infinity, ...spoke.map((s) => s.asOf!)];
    // One earlier day suffices where it has a total: its asOf is the greatest up to then.
    let earlier = -Infinity;
    for (let day = t - 1; total !== null && day >= this.#firstDay; day--) {
      const { asOf } = this.state(u, day);
      if (asOf === null) continue;
      earlier = asOf;
      break;
    }
    return {
      total,
      membersTotal,
      origin,
      complete:
        origin !== null &&
        (origin !== 'SUMMED' || active.every((m) => reported(m) && this.state(m, t).complete)),
      qualifier:
        origin === null ? null
        : origin === 'STATED' ? (spoken ?? own)!.qualifier
        : origin === 'SUMMED' ? loose([own?.qualifier, ...spoke.map((s) => s.qualifier)])
        : spoken!.qualifier !== 'EXACT' || moved.some((m) => m.inexact) ? 'ABOUT' : 'EXACT',
      asOf: total === null ? null : Math.max(earlier, ...movers),
      detail:
        own || detailed.length > 0 ? detailed.reduce((sum, s) => sum + s.detail!, own?.value ?? 0n) : null,
      unexplained: spoken
        ? this.members(u, spoken.date).reduce(
            (rest, m) => rest - (this.state(m, spoken.date).total ?? 0n),
            spoken.value - (this.#figure(u, 'OWN', spoken.date)?.value ?? 0n),
          )
        : null,
      unallocated: spoken ? total! - membersTotal : null,
      reportedChildren: active.filter(reported).length,
      reportedByLevel: LEVELS.map(
        (level) => [...this.descendants(u, t)].filter((x) => this.#units.get(x)!.level === level && reported(x)).length,
      ),
      subtreeOn: spoken?.date ?? null,
    };
  }

  /** A unit without a figure of its own holds nothing; one with OWN figures alone, the latest; else what is left of its total. */
  #hold(x: UnitId, t: Day): { amount: bigint; inexact: boolean; asOf: Day } | null {
    const { total, membersTotal, qualifier, asOf } = this.state(x, t);
    if (total === null) return null;
    if (!this.#figure(x, 'SUBTREE', t)) {
      const own = this.#figure(x, 'OWN', t);
      return own ? { amount: own.value, inexact: own.qualifier !== 'EXACT', asOf: own.date } : null;
    }
    const inexact = [qualifier, ...this.members(x, t).map((m) => this.state(m, t).qualifier)];
    return { amount: total - membersTotal, inexact: inexact.some((q) => q !== null && q !== 'EXACT'), asOf: asOf! };
  }

  #moved(u: UnitId, d: Day, t: Day): { amount: bigint; inexact: boolean; asOf: Day }[] {
    const then = this.descendants(u, d);
    const now = this.descendants(u, t);
    const moved: { amount: bigint; inexact: boolean; asOf: Day }[] = [];
    for (const x of then) {
      if (now.has(x)) continue;
      let first = d;
      while (this.state(x, first).total === null && this.descendants(u, first + 1).has(x)) first++;
      const hold = this.#hold(x, first);
      if (hold) moved.push({ ...hold, amount: -hold.amount });
    }
    for (const x of now) {
      if (then.has(x)) continue;
      let arrived = t;
      while (this.descendants(u, arrived - 1).has(x)) arrived--;
      const hold = this.#hold(x, arrived - 1);
      if (hold) moved.push(hold);
    }
    return moved;
  }
}
