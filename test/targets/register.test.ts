import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { verify } from '../../src/ledger/verify.service.js';
import { TODAY, TOMORROW, YESTERDAY, type Payload } from '../access/branches.js';
import { startTargets, type Targets } from './world.js';

let server: Targets;
beforeAll(async () => {
  server = await startTargets();
});
afterAll(() => server?.close());
afterEach(async () => {
  expect((await verify(server.db.pool)).differences).toEqual([]);
});

const register = (input: object, principal = 'reporter@D1'): Promise<Payload> => server.act(principal, 'registerTarget', { unit: 'D1', campaign: 'K', value: 5, ...input });
type Step = 'approveTarget' | 'returnTarget' | 'withdrawTarget';
const step = (name: Step, principal: string, { figure: { id, version } }: Payload, more: object = {}): Promise<Payload> =>
  server.act(principal, name, { id, expectedVersion: version, ...(name === 'approveTarget' ? {} : { reason: 'Vì sao' }), ...more });
const approve = (it: Payload, principal = 'approver@P1') => step('approveTarget', principal, it);
const faults = ({ userErrors }: Payload) => userErrors.map(({ path, code }) => [path.slice(1).join('.'), code]);
const figures = (indicator: string) =>
  server.rows(`select f.value::float8, f.status, f.date::text from figure f join series s on s.id = f.series_id join indicator i on i.id = s.indicator_id where i.code = $1 order by f.id`, [indicator]);
const total = async (indicator: string, unit = 'D1') =>
  (await server.ask('viewer@N', `{ orgUnit(code: "${unit}") { progress(campaign: "K", indicator: "${indicator}") { target(basis: REGISTERED) { value } targetVersion(basis: REGISTERED) } } }`)).data.orgUnit.progress;

