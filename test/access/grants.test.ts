import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../src/access/role.rules.js';
import { NOW, startBranches, TODAY, TOMORROW, YESTERDAY, type Branches, type Payload } from './branches.js';

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  await server.grant('admin@P1', 'ADMIN', 'P1');
  await server.grant('admin@D1', 'ADMIN', 'D1');
  await server.grant('admin@N', 'ADMIN', 'N');
}, 120_000);
afterAll(() => server?.close());

const grant = (by: string, input: object): Promise<Payload> => server.act(by, 'grantRole', { role: 'VIEWER', ...input });
const revoke = (by: string, id: string): Promise<Payload> => server.act(by, 'revokeGrant', { id });
const faults = ({ userErrors }: Payload) => userErrors.map(({ path, code }) => [path.join('.'), code]);
const sees = async (principal: string, unit: string): Promise<boolean> =>
  (await server.ask(principal, 'query ($unit: String!) { orgUnit(code: $unit) { code } }', { unit })).data.orgUnit !== null;
const idOf = (key: number | string): string => server.idOf('Grant', key);
const grantIn = async (principal: string, role: string, unit: string, days?: { from?: string; to?: string }): Promise<string> => {
  await server.grant(principal, role, unit, days);
  const [row] = await server.rows<{ id: number }>('select max(id) as id from role_grant');
  return idOf(row!.id);
};
/** All that a mutation could have left. */
const traces = () => server.rows('select (select count(*) from role_grant) as grants, (select count(*) from role_grant where revoked_at is not null) as revoked, (select count(*) from audit_log) as noted');

