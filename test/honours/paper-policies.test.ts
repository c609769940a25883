import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionStatement } from '../../src/access/row-scope.js';
import { codeOf } from '../../src/shared/database/errors.js';
import { startBranches, TODAY, type Branches } from '../access/branches.js';

/** What the database lets the API write of campaign papers and events, whatever its commands would do. */
let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  for (const unit of ['P1', 'D1', 'P2']) {
    await server.grant(`manager@${unit}`, 'CAMPAIGN_MANAGER', unit);
    await server.grant(`reporter@${unit}`, 'REPORTER', unit);
    await server.grant(`approver@${unit}`, 'APPROVER', unit);
    await server.grant(`viewer@${unit}`, 'VIEWER', unit);
  }
  await server.load([
    { type: 'document', code: 'law', kind: 'LAW', title: 'Luật' }, { type: 'document', code: 'doc', unit: 'P1', kind: 'PLAN', title: 'x', basisOf: ['K'] }, { type: 'annualTheme', unit: 'P1', year: 2022 },
    { type: 'aim', unit: 'P1', campaign: 'K', code: 'a', text: 'x' }, { type: 'partner', code: 'par', unit: 'P1', kind: 'OTHER', name: 'x' },
    { type: 'event', code: 'eve', unit: 'P1', kind: 'TALK', name: 'x', partners: ['par'], counts: [{ of: 'TALKS', value: 1 }] }, { type: 'event', code: 'open', unit: 'P2', kind: 'TALK', name: 'x' },
    { type: 'disclosure', of: 'EVENT', code: 'open', audience: 'PUBLIC' },
  ]);
}, 120_000);
afterAll(() => server?.close());

const of = (table: string, code: string) => `(select id from ${table} where code = '${code}')`;

/** How many rows a statement writes as someone, or why none; undone. */
async function writes(principal: string, statement: string): Promise<number | string | undefined> {
  const client = await server.api.pool.connect();
  try {
    await client.query('begin');
    await client.query(sessionStatement({ principal, class: 'MEMBER' }, TODAY));
    return await client.query(statement).then(({ rowCount }) => rowCount ?? 0, codeOf);
  } finally {
    await client.query('rollback');
    client.release();
  }
}
const REFUSED = '42501';

const KINDS: Record<string, { role: string; insert: (unit: string) => string; change: string; fixed: string[] }> = {
  document: { role: 'manager', insert: (unit) => `insert into document (code, unit_id, kind, title) values ('new', ${of('org_unit', unit)}, 'PLAN', 'x')`, change: `title = 'y'`, fixed: ['code', 'unit_id', 'version'] },
  annual_theme: { role: 'manager', insert: (unit) => `insert into annual_theme (unit_id, year) values (${of('org_unit', unit)}, 2030)`, change: `text = 'y'`, fixed: ['unit_id', 'year', 'version'] },
  aim: { role: 'approver', insert: (unit) => `insert into aim (unit_id, campaign_id, code, text) values (${of('org_unit', unit)}, ${of('campaign', 'K')}, 'new', 'x')`, change: `text = 'y'`, fixed: ['unit_id', 'campaign_id', 'code', 'version'] },
  partner: { role: 'reporter', insert: (unit) => `insert into partner (code, unit_id, kind, name) values ('new', ${of('org_unit', unit)}, 'OTHER', 'x')`, change: `name = 'y'`, fixed: ['code', 'unit_id', 'version'] },
  event: { role: 'reporter', insert: (unit) => `insert into event (code, unit_id, kind, name) values ('new', ${of('org_unit', unit)}, 'TALK', 'x')`, change: `name = 'y'`, fixed: ['code', 'unit_id', 'version'] },
};
const BELOW: Record<string, string> = { manager: 'approver', approver: 'reporter', reporter: 'viewer' };

