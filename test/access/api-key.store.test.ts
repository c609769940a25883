import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newApiKey } from '../../src/access/api-key.js';
import { createApiKeyStore } from '../../src/access/api-key.store.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  await server.load([{ type: 'orgUnit', code: 'TLD', name: 'Tổng', kind: 'CONFEDERATION', level: 'NATIONAL', validFrom: '1929-07-28' }]);
}, 60_000);
afterAll(() => server?.close());

async function insert(columns: { expires?: string } = {}): Promise<{ id: string; text: string }> {
  const { id, secretText, hash } = newApiKey();
  await server.db.pool.query(
    `insert into api_key (id, name, unit_id, secret_hash, expires_on) select $1, 'A partner', id, $2, $3 from org_unit where code = 'TLD'`,
    [id, await hash, columns.expires ?? '2999-12-31'],
  );
  return { id, text: secretText };
}
const lastUse = async (id: string): Promise<unknown> => (await server.db.pool.query('select last_used_at from api_key where id = $1', [id])).rows[0].last_used_at;
const viewer = async (as: string): Promise<unknown> => {
  const { data, errors } = await server.query('{ viewer { principal } }', {}, { as });
  return data?.viewer.principal ?? errors?.[0]?.extensions.code;
};

describe('the table of API keys', () => {
  test('tells of a key by its id alone, to the login of the API too', async () => {
    const { id } = await insert({ expires: '2026-05-31' });
    const store = createApiKeyStore(server.api.pool);
    expect(await store.find(id)).toEqual({ secretHash: expect.stringMatching(/^\$argon2id\$/), expiresOn: '2026-05-31', revoked: false });
    expect(await store.find('aaaaaaaaaaaa')).toBeUndefined();
    expect(await store.find("' or true --")).toBeUndefined();
  });

  test('has a key taken until it is revoked, and when it was last used', async () => {
    const { id, text } = await insert();
    expect(await lastUse(id)).toBeNull();
    expect(await viewer(text)).toBe(`key:${id}`);
    await vi.waitFor(async () => expect(await lastUse(id)).not.toBeNull());
    await server.db.pool.query('update api_key set revoked_at = now() where id = $1', [id]);
    expect(await viewer(text)).toBe('UNAUTHENTICATED');
  });

  test('has a key taken until its last day is over', async () => {
    const { id, text } = await insert();
    expect(await viewer(text)).toBe(`key:${id}`);
    await server.db.pool.query('update api_key set expires_on = today() - 1 where id = $1', [id]);
    expect(await viewer(text)).toBe('UNAUTHENTICATED');
  });

  test('never has the secret', async () => {
    const { id, text } = await insert();
    const { rows } = await server.db.pool.query('select k::text as row from api_key k where id = $1', [id]);
    expect(rows[0].row).not.toContain(text.slice(-43));
  });
});
