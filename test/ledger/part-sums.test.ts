import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import { verify } from '../../src/ledger/verify.service.js';
import type { ExchangeRecord } from '../support/golden-replay.js';
import { histories } from '../support/histories.js';
import { startTestServer, type TestServer } from '../support/server.js';

const RUNS = 6;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
});
afterAll(() => server.close());
beforeEach(clear);

async function clear(): Promise<void> {
  await server.db.pool.query(
    'truncate org_unit, structure_source, structure_record, placement, ancestry, census, census_past, campaign, campaign_phase, indicator, series, figure, balance, balance_past, part_sum, ledger_load restart identity cascade',
  );
}

/** What is kept, where it changes; without rows that say what the one before them says. */
async function kept(): Promise<unknown[]> {
  const { rows } = await server.db.pool.query(
    `select unit_id, series_id, attribute, key, date, value, counted, bounded, loose from (
       select *, lag(row(value, counted, bounded, loose)) over (partition by unit_id, series_id, attribute, key order by date) as before from part_sum
     ) p where row(value, counted, bounded, loose) is distinct from coalesce(before, row(0::numeric(28, 4), 0, 0, 0)) order by 1, 2, 3, 4, 5`,
  );
  return rows;
}
const verified = async () => expect((await verify(server.db.pool, { moments: 1 })).differences).toEqual([]);

/** Another sector, ownership or kind for some units, known or not. */
const corrections = fc.array(fc.record({
  unit: fc.nat(),
  sector: fc.option(fc.constantFrom('BUSINESS', 'EDUCATION'), { nil: undefined }),
  ownership: fc.option(fc.constantFrom('STATE', 'FDI'), { nil: undefined }),
  kind: fc.option(fc.constantFrom('GRASSROOTS_SYNDICATE', 'ZONE_UNION'), { nil: undefined }),
}), { minLength: 1, maxLength: 4 });

test(`sums follow units that are known by other attributes, wherever they stood; anew from the figures they are the same (${RUNS} histories)`, { timeout: 600_000 }, async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(histories(), fc.array(corrections, { minLength: 1, maxLength: 3 }), async (history, rounds) => {
      await clear();
      const said = new Map<string, ExchangeRecord>();
      for (const [i, batch] of history.deals[0].entries()) {
        for (const record of batch) if (record.type === 'orgUnit') said.set(record.code as string, record);
        expect((await importRecords(server.db, batch)).errors).toEqual([]);
        const round = new Map((rounds[i] ?? []).flatMap(({ unit, ...others }) => {
          const record = [...said.values()][unit % said.size];
          if (record === undefined) return [];
          return [[record.code, JSON.parse(JSON.stringify({ ...record, ...others, kind: others.kind ?? record.kind, corrects: true })) as ExchangeRecord] as const];
        }));
        for (const { corrects: _, ...record } of round.values()) said.set(record.code as string, record as ExchangeRecord);
        const { errors, changed: these } = await importRecords(server.db, round.values());
        expect(errors).toEqual([]);
        changed += these;
        await verified();
      }
      const before = await kept();
      await server.db.pool.query('select ledger_rebuild()');
      expect(await kept()).toEqual(before);
      await verified();
    }),
    { numRuns: RUNS, seed: 7 },
  );
  expect(changed).toBeGreaterThan(RUNS);
});

const unit = (code: string, level: string, kind: string, parent: string | null, more: object = {}) => ({ type: 'orgUnit', code, name: code, level, kind, parent, validFrom: '2020-01-01', ...more });
const SECTORS = ['BUSINESS', 'EDUCATION', 'OTHER'];
const union = (i: number, more: object = {}) => unit(`G${i}`, 'GRASSROOTS', 'GRASSROOTS_UNION', `P${i % 3}`, { sector: SECTORS[i % 2], ...more });
const results = (i: number, month: number) => ['I', 'J'].map((indicator) => ({ type: 'result', unit: `G${i}`, campaign: 'K', indicator, coverage: 'OWN', asOf: `2022-0${month}-01`, value: 10 * month + i }));

test('postings to all provinces at one moment, a move, and units that are known by another sector: nothing is lost and nothing counted twice', { timeout: 120_000 }, async () => {
  await server.load([
    unit('N', 'NATIONAL', 'CONFEDERATION', null), ...[0, 1, 2].map((p) => unit(`P${p}`, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N')), ...Array.from({ length: 12 }, (_, i) => union(i)),
    ...['I', 'J'].map((code) => ({ type: 'indicator', code, name: code, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' })),
    { type: 'campaign', code: 'K', name: 'K', campaignKind: 'PROGRAMME', launchedBy: 'N' },
    ...Array.from({ length: 12 }, (_, i) => results(i, 1)).flat(),
  ]);
  const post = async (i: number, month: number): Promise<void> => {
    const client = await server.db.pool.connect();
    try {
      await client.query('begin');
      await client.query('select structure_lock_shared()');
      const { rows } = await client.query<{ id: string }>(
        `insert into figure (series_id, unit_id, coverage, date, value)
         select s.id, u.id, 'OWN', $2, 1000 from series s join indicator i on i.id = s.indicator_id, org_unit u where u.code = $1 and i.code = $3 returning id`,
        [`G${i}`, `2022-0${month}-01`, i % 2 === 0 ? 'I' : 'J'],
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
  };
  const done = await Promise.all([
    ...Array.from({ length: 12 }, (_, i) => post(i, 2 + (i % 3))),
    importRecords(server.db, [{ type: 'placement', unit: 'G4', parent: 'P2', from: '2022-02-15' }]),
    importRecords(server.db, [union(6, { sector: 'OTHER', corrects: true }), union(7, { sector: undefined, corrects: true })].map((record) => JSON.parse(JSON.stringify(record)) as object)),
    importRecords(server.db, [results(3, 6), results(8, 6)].flat()),
  ]);
  expect(done.flatMap((result) => (result === undefined ? [] : result.errors))).toEqual([]);
  await verified();
  const { rows } = await server.db.pool.query(`select p.key, p.counted from part_sum p join org_unit u on u.id = p.unit_id where u.code = 'N' and p.series_id = 0 and p.attribute = 'SECTOR' order by p.key, p.date desc`);
  expect(rows[0]).toEqual({ key: '', counted: 5 });
});
