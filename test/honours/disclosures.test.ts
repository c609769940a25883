import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

let server: TestServer;
const tokens = new Map<string, string>();
beforeAll(async () => {
  server = await startTestServer();
  await server.load([
    { type: 'person', code: 'nguoi-1', unit: 'D399', name: 'Nguyễn Văn A' },
    { type: 'work', code: 'w-1', unit: 'D399', kind: 'WORK', name: 'Đường hoa', status: 'COMPLETED', campaign: 'thanh-hoa-aspiration-hoang-hoa', source: 'S2-18', note: 'Nội bộ' },
    { type: 'work', code: 'w-2', unit: 'D272', kind: 'WORK', name: 'Công trình khác', status: 'COMPLETED' },
    { type: 'initiative', code: 'i-1', unit: 'D399', title: 'Sáng kiến một', authors: ['nguoi-1'], stages: [{ stage: 'REGISTERED', on: '2022-01-01' }] },
    { type: 'initiative', code: 'i-2', unit: 'D399', title: 'Sáng kiến hai', authors: ['nguoi-1'], stages: [{ stage: 'REGISTERED', on: '2022-01-01' }, { stage: 'VALID', on: '2022-02-01' }] },
  ]);
  for (const [principal, role, unit] of [
    ['manager', 'CAMPAIGN_MANAGER', 'D399'], ['above', 'CAMPAIGN_MANAGER', 'P38'], ['sibling', 'CAMPAIGN_MANAGER', 'D272'], ['below', 'CAMPAIGN_MANAGER', 'D399-delta'],
    ['reporter', 'REPORTER', 'D399'], ['approver', 'APPROVER', 'D399'], ['partner', 'PARTNER', 'P38'], ['elsewhere', 'PARTNER', 'P01'],
  ] as const) {
    await server.grant(principal, role, unit);
    tokens.set(principal, await server.tokenFor(principal));
  }
});
afterAll(() => server.close());

const as = (principal: string | null) => ({ as: principal === null ? null : tokens.get(principal)! });
const SHOWN = `{ work(code: "w-1") { name source note unit { code } campaign { code } } orgUnit(code: "D399") { disclosures(first: 100) { nodes { of code audience withNames source } } } }`;
const FIELDS = `disclosure { id of code audience withNames version endedAt endReason unit { code } } replayed userErrors { path code }`;

async function disclose(principal: string | null, input: object): Promise<Answer> {
  return server.query(`mutation ($input: DiscloseRecordInput!) { discloseRecord(input: $input) { ${FIELDS} } }`, { input: { of: 'WORK', code: 'w-1', audience: 'PARTNER', ...input } }, as(principal));
}
async function withdraw(principal: string, input: object): Promise<Answer> {
  return server.query(`mutation ($input: WithdrawDisclosureInput!) { withdrawDisclosure(input: $input) { ${FIELDS} } }`, { input: { reason: 'Nhầm', ...input } }, as(principal));
}
const seenBy = async (principal: string | null) => (await server.query(SHOWN, {}, as(principal))).data.work as object | null;

