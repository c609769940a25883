/** What each field answers, on the world in memory. Fields that a row holds under their own name are read from it. */
import type { GraphQLFieldResolver } from 'graphql';
import { BadUserInput, checkSearch, day, inOrder, matches, moment, page, structureDay, widest, type Order, type PageArgs } from './lists.js';
import { breakdown, partsOf, series } from './analytics.js';
import { awardMutations, awardResolvers } from './awards.js';
import { campaignMutations } from './campaigns.js';
import { mutations } from './mutations.js';
import { paperMutations, paperResolvers } from './paper-answers.js';
import { peopleMutations, peopleResolvers } from './people.js';
import { registerMutations, registerResolvers } from './register.js';
import { rankingResolvers, rankMutations, regionMembers } from './ranking.js';
import { beneathOn, reportingResolvers, roundMutations } from './reporting.js';
import { results } from './results.js';
import { ANY, ANY_OR_NULL, idOf, node, principalOf, takes, type Asked } from './things.js';
import { completion, percent, publishedTotal, Standing, standingThen, type Basis, type Shown, type Total } from './numbers.js';
import { searchResolvers } from './search.js';
import { Sight, strongestFirst } from './sight.js';
import { disclosureMutations, sourceResolvers } from './sources.js';
import { allocation, targets, targetVersion } from './targets.js';
import type { Adoption, ApiKey, AuditEntry, Campaign, Card, Cluster, Day, Figure, Grant, Indicator, MemberCount, Norm, Publication, Region, Unit, World } from './world.js';

// oxlint-disable-next-line typescript/no-explicit-any -- rows of many shapes, arguments that graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;

export interface Progress extends Card {
  unit: Unit;
  asOf: Day;
  /** What there was at the moment that is asked about; undefined: nothing yet. */
  known: World | undefined;
  /** Of a unit in scope; else what was published of it as of that day. */
  standing: Shown | null;
  published: Publication[];
}

const byText = new Intl.Collator('vi').compare;
const byCode = { name: 'unit.code', keys: ({ code }: Unit) => [code] } satisfies Order<Unit>;
const byName = { name: 'unit.name', keys: ({ name, code }: Unit) => [name, code], compare: byText } satisfies Order<Unit>;
const campaignsByCode = { name: 'campaign.code', keys: ({ code }: Campaign) => [code] } satisfies Order<Campaign>;
const adoptionsByCodes = { name: 'adoption', keys: ({ unit, campaign }: Adoption) => [unit.code, campaign.code] } satisfies Order<Adoption>;
const indicatorsByCode = { name: 'indicator.code', keys: ({ code }: Indicator) => [code] } satisfies Order<Indicator>;
const countsByDay = { name: 'count.date', descending: true, keys: ({ asOf, of }: MemberCount) => [asOf, of] } satisfies Order<MemberCount>;
const figuresByDay = { name: 'figure.date', descending: true, keys: ({ asOf, arrival }: Figure) => [asOf, arrival] } satisfies Order<Figure>;
const normsByDay = { name: 'norm.date', descending: true, keys: ({ decidedOn, arrival }: Norm) => [decidedOn, arrival] } satisfies Order<Norm>;

const grantsByArrival = { name: 'grant.id', descending: true, keys: ({ arrival }: Grant) => [arrival] } satisfies Order<Grant>;
const keysByExpiry = { name: 'key.expiry', descending: true, keys: ({ expiresOn, keyId }: ApiKey) => [expiresOn, keyId] } satisfies Order<ApiKey>;

const auditByArrival = { name: 'audit.id', descending: true, keys: ({ arrival }: AuditEntry) => [arrival] } satisfies Order<AuditEntry>;

const publicationsByDay = { name: 'publication.day', descending: true, keys: ({ asOf, arrival }: Publication) => [asOf, arrival] } satisfies Order<Publication>;

const ifSeen = (unit: Unit | null, { sight }: Asked): Unit | null => (unit && sight.unit(unit) ? unit : null);

