import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionStatement } from '../../src/access/row-scope.js';
import { codeOf } from '../../src/shared/database/errors.js';
import { startBranches, TODAY, type Branches } from '../access/branches.js';

/** What the database lets the API write, whatever its commands would do. */
let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  for (const unit of ['P1', 'D1', 'P2']) await server.grant(`manager@${unit}`, 'CAMPAIGN_MANAGER', unit);
  await server.grant('approver@P1', 'APPROVER', 'P1');
  const phases = [{ code: 'p', name: 'p' }];
  await server.load([
    { type: 'campaign', code: 'draft', name: 'd', campaignKind: 'DRIVE', launchedBy: 'P1', status: 'DRAFT', indicators: ['I'], linkedCampaigns: ['K'], phases },
    { type: 'campaign', code: 'launched', name: 'l', campaignKind: 'DRIVE', launchedBy: 'P1', indicators: ['I'], linkedCampaigns: ['K'], phases },
    { type: 'campaign', code: 'closed', name: 'c', campaignKind: 'DRIVE', launchedBy: 'P1', status: 'CLOSED', indicators: ['I'], phases },
    { type: 'adoption', unit: 'G1', campaign: 'launched', adoptedOn: '2022-01-01', manner: 'LAUNCH' },
  ]);
}, 120_000);
afterAll(() => server?.close());

const of = (code: string) => `(select id from campaign where code = '${code}')`;
const unit = (code: string) => `(select id from org_unit where code = '${code}')`;

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

describe('a campaign', () => {
  const draft = (launcher: string, status = 'DRAFT') => `insert into campaign (code, name, kind, launched_by_id, status) values ('x', 'x', 'DRIVE', ${unit(launcher)}, '${status}')`;

  test('is added as a draft, by who manages those of its unit', async () => {
    expect(await writes('manager@P1', draft('P1'))).toBe(1);
    expect(await writes('manager@P1', draft('G1'))).toBe(1);
    expect(await writes('manager@P1', draft('P1', 'LAUNCHED'))).toBe(REFUSED);
    expect(await writes('manager@P1', draft('N'))).toBe(REFUSED);
    expect(await writes('manager@D1', draft('P1'))).toBe(REFUSED);
    expect(await writes('approver@P1', draft('P1'))).toBe(REFUSED);
    expect(await writes('manager@P1', `insert into campaign (code, name, kind, external_launcher, status) values ('x', 'x', 'DRIVE', 'x', 'DRAFT')`)).toBe(REFUSED);
  });

  test('is changed by them, and nobody makes it another’s, or another', async () => {
    for (const [principal, rows] of [['manager@P1', 1], ['manager@D1', 0], ['manager@P2', 0], ['approver@P1', 0]] as const) {
      expect(await writes(principal, `update campaign set theme = 'x' where code = 'launched'`)).toBe(rows);
    }
    for (const column of ['code', 'launched_by_id', 'external_launcher', 'implements_id', 'version']) expect(await writes('manager@P1', `update campaign set ${column} = null where code = 'draft'`)).toBe(REFUSED);
    expect(await writes('manager@P1', `delete from campaign where code = 'draft'`)).toBe(REFUSED);
  });
});

describe('its parts', () => {
  const PARTS: Record<string, (campaign: string) => string> = {
    campaign_phase: (campaign) => `insert into campaign_phase (campaign_id, code, name, kind) values (${of(campaign)}, 'q', 'q', 'PHASE')`,
    campaign_indicator: (campaign) => `insert into campaign_indicator select ${of(campaign)}, id from indicator where code <> 'I' limit 1`,
    campaign_link: (campaign) => `insert into campaign_link select least(a, b), greatest(a, b) from (select ${of(campaign)} as a, id as b from campaign where code = 'closed') p where a <> b`,
  };
  beforeAll(() => server.load([{ type: 'indicator', code: 'J', name: 'J', unitOfMeasure: 'x', aggregation: 'SUM' }]));

  test.each(Object.keys(PARTS))('%s: added to a draft; a phase to what was launched, too', async (table) => {
    const add = PARTS[table]!;
    expect(await writes('manager@P1', add('draft'))).toBe(1);
    expect(await writes('manager@P1', add('launched'))).toBe(table === 'campaign_phase' ? 1 : REFUSED);
    if (table !== 'campaign_link') expect(await writes('manager@P1', add('closed'))).toBe(REFUSED);
    expect(await writes('approver@P1', add('draft'))).toBe(REFUSED);
    expect(await writes('manager@D1', add('launched'))).toBe(REFUSED);
  });

  test.each(Object.keys(PARTS))('%s: taken off a draft alone', async (table) => {
    const gone = (campaign: string) => `delete from ${table} where campaign_id = ${of(campaign)}${table === 'campaign_link' ? ` or linked_id = ${of(campaign)}` : ''}`;
    expect(await writes('manager@P1', gone('draft'))).toBe(1);
    expect(await writes('manager@P1', gone('launched'))).toBe(0);
    expect(await writes('manager@P1', gone('closed'))).toBe(0);
    expect(await writes('approver@P1', gone('draft'))).toBe(0);
    expect(await writes('manager@P2', gone('draft'))).toBe(0);
  });

  test('a phase is changed as long as the campaign is not closed', async () => {
    const rename = (campaign: string) => `update campaign_phase set name = 'x' where campaign_id = ${of(campaign)}`;
    expect(await Promise.all(['draft', 'launched', 'closed'].map((code) => writes('manager@P1', rename(code))))).toEqual([1, 1, 0]);
    expect(await writes('manager@D1', rename('launched'))).toBe(0);
    expect(await writes('manager@P1', `update campaign_phase set campaign_id = ${of('launched')}`)).toBe(REFUSED);
  });
});

describe('an adoption', () => {
  test('is of the unit’s managers', async () => {
    const adopt = (who: string) => `insert into campaign_adoption (campaign_id, unit_id, adopted_on, manner) values (${of('launched')}, ${unit(who)}, '2022-01-01', 'LAUNCH')`;
    expect(await writes('manager@D1', adopt('D1'))).toBe(1);
    expect(await writes('manager@D1', adopt('D2'))).toBe(REFUSED);
    expect(await writes('manager@D1', adopt('P1'))).toBe(REFUSED);
    expect(await writes('approver@P1', adopt('D1'))).toBe(REFUSED);
    const change = `update campaign_adoption set manner = 'REGISTER'`;
    expect(await writes('manager@D1', change)).toBe(1);
    expect(await writes('approver@P1', change)).toBe(0);
    expect(await writes('manager@P2', change)).toBe(0);
    expect(await writes('manager@D1', 'update campaign_adoption set unit_id = unit_id')).toBe(REFUSED);
    expect(await writes('manager@D1', 'delete from campaign_adoption')).toBe(REFUSED);
  });
});

test('nothing of a draft is published', async () => {
  await server.load([{ type: 'target', unit: 'D1', campaign: 'draft', indicator: 'I', basis: 'SELF_SET', decidedOn: '2022-01-01', value: 5 }]);
  const { userErrors } = await server.act('manager@P1', 'publishTotal', { unit: 'P1', campaign: 'draft', indicator: 'I', basis: 'SELF_SET', audience: 'PUBLIC' });
  expect(userErrors.map(({ path, code }) => [path.join('.'), code])).toEqual([['input.campaign', 'INVALID']]);
});
