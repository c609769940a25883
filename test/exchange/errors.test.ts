import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { campaign, codes, correction, fingerprint, result, sum, target, unit, withdrawal, WORLD } from './world.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  const known = [
    ...WORLD,
    unit('D8', 'P1'),
    { type: 'closure', unit: 'D8', on: '2021-01-01' },
    unit('G8', 'D1'),
    { type: 'placement', unit: 'G8', parent: 'D2', from: '2022-01-01' },
    { type: 'cluster', code: 'C1', owner: 'N', name: 'Cụm 1', kind: 'CLUSTER', year: 2022, members: ['P1', 'P2'] },
    { type: 'memberCount', unit: 'G1', of: 'MEMBERS', asOf: '2022-01-01', value: 10 },
    result('G1', '2021-01-01', 5),
    target('G1', '2021-01-01', 5, { basis: 'ASSIGNED', counterpart: 'P1' }),
    campaign('L', { launchedBy: 'P2', phases: [{ code: 'p1', name: 'Đợt 1' }] }),
    campaign('L1', { launchedBy: 'D3', implements: 'L' }),
    campaign('M', { launchedBy: 'P1', status: 'DRAFT' }),
    { type: 'adoption', unit: 'D3', campaign: 'L', adoptedOn: '2021-01-01', manner: 'LAUNCH' },
    campaign('O', { launchedBy: 'P2' }), campaign('O2', { launchedBy: 'P2' }),
    { type: 'adoption', unit: 'D3', campaign: 'O2', adoptedOn: '2021-01-01', manner: 'LAUNCH' },
    unit('D9', 'P2'),
    { type: 'adoption', unit: 'D9', campaign: 'L', adoptedOn: '2021-01-01', manner: 'LAUNCH' },
  ];
  const { errors } = await importRecords(db, known);
  expect(errors).toEqual([]);
});
afterAll(() => db.close());

/** [what is imported, the errors of its line as "field CODE", or nothing]. */
type Case = [record: unknown, ...errors: string[]];

const shapes: Case[] = [
  ['{"type":', 'null INVALID_JSON'],
  ['[1]', 'null NOT_A_RECORD'],
  ['null', 'null NOT_A_RECORD'],
  ['{}', 'type MISSING_FIELD'],
  [{ type: 'orgunit' }, 'type UNKNOWN_TYPE'],
  [{ type: 'toString' }, 'type UNKNOWN_TYPE'],
  [unit('G90', 'D1', { colour: 'red' }), 'colour UNKNOWN_FIELD'],
  [unit('G91', 'D1', { name: null, validFrom: '2021-02-29', level: 'HIGH' }), 'name MISSING_FIELD', 'validFrom INVALID_VALUE', 'level INVALID_VALUE'],
  [unit('G 92', 'D1'), 'code INVALID_VALUE'],
  [unit('G93', 'D1', { name: '  ' }), 'name INVALID_VALUE'],
  [unit('G94', 'D1', { name: 'a\0b', note: 'x'.repeat(2001), aliases: ['a', 7] }), 'name INVALID_VALUE', 'note INVALID_VALUE', 'aliases[1] INVALID_VALUE'],
  [unit('N9', 'N'), 'parent ROOT_HAS_PARENT'],
  [unit('G95', null), 'parent MISSING_FIELD'],
  [result('G1', '2021-05-01', -1), 'value INVALID_VALUE'],
  [result('G1', '2021-05-01', '7'), 'value INVALID_VALUE'],
  [result('G1', '2021-05-01', 0.00001), 'value INVALID_VALUE'],
  ['{"type":"result","unit":"G1","campaign":"K","indicator":"I","coverage":"OWN","asOf":"2021-05-01","value":9007199254740993}', 'value INVALID_VALUE'],
  ['{"type":"result","unit":"G1","campaign":"K","indicator":"I","coverage":"OWN","asOf":"2021-05-01","value":0.30000000000000001}', 'value INVALID_VALUE'],
  [result('G1', '2021-05-01', 1, { statedBasis: 'ASSIGNED' }), 'statedPercent MISSING_FIELD'],
  [target('G1', '2021-05-01', 1, { basis: 'ASSIGNED' }), 'counterpart MISSING_FIELD'],
  [target('G1', '2021-05-01', 1, { per: 'MEMBER' }), 'per FIELD_NOT_ALLOWED'],
  [target('G1', '2021-05-01', 1, { basis: 'NORM' }), 'per MISSING_FIELD'],
  [{ type: 'withdrawal', unit: 'G1', campaign: 'K', indicator: 'I', basis: 'SELF_SET', asOf: '2021-05-01' }, 'decidedOn MISSING_FIELD', 'asOf FIELD_NOT_ALLOWED'],
  [sum('I90', { numerator: 'I', denominator: 'J' }), 'numerator FIELD_NOT_ALLOWED', 'denominator FIELD_NOT_ALLOWED'],
  [sum('I91', { aggregation: 'RATIO', numerator: 'I' }), 'denominator MISSING_FIELD'],
  [campaign('K90', { externalLauncher: 'Chính phủ' }), 'launchedBy FIELD_NOT_ALLOWED'],
  [campaign('K91', { launchedBy: null }), 'launchedBy MISSING_FIELD'],
  [campaign('K92', { startsOn: '2022-01-02', endsOn: '2022-01-01', precededBy: 'K92' }), 'precededBy CYCLE', 'endsOn ENDS_BEFORE_START'],
  [campaign('K93', { startsOn: '2022-01-01', phases: [{ code: 'a', name: 'A', startsOn: '2021-12-31' }, { code: 'a', name: 'B' }] }), 'phases[0].startsOn PHASE_OUTSIDE_CAMPAIGN', 'phases[1].code INVALID_VALUE'],
  [campaign('K94', { phases: [{ code: 'a', name: 'A', startsOn: '2022-01-01', endsOn: '2022-02-01' }, { code: 'b', name: 'B', startsOn: '2022-02-01', endsOn: '2022-03-01' }] }), 'phases[1].startsOn PHASES_OVERLAP'],
  [campaign('K95', { phases: [{ name: 'A', colour: 1 }] }), 'phases[0].colour UNKNOWN_FIELD', 'phases[0].code MISSING_FIELD'],
];

