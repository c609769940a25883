import { Arg, Args, Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { OrgLevel, OrgUnit, OrgUnitConnection } from '../org-units/org-unit.type.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { parseInstant, parseOptionalDay } from '../shared/dates.js';
import { BadUserInput } from '../shared/errors.js';
import { after, afterBoth, all, type Awaitable } from '../shared/promises.js';
import { DateScalar, DateTime, Quantity } from '../shared/scalars.js';
import type { AskedTimes } from './progress.loader.js';
import { listMissing } from './progress.query.js';
import { besideTotal, completionPercent, coverageOf, unallocatedOf } from './progress.rules.js';
import { Coverage, Progress, TargetBasis, Total } from './progress.type.js';

const MOST_INDICATORS = 50;

const campaignArg = { description: 'Code of the campaign.' };
const phaseArg = { nullable: true, description: 'Code of a phase of the campaign; left out: the campaign as a whole.' };
const asOfArg = { nullable: true, description: 'The day, today in Việt Nam unless given (with `knownAt`, the day of that moment). BAD_USER_INPUT unless a date.' };
const knownAtArg = {
  nullable: true,
  description:
    'Answers as the ledger knew at that moment, whatever was stated, corrected, withdrawn, moved or closed since: figures, norms, counts and the tree. What is the caller’s to see, and what things are called, is as of now. Null outside the caller’s scope. Left out: what is known now. BAD_USER_INPUT unless an instant that has passed.',
};
const basisArg = { nullable: true, defaultValue: 'ASSIGNED', description: 'How the target came about.' };
type AskedBasis = TargetBasis | null;

const timesOf = (asOf: unknown, knownAt: unknown): AskedTimes => ({
  asOf: parseOptionalDay(asOf, 'asOf'),
  knownAt: knownAt === undefined || knownAt === null ? undefined : parseInstant(knownAt, 'knownAt'),
});

@Resolver(() => OrgUnit)
export class OrgUnitProgressResolver {
  @FieldResolver(() => Progress, {
    nullable: true,
    description:
      'How far the unit has come on an indicator of a campaign on a day. Null where campaign, indicator or phase are unknown; where they are known and nothing was reported, its `result` is null. Of a unit outside the caller’s scope: what was published of that very day, or of the latest day of which anything was; null where nothing is.',
  })
  progress(
    @Root() unit: OrgUnit,
    @Arg('campaign', () => String, campaignArg) campaign: string,
    @Arg('indicator', () => String, { description: 'Code of the indicator.' }) indicator: string,
    @Arg('phase', () => String, phaseArg) phase: string | null | undefined,
    @Arg('asOf', () => DateScalar, asOfArg) asOf: unknown,
    @Arg('knownAt', () => DateTime, knownAtArg) knownAt: unknown,
    @Ctx() context: Context,
  ): Awaitable<Progress | null> {
    return context.progress.progress(unit, campaign, phase ?? null, indicator, timesOf(asOf, knownAt));
  }

  @FieldResolver(() => [Progress], {
    nullable: 'items',
    description: `Progress on several indicators, in the order asked, each as the field progress has it, and null where that is null. At most ${MOST_INDICATORS}, else BAD_USER_INPUT.`,
  })
  scorecard(
    @Root() unit: OrgUnit,
    @Arg('campaign', () => String, campaignArg) campaign: string,
    @Arg('indicators', () => [String], { description: `Codes of the indicators, at most ${MOST_INDICATORS}.` }) indicators: string[],
    @Arg('phase', () => String, phaseArg) phase: string | null | undefined,
    @Arg('asOf', () => DateScalar, asOfArg) asOf: unknown,
    @Arg('knownAt', () => DateTime, knownAtArg) knownAt: unknown,
    @Ctx() context: Context,
  ): Awaitable<(Progress | null)[]> {
    if (indicators.length > MOST_INDICATORS)
      throw new BadUserInput('indicators', `indicators takes at most ${MOST_INDICATORS} codes.`);
    const times = timesOf(asOf, knownAt);
    return all(indicators.map((indicator) => context.progress.progress(unit, campaign, phase ?? null, indicator, times)));
  }
}

@Resolver(() => Progress)
export class ProgressResolver {
  @FieldResolver(() => Total, {
    nullable: true,
    description:
      'The result of the unit and all beneath it; null: nothing was reported. Of a RATIO, the ratio of its parts’ totals where both exist.',
  })
  result(@Root() progress: Progress, @Ctx() context: Context): Awaitable<Total | null> {
    return context.progress.result(progress);
  }

  @FieldResolver(() => Total, {
    nullable: true,
    description: 'The target of a basis; null where there is none. Its `origin` is SUMMED where it was given to units beneath, not to this one.',
  })
  target(
    @Root() progress: Progress,
    @Arg('basis', () => TargetBasis, basisArg) basis: AskedBasis,
    @Ctx() context: Context,
  ): Awaitable<Total | null> {
    return context.progress.target(progress, basis ?? 'ASSIGNED');
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'result ÷ target × 100, to two places, half away from zero and without an upper cap. Null where either is null, the target is 0, or the target is a sum that lacks a child.',
  })
  completionPercent(
    @Root() progress: Progress,
    @Arg('basis', () => TargetBasis, basisArg) basis: AskedBasis,
    @Ctx() context: Context,
  ): Awaitable<number | null> {
    return afterBoth(context.progress.result(progress), context.progress.target(progress, basis ?? 'ASSIGNED'), completionPercent);
  }

  @FieldResolver(() => Quantity, {
    nullable: true,
    description:
      'Of a unit with a target of its own: the part that its members’ targets do not account for, negative where theirs are more. Null otherwise, and of a RATIO or a NORM.',
  })
  unallocated(
    @Root() progress: Progress,
    @Arg('basis', () => TargetBasis, basisArg) basis: AskedBasis,
    @Ctx() context: Context,
  ): Awaitable<number | null> {
    if (basis === 'NORM') return null;
    return after(context.progress.reading(progress, basis ?? 'ASSIGNED'), ({ own }) => unallocatedOf(progress.indicator, own));
  }

  @FieldResolver(() => Quantity, {
    nullable: true,
    description: 'The result that the units’ figures for their own activity alone would give; null where there are none, and of a RATIO.',
  })
  detail(@Root() progress: Progress, @Ctx() context: Context): Awaitable<number | null> {
    return after(context.progress.reading(progress, 'RESULT'), ({ own }) => besideTotal(progress.indicator, own?.detail));
  }

  @FieldResolver(() => Quantity, {
    nullable: true,
    description:
      'Of a unit that spoke for its subtree: what of its figure the results beneath it and its own activity did not explain on that figure’s date. Null otherwise, and of a RATIO.',
  })
  unexplained(@Root() progress: Progress, @Ctx() context: Context): Awaitable<number | null> {
    return after(context.progress.reading(progress, 'RESULT'), ({ own }) => besideTotal(progress.indicator, own?.unexplained));
  }

  @FieldResolver(() => Coverage, {
    description: 'How many of the direct children, or of the units of a level beneath, have a result. Of a RATIO, the smaller number of its two parts.',
  })
  coverage(
    @Root() progress: Progress,
    @Arg('level', () => OrgLevel, { nullable: true, description: 'Count units of this level anywhere beneath; left out: the direct children.' })
    level: OrgLevel | null | undefined,
    @Ctx() context: Context,
  ): Awaitable<Coverage> {
    const [reading, census] = [context.progress.reading(progress, 'RESULT'), context.progress.census(progress)];
    return afterBoth(reading, census, (read, counted) => ({ progress, level: level ?? null, ...coverageOf(read, counted, level ?? null) }));
  }
}

@Resolver(() => Coverage)
export class CoverageResolver {
  @FieldResolver(() => OrgUnitConnection, {
    description: 'Those of the expected that have no result on the day, by code: the ones in the caller’s scope by today’s tree. Of a RATIO, those that lack the part which fewer have. With `knownAt`, the results as they were known then, and the tree as it is known now. Empty where the unit is outside the caller’s scope.',
  })
  missing(@Root() { progress, level, counted }: Coverage, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<OrgUnit>> {
    const { set, unit, asOf, knownAt, published } = progress;
    const { key, numeratorKey, denominatorKey } = set.indicator;
    const indicator = { own: key, numerator: numeratorKey, denominator: denominatorKey }[counted];
    const series = set.series.find((one) => one.indicator === indicator && one.measure === 'RESULT');
    return listMissing(reads, { unit: published === null ? unit.key : null, series: series?.key ?? null, asOf, knownAt, level }, args);
  }
}
