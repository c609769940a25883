/** The 25 queries, each asked as whom it is for, with a token of theirs: what the articles say is what they get. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queries } from '../../src/explorer/queries/index.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { Asking } from './asking.js';

let server: TestServer;
let asking: Asking;
beforeAll(async () => {
  server = await startTestServer();
  asking = new Asking(server);
}, 120_000);
afterAll(() => server?.close());

const ask: Asking['ask'] = (...args) => asking.ask(...args);
const some = (...items: object[]): unknown => expect.arrayContaining(items.map((item) => expect.objectContaining(item)));

test('there are 25, Q01 to Q25, of all three audiences', () => {
  expect(queries.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, i) => `Q${String(i + 1).padStart(2, '0')}`));
  expect(new Set(queries.map(({ audience }) => audience)).size).toBe(3);
});

describe('units', () => {
  test('Q01: from the confederation to a grassroots union', async () => {
    const { orgUnit } = await ask('Q01');
    expect(orgUnit).toMatchObject({ code: 'D399', ancestors: [{ code: 'TLD' }, { code: 'P38' }], children: { totalCount: 5 }, ownedClusters: [], closedOn: null, successor: null });
    expect(orgUnit.children.nodes).toEqual(some({ code: 'D399-th-hoang-phong', ancestors: [{ code: 'TLD' }, { code: 'P38' }, { code: 'D399' }] }));
  });

  test('Q21: who led Hậu Giang in January 2024, and how to reach Thanh Hóa', async () => {
    expect((await ask('Q21')).orgUnit).toMatchObject({ positions: [{ role: 'CHAIR', person: { name: 'Lê Công Khanh' }, statedOn: '2024-01-09' }], contact: null });
    // Nothing is known of the time before.
    expect((await ask('Q21', { unit: 'P93', asOf: '2023-12-31' })).orgUnit.positions).toEqual([]);
    const member = await ask('Q21', { unit: 'P38' }, { role: 'VIEWER', unit: 'D399' });
    expect(member.orgUnit.contact).toMatchObject({ address: 'Số 37 - Đại lộ Lê Lợi - Tp. Thanh Hóa', phones: ['02373.852.369'], email: 'congdoanthanhhoa@thanhhoa.gov.vn' });
    expect((await ask('Q21', { unit: 'D399', asOf: '2021-06-30' }, { role: 'VIEWER', unit: 'D399' })).orgUnit.positions).toMatchObject([{ role: 'STANDING_VICE_CHAIR', person: { name: 'Lê Sỹ Kiên' } }]);
  });

  test('Q21: a partner reaches a unit of which something is disclosed to them, and learns nobody’s name', async () => {
    await server.load([{ type: 'contact', unit: 'D399', phones: ['0237 000 000'] }]);
    const asked = { unit: 'D399', asOf: '2021-06-30' };
    expect((await ask('Q21', asked, { role: 'PARTNER', unit: 'P38' })).orgUnit).toMatchObject({ positions: [], contact: { phones: ['0237 000 000'], source: null } });
    expect((await ask('Q21', asked, null)).orgUnit).toMatchObject({ positions: [], contact: null });
  });
});

describe('numbers', () => {
  test('Q02: Phúc Thọ was assigned 431 by Hà Nội, and has 1,709', async () => {
    expect((await ask('Q02')).orgUnit).toMatchObject({
      progress: { result: { value: 1709, qualifier: 'EXACT', origin: 'STATED' }, target: { value: 431 }, completionPercent: 396.52, registered: null, ofRegistered: null },
      targets: { nodes: [{ value: 431, basis: 'ASSIGNED', derived: false, counterpart: { code: 'P01' }, source: 'S0-18' }] },
      results: { nodes: [{ value: 1709, statedPercent: 397, statedBasis: 'ASSIGNED' }] },
    });
  });

  test('Q02: where the articles have no number, there is none: null, never 0', async () => {
    const { orgUnit } = await ask('Q02', { unit: 'D006', campaign: 'emulation-2021-dong-da', indicator: 'initiatives' }, { role: 'VIEWER', unit: 'D006' });
    expect(orgUnit).toMatchObject({ progress: { result: null, target: null, completionPercent: null }, targets: { nodes: [] }, results: { nodes: [] } });
    expect(orgUnit.aims.nodes).toEqual(some({ text: 'Chỉ số cải cách hành chính', direction: 'UP', source: 'S3-16' }));
  });

  test('Q03: Hoằng Hóa has 1,989 on 30 May 2021, and nothing before', async () => {
    const { orgUnit } = await ask('Q03');
    expect(orgUnit).toMatchObject({ progress: { result: { value: 1989, asOf: '2021-05-30' }, completionPercent: 492.33 }, targets: { nodes: [{ value: 404, basis: 'ASSIGNED', derived: true }] } });
    expect(orgUnit.series.map(({ asOf, result }: { asOf: string; result: { value: number } | null }) => [asOf, result?.value ?? null])).toEqual([
      ['2021-03-31', null], ['2021-04-30', null], ['2021-05-31', 1989], ['2021-06-30', 1989],
    ]);
  });

  test('Q04: 1,157.42 % of what was registered, and no percentage against what nobody set', async () => {
    expect((await ask('Q04')).orgUnit).toMatchObject({
      progress: { result: { value: 52_223 }, registered: { value: 4512 }, ofRegistered: 1157.42, assigned: null, ofAssigned: null, selfSet: null, ofSelfSet: null, norm: null, ofNorm: null },
      targets: { nodes: [{ basis: 'REGISTERED', derived: true, counterpart: { code: 'TLD' } }] },
    });
    const { orgUnit } = await ask('Q04', { unit: 'D399', campaign: '75k-initiatives', indicator: 'initiatives.uploaded', asOf: '2021-05-30' }, { role: 'VIEWER', unit: 'D399' });
    expect(orgUnit).toMatchObject({ progress: { ofAssigned: 492.33, norm: null, ofNorm: null }, norms: { nodes: [{ value: 1, qualifier: 'AT_LEAST', per: 'MEMBER' }] } });
  });

  test('Q05: Hậu Giang, as told: 8th in the nation, first in the Mekong delta', async () => {
    const { orgUnit } = await ask('Q05');
    expect(orgUnit.statedRanks.nodes).toEqual(some({ group: 'NATION', place: 8, of: null, by: null, source: null }, { group: 'REGION', region: { name: 'Đồng bằng sông Cửu Long' }, place: 1 }));
    // As worked out it is not for partners, nor with one unit that reported: whoever sees the region sees its table.
    const confederation = await ask('Q05', undefined, { role: 'VIEWER', unit: 'TLD' });
    expect(confederation.root.ranking).toMatchObject({ size: 13, ranked: 1, unranked: 12, place: { place: 1, tied: false, value: 52_223 }, entries: { nodes: [{ place: 1, name: 'LĐLĐ tỉnh Hậu Giang' }] } });
    expect((await ask('Q05', undefined, { role: 'VIEWER', unit: 'P93' })).orgUnit).toMatchObject({ regions: [{ code: 'mekong-delta' }], region: null });
    // As told it is told to everybody.
    expect((await ask('Q05', undefined, null)).orgUnit.statedRanks.nodes).toHaveLength(2);
  });

  test('Q06: what is beneath Hà Nội, and that only one of its districts reported', async () => {
    const { orgUnit } = await ask('Q06');
    expect(orgUnit).toMatchObject({ progress: { result: { value: 1709, origin: 'SUMMED', complete: false }, coverage: { expected: 12, reported: 1 } }, children: { totalCount: 12 } });
    expect(orgUnit.children.nodes).toEqual(some(
      { code: 'D272', progress: { result: { value: 1709, origin: 'STATED' }, target: { value: 431 }, completionPercent: 396.52 } },
      { code: 'D006', progress: { result: null, target: null, completionPercent: null } },
    ));
  });

  test('Q10: all grassroots unions with a plan and a banner, all clusters with a launch', async () => {
    expect((await ask('Q10')).orgUnit.scorecard).toMatchObject([{ result: { value: 100 } }, { result: { value: 100 } }, { result: { value: 100 } }]);
    const tayHo = await ask('Q10', { unit: 'D003', campaign: 'emulation-2020-tay-ho', indicators: ['unions.reached.rate', 'unions.launched.rate'], asOf: '2020-12-31' }, { role: 'VIEWER', unit: 'P01' });
    expect(tayHo.orgUnit.scorecard).toMatchObject([{ result: { value: 100, qualifier: 'EXACT' } }, { result: { value: 90, qualifier: 'MORE_THAN' } }]);
    const model = await ask('Q10', { unit: 'D399', campaign: 'one-union-one-model', indicators: ['unions.with-model.rate'], asOf: '2021-06-30' });
    expect(model.orgUnit.scorecard).toMatchObject([{ result: { value: 95.59 } }]);
  });

  test('Q11: 195 of 204 have a model; who the nine are is not told, and none is made up', async () => {
    const { orgUnit } = await ask('Q11');
    expect(orgUnit).toMatchObject({ memberCounts: { nodes: [{ value: 204 }] }, done: { result: { value: 195 } }, all: { result: { value: 204 } } });
    expect(orgUnit.done.coverage.missing.nodes.map(({ code }: { code: string }) => code)).not.toContain('D006');
  });
});

describe('campaigns', () => {
  test('Q07: what ran for Đống Đa in 2021: its own, the city’s, the nation’s', async () => {
    const { inPeriod, atAnyTime } = await ask('Q07');
    expect(inPeriod.nodes).toEqual(some(
      { code: 'emulation-2021-dong-da', launchingBody: 'STANDING_COMMITTEE', launchedBy: { code: 'D006', level: 'UPPER_GRASSROOTS' } },
      { code: 'emulation-2021-ha-noi', launchedBy: { code: 'P01', level: 'PROVINCIAL' } }, { code: '75k-initiatives', launchedBy: { code: 'TLD', level: 'NATIONAL' } },
    ));
    const codes = inPeriod.nodes.map(({ code }: { code: string }) => code);
    for (const other of ['emulation-2020-dong-da', '1m-initiatives', 'emulation-2021-tay-ho']) expect(codes).not.toContain(other);
    expect(atAnyTime.nodes).toEqual(some({ code: 'good-labour-creative-labour', startsOn: null }, { code: 'theory-skills-contest', startsOn: null }));
    expect(atAnyTime.nodes.map(({ code }: { code: string }) => code)).not.toContain('one-union-one-model');
  });

  test('Q08: what the movement of Hoằng Hóa carries out, and what it rests on', async () => {
    const { campaign } = await ask('Q08');
    expect(campaign).toMatchObject({
      name: expect.stringContaining('huyện Hoằng Hóa'), implements: { code: 'thanh-hoa-aspiration', launchedBy: { code: 'P38' } }, linkedCampaigns: [{ code: '75k-initiatives' }],
      launchedBy: { code: 'D399', annualThemes: [{ unit: { code: 'TLD' }, text: null }] },
    });
    expect(campaign.basisDocuments.nodes).toEqual(some({ code: 'dc-58-nq-tw' }, { code: 'dc-plan-thanh-hoa-aspiration' }));
    expect(campaign.launchedBy.documents.nodes).toEqual(some({ code: 'dc-plan-99-hoang-hoa', issuer: 'UBND huyện Hoằng Hóa', termFrom: '2019-01-01', termTo: '2025-12-31' }));
  });

  test('Q09: two rounds, of which the first runs in May', async () => {
    expect((await ask('Q09')).campaign).toMatchObject({
      occasions: ['Đại hội Đại biểu toàn quốc lần thứ XIII của Đảng', 'Bầu cử đại biểu Quốc hội khóa XV và đại biểu HĐND các cấp nhiệm kỳ 2021-2026'],
      phases: [{ code: 'round-1', startsOn: '2021-01-01', startsOnPrecision: 'MONTH', endsOn: '2021-06-30' }, { code: 'round-2', startsOn: '2021-07-01', endsOn: '2021-12-31' }],
      active: [{ code: 'round-1' }],
    });
    expect((await ask('Q09', { campaign: 'emulation-2021-dong-da', on: '2021-07-01' })).campaign.active).toEqual([{ code: 'round-2' }]);
    // Peak week and peak month have no dates: whether they run on a day is not known.
    const local = await ask('Q09', { campaign: '1m-initiatives-phuc-tho', on: '2022-03-01' }, { role: 'VIEWER', unit: 'D272' });
    expect(local.campaign).toMatchObject({ phases: some({ code: 'peak-week', kind: 'PEAK', startsOn: null }), active: [] });
  });

  test('Q19: business, administration and education, side by side', async () => {
    const { business, administration, education, orgUnit } = await ask('Q19');
    expect(business.nodes).toEqual(some({ code: 'promote-initiatives' }));
    expect(administration.nodes).toEqual(some({ code: 'no-to-negativity' }, { code: 'cultured-workplace' }));
    expect(education.nodes).toEqual(some({ code: 'teach-well-learn-well' }, { code: 'teacher-example' }));
    expect(orgUnit).toMatchObject({ business: { totalCount: 1 }, administration: { totalCount: 1 }, education: { totalCount: 3 } });
    // The 1,989 are told of the district as a whole: no sector has a part of its own.
    expect(orgUnit.progress).toMatchObject({ result: { value: 1989 }, breakdown: { total: 1989, remainder: 1989 } });
  });

  test('Q20: the themes of 2024, the confederation’s first', async () => {
    const { orgUnit } = await ask('Q20');
    expect(orgUnit.annualThemes).toMatchObject([{ unit: { code: 'TLD' }, text: expect.stringContaining('95 năm') }, { unit: { code: 'P93' }, text: expect.stringContaining('Đại hội XI Công đoàn tỉnh') }]);
    const of2022 = await ask('Q20', { unit: 'D272', year: 2022, from: '2022-01-01', to: '2022-12-31' }, { role: 'VIEWER', unit: 'D272' });
    expect(of2022.orgUnit.annualThemes).toMatchObject(['TLD', 'P01', 'D272'].map((code) => ({ unit: { code }, text: null })));
  });

  test('Q22: what was launched lacks nothing more, and what guidance binds it', async () => {
    const { campaign } = await ask('Q22');
    expect(campaign).toMatchObject({ status: 'LAUNCHED', missingForLaunch: null });
    expect(campaign.guidance.nodes).toEqual(some({ source: 'S3-20, S3-21, S3-22, S3-25' }, { source: 'S3-23, S3-24' }));
    expect(campaign.aims.nodes.length).toBe(7);
  });

  test('Q22: a draft lacks what S3-22 asks for', async () => {
    await server.load([{ type: 'campaign', code: 'draft-dong-da', name: 'Thi đua quý I', campaignKind: 'MOVEMENT', launchedBy: 'D006', status: 'DRAFT', objective: 'Nâng cao đời sống', theme: 'Chào mừng năm mới' }]);
    expect((await ask('Q22', { campaign: 'draft-dong-da' })).campaign.missingForLaunch).toEqual(expect.arrayContaining(['TARGET', 'CONTENT', 'MEASURES', 'AUDIENCE']));
    // It is a draft to others in the city, and nothing at all.
    expect((await ask('Q22', { campaign: 'draft-dong-da' }, { role: 'CAMPAIGN_MANAGER', unit: 'D003' })).campaign).toBeNull();
  });
});

describe('honours', () => {
  test('Q12: 248 registered, 89 applied; the register itself is empty', async () => {
    const { orgUnit } = await ask('Q12');
    expect(orgUnit.reported).toMatchObject([{ indicator: { countingStage: 'REGISTERED' }, result: { value: 248 } }, { indicator: { countingStage: 'APPLIED' }, result: { value: 89 } }]);
    expect(orgUnit.initiativeFunnel).toMatchObject({ counts: { registered: 0, applied: 0 }, groups: [] });
    expect([orgUnit.bySector, orgUnit.byUnit]).toEqual([{ groups: [] }, { groups: [] }]);
  });

  test('Q13: what Hoằng Hóa received: 17 certificates at least, 22 at most', async () => {
    const { orgUnit } = await ask('Q13');
    expect(orgUnit.awardsReceived.nodes).toEqual(some(
      { code: 'aw-hoang-hoa-17-certificates', form: 'CERTIFICATE_OF_MERIT', count: 17, countByKind: [], issuers: [expect.objectContaining({ level: 'NATIONAL' }), expect.objectContaining({ level: 'PROVINCIAL' })], source: null },
      { code: 'aw-hoang-hoa-initiatives-2021', count: 2, maybeIncludedIn: { code: 'aw-hoang-hoa-17-certificates' } },
      { form: 'EMULATION_FLAG', basis: 'COMPREHENSIVE', count: 1 }, { form: 'EMULATION_FLAG', basis: 'THEMATIC', count: 1 }, { form: 'CREATIVE_LABOUR_CERTIFICATE', count: 1 },
    ));
    // To partners no totals are shown. To officers: whether the five are among the 17 is not told.
    const officer = await ask('Q13', undefined, { role: 'VIEWER', unit: 'P38' });
    expect(officer.orgUnit.byForm.groups).toEqual(some({ form: 'CERTIFICATE_OF_MERIT', awards: 4, count: null, atLeast: 17, atMost: 22 }, { form: 'EMULATION_FLAG', awards: 2, count: 2, atLeast: 2, atMost: 2 }));
    expect(officer.orgUnit.byIssuer.groups).toEqual(some({ issuerLevels: ['NATIONAL'], awards: 1, count: 1, atLeast: 1, atMost: 1 }));
    const total = await ask('Q13', { unit: 'D272', from: '2022-01-01', to: '2022-12-31' }, { role: 'VIEWER', unit: 'D272' });
    expect(total.orgUnit.awardsReceived.nodes).toEqual(some({ code: 'aw-phuc-tho-city-2022', batchSize: 10, count: 1, campaign: expect.objectContaining({ code: '1m-initiatives' }), phase: { code: 'phase-1' } }));
  });

  test('Q14: what Hoằng Hóa gave: 15 and 35 commendations, and its part of 176 letters', async () => {
    const { orgUnit } = await ask('Q14');
    expect(orgUnit.awardsIssued.nodes).toEqual(some(
      { code: 'aw-hoang-hoa-15-collectives', form: 'COMMENDATION', count: 15, recipients: { nodes: [] } },
      { code: 'aw-hoang-hoa-25-and-10', count: 35, countByKind: some({ kind: 'INDIVIDUAL', count: 25 }, { kind: 'COLLECTIVE', count: 10 }) },
      { code: 'aw-hoang-hoa-176-letters', form: 'LETTER_OF_COMMENDATION', count: 176, issuers: [expect.objectContaining({ unit: { code: 'D399' } }), expect.anything()] },
    ));
  });

  test('Q15: three persons are named to everybody, under their names as printed', async () => {
    const { orgUnit } = await ask('Q15');
    const named = orgUnit.awardsReceived.nodes.flatMap(({ recipients }: { recipients: { nodes: object[] } }) => recipients.nodes);
    expect(named).toEqual(some({ name: 'Nguyễn Bá Bình', unitName: 'CĐCS THCS Hoằng Trường' }, { name: 'Nguyễn Trọng Tín', unitName: 'CĐCS Công ty CP DCTT Delta' }));
    expect(JSON.stringify(named)).toContain('Nguyền Trọng Thấu');
    expect(JSON.stringify(named)).not.toContain('Lê Sỹ Kiên');
    const partner = await ask('Q15', undefined, { role: 'PARTNER', unit: 'P38' });
    expect(JSON.stringify(partner)).toContain('Lê Sỹ Kiên');
  });

  test('Q16: 176, 88 and 54 works, 40 with a plaque, 2 registered, over 258.7 billion đồng', async () => {
    const { orgUnit } = await ask('Q16');
    const numbers = Object.fromEntries(orgUnit.reported.map(({ indicator, result, registered }: { indicator: { code: string }; result: object | null; registered: { value: number } | null }) => [indicator.code, result ?? registered]));
    expect(numbers).toEqual({
      'works.total': { value: 300, qualifier: 'MORE_THAN' }, 'works.grassroots-congress': { value: 176, qualifier: 'EXACT' }, 'works.upper-congress': { value: 88, qualifier: 'EXACT' },
      'works.provincial-congress': { value: 54, qualifier: 'EXACT' }, 'works.national-congress': { value: 2 }, 'works.plaqued': { value: 40, qualifier: 'EXACT' },
      'works.value-vnd': { value: 258_700_000_000, qualifier: 'MORE_THAN' },
    });
    // They are counted in the article, not listed: the register of works has none.
    expect(orgUnit.workTotals).toMatchObject({ works: 0, valueVnd: null, groups: [] });
  });

  test('Q17: nine models of Hậu Giang, five of them exemplary', async () => {
    const { orgUnit } = await ask('Q17');
    expect(orgUnit.practiceModels.totalCount).toBe(9);
    expect(orgUnit.practiceModels.nodes.filter(({ exemplary }: { exemplary: boolean }) => exemplary)).toHaveLength(5);
    expect(orgUnit.practiceModels.nodes.filter(({ name }: { name: string }) => name === 'Ngày hội văn hóa thể thao công nhân')).toHaveLength(1);
    // Of numbers a partner sees what was published, which the 17 were not.
    expect(orgUnit.results.nodes).toEqual([]);
    const hoangHoa = await ask('Q17', { unit: 'D399', programme: 'one-union-one-model', counted: 'unions.with-model' });
    expect(hoangHoa.orgUnit.practiceModels.nodes).toEqual(some({ name: 'Thư viện Xanh', unit: { code: 'D399-th-hoang-phong', name: 'Công đoàn trường Tiểu học Hoằng Phong' } }));
  });

  test('Q18: over 600 and nearly 600, side by side', async () => {
    const { orgUnit } = await ask('Q18');
    expect(orgUnit.events.nodes).toEqual(some({
      code: 'ev-phuc-tho-sports-2022', kind: 'FESTIVAL', partners: [expect.objectContaining({ name: 'Trung tâm Văn hóa Thông tin và Thể thao huyện Phúc Thọ' })],
      counts: some(
        { of: 'CONTESTS', value: 4 }, { of: 'PARTICIPANTS', value: 600, qualifier: 'MORE_THAN', noun: 'CNVCLĐ', source: 'S0-07' },
        { of: 'PARTICIPANTS', value: 600, qualifier: 'NEARLY', noun: 'vận động viên', source: 'S0-08' },
      ),
    }, { code: 'ev-phuc-tho-talks-2022', counts: [expect.objectContaining({ of: 'TALKS', value: null })] }));
  });

  test('Q23: one flag comprehensive, one thematic; of two recipients it is known that they are no direct workers', async () => {
    const { orgUnit } = await ask('Q23');
    expect(orgUnit.awardTotals.all.directWorkers).toEqual({ known: 2, direct: 0, share: 0 });
    // The 176 letters and the 17 certificates have no basis that is told, so nothing is a breach.
    expect(orgUnit.awardBreaches.nodes).toEqual([]);
    expect(orgUnit.awardTotals.groups).toEqual(some({ basis: 'COMPREHENSIVE', titleLevel: null, count: 1 }, { basis: 'THEMATIC', titleLevel: null, count: 1 }));
    const tayHo = await ask('Q23', { unit: 'D003' }, { role: 'VIEWER', unit: 'D003' });
    expect(tayHo.orgUnit.awardsReceived.nodes).toEqual(some({ title: 'Công nhân giỏi', titleLevel: 'GRASSROOTS', count: null }));
  });
});

describe('everything at once', () => {
  test('Q24: an officer of a district, one of the city and a partner get other rows', async () => {
    // Units that are merely known to everybody, such as for an award, have no progress for those who do not read their numbers.
    type Row = { code: string; second: { result: { value: number } | null; completionPercent: number | null } | null };
    const rows = async (as: Parameters<typeof ask>[2]): Promise<unknown[][]> =>
      ((await ask('Q24', undefined, as)).orgUnits.nodes as Row[]).flatMap(({ code, second }) => (second === null ? [] : [[code, second.result?.value ?? null, second.completionPercent]]));
    expect(await rows({ role: 'VIEWER', unit: 'D272' })).toEqual([['D272', 1709, 396.52]]);
    const city = await rows({ role: 'VIEWER', unit: 'P01' });
    expect(city).toHaveLength(12);
    expect(city).toContainEqual(['D272', 1709, 396.52]);
    expect(city).toContainEqual(['D006', null, null]);
    // What was published, wherever in the country, and no more.
    expect(await rows({ role: 'PARTNER', unit: 'TLD' })).toEqual([['D272', 1709, 396.52]]);
  });

  test('Q25: the number of participants, and who says otherwise', async () => {
    const { orgUnit, claim, source } = await ask('Q25');
    expect(orgUnit.results.nodes).toMatchObject([{ value: 1709, statedPercent: 397, claims: [{ code: 'S0-18', source: { publishedOn: null }, disagreesWith: [] }] }]);
    expect(claim).toMatchObject({ value: 600, qualifier: 'MORE_THAN', unitOfMeasure: 'participants', source: { code: 'S0', author: null, publishedOn: null }, disagreesWith: [{ code: 'S0-08', value: 600, qualifier: 'NEARLY' }] });
    expect(source.claims.nodes).toHaveLength(28);
    expect(await ask('Q25', undefined, { role: 'PARTNER', unit: 'TLD' })).toEqual({ orgUnit: { name: 'LĐLĐ huyện Phúc Thọ', results: { nodes: [] }, targets: { nodes: [] } }, claim: null, source: null });
    const hauGiang = await ask('Q25', { unit: 'P93', claim: 'S4-29', source: 'S4' }, { role: 'VIEWER', unit: 'P93' });
    expect(hauGiang.orgUnit.targets.nodes).toEqual(some({ value: 4512, derived: true, claims: [expect.objectContaining({ code: 'S4-06' })] }));
    expect(hauGiang).toMatchObject({ claim: { value: 258_700_000_000, qualifier: 'MORE_THAN', note: expect.stringContaining('left open') }, source: { author: 'Gia Nguyễn', publishedOn: '2024-01-09' } });
  });
});
