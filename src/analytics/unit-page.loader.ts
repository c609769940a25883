import type { GraphQLResolveInfo } from 'graphql';
import type { Reach, Reaches } from '../access/reach.service.js';
import type { OrgUnitLoader } from '../org-units/org-unit.loader.js';
import type { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import type { Day } from '../shared/dates.js';
import type { Asked } from '../shared/database/pipeline.js';
import type { Reads } from '../shared/database/reads.js';
import type { ProgressAhead } from '../ledger/progress.ahead.js';
import type { ProgressLoader } from '../ledger/progress.loader.js';
import type { Measure } from '../ledger/progress.query.js';
import type { PageRequest } from '../shared/connections.js';
import type { RankingLoader } from './ranking.loader.js';
import { placesRequest } from './ranking.query.js';
import { assertGroup, daysOf } from './ranking.rules.js';
import { planPage, type AskedProgress, type OthersPlan, type PagePlan } from './unit-page.plan.js';
import { readPage, type AskedPage, type AskedReadings } from './unit-page.query.js';

/** So many balances and units are read ahead at most: others wait behind them on the same connection. */
const MOST_BALANCES = 3000;

/** What is read ahead in a request: all that it asks for, or nothing. */
export interface AheadSettings {
  readonly principal: string;
  readonly today: Day;
  readonly reaches: Reaches;
  readonly pipeline: Asked;
}

interface Gathered {
  readonly asked: readonly ProgressAhead[];
  readonly readings: AskedReadings;
}
const gatherings = new WeakMap<PagePlan, { readonly name: string; readonly found: readonly [Gathered, Gathered] }>();

type Ranked = NonNullable<AskedPage['others']>['ranked'];

/**
 * A unit, its children or those beneath it by rank, and their progress in one statement of its own, where a document asks for nothing else and what is
 * remembered of the caller's reach suffices. In all other cases it is read as anything is.
 */
export class UnitPages {
  constructor(
    readonly reads: Reads,
    readonly orgUnits: OrgUnitLoader,
    readonly progress: ProgressLoader,
    readonly rankings: RankingLoader,
    readonly settings: AheadSettings,
  ) {}

  /** Undefined where it cannot be told in this way. */
  async unit(code: string, info: GraphQLResolveInfo): Promise<OrgUnit | undefined> {
    const { principal, today, reaches, pipeline } = this.settings;
    const { version } = reaches;
    const reach = reaches.of(principal, today);
    if (version === undefined || reach === undefined || reach.scope === '' || !isCode(code)) return undefined;
    const plan = planPage(info);
    if (plan === null) return undefined;
    const request = plan.others && this.#requestOf(plan.others, reach);
    const gathered = this.#gathered(plan, reach, version);
    if (request === undefined || gathered === null) return undefined;
    const [ofUnit, ofOthers] = gathered;
    if (ofUnit.readings.series.length + (request?.page.first ?? 0) * Math.max(1, ofOthers.readings.series.length) > MOST_BALANCES) return undefined;

    const page = await readPage(pipeline, reach, version, {
      code, briefly: plan.briefly, detail: plan.detail, unit: ofUnit.readings,
      others: request && { ...ofOthers.readings, ranked: request.ranked, day: request.day, page: request.page.first + 1, beyond: request.page.after?.[0] ?? null },
    }, this.reads.observe);
    if (page === null) return undefined;
    this.reads.close(page.moment);
    this.progress.ahead(page, ofUnit.asked);
    for (const other of page.others) this.progress.ahead(other, ofOthers.asked);
    const units = page.others.map(({ unit }) => unit);
    if (request?.ranked) {
      this.orgUnits.aheadByKey(units);
      this.rankings.ahead(page.unit, { ...request.ranked, top: page.unit.key }, page.others.map(({ entry }) => entry!), request.page);
    } else if (request) this.orgUnits.ahead(page.unit, units, request.page);
    return page.unit;
  }

  /** Which units are meant; undefined where what is asked is wrong, which reading it will say, or cannot be told from what is remembered. */
  #requestOf(others: OthersPlan, reach: Reach): { day: Day; page: PageRequest; ranked: Ranked } | undefined {
    if (others.list === 'children') {
      const request = this.orgUnits.requestOf(others.args);
      return request && { ...request, ranked: null };
    }
    const { campaign, phase = null, indicator, by, basis, group } = others.args;
    const set = this.progress.knownSet(campaign, phase, indicator, reach);
    if (set === undefined) return undefined;
    try {
      assertGroup(group);
      const { asOf, since } = daysOf(others.args, this.settings.today);
      const measure = { campaign: set.campaign.key, phase: set.phase?.key ?? null, indicator: set.indicator.key, by: by ?? 'RESULT', basis: basis ?? 'ASSIGNED' } as const;
      return { day: asOf, page: placesRequest(this.reads, others.page), ranked: { level: group.level ?? null, cluster: null, region: null, whole: false, ...measure, asOf, since } };
    } catch {
      return undefined;
    }
  }

  /** What a plan asks for of the ledger; found once for all who have the reach, as long as that stands. */
  #gathered(plan: PagePlan, reach: Reach, version: string): readonly [Gathered, Gathered] | null {
    const name = `${reach.id} ${version} ${this.settings.today}`;
    const known = gatherings.get(plan);
    if (known?.name === name) return known.found;
    const [ofUnit, ofOthers] = [this.#gather(plan.unit, reach), this.#gather(plan.others?.progress ?? [], reach)];
    if (ofUnit === null || ofOthers === null) return null;
    gatherings.set(plan, { name, found: [ofUnit, ofOthers] });
    return [ofUnit, ofOthers];
  }

  /** The series and days of what is asked for, each once; null where something is not remembered, or not plainly the caller's to see. */
  #gather(asked: readonly AskedProgress[], reach: Reach): Gathered | null {
    const readings = { series: [] as number[], days: [] as Day[], census: [] as Day[] };
    const placed = new Map<string, number>();
    const found: ProgressAhead[] = [];
    for (const { campaign, phase, indicator, asOf = this.settings.today, measures, census } of asked) {
      const set = this.progress.knownSet(campaign, phase, indicator, reach);
      if (set === undefined) return null;
      const places = new Map<Measure, Map<number, number>>();
      for (const measure of measures) {
        const ofMeasure = new Map<number, number>();
        for (const series of set.series) {
          if (series.measure !== measure) continue;
          const name = `${series.key} ${asOf}`;
          let place = placed.get(name);
          if (place === undefined) {
            placed.set(name, (place = readings.series.push(series.key) - 1));
            readings.days.push(asOf);
          }
          ofMeasure.set(series.indicator, place);
        }
        places.set(measure, ofMeasure);
      }
      if (census && !readings.census.includes(asOf)) readings.census.push(asOf);
      found.push({ set, phase, asOf, places, census: census ? readings.census.indexOf(asOf) : undefined });
    }
    return { asked: found, readings };
  }
}
