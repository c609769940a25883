import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBranches, type Branches, type Payload } from './branches.js';

/** What callers try from outside: who may do much elsewhere learns and changes nothing here. */
let server: Branches;
let published: { toPartners: string; toAll: string };
beforeAll(async () => {
  server = await startBranches({ connections: 1 });
  await server.grant('admin@P1', 'ADMIN', 'P1');
  await server.grant('admin@P2', 'ADMIN', 'P2');
  await server.grant('viewer@D1', 'VIEWER', 'D1');
  await server.grant('partner@P2', 'PARTNER', 'P2');
  await server.act('admin@P2', 'createApiKey', { unit: 'G9', name: 'a key of G9', expiresOn: '2027-01-01' });
  const publish = async (input: object): Promise<string> => (await server.act('admin@P2', 'publishTotal', { unit: 'G9', indicator: 'I', ...input })).publication.id;
  published = {
    toPartners: await publish({ campaign: 'K2', phase: 'first', asOf: '2022-01-01', audience: 'PARTNER', note: 'for us' }),
    toAll: await publish({ campaign: 'K', asOf: '2022-01-01', audience: 'PUBLIC', note: 'for us' }),
  };
}, 120_000);
afterAll(() => server?.close());

const faults = ({ userErrors }: Payload) => userErrors.map(({ path, code }) => [path.join('.'), code]);

describe('of a unit that is seen for a publication alone', () => {
  test.each([null, 'admin@P1', 'viewer@D1'])('neither grants nor keys nor notes are seen, nor what was published to others: %s', async (principal) => {
    const { data } = await server.ask(principal, `{ orgUnit(code: "G9") { parent { code } grants { totalCount nodes { id } } apiKeys { totalCount edges { cursor } }
      publications { totalCount nodes { id note audience unit { code source } campaign { code launchedBy { code } } } } results { totalCount } children { totalCount } } }`);
    expect(data.orgUnit).toEqual({
      parent: null, grants: { totalCount: 0, nodes: [] }, apiKeys: { totalCount: 0, edges: [] }, results: { totalCount: 0 }, children: { totalCount: 0 },
      publications: { totalCount: 1, nodes: [{ id: published.toAll, note: null, audience: 'PUBLIC', unit: { code: 'G9', source: null }, campaign: { code: 'K', launchedBy: principal === null ? null : { code: 'N' } } }] },
    });
  });

  test('a partner sees what was published to them, and no more', async () => {
    const { data } = await server.ask('partner@P2', '{ orgUnit(code: "G9") { grants { totalCount } apiKeys { totalCount } publications { totalCount nodes { note } } } viewer { scopes { id orgUnit { code } } } }');
    expect(data).toEqual({ orgUnit: { grants: { totalCount: 0 }, apiKeys: { totalCount: 0 }, publications: { totalCount: 2, nodes: [{ note: null }, { note: null }] } }, viewer: { scopes: [{ id: expect.any(String), orgUnit: null }] } });
  });

  test('nobody else withdraws it: seen, FORBIDDEN; hidden, as unknown', async () => {
    const withdraw = (id: string) => server.act('admin@P1', 'withdrawPublication', { id, reason: 'x' });
    expect(faults(await withdraw(published.toAll))).toEqual([['input.id', 'FORBIDDEN']]);
    const unknown = await withdraw(server.idOf('Publication', 999_999));
    expect(faults(unknown)).toEqual([['input.id', 'NOT_FOUND']]);
    expect(await withdraw(published.toPartners)).toEqual(unknown);
    expect(await server.rows('select from publication where ended_at is not null')).toEqual([]);
  });

  test('nobody else publishes, grants or makes keys there: it is seen, and not theirs', async () => {
    expect(faults(await server.act('admin@P1', 'publishTotal', { unit: 'G9', campaign: 'K', indicator: 'I', audience: 'PUBLIC' }))).toEqual([['input.unit', 'FORBIDDEN']]);
    expect(faults(await server.act('admin@P1', 'grantRole', { unit: 'G9', principal: 'admin@P1', role: 'ADMIN' }))).toEqual([['input.unit', 'FORBIDDEN']]);
    expect(faults(await server.act('admin@P1', 'createApiKey', { unit: 'G9', name: 'x', expiresOn: '2027-01-01' }))).toEqual([['input.unit', 'FORBIDDEN']]);
  });
});

