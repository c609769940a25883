import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTIONS, ROLES, type ActionName, type RoleName } from '../../src/access/role.rules.js';
import { startBranches, TODAY, TOMORROW, YESTERDAY, type Branches } from './branches.js';

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
}, 120_000);
afterAll(() => server?.close());

const CAN = `query ($unit: String!) { viewer { ${ACTIONS.map((action) => `${action}: can(action: ${action}, unit: $unit)`).join(' ')} } }`;
const actionsOn = async (principal: string | null, unit: string): Promise<ActionName[]> => {
  const { data } = await server.ask(principal, CAN, { unit });
  return ACTIONS.filter((action) => data.viewer[action]);
};

/** As docs/access.md has the roles, written out. */
const READ: ActionName[] = ['READ'];
const ANALYST: ActionName[] = [...READ, 'ANALYSE', 'EXPORT'];
const REPORTER: ActionName[] = [...ANALYST, 'SUBMIT_RESULTS'];
const MANAGER: ActionName[] = ['LAUNCH_CAMPAIGNS', 'PUBLISH'];
const ADMIN: ActionName[] = ['MANAGE_GRANTS', 'MANAGE_STRUCTURE'];
const EXPECTED: Record<RoleName, { itself: ActionName[]; beneath: ActionName[] }> = {
  PARTNER: { itself: [], beneath: [] },
  VIEWER: { itself: READ, beneath: READ },
  ANALYST: { itself: ANALYST, beneath: ANALYST },
  REPORTER: { itself: REPORTER, beneath: REPORTER },
  APPROVER: { itself: [...REPORTER, 'ASSIGN_TARGETS'], beneath: [...REPORTER, 'APPROVE_RESULTS', 'ASSIGN_TARGETS'] },
  CAMPAIGN_MANAGER: { itself: [...REPORTER, 'ASSIGN_TARGETS', ...MANAGER], beneath: [...REPORTER, 'APPROVE_RESULTS', 'ASSIGN_TARGETS', ...MANAGER] },
  ADMIN: { itself: [...REPORTER, 'ASSIGN_TARGETS', ...MANAGER, ...ADMIN], beneath: [...REPORTER, 'APPROVE_RESULTS', 'ASSIGN_TARGETS', ...MANAGER, ...ADMIN] },
};

describe('can', () => {
  test.each(ROLES)('%s of a district', async (role) => {
    await server.grant(`${role}@D1`, role, 'D1');
    const { itself, beneath } = EXPECTED[role];
    const allowed: Record<string, ActionName[]> = {};
    for (const unit of ['D1', 'G1', 'P1', 'N', 'D2', 'G9', 'X', '', "'", 'd1', 'G1\0']) allowed[unit] = await actionsOn(`${role}@D1`, unit);
    expect(allowed).toEqual({ D1: itself, G1: beneath, P1: [], N: [], D2: [], G9: [], X: [], '': [], "'": [], d1: [], 'G1\0': [] });
  });

  test.each(ROLES)('%s of the root, where what the unit itself reports is approved by another of it', async (role) => {
    await server.grant(`${role}@N`, role, 'N');
    const { beneath } = EXPECTED[role];
    for (const unit of ['N', 'P2', 'G1']) expect([unit, await actionsOn(`${role}@N`, unit)]).toEqual([unit, beneath]);
  });

  test('several grants together: the most that one of them allows', async () => {
    await server.grant('both', 'APPROVER', 'P1');
    await server.grant('both', 'ADMIN', 'G1');
    // Of G1 itself the ADMIN approves nothing, but the APPROVER from above does.
    expect(await actionsOn('both', 'G1')).toEqual(ACTIONS);
    expect(await actionsOn('both', 'P1')).toEqual(EXPECTED.APPROVER.itself);
    expect(await actionsOn('both', 'D1')).toEqual(EXPECTED.APPROVER.beneath);
  });

  test('a PARTNER grant adds nothing to another, and takes nothing off', async () => {
    await server.grant('mixed', 'PARTNER', 'N');
    await server.grant('mixed', 'VIEWER', 'D1');
    expect(await actionsOn('mixed', 'D1')).toEqual(READ);
    expect(await actionsOn('mixed', 'D2')).toEqual([]);
  });

  test('only grants of today count', async () => {
    await server.grant('days', 'ADMIN', 'D1', { to: YESTERDAY });
    await server.grant('days', 'ADMIN', 'D1', { from: TOMORROW });
    await server.grant('days', 'REPORTER', 'D1', { from: TODAY, to: TODAY });
    await server.grant('days', 'APPROVER', 'D1');
    await server.rows(`update role_grant set revoked_at = now() where principal = 'days' and role = 'APPROVER'`);
    expect(await actionsOn('days', 'G1')).toEqual(REPORTER);
  });

  test('anonymous callers, and whoever holds nothing, can nothing', async () => {
    for (const principal of [null, 'nobody', 'ADMIN@n', 'admin@N']) expect(await actionsOn(principal, 'N')).toEqual([]);
  });

  test('one statement for many units and actions', async () => {
    await server.grant('many', 'ADMIN', 'N');
    server.statements.length = 0;
    await server.ask('many', `{ viewer { ${['N', 'P1', 'D1', 'G1', 'X'].flatMap((unit) => ACTIONS.map((action) => `${unit}_${action}: can(action: ${action}, unit: "${unit}")`)).join(' ')} } }`);
    expect(server.statements).toHaveLength(1);
  });
});

