import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';
import { Officers, TREE } from '../results/world.js';

/** Mutations of grants, keys and publications, as those of the workflow have it in their own tests: who, which version, and again. */
let server: TestServer;
let officers: Officers;
let day = 0;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  await server.load([...TREE, ...['G1', 'G2', 'G3', 'G4'].map((unit) => ({ type: 'result', unit, campaign: 'c', indicator: 'i', coverage: 'OWN', asOf: '2022-02-01', value: 10 }))]);
  for (const unit of ['P1', 'P2', 'D1', 'G1']) await server.grant(`admin-${unit}`, 'ADMIN', unit);
  await server.grant('viewer', 'VIEWER', 'P1');
  officers = new Officers(server);
});
afterAll(() => server?.close());

const SELECTIONS: Record<string, string> = {
  grantRole: 'thing: grant { id version principal revokedAt }', revokeGrant: 'thing: grant { id version principal revokedAt }',
  createApiKey: 'thing: apiKey { keyId version name revokedAt } secret', revokeApiKey: 'thing: apiKey { keyId version name revokedAt }',
  publishTotal: 'thing: publication { id version endedAt total { value } }', withdrawPublication: 'thing: publication { id version endedAt }',
};
const send = (as: string, name: string, input: object) => officers.send(as, name, input, SELECTIONS[name]);
const errorsOf = ({ userErrors }: { userErrors: { path: string[]; code: string }[] }): string[] => userErrors.map(({ path, code }) => `${path.join('.')} ${code}`);
const nextDay = (): string => `2030-01-${String(++day).padStart(2, '0')}`;

const granted = async () => (await send('admin-P1', 'grantRole', { principal: `officer ${++day}`, role: 'VIEWER', unit: 'D1' }))['thing'] as { id: string; version: number };
const keyed = async () => (await send('admin-P1', 'createApiKey', { unit: 'D1', name: 'Cổng', expiresOn: nextMonth() }))['thing'] as { keyId: string; version: number };
const nextMonth = (): string => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
let published = 0;
const total = () => ({ unit: 'D1', campaign: 'c', indicator: 'i', asOf: `2022-03-${String(++published).padStart(2, '0')}`, audience: 'PUBLIC' });
const publication = async () => (await send('admin-P1', 'publishTotal', total()))['thing'] as { id: string; version: number };

/** Of each: an input that would do something, on D1. */
const inputs: Record<string, () => Promise<object>> = {
  grantRole: async () => ({ principal: `officer ${++day}`, role: 'VIEWER', unit: 'D1' }),
  revokeGrant: async () => ({ id: (await granted()).id }),
  createApiKey: async () => ({ unit: 'D1', name: `Cổng ${nextDay()}`, expiresOn: nextMonth() }),
  revokeApiKey: async () => ({ keyId: (await keyed()).keyId }),
  publishTotal: async () => total(),
  withdrawPublication: async () => ({ id: (await publication()).id, reason: 'Nhầm' }),
};

describe.each(Object.keys(inputs))('%s', (name) => {
  test('takes a grant that reaches the unit: not a role too low, not a sibling’s, not a descendant’s', async () => {
    const input = await inputs[name]!();
    expect(await officers.refused('viewer', name, input)).toBe('FORBIDDEN');
    for (const other of ['admin-P2', 'admin-G1']) expect(await officers.refused(other, name, input)).toMatch(/^(NOT_FOUND|FORBIDDEN) input\.(unit|id|keyId)$/);
    expect((await send('admin-D1', name, input)).userErrors).toEqual([]);
  });

  test('refuses another version than there is, with the thing as it is', async () => {
    const input = await inputs[name]!();
    const stale = await send('admin-P1', name, { ...input, expectedVersion: 7 });
    expect(errorsOf(stale)).toEqual(['input.expectedVersion CONFLICT']);
    const makes = ['grantRole', 'createApiKey', 'publishTotal'].includes(name);
    if (makes) expect(stale['thing']).toBeNull();
    else expect(stale['thing']).toMatchObject({ version: 1 });
    const done = await send('admin-P1', name, { ...input, expectedVersion: makes ? 0 : 1 });
    expect(done).toMatchObject({ thing: { version: makes ? 1 : 2 }, userErrors: [] });
  });

  test('sent again under its key, does nothing more and gets the first answer; a secret is shown once', async () => {
    const input = { ...(await inputs[name]!()), idempotencyKey: `${name} once` };
    const count = async () => (await server.db.pool.query('select count(*) from audit_log')).rows;
    const first = await send('admin-P1', name, input);
    expect(first).toMatchObject({ replayed: false, userErrors: [] });
    const after = await count();
    const again = await send('admin-P1', name, input);
    expect(again).toEqual({ ...first, replayed: true, ...('secret' in first ? { secret: null } : {}) });
    expect(await count()).toEqual(after);
    expect(errorsOf(await send('admin-P1', name, { ...(await inputs[name]!()), idempotencyKey: `${name} once` }))).toEqual(['input.idempotencyKey CONFLICT']);
    const { rows } = await server.db.pool.query(`select from idempotency where answer::text like '%ldk\\_%'`);
    expect(rows).toEqual([]);
  });
});
