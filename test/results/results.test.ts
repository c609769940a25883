import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verify } from '../../src/ledger/verify.service.js';
import { PLAINLY_SEEN, SEEN } from '../../src/ledger/figure-workflow.query.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { appoint, of, Officers, TREE } from './world.js';

let server: TestServer;
let officers: Officers;

beforeAll(async () => {
  server = await startTestServer({ seed: false });
  await server.load(TREE);
  await appoint(server);
  officers = new Officers(server);
});
afterAll(() => server?.close());

const errorsOf = ({ userErrors }: { userErrors: { path: string[]; code: string }[] }): string[] => userErrors.map(({ path, code }) => `${path.join('.')} ${code}`);
/** Days that no other test uses. */
let days = 0;
const newDay = (): string => new Date(Date.UTC(2022, 1, ++days)).toISOString().slice(0, 10);

describe('the way of a result', () => {
  test('draft, submitted, returned, submitted again, approved: only then do numbers move', async () => {
    const asOf = '2022-01-31';
    const saved = await officers.save('r-D1', 'D1', 100, { asOf });
    expect(saved).toMatchObject({ figure: { status: 'DRAFT', version: 1, value: 100, approvedAt: null }, warnings: [], userErrors: [], replayed: false });
    const edited = await officers.save('r-D1', 'D1', 120, { asOf, expectedVersion: 1 });
    expect(edited.figure).toMatchObject({ id: saved.figure!.id, status: 'DRAFT', version: 2, value: 120 });
    const submitted = await officers.submit('r-D1', edited.figure!);
    expect(submitted.figure).toMatchObject({ status: 'SUBMITTED', version: 3 });
    expect(submitted.figure).toHaveProperty('submittedAt', expect.any(String));
    const returned = await officers.send('a-P1', 'returnResult', { ...of(submitted.figure!), reason: 'Thiếu danh sách' });
    expect(returned.figure).toMatchObject({ status: 'RETURNED', version: 4, returnReason: 'Thiếu danh sách' });
    const again = await officers.save('r-D1', 'D1', 130, { asOf, expectedVersion: 4 });
    expect(again.figure).toMatchObject({ status: 'DRAFT', returnReason: 'Thiếu danh sách', value: 130 });
    const resubmitted = await officers.submit('r-D1', again.figure!);
    expect(resubmitted.figure).toMatchObject({ status: 'SUBMITTED', returnReason: null });
    expect(await officers.total('P1', asOf)).toBeNull();
    const approved = await officers.send('a-P1', 'approveResult', of(resubmitted.figure!));
    expect(approved.figure).toMatchObject({ status: 'APPROVED', version: 7 });
    expect(approved.figure).toHaveProperty('approvedAt', expect.any(String));
    for (const unit of ['D1', 'P1', 'N']) expect(await officers.total(unit, asOf)).toBe(130);
  });

  test('a correction goes the same way, and counts once it is approved', async () => {
    const asOf = newDay();
    const first = await officers.report('r-D2', 'a-P1', 'D2', 50, { asOf });
    const draft = await officers.send('r-D2', 'correctResult', { ...of(first), value: 60, reason: 'Cộng thiếu' });
    expect(draft).toMatchObject({ figure: { status: 'DRAFT', value: 60, version: first.version + 1, correctionReason: 'Cộng thiếu', corrects: { id: first.id, status: 'APPROVED' } }, userErrors: [] });
    // One at a time.
    expect(errorsOf(await officers.send('r-D2', 'correctResult', { ...of(first), value: 70, reason: 'x' }))).toEqual(['input.id CONFLICT']);
    const submitted = await officers.submit('r-D2', draft.figure!);
    expect(await officers.total('D2', asOf)).toBe(50);
    const approved = await officers.send('a-P1', 'approveResult', of(submitted.figure!));
    expect(approved.figure).toMatchObject({ status: 'APPROVED', corrects: { id: first.id, status: 'SUPERSEDED' } });
    expect(await officers.total('D2', asOf)).toBe(60);
    // What was superseded is corrected no more, nor withdrawn.
    const { data } = await server.query('query ($id: ID!) { node(id: $id) { ... on Figure { version status supersededBy { id } } } }', { id: first.id });
    expect(data.node).toMatchObject({ status: 'SUPERSEDED', supersededBy: { id: approved.figure!.id } });
    expect(errorsOf(await officers.send('a-P1', 'withdrawResult', { id: first.id, expectedVersion: data.node.version, reason: 'x' }))).toEqual(['input.id CONFLICT']);
  });

  test('what counts is withdrawn from above; what does not, by whoever reports', async () => {
    const asOf = newDay();
    const figure = await officers.report('r-G4', 'a-D2', 'G4', 5, { asOf, coverage: 'OWN' });
    expect(await officers.refused('r-G4', 'withdrawResult', { ...of(figure), reason: 'x' })).toBe('FORBIDDEN input.id');
    const withdrawn = await officers.send('a-D2', 'withdrawResult', { ...of(figure), reason: 'Báo nhầm' });
    expect(withdrawn.figure).toMatchObject({ status: 'WITHDRAWN', endReason: 'Báo nhầm' });
    expect(await officers.total('G4', asOf)).toBeNull();
    const draft = await officers.save('r-G4', 'G4', 6, { asOf, coverage: 'OWN' });
    expect(draft.figure!.version).toBeGreaterThan(withdrawn.figure!.version);
    const gone = await officers.send('r-G4', 'withdrawResult', { ...of(draft.figure!), reason: 'Bỏ' });
    expect(gone.figure).toMatchObject({ status: 'WITHDRAWN', approvedAt: null });
    expect((await officers.save('r-G4', 'G4', 7, { asOf, coverage: 'OWN' })).figure).toMatchObject({ status: 'DRAFT' });
  });

  test('at the root, another approver of the root approves', async () => {
    const asOf = newDay();
    const submitted = await officers.submit('a-N', (await officers.save('a-N', 'N', 900, { asOf })).figure!);
    expect(await officers.refused('a-N', 'approveResult', of(submitted.figure!))).toBe('FORBIDDEN input.id');
    const approved = await officers.send('m-N', 'approveResult', of(submitted.figure!));
    expect(approved.figure).toMatchObject({ status: 'APPROVED' });
    await officers.send('m-N', 'withdrawResult', { ...of(approved.figure!), reason: 'x' });
  });
});

