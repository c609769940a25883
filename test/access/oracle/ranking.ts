/** Regions, places that sources tell of, and places among units: computed over all of a group, then hidden. */
import type { GraphQLFieldResolver } from 'graphql';
import { BadUserInput, day, inOrder, page, type Order } from './lists.js';
import { Fault, mutation, note, seen } from './mutations.js';
import { number, percent, Standing, type Basis } from './numbers.js';
import { words } from './register.js';
import { beneathOn } from './reporting.js';
import { claims } from './sources.js';
import { ID, idOf, type Asked } from './things.js';
import type { Campaign, Card, Cluster, Day, Region, StatedRank, Unit, World } from './world.js';

// oxlint-disable typescript/no-explicit-any -- rows and inputs of many shapes, which graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;

const regionsByCode = { name: 'region.code', keys: ({ code }: Region) => [code] } satisfies Order<Region>;
const unitsByCode = { name: 'unit.code', keys: ({ code }: Unit) => [code] } satisfies Order<Unit>;
const ranksByDay = { name: 'rank.day', descending: true, keys: ({ asOf, arrival }: StatedRank) => [asOf, arrival] } satisfies Order<StatedRank>;
const byPlace = { name: 'ranking.place', keys: ({ nth }: Place) => [nth] } satisfies Order<Place>;

interface Place {
  nth: number;
  unit: Unit;
  /** Null: unranked. */
  place: number | null;
  tied: boolean | null;
  amount: bigint | null;
  complete: boolean | null;
}
type RankBy = 'RESULT' | 'COMPLETION' | 'GROWTH' | 'GROWTH_PERCENT';
interface Wanted {
  card: Card;
  by: RankBy;
  basis: Basis;
  asOf: Day;
  since: Day | null;
}

function above(world: World, unit: Unit, on: Day): Unit[] {
  const parent = on < unit.validFrom ? null : world.parentOn(unit, on);
  return parent ? [parent, ...above(world, parent, on)] : [];
}

function wanted({ campaign: code, indicator: of, phase: named, by, basis, asOf, since }: any, { sight, world }: Asked): { missing: true } | { missing: false; wanted: Wanted } {
  const on = day(asOf) ?? world.today;
  const from = day(since) ?? null;
  if ((from !== null) !== (by === 'GROWTH' || by === 'GROWTH_PERCENT') || (from !== null && from >= on)) throw new BadUserInput();
  const [campaign, indicator] = [world.campaigns.get(code), world.indicators.get(of)];
  if (!campaign || !indicator || !sight.campaign(campaign) || !sight.indicator(indicator)) return { missing: true };
  const phase = campaign.phases.find((one) => one.code === named) ?? null;
  if (named != null && phase === null) return { missing: true };
  return { missing: false, wanted: { card: { campaign, phase, indicator }, by: by ?? 'RESULT', basis: basis ?? 'ASSIGNED', asOf: on, since: from } };
}

const hundredths = (shown: number | null): bigint | null => (shown === null ? null : BigInt(Math.round(shown * 100)) * 100n);

function measured(world: World, unit: Unit, { card, by, basis, asOf, since }: Wanted): { amount: bigint; complete: boolean } | null {
  const standing = new Standing(world, unit, card, asOf);
  const result = standing.total('RESULT');
  if (result === null) return null;
  if (by === 'RESULT') return result;
  if (by === 'COMPLETION') {
    const amount = hundredths(standing.completion(basis));
    return amount === null ? null : { amount, complete: result.complete };
  }
  const former = new Standing(world, unit, card, since!).total('RESULT');
  if (former === null) return null;
  const grown = result.amount - former.amount;
  const amount = by === 'GROWTH' ? grown : former.amount > 0n ? hundredths(percent(grown, former.amount)) : null;
  return amount === null ? null : { amount, complete: result.complete && former.complete };
}

/** All of a group, the ranked first. */
function ranked(world: World, members: readonly Unit[], what: Wanted): Place[] {
  const found = members.map((unit) => ({ unit, it: measured(world, unit, what) }));
  const amounts = found.flatMap(({ it }) => (it ? [it.amount] : []));
  const places = found.map(({ unit, it }) => ({
    unit, amount: it?.amount ?? null, complete: it?.complete ?? null,
    place: it ? 1 + amounts.filter((other) => other > it.amount).length : null,
    tied: it ? amounts.filter((other) => other === it.amount).length > 1 : null,
  }));
  places.sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity) || (a.unit.code < b.unit.code ? -1 : 1));
  return places.map((place, i) => ({ ...place, nth: i + 1 }));
}

/** As the caller may read it. */
const entry = ({ nth, unit, place, tied, amount, complete }: Place, { sight }: Asked): object => {
  const own = sight.inScope(unit);
  return { nth, place, tied, name: unit.name, unit: own ? unit : null, value: own && amount !== null ? number(amount) : null, complete: own ? complete : null };
};
const entries: Resolver = ({ places }: { places: Place[] }, args, asked) => page(places.filter(({ place }) => place !== null).map((one) => entry(one, asked) as Place), args, byPlace);