describe('scopes', () => {
  const scopesOf = async (principal: string | null) => (await server.ask(principal, '{ viewer { principal callerClass scopes { role from to grantedBy revokedAt orgUnit { code } } } }')).data.viewer;

  test('the caller’s grants of today, the strongest first', async () => {
    await server.grant('lan', 'VIEWER', 'P2');
    await server.grant('lan', 'ADMIN', 'D1', { to: TODAY });
    await server.grant('lan', 'APPROVER', 'G3', { from: TODAY });
    await server.grant('lan', 'ADMIN', 'N', { to: YESTERDAY });
    await server.grant('lan', 'ADMIN', 'P1', { from: TOMORROW });
    await server.grant('lan', 'REPORTER', 'N');
    await server.rows(`update role_grant set revoked_at = now() where principal = 'lan' and role = 'REPORTER'`);
    await server.grant('not lan', 'ADMIN', 'N');
    const common = { grantedBy: null, revokedAt: null };
    expect(await scopesOf('lan')).toEqual({
      principal: 'lan', callerClass: 'MEMBER',
      scopes: [
        { role: 'ADMIN', from: '1900-01-01', to: TODAY, orgUnit: { code: 'D1' }, ...common },
        { role: 'APPROVER', from: TODAY, to: null, orgUnit: { code: 'G3' }, ...common },
        { role: 'VIEWER', from: '1900-01-01', to: null, orgUnit: { code: 'P2' }, ...common },
      ],
    });
  });

  test('a PARTNER does not see the unit of their grant unless something of it was published', async () => {
    await server.grant('partner', 'PARTNER', 'P1');
    expect((await scopesOf('partner')).scopes).toMatchObject([{ role: 'PARTNER', orgUnit: null }]);
  });

  test('none for anonymous callers and strangers', async () => {
    expect(await scopesOf(null)).toEqual({ principal: null, callerClass: 'ANONYMOUS', scopes: [] });
    expect(await scopesOf('stranger')).toEqual({ principal: 'stranger', callerClass: 'MEMBER', scopes: [] });
  });

  test('a principal is compared letter by letter', async () => {
    await server.grant('Thu', 'VIEWER', 'N');
    await server.grant('thé', 'VIEWER', 'N');
    for (const other of ['thu', 'THU', 'Thú', 'Th%', 'Th_', 'the\u0301', "Thu'--", 'Thu\\', '%']) expect((await scopesOf(other)).scopes).toEqual([]);
    expect((await scopesOf('Thu')).scopes).toHaveLength(1);
    // Spaces around it make it no principal at all.
    for (const padded of ['Thu ', ' Thu']) expect((await server.query('{ viewer { principal } }', {}, { as: await server.tokenFor(padded) })).status).toBe(401);
    for (const odd of ["o'neill ? ?? $1 \\", '{"a":1}', "\\'; drop table figure; --", 'đặng\u2028nam', '😀', ',{}"']) {
      await server.grant(odd, 'VIEWER', 'D2');
      expect(await scopesOf(odd)).toMatchObject({ principal: odd, scopes: [{ role: 'VIEWER' }] });
    }
  });
});