describe('who may do what', () => {
  test('a result is written and handed in by those who report for the unit, and nobody else', async () => {
    const asOf = newDay();
    const input = { unit: 'D1', campaign: 'c', indicator: 'i', coverage: 'SUBTREE', asOf, value: 1 };
    expect(await officers.refused('v-D1', 'saveResult', input)).toBe('FORBIDDEN');
    for (const other of ['r-D2', 'r-G1', 'r-D3', 'r-P2']) expect(await officers.refused(other, 'saveResult', input)).toMatch(/^(NOT_FOUND|FORBIDDEN) input.unit$/);
    const { figure } = await officers.save('r-D1', 'D1', 1, { asOf });
    for (const other of ['r-D2', 'r-G1', 'r-D3', 'r-P2']) {
      expect(await officers.refused(other, 'submitResult', of(figure!))).toBe('NOT_FOUND input.id');
      expect(await officers.refused(other, 'withdrawResult', { ...of(figure!), reason: 'x' })).toBe('NOT_FOUND input.id');
    }
    // Whoever reports for a unit above reports for it, too.
    expect((await officers.submit('r-P1', figure!)).figure).toMatchObject({ status: 'SUBMITTED' });
  });

  test('it is approved and returned from strictly above, and not by whoever handed it in', async () => {
    const asOf = newDay();
    const { figure } = await officers.submit('a-P1', (await officers.save('a-P1', 'D1', 1, { asOf })).figure!);
    expect(await officers.refused('r-P1', 'approveResult', of(figure!))).toBe('FORBIDDEN');
    for (const [other, code] of [['a-D1', 'FORBIDDEN'], ['a-P1', 'FORBIDDEN'], ['a-D2', 'NOT_FOUND'], ['a-G1', 'NOT_FOUND'], ['a-P2', 'NOT_FOUND']] as const) {
      expect(await officers.refused(other, 'approveResult', of(figure!))).toBe(`${code} input.id`);
      if (other !== 'a-P1') expect(await officers.refused(other, 'returnResult', { ...of(figure!), reason: 'x' })).toBe(`${code} input.id`);
    }
    expect((await officers.send('a-N', 'approveResult', of(figure!))).figure).toMatchObject({ status: 'APPROVED' });
    for (const other of ['r-D2', 'r-G1', 'r-P2']) expect(await officers.refused(other, 'correctResult', { ...of(figure!), expectedVersion: 3, value: 2, reason: 'x' })).toBe('NOT_FOUND input.id');
  });

  test('whatever their name', async () => {
    for (const name of ["o'brien; select ?, $1 -- ? :x", 'Nguyễn \\ "Ánh" ??']) {
      await server.grant(name, 'REPORTER', 'D1');
      const saved = await officers.save(name, 'D1', 1, { asOf: newDay(), idempotencyKey: name });
      expect(saved).toMatchObject({ figure: { status: 'DRAFT' }, userErrors: [] });
      const { rows } = await server.db.pool.query('select action from audit_log where principal = $1', [name]);
      expect(rows).toEqual([{ action: 'SAVE_RESULT' }]);
    }
  });

  test('who is plainly seen to be, by a function, stands as the policies say', async () => {
    const unlaunched = { type: 'campaign', code: 'unlaunched', name: 'x', campaignKind: 'PROGRAMME', launchedBy: 'P1', status: 'DRAFT', indicators: ['i'] };
    const body = { type: 'campaign', code: 'of-a-body', name: 'x', campaignKind: 'PROGRAMME', externalLauncher: 'x', indicators: ['i'] };
    await server.load([unlaunched, body]);
    await server.db.pool.query(
      `insert into series (campaign_id, indicator_id, measure, flows) select c.id, i.id, m.measure::measure, true
       from campaign c, indicator i, unnest(array['RESULT', 'REGISTERED', 'ASSIGNED', 'SELF_SET']) m (measure) where c.code in ('c', 'unlaunched', 'of-a-body') and i.code = 'i' on conflict do nothing`,
    );
    await server.db.pool.query(
      `insert into figure (series_id, unit_id, coverage, date, value, status, submitted_by, submitted_at, approved_at, counterpart_id)
       select s.id, u.id, case s.measure when 'RESULT' then 'OWN' else 'SUBTREE' end::figure_coverage, '2022-11-11', 1, t.status::figure_status, 'r-D1', now(), case t.status when 'APPROVED' then now() end,
         case when s.measure in ('ASSIGNED', 'REGISTERED') then (select id from org_unit where code = 'P1') end
       from series s join campaign c on c.id = s.campaign_id, org_unit u, unnest(array['SUBMITTED', 'APPROVED']) t (status) where u.code in ('P1', 'D1', 'D3', 'G1') on conflict do nothing`,
    );
    const { rows: [all] } = await server.db.pool.query<{ ids: string[] }>('select array_agg(id::text) as ids from figure');
    let [plainly, asThePoliciesSay] = [0, 0];
    for (const principal of ['a-N', 'r-P1', 'a-P1', 'm-P2', 'r-D1', 'v-G1', 'a-D3', 'nobody']) {
      const client = await server.api.pool.connect();
      try {
        await client.query('begin');
        await client.query(`select set_config(name, value, true) from access_session($1, '2026-01-01')`, [principal]);
        const seen = new Map((await client.query(SEEN, [all!.ids])).rows.map((row: { key: string }) => [row.key, row]));
        const { rows } = await client.query(PLAINLY_SEEN, [all!.ids]);
        for (const row of rows) expect(row).toEqual(seen.get(row.key));
        plainly += rows.length;
        asThePoliciesSay += seen.size;
      } finally {
        await client.query('rollback');
        client.release();
      }
    }
    expect(plainly).toBeGreaterThan(20);
    expect(asThePoliciesSay).toBeGreaterThanOrEqual(plainly);
    await server.db.pool.query(`delete from figure where date = '2022-11-11'`);
  });

  test('the database says so, too', async () => {
    const { figure } = await officers.submit('r-D1', (await officers.save('r-D1', 'D1', 1, { asOf: newDay() })).figure!);
    const { rows } = await server.db.pool.query<{ id: string }>(`select max(id)::text as id from figure where status = 'SUBMITTED'`);
    const id = rows[0]!.id;
    const as = async (principal: string, statement: string, values: unknown[]): Promise<string> => {
      const client = await server.api.pool.connect();
      try {
        await client.query('begin');
        await client.query(`select set_config(name, value, true) from access_session($1, '2026-01-01')`, [principal]);
        const { rowCount } = await client.query(statement, values);
        return String(rowCount);
      } catch (error) {
        return (error as { code: string }).code;
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    expect(figure).not.toBeNull();
    for (const other of ['a-D1', 'r-P1', 'a-D2', 'a-P2', 'v-N', 'r-D1']) expect(await as(other, 'select ledger_approve($1)', [[id]])).toBe('42501');
    expect(await as('a-P1', 'select ledger_approve($1)', [[id]])).toBe('1');
    expect(await as('a-P1', 'select ledger_approve($1)', [[id, '999999999']])).toBe('42501');
    // Nor does anybody hand in for others, or what is not a draft, or has changed since.
    const { figure: draft } = await officers.save('r-D1', 'D1', 1, { asOf: newDay() });
    const { rows: [drafted] } = await server.db.pool.query<{ id: string }>(`select max(id)::text as id from figure where status = 'DRAFT'`);
    const handIn = [[drafted!.id], [draft!.version], JSON.stringify([{ id: drafted!.id, warnings: [] }])];
    expect(await as('r-D1', 'select ledger_submit($1, $2, $3)', handIn)).toBe('1');
    for (const other of ['v-D1', 'r-G1']) expect(await as(other, 'select ledger_submit($1, $2, $3)', handIn)).toBe(other === 'v-D1' ? '42501' : 'LD002');
    expect(await as('r-D1', 'select ledger_submit($1, $2, $3)', [handIn[0], [draft!.version + 1], handIn[2]])).toBe('LD002');
    expect(await as('r-D1', 'select ledger_submit($1, $2, $3)', [[id], [figure!.version], JSON.stringify([{ id, warnings: [] }])])).toBe('42501');
    expect(await as('a-P1', 'select ledger_approve($1, $2)', [[id], [figure!.version]])).toBe('1');
    expect(await as('a-P1', 'select ledger_approve($1, $2)', [[id], [figure!.version - 1]])).toBe('LD002');
    expect(await as('a-P2', 'select ledger_take($1, $2, true, $3)', [[id], [figure!.version], 'approve'])).toBe('LD002');
    // Nobody makes it count by hand.
    for (const status of ['APPROVED', 'SUPERSEDED']) expect(await as('a-N', 'update figure set status = $2 where id = $1', [id, status])).toBe('42501');
    expect(await as('a-N', `insert into figure (series_id, unit_id, coverage, date, value) select series_id, unit_id, coverage, '2022-12-01', 1 from figure where id = $1`, [id])).toBe('42501');
    expect(await as('r-D2', `insert into figure (series_id, unit_id, coverage, date, value, status, approved_at) select series_id, (select id from org_unit where code = 'D2'), 'OWN', '2022-12-01', 1, 'APPROVED', null from figure limit 1`, [])).toBe('42501');
    expect(await as('r-D1', `update figure set status = 'RETURNED' where id = $1`, [id])).toBe('42501');
    expect(await as('r-D2', `update figure set value = 2 where id = $1`, [id])).toBe('0');
    expect(await as('a-N', 'update balance set total = 0', [])).toBe('42501');
    // A table of notes that the API has made itself is not written by those who may.
    const client = new pg.Client({ connectionString: server.api.url });
    await client.connect();
    try {
      await client.query('begin; create temp table ledger_dirty (unit_id int, series_id int, since date)');
      await client.query(`select set_config(name, value, true) from access_session('a-P1', '2026-01-01')`);
      await expect(client.query('select ledger_approve($1)', [[id]])).rejects.toMatchObject({ code: '42501', message: expect.stringMatching(/another role|must be owner/) });
    } finally {
      await client.end();
    }
  });
});

describe('what is wrong is refused', () => {
  const cases: [string, object, string][] = [
    ['a date in the future', { asOf: '2999-01-01' }, 'input.asOf INVALID'],
    ['a negative count', { value: -1 }, 'input.value INVALID'],
    ['a little less than nothing', { value: -0.0001 }, 'input.value INVALID'],
    ['more decimals than are kept', { value: 1.00001 }, 'input.value INVALID'],
    ['a number that is not exact', { value: 9007199254740994 }, 'input.value INVALID'],
    ['a day before the unit began', { asOf: '1999-12-31' }, 'input.asOf INVALID'],
    ['an unknown unit', { unit: 'X' }, 'input.unit NOT_FOUND'],
    ['an unknown campaign', { campaign: 'X' }, 'input.campaign NOT_FOUND'],
    ['an unknown phase', { phase: 'X' }, 'input.phase NOT_FOUND'],
    ['an unknown indicator', { indicator: 'X' }, 'input.indicator NOT_FOUND'],
    ['a percentage of a norm', { statedPercent: 5, statedBasis: 'NORM' }, 'input.statedBasis INVALID'],
    ['a basis of no percentage', { statedBasis: 'ASSIGNED' }, 'input.statedPercent INVALID'],
    ['a note too long', { note: 'x'.repeat(2001) }, 'input.note INVALID'],
    ['an idempotency key that is none', { idempotencyKey: '' }, 'input.idempotencyKey INVALID'],
    ['a version of what there is not', { expectedVersion: 4 }, 'input.expectedVersion CONFLICT'],
  ];
  test.each(cases)('%s', async (_what, more, error) => {
    const before = await server.db.pool.query('select count(*) from figure');
    expect(errorsOf(await officers.save('r-D1', 'D1', 1, { asOf: '2022-06-15', ...more }))).toEqual([error]);
    expect((await server.db.pool.query('select count(*) from figure')).rows).toEqual(before.rows);
  });

  test('a day that is none is BAD_USER_INPUT', async () => {
    expect(await officers.refused('r-D1', 'saveResult', { unit: 'D1', campaign: 'c', indicator: 'i', coverage: 'OWN', asOf: '2022-02-30', value: 1 })).toBe('BAD_USER_INPUT');
  });

  test('a second statement of a day that counts: it is corrected instead', async () => {
    const asOf = newDay();
    const figure = await officers.report('r-D1', 'a-P1', 'D1', 10, { asOf });
    const again = await officers.save('r-D1', 'D1', 11, { asOf });
    expect(errorsOf(again)).toEqual(['input.asOf CONFLICT']);
    expect(again.figure).toMatchObject({ id: figure.id, status: 'APPROVED' });
  });

  test('what was handed in is not written anew', async () => {
    const asOf = newDay();
    const { figure } = await officers.submit('r-D1', (await officers.save('r-D1', 'D1', 1, { asOf })).figure!);
    const again = await officers.save('r-D1', 'D1', 2, { asOf, expectedVersion: figure!.version });
    expect(errorsOf(again)).toEqual(['input.asOf CONFLICT']);
    expect(again.figure).toMatchObject({ status: 'SUBMITTED', value: 1 });
  });

  test('a draft of a day on which another counts by the time it is handed in, or approved', async () => {
    const asOf = newDay();
    const draft = await officers.save('r-D1', 'D1', 1, { asOf });
    await server.load([{ type: 'result', unit: 'D1', campaign: 'c', indicator: 'i', coverage: 'SUBTREE', asOf, value: 5 }]);
    expect(errorsOf(await officers.submit('r-D1', draft.figure!))).toEqual(['input.id CONFLICT']);
    const later = newDay();
    const submitted = await officers.submit('r-D1', (await officers.save('r-D1', 'D1', 1, { asOf: later })).figure!);
    await server.load([{ type: 'result', unit: 'D1', campaign: 'c', indicator: 'i', coverage: 'SUBTREE', asOf: later, value: 5 }]);
    expect(errorsOf(await officers.send('a-P1', 'approveResult', of(submitted.figure!)))).toEqual(['input.id CONFLICT']);
  });
});

describe('campaigns', () => {
  const reports = { unit: 'D1', campaign: 'k', indicator: 'i', coverage: 'SUBTREE', asOf: '2022-03-01', value: 1 };

  test('take results while they run: not before the launch, and of what they count', async () => {
    await officers.send('m-N', 'draftCampaign', {
      code: 'k', unit: 'N', name: 'k', kind: 'MOVEMENT', startsOn: '2022-01-01', endsOn: '2022-12-31', theme: 'x', objective: 'x', content: 'x', measures: 'x', audience: 'x', indicators: ['i'],
    }, 'campaign { code }');
    expect(errorsOf(await officers.send('r-N', 'saveResult', { ...reports, unit: 'N' }))).toEqual(['input.campaign INVALID']);
    expect(errorsOf(await officers.send('r-D1', 'saveResult', reports))).toEqual(['input.campaign NOT_FOUND']);
    await officers.send('m-N', 'setOwnTarget', { unit: 'N', campaign: 'k', indicator: 'i', value: 5, decidedOn: '2022-01-01' });
    const launched = await officers.send('m-N', 'launchCampaign', { code: 'k', expectedVersion: 1, launchedOn: '2022-01-01' }, 'campaign { version }');
    expect(launched.userErrors).toEqual([]);
    expect(errorsOf(await officers.send('r-D1', 'saveResult', { ...reports, indicator: 'i.valid' }))).toEqual(['input.indicator INVALID']);
    const [first, second, third] = [await officers.send('r-D1', 'saveResult', reports), await officers.send('r-D1', 'saveResult', { ...reports, asOf: '2022-04-01' }), await officers.send('r-D1', 'saveResult', { ...reports, asOf: '2022-05-01' })];
    const [submitted, other] = [await officers.submit('r-D1', first.figure!), await officers.submit('r-D1', second.figure!)];

    // Closed, nothing new comes in; what was handed in is still approved, and what counts corrected.
    expect((await officers.send('m-N', 'closeCampaign', { code: 'k', expectedVersion: launched['campaign'].version, on: '2022-12-31' }, 'campaign { status }')).userErrors).toEqual([]);
    expect(errorsOf(await officers.send('r-D1', 'saveResult', { ...reports, asOf: '2022-06-01' }))).toEqual(['input.campaign INVALID']);
    expect(errorsOf(await officers.submit('r-D1', third.figure!))).toEqual(['input.id INVALID']);
    expect((await officers.send('a-P1', 'returnResult', { ...of(other.figure!), reason: 'x' })).figure).toMatchObject({ status: 'RETURNED' });
    const approved = await officers.send('a-P1', 'approveResult', of(submitted.figure!));
    expect(approved.figure).toMatchObject({ status: 'APPROVED' });
    const correction = await officers.send('r-D1', 'correctResult', { ...of(approved.figure!), value: 2, reason: 'x' });
    const handed = await officers.submit('r-D1', correction.figure!);
    const returned = await officers.send('a-P1', 'returnResult', { ...of(handed.figure!), reason: 'x' });
    const edited = await officers.send('r-D1', 'saveResult', { ...reports, value: 3, expectedVersion: returned.figure!.version });
    expect((await officers.submit('r-D1', edited.figure!)).figure).toMatchObject({ status: 'SUBMITTED', value: 3 });
  });
});

describe('versions', () => {
  test('whoever has seen another version is told so, with the state as it is, and nothing is done', async () => {
    const asOf = newDay();
    const { figure } = await officers.save('r-D1', 'D1', 1, { asOf });
    const stale = { id: figure!.id, expectedVersion: 7 };
    for (const [as, name, more] of [['r-D1', 'submitResult', {}], ['r-D1', 'withdrawResult', { reason: 'x' }]] as const) {
      const answer = await officers.send(as, name, { ...stale, ...more });
      expect(errorsOf(answer)).toEqual(['input.expectedVersion CONFLICT']);
      expect(answer.figure).toMatchObject({ version: 1, status: 'DRAFT' });
    }
    const without = await officers.save('r-D1', 'D1', 2, { asOf });
    expect(errorsOf(without)).toEqual(['input.expectedVersion CONFLICT']);
    expect(without.figure).toMatchObject({ version: 1, value: 1 });
    const { figure: submitted } = await officers.submit('r-D1', figure!);
    for (const [as, name, more] of [['a-P1', 'approveResult', {}], ['a-P1', 'returnResult', { reason: 'x' }]] as const) {
      const answer = await officers.send(as, name, { ...stale, ...more });
      expect(errorsOf(answer)).toEqual(['input.expectedVersion CONFLICT']);
      expect(answer.figure).toMatchObject({ version: 2, status: 'SUBMITTED' });
    }
    const { figure: approved } = await officers.send('a-P1', 'approveResult', of(submitted!));
    const answer = await officers.send('r-D1', 'correctResult', { ...stale, value: 3, reason: 'x' });
    expect(errorsOf(answer)).toEqual(['input.expectedVersion CONFLICT']);
    expect(answer.figure).toMatchObject({ version: approved!.version, status: 'APPROVED' });
  });

  test('of two who approve at once, one does', async () => {
    const { figure } = await officers.submit('r-D1', (await officers.save('r-D1', 'D1', 1, { asOf: newDay() })).figure!);
    const answers = await Promise.all(['a-P1', 'm-P1', 'a-N', 'm-N'].map((as) => officers.send(as, 'approveResult', of(figure!))));
    expect(answers.flatMap(errorsOf).sort()).toEqual(Array(3).fill('input.expectedVersion CONFLICT'));
  });

  test('of two who begin at once, one does', async () => {
    const asOf = newDay();
    const answers = await Promise.all(['r-D1', 'a-D1', 'm-D1', 'r-P1'].map((as) => officers.save(as, 'D1', 3, { asOf })));
    expect(answers.flatMap(errorsOf)).toEqual(Array(3).fill('input.expectedVersion CONFLICT'));
    expect(new Set(answers.map(({ figure }) => figure?.id)).size).toBe(1);
  });
});

describe('repeats', () => {
  test('every step, sent again under its key, does nothing more and gets the first answer', async () => {
    const asOf = newDay();
    const twice = async (as: string, name: string, input: object) => {
      const first = await officers.send(as, name, { ...input, idempotencyKey: `${name}-${asOf}` });
      const second = await officers.send(as, name, { ...input, idempotencyKey: `${name}-${asOf}` });
      expect(first).toMatchObject({ replayed: false, userErrors: [] });
      expect(second).toEqual({ ...first, replayed: true });
      return second.figure!;
    };
    const key = { unit: 'D1', campaign: 'c', indicator: 'i.valid', coverage: 'SUBTREE', asOf };
    const saved = await twice('r-D1', 'saveResult', { ...key, value: 4 });
    const submitted = await twice('r-D1', 'submitResult', of(saved));
    const returned = await twice('a-P1', 'returnResult', { ...of(submitted), reason: 'x' });
    const resubmitted = await officers.send('r-D1', 'submitResult', of(returned));
    const approved = await twice('a-P1', 'approveResult', of(resubmitted.figure!));
    const correction = await twice('r-D1', 'correctResult', { ...of(approved), value: 5, reason: 'x' });
    await twice('r-D1', 'withdrawResult', { ...of(correction), reason: 'x' });
    expect((await officers.send('r-D1', 'saveResult', { ...key, value: 4, idempotencyKey: `saveResult-${asOf}` })).figure).toMatchObject({ status: 'DRAFT', version: 1 });
    const { rows } = await server.db.pool.query(`select count(*)::int as figures from figure f join series s on s.id = f.series_id join indicator i on i.id = s.indicator_id where i.code = 'i.valid' and f.date = $1`, [asOf]);
    expect(rows).toEqual([{ figures: 2 }]);
  });

  test('two at once do it once', async () => {
    const input = { asOf: newDay(), idempotencyKey: 'at once' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => officers.save('r-D1', 'D1', 8, input)));
    expect(answers.map(({ replayed }) => replayed).sort()).toEqual([false, true, true, true, true]);
    expect(new Set(answers.map(({ figure }) => JSON.stringify(figure))).size).toBe(1);
  });

  test('another input, or another mutation, under the same key is refused; another caller’s key is another', async () => {
    const asOf = newDay();
    const { figure } = await officers.save('r-D1', 'D1', 1, { asOf, idempotencyKey: 'mine' });
    expect(errorsOf(await officers.save('r-D1', 'D1', 2, { asOf, idempotencyKey: 'mine' }))).toEqual(['input.idempotencyKey CONFLICT']);
    expect(errorsOf(await officers.send('r-D1', 'submitResult', { ...of(figure!), idempotencyKey: 'mine' }))).toEqual(['input.idempotencyKey CONFLICT']);
    expect((await officers.send('a-D1', 'submitResult', { ...of(figure!), idempotencyKey: 'mine' })).userErrors).toEqual([]);
  });

  test('is authorised anew', async () => {
    await server.grant('leaving', 'REPORTER', 'D1');
    const input = { asOf: newDay(), idempotencyKey: 'k' };
    await officers.save('leaving', 'D1', 1, input);
    await server.db.pool.query(`update role_grant set revoked_at = now() where principal = 'leaving'`);
    await server.grant('leaving', 'REPORTER', 'D2');
    expect(errorsOf(await officers.save('leaving', 'D1', 1, input))).toEqual(['input.unit NOT_FOUND']);
  });

  test('for 48 hours', async () => {
    const input = { asOf: newDay(), idempotencyKey: 'old' };
    const { figure } = await officers.save('r-D1', 'D1', 1, input);
    await server.db.pool.query(`update idempotency set at = now() - interval '47 hours 59 minutes' where key = 'old'`);
    expect((await officers.save('r-D1', 'D1', 1, input)).replayed).toBe(true);
    await server.db.pool.query(`update idempotency set at = now() - interval '48 hours 1 second' where key = 'old'`);
    expect(errorsOf(await officers.save('r-D1', 'D1', 1, input))).toEqual(['input.expectedVersion CONFLICT']);
    expect((await officers.send('r-D1', 'withdrawResult', { ...of(figure!), reason: 'x', idempotencyKey: 'old' }))).toMatchObject({ replayed: false, userErrors: [] });
    await server.db.pool.query(`update idempotency set at = now() - interval '3 days' where key = 'old'`);
    await server.api.pool.query('select idempotency_purge()');
    expect((await server.db.pool.query(`select from idempotency where key = 'old'`)).rowCount).toBe(0);
  });

  test('what was refused leaves no trace: its key is free', async () => {
    const asOf = newDay();
    expect(errorsOf(await officers.save('r-D1', 'D1', -1, { asOf, idempotencyKey: 'tried' }))).toEqual(['input.value INVALID']);
    expect(await officers.save('r-D1', 'D1', 1, { asOf, idempotencyKey: 'tried' })).toMatchObject({ replayed: false, userErrors: [] });
  });
});

describe('many at once', () => {
  const drafts = (values: number[], asOf: string) => Promise.all(values.map((value, i) => officers.save('r-D1', ['G1', 'G2', 'G3'][i]!, value, { asOf, indicator: 'i.uploaded', coverage: 'OWN' })));
  const SELECTION = 'done outcomes { id figure { id status version } userErrors { path code } }';

  test('are handed in and approved, each for itself: the totals move once', async () => {
    const asOf = newDay();
    const saved = (await drafts([1, 2, 3], asOf)).map(({ figure }) => of(figure!));
    const stale = { ...saved[1]!, expectedVersion: 9 };
    const submitted = await officers.send('r-D1', 'submitResults', { items: [saved[0], stale, saved[2]], mode: 'EACH' }, SELECTION);
    expect(submitted).toMatchObject({ done: 2, userErrors: [], outcomes: [{ figure: { status: 'SUBMITTED' }, userErrors: [] }, { figure: { status: 'DRAFT' }, userErrors: [{ code: 'CONFLICT' }] }, { figure: { status: 'SUBMITTED' } }] });
    const items = submitted['outcomes'].map(({ figure }: { figure: { id: string; version: number } }) => ({ id: figure.id, expectedVersion: figure.version }));
    const approved = await officers.send('a-D1', 'approveResults', { items, mode: 'EACH', idempotencyKey: 'each' }, SELECTION);
    expect(approved).toMatchObject({ done: 2, outcomes: [{ figure: { status: 'APPROVED' } }, { userErrors: [{ path: ['input', 'id'], code: 'CONFLICT' }] }, { figure: { status: 'APPROVED' } }] });
    expect(await officers.total('D1', asOf, 'i.uploaded')).toBe(4);
    expect(await officers.send('a-D1', 'approveResults', { items, mode: 'EACH', idempotencyKey: 'each' }, SELECTION)).toEqual({ ...approved, replayed: true });
  });

  test('all or nothing: one that cannot be done, and nothing is', async () => {
    const asOf = newDay();
    const saved = (await drafts([1, 2, 3], asOf)).map(({ figure }) => of(figure!));
    const refused = await officers.send('r-D1', 'submitResults', { items: [saved[0], { ...saved[1], expectedVersion: 9 }, saved[2]], mode: 'ALL_OR_NOTHING' }, SELECTION);
    expect(refused).toMatchObject({ done: 0, userErrors: [{ path: ['input', 'items', '1', 'expectedVersion'], code: 'CONFLICT' }], outcomes: [{ figure: { status: 'DRAFT' } }, {}, {}] });
    const submitted = await officers.send('r-D1', 'submitResults', { items: saved, mode: 'ALL_OR_NOTHING' }, SELECTION);
    expect(submitted).toMatchObject({ done: 3, userErrors: [] });
    const items = saved.map(({ id }) => ({ id, expectedVersion: 2 }));
    const hidden = await officers.save('r-D2', 'D2', 1, { asOf });
    expect(await officers.send('a-D1', 'approveResults', { items: [...items, of(hidden.figure!)], mode: 'ALL_OR_NOTHING' }, SELECTION)).toMatchObject({
      done: 0, userErrors: [{ path: ['input', 'items', '3', 'id'], code: 'NOT_FOUND' }],
    });
    expect(await officers.total('D1', asOf, 'i.uploaded')).toBe(4);
    expect(await officers.send('a-D1', 'approveResults', { items, mode: 'ALL_OR_NOTHING' }, SELECTION)).toMatchObject({ done: 3, userErrors: [] });
    expect(await officers.total('D1', asOf, 'i.uploaded')).toBe(6);
  });

  test('none, one twice, and more than a thousand are refused', async () => {
    const { figure } = await officers.save('r-D1', 'D1', 1, { asOf: newDay() });
    const refuse = (items: object[]) => officers.send('r-D1', 'submitResults', { items, mode: 'EACH' }, SELECTION);
    expect(errorsOf(await refuse([]))).toEqual(['input.items INVALID']);
    expect(errorsOf(await refuse([of(figure!), of(figure!)]))).toEqual(['input.items.1.id INVALID']);
  });
});

describe('what is odd is acknowledged', () => {
  const submitAs = async (unit: string, value: number, more: object, acknowledge: string[] = []) => {
    const saved = await officers.save('r-P1', unit, value, more);
    expect(saved.userErrors).toEqual([]);
    const submitted = await officers.submit('r-P1', saved.figure!, acknowledge);
    return { saved: saved.warnings.map(({ code }) => code), submitted: errorsOf(submitted), warnings: submitted.warnings.map(({ code }) => code), figure: submitted.figure! };
  };

  test('a running total that falls, after one day and before another', async () => {
    await officers.report('r-G4', 'a-D2', 'G4', 10, { asOf: '2022-06-10', coverage: 'OWN' });
    const fall = await submitAs('G4', 9, { asOf: '2022-06-11', coverage: 'OWN' });
    expect(fall).toMatchObject({ saved: ['RESULT_FALLS'], submitted: ['input.acknowledge NOT_ACKNOWLEDGED'], warnings: ['RESULT_FALLS'], figure: { status: 'DRAFT' } });
    expect((await officers.submit('r-G4', fall.figure, ['RESULT_FALLS'])).figure).toMatchObject({ status: 'SUBMITTED', warnings: ['RESULT_FALLS'] });
    expect((await submitAs('G4', 11, { asOf: '2022-06-09', coverage: 'OWN' })).warnings).toEqual(['RESULT_FALLS']);
    expect((await submitAs('G4', 10, { asOf: '2022-06-08', coverage: 'OWN' })).submitted).toEqual([]);
  });

  test('more than ten times a target', async () => {
    await server.load([{ type: 'target', unit: 'D2', campaign: 'c', phase: 'p1', indicator: 'i', basis: 'ASSIGNED', counterpart: 'P1', value: 10, decidedOn: '2022-01-08' }]);
    expect((await submitAs('D2', 101, { phase: 'p1', asOf: '2022-05-01' })).warnings).toEqual(['FAR_ABOVE_TARGET']);
    expect((await submitAs('D2', 100, { phase: 'p1', asOf: '2022-05-02' })).submitted).toEqual([]);
    // Not yet decided by then.
    expect((await submitAs('D2', 1000, { phase: 'p1', asOf: '2022-01-07' })).warnings).toEqual([]);
  });

  test('a sum of targets beneath is a target once it is complete', async () => {
    const target = (unit: string) => ({ type: 'target', unit, campaign: 'c', phase: 'p1', indicator: 'i.valid', basis: 'SELF_SET', value: 1, decidedOn: '2022-01-08' });
    await server.load([{ ...target('N'), value: 1_000_000 }, target('G1'), target('G2')]);
    expect((await submitAs('D1', 21, { phase: 'p1', indicator: 'i.valid', asOf: '2022-05-01' })).warnings).toEqual([]);
    await server.load([target('G3')]);
    expect((await submitAs('D1', 31, { phase: 'p1', indicator: 'i.valid', asOf: '2022-05-02' })).warnings).toEqual(['FAR_ABOVE_TARGET']);
    expect((await submitAs('D1', 30, { phase: 'p1', indicator: 'i.valid', asOf: '2022-05-03' })).warnings).toEqual([]);
  });

  test('a day after the end of the campaign, or of the phase', async () => {
    expect((await submitAs('G4', 1000, { asOf: '2023-01-01', coverage: 'OWN' })).warnings).toEqual(['AFTER_END']);
    expect((await submitAs('G4', 1, { phase: 'p1', asOf: '2022-06-01', coverage: 'OWN' })).warnings).toEqual(['AFTER_END']);
    expect((await submitAs('G4', 1, { phase: 'p1', asOf: '2022-05-31', coverage: 'OWN' })).submitted).toEqual([]);
  });

  test('fewer uploaded than valid', async () => {
    await officers.report('r-G4', 'a-D2', 'G4', 30, { indicator: 'i.valid', asOf: '2022-07-01', coverage: 'OWN' });
    expect((await submitAs('G4', 29, { indicator: 'i.uploaded', asOf: '2022-07-02', coverage: 'OWN' })).warnings).toEqual(['BELOW_LATER_STAGE']);
    expect((await submitAs('G4', 30, { indicator: 'i.uploaded', asOf: '2022-07-03', coverage: 'OWN' })).submitted).toEqual([]);
    await officers.report('r-G4', 'a-D2', 'G4', 40, { indicator: 'i.uploaded', asOf: '2022-07-04', coverage: 'OWN' });
    expect((await submitAs('G4', 41, { indicator: 'i.valid', asOf: '2022-07-05', coverage: 'OWN' })).warnings).toEqual(['BELOW_LATER_STAGE']);
  });

  test('a figure for the subtree that is less than, or dated before, the approved detail', async () => {
    await officers.report('r-G4', 'a-D2', 'G4', 100, { indicator: 'i.valid', asOf: '2022-08-01', coverage: 'OWN' });
    expect((await submitAs('D2', 99, { indicator: 'i.valid', asOf: '2022-08-02' })).warnings).toContain('BELOW_DETAIL');
    expect((await submitAs('D2', 100, { indicator: 'i.valid', asOf: '2022-08-03' })).warnings).toEqual([]);
    expect((await submitAs('D2', 200, { indicator: 'i.valid', asOf: '2022-07-31' })).warnings).toEqual(['BEFORE_DETAIL']);
  });
});

test('the ledger is what the figures say', async () => {
  expect((await verify(server.db.pool)).differences).toEqual([]);
});
