import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOfCampaign } from '../../src/campaigns/indicator.query.js';
import { startBranches, TODAY, TOMORROW, YESTERDAY, type Branches, type Payload } from '../access/branches.js';

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  for (const unit of ['N', 'P1', 'D1', 'D2', 'G1']) await server.grant(`manager@${unit}`, 'CAMPAIGN_MANAGER', unit);
  await server.grant('viewer@G1', 'VIEWER', 'G1');
  await server.grant('approver@P1', 'APPROVER', 'P1');
  await server.load([
    { type: 'indicator', code: 'J', name: 'J', unitOfMeasure: 'công trình', aggregation: 'SUM' },
    { type: 'campaign', code: 'state', name: 'Nhà nước', campaignKind: 'MOVEMENT', externalLauncher: 'Thủ tướng', startsOn: '2022-01-01' },
  ]);
}, 120_000);
afterAll(() => server?.close());

const act = (by: string, mutation: string, input: object): Promise<Payload> => server.act(by, mutation, input);
const faults = ({ userErrors }: Payload): [string, string][] => userErrors.map(({ path, code }) => [path.slice(1).join('.'), code]);
let made = 0;
/** A draft of P1 with all that a launch takes but a target. */
const READY = {
  unit: 'P1', name: 'Phong trào', kind: 'MOVEMENT', theme: 'Chủ đề', objective: 'Mục tiêu', content: 'Nội dung', measures: 'Biện pháp', audience: 'Đoàn viên',
  startsOn: '2026-01-01', endsOn: '2026-12-31', indicators: ['I'],
};
async function draft(more: object = {}, by = 'manager@P1'): Promise<string> {
  const code = `draft-${++made}`;
  expect(faults(await act(by, 'draftCampaign', { ...READY, code, ...more }))).toEqual([]);
  return code;
}
const target = (campaign: string, unit = 'D1') => ({ type: 'target', unit, campaign, indicator: 'I', basis: 'SELF_SET', decidedOn: '2026-01-01', value: 5 });
async function launched(more: object = {}): Promise<string> {
  const code = await draft(more);
  await server.load([target(code)]);
  expect(faults(await act('manager@P1', 'launchCampaign', { code, expectedVersion: 1 }))).toEqual([]);
  return code;
}
const campaign = async (by: string | null, code: string) => (await server.ask(by, 'query ($code: String!) { campaign(code: $code) { status version theme } }', { code })).data.campaign;
const log = (action: string) => server.rows<{ before: Record<string, unknown> | null; after: Record<string, unknown> | null }>('select before, after from audit_log where action = $1 order by id', [action]);

