import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionStatement } from '../../src/access/row-scope.js';
import { mayFollow, WAYS } from '../../src/honours/initiative.rules.js';
import type { InitiativeStage } from '../../src/honours/initiative.type.js';
import { codeOf } from '../../src/shared/database/errors.js';
import { INITIATIVE, startRegister, type Register } from './register.world.js';

let it: Register;
beforeAll(async () => {
  it = await startRegister();
}, 120_000);
afterAll(() => it?.server.close());

const initiative = (more: object = {}) => ({ unit: 'G1', title: 'Cải tiến máy', registeredOn: '2022-01-10', ...more });
const made = async (as = 'r-G1', more: object = {}): Promise<string> => {
  const { initiative: row, userErrors } = await it.send(as, 'saveInitiative', initiative(more));
  expect(userErrors).toEqual([]);
  return row.code as string;
};
const advance = (as: string, code: string, to: string, expectedVersion: number, more: object = {}) => it.send(as, 'advanceInitiative', { code, to, expectedVersion, on: '2022-02-01', ...more });
const shown = async (as: string, code: string) => (await it.officers.ask(as, `{ initiative(code: "${code}") ${INITIATIVE.replace('initiative', '')} }`)).data.initiative as Record<string, unknown> | null;

describe('saveInitiative', () => {
  test('registers one, and says it anew', async () => {
    const first = await it.send('r-G1', 'saveInitiative', initiative({
      kind: 'TECHNICAL', campaign: 'c', phase: 'p1', authors: ['pe-G1'], summary: 'Tóm tắt', description: 'Cách làm', benefitVnd: 80_000_000, benefitQualifier: 'AT_LEAST', source: 'S1', note: 'x',
    }));
    expect(first).toMatchObject({
      userErrors: [],
      initiative: {
        title: 'Cải tiến máy', kind: 'TECHNICAL', summary: 'Tóm tắt', secret: false, stage: 'REGISTERED', stageOn: '2022-01-10', description: 'Cách làm', benefitVnd: 80_000_000, benefitQualifier: 'AT_LEAST', source: 'S1', version: 1,
        unit: { code: 'G1' }, campaign: { code: 'c' }, phase: { code: 'p1' }, authors: [{ code: 'pe-G1' }], history: [{ stage: 'REGISTERED', on: '2022-01-10', reason: null }],
      },
    });
    const { code, id } = first['initiative'];
    expect(code).toMatch(/^in-[0-9a-z]{12}$/);
    // By a reporter above, too: they see more people.
    const again = initiative({ code, registeredOn: undefined, title: ' Tên mới ', authors: ['pe-G2', 'pe-G1'] });
    expect(await it.send('r-D1', 'saveInitiative', { ...again, expectedVersion: 1 })).toMatchObject({
      userErrors: [], initiative: { id, title: 'Tên mới', kind: null, campaign: null, phase: null, summary: null, description: null, benefitVnd: null, version: 2, authors: [{ code: 'pe-G2' }, { code: 'pe-G1' }], history: [{ stage: 'REGISTERED' }] },
    });
    expect(await it.send('r-D1', 'saveInitiative', { ...again, expectedVersion: 2 })).toMatchObject({ userErrors: [], initiative: { version: 2 } });
    // Authors, and how it works, are changes too.
    expect(await it.send('r-D1', 'saveInitiative', { ...again, authors: ['pe-G1', 'pe-G2'], expectedVersion: 2 })).toMatchObject({ userErrors: [], initiative: { version: 3, authors: [{ code: 'pe-G1' }, { code: 'pe-G2' }] } });
    expect(await it.send('r-D1', 'saveInitiative', { ...again, authors: ['pe-G1', 'pe-G2'], benefitVnd: 0, expectedVersion: 3 })).toMatchObject({ userErrors: [], initiative: { version: 4, benefitVnd: 0, benefitQualifier: 'EXACT' } });
    expect(await it.faults('r-D1', 'saveInitiative', { ...again, expectedVersion: 2 })).toBe('CONFLICT expectedVersion');
    expect(await it.faults('r-D1', 'saveInitiative', { ...again, registeredOn: '2022-01-01', expectedVersion: 4 })).toBe('INVALID registeredOn');
    expect((await shown('v-G1', code))!['version']).toBe(4);
    expect(await shown('v-G2', code)).toBeNull();
    const found = await it.officers.ask('v-G1', 'query ($id: ID!) { node(id: $id) { ... on Initiative { code } } }', { id });
    expect(found.data.node).toEqual({ code });
  });

  test('who sees the initiative sees who thought of it, wherever they work', async () => {
    const code = await made('r-D1', { authors: ['pe-G2', 'pe-G1'] });
    const { data } = await it.officers.ask('v-G1', `{ initiative(code: "${code}") { authors { code name unit { code } source } } person(code: "pe-G2") { code } }`);
    expect(data).toEqual({ initiative: { authors: [{ code: 'pe-G2', name: 'Nguyễn Văn G2', unit: null, source: null }, { code: 'pe-G1', name: 'Nguyễn Văn G1', unit: { code: 'G1' }, source: null }] }, person: { code: 'pe-G2' } });
    expect((await it.officers.ask('v-G4', '{ person(code: "pe-G2") { code } }')).data.person).toBeNull();
  });

  test.each([
    ['v-G1', {}, 'FORBIDDEN'], ['r-G2', {}, 'NOT_FOUND unit'], ['r-G4', { unit: 'D2' }, 'FORBIDDEN unit'], ['r-G1', { title: '' }, 'INVALID title'], ['r-G1', { code: '-' }, 'INVALID code'], ['r-G1', { phase: 'p1' }, 'INVALID phase'],
    ['r-G1', { campaign: 'c', phase: 'p9' }, 'NOT_FOUND phase'], ['r-G1', { campaign: 'of-P2' }, 'NOT_FOUND campaign'], ['r-G1', { authors: ['pe-D2'] }, 'NOT_FOUND authors.0'], ['r-G1', { authors: ['pe-G1', 'pe-G1'] }, 'INVALID authors.1'],
    ['r-G1', { authors: Array.from({ length: 51 }, () => 'pe-G1') }, 'INVALID authors'], ['r-G1', { benefitQualifier: 'ABOUT' }, 'INVALID benefitQualifier'], ['r-G1', { benefitVnd: 0.5 }, 'INVALID benefitVnd'],
    ['r-G1', { registeredOn: '2999-01-01' }, 'INVALID registeredOn'], ['r-G1', { registeredOn: '0999-01-01' }, 'INVALID registeredOn'], ['r-G1', { registeredOn: 'nay' }, 'BAD_USER_INPUT'], ['r-G1', { description: 'x'.repeat(10_001) }, 'INVALID description'],
    ['r-G1', { summary: '\u0000' }, 'INVALID summary'], ['r-G1', { expectedVersion: 1 }, 'CONFLICT expectedVersion'],
  ])('%s: %j is refused', async (as, more, fault) => {
    expect(await it.faults(as, 'saveInitiative', initiative(more))).toBe(fault);
  });

  test('from when it is reviewed, only its benefit is said anew; by whom, is who does not judge it', async () => {
    const code = await made('r-G1', { authors: ['pe-G1'], description: 'Cách làm', campaign: 'c', phase: 'p1' });
    const said = (more: object, version: number) => initiative({ code, registeredOn: undefined, authors: ['pe-G1'], description: 'Cách làm', campaign: 'c', phase: 'p1', expectedVersion: version, ...more });
    await advance('r-G1', code, 'UPLOADED', 1);
    expect(await it.faults('r-G1', 'saveInitiative', said({ title: 'Tên' }, 2))).toBe('');
    await advance('r-G1', code, 'UNDER_REVIEW', 3);
    const OTHERS = [{ title: 'Khác' }, { kind: 'TECHNICAL' }, { campaign: null, phase: null }, { phase: null }, { authors: [] }, { authors: ['pe-G1', 'pe-G2'] }, { summary: 'x' }, { description: 'x' }, { source: 'x' }, { note: 'x' }];
    const refused = async (as: string, version: number) => {
      for (const more of OTHERS) expect([more, await it.send(as, 'saveInitiative', said({ title: 'Tên', benefitVnd: 9, ...more }, version))]).toEqual([more, expect.objectContaining({ userErrors: [{ code: 'CONFLICT', path: ['input', 'code'], message: expect.stringContaining('only its benefit') }], initiative: expect.objectContaining({ version }) })]);
    };
    await refused('r-D1', 4);
    expect(await it.faults('r-G1', 'saveInitiative', said({ title: 'Tên', secret: true }, 4))).toBe('CONFLICT code');
    // An approver above reports, too: whoever touches it leaves it to another.
    expect(await it.send('a-D1', 'saveInitiative', said({ title: 'Tên', benefitVnd: 7 }, 4))).toMatchObject({ userErrors: [], initiative: { benefitVnd: 7, version: 5, stage: 'UNDER_REVIEW', authors: [{ code: 'pe-G1' }] } });
    expect(await it.send('a-D1', 'saveInitiative', said({ title: 'Tên', benefitVnd: 7 }, 5))).toMatchObject({ userErrors: [], initiative: { version: 5 } });
    expect(await it.faults('a-D1', 'advanceInitiative', { code, to: 'VALID', expectedVersion: 5 })).toBe('FORBIDDEN code');
    expect(await it.faults('a-P1', 'advanceInitiative', { code, to: 'VALID', expectedVersion: 5 })).toBe('');
    for (const [version, to, as] of [[6, 'RECOGNISED', 'a-P1'], [7, 'APPLIED', 'r-G1']] as const) {
      await refused('r-D1', version);
      expect(await it.faults(as, 'advanceInitiative', { code, to, expectedVersion: version })).toBe('');
    }
    expect(await it.send('r-G1', 'saveInitiative', said({ title: 'Tên', benefitVnd: null }, 8))).toMatchObject({ userErrors: [], initiative: { benefitVnd: null, version: 9, stage: 'APPLIED' } });
  });

  test('what is rejected is said anew; who said nothing else does not become who registered it', async () => {
    const code = await made('a-P1');
    await advance('r-G1', code, 'UPLOADED', 1);
    await advance('r-G1', code, 'UNDER_REVIEW', 2);
    await advance('a-D1', code, 'REJECTED', 3, { reason: 'Trùng' });
    expect(await it.send('a-D1', 'saveInitiative', initiative({ code, registeredOn: undefined, expectedVersion: 4 }))).toMatchObject({ userErrors: [], initiative: { version: 4 } });
    expect(await it.send('r-G1', 'saveInitiative', initiative({ code, title: 'Tên', registeredOn: undefined, expectedVersion: 4 }))).toMatchObject({ userErrors: [], initiative: { title: 'Tên', stage: 'REJECTED', version: 5 } });
    await advance('r-G1', code, 'UPLOADED', 5);
    await advance('r-G1', code, 'UNDER_REVIEW', 6);
    expect(await it.faults('a-D1', 'advanceInitiative', { code, to: 'VALID', expectedVersion: 7 })).toBe('');
  });

  test('the audit log has all that changed', async () => {
    const code = await made('r-G1', { campaign: 'c' });
    await it.send('r-G1', 'saveInitiative', initiative({ code, registeredOn: undefined, campaign: 'c', phase: 'p1', authors: ['pe-G1'], description: 'Cách làm', benefitVnd: 5_000_000_000, benefitQualifier: 'ABOUT', source: 'S', note: 'N', expectedVersion: 1 }));
    const trail = await it.officers.ask('v-G1', '{ auditTrail(unit: "G1", first: 1) { nodes { before after } } }');
    const same = { campaign: 'c', code, title: 'Cải tiến máy', kind: null, summary: null, secret: false, stage: 'REGISTERED' };
    expect(trail.data.auditTrail.nodes[0]).toEqual({
      before: { ...same, phase: null, description: null, benefitVnd: null, benefitQualifier: null, authors: [], source: null, note: null, version: 1 },
      after: { ...same, phase: 'p1', description: 'Cách làm', benefitVnd: 5_000_000_000, benefitQualifier: 'ABOUT', authors: ['pe-G1'], source: 'S', note: 'N', version: 2 },
    });
  });

  test('sent twice under one key, it is registered once', async () => {
    const input = initiative({ idempotencyKey: 'k1' });
    const first = await it.send('r-G1', 'saveInitiative', input);
    expect(await it.send('r-G1', 'saveInitiative', input)).toMatchObject({ replayed: true, initiative: { code: first['initiative'].code } });
  });
});

