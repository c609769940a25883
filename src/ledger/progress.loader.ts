import type { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { dayInVietnam, type Day, type Instant } from '../shared/dates.js';
import { BadUserInput } from '../shared/errors.js';
import type { Reads } from '../shared/database/reads.js';
import type { Reach, Reaches } from '../access/reach.service.js';
import { after, afterBoth, type Awaitable } from '../shared/promises.js';
import { balanceKnownOn, censusKnownOn, momentKnown, normTargetKnownOn, throughMillisecond } from './progress.known.query.js';
import { balanceOn, censusOn, normTargetOn, publishedOf, seriesSetByCodes, type Balance, type Census, type Measure, type PublishedTotal, type SeriesSet } from './progress.query.js';
import { fromScaled, shownTotal, toScaled, totalOf, type Reading } from './progress.rules.js';
import type { Progress, TargetBasis, Total } from './progress.type.js';
import type { ProgressAhead, ReadAhead, ReadUnit } from './progress.ahead.js';

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

/** Whose memory the process has of what codes stand for. */
export interface Remembering {
  readonly reaches: Reaches;
  readonly principal: string;
}

/** What a progress shows, read in batches: one statement for the balances of all units, indicators and bases of a tick. */
export class ProgressLoader {
  readonly #reads: Reads;
  readonly #today: Day;
  readonly #remembering: Remembering | undefined;
  #ahead: WeakMap<OrgUnit, ReadAhead[]> | undefined;

  constructor(reads: Reads, today: Day, remembering?: Remembering) {
    this.#reads = reads;
    this.#today = today;
    this.#remembering = remembering;
  }

  /** Null where a code is unknown, or the phase is none of the campaign's. */
  async seriesSet(campaign: string, phase: string | null, indicator: string): Promise<SeriesSet | null> {
    if (!isCode(campaign) || !isCode(indicator) || (phase !== null && !isCode(phase))) return null;
    const version = this.#remembering === undefined ? undefined : await this.#reads.setting('liendoan.version');
    const known = this.#remembered(version, campaign, phase, indicator);
    if (known !== undefined) return known;
    const set = await this.#reads.row(seriesSetByCodes, [campaign, phase, indicator]);
    // What members read of it is the same for all of them.
    if (set !== null && version !== undefined && (await this.#reads.setting('liendoan.scope')) !== '') {
      this.#remembering!.reaches.keep(version, nameOfSet(campaign, phase, indicator), set);
    }
    return set;
  }

  /** As it is remembered, where what is remembered of the caller's reach tells that they see it; others may be seen for other reasons. */
  knownSet(campaign: string, phase: string | null, indicator: string, reach: Reach): SeriesSet | undefined {
    const set = this.#remembering?.reaches.thing<SeriesSet>(nameOfSet(campaign, phase, indicator));
    return set !== undefined && isPlainlySeen(set, reach) ? set : undefined;
  }

  /** In a session that has found this version. */
  #remembered(version: string | undefined, campaign: string, phase: string | null, indicator: string): SeriesSet | undefined {
    if (version === undefined || version !== this.#remembering?.reaches.version) return undefined;
    const reach = this.#remembering.reaches.of(this.#remembering.principal, this.#today);
    return reach && reach.scope !== '' ? this.knownSet(campaign, phase, indicator, reach) : undefined;
  }

  /** Takes what was read of a unit before it is asked for. */
  ahead(read: ReadUnit, asked: readonly ProgressAhead[]): void {
    (this.#ahead ??= new WeakMap()).set(read.unit, asked.map((one) => ({ asked: one, read })));
  }

  /** Of a row that names its campaign, phase and indicator. */
  seriesSetOf({ campaignCode, phaseCode, indicatorCode }: SeriesCodes): Promise<SeriesSet | null> {
    return this.seriesSet(campaignCode, phaseCode, indicatorCode);
  }

  /** Without a day: today, or the day of the moment; of a unit outside the caller's scope, the last day that was published. */
  progress(unit: OrgUnit, campaign: string, phase: string | null, indicator: string, times: AskedTimes = {}): Awaitable<Progress | null> {
    const day = times.asOf ?? this.#today;
    const ahead = this.#ahead?.get(unit)?.find(
      ({ asked }) => asked.set.indicator.code === indicator && asked.asOf === day && asked.set.campaign.code === campaign && asked.phase === phase && times.knownAt === undefined,
    );
    if (ahead === undefined) return this.#progress(unit, campaign, phase, indicator, times);
    const { set } = ahead.asked;
    return { set, unit, campaign: set.campaign, phase: set.phase, indicator: set.indicator, knownAt: null, asOf: day, published: null, ahead };
  }

  async #progress(unit: OrgUnit, campaign: string, phase: string | null, indicator: string, { asOf, knownAt }: AskedTimes): Promise<Progress | null> {
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

  result(progress: Progress): Awaitable<Total | null> {
    if (progress.published !== null) return publishedTotal(progress.published, 'RESULT');
    return after(this.reading(progress, 'RESULT'), shown);
  }

  target(progress: Progress, basis: TargetBasis): Awaitable<Total | null> {
    if (progress.published !== null) return publishedTotal(progress.published, basis);
    return basis === 'NORM' ? this.#norms(progress).then(shownTotal) : after(this.reading(progress, basis), shown);
  }

  /** The rows in force of a measure, of the indicator itself and of its parts. */
  reading({ set, unit, asOf, published, knownAt, ahead }: Progress, measure: Measure): Awaitable<Reading<Balance | null>> {
    if (published !== null) return { own: null, parts: null };
    const places = ahead?.asked.places.get(measure);
    if (places !== undefined) {
      return gather(set, (indicator) => {
        const place = places.get(indicator);
        return place === undefined ? null : ahead!.read.balances[place]!;
      });
    }
    return gather(set, (indicator) => {
      const series = set.series.find((one) => one.indicator === indicator && one.measure === measure);
      if (series === undefined) return null;
      return knownAt === null ? this.#reads.row(balanceOn, [unit.key, series.key, asOf]) : this.#reads.row(balanceKnownOn, [unit.key, series.key, asOf, knownAt]);
    });
  }

  census({ unit, asOf, published, knownAt, ahead }: Progress): Awaitable<Census | null> {
    if (published !== null) return null;
    if (ahead?.asked.census !== undefined) return ahead.read.censuses[ahead.asked.census]!;
    return knownAt === null ? this.#reads.row(censusOn, [unit.key, asOf]) : this.#reads.row(censusKnownOn, [unit.key, asOf, knownAt]);
  }

  async #norms({ set, unit, asOf, knownAt }: Progress): Promise<Reading<Total | null>> {
    return gather(set, async (indicator) => {
      const key = [unit.key, set.campaign.key, set.phase?.key ?? null, indicator, asOf];
      const norm = await (knownAt === null ? this.#reads.row(normTargetOn, key) : this.#reads.row(normTargetKnownOn, [...key, knownAt]));
      if (norm === null) return null;
      const scaled = toScaled(norm.value);
      return { scaled, value: fromScaled(scaled), qualifier: norm.qualifier, asOf: norm.asOf, origin: 'STATED', complete: true };
    });
  }
}

function isPlainlySeen({ campaign: { status, launchedByKey }, launcherPath }: SeriesSet, { scope, line }: Reach): boolean {
  if (launchedByKey === null) return false;
  const within = launcherPath !== null && scope.slice(1, -1).split(',').some((path) => launcherPath === path || launcherPath.startsWith(`${path}.`));
  return within || (status !== 'DRAFT' && line.has(launchedByKey));
}

function publishedTotal(published: readonly PublishedTotal[], measure: Measure | TargetBasis): Total | null {
  return totalOf(published.find((total) => total.measure === measure));
}

function gather<T>({ indicator }: SeriesSet, read: (indicator: number) => Awaitable<T | null>): Awaitable<Reading<T | null>> {
  const { key, numeratorKey, denominatorKey } = indicator;
  const [own, parts] = [read(key), numeratorKey === null || denominatorKey === null ? null : afterBoth(read(numeratorKey), read(denominatorKey), (numerator, denominator) => ({ numerator, denominator }))];
  return afterBoth(own, parts, (it, of) => ({ own: it, parts: of }));
}

const shown = (reading: Reading<Balance | null>): Total | null => shownTotal(each(reading, totalOf));

/** What is no code is in no name that was kept: neither is an empty phase the lack of one. */
const nameOfSet = (...codes: [campaign: string, phase: string | null, indicator: string]): string => `set ${JSON.stringify(codes)}`;

function each<From, To>({ own, parts }: Reading<From>, change: (from: From) => To): Reading<To> {
  return { own: change(own), parts: parts && { numerator: change(parts.numerator), denominator: change(parts.denominator) } };
}