const references: Case[] = [
  [unit('G10', 'X1'), 'parent UNKNOWN_UNIT'],
  [{ type: 'placement', unit: 'X2', parent: 'X3', from: '2022-01-01' }, 'parent UNKNOWN_UNIT', 'unit UNKNOWN_UNIT'],
  [{ type: 'closure', unit: 'G2', on: '2022-01-01', successor: 'X4' }, 'successor UNKNOWN_UNIT'],
  [result('X5', '2021-01-01', 1, { campaign: 'X6', indicator: 'X7' }), 'campaign UNKNOWN_CAMPAIGN', 'indicator UNKNOWN_INDICATOR', 'unit UNKNOWN_UNIT'],
  [result('G2', '2021-01-01', 1, { phase: 'p9' }), 'phase UNKNOWN_PHASE'],
  [target('G2', '2021-01-01', 1, { counterpart: 'X8' }), 'counterpart UNKNOWN_UNIT'],
  [sum('R1', { aggregation: 'RATIO', numerator: 'X9', denominator: 'R' }), 'denominator NOT_A_SUM', 'numerator UNKNOWN_INDICATOR'],
  [campaign('K10', { launchedBy: 'X', implements: 'Y', precededBy: 'Z', linkedCampaigns: ['W'] }),
    'implements UNKNOWN_CAMPAIGN', 'launchedBy UNKNOWN_UNIT', 'linkedCampaigns UNKNOWN_CAMPAIGN', 'precededBy UNKNOWN_CAMPAIGN'],
  [{ type: 'cluster', code: 'C10', owner: 'X10', name: 'C', kind: 'BLOC', year: 2022, members: ['P1'] }, 'owner UNKNOWN_UNIT'],
  [{ type: 'cluster', code: 'C11', owner: 'N', name: 'C', kind: 'BLOC', year: 2022, members: ['P1', 'X11'], leadUnit: 'X12' }, 'leadUnit UNKNOWN_UNIT', 'members UNKNOWN_UNIT'],
  [{ type: 'memberCount', unit: 'X13', of: 'UNIONS', asOf: '2021-01-01', value: 1 }, 'unit UNKNOWN_UNIT'],
];

