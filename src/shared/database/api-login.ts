import pg from 'pg';
import { OperatorError, codeOf, reasonOf } from './errors.js';

/** The role that serves the API: it owns nothing, and sees what row-level security lets it. The migrations make it. */
export const API_LOGIN = 'liendoan_api';

/** Lets the API log in as `url` says, giving the role its password where it has another or none. */
export async function ensureApiLogin(owner: pg.Pool, url: string): Promise<void> {
  const { username, password } = new URL(url);
  if (decodeURIComponent(username) !== API_LOGIN) throw new OperatorError(`DATABASE_URL has to log in as ${API_LOGIN}, which the migrations make, not as ${username}.`);
  if (await letsIn(url)) return;
  try {
    await owner.query(`alter role ${API_LOGIN} login password ${pg.escapeLiteral(decodeURIComponent(password))}`);
  } catch (error) {
    // Another process was doing the same.
    if (await letsIn(url)) return;
    throw new OperatorError(`The role ${API_LOGIN} cannot be given its password: ${reasonOf(error)}`);
  }
}

async function letsIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 8000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (['28P01', '28000'].includes(codeOf(error) ?? '')) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Why rows would not be scoped for this login, in a few words; undefined: they are. */
export async function whyUnscoped(pool: pg.Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ login: string; rolsuper: boolean; rolbypassrls: boolean; owns: boolean }>(
    `select rolname as login, rolsuper, rolbypassrls, exists (
       select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'member')) as owns
     from pg_roles where rolname = current_user`,
  );
  const { login, rolsuper, rolbypassrls, owns } = rows[0]!;
  if (rolsuper) return `${login} is a superuser`;
  if (rolbypassrls) return `${login} bypasses row-level security`;
  return owns ? `${login} owns tables, or may act as their owner` : undefined;
}

/** Whether a login can change what the migrations made: the owner of the tables, or nobody's yet. */
export async function owns(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ owns: boolean }>(
    `select coalesce(bool_and(pg_has_role(current_user, c.relowner, 'usage')), true) as owns
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname = 'org_unit'`,
  );
  return rows[0]!.owns;
}