describe('draftCampaign', () => {
  test('draws up a campaign that its unit alone sees', async () => {
    const { campaign: drafted, userErrors } = await act('manager@P1', 'draftCampaign', {
      ...READY, code: 'first', startsOnPrecision: 'YEAR', precededBy: 'K', linkedCampaigns: ['state'], indicators: ['J', 'I'],
      phases: [{ code: 'b', name: 'Đợt 2', kind: 'ROUND', startsOn: '2026-07-01', endsOn: '2026-12-31' }, { code: 'a', name: 'Đợt 1', kind: 'ROUND', startsOn: '2026-01-01', endsOn: '2026-06-30' }],
    });
    expect(userErrors).toEqual([]);
    expect(drafted).toEqual({
      code: 'first', name: 'Phong trào', status: 'DRAFT', version: 1, launchedOn: null, closedOn: null, kind: 'MOVEMENT', theme: 'Chủ đề', objective: 'Mục tiêu',
      startsOn: '2026-01-01', startsOnPrecision: 'YEAR', endsOn: '2026-12-31', launchedBy: { code: 'P1' }, implements: null, precededBy: { code: 'K' }, linkedCampaigns: [{ code: 'state' }],
      phases: [{ code: 'a', kind: 'ROUND', startsOn: '2026-01-01' }, { code: 'b', kind: 'ROUND', startsOn: '2026-07-01' }], indicators: [{ code: 'I' }, { code: 'J' }],
    });
    expect(await campaign('manager@P1', 'first')).toMatchObject({ status: 'DRAFT' });
    expect(await campaign('manager@N', 'first')).toMatchObject({ status: 'DRAFT' });
    for (const below of ['manager@D1', 'viewer@G1', 'manager@D2', null]) expect(await campaign(below, 'first')).toBeNull();
    const { data } = await server.ask('manager@D1', '{ campaign(code: "state") { linkedCampaigns { code } } campaigns(where: { status: DRAFT }) { totalCount } orgUnit(code: "P1") { campaigns { nodes { code } } } }');
    expect(data).toEqual({ campaign: { linkedCampaigns: [] }, campaigns: { totalCount: 0 }, orgUnit: { campaigns: { nodes: [] } } });
  });

  test('a target of a draft is not seen below, where it has one', async () => {
    const code = await draft();
    await server.load([target(code, 'G1')]);
    // Neither read ahead nor level by level.
    const asked = async (by: string, fields: string) => (await server.ask(by, `query ($code: String!) { orgUnit(code: "G1") { ${fields} } }`, { code })).data.orgUnit;
    const known = async (by: string) => [await asked(by, 'progress(campaign: $code, indicator: "I") { asOf }'), await asked(by, 'series(campaign: $code, indicator: "I", from: "2026-01-15", to: "2026-01-15") { asOf }')];
    const of = async (by: string) =>
      (await server.ask(by, 'query ($code: String!) { orgUnit(code: "G1") { targets(where: { campaign: $code }) { nodes { campaign { code } } } progress(campaign: $code, indicator: "I") { target(basis: SELF_SET) { value } } } }', { code })).data.orgUnit;
    expect(await of('viewer@G1')).toEqual({ targets: { nodes: [] }, progress: null });
    expect(await of('manager@P1')).toEqual({ targets: { nodes: [{ campaign: { code } }] }, progress: { target: { value: 5 } } });
    // Nor once somebody has seen it, and it is remembered.
    for (let time = 0; time < 2; time++) expect(await known('manager@P1')).toEqual([{ progress: { asOf: expect.any(String) } }, { series: [{ asOf: '2026-01-15' }] }]);
    for (let time = 0; time < 2; time++) expect(await known('viewer@G1')).toEqual([{ progress: null }, { series: [] }]);
    expect(await of('viewer@G1')).toEqual({ targets: { nodes: [] }, progress: null });
    await act('manager@P1', 'launchCampaign', { code, expectedVersion: 1 });
    expect(await of('viewer@G1')).toEqual(await of('manager@P1'));
  });

  test('changes what is said, leaves what is not, and takes out what is null', async () => {
    const code = await draft({ phases: [{ code: 'p', name: 'Đợt', startsOn: '2026-02-01' }], aliases: ['Tên khác'] });
    const change = (input: object, expectedVersion: number) => act('manager@P1', 'draftCampaign', { code, unit: 'P1', expectedVersion, ...input });
    expect((await change({ theme: null, name: 'Tên mới' }, 1)).campaign).toMatchObject({ theme: null, name: 'Tên mới', objective: 'Mục tiêu', version: 2, phases: [{ code: 'p' }], indicators: [{ code: 'I' }] });
    // Nothing is different: nothing is done.
    expect((await change({ name: 'Tên mới', phases: [{ code: 'p', name: 'Đợt', startsOn: '2026-02-01' }] }, 2)).campaign).toMatchObject({ version: 2 });
    expect((await change({ phases: [{ code: 'q', name: 'Khác' }], indicators: ['J'], linkedCampaigns: ['K'] }, 2)).campaign).toMatchObject({ version: 3, phases: [{ code: 'q' }], indicators: [{ code: 'J' }], linkedCampaigns: [{ code: 'K' }] });
    expect((await change({ phases: null, indicators: [], linkedCampaigns: null, aliases: null }, 3)).campaign).toMatchObject({ version: 4, phases: [], indicators: [], linkedCampaigns: [] });
    // Under one key, null is another input than nothing said.
    expect((await change({ name: 'Tên sau', idempotencyKey: `of ${code}` }, 4)).campaign).toMatchObject({ objective: 'Mục tiêu', version: 5 });
    expect(faults(await change({ name: 'Tên sau', objective: null, idempotencyKey: `of ${code}` }, 4))).toEqual([['idempotencyKey', 'CONFLICT']]);
    const entries = (await log('DRAFT_CAMPAIGN')).filter(({ after }) => after!['code'] === code);
    expect(entries).toHaveLength(5);
    expect(entries[1]).toMatchObject({ before: { theme: 'Chủ đề' }, after: { theme: null, name: 'Tên mới' } });
  });

  test.each<[object, string, string]>([
    [{ name: null }, 'name', 'INVALID'],
    [{ name: '  ' }, 'name', 'INVALID'],
    [{ name: 'x'.repeat(501) }, 'name', 'INVALID'],
    [{ kind: null }, 'kind', 'INVALID'],
    [{ theme: '' }, 'theme', 'INVALID'],
    [{ aliases: ['a', ' '] }, 'aliases.1', 'INVALID'],
    [{ code: 'a b' }, 'code', 'INVALID'],
    [{ code: 'a\0' }, 'code', 'INVALID'],
    [{ theme: 'a\0' }, 'theme', 'INVALID'],
    [{ phases: [{ code: 'a\0', name: 'A' }] }, 'phases.0.code', 'INVALID'],
    [{ endsOn: '2025-12-31' }, 'endsOn', 'INVALID'],
    [{ startsOn: null, startsOnPrecision: 'YEAR' }, 'startsOn', 'INVALID'],
    [{ startsOn: '0999-12-31' }, 'startsOn', 'INVALID'],
    [{ indicators: ['I', 'X'] }, 'indicators.1', 'NOT_FOUND'],
    [{ precededBy: 'X' }, 'precededBy', 'NOT_FOUND'],
    [{ precededBy: 'K2' }, 'precededBy', 'NOT_FOUND'],
    [{ linkedCampaigns: ['K', 'K2'] }, 'linkedCampaigns.1', 'NOT_FOUND'],
    [{ phases: [{ code: 'a', name: 'A' }, { code: 'a', name: 'B' }] }, 'phases.1.code', 'INVALID'],
    [{ phases: [{ code: 'a', name: 'A', startsOn: '2027-01-01' }] }, 'phases.0.startsOn', 'INVALID'],
    [{ phases: [{ code: 'a', name: 'A', startsOn: '2026-01-01', endsOn: '2026-03-01' }, { code: 'b', name: 'B', startsOn: '2026-03-01', endsOn: '2026-04-01' }] }, 'phases.1.startsOn', 'INVALID'],
    [{ unit: 'P2' }, 'unit', 'NOT_FOUND'],
    [{ unit: 'N' }, 'unit', 'FORBIDDEN'],
  ])('refuses %# of what cannot be', async (more, field, code) => {
    expect(faults(await act('manager@P1', 'draftCampaign', { ...READY, code: 'refused', ...more }))).toEqual([[field, code]]);
    expect(await server.rows(`select from campaign where code = 'refused'`)).toEqual([]);
  });

  test('a code is never used again, whoever has it, seen or not', async () => {
    const taken = async (code: string, unit = 'P1') => {
      const { campaign: shown, ...payload } = await act('manager@P1', 'draftCampaign', { ...READY, unit, code });
      return [faults(payload as Payload), shown?.code ?? null];
    };
    const code = await draft();
    expect(await taken('K')).toEqual([[['code', 'CONFLICT']], 'K']);
    expect(await taken('K2')).toEqual([[['code', 'CONFLICT']], null]);
    expect(await taken(code, 'D1')).toEqual([[['code', 'CONFLICT']], code]);
    expect(await taken(code)).toEqual([[['expectedVersion', 'CONFLICT']], code]);
    const again = await act('manager@P1', 'draftCampaign', { unit: 'P1', code: await launched(), expectedVersion: 2 });
    expect(faults(again)).toEqual([['code', 'CONFLICT']]);
  });

  test('a phase with targets stays', async () => {
    const code = await draft({ phases: [{ code: 'p', name: 'Đợt' }] });
    await server.load([{ ...target(code), phase: 'p' }]);
    expect(faults(await act('manager@P1', 'draftCampaign', { code, unit: 'P1', expectedVersion: 1, phases: [] }))).toEqual([['phases', 'CONFLICT']]);
  });

  test('of two at once with one code, one is there', async () => {
    const both = await Promise.all([1, 2, 3].map(() => act('manager@P1', 'draftCampaign', { ...READY, code: 'at-once' })));
    expect(both.map((one) => faults(one).length).toSorted()).toEqual([0, 1, 1]);
    expect(both.flatMap(faults).every(([, code]) => code === 'CONFLICT')).toBe(true);
  });
});

