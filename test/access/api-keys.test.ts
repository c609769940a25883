import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../src/access/role.rules.js';
import { startBranches, TODAY, TOMORROW, YESTERDAY, type Branches, type Payload } from './branches.js';

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  await server.grant('admin@P1', 'ADMIN', 'P1');
  await server.grant('second@P1', 'ADMIN', 'P1');
  await server.grant('admin@P2', 'ADMIN', 'P2');
  await server.grant('admin@D1', 'ADMIN', 'D1');
  const published = { campaign: 'K', indicator: 'I', asOf: '2022-01-01', audience: 'PARTNER' };
  expect((await server.act('admin@P1', 'publishTotal', { unit: 'P1', ...published })).userErrors).toEqual([]);
  expect((await server.act('admin@P2', 'publishTotal', { unit: 'G9', ...published })).userErrors).toEqual([]);
}, 120_000);
afterAll(() => server?.close());

interface Key {
  readonly secret: string;
  readonly keyId: string;
}

const create = (by: string, input: object = {}): Promise<Payload> => server.act(by, 'createApiKey', { unit: 'P1', name: 'Báo Lao Động', expiresOn: '2027-06-16', ...input });
const newKey = async (input: object = {}): Promise<Key> => {
  const { secret, apiKey } = await create('admin@P1', input);
  return { secret, keyId: apiKey.keyId };
};
const revoke = (by: string, keyId: string): Promise<Payload> => server.act(by, 'revokeApiKey', { keyId });
const faults = ({ userErrors }: Payload) => userErrors.map(({ path, code }) => [path.join('.'), code]);
/** Which units a credential sees; its status where it is refused. */
const seenWith = async (secret: string): Promise<string[] | number> => {
  const { status, data } = await server.query('{ orgUnits { nodes { code } } }', {}, { as: secret });
  return status === 200 ? data.orgUnits.nodes.map(({ code }: { code: string }) => code) : status;
};
const listed = async (principal: string | null, unit = 'P1') =>
  (await server.ask(principal, 'query ($unit: String!) { orgUnit(code: $unit) { apiKeys(first: 100) { totalCount nodes { keyId name expiresOn revokedAt lastUsedAt } } } }', { unit })).data.orgUnit?.apiKeys;
const keys = () => server.rows('select id from api_key order by id');

