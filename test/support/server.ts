import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { importFiles, importRecords } from '../../src/exchange/import.service.js';
import type { Cost } from '../../src/access/allowance.service.js';
import { CLASS_LIMITS, type ClassLimitOverrides } from '../../src/access/limits.js';
import { prepareDevelopment } from '../../src/access/development-callers.js';
import { readConfig, type Config } from '../../src/config.js';
import { buildServer, type ServerOptions } from '../../src/server.js';
import type { TokenSettings } from '../../src/access/token.js';
import type { Database } from '../../src/shared/database/database.js';
import type { SentStatement } from '../../src/shared/database/reads.js';
import { createTestDatabase, openAsApi } from './database.js';

export interface TestServer {
  readonly url: string;
  /** As its owner. */
  readonly db: Database;
  /** As the server has it, whose rows are scoped. */
  readonly api: Database;
  /** What queries have sent to the database so far, without BEGIN, session and COMMIT. Empty it to count anew. */
  readonly statements: SentStatement[];
  /** Posts a document, as a principal who sees everything unless told otherwise; fails unless the answer is JSON. */
  query(document: string, variables?: Record<string, unknown>, caller?: AskAs): Promise<Answer>;
  /** Whose tokens it takes. */
  readonly tokens: TokenSettings;
  /** A token of the principal, valid for eight hours; `claims` replace or add some (undefined takes one out). */
  tokenFor(principal: string, claims?: JWTPayload): Promise<string>;
  /** The Authorization header of the principal who sees everything, for requests that do not go through `query`. */
  everything(): Promise<{ authorization: string }>;
  /** Gives the principal a role on a unit, for good unless told otherwise. */
  grant(principal: string, role: string, unitCode: string, days?: { readonly from?: string; readonly to?: string }): Promise<void>;
  /** Imports records of the exchange format; fails on the first mistake. */
  load(records: Iterable<unknown>): Promise<void>;
  /** One more server process's worth: its own connections to the same database, at an address of its own. */
  beside(options?: TestServerOptions['api']): Promise<{ readonly url: string; close(): Promise<void> }>;
  close(): Promise<void>;
}

export interface AskAs {
  /** A bearer credential; null: anonymous; undefined: who sees everything. */
  readonly as?: string | null | undefined;
}

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly data: any;
  readonly errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  readonly extensions?: { readonly cost?: Cost };
}

export interface TestServerOptions {
  /** `articles`: the seeds are imported first. */
  readonly seed?: false | 'articles';
  /** The instant at which every request is made. */
  readonly now?: Date;
  /** As in development, it offers callers to the explorer. */
  readonly development?: boolean;
  /** How many connections the server has at most. */
  readonly connections?: number;
  /** Unless given, a minute allows anything, and each query what a member may ask. */
  readonly limits?: ClassLimitOverrides;
  readonly config?: Partial<Config>;
  /** The database, if not one of its own: as its owner, who closes it, and as the API. */
  readonly on?: { readonly db: Database; openApi(): Promise<Database> };
  readonly api?: Pick<ServerOptions, 'mostAnswerMs' | 'logLevel' | 'live' | 'compiledFrom' | 'answerCacheBytes' | 'replicaLagSeconds' | 'onReplica'>;
}

/** The signer of the tests' tokens, one for the process. */
const signer = generateKeyPair('EdDSA').then(async ({ privateKey, publicKey }) => {
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA' };
  const tokens: TokenSettings = { keys: { keys: [jwk] }, issuer: 'https://issuer.test', audience: 'liendoan', algorithms: ['EdDSA'] };
  return { privateKey, tokens };
});

const EVERYTHING = 'test:everything';

