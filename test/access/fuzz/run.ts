/** Asks the server and the oracle the same as the same principal, and says where they differ. */
import { GraphQLError, parse, validate, type ExecutionResult, type GraphQLInterfaceType } from 'graphql';
import { hash } from '@node-rs/argon2';
import { instant } from '../../../src/shared/database/instant.js';
import { openSse } from '../../support/live.js';
import { startTestServer, type Answer, type TestServer } from '../../support/server.js';
import type { Oracle } from '../oracle/oracle.js';
import { Sight } from '../oracle/sight.js';
import { ANY } from '../oracle/things.js';
import { isOpen, STATUSES, World, type Campaign, type Figure } from '../oracle/world.js';
import { Dice } from './dice.js';
import { Grammar, GrammarGap, type RandomDocument } from './grammar.js';
import { Pairs, type Difference } from './pairs.js';
import { randomWorld, type RandomWorld } from './worlds.js';

export interface Found extends Difference {
  seed: number;
  principal: string | null;
  document: RandomDocument;
  answers: { server: unknown; oracle: unknown };
}

/** What a query costs is not the question here: long lists of few entries are cheap to answer. */
const PLENTY = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
/** How many principals are asked the same document. */
const ASKED = 4;

/** Who hold ADMIN somewhere, and one with a role by chance. */
const ADMINS = ['root', 'root', 'admin', 'steward', 'province'];
/** Who write, hand in and approve results, several above one another. */
const OFFICERS = ['root', 'second', 'clerk', 'reporter', 'approver', 'admin', 'province'];
const UNAUTHENTICATED: ExecutionResult = { errors: [new GraphQLError('', { extensions: { code: 'UNAUTHENTICATED' } })] };

/** One random world on a server of its own. */
export class Arena {
  readonly pairs = new Pairs();
  readonly #sights = new Map<string | null, Sight>();
  readonly #credentials = new Map<string | null, string | null>();

  private constructor(
    readonly seed: number,
    readonly server: TestServer,
    readonly random: RandomWorld,
    readonly oracle: Oracle,
  ) {}

  static async open(seed: number, oracle: Oracle): Promise<Arena> {
    // No document comes twice: in every other world they are compiled, which takes longer than to answer them.
    const executor = seed % 2 === 0 ? {} : { compiledFrom: Infinity };
    const server = await startTestServer({ seed: false, limits: { ANONYMOUS: PLENTY, PARTNER: PLENTY, MEMBER: PLENTY }, api: { logLevel: 'error', ...executor } });
    try {
      const random = randomWorld(seed, todayInVietnam());
      for (const [i, batch] of random.batches.entries()) {
        await server.load(batch);
        random.world.past.push({ at: await clock(server), world: new World(random.batches.slice(0, i + 1).flat(), random.world.today) });
      }
      await writeGrants(server, random.world);
      await writeOpenFigures(server, random.world);
      await writePublications(server, random.world);
      await writeAudit(server, random.world);
      const arena = new Arena(seed, server, random, oracle);
      for (const principal of random.principals) arena.#credentials.set(principal, await credential(server, principal));
      return arena;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.server.close();
  }

  sight(principal: string | null): Sight {
    let sight = this.#sights.get(principal);
    if (!sight) this.#sights.set(principal, (sight = new Sight(this.random.world, principal)));
    return sight;
  }

  #isRevoked(principal: string | null): boolean {
    return this.random.world.keys.some(({ keyId, revoked }) => revoked && principal === `key:${keyId}`);
  }

  /** Undefined where both say the same. */
  async ask(document: RandomDocument, principal: string | null): Promise<Found | undefined> {
    const { source, variables } = document;
    const parsed = parse(source);
    const [invalid] = validate(this.oracle.schema, parsed);
    if (invalid) throw new GrammarGap(`${invalid.message} in ${source}`);
    const isRevoked = this.#isRevoked(principal);
    const as = this.#credentials.get(principal)!;
    const server = source.startsWith('subscription') ? await this.#firstEvent(document, as) : await this.server.query(source, variables.server, { as });
    const refused = (name: string): boolean => tooFewUnits(server, name);
    const oracle = isRevoked ? UNAUTHENTICATED : asJson(await this.oracle.answer(parsed, variables.oracle, this.sight(principal), refused));
    if (source.startsWith('mutation')) this.#sights.clear();
    const difference = this.pairs.compare(server.data, oracle.data) ?? this.pairs.compare(...asFarAsTold(server, oracle), 'errors');
    return difference && { ...difference, seed: this.seed, principal, document, answers: { server, oracle } };
  }

