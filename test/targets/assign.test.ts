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

const K = { campaign: 'K' };
const assign = (input: object, principal = 'approver@D1'): Promise<Payload> => server.act(principal, 'assignTargets', { unit: 'D1', ...K, method: 'EQUALLY', ...input });
const explicit = (shares: Record<string, number>, more: object = {}) => ({ method: 'EXPLICIT', shares: Object.entries(shares).map(([unit, value]) => ({ unit, value })), ...more });
const values = ({ allocation }: Payload) => Object.fromEntries(allocation.shares.map(({ unit, value }: { unit: { code: string }; value: number }) => [unit.code, value]));
const faults = ({ userErrors }: Payload) => userErrors.map(({ path, code }) => [path.slice(1).join('.'), code]);
const counts = async (): Promise<object> => {
  const [row] = await server.rows<object>('select (select count(*) from figure) as figures, (select count(*) from series) as series, (select count(*) from audit_log) as audit, (select count(*) from balance) as balances, (select count(*) from idempotency) as keys');
  return row!;
};
const ALLOCATION = `query ($unit: String!, $campaign: String!, $indicator: String!, $phase: String, $asOf: Date) { orgUnit(code: $unit) {
  allocation(campaign: $campaign, indicator: $indicator, phase: $phase, asOf: $asOf) {
    unit { code } asOf version allocated unallocated overAllocated targetBasis target { value origin } shares { unit { code } value previous weight } } } }`;
const allocationOf = async (principal: string, of: object) => (await server.ask(principal, ALLOCATION, { unit: 'D1', ...K, ...of })).data.orgUnit?.allocation;