describe('references of a publication', () => {
  const publish = (input: object) => server.act('admin@P1', 'publishTotal', { unit: 'P1', campaign: 'K', indicator: 'I', asOf: '2022-01-01', audience: 'PUBLIC', ...input });

  test('a campaign that is hidden is as unknown; a phase belongs to its campaign', async () => {
    await server.load([{ type: 'campaign', code: 'hidden', name: 'x', campaignKind: 'PROGRAMME', launchedBy: 'P2', phases: [{ code: 'theirs', name: 'x', startsOn: '2022-01-01', endsOn: '2022-12-31' }] }]);
    const unknown = await publish({ campaign: 'unknown', phase: 'theirs' });
    expect(faults(unknown)).toEqual([['input.campaign', 'NOT_FOUND']]);
    expect(await publish({ campaign: 'hidden', phase: 'theirs' })).toEqual(unknown);
    expect(await publish({ campaign: 'hidden' })).toEqual(unknown);
    expect(await publish({ phase: 'theirs' })).toEqual(await publish({ phase: 'unknown' }));
    expect(faults(await publish({ phase: 'theirs' }))).toEqual([['input.phase', 'NOT_FOUND']]);
  });

  test.each([
    ['a day to come', { asOf: '2026-06-17' }, 'asOf', 'INVALID'],
    ['a day before all', { asOf: '0001-01-01' }, 'asOf', 'NOTHING_REPORTED'],
    ['a norm', { basis: 'NORM' }, 'basis', 'INVALID'],
    ['a target that there is not', { basis: 'SELF_SET' }, 'asOf', 'NOTHING_REPORTED'],
    ['an empty phase', { phase: '' }, 'phase', 'NOT_FOUND'],
    ['a statement', { indicator: "I' or '1'='1" }, 'indicator', 'NOT_FOUND'],
    ['a note that is too long', { note: 'x'.repeat(2001) }, 'note', 'INVALID'],
    ['a null character', { note: 'a\0' }, 'note', 'INVALID'],
    ['half a character', { note: 'a\ud800' }, 'note', 'INVALID'],
  ])('%s is a fault of its field', async (_, input, field, code) => {
    expect(faults(await publish(input))).toEqual([[`input.${field}`, code]]);
    expect(await server.rows('select from publication p join org_unit u on u.id = p.unit_id where u.code = $1', ['P1'])).toEqual([]);
  });

  test.each(['', '  ', 'a\0', 'a\ud800', 'x'.repeat(2001)])('a reason that cannot be used changes nothing: %j', async (reason) => {
    expect(faults(await server.act('admin@P2', 'withdrawPublication', { id: published.toAll, reason }))).toEqual([['input.reason', 'INVALID']]);
    expect(await server.rows('select from publication where ended_at is not null')).toEqual([]);
  });
});

describe('nobody is who they say in', () => {
  test.each(["o'neill ? ?? $1 \\", "\\'; drop table figure; --", 'a,b"{}', '{"a":1}', '$$', 'null', '-', 'đặng 😀', ',{},'])('the principal of a change is the token’s, letter by letter: %s', async (principal) => {
    await server.grant(principal, 'ADMIN', 'D2');
    expect((await server.act(principal, 'grantRole', { principal: `by ${principal}`, role: 'VIEWER', unit: 'D2' })).grant.grantedBy).toBe(principal);
    expect(await server.rows('select principal from audit_log order by id desc limit 1')).toEqual([{ principal }]);
    // And of the one connection that there is, the next caller has nothing of it.
    expect((await server.ask(null, '{ viewer { principal scopes { id } } orgUnit(code: "D2") { code } }')).data).toEqual({ viewer: { principal: null, scopes: [] }, orgUnit: null });
  });

  test('a change that failed leaves no session behind', async () => {
    await server.act('admin@P1', 'grantRole', { principal: 'x', role: 'VIEWER', unit: 'X' });
    const { rows } = await server.api.pool.query(`select count(*)::int as units, (select count(*)::int from role_grant) as grants, nullif(current_setting('liendoan.principal', true), '') as who from org_unit`);
    expect(rows).toEqual([{ units: 0, grants: 0, who: null }]);
  });

  test('a link changes nothing: mutations are not taken by GET, nor as a form', async () => {
    const mutation = 'mutation { grantRole(input: { principal: "by a link", role: VIEWER, unit: "D1" }) { userErrors { code } } }';
    const authorization = `Bearer ${await server.tokenFor('admin@P1')}`;
    const address = new URL(`/graphql?query=${encodeURIComponent(mutation)}`, server.url);
    expect((await fetch(address, { headers: { authorization, 'apollo-require-preflight': 'x' } })).status).toBe(405);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const { status } = await fetch(new URL('/graphql', server.url), { method: 'POST', headers: { authorization, 'content-type': type }, body: JSON.stringify({ query: mutation }) });
      expect([400, 415]).toContain(status);
    }
    expect(await server.rows(`select from role_grant where principal = 'by a link'`)).toEqual([]);
  });
});

