import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import { verify } from '../../src/ledger/verify.service.js';
import { histories } from '../support/histories.js';
import { startTestServer, type TestServer } from '../support/server.js';

const RUNS = 8;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
});
afterAll(() => server.close());

async function clear(): Promise<void> {
  await server.db.pool.query(
    `truncate org_unit, structure_source, structure_record, placement, ancestry, census, census_past, campaign, campaign_phase, indicator, series, figure,
     balance, balance_past, part_sum, ledger_load restart identity cascade`,
  );
}

const often = <T>(...weighted: [number, T][]) => fc.oneof(...weighted.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
const days = ['2019-12-31', '2020-01-01', '2020-02-01', '2020-06-30', '2020-07-01', '2021-03-01', '2021-03-02', '2021-08-15', '2022-01-01', '2023-05-19', '2024-02-29', '2024-12-30'];
const posting = fc.record({
  what: often([8, 'STATE'], [2, 'WITHDRAW']),
  unit: fc.nat({ max: 999 }), lowest: often([4, true], [1, false]), series: fc.nat({ max: 999 }), figure: fc.nat({ max: 999 }),
  // Mostly late, so that something flows: not before the last time that anybody moved.
  day: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...days.slice(-2)) }, { weight: 2, arbitrary: fc.constantFrom(...days) }),
  coverage: often([15, 'OWN'], [1, 'SUBTREE']),
  value: fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 5 }) }, { weight: 1, arbitrary: fc.nat({ max: 3_000_000 }).map((tenThousandths) => tenThousandths / 10_000) }),
  qualifier: often([10, 'EXACT'], [1, 'ABOUT'], [1, 'AT_LEAST']),
});
type Posting = typeof posting extends fc.Arbitrary<infer T> ? T : never;

/** One transaction, as a command makes it; how many figures flowed. */
async function post(client: pg.PoolClient, postings: readonly Posting[]): Promise<number> {
  await client.query('begin; select structure_lock_shared(); select from series order by id for no key update');
  const { rows } = await client.query<{ moment: string }>('select clock_timestamp()::text as moment');
  const { moment } = rows[0]!;
  const posted: string[] = [];
  for (const { what, unit, lowest, series, figure, day, coverage, value, qualifier } of postings) {
    const written = what === 'WITHDRAW'
      ? await client.query<{ id: string }>(
        `update figure set status = 'WITHDRAWN', ended_at = $1, end_reason = 'x' where id = (
           select id from figure where status = 'APPROVED' order by id limit 1 offset $2::int % (select greatest(count(*), 1) from figure where status = 'APPROVED')) returning id::text`,
        [moment, figure],
      )
      : await client.query<{ id: string }>(
        `with place as (
           select u.id as unit_id, s.id as series_id from (select *, row_number() over (order by id) - 1 as n, count(*) over () as units from org_unit o where not $8 or o.closed_on is null and not exists (select from placement p where p.parent_id = o.id)) u
           join (select *, row_number() over (order by id) - 1 as n, count(*) over () as all from series where measure = 'RESULT') s on s.n = $3 % s.all
           where u.n = $2 % u.units and u.valid_from <= $4::date and coalesce(u.closed_on, 'infinity') > $4::date
         ), former as (
           update figure f set status = 'SUPERSEDED', ended_at = $1 from place p where f.status = 'APPROVED' and (f.unit_id, f.series_id, f.date, f.coverage) = (p.unit_id, p.series_id, $4, $5) returning f.id
         )
         insert into figure (series_id, unit_id, coverage, date, value, qualifier, recorded_at, approved_at)
         select series_id, unit_id, $5, $4, $6, $7, $1, $1 from place where (select count(*) from former) >= 0 returning id::text`,
        [moment, unit, series, day, coverage, value, qualifier, lowest],
      );
    posted.push(...written.rows.map(({ id }) => id));
  }
  const { rows: [done] } = await client.query<{ flowed: number }>('select ledger_post($1, $2) as flowed', [posted, moment]);
  await client.query('commit');
  return done!.flowed;
}

describe('what flows straight up', () => {
  test(`is what the definitions say, and what was known before is known still (${RUNS} histories)`, { timeout: 600_000 }, async () => {
    let [flowed, all] = [0, 0];
    await fc.assert(
      fc.asyncProperty(histories(), often([3, true], [1, false]), fc.array(fc.array(posting, { minLength: 1, maxLength: 3 }), { minLength: 10, maxLength: 40, size: 'max' }), async (history, calm, postings) => {
        await clear();
        // Figures that speak for a subtree, nothing flows past.
        const records = history.deals[0].map((batch) => batch.filter(({ coverage }) => !calm || coverage !== 'SUBTREE'));
        for (const batch of records) expect((await importRecords(server.db, batch)).errors).toEqual([]);
        const client = await server.db.pool.connect();
        try {
          for (const together of postings) {
            flowed += await post(client, together);
            all += together.length;
          }
        } finally {
          client.release();
        }
        expect((await verify(server.db.pool, { moments: 1000 })).differences).toEqual([]);
        // Nor is there a row too many.
        await server.db.pool.query('select ledger_rebuild()');
        expect((await server.db.pool.query('select rebuilt from ledger_load order by at desc limit 1')).rows).toEqual([{ rebuilt: false }]);
      }),
      { numRuns: RUNS, seed: 20_261_122 },
    );
    expect(flowed / all).toBeGreaterThan(0.05);
  });
});