describe('assigning', () => {
  test('names who gets what, at once and beside what others have', async () => {
    const indicator = server.fresh();
    const first = await assign({ indicator, ...explicit({ G2: 40.5, G1: 60 }, { decidedOn: YESTERDAY, note: 'Quyết định 12', source: 'QĐ' }) });
    expect(first).toMatchObject({
      userErrors: [], replayed: false,
      allocation: {
        unit: { code: 'D1' }, asOf: YESTERDAY, version: 2, allocated: 100.5, target: null, targetBasis: null, unallocated: null, overAllocated: false,
        shares: [{ unit: { code: 'G1' }, value: 60, previous: null, weight: null }, { unit: { code: 'G2' }, value: 40.5, previous: null, weight: null }],
      },
      figures: [
        { unit: { code: 'G1' }, value: 60, basis: 'ASSIGNED', asOf: YESTERDAY, status: 'APPROVED', coverage: 'SUBTREE', counterpart: { code: 'D1' }, note: 'Quyết định 12', source: 'QĐ', qualifier: 'EXACT' },
        { unit: { code: 'G2' }, value: 40.5 },
      ],
    });
    const second = await assign({ indicator, ...explicit({ G1: 70 }), expectedVersion: 2 });
    expect(second).toMatchObject({ userErrors: [], allocation: { asOf: TODAY, version: 3, allocated: 110.5, shares: [{ value: 70, previous: 60 }, { value: 40.5, previous: 40.5 }] }, figures: [{ unit: { code: 'G1' }, value: 70 }] });
    // Yesterday is as it was.
    expect(await allocationOf('viewer@N', { indicator, asOf: YESTERDAY })).toMatchObject({ allocated: 100.5, version: 3, shares: [{ value: 60, previous: null }, { value: 40.5 }] });
  });

  test('counts for whoever stands above, and is taken from nobody', async () => {
    const indicator = server.fresh();
    await assign({ indicator, ...explicit({ G1: 60, G2: 40 }) });
    const { data } = await server.ask('viewer@N', `{ orgUnit(code: "N") { progress(campaign: "K", indicator: "${indicator}") { target { value origin complete } unallocated } } }`);
    expect(data.orgUnit.progress).toEqual({ target: { value: 100, origin: 'SUMMED', complete: false }, unallocated: null });
  });

  test('revised on the same day takes the place of what was, revised later follows it', async () => {
    const indicator = server.fresh();
    await assign({ indicator, ...explicit({ G1: 5, G2: 5 }, { decidedOn: YESTERDAY }) });
    await assign({ indicator, ...explicit({ G1: 6, G2: 5 }, { decidedOn: YESTERDAY, expectedVersion: 2 }) });
    const done = await assign({ indicator, ...explicit({ G1: 7 }, { expectedVersion: 3 }) });
    expect(done).toMatchObject({ allocation: { version: 4, shares: [{ value: 7, previous: 6 }, { value: 5, previous: 5 }] } });
    const figures = await server.rows<{ value: string }>(
      `select f.value::float8, f.status, f.date::text, n.value::float8 as by from figure f join series s on s.id = f.series_id join indicator i on i.id = s.indicator_id
       join org_unit u on u.id = f.unit_id left join figure n on n.id = f.superseded_by where i.code = $1 and u.code = 'G1' order by f.id`,
      [indicator],
    );
    expect(figures).toEqual([
      { value: 5, status: 'SUPERSEDED', date: YESTERDAY, by: 6 }, { value: 6, status: 'APPROVED', date: YESTERDAY, by: null }, { value: 7, status: 'APPROVED', date: TODAY, by: null },
    ]);
  });

  test('the same again does nothing', async () => {
    const indicator = server.fresh();
    await assign({ indicator, ...explicit({ G1: 5, G2: 5 }) });
    const before = await counts();
    expect(await assign({ indicator, ...explicit({ G1: 5, G2: 5 }, { expectedVersion: 2 }) })).toMatchObject({ userErrors: [], figures: [], allocation: { version: 2 } });
    expect(await counts()).toEqual(before);
    expect(await assign({ indicator, ...explicit({ G1: 5, G2: 6 }, { expectedVersion: 2 }) })).toMatchObject({ figures: [{ unit: { code: 'G2' } }], allocation: { version: 3 } });
  });

  test('is told by the audit log, of the unit and of each child', async () => {
    const indicator = server.fresh();
    await assign({ indicator, ...explicit({ G2: 2, G1: 1 }, { decidedOn: YESTERDAY }) });
    await assign({ indicator, ...explicit({ G1: 3 }, { decidedOn: YESTERDAY, expectedVersion: 2 }) });
    const rows = await server.rows(
      `select u.code, a.action, a.principal, a.before, a.after, a.request_id is not null as request from audit_log a join org_unit u on u.id = a.unit_id where a.after ->> 'indicator' = $1 order by a.id`,
      [indicator],
    );
    const target = { campaign: 'K', phase: null, indicator, asOf: YESTERDAY };
    const child = { ...target, measure: 'TARGET', basis: 'ASSIGNED', coverage: 'SUBTREE', qualifier: 'EXACT', status: 'APPROVED', version: 2 };
    const by = { principal: 'approver@D1', request: true };
    expect(rows).toEqual([
      { code: 'D1', action: 'ASSIGN_TARGETS', ...by, before: null, after: { ...target, method: 'EXPLICIT', units: 2 } },
      { code: 'G1', action: 'ASSIGN_TARGET', ...by, before: null, after: { ...child, value: '1.0000' } },
      { code: 'G2', action: 'ASSIGN_TARGET', ...by, before: null, after: { ...child, value: '2.0000' } },
      { code: 'D1', action: 'ASSIGN_TARGETS', ...by, before: null, after: { ...target, method: 'EXPLICIT', units: 1 } },
      { code: 'G1', action: 'ASSIGN_TARGET', ...by, before: { value: '1.0000' }, after: { ...child, value: '3.0000' } },
    ]);
  });

  test('of an indicator that does not add up is possible by name alone', async () => {
    const done = await assign({ campaign: 'NEW', indicator: 'R', ...explicit({ G1: 80, G2: 90 }) });
    expect(done).toMatchObject({ userErrors: [], allocation: { allocated: null, unallocated: null, overAllocated: false, shares: [{ value: 80 }, { value: 90 }] } });
    expect(faults(await assign({ campaign: 'NEW', indicator: 'R', amount: 80, expectedVersion: 2 }))).toEqual([['method', 'INVALID']]);
  });
});

