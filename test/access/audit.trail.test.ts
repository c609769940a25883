import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBranches, type Branches } from './branches.js';

let server: Branches;
const ENTRY = 'id at principal action before after requestId unit { code }';
const trail = async (principal: string | null, unit: string, more = '') => {
  const { data, errors } = await server.ask(principal, `query ($unit: String!) { auditTrail(unit: $unit${more}) { nodes { ${ENTRY} } totalCount } }`, { unit });
  return errors === undefined ? data.auditTrail : errors.map(({ extensions }) => extensions['code']);
};
const actions = async (principal: string | null, unit: string, more = ''): Promise<string[]> =>
  (await trail(principal, unit, more)).nodes.map(({ action, unit: of }: { action: string; unit: { code: string } }) => `${action} ${of.code}`);

beforeAll(async () => {
  server = await startBranches();
  await server.grant('nation', 'ADMIN', 'N');
  await server.grant('province', 'ADMIN', 'P1');
  await server.grant('viewer', 'VIEWER', 'P1');
  await server.grant('union', 'REPORTER', 'G1');
  await server.grant('partner', 'PARTNER', 'N');
  await server.act('province', 'publishTotal', { unit: 'P1', campaign: 'K', indicator: 'I', audience: 'PARTNER' });
  await server.act('province', 'grantRole', { unit: 'D1', principal: 'new', role: 'VIEWER' });
  await server.act('nation', 'grantRole', { unit: 'D9', principal: 'new', role: 'VIEWER' });
  await server.rows(`insert into audit_log (principal, action, unit_id, before, after, request_id) select 'lan', 'APPROVE_RESULT', id, '{"id": 7, "status": "SUBMITTED"}', '{"id": 7, "status": "APPROVED"}', 'r' from org_unit where code = 'G1'`);
});
afterAll(() => server?.close());

const NONE = { nodes: [], totalCount: 0 };