describe('launchCampaign', () => {
  test('refuses with all that is missing, and launches with nothing missing', async () => {
    const code = await draft({ objective: null, theme: null, endsOn: null });
    const refused = await act('manager@P1', 'launchCampaign', { code, expectedVersion: 1 });
    expect(refused).toMatchObject({ missing: ['OBJECTIVE', 'TARGET', 'THEME', 'ENDS_ON'], campaign: { status: 'DRAFT', version: 1 } });
    expect(faults(refused)).toEqual(Array.from({ length: 4 }, () => ['code', 'INCOMPLETE']));
    await act('manager@P1', 'draftCampaign', { code, unit: 'P1', expectedVersion: 1, objective: 'Mục tiêu', theme: 'Chủ đề', endsOn: '2026-12-31' });
    // A target of a unit elsewhere, a result, and a target that was taken back are none.
    await server.load([target(code, 'P2'), { type: 'result', unit: 'D1', campaign: code, indicator: 'I', coverage: 'OWN', asOf: '2026-01-01', value: 1 }, target(code, 'G1')]);
    const { value: _, ...key } = target(code, 'G1');
    await server.load([{ ...key, type: 'withdrawal' }]);
    // Whoever sees further launches no more for it.
    for (const by of ['manager@P1', 'manager@N']) expect(await act(by, 'launchCampaign', { code, expectedVersion: 2 })).toMatchObject({ missing: ['TARGET'] });
    await server.load([{ ...target(code), basis: 'NORM', per: 'MEMBER' }]);
    expect(await act('manager@P1', 'launchCampaign', { code, expectedVersion: 2 })).toMatchObject({ missing: [], userErrors: [], campaign: { status: 'LAUNCHED', launchedOn: TODAY, version: 3 } });
    expect(await campaign('viewer@G1', code)).toMatchObject({ status: 'LAUNCHED' });
    expect((await log('LAUNCH_CAMPAIGN')).at(-1)).toMatchObject({ before: { status: 'DRAFT' }, after: { code, status: 'LAUNCHED', launchedOn: TODAY } });
  });

  test('on a day that has come, on which the unit is active; once', async () => {
    const code = await draft();
    await server.load([target(code)]);
    const on = (launchedOn: unknown, expectedVersion = 1) => act('manager@P1', 'launchCampaign', { code, launchedOn, expectedVersion });
    expect(faults(await on(TOMORROW))).toEqual([['launchedOn', 'INVALID']]);
    expect(faults(await on('2019-12-31'))).toEqual([['launchedOn', 'INVALID']]);
    expect(await on('2026-02-01')).toMatchObject({ campaign: { launchedOn: '2026-02-01' } });
    expect(faults(await on(TODAY, 2))).toEqual([['code', 'CONFLICT']]);
  });
});

