import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

// What the articles' officers may read. Drafts have their cases in test/results and test/campaigns.

let server: TestServer;
const tokens = new Map<string, string>();
beforeAll(async () => {
  server = await startTestServer();
  // Some of the seeds' totals are published, and some of their things disclosed: the cases begin without.
  await server.db.pool.query('update publication set ended_at = now() where ended_at is null');
  await server.db.pool.query('update disclosure set ended_at = now() where ended_at is null');
  const officers = { 'tay-ho': 'D003', 'ha-noi': 'P01', 'hoang-phong': 'D399-th-hoang-phong', 'giao-duc': 'P38-giao-duc', 'hau-giang': 'P93' };
  for (const [principal, unit] of Object.entries(officers)) await server.grant(principal, 'VIEWER', unit);
  await server.grant('doi-tac', 'PARTNER', 'P93');
  for (const principal of [...Object.keys(officers), 'doi-tac']) tokens.set(principal, await server.tokenFor(principal));
});
afterAll(() => server.close());

/** Null: without a credential. */
async function ask(principal: string | null, document: string, variables?: Record<string, unknown>) {
  const { data, errors } = await server.query(document, variables, { as: principal === null ? null : tokens.get(principal) });
  expect(errors).toBeUndefined();
  return data;
}

async function idOf(field: string, code: string): Promise<string> {
  return (await server.query(`query ($code: String!) { it: ${field}(code: $code) { id } }`, { code })).data.it.id;
}

/** By every way to a unit, as one officer. */
async function waysTo(principal: string, code: string, name: string): Promise<Record<string, unknown>> {
  const data = await ask(
    principal,
    `query ($code: String!, $name: String!, $id: ID!) {
      code: orgUnit(code: $code) { code results { totalCount } targets { totalCount } }
      id: node(id: $id) { __typename }
      search: orgUnits(where: { search: $name }) { totalCount nodes { code } }
      within: orgUnits(where: { within: $code }) { totalCount }
      launched: campaigns(where: { launchedBy: $code }) { totalCount }
    }`,
    { code, name, id: await idOf('orgUnit', code) },
  );
  return { code: data.code, id: data.id, search: data.search.nodes, within: data.within.totalCount, launched: data.launched.totalCount };
}
const NOTHING = { code: null, id: null, search: [], within: 0, launched: 0 };

const CARD = `query ($unit: String!, $campaign: String!, $indicator: String!, $phase: String, $asOf: Date) {
  orgUnit(code: $unit) { progress(campaign: $campaign, indicator: $indicator, phase: $phase, asOf: $asOf) {
    asOf result { value origin } target(basis: REGISTERED) { value } detail unexplained unallocated coverage { expected reported }
  } } }`;

describe('an officer of LĐLĐ quận Tây Hồ', () => {
  test('reads the rows of the district', async () => {
    const { orgUnit } = await ask('tay-ho', '{ orgUnit(code: "D003") { results(where: { campaign: "experience-initiatives" }) { nodes { value } } } }');
    expect(orgUnit.results.nodes.map(({ value }: { value: number }) => value).sort((a: number, b: number) => a - b)).toEqual([89, 248]);
  });

  test.each([
    ['D006', 'Đống Đa'],
    ['D272', 'Phúc Thọ'],
  ])('does not read those of %s, LĐLĐ %s, by any way, though both stand under LĐLĐ TP Hà Nội', async (code, name) => {
    expect(await waysTo('tay-ho', code, name)).toEqual(NOTHING);
  });

  test('sees LĐLĐ TP Hà Nội above, its campaigns, of its members the own district alone, and no totals', async () => {
    const { orgUnit, campaign } = await ask(
      'tay-ho',
      `{ orgUnit(code: "P01") {
          name source children(asOf: "2021-06-30") { totalCount nodes { code } } campaigns { nodes { code } } results { totalCount } targets { totalCount }
          progress(campaign: "1m-initiatives", indicator: "initiatives", phase: "phase-1") { result { value } }
        }
        campaign(code: "emulation-2021-ha-noi") { launchedBy { code } } }`,
    );
    expect(orgUnit).toMatchObject({ name: 'LĐLĐ thành phố Hà Nội', source: null, results: { totalCount: 0 }, targets: { totalCount: 0 }, progress: null });
    expect(orgUnit.children).toEqual({ totalCount: 1, nodes: [{ code: 'D003' }] });
    expect(orgUnit.campaigns.nodes).toContainEqual({ code: 'emulation-2021-ha-noi' });
    expect(campaign).toEqual({ launchedBy: { code: 'P01' } });
  });

  test('sees the own campaigns, and none of Đống Đa or Phúc Thọ', async () => {
    const codes = ['emulation-2020-tay-ho', 'emulation-2020-dong-da', 'emulation-2021-dong-da', '1m-initiatives-phuc-tho', 'emulation-2022-phuc-tho'];
    const data = await ask('tay-ho', `{ ${codes.map((code, i) => `c${i}: campaign(code: "${code}") { code }`).join(' ')} campaigns(first: 100) { nodes { code } } }`);
    expect(codes.map((_, i) => data[`c${i}`])).toEqual([{ code: codes[0] }, null, null, null, null]);
    expect(data.campaigns.nodes.filter(({ code }: { code: string }) => codes.slice(1).includes(code))).toEqual([]);
  });
});

