import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBranches, type Branches, type Payload } from '../access/branches.js';

/** Documents, aims, annual themes, partners and events: who sees them, who says what of them, and what a campaign tells by them. */
let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  for (const unit of ['N', 'P1', 'P2', 'D1', 'G1']) {
    await server.grant(`manager@${unit}`, 'CAMPAIGN_MANAGER', unit);
    await server.grant(`reporter@${unit}`, 'REPORTER', unit);
    await server.grant(`approver@${unit}`, 'APPROVER', unit);
    await server.grant(`viewer@${unit}`, 'VIEWER', unit);
  }
  await server.grant('partner@N', 'PARTNER', 'N');
  await server.load([
    { type: 'campaign', code: 'state', name: 'Nhà nước', campaignKind: 'DRIVE', externalLauncher: 'Thủ tướng' },
    { type: 'campaign', code: 'P', name: 'Của tỉnh', campaignKind: 'MOVEMENT', launchedBy: 'P1', phases: [{ code: 'p1', name: 'Đợt 1', startsOn: '2022-01-01', endsOn: '2022-06-30' }] },
    { type: 'campaign', code: 'closed', name: 'Xong', campaignKind: 'MOVEMENT', launchedBy: 'P1', status: 'CLOSED' },
  ]);
}, 120_000);
afterAll(() => server?.close());

const act = (by: string, mutation: string, input: object): Promise<Payload> => server.act(by, mutation, input);
const faults = ({ userErrors }: Payload): string[] => userErrors.map(({ path, code }) => `${path.slice(1).join('.')} ${code}`);
// oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
const ask = async (by: string | null, document: string, variables?: Record<string, unknown>): Promise<any> => {
  const { data, errors } = await server.ask(by, document, variables);
  expect(errors).toBeUndefined();
  return data;
};
const codes = ({ nodes }: { nodes: { code: string }[] }): string[] => nodes.map(({ code }) => code);

