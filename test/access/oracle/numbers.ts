/** Numbers with four decimals as bigints, and what the definitions do with them. */
import { LEVELS, dayOf, isoOf, type BalanceState } from '../../../src/ledger/replay.js';
import type { Card, Day, Indicator, Measure, Publication, Qualifier, Unit, World } from './world.js';

const SCALE = 10_000n;

export interface Total {
  amount: bigint;
  value: number;
  qualifier: Qualifier;
  asOf: Day;
  origin: 'STATED' | 'ADJUSTED' | 'SUMMED';
  complete: boolean;
}

export function number(scaled: bigint): number {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(5, '0');
  return Number(`${scaled < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`);
}

/** Half away from zero. */
function divide(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const [a, b] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = (2n * a + b) / (2n * b);
  return negative ? -quotient : quotient;
}

/** part ÷ whole × 100, to two places. */
export function percent(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : number(divide(part * 10_000n, whole) * 100n);
}

export function completion(result: Total | null, target: Total | null): number | null {
  return result && target?.complete ? percent(result.amount, target.amount) : null;
}

export function publishedTotal({ value, qualifier, origin, complete, movedOn }: Publication): Total {
  return { amount: value, value: number(value), qualifier, origin, complete, asOf: movedOn };
}

export type Basis = Measure | 'NORM';

/** What a card shows. */
export type Shown = Pick<Standing, 'total' | 'completion' | 'unallocated' | 'detail' | 'unexplained' | 'coverage' | 'lacks'>;

/** Of a unit, a campaign or an indicator that was not there yet. */
const NOTHING: Shown = {
  total: () => null,
  completion: () => null,
  unallocated: () => null,
  detail: null,
  unexplained: null,
  coverage: () => ({ expected: 0, reported: 0 }),
  lacks: () => true,
};

/** The same unit and card in what there was once. */
export function standingThen(then: World | undefined, unit: Unit, { campaign, phase, indicator }: Card, day: Day): Shown {
  const unitThen = then?.units.get(unit.code);
  if (then === undefined || unitThen === undefined) return NOTHING;
  const campaignThen = then.campaigns.get(campaign.code);
  const phaseThen = phase === null ? null : campaignThen?.phases.find(({ code }) => code === phase.code);
  const indicatorThen = then.indicators.get(indicator.code);
  // Of the units beneath it is known how many there are, whatever is counted.
  const expected = (level: string | null) => ({ expected: new Standing(then, unitThen, { campaign, phase, indicator }, day).expected(level), reported: 0 });
  if (campaignThen === undefined || phaseThen === undefined || indicatorThen === undefined) return { ...NOTHING, coverage: expected };
  return new Standing(then, unitThen, { campaign: campaignThen, phase: phaseThen, indicator: indicatorThen }, day);
}

/** Of a unit on a day: all that the definitions make of the figures of a card, seen or not. */
export class Standing {
  readonly #day: number;

  constructor(
    readonly world: World,
    readonly unit: Unit,
    readonly card: Card,
    readonly day: Day,
  ) {
    this.#day = dayOf(day);
  }