describe('splitting', () => {
  const preview = (input: object, principal?: string) => assign({ indicator: 'I', preview: true, ...input }, principal);

  test.each<[string, object, Record<string, number>]>([
    ['equally', { amount: 101 }, { G1: 51, G2: 50 }],
    ['to four decimals, what is not whole', { amount: 0.5001 }, { G1: 0.2501, G2: 0.25 }],
    ['nothing', { amount: 0 }, { G1: 0, G2: 0 }],
    ['by members, the latest by the day', { amount: 10, method: 'BY_MEMBERS', decidedOn: '2026-05-31' }, { G1: 7, G2: 3 }],
    ['by members, of whom one has none any more', { amount: 10, method: 'BY_MEMBERS' }, { G1: 0, G2: 10 }],
    ['by the results of the campaign', { campaign: 'OLD', amount: 100, method: 'BY_LAST_RESULTS' }, { G1: 75, G2: 25 }],
    ['by the results of the campaign before, where this one is new', { campaign: 'NEW', amount: 100, method: 'BY_LAST_RESULTS' }, { G1: 75, G2: 25 }],
    ['by the whole of the campaign before, for a phase too', { campaign: 'NEW', phase: 'one', amount: 100, method: 'BY_LAST_RESULTS' }, { G1: 75, G2: 25 }],
    ['by the results of another day', { campaign: 'OLD', amount: 106, method: 'BY_LAST_RESULTS', lastResults: { asOf: '2026-01-01' } }, { G1: 6, G2: 100 }],
    ['by the results of a phase', { campaign: 'NEW', amount: 9, method: 'BY_LAST_RESULTS', lastResults: { phase: 'one', asOf: TODAY } }, { G1: 3, G2: 6 }],
    ['by the results of a phase of another campaign', { campaign: 'OLD', amount: 9, method: 'BY_LAST_RESULTS', lastResults: { campaign: 'NEW', phase: 'one', asOf: TODAY } }, { G1: 3, G2: 6 }],
    ['by results of the same phase, once it has begun', { campaign: 'NEW', phase: 'one', amount: 9, method: 'BY_LAST_RESULTS', lastResults: { asOf: '2026-02-01' } }, { G1: 3, G2: 6 }],
    ['what the unit has: assigned, before what it set itself', { campaign: 'NEW' }, { G1: 216, G2: 215 }],
  ])('%s', async (_, input, parts) => {
    const done = await preview(input);
    expect(done.userErrors).toEqual([]);
    expect(values(done)).toEqual(parts);
  });

  test('tells what it went by', async () => {
    const done = await preview({ campaign: 'OLD', amount: 100, method: 'BY_LAST_RESULTS' });
    expect(done.allocation.shares).toMatchObject([{ unit: { code: 'G1' }, weight: 30 }, { unit: { code: 'G2' }, weight: 10 }]);
    expect((await preview({ amount: 4 })).allocation.shares).toMatchObject([{ weight: null }, { weight: null }]);
  });

  test('takes what the unit has registered where nothing was assigned to it, in its exactness', async () => {
    const done = await preview({ campaign: 'NEW', unit: 'D3' }, 'approver@D3');
    expect(done).toMatchObject({ userErrors: [], allocation: { targetBasis: 'REGISTERED', target: { value: 7.5 }, allocated: 7.5, unallocated: 0, overAllocated: false } });
    expect(values(done)).toEqual({ G4: 3.75, G5: 3.75 });
  });

  test('reaches the children of the day, of those that the caller may still assign to', async () => {
    // G6 stood there, and is of another province by now; G7 was active.
    const before = await preview({ unit: 'D3', amount: 12, decidedOn: '2025-12-31' }, 'approver@D3');
    expect(values(before)).toEqual({ G4: 4, G5: 4, G7: 4 });
    await server.grant('watcher', 'APPROVER', 'D3');
    await server.grant('watcher', 'VIEWER', 'P2');
    const input = { unit: 'D3', amount: 12, decidedOn: '2026-02-28' };
    expect(values(await preview(input, 'watcher'))).toEqual({ G4: 6, G5: 6 });
    expect(faults(await preview({ ...explicit({ G6: 1 }), unit: 'D3', decidedOn: '2026-02-28' }, 'watcher'))).toEqual([['shares.0.unit', 'FORBIDDEN']]);
    expect(faults(await preview({ ...explicit({ G6: 1 }), unit: 'D3', decidedOn: '2026-02-28' }, 'approver@D3'))).toEqual([['shares.0.unit', 'NOT_FOUND']]);
    await server.grant('both', 'APPROVER', 'N');
    expect(values(await preview(input, 'both'))).toEqual({ G4: 4, G5: 4, G6: 4 });
  });

  test.each<[string, object, [string, string][]]>([
    ['a unit without a target, unless it is told how much', {}, [['amount', 'INVALID']]],
    ['members that are not known', { amount: 1, method: 'BY_MEMBERS', decidedOn: '2024-12-31' }, [['method', 'INVALID']]],
    ['results that are not known', { amount: 1, method: 'BY_LAST_RESULTS', decidedOn: '2021-06-01' }, [['method', 'INVALID']]],
    ['a unit without children', { unit: 'G1', amount: 1 }, [['unit', 'INVALID']]],
    ['an unknown campaign', { campaign: 'KK', amount: 1 }, [['campaign', 'NOT_FOUND']]],
    ['a campaign that is not seen', { campaign: 'K2', amount: 1 }, [['campaign', 'NOT_FOUND']]],
    ['a phase of another campaign', { phase: 'one', amount: 1 }, [['phase', 'NOT_FOUND']]],
    ['an unknown indicator', { indicator: 'nope', amount: 1 }, [['indicator', 'NOT_FOUND']]],
    ['an indicator that the campaign does not count', { indicator: 'U', amount: 1 }, [['indicator', 'INVALID']]],
    ['a closed campaign', { campaign: 'SHUT', amount: 1 }, [['campaign', 'INVALID']]],
    ['a draft of a unit above', { campaign: 'PLAN', amount: 1 }, [['campaign', 'NOT_FOUND']]],
    ['a day to come', { decidedOn: TOMORROW, amount: 1 }, [['decidedOn', 'INVALID']]],
    ['less than nothing', { amount: -1 }, [['amount', 'INVALID']]],
    ['five decimals', { amount: 0.00001 }, [['amount', 'INVALID']]],
    ['more than can be told exactly', { amount: 2 ** 53 }, [['amount', 'INVALID']]],
    ['a note beyond measure', { amount: 1, note: 'x'.repeat(2001) }, [['note', 'INVALID']]],
    ['a source with a null character', { amount: 1, source: 'a\0' }, [['source', 'INVALID']]],
    ['shares beside a split', { amount: 1, shares: [] }, [['shares', 'INVALID']]],
    ['results beside members', { amount: 1, method: 'BY_MEMBERS', lastResults: {} }, [['lastResults', 'INVALID']]],
    ['results of a day to come', { amount: 1, method: 'BY_LAST_RESULTS', lastResults: { asOf: TOMORROW } }, [['lastResults.asOf', 'INVALID']]],
    ['results of an unknown campaign', { amount: 1, method: 'BY_LAST_RESULTS', lastResults: { campaign: 'KK' } }, [['lastResults.campaign', 'NOT_FOUND']]],
    ['results of an unknown phase', { amount: 1, method: 'BY_LAST_RESULTS', lastResults: { phase: 'one' } }, [['lastResults.phase', 'NOT_FOUND']]],
    ['nothing by name', explicit({}), [['shares', 'INVALID']]],
    ['an amount beside names', { ...explicit({ G1: 1 }), amount: 1 }, [['amount', 'INVALID']]],
    ['more than a thousand names', explicit(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`X${i}`, 1]))), [['shares', 'INVALID']]],
    [
      'names that will not do, all of them', { method: 'EXPLICIT', shares: [{ unit: 'G1', value: 1 }, { unit: 'G1', value: 1 }, { unit: 'D1', value: 1 }, { unit: 'G3', value: 1 }, { unit: 'G\0', value: 1 }, { unit: 'G2', value: -1 }] },
      [['shares.1.unit', 'INVALID'], ['shares.2.unit', 'INVALID'], ['shares.3.unit', 'NOT_FOUND'], ['shares.4.unit', 'NOT_FOUND'], ['shares.5.value', 'INVALID']],
    ],
  ])('refuses %s', async (_, input, expected) => {
    const before = await counts();
    const principal = (input as { unit?: string }).unit === 'G1' ? 'approver@G1' : undefined;
    const refused = await assign({ indicator: 'I', ...input }, principal);
    expect(faults(refused)).toEqual(expected);
    expect(refused).toMatchObject({ allocation: null, figures: [] });
    expect(await counts()).toEqual(before);
  });

  test('names those of which it does not know what they weigh', async () => {
    const refused = await assign({ unit: 'D3', indicator: 'I', amount: 1, method: 'BY_MEMBERS' }, 'approver@D3');
    expect(refused.userErrors).toMatchObject([{ path: ['input', 'method'], message: 'The number of members of these is not known, so that they take EXPLICIT: G5.' }]);
  });

  test('refuses weights that are all 0', async () => {
    await server.load([{ type: 'memberCount', unit: 'G3', of: 'MEMBERS', asOf: '2025-01-01', value: 0 }]);
    expect(faults(await assign({ unit: 'D2', indicator: 'I', amount: 1, method: 'BY_MEMBERS' }, 'approver@D2'))).toEqual([['method', 'INVALID']]);
  });
});

