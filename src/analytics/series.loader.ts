import type { Context } from '../context.js';
import { publishedOf } from '../ledger/progress.query.js';
import type { Progress } from '../ledger/progress.type.js';
import type { OrgUnit } from '../org-units/org-unit.type.js';
import { dayInVietnam, type Day, type Instant } from '../shared/dates.js';
import { BadUserInput } from '../shared/errors.js';
import { resultChanges } from './series.query.js';
import { endOf, MOST_POINTS, pointsOf } from './series.rules.js';
import type { SeriesStep } from './series.type.js';

interface Asked {
  readonly campaign: string;
  readonly indicator: string;
  readonly phase: string | null;
  readonly from: Day | undefined;
  readonly to: Day | undefined;
  readonly every: SeriesStep;
  readonly knownAt: Instant | undefined;
}

/** The days of a series, each as a progress whose numbers the loader reads for all of them at once. */
export async function readSeries(context: Context, unit: OrgUnit, { campaign, indicator, phase, from, to, every, knownAt }: Asked): Promise<Progress[]> {
  if (from !== undefined && to !== undefined && to < from) throw new BadUserInput('to', 'to must not be before from.');
  const latest = knownAt === undefined ? context.today : dayInVietnam(new Date(knownAt));
  const last = to !== undefined && to < latest ? to : latest;
  const progress = await context.progress.progress(unit, campaign, phase, indicator, { knownAt });
  if (progress === null) return [];
  if (progress.published !== null) return published(context, progress, from, last, every);
  const days = await daysOf(context, progress, from, last, every);
  return within(days).map((asOf) => ({ ...progress, asOf }));
}

async function daysOf({ reads, progress: loader }: Context, progress: Progress, from: Day | undefined, last: Day, every: SeriesStep): Promise<Day[]> {
  if (every !== 'CHANGE' && from !== undefined) return pointsOf(from, last, every);
  const changes = await resultChanges(reads, progress.unit.key, progress.set, last, progress.knownAt);
  if (every !== 'CHANGE') return changes.length === 0 ? [] : pointsOf(changes[0]!, last, every);
  const days = from === undefined ? changes : from > last ? [] : [from, ...changes.filter((day) => day > from)];
  if (progress.indicator.numeratorKey === null) return days;
  // What the ratio of two numbers is need not change with them.
  const values = await Promise.all(within(days).map(async (asOf) => (await loader.result({ ...progress, asOf }))?.value ?? null));
  return days.filter((_, i) => (i === 0 ? from !== undefined || values[i] !== null : values[i] !== values[i - 1]));
}

/** Of what was published of a unit: the latest day of each step, and with CHANGE all of them. */
async function published({ reads }: Context, progress: Progress, from: Day | undefined, last: Day, every: SeriesStep): Promise<Progress[]> {
  const { unit, campaign, phase, indicator } = progress;
  const totals = await reads.rows(publishedOf, [unit.key, campaign.key, phase?.key ?? null, indicator.key]);
  const days = new Map<Day, Day>();
  for (const { day } of totals.toReversed()) if (day <= last && (from === undefined || day >= from)) days.set(every === 'CHANGE' ? day : endOf(day, every), day);
  return within([...days.values()]).map((asOf) => ({ ...progress, asOf, published: totals.filter(({ day }) => day === asOf) }));
}

function within(days: Day[]): Day[] {
  if (days.length > MOST_POINTS) throw new BadUserInput('every', `A series has at most ${MOST_POINTS} entries: ask for less time or a longer step.`);
  return days;
}