describe('disclosures', () => {
  test('are for a CAMPAIGN_MANAGER of the unit: others are told so, and things elsewhere are not there', async () => {
    expect((await disclose(null, {})).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await disclose('approver', {})).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    for (const principal of ['sibling', 'below']) {
      expect((await disclose(principal, {})).data.discloseRecord).toEqual({ disclosure: null, replayed: false, userErrors: [{ path: ['input', 'code'], code: 'NOT_FOUND' }] });
    }
    expect((await disclose('manager', { code: 'w-2' })).data.discloseRecord.userErrors).toEqual([{ path: ['input', 'code'], code: 'NOT_FOUND' }]);
    expect((await disclose('manager', { of: 'EVENT' })).data.discloseRecord.userErrors).toEqual([{ path: ['input', 'code'], code: 'NOT_FOUND' }]);
    expect((await disclose('manager', { note: 'x'.repeat(2001) })).data.discloseRecord.userErrors).toEqual([{ path: ['input', 'note'], code: 'INVALID' }]);
    expect(await seenBy('partner')).toBeNull();
  });

  test('show a thing to its audience, without what is internal, until they are taken back', async () => {
    const { discloseRecord } = (await disclose('manager', { idempotencyKey: 'a', expectedVersion: 0, note: 'Theo kế hoạch' })).data;
    expect(discloseRecord).toMatchObject({ disclosure: { of: 'WORK', code: 'w-1', audience: 'PARTNER', version: 1, endedAt: null, unit: { code: 'D399' } }, replayed: false, userErrors: [] });
    expect((await disclose('manager', { idempotencyKey: 'a', expectedVersion: 0, note: 'Theo kế hoạch' })).data.discloseRecord).toEqual({ ...discloseRecord, replayed: true });
    const shown = { name: 'Đường hoa', source: null, note: null, unit: { code: 'D399' }, campaign: { code: 'thanh-hoa-aspiration-hoang-hoa' } };
    expect(await seenBy('partner')).toEqual(shown);
    expect(await seenBy('elsewhere')).toBeNull();
    expect(await seenBy(null)).toBeNull();
    expect(await seenBy('sibling')).toBeNull();

    // Somebody else's knowledge of it is old by now.
    expect((await disclose('above', { audience: 'PUBLIC', expectedVersion: 0 })).data.discloseRecord).toMatchObject({ disclosure: { audience: 'PARTNER' }, userErrors: [{ path: ['input', 'expectedVersion'], code: 'CONFLICT' }] });
    const { disclosure } = (await disclose('above', { audience: 'PUBLIC', expectedVersion: 1 })).data.discloseRecord;
    expect(disclosure).toMatchObject({ audience: 'PUBLIC', version: 1 });
    for (const principal of ['partner', 'elsewhere', null, 'sibling']) expect(await seenBy(principal)).toEqual(shown);
    expect((await server.query(SHOWN, {}, as('manager'))).data.orgUnit.disclosures.nodes.filter(({ code }: { code: string }) => code === 'w-1')).toHaveLength(2);
    expect((await server.query(SHOWN, {}, as(null))).data.orgUnit.disclosures.nodes.filter(({ code }: { code: string }) => code === 'w-1')).toEqual([{ of: 'WORK', code: 'w-1', audience: 'PUBLIC', withNames: false, source: null }]);

    expect((await withdraw('sibling', { id: disclosure.id })).data.withdrawDisclosure.userErrors).toEqual([{ path: ['input', 'id'], code: 'FORBIDDEN' }]);
    expect((await withdraw('manager', { id: disclosure.id, reason: ' ' })).data.withdrawDisclosure.userErrors).toEqual([{ path: ['input', 'reason'], code: 'INVALID' }]);
    expect((await withdraw('manager', { id: disclosure.id, expectedVersion: 7 })).data.withdrawDisclosure.userErrors).toEqual([{ path: ['input', 'expectedVersion'], code: 'CONFLICT' }]);
    expect((await withdraw('manager', { id: disclosure.id, expectedVersion: 1 })).data.withdrawDisclosure).toMatchObject({ disclosure: { version: 2, endReason: 'Nhầm', endedAt: expect.any(String) }, userErrors: [] });
    for (const principal of ['partner', 'elsewhere', null, 'sibling']) expect(await seenBy(principal)).toBeNull();

    const { data } = await server.query('{ auditTrail(unit: "D399", first: 3) { nodes { action principal before after } } }', {}, as('manager'));
    expect(data.auditTrail.nodes).toEqual([
      { action: 'WITHDRAW_DISCLOSURE', principal: 'manager', before: { of: 'WORK', code: 'w-1', audience: 'PUBLIC', withNames: false }, after: { reason: 'Nhầm' } },
      { action: 'DISCLOSE_RECORD', principal: 'above', before: { of: 'WORK', code: 'w-1', audience: 'PARTNER', withNames: false }, after: { of: 'WORK', code: 'w-1', audience: 'PUBLIC', withNames: false } },
      { action: 'DISCLOSE_RECORD', principal: 'manager', before: null, after: { of: 'WORK', code: 'w-1', audience: 'PARTNER', withNames: false } },
    ]);
  });

  test('wait until the thing is fit to be shown, and name persons only where they say so', async () => {
    expect((await disclose('manager', { of: 'INITIATIVE', code: 'i-1', audience: 'PUBLIC' })).data.discloseRecord.userErrors).toEqual([{ path: ['input', 'code'], code: 'INVALID' }]);
    const ask = async () => (await server.query('{ initiative(code: "i-2") { title authors { name } } }', {}, as(null))).data.initiative as object | null;
    expect(await ask()).toBeNull();
    await disclose('manager', { of: 'INITIATIVE', code: 'i-2', audience: 'PUBLIC' });
    expect(await ask()).toEqual({ title: 'Sáng kiến hai', authors: [] });
    await disclose('manager', { of: 'INITIATIVE', code: 'i-2', audience: 'PUBLIC', withNames: true });
    expect(await ask()).toEqual({ title: 'Sáng kiến hai', authors: [{ name: 'Nguyễn Văn A' }] });
  });

  test('what is shown is changed by who may show it; another campaign is not shown by that', async () => {
    const saveWork = (principal: string, more: object) =>
      server.query('mutation ($input: SaveWorkInput!) { saveWork(input: $input) { work { name campaign { code } } userErrors { path code } } }', { input: { code: 'w-3', unit: 'D399', kind: 'WORK', name: 'Vườn hoa', status: 'COMPLETED', ...more } }, as(principal));
    await server.load([{ type: 'campaign', code: 'k-hidden', name: 'Nội bộ', campaignKind: 'DRIVE', launchedBy: 'D399' }]);
    expect((await saveWork('reporter', { campaign: 'thanh-hoa-aspiration-hoang-hoa' })).data.saveWork.userErrors).toEqual([]);
    await disclose('manager', { code: 'w-3', audience: 'PUBLIC' });
    expect((await saveWork('reporter', { name: 'Tên khác', expectedVersion: 1 })).data.saveWork.userErrors).toEqual([{ path: ['input', 'code'], code: 'FORBIDDEN' }]);
    expect((await saveWork('manager', { name: 'Tên khác', campaign: 'k-hidden', expectedVersion: 1 })).data.saveWork).toMatchObject({ work: { name: 'Tên khác', campaign: { code: 'k-hidden' } }, userErrors: [] });
    expect((await server.query('{ work(code: "w-3") { name campaign { code } } campaign(code: "k-hidden") { code } }', {}, as(null))).data).toEqual({ work: { name: 'Tên khác', campaign: null }, campaign: null });
  });

  test('an award that is revoked is disclosed no more', async () => {
    await server.load([
      { type: 'award', code: 'aw-d', unit: 'D399', form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D399' }], count: 3, status: 'DECIDED' },
      { type: 'disclosure', of: 'AWARD', code: 'aw-d', audience: 'PUBLIC' },
    ]);
    const ask = async () => (await server.query('{ award(code: "aw-d") { count } orgUnit(code: "D399") { disclosures(first: 100) { nodes { code } } } }', {}, as(null))).data as { award: object | null; orgUnit: { disclosures: { nodes: { code: string }[] } } };
    expect((await ask()).award).toEqual({ count: 3 });
    const { data } = await server.query('mutation { revokeAward(input: { code: "aw-d", reason: "Sai", expectedVersion: 1 }) { award { status } userErrors { code } } }', {}, as('approver'));
    expect(data.revokeAward).toEqual({ award: { status: 'REVOKED' }, userErrors: [] });
    const after = await ask();
    expect(after.award).toBeNull();
    expect(after.orgUnit.disclosures.nodes.map(({ code }) => code)).not.toContain('aw-d');
  });

  test('what an import takes back to where it is not shown is disclosed no more, and does not come back by itself', async () => {
    const award = { type: 'award', code: 'aw-back', unit: 'D399', form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D399' }], count: 3 };
    const initiative = { type: 'initiative', code: 'i-back', unit: 'D399', title: 'Sáng kiến ba' };
    const registered = { stage: 'REGISTERED', on: '2022-01-01' };
    const stages = [registered, { stage: 'VALID', on: '2022-02-01' }];
    await server.load([
      { ...award, status: 'DECIDED' }, { ...initiative, stages },
      { type: 'disclosure', of: 'AWARD', code: 'aw-back', audience: 'PUBLIC' }, { type: 'disclosure', of: 'INITIATIVE', code: 'i-back', audience: 'PUBLIC' },
    ]);
    const ask = async () => {
      const { data } = await server.query('{ award(code: "aw-back") { code } initiative(code: "i-back") { code } orgUnit(code: "D399") { disclosures(first: 100) { nodes { code } } } }', {}, as(null));
      return [data.award, data.initiative, ...(data.orgUnit as { disclosures: { nodes: { code: string }[] } }).disclosures.nodes.map(({ code }) => code)].filter((one) => one === null || typeof one === 'object' || one.endsWith('-back'));
    };
    expect(await ask()).toEqual([{ code: 'aw-back' }, { code: 'i-back' }, 'i-back', 'aw-back']);
    await server.load([{ ...award, status: 'NOMINATED', corrects: true }, { ...initiative, stages: [registered], corrects: true }]);
    expect(await ask()).toEqual([null, null]);
    await server.load([{ ...award, status: 'DECIDED', corrects: true }, { ...initiative, stages, corrects: true }]);
    expect(await ask()).toEqual([null, null]);
  });

  test('who is named with what is shown is called otherwise by who may show it', async () => {
    await server.load([
      { type: 'person', code: 'pe-named', unit: 'D399', name: 'Trần Thị Bình' },
      { type: 'initiative', code: 'i-named', unit: 'D399', title: 'Sáng kiến bốn', authors: ['pe-named'], stages: [{ stage: 'REGISTERED', on: '2022-01-01' }, { stage: 'VALID', on: '2022-02-01' }] },
      { type: 'disclosure', of: 'INITIATIVE', code: 'i-named', audience: 'PUBLIC', withNames: true },
    ]);
    const rename = async (principal: string, name: string, expectedVersion: number) =>
      (await server.query('mutation ($input: SavePersonInput!) { savePerson(input: $input) { person { name } userErrors { path code } } }', { input: { unit: 'D399', code: 'pe-named', name, expectedVersion } }, as(principal))).data.savePerson;
    expect(await rename('reporter', 'Gọi 0912345678', 1)).toEqual({ person: null, userErrors: [{ path: ['input', 'code'], code: 'FORBIDDEN' }] });
    expect((await server.query('{ person(code: "pe-named") { name } }', {}, as(null))).data).toEqual({ person: { name: 'Trần Thị Bình' } });
    expect(await rename('manager', 'Trần Thị Bình An', 1)).toEqual({ person: { name: 'Trần Thị Bình An' }, userErrors: [] });
  });

  test('of two who show a thing at once, one is told that it has changed', async () => {
    const answers = await Promise.all(['PARTNER', 'PUBLIC'].map((audience) => disclose('above', { code: 'w-1', audience, expectedVersion: 0 })));
    const outcomes = answers.map(({ data }) => data.discloseRecord.userErrors.map(({ code }: { code: string }) => code) as string[]);
    expect(outcomes.toSorted()).toEqual([[], ['CONFLICT']]);
    const { rows } = await server.db.pool.query(`select count(*)::int as current from disclosure where code = 'w-1' and ended_at is null`);
    expect(rows).toEqual([{ current: 1 }]);
  });

  test('what is taken back, or said otherwise, while it is being shown: one comes after the other', async () => {
    const each = Array.from({ length: 25 }, (_, i) => i);
    await server.load(each.flatMap((i) => [
      { type: 'award', code: `aw-race-${i}`, unit: 'D399', form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D399' }], count: 3, status: 'DECIDED' },
      { type: 'work', code: `w-race-${i}`, unit: 'D399', kind: 'WORK', name: 'Vườn hoa', status: 'COMPLETED' },
    ]));
    const revoke = 'mutation ($code: String!) { revokeAward(input: { code: $code, reason: "Sai", expectedVersion: 1 }) { userErrors { code } } }';
    const change = 'mutation ($input: SaveWorkInput!) { saveWork(input: $input) { userErrors { code } } }';
    const codesOf = ({ errors, data }: Answer, of: string): unknown => errors ?? (data[of] as { userErrors: { code: string }[] }).userErrors.map(({ code }) => code);
    for (const i of each) {
      const [award, work] = [`aw-race-${i}`, `w-race-${i}`];
      const input = { code: work, unit: 'D399', kind: 'WORK', name: 'Tên khác', status: 'COMPLETED', campaign: 'thanh-hoa-aspiration-hoang-hoa', expectedVersion: 1 };
      const [shown, revoked, told, changed] = await Promise.all([
        disclose('manager', { of: 'AWARD', code: award, audience: 'PUBLIC' }), server.query(revoke, { code: award }, as('approver')),
        disclose('above', { code: work, audience: 'PUBLIC' }), server.query(change, { input }, as('reporter')),
      ]);
      expect(codesOf(revoked, 'revokeAward')).toEqual([]);
      expect([[], ['INVALID']]).toContainEqual(codesOf(shown, 'discloseRecord'));
      expect(codesOf(told, 'discloseRecord')).toEqual([]);
      expect([[], ['FORBIDDEN']]).toContainEqual(codesOf(changed, 'saveWork'));
    }
    const { rows } = await server.db.pool.query(
      `select d.code from disclosure d join award a on d.of = 'AWARD' and a.id = d.thing_id where d.ended_at is null and a.status = 'REVOKED'
       union all select d.code from disclosure d join work w on d.of = 'WORK' and w.id = d.thing_id where d.ended_at is null and w.campaign_id is distinct from d.campaign_id and d.code like 'w-race-%'`,
    );
    expect(rows).toEqual([]);
  });

  test('no statement of a manager’s session shows what is not ready to be shown', async () => {
    await server.load([{ type: 'award', code: 'aw-open', unit: 'D399', form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D399' }], count: 3, status: 'NOMINATED' }]);
    const client = await server.api.pool.connect();
    try {
      for (const [of, table, code] of [['AWARD', 'award', 'aw-open'], ['INITIATIVE', 'initiative', 'i-1']]) {
        await client.query('begin');
        await client.query(`select set_config(name, value, true) from access_session('manager', today())`);
        await expect(client.query(`insert into disclosure ("of", thing_id, code, unit_id, path, audience) select '${of}', id, code, unit_id, '', 'PUBLIC' from ${table} where code = '${code}'`)).rejects.toThrow('not decided or valid');
        await client.query('rollback');
      }
      // Nor does it hold what others alone may disclose.
      const { rows } = await server.db.pool.query(`select id from work where code = 'w-2'`);
      await client.query('begin');
      await client.query(`select set_config(name, value, true) from access_session('manager', today())`);
      await client.query(`select disclosed_hold('WORK', $1)`, [rows[0].id]);
      expect((await server.db.pool.query(`select code from work where code = 'w-2' for update skip locked`)).rows).toEqual([{ code: 'w-2' }]);
      await client.query(`select disclosed_hold('WORK', (select id from work where code = 'w-1'))`);
      expect((await server.db.pool.query(`select code from work where code = 'w-1' for update skip locked`)).rows).toEqual([]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('whatever a statement of a manager’s session says, the row is of the thing’s unit; and what has ended does not come back', async () => {
    const { rows } = await server.db.pool.query(`select id from work where code = 'w-2'`);
    const client = await server.api.pool.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config(name, value, true) from access_session('manager', today())`);
      const { rowCount } = await client.query('update disclosure set ended_at = null, end_reason = null where ended_at is not null');
      expect(rowCount).toBe(0);
      await expect(client.query(`insert into disclosure ("of", thing_id, code, unit_id, path, audience) select 'WORK', $1, 'x', id, path, 'PUBLIC' from org_unit where code = 'D399'`, [rows[0].id])).rejects.toThrow('row-level security');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