describe('every change', () => {
  /** An input for P1 that does something, who may, and who may not for want of a role; `again` says it otherwise. */
  const cases: Record<string, { thing: string; role: string; below: string; input: Record<string, unknown>; again: object; action: string }> = {
    saveDocument: { thing: 'document', role: 'manager', below: 'approver', input: { unit: 'P1', code: 'doc', kind: 'PLAN', title: 'Kế hoạch' }, again: { title: 'Khác' }, action: 'SAVE_DOCUMENT' },
    saveAim: { thing: 'aim', role: 'approver', below: 'reporter', input: { unit: 'P1', campaign: 'K', code: 'aim', text: 'Tăng' }, again: { direction: 'UP' }, action: 'SAVE_AIM' },
    saveAnnualTheme: { thing: 'annualTheme', role: 'manager', below: 'approver', input: { unit: 'P1', year: 2030, text: 'Chủ đề' }, again: { text: null }, action: 'SAVE_ANNUAL_THEME' },
    savePartner: { thing: 'partner', role: 'reporter', below: 'viewer', input: { unit: 'P1', code: 'par', kind: 'GOVERNMENT', name: 'Sở' }, again: { name: 'Khác' }, action: 'SAVE_PARTNER' },
    saveEvent: { thing: 'event', role: 'reporter', below: 'viewer', input: { unit: 'P1', code: 'eve', kind: 'TALK', name: 'Tọa đàm' }, again: { counts: [{ of: 'TALKS' }] }, action: 'SAVE_EVENT' },
  };
  const traces = () => server.rows(`select ${['document', 'aim', 'annual_theme', 'partner', 'event'].map((table) => `(select coalesce(sum(version), 0) from ${table})`).join(' + ')} as versions, (select count(*) from audit_log) as noted`);

  test.each(Object.entries(cases))('%s: refused without the grant, to a sibling and a descendant, when stale; repeated under its key it is the first answer', async (mutation, { thing, role, below, input, again, action }) => {
    const before = await traces();
    expect(await server.refusal(null, mutation, input)).toEqual(['UNAUTHENTICATED']);
    expect(await server.refusal('partner@N', mutation, input)).toEqual(['FORBIDDEN']);
    expect(await server.refusal(`${below}@P1`, mutation, input)).toEqual(['FORBIDDEN']);
    const elsewhere = await act(`${role}@P2`, mutation, input);
    expect(faults(elsewhere)).toEqual(['unit NOT_FOUND']);
    expect(elsewhere[thing]).toBeNull();
    expect(faults(await act(`${role}@D1`, mutation, input))).toEqual(['unit FORBIDDEN']);
    expect(faults(await act(`${role}@P1`, mutation, { ...input, expectedVersion: 1 }))).toEqual(['expectedVersion CONFLICT']);
    expect(await traces()).toEqual(before);

    const keyed = { ...input, idempotencyKey: `once ${mutation}` };
    const first = await act(`${role}@P1`, mutation, keyed);
    expect(first).toMatchObject({ [thing]: { version: 1, unit: { code: 'P1' } }, replayed: false, userErrors: [] });
    const done = await traces();
    expect(await act(`${role}@P1`, mutation, keyed)).toEqual({ ...first, replayed: true });
    expect(faults(await act(`${role}@P1`, mutation, { ...keyed, note: 'x' }))).toEqual(['idempotencyKey CONFLICT']);
    // Nothing is different: nothing is done.
    expect(await act(`${role}@P1`, mutation, { ...input, expectedVersion: 1 })).toMatchObject({ [thing]: { version: 1 }, userErrors: [] });
    expect(await traces()).toEqual(done);

    const stale = await act(`${role}@P1`, mutation, { ...input, ...again });
    expect(faults(stale)).toEqual(['expectedVersion CONFLICT']);
    expect(stale[thing]).toMatchObject({ version: 1 });
    const change = Object.fromEntries(Object.entries(input).filter(([field]) => ['unit', 'code', 'campaign', 'year'].includes(field)));
    expect(await act(`${role}@N`, mutation, { ...change, ...again, expectedVersion: 1 })).toMatchObject({ [thing]: { version: 2, ...('counts' in again ? {} : again) }, userErrors: [] });
    const noted = await server.rows<{ before: object | null; after: object }>('select before, after from audit_log where action = $1 order by id', [action]);
    expect(noted).toMatchObject([{ before: null, after: { version: 1 } }, { before: { version: 1 }, after: { version: 2 } }]);
    expect(JSON.stringify(noted)).not.toMatch(/[kK]ey"/);
  });

  test.each(['saveDocument', 'savePartner', 'saveEvent'])('%s: without a code the server makes one; that of another unit, seen or not, is taken', async (mutation) => {
    const { thing, role, input } = cases[mutation]!;
    const { code: _, ...uncoded } = input;
    const made = await Promise.all([1, 2].map(() => act(`${role}@P1`, mutation, uncoded)));
    for (const one of made) expect(one[thing].code).toMatch(/^(dc|pt|ev)-[0-9a-z]{12}$/);
    expect(made[0]![thing].code).not.toBe(made[1]![thing].code);
    const hidden = await act(`${role}@P2`, mutation, { ...input, unit: 'P2' });
    expect([faults(hidden), hidden[thing]]).toEqual([['code CONFLICT'], null]);
    const seen = await act(`${role}@N`, mutation, { ...input, unit: 'D1', expectedVersion: 2 });
    expect([faults(seen), seen[thing].unit]).toEqual([['code CONFLICT'], { code: 'P1' }]);
  });

  test('of several at once, one makes it', async () => {
    const all = await Promise.all([1, 2, 3].map(() => act('manager@P1', 'saveAnnualTheme', { unit: 'P1', year: 2040 })));
    expect(all.map((one) => faults(one).join()).toSorted()).toEqual(['', 'expectedVersion CONFLICT', 'expectedVersion CONFLICT']);
    const events = await Promise.all([1, 2, 3].map(() => act('reporter@P1', 'saveEvent', { unit: 'P1', code: 'at-once', kind: 'TALK', name: 'x' })));
    expect(events.map((one) => faults(one).length).toSorted()).toEqual([0, 1, 1]);
  });

  test.each<[string, string, object, string]>([
    ['saveDocument', 'manager@P1', { title: 'x' }, 'kind INVALID'],
    ['saveDocument', 'manager@P1', { kind: 'LAW' }, 'title INVALID'],
    ['saveDocument', 'manager@P1', { kind: 'LAW', title: 'x', code: 'a b' }, 'code INVALID'],
    ['saveDocument', 'manager@P1', { kind: 'LAW', title: 'x', termFrom: '2022-01-02', termTo: '2022-01-01' }, 'termTo INVALID'],
    ['saveDocument', 'manager@P1', { kind: 'LAW', title: 'x', issuedOnPrecision: 'YEAR' }, 'issuedOn INVALID'],
    ['saveDocument', 'manager@P1', { kind: 'LAW', title: 'x', issuedOn: '0999-01-01' }, 'issuedOn INVALID'],
    ['saveDocument', 'manager@P1', { kind: 'LAW', title: 'x', basisOf: ['K', 'K2'] }, 'basisOf.1 NOT_FOUND'],
    ['saveDocument', 'manager@P1', { kind: 'LAW', title: 'x', number: 'x'.repeat(101) }, 'number INVALID'],
    ['saveAim', 'approver@P1', { campaign: 'K', code: 'y' }, 'text INVALID'],
    ['saveAim', 'approver@P1', { campaign: 'K2', code: 'y', text: 'x' }, 'campaign NOT_FOUND'],
    ['saveAim', 'approver@P1', { campaign: 'closed', code: 'y', text: 'x' }, 'campaign INVALID'],
    ['saveAim', 'approver@P1', { campaign: 'P', code: 'y\0', text: 'x' }, 'code INVALID'],
    ['saveAim', 'approver@P1', { campaign: 'P', code: 'y', text: 'x', phase: 'first' }, 'phase NOT_FOUND'],
    ['saveAim', 'approver@P1', { campaign: 'P', code: 'y', text: 'x', indicator: 'Z' }, 'indicator NOT_FOUND'],
    ['saveAnnualTheme', 'manager@P1', { year: 999 }, 'year INVALID'],
    ['saveAnnualTheme', 'manager@P1', { year: 2031, text: ' ' }, 'text INVALID'],
    ['savePartner', 'reporter@P1', { kind: 'OTHER', name: '' }, 'name INVALID'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', startsOn: '2022-02-01', endsOn: '2022-01-01' }, 'endsOn INVALID'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', partners: ['par', 'none'] }, 'partners.1 NOT_FOUND'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', campaign: 'K2' }, 'campaign NOT_FOUND'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', counts: [{ of: 'GIFTS', value: 1 }, { of: 'GIFTS', value: -1 }] }, 'counts.1.value INVALID'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', counts: [{ of: 'OTHER', noun: 'tấn', value: 1.5 }, { of: 'TALKS', value: 1.5 }] }, 'counts.1.value INVALID'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', counts: [{ of: 'PARTICIPANTS', value: 1.5 }] }, 'counts.0.value INVALID'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', counts: [{ of: 'GIFTS', qualifier: 'ABOUT' }] }, 'counts.0.qualifier INVALID'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', counts: [{ of: 'GIFTS', noun: 'x'.repeat(101) }] }, 'counts.0.noun INVALID'],
    ['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', counts: Array.from({ length: 51 }, () => ({ of: 'GIFTS' })) }, 'counts INVALID'],
  ])('%s %#: what cannot be is refused', async (mutation, by, input, fault) => {
    const before = await traces();
    expect(faults(await act(by, mutation, { unit: 'P1', ...input }))).toEqual([fault]);
    expect(await traces()).toEqual(before);
  });

  test('whose message says what to do', async () => {
    const { userErrors } = await act('reporter@P1', 'saveEvent', { unit: 'P1', kind: 'TALK', name: 'x', startsOn: '2022-02-01', endsOn: '2022-01-01' });
    expect(userErrors).toMatchObject([{ message: 'endsOn must be startsOn, 2022-02-01, or later.' }]);
  });
});

