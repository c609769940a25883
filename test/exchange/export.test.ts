import { afterAll, beforeAll, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { campaign, correction, dump, result, round, sum, target, unit, withdrawal, WORLD } from './world.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  const { errors } = await importRecords(db, RECORDS);
  expect(errors).toEqual([]);
});
afterAll(() => db.close());

const RECORDS = [
  ...WORLD,
  unit('G4', 'D3', { name: 'Công đoàn "Hoa Sen" \\ Đống Đa\n(cũ)', nameEn: 'Lotus', aliases: ['Hoa sen', 'CĐ 4'], sector: 'EDUCATION', ownership: 'NON_STATE', source: 'S1', note: 'a\tb\u2028c\u0001' }),
  unit('G5', 'D3'),
  unit('D4', 'P2', { validFrom: '2022-01-01' }),
  { type: 'placement', unit: 'G4', parent: 'D1', from: '2021-01-01' },
  { type: 'placement', unit: 'G4', parent: 'D3', from: '2021-06-01', source: 'QĐ 12', note: 'tạm thời' },
  { type: 'placement', unit: 'G4', parent: 'D4', from: '2022-01-01' },
  { type: 'closure', unit: 'D3', on: '2022-01-01', successor: 'D4' },
  { type: 'closure', unit: 'G5', on: '2021-12-31', source: 'QĐ 99' },
  { type: 'cluster', code: 'C2', owner: 'N', name: 'Cụm số 2', kind: 'BLOC', year: 2022, members: ['P2', 'P1'], leadUnit: 'P2' },
  { type: 'cluster', code: 'C3', owner: 'P2', name: 'Cụm số 3', kind: 'CLUSTER', year: 2021, members: ['D3'] },
  { type: 'memberCount', unit: 'G4', of: 'MEMBERS', asOf: '2021-01-01', value: 36313, qualifier: 'MORE_THAN' },
  sum('bool'), sum('unused'), sum('owed'),
  campaign('E', { launchedBy: null, externalLauncher: 'Chính phủ', startsOn: '2020-01-01', startsOnPrecision: 'YEAR' }),
  campaign('A', { launchedBy: 'P1', implements: 'E', precededBy: 'B', linkedCampaigns: ['Z', 'B'], aliases: ['A1'],
    phases: [{ code: 'z', name: 'Một', startsOn: '2021-01-01' }, { code: 'a', name: 'Hai' }, { code: 'b', name: 'Ba', kind: 'PEAK', startsOn: '2020-01-01', endsOn: '2020-12-01', endsOnPrecision: 'MONTH' }] }),
  campaign('draft', { launchedBy: 'D4', status: 'DRAFT', indicators: ['R', 'I'] }),
  campaign('closed', { launchedBy: 'P2', status: 'CLOSED', launchedOn: '2021-01-01', closedOn: '2021-12-31', indicators: ['unused'] }),
  { type: 'adoption', unit: 'D3', campaign: 'closed', adoptedOn: '2021-03-01', manner: 'REGISTER', source: 'CV 7', note: 'đăng ký' },
  { type: 'adoption', unit: 'D1', campaign: 'E', adoptedOn: '2021-03-01', manner: 'LAUNCH' },
  campaign('B', { launchedBy: 'P2' }), campaign('Z', { launchedBy: 'D2' }),
  round('A', 'h1', { kind: 'PHASE', phase: 'z', indicators: ['bool', 'I'], due: [{ level: 'GRASSROOTS', on: '2021-07-05' }, { level: 'PROVINCIAL', on: '2021-06-01' }] }),
  round('A', 'old', { ended: true }), round('Z', 'h1', { indicators: ['owed'] }),
  result('G4', '2021-01-01', 258700000000, { qualifier: 'MORE_THAN', campaign: 'A', phase: 'z' }),
  result('G4', '2021-02-01', 95.59), result('G4', '2021-03-01', 0.0001), result('G4', '2021-04-01', 9007199254740991), result('G4', '2021-05-01', 0),
  result('G4', '2021-05-01', 7, { coverage: 'SUBTREE', statedPercent: 396.52, statedBasis: 'ASSIGNED', derived: true, note: 'ghi chú' }),
  result('G4', '2021-06-01', 1), correction(result('G4', '2021-06-01', 2)), result('G4', '2021-07-01', 1), withdrawal(result('G4', '2021-07-01', 1)),
  target('G4', '2021-02-01', 404, { basis: 'ASSIGNED', counterpart: 'P1', derived: true }), target('G4', '2021-02-01', 2.5, { basis: 'NORM', per: 'UNION' }),
  target('D1', '2021-02-01', 10, { basis: 'REGISTERED', counterpart: 'N', phase: 'p1' }),
];