describe('implementCampaign', () => {
  test('takes over what is left out, and is the unit’s own', async () => {
    const code = await launched({ phases: [{ code: 'early', name: 'Đợt 1', startsOn: '2026-01-01', endsOn: '2026-03-31' }, { code: 'late', name: 'Đợt 2', startsOn: '2026-10-01', endsOn: '2026-12-31' }] });
    const { campaign: own, userErrors } = await act('manager@D1', 'implementCampaign', { code: `${code}-d1`, unit: 'D1', implements: code, name: 'Của quận', theme: 'Chủ đề riêng', endsOn: '2026-06-30' });
    expect(userErrors).toEqual([]);
    expect(own).toMatchObject({
      status: 'DRAFT', version: 1, kind: 'MOVEMENT', name: 'Của quận', theme: 'Chủ đề riêng', objective: 'Mục tiêu', startsOn: '2026-01-01', endsOn: '2026-06-30',
      launchedBy: { code: 'D1' }, implements: { code }, phases: [{ code: 'early' }], indicators: [{ code: 'I' }],
    });
    expect((await act('manager@D1', 'draftCampaign', { code: `${code}-d1`, unit: 'D1', expectedVersion: 1, audience: 'Công nhân' })).campaign).toMatchObject({ version: 2, implements: { code } });
    await server.load([target(`${code}-d1`)]);
    expect(faults(await act('manager@D1', 'launchCampaign', { code: `${code}-d1`, expectedVersion: 2 }))).toEqual([]);
    expect(faults(await act('manager@D1', 'implementCampaign', { code: `${code}-d1`, unit: 'D1', implements: code, name: 'x' }))).toEqual([['expectedVersion', 'CONFLICT']]);
  });

  test('of a body outside, and of a unit that ever stood above; of no other, and of nothing that is not launched', async () => {
    const under = async (superior: string, by = 'manager@P1', unit = 'P1') => faults(await act(by, 'implementCampaign', { code: `of-${++made}`, unit, implements: superior, name: 'x' }));
    expect(await under('state')).toEqual([]);
    expect(await under('K')).toEqual([]);
    expect(await under(await launched())).toEqual([['implements', 'INVALID']]);
    expect(await under(await draft())).toEqual([['implements', 'INVALID']]);
    expect(await under('K2')).toEqual([['implements', 'NOT_FOUND']]);
    expect(await under(await draft(), 'manager@D1', 'D1')).toEqual([['implements', 'NOT_FOUND']]);
    const code = await launched();
    await act('manager@P1', 'closeCampaign', { code, expectedVersion: 2 });
    expect(await under(code, 'manager@D1', 'D1')).toEqual([['implements', 'INVALID']]);
  });
});