  async #firstEvent({ source, variables }: RandomDocument, as: string | null): Promise<Answer> {
    const stream = await openSse(this.server.url, { query: source, variables: variables.server }, as === null ? {} : { authorization: `Bearer ${as}` });
    const { payload } = await stream.next();
    stream.close();
    return { status: stream.status, ...(payload as Omit<Answer, 'status'>) };
  }

  /** All that the administrator of the root sees: whence ids and cursors are known that others may not use. */
  harvest(): Promise<Found | undefined> {
    return this.sweep('root');
  }

  /** Everything by every way that is known: each unit with its lists, each list, each id; or `only` by such documents. */
  async sweep(principal: string | null, only?: RegExp): Promise<Found | undefined> {
    for (const source of sweeping(this.random.world)) {
      if (only && !only.test(source)) continue;
      const found = await this.ask({ source, variables: { server: {}, oracle: {} } }, principal);
      if (found) return found;
    }
    if (only) return undefined;
    const ids = this.oracle.schema.getPossibleTypes(this.oracle.schema.getType('Node') as GraphQLInterfaceType).flatMap(({ name }) => this.pairs.ids(name));
    for (let i = 0; i < ids.length; i += 40) {
      const some = ids.slice(i, i + 40);
      const of = (side: 'server' | 'oracle') => Object.fromEntries(some.map((id, n) => [`i${n}`, id[side]]));
      const parts = some.map((_, n) => `n${n}: node(id: $i${n}) { __typename id ... on CampaignPhase { campaign { code } } ... on Figure { campaign { code } } }`);
      const source = `query (${some.map((_, n) => `$i${n}: ID!`).join(' ')}) { ${parts.join(' ')} }`;
      const found = await this.ask({ source, variables: { server: of('server'), oracle: of('oracle') } }, principal);
      if (found) return found;
    }
    return undefined;
  }

  /**
   * Random queries, each as several principals, until the number of pairs is reached or a difference is found; where
   * something is `wanted`, until all of that is reached.
   */
  async fuzz(pairs: number, wanted: ReadonlySet<string> = new Set()): Promise<Found | undefined> {
    const dice = new Dice(this.seed ^ (wanted.size > 0 ? 0xfee1 : 0x5eed));
    const { schema, exercised } = this.oracle;
    const grammar = new Grammar(schema, this.random.world, this.pairs, dice, exercised, wanted);
    // What only mutations reach: they themselves, what they take, and what they answer.
    const ofMutations = [...wanted].filter((name) => /^Mutation\.|(Input|Payload)\.|^\w+\.[A-Z_]+$/.test(name));
    const changes = (): boolean => ofMutations.some((name) => !exercised.has(name));
    for (let done = 0; done < pairs; ) {
      if (wanted.size > 0 && [...wanted].every((name) => exercised.has(name))) return undefined;
      const mutation = dice.chance(changes() ? 0.4 : 0.12) ? grammar.mutation() : undefined;
      const document = mutation ?? (dice.chance(0.05) ? grammar.subscription() : undefined) ?? grammar.query();
      // Mutations are for those who hold a role: the others are told so.
      const among = (mutation && dice.chance(0.8) ? (/(Result|Target|Award)s?\(/.test(mutation.source) ? OFFICERS : ADMINS) : this.random.principals).filter((principal) => !this.#isRevoked(principal) || dice.chance(0.03));
      // Of two keys that expire on one day, which comes first would follow from their ids: a key is made once.
      const once = document.source.includes('createApiKey(');
      const asked = dice.some(among, Math.min(once ? 1 : mutation ? 2 : ASKED, pairs - done));
      // Whoever sees everything reaches the most.
      if (wanted.size > 0 && !asked.includes('root')) asked[0] = 'root';
      for (const principal of asked) {
        const found = (await this.ask(document, principal)) ?? (mutation && !once && dice.chance(0.3) ? await this.ask(document, principal) : undefined);
        if (found) return found;
      }
      done += asked.length;
    }
    return undefined;
  }
}

const BREAKDOWNS = ['CHILD', 'LEVEL', 'SECTOR', 'OWNERSHIP', 'KIND', 'PHASE', 'CLUSTER', 'BLOC'];
const inParts = <T>(list: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

function sweeping({ units, campaigns, figures, publications, rounds, sources, persons, awards }: World): string[] {
  const page = (fields: string) => `{ edges { cursor node { ${fields} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }`;
  const lists = STATUSES.flatMap((status, i) =>
    (i < 3 ? ['results'] : ['results', 'targets']).map((list) => `${list}${status}: ${list}(first: 100, where: {status: ${status}}) ${page('id version corrects { id }')}`),
  );
  const cards = (code: string): string[] => {
    const of = [...publications, ...figures].filter(({ unit }) => unit.code === code);
    return of.slice(0, 6).map(
      ({ campaign, phase, indicator }, i) =>
        `p${i}: progress(campaign: "${campaign.code}", indicator: "${indicator.code}"${phase ? `, phase: "${phase.code}"` : ''})
         { asOf result { value } target { value } detail coverage { expected reported missing(first: 100) ${page('code')} } }`,
    );
  };
  // Where the most units are ranked: of a campaign that publishes its ranks from the top, of one that does so from below, and of one that does not.
  const stated = figures.filter(({ measure, status, campaign }) => measure === 'RESULT' && status === 'APPROVED' && campaign.status !== 'DRAFT');
  const statedIn = (one: Figure): number => new Set(stated.filter((other) => other.campaign === one.campaign && other.phase === one.phase && other.indicator === one.indicator).map(({ unit }) => unit)).size;
  const fromTop = ({ launchedBy }: Campaign): boolean => launchedBy === null || launchedBy.level === 'NATIONAL';
  const kinds = [({ campaign }: Figure) => campaign.publishesRanks && fromTop(campaign), ({ campaign }: Figure) => campaign.publishesRanks && !fromTop(campaign), ({ campaign }: Figure) => !campaign.publishesRanks];
  const places = kinds.flatMap((isOf) => {
    const [most] = stated.filter(isOf).toSorted((a, b) => statedIn(b) - statedIn(a));
    if (!most) return [];
    const what = `campaign: "${most.campaign.code}", indicator: "${most.indicator.code}", asOf: "2023-05-20"${most.phase ? `, phase: "${most.phase.code}"` : ''}`;
    const listed = 'entries(first: 100) { nodes { place tied name value complete unit { code } } totalCount }';
    const among = ['SIBLINGS', 'LEVEL_IN_NATION', 'CLUSTER', 'REGION'].map((group) => `${group}: rank(${what}, among: ${group}) { place tied of ranked value complete ${listed} }`);
    // Of those who stood there once, some have left since.
    const then = `then: ranking(campaign: "${most.campaign.code}", indicator: "${most.indicator.code}", asOf: "2020-06-30", group: {level: GRASSROOTS}) { size }`;
    return [`ranking(${what}, group: {children: true}) { size ranked unranked ${listed} } ${then} ${among.join(' ')}`];
  });
  const apart = (code: string, n: number): string[] =>
    figures.filter(({ unit, status }) => unit.code === code && status === 'APPROVED').slice(0, 2).map(({ campaign, phase, indicator, asOf }, i) => {
      const what = `campaign: "${campaign.code}", indicator: "${indicator.code}"${phase ? `, phase: "${phase.code}"` : ''}`;
      const by = BREAKDOWNS.filter((_, at) => at % 3 === (n + i) % 3).map((one) => `${one}: breakdown(by: ${one}) { by measure total remainder parts(first: 3) ${page('key name value qualifier units counted unit { code } phase { code } cluster { code }')} }`);
      return `b${i}: progress(${what}, asOf: "${asOf}") { ${by.join(' ')} } c${i}: series(${what}, every: ${['MONTH', 'QUARTER', 'YEAR', 'CHANGE'][n % 4]}) { asOf result { value } }`;
    });
  const allocations = (code: string): string[] => {
    const of = figures.filter(({ measure, counterpart }) => measure === 'ASSIGNED' && counterpart?.code === code);
    return of.slice(0, 4).map(
      ({ campaign, phase, indicator }, i) =>
        `d${i}: allocation(campaign: "${campaign.code}", indicator: "${indicator.code}"${phase ? `, phase: "${phase.code}"` : ''})
         { version target { value } allocated unallocated shares { unit { code } value previous weight } }`,
    );
  };
  return [
    `{ orgUnits(first: 100) ${page('id code name')} }`,
    `{ ${[...sources.keys()].map((code, i) => `s${i}: source(code: "${code}") { id title claims(first: 100) ${page('id code statement value unit { code } disagreesWith { code }')} }`).join(' ')} }`,
    `{ ${persons.filter(({ code }) => code !== ANY).map(({ code }, i) => `h${i}: person(code: "${code}") { id code name source unit { code } positions { id role from to statedOn unit { code } } }`).join(' ')} }`,
    `{ regions(first: 100) ${page('id code name source note members(first: 100) { nodes { code } totalCount }')} }`,
    `{ ${awards.map(({ code }, i) => `w${i}: award(code: "${code}") { id status unitName unit { code } issuers { name unit { code } } named countByKind { kind count } includedIn { code } maybeIncludedIn { code } source presentedBy recipients(first: 100) ${page('name kind person { code } unit { code }')} }`).join(' ')} }`,
    `{ orgUnits(first: 100, orderBy: NAME) ${page('id name')} }`,
    `{ campaigns(first: 100) ${page('id code phases { id code } linkedCampaigns { code } implementedBy { totalCount }')} indicators(first: 100) ${page('id code')} }`,
    `{ ${[...units.keys()].map((code, i) => `a${i}: auditTrail(unit: "${code}", first: 100) ${page('id principal action before after requestId unit { code }')}`).join(' ')} }`,
    `{ auditTrail(unit: "${[...units.keys()][0]}", beneath: true, first: 100) ${page('id at')} }`,
    `{ viewer { tasks(first: 100) ${page('kind dueOn unit { code } indicator { code }')} all: tasks(first: 100, beneath: true) ${page('kind dueOn overdue unit { code } round { code } figure { id }')} } }`,
    ...rounds.map(({ campaign, code }, i) => `{ ${[...units.keys()].filter((_, n) => n % 5 === i % 5).map((unit, n) => `u${n}: orgUnit(code: "${unit}") { reporting(campaign: "${campaign.code}", round: "${code}") { dueOn submitted approved onTime coverage { expected submitted approved onTime percent missing(first: 100) ${page('code')} late(first: 100) ${page('code')} } all: coverage(level: GRASSROOTS) { expected } } }`).join(' ')} }`),
    ...[...campaigns.keys()].map((code) => `{ campaign(code: "${code}") { name status version publishesRanks launchedBy { code } indicators { code } launchingBody sectors occasions missingForLaunch basisDocuments(first: 100) ${page('id code title unit { code } basisOf { code } guides { code }')} guidance(first: 100) ${page('code')} aims(first: 100) ${page('id code text unit { code }')} reportingRounds { id code version due { level on } indicators { code } } adoptions(first: 100) ${page('unit { code } campaign { code } version')} } }`),
    ...[...units.keys()].map((code, n) => `{ orgUnit(code: "${code}") { code ${apart(code, n).join(' ')} } }`),
    ...places.flatMap((ranked) => inParts([...units.keys()], 6).map((codes) => `{ ${codes.map((code, i) => `k${i}: orgUnit(code: "${code}") { ${ranked} }`).join(' ')} }`)),
    ...[...units.keys()].map(
      (code) =>
        `{ orgUnit(code: "${code}") { regions { id code } statedRanks(first: 100) ${page('id code place source note campaign { code }')} source note claims { code } claimsAbout(first: 100) ${page('code')} disclosures(first: 100) ${page('id of code audience withNames')} grants(first: 100) ${page('id principal')} apiKeys(first: 100) ${page('keyId')} publications(first: 100) ${page('id note')} parent { code } ancestors { code } children { totalCount } campaigns ${page('id')} adoptions(first: 100) ${page('manner unit { code } campaign { code }')}
         received: awardsReceived(first: 100) ${page('code')} issued: awardsIssued(first: 100, beneath: false) ${page('code')} awardTotals(direction: RECEIVED, by: [FORM, RECIPIENT_KIND]) { all { awards count atLeast atMost } groups { form recipientKind awards count atLeast atMost } }
         awardBreaches(first: 100) ${page('kind award { code } other { code }')}
         positions { id role person { code name } } then: positions(asOf: "2022-06-15") { id person { code } } contact { address phones email source version }
         documents(first: 100) ${page('id code')} works(first: 100, beneath: false) ${page('id code status valueVnd source campaign { code }')} workTotals { works valueVnd withoutValue } practiceModels(first: 100, beneath: false) ${page('id code source programme { code } basisDocument { code }')} initiatives(first: 100) ${page('id code secret description benefitVnd source stage authors { code } history { stage on } campaign { code } phase { code }')} initiativeFunnel(by: UNIT) { counts { registered valid rejected } groups { key unit { code } counts { registered } } } annualTheme(year: 2022) { id text } annualThemes(year: 2023) { id unit { code } text } aims(first: 100) ${page('id code')} partners(first: 100) ${page('id code name source')} events(first: 100, beneath: false) ${page('id code outcomes campaign { code } partners { code } counts { of value qualifier noun source }')} beneath: events(first: 100) ${page('code')}
         ownedClusters { id code version members ${page('code')} } clusters { id code } ${lists.join(' ')} ${cards(code).join(' ')} ${allocations(code).join(' ')}
         norms(first: 100) ${page('value')} memberCounts(first: 100) ${page('value')} } }`,
    ),
  ];
}

export function report({ seed, principal, document, path, server, oracle, answers }: Found): string {
  const show = (value: unknown) => JSON.stringify(value, null, 1)?.slice(0, 3000);
  return [
    `seed ${seed}, as ${principal ?? 'anonymous'}: ${path}`,
    `  server: ${show(server)}`,
    `  oracle: ${show(oracle)}`,
    document.source,
    `variables of the server: ${JSON.stringify(document.variables.server)}`,
    `variables of the oracle: ${JSON.stringify(document.variables.oracle)}`,
    `answer of the server: ${show(answers.server)}`,
    `answer of the oracle: ${show(answers.oracle)}`,
  ].join('\n');
}

function tooFewUnits({ data }: Answer, name: string): boolean {
  const { userErrors = [] } = (data?.[name] ?? {}) as { userErrors?: { code: string }[] };
  return userErrors.some(({ code }) => code === 'TOO_FEW_UNITS');
}

export const todayInVietnam = (): string => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

function asJson(result: ExecutionResult): ExecutionResult {
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}

type Faulty = Pick<Answer, 'data' | 'errors'> | ExecutionResult;

/** By where the answer breaks off: the faults, as path and code. Several in the entries of one list are one. */
function faults({ data, errors = [] }: Faulty): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { path = [], extensions } of errors) {
    let at: unknown = data;
    let depth = 0;
    for (; at !== null && at !== undefined && depth < path.length; depth++) at = (at as Record<string | number, unknown>)[path[depth]!];
    const named = (steps: readonly (string | number)[]): string => steps.filter((step) => typeof step === 'string').join('.');
    const broken = named(path.slice(0, depth));
    found.set(broken, (found.get(broken) ?? new Set()).add(`${named(path)} ${String(extensions?.['code'])}`));
  }
  return found;
}

