import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { administered, explained, reachesOf } from './grant.query.js';
import { grantRole, revokeGrant } from './grant.service.js';
import { AccessExplanation, GrantRoleInput, GrantRolePayload, RevokeGrantInput, RevokeGrantPayload } from './grant.type.js';
import { allows, type ActionName, type Reach, ACTIONS } from './role.rules.js';

@Resolver()
export class GrantResolver {
  @Mutation(() => GrantRolePayload, {
    description: 'Lets a principal do what a role allows, in a unit of which the caller is an ADMIN and everything beneath it. Holds from the next request on.',
  })
  grantRole(@Arg('input', () => GrantRoleInput, { description: 'The grant to be made.' }) input: GrantRoleInput, @Ctx() context: Context): Promise<GrantRolePayload> {
    return grantRole(context, input);
  }

  @Mutation(() => RevokeGrantPayload, { description: 'Ends a grant at once. The caller is an ADMIN of its unit.' })
  revokeGrant(@Arg('input', () => RevokeGrantInput, { description: 'The grant to be ended.' }) input: RevokeGrantInput, @Ctx() context: Context): Promise<RevokeGrantPayload> {
    return revokeGrant(context, input);
  }

  @Query(() => AccessExplanation, {
    nullable: true,
    description: 'For an ADMIN of the unit: by which grant a principal sees it today, or that they don’t. Null for any other unit, and for an unknown one.',
  })
  async explainAccess(
    @Arg('unit', () => String, { description: 'Code of the unit.' }) unit: string,
    @Arg('principal', () => String, { description: 'Who is asked about: the subject of their token, or `key:<id>` of an API key.' }) principal: string,
    @Ctx() { reads, today }: Context,
  ): Promise<Omit<AccessExplanation, 'unit'> | null> {
    const known = isCode(unit) ? await reads.row(administered, [unit]) : null;
    if (known === null) return null;
    const grants = principal.includes('\0') ? [] : await reads.rows(explained, [unit, principal, today]);
    const reaching = grants.filter(({ reaches }) => reaches);
    const published = known.published || (known.toPartners && reaching.some(({ role }) => role === 'PARTNER'));
    const reason = allows('READ', reaching)
      ? 'GRANT'
      : grants.some(({ reaches, role }) => !reaches && role !== 'PARTNER') ? 'ABOVE_A_GRANT' : published ? 'PUBLISHED' : 'NONE';
    return { unitKey: known.key, principal, reason, grants, actions: ACTIONS.filter((action) => allows(action, reaching)) };
  }
}

/** Whether the caller may do this to the unit of a code: false for an unknown one, too. */
export async function may({ reads, caller, today }: Context, action: ActionName, unit: string): Promise<boolean> {
  if (caller.principal === null || !isCode(unit)) return false;
  const reaches: Reach[] = await reads.rows(reachesOf, [unit, caller.principal, today]);
  return allows(action, reaches);
}
