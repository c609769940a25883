import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sumOf, type SummedWorks } from '../../src/honours/work.rules.js';
import { MODEL, startRegister, WORK, type Register } from './register.world.js';

let it: Register;
beforeAll(async () => {
  it = await startRegister();
}, 120_000);
afterAll(() => it?.server.close());

const work = (more: object = {}) => ({ unit: 'D1', kind: 'WORK', name: 'Cầu nông thôn', ...more });

describe('saveWork and plaqueWork', () => {
  test('a work is registered, said anew, completed, and gets its plaque from above', async () => {
    const made = await it.send('r-D1', 'saveWork', work({ name: ' Cầu  ', campaign: 'c', congressTier: 'PROVINCIAL', valueVnd: 90_000_000, valueQualifier: 'MORE_THAN', registeredOn: '2021-01-01', registeredOnPrecision: 'YEAR', source: 'S4', note: 'x' }));
    expect(made).toMatchObject({
      userErrors: [],
      work: {
        name: 'Cầu', kind: 'WORK', status: 'REGISTERED', congressTier: 'PROVINCIAL', valueVnd: 90_000_000, valueQualifier: 'MORE_THAN', registeredOn: '2021-01-01', registeredOnPrecision: 'YEAR', completedOn: null,
        source: 'S4', note: 'x', version: 1, unit: { code: 'D1' }, campaign: { code: 'c' },
      },
    });
    const { code, id } = made['work'];
    expect(code).toMatch(/^wk-[0-9a-z]{12}$/);
    const done = await it.send('r-P1', 'saveWork', work({ code, status: 'COMPLETED', completedOn: '2021-05-01', completedOnPrecision: 'MONTH', expectedVersion: 1 }));
    // What is left out is empty.
    expect(done).toMatchObject({ userErrors: [], work: { id, status: 'COMPLETED', completedOn: '2021-05-01', valueVnd: null, valueQualifier: null, registeredOn: null, campaign: null, source: null, version: 2 } });
    // The same again changes nothing.
    expect(await it.send('r-D1', 'saveWork', work({ code, status: 'COMPLETED', completedOn: '2021-05-01', completedOnPrecision: 'MONTH', expectedVersion: 2 }))).toMatchObject({ userErrors: [], work: { version: 2 } });

    expect(await it.faults('r-D1', 'plaqueWork', { code, expectedVersion: 2 })).toBe('FORBIDDEN');
    expect(await it.faults('a-D1', 'plaqueWork', { code, expectedVersion: 2 })).toBe('FORBIDDEN code');
    expect(await it.faults('a-P2', 'plaqueWork', { code, expectedVersion: 2 })).toBe('NOT_FOUND code');
    expect(await it.faults('a-P1', 'plaqueWork', { code, expectedVersion: 1 })).toBe('CONFLICT expectedVersion');
    expect(await it.faults('a-P1', 'plaqueWork', { code, on: '2999-01-01', expectedVersion: 2 })).toBe('INVALID on');
    expect(await it.faults('a-P1', 'plaqueWork', { code, on: '2021-04-30', expectedVersion: 2 })).toBe('INVALID on');
    expect(await it.faults('a-P1', 'plaqueWork', { code, on: 'x', expectedVersion: 2 })).toBe('BAD_USER_INPUT');
    expect(await it.send('a-P1', 'plaqueWork', { code, on: '2021-05-15', expectedVersion: 2, idempotencyKey: 'plaque' })).toMatchObject({ userErrors: [], replayed: false, work: { status: 'PLAQUED', plaquedOn: '2021-05-15', version: 3 } });
    expect(await it.send('a-P1', 'plaqueWork', { code, on: '2021-05-15', expectedVersion: 2, idempotencyKey: 'plaque' })).toMatchObject({ userErrors: [], replayed: true, work: { version: 3 } });
    expect(await it.faults('a-P1', 'plaqueWork', { code, expectedVersion: 3 })).toBe('CONFLICT code');
    expect(await it.send('r-D1', 'saveWork', work({ code, expectedVersion: 3 }))).toMatchObject({ userErrors: [{ code: 'CONFLICT', path: ['input', 'code'] }], work: { status: 'PLAQUED', version: 3 } });

    const trail = await it.server.query('{ auditTrail(unit: "D1", first: 3) { nodes { action principal before after } } }');
    expect(trail.data.auditTrail.nodes).toMatchObject([
      { action: 'PLAQUE_WORK', principal: 'a-P1', before: { status: 'COMPLETED', version: 2 }, after: { code, status: 'PLAQUED', version: 3 } },
      { action: 'SAVE_WORK', before: { status: 'REGISTERED', campaign: 'c' }, after: { status: 'COMPLETED', campaign: null } },
      { action: 'SAVE_WORK', before: null, after: { status: 'REGISTERED', valueVnd: 90_000_000 } },
    ]);
    const found = await it.officers.ask('v-D1', `query ($id: ID!, $code: String!) { node(id: $id) { ... on Work { code } } work(code: $code) { id } }`, { id, code });
    expect(found.data).toEqual({ node: { code }, work: { id } });
    expect((await it.officers.ask('v-D2', `query ($id: ID!, $code: String!) { node(id: $id) { ... on Work { code } } work(code: $code) { id } }`, { id, code })).data).toEqual({ node: null, work: null });
  });

  test('of the root, an approver of the root', async () => {
    const { work: made } = await it.send('r-N', 'saveWork', work({ unit: 'N', status: 'COMPLETED' }));
    expect(await it.send('a-N', 'plaqueWork', { code: made.code, expectedVersion: 1 })).toMatchObject({ userErrors: [], work: { status: 'PLAQUED' } });
  });

  test('by a reporter of the unit alone; a code names one thing for good', async () => {
    expect(await it.faults('v-D1', 'saveWork', work())).toBe('FORBIDDEN');
    expect(await it.faults('r-D2', 'saveWork', work())).toBe('NOT_FOUND unit');
    expect(await it.faults('r-G1', 'saveWork', work())).toBe('FORBIDDEN unit');
    expect(await it.faults('r-D1', 'saveWork', work({ code: 'taken' }))).toBe('');
    // Known already; known elsewhere; known where it is hidden: no difference between the last two.
    expect(await it.send('r-D1', 'saveWork', work({ code: 'taken' }))).toMatchObject({ userErrors: [{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }], work: { code: 'taken', version: 1 } });
    expect(await it.faults('r-D1', 'saveWork', work({ code: 'taken', expectedVersion: 7 }))).toBe('CONFLICT expectedVersion');
    expect(await it.faults('r-P1', 'saveWork', work({ code: 'taken', unit: 'D2', expectedVersion: 1 }))).toBe('CONFLICT code');
    expect(await it.send('r-D2', 'saveWork', work({ code: 'taken', unit: 'D2' }))).toMatchObject({ userErrors: [{ code: 'CONFLICT', path: ['input', 'code'] }], work: null });
    expect(await it.faults('r-D1', 'saveWork', work({ code: 'unknown', expectedVersion: 1 }))).toBe('CONFLICT expectedVersion');
  });

  test('sent twice under one key, it is made once', async () => {
    const input = work({ idempotencyKey: 'once', name: 'Một lần' });
    const first = await it.send('r-D1', 'saveWork', input);
    expect(await it.send('r-D1', 'saveWork', input)).toMatchObject({ replayed: true, work: { code: first['work'].code } });
    expect(await it.faults('r-D1', 'saveWork', { ...input, name: 'Khác' })).toBe('CONFLICT idempotencyKey');
  });

  test.each([
    [{ name: ' ' }, 'INVALID name'], [{ name: ' \u200b ' }, 'INVALID name'], [{ note: '\u2060' }, 'INVALID note'], [{ name: 'x'.repeat(501) }, 'INVALID name'], [{ name: 'a\u0000b' }, 'INVALID name'], [{ code: 'mã' }, 'INVALID code'], [{ status: 'PLAQUED' }, 'INVALID status'],
    [{ valueVnd: 1.5 }, 'INVALID valueVnd'], [{ valueVnd: -1 }, 'INVALID valueVnd'], [{ valueVnd: 2 ** 53 }, 'INVALID valueVnd'], [{ valueQualifier: 'ABOUT' }, 'INVALID valueQualifier'],
    [{ registeredOn: '2999-01-01' }, 'INVALID registeredOn'], [{ registeredOn: '0999-01-01' }, 'INVALID registeredOn'], [{ registeredOn: '2021-02-30' }, 'BAD_USER_INPUT'], [{ registeredOnPrecision: 'YEAR' }, 'INVALID registeredOn'],
    [{ completedOn: '2021-01-01' }, 'INVALID completedOn'], [{ status: 'COMPLETED', registeredOn: '2021-06-01', completedOn: '2021-05-31' }, 'INVALID completedOn'],
    [{ campaign: 'none' }, 'NOT_FOUND campaign'], [{ campaign: 'of-P2' }, 'NOT_FOUND campaign'], [{ source: 'x'.repeat(501) }, 'INVALID source'], [{ note: '' }, 'INVALID note'], [{ unit: "x' or 1=1" }, 'NOT_FOUND unit'],
  ])('%j is refused', async (more, fault) => {
    expect(await it.faults('r-D1', 'saveWork', work(more))).toBe(fault);
  });

  test('two at once: one comes first', async () => {
    const { work: made } = await it.send('r-D1', 'saveWork', work({ name: 'Cùng lúc' }));
    const tried = await Promise.all(['A', 'B', 'C'].map((name) => it.faults('r-D1', 'saveWork', work({ code: made.code, name, expectedVersion: 1 }))));
    expect(tried.toSorted()).toEqual(['', 'CONFLICT expectedVersion', 'CONFLICT expectedVersion']);
  });
});