/** Where an answer breaks off above several faults, whichever came in time is told: they agree if they have one in common. */
function asFarAsTold(server: Faulty, oracle: Faulty): [string[], string[]] {
  const [told, expected] = [faults(server), faults(oracle)];
  for (const [broken, codes] of told) {
    if (![...codes].some((fault) => expected.get(broken)?.has(fault))) continue;
    told.delete(broken);
    expected.delete(broken);
  }
  const list = (all: Map<string, Set<string>>): string[] => [...all.values()].flatMap((codes) => [...codes]).sort();
  return [list(told), list(expected)];
}

async function clock({ db }: TestServer): Promise<string> {
  const { rows } = await db.pool.query<{ now: string }>(`select ${instant('clock_timestamp()')} as now`);
  return rows[0]!.now;
}

const SECRET = 'A'.repeat(43);

async function credential(server: TestServer, principal: string | null): Promise<string | null> {
  if (principal === null) return null;
  return principal.startsWith('key:') ? `ldk_${principal.slice('key:'.length)}_${SECRET}` : server.tokenFor(principal);
}

export async function writeGrants({ db }: TestServer, { grants, keys }: World): Promise<void> {
  for (const { principal, role, unit, from, to, revoked } of grants)
    await db.pool.query(
      `insert into role_grant (principal, role, unit_id, starts, ends, revoked_at)
       select $1, $2, id, $3, $4, case when $5 then now() end from org_unit where code = $6`,
      [principal, role, from, to, revoked, unit.code],
    );
  const secret = await hash(SECRET, { memoryCost: 64, timeCost: 1 });
  for (const { keyId, name, unit, expiresOn, revoked } of keys)
    await db.pool.query(
      `insert into api_key (id, name, unit_id, secret_hash, expires_on, revoked_at)
       select $1, $2, id, $3, $4, case when $5 then now() end from org_unit where code = $6`,
      [keyId, name, secret, expiresOn, revoked, unit.code],
    );
}

