import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBranches, type Branches } from '../access/branches.js';

const ROLES = ['CHAIR', 'STANDING_VICE_CHAIR', 'VICE_CHAIR', 'COMMITTEE_MEMBER', 'OTHER'] as const;
const person = (code: string, unit: string) => ({ type: 'person', code, unit, name: `Người ${code}` });
const chair = (unit: string, by: string, more: object) => ({ type: 'position', person: by, unit, role: 'CHAIR', ...more });

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  for (const unit of ['N', 'P1', 'D1', 'D2', 'G1']) await server.grant(`viewer@${unit}`, 'VIEWER', unit);
  await server.grant('partner@D1', 'PARTNER', 'D1');
  await server.load(['a', 'b', 'c', 'd'].map((code) => person(code, 'D1')));
}, 120_000);
afterAll(() => server?.close());

const held = async (unit: string, asOf?: string, role?: string, by = 'viewer@N'): Promise<string[]> => {
  const { data, errors } = await server.ask(by, 'query ($unit: String!, $asOf: Date, $role: PositionRole) { orgUnit(code: $unit) { positions(asOf: $asOf, role: $role) { role title person { code } } } }', { unit, asOf, role });
  expect(errors).toBeUndefined();
  return data.orgUnit.positions.map((one: { role: string; title: string | null; person: { code: string } }) => `${one.person.code} ${one.title ?? one.role}`);
};