describe('closeCampaign', () => {
  test('closes what was launched, on a day from its launch and beginning to today', async () => {
    const code = await draft({ startsOn: '2026-03-01' });
    await server.load([target(code)]);
    const close = (expectedVersion: number, on?: unknown) => act('manager@P1', 'closeCampaign', { code, expectedVersion, on });
    expect(faults(await close(1))).toEqual([['code', 'CONFLICT']]);
    await act('manager@P1', 'launchCampaign', { code, expectedVersion: 1, launchedOn: '2026-02-01' });
    expect(faults(await close(2, TOMORROW))).toEqual([['on', 'INVALID']]);
    expect(faults(await close(2, '2026-02-28'))).toEqual([['on', 'INVALID']]);
    expect(await close(2, YESTERDAY)).toMatchObject({ campaign: { status: 'CLOSED', closedOn: YESTERDAY, version: 3 } });
    expect(faults(await close(3))).toEqual([['code', 'CONFLICT']]);
    expect(await campaign('viewer@G1', code)).toMatchObject({ status: 'CLOSED' });
    expect(faults(await act('manager@P1', 'saveCampaignPhase', { campaign: code, code: 'p', name: 'x', expectedVersion: 3 }))).toEqual([['campaign', 'CONFLICT']]);
  });
});

