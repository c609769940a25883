import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';
import { appoint, of, Officers, TREE, type Done } from './world.js';

let server: TestServer;
let officers: Officers;

beforeAll(async () => {
  server = await startTestServer({ seed: false });
  await server.load([
    ...TREE,
    { type: 'indicator', code: 'i.other', name: 'Khác', unitOfMeasure: 'x', aggregation: 'SUM' },
    { type: 'campaign', code: 'out', name: 'Ngoài', campaignKind: 'MOVEMENT', externalLauncher: 'Chính phủ', startsOn: '2022-01-01' },
    { type: 'campaign', code: 'of-P1', name: 'Của tỉnh', campaignKind: 'MOVEMENT', launchedBy: 'P1', startsOn: '2022-01-01', indicators: ['i'] },
    { type: 'target', unit: 'N', campaign: 'out', indicator: 'i', basis: 'SELF_SET', value: 1000, decidedOn: '2022-01-01' },
    { type: 'target', unit: 'P1', campaign: 'of-P1', indicator: 'i', basis: 'SELF_SET', value: 1000, decidedOn: '2022-01-01' },
  ]);
  await appoint(server);
  officers = new Officers(server);
});
afterAll(() => server?.close());

const ROUND = 'round { id code name kind from to phase { code } due { level on } indicators { code } version endedAt campaign { code } }';
const save = (as: string, input: object): Promise<Done> => officers.send(as, 'saveReportingRound', input, ROUND);
const end = (as: string, input: object): Promise<Done> => officers.send(as, 'endReportingRound', input, ROUND);
/** Refused outright: the code of the error. */
async function refused(as: string, name: string, input: object): Promise<unknown> {
  try {
    return errorsOf(await officers.send(as, name, input, ROUND)).map((error) => error.split(' ').toReversed().join(' ')).join();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
const errorsOf = ({ userErrors }: Done): string[] => userErrors.map(({ path, code }) => `${path.join('.')} ${code}`);
let rounds = 0;
const halfYear = (more: object = {}) => ({
  campaign: 'c', code: `r${++rounds}`, name: 'Sơ kết 6 tháng', kind: 'HALF_YEAR', from: '2022-01-01', to: '2022-06-30',
  due: [{ level: 'GRASSROOTS', on: '2022-07-05' }, { level: 'UPPER_GRASSROOTS', on: '2022-07-10' }], indicators: ['i'], ...more,
});
const reporting = async (as: string, unit: string, round: string, fields: string, campaign = 'c') => {
  const { data, errors } = await officers.ask(as, `{ orgUnit(code: "${unit}") { reporting(campaign: "${campaign}", round: "${round}") { ${fields} } } }`);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.orgUnit?.reporting;
};
const COUNTS = 'expected submitted approved onTime percent missing { nodes { code } totalCount } late { nodes { code } totalCount }';

describe('saveReportingRound', () => {
  test('makes a round, and says it anew; the campaign lists it', async () => {
    const made = await save('m-N', halfYear({ code: '2022-h1', indicators: ['i.valid', 'i'] }));
    expect(made).toMatchObject({
      userErrors: [], replayed: false,
      round: {
        code: '2022-h1', name: 'Sơ kết 6 tháng', kind: 'HALF_YEAR', from: '2022-01-01', to: '2022-06-30', phase: null, version: 1, endedAt: null, campaign: { code: 'c' },
        due: [{ level: 'UPPER_GRASSROOTS', on: '2022-07-10' }, { level: 'GRASSROOTS', on: '2022-07-05' }], indicators: [{ code: 'i' }, { code: 'i.valid' }],
      },
    });
    const changed = await save('m-N', halfYear({ code: '2022-h1', name: ' Sơ kết ', to: '2022-06-29', due: [{ level: 'PROVINCIAL', on: '2022-06-20' }], expectedVersion: 1 }));
    const trail = await server.query('{ auditTrail(unit: "N", first: 1) { nodes { before after } } }');
    expect(trail.data.auditTrail.nodes).toMatchObject([{ before: { version: 1, name: 'Sơ kết 6 tháng', indicators: ['i', 'i.valid'] }, after: { version: 2, name: 'Sơ kết', indicators: ['i'] } }]);
    expect(changed).toMatchObject({ userErrors: [], round: { id: made['round'].id, name: 'Sơ kết', to: '2022-06-29', version: 2, due: [{ level: 'PROVINCIAL', on: '2022-06-20' }], indicators: [{ code: 'i' }] } });
    // Nothing new, in another order.
    const same = { ...halfYear({ code: '2022-same' }), due: [{ level: 'PROVINCIAL', on: '2022-07-05' }, { level: 'GRASSROOTS', on: '2022-07-05' }], indicators: ['i', 'i.valid'] };
    await save('m-N', same);
    expect(await save('m-N', { ...same, due: same.due.toReversed(), indicators: ['i.valid', 'i'], expectedVersion: 1 })).toMatchObject({ userErrors: [], round: { version: 1 } });
    await save('m-N', halfYear({ code: '2022-q1', kind: 'QUARTER', to: '2022-03-31' }));
    const { data } = await officers.ask('v-G1', '{ campaign(code: "c") { reportingRounds { id code } } }');
    expect(data.campaign.reportingRounds.map(({ code }: { code: string }) => code)).toEqual(['2022-q1', '2022-h1', '2022-same']);
    const found = await officers.ask('v-G1', 'query ($id: ID!) { node(id: $id) { ... on ReportingRound { code } } }', { id: made['round'].id });
    expect(found.data.node).toEqual({ code: '2022-h1' });
  });

  test('a round of a phase has its days from it', async () => {
    expect(await save('m-N', { ...halfYear({ kind: 'PHASE', phase: 'p1', from: null }), to: undefined })).toMatchObject({ round: { from: '2022-01-01', to: '2022-05-31', phase: { code: 'p1' } } });
    expect(await save('m-N', halfYear({ kind: 'PHASE', phase: 'p1' }))).toMatchObject({ round: { to: '2022-06-30' } });
    expect(errorsOf(await save('m-N', halfYear({ kind: 'PHASE' })))).toEqual(['input.phase INVALID']);
    expect(errorsOf(await save('m-N', halfYear({ from: null })))).toEqual(['input.from INVALID']);
  });

  test.each([
    [{ code: 'x y' }, 'input.code INVALID'],
    [{ name: ' ' }, 'input.name INVALID'],
    [{ phase: 'p9' }, 'input.phase NOT_FOUND'],
    [{ to: '2021-12-31' }, 'input.to INVALID'],
    [{ due: [] }, 'input.due INVALID'],
    [{ due: [{ level: 'GRASSROOTS', on: '2022-07-05' }, { level: 'GRASSROOTS', on: '2022-07-06' }] }, 'input.due.1.level INVALID'],
    [{ due: [{ level: 'GRASSROOTS', on: '2021-12-31' }] }, 'input.due.0.on INVALID'],
    [{ indicators: [] }, 'input.indicators INVALID'],
    [{ indicators: ['i', 'nope'] }, 'input.indicators.1 NOT_FOUND'],
    [{ campaign: 'of-P1', indicators: ['i', 'i.other'] }, 'input.indicators.1 INVALID'],
    [{ indicators: ['i', 'i'] }, 'input.indicators.1 INVALID'],
    [{ campaign: 'nope' }, 'input.campaign NOT_FOUND'],
    [{ expectedVersion: 1 }, 'input.expectedVersion CONFLICT'],
    [{ idempotencyKey: '' }, 'input.idempotencyKey INVALID'],
  ])('refuses %j', async (more, error) => {
    expect(errorsOf(await save('m-N', halfYear(more)))).toEqual([error]);
  });

  test('days that are none are BAD_USER_INPUT', async () => {
    for (const more of [{ from: '2022-02-30' }, { due: [{ level: 'GRASSROOTS', on: 'x' }] }]) expect(await refused('m-N', 'saveReportingRound', halfYear(more))).toBe('BAD_USER_INPUT');
  });

  test('is for CAMPAIGN_MANAGERs of the launcher: not of units beside or beneath it, nor for lesser roles', async () => {
    expect(await refused('a-N', 'saveReportingRound', halfYear())).toBe('FORBIDDEN');
    expect(await refused('m-P1', 'saveReportingRound', halfYear())).toBe('FORBIDDEN input.campaign');
    expect(await refused('m-G1', 'saveReportingRound', halfYear())).toBe('FORBIDDEN input.campaign');
    const ofP1 = () => halfYear({ campaign: 'of-P1' });
    for (const as of ['m-P1', 'm-N']) expect(errorsOf(await save(as, ofP1()))).toEqual([]);
    expect(await refused('m-D1', 'saveReportingRound', ofP1())).toBe('FORBIDDEN input.campaign');
    // Hidden and absent are the same.
    expect(await refused('m-P2', 'saveReportingRound', ofP1())).toBe('NOT_FOUND input.campaign');
  });

  test('of a campaign launched outside the unions, for those of a NATIONAL unit', async () => {
    expect(await refused('m-P1', 'saveReportingRound', halfYear({ campaign: 'out' }))).toBe('FORBIDDEN input.campaign');
    expect(errorsOf(await save('m-N', halfYear({ campaign: 'out', code: 'ext' })))).toEqual([]);
    const { data } = await server.query('{ auditTrail(unit: "N", first: 1) { nodes { action after } } }');
    expect(data.auditTrail.nodes).toMatchObject([{ action: 'SAVE_REPORTING_ROUND', after: { campaign: 'out', code: 'ext', indicators: ['i'] } }]);
  });

  test('stale, repeated, and two at once', async () => {
    const input = halfYear({ idempotencyKey: 'once' });
    const first = await save('m-N', input);
    const again = await save('m-N', input);
    expect(again).toEqual({ ...first, replayed: true });
    expect(errorsOf(await save('m-N', { ...input, name: 'Khác' }))).toEqual(['input.idempotencyKey CONFLICT']);
    const stale = await save('m-N', { ...input, idempotencyKey: null });
    expect(stale).toMatchObject({ round: { version: 1 }, userErrors: [{ path: ['input', 'expectedVersion'], code: 'CONFLICT' }] });

    const one = halfYear();
    const both = await Promise.all([save('m-N', one), save('m-N', one)]);
    expect(both.flatMap(errorsOf)).toEqual(['input.expectedVersion CONFLICT']);
    for (const { round } of both as { round?: { version: number } }[]) expect(round).toMatchObject({ version: 1 });
  });

  test('the database itself lets nobody else', async () => {
    const client = await server.api.pool.connect();
    try {
      for (const [as, done] of [['m-P1', false], ['m-N', true]] as const) {
        await client.query('begin');
        await client.query('select set_config(name, value, true) from access_session($1, $2)', [as, '2026-01-01']);
        const insert = client.query(`insert into reporting_round (campaign_id, code, name, kind, period_from, period_to) select id, 'x', 'x', 'CUSTOM', '2022-01-01', '2022-01-02' from campaign where code = 'c'`);
        if (done) expect((await insert).rowCount).toBe(1);
        else await expect(insert).rejects.toMatchObject({ code: '42501' });
        await client.query('rollback');
        await client.query('begin');
        await client.query('select set_config(name, value, true) from access_session($1, $2)', [as, '2026-01-01']);
        expect((await client.query(`update reporting_round set name = 'y'`)).rowCount! > 0).toBe(done || as === 'm-P1');
        const { rows } = await client.query<{ code: string }>(`select distinct c.code from reporting_round r join campaign c on c.id = r.campaign_id where r.name = 'y'`);
        expect(rows.map(({ code }) => code).toSorted()).toEqual(done ? ['c', 'of-P1', 'out'] : ['of-P1']);
        await client.query(`delete from round_due`);
        const left = await client.query<{ code: string }>(`select distinct c.code from round_due d join reporting_round r on r.id = d.round_id join campaign c on c.id = r.campaign_id`);
        expect(left.rows.map(({ code }) => code).toSorted()).toEqual(done ? [] : ['c', 'out']);
        await client.query('rollback');
      }
    } finally {
      client.release(true);
    }
  });
});

describe('endReportingRound', () => {
  test('ends a round for good; stale, repeated, by others', async () => {
    const { round } = await save('m-N', halfYear({ code: 'ending' }));
    const input = { campaign: 'c', code: 'ending', expectedVersion: round.version, reason: 'Hoãn' };
    expect(await refused('m-P1', 'endReportingRound', input)).toBe('FORBIDDEN input.campaign');
    expect(await refused('m-G1', 'endReportingRound', input)).toBe('FORBIDDEN input.campaign');
    expect(await refused('a-N', 'endReportingRound', input)).toBe('FORBIDDEN');
    expect(errorsOf(await end('m-N', { ...input, reason: ' ' }))).toEqual(['input.reason INVALID']);
    expect(errorsOf(await end('m-N', { ...input, code: 'nope' }))).toEqual(['input.code NOT_FOUND']);
    expect(await end('m-N', { ...input, expectedVersion: 7 })).toMatchObject({ round: { version: 1, endedAt: null }, userErrors: [{ code: 'CONFLICT' }] });
    const ended = await end('m-N', { ...input, idempotencyKey: 'end it' });
    expect(ended).toMatchObject({ round: { version: 2, endedAt: expect.any(String) as unknown }, userErrors: [] });
    expect(await end('m-N', { ...input, idempotencyKey: 'end it' })).toEqual({ ...ended, replayed: true });
    expect(errorsOf(await end('m-N', { ...input, expectedVersion: 2 }))).toEqual(['input.code CONFLICT']);
    expect(errorsOf(await save('m-N', halfYear({ code: 'ending', expectedVersion: 2 })))).toEqual(['input.code CONFLICT']);
    const { data } = await server.query('{ auditTrail(unit: "N", first: 1) { nodes { action after } } }');
    expect(data.auditTrail.nodes).toMatchObject([{ action: 'END_REPORTING_ROUND', after: { code: 'ending', reason: 'Hoãn' } }]);
  });
});

describe('reporting', () => {
  test('submitted, approved, in time: of the unit, and of those beneath it', async () => {
    // A day of this test alone.
    const days = { from: '2022-06-01', to: '2022-06-30' };
    await save('m-N', halfYear({ code: 'run', ...days, due: [{ level: 'GRASSROOTS', on: '2099-01-01' }, { level: 'UPPER_GRASSROOTS', on: '2022-07-10' }], indicators: ['i', 'i.valid'] }));
    const asOf = '2022-06-15';
    const state = (unit: string) => reporting('v-N', unit, 'run', 'dueOn submitted approved onTime');
    expect(await state('G1')).toEqual({ dueOn: '2099-01-01', submitted: false, approved: false, onTime: false });
    expect(await state('P1')).toEqual({ dueOn: null, submitted: null, approved: null, onTime: null });

    const first = await officers.save('r-G1', 'G1', 5, { asOf, coverage: 'OWN' });
    await officers.submit('r-G1', first.figure!);
    expect(await state('G1')).toMatchObject({ submitted: false });
    const second = await officers.save('r-G1', 'G1', 4, { asOf, coverage: 'OWN', indicator: 'i.valid' });
    expect(await state('G1')).toMatchObject({ submitted: false });
    const handedIn = await officers.submit('r-G1', second.figure!);
    expect(await state('G1')).toEqual({ dueOn: '2099-01-01', submitted: true, approved: false, onTime: true });
    const returned = await officers.send('a-D1', 'returnResult', { ...of(handedIn.figure!), reason: 'Sai' });
    expect(await state('G1')).toMatchObject({ submitted: false });
    await officers.submit('r-G1', returned.figure!);
    const { data } = await server.query('{ orgUnit(code: "G1") { results(where: {status: SUBMITTED}) { nodes { id version } } } }');
    for (const node of data.orgUnit.results.nodes) await officers.send('a-D1', 'approveResult', of(node));
    expect(await state('G1')).toEqual({ dueOn: '2099-01-01', submitted: true, approved: true, onTime: true });

    // Late: of another day of the period, and for everything beneath.
    for (const indicator of ['i', 'i.valid']) await officers.report('r-D2', 'a-P1', 'D2', 9, { asOf: '2022-06-30', indicator });
    expect(await state('D2')).toEqual({ dueOn: '2022-07-10', submitted: true, approved: true, onTime: false });

    expect(await reporting('v-N', 'D1', 'run', `coverage { ${COUNTS} }`)).toEqual({
      coverage: { expected: 3, submitted: 1, approved: 1, onTime: 1, percent: 33.33, missing: { nodes: [{ code: 'G2' }, { code: 'G3' }], totalCount: 2 }, late: { nodes: [], totalCount: 0 } },
    });
    expect(await reporting('v-N', 'N', 'run', `coverage(level: UPPER_GRASSROOTS) { ${COUNTS} } children: coverage { expected }`)).toEqual({
      coverage: { expected: 3, submitted: 1, approved: 1, onTime: 0, percent: 33.33, missing: { nodes: [{ code: 'D1' }, { code: 'D3' }], totalCount: 2 }, late: { nodes: [{ code: 'D2' }], totalCount: 1 } },
      children: { expected: 0 },
    });
  });

  test('in time is by the calendar of Việt Nam, and a correction does not make late', async () => {
    await save('m-N', halfYear({ code: 'time', from: '2022-04-01', to: '2022-04-30', due: [{ level: 'GRASSROOTS', on: '2022-05-05' }] }));
    const state = () => reporting('v-N', 'G2', 'time', 'submitted onTime');
    const figure = await officers.report('r-G2', 'a-D1', 'G2', 5, { asOf: '2022-04-20', coverage: 'OWN' });
    expect(await state()).toEqual({ submitted: true, onTime: false });
    const handedIn = (at: string) => server.db.pool.query(`update figure f set submitted_at = $1 from org_unit u where u.id = f.unit_id and u.code = 'G2' and f.date = '2022-04-20' and f.corrects_id is null`, [at]);
    await handedIn('2022-05-05T17:00:00Z');
    expect(await state()).toEqual({ submitted: true, onTime: false });
    await handedIn('2022-05-05T16:59:59Z');
    expect(await state()).toEqual({ submitted: true, onTime: true });
    const draft = await officers.send('r-G2', 'correctResult', { ...of(figure), value: 6, reason: 'Cộng thiếu' });
    const submitted = await officers.submit('r-G2', draft.figure!);
    expect(await state()).toEqual({ submitted: true, onTime: true });
    await officers.send('a-D1', 'approveResult', of(submitted.figure!));
    expect(await state()).toEqual({ submitted: true, onTime: true });
    // Of one that was taken back, nothing was handed in.
    await officers.send('a-D1', 'withdrawResult', { ...of({ ...submitted.figure!, version: submitted.figure!.version + 1 }), reason: 'Nhầm' });
    expect(await state()).toEqual({ submitted: false, onTime: false });
    // Nor does what it had corrected make what comes late, of another day or the same, be in time.
    const late = await officers.report('r-G2', 'a-D1', 'G2', 6, { asOf: '2022-04-25', coverage: 'OWN' });
    expect(await state()).toEqual({ submitted: true, onTime: false });
    await officers.send('a-D1', 'withdrawResult', { ...of(late), reason: 'Nhầm' });
    await officers.report('r-G2', 'a-D1', 'G2', 6, { asOf: '2022-04-20', coverage: 'OWN' });
    expect(await state()).toEqual({ submitted: true, onTime: false });
  });

  test('a correction of a correction does not make late', async () => {
    await save('m-N', halfYear({ code: 'twice', from: '2022-03-01', to: '2022-03-31', due: [{ level: 'GRASSROOTS', on: '2022-04-05' }] }));
    const state = async () => (await reporting('v-N', 'G3', 'twice', 'submitted onTime')) as unknown;
    let figure = await officers.report('a-D1', 'a-P1', 'G3', 5, { asOf: '2022-03-20', coverage: 'OWN' });
    await server.db.pool.query(`update figure f set submitted_at = '2022-04-01' from org_unit u where u.id = f.unit_id and u.code = 'G3' and f.date = '2022-03-20'`);
    for (const value of [6, 7]) {
      const draft = await officers.send('a-D1', 'correctResult', { ...of(figure), value, reason: 'Cộng thiếu' });
      const submitted = await officers.submit('a-D1', draft.figure!);
      figure = (await officers.send('a-P1', 'approveResult', of(submitted.figure!))).figure!;
      expect(await state()).toEqual({ submitted: true, onTime: true });
    }
  });

  test('a draft, or a closed campaign, gets no round', async () => {
    const content = { unit: 'N', code: 'short', name: 'Ngắn', kind: 'DRIVE', objective: 'x', content: 'x', measures: 'x', audience: 'x', theme: 'x', startsOn: '2022-01-01', endsOn: '2022-12-31', indicators: ['i'] };
    const drafted = await officers.send('m-N', 'draftCampaign', content, 'campaign { version }');
    expect(drafted.userErrors).toEqual([]);
    const round = () => halfYear({ campaign: 'short' });
    expect(errorsOf(await save('m-N', round()))).toEqual(['input.campaign INVALID']);
    expect((await officers.send('m-N', 'setOwnTarget', { unit: 'N', campaign: 'short', indicator: 'i', value: 9 }, 'figure { id }')).userErrors).toEqual([]);
    expect((await officers.send('m-N', 'launchCampaign', { code: 'short', expectedVersion: drafted['campaign'].version }, 'campaign { version }')).userErrors).toEqual([]);
    expect(errorsOf(await save('m-N', round()))).toEqual([]);
    const { data } = await server.query('{ campaign(code: "short") { version } }');
    expect((await officers.send('m-N', 'closeCampaign', { code: 'short', expectedVersion: data.campaign.version }, 'campaign { version }')).userErrors).toEqual([]);
    expect(errorsOf(await save('m-N', round()))).toEqual(['input.campaign CONFLICT']);
  });

  test('only of units in scope, and of rounds that are seen', async () => {
    await save('m-N', halfYear({ code: 'seen' }));
    await save('m-P1', halfYear({ campaign: 'of-P1', code: 'own' }));
    for (const [as, unit] of [['v-G1', 'D1'], ['v-D1', 'P1'], ['v-P2', 'G1']] as const) expect(await reporting(as, unit, 'seen', 'dueOn')).toBeFalsy();
    expect(await reporting('v-N', 'G1', 'nope', 'dueOn')).toBeNull();
    expect(await reporting('v-N', 'G1', 'x y', 'dueOn')).toBeNull();
    expect(await reporting('v-P2', 'D3', 'own', 'dueOn', 'of-P1')).toBeNull();
    // Seen by all, owed beneath the launcher alone.
    expect(await reporting('v-N', 'D3', 'own', 'dueOn', 'of-P1')).toEqual({ dueOn: null });
    expect(await reporting('v-N', 'D1', 'own', 'dueOn', 'of-P1')).toEqual({ dueOn: '2022-07-10' });
    expect(await reporting('v-N', 'N', 'own', 'coverage(level: UPPER_GRASSROOTS) { expected missing { nodes { code } } }', 'of-P1')).toEqual({ coverage: { expected: 2, missing: { nodes: [{ code: 'D1' }, { code: 'D2' }] } } });
    expect(await reporting('v-N', 'P2', 'own', 'coverage { expected }', 'of-P1')).toEqual({ coverage: { expected: 0 } });
  });
});