const known: Case[] = [
  [unit('G1', 'D1', { name: 'Khác' }), 'name ALREADY_STATED'],
  [correction(unit('G2', 'D2', { level: 'SUB_GRASSROOTS' })), 'level CANNOT_CHANGE', 'parent CANNOT_CHANGE'],
  [correction(unit('G11', 'D2')), 'corrects NOT_STATED'],
  [correction({ ...sum('J'), aggregation: 'NONE' }), 'aggregation CANNOT_CHANGE'],
  [correction(campaign('K', { name: 'Mới' })), 'phases CANNOT_CHANGE'],
  [campaign('L', { launchedBy: 'P2', phases: [{ code: 'p1', name: 'Đợt 1' }], linkedCampaigns: ['K'] }), 'linkedCampaigns ALREADY_STATED'],
  [{ type: 'placement', unit: 'G8', parent: 'D1', from: '2022-01-01' }, 'parent ALREADY_STATED'],
  [correction({ type: 'closure', unit: 'D8', on: '2021-02-01' }), 'on CANNOT_CHANGE'],
  [{ type: 'memberCount', unit: 'G1', of: 'MEMBERS', asOf: '2022-01-01', value: 11 }, 'value ALREADY_STATED'],
  [result('G1', '2021-01-01', 6), 'value ALREADY_STATED'],
  [correction(result('G1', '2021-01-02', 6)), 'corrects NOT_STATED'],
  [withdrawal(result('G1', '2021-01-03', 6)), 'asOf NOT_STATED'],
  [withdrawal(target('G1', '2021-01-03', 6)), 'decidedOn NOT_STATED'],
  [result('G3', '2021-01-01', 6)],
  [result('G3', '2021-01-01', 7), 'value DUPLICATE_KEY'],
  [sum('I11')],
  [sum('I11', { nameEn: 'Other' }), 'nameEn DUPLICATE_KEY'],
];

const tree: Case[] = [
  [unit('G20', 'N9000'), 'parent UNKNOWN_UNIT'],
  [target('G20', '2021-01-01', 1, { counterpart: 'P1' })],
  [unit('P20', 'D1'), 'parent LEVEL_NOT_BELOW'],
  [{ type: 'placement', unit: 'G1', parent: 'G2', from: '2022-01-01' }, 'parent LEVEL_NOT_BELOW'],
  [{ type: 'placement', unit: 'G2', parent: 'G2', from: '2022-01-01' }, 'parent CYCLE'],
  [{ type: 'placement', unit: 'G3', parent: 'D2', from: '2019-12-31' }, 'from BEFORE_FOUNDING'],
  [{ type: 'placement', unit: 'D8', parent: 'P2', from: '2021-01-01' }, 'from AFTER_CLOSURE'],
  [{ type: 'placement', unit: 'N', parent: 'P1', from: '2021-01-01' }, 'unit ROOT_HAS_PARENT'],
  [unit('G21', 'D8', { validFrom: '2021-06-01' }), 'parent PARENT_NOT_ACTIVE'],
  [unit('G22', 'D8', { validFrom: '2020-06-01' }), 'parent PARENT_NOT_ACTIVE'],
  [unit('G23', 'D24', { validFrom: '2020-06-01' }), 'parent PARENT_NOT_ACTIVE'],
  [unit('D24', 'P1', { validFrom: '2021-06-01' })],
  [unit('D25', 'P1')],
  [{ type: 'closure', unit: 'D25', on: '2020-01-01' }, 'on BEFORE_FOUNDING'],
  [{ type: 'closure', unit: 'D3', on: '2022-01-01', successor: 'G26' }, 'successor LEVEL_NOT_BELOW'],
  [unit('G26', 'D1')],
  [unit('D27', 'P1')],
  [{ type: 'closure', unit: 'D27', on: '2022-01-01', successor: 'D8' }, 'successor SUCCESSOR_NOT_ACTIVE'],
  [unit('D28', 'P1')],
  [unit('G28', 'D28')],
  [{ type: 'closure', unit: 'D28', on: '2022-01-01' }, 'on CHILDREN_LEFT'],
  [unit('G29', 'D1')],
  [{ type: 'closure', unit: 'G29', on: '2022-01-01', successor: 'G29' }, 'successor CYCLE'],
  [{ type: 'closure', unit: 'G8', on: '2021-06-01' }, 'on AFTER_CLOSURE'],
];