describe('works listed and totalled', () => {
  const NODES = 'nodes { code } totalCount';
  beforeAll(async () => {
    await it.server.load([
      { type: 'work', code: 't1', unit: 'D3', kind: 'WORK', name: 'a', campaign: 'c', congressTier: 'NATIONAL', status: 'COMPLETED', valueVnd: 9_007_199_254_740_991, completedOn: '2022-03-01' },
      { type: 'work', code: 't2', unit: 'D3', kind: 'PRODUCT', name: 'b', congressTier: 'NATIONAL', status: 'COMPLETED', valueVnd: 9, valueQualifier: 'AT_LEAST', registeredOn: '2021-03-01' },
      { type: 'work', code: 't3', unit: 'P2', kind: 'TASK', name: 'c', campaign: 'of-P2', status: 'PLAQUED', valueVnd: 5, valueQualifier: 'NEARLY', plaquedOn: '2023-03-01' },
      { type: 'work', code: 't4', unit: 'P2', kind: 'TASK', name: 'd', status: 'CANCELLED' },
    ]);
  });

  test('of the unit and those beneath it, or of the unit alone', async () => {
    const { works, own, year, kind, of, hidden } = await it.ofUnit('v-P2', 'P2', `works { ${NODES} } own: works(beneath: false) { ${NODES} } year: works(where: { year: 2021 }) { ${NODES} } kind: works(where: { kind: TASK, status: PLAQUED }) { ${NODES} }
      of: works(where: { campaign: "of-P2" }) { ${NODES} } hidden: works(where: { campaign: "none" }) { ${NODES} }`);
    const codes = (list: { nodes: { code: string }[] }) => list.nodes.map(({ code }) => code).join();
    expect([works, own, year, kind, of, hidden].map(codes)).toEqual(['t1,t2,t3,t4', 't3,t4', 't2', 't3', 't3', '']);
    expect(works.totalCount).toBe(4);
    // A district sees its own in the province's list, and no totals of the province.
    const seen = await it.ofUnit('v-D3', 'P2', `works { ${NODES} } workTotals { works }`);
    expect([codes(seen.works), seen.works.totalCount, seen.workTotals]).toEqual(['t1,t2', 2, null]);
  });

  test('by tier and status, with the exact value', async () => {
    const TOTALS = 'works valueVnd valueQualifier withoutValue groups { congressTier status works valueVnd valueQualifier withoutValue }';
    const { workTotals, own, none } = await it.ofUnit('v-P2', 'P2', `workTotals { ${TOTALS} } own: workTotals(beneath: false, where: { kind: TASK }) { ${TOTALS} } none: workTotals(campaign: "none") { ${TOTALS} }`);
    expect(workTotals).toEqual({
      works: 4, valueVnd: Number(9_007_199_254_741_005n), valueQualifier: 'ABOUT', withoutValue: 1,
      groups: [
        { congressTier: 'NATIONAL', status: 'COMPLETED', works: 2, valueVnd: 9_007_199_254_741_000, valueQualifier: 'MORE_THAN', withoutValue: 0 },
        { congressTier: null, status: 'PLAQUED', works: 1, valueVnd: 5, valueQualifier: 'NEARLY', withoutValue: 0 },
        { congressTier: null, status: 'CANCELLED', works: 1, valueVnd: null, valueQualifier: null, withoutValue: 1 },
      ],
    });
    expect(own).toMatchObject({ works: 2, valueVnd: 5, valueQualifier: 'NEARLY', withoutValue: 1 });
    // Of a campaign that nobody knows nothing is told, not even 0.
    expect(none).toBeNull();
  });

  test('statements do not grow with the units of a page', async () => {
    const count = async (units: string) => {
      it.server.statements.length = 0;
      const { errors } = await it.officers.ask('v-N', `{ orgUnits(first: 50${units}) { nodes { works { totalCount nodes { unit { code } campaign { code } } } workTotals { works } practiceModels { nodes { unit { code } programme { code } basisDocument { code } } }
        initiatives { nodes { unit { code } authors { code } history { stage } campaign { code } phase { code } } } initiativeFunnel(by: UNIT) { groups { unit { code } } } } } }`);
      expect(errors).toBeUndefined();
      return it.server.statements.length;
    };
    await it.server.load([
      ...['P1', 'D2', 'D3'].map((unit) => ({ type: 'practiceModel', code: `s-${unit}`, unit, name: 'x', programme: 'c', basisDocument: 'plan' })),
      ...['G1', 'G4', 'D3'].map((unit) => ({ type: 'initiative', code: `s-${unit}`, unit, title: 'x', campaign: 'c', phase: 'p1', authors: ['pe-G1'], stages: [{ stage: 'VALID', on: '2022-01-01' }] })),
    ]);
    const few = await count(', where: { within: "D3" }');
    expect(await count('')).toBeLessThanOrEqual(few + 1);
  });
});

