import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';
import { appoint, of, Officers, TREE, type Done } from './world.js';

let server: TestServer;
let officers: Officers;

beforeAll(async () => {
  server = await startTestServer({ seed: false });
  await server.load(TREE);
  await appoint(server);
  officers = new Officers(server);
});
afterAll(() => server?.close());

const round = async (input: object): Promise<Done['round']> => {
  const made = await officers.send('m-N', 'saveReportingRound', {
    campaign: 'c', name: 'Kỳ', kind: 'CUSTOM', from: '2022-03-01', to: '2022-03-31', due: [{ level: 'GRASSROOTS', on: '2022-04-05' }], indicators: ['i'], ...input,
  }, 'round { code version }');
  expect(made.userErrors).toEqual([]);
  return made['round'];
};
const endRound = async ({ code, version }: { code: string; version: number }): Promise<void> =>
  void (await officers.send('m-N', 'endReportingRound', { campaign: 'c', code, expectedVersion: version, reason: 'Xong' }, 'round { code }'));

/** Each task in a line: what, whose, of which round, by when, how its figure stands. */
async function tasks(as: string, args = '(first: 100)'): Promise<string[]> {
  const { data, errors } = await officers.ask(as, `{ viewer { tasks${args} { nodes { kind unit { code } campaign { code } indicator { code } round { code } figure { status } dueOn overdue } } } }`);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.viewer.tasks.nodes.map(
    (one: { kind: string; unit: { code: string }; indicator: { code: string }; round: { code: string } | null; figure: { status: string } | null; dueOn: string | null; overdue: boolean }) =>
      [one.kind, one.unit.code, one.indicator.code, one.round?.code ?? '-', one.dueOn ?? '-', one.figure?.status ?? '-', ...(one.overdue ? ['overdue'] : [])].join(' '),
  );
}