/** What callers would have brought about in some time. */
async function writeOpenFigures({ db }: TestServer, { figures }: World): Promise<void> {
  for (const figure of figures.filter(isOpen)) {
    const { unit, campaign, phase, indicator, coverage, asOf, value, qualifier, statedPercent, derived, source, note, status, version, submittedBy, returnReason, warnings, corrects, correctionReason } = figure;
    await db.pool.query(
      `with it as (select ledger_series(k.id, p.id, i.id, 'RESULT') as series_id, u.id as unit_id
         from org_unit u join campaign k on k.code = $2 join indicator i on i.code = $4 left join campaign_phase p on p.campaign_id = k.id and p.code = $3 where u.code = $1)
       insert into figure (series_id, unit_id, coverage, date, value, qualifier, stated_percent, derived, source, note, status, version, submitted_by, submitted_at, approved_at, return_reason, warnings, corrects_id, correction_reason)
       select series_id, unit_id, $5, $6, $7::numeric, $8, $9, $10, $11, $12, $13, $14, $15::text, case when $15::text is not null then now() end, null, $16, $17,
         (select max(f.id) from figure f where f.series_id = it.series_id and f.unit_id = it.unit_id and f.coverage = $5 and f.date = $6 and f.status = $18::figure_status), $19 from it`,
      [
        unit.code, campaign.code, phase?.code ?? null, indicator.code, coverage, asOf, `${value}e-4`, qualifier, statedPercent, derived, source, note, status, version, submittedBy, returnReason, warnings,
        corrects?.status ?? null, correctionReason,
      ],
    );
  }
}

