/** What resolvers and mutations share: who asks, how things are named, and how they are found by their id. */
import { BadUserInput, Refused } from './lists.js';
import { isSeen, type Aim, type Document, type Event, type Partner, type Theme } from './papers.js';
import type { Sight } from './sight.js';
import type { AuditEntry, Award, Campaign, Claim, Cluster, Disclosure, Figure, Grant, Indicator, Initiative, Person, Phase, Position, PracticeModel, Publication, Region, Round, Source, StatedRank, Unit, Work, World } from './world.js';

export interface Asked {
  sight: Sight;
  world: World;
  /** Whether the server refused a publication as TOO_FEW_UNITS, by the name of the field in the answer: a theory of its own, tested elsewhere. */
  refused?(name: string): boolean;
}
/** Ids and cursors are opaque: the oracle's are its own, and the comparison pairs them with the server's. */
export const ID = 'id!';
/** Stands for what only the server can know: a value, or also null. */
export const ANY = 'any!';
export const ANY_OR_NULL = 'any or null!';
/** What only the server can know, and why. */
export const UNKNOWABLE: Record<string, string> = {
  'Figure.recordedAt': 'the clock of the server',
  'Figure.submittedAt': 'the clock of the server; whether there is one is known',
  'Figure.approvedAt': 'the clock of the server; whether there is one is known',
  'Grant.grantedAt': 'the clock of the server',
  'Grant.revokedAt': 'the clock of the server; whether there is one is known',
  'ApiKey.createdAt': 'the clock of the server',
  'ApiKey.revokedAt': 'the clock of the server; whether there is one is known',
  'ApiKey.lastUsedAt': 'noted beside the request, at most once a minute',
  'AuditEntry.at': 'the clock of the server',
  'AuditEntry.requestId': 'made by chance for each request; whether there is one is known',
  'Adoption.endedAt': 'the clock of the server; whether there is one is known',
  'Disclosure.disclosedAt': 'the clock of the server',
  'Disclosure.endedAt': 'the clock of the server; whether there is one is known',
  'Publication.publishedAt': 'the clock of the server',
  'Publication.endedAt': 'the clock of the server; whether there is one is known',
  'CreateApiKeyPayload.secret': 'made by chance; whether there is one is known',
  'ProgressChange.at': 'the clock of the server',
  'ReportingRound.endedAt': 'the clock of the server; whether there is one is known',
  'Warning.message': 'a sentence for people: the code is the contract',
  'UserError.message': 'a sentence for people: the code is the contract',
};

