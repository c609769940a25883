import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBranches, type Branches, type Payload } from '../access/branches.js';

const RACES = 6;
const CAMPAIGNS = Array.from({ length: RACES + 2 }, (_, i) => `race-${i}`);

let server: Branches;
beforeAll(async () => {
  server = await startBranches();
  await server.load(CAMPAIGNS.flatMap((code) => [
    { type: 'campaign', code, name: code, campaignKind: 'PROGRAMME', launchedBy: 'N' },
    ...['G1', 'G2', 'G3', 'G9'].map((unit, i) => ({ type: 'result', unit, campaign: code, indicator: 'I', coverage: 'OWN', asOf: '2022-01-01', value: i + 1 })),
  ]));
  await server.grant('manager@P1', 'CAMPAIGN_MANAGER', 'P1');
  await server.grant('manager@N', 'CAMPAIGN_MANAGER', 'N');
}, 120_000);
afterAll(() => server?.close());

const publish = (by: string, campaign: string, unit: string, audience = 'PARTNER'): Promise<Payload> =>
  server.act(by, 'publishTotal', { unit, campaign, indicator: 'I', asOf: '2022-01-01', audience });
const code = ({ userErrors }: Payload): string => userErrors[0]?.code ?? 'PUBLISHED';

test('of two publishers at once, whose publications together would give one unit away, one is refused', async () => {
  // N less P1 is G9 alone. Neither publisher need see what the other does.
  const outcomes = await Promise.all(
    CAMPAIGNS.slice(0, RACES).map((campaign) => Promise.all([publish('manager@P1', campaign, 'P1'), publish('manager@N', campaign, 'N', 'PUBLIC')])),
  );
  for (const both of outcomes) expect(both.map(code).sort()).toEqual(['PUBLISHED', 'TOO_FEW_UNITS']);
  const rows = await server.rows<{ publications: number; equations: number; noted: number }>(
    `select (select count(*)::int from publication) as publications, (select count(*)::int from publication_equation) as equations,
       (select count(*)::int from audit_log where action = 'PUBLISH_TOTAL') as noted`,
  );
  expect(rows).toEqual([{ publications: RACES, equations: RACES, noted: RACES }]);
});

test('of many who publish the same at once, all are answered with the one publication', async () => {
  const outcomes = await Promise.all(Array.from({ length: 6 }, (_, i) => publish(i % 2 ? 'manager@N' : 'manager@P1', CAMPAIGNS[RACES]!, 'P1')));
  expect(outcomes.map(code)).toEqual(Array(6).fill('PUBLISHED'));
  expect(new Set(outcomes.map(({ publication: { id } }) => id)).size).toBe(1);
});

test('of many who publish it for another audience at once, one is current', async () => {
  const outcomes = await Promise.all(['PUBLIC', 'PARTNER', 'PUBLIC', 'PARTNER'].map((audience) => publish('manager@N', CAMPAIGNS[RACES + 1]!, 'P1', audience)));
  expect(outcomes.map(code)).toEqual(Array(4).fill('PUBLISHED'));
  const of = (condition: string) => server.rows(`select from publication p join campaign c on c.id = p.campaign_id where c.code = $1 and ${condition}`, [CAMPAIGNS[RACES + 1]]);
  expect(await of('ended_at is null')).toHaveLength(1);
});

test('what was withdrawn counts: the other is refused still', async () => {
  const [campaign, id] = [CAMPAIGNS[RACES]!, (await publish('manager@P1', CAMPAIGNS[RACES]!, 'P1')).publication.id];
  expect(code(await server.act('manager@P1', 'withdrawPublication', { id, reason: 'so that the other may be published' }))).toBe('PUBLISHED');
  expect(code(await publish('manager@N', campaign, 'N'))).toBe('TOO_FEW_UNITS');
});
