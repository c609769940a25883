/**
 * Imports a federation of the size of the real one: 126,000 units and 100,000 figures, into an empty database. Then once
 * more, then a figure at a time, then a reform that closes all districts and places their unions under the provinces.
 * `tsx bench/import.ts`; on the server of DATABASE_URL (an empty database) or on an embedded one of its own.
 */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFiles, type ImportStage } from '../src/exchange/import.service.js';
import { formatProblem } from '../src/exchange/problems.js';
import { verify } from '../src/ledger/verify.service.js';
import { openDatabase } from '../src/shared/database/database.js';

const UNITS = 126_000;
const PROVINCES = 63;
const DISTRICTS = 700;
const FIGURES = 100_000;

const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
const file = join(folder, 'federation.jsonl');
const reform = join(folder, 'reform.jsonl');

function* records(): Generator<object> {
  yield { type: 'orgUnit', code: 'N', name: 'Tổng Liên đoàn', level: 'NATIONAL', kind: 'CONFEDERATION', parent: null, validFrom: '1990-01-01' };
  const unit = (code: string, name: string, level: string, kind: string, parent: string) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01' });
  for (let p = 0; p < PROVINCES; p++) yield unit(`P${p}`, `Liên đoàn Lao động tỉnh số ${p}`, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N');
  for (let d = 0; d < DISTRICTS; d++) yield unit(`D${d}`, `Liên đoàn Lao động huyện số ${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', `P${d % PROVINCES}`);
  const unions = UNITS - 1 - PROVINCES - DISTRICTS;
  for (let g = 0; g < unions; g++) yield unit(`G${g}`, `Công đoàn cơ sở Công ty Trách nhiệm hữu hạn số ${g}`, 'GRASSROOTS', 'GRASSROOTS_UNION', `D${g % DISTRICTS}`);
  for (let i = 0; i < 5; i++) yield { type: 'indicator', code: `I${i}`, name: `Sáng kiến loại ${i}`, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  yield { type: 'campaign', code: 'K', name: 'Chương trình', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01', endsOn: '2024-12-31' };
  for (let f = 0; f < FIGURES; f++) {
    const asOf = `2024-${String((f % 12) + 1).padStart(2, '0')}-28`;
    yield { type: 'result', unit: `G${(f * 7) % unions}`, campaign: 'K', indicator: `I${f % 5}`, coverage: 'OWN', asOf, value: (f % 1000) + 0.25 };
  }
}

/** On one day. */
function* reformRecords(): Generator<object> {
  const on = '2025-07-01';
  const unions = UNITS - 1 - PROVINCES - DISTRICTS;
  for (let g = 0; g < unions; g++) yield { type: 'placement', unit: `G${g}`, parent: `P${(g % DISTRICTS) % PROVINCES}`, from: on };
  for (let d = 0; d < DISTRICTS; d++) yield { type: 'closure', unit: `D${d}`, on };
}

async function write(path: string, lines: Iterable<object>): Promise<void> {
  const out = createWriteStream(path);
  for (const record of lines) if (!out.write(`${JSON.stringify(record)}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

const db = await openDatabase({ databaseUrl: process.env['DATABASE_URL'], dataFolder: join(folder, 'data') }, { migrations: 'run' });
try {
  await write(file, records());
  await write(reform, reformRecords());

  const before = process.resourceUsage().maxRSS / 1024;
  const run = async (label: string, path: string): Promise<void> => {
    let stage: ImportStage | undefined;
    const begun: [ImportStage, number][] = [];
    const progress = (next: ImportStage): void => {
      if (next !== stage) begun.push([(stage = next), performance.now()]);
    };
    const { errors, errorCount, seconds, created, unchanged } = await importFiles(db, [path], { progress });
    for (const problem of errors.slice(0, 5)) console.log(formatProblem(problem));
    const end = performance.now();
    const stages = begun.map(([name, at], index) => `${name} ${(((begun[index + 1]?.[1] ?? end) - at) / 1000).toFixed(1)} s`).join(', ');
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(`${label}: ${seconds.toFixed(1)} s (${stages}); ${created} new, ${unchanged} unchanged, ${errorCount} errors; peak ${peak} MB`);
  };
  console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; before the import ${Math.round(before)} MB`);
  await run('import', file);
  await run('again', file);
  await postings();
  await verified();
  await run('reform', reform);
  await verified();
} finally {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Single figures of one session, each with its ancestors' totals, in one transaction. */
async function postings(): Promise<void> {
  const client = await db.pool.connect();
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    const started = performance.now();
    await client.query('begin');
    const { rows } = await client.query<{ id: number }>(
      `insert into figure (series_id, unit_id, coverage, date, value)
       select (select min(id) from series), id, 'OWN', '2025-01-31', 5 from org_unit where code = $1 returning id`,
      [`G${i * 911}`],
    );
    await client.query('select ledger_touch($1)', [[rows[0]!.id]]);
    await client.query('select ledger_settle(now())');
    await client.query('commit');
    times.push(performance.now() - started);
  }
  client.release();
  console.log(`posting one figure to three ancestors: ${times.sort((a, b) => a - b)[15]!.toFixed(1)} ms (median of 30)`);
}

async function verified(): Promise<void> {
  const started = performance.now();
  const { balances, differenceCount } = await verify(db.pool);
  console.log(`verify: ${((performance.now() - started) / 1000).toFixed(1)} s for ${balances} balances, ${differenceCount} differences`);
}
