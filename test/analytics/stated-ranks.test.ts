import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';
import { TREE, appoint } from '../results/world.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false, now: new Date('2024-06-01T03:00:00Z') });
  await server.load(TREE);
  await appoint(server);
  await server.load([
    { type: 'region', code: 'v', name: 'Đồng bằng', nameEn: 'Delta', aliases: ['ĐB'], members: ['P1', 'P2'], source: 'T1-1', note: 'x' },
    { type: 'cluster', code: 'q', owner: 'N', name: 'Cụm', kind: 'CLUSTER', year: 2022, members: ['P1', 'P2'] },
    { type: 'source', code: 'T1', kind: 'ARTICLE', title: 'Bài' }, { type: 'claim', code: 'T1-1', source: 'T1', unit: 'P1', statement: 'Xếp thứ 8 toàn quốc' },
    { type: 'campaign', code: 'draft', name: 'Dự thảo', campaignKind: 'PROGRAMME', launchedBy: 'P1', status: 'DRAFT' },
  ]);
  await server.grant('partner', 'PARTNER', 'N');
});
afterAll(() => server.close());

const RANK = 'id code by group place of asOf source note version unit { code } campaign { code } phase { code } indicator { code } region { code } cluster { code } claims { code }';
async function ask(as: string | null, document: string, variables?: Record<string, unknown>): Promise<Answer> {
  return server.query(document, variables, { as: as === null ? null : await server.tokenFor(as) });
}
// oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
async function save(as: string, more: object = {}): Promise<any> {
  const input = { unit: 'P1', campaign: 'c', group: 'NATION', place: 8, asOf: '2023-05-31', ...more };
  const { data, errors } = await ask(as, `mutation ($input: SaveStatedRankInput!) { saveStatedRank(input: $input) { rank { ${RANK} } replayed userErrors { path code } } }`, { input });
  expect(errors).toBeUndefined();
  return data.saveStatedRank;
}
const fault = (code: string, field: string) => [{ path: ['input', field], code }];