describe('documents', () => {
  beforeAll(() => server.load([
    { type: 'document', code: 'of-N', unit: 'N', kind: 'RESOLUTION', title: 'Nghị quyết', basisOf: ['K', 'P'] },
    { type: 'document', code: 'of-P1', unit: 'P1', kind: 'GUIDANCE', title: 'Hướng dẫn', guides: ['K', 'P'] },
    { type: 'document', code: 'of-P2', unit: 'P2', kind: 'GUIDANCE', title: 'Hướng dẫn', guides: ['K', 'state'] },
    { type: 'document', code: 'of-D1', unit: 'D1', kind: 'PLAN', title: 'Kế hoạch', basisOf: ['P'] },
    { type: 'document', code: 'law', kind: 'LAW', title: 'Luật', basisOf: ['K'] },
  ]));
  const seenBy = async (by: string | null): Promise<string[]> => {
    const all = ['of-N', 'of-P1', 'of-P2', 'of-D1', 'law'];
    const found = await ask(by, `{ ${all.map((code, i) => `d${i}: document(code: "${code}") { code }`).join(' ')} }`);
    return all.filter((_, i) => found[`d${i}`] !== null);
  };

  test('those of the units in scope and above, and those common to all; not a sibling’s, though they are of a campaign that is seen', async () => {
    expect(await seenBy('viewer@N')).toEqual(['of-N', 'of-P1', 'of-P2', 'of-D1', 'law']);
    expect(await seenBy('viewer@P1')).toEqual(['of-N', 'of-P1', 'of-D1', 'law']);
    expect(await seenBy('viewer@G1')).toEqual(['of-N', 'of-P1', 'of-D1', 'law']);
    expect(await seenBy('viewer@P2')).toEqual(['of-N', 'of-P2', 'law']);
    for (const outsider of [null, 'nobody', 'partner@N']) expect(await seenBy(outsider)).toEqual([]);
  });

  test('a campaign tells on which it rests and which guide it, as far as they are seen', async () => {
    const of = async (by: string) => {
      const { campaign } = await ask(by, '{ campaign(code: "K") { basisDocuments { nodes { code } totalCount } guidance { nodes { code } totalCount } } }');
      return [codes(campaign.basisDocuments), campaign.basisDocuments.totalCount, codes(campaign.guidance), campaign.guidance.totalCount];
    };
    expect(await of('viewer@N')).toEqual([['law', 'of-N'], 2, ['of-P1', 'of-P2'], 2]);
    expect(await of('viewer@G1')).toEqual([['law', 'of-N'], 2, ['of-P1'], 1]);
    const { document } = await ask('viewer@G1', '{ document(code: "of-N") { unit { code } basisOf { code } guides { code } } }');
    expect(document).toEqual({ unit: { code: 'N' }, basisOf: [{ code: 'K' }, { code: 'P' }], guides: [] });
    expect((await ask('viewer@P2', '{ document(code: "of-N") { basisOf { code } } }')).document.basisOf).toEqual([{ code: 'K' }]);
    const kept = await ask('viewer@G1', '{ P1: orgUnit(code: "P1") { documents(kind: GUIDANCE) { nodes { code } } } N: orgUnit(code: "N") { documents { nodes { code } } } }');
    expect([codes(kept.P1.documents), codes(kept.N.documents)]).toEqual([['of-P1'], ['of-N']]);
  });

  test('what is said of campaigns that the caller does not see stays', async () => {
    await server.load([{ type: 'document', code: 'both', unit: 'D1', kind: 'PLAN', title: 'x', basisOf: ['K', 'K2'] }]);
    const { document, userErrors } = await act('manager@D1', 'saveDocument', { unit: 'D1', code: 'both', basisOf: ['P'], guides: ['P', 'P'], expectedVersion: 1 });
    expect([document.basisOf, document.guides, userErrors]).toEqual([[{ code: 'P' }], [{ code: 'P' }], []]);
    expect((await ask('viewer@N', '{ document(code: "both") { basisOf { code } version } }')).document).toEqual({ basisOf: [{ code: 'K2' }, { code: 'P' }], version: 2 });
    expect((await act('manager@D1', 'saveDocument', { unit: 'D1', code: 'both', guides: null, expectedVersion: 2 })).document.guides).toEqual([]);
  });
});