test('the sum of works is the sum, however they are grouped, and as exact as its loosest part', () => {
  const QUALIFIERS = ['EXACT', 'MORE_THAN', 'AT_LEAST', 'NEARLY', 'ABOUT'] as const;
  const one = fc.record({ value: fc.option(fc.maxSafeNat(), { nil: null }), qualifier: fc.constantFrom(...QUALIFIERS), group: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), (works) => {
      const groups = [0, 1, 2, 3].flatMap((group): SummedWorks[] => {
        const of = works.filter((each) => each.group === group);
        const valued = of.filter(({ value }) => value !== null);
        if (of.length === 0) return [];
        return [{
          congressTier: null, status: 'COMPLETED', works: of.length, withoutValue: of.length - valued.length,
          valueVnd: valued.length === 0 ? null : String(valued.reduce((sum, { value }) => sum + BigInt(value!), 0n)), qualifiers: valued.length === 0 ? null : [...new Set(valued.map(({ qualifier }) => qualifier))],
        }];
      });
      const valued = works.filter(({ value }) => value !== null);
      const has = (...of: string[]) => valued.some(({ qualifier }) => of.includes(qualifier));
      const loosest = has('NEARLY', 'ABOUT') ? 'ABOUT' : has('MORE_THAN', 'AT_LEAST') ? 'MORE_THAN' : 'EXACT';
      expect(sumOf(groups)).toEqual({
        works: works.length, withoutValue: works.length - valued.length,
        valueVnd: valued.length === 0 ? null : String(valued.reduce((sum, { value }) => sum + BigInt(value!), 0n)),
        valueQualifier: valued.length === 0 ? null : valued.length === 1 ? valued[0]!.qualifier : loosest,
      });
    }),
  );
});

