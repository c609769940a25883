import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { importFiles, importRecords } from '../../src/exchange/import.service.js';
import { formatProblem } from '../../src/exchange/problems.js';
import { verify } from '../../src/ledger/verify.service.js';
import type { Nation } from '../nation.js';
import { spreadOf } from '../statistics.js';
import type { Finding, Trial } from './trial.js';

const MANY = { full: 500_000, small: 20_000 } as const;
const SINGLES = 5;
/** What a figure leaves: its row, and a row for each total that it changes. */
const TABLES = ['figure', 'balance'] as const;
/** Tables without keys, indexes or anything that follows; and such as have the same keys and indexes. */
const KINDS = ['bare', 'keyed'] as const;
type Kind = (typeof KINDS)[number];

/** Each round a campaign of its own, which nobody has reported on; and what its rows come to, as COPY gives and takes them. */
export const w9: Trial = {
  title: 'a file of figures is imported beside the nation, and COPY puts the same rows into tables without keys, indexes or anything that follows',
  run: ({ nation, rounds, onCopy }) => onCopy(async ({ owner }) => {
    const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
    const many = MANY[nation.size];
    const imported: number[] = [];
    const copied: Record<Kind, number[]> = { bare: [], keyed: [] };
    const peaks: number[] = [];
    try {
      await drop(owner);
      for (const table of TABLES) await owner.query(`create table bare_${table} as select * from ${table} limit 0; create table keyed_${table} (like ${table} including all)`);
      for (let round = 0; round < rounds; round++) {
        const file = join(folder, 'figures.jsonl');
        await write(file, figures(nation, many, `w9-${round}`));
        const { seconds, peak } = await withPeak(() => importAll(owner, file, many));
        imported.push(seconds);
        peaks.push(peak);
        for (const kind of KINDS) copied[kind].push(await copy(owner, folder, `w9-${round}`, kind));
      }
      const again = await importFiles({ pool: owner }, [join(folder, 'figures.jsonl')]);
      if (again.created + again.changed > 0) throw new Error('what was known is new');
      const single: number[] = [];
      for (let i = 0; i < SINGLES; i++) single.push((await importRecords({ pool: owner }, [{ type: 'result', unit: 'P1D1G1', campaign: 'w9-0', indicator: 'I1', coverage: 'OWN', asOf: `2025-01-0${i + 1}`, value: i }])).seconds * 1000);
      if (nation.size === 'small') {
        const { differenceCount } = await verify(owner);
        if (differenceCount > 0) throw new Error(`the ledger is wrong in ${differenceCount} places`);
      }
      const findings: Finding[] = [
        { what: `import of ${many} figures`, ...spreadOf(imported), unit: 's' },
        { what: 'COPY of the same rows', ...spreadOf(copied.bare), unit: 's' },
        { what: 'COPY of the same rows, with keys and indexes', ...spreadOf(copied.keyed), unit: 's' },
        { what: 'import / COPY, in speed', ...spreadOf(imported.map((seconds, i) => copied.bare[i]! / seconds)), unit: '×', atLeast: 0.3 },
        { what: 'import / COPY with keys and indexes, in speed', ...spreadOf(imported.map((seconds, i) => copied.keyed[i]! / seconds)), unit: '×' },
        { what: 'memory of the importing process at most', ...spreadOf(peaks), unit: 'MB', atMost: 400 },
        { what: 'the same file once more', median: again.seconds, unit: 's' },
        { what: 'import of one figure', ...spreadOf(single), unit: 'ms' },
      ];
      return findings;
    } finally {
      await drop(owner);
      rmSync(folder, { recursive: true, force: true });
    }
  }),
};

function* figures(nation: Nation, many: number, campaign: string): Generator<object> {
  yield { type: 'campaign', code: campaign, name: campaign, campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2022-01-01', endsOn: '2024-12-31' };
  for (const result of nation.results(many)) yield { ...result, campaign };
}

async function write(path: string, records: Iterable<object>): Promise<void> {
  const out = createWriteStream(path);
  for (const record of records) if (!out.write(`${JSON.stringify(record)}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

async function importAll(owner: pg.Pool, file: string, many: number): Promise<number> {
  const { errors, created, seconds } = await importFiles({ pool: owner }, [file]);
  if (errors.length > 0) throw new Error(errors.slice(0, 3).map(formatProblem).join('\n'));
  if (created !== many + 1) throw new Error(`${created} of ${many + 1} records are new`);
  return seconds;
}

/** The most memory that the process had at any time, in MB. */
async function withPeak(work: () => Promise<number>): Promise<{ seconds: number; peak: number }> {
  let peak = 0;
  const look = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  try {
    return { seconds: await work(), peak: Math.max(peak, process.memoryUsage.rss()) / 2 ** 20 };
  } finally {
    clearInterval(look);
  }
}

async function drop(owner: pg.Pool): Promise<void> {
  for (const kind of KINDS) for (const table of TABLES) await owner.query(`drop table if exists ${kind}_${table}`);
}

/** Seconds that COPY takes for the rows of a campaign, in one transaction. */
async function copy(owner: pg.Pool, folder: string, campaign: string, kind: Kind): Promise<number> {
  const client = await owner.connect();
  try {
    for (const table of TABLES) {
      await client.query(`truncate ${kind}_${table}`);
      const rows = `select t.* from ${table} t join series s on s.id = t.series_id join campaign c on c.id = s.campaign_id where c.code = '${campaign}'`;
      await pipeline(client.query(copyTo(`copy (${rows}) to stdout`)), createWriteStream(join(folder, table)));
    }
    const began = performance.now();
    await client.query('begin');
    for (const table of TABLES) await pipeline(createReadStream(join(folder, table), { highWaterMark: 256 * 1024 }), client.query(copyFrom(`copy ${kind}_${table} from stdin`)));
    await client.query('commit');
    return (performance.now() - began) / 1000;
  } finally {
    client.release();
  }
}
