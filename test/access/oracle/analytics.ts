/** Totals over time, and taken apart: computed on the full data day by day and unit by unit, less what the caller does not see. */
import type { GraphQLFieldResolver } from 'graphql';
import { dayOf } from '../../../src/ledger/replay.js';
import { byAttribute, byChild, byCluster, remaining, type BreakdownSource, type Part, type Parts } from '../../support/breakdown-oracle.js';
import { BadUserInput, day, moment, page, type Order } from './lists.js';
import { Standing, standingThen, type Shown } from './numbers.js';
import type { Progress } from './resolvers.js';
import type { Asked } from './things.js';
import type { Card, Day, Indicator, Measure, Unit, World } from './world.js';

// oxlint-disable-next-line typescript/no-explicit-any -- arguments that graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;

const MOST = 400;
const addDays = (of: Day, days: number): Day => new Date(Date.parse(`${of}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** What every day of a stretch of time has in common. */
const STRETCH: Record<string, (of: Day) => string> = {
  DAY: (of) => of,
  MONTH: (of) => of.slice(0, 7),
  QUARTER: (of) => `${of.slice(0, 4)} ${Math.floor((Number(of.slice(5, 7)) - 1) / 3)}`,
  YEAR: (of) => of.slice(0, 4),
};

interface SeriesArgs {
  from?: unknown;
  to?: unknown;
  every?: string | null;
  knownAt?: unknown;
}
export function series(asked: Progress | null, args: SeriesArgs, { sight, world }: Asked): Progress[] {
  const [from, to, knownAt] = [day(args.from), day(args.to), moment(args.knownAt)];
  const every = args.every ?? 'MONTH';
  if (from !== undefined && to !== undefined && to < from) throw new BadUserInput();
  if (asked === null) return [];
  const latest = knownAt === undefined ? world.today : new Date(Date.parse(knownAt) + 7 * 3_600_000).toISOString().slice(0, 10);
  const last = to === undefined || to > latest ? latest : to;
  if (asked.standing === null) {
    const published = sight.published(asked.unit, asked);
    const days = [...new Set(published.map(({ asOf }) => asOf))].sort().filter((one) => one <= last && (from === undefined || one >= from));
    return days.filter((one, i) => every === 'CHANGE' || days[i + 1] === undefined || STRETCH[every]!(one) !== STRETCH[every]!(days[i + 1]!))
      .map((asOf) => ({ ...asked, asOf, published: published.filter((publication) => publication.asOf === asOf) }));
  }
  const at = (asOf: Day): Progress => ({ ...asked, asOf, standing: showing(asked, asked, asOf, world) });
  const first = from ?? firstKnown(asked, last, world);
  if (first === undefined) return [];
  const points: Progress[] = [];
  for (let on = first, before: number | null | undefined = from === undefined ? null : undefined; on <= last && points.length <= MOST; on = addDays(on, 1)) {
    if (every === 'CHANGE') {
      const value = showing(asked, asked, on, world).total('RESULT')?.value ?? null;
      if (value !== before) points.push(at(on));
      before = value;
    } else if (on === last || STRETCH[every]!(on) !== STRETCH[every]!(addDays(on, 1))) points.push(at(on));
  }
  if (points.length > MOST) throw new BadUserInput();
  return points;
}

function showing({ unit, known }: Progress, card: Card, on: Day, world: World): Shown {
  const { campaign, phase, indicator } = card;
  return known === world ? new Standing(world, unit, { campaign, phase, indicator }, on) : standingThen(known, unit, { campaign, phase, indicator }, on);
}

/** The first day on which the indicator, or a part of it, has a result. */
function firstKnown(asked: Progress, last: Day, world: World): Day | undefined {
  const { indicator } = asked;
  const indicators = [indicator, indicator.numerator, indicator.denominator].filter((one): one is Indicator => one !== null);
  const stated = world.figures.map(({ asOf }) => asOf).sort()[0];
  for (let on = stated ?? '9999-12-31'; on <= last; on = addDays(on, 1))
    // Of a ratio with both its parts known, each of them has a result, whatever it comes to.
    if (indicators.some((one) => showing(asked, { ...asked, indicator: one }, on, world).total('RESULT') !== null)) return on;
  return undefined;
}

type RankedPart = Part & { rank: string; by: string; name: string | null; unit: Unit | null; phase: object | null; cluster: object | null };
const inOrder = { name: 'breakdown', keys: ({ rank, key }: RankedPart) => [rank, key ?? ''] } satisfies Order<RankedPart>;

const ATTRIBUTES: Record<string, readonly [keyof Unit, readonly string[]]> = {
  LEVEL: ['level', ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS']],
  SECTOR: ['sector', ['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER']],
  OWNERSHIP: ['ownership', ['STATE', 'NON_STATE', 'FDI']],
  KIND: [
    'kind',
    ['CONFEDERATION', 'PROVINCIAL_FEDERATION', 'CENTRAL_SECTORAL_UNION', 'VGCL_CORPORATION_UNION', 'DISTRICT_FEDERATION', 'LOCAL_SECTORAL_UNION', 'ZONE_UNION', 'COMMUNE_UNION',
      'GRASSROOTS_UNION', 'GRASSROOTS_SYNDICATE', 'SECTIONAL_UNION'],
  ],
};

export const breakdown: Resolver = (progress: Progress, { by, measure: asked }: { by: string; measure?: Measure | null }, { sight, world }) => {
  const { unit, asOf, campaign, phase, indicator, known } = progress;
  const measure = asked ?? 'RESULT';
  if (progress.standing === null || indicator.aggregation !== 'SUM' || (by === 'PHASE' && phase !== null)) return null;
  const on = dayOf(asOf);
  const source = sourceOf(known, progress, measure, (code) => sight.inScope(world.units.get(code)!), world);
  const top = known?.units.has(unit.code) ? unit.code : undefined;
  const attribute = ATTRIBUTES[by];
  const none: Parts = { total: null, parts: [], remainder: null };
  const clusters = [...world.clusters.values()].filter(({ owner, kind, year }) => owner.code === unit.code && kind === by && String(year) === String(Number(asOf.slice(0, 4))));
  const clusterOf = (member: string) => clusters.filter(({ members }) => members.some(({ code }) => code === member)).sort((a, b) => (a.code < b.code ? -1 : 1))[0];
  const phases = campaign.phases.map((one) => {
    const total = showing(progress, { campaign, phase: one, indicator }, asOf, world).total(measure);
    return { key: one.code, value: total?.amount ?? null, qualifier: total?.qualifier ?? null, units: 1, counted: total ? 1 : 0 };
  });
  const { total, parts, remainder } =
    by === 'PHASE' ? remaining(showing(progress, progress, asOf, world).total(measure)?.amount ?? null, phases)
    : top === undefined ? none
    : attribute ? byAttribute(source, top, on, (code) => world.units.get(code)![attribute[0]] as string | null, attribute[1])
    : by === 'CHILD' ? byChild(source, top, on)
    : byCluster(source, top, on, (member) => clusterOf(member)?.code ?? null);
  const ranked = parts.map((part): RankedPart => {
    const child = by === 'CHILD' ? world.units.get(part.key!)! : null;
    const of = by === 'PHASE' ? campaign.phases.find(({ code }) => code === part.key)! : null;
    const cluster = clusters.find(({ code }) => code === part.key) ?? null;
    const rank = of ? (of.startsOn ?? '~') : part.key === null ? '~' : attribute ? String(attribute[1].indexOf(part.key) + 1).padStart(2, '0') : '';
    return { ...part, by, rank, unit: child, phase: of, cluster, name: child?.name ?? of?.name ?? cluster?.name ?? null };
  });
  return { by, measure, total, remainder, ranked };
};

export const partsOf: Resolver = ({ ranked }: { ranked: RankedPart[] }, args) => page(ranked, args, inOrder);

function sourceOf(then: World | undefined, card: Card, measure: Measure, inScope: (code: string) => boolean, now: World): BreakdownSource {
  const campaign = then?.campaigns.get(card.campaign.code);
  const phase = card.phase === null ? null : campaign?.phases.find(({ code }) => code === card.phase!.code);
  const indicator = then?.indicators.get(card.indicator.code);
  const there = then !== undefined && campaign !== undefined && phase !== undefined && indicator !== undefined ? { campaign, phase, indicator } : undefined;
  const replay = there && then!.replay(there, measure);
  const units = [...(then ?? now).units.values()];
  return {
    state: (code, on) => replay?.stateAt(code, on) ?? null,
    figures: (there ? then!.figures : [])
      .filter((figure) => figure.campaign === there!.campaign && figure.phase === there!.phase && figure.indicator === there!.indicator && figure.measure === measure && figure.status === 'APPROVED')
      .map(({ unit, coverage, asOf, value, qualifier }) => ({ unit: unit.code, coverage, date: dayOf(asOf), value, qualifier })),
    members: (code, on) => units.filter((one) => one.places.findLast(({ from }) => dayOf(from) <= on)?.parent.code === code).map((one) => one.code),
    isActive: (code, on) => then!.tree.isActive(then!.tree.index(code), on),
    inScope,
  };
}