describe('practice models', () => {
  const model = (more: object = {}) => ({ unit: 'G1', name: 'Bữa cơm công đoàn', ...more });

  test('are saved by the unit, and called exemplary from above', async () => {
    const made = await it.send('r-G1', 'savePracticeModel', model({ programme: 'c', sector: 'EDUCATION', basisDocument: 'plan', startedOn: '2021-01-01', startedOnPrecision: 'YEAR', source: 'S2', note: 'x' }));
    expect(made).toMatchObject({
      userErrors: [], model: { name: 'Bữa cơm công đoàn', sector: 'EDUCATION', exemplary: false, status: 'RUNNING', startedOn: '2021-01-01', startedOnPrecision: 'YEAR', version: 1, unit: { code: 'G1' }, programme: { code: 'c' }, basisDocument: { code: 'plan' } },
    });
    const { code, id } = made['model'];
    expect(code).toMatch(/^pm-[0-9a-z]{12}$/);
    expect(await it.faults('r-D1', 'markModelExemplary', { code, expectedVersion: 1 })).toBe('FORBIDDEN');
    expect(await it.faults('a-G1', 'markModelExemplary', { code, expectedVersion: 1 })).toBe('FORBIDDEN code');
    expect(await it.faults('a-D2', 'markModelExemplary', { code, expectedVersion: 1 })).toBe('NOT_FOUND code');
    expect(await it.faults('a-D1', 'markModelExemplary', { code, expectedVersion: 2 })).toBe('CONFLICT expectedVersion');
    expect(await it.send('a-D1', 'markModelExemplary', { code, expectedVersion: 1 })).toMatchObject({ userErrors: [], model: { exemplary: true, version: 2 } });
    expect(await it.send('a-D1', 'markModelExemplary', { code, expectedVersion: 2 })).toMatchObject({ userErrors: [], model: { exemplary: true, version: 2 } });
    // What was judged stays, whoever would say it anew; it may end.
    const said = { programme: 'c', sector: 'EDUCATION', basisDocument: 'plan', startedOn: '2021-01-01', startedOnPrecision: 'YEAR', source: 'S2', note: 'x' };
    const other = { name: 'Việc khác', programme: null, sector: 'OTHER', basisDocument: null, startedOn: '2021-01-02', startedOnPrecision: 'MONTH', source: 'S3', note: null };
    for (const [field, value] of Object.entries(other)) expect([field, await it.faults('r-G1', 'savePracticeModel', model({ code, ...said, [field]: value, expectedVersion: 2 }))]).toEqual([field, 'CONFLICT code']);
    expect(await it.send('a-D1', 'savePracticeModel', model({ code, ...said, name: 'Khác', expectedVersion: 2 }))).toMatchObject({ model: { name: 'Bữa cơm công đoàn', version: 2 }, userErrors: [{ message: 'It is exemplary, and only its status is said anew: a unit above takes that back first (markModelExemplary).' }] });
    expect(await it.send('r-G1', 'savePracticeModel', model({ code, ...said, expectedVersion: 2 }))).toMatchObject({ userErrors: [], model: { version: 2 } });
    expect(await it.send('r-G1', 'savePracticeModel', model({ code, ...said, status: 'ENDED', expectedVersion: 2 }))).toMatchObject({ userErrors: [], model: { id, exemplary: true, status: 'ENDED', version: 3 } });
    expect(await it.send('a-P1', 'markModelExemplary', { code, exemplary: false, expectedVersion: 3 })).toMatchObject({ userErrors: [], model: { exemplary: false, version: 4 } });
    const trail = await it.server.query('{ auditTrail(unit: "G1", first: 2) { nodes { action before after } } }');
    expect(trail.data.auditTrail.nodes).toMatchObject([{ action: 'MARK_MODEL_EXEMPLARY', before: { exemplary: true }, after: { code, exemplary: false } }, { action: 'SAVE_PRACTICE_MODEL', before: { campaign: 'c' }, after: { status: 'ENDED' } }]);
    expect(await it.send('r-G1', 'savePracticeModel', model({ code, name: 'Khác', expectedVersion: 4 }))).toMatchObject({ userErrors: [], model: { name: 'Khác', version: 5 } });
  });

  test.each([
    ['v-G1', {}, 'FORBIDDEN'], ['r-G2', {}, 'NOT_FOUND unit'], ['r-G1', { programme: 'of-P2' }, 'NOT_FOUND programme'], ['r-G1', { basisDocument: 'plan-D2' }, 'NOT_FOUND basisDocument'], ['r-G1', { startedOn: '2999-01-01' }, 'INVALID startedOn'],
    ['r-G1', { startedOnPrecision: 'MONTH' }, 'INVALID startedOn'], ['r-G1', { name: '' }, 'INVALID name'], ['r-G1', { expectedVersion: 1 }, 'CONFLICT expectedVersion'],
  ])('%s: %j is refused', async (as, more, fault) => {
    expect(await it.faults(as, 'savePracticeModel', model(more))).toBe(fault);
  });

  test('are listed by unit and by programme', async () => {
    await it.server.load([
      { type: 'practiceModel', code: 'l1', unit: 'D3', name: 'Hòa bình', programme: 'of-P2', sector: 'OTHER', exemplary: true },
      { type: 'practiceModel', code: 'l2', unit: 'P2', name: 'Tiếng kẻng', programme: 'of-P2', status: 'ENDED' },
    ]);
    const codes = (list: { nodes: { code: string }[] }) => list.nodes.map(({ code }) => code).join();
    const LISTS = ['', '(beneath: false)', '(where: { search: "hoa BINH" })', '(where: { exemplary: true })', '(where: { exemplary: false })', '(where: { sector: OTHER, status: RUNNING })', '(where: { programme: "of-P2" })', '(where: { programme: "c" })'];
    const found = await it.ofUnit('v-P2', 'P2', LISTS.map((args, i) => `m${i}: practiceModels${args} { nodes { code } }`).join(' '));
    expect(LISTS.map((_, i) => codes(found[`m${i}`]))).toEqual(['l1,l2,s-D3', 'l2', 'l1', 'l1', 'l2,s-D3', 'l1', 'l1,l2', 's-D3']);
    const { data } = await it.officers.ask('v-D3', '{ campaign(code: "of-P2") { practiceModels { nodes { code } totalCount } some: practiceModels(where: { status: ENDED }) { totalCount } } }');
    expect(data.campaign).toEqual({ practiceModels: { nodes: [{ code: 'l1' }], totalCount: 1 }, some: { totalCount: 0 } });
    const refused = await it.officers.ask('v-P2', `{ orgUnit(code: "P2") { practiceModels(where: { search: "${'x'.repeat(101)}" }) { totalCount } } }`);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

test('a disclosed work or model shows its public face, to those it is for', async () => {
  await it.server.load([
    { type: 'work', code: 'shown', unit: 'G4', kind: 'WORK', name: 'Cầu', campaign: 'c', status: 'COMPLETED', valueVnd: 5, source: 'S', note: 'x' }, { type: 'practiceModel', code: 'shown', unit: 'G4', name: 'Mô hình', source: 'S', note: 'x' },
    { type: 'disclosure', of: 'WORK', code: 'shown', audience: 'PUBLIC' }, { type: 'disclosure', of: 'PRACTICE_MODEL', code: 'shown', audience: 'PARTNER' },
  ]);
  await it.server.grant('partner', 'PARTNER', 'D2');
  const QUERY = `{ ${WORK.replace('work', 'work(code: "shown")')} practiceModel(code: "shown") ${MODEL.replace('model', '')} orgUnit(code: "G4") { works { nodes { code } } practiceModels { nodes { code } } workTotals { works } } }`;
  const publicly = await it.server.query(QUERY, undefined, { as: null });
  expect(publicly.data).toMatchObject({
    work: { name: 'Cầu', valueVnd: 5, source: null, note: null, unit: { code: 'G4' }, campaign: { code: 'c' } }, practiceModel: null, orgUnit: { works: { nodes: [{ code: 'shown' }] }, practiceModels: { nodes: [] }, workTotals: null },
  });
  expect((await it.officers.ask('partner', QUERY)).data).toMatchObject({ work: { name: 'Cầu' }, practiceModel: { name: 'Mô hình', source: null } });
  expect((await it.officers.ask('v-G4', QUERY)).data).toMatchObject({ work: { source: 'S' }, practiceModel: { source: 'S' }, orgUnit: { workTotals: { works: 1 } } });
  // A reporter elsewhere sees it, and cannot change it.
  expect(await it.faults('r-G1', 'saveWork', work({ unit: 'G1', code: 'shown', expectedVersion: 1 }))).toBe('CONFLICT code');
});