describe('who held a position on a day', () => {
  test('known beginnings and ends: from the first day to the last before it ends', async () => {
    await server.load([chair('G1', 'a', { from: '2020-03-01', to: '2022-07-01' }), { ...chair('G1', 'b', { from: '2021-01-01' }), role: 'VICE_CHAIR' }]);
    expect(await held('G1', '2020-02-29')).toEqual([]);
    expect(await held('G1', '2020-03-01')).toEqual(['a CHAIR']);
    expect(await held('G1', '2022-06-30')).toEqual(['a CHAIR', 'b VICE_CHAIR']);
    expect(await held('G1', '2022-07-01')).toEqual(['b VICE_CHAIR']);
    expect(await held('G1', '2022-06-30', 'VICE_CHAIR')).toEqual(['b VICE_CHAIR']);
    expect(await held('G1', '2022-06-30', 'OTHER')).toEqual([]);
  });

  test('an unknown beginning: from the day on which a source tells of it; a year is the whole year', async () => {
    await server.load([chair('G2', 'a', { statedOn: '2022-06-15', statedOnPrecision: 'YEAR' })]);
    expect(await held('G2', '2021-12-31')).toEqual([]);
    expect(await held('G2', '2022-01-01')).toEqual(['a CHAIR']);
    // Nobody told of an end: it is still the last word, and says how old it is.
    expect(await held('G2')).toEqual(['a CHAIR']);
    const { data } = await server.ask('viewer@N', '{ orgUnit(code: "G2") { positions { from fromPrecision to statedOn statedOnPrecision } } }');
    expect(data.orgUnit.positions).toEqual([{ from: null, fromPrecision: 'DAY', to: null, statedOn: '2022-06-15', statedOnPrecision: 'YEAR' }]);
  });

  test('an end known to the month or year: until its last day', async () => {
    await server.load([chair('G3', 'a', { from: '2020-02-15', fromPrecision: 'MONTH', to: '2024-02-01', toPrecision: 'MONTH' }), { ...chair('G3', 'b', { from: '2020-01-01', to: '2020-06-01', toPrecision: 'YEAR' }), role: 'VICE_CHAIR' }]);
    expect(await held('G3', '2020-01-31')).toEqual(['b VICE_CHAIR']);
    expect(await held('G3', '2020-02-01')).toEqual(['a CHAIR', 'b VICE_CHAIR']);
    expect(await held('G3', '2020-12-30', 'VICE_CHAIR')).toEqual(['b VICE_CHAIR']);
    expect(await held('G3', '2020-12-31', 'VICE_CHAIR')).toEqual([]);
    expect(await held('G3', '2024-02-28')).toEqual(['a CHAIR']);
    expect(await held('G3', '2024-02-29')).toEqual([]);
  });

  test('a chair gives way to the next, even where nobody told of the end; two of one day are both told', async () => {
    await server.load([chair('D2', 'a', { from: '2018-01-01' }), chair('D2', 'b', { statedOn: '2021-05-01' }), chair('D2', 'c', { from: '2023-01-01', to: '2024-01-01' }), chair('D2', 'd', { from: '2025-01-01' }), chair('D2', 'a', { from: '2025-01-01' })]);
    expect(await held('D2', '2021-04-30')).toEqual(['a CHAIR']);
    expect(await held('D2', '2021-05-01')).toEqual(['b CHAIR']);
    expect(await held('D2', '2023-12-31')).toEqual(['c CHAIR']);
    // Neither is the one before back in office when the next has left.
    expect(await held('D2', '2024-06-01')).toEqual([]);
    expect(await held('D2', '2025-01-01')).toEqual(['a CHAIR', 'd CHAIR']);
  });

  test('to what was entered in error, and ends on its first day, no chair gives way', async () => {
    await server.load([chair('D1', 'a', { statedOn: '2020-07-01', statedOnPrecision: 'YEAR' }), chair('D1', 'b', { from: '2021-03-01', to: '2021-03-01' }), chair('D1', 'c', { from: '2021-05-20', fromPrecision: 'MONTH', to: '2021-05-01' })]);
    expect(await held('D1', '2021-03-01')).toEqual(['a CHAIR']);
    expect(await held('D1', '2021-12-31')).toEqual(['a CHAIR']);
    await server.load([chair('D1', 'd', { from: '2022-01-01', to: '2022-01-02' })]);
    expect(await held('D1', '2022-01-01')).toEqual(['d CHAIR']);
    expect(await held('D1', '2022-01-02')).toEqual([]);
  });

  test('several vice-chairs at once; what is told of one tenure twice is told once, and ends with it', async () => {
    const vice = (by: string, more: object) => ({ ...chair('P2', by, more), role: 'VICE_CHAIR' });
    await server.load([
      vice('a', { from: '2020-01-01', to: '2023-01-01' }), vice('a', { statedOn: '2021-06-01' }), vice('b', { statedOn: '2021-01-01' }), vice('b', { statedOn: '2022-01-01' }),
      { ...vice('c', { from: '2021-01-01' }), role: 'OTHER', title: 'Trưởng ban' }, { ...vice('c', { from: '2021-01-02' }), role: 'OTHER', title: 'Thủ quỹ' },
    ]);
    expect(await held('P2', '2022-06-01')).toEqual(['a VICE_CHAIR', 'b VICE_CHAIR', 'c Trưởng ban', 'c Thủ quỹ']);
    expect(await held('P2', '2023-01-01', 'VICE_CHAIR')).toEqual(['b VICE_CHAIR']);
    const { data } = await server.ask('viewer@N', '{ orgUnit(code: "P2") { positions(asOf: "2022-06-01", role: VICE_CHAIR) { statedOn } } person(code: "a") { positions { unit { code } role from statedOn } } }');
    expect(data.orgUnit.positions).toEqual([{ statedOn: '2021-06-01' }, { statedOn: '2022-01-01' }]);
    expect(data.person.positions.slice(0, 2)).toEqual([{ unit: { code: 'D2' }, role: 'CHAIR', from: '2025-01-01', statedOn: null }, { unit: { code: 'G2' }, role: 'CHAIR', from: null, statedOn: '2022-06-15' }]);
  });

  test('of a closed unit, those of its last day, unless another is asked for', async () => {
    await server.load([
      { type: 'orgUnit', code: 'D7', name: 'Unit D7', level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent: 'P1', validFrom: '2020-01-01' },
      { type: 'closure', unit: 'D7', on: '2025-07-01', successor: 'D1' }, chair('D7', 'a', { from: '2021-01-01', to: '2025-07-01' }),
    ]);
    expect(await held('D7')).toEqual(['a CHAIR']);
    expect(await held('D7', '2025-07-01')).toEqual([]);
    // The officers of its successor read its past.
    expect(await held('D7', undefined, undefined, 'viewer@D1')).toEqual(['a CHAIR']);
    expect(await held('D7', undefined, undefined, 'viewer@P1')).toEqual(['a CHAIR']);
  });

  test('whatever is said, the answer is that of a plain reading', async () => {
    const day = fc.tuple(fc.integer({ min: 2020, max: 2023 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 15, 28)).map(([y, m, d]) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`);
    const precision = fc.constantFrom('DAY', 'DAY', 'MONTH', 'YEAR');
    const statement = fc.record({ person: fc.constantFrom('x', 'y', 'z'), role: fc.constantFrom(...ROLES, 'CHAIR', 'CHAIR'), begins: day, known: fc.boolean(), how: precision, ends: fc.option(day), endsHow: precision, inError: fc.nat(3).map((one) => one === 0), dayAlone: fc.boolean() });
    const worlds = fc.sample(fc.array(statement, { minLength: 1, maxLength: 8 }), { numRuns: 60, seed: 7 });
    const first = (date: string, how: string) => (how === 'DAY' ? date : how === 'MONTH' ? `${date.slice(0, 7)}-01` : `${date.slice(0, 4)}-01-01`);
    const last = (date: string, how: string) => (how === 'DAY' ? date : new Date(Date.UTC(Number(date.slice(0, 4)), how === 'YEAR' ? 12 : Number(date.slice(5, 7)), 0)).toISOString().slice(0, 10));
    interface Said { person: string; role: string; begin: string; end: string | null; key: string }
    const all = worlds.map((statements, i) => {
      const unit = `W${i}`;
      const records = new Map<string, object>();
      const said: Said[] = [];
      for (const { person: by, role, begins, known, how, inError, dayAlone, ...one } of statements) {
        const key = `${by} ${role} ${begins}`;
        if (records.has(key)) continue;
        const [ends, endsHow] = inError ? [begins, dayAlone ? 'DAY' : how] : [one.ends, one.endsHow];
        const end = ends === null || last(ends, endsHow) < first(begins, how) ? null : ends;
        records.set(key, {
          type: 'position', person: by, unit, role, ...(role === 'OTHER' && { title: 'Thủ quỹ' }), ...(known ? { from: begins, fromPrecision: how } : { statedOn: begins, statedOnPrecision: how }),
          ...(end !== null && { to: end, toPrecision: endsHow }),
        });
        // Of one that was never held nothing is told.
        if (end !== null && (last(end, endsHow) <= first(begins, how) || (end === begins && endsHow === how))) continue;
        said.push({ person: by, role, begin: first(begins, how), end: end === null ? null : last(end, endsHow), key });
      }
      return { unit, records: [...records.values()], said };
    });
    await server.load([
      ...['x', 'y', 'z'].map((code) => person(code, 'D1')),
      ...all.map(({ unit }) => ({ type: 'orgUnit', code: unit, name: unit, level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D1', validFrom: '2020-01-01' })), ...all.flatMap(({ records }) => records),
    ]);

    /** Of the latest word on or before the day: of the chair, whoever's; of the others, each one's. Nobody whose tenure is known to have ended. */
    const plain = (said: readonly Said[], on: string): Set<string> => {
      const found = new Set<string>();
      for (const one of said) {
        if (one.begin > on) continue;
        const rivals = said.filter((other) => one.role === 'CHAIR' && other.role === 'CHAIR' && other.person !== one.person);
        if (rivals.some(({ begin }) => begin > one.begin && begin <= on)) continue;
        const theirs = said.filter((other) => other.person === one.person && other.role === one.role);
        const endOf = theirs.filter(({ begin, end }) => end !== null && begin <= one.begin && one.begin < end).map(({ end }) => end!);
        if ([...endOf, ...(one.end === null ? [] : [one.end])].some((end) => end <= on)) continue;
        found.add(`${one.person} ${one.role}`);
      }
      return found;
    };
    const days = ['2019-12-31', '2020-01-01', '2020-06-15', '2021-01-01', '2021-03-15', '2021-12-31', '2022-05-28', '2022-09-01', '2023-02-28', '2023-12-31', '2024-01-01'];
    let people = 0;
    for (const on of days) {
      for (let at = 0; at < all.length; at += 20) {
        const some = all.slice(at, at + 20);
        const { data } = await server.ask('viewer@N', `query ($on: Date) { ${some.map(({ unit }) => `${unit}: orgUnit(code: "${unit}") { positions(asOf: $on) { role person { code } } }`).join(' ')} }`, { on });
        for (const { unit, said } of some) {
          const order = (one: string): string => `${ROLES.findIndex((role) => one.endsWith(` ${role}`))} ${one}`;
          const expected = [...plain(said, on)].sort((a, b) => (order(a) < order(b) ? -1 : 1));
          expect({ unit, on, held: data[unit].positions.map((one: { role: string; person: { code: string } }) => `${one.person.code} ${one.role}`) }).toEqual({ unit, on, held: expected });
          people += expected.length;
        }
      }
    }
    expect(people).toBeGreaterThan(200);
  });
});

describe('who sees it', () => {
  test('positions are for those who have the unit in scope; who holds one is seen with it, wherever they belong', async () => {
    await server.load([person('guest', 'D2'), { ...person('known', 'D2'), source: 'Bài', note: 'Ghi chú' }, chair('D1', 'guest', { from: '2022-01-01' })]);
    expect(await held('D1', undefined, undefined, 'viewer@D1')).toEqual(['guest CHAIR']);
    // From below the unit is seen, and not who leads it.
    expect(await held('D1', undefined, undefined, 'viewer@G1')).toEqual([]);
    const of = async (by: string | null, code: string) => (await server.ask(by, 'query ($code: String!) { person(code: $code) { code name unit { code } source note } }', { code })).data.person;
    expect(await of('viewer@D1', 'guest')).toEqual({ code: 'guest', name: 'Người guest', unit: null, source: null, note: null });
    expect(await of('viewer@D2', 'known')).toEqual({ code: 'known', name: 'Người known', unit: { code: 'D2' }, source: 'Bài', note: 'Ghi chú' });
    for (const by of ['viewer@D1', 'viewer@G1', 'partner@D1', null]) expect(await of(by, 'known')).toBeNull();
    expect(await of('viewer@N', 'hidden')).toBeNull();
  });

  test('one that was never held is listed nowhere, ends nothing, and shows nobody, but to those who may set it right', async () => {
    await server.load([{ type: 'orgUnit', code: 'G5', name: 'Năm', level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D2', validFrom: '2020-01-01' }]);
    await server.grant('admin@G5', 'ADMIN', 'G5');
    await server.grant('viewer@G5', 'VIEWER', 'G5');
    await server.load([
      person('early', 'P2'), person('wrong', 'P2'), { type: 'position', person: 'early', unit: 'G5', role: 'CHAIR', from: '2021-01-01', to: '2099-01-01' },
      { type: 'position', person: 'wrong', unit: 'G5', role: 'CHAIR', from: '2022-01-01', fromPrecision: 'YEAR' },
      { type: 'position', person: 'wrong', unit: 'G5', role: 'VICE_CHAIR', statedOn: '2022-03-01', statedOnPrecision: 'MONTH', to: '2022-03-01', toPrecision: 'MONTH' },
    ]);
    const asked = async (by: string) => {
      const { data, errors } = await server.ask(by, `{ person(code: "wrong") { code positions { role } } search(text: "Người wrong") { totalCount } orgUnit(code: "G5") { then: positions(asOf: "2022-06-01") { person { code } } } }`);
      expect(errors).toBeUndefined();
      return [data.person, data.search.totalCount, data.orgUnit.then.map((one: { person: { code: string } }) => one.person.code)];
    };
    const known = { code: 'wrong', positions: [{ role: 'CHAIR' }] };
    for (const by of ['viewer@G5', 'viewer@N']) expect(await asked(by)).toEqual([known, 1, ['wrong']]);
    const save = (more: object) =>
      server.ask('admin@G5', 'mutation ($input: SavePositionInput!) { savePosition(input: $input) { position { id version person { code } } userErrors { path code } } }', { input: { person: 'wrong', unit: 'G5', role: 'CHAIR', from: '2022-01-01', fromPrecision: 'YEAR', ...more } });
    const voided = await save({ to: '2022-01-01', toPrecision: 'YEAR', expectedVersion: 1 });
    expect(voided.data.savePosition).toEqual({ position: { id: expect.any(String), version: 2, person: { code: 'wrong' } }, userErrors: [] });
    expect(await asked('viewer@G5')).toEqual([null, 0, ['early']]);
    for (const by of ['viewer@N', 'admin@G5']) expect(await asked(by)).toEqual([{ code: 'wrong', positions: [] }, 1, ['early']]);
    const node = async (by: string) => (await server.ask(by, 'query ($id: ID!) { node(id: $id) { id } }', { id: voided.data.savePosition.position.id })).data.node;
    expect([await node('viewer@G5'), await node('admin@G5')]).toEqual([null, { id: voided.data.savePosition.position.id }]);
    // Set right again; and one that lasted less than a year is said by other days of it.
    expect((await save({ to: '2022-12-31', toPrecision: 'YEAR', expectedVersion: 2 })).data.savePosition).toMatchObject({ position: { version: 3 }, userErrors: [] });
    expect(await asked('viewer@G5')).toEqual([known, 1, ['wrong']]);
  });

  test('how a unit is reached: whoever has a role and sees the unit, partners within their reach, and nobody else', async () => {
    await server.load([{ type: 'contact', unit: 'D1', address: 'Số 37', phones: ['0237'], source: 'Chân trang', note: 'Ghi chú' }, { type: 'contact', unit: 'D9', address: 'Nơi khác' }]);
    const of = async (by: string | null, code: string) => (await server.ask(by, 'query ($code: String!) { orgUnit(code: $code) { contact { address phones source note } } }', { code })).data.orgUnit?.contact;
    const [seen, inScope] = [{ address: 'Số 37', phones: ['0237'], source: null, note: null }, { address: 'Số 37', phones: ['0237'], source: 'Chân trang', note: 'Ghi chú' }];
    expect(await of('viewer@D1', 'D1')).toEqual(inScope);
    expect(await of('viewer@G1', 'D1')).toEqual(seen);
    // Partners see units of which something was published.
    expect(await of('partner@D1', 'D1')).toBeUndefined();
    const publish = async (unit: string) => server.rows(`insert into publication (unit_id, path, campaign_id, indicator_id, measure, as_of, audience, value, qualifier, origin, complete, moved_on)
      select u.id, u.path, c.id, i.id, 'RESULT', '2022-01-01', 'PUBLIC', 1, 'EXACT', 'STATED', true, '2022-01-01' from org_unit u, campaign c, indicator i where u.code = $1 and c.code = 'K' and i.code = 'I'`, [unit]);
    await publish('D1');
    await publish('D9');
    expect(await of('partner@D1', 'D1')).toEqual(seen);
    expect(await of('partner@D1', 'D9')).toBeNull();
    expect(await of(null, 'D1')).toBeNull();
    expect(await of('viewer@D2', 'D1')).toEqual(seen);
  });

  test('without a session no row is seen; and no statement more is sent for more units', async () => {
    for (const table of ['person', 'position', 'contact']) expect((await server.api.pool.query(`select from ${table}`)).rowCount).toBe(0);
    const sent = async (units: readonly string[]): Promise<number> => {
      server.statements.length = 0;
      const { data } = await server.ask('viewer@N', `{ ${units.map((unit) => `${unit}: orgUnit(code: "${unit}") { contact { address } positions(asOf: "2023-06-01") { person { name unit { code } positions { unit { code } } } } }`).join(' ')} }`);
      expect(data).not.toBeNull();
      return server.statements.length;
    };
    const few = await sent(['D2', 'G1']);
    expect(await sent(['D1', 'D2', 'G1', 'G2', 'G3', 'P1', 'P2', 'N', 'D9', 'G9'])).toBe(few);
  });
});