const nodes: Record<string, { all(world: World): Iterable<object>; key(row: never): string; seen(sight: Sight, row: never): boolean }> = {
  OrgUnit: { all: ({ units }) => units.values(), key: ({ code }: Unit) => code, seen: (sight, row: Unit) => sight.unit(row) },
  Campaign: { all: ({ campaigns }) => campaigns.values(), key: ({ code }: Campaign) => code, seen: (sight, row: Campaign) => sight.campaign(row) },
  CampaignPhase: {
    all: ({ campaigns }) => [...campaigns.values()].flatMap(({ phases }) => phases),
    key: ({ campaign, code }: Phase) => `${campaign.code}/${code}`,
    seen: (sight, { campaign }: Phase) => sight.campaign(campaign),
  },
  Indicator: { all: ({ indicators }) => indicators.values(), key: ({ code }: Indicator) => code, seen: (sight, row: Indicator) => sight.indicator(row) },
  EmulationCluster: { all: ({ clusters }) => clusters.values(), key: ({ code }: Cluster) => code, seen: (sight, row: Cluster) => sight.cluster(row) },
  Grant: { all: ({ grants }) => grants, key: ({ arrival }: Grant) => String(arrival), seen: (sight, row: Grant) => sight.grant(row) },
  AuditEntry: { all: ({ audit }) => audit, key: ({ arrival }: AuditEntry) => String(arrival), seen: (sight, row: AuditEntry) => sight.auditEntry(row) },
  Publication: { all: ({ publications }) => publications, key: ({ arrival }: Publication) => String(arrival), seen: (sight, row: Publication) => sight.publication(row) },
  ReportingRound: { all: ({ rounds }) => rounds, key: ({ campaign, code }: Round) => `${campaign.code}/${code}`, seen: (sight, { campaign }: Round) => sight.campaign(campaign) },
  Award: { all: ({ awards }) => awards, key: ({ code }: Award) => code, seen: (sight, row: Award) => sight.award(row) },
  Source: { all: ({ sources }) => sources.values(), key: ({ code }: Source) => code, seen: (sight) => sight.hasScope },
  Claim: { all: ({ claims }) => claims.values(), key: ({ code }: Claim) => code, seen: (sight, row: Claim) => sight.claim(row) },
  Region: { all: ({ regions }) => regions.values(), key: ({ code }: Region) => code, seen: () => true },
  StatedRank: { all: ({ statedRanks }) => statedRanks, key: ({ arrival }: StatedRank) => String(arrival), seen: (sight, row: StatedRank) => sight.statedRank(row) },
  Work: { all: ({ works }) => works, key: ({ code }: Work) => code, seen: (sight, row: Work) => sight.work(row) },
  PracticeModel: { all: ({ models }) => models, key: ({ code }: PracticeModel) => code, seen: (sight, row: PracticeModel) => sight.practiceModel(row) },
  Initiative: { all: ({ initiatives }) => initiatives, key: ({ code }: Initiative) => code, seen: (sight, row: Initiative) => sight.initiative(row) },
  Disclosure: { all: ({ disclosures }) => disclosures, key: ({ arrival }: Disclosure) => String(arrival), seen: (sight, row: Disclosure) => sight.disclosure(row) },
  Person: { all: ({ persons }) => persons, key: ({ arrival }: Person) => String(arrival), seen: (sight, row: Person) => sight.person(row) },
  Position: { all: ({ positions }) => positions, key: ({ arrival }: Position) => String(arrival), seen: (sight, row: Position) => sight.position(row) },
  Document: { all: ({ papers }) => papers.documents.values(), key: ({ code }: Document) => code, seen: isSeen.document },
  AnnualTheme: { all: ({ papers }) => papers.themes, key: ({ unit, year }: Theme) => `${unit.code}/${year}`, seen: isSeen.theme },
  Aim: { all: ({ papers }) => papers.aims, key: ({ unit, campaign, code }: Aim) => `${unit.code}/${campaign.code}/${code}`, seen: isSeen.aim },
  Partner: { all: ({ papers }) => papers.partners.values(), key: ({ code }: Partner) => code, seen: isSeen.partner },
  Event: { all: ({ papers }) => papers.events.values(), key: ({ code }: Event) => code, seen: isSeen.event },
  Figure: { all: ({ figures }) => figures, key: ({ arrival }: Figure) => String(arrival), seen: (sight, row: Figure) => sight.figure(row) },
};
const types = new WeakMap<object, string>();
export const typeOf = (row: object): string | undefined => types.get(row);

export function node(id: string, { sight, world }: Asked, only?: string): object | null {
  const [, type, key] = /^id!(\w+):(.*)$/.exec(id) ?? [];
  const kind = nodes[type ?? ''];
  if (!kind || (only !== undefined && type !== only)) throw new BadUserInput();
  const row = [...kind.all(world)].find((one) => kind.key(one as never) === key);
  if (!row || !kind.seen(sight, row as never)) return null;
  types.set(row, type!);
  return row;
}

/** A row as a thing of a type, where any Node may stand. */
export function asNode(row: object, type: string): object {
  types.set(row, type);
  return row;
}

export const idOf = (type: string, row: object): string => `${ID}${type}:${nodes[type]!.key(row as never)}`;

/** Of a key that the server has made, whose id only it knows. */
export const MADE = `${ID}ApiKey:`;
export const principalOf = (keyId: string): string => (keyId.startsWith(MADE) ? `${ID}KeyPrincipal:${keyId.slice(MADE.length)}` : `key:${keyId}`);

/** What an operation takes that not everybody may call. */
export function takes({ principal }: Sight, may: boolean): void {
  if (principal === null) throw new Refused('UNAUTHENTICATED');
  if (!may) throw new Refused('FORBIDDEN');
}
