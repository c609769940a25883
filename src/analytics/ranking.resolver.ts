import { Arg, Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { clusterByCode } from '../org-units/cluster.query.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { regionByCode } from '../org-units/region.query.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import type { Awaitable } from '../shared/promises.js';
import { clusterOf, listPlaces, placeOn, regionOf, type RankedGroup } from './ranking.query.js';
import { assertGroup, assertNamed, daysOf } from './ranking.rules.js';
import { Rank, RankArgs, Ranking, RankingArgs, RankingEntry, RankingEntryConnection, type RankingGroup } from './ranking.type.js';

type Units = Pick<RankedGroup, 'top' | 'level' | 'cluster' | 'region'>;
const NOBODY: Units = { top: null, level: null, cluster: null, region: null };

/** Whom a caller means, of those beneath a unit; null: no such group. */
async function groupBeneath(top: number, { level, cluster, region }: RankingGroup, { reads }: Context): Promise<Units | null> {
  const beneath = { ...NOBODY, top };
  if (level != null) return { ...beneath, level };
  const [code, query, field] = cluster != null ? ([cluster, clusterByCode, 'cluster'] as const) : ([region, regionByCode, 'region'] as const);
  if (code == null) return beneath;
  const found = isCode(code) ? await reads.row<{ key: number }>(query, [code]) : null;
  return found && { ...beneath, [field]: found.key };
}

/** Among whom a unit stands on a day; null: nobody. */
async function groupAround(unit: OrgUnit, { among, group }: RankArgs, asOf: Day, { reads }: Context): Promise<Units | null> {
  if (group != null && !isCode(group)) return null;
  if (among === 'CLUSTER') {
    const cluster = await reads.row(clusterOf, [unit.key, Number(asOf.slice(0, 4)), group ?? null]);
    return cluster && { ...NOBODY, cluster: cluster.key };
  }
  if (among === 'REGION') {
    const region = await reads.row(regionOf, [unit.key, group ?? null]);
    return region && { ...NOBODY, region: region.key };
  }
  const { parent, root } = (await reads.row(placeOn, [unit.key, asOf]))!;
  const top = among === 'SIBLINGS' ? parent : root;
  return top === null ? null : { ...NOBODY, top, level: among === 'SIBLINGS' ? null : unit.level };
}

/** What units are ranked by; null where campaign, phase or indicator are unknown. */
async function measureOf({ campaign, phase, indicator, by, basis }: RankingArgs | RankArgs, context: Context): Promise<Pick<RankedGroup, 'campaign' | 'phase' | 'indicator' | 'by' | 'basis'> | null> {
  const set = await context.progress.seriesSet(campaign, phase ?? null, indicator);
  return set && { campaign: set.campaign.key, phase: set.phase?.key ?? null, indicator: set.indicator.key, by: by ?? 'RESULT', basis: basis ?? 'ASSIGNED' };
}

async function rankingOf(unit: OrgUnit, args: RankingArgs, context: Context): Promise<Ranking | null> {
  assertGroup(args.group);
  const { asOf, since } = daysOf(args, context.today);
  if (!unit.inScope) return null;
  const [measure, units] = await Promise.all([measureOf(args, context), groupBeneath(unit.key, args.group, context)]);
  return measure && units && { asOf, group: { ...units, ...measure, whole: false, asOf, since } };
}

@Resolver(() => OrgUnit)
export class OrgUnitRankingResolver {
  @FieldResolver(() => Ranking, {
    nullable: true,
    description: 'Units beneath this one, ranked. Null outside the caller’s scope, and where campaign, phase, indicator, cluster or region are unknown.',
  })
  ranking(@Root() unit: OrgUnit, @Args(() => RankingArgs) args: RankingArgs, @Ctx() context: Context): Awaitable<Ranking | null> {
    return context.rankings.aheadOf(unit) ?? rankingOf(unit, args, context);
  }

  @FieldResolver(() => Rank, {
    nullable: true,
    description:
      'The unit’s place. Where units of the group are outside the caller’s scope, only if the campaign publishes its ranks (`publishesRanks`), the unit that launched it stands above the whole group on the day (or a body outside the unions launched it), and three or more of the group have a place, two or more of them outside the scope, and not by the COMPLETION of targets that units set themselves; of those units it tells places and names, no numbers. Null otherwise; outside the caller’s scope; where the unit is in no such group on the day; and where campaign, phase or indicator are unknown.',
  })
  async rank(@Root() unit: OrgUnit, @Args(() => RankArgs) args: RankArgs, @Ctx() context: Context): Promise<Rank | null> {
    assertNamed(args.among, args.group);
    const { asOf, since } = daysOf(args, context.today);
    if (!unit.inScope) return null;
    const [measure, units] = await Promise.all([measureOf(args, context), groupAround(unit, args, asOf, context)]);
    if (measure === null || units === null) return null;
    const group = { ...units, ...measure, whole: true, asOf, since };
    const { standing, own } = await context.rankings.of(group, unit.key);
    return own && { group, ...own, of: standing.size, ranked: standing.ranked };
  }
}

@Resolver(() => Ranking)
export class RankingResolver {
  @FieldResolver(() => Int, { description: 'How many units are in the group.' })
  async size(@Root() { group }: Ranking, @Ctx() { rankings }: Context): Promise<number> {
    return (await rankings.of(group)).standing.size;
  }

  @FieldResolver(() => Int, { description: 'How many of them have a place.' })
  async ranked(@Root() { group }: Ranking, @Ctx() { rankings }: Context): Promise<number> {
    return (await rankings.of(group)).standing.ranked;
  }

  @FieldResolver(() => Int, { description: 'How many of them have none, because they have no number to be ranked by.' })
  async unranked(@Root() { group }: Ranking, @Ctx() { rankings }: Context): Promise<number> {
    const { size, ranked } = (await rankings.of(group)).standing;
    return size - ranked;
  }

  @FieldResolver(() => RankingEntryConnection, { description: 'The units that have a place, the first place first.' })
  entries(@Root() { group, ahead }: Ranking, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Awaitable<Page<RankingEntry>> {
    return ahead ?? listPlaces(reads, group, args);
  }

  @FieldResolver(() => RankingEntry, { nullable: true, description: 'The place of one unit; null where it has none, is not in the group, or is not seen.' })
  async place(
    @Root() { group }: Ranking,
    @Arg('unit', () => String, { description: 'Code of the unit.' }) code: string,
    @Ctx() { orgUnits, rankings }: Context,
  ): Promise<Omit<RankingEntry, 'nth'> | null> {
    const unit = await orgUnits.byCode(code);
    if (unit === null) return null;
    const { own } = await rankings.of(group, unit.key);
    if (own === null || own.place === null) return null;
    const { place, tied, value, complete } = own;
    return { unitKey: unit.key, place, tied: tied!, name: unit.name, value, complete };
  }
}

@Resolver(() => Rank)
export class RankResolver {
  @FieldResolver(() => RankingEntryConnection, { description: 'The units of the group that have a place, the first place first.' })
  entries(@Root() { group }: Rank, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<RankingEntry>> {
    return listPlaces(reads, group, args);
  }
}

@Resolver(() => RankingEntry)
export class RankingEntryResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit; null outside the caller’s scope.' })
  unit(@Root() { unitKey }: RankingEntry, @Ctx() { orgUnits }: Context): Awaitable<OrgUnit | null> {
    return unitKey === null ? null : (orgUnits.knownByKey(unitKey) ?? orgUnits.byKey(unitKey));
  }
}
