import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

const unit = (code: string, level: string, kind: string, parent: string, more: object = {}) => ({ type: 'orgUnit', code, name: `Đơn vị ${code}`, level, kind, parent, validFrom: '2000-01-01', ...more });
const result = (of: string, value: number, more: object = {}) => ({ type: 'result', unit: of, campaign: 'c', indicator: 'i', coverage: 'SUBTREE', asOf: '2022-12-31', value, ...more });
const target = (of: string, basis: string, value: number, more: object = {}) => ({
  type: 'target', unit: of, campaign: 'c', indicator: 'i', basis, value, decidedOn: '2022-01-01', ...(basis === 'ASSIGNED' || basis === 'REGISTERED' ? { counterpart: 'N' } : {}), ...more,
});

/** Districts and unions beneath P1, one of which moves to P2; numbers by which to rank are of the provinces. */
const RECORDS = [
  { type: 'orgUnit', code: 'N', name: 'Tổng LĐLĐ', level: 'NATIONAL', kind: 'CONFEDERATION', validFrom: '2000-01-01' },
  ...['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'].map((code) => unit(code, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N')),
  { type: 'closure', unit: 'P7', on: '2022-07-01' },
  ...['D1', 'D2', 'D3', 'D4'].map((code) => unit(code, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P1')),
  unit('D5', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P2'),
  { type: 'placement', unit: 'D4', parent: 'P2', from: '2023-07-01' },
  ...['G1', 'G2', 'G3'].map((code) => unit(code, 'GRASSROOTS', 'GRASSROOTS_UNION', 'D1')),
  unit('G4', 'GRASSROOTS', 'GRASSROOTS_UNION', 'D5'),
  ...['i', 'n', 'd', 'i.empty'].map((code) => ({ type: 'indicator', code, name: `Chỉ tiêu ${code}`, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' })),
  { type: 'indicator', code: 'r', name: 'Tỷ lệ', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'n', denominator: 'd' },
  ...['c', 'c-P1'].map((code) => ({ type: 'campaign', code, name: `Phong trào ${code}`, campaignKind: 'PROGRAMME', launchedBy: code === 'c' ? 'N' : 'P1', phases: [{ code: 'p1', name: 'Giai đoạn 1' }] })),
  { type: 'campaign', code: 'outside', name: 'Phong trào', campaignKind: 'PROGRAMME', externalLauncher: 'Chính phủ' },
  { type: 'cluster', code: 'q', owner: 'N', name: 'Cụm 1', kind: 'CLUSTER', year: 2022, members: ['P1', 'P2', 'P3', 'P4'] },
  { type: 'cluster', code: 'q23', owner: 'N', name: 'Cụm 1', kind: 'CLUSTER', year: 2023, members: ['P1', 'P5'] },

  // 400, 300, 300, 200, nothing; P7 has closed by then.
  result('P1', 400), result('P2', 300), result('P3', 300.0), result('P4', 200), result('P7', 1000, { asOf: '2022-06-30' }),
  result('P1', 200, { asOf: '2022-06-30' }), result('P2', 50, { asOf: '2022-06-30' }), result('P3', 0, { asOf: '2022-06-30' }),
  // 1/3, 2/6, 0.3333 and 100 %, all but the last alike once they are shown.
  ...[['P1', 1, 3], ['P2', 2, 6], ['P3', 3333, 10_000], ['P4', 7, 7]].flatMap(([of, value, whole]) => [
    result(of as string, value as number, { phase: 'p1' }), target(of as string, 'ASSIGNED', whole as number, { phase: 'p1' }), target(of as string, 'SELF_SET', 7, { phase: 'p1' }),
  ]),
  target('P5', 'ASSIGNED', 10, { phase: 'p1' }),
  // Half away from zero: 66.67, 66.67; 0.005 % is 0.01.
  ...[['P1', 2, 3], ['P2', 2, 3], ['P3', 1, 20_000]].flatMap(([of, value, whole]) => [
    result(of as string, value as number, { indicator: 'n' }), result(of as string, whole as number, { indicator: 'd' }),
  ]),
  result('P4', 5, { indicator: 'n' }), result('P4', 0, { indicator: 'd' }), result('P5', 12.5, { indicator: 'r' }),
  // P2 has a target only by its district, which leaves D4 out from July 2023 on.
  result('P1', 10, { indicator: 'i.empty' }), target('D5', 'ASSIGNED', 10, { indicator: 'i.empty' }), result('P2', 10, { indicator: 'i.empty' }), target('P1', 'ASSIGNED', 0, { indicator: 'i.empty' }),
  // Norms per member.
  { ...target('P1', 'NORM', 1), per: 'MEMBER' }, { ...target('P2', 'NORM', 2), per: 'MEMBER' },
  ...['P1', 'P2', 'P3'].map((of) => ({ type: 'memberCount', unit: of, of: 'MEMBERS', asOf: '2022-01-01', value: 400 })),
  // Districts and unions in all campaigns.
  ...['c', 'c-P1', 'outside'].flatMap((campaign) => [
    ...[['D1', 30], ['D2', 20], ['D3', 10], ['D4', 40]].map(([of, value]) => result(of as string, value as number, { campaign, phase: campaign === 'outside' ? undefined : 'p1', coverage: 'OWN' })),
    ...[['G1', 5], ['G2', 5], ['G4', 50]].map(([of, value]) => result(of as string, value as number, { campaign, phase: campaign === 'outside' ? undefined : 'p1', coverage: 'OWN' })),
  ]),
];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false, now: new Date('2024-06-01T03:00:00Z') });
  await server.load(RECORDS);
  await server.db.pool.query(`insert into region (code, name) values ('v', 'Vùng'), ('w', 'Vùng khác');
    insert into region_member select r.id, u.id from region r, org_unit u where r.code = 'v' and u.code in ('P1', 'P3', 'D4', 'P7') or r.code = 'w' and u.code = 'P1'`);
  for (const code of ['N', 'P1', 'P2', 'D1', 'D2', 'D3', 'D4', 'G1', 'G2']) await server.grant(`v-${code}`, 'VIEWER', code);
  await server.grant('m-N', 'CAMPAIGN_MANAGER', 'N');
  await server.grant('m-P1', 'CAMPAIGN_MANAGER', 'P1');
  await server.grant('partner', 'PARTNER', 'N');
});
afterAll(() => server.close());

const ENTRY = 'place tied name value complete unit { code }';
// oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
type Data = any;
async function ask(document: string, as?: string | null): Promise<Data> {
  const { data, errors } = await server.query(document, {}, { as: typeof as === 'string' ? await server.tokenFor(as) : as });
  expect(errors).toBeUndefined();
  return data;
}
/** As short texts: place, an equals sign where it is shared, unit, value. */
async function ranked(args: string, of = 'N', as?: string): Promise<string[] | null> {
  const { orgUnit } = await ask(`{ orgUnit(code: "${of}") { ranking(indicator: "i" ${args}) { size ranked unranked entries { nodes { ${ENTRY} } totalCount } } } }`.replace(/indicator: "i" (?=.*indicator: )/, ''), as);
  if (orgUnit.ranking === null) return null;
  const { size, ranked: placed, unranked, entries } = orgUnit.ranking;
  expect([placed + unranked, placed]).toEqual([size, entries.totalCount]);
  return [...entries.nodes.map(short), `of ${size}`];
}
const short = ({ place, tied, name, value, complete, unit: it }: { place: number; tied: boolean; name: string; value: number | null; complete: boolean | null; unit: { code: string } | null }): string => {
  if (it) expect(name).toMatch(new RegExp(`${it.code}$`));
  return `${place}${tied ? '=' : ''} ${it?.code ?? `(${name})`} ${value}${complete === false ? ' incomplete' : ''}`;
};

describe('a ranking', () => {
  test('ties share a place, and the next places are left out; whoever has no number is unranked', async () => {
    expect(await ranked('campaign: "c", asOf: "2022-12-31", group: {children: true}')).toEqual(['1 P1 400', '2= P2 300', '2= P3 300', '4 P4 200', 'of 6']);
    expect(await ranked('campaign: "c", asOf: "2022-06-30", group: {children: true}')).toEqual(['1 P7 1000', '2 P1 200', '3 P2 50', '4 P3 0', 'of 7']);
    expect(await ranked('campaign: "c", asOf: "2021-01-01", group: {level: PROVINCIAL}')).toEqual(['of 7']);
  });

  test('by what grew', async () => {
    const grown = (by: string, since = '2022-06-30') => ranked(`campaign: "c", asOf: "2022-12-31", since: "${since}", by: ${by}, group: {children: true}`);
    expect(await grown('GROWTH')).toEqual(['1 P3 300', '2 P2 250', '3 P1 200', 'of 6']);
    expect(await grown('GROWTH_PERCENT')).toEqual(['1 P2 500', '2 P1 100', 'of 6']);
    expect(await grown('GROWTH', '2022-01-01')).toEqual(['of 6']);
  });

  test('by completion on each basis, equal where the numbers shown are', async () => {
    const completed = (basis: string, more = 'phase: "p1"') => ranked(`campaign: "c", asOf: "2022-12-31", by: COMPLETION, basis: ${basis}, group: {children: true} ${more}`);
    expect(await completed('ASSIGNED')).toEqual(['1 P4 100', '2= P1 33.33', '2= P2 33.33', '2= P3 33.33', 'of 6']);
    expect(await completed('SELF_SET')).toEqual(['1 P3 47614.29', '2 P4 100', '3 P2 28.57', '4 P1 14.29', 'of 6']);
    expect(await completed('REGISTERED')).toEqual(['of 6']);
    expect(await completed('NORM', '')).toEqual(['1 P1 100', '2 P2 37.5', 'of 6']);
    // A target of 0, and one that lacks a child.
    expect(await completed('ASSIGNED', 'indicator: "i.empty"')).toEqual(['1 P2 100', 'of 6']);
    expect(await ranked('campaign: "c", asOf: "2023-07-01", by: COMPLETION, indicator: "i.empty", group: {children: true}')).toEqual(['of 6']);
  });

  test('of a ratio: that of its parts where both are there, else what was stated of itself', async () => {
    expect(await ranked('campaign: "c", asOf: "2022-12-31", indicator: "r", group: {children: true}')).toEqual(['1= P1 66.67', '1= P2 66.67', '3 P5 12.5', '4 P3 0.01', 'of 6']);
  });

  test('of a level, a cluster or a region beneath the unit, as the tree was on the day', async () => {
    const of = (group: string, unitCode = 'N', asOf = '2022-12-31') => ranked(`campaign: "c", phase: "p1", asOf: "${asOf}", group: {${group}}`, unitCode);
    expect(await of('level: UPPER_GRASSROOTS')).toEqual(['1 D5 50', '2= D1 40', '2= D4 40', '4 D2 20', '5 D3 10', 'of 5'].map((it) => it.replace('D1 40', 'D1 40 incomplete')));
    expect(await of('level: UPPER_GRASSROOTS', 'P1')).toEqual(['1= D1 40 incomplete', '1= D4 40', '3 D2 20', '4 D3 10', 'of 4']);
    expect(await of('level: UPPER_GRASSROOTS', 'P1', '2023-07-01')).toEqual(['1 D1 40 incomplete', '2 D2 20', '3 D3 10', 'of 3']);
    expect(await of('children: true', 'P2', '2023-07-01')).toEqual(['1 D5 50', '2 D4 40', 'of 2']);
    expect(await of('cluster: "q"')).toEqual(['1 P3 3333', '2 P4 7', '3 P2 2', '4 P1 1', 'of 4']);
    expect(await of('cluster: "q"', 'P2')).toEqual(['of 0']);
    expect(await of('region: "v"')).toEqual(['1 P3 3333', '2 D4 40', '3 P1 1', 'of 3']);
    expect(await of('region: "v"', 'P1')).toEqual(['1 D4 40', 'of 1']);
    expect(await of('region: "v"', 'P1', '2023-07-01')).toEqual(['of 0']);
    expect(await of('level: SUB_GRASSROOTS')).toEqual(['of 0']);
  });

  test('is a list of pages, and tells the place of one unit', async () => {
    const page = (args: string) => ask(`{ orgUnit(code: "N") { ranking(campaign: "c", indicator: "i", asOf: "2022-12-31", group: {children: true}) {
      entries(${args}) { edges { cursor node { ${ENTRY} } } pageInfo { hasNextPage endCursor } }
      P3: place(unit: "P3") { ${ENTRY} } P5: place(unit: "P5") { place } D1: place(unit: "D1") { place } nobody: place(unit: "nobody") { place } N: place(unit: "N") { place } } } }`);
    const { ranking } = (await page('first: 2')).orgUnit;
    expect(ranking.entries.edges.map(({ node }: Data) => short(node))).toEqual(['1 P1 400', '2= P2 300']);
    expect(short(ranking.P3)).toBe('2= P3 300');
    expect([ranking.P5, ranking.D1, ranking.nobody, ranking.N]).toEqual([null, null, null, null]);
    const rest = (await page(`first: 2, after: "${ranking.entries.pageInfo.endCursor}"`)).orgUnit.ranking.entries;
    expect(rest.edges.map(({ node }: Data) => short(node))).toEqual(['2= P3 300', '4 P4 200']);
    expect([ranking.entries.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
  });

  test('is of what the caller sees: nothing above, nothing that has left', async () => {
    const args = 'campaign: "c", phase: "p1", asOf: "2022-12-31"';
    expect(await ranked(`${args}, group: {children: true}`, 'N', 'v-P1')).toBeNull();
    expect(await ranked(`${args}, group: {level: UPPER_GRASSROOTS}`, 'N', 'v-P1')).toBeNull();
    // D4 stood there then; today it is another province's.
    expect(await ranked(`${args}, group: {children: true}`, 'P1', 'v-P1')).toEqual(['1 D1 40 incomplete', '2 D2 20', '3 D3 10', 'of 3']);
    expect(await ranked(`${args}, group: {children: true}`, 'P1', 'v-N')).toEqual(['1= D1 40 incomplete', '1= D4 40', '3 D2 20', '4 D3 10', 'of 4']);
    const { orgUnit } = await ask(`{ orgUnit(code: "P1") { ranking(indicator: "i", ${args}, group: {children: true}) { place(unit: "D4") { place } } } }`, 'v-P1');
    expect(orgUnit.ranking.place).toBeNull();
    expect((await ask('{ orgUnit(code: "N") { code } }', 'partner')).orgUnit).toBeNull();
  });

  test('is null of what is unknown, and refuses what cannot be meant', async () => {
    for (const args of ['campaign: "x", group: {children: true}', 'campaign: "c", indicator: "x", group: {children: true}', 'campaign: "c", phase: "x", group: {children: true}', 'campaign: "c", group: {cluster: "x"}', 'campaign: "c", group: {region: "x"}', 'campaign: "c", group: {region: ""}'])
      expect([args, await ranked(args)]).toEqual([args, null]);
    const faulty = {
      'group: {}': 'group', 'group: {children: false}': 'group', 'group: {children: true, level: GRASSROOTS}': 'group', 'group: {cluster: "q", region: "v"}': 'group', 'group: {children: false, level: GRASSROOTS}': 'group',
      'group: {children: true}, asOf: "2022-02-30"': 'asOf', 'group: {children: true}, by: GROWTH': 'since', 'group: {children: true}, since: "2022-01-01"': 'since',
      'group: {children: true}, by: GROWTH, asOf: "2022-01-01", since: "2022-01-01"': 'since', 'group: {children: true}, by: GROWTH_PERCENT, since: "hôm qua"': 'since',
    };
    for (const [args, argument] of Object.entries(faulty)) {
      const { errors } = await server.query(`{ orgUnit(code: "N") { ranking(campaign: "c", indicator: "i", ${args}) { size } } }`);
      expect([args, errors?.map(({ extensions }) => [extensions['code'], extensions['argument']])]).toEqual([args, [['BAD_USER_INPUT', argument]]]);
    }
  });
});

/** A unit's place as its officer sees it, with those of the others. */
async function rank(of: string, among: string, as: string, more = ''): Promise<{ own: string; entries: string[] } | null> {
  const { orgUnit } = await ask(
    `{ orgUnit(code: "${of}") { rank(${more.includes('campaign') ? '' : 'campaign: "c", phase: "p1",'} indicator: "i", ${more.includes('asOf') ? '' : 'asOf: "2022-12-31",'} among: ${among} ${more}) { place tied of ranked value complete entries { nodes { ${ENTRY} } totalCount } } } }`, as,
  );
  if (orgUnit.rank === null) return null;
  const { place, tied, of: size, ranked: placed, value, entries } = orgUnit.rank;
  expect(entries.totalCount).toBe(placed);
  return { own: `${place}${tied ? '=' : ''} ${value} of ${placed}/${size}`, entries: entries.nodes.map(short) };
}

async function publish(as: string, campaign: string, publishes: boolean): Promise<Data> {
  const { version } = (await ask(`{ campaign(code: "${campaign}") { version } }`, as)).campaign;
  const { publishRanks } = await ask(
    `mutation { publishRanks(input: {campaign: "${campaign}", publishes: ${publishes}, expectedVersion: ${version}}) { campaign { publishesRanks version } replayed userErrors { path code } } }`, as,
  );
  return publishRanks;
}

describe('a unit’s place', () => {
  const SIBLINGS = ['1= D1 40 incomplete', '1= (Đơn vị D4) null', '3 (Đơn vị D2) null', '4 (Đơn vị D3) null'];

  test('among all whom the caller sees, with their numbers', async () => {
    expect(await rank('D2', 'SIBLINGS', 'v-N')).toEqual({ own: '3 20 of 4/4', entries: ['1= D1 40 incomplete', '1= D4 40', '3 D2 20', '4 D3 10'] });
    expect(await rank('D2', 'LEVEL_IN_NATION', 'v-N')).toMatchObject({ own: '4 20 of 5/5' });
    expect(await rank('G3', 'SIBLINGS', 'v-D1')).toEqual({ own: 'null null of 2/3', entries: ['1= G1 5', '1= G2 5'] });
    expect(await rank('P1', 'CLUSTER', 'v-N')).toEqual({ own: '4 1 of 4/4', entries: ['1 P3 3333', '2 P4 7', '3 P2 2', '4 P1 1'] });
    expect(await rank('P1', 'CLUSTER', 'v-N', 'asOf: "2023-01-01"')).toMatchObject({ own: '1 1 of 1/2' });
    expect(await rank('P1', 'CLUSTER', 'v-N', 'asOf: "2024-01-01"')).toBeNull();
    expect(await rank('P1', 'CLUSTER', 'v-N', 'group: "q23"')).toBeNull();
    expect(await rank('P1', 'REGION', 'v-N')).toMatchObject({ own: '3 1 of 3/3' });
    expect(await rank('P1', 'REGION', 'v-N', 'group: "w"')).toMatchObject({ own: '1 1 of 1/1' });
    expect(await rank('P2', 'REGION', 'v-N')).toBeNull();
    // The root is directly beneath nobody; P7 had closed.
    expect(await rank('N', 'SIBLINGS', 'v-N')).toBeNull();
    expect(await rank('N', 'LEVEL_IN_NATION', 'v-N')).toBeNull();
    expect(await rank('P7', 'SIBLINGS', 'v-N')).toBeNull();
    expect(await rank('P1', 'SIBLINGS', 'v-N', 'campaign: "x"')).toBeNull();
  });

  test('among others, nothing until the campaign publishes its ranks', async () => {
    for (const among of ['SIBLINGS', 'LEVEL_IN_NATION']) expect(await rank('D1', among, 'v-D1')).toBeNull();
    for (const among of ['CLUSTER', 'REGION']) expect(await rank('P1', among, 'v-P1')).toBeNull();
    // All of that region is its own.
    expect(await rank('P1', 'REGION', 'v-P1', 'group: "w"')).toMatchObject({ own: '1 1 of 1/1' });

    expect(await publish('m-P1', 'c', true)).toEqual({ campaign: null, replayed: false, userErrors: [{ path: ['input', 'campaign'], code: 'FORBIDDEN' }] });
    expect(await publish('m-N', 'c', true)).toEqual({ campaign: { publishesRanks: true, version: 2 }, replayed: false, userErrors: [] });
    expect(await publish('m-N', 'c', true)).toMatchObject({ campaign: { version: 2 } });
    expect((await ask('mutation { publishRanks(input: {campaign: "c", publishes: false, expectedVersion: 1}) { campaign { publishesRanks version } userErrors { path code } } }', 'm-N')).publishRanks)
      .toEqual({ campaign: { publishesRanks: true, version: 2 }, userErrors: [{ path: ['input', 'expectedVersion'], code: 'CONFLICT' }] });

    expect(await rank('D1', 'SIBLINGS', 'v-D1')).toEqual({ own: '1= 40 of 4/4', entries: SIBLINGS });
    expect(await rank('D1', 'LEVEL_IN_NATION', 'v-D1')).toMatchObject({ own: '2= 40 of 5/5' });
    expect(await rank('P1', 'CLUSTER', 'v-P1')).toEqual({ own: '4 1 of 4/4', entries: ['1 (Đơn vị P3) null', '2 (Đơn vị P4) null', '3 (Đơn vị P2) null', '4 P1 1'] });
    expect(await rank('P1', 'REGION', 'v-P1')).toEqual({ own: '3 1 of 3/3', entries: ['1 (Đơn vị P3) null', '2 (Đơn vị D4) null', '3 P1 1'] });
    expect(await rank('P1', 'SIBLINGS', 'v-P1', 'campaign: "c", by: GROWTH, since: "2022-06-30"')).toEqual({ own: '3 200 of 3/6', entries: ['1 (Đơn vị P3) null', '2 (Đơn vị P2) null', '3 P1 200'] });
  });

  test('withheld where fewer than three have one', async () => {
    // G1 and G2 share the first place; G3 has none.
    expect(await rank('G1', 'SIBLINGS', 'v-G1')).toBeNull();
    expect(await rank('G1', 'LEVEL_IN_NATION', 'v-G1')).toEqual({ own: '2= 5 of 3/4', entries: ['1 (Đơn vị G4) null', '2= G1 5', '2= (Đơn vị G2) null'] });
    expect(await rank('P1', 'CLUSTER', 'v-P1', 'asOf: "2023-01-01"')).toBeNull();
    // Of three that have one, two are the caller's: the third would stand between two known numbers.
    await server.grant('v-two', 'VIEWER', 'G1');
    await server.grant('v-two', 'VIEWER', 'G2');
    expect(await rank('G1', 'LEVEL_IN_NATION', 'v-two')).toBeNull();
    // Who sets their own target at will would find the others' percentages by it.
    await server.load(['D1', 'D2', 'D3', 'D4'].map((unit, i) => ({ type: 'target', unit, campaign: 'c', phase: 'p1', indicator: 'i', basis: 'SELF_SET', decidedOn: '2022-01-01', value: 100 + i })));
    expect(await rank('D1', 'SIBLINGS', 'v-D1', 'by: COMPLETION, basis: SELF_SET')).toBeNull();
    expect(await rank('D1', 'SIBLINGS', 'v-N', 'by: COMPLETION, basis: SELF_SET')).toMatchObject({ own: expect.stringMatching(/of 4\/4$/) });
    expect(await rank('P1', 'SIBLINGS', 'v-P1', 'campaign: "c", indicator: "i.empty"'.replace('indicator: "i.empty"', 'by: COMPLETION, basis: NORM'))).toBeNull();
  });

  test('among those alone who stand beneath whoever launched the campaign', async () => {
    const local = (among: string, as = 'v-D1', of = 'D1') => rank(of, among, as, 'campaign: "c-P1", phase: "p1"');
    expect(await local('SIBLINGS')).toBeNull();
    expect(await publish('m-P1', 'c-P1', true)).toMatchObject({ campaign: { publishesRanks: true } });
    expect(await local('SIBLINGS')).toEqual({ own: '1= 40 of 4/4', entries: SIBLINGS });
    expect(await local('LEVEL_IN_NATION')).toBeNull();
    expect(await local('SIBLINGS', 'v-P1', 'P1')).toBeNull();
    // D4 has left; who stays is beneath P1.
    expect(await rank('D1', 'SIBLINGS', 'v-D1', 'campaign: "c-P1", phase: "p1", asOf: "2023-07-01"')).toMatchObject({ own: '1 40 of 3/3' });
    expect(await rank('D4', 'SIBLINGS', 'v-D4', 'campaign: "c-P1", phase: "p1", asOf: "2023-07-01"')).toBeNull();
    const outside = (among: string) => rank('D1', among, 'v-D1', 'campaign: "outside"');
    expect(await outside('LEVEL_IN_NATION')).toBeNull();
    expect(await publish('m-N', 'outside', true)).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
    await server.db.pool.query(`update campaign set publishes_ranks = true where code = 'outside'`);
    expect(await outside('LEVEL_IN_NATION')).toMatchObject({ own: '2= 40 of 5/5' });
  });

  test('of one’s own units only, and no more once the ranks are withdrawn', async () => {
    expect(await rank('P1', 'SIBLINGS', 'v-D1')).toBeNull();
    expect((await ask('{ orgUnit(code: "D2") { code } }', 'v-D1')).orgUnit).toBeNull();
    const { rank: seen } = (await ask('{ orgUnit(code: "D1") { rank(campaign: "c", phase: "p1", indicator: "i", asOf: "2022-12-31", among: SIBLINGS) { entries(first: 2) { edges { cursor } pageInfo { endCursor } } } } }', 'v-D1')).orgUnit;
    // A cursor names nobody.
    for (const { cursor } of seen.entries.edges) expect(Buffer.from(cursor, 'base64url').toString()).toMatch(/^\["ranking\.place","\d{10}"\]$/);
    const rest = await ask(`{ orgUnit(code: "D1") { rank(campaign: "c", phase: "p1", indicator: "i", asOf: "2022-12-31", among: SIBLINGS) { entries(first: 2, after: "${seen.entries.pageInfo.endCursor}") { nodes { ${ENTRY} } } } } }`, 'v-D1');
    expect(rest.orgUnit.rank.entries.nodes.map(short)).toEqual(SIBLINGS.slice(2));
    expect(await publish('m-N', 'c', false)).toMatchObject({ campaign: { publishesRanks: false } });
    expect(await rank('D1', 'SIBLINGS', 'v-D1')).toBeNull();
    const { errors } = await server.query('{ orgUnit(code: "D1") { rank(campaign: "c", indicator: "i", among: SIBLINGS, group: "q") { place } } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'group' });
  });
});

test('the number of statements does not grow with the units', async () => {
  const count = async (first: number): Promise<number> => {
    server.statements.length = 0;
    const { orgUnit } = await ask(`{ orgUnit(code: "N") { children(asOf: "2022-01-01", first: ${first}) { nodes {
      ranking(campaign: "c", phase: "p1", indicator: "i", asOf: "2022-12-31", group: {children: true}) { size ranked entries(first: 3) { nodes { ${ENTRY} } } a: place(unit: "D1") { place } b: place(unit: "D2") { place } }
      rank(campaign: "c", phase: "p1", indicator: "i", asOf: "2022-12-31", among: SIBLINGS) { place of entries(first: 3) { nodes { ${ENTRY} } } }
      cluster: rank(campaign: "c", phase: "p1", indicator: "i", asOf: "2022-12-31", among: CLUSTER) { place }
      region: rank(campaign: "c", phase: "p1", indicator: "i", asOf: "2022-12-31", among: REGION) { place }
      regions { code members(first: 5) { nodes { code } } } statedRanks(first: 2) { nodes { code campaign { code } } } } } } }`);
    expect(orgUnit.children.nodes).toHaveLength(first);
    return server.statements.length;
  };
  const [one, many] = [await count(2), await count(7)];
  expect(many).toBe(one);
  // The units of one group are ranked once, whatever their number.
  server.statements.length = 0;
  await ask('{ orgUnit(code: "N") { children(asOf: "2022-01-01") { nodes { rank(campaign: "c", phase: "p1", indicator: "i", asOf: "2022-12-31", among: LEVEL_IN_NATION) { place } } } } }');
  const ranks = server.statements.filter(({ text }) => text.includes('ranking_places'));
  expect(ranks.map(({ values }) => (values[0] as unknown[]).length)).toEqual([1]);
});
