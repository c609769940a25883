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

const set = (input: object, principal = 'approver@D1'): Promise<Payload> => server.act(principal, 'setOwnTarget', { unit: 'D1', campaign: 'K', value: 5, ...input });
const faults = ({ userErrors }: Payload) => userErrors.map(({ path, code }) => [path.slice(1).join('.'), code]);
const figures = async (): Promise<string> => (await server.rows<{ n: string }>('select count(*) as n from figure'))[0]!.n;
const progress = async (indicator: string, fields: string) =>
  (await server.ask('viewer@N', `{ orgUnit(code: "D1") { progress(campaign: "K", indicator: "${indicator}") { ${fields} } } }`)).data.orgUnit.progress;

describe('a target that a unit sets itself', () => {
  test('counts at once, and for whoever stands above', async () => {
    const indicator = server.fresh();
    expect(await set({ indicator, value: 40.25, qualifier: 'AT_LEAST', note: 'Nghị quyết', source: 'NQ 1' })).toMatchObject({
      userErrors: [], replayed: false,
      figure: { unit: { code: 'D1' }, value: 40.25, qualifier: 'AT_LEAST', basis: 'SELF_SET', asOf: TODAY, status: 'APPROVED', coverage: 'SUBTREE', counterpart: null, note: 'Nghị quyết', source: 'NQ 1' },
    });
    expect(await progress(indicator, 'target(basis: SELF_SET) { value qualifier origin } other: target { value } targetVersion norm: targetVersion(basis: NORM)')).toEqual({
      target: { value: 40.25, qualifier: 'AT_LEAST', origin: 'STATED' }, other: null, targetVersion: 1, norm: 0,
    });
    const { data } = await server.ask('viewer@N', `{ orgUnit(code: "P1") { progress(campaign: "K", indicator: "${indicator}") { target(basis: SELF_SET) { value origin } targetVersion } } }`);
    expect(data.orgUnit.progress).toEqual({ target: { value: 40.25, origin: 'SUMMED' }, targetVersion: 0 });
  });

  test('is revised on the same day or a later one; the same again does nothing', async () => {
    const indicator = server.fresh();
    await set({ indicator, decidedOn: YESTERDAY });
    expect(await set({ indicator, value: 6, decidedOn: YESTERDAY, expectedVersion: 1 })).toMatchObject({ userErrors: [], figure: { value: 6 } });
    const later = await set({ indicator, value: 7, expectedVersion: 2 });
    expect(later).toMatchObject({ userErrors: [], figure: { value: 7, asOf: TODAY } });
    const before = await figures();
    expect(await set({ indicator, value: 7, expectedVersion: 3 })).toEqual(later);
    expect(await set({ indicator, value: 6, decidedOn: YESTERDAY, expectedVersion: 3 })).toMatchObject({ userErrors: [], figure: { value: 6, asOf: YESTERDAY } });
    expect(await figures()).toBe(before);
    const rows = await server.rows(`select f.value::float8, f.status from figure f join series s on s.id = f.series_id join indicator i on i.id = s.indicator_id where i.code = $1 order by f.id`, [indicator]);
    expect(rows).toEqual([{ value: 5, status: 'SUPERSEDED' }, { value: 6, status: 'APPROVED' }, { value: 7, status: 'APPROVED' }]);
    const log = await server.rows(`select action, before -> 'value' as before, after -> 'value' as after from audit_log where after ->> 'indicator' = $1 order by id`, [indicator]);
    expect(log).toEqual([[null, '5.0000'], ['5.0000', '6.0000'], [null, '7.0000']].map(([was, is]) => ({ action: 'SET_OWN_TARGET', before: was, after: is })));
  });

  test('of a stale version is a CONFLICT, with the latest; repeated, the first answer', async () => {
    const indicator = server.fresh();
    const input = { indicator, idempotencyKey: `own ${indicator}` };
    const first = await set(input);
    expect(await set({ indicator, value: 9 })).toMatchObject({ userErrors: [{ path: ['input', 'expectedVersion'], code: 'CONFLICT' }], figure: { value: 5 } });
    expect(await set({ indicator: server.fresh(), expectedVersion: 1 })).toMatchObject({ userErrors: [{ path: ['input', 'expectedVersion'], code: 'CONFLICT' }], figure: null });
    await set({ indicator, value: 9, expectedVersion: 1 });
    const before = await figures();
    expect(await set(input)).toEqual({ ...first, replayed: true });
    expect(faults(await set({ ...input, value: 6 }))).toEqual([['idempotencyKey', 'CONFLICT']]);
    expect(await figures()).toBe(before);
  });

  test('by many at one moment is set by one', async () => {
    const indicator = server.fresh();
    await set({ indicator, value: 100 });
    const all = await Promise.all(Array.from({ length: 6 }, (_, i) => set({ indicator, value: i, expectedVersion: 1 }, i % 2 === 0 ? 'approver@D1' : 'approver@P1')));
    expect(all.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(all.flatMap(faults)).toEqual(Array.from({ length: 5 }, () => ['expectedVersion', 'CONFLICT']));
    expect(await progress(indicator, 'targetVersion')).toEqual({ targetVersion: 2 });
  });

  test.each<[string, object, string, string]>([
    ['a day to come', { decidedOn: TOMORROW }, 'decidedOn', 'INVALID'],
    ['a day before the unit', { decidedOn: '2019-12-31' }, 'decidedOn', 'INVALID'],
    ['the day of its closure', { unit: 'G7', decidedOn: '2026-01-01' }, 'decidedOn', 'INVALID'],
    ['less than nothing', { value: -0.5 }, 'value', 'INVALID'],
    ['five decimals', { value: 1.00001 }, 'value', 'INVALID'],
    ['a note beyond measure', { note: 'x'.repeat(2001) }, 'note', 'INVALID'],
    ['half a character', { source: '\uD800' }, 'source', 'INVALID'],
    ['an unknown campaign', { campaign: 'KK' }, 'campaign', 'NOT_FOUND'],
    ['an unknown phase', { phase: 'one' }, 'phase', 'NOT_FOUND'],
    ['an unknown indicator', { indicator: 'nope' }, 'indicator', 'NOT_FOUND'],
    ['an indicator that the campaign does not count', { indicator: 'U' }, 'indicator', 'INVALID'],
    ['a closed campaign', { campaign: 'SHUT' }, 'campaign', 'INVALID'],
    ['an unknown unit', { unit: 'nope' }, 'unit', 'NOT_FOUND'],
  ])('refuses %s', async (_, input, field, code) => {
    const before = await figures();
    const refused = await set({ indicator: 'I', ...input }, 'approver@P1');
    expect(faults(refused)).toEqual([[field, code]]);
    expect(refused['figure']).toBeNull();
    expect(await figures()).toBe(before);
  });

  test('takes an APPROVER of the unit', async () => {
    const input = { unit: 'D1', campaign: 'K', indicator: 'I', value: 5 };
    for (const principal of ['reporter@D1', 'viewer@N', 'nobody']) expect(await server.refusal(principal, 'setOwnTarget', input)).toEqual(['FORBIDDEN']);
    expect(await server.refusal(null, 'setOwnTarget', input)).toEqual(['UNAUTHENTICATED']);
    expect(faults(await set(input, 'approver@D2'))).toEqual([['unit', 'NOT_FOUND']]);
    expect(faults(await set(input, 'approver@G1'))).toEqual([['unit', 'FORBIDDEN']]);
    expect(faults(await set({ ...input, indicator: server.fresh() }, 'approver@P1'))).toEqual([]);
  });
});