describe('a draft of a campaign', () => {
  const input = { unit: 'P1', campaign: 'PLAN', indicator: 'I', ...explicit({ D1: 4 }) };

  test('takes targets of whoever may launch it, and of nobody else', async () => {
    expect(faults(await assign(input, 'approver@P1'))).toEqual([['campaign', 'INVALID']]);
    await server.grant('manager@P1', 'CAMPAIGN_MANAGER', 'P1');
    expect(await assign(input, 'manager@P1')).toMatchObject({ userErrors: [], allocation: { allocated: 4 } });
  });
});

describe('over-allocation (R-35)', () => {
  test('is told, not forbidden', async () => {
    const asked = { campaign: 'NEW', indicator: 'I' };
    const done = await assign({ ...asked, ...explicit({ G1: 300, G2: 150 }) });
    const spread = { target: { value: 431, origin: 'STATED' }, targetBasis: 'ASSIGNED', allocated: 450, unallocated: -19, overAllocated: true, version: 2 };
    expect(done).toMatchObject({ userErrors: [], allocation: spread });
    expect(await allocationOf('viewer@N', asked)).toMatchObject(spread);
    const less = await assign({ ...asked, ...explicit({ G1: 100 }, { expectedVersion: 2 }) });
    expect(less).toMatchObject({ allocation: { allocated: 250, unallocated: 181, overAllocated: false } });
    const { data } = await server.ask('viewer@N', '{ orgUnit(code: "D1") { progress(campaign: "NEW", indicator: "I") { target { value } unallocated } } }');
    expect(data.orgUnit.progress).toEqual({ target: { value: 431 }, unallocated: 181 });
  });
});

