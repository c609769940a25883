import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionStatement } from '../../src/access/row-scope.js';
import { startBranches, TODAY, type Branches, type Payload } from '../access/branches.js';

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  await server.load([
    { type: 'orgUnit', code: 'D3', name: 'Unit D3', level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent: 'P1', validFrom: '2020-01-01' },
    { type: 'placement', unit: 'D3', parent: 'P2', from: '2024-01-01' },
    { type: 'orgUnit', code: 'D4', name: 'Unit D4', level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent: 'P1', validFrom: '2020-01-01' },
    { type: 'closure', unit: 'D4', on: '2025-07-01', successor: 'D1' },
  ]);
  for (const unit of ['N', 'P1', 'P2', 'D1']) await server.grant(`admin@${unit}`, 'ADMIN', unit);
  await server.grant('manager@P1', 'CAMPAIGN_MANAGER', 'P1');
  await server.grant('viewer@D1', 'VIEWER', 'D1');
  await server.grant('viewer@D2', 'VIEWER', 'D2');
}, 120_000);
afterAll(() => server?.close());

const save = (input: object, by = 'admin@P1'): Promise<Payload> => server.act(by, 'saveCluster', { owner: 'P1', name: 'Cụm số 1', kind: 'CLUSTER', year: 2025, ...input });
const faults = ({ userErrors }: Payload): string[] => userErrors.map(({ path, code }) => `${path.slice(1).join('.')} ${code}`);
const codes = (cluster: { members: { nodes: { code: string }[] } }): string[] => cluster.members.nodes.map(({ code }) => code);
const log = () => server.rows<{ unit: string; before: object | null; after: object | null }>(`select u.code as unit, before, after from audit_log a join org_unit u on u.id = a.unit_id where action = 'SAVE_CLUSTER' order by a.id`);