describe('saveCampaignPhase', () => {
  test('adds and changes phases of drafts and of what was launched; the campaign’s version tells', async () => {
    const code = await launched();
    const save = (expectedVersion: number, input: object) => act('manager@P1', 'saveCampaignPhase', { campaign: code, code: 'p1', expectedVersion, ...input });
    expect(await save(2, { name: 'Đợt 1', startsOn: '2026-01-01', endsOn: '2026-06-30' })).toMatchObject({ phase: { kind: 'PHASE', name: 'Đợt 1' }, campaign: { version: 3, phases: [{ code: 'p1' }] } });
    expect(await save(3, { theme: 'Riêng' })).toMatchObject({ phase: { name: 'Đợt 1', theme: 'Riêng', startsOn: '2026-01-01' }, campaign: { version: 4 } });
    expect(await save(4, { theme: 'Riêng' })).toMatchObject({ phase: { theme: 'Riêng' }, campaign: { version: 4 } });
    expect(faults(await save(4, { code: 'p2' }))).toEqual([['name', 'INVALID']]);
    expect(faults(await save(4, { code: 'p2', name: 'x', startsOn: '2026-06-30', endsOn: '2026-07-31' }))).toEqual([['startsOn', 'INVALID']]);
    expect(faults(await save(4, { code: 'p2', name: 'x', endsOn: '2027-01-01' }))).toEqual([['endsOn', 'INVALID']]);
    expect(faults(await save(4, { startsOn: null, startsOnPrecision: 'MONTH' }))).toEqual([['startsOn', 'INVALID']]);
    expect(faults(await save(4, { code: 'tuần', name: 'x' }))).toEqual([['code', 'INVALID']]);
    expect(faults(await save(4, { code: 'peak', kind: 'PEAK', name: 'x', startsOn: '2026-06-30', endsOn: '2026-07-31' }))).toEqual([]);
    expect((await log('SAVE_CAMPAIGN_PHASE')).at(-1)).toMatchObject({ before: null, after: { campaign: code, code: 'peak' } });
  });
});

