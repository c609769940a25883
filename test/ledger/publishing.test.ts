import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  // Some of the seeds' things are disclosed, which shows their units: the cases begin without.
  await server.db.pool.query('update disclosure set ended_at = now() where ended_at is null');
  await server.grant('manager@P38', 'CAMPAIGN_MANAGER', 'P38');
  await server.grant('viewer@D020', 'VIEWER', 'D020');
  await server.grant('partner@P38', 'PARTNER', 'P38');
  await server.grant('partner@P27', 'PARTNER', 'P27');
});
afterAll(() => server?.close());

const as = async (principal: string): Promise<{ as: string }> => ({ as: await server.tokenFor(principal) });
const PUBLISH = `mutation ($input: PublishTotalInput!) { publishTotal(input: $input) {
  publication { id unit { code } campaign { code } indicator { code } measure basis asOf audience total { value } endedAt } userErrors { path code } } }`;
const publish = async (principal: string, input: object): Promise<Answer> => server.query(PUBLISH, { input }, await as(principal));
const uploaded = { unit: 'D399', campaign: '75k-initiatives', indicator: 'initiatives.uploaded', asOf: '2021-05-30' };
const CARD = `query ($asOf: Date) { orgUnit(code: "D399") { code name note source progress(campaign: "75k-initiatives", indicator: "initiatives.uploaded", asOf: $asOf) {
  asOf result { value } target { value } completionPercent coverage { expected reported } detail unexplained unallocated } parent { code } results { totalCount } publications { totalCount } } }`;
const card = async (who: { as: string | null }, asOf?: string) => (await server.query(CARD, asOf === undefined ? {} : { asOf }, who)).data.orgUnit;

describe('publishing', () => {
  test('before it, a unit outside the scope does not exist', async () => {
    for (const who of [{ as: null }, await as('viewer@D020'), await as('partner@P27')]) expect(await card(who)).toBeNull();
    // To partners, two other totals of it are published already.
    expect(await card(await as('partner@P38'))).toMatchObject({ code: 'D399', progress: null });
  });

  test('takes a CAMPAIGN_MANAGER of the unit', async () => {
    expect((await publish('viewer@D020', { ...uploaded, audience: 'PUBLIC' })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await server.query(PUBLISH, { input: { ...uploaded, audience: 'PUBLIC' } }, { as: null })).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const outside = await publish('manager@P38', { ...uploaded, unit: 'D003', audience: 'PUBLIC' });
    expect(outside.data.publishTotal).toEqual({ publication: null, userErrors: [{ path: ['input', 'unit'], code: 'NOT_FOUND' }] });
    const above = await publish('manager@P38', { ...uploaded, unit: 'TLD', audience: 'PUBLIC' });
    expect(above.data.publishTotal.userErrors).toEqual([{ path: ['input', 'unit'], code: 'FORBIDDEN' }]);
  });

  test('to partners shows the snapshot to partners of the unit, and to nobody else', async () => {
    const { data } = await publish('manager@P38', { ...uploaded, audience: 'PARTNER' });
    expect(data.publishTotal).toMatchObject({ userErrors: [], publication: { unit: { code: 'D399' }, total: { value: 1989 }, audience: 'PARTNER', endedAt: null } });
    const seen = await card(await as('partner@P38'));
    expect(seen).toMatchObject({
      code: 'D399', note: null, source: null, parent: null, results: { totalCount: 0 }, publications: { totalCount: 3 },
      progress: { asOf: '2021-05-30', result: { value: 1989 }, target: null, completionPercent: null, coverage: { expected: 0, reported: 0 }, detail: null, unexplained: null, unallocated: null },
    });
    expect((await card(await as('partner@P38'), '2021-05-29')).progress).toBeNull();
    for (const who of [{ as: null }, await as('viewer@D020'), await as('partner@P27')]) expect(await card(who)).toBeNull();
  });

  test('of the target, too, gives the percentage; and to all shows it to all', async () => {
    expect((await publish('manager@P38', { ...uploaded, basis: 'ASSIGNED', audience: 'PUBLIC' })).data.publishTotal.userErrors).toEqual([]);
    expect((await card({ as: null }))?.progress).toMatchObject({ result: null, target: { value: 404 } });
    expect((await publish('manager@P38', { ...uploaded, audience: 'PUBLIC' })).data.publishTotal.userErrors).toEqual([]);
    const seen = await card({ as: null });
    expect(seen.progress).toMatchObject({ result: { value: 1989 }, target: { value: 404 }, completionPercent: 492.33 });
    const { data } = await server.query(`{ campaign(code: "75k-initiatives") { code } orgUnits { totalCount nodes { code } } campaigns { totalCount }
      indicator(code: "initiatives.uploaded") { code } other: indicator(code: "works.total") { code } }`, {}, { as: null });
    expect(data).toEqual({ campaign: { code: '75k-initiatives' }, orgUnits: { totalCount: 3, nodes: [{ code: 'D272' }, { code: 'D399' }, { code: 'P93' }] }, campaigns: { totalCount: 2 }, indicator: { code: 'initiatives.uploaded' }, other: null });
  });

  test('again takes the place of the former; the same again changes nothing', async () => {
    const ids = (await server.db.pool.query('select from publication')).rowCount;
    expect((await publish('manager@P38', { ...uploaded, audience: 'PUBLIC' })).data.publishTotal.userErrors).toEqual([]);
    expect((await server.db.pool.query('select from publication')).rowCount).toBe(ids);
    expect((await server.db.pool.query(`select from publication where ended_at is null and as_of = '2021-05-30' and measure = 'RESULT'`)).rowCount).toBe(1);
  });

  test('withdrawn is seen no more outside the scope, and within it still', async () => {
    const { data } = await server.query('{ orgUnit(code: "D399") { publications { nodes { id measure asOf endedAt } } } }', {}, await as('manager@P38'));
    const mutation = 'mutation ($input: WithdrawPublicationInput!) { withdrawPublication(input: $input) { publication { endReason } userErrors { path code } } }';
    for (const { id } of data.orgUnit.publications.nodes.filter(({ endedAt, asOf }: { endedAt: string | null; asOf: string }) => endedAt === null && asOf === '2021-05-30')) {
      const refused = await server.query(mutation, { input: { id, reason: 'no' } }, await as('viewer@D020'));
      expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      const done = await server.query(mutation, { input: { id, reason: 'a mistake' } }, await as('manager@P38'));
      expect(done.data.withdrawPublication).toEqual({ publication: { endReason: 'a mistake' }, userErrors: [] });
    }
    expect(await card({ as: null })).toBeNull();
    const within = await server.query('{ orgUnit(code: "D399") { publications { totalCount } } }', {}, await as('manager@P38'));
    expect(within.data.orgUnit.publications.totalCount).toBe(5);
    const { rows } = await server.db.pool.query(`select action, principal from audit_log where action <> 'IMPORT' order by id`);
    expect(rows.map(({ action }) => action)).toEqual(['PUBLISH_TOTAL', 'PUBLISH_TOTAL', 'PUBLISH_TOTAL', 'WITHDRAW_PUBLICATION', 'WITHDRAW_PUBLICATION']);
    expect(new Set(rows.map(({ principal }) => principal))).toEqual(new Set(['manager@P38']));
  });
});