  total(basis: Basis): Total | null {
    const of = (indicator: Indicator): Total | null => (basis === 'NORM' ? this.#norm(indicator) : this.#sum(indicator, basis));
    const { indicator } = this.card;
    const [above, below] = this.#parts().map(of);
    return above && below ? ratio(above, below) : of(indicator);
  }

  completion(basis: Basis): number | null {
    return completion(this.total('RESULT'), this.total(basis));
  }

  unallocated(basis: Basis): number | null {
    if (basis === 'NORM' || this.#isRatio) return null;
    const state = this.#state(this.card.indicator, basis);
    return state?.total == null || state.subtreeOn === null ? null : number(state.total - state.membersTotal);
  }

  get detail(): number | null {
    const state = this.#isRatio ? null : this.#state(this.card.indicator, 'RESULT');
    return state?.detail == null ? null : number(state.detail);
  }

  get unexplained(): number | null {
    const state = this.#isRatio ? null : this.#state(this.card.indicator, 'RESULT');
    return state?.unexplained == null ? null : number(state.unexplained);
  }

  /** Of a level beneath, or of the direct children. */
  coverage(level: string | null): { expected: number; reported: number } {
    const pick = (children: number, byLevel: readonly number[]): number => countOf(level, children, byLevel);
    const states = [...this.#parts(), this.card.indicator].map((indicator) => this.#state(indicator, 'RESULT'));
    const counts = states.map((state) => (state ? pick(state.reportedChildren, state.reportedByLevel) : 0));
    const own = counts.pop()!;
    const parts = counts.length > 0 ? Math.min(...counts) : 0;
    const computed = counts.length > 0 && states.slice(0, -1).every((state) => state?.total != null);
    return { expected: this.expected(level), reported: computed ? parts : Math.max(parts, own) };
  }

  /** Whether a unit beneath has no result: of a RATIO, of the part of which fewer have one. */
  lacks(code: string, level: string | null): boolean {
    const state = this.world.units.has(code) ? this.world.replay({ ...this.card, indicator: this.#counted(level) }, 'RESULT')?.stateAt(code, this.#day) : null;
    return state?.total == null;
  }

  #counted(level: string | null): Indicator {
    const { indicator } = this.card;
    const parts = this.#parts();
    if (parts.length === 0) return indicator;
    const reported = (of: Indicator): number => {
      const state = this.#state(of, 'RESULT');
      return state ? countOf(level, state.reportedChildren, state.reportedByLevel) : 0;
    };
    const [fewer] = parts.toSorted((a, b) => reported(a) - reported(b));
    const computed = parts.every((part) => this.#state(part, 'RESULT')?.total != null);
    return computed || reported(indicator) < reported(fewer!) ? fewer! : indicator;
  }

  /** How many units there are of a level beneath, or directly. */
  expected(level: string | null): number {
    const { children, byLevel } = this.world.tree.expected(this.unit.code, this.#day);
    return countOf(level, children, byLevel);
  }

  get #isRatio(): boolean {
    return this.card.indicator.aggregation === 'RATIO';
  }

  #parts(): Indicator[] {
    const { numerator, denominator } = this.card.indicator;
    return numerator && denominator ? [numerator, denominator] : [];
  }

  #state(indicator: Indicator, measure: Measure): BalanceState | null {
    return this.world.replay({ ...this.card, indicator }, measure)?.stateAt(this.unit.code, this.#day) ?? null;
  }

  #sum(indicator: Indicator, measure: Measure): Total | null {
    const state = this.#state(indicator, measure);
    if (state?.total == null) return null;
    const { total, qualifier, origin, complete, asOf } = state;
    return { amount: total, value: number(total), qualifier: qualifier!, origin: origin!, complete, asOf: isoOf(asOf!) };
  }

  /** The latest norm × the latest count of what it is per. */
  #norm(indicator: Indicator): Total | null {
    const { campaign, phase } = this.card;
    const latest = <T>(rows: readonly T[], dateOf: (row: T) => Day): T | undefined =>
      rows.filter((row) => dateOf(row) <= this.day).sort((a, b) => (dateOf(a) < dateOf(b) ? 1 : -1))[0];
    const norms = this.world.norms.filter(
      (norm) => !norm.withdrawn && norm.unit === this.unit && norm.campaign === campaign && norm.phase === phase && norm.indicator === indicator,
    );
    const norm = latest(norms, ({ decidedOn }) => decidedOn);
    if (!norm) return null;
    const counted = norm.per === 'MEMBER' ? 'MEMBERS' : 'UNIONS';
    const count = latest(this.world.counts.filter(({ unit, of }) => unit === this.unit && of === counted), ({ asOf }) => asOf);
    if (!count) return null;
    const amount = divide(norm.value * count.value, SCALE);
    const asOf = norm.decidedOn > count.asOf ? norm.decidedOn : count.asOf;
    return { amount, value: number(amount), qualifier: norm.qualifier, origin: 'STATED', complete: true, asOf };
  }
}

function countOf(level: string | null, children: number, byLevel: readonly number[]): number {
  const at = LEVELS.indexOf(level as (typeof LEVELS)[number]);
  return level === null ? children : at === 0 ? 0 : byLevel[at]!;
}

function ratio(above: Total, below: Total): Total | null {
  if (below.amount === 0n) return null;
  const amount = divide(above.amount * 10_000n, below.amount) * 100n;
  const inexact = below.qualifier !== 'EXACT' || above.qualifier === 'NEARLY' || above.qualifier === 'ABOUT';
  const origins = [above.origin, below.origin];
  return {
    amount,
    value: number(amount),
    qualifier: inexact ? 'ABOUT' : above.qualifier === 'EXACT' ? 'EXACT' : 'MORE_THAN',
    origin: origins.includes('SUMMED') ? 'SUMMED' : origins.includes('ADJUSTED') ? 'ADJUSTED' : 'STATED',
    complete: above.complete && below.complete,
    asOf: above.asOf > below.asOf ? above.asOf : below.asOf,
  };
}
