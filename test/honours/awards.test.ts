import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionStatement } from '../../src/access/row-scope.js';
import { codeOf } from '../../src/shared/database/errors.js';
import { appoint, Officers, TREE } from '../results/world.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let officers: Officers;

beforeAll(async () => {
  server = await startTestServer({ seed: false, now: new Date('2023-06-01T05:00:00Z') });
  await server.load(TREE);
  await appoint(server);
  officers = new Officers(server);
  await server.db.pool.query(`insert into person (code, unit_id, name) select 'pe-lan', id, 'Lê Thị Lan' from org_unit where code = 'G1'`);
  await server.db.pool.query(`insert into person (code, unit_id, name) select 'pe-minh', id, 'Trần Văn Minh' from org_unit where code = 'G4'`);
});

afterAll(() => server?.close());

const AWARD = `award { code version status form formVi title unitName unit { code } count qualifier named countByKind { kind count } issuers { name level body unit { code } } decisionNo decidedOn presentedOn presentedBy statusReason nominatedBy
  includedIn { code } maybeIncludedIn { code } recipients(first: 100) { nodes { kind name directWorker person { code } unit { code } } totalCount } source note }`;

const LETTER = { unit: 'D1', form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D1' }], countByKind: [{ kind: 'COLLECTIVE', count: 3 }], campaign: 'c', phase: 'p1' };
const rows = async <T extends object>(text: string, values?: unknown[]): Promise<T[]> => (await server.db.pool.query<T>(text, values)).rows;
let made = 0;
const nominate = async (as: string, more: object = {}, award: object = LETTER) => officers.send(as, 'nominateAward', { code: `aw-${++made}`, ...award, ...more }, AWARD);
const step = (as: string, name: string, award: { code: string; version: number }, more: object = {}) => officers.send(as, name, { code: award.code, expectedVersion: award.version, ...more }, AWARD);
const fault = ({ userErrors }: { userErrors: { path: string[]; code: string }[] }) => userErrors.map(({ path, code }) => `${code} ${path.slice(1).join('.')}`).join();

/** As far as a status, by those who may. */
async function upTo(status: string, more: object = {}) {
  let { award } = await nominate('r-D1', { issuers: [{ unit: 'P1' }], form: 'CERTIFICATE_OF_MERIT', ...more });
  const way = ['REVIEWED', 'DECIDED', 'PRESENTED'];
  for (const to of way.slice(0, way.indexOf(status) + 1)) {
    const [as, name, input] = { REVIEWED: ['a-P1', 'reviewAward', {}], DECIDED: ['a-P1', 'decideAward', { decisionNo: '12/QĐ', decidedOn: '2023-05-01' }], PRESENTED: ['r-D1', 'presentAward', { presentedOn: '2023-05-19' }] }[to] as [string, string, object];
    ({ award } = await step(as, name, award, input));
  }
  return award;
}

describe('nominating', () => {
  test('by a REPORTER of the unit; what is not told stays null, the form has its Vietnamese name', async () => {
    const { award, userErrors } = await nominate('r-D1');
    expect(userErrors).toEqual([]);
    expect(award).toMatchObject({
      status: 'NOMINATED', version: 1, formVi: 'Giấy khen', title: null, unitName: 'Đơn vị D1', unit: { code: 'D1' }, count: 3, qualifier: 'EXACT', named: 0, countByKind: [{ kind: 'COLLECTIVE', count: 3 }],
      issuers: [{ name: 'Đơn vị D1', level: 'UPPER_GRASSROOTS', body: null, unit: { code: 'D1' } }], decidedOn: null, nominatedBy: 'r-D1', recipients: { nodes: [], totalCount: 0 },
    });
  });

  test('a code is made where none is given', async () => {
    const { award } = await officers.send('r-D1', 'nominateAward', LETTER, AWARD);
    expect(award.code).toMatch(/^aw-[0-9a-z]{12}$/);
  });

  test('recipients are named by code or as printed, no more of them than there are', async () => {
    const recipients = [{ kind: 'INDIVIDUAL', person: 'pe-lan', directWorker: true }, { kind: 'INDIVIDUAL', name: 'Đ/c Nguyễn Văn A', unit: 'G1' }, { kind: 'COLLECTIVE', unit: 'G2' }];
    const { award } = await nominate('r-D1', { count: 17, countByKind: [], recipients });
    expect(award).toMatchObject({ count: 17, named: 3 });
    expect(award.recipients.nodes).toEqual([
      { kind: 'INDIVIDUAL', name: 'Lê Thị Lan', directWorker: true, person: { code: 'pe-lan' }, unit: { code: 'G1' } },
      { kind: 'INDIVIDUAL', name: 'Đ/c Nguyễn Văn A', directWorker: null, person: null, unit: { code: 'G1' } },
      { kind: 'COLLECTIVE', name: 'Đơn vị G2', directWorker: null, person: null, unit: { code: 'G2' } },
    ]);
    expect(fault(await nominate('r-D1', { count: 2, countByKind: [], recipients }))).toBe('INVALID count');
    expect(fault(await nominate('r-D1', { count: 3, countByKind: [{ kind: 'COLLECTIVE', count: 2 }], recipients }))).toBe('INVALID count');
    expect(fault(await nominate('r-D1', { count: 2, qualifier: 'MORE_THAN', countByKind: [], recipients }))).toBe('');
  });

  test('what is hidden, unknown or contradicts itself is refused by its field', async () => {
    const refused: [object, string][] = [
      [{ countByKind: [], recipients: [{ kind: 'INDIVIDUAL', person: 'pe-minh' }] }, 'NOT_FOUND recipients.0.person'],
      [{ issuers: [{ unit: 'D3' }] }, 'NOT_FOUND issuers.0.unit'],
      [{ issuers: [{ unit: 'D1', name: 'Tên' }] }, 'INVALID issuers.0'],
      [{ issuers: [{ name: 'đơn VỊ  d1' }] }, 'INVALID issuers.0.name'],
      [{ issuers: [] }, 'INVALID issuers'],
      [{ phase: 'p9' }, 'NOT_FOUND phase'],
      [{ campaign: null }, 'INVALID phase'],
      [{ form: 'TITLE' }, 'INVALID title'],
      [{ form: 'OTHER' }, 'INVALID formVi'],
      [{ count: 2 }, 'INVALID count'],
      [{ count: 0, countByKind: null }, 'INVALID count'],
      [{ periodFrom: '2023-01-01' }, 'INVALID periodTo'],
      [{ periodFrom: '2023-01-02', periodTo: '2023-01-01' }, 'INVALID periodTo'],
      [{ includedIn: 'aw-none' }, 'NOT_FOUND includedIn'],
      [{ recipients: [{ kind: 'COLLECTIVE', person: 'pe-lan', unit: 'G1' }] }, 'INVALID recipients.0.person'],
      [{ recipients: [{ kind: 'COLLECTIVE', unit: 'G1' }, { kind: 'COLLECTIVE', unit: 'G1' }] }, 'INVALID recipients.1.unit'],
      [{ countByKind: [], recipients: [{ kind: 'INDIVIDUAL', unit: 'G1' }] }, 'INVALID recipients.0'],
      [{ unit: 'D2' }, 'NOT_FOUND unit'],
      [{ unit: 'P1' }, 'FORBIDDEN unit'],
      [{ code: 'x y' }, 'INVALID code'],
      [{ achievement: ' ' }, 'INVALID achievement'],
    ];
    for (const [more, code] of refused) expect([more, fault(await nominate('r-D1', more))]).toEqual([more, code]);
    expect(await officers.refused('v-D1', 'nominateAward', LETTER)).toBe('FORBIDDEN');
  });

  test('whoever is refused reads what to do, in a sentence', async () => {
    const messages = async (more: object): Promise<string[]> => ((await nominate('r-D1', more)).userErrors as { message: string }[]).map(({ message }) => message);
    const wrong = { form: 'TITLE', issuers: [], campaign: null, periodFrom: '2023-01-02', includedIn: 'a', maybeIncludedIn: 'b', countByKind: [{ kind: 'WORK', count: 0 }], recipients: [{ kind: 'COLLECTIVE', person: 'pe-lan' }] };
    expect(await messages(wrong)).toEqual([
      'title must say which title is given: a TITLE has one.', 'issuers must name at least one unit or body that gives it.', 'phase goes with a campaign: name the campaign too.', 'periodTo must be the last day of the period.',
      'maybeIncludedIn must be left out where includedIn is given: that another award holds it is either told or not.', 'countByKind.0.count must be from 1 to 2147483647; where it is not known, leave the kind out.',
      'recipients.0.person is for an INDIVIDUAL: leave it out.', 'recipients.0 must have a unit or a name.',
    ]);
    const other = { form: 'OTHER', issuers: [{ name: 'UBND', body: 'PRESIDIUM' }, { name: 'UBND' }, {}], periodTo: '2023-01-02', count: 2, batchSize: 0, recipients: [{ kind: 'MEMBERS_CHILD' }, { kind: 'COLLECTIVE', unit: 'G1' }, { kind: 'COLLECTIVE', unit: 'G1', directWorker: true }] };
    expect(await messages(other)).toEqual([
      'formVi must say how the form is called in Vietnamese: OTHER has no name of its own.', 'issuers.0.body goes with a unit: name the unit, or leave it out.', 'issuers.1 is there twice: say it once.',
      'issuers.2 must have either a unit or, for a body outside the unions, a name.', 'periodFrom must be the first day of the period.', 'batchSize must be from 1 to 2147483647; where it is not known, leave it out.',
      'recipients.0 must have a name.', 'recipients.2.directWorker is for an INDIVIDUAL: leave it out.', 'recipients.2.unit is there twice: say it once.', 'count must be 4 or more: so many are told of by kind and name.',
    ]);
  });

  test('recipients belong to the unit of the award, or to a unit beneath', async () => {
    await server.load([
      { type: 'work', code: 'wk-d2', unit: 'D2', kind: 'WORK', name: 'Cầu', status: 'COMPLETED' }, { type: 'work', code: 'wk-g1', unit: 'G1', kind: 'WORK', name: 'Cống', status: 'COMPLETED' },
      { type: 'initiative', code: 'in-d2', unit: 'D2', title: 'Cải tiến', stages: [{ stage: 'REGISTERED', on: '2022-01-01' }] },
    ]);
    const to = async (...recipients: object[]) => nominate('r-P1', { countByKind: [], recipients });
    const here = { kind: 'COLLECTIVE', unit: 'D1' };
    expect(fault(await to(here, { kind: 'INDIVIDUAL', person: 'pe-lan', unit: 'G2' }, { kind: 'WORK', work: 'wk-g1' }))).toBe('');
    const elsewhere: [recipient: object, field: string][] = [
      [{ kind: 'COLLECTIVE', unit: 'P1' }, 'unit'], [{ kind: 'COLLECTIVE', unit: 'D2' }, 'unit'], [{ kind: 'INDIVIDUAL', name: 'Ông A', unit: 'D2' }, 'unit'], [{ kind: 'INDIVIDUAL', person: 'pe-lan', unit: 'D2' }, 'unit'],
      [{ kind: 'WORK', work: 'wk-d2' }, 'work'], [{ kind: 'WORK', work: 'wk-d2', unit: 'G1' }, 'work'], [{ kind: 'INITIATIVE', initiative: 'in-d2' }, 'initiative'],
    ];
    for (const [recipient, field] of elsewhere) expect([recipient, fault(await to(here, recipient))]).toEqual([recipient, `INVALID recipients.1.${field}`]);
    expect((await to(here, elsewhere[1]![0])).userErrors[0]).toMatchObject({ message: 'recipients.1.unit must be D1 or a unit beneath it: nominate the award in a unit above them all.' });
    // Who has moved away is named as printed.
    const { award } = await to(here, { kind: 'INDIVIDUAL', person: 'pe-lan' });
    await server.db.pool.query(`update person set unit_id = (select id from org_unit where code = 'D2') where code = 'pe-lan'`);
    const again = await officers.send('r-P1', 'nominateAward', { ...LETTER, code: award.code, expectedVersion: 1, countByKind: [], recipients: [{ kind: 'INDIVIDUAL', person: 'pe-lan', unit: 'G1' }] }, AWARD);
    expect(again.userErrors).toMatchObject([{ path: ['input', 'recipients', '0', 'person'], message: 'recipients.0.person must belong to D1 or a unit beneath it: nominate the award in a unit above them all, or name the person as printed.' }]);
    await server.db.pool.query(`update person set unit_id = (select id from org_unit where code = 'G1') where code = 'pe-lan'`);
  });

  test('a nomination is said anew by whoever knows its version; repeated, nothing more is done', async () => {
    const { award } = await nominate('r-D1', { recipients: [{ kind: 'COLLECTIVE', unit: 'G1' }] });
    const again = { ...LETTER, code: award.code };
    expect(fault(await officers.send('r-D1', 'nominateAward', again, AWARD))).toBe('CONFLICT expectedVersion');
    expect(fault(await officers.send('r-D1', 'nominateAward', { ...again, expectedVersion: 7 }, AWARD))).toBe('CONFLICT expectedVersion');
    const changed = await officers.send('a-D1', 'nominateAward', { ...again, expectedVersion: 1, titleLevel: 'GRASSROOTS', idempotencyKey: 'once' }, AWARD);
    expect(changed.award).toMatchObject({ version: 2, nominatedBy: 'a-D1', named: 0, recipients: { totalCount: 0 } });
    const same = await officers.send('a-D1', 'nominateAward', { ...again, expectedVersion: 2, titleLevel: 'GRASSROOTS' }, AWARD);
    expect(same.award.version).toBe(2);
    const repeated = await officers.send('a-D1', 'nominateAward', { ...again, expectedVersion: 1, titleLevel: 'GRASSROOTS', idempotencyKey: 'once' }, AWARD);
    expect(repeated).toMatchObject({ replayed: true, award: { version: 2 } });
    const cleared = await officers.send('r-D1', 'nominateAward', { ...again, expectedVersion: 2 }, `award { titleLevel version }`);
    expect(cleared.award).toEqual({ titleLevel: null, version: 3 });
  });

  test('a code of another unit’s award is taken, hidden or not', async () => {
    const { award } = await nominate('r-D1');
    expect(fault(await officers.send('r-D3', 'nominateAward', { ...LETTER, unit: 'D3', issuers: [{ name: 'UBND' }], campaign: null, phase: null, code: award.code }, AWARD))).toBe('CONFLICT code');
    const seen = await officers.send('r-P1', 'nominateAward', { ...LETTER, unit: 'D2', code: award.code }, AWARD);
    expect([fault(seen), seen.award.code]).toEqual(['CONFLICT code', award.code]);
  });

  test('no award holds itself, by however many others', async () => {
    const { award: a } = await nominate('r-D1');
    const { award: b } = await nominate('r-D1', { includedIn: a.code });
    const { award: c } = await nominate('r-D1', { maybeIncludedIn: b.code });
    expect(c.maybeIncludedIn).toEqual({ code: b.code });
    expect(fault(await officers.send('r-D1', 'nominateAward', { ...LETTER, code: a.code, expectedVersion: 1, includedIn: c.code }, AWARD))).toBe('INVALID includedIn');
    expect(fault(await officers.send('r-D1', 'nominateAward', { ...LETTER, code: a.code, expectedVersion: 1, maybeIncludedIn: a.code }, AWARD))).toBe('INVALID maybeIncludedIn');
    expect(fault(await nominate('r-D1', { includedIn: a.code, maybeIncludedIn: b.code }))).toBe('INVALID maybeIncludedIn');
  });

  test('nor by one that the caller does not see', async () => {
    const { award: a } = await nominate('r-D1');
    const { award: hidden } = await nominate('r-D2', { unit: 'D2', issuers: [{ name: 'UBND' }] });
    const { award: b } = await nominate('r-D1');
    // By whoever sees them all.
    const within = { ...LETTER, unit: 'D2', issuers: [{ name: 'UBND' }], code: hidden.code, expectedVersion: 1, includedIn: a.code };
    expect(fault(await officers.send('r-P1', 'nominateAward', within, AWARD))).toBe('');
    expect(fault(await officers.send('r-P1', 'nominateAward', { ...LETTER, code: b.code, expectedVersion: 1, maybeIncludedIn: hidden.code }, AWARD))).toBe('');
    expect(fault(await officers.send('r-D1', 'nominateAward', { ...LETTER, code: a.code, expectedVersion: 1, includedIn: b.code }, AWARD))).toBe('INVALID includedIn');
  });

  test('nor by two that are written at once', async () => {
    for (let round = 0; round < 3; round++) {
      const { award: a } = await nominate('r-D1');
      const { award: b } = await nominate('r-D1');
      const both = await Promise.all([[a, b], [b, a]].map(([part, whole]) => officers.send('r-D1', 'nominateAward', { ...LETTER, code: part.code, expectedVersion: 1, includedIn: whole.code }, AWARD)));
      expect(both.map(fault).toSorted()).toEqual(['', 'INVALID includedIn']);
    }
  });

  test('nor by a way around the API: the last to be kept finds out', async () => {
    const [a, b] = [(await nominate('r-D1')).award.code as string, (await nominate('r-D1')).award.code as string];
    const client = await server.db.pool.connect();
    const put = `update award set included_in_id = (select id from award where code = $2) where code = $1`;
    try {
      await client.query('begin');
      await client.query(put, [a, b]);
      await server.db.pool.query(put, [b, a]);
      await expect(client.query('commit')).rejects.toMatchObject({ code: '23514', constraint: 'award_held' });
    } finally {
      client.release();
    }
    expect((await server.db.pool.query('select included_in_id is null as free from award where code = $1', [a])).rows).toEqual([{ free: true }]);
  });
});

describe('the steps', () => {
  test('nominated, reviewed, decided, presented, revoked: each a version, with who did it and when', async () => {
    const presented = await upTo('PRESENTED');
    expect(presented).toMatchObject({ status: 'PRESENTED', version: 4, decisionNo: '12/QĐ', decidedOn: '2023-05-01', presentedOn: '2023-05-19' });
    const { award } = await step('a-P1', 'revokeAward', presented, { reason: 'Khai gian' });
    expect(award).toMatchObject({ status: 'REVOKED', version: 5, statusReason: 'Khai gian' });
    const { data } = await server.query(`{ auditTrail(unit: "D1", first: 5) { nodes { action principal before after } } }`);
    expect(data.auditTrail.nodes.map(({ action, principal }: { action: string; principal: string }) => `${principal} ${action}`)).toEqual([
      'a-P1 REVOKE_AWARD', 'r-D1 PRESENT_AWARD', 'a-P1 DECIDE_AWARD', 'a-P1 REVIEW_AWARD', 'r-D1 NOMINATE_AWARD',
    ]);
    expect(JSON.stringify(data.auditTrail.nodes.map(({ before, after }: { before: unknown; after: unknown }) => [before, after]))).not.toMatch(/P1|Đơn vị|Lan/);
  });

  const MAY: [step: string, from: string, input: object, may: string[], mayNot: string[]][] = [
    // Of an award of D1 by P1. Those who see it and may not: FORBIDDEN; others find none.
    ['reviewAward', 'NOMINATED', {}, ['a-P1', 'a-N'], ['a-D1', 'a-G1', 'a-P2', 'a-D2']],
    ['declineAward', 'NOMINATED', { reason: 'Chưa đủ' }, ['a-P1'], ['a-D1', 'a-P2', 'a-D3']],
    ['declineAward', 'REVIEWED', { reason: 'Chưa đủ' }, ['a-N'], ['a-D1', 'a-D2']],
    ['decideAward', 'REVIEWED', { decisionNo: '1' }, ['a-P1', 'a-N'], ['a-D1', 'a-P2', 'a-D2']],
    ['presentAward', 'DECIDED', {}, ['r-D1', 'r-P1', 'r-N'], ['r-D2', 'r-P2', 'r-G1']],
    ['revokeAward', 'DECIDED', { reason: 'Sai' }, ['a-P1'], ['a-D1', 'a-P2']],
    ['revokeAward', 'PRESENTED', { reason: 'Sai' }, ['a-P1'], ['a-D1', 'a-D2']],
  ];
  test.each(MAY)('%s from %s: by whom it may be, and by nobody else', async (name, from, input, may, mayNot) => {
    for (const as of may) {
      const { award, userErrors } = await step(as, name, await upTo(from), input);
      expect([as, userErrors, award.status]).not.toEqual([as, [], from]);
      expect([as, userErrors]).toEqual([as, []]);
    }
    const award = await upTo(from);
    for (const as of mayNot) expect([as, await officers.refused(as, name, { code: award.code, expectedVersion: award.version, ...input })]).toEqual([as, as.endsWith('D1') ? 'FORBIDDEN input.code' : 'NOT_FOUND input.code']);
    for (const as of ['v-P1', 'r-P1'].filter((one) => name !== 'presentAward' || one !== 'r-P1')) expect(await officers.refused(as, name, { code: award.code, expectedVersion: award.version, ...input })).toBe('FORBIDDEN');
    expect(await officers.refused(may[0]!, name, { code: award.code, expectedVersion: award.version - 1, ...input })).toBe('CONFLICT input.expectedVersion');
  });

  test('no other step than these leads from a status', async () => {
    const steps = { reviewAward: {}, declineAward: { reason: 'x' }, decideAward: { decisionNo: '1' }, presentAward: {}, revokeAward: { reason: 'x' } };
    const ways: Record<string, string[]> = { NOMINATED: ['reviewAward', 'declineAward'], REVIEWED: ['decideAward', 'declineAward'], DECIDED: ['presentAward', 'revokeAward'], PRESENTED: ['revokeAward'], REVOKED: [], DECLINED: [] };
    for (const [status, leading] of Object.entries(ways)) {
      const award = status === 'REVOKED' ? (await step('a-P1', 'revokeAward', await upTo('DECIDED'), { reason: 'x' })).award : status === 'DECLINED' ? (await step('a-P1', 'declineAward', await upTo('NOMINATED'), { reason: 'x' })).award : await upTo(status);
      for (const [name, input] of Object.entries(steps)) {
        if (leading.includes(name)) continue;
        expect([status, name, await officers.refused('a-N', name, { code: award.code, expectedVersion: award.version, ...input })]).toEqual([status, name, 'CONFLICT input.code']);
      }
      if (status !== 'NOMINATED') expect(await officers.refused('r-D1', 'nominateAward', { ...LETTER, code: award.code, expectedVersion: award.version })).toBe('CONFLICT input.code');
    }
  });

  test('whoever nominated neither reviews nor decides', async () => {
    const { award } = await nominate('a-P1', { issuers: [{ unit: 'P1' }] });
    expect(fault(await step('a-P1', 'reviewAward', award))).toBe('FORBIDDEN code');
    const { award: reviewed } = await step('a-N', 'reviewAward', award);
    expect(fault(await step('a-P1', 'decideAward', reviewed, { decisionNo: '1' }))).toBe('FORBIDDEN code');
    expect(fault(await step('a-N', 'decideAward', reviewed, { decisionNo: '1' }))).toBe('');
  });

  test('a unit that gives the award reviews and decides what it gives; a body outside leaves it to those above', async () => {
    const { award } = await nominate('r-D1');
    const { award: reviewed } = await step('a-D1', 'reviewAward', award);
    expect(fault(await step('a-D1', 'decideAward', reviewed, { decisionNo: '5/QĐ' }))).toBe('');
    const { award: outside } = await nominate('r-D1', { issuers: [{ name: 'UBND huyện' }] });
    const { award: looked } = await step('a-P1', 'reviewAward', outside);
    expect(fault(await step('a-D1', 'decideAward', looked, { decisionNo: '5/QĐ' }))).toBe('FORBIDDEN code');
    expect(fault(await step('a-P1', 'decideAward', looked, { decisionNo: '5/QĐ' }))).toBe('');
  });

  test('whoever gives it and does not have its unit in scope decides it all the same; that stands in the log of their own unit', async () => {
    await server.load([{ type: 'award', code: 'aw-joint', unit: 'D1', form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D1' }, { unit: 'D3' }], count: 176, status: 'REVIEWED' }]);
    const { award, userErrors } = await step('a-D3', 'decideAward', { code: 'aw-joint', version: 1 }, { decisionNo: '7/QĐ' });
    expect([userErrors, award.status, award.unit, award.unitName]).toEqual([[], 'DECIDED', null, 'Đơn vị D1']);
    const trail = async (unit: string) => (await server.query(`{ auditTrail(unit: "${unit}", first: 1) { nodes { action principal after } } }`)).data.auditTrail.nodes[0];
    for (const unit of ['D3', 'D1']) expect(await trail(unit)).toMatchObject({ action: 'DECIDE_AWARD', principal: 'a-D3', after: { code: 'aw-joint', status: 'DECIDED' } });
    expect(fault(await step('r-D3', 'presentAward', award))).toBe('');
    expect(fault(await step('a-P2', 'revokeAward', { code: 'aw-joint', version: 3 }, { reason: 'Sai' }))).toBe('');
  });

  test('days are not to come, and it is presented once it was decided', async () => {
    const reviewed = await upTo('REVIEWED');
    expect(fault(await step('a-P1', 'decideAward', reviewed, { decisionNo: '1', decidedOn: '2023-06-02' }))).toBe('INVALID decidedOn');
    expect(fault(await step('a-P1', 'decideAward', reviewed, { decisionNo: ' ' }))).toBe('INVALID decisionNo');
    const decided = await upTo('DECIDED');
    expect(fault(await step('r-D1', 'presentAward', decided, { presentedOn: '2023-04-30' }))).toBe('INVALID presentedOn');
    expect(fault(await step('a-P1', 'revokeAward', decided, { reason: ' ' }))).toBe('INVALID reason');
    const { award } = await step('r-D1', 'presentAward', decided);
    expect(award.presentedOn).toBe('2023-06-01');
  });

  test('the database lets no caller take another way, whatever a command would do', async () => {
    const award = await upTo('NOMINATED');
    const em = server.api.orm.em.fork({ session: { variables: { 'liendoan.principal': 'r-D1' } } });
    const attempt = (text: string): Promise<unknown> =>
      em.transactional(async (transaction) => {
        await transaction.execute(`select name, set_config(name, value, true) from access_session('r-D1', '2023-06-01')`);
        return transaction.execute(text);
      });
    for (const status of ['REVIEWED', 'DECIDED', 'PRESENTED', 'REVOKED']) await expect(attempt(`update award set status = '${status}' where code = '${award.code}'`)).rejects.toThrow(/row-level security|does not become/);
    await expect(attempt(`insert into award_recipient (award_id, place, kind, unit_told, shown_name) select id, 9, 'INDIVIDUAL', true, 'X' from award where status = 'DECIDED' limit 1`)).rejects.toThrow(/row-level security/);
    await expect(attempt(`insert into award_party (award_id, unit_id, part) select min(id), min(unit_id), 'ISSUER' from award`)).rejects.toThrow(/permission denied/);
  });
});

describe('an award of several units', () => {
  test('is decided and revoked by one of the highest level among them: nobody decides in the name of a unit above', async () => {
    const { award } = await nominate('r-D1', { issuers: [{ unit: 'D1' }, { unit: 'P1' }], form: 'CERTIFICATE_OF_MERIT' });
    const reviewed = (await step('a-D1', 'reviewAward', award)).award;
    expect(fault(await step('a-D1', 'decideAward', reviewed, { decisionNo: '1' }))).toBe('FORBIDDEN code');
    const decided = (await step('a-P1', 'decideAward', reviewed, { decisionNo: '1' })).award;
    expect(decided.status).toBe('DECIDED');
    expect(fault(await step('a-D1', 'revokeAward', decided, { reason: 'x' }))).toBe('FORBIDDEN code');
    expect((await step('a-P1', 'revokeAward', decided, { reason: 'x' })).award.status).toBe('REVOKED');
  });

  test('each of them reads in its own log that it was decided, and revoked, and nothing of other units or of a campaign', async () => {
    await server.load([
      { type: 'campaign', code: 'c-p1', name: 'Của P1', campaignKind: 'MOVEMENT', launchedBy: 'P1', status: 'DRAFT' },
      { type: 'award', code: 'aw-three', unit: 'D1', form: 'CERTIFICATE_OF_MERIT', issuers: [{ unit: 'P2' }, { unit: 'D3' }, { unit: 'P1' }, { name: 'UBND' }], campaign: 'c-p1', count: 9, status: 'REVIEWED' },
    ]);
    const [from] = await rows<{ id: string }>('select coalesce(max(id), 0) as id from audit_log');
    const { award } = await step('a-P1', 'decideAward', { code: 'aw-three', version: 1 }, { decisionNo: '7/QĐ', decidedOn: '2023-05-01' });
    expect((await step('a-P2', 'revokeAward', award, { reason: 'Nhầm' })).award.status).toBe('REVOKED');
    const log = await rows<{ unit: string; entry: string; before: object; after: object; asked: boolean }>(
      `select u.code as unit, a.principal || ' ' || a.action as entry, a.before, a.after, a.request_id is not null as asked from audit_log a join org_unit u on u.id = a.unit_id where a.id > $1 order by a.id`, [from!.id]);
    const [decided, revoked] = ['a-P1 DECIDE_AWARD', 'a-P2 REVOKE_AWARD'];
    expect(log.map(({ unit, entry }) => `${unit} ${entry}`)).toEqual([...['P2', 'D3', 'P1', 'D1'].map((unit) => `${unit} ${decided}`), ...['D1', 'P2', 'D3', 'P1'].map((unit) => `${unit} ${revoked}`)]);
    expect(log.every(({ asked }) => asked)).toBe(true);
    const told = { code: 'aw-three', status: 'DECIDED', version: 2, form: 'CERTIFICATE_OF_MERIT', formVi: 'Bằng khen', title: null, count: 9, qualifier: 'EXACT', decisionNo: '7/QĐ', decidedOn: '2023-05-01', statusReason: null };
    expect(log[1]).toMatchObject({ before: { code: 'aw-three', status: 'REVIEWED', version: 1 } });
    expect(log[1]!.after).toEqual(told);
    expect(log[6]!.after).toEqual({ ...told, status: 'REVOKED', version: 3, statusReason: 'Nhầm' });
    // The award's own unit, by whoever has it in scope: all of it.
    expect(log[3]!.after).toMatchObject({ campaign: 'c-p1' });
    // An officer of the second unit that gives it, who sees neither the award's unit nor the campaign.
    const { data } = await officers.ask('v-D3', '{ auditTrail(unit: "D3", first: 2) { nodes { action principal after } } award(code: "aw-three") { campaign { code } unit { code } } }');
    expect(data).toMatchObject({ auditTrail: { nodes: [{ action: 'REVOKE_AWARD', principal: 'a-P2' }, { action: 'DECIDE_AWARD', principal: 'a-P1', after: told }] }, award: { campaign: null, unit: null } });
  });
});

describe('what the database lets the API write', () => {
  /** How many rows a statement writes as someone, or why none; undone. */
  async function writes(principal: string, statement: string): Promise<number | string | undefined> {
    const client = await server.api.pool.connect();
    try {
      await client.query('begin');
      await client.query(sessionStatement({ principal, class: 'MEMBER' }, '2023-06-01'));
      return await client.query(statement).then(({ rowCount }) => rowCount ?? 0, codeOf);
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  test('entries in the logs of units that give an award come of its being decided or revoked alone', async () => {
    await server.load([{ type: 'award', code: 'aw-noted', unit: 'D1', form: 'CERTIFICATE_OF_MERIT', issuers: [{ unit: 'P1' }, { unit: 'P2' }], status: 'REVIEWED' }]);
    const entries = async (): Promise<number> => (await rows('select from audit_log')).length;
    const before = await entries();
    const decide = `update award set status = 'DECIDED', decision_no = '1', decided_on = '2023-05-01' where code = 'aw-noted'`;
    const written = `(select count(*)::int from audit_log a join org_unit u on u.id = a.unit_id where u.code = 'P2' and a.after ->> 'code' = 'aw-noted')`;
    // Whoever may decide it leaves an entry there, in their own name; whoever may not, none.
    const leaves = async (principal: string, statement: string): Promise<unknown> => {
      const client = await server.api.pool.connect();
      try {
        await client.query('begin');
        await client.query(sessionStatement({ principal, class: 'MEMBER' }, '2023-06-01'));
        await client.query(statement);
        await client.query(sessionStatement({ principal: 'v-P2', class: 'MEMBER' }, '2023-06-01'));
        return (await client.query(`select ${written} as n, (select min(principal) from audit_log a where a.after ->> 'code' = 'aw-noted') as who`)).rows[0];
      } catch (error) {
        return codeOf(error);
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    expect(await leaves('a-P1', decide)).toEqual({ n: 1, who: 'a-P1' });
    for (const as of ['a-D1', 'r-P1', 'a-D2', 'v-N']) expect([as, await leaves(as, decide)]).toEqual([as, { n: 0, who: null }]);
    expect(await leaves('a-D1', `insert into audit_log (principal, action, unit_id) select 'a-D1', 'DECIDE_AWARD', i.unit_id from award_issuer i join award a on a.id = i.award_id where a.code = 'aw-noted'`)).toBe('42501');
    // The function is called by that trigger, and put on nothing else.
    expect(await writes('a-P1', 'select award_noted()')).toBe('42501');
    expect(await writes('a-P1', 'create temp table t (like award); create trigger t after update on t for each row execute function award_noted()')).toBe('42501');
    expect(await entries()).toBe(before);
  });

  test('recipients beneath the unit of the award, and no others', async () => {
    const { code } = (await nominate('r-D1')).award;
    const to = (columns: string, values: string) => writes('r-P1', `insert into award_recipient (award_id, place, kind, unit_told, shown_name, ${columns}) select a.id, 1, 'INDIVIDUAL', true, 'X', ${values} from award a where a.code = '${code}'`);
    const unit = (one: string) => `(select id from org_unit where code = '${one}')`;
    await server.db.pool.query(`insert into person (code, unit_id, name) select 'pe-d2', id, 'Ông B' from org_unit where code = 'D2' on conflict do nothing`);
    const thing = (table: string, one: string) => `(select id from ${table} where code = '${one}')`;
    for (const one of ['D1', 'G1', 'G2']) expect([one, await to('unit_id', unit(one))]).toEqual([one, 1]);
    expect([await to('person_id', thing('person', 'pe-lan')), await to('work_id', thing('work', 'wk-g1'))]).toEqual([1, 1]);
    for (const one of ['P1', 'D2', 'G4', 'N']) expect([one, await to('unit_id', `${unit(one)}`)]).toEqual([one, '42501']);
    // By number, too, of what the caller does not see.
    const { rows: [hidden] } = await server.db.pool.query<{ unit: number; person: number }>(`select ${unit('D3')} as unit, ${thing('person', 'pe-minh')} as person`);
    expect([await to('unit_id', String(hidden!.unit)), await to('person_id', String(hidden!.person))]).toEqual(['42501', '42501']);
    expect([await to('person_id', thing('person', 'pe-d2')), await to('work_id', thing('work', 'wk-d2')), await to('initiative_id', thing('initiative', 'in-d2'))]).toEqual(['42501', '42501', '42501']);
    expect(await to('unit_id, person_id', `${unit('G1')}, ${thing('person', 'pe-d2')}`)).toBe('42501');
  });

  test('a step changes the step, and nothing that was said of the award', async () => {
    const { code } = await upTo('DECIDED');
    const present = (more = '') => `update award set status = 'PRESENTED', presented_on = '2023-05-19'${more} where code = '${code}'`;
    expect(await writes('r-D1', present())).toBe(1);
    for (const more of [', count = 1000', `, achievement = 'x'`, ', nominated_by = null', ', included_in_id = (select min(id) from award)', `, decided_on = '2023-05-02'`, `, decision_no = '2'`, `, decided_by = 'r-D1'`, `, reviewed_by = null`]) expect([more, await writes('r-D1', present(more))]).toEqual([more, '23514']);
    // Nor does a step tell what another is for, or that somebody else took it.
    const { code: nominated } = (await nominate('r-D1', { issuers: [{ unit: 'P1' }], form: 'CERTIFICATE_OF_MERIT' })).award;
    for (const [change, outcome] of [[`reviewed_by = 'a-P1'`, 1], [`reviewed_by = 'a-N'`, '23514'], [`decided_on = '2023-05-01'`, '23514'], [`status_reason = 'x'`, '23514']] as const)
      expect([change, await writes('a-P1', `update award set status = 'REVIEWED', ${change} where code = '${nominated}'`)]).toEqual([change, outcome]);
    for (const change of [`decided_on = '2023-05-01'`, `decision_no = '1'`, `presented_by = 'x'`, `reviewed_by = 'r-D1'`, `status_reason = 'x'`])
      expect([change, await writes('r-D1', `update award set nominated_by = 'r-D1', ${change} where code = '${nominated}'`)]).toEqual([change, '23514']);
    const both = (await nominate('r-D1', { issuers: [{ unit: 'D1' }, { unit: 'P1' }], form: 'CERTIFICATE_OF_MERIT' })).award;
    await step('a-D1', 'reviewAward', both);
    // What decides is where the givers stand, whatever a statement says.
    expect(await writes('a-D1', `update award set status = 'DECIDED', decision_no = '1', decided_on = '2023-05-01' where code = '${both.code}'`)).toBe('42501');
    expect(await writes('r-D1', `update award set by_unit = false where code = '${both.code}'`)).toBe('42501');
    const { award } = await nominate('a-P1', { issuers: [{ unit: 'P1' }], form: 'CERTIFICATE_OF_MERIT' });
    // Whoever nominated it does not become nobody on the way.
    expect(await writes('a-P1', `update award set status = 'REVIEWED', nominated_by = null where code = '${award.code}'`)).toBe('23514');
    expect(await writes('a-P1', `update award set status = 'REVIEWED' where code = '${award.code}'`)).toBe('42501');
  });
});