describe('adoptCampaign', () => {
  const adopt = (by: string, input: object) => act(by, 'adoptCampaign', { unit: 'D1', as: 'LAUNCH', ...input });

  test('joins a unit; it may be said otherwise, and it may leave and join again', async () => {
    const code = await launched();
    expect(await adopt('manager@D1', { campaign: code })).toMatchObject({ adoption: { unit: { code: 'D1' }, campaign: { code }, adoptedOn: TODAY, manner: 'LAUNCH', endedAt: null, version: 1 } });
    expect(faults(await adopt('manager@D1', { campaign: code }))).toEqual([['expectedVersion', 'CONFLICT']]);
    expect(await adopt('manager@D1', { campaign: code, as: 'REGISTER', expectedVersion: 1 })).toMatchObject({ adoption: { adoptedOn: TODAY, manner: 'REGISTER', version: 2 } });
    expect(await adopt('manager@D1', { campaign: code, as: 'REGISTER', expectedVersion: 2 })).toMatchObject({ adoption: { version: 2 } });
    await adopt('manager@G1', { campaign: code, unit: 'G1' });
    await adopt('manager@D2', { campaign: code, unit: 'D2' });

    const lists = async (by: string, within?: string) =>
      (await server.ask(by, 'query ($code: String!, $within: String) { campaign(code: $code) { adoptions(within: $within) { nodes { unit { code } } totalCount } } }', { code, within })).data.campaign.adoptions;
    expect(await lists('manager@P1')).toEqual({ nodes: [{ unit: { code: 'D1' } }, { unit: { code: 'D2' } }, { unit: { code: 'G1' } }], totalCount: 3 });
    expect(await lists('manager@P1', 'D1')).toEqual({ nodes: [{ unit: { code: 'D1' } }, { unit: { code: 'G1' } }], totalCount: 2 });
    expect(await lists('manager@P1', 'X')).toEqual({ nodes: [], totalCount: 0 });
    expect(await lists('manager@D1')).toEqual({ nodes: [{ unit: { code: 'D1' } }, { unit: { code: 'G1' } }], totalCount: 2 });
    expect(await lists('viewer@G1', 'D1')).toEqual({ nodes: [{ unit: { code: 'G1' } }], totalCount: 1 });

    const leave = (expectedVersion: number) => act('manager@D1', 'leaveCampaign', { unit: 'D1', campaign: code, expectedVersion });
    expect(faults(await leave(1))).toEqual([['expectedVersion', 'CONFLICT']]);
    expect(await leave(2)).toMatchObject({ adoption: { endedAt: expect.any(String), version: 3 } });
    expect(faults(await leave(3))).toEqual([['campaign', 'NOT_FOUND']]);
    expect(await lists('manager@D1')).toMatchObject({ totalCount: 1 });
    // None of the versions before comes again.
    expect(await adopt('manager@D1', { campaign: code })).toMatchObject({ adoption: { version: 4 } });
    expect(faults(await leave(2))).toEqual([['expectedVersion', 'CONFLICT']]);
    const { data } = await server.ask('manager@D1', '{ own: orgUnit(code: "D1") { adoptions { nodes { campaign { code } manner } } } above: orgUnit(code: "P1") { adoptions { totalCount } } }');
    expect(data).toEqual({ own: { adoptions: { nodes: [{ campaign: { code }, manner: 'LAUNCH' }] } }, above: { adoptions: { totalCount: 0 } } });
  });

  test('of a body outside any unit; of a unit, those beneath it; of what is launched, from its launch to today', async () => {
    const fault = async (input: object, by = 'manager@N') => faults(await adopt(by, input));
    expect(await fault({ unit: 'N', campaign: 'state' })).toEqual([]);
    const code = await launched();
    expect(await fault({ unit: 'P2', campaign: code })).toEqual([['campaign', 'INVALID']]);
    expect(await fault({ unit: 'P1', campaign: code })).toEqual([['campaign', 'INVALID']]);
    expect(await fault({ campaign: code, on: TOMORROW })).toEqual([['on', 'INVALID']]);
    expect(await fault({ campaign: code, on: YESTERDAY })).toEqual([['on', 'INVALID']]);
    expect(await fault({ campaign: 'state', unit: 'G1', on: '2019-12-31' })).toEqual([['on', 'INVALID']]);
    expect(await fault({ campaign: await draft() })).toEqual([['campaign', 'CONFLICT']]);
    expect(await fault({ campaign: await draft() }, 'manager@D1')).toEqual([['campaign', 'NOT_FOUND']]);
    await act('manager@P1', 'closeCampaign', { code, expectedVersion: 2 });
    expect(await fault({ campaign: code })).toEqual([['campaign', 'CONFLICT']]);
  });

  test('of several at once, one joins', async () => {
    const code = await launched();
    const all = await Promise.all([1, 2, 3].map(() => adopt('manager@D1', { campaign: code })));
    expect(all.map((one) => faults(one).length).toSorted()).toEqual([0, 1, 1]);
    expect(await server.rows('select from campaign_adoption a join campaign c on c.id = a.campaign_id where c.code = $1', [code])).toHaveLength(1);
  });
});

describe('the indicators of a campaign', () => {
  test('are those listed, the parts of ratios listed, and those of which something was stated; where none is listed, any', async () => {
    await server.load([
      { type: 'indicator', code: 'A', name: 'A', unitOfMeasure: 'x', aggregation: 'SUM' }, { type: 'indicator', code: 'B', name: 'B', unitOfMeasure: 'x', aggregation: 'SUM' },
      { type: 'indicator', code: 'R', name: 'R', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'A', denominator: 'B' },
    ]);
    const of = async (code: string) =>
      (await server.rows<{ code: string }>(`select i.code from indicator i, campaign c where c.code = $1 and ${isOfCampaign('i.id', 'c.id')} order by 1`, [code])).map((row) => row.code);
    const code = await draft({ indicators: ['R'] });
    expect(await of(code)).toEqual(['A', 'B', 'R']);
    await server.load([{ ...target(code), indicator: 'J' }]);
    expect(await of(code)).toEqual(['A', 'B', 'J', 'R']);
    expect(await of(await draft({ indicators: null }))).toEqual(['A', 'B', 'I', 'J', 'R']);
    expect(await of(await draft({ indicators: ['A'] }))).toEqual(['A']);
  });
});

