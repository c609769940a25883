import pg from 'pg';
import { OperatorError, codeOf, reasonOf } from './errors.js';

export const OLDEST_SERVER = 180_000;
export const EXTENSIONS = ['ltree', 'btree_gist', 'pg_trgm', 'unaccent'] as const;

/** What a server says of itself. */
export interface ServerFacts {
  /** `server_version_num`: 180004. */
  readonly version: number;
  readonly encoding: string;
  /** Names of the extensions that could be created there. */
  readonly extensions: readonly string[];
  /** Whether it has the Vietnamese ICU collation. */
  readonly vietnamese: boolean;
}

/** What keeps a server from serving, as one line; undefined: nothing. */
export function whyUnfit(facts: ServerFacts): string | undefined {
  if (facts.version < OLDEST_SERVER) {
    return `runs PostgreSQL ${Math.floor(facts.version / 10_000)}.${facts.version % 10_000}; Liendoan needs 18 or newer.`;
  }
  if (facts.encoding !== 'UTF8') return `is encoded in ${facts.encoding}; Liendoan needs a database in UTF8.`;
  const missing = EXTENSIONS.filter((name) => !facts.extensions.includes(name));
  if (missing.length > 0) return `lacks the extension(s) ${missing.join(', ')}: install PostgreSQL's contrib package on that server.`;
  if (!facts.vietnamese) return 'lacks the collation vi-x-icu: it was built without ICU.';
  return undefined;
}

/** Connects once and looks whether the server will do. */
export async function checkServer(url: string): Promise<void> {
  let client: pg.Client | undefined;
  let unfit: string | undefined;
  try {
    // Reads the certificates that the address names.
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 8000 });
    client.on('error', () => {});
    await client.connect();
    unfit = whyUnfit(await ask(client));
  } catch (error) {
    throw new OperatorError(`The database at ${describe(url)} cannot be reached: ${explain(error)}.`);
  } finally {
    await client?.end().catch(() => {});
  }
  if (unfit !== undefined) throw new OperatorError(`The database at ${describe(url)} ${unfit}`);
}

/** Host, port and database of a connection string, without user and password. */
export function describe(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host || 'localhost'}${decodeURIComponent(pathname)}`;
}

async function ask(client: pg.Client): Promise<ServerFacts> {
  const { rows } = await client.query<ServerFacts>(
    `select current_setting('server_version_num')::int as version,
            current_setting('server_encoding') as encoding,
            array(select name::text from pg_available_extensions) as extensions,
            exists (select from pg_collation where collname = 'vi-x-icu') as vietnamese`,
  );
  return rows[0]!;
}

function explain(error: unknown): string {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host is unknown';
    case '28P01':
      return 'it rejects the password';
    case '28000':
      return 'it does not let this user in';
    case '3D000':
      return 'there is no such database';
    default:
      return reasonOf(error).replace(/\.$/, '');
  }
}