describe('a place that a source tells of', () => {
  test('is kept by a REPORTER of the unit, with whatever the source tells', async () => {
    const { rank, userErrors } = await save('r-P1', { code: 'rk-1', phase: 'p1', indicator: 'i', by: 'COMPLETION', group: 'REGION', region: 'v', of: 13, source: 'Báo, T1-1', note: 'Ghi chú' });
    expect(userErrors).toEqual([]);
    expect(rank).toMatchObject({
      code: 'rk-1', by: 'COMPLETION', group: 'REGION', place: 8, of: 13, asOf: '2023-05-31', source: 'Báo, T1-1', note: 'Ghi chú', version: 1,
      unit: { code: 'P1' }, campaign: { code: 'c' }, phase: { code: 'p1' }, indicator: { code: 'i' }, region: { code: 'v' }, cluster: null, claims: [{ code: 'T1-1' }],
    });
    const { rank: bare } = await save('r-N', { group: 'CLUSTER', cluster: 'q', asOf: '2023-02-01', place: 9 });
    expect(bare).toMatchObject({ code: expect.stringMatching(/^rk-[0-9a-z]{12}$/) as unknown, by: null, of: null, phase: null, indicator: null, cluster: { code: 'q' }, source: null });
    const list = (args = '') => ask('v-P1', `{ orgUnit(code: "P1") { statedRanks${args} { nodes { code place } totalCount } } }`);
    expect((await list()).data.orgUnit.statedRanks).toEqual({ nodes: [{ code: 'rk-1', place: 8 }, { code: bare.code, place: 9 }], totalCount: 2 });
    expect((await list('(campaign: "c", first: 1)')).data.orgUnit.statedRanks).toEqual({ nodes: [{ code: 'rk-1', place: 8 }], totalCount: 2 });
    expect((await list('(campaign: "x")')).data.orgUnit.statedRanks).toEqual({ nodes: [], totalCount: 0 });
  });

  test('is said anew by whoever knows its version; said again, nothing happens', async () => {
    expect(await save('r-P1', { code: 'rk-1', place: 7 })).toMatchObject({ rank: { place: 8, version: 1 }, userErrors: fault('CONFLICT', 'expectedVersion') });
    const { rank } = await save('r-P1', { code: 'rk-1', place: 7, of: 13, expectedVersion: 1 });
    expect(rank).toMatchObject({ place: 7, of: 13, group: 'NATION', region: null, by: null, source: null, note: null, phase: null, version: 2 });
    expect((await save('r-P1', { code: 'rk-1', place: 7, of: 13, expectedVersion: 2 })).rank.version).toBe(2);
    const { data } = await ask('v-P1', '{ auditTrail(unit: "P1", first: 2) { nodes { action before after } } }');
    expect(data.auditTrail.nodes[0]).toMatchObject({ action: 'SAVE_STATED_RANK', before: { code: 'rk-1', campaign: 'c', place: 8, region: 'v' }, after: { code: 'rk-1', place: 7, region: null } });
    const once = { code: 'rk-once', idempotencyKey: 'a key' };
    expect(await save('r-P1', once)).toMatchObject({ replayed: false, rank: { version: 1 } });
    expect(await save('r-P1', once)).toMatchObject({ replayed: true, rank: { version: 1 } });
  });

  test('is refused where it cannot be, or is not theirs to tell', async () => {
    const cases: [string, object, ReturnType<typeof fault>][] = [
      ['v-P1', {}, fault('FORBIDDEN', 'unit')], ['r-D1', {}, fault('FORBIDDEN', 'unit')], ['r-P1', { unit: 'P2' }, fault('NOT_FOUND', 'unit')], ['r-P1', { campaign: 'x' }, fault('NOT_FOUND', 'campaign')],
      ['r-P1', { campaign: 'draft' }, fault('INVALID', 'campaign')], ['r-P1', { phase: 'p9' }, fault('NOT_FOUND', 'phase')], ['r-P1', { indicator: 'x' }, fault('NOT_FOUND', 'indicator')],
      ['r-P1', { region: 'v' }, fault('INVALID', 'region')], ['r-P1', { cluster: 'q' }, fault('INVALID', 'cluster')], ['r-P1', { group: 'REGION', region: 'x' }, fault('NOT_FOUND', 'region')],
      ['r-P1', { group: 'CLUSTER', cluster: 'x' }, fault('NOT_FOUND', 'cluster')], ['r-P1', { place: 0 }, fault('INVALID', 'place')], ['r-P1', { of: 7 }, fault('INVALID', 'of')],
      ['r-P1', { asOf: '2024-06-02' }, fault('INVALID', 'asOf')], ['r-P1', { asOf: '0999-01-01' }, fault('INVALID', 'asOf')], ['r-P1', { source: 'x'.repeat(501) }, fault('INVALID', 'source')],
      ['r-P1', { note: 'a\u0000' }, fault('INVALID', 'note')], ['r-P1', { code: 'à' }, fault('INVALID', 'code')], ['r-P1', { code: 'rk-new', expectedVersion: 3 }, fault('CONFLICT', 'expectedVersion')],
      // Of a unit that the caller does not see, and of one that they do.
      ['r-P2', { unit: 'P2', code: 'rk-1' }, fault('CONFLICT', 'code')], ['r-N', { unit: 'P2', code: 'rk-1', expectedVersion: 2 }, fault('CONFLICT', 'code')],
    ];
    for (const [as, more, faults] of cases) {
      if (as === 'v-P1') {
        const { errors } = await ask(as, 'mutation { saveStatedRank(input: {unit: "P1", campaign: "c", group: NATION, place: 1, asOf: "2023-01-01"}) { replayed } }');
        expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
        continue;
      }
      expect([more, (await save(as, more)).userErrors]).toEqual([more, faults]);
    }
    expect((await save('r-P2', { unit: 'P2', code: 'rk-1' })).rank).toBeNull();
    const { errors } = await ask('r-P1', 'mutation { saveStatedRank(input: {unit: "P1", campaign: "c", group: NATION, place: 1, asOf: "31/5/2023"}) { replayed } }');
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    await server.load([{ type: 'campaign', code: 'other', name: 'Khác', campaignKind: 'PROGRAMME', launchedBy: 'N' }]);
    expect((await save('r-P1', { code: 'rk-1', campaign: 'other', expectedVersion: 2 })).userErrors).toEqual(fault('INVALID', 'campaign'));
  });

  test('is seen outside its unit’s scope once it is disclosed, without where it comes from', async () => {
    const seen = async (as: string | null) => (await ask(as, `{ orgUnit(code: "P1") { statedRanks { nodes { ${RANK} } totalCount } } }`)).data.orgUnit?.statedRanks ?? null;
    await save('r-P1', { code: 'rk-1', place: 8, source: 'T1-1', note: 'x', indicator: 'i', expectedVersion: 2 });
    expect(await seen(null)).toBeNull();
    expect(await seen('v-P2')).toBeNull();
    expect(await seen('v-D1')).toEqual({ nodes: [], totalCount: 0 });
    const { id } = (await seen('v-P1')).nodes.find(({ code }: { code: string }) => code === 'rk-1');
    const found = async (as: string | null) => (await ask(as, 'query ($id: ID!) { node(id: $id) { ... on StatedRank { code } } }', { id })).data.node;
    expect([await found(null), await found('v-D1'), await found('v-P1')]).toEqual([null, null, { code: 'rk-1' }]);

    const disclose = (audience: string) => ask('m-P1', `mutation { discloseRecord(input: {of: STATED_RANK, code: "rk-1", audience: ${audience}}) { disclosure { id version } userErrors { code } } }`);
    expect((await disclose('PARTNER')).data.discloseRecord.userErrors).toEqual([]);
    const shown = { code: 'rk-1', place: 8, source: null, note: null, unit: { code: 'P1' }, campaign: { code: 'c' }, claims: [], indicator: null };
    expect(await seen('partner')).toMatchObject({ nodes: [shown], totalCount: 1 });
    expect(await seen(null)).toBeNull();
    expect((await disclose('PUBLIC')).data.discloseRecord.userErrors).toEqual([]);
    expect(await seen(null)).toMatchObject({ nodes: [shown], totalCount: 1 });
    expect(await seen('v-D1')).toMatchObject({ nodes: [{ ...shown, indicator: { code: 'i' } }] });
    expect(await found(null)).toEqual({ code: 'rk-1' });
  });
});

