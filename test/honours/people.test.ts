import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBranches, TODAY, TOMORROW, type Branches, type Payload } from '../access/branches.js';

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  for (const unit of ['N', 'P1', 'D1', 'D2', 'G1']) {
    await server.grant(`admin@${unit}`, 'ADMIN', unit);
    await server.grant(`reporter@${unit}`, 'REPORTER', unit);
    await server.grant(`viewer@${unit}`, 'VIEWER', unit);
  }
  await server.grant('manager@D1', 'CAMPAIGN_MANAGER', 'D1');
  await server.load([
    { type: 'person', code: 'lan-anh', unit: 'D1', name: 'Nguyễn Thị Lan Anh' },
    { type: 'person', code: 'of-D2', unit: 'D2', name: 'Người khác' },
    { type: 'person', code: 'of-P1', unit: 'P1', name: 'Người trên' },
  ]);
}, 120_000);
afterAll(() => server?.close());

const faults = ({ userErrors }: Payload): string[] => userErrors.map(({ path, code }) => `${path.slice(1).join('.')} ${code}`);
const log = (action: string) => server.rows<{ unit: string; before: object | null; after: object | null }>(`select u.code as unit, before, after from audit_log a join org_unit u on u.id = a.unit_id where action = $1 order by a.id`, [action]);
const entries = async (): Promise<number> => (await server.rows('select from audit_log')).length;