describe('a target that a unit registers', () => {
  test('is handed in, and counts once a unit above has approved it', async () => {
    const indicator = server.fresh();
    const handed = await register({ indicator, value: 12.5, qualifier: 'AT_LEAST', note: 'Đăng ký', source: 'CV 1' });
    expect(handed).toMatchObject({
      userErrors: [],
      figure: { unit: { code: 'D1' }, value: 12.5, qualifier: 'AT_LEAST', basis: 'REGISTERED', asOf: TODAY, status: 'SUBMITTED', coverage: 'SUBTREE', counterpart: { code: 'P1' }, note: 'Đăng ký', source: 'CV 1' },
    });
    expect(await total(indicator)).toEqual({ target: null, targetVersion: 1 });
    expect(await approve(handed)).toMatchObject({ userErrors: [], figure: { status: 'APPROVED', id: handed['figure'].id } });
    expect(await total(indicator)).toEqual({ target: { value: 12.5 }, targetVersion: 1 });
    expect(await total(indicator, 'N')).toMatchObject({ target: { value: 12.5 } });
    const log = await server.rows(`select action, principal, before is null as first, after ->> 'status' as status from audit_log where after ->> 'indicator' = $1 order by id`, [indicator]);
    expect(log).toEqual([
      { action: 'REGISTER_TARGET', principal: 'reporter@D1', first: true, status: 'SUBMITTED' }, { action: 'APPROVE_TARGET', principal: 'approver@P1', first: false, status: 'APPROVED' },
    ]);
  });

  test('with any unit above, of the day', async () => {
    const indicator = server.fresh();
    expect(await register({ indicator, with: 'N' })).toMatchObject({ userErrors: [], figure: { counterpart: { code: 'N' } } });
    for (const unit of ['D1', 'G1', 'D9', 'P2']) expect(faults(await register({ indicator, with: unit, expectedVersion: 1 }, 'campaign_manager@N'))).toEqual([['with', 'INVALID']]);
    expect(faults(await register({ indicator, with: 'D2', expectedVersion: 1 }))).toEqual([['with', 'NOT_FOUND']]);
    expect(faults(await register({ unit: 'N', indicator }, 'campaign_manager@N'))).toEqual([['with', 'INVALID']]);
    // G6 has moved.
    expect(await register({ unit: 'G6', indicator, decidedOn: '2026-02-01' }, 'campaign_manager@N')).toMatchObject({ figure: { counterpart: { code: 'D3' } } });
    expect(await register({ unit: 'G6', indicator, expectedVersion: 1 }, 'campaign_manager@N')).toMatchObject({ figure: { counterpart: { code: 'D9' } } });
  });

  test('is not approved where the unit that it names did not stand above, as was found since', async () => {
    const indicator = server.fresh();
    const unit = { type: 'orgUnit', code: 'G8', name: 'G8', level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D1', validFrom: '2020-01-01' };
    await server.load([unit]);
    const handed = await register({ unit: 'G8', indicator, decidedOn: '2026-02-01' }, 'campaign_manager@N');
    expect(handed).toMatchObject({ userErrors: [], figure: { counterpart: { code: 'D1' } } });
    await server.load([{ type: 'placement', unit: 'G8', parent: 'D3', from: '2026-01-15' }]);
    expect(faults(await approve(handed, 'approver@D1'))).toEqual([['id', 'NOT_FOUND']]);
    expect(faults(await approve(handed, 'approver@D3'))).toEqual([['id', 'INVALID']]);
    const anew = await register({ unit: 'G8', indicator, decidedOn: '2026-02-01', expectedVersion: 1 }, 'campaign_manager@N');
    expect(anew).toMatchObject({ userErrors: [], figure: { counterpart: { code: 'D3' } } });
    expect(await approve(anew, 'approver@D3')).toMatchObject({ userErrors: [], figure: { status: 'APPROVED' } });
  });

  test('given back, is registered anew', async () => {
    const indicator = server.fresh();
    const handed = await register({ indicator });
    const returned = await step('returnTarget', 'approver@P1', handed);
    expect(returned).toMatchObject({ userErrors: [], figure: { status: 'RETURNED' } });
    expect(faults(await approve(returned))).toEqual([['id', 'CONFLICT']]);
    const again = await register({ indicator, expectedVersion: 1 });
    expect(again).toMatchObject({ userErrors: [], figure: { status: 'SUBMITTED', value: 5 } });
    await approve(again);
    expect(await figures(indicator)).toEqual([{ value: 5, status: 'WITHDRAWN', date: TODAY }, { value: 5, status: 'APPROVED', date: TODAY }]);
  });

  test('revised on the same day takes the place of what counts once it is approved; of a later day it follows', async () => {
    const indicator = server.fresh();
    await approve(await register({ indicator, decidedOn: YESTERDAY }));
    const second = await register({ indicator, decidedOn: YESTERDAY, value: 6, expectedVersion: 1 });
    expect((await total(indicator)).target).toEqual({ value: 5 });
    // Before anybody approved it, it is said otherwise once more.
    const third = await register({ indicator, decidedOn: YESTERDAY, value: 7, expectedVersion: 2 });
    expect(faults(await approve(second))).toEqual([['expectedVersion', 'CONFLICT']]);
    await approve(third);
    // What was on its way was taken back, which counts as well.
    await approve(await register({ indicator, value: 8, expectedVersion: 4 }));
    expect(await total(indicator)).toEqual({ target: { value: 8 }, targetVersion: 5 });
    expect(await figures(indicator)).toEqual([
      { value: 5, status: 'SUPERSEDED', date: YESTERDAY }, { value: 6, status: 'WITHDRAWN', date: YESTERDAY }, { value: 7, status: 'APPROVED', date: YESTERDAY }, { value: 8, status: 'APPROVED', date: TODAY },
    ]);
  });

  test('the same again does nothing', async () => {
    const indicator = server.fresh();
    const first = await register({ indicator });
    expect(await register({ indicator, expectedVersion: 1 })).toEqual(first);
    const approved = await approve(first);
    expect(await register({ indicator, expectedVersion: 1 })).toMatchObject({ userErrors: [], figure: { id: approved['figure'].id, status: 'APPROVED' } });
    expect(await figures(indicator)).toHaveLength(1);
  });

  test('of a stale version is a CONFLICT, with the latest; repeated, the first answer', async () => {
    const indicator = server.fresh();
    const input = { indicator, idempotencyKey: `registered ${indicator}` };
    const first = await register(input);
    expect(await register({ indicator, value: 9 })).toMatchObject({ userErrors: [{ path: ['input', 'expectedVersion'], code: 'CONFLICT' }], figure: { value: 5 } });
    await approve(first);
    await register({ indicator, value: 9, expectedVersion: 1 });
    expect(await register(input)).toEqual({ ...first, replayed: true });
    expect(faults(await register({ ...input, value: 6 }))).toEqual([['idempotencyKey', 'CONFLICT']]);
    expect(await figures(indicator)).toHaveLength(2);
  });

  test('approved while it is registered anew, is superseded once the new one is approved', async () => {
    const indicator = server.fresh();
    const first = await register({ indicator });
    const id = (await server.rows<{ id: string }>('select max(id)::text as id from figure'))[0]!.id;
    const approving = await server.db.pool.connect();
    let again: Promise<Payload>;
    try {
      await approving.query('begin');
      await approving.query(`update figure set status = 'APPROVED', approved_at = now() where id = $1`, [id]);
      again = register({ indicator, value: 6, expectedVersion: 1 });
      await expect.poll(() => server.rows('select from pg_locks where not granted'), { timeout: 10_000 }).not.toEqual([]);
      await approving.query('select ledger_touch($1)', [[id]]);
      await approving.query('select ledger_settle()');
      await approving.query('commit');
    } finally {
      approving.release();
    }
    expect((await again).userErrors).toEqual([]);
    expect(await approve(await again)).toMatchObject({ userErrors: [], figure: { status: 'APPROVED' } });
    expect(await figures(indicator)).toEqual([{ value: 5, status: 'SUPERSEDED', date: TODAY }, { value: 6, status: 'APPROVED', date: TODAY }]);
    expect(faults(await approve(first))).toEqual([['expectedVersion', 'CONFLICT']]);
  });

  test.each<[string, object, string, string]>([
    ['a day to come', { decidedOn: TOMORROW }, 'decidedOn', 'INVALID'],
    ['a day before the unit', { decidedOn: '2019-12-31' }, 'decidedOn', 'INVALID'],
    ['less than nothing', { value: -1 }, 'value', 'INVALID'],
    ['a note beyond measure', { note: 'x'.repeat(2001) }, 'note', 'INVALID'],
    ['a source beyond measure', { source: 'x'.repeat(501) }, 'source', 'INVALID'],
    ['an unknown campaign', { campaign: 'KK' }, 'campaign', 'NOT_FOUND'],
    ['an unknown indicator', { indicator: 'nope' }, 'indicator', 'NOT_FOUND'],
    ['an indicator that the campaign does not count', { indicator: 'U' }, 'indicator', 'INVALID'],
    ['a closed campaign', { campaign: 'SHUT' }, 'campaign', 'INVALID'],
  ])('refuses %s', async (_, input, field, code) => {
    const refused = await register({ indicator: 'I', ...input });
    expect(faults(refused)).toEqual([[field, code]]);
    expect(refused['figure']).toBeNull();
  });
});

describe('who may', () => {
  test('register: a REPORTER of the unit', async () => {
    const input = { unit: 'D1', campaign: 'K', indicator: 'I', value: 5 };
    for (const principal of ['viewer@N', 'nobody']) expect(await server.refusal(principal, 'registerTarget', input)).toEqual(['FORBIDDEN']);
    expect(await server.refusal(null, 'registerTarget', input)).toEqual(['UNAUTHENTICATED']);
    expect(faults(await register(input, 'reporter@D2'))).toEqual([['unit', 'NOT_FOUND']]);
    expect(faults(await register(input, 'reporter@G1'))).toEqual([['unit', 'FORBIDDEN']]);
  });

  test('approve and give back: an APPROVER strictly above, who did not hand it in', async () => {
    const indicator = server.fresh();
    const handed = await register({ indicator }, 'approver@P1');
    for (const name of ['approveTarget', 'returnTarget'] as const) {
      const input = { id: handed['figure'].id, expectedVersion: 1, ...(name === 'returnTarget' && { reason: 'x' }) };
      for (const principal of ['reporter@D1', 'viewer@N']) expect(await server.refusal(principal, name, input)).toEqual(['FORBIDDEN']);
      expect(faults(await step(name, 'approver@D1', handed))).toEqual([['id', 'FORBIDDEN']]);
      for (const principal of ['approver@D2', 'approver@G1']) expect(faults(await step(name, principal, handed))).toEqual([['id', 'NOT_FOUND']]);
    }
    expect(faults(await approve(handed))).toEqual([['id', 'FORBIDDEN']]);
    expect(faults(await approve(handed, 'campaign_manager@N'))).toEqual([]);
  });

  test('a stale version is a CONFLICT, a repeat gets the first answer, and an empty reason is none', async () => {
    const handed = await register({ indicator: server.fresh() });
    expect(await step('approveTarget', 'approver@P1', handed, { expectedVersion: 7 })).toMatchObject({ userErrors: [{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }], figure: { status: 'SUBMITTED' } });
    expect(faults(await step('returnTarget', 'approver@P1', handed, { reason: ' ' }))).toEqual([['reason', 'INVALID']]);
    const more = { idempotencyKey: `approved ${handed['figure'].id}` };
    const first = await step('approveTarget', 'approver@P1', handed, more);
    expect(await step('approveTarget', 'approver@P1', handed, more)).toEqual({ ...first, replayed: true });
    expect(faults(await approve(handed))).toEqual([['expectedVersion', 'CONFLICT']]);
  });

  test('take back: whoever gave it; of what is on its way, a REPORTER of the unit', async () => {
    const indicator = server.fresh();
    const handed = await register({ indicator });
    expect(faults(await step('withdrawTarget', 'reporter@G1', handed))).toEqual([['id', 'NOT_FOUND']]);
    expect(await step('withdrawTarget', 'reporter@D1', handed)).toMatchObject({ userErrors: [], figure: { status: 'WITHDRAWN' } });
    const again = await approve(await register({ indicator, expectedVersion: 2 }));
    for (const principal of ['reporter@D1', 'approver@D1']) expect(faults(await step('withdrawTarget', principal, again))).toEqual([['id', 'FORBIDDEN']]);
    expect(await step('withdrawTarget', 'approver@P1', again)).toMatchObject({ figure: { status: 'WITHDRAWN' } });
    expect(await total(indicator)).toEqual({ target: null, targetVersion: 4 });

    const own = await server.act('approver@D1', 'setOwnTarget', { unit: 'D1', campaign: 'K', indicator, value: 3 });
    expect(faults(await step('withdrawTarget', 'reporter@D1', own))).toEqual([['id', 'FORBIDDEN']]);
    expect(await step('withdrawTarget', 'approver@D1', own)).toMatchObject({ userErrors: [], figure: { status: 'WITHDRAWN' } });

    const assigned = await server.act('approver@P1', 'assignTargets', { unit: 'P1', campaign: 'K', indicator, method: 'EXPLICIT', shares: [{ unit: 'D1', value: 9 }] });
    const given = { ...assigned, figure: assigned['figures'][0] };
    expect(faults(await step('withdrawTarget', 'approver@D1', given))).toEqual([['id', 'FORBIDDEN']]);
    expect(await step('withdrawTarget', 'approver@P1', given)).toMatchObject({ userErrors: [], figure: { status: 'WITHDRAWN' } });
    // What was taken back was assigned once, and taken back: the version tells.
    expect(await server.act('approver@P1', 'assignTargets', { unit: 'P1', campaign: 'K', indicator, method: 'EXPLICIT', shares: [{ unit: 'D1', value: 9 }], expectedVersion: 2 })).toMatchObject({
      userErrors: [], allocation: { version: 3, allocated: 9, shares: [{ previous: null }] },
    });
  });

  test('a result is no target', async () => {
    const [row] = await server.rows<{ id: string }>(`select f.id::text from figure f join series s on s.id = f.series_id where s.measure = 'RESULT' limit 1`);
    for (const name of ['approveTarget', 'withdrawTarget'] as const)
      expect(faults(await server.act('campaign_manager@N', name, { id: server.idOf('Figure', row!.id), expectedVersion: 1, ...(name === 'withdrawTarget' && { reason: 'x' }) }))).toEqual([['id', 'NOT_FOUND']]);
  });
});