describe('saveCluster', () => {
  test('groups units for a year, says anew who is in the group, and notes it with each of them', async () => {
    const made = await save({ code: 'c1', members: ['D2', 'D1'], leadUnit: 'D2', note: 'Giao ước' });
    expect(made).toMatchObject({
      replayed: false, userErrors: [], cluster: { code: 'c1', name: 'Cụm số 1', kind: 'CLUSTER', year: 2025, owner: { code: 'P1' }, leadUnit: { code: 'D2' }, note: 'Giao ước', version: 1 },
    });
    expect(codes(made.cluster)).toEqual(['D1', 'D2']);
    const changed = await save({ code: 'c1', members: ['D1', 'D4'], leadUnit: 'D1', expectedVersion: 1 });
    expect(changed).toMatchObject({ userErrors: [], cluster: { version: 2, leadUnit: { code: 'D1' }, note: null } });
    expect(codes(changed.cluster)).toEqual(['D1', 'D4']);
    // Nothing is different: nothing is done.
    expect((await save({ code: 'c1', members: ['D4', 'D1'], leadUnit: 'D1', expectedVersion: 2 })).cluster).toMatchObject({ version: 2 });
    const of = { code: 'c1', name: 'Cụm số 1', kind: 'CLUSTER', year: 2025, source: null, members: 2 };
    const part = (leads: boolean) => ({ cluster: 'c1', leads });
    expect(await log()).toEqual([
      { unit: 'P1', before: null, after: { ...of, note: 'Giao ước', version: 1 } },
      { unit: 'D1', before: null, after: part(false) },
      { unit: 'D2', before: null, after: part(true) },
      { unit: 'P1', before: { ...of, note: 'Giao ước', version: 1 }, after: { ...of, note: null, version: 2 } },
      { unit: 'D1', before: part(false), after: part(true) },
      { unit: 'D2', before: part(true), after: null },
      { unit: 'D4', before: null, after: part(false) },
    ]);
    // By itself it opens nothing: D2 sees of D1 what it saw before.
    const seen = async (by: string) => (await server.ask(by, '{ orgUnit(code: "P1") { ownedClusters(year: 2025) { code members { nodes { code } } } } }')).data.orgUnit.ownedClusters;
    expect(await seen('viewer@D1')).toEqual([{ code: 'c1', members: { nodes: [{ code: 'D1' }, { code: 'D4' }] } }]);
    expect(await seen('viewer@D2')).toEqual([]);
  });

  test('makes a code where none is given', async () => {
    const { cluster } = await save({ members: ['D1'], year: 2020 });
    expect(cluster.code).toMatch(/^cl-[0-9a-z]{12}$/);
  });

  test('a unit is in one cluster of an owner, kind and year', async () => {
    await save({ code: 'y22', members: ['D1'], year: 2022 });
    expect(faults(await save({ members: ['D2', 'D1'], year: 2022 }))).toEqual(['members.1 CONFLICT']);
    expect(faults(await save({ members: ['D1'], year: 2022, kind: 'BLOC' }))).toEqual([]);
    expect(faults(await save({ members: ['D1'], year: 2023 }))).toEqual([]);
    // Once it has left the one, it goes into another.
    expect(faults(await save({ code: 'y22', members: ['D2'], year: 2022, expectedVersion: 1 }))).toEqual([]);
    expect(faults(await save({ members: ['D1'], year: 2022 }))).toEqual([]);
  });

  test('members stand directly under the owner on some day of the year', async () => {
    expect(faults(await save({ members: ['G1'], year: 2024 }))).toEqual(['members.0 INVALID']);
    expect(faults(await save({ members: ['P1'], year: 2024 }))).toEqual(['members.0 INVALID']);
    expect(faults(await save({ members: ['D1'], year: 2019 }))).toEqual(['members.0 INVALID']);
    // D4 closed on 1 July 2025, D3 moved to P2 on 1 January 2024.
    expect(faults(await save({ members: ['D4'], year: 2026 }))).toEqual(['members.0 INVALID']);
    expect(faults(await save({ members: ['D3'], year: 2023, owner: 'P1' }, 'admin@N'))).toEqual([]);
    expect(faults(await save({ members: ['D3'], year: 2024, owner: 'P1' }, 'admin@N'))).toEqual(['members.0 INVALID']);
    expect(faults(await save({ members: ['D3'], year: 2023 }))).toEqual(['members.0 NOT_FOUND']);
    expect(faults(await save({ members: ['D9'], year: 2024 }))).toEqual(['members.0 NOT_FOUND']);
    expect(faults(await save({ members: ['D1', 'D1'], year: 2024 }))).toEqual(['members.1 INVALID']);
    expect(faults(await save({ members: [], year: 2024 }))).toEqual(['members INVALID']);
    expect(faults(await save({ members: ['D1'], year: 2024, leadUnit: 'D2' }))).toEqual(['leadUnit INVALID']);
    expect(faults(await save({ members: ['D1'], year: 1899 }))).toEqual(['year INVALID']);
  });

  test('members whom the caller does not see any more stay', async () => {
    await save({ code: 'old', members: ['D3', 'D1'], year: 2021, owner: 'P1' }, 'admin@N');
    expect(codes((await save({ code: 'old', members: ['D2'], year: 2021, expectedVersion: 1 })).cluster)).toEqual(['D2']);
    const { data } = await server.ask('admin@N', '{ orgUnit(code: "P1") { ownedClusters(year: 2021) { members { nodes { code } } } } }');
    expect(data.orgUnit.ownedClusters).toEqual([{ members: { nodes: [{ code: 'D2' }, { code: 'D3' }] } }]);
  });

  test('takes an ADMIN of the owner: not a lesser role, not a sibling’s, not a descendant’s', async () => {
    const input = { owner: 'P1', name: 'Cụm', kind: 'CLUSTER', year: 2024, members: ['D1'] };
    expect(await server.refusal('manager@P1', 'saveCluster', input)).toEqual(['FORBIDDEN']);
    // P2 does not see P1; D1 sees it, and is not ADMIN of it.
    expect(faults(await server.act('admin@P2', 'saveCluster', input))).toEqual(['owner NOT_FOUND']);
    expect(faults(await server.act('admin@D1', 'saveCluster', input))).toEqual(['owner FORBIDDEN']);
    expect(await server.rows(`select from emulation_cluster where name = 'Cụm'`)).toEqual([]);
  });

  test('refuses another version than there is, with the cluster as it is', async () => {
    await save({ code: 'v', members: ['D1'], year: 2030 });
    for (const expectedVersion of [undefined, 0, 2]) expect(await save({ code: 'v', members: ['D2'], year: 2030, expectedVersion })).toMatchObject({ userErrors: [{ code: 'CONFLICT' }], cluster: { code: 'v', version: 1 } });
    expect(faults(await save({ code: 'none', members: ['D2'], year: 2030, expectedVersion: 1 }))).toEqual(['expectedVersion CONFLICT']);
    expect(faults(await save({ code: 'v', members: ['D1'], year: 2031, expectedVersion: 1 }))).toEqual(['year INVALID']);
    expect(faults(await save({ code: 'v', members: ['D1'], year: 2030, kind: 'BLOC', expectedVersion: 1 }))).toEqual(['kind INVALID']);
  });

  test('a code of another’s cluster is taken, seen or not', async () => {
    await server.load([{ type: 'cluster', code: 'of-P2', owner: 'P2', name: 'Cụm', kind: 'CLUSTER', year: 2025, members: ['D9'] }, { type: 'cluster', code: 'of-D1', owner: 'D1', name: 'Cụm', kind: 'CLUSTER', year: 2025, members: ['G1'] }]);
    for (const code of ['of-P2', 'of-D1']) expect(faults(await save({ code, members: ['D2'], year: 2032 }))).toEqual(['code CONFLICT']);
  });

  test('sent again under its key, does nothing more and gets the first answer', async () => {
    const input = { members: ['D1'], year: 2033, idempotencyKey: 'cluster once' };
    const first = await save(input);
    const entries = (await log()).length;
    expect(await save(input)).toEqual({ ...first, replayed: true });
    expect(await log()).toHaveLength(entries);
  });

  test('of two at once for one unit one is refused', async () => {
    const all = await Promise.all([1, 2, 3, 4].map((n) => save({ code: `race-${n}`, members: ['D1', 'D2'], year: 2034 })));
    expect(all.map(faults).filter((found) => found.length === 0)).toHaveLength(1);
    expect(all.map(faults).filter((found) => found[0] === 'members.0 CONFLICT')).toHaveLength(3);
  });
});

test('by SQL, too, nobody is put into a cluster who never stood directly under its owner', async () => {
  const client = await server.api.pool.connect();
  const add = (unit: string) => client.query(`insert into emulation_cluster_member select c.id, u.id from emulation_cluster c, org_unit u where c.code = 'c1' and u.code = $1 on conflict do nothing`, [unit]);
  try {
    for (const unit of ['N', 'P1', 'G1']) {
      await client.query('begin');
      await client.query(sessionStatement({ principal: 'admin@N', class: 'MEMBER' }, TODAY));
      await expect(add(unit)).rejects.toThrow('row-level security');
      await client.query('rollback');
    }
    await client.query('begin');
    await client.query(sessionStatement({ principal: 'admin@N', class: 'MEMBER' }, TODAY));
    await add('D2');
  } finally {
    await client.query('rollback');
    client.release();
  }
});
