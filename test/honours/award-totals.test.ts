import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sumOf, type Counted } from '../../src/honours/award-total.rules.js';
import { TREE } from '../results/world.js';
import { startTestServer, type TestServer } from '../support/server.js';

/** One award of a small set: how many recipients it has at least and at most, and which earlier one holds it. */
interface Small {
  least: number;
  most: number | null;
  whole: number | null;
  sure: boolean;
  /** Whether it is in the set; others only stand between. */
  counted: boolean;
}

/** More than any of them needs. */
const PLENTY = 9;

/**
 * By trying: recipients are told apart by which awards they have. Two awards share one only where the one is, or may be, a
 * part of the other; surely so where that is sure all the way. Gives the fewest and the most recipients that all fit, by
 * going through every number of every such group; undefined where what is told cannot be.
 */
function tried(set: readonly Small[]): { least: number; most: number } | undefined {
  const wayUp = (i: number): { at: number; sure: boolean }[] => {
    const { whole, sure } = set[i]!;
    return whole === null ? [] : [{ at: whole, sure }, ...wayUp(whole).map((above) => ({ at: above.at, sure: sure && above.sure }))];
  };
  const groups: number[][] = [];
  for (let bits = 1; bits < 2 ** set.length; bits++) {
    const members = set.map((_, i) => i).filter((i) => bits & (1 << i));
    const related = members.every((i) => members.every((j) => i === j || wayUp(i).some(({ at }) => at === j) || wayUp(j).some(({ at }) => at === i)));
    const closed = members.every((i) => wayUp(i).every(({ at, sure }) => !sure || members.includes(at)));
    if (related && closed) groups.push(members);
  }
  let found: { least: number; most: number } | undefined;
  const sizes = set.map(() => 0);
  const go = (n: number, union: number): void => {
    if (sizes.some((size, i) => size > (set[i]!.most ?? PLENTY))) return;
    if (n === groups.length) {
      if (sizes.some((size, i) => size < set[i]!.least)) return;
      found = { least: Math.min(found?.least ?? Infinity, union), most: Math.max(found?.most ?? 0, union) };
      return;
    }
    const members = groups[n]!;
    const counts = members.some((i) => set[i]!.counted) ? 1 : 0;
    for (let size = 0; size <= 3; size++) {
      for (const i of members) sizes[i]! += size;
      go(n + 1, union + size * counts);
      for (const i of members) sizes[i]! -= size;
    }
  };
  go(0, 0);
  return found;
}

const asCounted = (set: readonly Small[]): Counted[] => {
  const up = (i: number): Counted['within'] => (set[i]!.whole === null ? [] : [{ id: set[i]!.whole!, sure: set[i]!.sure }, ...up(set[i]!.whole!)]);
  return set.flatMap(({ least, most, counted }, i) => (counted ? [{ id: i, atLeast: least, atMost: most, within: up(i), holdsAll: true }] : []));
};

const smallSet = fc
  .array(fc.record({ least: fc.integer({ min: 1, max: 3 }), more: fc.option(fc.integer({ min: 0, max: 2 })), whole: fc.option(fc.nat(2)), sure: fc.boolean(), counted: fc.boolean() }), { minLength: 1, maxLength: 3 })
  .map((some) => some.map(({ least, more, whole, sure, counted }, i): Small => ({ least, most: more === null ? null : Math.min(3, least + more), whole: whole !== null && whole < i ? whole : null, sure, counted })));