function standingIn(members: Iterable<Unit>, top: Unit | null, on: Day, world: World): Unit[] {
  return [...members].filter((unit) => world.isActive(unit, on) && (top === null || above(world, unit, on).includes(top)));
}

function ranking(unit: Unit, args: any, asked: Asked): object | null {
  const { sight, world } = asked;
  const { children, level, cluster, region } = args.group;
  if ([children === true, level != null, cluster != null, region != null].filter(Boolean).length !== 1 || children === false) throw new BadUserInput();
  const it = wanted(args, asked);
  if (!sight.inScope(unit) || it.missing) return null;
  const { asOf } = it.wanted;
  let members: Unit[];
  if (cluster != null) {
    const found = world.clusters.get(cluster);
    if (!found || !sight.cluster(found)) return null;
    members = standingIn(found.members, unit, asOf, world);
  } else if (region != null) {
    const found = world.regions.get(region);
    if (!found) return null;
    members = standingIn(found.members, unit, asOf, world);
  } else members = beneathOn(world, unit, level ?? null, asOf);
  return { asOf, places: ranked(world, members.filter((one) => sight.inScope(one)), it.wanted) };
}

const firstByCode = <T extends { code: string }>(all: readonly T[]): T | undefined => all.toSorted((a, b) => (a.code < b.code ? -1 : 1))[0];

/** Among whom, all of them; null: nobody. */
function around(unit: Unit, among: string, group: string | null | undefined, on: Day, { sight, world }: Asked): Unit[] | null {
  const named = ({ code }: { code: string }) => group == null || code === group;
  if (among === 'CLUSTER') {
    const own = (one: Cluster) => one.members.includes(unit) && one.year === Number(on.slice(0, 4)) && sight.cluster(one) && named(one);
    const cluster = firstByCode([...world.clusters.values()].filter(own));
    return cluster ? standingIn(cluster.members, null, on, world) : null;
  }
  if (among === 'REGION') {
    const region = firstByCode([...world.regions.values()].filter((one) => one.members.includes(unit) && named(one)));
    return region ? standingIn(region.members, null, on, world) : null;
  }
  const line = above(world, unit, on);
  if (among === 'SIBLINGS') return line[0] ? beneathOn(world, line[0], null, on) : null;
  const root = line.findLast(({ level }) => level === 'NATIONAL');
  return root && sight.unit(root) ? beneathOn(world, root, unit.level, on) : null;
}

function rank(unit: Unit, args: any, asked: Asked): object | null {
  const { sight, world } = asked;
  if (args.group != null && args.among !== 'CLUSTER' && args.among !== 'REGION') throw new BadUserInput();
  const it = wanted(args, asked);
  if (!sight.inScope(unit) || it.missing) return null;
  const { card: { campaign }, asOf } = it.wanted;
  const members = around(unit, args.among, args.group, asOf, asked);
  if (!members?.includes(unit)) return null;
  const places = ranked(world, members, it.wanted);
  const placed = places.filter(({ place }) => place !== null).length;
  if (!members.every((one) => sight.inScope(one))) {
    const { launchedBy, publishesRanks } = campaign;
    const others = places.filter(({ place, unit: one }) => place !== null && !sight.inScope(one)).length;
    if (!publishesRanks || placed < 3 || others < 2 || (args.by === 'COMPLETION' && args.basis === 'SELF_SET')) return null;
    if (launchedBy !== null && !members.every((one) => above(world, one, asOf).includes(launchedBy))) return null;
  }
  const { place, tied, amount, complete } = places.find((one) => one.unit === unit)!;
  return { places, place, tied, of: members.length, ranked: placed, value: amount === null ? null : number(amount), complete };
}

const scoped = (field: 'source' | 'note'): Resolver => (row: StatedRank, _args, { sight }) => (sight.inScope(row.unit) ? row[field] : null);
const forMembers = (field: 'source' | 'note'): Resolver => (row: Region, _args, { sight }) => (sight.hasScope ? row[field] : null);