describe('grantRole', () => {
  test('gives a role on the unit, from the next request on', async () => {
    expect(await sees('lan', 'G1')).toBe(false);
    const { grant: made, userErrors } = await grant('admin@P1', { principal: 'lan', unit: 'D1' });
    expect(userErrors).toEqual([]);
    expect(made).toEqual({ id: expect.any(String), principal: 'lan', role: 'VIEWER', from: TODAY, to: null, grantedBy: 'admin@P1', grantedAt: expect.any(String), revokedAt: null, orgUnit: { code: 'D1' } });
    expect(await sees('lan', 'G1')).toBe(true);
    expect(await sees('lan', 'G3')).toBe(false);
  });

  test.each(ROLES)('%s can be given', async (role) => {
    expect((await grant('admin@P1', { principal: `a ${role}`, unit: 'P1', role })).grant).toMatchObject({ role });
  });

  test('takes an ADMIN of the unit or above, and reaches no further than they do', async () => {
    const outcomes: Record<string, unknown> = {};
    for (const unit of ['D1', 'G1', 'P1', 'N', 'D2', 'P2', 'G9', 'X', 'd1', '', "D1' or '1'='1", 'D1\0', 'x'.repeat(10_000)]) {
      outcomes[unit.slice(0, 20)] = faults(await grant('admin@D1', { principal: 'tu', unit }));
    }
    const [notFound, forbidden] = [[['input.unit', 'NOT_FOUND']], [['input.unit', 'FORBIDDEN']]];
    expect(outcomes).toEqual({
      D1: [], G1: [], P1: forbidden, N: forbidden, D2: notFound, P2: notFound, G9: notFound, X: notFound, d1: notFound, '': notFound,
      "D1' or '1'='1": notFound, 'D1\0': notFound, ['x'.repeat(20)]: notFound,
    });
  });

  test('a hidden unit answers as an unknown one, word for word', async () => {
    const [hidden, unknown] = [await grant('admin@D1', { principal: 'tu', unit: 'D2' }), await grant('admin@D1', { principal: 'tu', unit: 'X' })];
    expect(hidden).toEqual(unknown);
  });

  test.each(ROLES.filter((role) => role !== 'ADMIN'))('%s alone gives nobody anything', async (role) => {
    await server.grant(`mere ${role}`, role, 'P1');
    expect(await server.refusal(`mere ${role}`, 'grantRole', { principal: `mere ${role}`, role: 'ADMIN', unit: 'P1' })).toEqual(['FORBIDDEN']);
    // With an ADMIN grant elsewhere they pass the door, and no further.
    await server.grant(`mere ${role}`, 'ADMIN', 'D9');
    expect(faults(await grant(`mere ${role}`, { principal: `mere ${role}`, role: 'ADMIN', unit: 'D1' }))).toEqual([['input.unit', role === 'PARTNER' ? 'NOT_FOUND' : 'FORBIDDEN']]);
  });

  test('an ADMIN grant of yesterday, of tomorrow, or revoked gives nobody anything', async () => {
    await server.grant('was', 'ADMIN', 'P1', { to: YESTERDAY });
    await server.grant('will be', 'ADMIN', 'P1', { from: TOMORROW });
    await server.grant('no more', 'ADMIN', 'P1');
    await server.rows(`update role_grant set revoked_at = now() where principal = 'no more'`);
    for (const principal of ['was', 'will be', 'no more', 'nobody']) {
      expect(await server.refusal(principal, 'grantRole', { principal, role: 'ADMIN', unit: 'P1' })).toEqual(['FORBIDDEN']);
    }
    expect(await server.refusal(null, 'grantRole', { principal: 'x', role: 'ADMIN', unit: 'P1' })).toEqual(['UNAUTHENTICATED']);
  });

  test('nobody grants themselves anything above', async () => {
    expect(faults(await grant('admin@D1', { principal: 'admin@D1', role: 'ADMIN', unit: 'P1' }))).toEqual([['input.unit', 'FORBIDDEN']]);
    expect(faults(await grant('admin@D1', { principal: 'admin@D1', role: 'VIEWER', unit: 'D2' }))).toEqual([['input.unit', 'NOT_FOUND']]);
  });

  test('the days are today or later, in order, and days', async () => {
    const on = async (from?: unknown, to?: unknown) => faults(await grant('admin@P1', { principal: 'days', unit: 'G1', from, to }));
    expect(await on(YESTERDAY)).toEqual([['input.from', 'INVALID']]);
    expect(await on(TOMORROW, TODAY)).toEqual([['input.to', 'INVALID']]);
    expect(await on(undefined, YESTERDAY)).toEqual([['input.to', 'INVALID']]);
    expect(await on(TODAY, TODAY)).toEqual([]);
    expect(await on(TOMORROW, '9999-12-31')).toEqual([]);
    for (const day of ['2026-02-30', '0000-01-01', 'tomorrow', '', 1, '10000-01-01', '-infinity']) {
      expect(await server.refusal('admin@P1', 'grantRole', { principal: 'days', role: 'VIEWER', unit: 'G1', from: day })).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('holds from the first day to the last, in Việt Nam', async () => {
    expect(NOW.toISOString().slice(0, 10)).toBe(YESTERDAY);
    await server.grant('ended', 'VIEWER', 'D1', { to: YESTERDAY });
    await server.grant('last day', 'VIEWER', 'D1', { to: TODAY });
    await grant('admin@P1', { principal: 'first day', unit: 'D1', from: TODAY });
    await grant('admin@P1', { principal: 'begins', unit: 'D1', from: TOMORROW });
    const seen = await Promise.all(['ended', 'last day', 'first day', 'begins'].map((principal) => sees(principal, 'D1')));
    expect(seen).toEqual([false, true, true, false]);
  });

  test('the same role on the same unit on the same days is a CONFLICT', async () => {
    const again = async (days: object, more: object = {}) => faults(await grant('admin@P1', { principal: 'twice', unit: 'D1', ...days, ...more }));
    expect(await again({ from: '2027-01-01', to: '2027-12-31' })).toEqual([]);
    const conflict = [['input.principal', 'CONFLICT']];
    for (const days of [{ from: '2027-01-01', to: '2027-12-31' }, { from: '2027-12-31' }, { to: '2027-01-01' }, {}, { from: '2027-06-01', to: '2027-06-01' }]) expect(await again(days)).toEqual(conflict);
    expect(await again({ to: '2026-12-31' })).toEqual([]);
    expect(await again({ from: '2028-01-01' })).toEqual([]);
    expect(await again({}, { role: 'ANALYST' })).toEqual([]);
    expect(await again({}, { unit: 'G1' })).toEqual([]);
    // Letters count as they are: another principal.
    expect(await again({}, { principal: 'Twice' })).toEqual([]);
  });

  test('granted again once it is revoked', async () => {
    const { grant: first } = await grant('admin@P1', { principal: 'anew', unit: 'D1' });
    await revoke('admin@P1', first.id);
    expect(faults(await grant('admin@P1', { principal: 'anew', unit: 'D1' }))).toEqual([]);
    expect(await sees('anew', 'D1')).toBe(true);
  });

  test('of many at once one wins', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => grant('admin@P1', { principal: 'race', unit: 'D1' })));
    expect(outcomes.map((outcome) => faults(outcome)[0]?.[1] ?? 'GRANTED').sort()).toEqual([...Array<string>(5).fill('CONFLICT'), 'GRANTED']);
    expect(await server.rows(`select from role_grant where principal = 'race'`)).toHaveLength(1);
  });

  test('a key can hold PARTNER alone', async () => {
    for (const role of ROLES) {
      expect(faults(await grant('admin@P1', { principal: 'key:abcdefghijkl', unit: 'D1', role }))).toEqual(role === 'PARTNER' ? [] : [['input.role', 'INVALID']]);
    }
    for (const principal of ['key:', 'key:short', 'key:ABCDEFGHIJKL', 'key:abcdefghijkl ', 'key:abcdefghijklm', "key:'or'1'='1'"]) {
      expect(faults(await grant('admin@P1', { principal, unit: 'D1', role: 'PARTNER' }))).toEqual([['input.principal', 'INVALID']]);
    }
  });

  test('a principal is taken as it is written, or not at all', async () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme' }), fc.constantFrom('a?b', '??', '\\?', '$1', '$&', "a'b", "\\'; select 1; --", ':a', 'a\ud800', '\0', 'e\u0301', 'é', '\ufffd', 'KEY:abcdefghijkl', '{"a":1}'));
    await fc.assert(
      fc.asyncProperty(anyText, async (principal) => {
        const { grant: made, userErrors } = await grant('admin@N', { principal, unit: 'G9' });
        if (made !== null) expect(made.principal).toBe(principal);
        else expect(userErrors).toMatchObject([{ path: ['input', 'principal'], code: expect.stringMatching(/^(INVALID|CONFLICT)$/) }]);
        const clean = principal.trim() === principal && principal !== '' && principal.length <= 255 && principal.isWellFormed() && !/\p{Cc}/u.test(principal) && !principal.startsWith('key:');
        if (!clean) expect(userErrors).toMatchObject([{ code: 'INVALID' }]);
        else if (userErrors.length > 0) expect(userErrors).toMatchObject([{ code: 'CONFLICT' }]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('revokeGrant', () => {
  test('ends a grant at once; a second time it changes nothing', async () => {
    const id = await grantIn('hoa', 'VIEWER', 'D1');
    expect(await sees('hoa', 'D1')).toBe(true);
    const first = await revoke('admin@P1', id);
    expect(first).toEqual({ grant: { id, principal: 'hoa', role: 'VIEWER', revokedAt: expect.any(String), revokedBy: 'admin@P1' }, userErrors: [] });
    expect(await sees('hoa', 'D1')).toBe(false);
    const before = await traces();
    // Another ADMIN of the unit, too, is told who it was.
    for (const by of ['admin@P1', 'admin@D1', 'admin@N']) expect(await revoke(by, id)).toEqual(first);
    expect(await traces()).toEqual(before);
  });

  test('many at once revoke once', async () => {
    const id = await grantIn('hai', 'VIEWER', 'D1');
    const outcomes = await Promise.all(['admin@P1', 'admin@D1', 'admin@N', 'admin@P1', 'admin@D1', 'admin@N'].map((by) => revoke(by, id)));
    expect(outcomes.flatMap(faults)).toEqual([]);
    expect(new Set(outcomes.map(({ grant: { revokedBy } }) => revokedBy)).size).toBe(1);
    const [made] = await server.rows<{ id: number }>(`select id from role_grant where principal = 'hai'`);
    expect(await server.rows(`select from audit_log where action = 'REVOKE_ROLE' and before ->> 'principal' = 'hai'`)).toHaveLength(1);
    expect(idOf(made!.id)).toBe(id);
  });

  test('one that does not hold yet, or no more, is revoked too', async () => {
    for (const days of [{ from: TOMORROW }, { to: YESTERDAY }]) expect(faults(await revoke('admin@D1', await grantIn('some time', 'VIEWER', 'G1', days)))).toEqual([]);
    expect(await server.rows(`select from role_grant where principal = 'some time' and revoked_at is null`)).toEqual([]);
  });

  test('takes an ADMIN of its unit: others find no such grant', async () => {
    const [above, beside] = [await grantIn('quan', 'VIEWER', 'P1'), await grantIn('quan', 'VIEWER', 'D2')];
    const before = await traces();
    const unknown = await revoke('admin@D1', idOf(2_000_000));
    expect(faults(unknown)).toEqual([['input.id', 'NOT_FOUND']]);
    for (const id of [above, beside, idOf(2 ** 31), idOf('9999999999999999999')]) expect(await revoke('admin@D1', id)).toEqual(unknown);
    for (const id of ['', 'x', '1', server.idOf('OrgUnit', 1), server.idOf('Publication', 1), `${above} `, `${above}=`, above.toLowerCase(), Buffer.from('Grant:1').toString('base64url')]) {
      expect(await server.refusal('admin@D1', 'revokeGrant', { id })).toEqual(['BAD_USER_INPUT']);
    }
    expect(await server.refusal('lan', 'revokeGrant', { id: above })).toEqual(['FORBIDDEN']);
    expect(await server.refusal(null, 'revokeGrant', { id: above })).toEqual(['UNAUTHENTICATED']);
    expect(await traces()).toEqual(before);
  });

  test('of one’s own that others gave, it is FORBIDDEN: it is seen, and not one’s to end', async () => {
    const id = await grantIn('admin@D1', 'VIEWER', 'P2');
    expect(faults(await revoke('admin@D1', id))).toEqual([['input.id', 'FORBIDDEN']]);
    expect(await sees('admin@D1', 'G9')).toBe(true);
    await revoke('admin@N', id);
    // Ended by someone else, it is seen still.
    expect(faults(await revoke('admin@D1', id))).toEqual([['input.id', 'FORBIDDEN']]);
  });

  test('who is revoked while they wait does nothing more by it', async () => {
    await server.grant('late', 'ADMIN', 'D1');
    const holder = await server.db.pool.connect();
    try {
      await holder.query('begin');
      await holder.query('select pg_advisory_xact_lock(715003)');
      const begun = Promise.all([
        server.act('late', 'grantRole', { principal: 'too late', role: 'ADMIN', unit: 'D1' }),
        server.act('late', 'createApiKey', { name: 'too late', unit: 'D1', expiresOn: TOMORROW }),
        server.act('late', 'publishTotal', { unit: 'G1', campaign: 'K', indicator: 'I', asOf: '2022-01-01', audience: 'PUBLIC' }),
      ]);
      await expect.poll(() => server.rows(`select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`)).toHaveLength(3);
      await holder.query(`update role_grant set revoked_at = now() where principal = 'late'`);
      await holder.query('commit');
      for (const outcome of await begun) expect(faults(outcome)).toEqual([['input.unit', 'NOT_FOUND']]);
    } finally {
      holder.release();
    }
    expect(await server.rows(`select from role_grant where principal = 'too late' union all select from api_key where name = 'too late' union all select from publication`)).toEqual([]);
  });

  test('an ADMIN who revokes their own right may do nothing more, in the same request', async () => {
    const id = await grantIn('leaving', 'ADMIN', 'D1');
    const { data, errors } = await server.ask('leaving', `mutation ($id: ID!) {
      before: grantRole(input: { principal: "before", role: VIEWER, unit: "D1" }) { userErrors { code } }
      revokeGrant(input: { id: $id }) { grant { revokedBy } userErrors { code } }
      after: grantRole(input: { principal: "after", role: VIEWER, unit: "D1" }) { userErrors { code } }
    }`, { id });
    expect(errors).toMatchObject([{ path: ['after'], extensions: { code: 'FORBIDDEN' } }]);
    // `after` is not nullable: what had been done is done, and untold.
    expect(data).toBeNull();
    expect(await server.rows(`select principal from role_grant where principal in ('before', 'after')`)).toEqual([{ principal: 'before' }]);
    expect(await sees('leaving', 'D1')).toBe(false);
  });
});

describe('grants are listed', () => {
  const GRANTS = 'query ($unit: String!) { orgUnit(code: $unit) { grants(first: 100) { totalCount nodes { id principal grantedBy } } } }';

  test('all of the unit’s to its ADMINs, to others their own', async () => {
    const mine = await grantIn('huong', 'VIEWER', 'G3');
    const other = await grantIn('thu', 'REPORTER', 'G3', { to: YESTERDAY });
    const listed = async (principal: string) => (await server.ask(principal, GRANTS, { unit: 'G3' })).data.orgUnit.grants;
    expect(await listed('admin@P1')).toEqual({ totalCount: 2, nodes: [{ id: other, principal: 'thu', grantedBy: null }, { id: mine, principal: 'huong', grantedBy: null }] });
    expect(await listed('huong')).toEqual({ totalCount: 1, nodes: [{ id: mine, principal: 'huong', grantedBy: null }] });
    const node = async (principal: string | null, id: string) => (await server.ask(principal, 'query ($id: ID!) { node(id: $id) { ... on Grant { principal } } }', { id })).data.node;
    expect(await node('huong', mine)).toEqual({ principal: 'huong' });
    expect(await node('admin@P1', mine)).toEqual({ principal: 'huong' });
    for (const principal of ['thu', 'admin@D1', null, 'nobody', 'HUONG']) expect(await node(principal, mine)).toBeNull();
    expect(await node('huong', other)).toBeNull();
    // Ended, but one's own.
    expect(await node('thu', other)).toEqual({ principal: 'thu' });
  });

  test('the cursor of an ADMIN’s page gives others nothing', async () => {
    const page = 'query ($after: String) { orgUnit(code: "G3") { grants(first: 1, after: $after) { totalCount nodes { principal } pageInfo { endCursor hasNextPage } } } }';
    const { data } = await server.ask('admin@P1', page);
    expect(data.orgUnit.grants).toMatchObject({ nodes: [{ principal: 'thu' }], pageInfo: { hasNextPage: true } });
    const after = data.orgUnit.grants.pageInfo.endCursor;
    await server.grant('reader', 'VIEWER', 'D2');
    expect((await server.ask('reader', page, { after })).data.orgUnit.grants).toEqual({ totalCount: 0, nodes: [], pageInfo: { endCursor: null, hasNextPage: false } });
  });
});

describe('each change is noted', () => {
  test('who, what, to which unit, in which request', async () => {
    const send = async (principal: string, query: string, variables: object) => {
      const response = await fetch(new URL('/graphql', server.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await server.tokenFor(principal)}` },
        body: JSON.stringify({ query, variables }),
      });
      return { requestId: response.headers.get('x-request-id'), data: ((await response.json()) as { data: Record<string, { grant: { id: string } }> }).data };
    };
    const made = await send('admin@P1', 'mutation { grantRole(input: { principal: "noted", role: REPORTER, unit: "D1", to: "2026-12-31" }) { grant { id } } }', {});
    const ended = await send('admin@N', 'mutation ($id: ID!) { revokeGrant(input: { id: $id }) { grant { id } } }', { id: made.data['grantRole']!.grant.id });
    const what = { id: expect.any(Number), unit: 'D1', principal: 'noted', role: 'REPORTER', from: TODAY, to: '2026-12-31' };
    const entries = await server.rows(
      `select a.principal, a.action, u.code as unit, a.before, a.after, a.request_id as "requestId" from audit_log a join org_unit u on u.id = a.unit_id
       where 'noted' in (a.before ->> 'principal', a.after ->> 'principal') order by a.id`,
    );
    expect(entries).toEqual([
      { principal: 'admin@P1', action: 'GRANT_ROLE', unit: 'D1', before: null, after: what, requestId: made.requestId },
      { principal: 'admin@N', action: 'REVOKE_ROLE', unit: 'D1', before: what, after: null, requestId: ended.requestId },
    ]);
    expect(made.requestId).not.toBe(ended.requestId);
  });

  test('a mutation that fails leaves nothing', async () => {
    const before = await traces();
    for (const input of [{ unit: 'N' }, { unit: 'X' }, { unit: 'D1', principal: '' }, { unit: 'D1', from: YESTERDAY }, { unit: 'D1', to: YESTERDAY }, { unit: 'D1', principal: 'key:abcdefghijkl' }]) {
      expect((await grant('admin@P1', { principal: 'nothing', ...input })).userErrors).toHaveLength(1);
    }
    expect(await traces()).toEqual(before);
  });

  test('what cannot be noted is not done', async () => {
    const kept = await grantIn('kept', 'VIEWER', 'D1');
    const before = await traces();
    await server.rows(`alter table audit_log add constraint closed check (action !~ 'ROLE') not valid`);
    try {
      expect(await server.refusal('admin@P1', 'grantRole', { principal: 'unnoted', role: 'VIEWER', unit: 'D1' })).toEqual(['INTERNAL_SERVER_ERROR']);
      expect(await server.refusal('admin@P1', 'revokeGrant', { id: kept })).toEqual(['INTERNAL_SERVER_ERROR']);
    } finally {
      await server.rows('alter table audit_log drop constraint closed');
    }
    expect(await traces()).toEqual(before);
    expect(await sees('kept', 'D1')).toBe(true);
  });
});

describe('an ADMIN for a time', () => {
  test('makes nobody ADMIN for longer, and so not themselves; other roles last as they please', async () => {
    await server.grant('term@D1', 'ADMIN', 'D1', { to: '2026-12-31' });
    const late = { userErrors: [{ path: ['input', 'to'], code: 'INVALID' }] };
    expect(await grant('term@D1', { principal: 'term@D1', role: 'ADMIN', unit: 'D1', from: '2027-01-01' })).toMatchObject(late);
    expect(await grant('term@D1', { principal: 'accomplice', role: 'ADMIN', unit: 'D1' })).toMatchObject(late);
    expect(await grant('term@D1', { principal: 'accomplice', role: 'ADMIN', unit: 'D1', to: '2027-01-01' })).toMatchObject(late);
    expect(await grant('term@D1', { principal: 'term@D1', role: 'CAMPAIGN_MANAGER', unit: 'D1' })).toMatchObject(late);
    expect(await grant('term@D1', { principal: 'deputy', role: 'ADMIN', unit: 'D1', to: '2026-12-31' })).toMatchObject({ userErrors: [] });
    expect(await grant('term@D1', { principal: 'clerk', role: 'REPORTER', unit: 'D1' })).toMatchObject({ userErrors: [] });
    await server.grant('term@D1', 'ADMIN', 'P1');
    expect(await grant('term@D1', { principal: 'accomplice', role: 'ADMIN', unit: 'D1' })).toMatchObject({ userErrors: [] });
  });
});
