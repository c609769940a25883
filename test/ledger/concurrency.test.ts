import { afterAll, beforeAll, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import { verify } from '../../src/ledger/verify.service.js';
import { startTestServer, type TestServer } from '../support/server.js';

const DISTRICTS = 12;
const unit = (code: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name: code, level, kind, parent, validFrom: '2020-01-01' });
const figure = (district: number, asOf: string, value: number) => ({ type: 'result', unit: `D${district}`, campaign: 'K', indicator: 'I', coverage: 'OWN', asOf, value });

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  await server.load([
    unit('N', 'NATIONAL', 'CONFEDERATION', null), unit('P', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
    ...Array.from({ length: DISTRICTS }, (_, i) => unit(`D${i}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P')),
    { type: 'indicator', code: 'I', name: 'I', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' },
    { type: 'campaign', code: 'K', name: 'K', campaignKind: 'PROGRAMME', launchedBy: 'N' },
    figure(0, '2022-01-01', 1),
  ]);
});
afterAll(() => server.close());

async function national(asOf: string): Promise<number> {
  const { data } = await server.query(`query ($asOf: Date!) { orgUnit(code: "N") { progress(campaign: "K", indicator: "I", asOf: $asOf) { result { value } } } }`, { asOf });
  return data.orgUnit.progress.result.value;
}

/** One posting, as a command makes it: the figure and what follows from it in one transaction. */
async function post(district: number, date: string, value: number): Promise<void> {
  const client = await server.db.pool.connect();
  try {
    await client.query('begin');
    await client.query('select structure_lock_shared()');
    const { rows } = await client.query<{ id: number }>(
      `insert into figure (series_id, unit_id, coverage, date, value)
       select s.id, u.id, 'OWN', $2, $3 from series s, org_unit u where u.code = $1 returning id`,
      [`D${district}`, date, value],
    );
    await client.query('select ledger_touch($1)', [[rows[0]!.id]]);
    await client.query('select from series where id = (select series_id from figure where id = $1) for no key update', [rows[0]!.id]);
    await client.query('update figure set approved_at = clock_timestamp() where id = $1', [rows[0]!.id]);
    await client.query('select ledger_settle(approved_at) from figure where id = $1', [rows[0]!.id]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

test('postings at one moment under one province lose nothing and count nothing twice', async () => {
  await Promise.all(Array.from({ length: DISTRICTS }, (_, i) => post(i, '2022-02-01', 10 + i)));
  const sum = Array.from({ length: DISTRICTS }, (_, i) => 10 + i).reduce((a, b) => a + b);
  expect(await national('2022-02-01')).toBe(sum);
  expect((await verify(server.db.pool)).differences).toEqual([]);
});

test('imports, postings and a move at one moment leave the ledger right', async () => {
  const done = await Promise.all([
    ...Array.from({ length: 4 }, (_, i) => importRecords(server.db, [figure(i, '2022-03-01', 100)])),
    importRecords(server.db, [unit('P2', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'), { type: 'placement', unit: 'D5', parent: 'P2', from: '2022-02-15' }]),
    ...Array.from({ length: 4 }, (_, i) => post(i + 4, '2022-03-01', 100)),
  ]);
  expect(done.flatMap((result) => (result === undefined ? [] : result.errors))).toEqual([]);
  expect(await national('2022-03-01')).toBe(8 * 100 + 18 + 19 + 20 + 21);
  expect((await verify(server.db.pool)).differences).toEqual([]);
});