describe('an officer of LĐLĐ TP Hà Nội', () => {
  test('reads Tây Hồ, Đống Đa and Phúc Thọ', async () => {
    const data = await ask(
      'ha-noi',
      `{ tayHo: orgUnit(code: "D003") { results { totalCount } } dongDa: orgUnit(code: "D006") { campaigns { nodes { code } } }
         phucTho: orgUnit(code: "D272") { progress(campaign: "1m-initiatives", indicator: "initiatives", phase: "phase-1", asOf: "2022-05-31") {
           result { value } target { value } completionPercent } } }`,
    );
    expect(data.tayHo.results.totalCount).toBeGreaterThan(0);
    expect(data.dongDa.campaigns.nodes).toContainEqual({ code: 'emulation-2021-dong-da' });
    expect(data.phucTho.progress).toEqual({ result: { value: 1709 }, target: { value: 431 }, completionPercent: 396.52 });
  });

  test.each([
    ['D399', 'Hoằng Hóa'],
    ['D399-th-hoang-phong', 'Tiểu học Hoằng Phong'],
    ['P38', 'Thanh Hóa'],
  ])('reads nothing of %s, %s', async (code, name) => {
    expect(await waysTo('ha-noi', code, name)).toEqual(NOTHING);
  });

  test('does not know of campaigns of Hoằng Hóa', async () => {
    const data = await ask('ha-noi', '{ a: campaign(code: "one-union-one-model") { code } b: campaign(code: "thanh-hoa-aspiration-hoang-hoa") { code } }');
    expect(data).toEqual({ a: null, b: null });
  });
});

describe('CĐ trường Tiểu học Hoằng Phong', () => {
  test('sees the campaigns of the district above it', async () => {
    const data = await ask(
      'hoang-phong',
      '{ a: campaign(code: "one-union-one-model") { launchedBy { code name } } b: campaign(code: "thanh-hoa-aspiration-hoang-hoa") { implements { launchedBy { code } } } }',
    );
    expect(data.a.launchedBy).toEqual({ code: 'D399', name: 'LĐLĐ huyện Hoằng Hóa' });
    expect(data.b).not.toBeNull();
  });

  test('sees no other union of the district, nor how many there are or have a model', async () => {
    const data = await ask(
      'hoang-phong',
      `{ orgUnits { totalCount nodes { code } }
         orgUnit(code: "D399") {
           children(asOf: "2021-06-30") { totalCount nodes { code } } results { totalCount } memberCounts { totalCount } norms { totalCount }
           progress(campaign: "one-union-one-model", indicator: "unions.with-model", asOf: "2021-06-30") { coverage { expected } }
         } }`,
    );
    expect(data.orgUnits.nodes.map(({ code }: { code: string }) => code).sort()).toEqual(['D399', 'D399-th-hoang-phong', 'P38', 'TLD']);
    expect(data.orgUnits.totalCount).toBe(4);
    expect(data.orgUnit).toEqual({
      children: { totalCount: 1, nodes: [{ code: 'D399-th-hoang-phong' }] },
      results: { totalCount: 0 },
      memberCounts: { totalCount: 0 },
      norms: { totalCount: 0 },
      progress: null,
    });
  });

  test.each([
    ['D399-delta', 'Delta'],
    ['D399-mn-but-son-1', 'Bút Sơn'],
  ])('does not read %s, %s', async (code, name) => {
    expect(await waysTo('hoang-phong', code, name)).toEqual(NOTHING);
  });
});

describe('CĐ trường Tiểu học Hoằng Phong, of what is honoured,', () => {
  test('reads its own model, and neither those of others nor who was commended in the district', async () => {
    const data = await ask(
      'hoang-phong',
      `{ own: practiceModel(code: "pm-thu-vien-xanh") { name source } other: practiceModel(code: "pm-cong-vien-mi-ni") { name } district: practiceModel(code: "pm-vuon-hoa-cong-doan") { name }
         award(code: "aw-hoang-hoa-directing-2021") { code } event(code: "ev-hoang-hoa-launch-2021") { code } person(code: "pe-le-sy-kien") { name } claim(code: "S2-24") { code }
         orgUnit(code: "D399") { practiceModels { totalCount } awardsReceived { totalCount } events { totalCount } claimsAbout { totalCount } } }`,
    );
    expect(data).toEqual({
      own: { name: 'Thư viện Xanh', source: 'S2-21' }, other: null, district: null, award: null, event: null, person: null, claim: null,
      orgUnit: { practiceModels: { totalCount: 1 }, awardsReceived: { totalCount: 0 }, events: { totalCount: 0 }, claimsAbout: { totalCount: 0 } },
    });
  });
});

