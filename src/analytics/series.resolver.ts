import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Progress } from '../ledger/progress.type.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { parseInstant, parseOptionalDay } from '../shared/dates.js';
import { DateScalar, DateTime } from '../shared/scalars.js';
import { readSeries } from './series.loader.js';
import { MOST_POINTS } from './series.rules.js';
import { SeriesStep } from './series.type.js';

@Resolver(() => OrgUnit)
export class OrgUnitSeriesResolver {
  @FieldResolver(() => [Progress], {
    description: `The progress of the unit over time: one entry for each step, as of its last day, the earliest first. A running total is a step function: each entry holds what was true at the end of its day, nothing is put in between, and a result that nobody reported anew stands where it stood. So what was added in a month is the difference of two entries, and can be a correction or a unit that came or left. At most ${MOST_POINTS} entries, else BAD_USER_INPUT. Empty where campaign, indicator or phase are unknown. Of a unit outside the caller’s scope: the days of which something was published, of each step the latest.`,
  })
  series(
    @Root() unit: OrgUnit,
    @Arg('campaign', () => String, { description: 'Code of the campaign.' }) campaign: string,
    @Arg('indicator', () => String, { description: 'Code of the indicator.' }) indicator: string,
    @Arg('phase', () => String, { nullable: true, description: 'Code of a phase of the campaign; left out: the campaign as a whole.' }) phase: string | null | undefined,
    @Arg('from', () => DateScalar, { nullable: true, description: 'The first day; the first step may begin before it. Left out: the day on which a result was first known. BAD_USER_INPUT unless a date.' }) from: unknown,
    @Arg('to', () => DateScalar, {
      nullable: true,
      description: 'The last day, and that of the last entry unless `every` is CHANGE. Left out, or later than that: today in Việt Nam (with `knownAt`, the day of that moment). BAD_USER_INPUT unless a date that is not before `from`.',
    })
    to: unknown,
    @Arg('every', () => SeriesStep, {
      nullable: true,
      defaultValue: 'MONTH',
      description: 'The step. With CHANGE and `from`, the first entry is of `from`, so that it is known where the steps begin; of a RATIO, changes of its parts count towards the most entries.',
    })
    every: SeriesStep | null,
    @Arg('knownAt', () => DateTime, { nullable: true, description: 'As the ledger knew at that moment, as the field `progress` has it; outside the caller’s scope the series is empty then.' }) knownAt: unknown,
    @Ctx() context: Context,
  ): Promise<Progress[]> {
    return readSeries(context, unit, {
      campaign, indicator, phase: phase ?? null, from: parseOptionalDay(from, 'from'), to: parseOptionalDay(to, 'to'), every: every ?? 'MONTH',
      knownAt: knownAt === undefined || knownAt === null ? undefined : parseInstant(knownAt, 'knownAt'),
    });
  }
}