describe('how many, where some awards may hold others', () => {
  test('what is told lies between the bounds, by trying all ways; and nothing closer could be said of sets where all is counted', () => {
    let [bounded, exact] = [0, 0];
    fc.assert(
      fc.property(smallSet, (set) => {
        const really = tried(set.map((one) => ({ ...one, most: one.most ?? 3 })));
        fc.pre(really !== undefined);
        const { atLeast, atMost } = sumOf(asCounted(set));
        expect(atLeast).toBeLessThanOrEqual(really!.least);
        if (atMost !== null) expect(atMost).toBeGreaterThanOrEqual(really!.most);
        else expect(set.some(({ most, counted }) => counted && most === null)).toBe(true);
        bounded++;
        if (!set.every(({ counted }) => counted)) return;
        exact++;
        expect(atLeast).toBe(really!.least);
        if (set.every(({ most }) => most !== null) && set.every(({ whole }, i) => whole === null || fits(set, i))) expect(atMost).toBe(really!.most);
      }),
      { numRuns: 400, seed: 20_261_122 },
    );
    expect(exact).toBeGreaterThan(30);
    expect(bounded).toBeGreaterThan(exact);
  });

  /** A whole that has room for the most of its sure parts takes nothing off the most of others. */
  const fits = (set: readonly Small[], i: number): boolean => {
    const parts = set.filter(({ whole, sure }) => sure && whole === set[i]!.whole);
    return parts.reduce((sum, part) => sum + part.least, 0) <= (set[set[i]!.whole!]!.most ?? PLENTY);
  };

  test('the five named of Hoằng Hóa are never added to its 17', () => {
    const of = (id: number, count: number, within: Counted['within'] = []): Counted => ({ id, atLeast: count, atMost: count, within, holdsAll: true });
    const maybe = [{ id: 17, sure: false }];
    expect(sumOf([of(17, 17), of(27, 1, maybe), of(29, 2, maybe), of(32, 2, maybe)])).toEqual({ atLeast: 17, atMost: 22 });
    expect(sumOf([of(27, 1, maybe), of(29, 2, maybe), of(32, 2, maybe)])).toEqual({ atLeast: 5, atMost: 5 });
    expect(sumOf([of(17, 17), of(27, 1, [{ id: 17, sure: true }])])).toEqual({ atLeast: 17, atMost: 17 });
    expect(sumOf([])).toEqual({ atLeast: 0, atMost: 0 });
  });

  test('of awards that hold each other, which nothing keeps any more, none is lost', () => {
    const of = (id: number, count: number, ...within: number[]): Counted => ({ id, atLeast: count, atMost: count, within: within.map((whole) => ({ id: whole, sure: true })), holdsAll: true });
    expect(sumOf([of(1, 5), of(2, 3, 3, 2, 3), of(3, 3, 2, 3, 2)])).toEqual({ atLeast: 8, atMost: 8 });
    expect(sumOf([of(3, 3, 2, 3, 2)])).toEqual({ atLeast: 3, atMost: 3 });
    expect(sumOf([of(4, 9, 2, 3, 4), of(3, 3, 4, 2, 3), of(2, 3, 3, 4, 2), of(5, 2, 3, 4, 2, 3)])).toMatchObject({ atLeast: 9 });
  });
});