describe('annual themes', () => {
  beforeAll(() => server.load([
    { type: 'annualTheme', unit: 'N', year: 2022, text: 'Của cả nước' }, { type: 'annualTheme', unit: 'P1', year: 2022 }, { type: 'annualTheme', unit: 'D1', year: 2022, text: 'Của huyện' },
    { type: 'annualTheme', unit: 'P2', year: 2022, text: 'Tỉnh khác' }, { type: 'annualTheme', unit: 'G1', year: 2022, text: 'Của cơ sở' }, { type: 'annualTheme', unit: 'N', year: 2023, text: 'Năm sau' },
    { type: 'orgUnit', code: 'Dm', name: 'Chuyển', level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent: 'P1', validFrom: '2020-01-01' },
    { type: 'placement', unit: 'Dm', parent: 'P2', from: '2022-12-31' },
    { type: 'annualTheme', unit: 'P1', year: 2021, text: 'Tỉnh cũ' }, { type: 'annualTheme', unit: 'Dm', year: 2021, text: 'Trước' }, { type: 'annualTheme', unit: 'P2', year: 2021, text: 'Năm trước' },
  ]));
  const stack = async (by: string | null, unit: string, year = 2022) => {
    const { orgUnit } = await ask(by, 'query ($unit: String!, $year: Int!) { orgUnit(code: $unit) { annualTheme(year: $year) { text } annualThemes(year: $year) { unit { code } year text } } }', { unit, year });
    return orgUnit && { own: orgUnit.annualTheme, all: orgUnit.annualThemes.map((theme: { unit: { code: string }; text: string }) => [theme.unit.code, theme.text]) };
  };

  test('stand side by side from the root down, as far as the caller sees them', async () => {
    const all = [['N', 'Của cả nước'], ['P1', null], ['D1', 'Của huyện'], ['G1', 'Của cơ sở']];
    for (const by of ['viewer@N', 'viewer@P1', 'viewer@G1']) expect(await stack(by, 'G1')).toEqual({ own: { text: 'Của cơ sở' }, all });
    // Of the line above; a sibling's unit is not even there.
    expect(await stack('viewer@G1', 'D1')).toEqual({ own: { text: 'Của huyện' }, all: all.slice(0, 3) });
    expect(await stack('viewer@G1', 'P2')).toBeNull();
    expect(await stack('viewer@G1', 'G1', 2023)).toEqual({ own: null, all: [['N', 'Năm sau']] });
    expect((await stack('viewer@G1', 'G1', -5))!.all).toEqual([]);
    await server.load([{ type: 'result', unit: 'P2', campaign: 'K', indicator: 'I', coverage: 'SUBTREE', asOf: '2022-02-01', value: 100 }]);
    expect(faults(await act('manager@P2', 'publishTotal', { unit: 'P2', campaign: 'K', indicator: 'I', audience: 'PUBLIC' }))).toEqual([]);
    // A unit that is seen because a total of it was published shows no theme of its own.
    expect(await stack('viewer@G1', 'P2')).toEqual({ own: null, all: [['N', 'Của cả nước']] });
    expect(await stack(null, 'P2')).toEqual({ own: null, all: [] });
  });

  test('above it are those above it at the end of the year', async () => {
    expect((await stack('viewer@N', 'Dm', 2021))!.all).toEqual([['P1', 'Tỉnh cũ'], ['Dm', 'Trước']]);
    expect((await stack('viewer@N', 'Dm', 2022))!.all).toEqual([['N', 'Của cả nước'], ['P2', 'Tỉnh khác']]);
  });
});

