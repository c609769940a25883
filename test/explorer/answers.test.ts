import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples } from '../../src/explorer/examples.js';
import { startTestServer } from '../support/server.js';

let server: Awaited<ReturnType<typeof startTestServer>>;

beforeAll(async () => {
  server = await startTestServer();
}, 120_000);

afterAll(() => server?.close());

/** What the articles make of each ready query; the keys are the names of the operations. */
const expected: Record<string, unknown> = {
  PhucTho: {
    orgUnit: {
      progress: { result: { value: 1709, origin: 'STATED' }, target: { value: 431, origin: 'STATED' }, completionPercent: 396.52 },
      results: { nodes: [{ value: 1709, statedPercent: 397 }] },
      targets: { nodes: [{ value: 431, basis: 'ASSIGNED', counterpart: { code: 'P01' } }] },
    },
  },
  Breadcrumb: { orgUnit: { ancestors: [{ code: 'TLD' }, { code: 'P01' }], parent: { name: 'LĐLĐ thành phố Hà Nội' } } },
  HanoiDistricts: {
    orgUnit: {
      children: {
        nodes: expect.arrayContaining([
          expect.objectContaining({ code: 'D272', scorecard: [expect.objectContaining({ completionPercent: 396.52 })] }),
          expect.objectContaining({ code: 'D006', scorecard: [expect.objectContaining({ result: null, completionPercent: null })] }),
        ]),
      },
    },
  },
  HoangHoa: {
    district: { progress: { result: { value: 1989, origin: 'STATED' }, target: { value: 404 }, completionPercent: 492.33 } },
    province: { progress: { result: { value: 1989, origin: 'SUMMED' }, target: { value: 404, origin: 'SUMMED' } } },
  },
  OneUnionOneModel: { orgUnit: { scorecard: [{ result: { value: 195 } }, { result: { value: 204 } }, { result: { value: 95.59 } }] } },
  HauGiang: {
    orgUnit: {
      progress: { result: { value: 52223 }, registered: { value: 4512 }, ofRegistered: 1157.42, assigned: null, ofAssigned: null },
    },
  },
  DongDa: { orgUnit: { progress: { result: null, target: null, completionPercent: null } } },
  Campaigns: {
    nation: { nodes: expect.arrayContaining([expect.objectContaining({ code: '75k-initiatives' })]) },
    city: { nodes: [{ code: 'emulation-2021-ha-noi' }] },
    district: {
      nodes: [
        {
          code: 'emulation-2021-dong-da',
          phases: [{ startsOn: '2021-01-01', endsOn: '2021-06-30' }, { startsOn: '2021-07-01', endsOn: '2021-12-31' }],
          implements: { code: 'emulation-2021-ha-noi', launchedBy: { name: 'LĐLĐ thành phố Hà Nội' } },
        },
      ],
    },
  },
  LaunchCampaign: {
    draftCampaign: { campaign: { code: 'thi-dua-1', status: 'DRAFT', version: 1 }, userErrors: [] },
    launchCampaign: { campaign: { status: 'DRAFT' }, missing: ['OBJECTIVE', 'TARGET', 'CONTENT', 'MEASURES', 'AUDIENCE', 'ENDS_ON'] },
  },
};

describe('what the ready queries answer', () => {
  // What a subscription says, test/live has.
  const asked = examples.filter(({ query }) => !/^subscription /m.test(query));
  test.each(asked.map((example) => [example.title, example] as const))('%s', async (_, { query, variables }) => {
    const operation = /^(?:query|mutation) (\w+)/m.exec(query)?.[1] ?? '';
    const { data, errors } = await server.query(query, variables);
    expect(errors).toBeUndefined();
    expect(expected).toHaveProperty(operation);
    expect(data).toMatchObject(expected[operation] as object);
  });

  test('those of published totals give everybody the published number, and partners what is theirs', async () => {
    const answer = async (operation: string, as: string | null): Promise<unknown> => {
      const { query, variables } = examples.find((example) => example.query.includes(`query ${operation}`))!;
      return (await server.query(query, variables, { as })).data;
    };
    await server.grant('a partner', 'PARTNER', 'TLD');
    const partner = await server.tokenFor('a partner');
    expect(await answer('PhucTho', null)).toMatchObject({ orgUnit: { progress: { result: { value: 1709 }, target: { value: 431 }, completionPercent: 396.52 }, results: { nodes: [] } } });
    expect(await answer('HauGiang', null)).toMatchObject({ orgUnit: { progress: { result: { value: 52223 }, registered: null } } });
    expect(await answer('OneUnionOneModel', null)).toEqual({ orgUnit: null });
    expect(await answer('OneUnionOneModel', partner)).toMatchObject({ orgUnit: { scorecard: [{ result: { value: 195 } }, { result: { value: 204 } }, null] } });
  });
});
