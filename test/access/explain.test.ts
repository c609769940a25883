import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTIONS } from '../../src/access/role.rules.js';
import { startBranches, TODAY, TOMORROW, YESTERDAY, type Branches } from './branches.js';

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  await server.grant('admin@N', 'ADMIN', 'N');
  await server.grant('admin@P1', 'ADMIN', 'P1');
  await server.grant('admin@D1', 'ADMIN', 'D1');
}, 120_000);
afterAll(() => server?.close());

const EXPLAIN = `query ($unit: String!, $principal: String!) { explainAccess(unit: $unit, principal: $principal) {
  orgUnit { code } principal reason actions grants { principal role from to revokedAt orgUnit { code } } } }`;
const explain = async (by: string, unit: string, principal: string) => {
  const { data, errors } = await server.ask(by, EXPLAIN, { unit, principal });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.explainAccess;
};
const reason = async (unit: string, principal: string, by = 'admin@N') => (await explain(by, unit, principal)).reason;
const publish = async (unit: string, audience: string): Promise<string> => {
  const { publication, userErrors } = await server.act('admin@N', 'publishTotal', { unit, campaign: 'K', indicator: 'I', asOf: '2022-01-01', audience });
  expect(userErrors).toEqual([]);
  return publication.id;
};

describe('explainAccess', () => {
  test('by a grant on the unit, or on one above it that the ADMIN does not administer', async () => {
    await server.grant('lan', 'APPROVER', 'N');
    await server.grant('lan', 'VIEWER', 'D1');
    expect(await explain('admin@D1', 'D1', 'lan')).toEqual({
      orgUnit: { code: 'D1' }, principal: 'lan', reason: 'GRANT',
      actions: ['READ', 'ANALYSE', 'EXPORT', 'SUBMIT_RESULTS', 'APPROVE_RESULTS', 'ASSIGN_TARGETS'],
      grants: [
        { principal: 'lan', role: 'APPROVER', from: '1900-01-01', to: null, revokedAt: null, orgUnit: { code: 'N' } },
        { principal: 'lan', role: 'VIEWER', from: '1900-01-01', to: null, revokedAt: null, orgUnit: { code: 'D1' } },
      ],
    });
    expect((await explain('admin@D1', 'G1', 'lan')).grants).toHaveLength(2);
    // What they hold elsewhere has nothing to do with it.
    expect((await explain('admin@P1', 'D2', 'lan')).grants).toMatchObject([{ role: 'APPROVER', orgUnit: { code: 'N' } }]);
  });

  test('above a grant: the unit is seen, and nothing may be done to it', async () => {
    await server.grant('hoa', 'ADMIN', 'G1');
    expect(await explain('admin@P1', 'D1', 'hoa')).toEqual({
      orgUnit: { code: 'D1' }, principal: 'hoa', reason: 'ABOVE_A_GRANT', actions: [], grants: [{ principal: 'hoa', role: 'ADMIN', from: '1900-01-01', to: null, revokedAt: null, orgUnit: { code: 'G1' } }],
    });
    expect(await reason('P1', 'hoa')).toBe('ABOVE_A_GRANT');
    expect(await reason('D2', 'hoa')).toBe('NONE');
  });

  test('published: to all, or to partners whose grant reaches it', async () => {
    await server.grant('partner@P2', 'PARTNER', 'P2');
    await server.grant('partner@G9', 'PARTNER', 'G9');
    const of = async (principal: string) => Promise.all(['P2', 'G9'].map((unit) => reason(unit, principal)));
    expect(await of('partner@P2')).toEqual(['NONE', 'NONE']);
    const id = await publish('G9', 'PARTNER');
    expect(await of('partner@P2')).toEqual(['NONE', 'PUBLISHED']);
    expect(await of('partner@G9')).toEqual(['NONE', 'PUBLISHED']);
    expect(await of('anyone')).toEqual(['NONE', 'NONE']);
    await publish('G9', 'PUBLIC');
    expect(await of('anyone')).toEqual(['NONE', 'PUBLISHED']);
    // A grant that lies beneath the unit opens no publication of it, and is none of the reasons.
    expect(await explain('admin@N', 'P2', 'partner@G9')).toMatchObject({ reason: 'NONE', grants: [], actions: [] });
    expect(await explain('admin@N', 'G9', 'partner@P2')).toMatchObject({ reason: 'PUBLISHED', grants: [{ role: 'PARTNER', orgUnit: { code: 'P2' } }], actions: [] });
    const withdrawn = (await server.ask('admin@N', '{ orgUnit(code: "G9") { publications { nodes { id endedAt } } } }')).data.orgUnit.publications.nodes.filter(({ endedAt }: { endedAt: string | null }) => endedAt === null);
    expect(withdrawn).toHaveLength(1);
    expect(withdrawn[0].id).not.toBe(id);
    await server.act('admin@N', 'withdrawPublication', { id: withdrawn[0].id, reason: 'a test' });
    expect(await of('partner@P2')).toEqual(['NONE', 'NONE']);
  });

  test('a key that is revoked or has expired sees nothing that was published to it', async () => {
    await publish('P1', 'PARTNER');
    const { apiKey } = await server.act('admin@P1', 'createApiKey', { unit: 'P1', name: 'x', expiresOn: TODAY });
    const explained = () => explain('admin@P1', 'P1', apiKey.principal);
    expect(await explained()).toMatchObject({ reason: 'PUBLISHED', grants: [{ role: 'PARTNER' }] });
    await server.rows('update api_key set expires_on = $2 where id = $1', [apiKey.keyId, YESTERDAY]);
    expect(await explained()).toMatchObject({ reason: 'NONE', grants: [] });
    await server.rows('update api_key set expires_on = $2 where id = $1', [apiKey.keyId, TODAY]);
    expect(await explained()).toMatchObject({ reason: 'PUBLISHED' });
    await server.act('admin@P1', 'revokeApiKey', { keyId: apiKey.keyId });
    expect(await explained()).toMatchObject({ reason: 'NONE', grants: [] });
  });

  test('only grants of today count', async () => {
    await server.grant('days', 'VIEWER', 'P1', { to: YESTERDAY });
    await server.grant('days', 'ADMIN', 'D1', { from: TOMORROW });
    await server.grant('days', 'ADMIN', 'N');
    await server.rows(`update role_grant set revoked_at = now() where principal = 'days' and unit_id = (select id from org_unit where code = 'N')`);
    expect(await explain('admin@N', 'D1', 'days')).toMatchObject({ reason: 'NONE', grants: [], actions: [] });
    await server.grant('days', 'ANALYST', 'D1', { from: TODAY, to: TODAY });
    expect(await explain('admin@N', 'D1', 'days')).toMatchObject({ reason: 'GRANT', grants: [{ role: 'ANALYST' }], actions: ['READ', 'ANALYSE', 'EXPORT'] });
  });

  test('null for a unit of which the caller is no ADMIN, hidden, seen or unknown', async () => {
    await server.grant('admin@D1', 'CAMPAIGN_MANAGER', 'D2');
    for (const unit of ['N', 'P1', 'D2', 'G3', 'P2', 'G9', 'X', '', 'd1', 'D1\0', "D1' or '1'='1", 'x'.repeat(10_000)]) expect(await explain('admin@D1', unit, 'lan')).toBeNull();
    expect(await explain('admin@D1', 'D1', 'lan')).not.toBeNull();
  });

  test('a hidden unit costs as many statements as an unknown one', async () => {
    const count = async (unit: string): Promise<number> => {
      server.statements.length = 0;
      await explain('admin@D1', unit, 'lan');
      return server.statements.length;
    };
    expect(await count('G9')).toBe(await count('X'));
  });

  test('tells nothing of what a principal holds elsewhere', async () => {
    await server.grant('far', 'ADMIN', 'P2');
    await server.grant('far', 'VIEWER', 'D2');
    expect(await explain('admin@D1', 'D1', 'far')).toEqual(await explain('admin@D1', 'D1', 'far').then((one) => ({ ...one, reason: 'NONE', grants: [], actions: [] })));
  });

  test.each(['', ' lan', 'LAN', 'lan\0', '\0', 'a\ud800', "' or '1'='1", '%', 'x'.repeat(50_000), 'key:abcdefghijkl'])('whatever the principal, there is an answer: %j', async (principal) => {
    expect(await explain('admin@D1', 'D1', principal)).toMatchObject({ reason: 'NONE', grants: [], actions: [] });
  });

  test('agrees with what each principal sees and may do', async () => {
    await publish('P1', 'PARTNER');
    await publish('G9', 'PUBLIC');
    const units = ['N', 'P1', 'D1', 'D2', 'G1', 'G3', 'P2', 'G9'];
    const principals = ['admin@N', 'admin@P1', 'admin@D1', 'lan', 'hoa', 'far', 'days', 'partner@P2', 'partner@N', 'nobody', 'two'];
    await server.grant('partner@N', 'PARTNER', 'N');
    await server.grant('two', 'PARTNER', 'P1');
    await server.grant('two', 'REPORTER', 'G9');
    for (const unit of units) {
      for (const principal of principals) {
        const explained = await explain('admin@N', unit, principal);
        const { data } = await server.ask(principal, `query ($unit: String!) { orgUnit(code: $unit) { code } viewer { ${ACTIONS.map((action) => `${action}: can(action: ${action}, unit: $unit)`).join(' ')} } }`, { unit });
        expect([unit, principal, explained.reason !== 'NONE']).toEqual([unit, principal, data.orgUnit !== null]);
        expect([unit, principal, explained.actions]).toEqual([unit, principal, ACTIONS.filter((action) => data.viewer[action])]);
        expect(explained.reason === 'GRANT').toBe(data.viewer.READ);
      }
    }
  }, 60_000);
});
