import { afterEach, expect, test } from 'vitest';
import { bringPathsToToday } from '../../src/org-units/placement-day.service.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
afterEach(() => server.close());

const unit = (code: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name: code, level, kind, parent, validFrom: '2020-01-01' });

async function within(code: string): Promise<string[]> {
  const { data } = await server.query(`query ($code: String!) { orgUnits(first: 50, where: { within: $code }) { nodes { code } } }`, { code });
  return data.orgUnits.nodes.map((node: { code: string }) => node.code);
}

test('a placement dated in the future takes effect on its day, and takes along what stands beneath', async () => {
  server = await startTestServer({ seed: false });
  const { pool } = server.db;
  // The clock of the database is what decides; here it is ours.
  const setToday = (day: string) => pool.query(`create or replace function today() returns date language sql stable return date '${day}'`);
  await setToday('2026-01-10');
  await server.load([
    unit('N', 'NATIONAL', 'CONFEDERATION', null), unit('P1', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'), unit('P2', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
    unit('D', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P1'), unit('G', 'GRASSROOTS', 'GRASSROOTS_UNION', 'D'),
    { type: 'placement', unit: 'D', parent: 'P2', from: '2026-01-12' },
  ]);
  expect(await within('P1')).toEqual(['D', 'G', 'P1']);

  await setToday('2026-01-11');
  expect(await bringPathsToToday(pool)).toBe(true);
  expect(await within('P1')).toEqual(['D', 'G', 'P1']);

  await setToday('2026-01-12');
  expect(await bringPathsToToday(pool)).toBe(true);
  expect(await within('P1')).toEqual(['P1']);
  expect(await within('P2')).toEqual(['D', 'G', 'P2']);
  expect(await bringPathsToToday(pool)).toBe(false);
});