describe('savePerson', () => {
  const save = (input: object, by = 'reporter@D1') => server.act(by, 'savePerson', { unit: 'D1', name: 'Lê Sỹ Kiên', ...input });

  test('makes a person known, says anew who they are, and moves them between units of the caller', async () => {
    expect(await save({ code: 'kien', nameAsPrinted: 'Lê Sỹ Kiên (Phó Chủ tịch)', source: 'S2-32', note: 'Ghi chú' })).toEqual({
      replayed: false, userErrors: [],
      person: { id: expect.any(String), code: 'kien', name: 'Lê Sỹ Kiên', nameAsPrinted: 'Lê Sỹ Kiên (Phó Chủ tịch)', unit: { code: 'D1' }, source: 'S2-32', note: 'Ghi chú', version: 1 },
    });
    // Composed, and without blanks around it; what is left out is empty.
    expect((await save({ code: 'kien', name: ' Le\u0302 Sy\u0303 Kie\u0302n ', unit: 'G1', expectedVersion: 1 })).person).toMatchObject({ name: 'Lê Sỹ Kiên', nameAsPrinted: null, unit: { code: 'G1' }, source: null, version: 2 });
    expect((await save({ code: 'kien', unit: 'G1', expectedVersion: 2 })).person).toMatchObject({ version: 2 });
    const said = { code: 'kien', name: 'Lê Sỹ Kiên', nameAsPrinted: null, source: null, note: null };
    const first = { ...said, nameAsPrinted: 'Lê Sỹ Kiên (Phó Chủ tịch)', source: 'S2-32', note: 'Ghi chú', version: 1 };
    expect(await log('SAVE_PERSON')).toEqual([
      { unit: 'D1', before: null, after: first }, { unit: 'G1', before: null, after: { ...said, version: 2 } }, { unit: 'D1', before: first, after: null },
    ]);
    expect((await save({})).person.code).toMatch(/^pe-[0-9a-z]{12}$/);
  });

  test('takes a REPORTER of the unit, and of the one before', async () => {
    expect(await server.refusal('viewer@D1', 'savePerson', { unit: 'D1', name: 'x' })).toEqual(['FORBIDDEN']);
    expect(faults(await save({}, 'reporter@D2'))).toEqual(['unit NOT_FOUND']);
    expect(faults(await save({}, 'reporter@G1'))).toEqual(['unit FORBIDDEN']);
    for (const code of ['of-D2', 'of-P1']) expect(faults(await save({ code }))).toEqual(['code CONFLICT']);
    expect(faults(await save({ code: 'of-D2', expectedVersion: 1 }))).toEqual(['expectedVersion CONFLICT']);
    expect(await server.rows(`select from person where name = 'Lê Sỹ Kiên' and code like 'of-%'`)).toEqual([]);
  });

  test('refuses another version than there is, and what is no name, code or text', async () => {
    for (const expectedVersion of [undefined, 0, 2]) expect(await save({ code: 'lan-anh', name: 'Ai đó', expectedVersion })).toMatchObject({ userErrors: [{ code: 'CONFLICT' }], person: { name: 'Nguyễn Thị Lan Anh', version: 1 } });
    expect(faults(await save({ code: 'nobody', expectedVersion: 1 }))).toEqual(['expectedVersion CONFLICT']);
    expect(faults(await save({ name: '  ' }))).toEqual(['name INVALID']);
    expect(faults(await save({ name: 'x'.repeat(501) }))).toEqual(['name INVALID']);
    expect(faults(await save({ code: 'a b' }))).toEqual(['code INVALID']);
    expect(faults(await save({ nameAsPrinted: ' ' }))).toEqual(['nameAsPrinted INVALID']);
    expect(faults(await save({ source: 'x'.repeat(501) }))).toEqual(['source INVALID']);
    expect(faults(await save({ note: 'a\0' }))).toEqual(['note INVALID']);
  });

  test('sent again under its key, does nothing more and gets the first answer', async () => {
    const input = { idempotencyKey: 'person once' };
    const first = await save(input);
    const before = await entries();
    expect(await save(input)).toEqual({ ...first, replayed: true });
    expect(await entries()).toBe(before);
    expect(faults(await save({ ...input, name: 'Khác' }))).toEqual(['idempotencyKey CONFLICT']);
  });

  test('of several at once who make one code one is first', async () => {
    const all = await Promise.all([1, 2, 3, 4].map((n) => save({ code: 'race', name: `Người ${n}` })));
    expect(all.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(all.flatMap(faults)).toEqual(Array(3).fill('expectedVersion CONFLICT'));
  });
});

describe('savePosition', () => {
  const save = (input: object, by = 'admin@D1') => server.act(by, 'savePosition', { unit: 'D1', person: 'lan-anh', role: 'CHAIR', ...input });

  test('says who holds it, since when or as of when, and says it anew', async () => {
    const made = await save({ statedOn: '2022-06-01', statedOnPrecision: 'YEAR', source: 'S0-01' });
    expect(made).toEqual({
      replayed: false, userErrors: [],
      position: {
        id: expect.any(String), person: { code: 'lan-anh' }, unit: { code: 'D1' }, role: 'CHAIR', title: null, from: null, fromPrecision: 'DAY', to: null, toPrecision: 'DAY', statedOn: '2022-06-01',
        statedOnPrecision: 'YEAR', source: 'S0-01', note: null, version: 1,
      },
    });
    expect((await save({ statedOn: '2022-06-01', statedOnPrecision: 'YEAR', to: '2025-07-01', source: 'S0-01', expectedVersion: 1 })).position).toMatchObject({ to: '2025-07-01', version: 2 });
    // The first day has become known: it is the same position.
    const known = await save({ was: '2022-06-01', from: '2020-02-01', fromPrecision: 'MONTH', statedOn: '2022-06-01', statedOnPrecision: 'YEAR', to: '2025-07-01', expectedVersion: 2 });
    expect(known.position).toMatchObject({ id: made.position.id, from: '2020-02-01', fromPrecision: 'MONTH', version: 3 });
    expect((await save({ from: '2020-02-01', fromPrecision: 'MONTH', statedOn: '2022-06-01', statedOnPrecision: 'YEAR', to: '2025-07-01', expectedVersion: 3 })).position).toMatchObject({ version: 3 });
    expect((await log('SAVE_POSITION')).map(({ unit, before, after }) => [unit, before, after])).toEqual([
      ['D1', null, expect.objectContaining({ person: 'lan-anh', role: 'CHAIR', from: null, statedOn: '2022-06-01', statedOnPrecision: 'YEAR', version: 1 })],
      ['D1', expect.objectContaining({ to: null, version: 1 }), expect.objectContaining({ to: '2025-07-01', version: 2 })],
      ['D1', expect.objectContaining({ from: null, version: 2 }), expect.objectContaining({ from: '2020-02-01', version: 3 })],
    ]);
  });

  test('one that was said in error ends on its first day, and was never held', async () => {
    await save({ person: 'of-P1', role: 'VICE_CHAIR', from: '2024-01-01' }, 'admin@P1');
    expect((await save({ person: 'of-P1', role: 'VICE_CHAIR', from: '2024-01-01', to: '2024-01-01', expectedVersion: 1 }, 'admin@P1')).position).toMatchObject({ version: 2 });
    expect((await server.ask('viewer@D1', '{ orgUnit(code: "D1") { positions(role: VICE_CHAIR) { id } } }')).data.orgUnit.positions).toEqual([]);
  });

  test('takes an ADMIN of the unit, and a person that they see', async () => {
    const input = { unit: 'D1', person: 'lan-anh', role: 'CHAIR', from: '2024-01-01' };
    expect(await server.refusal('manager@D1', 'savePosition', input)).toEqual(['FORBIDDEN']);
    expect(faults(await save({ from: '2024-01-01' }, 'admin@D2'))).toEqual(['unit NOT_FOUND']);
    expect(faults(await save({ from: '2024-01-01' }, 'admin@G1'))).toEqual(['unit FORBIDDEN']);
    expect(faults(await save({ person: 'of-D2', from: '2024-01-01' }))).toEqual(['person NOT_FOUND']);
    expect(faults(await save({ person: 'nobody', from: '2024-01-01' }))).toEqual(['person NOT_FOUND']);
    expect(await server.rows(`select from position where held_from = '2024-01-01' and role = 'CHAIR'`)).toEqual([]);
  });

  test('refuses another version than there is, what cannot be, and a second one of the same day', async () => {
    await save({ role: 'COMMITTEE_MEMBER', from: '2021-01-01' });
    await save({ role: 'COMMITTEE_MEMBER', statedOn: '2023-01-01' });
    for (const expectedVersion of [undefined, 0, 2]) expect(await save({ role: 'COMMITTEE_MEMBER', from: '2021-01-01', to: '2022-01-01', expectedVersion })).toMatchObject({ userErrors: [{ code: 'CONFLICT' }], position: { to: null, version: 1 } });
    const of = (input: object) => save({ role: 'STANDING_VICE_CHAIR', ...input }).then(faults);
    expect(await of({ from: '2021-01-01', expectedVersion: 1 })).toEqual(['expectedVersion CONFLICT']);
    expect(await of({})).toEqual(['from INVALID']);
    expect(await of({ from: '2021-01-02', to: '2021-01-01' })).toEqual(['to INVALID']);
    expect(await of({ from: '2021-05-01', to: '2021-01-01', toPrecision: 'YEAR' })).toEqual([]);
    expect(await of({ statedOn: TOMORROW })).toEqual(['statedOn INVALID']);
    expect(await of({ from: TOMORROW })).toEqual(['from INVALID']);
    expect(await of({ from: TOMORROW, fromPrecision: 'YEAR' })).toEqual(['from INVALID']);
    expect(await of({ statedOn: TODAY })).toEqual([]);
    expect(await of({ from: '0999-01-01' })).toEqual(['from INVALID']);
    expect(await of({ role: 'OTHER', from: '2021-01-01' })).toEqual(['title INVALID']);
    expect(await of({ was: '2000-01-01', from: '2021-01-01' })).toEqual(['was NOT_FOUND']);
    expect(faults(await save({ role: 'COMMITTEE_MEMBER', was: '2021-01-01', from: '2023-01-01', expectedVersion: 1 }))).toEqual(['from CONFLICT']);
    for (const field of ['from', 'to', 'statedOn', 'was']) expect(await server.refusal('admin@D1', 'savePosition', { unit: 'D1', person: 'lan-anh', role: 'CHAIR', from: '2021-01-01', [field]: '2022-02-30' })).toEqual(['BAD_USER_INPUT']);
  });

  test('sent again under its key, does nothing more and gets the first answer; of several at once one is first', async () => {
    const input = { role: 'OTHER', title: 'Trưởng ban', from: '2021-01-01', idempotencyKey: 'position once' };
    const first = await save(input);
    const before = await entries();
    expect(await save(input)).toEqual({ ...first, replayed: true });
    expect(await entries()).toBe(before);
    const all = await Promise.all([1, 2, 3, 4].map((n) => save({ role: 'VICE_CHAIR', from: '2019-01-01', note: `Lần ${n}` })));
    expect(all.flatMap(faults)).toEqual(Array(3).fill('expectedVersion CONFLICT'));
  });
});

describe('saveContact', () => {
  const save = (input: object, by = 'admin@D1') => server.act(by, 'saveContact', { unit: 'D1', ...input });

  test('says how a unit is reached, and says it anew', async () => {
    const all = { address: 'Số 37, Đại lộ Lê Lợi', phones: ['02373.852.369', '(024) 3852'], fax: '02373.852.369', email: 'congdoanthanhhoa@thanhhoa.gov.vn', website: 'https://congdoan.vn/lien-he?a=1#b', source: 'S2-48', note: 'Chân trang' };
    expect(await save(all)).toEqual({ replayed: false, userErrors: [], contact: { ...all, version: 1 } });
    expect((await save({ ...all, expectedVersion: 1 })).contact).toMatchObject({ version: 1 });
    const empty = { address: null, phones: [], fax: null, email: null, website: null, source: null, note: null };
    expect((await save({ expectedVersion: 1 })).contact).toEqual({ ...empty, version: 2 });
    expect(await log('SAVE_CONTACT')).toEqual([{ unit: 'D1', before: null, after: { ...all, version: 1 } }, { unit: 'D1', before: { ...all, version: 1 }, after: { ...empty, version: 2 } }]);
  });

  test('takes an ADMIN of the unit', async () => {
    expect(await server.refusal('manager@D1', 'saveContact', { unit: 'D1' })).toEqual(['FORBIDDEN']);
    expect(faults(await save({ unit: 'D2' }))).toEqual(['unit NOT_FOUND']);
    expect(faults(await save({ unit: 'P1' }))).toEqual(['unit FORBIDDEN']);
  });

  test('refuses another version than there is, and what is no address', async () => {
    await save({ unit: 'G1', address: 'Một' });
    for (const expectedVersion of [undefined, 0, 2]) expect(await save({ unit: 'G1', address: 'Hai', expectedVersion })).toMatchObject({ userErrors: [{ code: 'CONFLICT' }], contact: { address: 'Một', version: 1 } });
    expect(faults(await save({ unit: 'G2', expectedVersion: 1 }))).toEqual(['expectedVersion CONFLICT']);
    const of = async (input: object) => faults(await save({ unit: 'G2', ...input }));
    for (const email of ['nobody', 'a@b', 'a b@c.vn', 'a@b..vn', '<a@b.vn>']) expect(await of({ email })).toEqual(['email INVALID']);
    for (const website of ['javascript:alert(1)', 'ftp://congdoan.vn', 'congdoan', 'https://user@evil.vn', 'congdoan.vn/"><script>', 'data:text/html,x']) expect(await of({ website })).toEqual(['website INVALID']);
    expect(await of({ phones: Array(11).fill('1') })).toEqual(['phones INVALID']);
    expect(await of({ phones: ['1', ' '] })).toEqual(['phones.1 INVALID']);
    expect(await of({ phones: ['1'.repeat(51)] })).toEqual(['phones.0 INVALID']);
    expect(await of({ address: '' })).toEqual(['address INVALID']);
    expect(await of({ website: 'www.congdoan.vn:8080/a', email: 'a.b+c@d-e.gov.vn' })).toEqual([]);
  });

  test('sent again under its key, does nothing more and gets the first answer; of several at once one is first', async () => {
    const input = { unit: 'G3', address: 'Ba', idempotencyKey: 'contact once' };
    const first = await server.act('admin@P1', 'saveContact', input);
    const before = await entries();
    expect(await server.act('admin@P1', 'saveContact', input)).toEqual({ ...first, replayed: true });
    expect(await entries()).toBe(before);
    const all = await Promise.all([1, 2, 3].map((n) => server.act('admin@P1', 'saveContact', { unit: 'D2', address: `Số ${n}` })));
    expect(all.flatMap(faults)).toEqual(Array(2).fill('expectedVersion CONFLICT'));
  });
});