describe('the trail', () => {
  test('tells who did what, and when, the latest first', async () => {
    const { nodes, totalCount } = await trail('nation', 'P1', ', beneath: true');
    expect(totalCount).toBe(3);
    expect(nodes).toEqual([
      { id: expect.any(String) as unknown, at: expect.stringMatching(/^\d{4}-.+Z$/) as unknown, principal: 'lan', action: 'APPROVE_RESULT', before: { status: 'SUBMITTED' }, after: { status: 'APPROVED' }, requestId: 'r', unit: { code: 'G1' } },
      {
        id: expect.any(String) as unknown, at: expect.any(String) as unknown, principal: 'province', action: 'GRANT_ROLE', before: null,
        after: { id: expect.any(String) as unknown, principal: 'new', role: 'VIEWER', unit: 'D1', from: '2026-06-16', to: null }, requestId: expect.any(String) as unknown, unit: { code: 'D1' },
      },
      expect.objectContaining({ action: 'PUBLISH_TOTAL', unit: { code: 'P1' }, after: expect.objectContaining({ campaign: 'K', audience: 'PARTNER', value: '6.0000' }) as unknown }) as unknown,
    ]);
    // A row's number is shown as an id, by which the thing is found; of one that has no id, not at all.
    const [, granted] = nodes;
    const { data } = await server.ask('nation', 'query ($id: ID!, $entry: ID!) { node(id: $id) { ... on Grant { principal } } entry: node(id: $entry) { ... on AuditEntry { action } } }', { id: granted.after.id, entry: granted.id });
    expect(data).toEqual({ node: { principal: 'new' }, entry: { action: 'GRANT_ROLE' } });
  });

  test('is of the unit alone, unless those beneath are asked for', async () => {
    expect(await actions('nation', 'P1')).toEqual(['PUBLISH_TOTAL P1']);
    expect(await actions('nation', 'P1', ', beneath: null')).toEqual(['PUBLISH_TOTAL P1']);
    expect(await actions('nation', 'D1', ', beneath: true')).toEqual(['APPROVE_RESULT G1', 'GRANT_ROLE D1']);
    expect(await actions('nation', 'N')).toEqual([]);
    expect(await actions('nation', 'N', ', beneath: true')).toEqual(['APPROVE_RESULT G1', 'GRANT_ROLE D9', 'GRANT_ROLE D1', 'PUBLISH_TOTAL P1']);
  });

  test('of what is not in scope is empty: above, beside, unknown, and no code at all', async () => {
    for (const unit of ['N', 'P1', 'D1', 'G2', 'D9', 'nowhere', '', 'a\u0000b', "x' or 1=1"])
      for (const more of ['', ', beneath: true']) expect(await trail('union', unit, more)).toEqual(NONE);
    expect(await actions('union', 'G1')).toEqual(['APPROVE_RESULT G1']);
  });

  test('shows what was done to grants and keys to ADMINs, as the grants themselves', async () => {
    expect(await actions('viewer', 'P1', ', beneath: true')).toEqual(['APPROVE_RESULT G1', 'PUBLISH_TOTAL P1']);
    expect(await trail('viewer', 'D1')).toEqual(NONE);
    const { nodes: [granted] } = await trail('province', 'D1');
    const { data } = await server.ask('viewer', 'query ($id: ID!) { node(id: $id) { id } }', { id: granted.id });
    expect(data.node).toBeNull();
  });

  test('shows what names a campaign to those who see the campaign', async () => {
    // K2 is of P2, and G1 has nothing in it.
    await server.rows(`insert into audit_log (principal, action, unit_id, before, after) select 'lan', 'SAVE_RESULT', id, b, a from org_unit,
      (values ('{"campaign": "K2"}'::jsonb, '{"value": 1}'::jsonb), (null, '{"campaign": "K2"}')) v (b, a) where code = 'G1'`);
    expect(await trail('union', 'G1')).toMatchObject({ nodes: [{ action: 'APPROVE_RESULT' }], totalCount: 1 });
    expect(await actions('union', 'G1', ', beneath: true')).toEqual(['APPROVE_RESULT G1']);
    expect(await actions('nation', 'G1')).toEqual(['SAVE_RESULT G1', 'SAVE_RESULT G1', 'APPROVE_RESULT G1']);
    const { nodes: [hidden] } = await trail('nation', 'G1');
    expect((await server.ask('union', 'query ($id: ID!) { node(id: $id) { id } }', { id: hidden.id })).data.node).toBeNull();
    await server.rows(`delete from audit_log where action = 'SAVE_RESULT'`);
  });

  test('is for callers with a scope', async () => {
    expect(await trail(null, 'P1')).toEqual(['UNAUTHENTICATED']);
    for (const principal of ['partner', 'nobody']) expect(await trail(principal, 'P1')).toEqual(['FORBIDDEN']);
  });

  test('leaves out what was done to no one unit, such as imports', async () => {
    expect(await server.rows(`select action from audit_log where unit_id is null`)).toEqual([{ action: 'IMPORT' }]);
    expect((await actions('nation', 'N', ', beneath: true, first: 100')).join()).not.toContain('IMPORT');
    const { data } = await server.ask('nation', 'query ($id: ID!) { node(id: $id) { id } }', { id: server.idOf('AuditEntry', 1) });
    expect(data.node).toBeNull();
  });

  test('is read page by page, in as many statements however many entries there are', async () => {
    await server.rows(`insert into audit_log (principal, action, unit_id) select 'lan', 'STEP_' || chr(65 + n % 26), (select id from org_unit where code = case n % 3 when 0 then 'G9' else 'D9' end) from generate_series(1, 150) n`);
    const page = async (first: number, after: string | null, unit = 'D9') => {
      server.statements.length = 0;
      const { data, errors } = await server.ask('nation', `query ($first: Int, $after: String, $unit: String!) {
        auditTrail(unit: $unit, beneath: true, first: $first, after: $after) { edges { cursor node { id unit { code } } } pageInfo { hasNextPage endCursor } totalCount } }`, { first, after, unit });
      return { errors, statements: server.statements.length, ...data?.auditTrail };
    };
    const all: string[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const { edges, pageInfo, totalCount } = await page(40, after);
      expect(totalCount).toBe(151);
      all.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
      ({ hasNextPage: more, endCursor: after } = pageInfo);
    }
    expect(new Set(all).size).toBe(151);
    const { rows } = await server.db.pool.query<{ id: string }>(`select a.id::text from audit_log a join org_unit u on u.id = a.unit_id where u.code in ('D9', 'G9') order by a.id desc`);
    expect(all).toEqual(rows.map(({ id }) => server.idOf('AuditEntry', id)));
    const [two, hundred] = [await page(2, null), await page(100, null)];
    expect(hundred.edges).toHaveLength(100);
    expect(hundred.statements).toBe(two.statements);
    // The cursor is of this list, and shows no number.
    const cursor = two.pageInfo.endCursor as string;
    expect(Buffer.from(cursor, 'base64url').toString()).toMatch(/^\["audit.id","[\w-]{22}"\]$/);
    expect((await page(2, cursor, 'nowhere')).edges).toEqual([]);
    expect((await page(2, 'abc')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await page(101, null, 'nowhere')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('is the same beneath few units and beneath many', async () => {
    const read = async (more: string) => (await trail('nation', 'P2', `, beneath: true, ${more}`)).nodes.map(({ id }: { id: string }) => id);
    const pages = async () => {
      const { data } = await server.ask('nation', '{ auditTrail(unit: "P2", beneath: true, first: 60) { pageInfo { endCursor } } }');
      return [await read('first: 60'), await read(`first: 60, after: "${data.auditTrail.pageInfo.endCursor}"`)];
    };
    const before = await pages();
    expect(before.map((ids) => ids.length)).toEqual([60, 60]);
    const { name, ...union } = { type: 'orgUnit', name: 'Unit', level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D9', validFrom: '2020-01-01' };
    await server.load(Array.from({ length: 250 }, (_, i) => ({ ...union, code: `G9-${i}`, name: `${name} ${i}` })));
    expect(await pages()).toEqual(before);
    expect(await trail('union', 'P2', ', beneath: true')).toEqual(NONE);
  });

  test('a member of today reads of today’s tree', async () => {
    await server.load([{ type: 'placement', unit: 'G1', parent: 'D2', from: '2026-06-01' }]);
    expect(await actions('viewer', 'D1', ', beneath: true')).toEqual([]);
    expect(await actions('viewer', 'D2', ', beneath: true')).toEqual(['APPROVE_RESULT G1']);
  });
});
