import type pg from 'pg';
import { isCode } from '../shared/codes.js';
import { GRANTS_LOCK } from './command.js';
import { OperatorError } from '../shared/database/errors.js';
import type { Day } from '../shared/dates.js';
import type { RoleName } from './role.rules.js';

/** What whoever owns the database grants: any role, on any unit, to anyone. */
export interface OwnerGrant {
  readonly principal: string;
  readonly role: RoleName;
  /** Code of the unit. */
  readonly unit: string;
  /** Unset: from today on. */
  readonly from?: Day | undefined;
  /** The last day; unset: for good. */
  readonly to?: Day | null | undefined;
}

/** A grant as its log entry has it. */
interface Recorded {
  readonly id: number;
  readonly principal: string;
  readonly role: RoleName;
  readonly unit: string;
  readonly from: Day;
  readonly to: Day | null;
}

interface Unit {
  readonly id: number;
  readonly name: string;
  readonly today: Day;
}

const COLUMNS = `g.id, g.principal, g.role, $3::text as unit, g.starts as "from", g.ends as "to"`;

/** Grants, unless a grant that stands covers these days; says which grant it is, and whether it is new. */
export function grantAsOwner(pool: pg.Pool, { principal, role, unit: code, from, to = null }: OwnerGrant): Promise<Recorded & { readonly isNew: boolean; readonly unitName: string }> {
  return inTurn(pool, async (client) => {
    const unit = await findUnit(client, code);
    await assertCanHold(client, principal, role);
    const starts = from ?? unit.today;
    if (to !== null && to < starts) throw new OperatorError(`The last day (${to}) lies before the first (${starts}).`);
    const known = await client.query<Recorded>(
      `select ${COLUMNS} from role_grant g
       where g.principal = $1 and g.role = $2 and g.unit_id = $4 and g.revoked_at is null
         and g.starts <= $5 and coalesce(g.ends, 'infinity') >= coalesce($6::date, 'infinity')
       order by g.id limit 1`,
      [principal, role, code, unit.id, starts, to],
    );
    if (known.rows[0]) return { ...known.rows[0], isNew: false, unitName: unit.name };
    const { rows } = await client.query<Recorded>(
      `with g as (
         insert into role_grant (principal, role, unit_id, starts, ends) values ($1, $2, $4, $5, $6) returning *
       ), logged as (
         insert into audit_log (action, unit_id, after) select 'GRANT_ROLE', $4, to_jsonb(r) from (select ${COLUMNS} from g) r
       )
       select ${COLUMNS} from g`,
      [principal, role, code, unit.id, starts, to],
    );
    return { ...rows[0]!, isNew: true, unitName: unit.name };
  });
}

/** Revokes what the principal holds of this role on this unit, from today on; returns how many grants that were. */
export function revokeAsOwner(pool: pg.Pool, { principal, role, unit: code }: Pick<OwnerGrant, 'principal' | 'role' | 'unit'>): Promise<number> {
  return inTurn(pool, async (client) => {
    const unit = await findUnit(client, code);
    const { rowCount } = await client.query(
      `with before as (
         select ${COLUMNS} from role_grant g
         where g.principal = $1 and g.role = $2 and g.unit_id = $4 and g.revoked_at is null and coalesce(g.ends, 'infinity') >= today()
         for update
       ), logged as (
         insert into audit_log (action, unit_id, before) select 'REVOKE_ROLE', $4, to_jsonb(before) from before
       )
       update role_grant set revoked_at = now() from before where role_grant.id = before.id`,
      [principal, role, code, unit.id],
    );
    return rowCount ?? 0;
  });
}

/** One change of grants at a time, as callers make them: two at once do not grant the same thing twice. */
async function inTurn<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(${GRANTS_LOCK})`);
    const done = await work(client);
    await client.query('commit');
    return done;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

async function findUnit(client: pg.PoolClient, code: string): Promise<Unit> {
  const { rows } = isCode(code) ? await client.query<Unit>('select id, name, today() from org_unit where code = $1', [code]) : { rows: [] };
  if (rows[0] === undefined) throw new OperatorError(`There is no org unit with the code ${JSON.stringify(code)}.`);
  return rows[0];
}

async function assertCanHold(client: pg.PoolClient, principal: string, role: RoleName): Promise<void> {
  if (!principal.startsWith('key:')) return;
  if (role !== 'PARTNER') throw new OperatorError(`An API key can hold the role PARTNER only, and not ${role}.`);
  const { rowCount } = await client.query('select from api_key where id = $1', [principal.slice(4)]);
  if (rowCount === 0) throw new OperatorError(`There is no API key ${principal.slice(4)}.`);
}
