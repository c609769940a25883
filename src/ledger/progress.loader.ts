import type { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { dayInVietnam, type Day, type Instant } from '../shared/dates.js';
import { BadUserInput } from '../shared/errors.js';
import type { Reads } from '../shared/database/reads.js';
import { balanceKnownOn, censusKnownOn, momentKnown, normTargetKnownOn, throughMillisecond } from './progress.known.query.js';
import { balanceOn, censusOn, normTargetOn, publishedOf, seriesSetByCodes, type Balance, type Census, type Measure, type PublishedTotal, type SeriesSet } from './progress.query.js';
import { fromScaled, shownTotal, toScaled, totalOf, type Reading } from './progress.rules.js';
import type { Progress, TargetBasis, Total } from './progress.type.js';

export interface SeriesCodes {
  readonly campaignCode: string;
  readonly phaseCode: string | null;
  readonly indicatorCode: string;
}

/** The day, and the moment as of whose knowledge; undefined: today, now. */
export interface AskedTimes {
  readonly asOf?: Day | undefined;
  readonly knownAt?: Instant | undefined;
}

/** What a progress shows, read in batches: one statement for the balances of all units, indicators and bases of a tick. */
export class ProgressLoader {
  readonly #reads: Reads;
  readonly #today: Day;

  constructor(reads: Reads, today: Day) {
    this.#reads = reads;
    this.#today = today;
  }

  /** Null where a code is unknown, or the phase is none of the campaign's. */
  seriesSet(campaign: string, phase: string | null, indicator: string): Promise<SeriesSet | null> {
    const known = isCode(campaign) && isCode(indicator) && (phase === null || isCode(phase));
    return known ? this.#reads.row(seriesSetByCodes, [campaign, phase, indicator]) : Promise.resolve(null);
  }

  /** Of a row that names its campaign, phase and indicator. */
  seriesSetOf({ campaignCode, phaseCode, indicatorCode }: SeriesCodes): Promise<SeriesSet | null> {
    return this.seriesSet(campaignCode, phaseCode, indicatorCode);
  }

  /** Without a day: today, or the day of the moment; of a unit outside the caller's scope, the last day that was published. */
  async progress(unit: OrgUnit, campaign: string, phase: string | null, indicator: string, { asOf, knownAt }: AskedTimes = {}): Promise<Progress | null> {
    const [set, moment] = await Promise.all([
      this.seriesSet(campaign, phase, indicator),
      knownAt === undefined ? null : this.#reads.row(momentKnown, [throughMillisecond(knownAt)]),
    ]);
    if (moment?.future) throw new BadUserInput('knownAt', 'knownAt is in the future.');
    if (set === null) return null;
    const known = { set, unit, campaign: set.campaign, phase: set.phase, indicator: set.indicator, knownAt: moment?.at ?? null };
    const today = knownAt === undefined ? this.#today : dayInVietnam(new Date(knownAt));
    if (unit.inScope) return { ...known, asOf: asOf ?? today, published: null };
    if (moment !== null) return null;
    const totals = await this.#reads.rows(publishedOf, [unit.key, set.campaign.key, set.phase?.key ?? null, set.indicator.key]);
    const day = asOf ?? totals[0]?.day;
    const published = totals.filter((total) => total.day === day);
    return day === undefined || published.length === 0 ? null : { ...known, asOf: day, published };
  }

  async result(progress: Progress): Promise<Total | null> {
    if (progress.published !== null) return publishedTotal(progress.published, 'RESULT');
    return shownTotal(each(await this.reading(progress, 'RESULT'), totalOf));
  }

  async target(progress: Progress, basis: TargetBasis): Promise<Total | null> {
    if (progress.published !== null) return publishedTotal(progress.published, basis);
    return shownTotal(basis === 'NORM' ? await this.#norms(progress) : each(await this.reading(progress, basis), totalOf));
  }

  /** The rows in force of a measure, of the indicator itself and of its parts. */
  reading({ set, unit, asOf, published, knownAt }: Progress, measure: Measure): Promise<Reading<Balance | null>> {
    if (published !== null) return Promise.resolve({ own: null, parts: null });
    return gather(set, (indicator) => {
      const series = set.series.find((one) => one.indicator === indicator && one.measure === measure);
      if (series === undefined) return null;
      return knownAt === null ? this.#reads.row(balanceOn, [unit.key, series.key, asOf]) : this.#reads.row(balanceKnownOn, [unit.key, series.key, asOf, knownAt]);
    });
  }

  census({ unit, asOf, published, knownAt }: Progress): Promise<Census | null> {
    if (published !== null) return Promise.resolve(null);
    return knownAt === null ? this.#reads.row(censusOn, [unit.key, asOf]) : this.#reads.row(censusKnownOn, [unit.key, asOf, knownAt]);
  }

  #norms({ set, unit, asOf, knownAt }: Progress): Promise<Reading<Total | null>> {
    return gather(set, async (indicator) => {
      const key = [unit.key, set.campaign.key, set.phase?.key ?? null, indicator, asOf];
      const norm = await (knownAt === null ? this.#reads.row(normTargetOn, key) : this.#reads.row(normTargetKnownOn, [...key, knownAt]));
      if (norm === null) return null;
      const scaled = toScaled(norm.value);
      return { scaled, value: fromScaled(scaled), qualifier: norm.qualifier, asOf: norm.asOf, origin: 'STATED', complete: true };
    });
  }
}

function publishedTotal(published: readonly PublishedTotal[], measure: Measure | TargetBasis): Total | null {
  return totalOf(published.find((total) => total.measure === measure));
}

async function gather<T>({ indicator }: SeriesSet, read: (indicator: number) => Promise<T | null> | null): Promise<Reading<T | null>> {
  const { key, numeratorKey, denominatorKey } = indicator;
  if (numeratorKey === null || denominatorKey === null) return { own: await read(key), parts: null };
  const [own, numerator, denominator] = await Promise.all([read(key), read(numeratorKey), read(denominatorKey)]);
  return { own, parts: { numerator, denominator } };
}

function each<From, To>({ own, parts }: Reading<From>, change: (from: From) => To): Reading<To> {
  return { own: change(own), parts: parts && { numerator: change(parts.numerator), denominator: change(parts.denominator) } };
}