/** As the owner of the database: what the server would refuse is not the question here. */
export async function writePublications({ db }: TestServer, { publications }: World): Promise<void> {
  const decimal = (scaled: bigint) => `${scaled}e-4`;
  for (const { unit, campaign, phase, indicator, measure, asOf, audience, value, qualifier, origin, complete, movedOn, source, note, ended } of publications)
    await db.pool.query(
      `insert into publication (unit_id, path, campaign_id, phase_id, indicator_id, measure, as_of, audience, value, qualifier, origin, complete, moved_on, source, note, ended_at)
       select u.id, u.path, k.id, p.id, i.id, $5, $6, $7, $8::numeric, $9, $10, $11, $12, $13, $14, case when $15 then now() end
       from org_unit u join campaign k on k.code = $2 join indicator i on i.code = $4 left join campaign_phase p on p.campaign_id = k.id and p.code = $3
       where u.code = $1`,
      [unit.code, campaign.code, phase?.code ?? null, indicator.code, measure, asOf, audience, decimal(value), qualifier, origin, complete, movedOn, source, note, ended],
    );
}

/** Numbers of rows, of things whose ids nobody has, are not shown. */
async function writeAudit({ db }: TestServer, { audit }: World): Promise<void> {
  for (const { principal, action, unit, before, after, requestId } of audit) {
    const hidden = after !== null && typeof after === 'object' && !Array.isArray(after) && action === 'PUBLISH_TOTAL' ? { id: 7, ...after } : after;
    const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
    await db.pool.query(
      `insert into audit_log (principal, action, unit_id, before, after, request_id) select $1, $2, id, $3, $4, $5 from org_unit where code = $6`,
      [principal, action, json(before), json(hidden), requestId, unit.code],
    );
  }
}