interface UnitArgs extends PageArgs {
  where?: { level?: string; kind?: string; sector?: string; within?: string; search?: string } | null;
  orderBy?: string | null;
}
function listUnits(units: Iterable<Unit>, { where, orderBy, ...args }: UnitArgs, { sight, world }: Asked): object {
  const { level, kind, sector, within, search } = where ?? {};
  checkSearch(search);
  const top = within == null ? undefined : (ifSeen(world.units.get(within) ?? null, { sight, world }) ?? 'none');
  const found = [...units].filter(
    (unit) =>
      sight.unit(unit) &&
      (level == null || unit.level === level) &&
      (kind == null || unit.kind === kind) &&
      (sector == null || unit.sector === sector) &&
      (top === undefined || (top !== 'none' && world.isBeneathToday(unit, top))) &&
      matches(search, unit.code, unit.name, unit.nameEn, ...unit.aliases),
  );
  return page(found, args, orderBy === 'NAME' ? byName : byCode);
}

function above(unit: Unit, on: Day, world: World): Unit[] {
  const parent = world.parentOn(unit, on);
  return parent && on >= unit.validFrom ? [...above(parent, on, world), parent] : [];
}

interface CampaignArgs extends PageArgs {
  where?: { kind?: string; cadence?: string; sector?: string; status?: string; launchedBy?: string; for?: string; implements?: string; activeOn?: unknown; from?: unknown; to?: unknown; search?: string } | null;
}
function listCampaigns(campaigns: Iterable<Campaign>, { where, ...args }: CampaignArgs, { sight, world }: Asked): object {
  const { kind, cadence, sector, status, launchedBy, for: whose, implements: carriedOut, activeOn, search } = where ?? {};
  const [on, from, to] = [day(activeOn), day(where?.from), day(where?.to)];
  checkSearch(search);
  const isSeen = (campaign: Campaign | null | undefined) => campaign != null && sight.campaign(campaign);
  const isFor = ({ launchedBy: launcher }: Campaign, code: string): boolean => {
    const unit = world.units.get(code);
    return unit !== undefined && sight.unit(unit) && (launcher === null || launcher === unit || world.lineToday(unit).includes(launcher));
  };
  const found = [...campaigns].filter(
    (campaign) =>
      isSeen(campaign) &&
      (kind == null || campaign.kind === kind) &&
      (status == null || campaign.status === status) &&
      (launchedBy == null || (campaign.launchedBy?.code === launchedBy && sight.unit(campaign.launchedBy))) &&
      (carriedOut == null || (campaign.implements?.code === carriedOut && isSeen(campaign.implements))) &&
      matches(search, campaign.code, campaign.name, campaign.nameEn, ...campaign.aliases) &&
      (cadence == null || campaign.cadence === cadence) &&
      (sector == null || campaign.sectors.includes(sector)) &&
      (whose == null || isFor(campaign, whose)) &&
      [on, to].every((one) => one === undefined || (campaign.startsOn !== null && widest(campaign.startsOn, campaign.startsOnPrecision, 'first') <= one)) &&
      [on, from].every((one) => one === undefined || (campaign.startsOn !== null && (campaign.endsOn === null || one <= widest(campaign.endsOn, campaign.endsOnPrecision, 'last')))),
  );
  return page(found, args, campaignsByCode);
}

function listAdoptions(isWanted: (adoption: Adoption) => boolean, args: PageArgs, { sight, world }: Asked): object {
  return page(world.adoptions.filter((adoption) => !adoption.ended && sight.adoption(adoption) && isWanted(adoption)), args, adoptionsByCodes);
}

interface FigureArgs extends PageArgs {
  where?: { campaign?: string; phase?: string; indicator?: string; basis?: string; coverage?: string; from?: unknown; to?: unknown; status?: string } | null;
}
function listFigures(unit: Unit, isResult: boolean, { where, ...args }: FigureArgs, { sight, world }: Asked): object {
  const { campaign, phase, indicator, basis, coverage, status } = where ?? {};
  const [from, to] = [day(where?.from), day(where?.to)];
  const found = world.figures.filter(
    (figure) =>
      figure.unit === unit &&
      (figure.measure === 'RESULT') === isResult &&
      sight.figure(figure) &&
      figure.status === (status ?? 'APPROVED') &&
      (campaign == null || figure.campaign.code === campaign) &&
      (phase == null || figure.phase?.code === phase) &&
      (indicator == null || figure.indicator.code === indicator) &&
      (basis == null || (!isResult && figure.measure === basis)) &&
      (coverage == null || figure.coverage === coverage) &&
      (from === undefined || figure.asOf >= from) &&
      (to === undefined || figure.asOf <= to),
  );
  return page(found, args, figuresByDay);
}

