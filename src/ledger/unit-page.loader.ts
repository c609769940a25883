import type { GraphQLResolveInfo } from 'graphql';
import type { Reach, Reaches } from '../access/reach.service.js';
import type { OrgUnitLoader } from '../org-units/org-unit.loader.js';
import type { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import type { Day } from '../shared/dates.js';
import type { Pipeline } from '../shared/database/pipeline.js';
import type { Reads } from '../shared/database/reads.js';
import type { ProgressLoader } from './progress.loader.js';
import type { Measure, SeriesSet } from './progress.query.js';
import { planPage, type AskedProgress } from './unit-page.plan.js';
import { readPage, type AskedReadings, type ReadUnit } from './unit-page.query.js';

/** So many balances and units are read ahead at most: others wait behind them on the same connection. */
const MOST_BALANCES = 3000;

/** Where the balances of a progress stand among those that were read of its unit. */
export interface ProgressAhead {
  readonly set: SeriesSet;
  readonly phase: string | null;
  readonly asOf: Day;
  /** By measure and indicator; none: there is no such series. */
  readonly places: ReadonlyMap<Measure, ReadonlyMap<number, number>>;
  /** Undefined: it was not asked for. */
  readonly census: number | undefined;
}

/** A progress, and the unit of which its balances were read. */
export interface ReadAhead {
  readonly asked: ProgressAhead;
  readonly read: ReadUnit;
}

/** What is read ahead in a request: all that it asks for, or nothing. */
export interface AheadSettings {
  readonly principal: string;
  readonly today: Day;
  readonly reaches: Reaches;
  readonly pipeline: Pipeline;
}

/**
 * A unit, its children and their progress in one statement of its own, where a document asks for nothing else and what is
 * remembered of the caller's reach suffices. In all other cases it is read as anything is.
 */
export class UnitPages {
  constructor(
    readonly reads: Reads,
    readonly orgUnits: OrgUnitLoader,
    readonly progress: ProgressLoader,
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
    const request = plan.children && this.orgUnits.requestOf(plan.children.args);
    const [ofUnit, ofChildren] = [this.#gather(plan.unit, reach), this.#gather(plan.children?.progress ?? [], reach)];
    if (request === undefined || ofUnit === null || ofChildren === null) return undefined;
    if ((request?.page.first ?? 0) * Math.max(1, ofChildren.readings.series.length) > MOST_BALANCES) return undefined;

    const page = await readPage(pipeline, reach, version, {
      code, briefly: plan.briefly, detail: plan.detail, unit: ofUnit.readings,
      children: request && { ...ofChildren.readings, day: request.day, page: request.page.first + 1, beyond: request.page.after?.[0] ?? null },
    }, this.reads.observe);
    if (page === null) return undefined;
    this.reads.close(page.moment);
    this.progress.ahead(page, ofUnit.asked);
    for (const child of page.children) this.progress.ahead(child, ofChildren.asked);
    if (request !== null) this.orgUnits.ahead(page.unit, page.children.map(({ unit }) => unit), request.page);
    return page.unit;
  }

  /** The series and days of what is asked for, each once; null where something is not remembered, or not plainly the caller's to see. */
  #gather(asked: readonly AskedProgress[], reach: Reach): { asked: ProgressAhead[]; readings: AskedReadings } | null {
    const readings = { series: [] as number[], days: [] as Day[], census: [] as Day[] };
    const placed = new Map<string, number>();
    const found: ProgressAhead[] = [];
    for (const { campaign, phase, indicator, asOf = this.settings.today, measures, census } of asked) {
      const set = this.progress.knownSet(campaign, phase, indicator);
      if (set === undefined || !isPlainlySeen(set, reach)) return null;
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

/** By what is remembered alone; others may be seen for other reasons. */
function isPlainlySeen({ campaign: { status, launchedByKey }, launcherPath }: SeriesSet, { scope, line }: Reach): boolean {
  if (launchedByKey === null) return false;
  const within = launcherPath !== null && scope.slice(1, -1).split(',').some((path) => launcherPath === path || launcherPath.startsWith(`${path}.`));
  return within || (status !== 'DRAFT' && line.has(launchedByKey));
}