describe('Công đoàn Giáo dục tỉnh Thanh Hóa', () => {
  test('sees nothing of LĐLĐ huyện Hoằng Hóa beside it', async () => {
    expect(await waysTo('giao-duc', 'D399', 'Hoằng Hóa')).toEqual(NOTHING);
  });

  test('shares the 176 letters of commendation, and sees none of the other awards', async () => {
    const { award, orgUnit, other } = await ask(
      'giao-duc',
      `{ award(code: "aw-hoang-hoa-176-letters") { count unitName unit { code } issuers { name unit { code } } }
         orgUnit(code: "P38-giao-duc") { awardsIssued { nodes { code } } } other: award(code: "aw-hoang-hoa-15-collectives") { code } }`,
    );
    expect(award).toEqual({
      count: 176, unitName: 'LĐLĐ huyện Hoằng Hóa', unit: null,
      issuers: [{ name: 'LĐLĐ huyện Hoằng Hóa', unit: null }, { name: 'Công đoàn Giáo dục tỉnh Thanh Hóa', unit: { code: 'P38-giao-duc' } }],
    });
    expect(orgUnit.awardsIssued.nodes).toEqual([{ code: 'aw-hoang-hoa-176-letters' }]);
    expect(other).toBeNull();
  });
});

describe('what is published', () => {
  const valid = { unit: 'P93', campaign: '1m-initiatives', indicator: 'initiatives.valid' };

  test('before anything is, a partner and an anonymous caller see no unit, campaign or indicator at all', async () => {
    const everything = '{ orgUnits { totalCount } campaigns { totalCount } indicators { totalCount } }';
    for (const principal of ['doi-tac', null])
      expect(await ask(principal, everything)).toEqual({ orgUnits: { totalCount: 0 }, campaigns: { totalCount: 0 }, indicators: { totalCount: 0 } });
  });

  test('a partner reads the 52,223 once they are published to partners, and nothing beside; others do not', async () => {
    await server.load([{ type: 'publication', ...valid, asOf: '2023-09-01', audience: 'PARTNER' }]);
    const { orgUnit } = await ask('doi-tac', CARD, valid);
    expect(orgUnit.progress).toEqual({
      asOf: '2023-09-01', result: { value: 52_223, origin: 'STATED' }, target: null, detail: null, unexplained: null, unallocated: null, coverage: { expected: 0, reported: 0 },
    });
    for (const asOf of ['2023-08-31', '2023-09-02']) expect((await ask('doi-tac', CARD, { ...valid, asOf })).orgUnit.progress).toBeNull();
    const beside = await ask(
      'doi-tac',
      `{ orgUnits { nodes { code source note parent { code } results { totalCount } targets { totalCount } children { totalCount } } } campaigns { nodes { code launchedBy { code } } }
         indicators { nodes { code } } special: campaign(code: "special-drive-2023-hau-giang") { code } }`,
    );
    expect(beside).toEqual({
      orgUnits: { nodes: [{ code: 'P93', source: null, note: null, parent: null, results: { totalCount: 0 }, targets: { totalCount: 0 }, children: { totalCount: 0 } }] },
      campaigns: { nodes: [{ code: '1m-initiatives', launchedBy: null }] },
      indicators: { nodes: [{ code: 'initiatives.valid' }] },
      special: null,
    });
    for (const other of [null, 'ha-noi']) expect((await ask(other, CARD, valid)).orgUnit).toBeNull();
  });

  test('a partner sees the places that are disclosed, and no person', async () => {
    const asked = `{ orgUnit(code: "P93") { statedRanks { nodes { group place source } } positions(asOf: "2024-01-31") { role } practiceModels { totalCount } } person(code: "pe-le-cong-khanh") { name } claim(code: "S4-07") { code } }`;
    const hidden = { positions: [], practiceModels: { totalCount: 0 } };
    expect(await ask('doi-tac', asked)).toEqual({ orgUnit: { statedRanks: { nodes: [] }, ...hidden }, person: null, claim: null });
    await server.load([{ type: 'disclosure', of: 'STATED_RANK', code: 'rk-hau-giang-nation', audience: 'PARTNER' }]);
    expect(await ask('doi-tac', asked)).toEqual({ orgUnit: { statedRanks: { nodes: [{ group: 'NATION', place: 8, source: null }] }, ...hidden }, person: null, claim: null });
    await server.db.pool.query('update disclosure set ended_at = now() where ended_at is null');
  });

  test('everybody reads what is published to all, and of a withdrawn one only the unit’s own readers know', async () => {
    await server.load([{ type: 'publication', ...valid, asOf: '2023-09-01', audience: 'PUBLIC', corrects: true }]);
    for (const principal of [null, 'ha-noi', 'doi-tac']) expect((await ask(principal, CARD, valid)).orgUnit.progress.result.value).toBe(52_223);
    await server.db.pool.query('update publication set ended_at = now() where ended_at is null');
    for (const principal of [null, 'ha-noi', 'doi-tac']) expect((await ask(principal, CARD, valid)).orgUnit).toBeNull();
    const { orgUnit } = await ask('hau-giang', '{ orgUnit(code: "P93") { publications { nodes { audience endedAt } } } }');
    // The last is that of the seeds.
    expect(orgUnit.publications.nodes).toEqual(['PUBLIC', 'PARTNER', 'PUBLIC'].map((audience) => ({ audience, endedAt: expect.any(String) })));
  });
});
