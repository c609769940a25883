import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBranches, type Branches, type Payload } from '../access/branches.js';

/** What is stated in the very moment in which a campaign is closed: it comes before, or not at all. */
let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  await server.grant('manager@N', 'CAMPAIGN_MANAGER', 'N');
  await server.grant('approver@P1', 'APPROVER', 'P1');
  await server.grant('reporter@P1', 'REPORTER', 'P1');
}, 120_000);
afterAll(() => server?.close());

const faults = ({ userErrors }: Payload): string[] => userErrors.map(({ path, code }) => `${path.slice(1).join('.')} ${code}`);
let made = 0;
/** A campaign that counts an indicator of its own, of which nothing was stated yet. */
async function launched(): Promise<{ campaign: string; indicator: string }> {
  const [campaign, indicator] = [`closing-${++made}`, `i-${made}`];
  await server.load([
    { type: 'indicator', code: indicator, name: 'Chỉ số', unitOfMeasure: 'công trình', aggregation: 'SUM' },
    { type: 'campaign', code: campaign, name: 'Phong trào', campaignKind: 'MOVEMENT', launchedBy: 'N', startsOn: '2022-01-01', indicators: [indicator] },
  ]);
  return { campaign, indicator };
}
const waiting = async (): Promise<number> => (await server.rows<{ n: number }>(`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))[0]!.n;
/** Until so many wait for a lock, or one of these has an answer. */
async function until(many: number, ...answers: Promise<unknown>[]): Promise<void> {
  let done = false;
  for (const answer of answers) void answer.then(() => (done = true));
  while (!done && (await waiting()) < many);
}

const statements: [string, string, (of: { campaign: string; indicator: string }) => Promise<Payload>][] = [
  ['a result', `select ledger_series(c.id, null, i.id, 'RESULT') from campaign c, indicator i where c.code = $1 and i.code = $2`,
    (of) => server.act('reporter@P1', 'saveResult', { unit: 'D1', ...of, coverage: 'OWN', asOf: '2022-05-31', value: 5 })],
  ['a target', `select ledger_series(c.id, null, i.id, 'SELF_SET') from campaign c, indicator i where c.code = $1 and i.code = $2`,
    (of) => server.act('approver@P1', 'setOwnTarget', { unit: 'D1', ...of, value: 5 })],
  ['targets of children', `select ledger_series(c.id, null, i.id, 'ASSIGNED') from campaign c, indicator i where c.code = $1 and i.code = $2`,
    (of) => server.act('approver@P1', 'assignTargets', { unit: 'P1', ...of, method: 'EQUALLY', amount: 6 })],
];

describe.each(statements)('%s', (_, blocking, state) => {
  test('that has looked whether the campaign is open is there before it closes', async () => {
    const of = await launched();
    const other = await server.db.pool.connect();
    try {
      // Somebody makes the same series this moment: so the statement waits, once it has found the campaign open.
      await other.query('begin');
      await other.query(blocking, [of.campaign, of.indicator]);
      const stated = state(of);
      await until(1, stated);
      const closed = server.act('manager@N', 'closeCampaign', { code: of.campaign, expectedVersion: 1 });
      await until(2, closed);
      await other.query('rollback');
      expect([faults(await stated), faults(await closed)]).toEqual([[], []]);
      const actions = await server.rows<{ action: string }>(`select action from audit_log where after->>'campaign' = $1 or after->>'code' = $1 order by id`, [of.campaign]);
      expect(actions.map(({ action }) => action).at(-1)).toBe('CLOSE_CAMPAIGN');
      expect(actions.length).toBeGreaterThan(1);
    } finally {
      await other.query('rollback');
      other.release();
    }
  });

  test('that comes while the campaign is being closed is refused', async () => {
    const of = await launched();
    const other = await server.db.pool.connect();
    try {
      // The row is held by somebody else: the closing waits for it.
      await other.query('begin');
      await other.query('select from campaign where code = $1 for update', [of.campaign]);
      const closed = server.act('manager@N', 'closeCampaign', { code: of.campaign, expectedVersion: 1 });
      await until(1, closed);
      const stated = state(of);
      await until(2, stated);
      await other.query('rollback');
      expect([faults(await closed), faults(await stated)]).toEqual([[], ['campaign INVALID']]);
      expect(await server.rows('select from figure f join series s on s.id = f.series_id join campaign c on c.id = s.campaign_id where c.code = $1', [of.campaign])).toEqual([]);
    } finally {
      await other.query('rollback');
      other.release();
    }
  });
});

test('what was drafted before can be handed in at no moment after', async () => {
  const of = await launched();
  const { figure } = await server.act('reporter@P1', 'saveResult', { unit: 'D1', ...of, coverage: 'OWN', asOf: '2022-05-31', value: 5 });
  const other = await server.db.pool.connect();
  try {
    await other.query('begin');
    await other.query('select from campaign where code = $1 for update', [of.campaign]);
    const closed = server.act('manager@N', 'closeCampaign', { code: of.campaign, expectedVersion: 1 });
    await until(1, closed);
    const submitted = server.act('reporter@P1', 'submitResult', { id: figure.id, expectedVersion: 1 });
    await until(2, submitted);
    await other.query('rollback');
    expect(faults(await closed)).toEqual([]);
    expect(faults(await submitted)).toEqual(['id INVALID']);
  } finally {
    await other.query('rollback');
    other.release();
  }
});
