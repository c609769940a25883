import fc from 'fast-check';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.js';
import { openRowIds, RowIds } from '../../src/shared/row-ids.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let ids: RowIds;

beforeAll(async () => {
  server = await startTestServer();
  ids = await openRowIds(server.api.pool);
  await server.load([{ type: 'cluster', code: 'cluster-1', owner: 'P01', name: 'Cụm 1', kind: 'CLUSTER', year: 2022, members: ['D272'] }]);
  await server.db.pool.query(`insert into reporting_round (campaign_id, code, name, kind, period_from, period_to) select min(id), 'r', 'Kỳ', 'CUSTOM', '2022-01-01', '2022-06-30' from campaign`);
  await server.load([
    { type: 'source', code: 'T1', kind: 'ARTICLE', title: 'Bài' },
    { type: 'claim', code: 'T1-01', source: 'T1', unit: 'D272', statement: 'Có 10 sáng kiến', value: 10 },
    { type: 'document', code: 'dc-1', kind: 'LAW', title: 'Luật Thi đua' },
    { type: 'annualTheme', unit: 'D272', year: 1999 },
    { type: 'aim', unit: 'D272', campaign: '1m-initiatives', code: 'a', text: 'Tăng' },
    { type: 'partner', code: 'pt-1', unit: 'D272', name: 'Phòng', kind: 'GOVERNMENT' },
    { type: 'work', code: 'wk-1', unit: 'D272', kind: 'WORK', name: 'Công trình', status: 'COMPLETED' },
    { type: 'practiceModel', code: 'pm-1', unit: 'D272', name: 'Mô hình' },
    { type: 'initiative', code: 'in-1', unit: 'D272', title: 'Sáng kiến', stages: [{ stage: 'VALID', on: '2022-05-31' }] },
    { type: 'event', code: 'ev-1', unit: 'D272', kind: 'TALK', name: 'Tọa đàm' },
  ]);
  await server.db.pool.query(`alter table disclosure disable trigger disclosure_place;
    insert into disclosure ("of", thing_id, code, unit_id, path, audience) select 'AWARD', 1, 'a', id, path, 'PUBLIC' from org_unit order by id limit 1`);
  await server.db.pool.query(`insert into person (code, unit_id, name) select 'pe-1', min(id), 'Người' from org_unit; insert into position (person_id, unit_id, role, stated_on) select 1, min(id), 'CHAIR', '2022-01-01' from org_unit`);
  await server.load([{ type: 'award', code: 'aw-1', unit: 'D272', form: 'CERTIFICATE_OF_MERIT', issuers: [{ unit: 'P01' }] }]);
  await server.db.pool.query(`insert into region (code, name) values ('v', 'Vùng');
    insert into stated_rank (code, unit_id, campaign_id, among, place, as_of) select 'rk', u.id, c.id, 'NATION', 8, '2022-01-01' from (select min(id) as id from org_unit) u, (select min(id) as id from campaign) c`);
  // The import that filled the database is of no one unit.
  await server.db.pool.query(`update audit_log set unit_id = (select min(id) from org_unit) where id = 1`);
});

afterAll(() => server?.close());

describe('ids', () => {
  test('every type that implements Node is found by the id that it shows', async () => {
    const schema = await buildSchema();
    const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node'));
    expect(types.length).toBeGreaterThan(5);
    for (const { name } of types) {
      const id = ids.seal(name, 1);
      const { data, errors } = await server.query('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
      expect(errors).toBeUndefined();
      expect(data.node).toEqual({ __typename: name, id });
    }
  });

  test('a unit’s id leads back to the unit', async () => {
    const { data } = await server.query('{ orgUnit(code: "D272") { id } }');
    const again = await server.query('query ($id: ID!) { node(id: $id) { ... on OrgUnit { code parent(asOf: "2022-01-01") { code } } } }', data.orgUnit);
    expect(again.data.node).toEqual({ code: 'D272', parent: { code: 'P01' } });
  });

  test('a well-formed id that belongs to nothing answers null, however large', async () => {
    for (const [type, key] of [['OrgUnit', 999_999], ['OrgUnit', '9999999999'], ['Figure', '9223372036854775807'], ['Figure', '9999999999999999999']] as const) {
      const { data, errors } = await server.query('query ($id: ID!) { node(id: $id) { id } }', { id: ids.seal(type, key) });
      expect(errors).toBeUndefined();
      expect(data.node).toBeNull();
    }
  });

  test('an id that this server could not have made is BAD_USER_INPUT at its path', async () => {
    const good = ids.seal('OrgUnit', 1);
    const forged = [
      '', 'D272', '1', `${good}=`, good.slice(1), good + good, ` ${good}`, good.toLowerCase(), Buffer.from('OrgUnit:1').toString('base64url'),
      ids.seal('Nothing', 1), ids.seal('cursor figure.date', 1), new RowIds().seal('OrgUnit', 1),
    ];
    for (const id of forged) {
      const { data, errors } = await server.query('query ($id: ID!) { found: node(id: $id) { id } }', { id });
      expect(data.found).toBeNull();
      expect(errors).toMatchObject([{ path: ['found'], extensions: { code: 'BAD_USER_INPUT', argument: 'id' } }]);
    }
  });

  test('tell neither what they are of nor which row, and stay the same for another process', async () => {
    const again = await openRowIds(server.api.pool);
    const made = new Set<string>();
    for (let row = 1; row <= 500; row++) {
      const id = ids.seal('OrgUnit', row);
      expect(id).toMatch(/^[\w-]{22}$/);
      expect(again.seal('OrgUnit', String(row))).toBe(id);
      expect(again.open(id, ['Figure', 'OrgUnit'])).toEqual({ of: 'OrgUnit', number: String(row) });
      made.add(id).add(ids.seal('Figure', row));
    }
    expect(made.size).toBe(1000);
    // Those of neighbouring rows have nothing in common.
    const starts = new Set([...made].map((id) => id.slice(0, 4)));
    expect(starts.size).toBeGreaterThan(990);
  });

  test('any number there can be comes back', () => {
    const numbers = fc.oneof(fc.integer({ min: 0 }), fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String));
    fc.assert(
      fc.property(fc.string(), numbers, (of, number) => {
        expect(ids.open(ids.seal(of, number), [of])?.number).toBe(String(number));
      }),
    );
  });

  test('cursors show no row number either, and belong to their list', async () => {
    const page = async (field: string, after: string | null) => {
      const { data, errors } = await server.query(`query ($after: String) { orgUnit(code: "D272") { page: ${field}(first: 1, after: $after) { edges { cursor } } } }`, { after });
      return { cursor: data?.orgUnit?.page?.edges[0]?.cursor as string | undefined, code: errors?.[0]?.extensions['code'] };
    };
    const { cursor } = await page('results', null);
    const [order, day, sealed] = JSON.parse(Buffer.from(cursor!, 'base64url').toString()) as string[];
    expect([order, day]).toEqual(['figure.date', expect.stringMatching(/^\d{4}-/)]);
    expect(sealed).toMatch(/^[\w-]{22}$/);
    expect(await page('results', cursor!)).toMatchObject({ code: undefined });
    const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify([order, day, value])).toString('base64url');
    for (const forged of ['1', ids.seal('Figure', 1), ids.seal('cursor norm.date', 1), 1, null, { toString: 1 }, [sealed]]) {
      expect(await page('results', cursorOf(forged))).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });
});