describe('a key', () => {
  test('is made, shown once, and works at once', async () => {
    const { apiKey, secret, userErrors } = await create('admin@P1', { name: '  Báo Lao Động ' });
    expect(userErrors).toEqual([]);
    expect(secret).toMatch(/^ldk_[a-z0-9]{12}_[\w-]{43}$/);
    expect(apiKey).toEqual({
      keyId: secret.slice(4, 16), name: 'Báo Lao Động', principal: `key:${secret.slice(4, 16)}`, createdAt: expect.any(String), createdBy: 'admin@P1',
      expiresOn: '2027-06-16', revokedAt: null, revokedBy: null, lastUsedAt: null, orgUnit: { code: 'P1' },
    });
    const { data } = await server.query('{ viewer { principal callerClass scopes { role from to orgUnit { code } } } orgUnit(code: "P1") { progress(campaign: "K", indicator: "I") { result { value } } results { totalCount } } }', {}, { as: secret });
    expect(data).toEqual({
      viewer: { principal: apiKey.principal, callerClass: 'PARTNER', scopes: [{ role: 'PARTNER', from: TODAY, to: '2027-06-16', orgUnit: { code: 'P1' } }] },
      orgUnit: { progress: { result: { value: 6 } }, results: { totalCount: 0 } },
    });
  });

  test('is kept as a hash alone', async () => {
    const { secret, keyId } = await newKey();
    const [row] = await server.rows<{ secret_hash: string; all: string }>('select secret_hash, api_key::text as all from api_key where id = $1', [keyId]);
    expect(row!.secret_hash).toMatch(/^\$argon2id\$/);
    expect(row!.all).not.toContain(secret.slice(17));
    expect(JSON.stringify(await server.rows('select * from audit_log'))).not.toContain(secret.slice(17));
  });

  test('is another one each time', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => newKey()));
    expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(4);
    expect(new Set(made.map(({ secret }) => secret.slice(17))).size).toBe(4);
  });

  test('with the secret of another, or cut, or changed, is 401', async () => {
    const [a, b] = [await newKey(), await newKey()];
    const wrong = [`ldk_${a.keyId}_${b.secret.slice(17)}`, a.secret.slice(0, -1), `${a.secret}A`, a.secret.toUpperCase(), `ldk_${a.keyId}_${'A'.repeat(43)}`, `key:${a.keyId}`];
    for (const secret of wrong) expect(await seenWith(secret)).toBe(401);
    expect(await seenWith(a.secret)).toEqual(['P1']);
  });

  test('is taken on its last day, and no more on the next', async () => {
    const { secret, keyId } = await newKey({ expiresOn: TODAY });
    expect(await seenWith(secret)).toEqual(['P1']);
    await server.rows('update api_key set expires_on = $2 where id = $1', [keyId, YESTERDAY]);
    expect(await seenWith(secret)).toBe(401);
  });

  test('revoked is 401 at once; a second time changes nothing, whoever asks', async () => {
    const { secret, keyId } = await newKey();
    expect(await seenWith(secret)).toEqual(['P1']);
    const first = await revoke('admin@P1', keyId);
    expect(first).toEqual({ apiKey: { keyId, revokedAt: expect.any(String), revokedBy: 'admin@P1' }, userErrors: [] });
    expect(await seenWith(secret)).toBe(401);
    for (const by of ['admin@P1', 'second@P1']) expect(await revoke(by, keyId)).toEqual(first);
    expect(await server.rows(`select action from audit_log where 'REVOKE_API_KEY' = action and before ->> 'keyId' = $1`, [keyId])).toHaveLength(1);
  });

  test('many at once revoke once', async () => {
    const { keyId } = await newKey();
    const outcomes = await Promise.all(['admin@P1', 'second@P1', 'admin@P1', 'second@P1'].map((by) => revoke(by, keyId)));
    expect(outcomes.flatMap(faults)).toEqual([]);
    expect(new Set(outcomes.map(({ apiKey: { revokedBy } }) => revokedBy)).size).toBe(1);
    expect(await server.rows(`select from audit_log where action = 'REVOKE_API_KEY' and before ->> 'keyId' = $1`, [keyId])).toHaveLength(1);
  });

  test('says when it was last used', async () => {
    const { secret, keyId } = await newKey({ unit: 'D1' });
    const lastUsed = async (): Promise<string | null> => (await listed('admin@P1', 'D1')).nodes.find((key: { keyId: string }) => key.keyId === keyId).lastUsedAt;
    expect(await lastUsed()).toBeNull();
    await seenWith(`ldk_${keyId}_${'A'.repeat(43)}`);
    expect(await lastUsed()).toBeNull();
    await seenWith(secret);
    await expect.poll(lastUsed).toMatch(/^\d{4}-\d{2}-\d{2}T/);
  });

  test('opens no door, whatever it was granted', async () => {
    const { secret } = await newKey();
    const { errors } = await server.query('mutation { createApiKey(input: { unit: "P1", name: "x", expiresOn: "2026-07-01" }) { secret } }', {}, { as: secret });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const explained = await server.query('{ explainAccess(unit: "P1", principal: "admin@P1") { reason } }', {}, { as: secret });
    expect(explained.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('reads elsewhere what the ADMIN there grants it, who does not see the key itself', async () => {
    const { secret, keyId } = await newKey();
    expect(await seenWith(secret)).toEqual(['P1']);
    const grant = (by: string, unit: string, role = 'PARTNER') => server.act(by, 'grantRole', { principal: `key:${keyId}`, role, unit });
    expect(faults(await grant('admin@P1', 'P2'))).toEqual([['input.unit', 'NOT_FOUND']]);
    expect(faults(await grant('admin@P2', 'P2', 'VIEWER'))).toEqual([['input.role', 'INVALID']]);
    expect(faults(await grant('admin@P2', 'P2'))).toEqual([]);
    expect(await seenWith(secret)).toEqual(['G9', 'P1']);
    expect(await listed('admin@P2', 'P2')).toEqual({ totalCount: 0, nodes: [] });
    expect(faults(await revoke('admin@P2', keyId))).toEqual([['input.keyId', 'NOT_FOUND']]);
    await revoke('second@P1', keyId);
    expect(await seenWith(secret)).toBe(401);
  });
});

describe('createApiKey', () => {
  test('takes an ADMIN of the unit; a hidden unit answers as an unknown one', async () => {
    const before = await keys();
    expect(faults(await create('admin@D1', { unit: 'P1' }))).toEqual([['input.unit', 'FORBIDDEN']]);
    const unknown = await create('admin@D1', { unit: 'X' });
    expect(faults(unknown)).toEqual([['input.unit', 'NOT_FOUND']]);
    for (const unit of ['D2', 'P2', 'G9', '', "'", 'D1\0']) expect(await create('admin@D1', { unit })).toEqual(unknown);
    for (const role of ROLES.filter((one) => one !== 'ADMIN')) {
      await server.grant(`mere ${role}`, role, 'P1');
      expect(await server.refusal(`mere ${role}`, 'createApiKey', { unit: 'P1', name: 'x', expiresOn: TOMORROW })).toEqual(['FORBIDDEN']);
    }
    expect(await server.refusal(null, 'createApiKey', { unit: 'P1', name: 'x', expiresOn: TOMORROW })).toEqual(['UNAUTHENTICATED']);
    expect(await keys()).toEqual(before);
  });

  test('wants a name and a day, at most two years ahead', async () => {
    const before = await keys();
    for (const name of ['', ' ', '\t\n', '\u200b \u202e', 'x'.repeat(201), 'a\0b', 'a\nb', 'a\ud800', '\udc00']) expect(faults(await create('admin@P1', { name }))).toEqual([['input.name', 'INVALID']]);
    for (const expiresOn of [YESTERDAY, '2028-06-17', '9999-12-31', '0001-01-01']) expect(faults(await create('admin@P1', { expiresOn }))).toEqual([['input.expiresOn', 'INVALID']]);
    for (const expiresOn of ['2027-02-29', '', 'soon', 20270101]) {
      expect(await server.refusal('admin@P1', 'createApiKey', { unit: 'P1', name: 'x', expiresOn })).toEqual(['BAD_USER_INPUT']);
    }
    expect(await keys()).toEqual(before);
    for (const name of ["it's ? \\ $1 $& ??", 'x'.repeat(200), '\u202ea', '😀']) expect((await create('admin@P1', { name, expiresOn: '2028-06-16' })).apiKey.name).toBe(name);
  });

  test('what cannot be noted is not done', async () => {
    const counts = () => server.rows('select (select count(*) from api_key) as keys, (select count(*) from role_grant) as grants');
    const { keyId, secret } = await newKey();
    const before = await counts();
    await server.rows(`alter table audit_log add constraint closed check (action !~ 'KEY') not valid`);
    try {
      expect(await server.refusal('admin@P1', 'createApiKey', { unit: 'P1', name: 'x', expiresOn: TOMORROW })).toEqual(['INTERNAL_SERVER_ERROR']);
      expect(await server.refusal('admin@P1', 'revokeApiKey', { keyId })).toEqual(['INTERNAL_SERVER_ERROR']);
    } finally {
      await server.rows('alter table audit_log drop constraint closed');
    }
    expect(await counts()).toEqual(before);
    expect(await seenWith(secret)).toEqual(['P1']);
  });
});

describe('keys are listed', () => {
  test('to ADMINs of the unit, and to nobody else', async () => {
    const { secret, keyId } = await newKey({ unit: 'D2', name: 'Listed' });
    const entry = { keyId, name: 'Listed', expiresOn: '2027-06-16', revokedAt: null, lastUsedAt: null };
    expect(await listed('admin@P1', 'D2')).toEqual({ totalCount: 1, nodes: [entry] });
    for (const role of ROLES.filter((one) => one !== 'ADMIN' && one !== 'PARTNER')) {
      await server.grant(`on D2 ${role}`, role, 'D2');
      expect(await listed(`on D2 ${role}`, 'D2')).toEqual({ totalCount: 0, nodes: [] });
    }
    // To a key, not even itself.
    const { data } = await server.query('{ orgUnit(code: "P1") { apiKeys { totalCount } } }', {}, { as: await newKey().then((key) => key.secret) });
    expect(data.orgUnit.apiKeys).toEqual({ totalCount: 0 });
    expect(secret).toContain(keyId);
  });

  test('revokeApiKey tells nothing of keys of others', async () => {
    const { keyId } = await newKey();
    const unknown = await revoke('admin@D1', 'abcdefghijkl');
    expect(faults(unknown)).toEqual([['input.keyId', 'NOT_FOUND']]);
    for (const id of [keyId, `key:${keyId}`, keyId.toUpperCase(), '', "' or '1'='1", 'a\0bcdefghijk', 'x'.repeat(10_000), '\ud800']) expect(await revoke('admin@D1', id)).toEqual(unknown);
    expect(await server.rows('select revoked_at from api_key where id = $1', [keyId])).toEqual([{ revoked_at: null }]);
  });
});