/** The real server on a port of its own, over a database of its own. */
export async function startTestServer({ seed = 'articles', now, connections, development = false, limits, config: settings, api: options, on }: TestServerOptions = {}): Promise<TestServer> {
  const db = on?.db ?? (await createTestDatabase());
  const statements: SentStatement[] = [];
  const redone = new Map<string, string>();
  const { privateKey, tokens } = await signer;
  const config: Config = { ...readConfig({ DATABASE_URL: db.url, PORT: '0' }), dataFolder: '', ...settings };
  const openApi = on?.openApi ?? (() => openAsApi(db, connections === undefined ? {} : { connections }));
  const api = await openApi();
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const tokenFor = (principal: string, claims: JWTPayload = {}): Promise<string> => {
    const at = Math.floor((now ?? new Date()).getTime() / 1000);
    return new SignJWT({ iss: tokens.issuer, aud: tokens.audience, sub: principal, iat: at, exp: at + 8 * 3600, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test', typ: 'JWT' })
      .sign(privateKey);
  };
  const key = { settings: tokens, issue: (principal: string) => tokenFor(principal) };
  const serverOptions: ServerOptions = {
    tokens,
    onStatement: (statement) => statements.push(statement),
    ...(now ? { now: () => now } : {}),
    limits: limits ?? { ANONYMOUS: plenty, PARTNER: plenty, MEMBER: plenty },
    answerCacheBytes: 0,
    onRedone: (why, requestId) => redone.set(requestId, why),
    compiledFrom: process.env['EXECUTOR'] === 'graphql-js' ? Infinity : 1,
    ...options,
    ...(development ? { development: { tokens, callers: async () => (await prepareDevelopment(db.pool, key)).callers() } } : {}),
  };
  const app = await buildServer(api, config, serverOptions);
  const beside: TestServer['beside'] = async (different) => {
    const own = await openApi();
    const other = await buildServer(own, config, { ...serverOptions, ...different });
    return {
      url: await other.listen({ host: config.host, port: 0 }),
      close: async () => {
        await other.close();
        await own.close();
      },
    };
  };
  const close = async (): Promise<void> => {
    // Clients open more connections than they come to use.
    app.server.closeAllConnections();
    await app.close();
    await api.close();
    if (on === undefined) await db.close();
  };
  try {
    if (seed === 'articles') await importSeeds(db);
    const url = await app.listen({ host: config.host, port: 0 });
    const token = await tokenFor(EVERYTHING);
    const everything = async (): Promise<{ authorization: string }> => {
      await grantEverything(db);
      return { authorization: `Bearer ${token}` };
    };
    const headersOf = async (as: string | null | undefined): Promise<Record<string, string>> =>
      as === undefined ? everything() : as === null ? {} : { authorization: `Bearer ${as}` };
    const query: TestServer['query'] = async (document, variables, { as } = {}) => {
      const response = await fetch(new URL('/graphql', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(await headersOf(as)) },
        body: JSON.stringify({ query: document, variables }),
      });
      const answer = { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
      // Run twice for nothing, a query that runs compiled is slower than one that does not.
      const why = redone.get(response.headers.get('x-request-id') ?? '');
      if (why !== undefined && answer.errors === undefined) throw new Error(`It was run compiled in vain (${why}): ${document}`);
      const requested = answer.extensions?.cost?.requested ?? 0;
      if (limits === undefined && requested > CLASS_LIMITS.MEMBER.points) throw new Error(`No member could ask this: it costs ${requested} points`);
      return answer;
    };
    const grant: TestServer['grant'] = async (principal, role, unitCode, { from = '1900-01-01', to } = {}) => {
      const { rowCount } = await db.pool.query(
        'insert into role_grant (principal, role, unit_id, starts, ends) select $1, $2, id, $3, $4 from org_unit where code = $5',
        [principal, role, from, to, unitCode],
      );
      if (rowCount !== 1) throw new Error(`There is no unit ${unitCode}`);
    };
    const load = async (records: Iterable<unknown>): Promise<void> => succeed(await importRecords(db, records));
    return { url, db, api, statements, tokens, query, tokenFor, everything, grant, load, beside, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whatever stands at the top of a tree, whoever put it there. */
async function grantEverything({ pool }: Database): Promise<void> {
  await pool.query(
    `insert into role_grant (principal, role, unit_id, starts)
     select $1, 'ADMIN', id, '1900-01-01' from org_unit
     where nlevel(path) = 1 and not exists (select from role_grant g where g.principal = $1 and g.unit_id = org_unit.id)`,
    [EVERYTHING],
  );
}

async function importSeeds(db: Database): Promise<void> {
  const folder = fileURLToPath(new URL('../../seeds/', import.meta.url));
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort();
  succeed(await importFiles(db, files.map((name) => folder + name)));
}

function succeed({ errors }: Awaited<ReturnType<typeof importRecords>>): void {
  if (errors.length > 0) throw new Error(`The records do not import: ${JSON.stringify(errors.slice(0, 3))}`);
}