/** What an empty database exports that was given this export. */
async function through(lines: string): Promise<{ whole: string; of: (unit: string) => Promise<string>; close: () => Promise<void> }> {
  const copy = await createTestDatabase();
  const { errors } = await importRecords(copy, lines.split('\n').filter(Boolean));
  expect(errors).toEqual([]);
  return { whole: await dump(copy), of: (code) => dump(copy, { unit: code }), close: () => copy.close() };
}

test('an export says what was imported, less what was superseded or withdrawn', async () => {
  const lines = (await dump(db)).split('\n').filter(Boolean);
  const given = RECORDS.filter((record) => (record as { type: string }).type !== 'withdrawal');
  expect(lines).toHaveLength(given.length - 2);
  expect(lines[0]).toMatch(/^{"type":"orgUnit","code":"D1","name":"Công đoàn D1","level":"UPPER_GRASSROOTS","kind":"DISTRICT_FEDERATION","parent":"P1","validFrom":"2020-01-01"}$/);
  expect(lines.find((line) => line.includes('"code":"N"'))).toContain('"parent":null,"validFrom"');
  for (const said of ['"status":"CLOSED","closedOn":"2021-12-31"', '"status":"DRAFT"', '"indicators":["I","R"]', '"adoptedOn":"2021-03-01","manner":"REGISTER","source":"CV 7"']) expect(lines.join('\n')).toContain(said);
  expect(lines.join('\n')).not.toContain('"status":"LAUNCHED"');
  for (const said of ['"from":"2021-06-01","source":"QĐ 12","note":"tạm thời"', '"on":"2021-12-31","source":"QĐ 99"']) expect(lines.join('\n')).toContain(said);
  for (const number of ['258700000000', '95.59', '0.0001', '9007199254740991', '0', '396.52']) expect(lines.join('\n')).toMatch(new RegExp(`:${number}[,}]`));
});

test('export, import into an empty database, export: the same bytes', async () => {
  const whole = await dump(db);
  const copy = await through(whole);
  expect(copy.whole).toBe(whole);
  await copy.close();
});

test('an export brought home changes nothing', async () => {
  const { created, changed, errorCount } = await importRecords(db, (await dump(db)).split('\n').filter(Boolean));
  expect([created, changed, errorCount]).toEqual([0, 0, 0]);
});

test.each(['N', 'P1', 'P2', 'D1', 'D4', 'D3', 'G4', 'G5'])('the export of %s stands on its own, and comes out the same', async (code) => {
  const part = await dump(db, { unit: code });
  const copy = await through(part);
  expect(await copy.of(code)).toBe(part);
  expect(copy.whole).toBe(part);
  await copy.close();
});

test('the export of a unit holds its subtree with what is closed beneath, and of others only what is referred to', async () => {
  const part = (await dump(db, { unit: 'D4' })).split('\n');
  const units = part.filter((line) => line.startsWith('{"type":"orgUnit"')).map((line) => (JSON.parse(line) as { code: string }).code);
  // G4 stood under D1 for a while; P1 launched the campaign A, D2 one linked to it.
  expect(units).toEqual(['D1', 'D2', 'D3', 'D4', 'G4', 'G5', 'N', 'P1', 'P2']);
  expect(part.some((line) => line.includes('"unit":"D1"') && line.startsWith('{"type":"target"'))).toBe(false);
  // That a unit takes part takes the campaign along, and what it counts.
  expect(part.filter((line) => line.startsWith('{"type":"adoption"')).map((line) => (JSON.parse(line) as { unit: string }).unit)).toEqual(['D3']);
  expect(part.some((line) => line.includes('"code":"closed"'))).toBe(true);
  expect((await dump(db, { unit: 'G1' })).includes('"unused"')).toBe(false);
});

test('an unknown unit is an error of its own', async () => {
  await expect(dump(db, { unit: 'nope' })).rejects.toThrow('No unit has the code nope.');
});