describe('aims', () => {
  beforeAll(() => server.load([
    { type: 'aim', unit: 'N', campaign: 'K', code: 'z', text: 'Kéo giảm', direction: 'DOWN' }, { type: 'aim', unit: 'P1', campaign: 'K', code: 'z', text: 'Của tỉnh' },
    { type: 'aim', unit: 'P2', campaign: 'K', code: 'z', text: 'Tỉnh khác' }, { type: 'aim', unit: 'G1', campaign: 'P', code: 'z', phase: 'p1', indicator: 'I', text: 'Của cơ sở' },
  ]));
  const of = async (by: string | null) => (await ask(by, '{ campaign(code: "K") { aims { nodes { unit { code } code text } totalCount } } }')).campaign?.aims.nodes.filter(({ code }: { code: string }) => code === 'z').map((aim: { unit: { code: string } }) => aim.unit.code);

  test('the launcher’s are seen with the campaign, others in scope', async () => {
    expect(await of('viewer@N')).toEqual(['N', 'P1', 'P2']);
    expect(await of('viewer@P1')).toEqual(['N', 'P1']);
    expect(await of('viewer@G1')).toEqual(['N']);
    expect(await of('viewer@P2')).toEqual(['N', 'P2']);
    expect(await of('partner@N')).toEqual(await of(null));
    const { orgUnit } = await ask('viewer@G1', '{ orgUnit(code: "G1") { aims(campaign: "P") { nodes { code phase { code } indicator { code } direction } } none: aims(campaign: "K") { totalCount } } }');
    expect(orgUnit).toEqual({ aims: { nodes: [{ code: 'z', phase: { code: 'p1' }, indicator: { code: 'I' }, direction: null }] }, none: { totalCount: 0 } });
  });

  test('are no targets: a draft with one still lacks a number', async () => {
    expect(faults(await act('manager@P1', 'draftCampaign', { unit: 'P1', code: 'bare', name: 'x', kind: 'DRIVE', objective: 'x', theme: 'x' }))).toEqual([]);
    expect(faults(await act('approver@P1', 'saveAim', { unit: 'P1', campaign: 'bare', code: 'a', text: 'Tăng', direction: 'UP' }))).toEqual([]);
    expect(faults(await act('approver@D1', 'saveAim', { unit: 'D1', campaign: 'bare', code: 'a', text: 'Tăng' }))).toEqual(['campaign NOT_FOUND']);
    const missing = async () => (await ask('viewer@P1', '{ campaign(code: "bare") { missingForLaunch } }')).campaign.missingForLaunch;
    const lacking = ['TARGET', 'CONTENT', 'MEASURES', 'AUDIENCE', 'STARTS_ON', 'ENDS_ON'];
    expect(await missing()).toEqual(lacking);
    expect((await act('manager@P1', 'launchCampaign', { code: 'bare', expectedVersion: 1 }))['missing']).toEqual(lacking);
    await server.load([{ type: 'target', unit: 'G1', campaign: 'bare', indicator: 'I', basis: 'SELF_SET', decidedOn: '2026-01-01', value: 5 }]);
    await act('manager@P1', 'draftCampaign', { unit: 'P1', code: 'bare', content: 'x', measures: 'x', audience: 'x', startsOn: '2026-01-01', endsOn: '2026-12-31', expectedVersion: 1 });
    expect(await missing()).toEqual([]);
    await act('manager@P1', 'launchCampaign', { code: 'bare', expectedVersion: 2 });
    expect(await missing()).toBeNull();
  });
});