const dates: Case[] = [
  [result('G1', '2999-01-01', 1), 'asOf FUTURE_DATE'],
  [result('G1', '2019-12-31', 1), 'asOf OUTSIDE_VALIDITY'],
  [result('D8', '2021-01-01', 1), 'asOf OUTSIDE_VALIDITY'],
  [target('D8', '2021-01-01', 1), 'decidedOn OUTSIDE_VALIDITY'],
  [target('G1', '2021-01-01', 1, { basis: 'REGISTERED', counterpart: 'P2' }), 'counterpart NOT_AN_ANCESTOR'],
  [target('D1', '2021-01-01', 1, { basis: 'REGISTERED', counterpart: 'D1' }), 'counterpart NOT_AN_ANCESTOR'],
  [{ type: 'memberCount', unit: 'D8', of: 'MEMBERS', asOf: '2021-01-01', value: 1 }, 'asOf OUTSIDE_VALIDITY'],
  [{ type: 'memberCount', unit: 'G1', of: 'MEMBERS', asOf: '2999-01-01', value: 1 }, 'asOf FUTURE_DATE'],
  [{ type: 'cluster', code: 'C30', owner: 'P1', name: 'C', kind: 'CLUSTER', year: 2022, members: ['D1', 'D3'] }, 'members NOT_A_CHILD'],
  [{ type: 'cluster', code: 'C31', owner: 'P1', name: 'C', kind: 'CLUSTER', year: 2021, members: ['D1', 'D8'] }],
  [{ type: 'cluster', code: 'C32', owner: 'P1', name: 'C', kind: 'CLUSTER', year: 2020, members: ['D1', 'D8'] }],
  [campaign('K30', { launchedBy: 'D1', implements: 'L' }), 'implements IMPLEMENTS_NOT_ABOVE'],
  [campaign('K31', { launchedBy: 'D3', implements: 'L' })],
  [campaign('K32', { launchedBy: null, externalLauncher: 'Chính phủ', implements: 'K33' }), 'implements CYCLE'],
  [campaign('K33', { launchedBy: null, externalLauncher: 'Chính phủ', implements: 'K32' }), 'implements CYCLE'],
];

const adoption = (of: string, code: string, adoptedOn: string, more: object = {}) => ({ type: 'adoption', unit: of, campaign: code, adoptedOn, manner: 'LAUNCH', ...more });
const campaigns: Case[] = [
  [campaign('K80', { status: 'OPEN' }), 'status INVALID_VALUE'],
  [campaign('K81', { launchedBy: null, externalLauncher: 'Chính phủ', status: 'DRAFT' }), 'externalLauncher FIELD_NOT_ALLOWED'],
  [campaign('K82', { status: 'DRAFT', launchedOn: '2021-01-01' }), 'launchedOn FIELD_NOT_ALLOWED'],
  [campaign('K83', { closedOn: '2021-01-01' }), 'closedOn FIELD_NOT_ALLOWED'],
  [campaign('K84', { status: 'CLOSED', closedOn: '2021-01-01', launchedOn: '2021-01-02' }), 'closedOn ENDS_BEFORE_START'],
  [campaign('K85', { status: 'CLOSED', closedOn: '2021-04-30', startsOn: '2021-05-20', startsOnPrecision: 'MONTH' }), 'closedOn ENDS_BEFORE_START'],
  [campaign('K86', { status: 'CLOSED', closedOn: '2999-01-01' }), 'closedOn FUTURE_DATE'],
  [campaign('K87', { status: 'CLOSED' })],
  [campaign('K88', { indicators: ['I', 'NOPE'] }), 'indicators UNKNOWN_INDICATOR'],
  [campaign('K89', { indicators: ['I', 'I'] }), 'indicators[1] INVALID_VALUE'],
  [correction(campaign('O', { launchedBy: 'P2', status: 'DRAFT' })), 'status CANNOT_CHANGE'],
  [correction(campaign('O2', { launchedBy: 'P1' })), 'launchedBy LAUNCHER_NOT_ABOVE'],
  [campaign('M1', { launchedBy: 'D1', implements: 'M' }), 'implements NOT_LAUNCHED'],
  [adoption('D1', 'M', '2021-01-01'), 'campaign NOT_LAUNCHED'],
  [adoption('NOPE', 'NOTHING', '2021-01-01'), 'unit UNKNOWN_UNIT', 'campaign UNKNOWN_CAMPAIGN'],
  [adoption('D1', 'K', '2999-01-01'), 'adoptedOn FUTURE_DATE'],
  [adoption('D2', 'K', '2019-12-31'), 'adoptedOn OUTSIDE_VALIDITY', 'campaign LAUNCHER_NOT_ABOVE'],
  [adoption('D8', 'K', '2021-01-01'), 'adoptedOn OUTSIDE_VALIDITY'],
  [adoption('G2', 'L', '2021-01-01'), 'campaign LAUNCHER_NOT_ABOVE'],
  [adoption('P2', 'L', '2021-01-01'), 'campaign LAUNCHER_NOT_ABOVE'],
  [adoption('D3', 'L', '2021-02-01'), 'adoptedOn ALREADY_STATED'],
  [adoption('G3', 'K', '2021-02-01', { manner: 'JOIN' }), 'manner INVALID_VALUE'],
  [{ type: 'publication', unit: 'D1', campaign: 'M', indicator: 'I', asOf: '2021-01-01', audience: 'PUBLIC' }, 'campaign NOT_LAUNCHED'],
];

