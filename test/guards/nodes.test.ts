import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.js';
import { encodeNodeId } from '../../src/shared/node-id.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.load([{ type: 'cluster', code: 'cluster-1', owner: 'P01', name: 'Cụm 1', kind: 'CLUSTER', year: 2022, members: ['D272'] }]);
});

afterAll(() => server?.close());

describe('ids', () => {
  test('every type that implements Node is found by the id that it shows', async () => {
    const schema = await buildSchema();
    const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node'));
    expect(types.length).toBeGreaterThan(5);
    for (const { name } of types) {
      const id = encodeNodeId(name, 1);
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
      const { data, errors } = await server.query('query ($id: ID!) { node(id: $id) { id } }', { id: encodeNodeId(type, key) });
      expect(errors).toBeUndefined();
      expect(data.node).toBeNull();
    }
  });

  test('an id that this server could not have made is BAD_USER_INPUT at its path', async () => {
    const forged = ['', 'D272', '1', `${encodeNodeId('OrgUnit', 1)}=`, encodeNodeId('OrgUnit', 0), encodeNodeId('Nothing', 1), encodeNodeId('OrgUnit', "1' or 1=1")];
    for (const id of forged) {
      const { data, errors } = await server.query('query ($id: ID!) { found: node(id: $id) { id } }', { id });
      expect(data.found).toBeNull();
      expect(errors).toMatchObject([{ path: ['found'], extensions: { code: 'BAD_USER_INPUT', argument: 'id' } }]);
    }
  });
});