describe('partners and events', () => {
  beforeAll(() => server.load([
    { type: 'partner', code: 'so', unit: 'P1', name: 'Sở', kind: 'GOVERNMENT' }, { type: 'partner', code: 'doan', unit: 'N', name: 'Đoàn', kind: 'MASS_ORGANISATION' },
    {
      type: 'event', code: 'hoi-thi', unit: 'D1', kind: 'CONTEST', name: 'Hội thi', startsOn: '2022-05-15', startsOnPrecision: 'MONTH', campaign: 'P', partners: ['so', 'doan'], outcomes: 'Kết quả', source: 'S', note: 'n',
      counts: [{ of: 'PARTICIPANTS', value: 2000, qualifier: 'NEARLY', source: 'Bài A' }, { of: 'PARTICIPANTS', value: 1500, source: 'Bài B' }, { of: 'GIFTS' }],
    },
    { type: 'event', code: 'toa-dam', unit: 'P1', kind: 'TALK', name: 'Tọa đàm', startsOn: '2022-05-15' }, { type: 'event', code: 'khong-ngay', unit: 'G3', kind: 'TALK', name: 'Không rõ ngày' },
    { type: 'event', code: 'khac', unit: 'P2', kind: 'TALK', name: 'Nơi khác', startsOn: '2022-06-01' },
  ]));
  const listed = async (by: string | null, unit: string, more = '') =>
    codes((await ask(by, `{ orgUnit(code: "${unit}") { events(first: 50${more}) { nodes { code } } } }`)).orgUnit.events).filter((code) => ['hoi-thi', 'toa-dam', 'khong-ngay', 'khac'].includes(code));

  test('counts that differ stay side by side, in the order in which they were told; what nobody counted is null', async () => {
    const { event } = await ask('viewer@D1', '{ event(code: "hoi-thi") { unit { code } campaign { code } partners { code } counts { of value qualifier noun source } outcomes source note claims { code } } }');
    expect(event).toEqual({
      unit: { code: 'D1' }, campaign: { code: 'P' }, partners: [], outcomes: 'Kết quả', source: 'S', note: 'n', claims: [],
      counts: [
        { of: 'PARTICIPANTS', value: 2000, qualifier: 'NEARLY', noun: null, source: 'Bài A' }, { of: 'PARTICIPANTS', value: 1500, qualifier: 'EXACT', noun: null, source: 'Bài B' },
        { of: 'GIFTS', value: null, qualifier: 'EXACT', noun: null, source: null },
      ],
    });
    // With whom a unit above works is its own to know.
    expect((await ask('viewer@P1', '{ event(code: "hoi-thi") { partners { code } } }')).event.partners).toEqual([{ code: 'so' }]);
    expect((await ask('viewer@N', '{ event(code: "hoi-thi") { partners { code unit { code } } } }')).event.partners).toEqual([{ code: 'doan', unit: { code: 'N' } }, { code: 'so', unit: { code: 'P1' } }]);
  });

  test('of a unit, and of those beneath it; the latest first, without a date last', async () => {
    expect(await listed('viewer@N', 'N')).toEqual(['khac', 'toa-dam', 'hoi-thi', 'khong-ngay']);
    expect(await listed('viewer@N', 'P1')).toEqual(['toa-dam', 'hoi-thi', 'khong-ngay']);
    expect(await listed('viewer@N', 'P1', ', beneath: false')).toEqual(['toa-dam']);
    expect(await listed('viewer@D1', 'N')).toEqual(['hoi-thi']);
    expect(await listed('viewer@N', 'N', ', where: { kind: TALK }')).toEqual(['khac', 'toa-dam', 'khong-ngay']);
    expect(await listed('viewer@N', 'N', ', where: { campaign: "P" }')).toEqual(['hoi-thi']);
    expect(await listed('viewer@N', 'N', ', where: { partner: "so" }')).toEqual(['hoi-thi']);
    expect(await listed('viewer@D1', 'N', ', where: { partner: "so" }')).toEqual([]);
    // "May 2022" is on any of its days.
    expect(await listed('viewer@N', 'N', ', where: { from: "2022-05-20", to: "2022-05-31" }')).toEqual(['hoi-thi']);
    expect(await listed('viewer@N', 'N', ', where: { from: "2022-05-01", to: "2022-05-15" }')).toEqual(['toa-dam', 'hoi-thi']);
    expect(await listed('viewer@N', 'N', ', where: { to: "2022-04-30" }')).toEqual([]);
    const wrong = await server.ask('viewer@N', '{ orgUnit(code: "N") { events(where: { from: "hôm qua" }) { totalCount } } }');
    expect(wrong.errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
  });

  test('disclosed, the plain facts are seen outside, with the campaign that it had; nobody but who may show it changes it', async () => {
    const FACTS = '{ event(code: "hoi-thi") { name unit { code } campaign { code } partners { code } counts { value source } outcomes source note } }';
    const seen = async (by: string | null) => (await ask(by, FACTS)).event;
    expect(await seen(null)).toBeNull();
    await server.load([{ type: 'disclosure', of: 'EVENT', code: 'hoi-thi', audience: 'PUBLIC' }]);
    const facts = { name: 'Hội thi', unit: { code: 'D1' }, partners: [], counts: [{ value: 2000, source: null }, { value: 1500, source: null }, { value: null, source: null }], outcomes: null, source: null, note: null };
    expect(await seen(null)).toEqual({ ...facts, campaign: { code: 'P' } });
    expect(await seen('viewer@P2')).toEqual({ ...facts, campaign: { code: 'P' } });
    expect(faults(await act('reporter@D1', 'saveEvent', { unit: 'D1', code: 'hoi-thi', campaign: 'K', expectedVersion: 1 }))).toEqual(['code FORBIDDEN']);
    await server.db.pool.query(`update event set campaign_id = (select id from campaign where code = 'K') where code = 'hoi-thi'`);
    // Of K totals are published; P stays what was shown.
    expect(await seen(null)).toEqual({ ...facts, campaign: { code: 'K' } });
    expect((await ask(null, '{ campaign(code: "P") { code } }')).campaign).toEqual({ code: 'P' });
    expect(await listed(null, 'D1')).toEqual(['hoi-thi']);
    expect(await listed('partner@N', 'D1')).toEqual(['hoi-thi']);
    expect(faults(await act('reporter@P2', 'saveEvent', { unit: 'P2', code: 'hoi-thi', kind: 'TALK', name: 'x' }))).toEqual(['code CONFLICT']);
  });

  test('said again, lists take the place of what was there; what is left out stays', async () => {
    const made = await act('reporter@P1', 'saveEvent', { unit: 'P1', code: 'le', kind: 'CEREMONY', name: 'Lễ', partners: ['so'], campaign: 'P', counts: [{ of: 'OTHER', value: 12.5, qualifier: 'ABOUT', noun: 'tấn' }, { of: 'OTHER', value: 3 }], startsOn: '2026-05-20', startsOnPrecision: 'YEAR', endsOn: '2026-03-01' });
    expect(made['event']).toMatchObject({ version: 1, startsOnPrecision: 'YEAR', partners: [{ code: 'so' }], counts: [{ value: 12.5, qualifier: 'ABOUT', noun: 'tấn' }, { value: 3 }] });
    expect((await act('reporter@P1', 'saveEvent', { unit: 'P1', code: 'le', counts: [{ of: 'OTHER', value: 3 }], expectedVersion: 1 }))['event']).toMatchObject({ version: 2, name: 'Lễ', campaign: { code: 'P' }, partners: [{ code: 'so' }], counts: [{ of: 'OTHER', value: 3 }] });
    expect((await act('reporter@P1', 'saveEvent', { unit: 'P1', code: 'le', counts: null, partners: null, campaign: null, startsOn: '2026-02-01', expectedVersion: 2 }))['event']).toMatchObject({ version: 3, campaign: null, partners: [], counts: [], startsOn: '2026-02-01', startsOnPrecision: 'DAY' });
  });
});

describe('campaigns', () => {
  beforeAll(() => server.load([
    { type: 'campaign', code: 'f-school', name: 'x', campaignKind: 'MOVEMENT', launchedBy: 'N', cadence: 'REGULAR', sectors: ['EDUCATION', 'BUSINESS'], startsOn: '2022-03-01', startsOnPrecision: 'YEAR', endsOn: '2022-06-15', endsOnPrecision: 'MONTH', launchingBody: 'PRESIDIUM', occasions: ['Ngày Nhà giáo'],
      phases: [{ code: 'a', name: 'a', startsOn: '2022-02-01', endsOn: '2022-03-31' }, { code: 'b', name: 'b', kind: 'PEAK', startsOn: '2022-03-01', startsOnPrecision: 'MONTH' }, { code: 'c', name: 'c', kind: 'ROUND' }] },
    { type: 'campaign', code: 'f-P2', name: 'x', campaignKind: 'MOVEMENT', launchedBy: 'P2', cadence: 'THEMATIC', startsOn: '2023-01-01' },
    { type: 'campaign', code: 'f-D1', name: 'x', campaignKind: 'MOVEMENT', launchedBy: 'D1' },
    { type: 'campaign', code: 'f-state', name: 'x', campaignKind: 'MOVEMENT', externalLauncher: 'Thủ tướng', startsOn: '2020-01-01', endsOn: '2020-12-31' },
  ]));
  const found = async (by: string, where: string) => codes((await ask(by, `{ campaigns(first: 100, where: {${where}}) { nodes { code } } }`)).campaigns).filter((code) => code.startsWith('f-'));

  test('that run for a unit: its own, those of the units above it, those of bodies outside', async () => {
    expect(await found('viewer@N', 'for: "G1"')).toEqual(['f-D1', 'f-school', 'f-state']);
    expect(await found('viewer@N', 'for: "P1"')).toEqual(['f-school', 'f-state']);
    expect(await found('viewer@N', 'for: "P2"')).toEqual(['f-P2', 'f-school', 'f-state']);
    expect(await found('viewer@G1', 'for: "G1"')).toEqual(['f-D1', 'f-school', 'f-state']);
    for (const code of ['G9', 'X', 'a\\u0000']) expect(await found('viewer@G1', `for: "${code}"`)).toEqual([]);
  });

  test('by cadence, sector and period; years and months are meant whole', async () => {
    expect(await found('viewer@N', 'cadence: REGULAR')).toEqual(['f-school']);
    expect(await found('viewer@N', 'sector: EDUCATION')).toEqual(['f-school']);
    expect(await found('viewer@N', 'sector: OTHER')).toEqual([]);
    expect(await found('viewer@N', 'from: "2022-06-30", to: "2022-12-31"')).toEqual(['f-school']);
    expect(await found('viewer@N', 'from: "2022-07-01", to: "2023-06-30"')).toEqual(['f-P2']);
    expect(await found('viewer@N', 'to: "2022-01-01"')).toEqual(['f-school', 'f-state']);
    expect(await found('viewer@N', 'from: "2021-01-01", to: "2021-12-31"')).toEqual([]);
  });

  test('who launched it, for whom and on which occasion; which phases run on a day', async () => {
    const { campaign } = await ask('viewer@G1', `{ campaign(code: "f-school") { launchingBody sectors occasions march: phases(activeOn: "2022-03-31") { code } april: phases(activeOn: "2022-04-01") { code } february: phases(activeOn: "2022-02-28") { code } phases { code } } }`);
    const codesOf = (phases: { code: string }[]) => phases.map(({ code }) => code).join('');
    expect(campaign).toMatchObject({ launchingBody: 'PRESIDIUM', sectors: ['BUSINESS', 'EDUCATION'], occasions: ['Ngày Nhà giáo'] });
    expect([campaign.march, campaign.april, campaign.february, campaign.phases].map(codesOf)).toEqual(['ab', 'b', 'a', 'abc']);
    const wrong = await server.ask('viewer@G1', '{ campaign(code: "f-school") { phases(activeOn: "2022-02-30") { code } } }');
    expect(wrong.errors?.map(({ extensions }) => extensions['argument'])).toEqual(['activeOn']);
  });

  test('are drafted with them', async () => {
    const drafted = (input: object) => act('manager@P1', 'draftCampaign', { unit: 'P1', code: 'with-all', ...input });
    await drafted({ name: 'x', kind: 'DRIVE', launchingBody: 'EXECUTIVE_COMMITTEE', sectors: ['OTHER', 'EDUCATION', 'OTHER'], occasions: ['b', 'a'] });
    const said = async () => (await ask('viewer@P1', '{ campaign(code: "with-all") { launchingBody sectors occasions version } }')).campaign;
    expect(await said()).toEqual({ launchingBody: 'EXECUTIVE_COMMITTEE', sectors: ['EDUCATION', 'OTHER'], occasions: ['b', 'a'], version: 1 });
    await drafted({ sectors: ['EDUCATION', 'OTHER'], expectedVersion: 1 });
    expect((await said()).version).toBe(1);
    await drafted({ launchingBody: null, sectors: null, occasions: [], expectedVersion: 1 });
    expect(await said()).toEqual({ launchingBody: null, sectors: [], occasions: [], version: 2 });
    expect(faults(await drafted({ occasions: ['a', ' '], expectedVersion: 2 }))).toEqual(['occasions.1 INVALID']);
    expect(faults(await drafted({ occasions: Array(21).fill('a'), expectedVersion: 2 }))).toEqual(['occasions INVALID']);
  });
});

test('how many statements are sent does not grow with rows', async () => {
  const document = `query ($first: Int!) {
    orgUnits(first: $first, where: { level: GRASSROOTS }) { nodes { annualTheme(year: 2022) { text unit { code } } annualThemes(year: 2022) { unit { code } } aims(first: 3) { nodes { unit { code } campaign { code } phase { code } indicator { code } } }
      documents(first: 3) { nodes { unit { code } basisOf { code } guides { code } } } partners(first: 3) { nodes { unit { code } } } events(first: 3) { nodes { unit { code } campaign { code } partners { code } counts { value } claims { code } } } } }
    campaigns(first: $first) { nodes { missingForLaunch basisDocuments(first: 3) { nodes { title unit { code } } } guidance(first: 3) { nodes { title } } aims(first: 3) { nodes { unit { code } } } phases(activeOn: "2022-03-01") { code } } } }`;
  await server.load([{ type: 'campaign', code: 'A0', name: 'x', campaignKind: 'DRIVE', launchedBy: 'N', status: 'DRAFT' }]);
  await server.load(['G1', 'G2', 'G3', 'G9'].flatMap((unit) => [
    { type: 'document', code: `s-${unit}`, unit, kind: 'PLAN', title: 'x', basisOf: ['K'], guides: ['state'] }, { type: 'partner', code: `s-${unit}`, unit, kind: 'OTHER', name: 'x' },
    { type: 'event', code: `s-${unit}`, unit, kind: 'TALK', name: 'x', partners: [`s-${unit}`], campaign: 'K' }, { type: 'aim', unit, campaign: 'K', code: 's', text: 'x', indicator: 'I' },
    ...(unit === 'G1' ? [] : [{ type: 'annualTheme', unit, year: 2022, text: 'x' }]),
  ]));
  const sent = async (first: number): Promise<number> => {
    server.statements.length = 0;
    await ask('viewer@N', document, { first });
    return server.statements.length;
  };
  const few = await sent(3);
  expect(await sent(12)).toBe(few);
  expect(few).toBeLessThan(40);
});

test('a day is a day', async () => {
  for (const [mutation, by, input] of [['saveEvent', 'reporter@P1', { kind: 'TALK', name: 'x', startsOn: 'hôm nay' }], ['saveDocument', 'manager@P1', { kind: 'LAW', title: 'x', issuedOn: '2022-02-30' }]] as const) {
    expect(await server.refusal(by, mutation, { unit: 'P1', ...input })).toEqual(['BAD_USER_INPUT']);
  }
});