test('whatever a mutation is given, it answers for its input, and changes nothing outside the reach of its caller', async () => {
  await server.grant('anything', 'ADMIN', 'D2');
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', '\0', '\ud800', "'", '?', '??', '\\', '$1', 'x'.repeat(3000), 'null', '\u202e', '😀'));
  const or = <T,>(usual: readonly T[], odd: fc.Arbitrary<unknown> = text): fc.Arbitrary<unknown> => fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd });
  const unit = or(['D2', 'D2', 'G3', 'G3', 'P1', 'N', 'D1', 'G9', 'X']);
  const day = or(['2022-01-01', '2026-06-16', '2026-12-31', '0001-01-01', '9999-12-31', null], fc.oneof(text, fc.integer(), fc.constantFrom('2026-02-30', '-infinity', '0000-01-01', '10000-01-01')));
  const keyOf = await server.act('anything', 'createApiKey', { unit: 'D2', name: 'x', expiresOn: '2027-01-01' }).then(({ apiKey }) => apiKey.keyId as string);
  const ids = (type: string) => [...Array.from({ length: 12 }, (_, i) => server.idOf(type, i + 1)), server.idOf(type, '9223372036854775807'), server.idOf(type, '18446744073709551615'), server.idOf('OrgUnit', 1)];
  const calls = fc.oneof(
    fc.record({ mutation: fc.constant('grantRole'), input: fc.record({ principal: or(['a', 'b', 'anything', `key:${keyOf}`]), role: fc.constantFrom('PARTNER', 'VIEWER', 'ADMIN'), unit, from: day, to: day }) }),
    fc.record({ mutation: fc.constant('revokeGrant'), input: fc.record({ id: or(ids('Grant')) }) }),
    fc.record({ mutation: fc.constant('createApiKey'), input: fc.record({ unit, name: or(['x']), expiresOn: day.map((one) => one ?? '2027-01-01') }) }),
    fc.record({ mutation: fc.constant('revokeApiKey'), input: fc.record({ keyId: or([keyOf, 'abcdefghijkl']) }) }),
    fc.record({ mutation: fc.constant('publishTotal'), input: fc.record({ unit, campaign: or(['K', 'K2', 'hidden']), phase: or(['first', null, null]), indicator: or(['I']), basis: fc.constantFrom(null, null, 'ASSIGNED', 'NORM'), asOf: day, audience: fc.constantFrom('PARTNER', 'PUBLIC'), note: or([null]) }) }),
    fc.record({ mutation: fc.constant('withdrawPublication'), input: fc.record({ id: or(ids('Publication')), reason: or(['x']) }) }),
  );
  const outside = () =>
    server.rows(`select (select count(*) from role_grant g join org_unit u on u.id = g.unit_id where g.revoked_by = 'anything' and u.code not in ('D2', 'G3')) as revoked,
      (select count(*) from role_grant g join org_unit u on u.id = g.unit_id where g.granted_by = 'anything' and u.code not in ('D2', 'G3')) as granted,
      (select count(*) from api_key k join org_unit u on u.id = k.unit_id where 'anything' in (k.created_by, k.revoked_by) and u.code not in ('D2', 'G3')) as keys,
      (select count(*) from publication p join org_unit u on u.id = p.unit_id where u.code not in ('D2', 'G3')) as published,
      (select count(*) from publication p join org_unit u on u.id = p.unit_id where u.code not in ('D2', 'G3') and p.ended_at is not null) as ended,
      (select count(*) from audit_log a join org_unit u on u.id = a.unit_id where a.principal = 'anything' and u.code not in ('D2', 'G3')) as noted`);
  const before = await outside();
  const done = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(calls, async ({ mutation, input }) => {
      // Whoever has revoked their own right goes on with another.
      await server.rows(`insert into role_grant (principal, role, unit_id, starts) select 'anything', 'ADMIN', id, '1900-01-01' from org_unit where code = 'D2'
        and not exists (select from role_grant where principal = 'anything' and role = 'ADMIN' and unit_id = org_unit.id and revoked_at is null and starts <= '2026-06-16' and ends is null)`);
      const refused = await server.refusal('anything', mutation, input);
      if (refused !== undefined) expect(refused).toEqual(['BAD_USER_INPUT']);
      else done.set(mutation, (done.get(mutation) ?? 0) + 1);
    }),
    { numRuns: 250 },
  );
  expect([...done.keys()].sort()).toEqual(['createApiKey', 'grantRole', 'publishTotal', 'revokeApiKey', 'revokeGrant', 'withdrawPublication']);
  expect(await outside()).toEqual(before);
}, 60_000);