describe('awards through GraphQL', () => {
  let server: TestServer;
  const ask = async (document: string, as?: string) => {
    const { data, errors } = await server.query(document, undefined, as === undefined ? {} : { as: as === 'nobody' ? null : await server.tokenFor(as) });
    expect(errors).toBeUndefined();
    return data;
  };

  beforeAll(async () => {
    server = await startTestServer({ seed: false });
    const award = (code: string, more: object) => ({ type: 'award', code, unit: 'D1', form: 'CERTIFICATE_OF_MERIT', issuers: [{ unit: 'P1' }], ...more });
    const h1 = { periodKind: 'HALF_YEAR', periodFrom: '2021-01-01', periodTo: '2021-06-30' };
    await server.load([
      ...TREE,
      { type: 'person', code: 'pe-le', unit: 'D1', name: 'Lê Sỹ Kiên' }, { type: 'person', code: 'pe-lan', unit: 'G1', name: 'Lan' },
      award('a.17', { ...h1, issuers: [{ unit: 'N' }, { unit: 'P1' }], count: 17 }),
      award('a.27', { ...h1, campaign: 'c', recipients: [{ kind: 'COLLECTIVE', unit: 'D1' }], countByKind: [{ kind: 'COLLECTIVE', count: 1 }], maybeIncludedIn: 'a.17' }),
      award('a.29', { ...h1, countByKind: [{ kind: 'INDIVIDUAL', count: 2 }], recipients: [{ kind: 'INDIVIDUAL', person: 'pe-lan', directWorker: true }], maybeIncludedIn: 'a.17', source: 'S2-29', note: 'Ghi chú', presentedBy: 'Bà Xương', status: 'PRESENTED' }),
      award('a.32', { ...h1, campaign: 'c', countByKind: [{ kind: 'COLLECTIVE', count: 1 }, { kind: 'INDIVIDUAL', count: 1 }], recipients: [{ kind: 'COLLECTIVE', unit: 'D1' }, { kind: 'INDIVIDUAL', person: 'pe-le', directWorker: false }], maybeIncludedIn: 'a.17' }),
      award('a.38', { form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D1' }, { unit: 'D3' }], count: 176, periodFrom: '2020-09-01', periodTo: '2021-06-30', note: 'Ghi chú', recipients: [{ kind: 'COLLECTIVE', unit: 'G1' }] }),
      award('a.04', { form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D1' }] }),
      award('a.flag1', { form: 'EMULATION_FLAG', basis: 'COMPREHENSIVE', count: 1, recipients: [{ kind: 'COLLECTIVE', unit: 'G1' }], ...h1 }),
      award('a.flag2', { form: 'EMULATION_FLAG', basis: 'THEMATIC', count: 1, recipients: [{ kind: 'COLLECTIVE', unit: 'G1' }], decidedOn: '2021-12-01', decidedOnPrecision: 'YEAR' }),
      award('a.low', { unit: 'G2', issuers: [{ unit: 'D1' }], count: 1 }),
      { type: 'work', code: 'wk-1', unit: 'G1', kind: 'WORK', name: 'Cầu', status: 'COMPLETED' },
      { type: 'initiative', code: 'in-1', unit: 'G4', title: 'Cải tiến', stages: [{ stage: 'REGISTERED', on: '2021-01-01' }] },
      award('a.things', { unit: 'P1', issuers: [{ unit: 'N' }], form: 'PRIZE', recipients: [{ kind: 'WORK', work: 'wk-1' }, { kind: 'INITIATIVE', initiative: 'in-1' }] }),
      award('a.nominated', { status: 'NOMINATED', count: 50 }),
      award('a.province', { unit: 'P1', issuers: [{ unit: 'N' }], form: 'TITLE', title: 'Công nhân giỏi', titleLevel: 'PROVINCIAL', count: 10, recipients: [{ kind: 'COLLECTIVE', unit: 'D1' }, { kind: 'COLLECTIVE', unit: 'D2' }] }),
    ]);
    await server.grant('d1', 'VIEWER', 'D1');
    await server.grant('d3', 'VIEWER', 'D3');
    await server.grant('d2', 'VIEWER', 'D2');
    await server.grant('g1', 'VIEWER', 'G1');
  });
  afterAll(() => server?.close());

  const totals = 'awards count atLeast atMost';
  test('received, of a unit and its subtree: what may be in another is never added to it', async () => {
    const { orgUnit } = await ask(`{ orgUnit(code: "D1") {
      merit: awardTotals(direction: RECEIVED, where: {form: CERTIFICATE_OF_MERIT, from: "2021-01-01", to: "2021-12-31"}) { all { ${totals} } groups { form } }
      campaign: awardTotals(direction: RECEIVED, where: {campaign: "c"}, by: [CAMPAIGN]) { all { ${totals} } groups { campaign { code } ${totals} } }
      titles: awardTotals(direction: RECEIVED, where: {form: TITLE}, by: [TITLE_LEVEL]) { groups { titleLevel ${totals} } }
      kinds: awardTotals(direction: RECEIVED, where: {form: CERTIFICATE_OF_MERIT, issuerLevel: PROVINCIAL}, by: [RECIPIENT_KIND]) { groups { recipientKind ${totals} directWorkers { known direct share } } }
      levels: awardTotals(direction: RECEIVED, where: {form: CERTIFICATE_OF_MERIT}, beneath: false, by: [ISSUER_LEVEL, ISSUER]) { groups { issuerLevels issuers ${totals} } }
      awardsReceived(first: 3) { totalCount nodes { code } } } }`);
    expect(orgUnit.merit).toEqual({ all: { awards: 4, count: null, atLeast: 17, atMost: 22 }, groups: [] });
    expect(orgUnit.campaign).toEqual({ all: { awards: 2, count: 3, atLeast: 3, atMost: 3 }, groups: [{ campaign: { code: 'c' }, awards: 2, count: 3, atLeast: 3, atMost: 3 }] });
    // Of the province's ten one is named here; eight are not named at all.
    expect(orgUnit.titles.groups).toEqual([{ titleLevel: 'PROVINCIAL', awards: 1, count: null, atLeast: 1, atMost: 9 }]);
    expect(orgUnit.kinds.groups).toEqual([
      { recipientKind: 'INDIVIDUAL', awards: 2, count: 3, atLeast: 3, atMost: 3, directWorkers: { known: 2, direct: 1, share: 50 } },
      { recipientKind: 'COLLECTIVE', awards: 2, count: 2, atLeast: 2, atMost: 2, directWorkers: { known: 0, direct: 0, share: null } },
      { recipientKind: null, awards: 1, count: 17, atLeast: 17, atMost: 17, directWorkers: { known: 0, direct: 0, share: null } },
    ]);
    expect(orgUnit.levels.groups).toEqual([
      { issuerLevels: ['NATIONAL', 'PROVINCIAL'], issuers: ['Tổng LĐLĐ', 'Đơn vị P1'], awards: 1, count: 17, atLeast: 17, atMost: 17 },
      { issuerLevels: ['PROVINCIAL'], issuers: ['Đơn vị P1'], awards: 3, count: 5, atLeast: 5, atMost: 5 },
    ]);
    expect(orgUnit.awardsReceived).toEqual({ totalCount: 11, nodes: [{ code: 'a.flag2' }, { code: 'a.flag1' }, { code: 'a.38' }] });
  });

  test('issued: what nobody told is not told, and no 0', async () => {
    const { orgUnit } = await ask(`{ orgUnit(code: "D1") {
      awardTotals(direction: ISSUED, by: [FORM, YEAR]) { all { ${totals} } groups { form year ${totals} } }
      none: awardTotals(direction: ISSUED, where: {year: 1999}) { all { ${totals} directWorkers { share } } groups { form } }
      awardsIssued { nodes { code } } own: awardsIssued(beneath: false, where: {status: NOMINATED}) { totalCount } } }`);
    expect(orgUnit.awardTotals).toEqual({
      all: { awards: 3, count: null, atLeast: 178, atMost: null },
      groups: [
        { form: 'CERTIFICATE_OF_MERIT', year: null, awards: 1, count: 1, atLeast: 1, atMost: 1 },
        { form: 'LETTER_OF_COMMENDATION', year: 2021, awards: 1, count: 176, atLeast: 176, atMost: 176 },
        { form: 'LETTER_OF_COMMENDATION', year: null, awards: 1, count: null, atLeast: 1, atMost: null },
      ],
    });
    // Of a campaign that is not known nothing is counted, not even none; nor told whether there is one.
    const unknown = await ask('{ orgUnit(code: "D1") { awardTotals(direction: RECEIVED, where: {campaign: "nope"}) { all { awards } } odd: awardTotals(direction: ISSUED, where: {campaign: "no code"}) { groups { form } } } }');
    expect(unknown.orgUnit).toEqual({ awardTotals: null, odd: null });
    expect(orgUnit.none).toEqual({ all: { awards: 0, count: 0, atLeast: 0, atMost: 0, directWorkers: { share: null } }, groups: [] });
    expect(orgUnit.awardsIssued.nodes.map(({ code }: { code: string }) => code)).toEqual(['a.38', 'a.low', 'a.04']);
    expect(orgUnit.own.totalCount).toBe(0);
  });

  test('a co-issuer outside the line sees the award and nothing else of the unit', async () => {
    const { award, orgUnit, own } = await ask(
      `{ award(code: "a.38") { code unitName unit { code } count note issuers { name unit { code } } recipients { nodes { name unit { code } } } } orgUnit(code: "D1") { code }
         own: orgUnit(code: "D3") { awardsIssued { nodes { code unit { code } } } awardTotals(direction: ISSUED) { all { ${totals} } } awardsReceived { totalCount } awardBreaches { totalCount } } }`,
      'd3',
    );
    expect(award).toEqual({
      code: 'a.38', unitName: 'Đơn vị D1', unit: null, count: 176, note: 'Ghi chú', issuers: [{ name: 'Đơn vị D1', unit: null }, { name: 'Đơn vị D3', unit: { code: 'D3' } }], recipients: { nodes: [{ name: 'Đơn vị G1', unit: null }] },
    });
    expect(orgUnit).toBeNull();
    expect(own).toEqual({ awardsIssued: { nodes: [{ code: 'a.38', unit: null }] }, awardTotals: { all: { awards: 1, count: 176, atLeast: 176, atMost: 176 } }, awardsReceived: { totalCount: 0 }, awardBreaches: { totalCount: 0 } });
    for (const code of ['a.17', 'a.27', 'a.04', 'a.nominated', 'a.province']) expect(await ask(`{ award(code: "${code}") { code } }`, 'd3')).toEqual({ award: null });
  });

  test('whoever sees it by a recipient sees that recipient, and nothing of how it came about', async () => {
    const { award } = await ask(`{ award(code: "a.29") { code unit { code } unitName named source note presentedBy nominatedBy maybeIncludedIn { code } recipients { totalCount nodes { name person { code } } } claims { code } } }`, 'g1');
    expect(award).toEqual({
      code: 'a.29', unit: { code: 'D1' }, unitName: 'Đơn vị D1', named: 1, source: null, note: null, presentedBy: null, nominatedBy: null, maybeIncludedIn: null, recipients: { totalCount: 1, nodes: [{ name: 'Lan', person: { code: 'pe-lan' } }] }, claims: [],
    });
    const { award: province, orgUnit } = await ask(`{ award(code: "a.province") { named recipients { nodes { name } } } orgUnit(code: "D2") { awardsReceived(where: {form: TITLE}) { nodes { code } } awardTotals(direction: RECEIVED, where: {form: TITLE}) { all { ${totals} } } } }`, 'd2');
    expect(province).toEqual({ named: 2, recipients: { nodes: [{ name: 'Đơn vị D2' }] } });
    expect(orgUnit).toEqual({ awardsReceived: { nodes: [{ code: 'a.province' }] }, awardTotals: { all: { awards: 1, count: null, atLeast: 1, atMost: 9 } } });
    expect(await ask('{ orgUnit(code: "P1") { awardTotals(direction: RECEIVED) { all { awards } } awardsReceived(where: {form: TITLE}) { nodes { code } } } }', 'd2')).toEqual({ orgUnit: { awardTotals: null, awardsReceived: { nodes: [{ code: 'a.province' }] } } });
  });

  test('works and initiatives are recipients too, whose readers are those of their units', async () => {
    const document = '{ award(code: "a.things") { named recipients { nodes { kind name unit { code } work { code } initiative { code } } } } }';
    const [work, initiative] = [{ kind: 'WORK', name: 'Cầu', unit: { code: 'G1' }, work: { code: 'wk-1' }, initiative: null }, { kind: 'INITIATIVE', name: 'Cải tiến', unit: { code: 'G4' }, work: null, initiative: { code: 'in-1' } }];
    expect(await ask(document)).toEqual({ award: { named: 2, recipients: { nodes: [work, initiative] } } });
    expect(await ask(document, 'g1')).toEqual({ award: { named: 2, recipients: { nodes: [work] } } });
    expect(await ask(document, 'd3')).toEqual({ award: null });
  });

  test('outsiders see what is disclosed, names where it says so, and a revoked one no more', async () => {
    const seen = '{ award(code: "a.32") { code unit { code } count source recipients { nodes { name } } } }';
    expect(await ask(seen, 'nobody')).toEqual({ award: null });
    await server.load([{ type: 'disclosure', of: 'AWARD', code: 'a.32', audience: 'PUBLIC' }]);
    expect(await ask(seen, 'nobody')).toEqual({ award: { code: 'a.32', unit: { code: 'D1' }, count: 2, source: null, recipients: { nodes: [] } } });
    await server.load([{ type: 'disclosure', of: 'AWARD', code: 'a.32', audience: 'PUBLIC', withNames: true, corrects: true }]);
    expect(await ask(seen, 'nobody')).toMatchObject({ award: { recipients: { nodes: [{ name: 'Đơn vị D1' }, { name: 'Lê Sỹ Kiên' }] } } });
    expect(await ask('{ orgUnit(code: "D1") { awardsReceived { nodes { code } } awardTotals(direction: RECEIVED) { all { awards } } } }', 'nobody')).toEqual({ orgUnit: { awardsReceived: { nodes: [{ code: 'a.32' }] }, awardTotals: null } });
    await server.db.pool.query(`update award set status = 'REVOKED' where code = 'a.32'`);
    expect(await ask(seen, 'nobody')).toEqual({ award: null });
    await server.db.pool.query(`update award set status = 'DECIDED' where code = 'a.32'`);
  });

  test('what is odd: of one recipient, level and year a comprehensive and a thematic one; a form above its issuer; two for one achievement', async () => {
    const odd = async (unit: string, more = '') => (await ask(`{ orgUnit(code: "${unit}") { awardBreaches${more} { nodes { kind award { code } other { code } } totalCount } } }`)).orgUnit.awardBreaches;
    const flags = { kind: 'COMPREHENSIVE_AND_THEMATIC', award: { code: 'a.flag1' }, other: { code: 'a.flag2' } };
    const low = { kind: 'FORM_ABOVE_ISSUER', award: { code: 'a.low' }, other: null };
    // S2-27 and S2-32: one unit, form, issuer and campaign; whether for one achievement, people say.
    const two = { kind: 'TWO_FOR_ONE_ACHIEVEMENT', award: { code: 'a.27' }, other: { code: 'a.32' } };
    expect(await odd('D1')).toEqual({ nodes: [flags, low, two], totalCount: 3 });
    expect(await odd('G1')).toEqual({ nodes: [flags], totalCount: 1 });
    expect(await odd('D1', '(kind: FORM_ABOVE_ISSUER)')).toEqual({ nodes: [low], totalCount: 1 });
    expect(await odd('D1', '(beneath: false, year: 2021)')).toEqual({ nodes: [flags, two], totalCount: 2 });
    await server.db.pool.query(`update award set basis = 'AD_HOC' where code = 'a.flag2'`);
    expect((await odd('G1')).totalCount).toBe(0);
  });

  test('what a person was given, and what a campaign was', async () => {
    const { person, campaign } = await ask(`{ person(code: "pe-lan") { awards { nodes { code } } } campaign(code: "c") { awards(where: {year: 2021}) { nodes { code recipients { nodes { name person { unit { code } } } } } } } }`);
    expect(person.awards.nodes).toEqual([{ code: 'a.29' }]);
    expect(campaign.awards.nodes.map(({ code }: { code: string }) => code)).toEqual(['a.32', 'a.27']);
  });

  test('what holds a part by an award that the reader does not see holds it all the same', async () => {
    const award = (code: string, more: object) => ({ type: 'award', code, unit: 'D1', form: 'PRIZE', issuers: [{ unit: 'N' }], decidedOn: '1990-05-01', ...more });
    await server.load([award('w.part', { count: 5, includedIn: 'w.between' }), award('w.between', { unit: 'P1', count: 8, includedIn: 'w.whole' }), award('w.whole', { count: 10 })]);
    const document = `{ orgUnit(code: "D1") { awardTotals(direction: RECEIVED, where: {year: 1990}) { all { ${totals} } } } award(code: "w.between") { code } }`;
    const all = { awards: 2, count: 10, atLeast: 10, atMost: 10 };
    expect(await ask(document, 'd1')).toEqual({ orgUnit: { awardTotals: { all } }, award: null });
    expect(await ask(document)).toEqual({ orgUnit: { awardTotals: { all } }, award: { code: 'w.between' } });
  });

  test('the number of statements does not grow with the rows', async () => {
    const document = `{ orgUnits(first: 10) { nodes { awardsReceived(first: 10) { totalCount nodes { code unit { name } campaign { name } issuers { name unit { code } } countByKind { kind } maybeIncludedIn { code } claims { code }
      recipients(first: 3) { totalCount nodes { name person { name unit { code } } unit { code } } } } } awardsIssued(first: 3) { nodes { code } } awardTotals(direction: RECEIVED, by: [FORM, ISSUER, RECIPIENT_KIND, CAMPAIGN]) { all { count } groups { atLeast campaign { code } } }
      awardBreaches(first: 3) { nodes { kind award { code } other { code } } } } } }`;
    const count = async (): Promise<number> => {
      server.statements.length = 0;
      await ask(document);
      return server.statements.length;
    };
    const before = await count();
    const units = ['G1', 'G2', 'G4', 'D2'];
    await server.load(Array.from({ length: 40 }, (_, i) => ({
      type: 'award', code: `m.${i}`, unit: units[i % 4], form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'D1' }, { name: `UBND ${i}` }], count: 3, campaign: 'c', ...(i > 0 && { includedIn: `m.${i - 1}` }),
      recipients: [{ kind: 'INDIVIDUAL', person: i % 2 ? 'pe-lan' : 'pe-le', unit: units[i % 4] }],
    })));
    expect(await count()).toBe(before);
  });

  test('sums are not bounded by what one award may count', async () => {
    await server.load(['a.most1', 'a.most2'].map((code) => ({ type: 'award', code, unit: 'G2', form: 'PRIZE', issuers: [{ name: 'Sở' }], count: 2_147_483_647 })));
    const { orgUnit } = await ask(`{ orgUnit(code: "G2") { awardTotals(direction: RECEIVED, where: {form: PRIZE}) { all { ${totals} } } } }`);
    expect(orgUnit.awardTotals.all).toEqual({ awards: 2, count: 4_294_967_294, atLeast: 4_294_967_294, atMost: 4_294_967_294 });
  });
});
