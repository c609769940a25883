import { afterAll, beforeAll, expect, test } from 'vitest';
import { verify } from '../../src/ledger/verify.service.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('the ledger of the articles is right', async () => {
  const { differenceCount, series, balances, figures } = await verify(server.db.pool);
  expect(differenceCount).toBe(0);
  expect(figures).toBeGreaterThan(20);
  expect(series).toBeGreaterThan(10);
  expect(balances).toBeGreaterThan(figures);
});

/** Breaks something in a way that nobody may, and puts it right again. */
async function broken(statement: string): Promise<Awaited<ReturnType<typeof verify>>> {
  const { rowCount } = await server.db.pool.query(statement);
  expect(rowCount).toBe(1);
  const verdict = await verify(server.db.pool);
  await server.db.pool.query('select ledger_rebuild()');
  return verdict;
}

const PHUC_THO = `unit_id = (select id from org_unit where code = 'D272') and series_id = (
  select s.id from series s join campaign k on k.id = s.campaign_id where k.code = '1m-initiatives' and s.measure = 'RESULT' and s.phase_id is not null)`;

test('a total that is off by one is found, and named', async () => {
  const { differenceCount, differences } = await broken(`update balance set total = total + 1 where ${PHUC_THO}`);
  expect(differenceCount).toBe(1);
  expect(differences).toEqual([
    { unit: 'D272', series: '1m-initiatives phase-1 initiatives RESULT', date: '2022-05-31', field: 'total', kept: '1710', replayed: '1709' },
  ]);
});

test.each([
  ['a row that is gone', `delete from balance where ${PHUC_THO}`],
  ['a number reported too many', `update balance set reported_upper_grassroots = 2 where unit_id = (select id from org_unit where code = 'P01')
      and series_id = (select series_id from balance where ${PHUC_THO})`],
  ['a total said to be summed', `update balance set origin = 'SUMMED' where ${PHUC_THO}`],
  ['a row that ends too early', `update balance set until = '2023-01-01' where ${PHUC_THO}`],
  ['a row of a unit that has nothing', `insert into balance select (select id from org_unit where code = 'D006'), series_id, date, until, total, members_total,
      origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on, 0, 0, 0, 0, 0, recorded_at from balance where ${PHUC_THO}`],
])('%s is found', async (_what, statement) => {
  const { differenceCount } = await broken(statement);
  expect(differenceCount).toBeGreaterThan(0);
  expect((await verify(server.db.pool)).differenceCount).toBe(0);
});

const SUM = `unit_id = (select id from org_unit where code = 'TLD') and series_id = (select series_id from balance where ${PHUC_THO}) and attribute = 'LEVEL' and key = 'UPPER_GRASSROOTS'`;

test.each([
  ['a sum by attribute that is off', `update part_sum set value = value + 1 where (unit_id, series_id, attribute, key, date) = (select unit_id, series_id, attribute, key, date from part_sum where ${SUM} limit 1)`, 'by LEVEL UPPER_GRASSROOTS'],
  ['one that counts too many', `update part_sum set counted = counted + 1 where (unit_id, series_id, attribute, key, date) = (select unit_id, series_id, attribute, key, date from part_sum where ${SUM} limit 1)`, 'by LEVEL UPPER_GRASSROOTS'],
  ['one that is gone', `delete from part_sum where (unit_id, series_id, attribute, key, date) = (select unit_id, series_id, attribute, key, date from part_sum where ${SUM} limit 1)`, 'by LEVEL UPPER_GRASSROOTS'],
  ['one of nothing', `insert into part_sum select unit_id, series_id, 'OWNERSHIP', 'FDI', date, 5, 1, 0, 0 from part_sum where ${SUM} limit 1`, 'by OWNERSHIP FDI'],
  ['units by attribute', `update part_sum set counted = counted - 1 where unit_id = (select id from org_unit where code = 'TLD') and series_id = 0 and attribute = 'KIND' and key = 'CONFEDERATION'`, 'by KIND CONFEDERATION'],
])('%s is found', async (_what, statement, field) => {
  const { differences } = await broken(statement);
  expect(differences[0]).toMatchObject({ unit: 'TLD', field });
  expect((await verify(server.db.pool)).differenceCount).toBe(0);
});

test('a number of units expected that is off is found', async () => {
  await server.db.pool.query(`update census set children = children + 1 where unit_id = (select id from org_unit where code = 'P01')`);
  const { differences } = await verify(server.db.pool);
  expect(differences[0]).toMatchObject({ unit: 'P01', series: 'census', field: 'expected' });
});

test('a path that is not the unit’s place is found, and those beneath are not blamed', async () => {
  await server.db.pool.query(`update org_unit set path = '1.2.3' where code = 'D272'`);
  const { differences } = await verify(server.db.pool);
  expect(differences.filter(({ field }) => field === 'path')).toMatchObject([{ unit: 'D272', series: 'path', kept: '1.2.3' }, { unit: 'D272', series: '1m-initiatives phase-1 initiatives RESULT published' }, { unit: 'D272' }]);
  await server.db.pool.query(`select structure_refresh_paths(array(select id from org_unit where code = 'D272'))`);
});

test('a publication that is not the sum of its figures is found', async () => {
  await server.db.pool.query(`update publication set value = value + 1 where unit_id = (select id from org_unit where code = 'P93')`);
  const { differences } = await verify(server.db.pool);
  expect(differences.filter(({ series }) => series.endsWith('published'))).toMatchObject([{ unit: 'P93', field: 'value', kept: '52224.0000', replayed: '52223.0000' }]);
  await server.db.pool.query(`update publication set value = value - 1 where unit_id = (select id from org_unit where code = 'P93')`);
});

test('it names no more differences than it is asked to, and counts them all', async () => {
  await server.db.pool.query('update balance set complete = not complete');
  const { differences, differenceCount } = await verify(server.db.pool, { limit: 3 });
  expect(differences).toHaveLength(3);
  expect(differenceCount).toBeGreaterThan(10);
});
