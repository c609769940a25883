import type { Indicator } from '../campaigns/indicator.type.js';
import type { OrgLevel, Qualifier } from '../org-units/org-unit.type.js';
import type { Balance, Census } from './progress.query.js';
import type { Coverage, Total, TotalOrigin } from './progress.type.js';

/** Numbers of the ledger have four decimals; as bigints they are scaled by this. */
const SCALE = 10_000n;

/** Numbers below this are exact as JavaScript numbers in what `percent` does with them, and a good deal faster. */
const SMALL = 2 ** 38;

/** Reads a numeric of the database, which comes as text. */
export function toScaled(text: string): bigint {
  // Most have their four decimals.
  if (text.at(-5) === '.') return BigInt(text.slice(0, -5) + text.slice(-4));
  const [, sign, whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (sign === undefined || /[1-9]/.test(decimals.slice(4))) throw new Error(`not a number of four decimals: ${text}`);
  const magnitude = BigInt(whole + decimals.slice(0, 4).padEnd(4, '0'));
  return sign === '' ? magnitude : -magnitude;
}

export function fromScaled(scaled: bigint): number {
  const magnitude = scaled < 0n ? -scaled : scaled;
  // Through text, so that the number is the nearest to the decimal and not to a quotient of rounded ones.
  const text = `${magnitude / SCALE}.${String(magnitude % SCALE).padStart(4, '0')}`;
  return scaled < 0n ? -Number(text) : Number(text);
}

/** part ÷ whole × 100 in hundredths, half away from zero; null where the whole is 0. */
function percentInHundredths(part: bigint, whole: bigint): bigint | null {
  if (whole === 0n) return null;
  const negative = part < 0n !== whole < 0n;
  const [p, w] = [part < 0n ? -part : part, whole < 0n ? -whole : whole];
  const rounded = (p * 20_000n + w) / (2n * w);
  return negative ? -rounded : rounded;
}

/** part ÷ whole × 100, two places, half away from zero; null where the whole is 0. */
export function percent(part: bigint, whole: bigint): number | null {
  const [p, w] = [Math.abs(Number(part)), Math.abs(Number(whole))];
  if (w > 0 && p < SMALL && w < SMALL) {
    const doubled = p * 20_000 + w;
    const quotient = Math.floor(doubled / (2 * w));
    // The division may have been rounded up.
    const hundredths = quotient * 2 * w > doubled ? quotient - 1 : quotient;
    return (part < 0n !== whole < 0n && hundredths !== 0 ? -hundredths : hundredths) / 100;
  }
  const hundredths = percentInHundredths(part, whole);
  return hundredths === null ? null : fromScaled(hundredths * 100n);
}

export function totalOf(balance: (Pick<Balance, 'total' | 'qualifier' | 'asOf' | 'origin' | 'complete'> & { shown?: Total }) | null | undefined): Total | null {
  if (balance == null || balance.total === null) return null;
  // A result is asked for by itself, and for the completion.
  return (balance.shown ??= totalAsKept(balance as typeof balance & { total: string }));
}

function totalAsKept(balance: Pick<Balance, 'qualifier' | 'asOf' | 'origin' | 'complete'> & { total: string }): Total {
  const { total, qualifier, asOf, origin, complete } = balance;
  // The number nearest to the decimal, as `fromScaled` has it.
  return { scaled: toScaled(total), value: Number(total), qualifier: qualifier!, asOf: asOf!, origin: origin!, complete };
}

/** numerator ÷ denominator × 100, two places; null where the denominator is 0. */
export function ratioOf(numerator: Total, denominator: Total): Total | null {
  const hundredths = percentInHundredths(numerator.scaled, denominator.scaled);
  if (hundredths === null) return null;
  const scaled = hundredths * 100n;
  return {
    scaled,
    value: fromScaled(scaled),
    qualifier: ratioQualifier(numerator.qualifier, denominator.qualifier),
    asOf: numerator.asOf > denominator.asOf ? numerator.asOf : denominator.asOf,
    origin: looserOrigin(numerator.origin, denominator.origin),
    complete: numerator.complete && denominator.complete,
  };
}

function ratioQualifier(numerator: Qualifier, denominator: Qualifier): Qualifier {
  if (denominator !== 'EXACT') return 'ABOUT';
  if (numerator === 'EXACT') return 'EXACT';
  return numerator === 'MORE_THAN' || numerator === 'AT_LEAST' ? 'MORE_THAN' : 'ABOUT';
}

function looserOrigin(a: TotalOrigin, b: TotalOrigin): TotalOrigin {
  return (['SUMMED', 'ADJUSTED'] as const).find((origin) => origin === a || origin === b) ?? 'STATED';
}

/** What a series shows: of a RATIO its two parts, else the series itself. */
export interface Reading<Source> {
  readonly own: Source;
  /** Null where the indicator has none. */
  readonly parts: { readonly numerator: Source; readonly denominator: Source } | null;
}

/** Of a RATIO both of whose parts exist, their ratio; else what was stated on the indicator itself, or summed. */
export function shownTotal({ own, parts }: Reading<Total | null>): Total | null {
  return parts?.numerator && parts.denominator ? ratioOf(parts.numerator, parts.denominator) : own;
}

/** result ÷ target × 100, without an upper cap; null unless both exist, the target is complete and not 0. */
export function completionPercent(result: Total | null, target: Total | null): number | null {
  return result === null || target === null || !target.complete ? null : percent(result.scaled, target.scaled);
}

/** What a unit with a target of its own holds of it: the part that it gave to no member. */
export function unallocatedOf(indicator: Indicator, balance: Balance | null): number | null {
  if (indicator.aggregation === 'RATIO' || balance === null || balance.total === null || balance.subtreeOn === null) return null;
  return fromScaled(toScaled(balance.total) - toScaled(balance.membersTotal));
}

/** A number kept beside the total; a RATIO has none, for percentages do not add up. */
export function besideTotal(indicator: Indicator, kept: string | null | undefined): number | null {
  return indicator.aggregation === 'RATIO' || kept === null || kept === undefined ? null : fromScaled(toScaled(kept));
}

/** Of a RATIO, the part of which fewer units have a result stands for both. */
export function coverageOf(reading: Reading<Balance | null>, census: Census | null, level: OrgLevel | null): Omit<Coverage, 'progress' | 'level'> {
  const { own, parts } = reading;
  const [numerator, denominator] = [parts?.numerator ?? null, parts?.denominator ?? null].map((part) => reportedOf(part, level)) as [number, number];
  const ofParts = Math.min(numerator, denominator);
  const computed = parts !== null && hasTotal(parts.numerator) && hasTotal(parts.denominator);
  const counted = !computed && reportedOf(own, level) >= ofParts ? 'own' : numerator <= denominator ? 'numerator' : 'denominator';
  const reported = counted === 'own' ? reportedOf(own, level) : ofParts;
  const expected = countOf(census?.children, census?.levels, level);
  return { expected, reported, percent: percent(BigInt(reported), BigInt(expected)), counted };
}

function hasTotal(balance: Balance | null): boolean {
  return balance !== null && balance.total !== null;
}

function reportedOf(balance: Balance | null, level: OrgLevel | null): number {
  return countOf(balance?.reportedChildren, balance?.reportedLevels, level);
}

/** Counts by level stand in this order; nothing stands beneath a unit on the national level. */
const COUNTED_LEVELS: readonly OrgLevel[] = ['PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS'];

function countOf(children: number | undefined, levels: readonly number[] | undefined, level: OrgLevel | null): number {
  return (level === null ? children : levels?.[COUNTED_LEVELS.indexOf(level)]) ?? 0;
}