const figuresKnown: Case[] = [
  [{ type: 'closure', unit: 'D9', on: '2020-12-01' }, 'on FIGURES_AFTER_CLOSURE'],
  [{ type: 'placement', unit: 'D3', parent: 'P1', from: '2020-06-01' }, 'parent COUNTERPART_LOST'],
  [{ type: 'closure', unit: 'G1', on: '2020-12-01' }, 'on FIGURES_AFTER_CLOSURE'],
  [{ type: 'placement', unit: 'D1', parent: 'P2', from: '2020-06-01' }, 'parent COUNTERPART_LOST'],
];

describe.each([['shapes', shapes], ['references', references], ['what is known', known], ['the tree', tree], ['dates', dates], ['campaigns', campaigns], ['figures that are known', figuresKnown]])('%s', (_, cases) => {
  test('every mistake is told of in one pass, with its line and field, and nothing changes', async () => {
    const before = await fingerprint(db);
    const answer = await importRecords(db, cases.map(([record]) => record));
    const expected = cases.flatMap(([, ...errors], index) => errors.map((error) => `${index + 1} ${error}`));
    expect(codes(answer).toSorted()).toEqual(expected.toSorted());
    expect(answer.errorCount).toBe(expected.length);
    expect(await fingerprint(db)).toBe(before);
  });
});

test('a mistake in one record is not held against those that refer to it', async () => {
  const answer = await importRecords(db, [
    unit('D40', 'P1', { name: '' }),
    unit('G40', 'D40'),
    result('G40', '2021-01-01', 1),
    target('G40', '2021-01-01', 1, { basis: 'ASSIGNED', counterpart: 'P1' }),
    sum('I40', { unitOfMeasure: '' }),
    result('G3', '2021-01-01', 1, { indicator: 'I40' }),
  ]);
  expect(codes(answer)).toEqual(['1 name INVALID_VALUE', '5 unitOfMeasure INVALID_VALUE']);
});

test('a thousand errors are listed in the order of the lines, the rest is counted', async () => {
  const wrong = Array.from({ length: 700 }, (_, i) => [result(`X${i}`, '2021-01-01', i, { indicator: 'X' }), { type: 'no' }]).flat();
  const answer = await importRecords(db, wrong);
  expect(answer.errorCount).toBe(3 * 700);
  expect(answer.errors).toHaveLength(1000);
  expect(answer.errors.map(({ line }) => line)).toEqual(answer.errors.map(({ line }) => line).toSorted((a, b) => a - b));
});

test('a closed unit moves on beneath its successor in the same import', async () => {
  const answer = await importRecords(db, [
    unit('D50', 'P1'), unit('D51', 'P1'), unit('G50', 'D50'),
    { type: 'closure', unit: 'D50', on: '2022-01-01', successor: 'D51' },
    { type: 'placement', unit: 'G50', parent: 'D51', from: '2022-01-01' },
  ], { dryRun: true });
  expect(answer.errors).toEqual([]);
  expect(answer.created).toBe(5);
});

