import type { EntityManager } from '@mikro-orm/postgresql';
import type { Context } from '../context.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { decodeNodeId } from '../shared/node-id.js';
import { RoleGrant } from './access.entity.js';
import { assertVersion, audit, command, UserFault, type Outcome } from './command.js';
import { GRANT_COLUMNS } from './grant.query.js';
import type { Grant, GrantRoleInput, RevokeGrantInput } from './grant.type.js';
import { isPrincipal } from './principal.js';
import { assertWithin, unitWithin } from './reference.query.js';

/** Grants a role on a unit of which the caller is an ADMIN. */
export function grantRole(context: Context, input: GrantRoleInput): Promise<Outcome<{ grant: Grant }>> {
  const { role } = input;
  const from = parseOptionalDay(input.from, 'input.from') ?? context.today;
  const to = parseOptionalDay(input.to, 'input.to') ?? null;
  return command(context, {
    name: 'grantRole', grants: 'change', input, nothing: { grant: null },
    prepare: (em) => unitWithin(em, input.unit, 'admin'),
    act: async (em, unit) => {
      const principal = principalOf(input);
      if (from < context.today) throw new UserFault('from', 'INVALID', `from must be today (${context.today}) or later.`);
      if (to !== null && to < from) throw new UserFault('to', 'INVALID', `to must not be before ${from}.`);
      if (role === 'ADMIN' || principal === context.caller.principal) await assertWithinTerm(em, context, unit, to);
      const [held] = await em.execute<{ version: number; starts: Day; ends: Day | null }[]>(
        `select version, starts, ends from role_grant where principal = ? and role = ? and unit_id = ? and revoked_at is null
           and daterange(starts, ends, '[]') && daterange(?, ?, '[]') limit 1`,
        [principal, role, unit, from, to],
      );
      if (held !== undefined) {
        throw new UserFault('principal', 'CONFLICT', `They hold this role there already, from ${held.starts}${held.ends === null ? '' : ` to ${held.ends}`}. Revoke that grant first, or choose other days.`);
      }
      assertVersion(input, 0);
      const id = await em.insert(RoleGrant, { principal, role, unitId: unit, starts: from, ends: to, grantedBy: context.caller.principal });
      const grant = await grantOf(em, Number(id));
      audit(em, context, 'GRANT_ROLE', unit, await said(em, grant!));
      return { grant: grant! };
    },
  });
}

/** Revokes a grant on a unit of which the caller is an ADMIN. Of one that is revoked already nothing changes. */
export function revokeGrant(context: Context, input: RevokeGrantInput): Promise<Outcome<{ grant: Grant }>> {
  const key = Number(decodeNodeId(input.id, new Set(['Grant']), context.reads.ids).key);
  return command(context, {
    name: 'revokeGrant', grants: 'change', input, nothing: { grant: null },
    prepare: async (em) => {
      const grant = await grantOf(em, key);
      if (grant === undefined) throw new UserFault('id', 'NOT_FOUND', 'There is no such grant on a unit of yours.');
      await assertWithin(em, grant.unitKey, 'admin', 'id');
      return grant;
    },
    act: async (em, grant) => {
      assertVersion(input, grant.version, { grant });
      // Not locked as it is read: of rows that it may not change, the database would tell the caller nothing.
      const revoked = await em.execute<{ affectedRows: number }>(
        'update role_grant set revoked_at = now(), revoked_by = ? where id = ? and revoked_at is null',
        [context.caller.principal, key],
        'run',
      );
      if (revoked.affectedRows > 0) audit(em, context, 'REVOKE_ROLE', grant.unitKey, null, await said(em, grant));
      return { grant: (await grantOf(em, grant.key))! };
    },
  });
}

/** Whoever is ADMIN for a time makes nobody ADMIN for longer, and gives themselves nothing that lasts longer. */
async function assertWithinTerm(em: EntityManager, { caller, today }: Context, unit: number, to: Day | null): Promise<void> {
  const [term] = await em.execute<{ until: Day | null }[]>(
    `select g.ends as until from role_grant g join org_unit o on o.id = g.unit_id join org_unit u on u.id = ? and u.path <@ o.path
     where g.principal = ? and g.role = 'ADMIN' and g.revoked_at is null and g.starts <= ? and (g.ends is null or g.ends >= ?)
     order by g.ends desc nulls first limit 1`,
    [unit, caller.principal, today, today],
  );
  const until = term?.until ?? null;
  if (until !== null && (to === null || to > until)) throw new UserFault('to', 'INVALID', `You are ADMIN there until ${until}: to must be that day or before.`);
}

function principalOf({ principal, role }: GrantRoleInput): string {
  if (!isPrincipal(principal)) {
    throw new UserFault('principal', 'INVALID', 'principal must be 1 to 255 characters, without control characters and without spaces around it.');
  }
  if (!principal.startsWith('key:')) return principal;
  if (!/^key:[a-z0-9]{12}$/.test(principal)) throw new UserFault('principal', 'INVALID', 'The principal of an API key is key: and the twelve letters and digits of its id.');
  if (role !== 'PARTNER') throw new UserFault('role', 'INVALID', 'An API key can hold the role PARTNER alone.');
  return principal;
}

async function grantOf(em: EntityManager, key: number): Promise<Grant | undefined> {
  const [grant] = await em.execute<Grant[]>(`select ${GRANT_COLUMNS} from role_grant g where g.id = ?`, [key]);
  return grant;
}

/** A grant as the audit log has it; owner-grant.service.ts writes the same. */
async function said(em: EntityManager, { key, unitKey, principal, role, from, to }: Grant): Promise<object> {
  const [unit] = await em.execute<{ code: string }[]>('select code from org_unit where id = ?', [unitKey]);
  return { id: key, principal, role, unit: unit?.code, from, to };
}