export const rankingResolvers: Record<string, Record<string, Resolver>> = {
  Query: {
    region: (_root, { code }, { world }) => world.regions.get(code) ?? null,
    regions: (_root, args, { world }) => page([...world.regions.values()], args, regionsByCode),
  },
  Region: {
    id: (row: Region) => idOf('Region', row),
    source: forMembers('source'),
    note: forMembers('note'),
    claims: claims((region: Region, { sight }) => (sight.hasScope ? region.source : null)),
  },
  OrgUnit: {
    regions: (unit: Unit, _args, { sight, world }) => (sight.inScope(unit) ? inOrder([...world.regions.values()].filter(({ members }) => members.includes(unit)), regionsByCode) : []),
    statedRanks: (unit: Unit, { campaign, ...args }, { sight, world }) =>
      page(world.statedRanks.filter((one) => one.unit === unit && sight.statedRank(one) && (campaign == null || (one.campaign.code === campaign && sight.campaign(one.campaign)))), args, ranksByDay),
    ranking,
    rank,
  },
  StatedRank: {
    id: (row: StatedRank) => idOf('StatedRank', row),
    source: scoped('source'),
    note: scoped('note'),
    claims: claims((row: StatedRank, { sight }) => (sight.inScope(row.unit) ? row.source : null)),
    indicator: ({ indicator }: StatedRank, _args, { sight }) => (indicator && sight.indicator(indicator) ? indicator : null),
    cluster: ({ cluster }: StatedRank, _args, { sight }) => (cluster && sight.cluster(cluster) ? cluster : null),
  },
  Ranking: {
    size: ({ places }: { places: Place[] }) => places.length,
    ranked: ({ places }: { places: Place[] }) => places.filter(({ place }) => place !== null).length,
    unranked: ({ places }: { places: Place[] }) => places.filter(({ place }) => place === null).length,
    entries,
    place: ({ places }: { places: Place[] }, { unit: code }, asked) => {
      const found = places.find(({ unit, place }) => unit.code === code && place !== null);
      return found && asked.sight.unit(found.unit) ? entry(found, asked) : null;
    },
  },
  Rank: { entries },
};

export const regionMembers = ({ members }: Region, { sight }: Asked): Unit[] => inOrder(members.filter((one) => sight.inScope(one)), unitsByCode);

const isCode = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
const said = ({ code, campaign, phase, indicator, by, group, region, cluster, place, of, asOf, source, note: remark }: StatedRank): object => ({
  code, campaign: campaign.code, phase: phase?.code ?? null, indicator: indicator?.code ?? null, by, group, region: region?.code ?? null, cluster: cluster?.code ?? null, place, of, asOf, source, note: remark,
});
export const rankMutations = [
  mutation('saveStatedRank', {
    nothing: { rank: null },
    may: (sight) => sight.holdsSomewhere('REPORTER'),
    read: ({ asOf }: any) => void day(asOf),
    prepare: (input: any, { sight, world }): { unit: Unit; campaign: Campaign } => {
      const unit = seen('unit', world.units.get(input.unit), (one) => sight.unit(one));
      if (!sight.reports(unit)) throw new Fault('unit', 'FORBIDDEN');
      return { unit, campaign: seen('campaign', world.campaigns.get(input.campaign), (one) => sight.campaign(one)) };
    },
    act: (input: any, { unit, campaign }, asked) => {
      const { sight, world } = asked;
      if (campaign.status === 'DRAFT') throw new Fault('campaign', 'INVALID');
      const phase = input.phase == null ? null : seen('phase', campaign.phases.find(({ code }) => code === input.phase), () => true);
      const indicator = input.indicator == null ? null : seen('indicator', world.indicators.get(input.indicator), (one) => sight.indicator(one));
      if (input.region != null && input.group !== 'REGION') throw new Fault('region', 'INVALID');
      if (input.cluster != null && input.group !== 'CLUSTER') throw new Fault('cluster', 'INVALID');
      const region = input.region == null ? null : seen('region', world.regions.get(input.region), () => true);
      const cluster = input.cluster == null ? null : seen('cluster', world.clusters.get(input.cluster), (one) => sight.cluster(one));
      if (input.place < 1) throw new Fault('place', 'INVALID');
      const of: number | null = input.of ?? null;
      if (of !== null && of < input.place) throw new Fault('of', 'INVALID');
      const asOf = day(input.asOf)!;
      if (asOf > world.today || asOf < '1000') throw new Fault('asOf', 'INVALID');
      const content = { phase, indicator, by: (input.by ?? null) as string | null, group: input.group as string, region, cluster, place: input.place as number, of, asOf, source: words('source', input.source, 500), note: words('note', input.note, 2000) };
      if (input.code != null && !isCode(input.code)) throw new Fault('code', 'INVALID');
      const taken = input.code == null ? undefined : world.statedRanks.find(({ code }) => code === input.code);
      const known = taken && sight.statedRank(taken) ? taken : undefined;
      const shown = known && { rank: known };
      if (known && known.unit !== unit) throw new Fault('code', 'CONFLICT', shown);
      if ((input.expectedVersion ?? 0) !== (known?.version ?? 0)) throw new Fault('expectedVersion', 'CONFLICT', shown);
      if (taken && !known) throw new Fault('code', 'CONFLICT');
      if (known && known.campaign !== campaign) throw new Fault('campaign', 'INVALID', shown);
      if (known && (Object.keys(content) as (keyof typeof content)[]).every((field) => known[field] === content[field])) return { rank: known };
      if (known && sight.mayNotChange('STATED_RANK', known)) throw new Fault('code', 'FORBIDDEN');
      const former = known ? said(known) : null;
      const arrival = world.statedRanks.length;
      const row: StatedRank = known ? Object.assign(known, content, { version: known.version + 1 }) : { ...content, code: input.code ?? `${ID}RankCode:${arrival}`, unit, campaign, version: 1, arrival };
      if (!known) world.addRank(row);
      note(asked, 'SAVE_STATED_RANK', unit, said(row), former);
      return { rank: row };
    },
  }),
];