describe.each(Object.entries(KINDS))('%s', (table, { role, insert, change, fixed }) => {
  test('is added by who holds the role on the unit', async () => {
    expect(await writes(`${role}@P1`, insert('P1'))).toBe(1);
    expect(await writes(`${role}@P1`, insert('G1'))).toBe(1);
    for (const principal of [`${role}@D1`, `${role}@P2`, `${BELOW[role]}@P1`]) expect(await writes(principal, insert('P1'))).toMatch(/42501|23502/);
    expect(await writes(`${role}@P1`, insert('N'))).toBe(REFUSED);
  });

  test('is changed by them, and nobody makes it another’s, or takes it away', async () => {
    const where = table === 'document' || table === 'partner' || table === 'event' ? `where code in ('doc', 'par', 'eve')` : '';
    for (const [principal, rows] of [[`${role}@P1`, 1], [`${role}@D1`, 0], [`${role}@P2`, 0], [`${BELOW[role]}@P1`, 0]] as const) expect(await writes(principal, `update ${table} set ${change} ${where}`)).toBe(rows);
    for (const column of fixed) expect(await writes(`${role}@P1`, `update ${table} set ${column} = ${column}`)).toBe(REFUSED);
    expect(await writes(`${role}@P1`, `delete from ${table}`)).toBe(REFUSED);
  });
});

describe('what a document is of', () => {
  const tie = (document: string, unit: string) => `insert into campaign_document (campaign_id, document_id, role, unit_id) values (${of('campaign', 'K')}, (select id from document where code = '${document}'), 'GUIDANCE', ${unit})`;
  const P1 = of('org_unit', 'P1');

  test('is said by who keeps the document', async () => {
    expect(await writes('manager@P1', tie('doc', P1))).toBe(1);
    expect(await writes('approver@P1', tie('doc', P1))).toBe(REFUSED);
    expect(await writes('manager@D1', tie('doc', P1))).toBe(REFUSED);
    // Under a unit of one's own, of a document that is another's, or nobody's.
    expect(await writes('manager@D1', tie('doc', of('org_unit', 'D1')))).toBe('23503');
    expect(await writes('manager@P1', tie('law', P1))).toBe('23503');
    expect(await writes('manager@P1', tie('law', 'null'))).toBe(REFUSED);
  });

  test('and taken back by them', async () => {
    for (const [principal, rows] of [['manager@P1', 1], ['approver@P1', 0], ['manager@D1', 0], ['manager@P2', 0]] as const) expect(await writes(principal, 'delete from campaign_document')).toBe(rows);
    expect(await writes('manager@P1', `update campaign_document set role = 'GUIDANCE'`)).toBe(REFUSED);
  });

  test('a document that is common to all is nobody’s to change', async () => {
    for (const principal of ['manager@P1', 'manager@P2']) expect(await writes(principal, `update document set title = 'y' where code = 'law'`)).toBe(0);
    expect(await writes('manager@P1', `insert into document (code, kind, title) values ('new', 'LAW', 'x')`)).toBe(REFUSED);
  });
});

test('the parts of an event are written by a REPORTER of its unit, not by whoever sees it', async () => {
  const counted = (event: string) => `insert into event_count (event_id, place, "of") values (${of('event', event)}, 9, 'GIFTS')`;
  const held = (event: string, partner: string) => `insert into event_partner values (${of('event', event)}, (select id from partner where code = '${partner}'))`;
  expect(await writes('reporter@P1', counted('eve'))).toBe(1);
  expect(await writes('reporter@P2', counted('open'))).toBe(1);
  for (const principal of ['viewer@P1', 'reporter@D1']) expect(await writes(principal, counted('eve'))).toMatch(/42501|23502/);
  expect(await writes('reporter@P1', counted('open'))).toBe(REFUSED);
  expect(await writes('reporter@P1', held('open', 'par'))).toBe(REFUSED);
  for (const table of ['event_count', 'event_partner']) {
    for (const [principal, rows] of [['reporter@P1', 1], ['viewer@P1', 0], ['reporter@P2', 0]] as const) expect(await writes(principal, `delete from ${table}`)).toBe(rows);
  }
  expect(await writes('reporter@P1', 'update event_count set value = 2')).toBe(REFUSED);
});
