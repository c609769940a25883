import type { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import type { Day } from '../shared/dates.js';
import type { Reads } from '../shared/database/reads.js';
import { balanceOn, censusOn, normTargetOn, seriesSetByCodes, type Balance, type Census, type Measure, type SeriesSet } from './progress.query.js';
import { fromScaled, shownTotal, toScaled, totalOf, type Reading } from './progress.rules.js';
import type { Progress, TargetBasis, Total } from './progress.type.js';

/** What a progress shows, read in batches: one statement for the balances of all units, indicators and bases of a tick. */
export class ProgressLoader {
  readonly #reads: Reads;

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  /** Null where a code is unknown, or the phase is none of the campaign's. */
  seriesSet(campaign: string, phase: string | null, indicator: string): Promise<SeriesSet | null> {
    const known = isCode(campaign) && isCode(indicator) && (phase === null || isCode(phase));
    return known ? this.#reads.row(seriesSetByCodes, [campaign, phase, indicator]) : Promise.resolve(null);
  }

  async progress(unit: OrgUnit, campaign: string, phase: string | null, indicator: string, asOf: Day): Promise<Progress | null> {
    const set = await this.seriesSet(campaign, phase, indicator);
    return set && { set, unit, campaign: set.campaign, phase: set.phase, indicator: set.indicator, asOf };
  }

  async result(progress: Progress): Promise<Total | null> {
    return shownTotal(each(await this.reading(progress, 'RESULT'), totalOf));
  }

  async target(progress: Progress, basis: TargetBasis): Promise<Total | null> {
    return shownTotal(basis === 'NORM' ? await this.#norms(progress) : each(await this.reading(progress, basis), totalOf));
  }

  /** The rows in force of a measure, of the indicator itself and of its parts. */
  reading({ set, unit, asOf }: Progress, measure: Measure): Promise<Reading<Balance | null>> {
    return gather(set, (indicator) => {
      const series = set.series.find((one) => one.indicator === indicator && one.measure === measure);
      return series === undefined ? null : this.#reads.row(balanceOn, [unit.key, series.key, asOf]);
    });
  }

  census({ unit, asOf }: Progress): Promise<Census | null> {
    return this.#reads.row(censusOn, [unit.key, asOf]);
  }

  #norms({ set, unit, asOf }: Progress): Promise<Reading<Total | null>> {
    return gather(set, async (indicator) => {
      const norm = await this.#reads.row(normTargetOn, [unit.key, set.campaign.key, set.phase?.key ?? null, indicator, asOf]);
      if (norm === null) return null;
      const scaled = toScaled(norm.value);
      return { scaled, value: fromScaled(scaled), qualifier: norm.qualifier, asOf: norm.asOf, origin: 'STATED', complete: true };
    });
  }
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