test('a cycle is told of, whatever else is wrong with it', async () => {
  const answer = await importRecords(db, [{ type: 'placement', unit: 'D1', parent: 'G1', from: '2022-01-01' }, unit('G60', 'D1'), target('G60', '2022-01-01', 1, { basis: 'ASSIGNED', counterpart: 'P1' })]);
  expect(codes(answer).toSorted()).toEqual(['1 parent CYCLE', '1 parent LEVEL_NOT_BELOW']);
});

test('what is wrong with the shape of a record hides nothing else that is wrong with it', async () => {
  const answer = await importRecords(db, [
    result('NOPE', '2999-01-01', -1, { phase: 'p9', indicator: 'NONE' }),
    target('G1', '2021-01-01', 'viel', { basis: 'ASSIGNED', counterpart: 'NOPE' }),
    { ...unit('G90', 'NOPE'), name: 7 },
    unit('G91', 'D1', { name: 8 }),
    { type: 'memberCount', unit: 'G91', of: 'MEMBERS', asOf: '2022-01-01', value: -1 },
  ]);
  expect(codes(answer).toSorted()).toEqual([
    '1 asOf FUTURE_DATE', '1 indicator UNKNOWN_INDICATOR', '1 phase UNKNOWN_PHASE', '1 unit UNKNOWN_UNIT', '1 value INVALID_VALUE',
    '2 counterpart UNKNOWN_UNIT', '2 value INVALID_VALUE', '3 name INVALID_VALUE', '3 parent UNKNOWN_UNIT', '4 name INVALID_VALUE', '5 value INVALID_VALUE',
  ]);
});

test('nor what its lists name, in what is sound of them', async () => {
  const answer = await importRecords(db, [
    {
      type: 'award', code: 'x', unit: 'D1', form: 'PRIZE', count: 'viel', issuers: [{ unit: 'NOPE' }, { unit: 'D1', body: 'CHOIR' }, 7],
      recipients: [{ kind: 'INDIVIDUAL', person: 'pe-none' }, { kind: 'COLLECTIVE', unit: 'G91' }, { kind: 'WORK', work: 'wk-none', unit: 'NOPE' }, { kind: 'INITIATIVE', initiative: 'in-none' }],
    },
    { type: 'initiative', code: 'y', unit: 'D1', title: 8, stages: [{ stage: 'REGISTERED', on: '2021-01-01' }], authors: ['pe-none', 'pe-9'] },
    { type: 'person', code: 'pe-9', unit: 'D1', name: 9 },
    { type: 'event', code: 'z', unit: 'D1', kind: 'CONTEST', name: '', partners: ['pt-none'] },
    { type: 'cluster', code: 'C9', owner: 'N', name: '', kind: 'CLUSTER', year: 2022, members: ['NOPE', '?'] },
    unit('G91', 'D1', { name: 8 }),
  ]);
  expect(codes(answer).toSorted()).toEqual([
    '1 count INVALID_VALUE', '1 issuers[0].unit UNKNOWN_UNIT', '1 issuers[1].body INVALID_VALUE', '1 issuers[2] INVALID_VALUE', '1 recipients[0].person UNKNOWN_PERSON', '1 recipients[2].unit UNKNOWN_UNIT',
    '1 recipients[2].work UNKNOWN_WORK', '1 recipients[3].initiative UNKNOWN_INITIATIVE', '2 authors UNKNOWN_PERSON', '2 title INVALID_VALUE', '3 name INVALID_VALUE', '4 name INVALID_VALUE', '4 partners UNKNOWN_PARTNER',
    '5 members UNKNOWN_UNIT', '5 members[1] INVALID_VALUE', '5 name INVALID_VALUE', '6 name INVALID_VALUE',
  ]);
});

test('another value is what is told of two statements that differ in more', async () => {
  const { errors } = await importRecords(db, [result('G1', '2021-01-01', 6, { note: 'anders' })]);
  expect(errors).toMatchObject([{ field: 'value', code: 'ALREADY_STATED' }]);
});