describe('a preview', () => {
  test('says what would be, and changes nothing', async () => {
    const indicator = server.fresh();
    const before = await counts();
    const input = { indicator, amount: 7, idempotencyKey: 'look' };
    const seen = await assign({ ...input, preview: true });
    expect(seen).toMatchObject({ userErrors: [], figures: [], replayed: false, allocation: { version: 2, allocated: 7, shares: [{ value: 4 }, { value: 3 }] } });
    expect(await counts()).toEqual(before);
    expect(await allocationOf('approver@D1', { indicator })).toMatchObject({ version: 0, allocated: 0, shares: [] });
    // Its key is not used up.
    const done = await assign(input);
    expect(done).toMatchObject({ replayed: false, allocation: { version: 2, shares: [{ value: 4 }, { value: 3 }] } });
    expect(done.figures).toHaveLength(2);
  });
});

describe('versions and repeats', () => {
  test('a stale version is a CONFLICT, with the allocation as it is', async () => {
    const indicator = server.fresh();
    await assign({ indicator, amount: 10 });
    for (const expectedVersion of [undefined, 0, 1, 3]) {
      const stale = await assign({ indicator, amount: 20, expectedVersion });
      expect(stale).toMatchObject({ userErrors: [{ path: ['input', 'expectedVersion'], code: 'CONFLICT' }], figures: [], allocation: { version: 2, allocated: 10, shares: [{ value: 5 }, { value: 5 }] } });
    }
    expect((await allocationOf('approver@D1', { indicator })).version).toBe(2);
    expect(faults(await assign({ indicator, amount: 20, expectedVersion: 2 }))).toEqual([]);
  });

  test('a repeat gets the first answer, and does nothing', async () => {
    const indicator = server.fresh();
    const input = { indicator, amount: 10, idempotencyKey: `once ${indicator}` };
    const first = await assign(input);
    await assign({ indicator, amount: 30, expectedVersion: 2 });
    const before = await counts();
    const again = await assign(input);
    expect(again).toEqual({ ...first, replayed: true, figures: first['figures'] });
    expect(await counts()).toEqual(before);
    expect(faults(await assign({ ...input, amount: 11 }))).toEqual([['idempotencyKey', 'CONFLICT']]);
  });

  test('a repeat shows no units that have left the caller’s scope since', async () => {
    const indicator = server.fresh();
    await server.load([{ type: 'orgUnit', code: 'G10', name: 'G10', level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D1', validFrom: '2020-01-01' }]);
    const input = { indicator, amount: 9, decidedOn: '2026-02-01', idempotencyKey: `left ${indicator}` };
    const first = await assign(input);
    expect(first).toMatchObject({ userErrors: [], allocation: { shares: [{ unit: { code: 'G1' } }, { unit: { code: 'G10' } }, { unit: { code: 'G2' } }] } });
    await server.load([{ type: 'placement', unit: 'G10', parent: 'D9', from: '2026-03-01' }]);
    const rest = (all: { unit: { code: string } }[]) => all.filter(({ unit }) => unit.code !== 'G10');
    expect(await assign(input)).toEqual({ ...first, replayed: true, allocation: { ...first['allocation'], shares: rest(first['allocation'].shares) }, figures: rest(first['figures']) });
  });

  test('a repeat takes the grant that the first took', async () => {
    const indicator = server.fresh();
    await server.grant('fleeting', 'APPROVER', 'D1');
    await server.grant('fleeting', 'VIEWER', 'N');
    await server.grant('fleeting', 'APPROVER', 'G9');
    const input = { indicator, amount: 10, idempotencyKey: 'fleeting' };
    await assign(input, 'fleeting');
    await server.rows(`update role_grant set revoked_at = now() where principal = 'fleeting' and role = 'APPROVER' and unit_id = (select id from org_unit where code = 'D1')`);
    expect(faults(await assign(input, 'fleeting'))).toEqual([['unit', 'FORBIDDEN']]);
  });

  test('what was assigned by whomever and taken back since makes a version stale', async () => {
    const indicator = server.fresh();
    const { allocation, figures } = (await assign({ indicator, ...explicit({ G1: 5, G2: 5 }) })) as unknown as { allocation: { version: number }; figures: { id: string; version: number }[] };
    await server.act('approver@D1', 'withdrawTarget', { id: figures[0]!.id, expectedVersion: figures[0]!.version, reason: 'x' });
    expect(await assign({ indicator, ...explicit({ G1: 6 }), expectedVersion: allocation.version })).toMatchObject({ userErrors: [{ code: 'CONFLICT' }], allocation: { version: allocation.version + 1 } });
    await server.load([{ type: 'target', unit: 'G2', campaign: 'K', indicator, basis: 'ASSIGNED', counterpart: 'N', value: 500, decidedOn: YESTERDAY }]);
    expect(await assign({ indicator, ...explicit({ G1: 6 }), expectedVersion: allocation.version + 1 })).toMatchObject({ userErrors: [{ code: 'CONFLICT' }], allocation: { version: allocation.version + 2 } });
  });

  test('of many at one moment, one is done', async () => {
    const indicator = server.fresh();
    await assign({ indicator, amount: 2 });
    const all = await Promise.all(Array.from({ length: 6 }, (_, i) => assign({ indicator, amount: 10 + 2 * i, expectedVersion: 2 }, i % 2 === 0 ? 'approver@D1' : 'approver@P1')));
    expect(all.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(all.flatMap(faults)).toEqual(Array.from({ length: 5 }, () => ['expectedVersion', 'CONFLICT']));
    const [done] = all.filter(({ userErrors }) => userErrors.length === 0);
    const kept = await allocationOf('viewer@N', { indicator });
    expect(kept).toMatchObject({ version: 4, allocated: done!['allocation'].allocated });
  });

  test('at one moment, by several units in one series, all are done', async () => {
    const indicator = server.fresh();
    const all = await Promise.all([
      assign({ indicator, amount: 10 }), assign({ unit: 'D2', indicator, amount: 20 }, 'approver@D2'), assign({ unit: 'D3', indicator, amount: 30 }, 'approver@D3'),
      assign({ unit: 'P1', indicator, amount: 60 }, 'approver@P1'),
    ]);
    expect(all.flatMap(faults)).toEqual([]);
    expect(await allocationOf('viewer@N', { unit: 'P1', indicator })).toMatchObject({ allocated: 60, version: 3 });
  });
});

describe('who may', () => {
  const input = { unit: 'D1', ...K, indicator: 'I', method: 'EQUALLY', amount: 5 };

  test.each([['reporter@D1'], ['viewer@N'], ['nobody']])('not %s, who approves nowhere', async (principal) => {
    expect(await server.refusal(principal, 'assignTargets', input)).toEqual(['FORBIDDEN']);
  });

  test('nobody without a credential', async () => {
    expect(await server.refusal(null, 'assignTargets', input)).toEqual(['UNAUTHENTICATED']);
  });

  test.each([['a sibling', 'approver@D2', 'NOT_FOUND'], ['one beneath', 'approver@G1', 'FORBIDDEN']])('not an APPROVER of %s', async (_, principal, code) => {
    const before = await counts();
    expect(faults(await assign(input, principal))).toEqual([['unit', code]]);
    expect(await counts()).toEqual(before);
  });

  test('who approves above, or more', async () => {
    for (const principal of ['approver@P1', 'campaign_manager@D1']) expect((await assign({ ...input, indicator: server.fresh() }, principal)).userErrors).toEqual([]);
  });

  test('what is read is null outside the scope, and where something is not known', async () => {
    expect(await allocationOf('approver@D2', { indicator: 'I' })).toBeUndefined();
    expect(await allocationOf('approver@D2', { unit: 'P1', indicator: 'I' })).toBeNull();
    for (const of of [{ indicator: 'nope' }, { indicator: 'I', campaign: 'nope' }, { indicator: 'I', phase: 'one' }]) expect(await allocationOf('approver@D1', of)).toBeNull();
    expect((await server.ask('approver@D1', ALLOCATION, { unit: 'D1', ...K, indicator: 'I', asOf: 'x' })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('what is read takes one statement for many', async () => {
    const document = (first: number) => `{ orgUnit(code: "P1") { children(first: ${first}) { nodes { a: allocation(campaign: "K", indicator: "I") { version shares { unit { code } } } b: allocation(campaign: "NEW", indicator: "I") { version target { value } shares { unit { code } } } } } } }`;
    const statements = async (first: number): Promise<number> => {
      server.statements.length = 0;
      expect((await server.ask('viewer@N', document(first))).errors).toBeUndefined();
      return server.statements.length;
    };
    // What codes stand for is looked up once.
    await statements(1);
    expect(await statements(3)).toBe(await statements(1));
  });
});