describe('every change of a campaign', () => {
  /** What each mutation is sent, for a campaign of P1 that is as it takes it. */
  const inputs: Record<string, () => Promise<{ readonly thing: string; readonly input: object; readonly unitField: string; readonly version: number }>> = {
    draftCampaign: async () => ({ thing: 'campaign', input: { code: await draft(), unit: 'P1', theme: 'Mới' }, unitField: 'unit', version: 1 }),
    implementCampaign: async () => ({ thing: 'campaign', input: { code: `new-${++made}`, unit: 'P1', implements: 'K', name: 'x' }, unitField: 'unit', version: 0 }),
    launchCampaign: async () => {
      const code = await draft();
      await server.load([target(code)]);
      return { thing: 'campaign', input: { code }, unitField: 'code', version: 1 };
    },
    closeCampaign: async () => ({ thing: 'campaign', input: { code: await launched() }, unitField: 'code', version: 2 }),
    saveCampaignPhase: async () => ({ thing: 'campaign', input: { campaign: await launched(), code: 'p', name: 'x' }, unitField: 'campaign', version: 2 }),
    adoptCampaign: async () => ({ thing: 'adoption', input: { unit: 'P1', campaign: 'state', as: 'LAUNCH' }, unitField: 'unit', version: 0 }),
    leaveCampaign: async () => {
      const { adoption } = await act('manager@P1', 'adoptCampaign', { unit: 'P1', campaign: 'K', as: 'LAUNCH' });
      return { thing: 'adoption', input: { unit: 'P1', campaign: 'K' }, unitField: 'unit', version: adoption?.version ?? 1 };
    },
  };
  const traces = () => server.rows('select (select count(*) from campaign) as campaigns, (select sum(version) from campaign) as versions, (select count(*) from campaign_phase) as phases, (select sum(version) from campaign_adoption) as adoptions, (select count(*) from audit_log) as noted');

  test.each(Object.keys(inputs))('%s: refused without the grant, from a sibling’s and a descendant’s, when stale; replayed on a repeated key', async (mutation) => {
    const { thing, input, unitField, version } = await inputs[mutation]!();
    const sent = { ...input, expectedVersion: version };
    await server.grant(`manager@P2`, 'CAMPAIGN_MANAGER', 'P2');
    const before = await traces();
    expect(await server.refusal('viewer@G1', mutation, sent)).toEqual(['FORBIDDEN']);
    expect(await server.refusal('approver@P1', mutation, sent)).toEqual(['FORBIDDEN']);
    expect(await server.refusal(null, mutation, sent)).toEqual(['UNAUTHENTICATED']);
    // A sibling sees neither the unit nor what it has; a descendant may see it.
    const elsewhere = await act('manager@P2', mutation, sent);
    expect(faults(elsewhere)).toEqual([[unitField, 'NOT_FOUND']]);
    expect(elsewhere[thing]).toBeNull();
    const below = await act('manager@D1', mutation, sent);
    expect(faults(below)).toEqual([[unitField, mutation === 'launchCampaign' ? 'NOT_FOUND' : 'FORBIDDEN']]);
    expect(below[thing]).toBeNull();
    const stale = await act('manager@P1', mutation, { ...sent, expectedVersion: version + 1 });
    expect(faults(stale)).toEqual([['expectedVersion', 'CONFLICT']]);
    if (version > 0) expect(stale[thing]).toMatchObject({ version });
    expect(await traces()).toEqual(before);

    const keyed = { ...sent, idempotencyKey: `once ${mutation}` };
    const first = await act('manager@P1', mutation, keyed);
    expect(faults(first)).toEqual([]);
    const done = await traces();
    expect(done).not.toEqual(before);
    expect(await act('manager@P1', mutation, keyed)).toEqual({ ...first, replayed: true });
    expect(faults(await act('manager@P1', mutation, { ...keyed, expectedVersion: 7 }))).toEqual([['idempotencyKey', 'CONFLICT']]);
    expect(await traces()).toEqual(done);
  });

  test('what a body outside launched is nobody’s here to change', async () => {
    expect(faults(await act('manager@N', 'closeCampaign', { code: 'state', expectedVersion: 1 }))).toEqual([['code', 'FORBIDDEN']]);
  });
});