describe('a technology secret', () => {
  let code: string;
  beforeAll(async () => {
    code = await made('r-G1', { code: 'secret', secret: true, authors: ['pe-G1'], summary: 'Tóm tắt', description: 'Bí quyết', benefitVnd: 5, campaign: 'c' });
    await made('r-G1', { code: 'open', authors: ['pe-G1'], description: 'Cách làm' });
  });

  test('tells title and summary to whoever sees it, the rest to those with a grant on the unit', async () => {
    const said = { title: 'Cải tiến máy', summary: 'Tóm tắt', secret: true, stage: 'REGISTERED', campaign: { code: 'c' } };
    for (const principal of ['v-G1', 'r-G1', 'm-G1']) expect(await shown(principal, code)).toMatchObject({ ...said, description: 'Bí quyết', benefitVnd: 5, benefitQualifier: 'EXACT', authors: [{ code: 'pe-G1' }] });
    for (const principal of ['v-D1', 'a-P1', 'm-N', 'r-N']) expect(await shown(principal, code)).toMatchObject({ ...said, description: null, benefitVnd: null, benefitQualifier: null, authors: [], history: [{ stage: 'REGISTERED' }] });
    expect(await shown('v-D1', 'open')).toMatchObject({ description: 'Cách làm', authors: [{ code: 'pe-G1' }] });
    expect(await shown('v-G2', code)).toBeNull();
  });

  test('neither the audit log nor an answer kept for repeats tells it to others', async () => {
    const trail = await it.officers.ask('v-D1', '{ auditTrail(unit: "G1", first: 100) { nodes { before after } } }');
    expect(JSON.stringify(trail.data)).toContain('Tóm tắt');
    expect(trail.data.auditTrail.nodes.filter(({ after }: { after: { code: string } }) => after.code === code)).toEqual([{ before: null, after: expect.not.objectContaining({ description: expect.anything(), authors: expect.anything(), benefitVnd: expect.anything(), benefitQualifier: expect.anything() }) }]);
    expect(JSON.stringify(trail.data)).not.toContain('Bí quyết');
  });

  test('what becomes one late leaves in the log what it was told until then, and nothing more', async () => {
    const late = await made('r-G1', { code: 'late', authors: ['pe-G1'], description: 'Cách một', benefitVnd: 7 });
    const anew = (more: object) => it.send('r-G1', 'saveInitiative', initiative({ code: late, registeredOn: undefined, authors: ['pe-G1'], benefitVnd: 7, ...more }));
    expect(await anew({ description: 'Cách hai', secret: true, expectedVersion: 1 })).toMatchObject({ userErrors: [], initiative: { secret: true, version: 2 } });
    expect(await anew({ description: 'Cách ba', expectedVersion: 2 })).toMatchObject({ userErrors: [], initiative: { secret: false, version: 3 } });
    const { nodes } = (await it.officers.ask('v-D1', '{ auditTrail(unit: "G1", first: 100) { nodes { before after } } }')).data.auditTrail as { nodes: Record<'before' | 'after', Record<string, unknown> | null>[] };
    const told = nodes.filter(({ after }) => after!['code'] === late).map(({ before, after }) => [before, after].map((said) => said && [said['secret'], said['description'], said['benefitVnd'], said['authors']]));
    expect(told).toEqual([
      [[true, undefined, undefined, undefined], [false, 'Cách ba', 7, ['pe-G1']]],
      [[false, undefined, undefined, undefined], [true, undefined, undefined, undefined]],
      [null, [false, 'Cách một', 7, ['pe-G1']]],
    ]);
  });

  test('is changed by those alone who know it; and nobody else makes it none', async () => {
    const anew = initiative({ code, registeredOn: undefined, expectedVersion: 1 });
    expect(await it.faults('r-D1', 'saveInitiative', anew)).toBe('FORBIDDEN secret');
    expect(await it.faults('r-D1', 'saveInitiative', initiative({ secret: true }))).toBe('FORBIDDEN secret');
    expect(await it.send('r-G1', 'saveInitiative', { ...anew, secret: true, authors: ['pe-G1'], summary: 'Tóm tắt', description: 'Bí quyết', benefitVnd: 5, campaign: 'c', title: 'Tên' })).toMatchObject({ userErrors: [], initiative: { title: 'Tên', description: 'Bí quyết', version: 2 } });
  });

  test('is judged from above all the same', async () => {
    expect(await advance('r-D1', code, 'UPLOADED', 2)).toMatchObject({ userErrors: [], initiative: { stage: 'UPLOADED', version: 3, description: null } });
    expect(await advance('r-G1', code, 'UNDER_REVIEW', 3)).toMatchObject({ userErrors: [], initiative: { description: 'Bí quyết' } });
    expect(await advance('a-D1', code, 'VALID', 4)).toMatchObject({ userErrors: [], initiative: { stage: 'VALID', version: 5, description: null, authors: [] } });
  });

  /** How many rows a statement gives or writes as someone, or why none; undone. */
  async function does(principal: string | null, statement: string): Promise<number | string | undefined> {
    const client = await it.server.api.pool.connect();
    try {
      await client.query('begin');
      await client.query(sessionStatement({ principal, class: principal === null ? 'ANONYMOUS' : 'MEMBER' }, '2026-01-01'));
      return await client.query(statement).then(({ rowCount }) => rowCount ?? 0, codeOf);
    } finally {
      await client.query('rollback');
      client.release();
    }
  }
  const REFUSED = '42501';
  const BROKEN = '23514';
  const of = (of: string) => `(select id from initiative where code = '${of}')`;

  test('by SQL, too: the database keeps it', async () => {
    const READS = (of: string) => [`select from initiative_detail where initiative_id = ${of}`, `select from initiative_author where initiative_id = ${of}`];
    const { rows } = await it.server.db.pool.query<{ id: number; code: string }>(`select id, code from initiative where code in ('secret', 'open')`);
    const key = (code: string) => String(rows.find((row) => row.code === code)!.id);
    for (const [principal, secret, open] of [['v-G1', 1, 1], ['v-D1', 0, 1], ['a-N', 0, 1], ['m-N', 0, 1], ['v-G2', 0, 0], [null, 0, 0]] as const) {
      for (const read of READS(key('secret'))) expect([principal, read, await does(principal, read)]).toEqual([principal, read, secret]);
      for (const read of READS(key('open'))) expect([principal, read, await does(principal, read)]).toEqual([principal, read, open]);
    }
    // Nor is it written, or taken away, by others; nor told by changing what is open.
    const kept = await made('r-G1', { secret: true, authors: ['pe-G1'] });
    for (const [principal, rows] of [['r-G1', 1], ['r-D1', 0], ['v-G1', 0], ['r-G2', 0]] as const) {
      expect(await does(principal, `update initiative_detail set description = 'x' where initiative_id = ${of(kept)}`)).toBe(rows);
      expect(await does(principal, `delete from initiative_author where initiative_id = ${of(kept)}`)).toBe(rows);
      expect(await does(principal, `update initiative set secret = false, registered_by = '${principal}' where code = '${kept}'`)).toBe(rows);
    }
    expect(await does('r-D1', `insert into initiative_author select ${of(kept)}, id, 9 from person where code = 'pe-G2'`)).toBe(REFUSED);
    expect(await does('r-G1', `delete from initiative_detail`)).toBe(REFUSED);
  });

  test('what the database lets the API write of stages and works, whatever its commands would do', async () => {
    const stages = ['REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'VALID'];
    await it.server.load(stages.map((at, i) => ({
      type: 'initiative', code: `at-${at}`, unit: 'G1', title: at, stages: stages.slice(0, i + 1).map((stage) => ({ stage, on: '2022-01-15' })),
    })));
    const step = (from: string, to: string, by: string, since = '2022-02-01', ordinal = stages.indexOf(from) + 2) =>
      `insert into initiative_history (initiative_id, ordinal, stage, since, principal) values (${of(`at-${from}`)}, ${ordinal}, '${to}', '${since}', '${by}')`;
    expect(await does('r-G1', step('REGISTERED', 'UPLOADED', 'r-G1'))).toBe(1);
    expect(await does('r-G1', step('REGISTERED', 'UPLOADED', 'someone'))).toBe(REFUSED);
    expect(await does('v-G1', step('REGISTERED', 'UPLOADED', 'v-G1'))).toBe(REFUSED);
    expect(await does('r-G1', step('UNDER_REVIEW', 'VALID', 'r-G1'))).toBe(REFUSED);
    expect(await does('a-G1', step('UNDER_REVIEW', 'VALID', 'a-G1'))).toBe(REFUSED);
    expect(await does('a-D1', step('UNDER_REVIEW', 'VALID', 'a-D1'))).toBe(1);
    expect(await does('r-D1', step('VALID', 'RECOGNISED', 'r-D1'))).toBe(REFUSED);
    // Neither another way, nor a day that cannot be, nor a gap.
    for (const [from, to, since, ordinal] of [
      ['REGISTERED', 'VALID', '2022-02-01', 2], ['REGISTERED', 'APPLIED', '2022-02-01', 2], ['UPLOADED', 'REGISTERED', '2022-02-01', 3], ['UNDER_REVIEW', 'VALID', '2022-01-14', 4],
      ['UNDER_REVIEW', 'VALID', '2099-01-01', 4], ['UNDER_REVIEW', 'VALID', '2022-02-01', 90],
    ] as const) expect([from, to, since, ordinal, await does('a-D1', step(from, to, 'a-D1', since, ordinal))]).toEqual([from, to, since, ordinal, BROKEN]);
    expect(await does('r-D1', `update initiative set secret = true, registered_by = 'r-D1' where code = 'at-UPLOADED'`)).toBe(REFUSED);
    // What is said anew is said by the caller; from when it is reviewed it stays, but for the benefit.
    const anew = (what: string, code: string, by = 'r-D1') => `with said as (update initiative set ${what}, registered_by = '${by}' where code = '${code}' returning id) select from said`;
    expect(await does('r-D1', anew(`title = 'x'`, 'at-UPLOADED'))).toBe(1);
    expect(await does('r-D1', anew(`title = 'x'`, 'at-UPLOADED', 'someone'))).toBe(REFUSED);
    expect(await does('r-D1', `update initiative set title = 'x' where code = 'at-UPLOADED'`)).toBe(REFUSED);
    expect(await does('r-D1', `update initiative_detail set benefit_vnd = 1, benefit_qualifier = 'EXACT' where initiative_id = ${of('at-VALID')}`)).toBe(0);
    for (const column of ['title', 'kind', 'campaign_id', 'phase_id', 'summary', 'secret', 'source', 'note']) {
      const other = column === 'kind' ? `'TECHNICAL'` : column === 'campaign_id' ? `(select id from campaign where code = 'c')` : column === 'phase_id' ? '(select min(id) from campaign_phase)' : column === 'secret' ? 'true' : `'x'`;
      expect([column, await does('r-D1', anew(`${column} = ${other}`, 'at-UNDER_REVIEW'))]).toEqual([column, BROKEN]);
      expect([column, await does('r-D1', anew(`${column} = ${other}`, 'at-VALID'))]).toEqual([column, BROKEN]);
    }
    const mine = await made('r-D1', { authors: ['pe-G1'] });
    await advance('r-D1', mine, 'UPLOADED', 1);
    expect(await does('r-D1', `delete from initiative_author where initiative_id = ${of(mine)}`)).toBe(1);
    await advance('r-D1', mine, 'UNDER_REVIEW', 2);
    expect(await does('r-D1', `delete from initiative_author where initiative_id = ${of(mine)}`)).toBe(BROKEN);
    expect(await does('r-D1', `insert into initiative_author select ${of(mine)}, id, 2 from person where code = 'pe-G2'`)).toBe(BROKEN);
    expect(await does('r-D1', `update initiative_detail set description = 'x' where initiative_id = ${of(mine)}`)).toBe(BROKEN);
    expect(await does('r-D1', `update initiative_detail set benefit_vnd = 1, benefit_qualifier = 'EXACT' where initiative_id = ${of(mine)}`)).toBe(1);
    for (const column of ['stage', 'stage_on', 'reached', 'rejected', 'version', 'registered_by', 'unit_id', 'code']) expect(await does('r-G1', `update initiative set ${column} = null`)).toBe(REFUSED);
    for (const table of ['initiative', 'initiative_history', 'work', 'practice_model']) expect(await does('m-N', `delete from ${table}`)).toBe(REFUSED);
    expect(await does('m-N', 'update initiative_history set reason = null')).toBe(REFUSED);

    await it.server.load([{ type: 'work', code: 'w', unit: 'D1', kind: 'WORK', name: 'w', status: 'COMPLETED' }, { type: 'work', code: 'w.plaqued', unit: 'D1', kind: 'WORK', name: 'w', status: 'PLAQUED' }]);
    const plaque = `update work set status = 'PLAQUED' where code = 'w'`;
    for (const [principal, outcome] of [['a-P1', 1], ['r-D1', REFUSED], ['a-D1', REFUSED], ['v-D1', 0], ['a-P2', 0]] as const) expect([principal, await does(principal, plaque)]).toEqual([principal, outcome]);
    expect(await does('a-P1', `update work set name = 'x' where code = 'w.plaqued'`)).toBe(0);
    expect(await does('a-P1', `update work set status = 'PLAQUED', value_vnd = 1, value_qualifier = 'EXACT' where code = 'w'`)).toBe(BROKEN);
    await it.server.load([{ type: 'practiceModel', code: 'm', unit: 'D1', name: 'm' }]);
    for (const [principal, outcome] of [['a-P1', 1], ['r-D1', REFUSED], ['a-D1', REFUSED], ['v-D1', 0]] as const) expect([principal, await does(principal, `update practice_model set exemplary = true where code = 'm'`)]).toEqual([principal, outcome]);
    expect(await does('a-P1', `update practice_model set exemplary = true, name = 'x' where code = 'm'`)).toBe(BROKEN);
    await it.server.load([{ type: 'practiceModel', code: 'm.good', unit: 'D1', name: 'm', exemplary: true }]);
    for (const [change, outcome] of [[`name = 'x'`, BROKEN], [`note = 'x'`, BROKEN], [`status = 'ENDED'`, 1]] as const) expect([change, await does('r-D1', `update practice_model set ${change} where code = 'm.good'`)]).toEqual([change, outcome]);
    expect(await does('a-P1', `update practice_model set exemplary = false, sector = 'OTHER' where code = 'm.good'`)).toBe(BROKEN);
    expect(await does('r-D1', `insert into work (code, unit_id, kind, name, status) select 'x', id, 'WORK', 'x', 'PLAQUED' from org_unit where code = 'D1'`)).toBe(REFUSED);
    expect(await does('r-D1', `insert into practice_model (code, unit_id, name, exemplary) select 'x', id, 'x', true from org_unit where code = 'D1'`)).toBe(REFUSED);
  });

  test('disclosed, it shows no more; others show who thought of them if they are disclosed with names', async () => {
    const code = await made('r-G4', { unit: 'G4', code: 'named' });
    await it.send('r-D2', 'saveInitiative', { unit: 'G4', code, title: 'Tên', authors: ['pe-D2'], summary: 'Tóm tắt', description: 'Cách làm', source: 'S', expectedVersion: 1 });
    await advance('r-D2', code, 'UPLOADED', 2);
    await advance('r-D2', code, 'UNDER_REVIEW', 3);
    await advance('a-D2', code, 'VALID', 4);
    for (const of of ['secret', 'named']) expect(await it.officers.send('m-D1'.replace('D1', of === 'named' ? 'D2' : 'D1'), 'discloseRecord', { of: 'INITIATIVE', code: of, audience: 'PUBLIC', withNames: true }, '__typename')).toMatchObject({ userErrors: [] });
    const seen = async (code: string) => (await it.server.query(`{ initiative(code: "${code}") ${INITIATIVE.replace('initiative', '').replace('authors { code }', 'authors { name unit { code } }')} }`, undefined, { as: null })).data.initiative;
    const face = { stage: 'VALID', summary: 'Tóm tắt', description: null, benefitVnd: null, source: null, note: null, history: [] };
    expect(await seen('secret')).toMatchObject({ ...face, title: 'Tên', unit: { code: 'G1' }, authors: [] });
    expect(await seen('named')).toMatchObject({ ...face, authors: [{ name: 'Nguyễn Văn D2', unit: null }] });
    await it.officers.send('m-D2', 'discloseRecord', { of: 'INITIATIVE', code: 'named', audience: 'PUBLIC', withNames: false }, '__typename');
    expect(await seen('named')).toMatchObject({ ...face, authors: [] });
    expect((await it.server.query('{ person(code: "pe-D2") { name } }', undefined, { as: null })).data.person).toBeNull();
  });
});

describe('advanceInitiative', () => {
  test('goes from stage to stage, each by whom it takes', async () => {
    const code = await made('r-G1', { campaign: 'c' });
    expect(await it.faults('v-G1', 'advanceInitiative', { code, to: 'UPLOADED', expectedVersion: 1 })).toBe('FORBIDDEN');
    expect(await it.faults('r-G2', 'advanceInitiative', { code, to: 'UPLOADED', expectedVersion: 1 })).toBe('NOT_FOUND code');
    expect(await it.faults('r-G1', 'advanceInitiative', { code, to: 'UNDER_REVIEW', expectedVersion: 1 })).toBe('CONFLICT to');
    expect(await it.faults('r-G1', 'advanceInitiative', { code, to: 'UPLOADED', expectedVersion: 2 })).toBe('CONFLICT expectedVersion');
    expect(await it.faults('r-G1', 'advanceInitiative', { code, to: 'UPLOADED', on: '2022-01-09', expectedVersion: 1 })).toBe('INVALID on');
    expect(await it.faults('r-G1', 'advanceInitiative', { code, to: 'UPLOADED', on: '2999-01-01', expectedVersion: 1 })).toBe('INVALID on');
    const step = { code, to: 'UPLOADED', on: '2022-01-10', expectedVersion: 1, idempotencyKey: 'step' };
    expect(await it.send('r-G1', 'advanceInitiative', step)).toMatchObject({ userErrors: [], initiative: { stage: 'UPLOADED', stageOn: '2022-01-10', version: 2 } });
    expect(await it.send('r-G1', 'advanceInitiative', step)).toMatchObject({ replayed: true, initiative: { version: 2 } });
    expect(await advance('r-D1', code, 'UNDER_REVIEW', 2)).toMatchObject({ userErrors: [], initiative: { stage: 'UNDER_REVIEW', version: 3 } });
    expect(await it.faults('r-D1', 'advanceInitiative', { code, to: 'VALID', expectedVersion: 3 })).toBe('FORBIDDEN code');
    expect(await it.faults('a-G1', 'advanceInitiative', { code, to: 'VALID', expectedVersion: 3 })).toBe('FORBIDDEN code');
    expect(await it.faults('a-D1', 'advanceInitiative', { code, to: 'REJECTED', expectedVersion: 3 })).toBe('INVALID reason');
    expect(await it.faults('a-D1', 'advanceInitiative', { code, to: 'REJECTED', reason: ' ', expectedVersion: 3 })).toBe('INVALID reason');
    expect(await advance('a-D1', code, 'REJECTED', 3, { reason: ' Trùng ' })).toMatchObject({ userErrors: [], initiative: { stage: 'REJECTED', version: 4 } });
    expect(await advance('r-G1', code, 'UPLOADED', 4)).toMatchObject({ userErrors: [] });
    expect(await advance('r-G1', code, 'UNDER_REVIEW', 5)).toMatchObject({ userErrors: [] });
    expect(await advance('a-P1', code, 'VALID', 6)).toMatchObject({ userErrors: [] });
    expect(await advance('a-D1', code, 'RECOGNISED', 7)).toMatchObject({ userErrors: [] });
    expect(await advance('r-G1', code, 'APPLIED', 8, { on: '2022-03-01' })).toMatchObject({ userErrors: [], initiative: { stage: 'APPLIED', stageOn: '2022-03-01', version: 9 } });
    expect(await it.faults('r-G1', 'advanceInitiative', { code, to: 'APPLIED', expectedVersion: 9 })).toBe('CONFLICT to');
    expect((await shown('v-G1', code))!['history']).toEqual([
      { stage: 'REGISTERED', on: '2022-01-10', reason: null }, { stage: 'UPLOADED', on: '2022-01-10', reason: null }, { stage: 'UNDER_REVIEW', on: '2022-02-01', reason: null }, { stage: 'REJECTED', on: '2022-02-01', reason: 'Trùng' },
      { stage: 'UPLOADED', on: '2022-02-01', reason: null }, { stage: 'UNDER_REVIEW', on: '2022-02-01', reason: null }, { stage: 'VALID', on: '2022-02-01', reason: null }, { stage: 'RECOGNISED', on: '2022-02-01', reason: null }, { stage: 'APPLIED', on: '2022-03-01', reason: null },
    ]);
    const trail = await it.officers.ask('v-G1', '{ auditTrail(unit: "G1", first: 6) { nodes { action principal before after } } }');
    expect(trail.data.auditTrail.nodes[0]).toEqual({ action: 'ADVANCE_INITIATIVE', principal: 'r-G1', before: { stage: 'RECOGNISED', version: 8 }, after: { campaign: 'c', code, stage: 'APPLIED', on: '2022-03-01', version: 9 } });
    expect(trail.data.auditTrail.nodes[5]).toMatchObject({ after: { stage: 'REJECTED', reason: 'Trùng' } });
  });

  test('to as many stages as an import takes', async () => {
    const ROUND = ['UPLOADED', 'UNDER_REVIEW', 'REJECTED'];
    const stages = (many: number) => [{ stage: 'REGISTERED', on: '2022-01-15' }, ...Array.from({ length: many - 1 }, (_, i) => ({ stage: ROUND[i % 3]!, on: '2022-01-15' }))];
    await it.server.load([{ type: 'initiative', code: 'long', unit: 'G1', title: 'x', stages: stages(50) }]);
    await expect(it.server.load([{ type: 'initiative', code: 'longer', unit: 'G1', title: 'x', stages: stages(51) }])).rejects.toThrow();
    expect(await it.faults('r-G1', 'advanceInitiative', { code: 'long', to: 'UNDER_REVIEW', expectedVersion: 1 })).toBe('CONFLICT code');
    expect(await it.send('r-G1', 'advanceInitiatives', { items: [{ code: 'long', expectedVersion: 1 }], to: 'UNDER_REVIEW', mode: 'EACH' })).toMatchObject({ done: 0, outcomes: [{ userErrors: [{ code: 'CONFLICT' }] }] });
  });

  test('what is uploaded can always come to the end: with too few stages left, it is registered anew', async () => {
    const round = ['UPLOADED', 'UNDER_REVIEW', 'REJECTED'];
    const rejected = (gaps: string[], rounds: number) => ['REGISTERED', ...gaps, ...Array.from({ length: rounds }, () => round).flat()].map((stage) => ({ stage, on: '2022-01-15' }));
    expect([rejected([], 15).length, rejected(['UPLOADED', 'REJECTED'], 14).length]).toEqual([46, 45]);
    await it.server.load([
      { type: 'initiative', code: 'too-long', unit: 'G1', title: 'x', stages: rejected([], 15) },
      { type: 'initiative', code: 'just-so', unit: 'G1', title: 'x', stages: rejected(['UPLOADED', 'REJECTED'], 14) },
    ]);
    const refused = await advance('r-G1', 'too-long', 'UPLOADED', 1);
    expect(refused).toMatchObject({ initiative: { stage: 'REJECTED', version: 1 }, userErrors: [{ path: ['input', 'code'], code: 'CONFLICT', message: expect.stringContaining('46 stages, of at most 50') }] });
    expect(await it.send('r-G1', 'advanceInitiatives', { items: [{ code: 'too-long', expectedVersion: 1 }], to: 'UPLOADED', mode: 'EACH' })).toMatchObject({ done: 0, outcomes: [{ userErrors: [{ code: 'CONFLICT' }] }] });
    const ways = [['r-G1', 'UPLOADED'], ['r-G1', 'UNDER_REVIEW'], ['a-D1', 'VALID'], ['a-D1', 'RECOGNISED'], ['r-G1', 'APPLIED']] as const;
    for (const [n, [as, to]] of ways.entries()) expect(await advance(as, 'just-so', to, n + 1)).toMatchObject({ userErrors: [], initiative: { stage: to } });
  });

  test('whoever registered it does not judge it, however high they stand', async () => {
    const code = await made('a-P1', {});
    await advance('r-G1', code, 'UPLOADED', 1);
    await advance('a-P1', code, 'UNDER_REVIEW', 2);
    expect(await it.faults('a-P1', 'advanceInitiative', { code, to: 'VALID', on: '2022-02-01', expectedVersion: 3 })).toBe('FORBIDDEN code');
    expect(await it.faults('a-D1', 'advanceInitiative', { code, to: 'VALID', on: '2022-02-01', expectedVersion: 3 })).toBe('');
  });

  test('nor do two at once who judge a secret that neither may know: the second learns that it has changed', async () => {
    for (let round = 0; round < 4; round++) {
      const code = await made('r-G1', { secret: true });
      await advance('r-G1', code, 'UPLOADED', 1);
      await advance('r-G1', code, 'UNDER_REVIEW', 2);
      // Both have read it before either writes.
      const holder = await it.server.db.pool.connect();
      await holder.query('begin');
      await holder.query('select from initiative where code = $1 for update', [code]);
      const tried = ['a-D1', 'a-P1', 'a-N'].map((as, i) => it.send(as, 'advanceInitiative', { code, to: i === 1 ? 'REJECTED' : 'VALID', reason: 'Trùng', expectedVersion: 3 }));
      await holder.query('select pg_sleep(0.05)');
      await holder.query('commit');
      holder.release();
      const outcomes = (await Promise.all(tried)).map(({ userErrors, initiative: row }) => `${(row as { version: number } | null)?.version} ${userErrors.map(({ code: fault, path }) => `${fault} ${path.join('.')}`).join()}`);
      expect(outcomes.toSorted()).toEqual(['4 ', '4 CONFLICT input.expectedVersion', '4 CONFLICT input.expectedVersion']);
    }
    const many = await made('r-G1', { secret: true });
    const both = await Promise.all([1, 2].map(() => it.officers.send('r-D1', 'advanceInitiatives', { items: [{ code: many, expectedVersion: 1 }], to: 'UPLOADED', mode: 'ALL_OR_NOTHING' }, 'done')));
    expect(both.map(({ done, userErrors }) => `${done} ${userErrors.map(({ code: fault }) => fault).join()}`).toSorted()).toEqual(['0 CONFLICT', '1 ']);
  });

  test('two at once: one comes first', async () => {
    const code = await made();
    const tried = await Promise.all([1, 2, 3].map(() => it.faults('r-G1', 'advanceInitiative', { code, to: 'UPLOADED', expectedVersion: 1 })));
    expect(tried.toSorted()).toEqual(['', 'CONFLICT expectedVersion', 'CONFLICT expectedVersion']);
  });
});

describe('advanceInitiatives', () => {
  const many = (as: string, codes: string[], more: object = {}) => it.send(as, 'advanceInitiatives', { to: 'UPLOADED', on: '2022-02-01', mode: 'EACH', items: codes.map((code) => ({ code, expectedVersion: 1 })), ...more });

  test('each for itself, or all or none', async () => {
    const [a, b] = [await made(), await made('r-D1', { unit: 'D1' })];
    const hidden = await made('r-G2', { unit: 'G2' });
    expect(await many('r-G1', [a, b, hidden, 'none', "x' or 1=1"], { mode: 'ALL_OR_NOTHING' })).toMatchObject({ done: 0, outcomes: [], userErrors: [1, 2, 3, 4].map((i) => ({ code: 'NOT_FOUND', path: ['input', 'items', String(i), 'code'] })) });
    const done = await many('r-G1', [a, b, hidden], { idempotencyKey: 'many' });
    expect(done).toMatchObject({
      done: 1, userErrors: [], outcomes: [{ code: a, initiative: { stage: 'UPLOADED', version: 2 }, userErrors: [] }, { code: b, initiative: null, userErrors: [{ code: 'NOT_FOUND' }] }, { code: hidden, initiative: null, userErrors: [{ code: 'NOT_FOUND' }] }],
    });
    expect(await many('r-G1', [a, b, hidden], { idempotencyKey: 'many' })).toMatchObject({ replayed: true, done: 1, outcomes: [{ initiative: { version: 2 } }, { initiative: null }, { initiative: null }] });
    expect(await many('r-D1', [b, a], { mode: 'ALL_OR_NOTHING' })).toMatchObject({
      done: 0, userErrors: [{ code: 'CONFLICT', path: ['input', 'items', '1', 'expectedVersion'] }], outcomes: [{ initiative: { stage: 'REGISTERED' }, userErrors: [] }, { initiative: { stage: 'UPLOADED' }, userErrors: [{ code: 'CONFLICT' }] }],
    });
    expect(await many('r-D1', [b, hidden], { mode: 'ALL_OR_NOTHING' })).toMatchObject({ done: 2, userErrors: [] });
  });

  test('1 to 500, each once; with as many statements for many as for few', async () => {
    expect(await it.faults('r-G1', 'advanceInitiatives', { to: 'UPLOADED', mode: 'EACH', items: [] })).toBe('INVALID items');
    expect(await it.faults('r-G1', 'advanceInitiatives', { to: 'UPLOADED', mode: 'EACH', items: Array.from({ length: 501 }, (_, i) => ({ code: `x${i}`, expectedVersion: 1 })) })).toBe('INVALID items');
    expect(await it.faults('r-G1', 'advanceInitiatives', { to: 'UPLOADED', mode: 'EACH', items: [1, 2].map(() => ({ code: 'x', expectedVersion: 1 })) })).toBe('INVALID items.1.code');
    const codes = Array.from({ length: 500 }, (_, i) => `many-${i}`);
    await it.server.load(codes.map((code) => ({ type: 'initiative', code, unit: 'G2', title: code, stages: [{ stage: 'UNDER_REVIEW', on: '2022-01-01' }] })));
    const { rows: [before] } = await it.server.db.pool.query<{ calls: number }>(`select count(*)::int as calls from audit_log`);
    expect(await many('a-D1', codes, { to: 'VALID' })).toMatchObject({ done: 500, userErrors: [] });
    const { rows: [after] } = await it.server.db.pool.query<{ calls: number }>(`select count(*)::int as calls from audit_log`);
    expect(after!.calls - before!.calls).toBe(500);
  });
});

test('ways: from each stage onward, and after a rejection anew', () => {
  const stages = Object.keys(WAYS) as InitiativeStage[];
  const told = (from: InitiativeStage) => stages.filter((to) => mayFollow(from, to)).join();
  expect(Object.fromEntries(stages.map((from) => [from, told(from)]))).toEqual({
    REGISTERED: 'UPLOADED,UNDER_REVIEW,VALID,RECOGNISED,APPLIED,REJECTED', UPLOADED: 'UNDER_REVIEW,VALID,RECOGNISED,APPLIED,REJECTED', UNDER_REVIEW: 'VALID,RECOGNISED,APPLIED,REJECTED', VALID: 'RECOGNISED,APPLIED',
    RECOGNISED: 'APPLIED', APPLIED: '', REJECTED: 'UPLOADED,UNDER_REVIEW,VALID,RECOGNISED,APPLIED',
  });
});

describe('feedInitiativeCounts', () => {
  const feed = (more: object = {}) => ({ unit: 'G4', campaign: 'c', asOf: '2022-05-31', ...more });
  const step = (stage: string, on: string) => ({ stage, on });
  beforeAll(() =>
    it.server.load([
      ...[['REGISTERED', '2022-01-01'], ['UPLOADED', '2022-02-01'], ['UNDER_REVIEW', '2022-02-01'], ['VALID', '2022-03-01'], ['APPLIED', '2022-06-01']].map(([stage, on], i) => ({ type: 'initiative', code: `f${i}`, unit: 'G4', title: 'x', campaign: 'c', ...(i > 2 && { phase: 'p1' }), stages: [step('REGISTERED', '2022-01-01'), step(stage!, on!)].slice(stage === 'REGISTERED' ? 1 : 0) })),
      { type: 'initiative', code: 'f.beneath', unit: 'D2', title: 'x', campaign: 'c', stages: [step('VALID', '2022-01-01')] },
      { type: 'initiative', code: 'f.other', unit: 'G4', title: 'x', campaign: 'of-P2', stages: [step('VALID', '2022-01-01')] },
    ]),
  );

  test('drafts what the unit’s own register says, and the ledger has it once it is handed in and approved', async () => {
    const fed = await it.send('r-G4', 'feedInitiativeCounts', feed());
    expect(fed.userErrors).toEqual([]);
    expect(fed['figures']).toMatchObject([
      { status: 'DRAFT', value: 3, coverage: 'OWN', asOf: '2022-05-31', derived: true, indicator: { code: 'i.uploaded' }, phase: null, unit: { code: 'G4' }, version: 1 },
      { status: 'DRAFT', value: 1, indicator: { code: 'i.valid' } },
    ]);
    expect(await it.officers.total('G4', '2022-12-31', 'i.uploaded')).toBeNull();
    for (const figure of fed['figures']) {
      const submitted = await it.officers.submit('r-G4', figure);
      expect(submitted.userErrors).toEqual([]);
      const approved = await it.officers.send('a-D2', 'approveResult', { id: figure.id, expectedVersion: submitted.figure!.version });
      expect(approved.userErrors).toEqual([]);
    }
    expect(await Promise.all([['G4', 'i.uploaded'], ['D2', 'i.uploaded'], ['N', 'i.valid']].map(([unit, indicator]) => it.officers.total(unit!, '2022-12-31', indicator)))).toEqual([3, 3, 1]);
    // The same numbers again: they are there.
    expect((await it.send('r-G4', 'feedInitiativeCounts', feed()))['figures']).toMatchObject([{ status: 'APPROVED', value: 3 }, { status: 'APPROVED', value: 1 }]);
    // By now it says another: what counts is corrected, never overwritten.
    await it.server.load([{ type: 'initiative', code: 'f9', unit: 'G4', title: 'x', campaign: 'c', stages: [step('VALID', '2022-05-31')] }]);
    expect(await it.faults('r-G4', 'feedInitiativeCounts', feed())).toBe('CONFLICT asOf');
  });

  test('of a phase; a draft is said anew, at the version that was seen', async () => {
    const first = await it.send('r-D2', 'feedInitiativeCounts', feed({ phase: 'p1', expectedVersion: 0, idempotencyKey: 'feed' }));
    expect(first).toMatchObject({ userErrors: [], figures: [{ value: 1, phase: { code: 'p1' }, version: 1 }, { value: 1 }] });
    expect(await it.send('r-D2', 'feedInitiativeCounts', feed({ phase: 'p1', expectedVersion: 0, idempotencyKey: 'feed' }))).toMatchObject({ replayed: true });
    await it.server.load([{ type: 'initiative', code: 'f10', unit: 'G4', title: 'x', campaign: 'c', phase: 'p1', stages: [step('UPLOADED', '2022-05-31')] }]);
    expect(await it.send('r-D2', 'feedInitiativeCounts', feed({ phase: 'p1', expectedVersion: 0 }))).toMatchObject({ userErrors: [{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }], figures: [{ version: 1 }, { version: 1 }] });
    expect(await it.send('r-D2', 'feedInitiativeCounts', feed({ phase: 'p1', expectedVersion: 1 }))).toMatchObject({ userErrors: [], figures: [{ value: 2, version: 2, status: 'DRAFT' }, { value: 1, version: 1 }] });
    expect(await it.send('r-D2', 'feedInitiativeCounts', feed({ phase: 'p1' }))).toMatchObject({ userErrors: [], figures: [{ value: 2, version: 2 }, { value: 1, version: 1 }] });
  });

  test.each([
    ['v-G4', {}, 'FORBIDDEN'], ['r-G1', { unit: 'D3' }, 'NOT_FOUND unit'], ['r-G4', { campaign: 'none' }, 'NOT_FOUND campaign'], ['r-P2', { unit: 'P2', campaign: 'of-P2' }, 'INVALID campaign'], ['r-G4', { phase: 'p9' }, 'NOT_FOUND phase'],
    ['r-G4', { asOf: '2999-01-01' }, 'INVALID asOf'], ['r-G4', { asOf: '2021-12-31' }, 'INCOMPLETE asOf'], ['r-N', { unit: 'N' }, 'INCOMPLETE asOf'], ['r-G4', { asOf: 'x' }, 'BAD_USER_INPUT'],
  ])('%s: %j is refused', async (as, more, fault) => {
    expect(await it.faults(as, 'feedInitiativeCounts', feed(more))).toBe(fault);
  });
});

describe('lists and funnels', () => {
  const STAGES = ['REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'VALID', 'RECOGNISED', 'APPLIED'];
  const DAYS = ['2021-12-31', '2022-01-01', '2022-06-30', '2023-01-01', '2024-05-05'];
  const KINDS = ['TECHNICAL', 'MANAGEMENT', null];
  interface Told {
    code: string;
    unit: string;
    kind: string | null;
    campaign: string | null;
    phase: string | null;
    stages: { stage: string; on: string }[];
  }
  const PARENT: Record<string, string> = { P2: 'N', D3: 'P2', G9: 'D3', G8: 'D3' };
  const SECTOR: Record<string, string | null> = { P2: null, D3: null, G9: 'EDUCATION', G8: 'BUSINESS' };
  let all: Told[];

  /** Any history of the ways, with gaps. */
  const history = fc
    .tuple(fc.array(fc.nat(6), { minLength: 1, maxLength: 6 }), fc.array(fc.constantFrom(...DAYS), { minLength: 6, maxLength: 6 }))
    .map(([picks, days]) => {
      const stages: { stage: string; on: string }[] = [];
      const sorted = days.toSorted();
      for (const pick of picks) {
        const stage = [...STAGES, 'REJECTED'][pick]!;
        const last = stages.at(-1)?.stage;
        if (last === undefined || mayFollow(last as InitiativeStage, stage as InitiativeStage)) stages.push({ stage, on: sorted[stages.length]! });
      }
      return stages;
    });
  const told = fc.record({ unit: fc.constantFrom('P2', 'D3', 'G9', 'G8'), kind: fc.constantFrom(...KINDS), campaign: fc.constantFrom('of-P2', 'c', null), inPhase: fc.boolean(), stages: history });

  beforeAll(async () => {
    const unit = (code: string, sector: string) => ({ type: 'orgUnit', code, name: code, level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D3', validFrom: '2000-01-01', sector });
    await it.server.load([unit('G9', 'EDUCATION'), unit('G8', 'BUSINESS')]);
    all = fc.sample(told, { numRuns: 150, seed: 20_261_122 }).map(({ inPhase, ...one }, i) => ({ ...one, code: `q${String(i).padStart(3, '0')}`, phase: inPhase && one.campaign === 'c' ? 'p1' : null }));
    await it.server.load(all.map(({ kind, campaign, phase, ...one }) => ({ type: 'initiative', title: `Sáng kiến ${one.code}`, ...one, ...(kind && { kind }), ...(campaign && { campaign }), ...(phase && { phase }) })));
  });

  const isBeneath = (unit: string, top: string): boolean => unit === top || (PARENT[unit] !== undefined && isBeneath(PARENT[unit], top));
  /** By going through every history. */
  const counted = (of: Told[], day: string) => {
    const known = of.map(({ stages }) => stages.filter(({ on }) => on <= day)).filter((stages) => stages.length > 0);
    const rank = (stage: string) => (stage === 'REJECTED' ? 2 : STAGES.indexOf(stage));
    const reached = (place: number) => known.filter((stages) => stages.some(({ stage }) => rank(stage) >= place)).length;
    return { registered: reached(0), uploaded: reached(1), underReview: reached(2), valid: reached(3), recognised: reached(4), applied: reached(5), rejected: known.filter((stages) => stages.at(-1)!.stage === 'REJECTED').length };
  };
  const COUNTS = 'registered uploaded underReview valid recognised applied rejected';

  test('a funnel counts as one that goes through every history', async () => {
    const QUERIES = DAYS.concat('2020-01-01', '2022-06-29').flatMap((day) => ['P2', 'D3', 'G9'].flatMap((unit) => [true, false].flatMap((beneath) => ['null', '"of-P2"', '"c"'].map((campaign) => ({ day, unit, beneath, campaign })))));
    const fields = (unit: string) => QUERIES.flatMap((query, i) => (query.unit === unit ? [`f${i}: initiativeFunnel(asOf: "${query.day}", beneath: ${query.beneath}, campaign: ${query.campaign}) { asOf counts { ${COUNTS} } groups { key } }`] : []));
    const answers: Record<string, { counts: object; asOf: string; groups: [] }> = Object.assign({}, ...(await Promise.all(['P2', 'D3', 'G9'].map((unit) => it.ofUnit('v-P2', unit, fields(unit).join(' '))))));
    QUERIES.forEach(({ day, unit, beneath, campaign }, i) => {
      const of = all.filter((one) => (beneath ? isBeneath(one.unit, unit) : one.unit === unit) && (campaign === 'null' || `"${one.campaign}"` === campaign));
      expect([i, answers[`f${i}`]]).toEqual([i, { asOf: day, counts: counted(of, day), groups: [] }]);
    });
  });

  test('divided, its groups are all of it, each initiative once', async () => {
    const keyOf: Record<string, (one: Told) => string | null> = {
      YEAR: ({ stages }) => stages[0]!.on.slice(0, 4), SECTOR: ({ unit }) => SECTOR[unit]!, KIND: ({ kind }) => kind, UNIT: ({ unit }) => (unit === 'P2' ? 'P2' : 'D3'),
    };
    const day = '2023-06-01';
    const { asOf: _, ...answers } = await it.ofUnit('v-P2', 'P2', Object.keys(keyOf).map((by) => `${by}: initiativeFunnel(by: ${by}, asOf: "${day}", campaign: "c", phase: "p1") { counts { ${COUNTS} } groups { key unit { code } counts { ${COUNTS} } } }`).join(' '));
    const of = all.filter(({ phase, stages }) => phase === 'p1' && stages[0]!.on <= day);
    for (const [by, key] of Object.entries(keyOf)) {
      const keys = [...new Set(of.map(key))].toSorted((a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1));
      expect(keys.length).toBeGreaterThan(1);
      expect([by, answers[by]]).toEqual([by, { counts: counted(of, day), groups: keys.map((one) => ({ key: one, unit: by === 'UNIT' ? { code: one } : null, counts: counted(of.filter((each) => key(each) === one), day) })) }]);
    }
    const own = await it.ofUnit('v-P2', 'D3', `initiativeFunnel(by: UNIT, beneath: false) { groups { key } }`);
    expect(own.initiativeFunnel.groups).toEqual([{ key: 'D3' }]);
  });

  test('of a unit outside scope there is no funnel; a phase takes its campaign', async () => {
    expect((await it.ofUnit('v-D3', 'P2', 'initiativeFunnel { counts { registered } }')).initiativeFunnel).toBeNull();
    const unknown = await it.ofUnit('v-P2', 'P2', 'known: initiativeFunnel(campaign: "c", phase: "p1") { counts { registered } } campaign: initiativeFunnel(campaign: "none") { asOf } phase: initiativeFunnel(campaign: "c", phase: "none") { asOf }');
    expect(unknown).toMatchObject({ known: { counts: {} }, campaign: null, phase: null });
    await expect(it.ofUnit('v-P2', 'P2', 'initiativeFunnel(phase: "p1") { asOf }')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(it.ofUnit('v-P2', 'P2', 'initiativeFunnel(asOf: "nay") { asOf }')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('lists hold what they are asked for, those registered last first', async () => {
    const conditions: [string, (one: Told) => boolean][] = [
      ['', () => true], ['(beneath: false)', ({ unit }) => unit === 'P2'], ['(where: { campaign: "c" })', ({ campaign }) => campaign === 'c'], ['(where: { phase: "p1" })', ({ phase }) => phase !== null],
      ['(where: { stage: VALID })', ({ stages }) => stages.at(-1)!.stage === 'VALID'], ['(where: { kind: TECHNICAL })', ({ kind }) => kind === 'TECHNICAL'], ['(where: { from: "2022-01-01", to: "2022-06-30" })', ({ stages }) => stages[0]!.on >= '2022-01-01' && stages[0]!.on <= '2022-06-30'],
      ['(where: { search: "SANG kiến q00" })', ({ code }) => code.startsWith('q00')], ['(where: { campaign: "none" })', () => false],
    ];
    const lists = await it.ofUnit('v-P2', 'P2', conditions.map(([args], i) => `l${i}: initiatives${args === '' ? '(first: 100)' : args.replace('(', '(first: 100, ')} { totalCount nodes { code stage } }`).join(' '));
    conditions.forEach(([args, holds], i) => {
      const of = all.map((one, arrival) => ({ ...one, arrival })).filter(holds).toSorted((a, b) => (a.stages[0]!.on === b.stages[0]!.on ? b.arrival - a.arrival : a.stages[0]!.on < b.stages[0]!.on ? 1 : -1));
      expect([args, lists[`l${i}`].totalCount, lists[`l${i}`].nodes]).toEqual([args, of.length, of.slice(0, 100).map(({ code, stages }) => ({ code, stage: stages.at(-1)!.stage }))]);
    });
    const page = await it.ofUnit('v-P2', 'P2', 'initiatives(first: 40) { nodes { code } pageInfo { endCursor } }');
    const rest = await it.ofUnit('v-P2', 'P2', `initiatives(first: 60, after: "${page.initiatives.pageInfo.endCursor}") { nodes { code } }`);
    expect([...page.initiatives.nodes, ...rest.initiatives.nodes].map(({ code }: { code: string }) => code)).toEqual(lists.l0.nodes.map(({ code }: { code: string }) => code));
    const seen = await it.ofUnit('v-D3', 'P2', 'initiatives { totalCount }');
    expect(seen.initiatives.totalCount).toBe(all.filter(({ unit }) => unit !== 'P2').length);
  });
});
