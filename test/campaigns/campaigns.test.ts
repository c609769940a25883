import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.load([
    {
      type: 'campaign', code: 'by-month', name: 'Tháng Công nhân', campaignKind: 'ACTION_MONTH', launchedBy: 'P01',
      startsOn: '2030-05-15', startsOnPrecision: 'MONTH', endsOn: '2030-05-15', endsOnPrecision: 'MONTH',
    },
    { type: 'campaign', code: 'by-year', name: 'Năm', campaignKind: 'MOVEMENT', externalLauncher: 'Thủ tướng', startsOn: '2030-12-31', startsOnPrecision: 'YEAR' },
    { type: 'campaign', code: 'undated', name: 'Không ngày', campaignKind: 'DRIVE', launchedBy: 'P01', linkedCampaigns: ['by-year', 'by-month'], precededBy: 'by-month' },
  ]);
});

afterAll(() => server?.close());

const ask = async (document: string): Promise<Answer['data']> => {
  const { data, errors } = await server.query(document);
  expect(errors).toBeUndefined();
  return data;
};
const codes = ({ nodes }: { nodes: { code: string }[] }): string[] => nodes.map(({ code }) => code);

describe('campaigns', () => {
  test('the one million initiatives, with launcher, dates, phases and lineage', async () => {
    const { campaign } = await ask(`{ campaign(code: "1m-initiatives") {
      code kind cadence launchedBy { code } externalLauncher startsOn startsOnPrecision endsOn endsOnPrecision precededBy { code } implements { code }
      phases { code name kind startsOn endsOn campaign { code } } implementedBy { nodes { code implements { code } phases { code kind } } totalCount }
    } }`);
    expect(campaign).toMatchObject({
      kind: 'PROGRAMME', cadence: 'THEMATIC', launchedBy: { code: 'TLD' }, externalLauncher: null,
      startsOn: '2022-01-08', startsOnPrecision: 'DAY', endsOn: '2023-09-01', precededBy: { code: '75k-initiatives' },
      phases: [
        { code: 'phase-1', name: 'Giai đoạn 1', kind: 'PHASE', startsOn: '2022-01-08', endsOn: '2022-05-31', campaign: { code: '1m-initiatives' } },
        { code: 'phase-2' },
      ],
    });
    expect(codes(campaign.implementedBy)).toContain('1m-initiatives-phuc-tho');
    const carried = campaign.implementedBy.nodes.find(({ code }: { code: string }) => code === '1m-initiatives-phuc-tho');
    expect(carried).toMatchObject({ implements: { code: '1m-initiatives' }, phases: [{ code: 'peak-month', kind: 'PEAK' }, { code: 'peak-week' }] });
  });

  test('a link shows from both sides', async () => {
    const data = await ask('{ a: campaign(code: "undated") { linkedCampaigns { code } precededBy { code } } b: campaign(code: "by-year") { linkedCampaigns { code } launchedBy { code } externalLauncher } }');
    expect(data.a).toEqual({ linkedCampaigns: [{ code: 'by-month' }, { code: 'by-year' }], precededBy: { code: 'by-month' } });
    expect(data.b).toEqual({ linkedCampaigns: [{ code: 'undated' }], launchedBy: null, externalLauncher: 'Thủ tướng' });
  });

  test('are found by kind, launcher, the campaign they carry out, and words', async () => {
    const data = await ask(`{
      kind: campaigns(where: { kind: DRIVE, launchedBy: "P01" }) { nodes { code } totalCount }
      launched: campaigns(where: { launchedBy: "D272" }) { nodes { code } }
      unit: orgUnit(code: "D272") { campaigns { nodes { code } } }
      part: campaigns(where: { implements: "1m-initiatives" }) { nodes { code } }
      words: campaigns(where: { search: "trieu sang kien 01" }) { nodes { code } }
    }`);
    expect(data.kind).toEqual({ nodes: [{ code: 'undated' }], totalCount: 1 });
    expect(codes(data.launched)).toEqual(codes(data.unit.campaigns));
    expect(codes(data.launched)).toContain('1m-initiatives-phuc-tho');
    expect(codes(data.part)).toContain('1m-initiatives-phuc-tho');
    expect(codes(data.words)).toContain('1m-initiatives');
  });

  test.each([
    ['2029-12-31', []],
    ['2030-01-01', ['by-year']],
    ['2030-04-30', ['by-year']],
    ['2030-05-01', ['by-month', 'by-year']],
    ['2030-05-31', ['by-month', 'by-year']],
    ['2030-06-01', ['by-year']],
  ])('a date known to the month or year reaches over all of it: running on %s', async (day, expected) => {
    const { campaigns } = await ask(`{ campaigns(first: 100, where: { activeOn: "${day}" }) { nodes { code } } }`);
    expect(codes(campaigns).filter((code) => code.startsWith('by-'))).toEqual(expected);
    expect(codes(campaigns)).not.toContain('undated');
  });
});

describe('indicators', () => {
  test('a ratio shows its parts', async () => {
    const { indicator } = await ask('{ indicator(code: "unions.with-model.rate") { aggregation unitOfMeasure numerator { code } denominator { code } countingStage } }');
    expect(indicator).toEqual({ aggregation: 'RATIO', unitOfMeasure: '%', numerator: { code: 'unions.with-model' }, denominator: { code: 'unions.total' }, countingStage: null });
  });

  test('all are listed by code', async () => {
    const { indicators } = await ask('{ indicators(first: 100) { nodes { code } totalCount } }');
    expect(codes(indicators)).toEqual(codes(indicators).toSorted());
    expect(indicators.totalCount).toBe(codes(indicators).length);
  });
});
