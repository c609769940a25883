import { afterAll, beforeAll, expect, test } from 'vitest';
import { examples } from '../../src/explorer/examples.js';
import { queries } from '../../src/explorer/queries/index.js';
import { startTestServer } from '../support/server.js';

let server: Awaited<ReturnType<typeof startTestServer>>;

beforeAll(async () => {
  server = await startTestServer();
}, 120_000);

afterAll(() => server?.close());

// What the 25 queries answer, test/queries has; what a subscription says, test/live.
test('the draft of a campaign lacks all that its launch takes', async () => {
  const { query, variables } = examples.find(({ query: text }) => text.includes('mutation LaunchCampaign'))!;
  const { data, errors } = await server.query(query, variables);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    draftCampaign: { campaign: { code: 'thi-dua-1', status: 'DRAFT', version: 1 }, userErrors: [] },
    launchCampaign: { campaign: { status: 'DRAFT' }, missing: ['OBJECTIVE', 'TARGET', 'CONTENT', 'MEASURES', 'AUDIENCE', 'ENDS_ON'] },
  });
});

test('those of published totals give everybody the published number, and partners what is theirs', async () => {
  const answer = async (id: string, variables: Record<string, unknown> | undefined, as: string | null): Promise<unknown> => {
    const query = queries.find((one) => one.id === id)!;
    return (await server.query(query.document, variables ?? { ...query.variables }, { as })).data;
  };
  await server.grant('a partner', 'PARTNER', 'TLD');
  const partner = await server.tokenFor('a partner');
  expect(await answer('Q02', undefined, null)).toMatchObject({ orgUnit: { progress: { result: { value: 1709 }, target: { value: 431 }, completionPercent: 396.52 }, results: { nodes: [] }, targets: { nodes: [] } } });
  expect(await answer('Q04', undefined, null)).toMatchObject({ orgUnit: { progress: { result: { value: 52223 }, registered: null } } });
  const models = { unit: 'D399', campaign: 'one-union-one-model', indicators: ['unions.with-model', 'unions.total', 'unions.with-model.rate'], asOf: '2021-06-30' };
  expect(await answer('Q10', models, null)).toMatchObject({ orgUnit: { scorecard: [null, null, null] } });
  expect(await answer('Q10', models, partner)).toMatchObject({ orgUnit: { scorecard: [{ result: { value: 195 } }, { result: { value: 204 } }, null] } });
});