interface ProgressArgs {
  campaign: string;
  phase?: string | null;
  asOf?: unknown;
  knownAt?: unknown;
}
function progress(unit: Unit, args: ProgressArgs, indicatorCode: string, { sight, world }: Asked): Progress | null {
  const given = day(args.asOf);
  const knownAt = moment(args.knownAt);
  if (knownAt !== undefined && knownAt > new Date().toISOString()) throw new BadUserInput();
  const campaign = world.campaigns.get(args.campaign);
  const indicator = world.indicators.get(indicatorCode);
  if (!campaign || !indicator || !sight.campaign(campaign) || !sight.indicator(indicator)) return null;
  const phase = campaign.phases.find(({ code }) => code === args.phase) ?? null;
  if (args.phase != null && phase === null) return null;
  const card = { campaign, phase, indicator };
  if (sight.inScope(unit)) {
    const asOf = given ?? (knownAt === undefined ? world.today : new Date(Date.parse(knownAt) + 7 * 3_600_000).toISOString().slice(0, 10));
    const known = knownAt === undefined ? world : world.asKnownAt(knownAt);
    const standing = knownAt === undefined ? new Standing(world, unit, card, asOf) : standingThen(known, unit, card, asOf);
    return { unit, ...card, asOf, known, standing, published: [] };
  }
  if (knownAt !== undefined) return null;
  const published = sight.published(unit, card);
  const asOf = given ?? published.map((publication) => publication.asOf).sort().at(-1);
  const ofDay = published.filter((publication) => publication.asOf === asOf);
  return ofDay.length === 0 ? null : { unit, ...card, asOf: asOf!, known: world, standing: null, published: ofDay };
}

function totalOf({ standing, published }: Progress, basis: Basis): Total | null {
  if (standing) return standing.total(basis);
  const publication = published.find(({ measure }) => measure === basis);
  return publication ? publishedTotal(publication) : null;
}

const id = (type: string): Resolver => (row) => idOf(type, row as object);
const outsideScopeNull = (field: 'source' | 'note'): Resolver => (unit: Unit, _args, { sight }) => (sight.inScope(unit) ? unit[field] : null);

const forMembers = (field: 'source' | 'note'): Resolver => (row: Campaign | Indicator, _args, { sight }) => (sight.hasScope ? row[field] : null);

const clustersOf = (clusters: Cluster[], year: number | null | undefined, { sight }: Asked): Cluster[] =>
  clusters
    .filter((cluster) => (year == null || cluster.year === year) && sight.cluster(cluster))
    .sort((a, b) => b.year - a.year || (a.code < b.code ? -1 : 1));

/** Of a statement: its unit and campaign are seen where it is; the unit above may not be. */
const references: Record<string, Resolver> = {
  counterpart: ({ counterpart }: Figure, _args, asked) => ifSeen(counterpart, asked),
};

const ofGrantOrKey: Record<string, Resolver> = {
  orgUnit: ({ unit }: Grant | ApiKey, _args, asked) => ifSeen(unit, asked),
  revokedAt: ({ revoked }: Grant | ApiKey) => (revoked ? ANY : null),
};