test('regions: names for everybody, members in scope, remarks for members', async () => {
  const of = async (as: string | null) => (await ask(as, '{ region(code: "v") { code name nameEn aliases source note claims { code } members { nodes { code } totalCount } } regions { nodes { code } totalCount } }')).data;
  const region = { code: 'v', name: 'Đồng bằng', nameEn: 'Delta', aliases: ['ĐB'] };
  const all = { nodes: [{ code: 'v' }], totalCount: 1 };
  expect(await of('v-N')).toEqual({ region: { ...region, source: 'T1-1', note: 'x', claims: [{ code: 'T1-1' }], members: { nodes: [{ code: 'P1' }, { code: 'P2' }], totalCount: 2 } }, regions: all });
  expect(await of('v-P2')).toEqual({ region: { ...region, source: 'T1-1', note: 'x', claims: [], members: { nodes: [{ code: 'P2' }], totalCount: 1 } }, regions: all });
  expect(await of(null)).toEqual({ region: { ...region, source: null, note: null, claims: [], members: { nodes: [], totalCount: 0 } }, regions: all });
  expect((await ask('v-D1', '{ region(code: "x") { code } D1: orgUnit(code: "D1") { regions { code } } P1: orgUnit(code: "P1") { regions { code } } }')).data).toEqual({ region: null, D1: { regions: [] }, P1: { regions: [] } });
  expect((await ask('v-P1', '{ orgUnit(code: "P1") { regions { code members(where: {search: "p1"}) { totalCount } } } }')).data.orgUnit.regions).toEqual([{ code: 'v', members: { totalCount: 1 } }]);
});