describe('tasks', () => {
  test('of the reporter and of the approver, before and after each step', async () => {
    const made = await round({ code: 'steps', indicators: ['i', 'i.valid'] });
    const owed = ['TO_SUBMIT G1 i steps 2022-04-05 - overdue', 'TO_SUBMIT G1 i.valid steps 2022-04-05 - overdue'];
    expect(await tasks('r-G1')).toEqual(owed);
    for (const as of ['v-G1', 'a-D1', 'r-D1', 'a-P1']) expect(await tasks(as)).toEqual([]);

    const more = { asOf: '2022-03-20', coverage: 'OWN' };
    const draft = await officers.save('r-G1', 'G1', 5, more);
    expect(await tasks('r-G1')).toEqual(['TO_SUBMIT G1 i steps 2022-04-05 DRAFT overdue', owed[1]]);
    expect(await tasks('a-D1')).toEqual([]);

    const submitted = await officers.submit('r-G1', draft.figure!);
    expect(await tasks('r-G1')).toEqual([owed[1]]);
    const toApprove = 'TO_APPROVE G1 i steps 2022-04-05 SUBMITTED overdue';
    expect(await tasks('a-D1')).toEqual([toApprove]);
    // Directly beneath; whoever may approve further down says so.
    expect(await tasks('a-P1')).toEqual([]);
    expect(await tasks('a-P1', '(beneath: true)')).toContain(toApprove);
    expect(await tasks('a-P2', '(beneath: true, where: {kind: TO_APPROVE})')).toEqual([]);

    const returned = await officers.send('a-D1', 'returnResult', { ...of(submitted.figure!), reason: 'Sai' });
    expect(await tasks('a-D1')).toEqual([]);
    expect(await tasks('r-G1')).toEqual(['TO_RESUBMIT G1 i steps 2022-04-05 RETURNED overdue', owed[1]]);

    const again = await officers.submit('r-G1', returned.figure!);
    const approved = await officers.send('a-D1', 'approveResult', of(again.figure!));
    expect(await tasks('a-D1')).toEqual([]);
    expect(await tasks('r-G1')).toEqual([owed[1]]);

    // A correction is owed in no round: the result is there.
    const correction = await officers.send('r-G1', 'correctResult', { ...of(approved.figure!), value: 6, reason: 'Thiếu' });
    expect(await tasks('r-G1')).toEqual([owed[1], 'TO_SUBMIT G1 i - - DRAFT']);
    await officers.send('r-G1', 'withdrawResult', { ...of(correction.figure!), reason: 'Thôi' });
    expect(await tasks('r-G1')).toEqual([owed[1]]);
    await endRound(made);
    expect(await tasks('r-G1')).toEqual([]);
  });

  test('drafts without a round come last; each figure once, with the round that is due first', async () => {
    const later = await round({ code: 'later', due: [{ level: 'GRASSROOTS', on: '2099-05-01' }] });
    const sooner = await round({ code: 'sooner', due: [{ level: 'GRASSROOTS', on: '2099-04-05' }] });
    await officers.save('r-G4', 'G4', 5, { asOf: '2022-03-20', coverage: 'OWN' });
    const lone = await officers.save('r-G4', 'G4', 5, { asOf: '2022-05-20', coverage: 'OWN' });
    expect(await tasks('r-G4')).toEqual(['TO_SUBMIT G4 i sooner 2099-04-05 DRAFT', 'TO_SUBMIT G4 i - - DRAFT']);
    expect(await tasks('r-G1')).toEqual([]);
    expect(await tasks('r-G2-and-3')).toEqual([]);
    await officers.send('r-G4', 'withdrawResult', { ...of(lone.figure!), reason: 'Thôi' });
    await server.grant('r-G2-and-3', 'REPORTER', 'G2');
    await server.grant('r-G2-and-3', 'ADMIN', 'G3');
    const owed = ['G2', 'G3'].flatMap((unit) => [`TO_SUBMIT ${unit} i sooner 2099-04-05 -`]);
    expect(await tasks('r-G2-and-3')).toEqual([...owed, ...['G2', 'G3'].map((unit) => `TO_SUBMIT ${unit} i later 2099-05-01 -`)]);
    for (const one of [later, sooner]) await endRound(one);
  });

  test('are pages, by kind, campaign and day', async () => {
    const one = await round({ code: 'past', due: [{ level: 'GRASSROOTS', on: '2022-04-05' }] });
    const two = await round({ code: 'future', due: [{ level: 'GRASSROOTS', on: '2099-04-05' }] });
    const units = ['G2', 'G3'];
    const all = [...units.map((unit) => `TO_SUBMIT ${unit} i past 2022-04-05 - overdue`), ...units.map((unit) => `TO_SUBMIT ${unit} i future 2099-04-05 -`)];
    expect(await tasks('r-G2-and-3')).toEqual(all);
    expect(await tasks('r-G2-and-3', '(where: {overdueOn: "2022-04-06"})')).toEqual(all.slice(0, 2));
    expect(await tasks('r-G2-and-3', '(where: {overdueOn: "2022-04-05"})')).toEqual([]);
    expect(await tasks('r-G2-and-3', '(where: {kind: TO_SUBMIT, campaign: "c"})')).toEqual(all);
    expect(await tasks('r-G2-and-3', '(where: {kind: TO_APPROVE})')).toEqual([]);
    expect(await tasks('r-G2-and-3', '(where: {campaign: "nope"})')).toEqual([]);
    const beneath = await tasks('r-D1', '(beneath: true, where: {overdueOn: "2030-01-01"})');
    expect(beneath).toEqual(all.slice(0, 2));
    expect(await tasks('r-D1')).toEqual([]);

    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data }: { data: { viewer: { tasks: { nodes: { unit: { code: string }; dueOn: string }[]; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string } } } } } = await officers.ask(
        'r-G2-and-3', 'query ($after: String) { viewer { tasks(first: 1, after: $after) { nodes { unit { code } dueOn } totalCount pageInfo { hasNextPage endCursor } } } }', { after },
      );
      const page = data.viewer.tasks;
      expect(page.totalCount).toBe(4);
      seen.push(...page.nodes.map(({ unit, dueOn }) => `${unit.code} ${dueOn}`));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(['G2 2022-04-05', 'G3 2022-04-05', 'G2 2099-04-05', 'G3 2099-04-05']);
    const wrong = await officers.ask('r-G2-and-3', '{ viewer { tasks(where: {overdueOn: "x"}) { totalCount } } }');
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    for (const made of [one, two]) await endRound(made);
  });

  test('at the root: its own results, but for whoever handed them in', async () => {
    await server.grant('a2-N', 'APPROVER', 'N');
    const draft = await officers.save('a-N', 'N', 900, { asOf: '2022-02-02' });
    await officers.submit('a-N', draft.figure!);
    expect(await tasks('a-N')).toEqual([]);
    expect(await tasks('a2-N')).toEqual(['TO_APPROVE N i - - SUBMITTED']);
    expect(await tasks('a2-N', '(beneath: true)')).toContain('TO_APPROVE N i - - SUBMITTED');
    expect(await tasks('a-P1')).toEqual([]);
  });

  test('a registered target waits for the unit above; of a closed campaign nothing but corrections', async () => {
    await server.load([{ type: 'campaign', code: 'k', name: 'Ngắn', campaignKind: 'DRIVE', launchedBy: 'N', indicators: ['i'] }, { type: 'result', unit: 'D3', campaign: 'k', indicator: 'i', coverage: 'OWN', asOf: '2022-03-01', value: 1 }]);
    const inK = '(where: {campaign: "k"})';
    const registered = await officers.send('r-D3', 'registerTarget', { unit: 'D3', campaign: 'k', indicator: 'i', value: 9 }, 'figure { id version status }');
    expect(registered).toMatchObject({ userErrors: [], figure: { status: 'SUBMITTED' } });
    expect(await tasks('a-P2', inK)).toEqual(['TO_APPROVE D3 i - - SUBMITTED']);
    await round({ campaign: 'k', code: 'r', due: [{ level: 'UPPER_GRASSROOTS', on: '2022-04-05' }] });
    await officers.save('r-D3', 'D3', 3, { campaign: 'k', asOf: '2022-06-01', coverage: 'OWN' });
    const { data } = await officers.ask('r-D3', '{ orgUnit(code: "D3") { results(where: {campaign: "k"}) { nodes { id version } } } }');
    await officers.send('r-D3', 'correctResult', { ...of(data.orgUnit.results.nodes[0]), value: 2, reason: 'Nhầm' });
    expect(await tasks('r-D3', inK)).toEqual(['TO_SUBMIT D3 i - - DRAFT', 'TO_SUBMIT D3 i - - DRAFT']);
    expect(await tasks('r-D1', '(beneath: true, where: {campaign: "k"})')).toEqual(['TO_SUBMIT D1 i r 2022-04-05 - overdue']);
    await server.load([{ type: 'campaign', code: 'k', name: 'Ngắn', campaignKind: 'DRIVE', launchedBy: 'N', indicators: ['i'], status: 'CLOSED', corrects: true }]);
    expect(await tasks('r-D3', inK)).toEqual(['TO_SUBMIT D3 i - - DRAFT']);
    expect(await tasks('r-D1', '(beneath: true, where: {campaign: "k"})')).toEqual([]);
  });

  test('none of a period that has not begun, of a revoked or past grant, nor of callers without one', async () => {
    const made = await round({ code: 'next', from: '2098-01-01', to: '2098-12-31', due: [{ level: 'GRASSROOTS', on: '2099-04-05' }] });
    expect(await tasks('r-G2-and-3')).toEqual([]);
    const begun = await round({ code: 'begun' });
    await server.grant('r-past', 'REPORTER', 'G2', { to: '2020-01-01' });
    expect(await tasks('r-past')).toEqual([]);
    await server.grant('p-G2', 'PARTNER', 'G2');
    for (const as of ['p-G2', 'v-G2', 'nobody']) expect(await tasks(as)).toEqual([]);
    const { data } = await server.query('{ viewer { tasks { totalCount } } }', {}, { as: null });
    expect(data.viewer.tasks.totalCount).toBe(0);
    for (const one of [made, begun]) await endRound(one);
  });

  test('one statement for a page, however many there are', async () => {
    const document = '{ viewer { tasks(first: 100, beneath: true) { nodes { kind unit { code } campaign { code } indicator { code } round { code } figure { id } dueOn } } } }';
    const count = async (): Promise<[number, number]> => {
      server.statements.length = 0;
      const { data } = await officers.ask('a-N', document);
      return [data.viewer.tasks.nodes.length, server.statements.length];
    };
    const made = await round({ code: 'few', due: [{ level: 'PROVINCIAL', on: '2022-04-05' }] });
    const [few, statements] = await count();
    const many = await round({ code: 'many', indicators: ['i', 'i.valid'] });
    const [more, again] = await count();
    expect(more).toBeGreaterThan(few);
    expect(again).toBe(statements);
    for (const one of [made, many]) await endRound(one);
  });
});