const ownResolvers: Record<string, Record<string, Resolver>> = {
  Mutation: { ...mutations, ...Object.fromEntries(campaignMutations), ...results, ...targets, ...Object.fromEntries(roundMutations), ...Object.fromEntries(disclosureMutations), ...Object.fromEntries(awardMutations), ...Object.fromEntries(peopleMutations), ...Object.fromEntries(rankMutations), ...Object.fromEntries(paperMutations), ...Object.fromEntries(registerMutations) },
  // The first event; what is heard later, test/access/live.test.ts compares.
  Subscription: {
    progressChanged: (_root, args, { sight, world }) => {
      takes(sight, sight.hasScope);
      const [unit, campaign] = [world.units.get(args.unit), world.campaigns.get(args.campaign)];
      if (!unit || !sight.inScope(unit) || !campaign || !sight.campaign(campaign)) throw new BadUserInput();
      return { unit, campaign, at: ANY, progress: [] };
    },
  },
  Viewer: {
    scopes: (_viewer, _args, { sight }) => sight.scopes,
    can: (_viewer, { unit: code, action }, { sight, world }) => {
      const unit = world.units.get(code);
      return unit !== undefined && sight.actions(unit).includes(action);
    },
  },
  Grant: { ...ofGrantOrKey, id: id('Grant'), grantedAt: () => ANY },
  ApiKey: { ...ofGrantOrKey, principal: ({ keyId }: ApiKey) => principalOf(keyId), createdAt: () => ANY, lastUsedAt: () => ANY_OR_NULL },
  AuditEntry: { id: id('AuditEntry'), at: () => ANY },
  Query: {
    viewer: (_root, _args, { sight: { principal } }) => ({
      principal,
      callerClass: principal === null ? 'ANONYMOUS' : principal.startsWith('key:') ? 'PARTNER' : 'MEMBER',
    }),
    explainAccess: (_root, { unit: code, principal }, { sight, world }) => {
      takes(sight, sight.isAdmin);
      const unit = world.units.get(code);
      if (!unit || !sight.administers(unit)) return null;
      // A key that is taken no more opens nothing.
      const taken = !principal.startsWith('key:') || world.keys.some((key) => principalOf(key.keyId) === principal && !key.revoked && key.expiresOn >= world.today);
      const theirs = new Sight(world, taken ? principal : null);
      const reaches = ({ unit: granted }: Grant) => world.isBeneathToday(unit, granted);
      const beneath = ({ unit: granted, role }: Grant) => role !== 'PARTNER' && world.isBeneathToday(granted, unit);
      const grants = theirs.scopes.filter((grant) => reaches(grant) || beneath(grant));
      const reason = theirs.inScope(unit)
        ? 'GRANT'
        : grants.some((grant) => !reaches(grant)) ? 'ABOVE_A_GRANT' : theirs.unit(unit) ? 'PUBLISHED' : 'NONE';
      return { principal, reason, grants: strongestFirst(grants), actions: theirs.actions(unit), orgUnit: unit };
    },
    auditTrail: (_root, { unit: code, beneath, ...args }, { sight, world }) => {
      takes(sight, sight.hasScope);
      const unit = world.units.get(code);
      const within = ({ unit: of }: AuditEntry) => unit !== undefined && sight.inScope(unit) && (of === unit || (beneath === true && world.isBeneathToday(of, unit)));
      return page(world.audit.filter((entry) => within(entry) && sight.auditEntry(entry)), args, auditByArrival);
    },
    node: (_root, args, asked) => node(args.id, asked),
    orgUnit: (_root, { code }, asked) => ifSeen(asked.world.units.get(code) ?? null, asked),
    orgUnits: (_root, args, asked) => listUnits(asked.world.units.values(), args, asked),
    campaign: (_root, { code }, { sight, world }) => {
      const campaign = world.campaigns.get(code);
      return campaign && sight.campaign(campaign) ? campaign : null;
    },
    campaigns: (_root, args, asked) => listCampaigns(asked.world.campaigns.values(), args, asked),
    indicator: (_root, { code }, { sight, world }) => {
      const indicator = world.indicators.get(code);
      return indicator && sight.indicator(indicator) ? indicator : null;
    },
    indicators: (_root, args, { sight, world }) => page([...world.indicators.values()].filter((one) => sight.indicator(one)), args, indicatorsByCode),
  },
  OrgUnit: {
    id: id('OrgUnit'),
    source: outsideScopeNull('source'),
    note: outsideScopeNull('note'),
    successor: ({ successor }: Unit, _args, asked) => ifSeen(successor, asked),
    predecessors: (unit: Unit, _args, { sight, world }) =>
      inOrder([...world.units.values()].filter((other) => other.successor === unit && sight.unit(other)), byCode),
    parent: (unit: Unit, args, asked) => {
      const on = structureDay(unit, args.asOf, asked.world.today);
      return on < unit.validFrom ? null : ifSeen(asked.world.parentOn(unit, on), asked);
    },
    ancestors: (unit: Unit, args, { sight, world }) => above(unit, structureDay(unit, args.asOf, world.today), world).filter((one) => sight.unit(one)),
    children: (unit: Unit, { asOf, ...args }, asked) => {
      const on = structureDay(unit, asOf, asked.world.today);
      const beneath = [...asked.world.units.values()].filter((other) => asked.world.isActive(other, on) && asked.world.parentOn(other, on) === unit);
      return listUnits(beneath, args, asked);
    },
    campaigns: (unit: Unit, args, asked) => listCampaigns([...asked.world.campaigns.values()].filter(({ launchedBy }) => launchedBy === unit), args, asked),
    adoptions: (unit: Unit, args, asked) => listAdoptions((adoption) => adoption.unit === unit, args, asked),
    results: (unit: Unit, args, asked) => listFigures(unit, true, args, asked),
    targets: (unit: Unit, args, asked) => listFigures(unit, false, args, asked),
    norms: (unit: Unit, { where, ...args }, { sight, world }) =>
      page(
        world.norms.filter(
          (norm) =>
            norm.unit === unit &&
            sight.norm(norm) &&
            (where?.campaign == null || norm.campaign.code === where.campaign) &&
            (where?.phase == null || norm.phase?.code === where.phase) &&
            (where?.indicator == null || norm.indicator.code === where.indicator),
        ),
        args,
        normsByDay,
      ),
    memberCounts: (unit: Unit, { of, ...args }, { sight, world }) =>
      page(world.counts.filter((count) => count.unit === unit && sight.memberCount(count) && (of == null || count.of === of)), args, countsByDay),
    progress: (unit: Unit, args, asked) => progress(unit, args, args.indicator, asked),
    allocation: (unit: Unit, args, asked) => {
      const of = progress(unit, args, args.indicator, asked);
      return of?.standing ? allocation({ unit, on: of.asOf, campaign: of.campaign, phase: of.phase, indicator: of.indicator }, asked) : null;
    },
    series: (unit: Unit, args, asked) => series(progress(unit, { ...args, asOf: null }, args.indicator, asked), args, asked),
    scorecard: (unit: Unit, args, asked) => {
      if (args.indicators.length > 50) throw new BadUserInput();
      day(args.asOf);
      moment(args.knownAt);
      return args.indicators.map((indicator: string) => progress(unit, args, indicator, asked));
    },
    clusters: (unit: Unit, { year }, asked) =>
      asked.sight.clusterMember(unit) ? clustersOf([...asked.world.clusters.values()].filter(({ members }) => members.includes(unit)), year, asked) : [],
    grants: (unit: Unit, args, { sight, world }) => page(world.grants.filter((grant) => grant.unit === unit && sight.grant(grant)), args, grantsByArrival),
    publications: (unit: Unit, args, { sight, world }) =>
      page(world.publications.filter((publication) => publication.unit === unit && sight.publication(publication)), args, publicationsByDay),
    apiKeys: (unit: Unit, args, { sight, world }) => page(world.keys.filter((key) => key.unit === unit && sight.apiKey(key)), args, keysByExpiry),
    ownedClusters: (unit: Unit, { year }, asked) => clustersOf([...asked.world.clusters.values()].filter(({ owner }) => owner === unit), year, asked),
  },
  Campaign: {
    id: id('Campaign'),
    source: forMembers('source'),
    note: forMembers('note'),
    launchedBy: ({ launchedBy }: Campaign, _args, asked) => ifSeen(launchedBy, asked),
    implements: ({ implements: carriedOut }: Campaign, _args, { sight }) => (carriedOut && sight.campaign(carriedOut) ? carriedOut : null),
    implementedBy: (campaign: Campaign, args, asked) =>
      listCampaigns([...asked.world.campaigns.values()].filter((other) => other.implements?.code === campaign.code), args, asked),
    indicators: ({ indicators }: Campaign, _args, { sight }) => inOrder(indicators.filter((one) => sight.indicator(one)), indicatorsByCode),
    adoptions: (campaign: Campaign, { within, ...args }, asked) => {
      const top = within == null ? undefined : ifSeen(asked.world.units.get(within) ?? null, asked);
      return listAdoptions(({ campaign: of, unit }) => of.code === campaign.code && (top === undefined || (top !== null && asked.world.isBeneathToday(unit, top))), args, asked);
    },
    linkedCampaigns: ({ linked }: Campaign, _args, { sight }) => inOrder([...linked].filter((other) => sight.campaign(other)), campaignsByCode),
    precededBy: ({ precededBy }: Campaign, _args, { sight }) => (precededBy && sight.campaign(precededBy) ? precededBy : null),
  },
  Adoption: { endedAt: ({ ended }: Adoption) => (ended ? ANY : null) },
  CampaignPhase: { id: id('CampaignPhase') },
  Indicator: {
    id: id('Indicator'),
    source: forMembers('source'),
    note: forMembers('note'),
    numerator: ({ numerator }: Indicator, _args, { sight }) => (numerator && sight.indicator(numerator) ? numerator : null),
    denominator: ({ denominator }: Indicator, _args, { sight }) => (denominator && sight.indicator(denominator) ? denominator : null),
  },
  EmulationCluster: {
    id: id('EmulationCluster'),
    leadUnit: ({ leadUnit }: Cluster, _args, asked) => ifSeen(leadUnit, asked),
    members: ({ members }: Cluster, args, asked) => listUnits(members.filter((member) => asked.sight.clusterMember(member)), args, asked),
  },
  Region: { members: (region: Region, args, asked) => listUnits(regionMembers(region, asked), args, asked) },
  Norm: references,
  Publication: {
    id: id('Publication'),
    measure: ({ measure }: Publication) => (measure === 'RESULT' ? 'RESULT' : 'TARGET'),
    basis: ({ measure }: Publication) => (measure === 'RESULT' ? null : measure),
    publishedAt: () => ANY,
    endedAt: ({ ended }: Publication) => (ended ? ANY : null),
    note: ({ unit, note }: Publication, _args, { sight }) => (sight.inScope(unit) ? note : null),
    total: publishedTotal,
  },
  Figure: {
    ...references,
    id: id('Figure'),
    measure: ({ measure }: Figure) => (measure === 'RESULT' ? 'RESULT' : 'TARGET'),
    basis: ({ measure }: Figure) => (measure === 'RESULT' ? null : measure),
    recordedAt: () => ANY,
    submittedAt: ({ submittedBy }: Figure) => (submittedBy === null ? null : ANY),
    approvedAt: ({ counted }: Figure) => (counted ? ANY : null),
    completionPercent: (figure: Figure, { basis }, { world }) =>
      figure.measure === 'RESULT' ? new Standing(world, figure.unit, figure, figure.asOf).completion(basis ?? figure.statedBasis ?? 'ASSIGNED') : null,
  },
  Progress: {
    result: (of: Progress) => totalOf(of, 'RESULT'),
    target: (of: Progress, { basis }) => totalOf(of, basis ?? 'ASSIGNED'),
    completionPercent: (of: Progress, { basis }) => completion(totalOf(of, 'RESULT'), totalOf(of, basis ?? 'ASSIGNED')),
    targetVersion: ({ standing, unit, campaign, phase, indicator }: Progress, { basis }, asked) =>
      standing ? targetVersion(asked, unit, { campaign, phase, indicator }, basis ?? 'SELF_SET') : null,
    unallocated: ({ standing }: Progress, { basis }) => standing?.unallocated(basis ?? 'ASSIGNED') ?? null,
    breakdown,
    detail: ({ standing }: Progress) => standing?.detail ?? null,
    unexplained: ({ standing }: Progress) => standing?.unexplained ?? null,
    coverage: ({ unit, asOf, standing }: Progress, { level }) => {
      const { expected, reported } = standing?.coverage(level ?? null) ?? { expected: 0, reported: 0 };
      return { expected, reported, percent: percent(BigInt(reported), BigInt(expected)), unit, asOf, standing, level: level ?? null };
    },
  },
  Breakdown: { parts: partsOf },
  Coverage: {
    missing: ({ unit, asOf, standing, level }: Progress & { level: string | null }, args, { sight, world }) =>
      page(standing ? beneathOn(world, unit, level, asOf).filter((one) => sight.inScope(one) && standing.lacks(one.code, level)) : [], args, byCode),
  },
};

/** Of each part of the schema a file of its own. */
const parts: Record<string, Record<string, Resolver>>[] = [ownResolvers, reportingResolvers, sourceResolvers, peopleResolvers, rankingResolvers, paperResolvers, awardResolvers, searchResolvers, registerResolvers];
const types = new Set(parts.flatMap((part) => Object.keys(part)));
export const resolvers: Record<string, Record<string, Resolver>> = Object.fromEntries([...types].map((type) => [type, Object.assign({}, ...parts.map((part) => part[type])) as Record<string, Resolver>]));
