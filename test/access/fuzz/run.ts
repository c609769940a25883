/** Asks the server and the oracle the same as the same principal, and says where they differ. */
import { parse, validate, type ExecutionResult } from 'graphql';
import { hash } from '@node-rs/argon2';
import { startTestServer, type Answer, type TestServer } from '../../support/server.js';
import type { Oracle } from '../oracle/oracle.js';
import { Sight } from '../oracle/sight.js';
import type { World } from '../oracle/world.js';
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

/** How many principals are asked the same document. */
const ASKED = 4;

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
    const server = await startTestServer({ seed: false });
    try {
      const random = randomWorld(seed, todayInVietnam());
      for (const batch of random.batches) await server.load(batch);
      await writeGrants(server, random.world);
      await writePublications(server, random.world);
      const arena = new Arena(seed, server, random, oracle);
      for (const principal of random.principals) arena.#credentials.set(principal, await credential(server, random.world, principal));
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

  /** Undefined where both say the same. */
  async ask(document: RandomDocument, principal: string | null): Promise<Found | undefined> {
    const { source, variables } = document;
    const parsed = parse(source);
    const [invalid] = validate(this.oracle.schema, parsed);
    if (invalid) throw new GrammarGap(`${invalid.message} in ${source}`);
    const [server, oracle] = await Promise.all([
      this.server.query(source, variables.server, { as: this.#credentials.get(principal)! }),
      this.oracle.answer(parsed, variables.oracle, this.sight(principal)).then(asJson),
    ]);
    const difference = this.pairs.compare(server.data, oracle.data) ?? this.pairs.compare(faults(server), faults(oracle), 'errors');
    return difference && { ...difference, seed: this.seed, principal, document, answers: { server, oracle } };
  }

  /** All that the administrator of the root sees: whence ids and cursors are known that others may not use. */
  async harvest(): Promise<Found | undefined> {
    const page = (fields: string) => `{ edges { cursor node { ${fields} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }`;
    const figures = ['APPROVED', 'SUPERSEDED', 'WITHDRAWN'].flatMap((status) =>
      ['results', 'targets'].map((list) => `${list}${status}: ${list}(first: 100, where: {status: ${status}}) ${page('id')}`),
    );
    const documents = [
      `{ orgUnits(first: 100) ${page('id code name')} }`,
      `{ orgUnits(first: 100, orderBy: NAME) ${page('id name')} }`,
      `{ campaigns(first: 100) ${page('id code phases { id code }')} indicators(first: 100) ${page('id code')} }`,
      ...[...this.random.world.units.keys()].map(
        (code) =>
          `{ orgUnit(code: "${code}") { ownedClusters { id code } clusters { id code } ${figures.join(' ')}
           norms(first: 100) ${page('value')} memberCounts(first: 100) ${page('value')} } }`,
      ),
    ];
    for (const source of documents) {
      const found = await this.ask({ source, variables: { server: {}, oracle: {} } }, 'root');
      if (found) return found;
    }
    return undefined;
  }

  /** Random queries, each as several principals, until the number of pairs is reached or a difference is found. */
  async fuzz(pairs: number): Promise<Found | undefined> {
    const dice = new Dice(this.seed ^ 0x5eed);
    const grammar = new Grammar(this.oracle.schema, this.random.world, this.pairs, dice, this.oracle.exercised);
    for (let done = 0; done < pairs; ) {
      const document = grammar.query();
      const asked = dice.some(this.random.principals, Math.min(ASKED, pairs - done));
      for (const principal of asked) {
        const found = await this.ask(document, principal);
        if (found) return found;
      }
      done += asked.length;
    }
    return undefined;
  }
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

const todayInVietnam = (): string => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

function asJson(result: ExecutionResult): ExecutionResult {
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}

/** Path and code. Of errors in the entries of one list, whichever comes first breaks the list off. */
function faults({ errors = [] }: Pick<Answer, 'errors'> | ExecutionResult): string[] {
  return [...new Set(errors.map(({ path, extensions }) => `${(path ?? []).filter((step) => typeof step === 'string').join('.')} ${String(extensions?.['code'])}`))].sort();
}

const SECRET = 'A'.repeat(43);

async function credential(server: TestServer, world: World, principal: string | null): Promise<string | null> {
  if (principal === null) return null;
  if (!principal.startsWith('key:')) return server.tokenFor(principal);
  const id = principal.slice('key:'.length);
  const [root] = world.units.keys();
  await server.db.pool.query(
    `insert into api_key (id, name, unit_id, secret_hash, expires_on) select $1, 'Đối tác', id, $2, current_date + 30 from org_unit where code = $3`,
    [id, await hash(SECRET, { memoryCost: 64, timeCost: 1 }), root],
  );
  return `ldk_${id}_${SECRET}`;
}

async function writeGrants({ db }: TestServer, { grants }: World): Promise<void> {
  for (const { principal, role, unit, from, to, revoked } of grants)
    await db.pool.query(
      `insert into role_grant (principal, role, unit_id, starts, ends, revoked_at)
       select $1, $2, id, $3, $4, case when $5 then now() end from org_unit where code = $6`,
      [principal, role, from, to, revoked, unit.code],
    );
}

/** As the owner of the database: what the server would refuse is not the question here. */
async function writePublications({ db }: TestServer, { publications }: World): Promise<void> {
  const decimal = (scaled: bigint) => `${scaled}e-4`;
  for (const { unit, campaign, phase, indicator, measure, asOf, audience, value, qualifier, origin, complete, movedOn, source, ended } of publications)
    await db.pool.query(
      `insert into publication (unit_id, path, campaign_id, phase_id, indicator_id, measure, as_of, audience, value, qualifier, origin, complete, moved_on, source, ended_at)
       select u.id, u.path, k.id, p.id, i.id, $5, $6, $7, $8::numeric, $9, $10, $11, $12, $13, case when $14 then now() end
       from org_unit u join campaign k on k.code = $2 join indicator i on i.code = $4 left join campaign_phase p on p.campaign_id = k.id and p.code = $3
       where u.code = $1`,
      [unit.code, campaign.code, phase?.code ?? null, indicator.code, measure, asOf, audience, decimal(value), qualifier, origin, complete, movedOn, source, ended],
    );
}
