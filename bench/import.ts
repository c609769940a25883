/**
 * How long an import takes: the whole of a nation into an empty database, once more, and a reform that closes all districts
 * and places their unions under the provinces. What figures take beside a nation that is there: `npm run bench -- --workload w9`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { importRecords, type ImportStage } from '../src/exchange/import.service.js';
import { formatProblem } from '../src/exchange/problems.js';
import { verify } from '../src/ledger/verify.service.js';
import { openDatabase } from '../src/shared/database/database.js';
import { nationOf, type Nation, type Size } from './nation.js';
import { printConditions } from './server.js';

const { size, figures } = new Command('npm run bench:import --')
  .description('imports a nation into an empty database of its own, once more, and a reform of all its districts')
  .addOption(new Option('--size <size>', 'of the nation').choices(['full', 'small']).default('full'))
  .option('--figures <count>', 'how many results', Number, 150_000)
  .parse()
  .opts<{ size: Size; figures: number }>();

/** But for targets: they stand while all that is beneath them moves, and a reform of a nation with targets takes far longer. */
function* everything(nation: Nation): Generator<object> {
  yield* nation.units();
  yield* nation.campaigns();
  yield* nation.results(figures);
}

/** On one day. */
function* reform({ uppers }: Nation): Generator<object> {
  const on = '2025-07-01';
  for (const { code, parent, unions } of uppers) for (let g = 1; g <= unions; g++) yield { type: 'placement', unit: `${code}G${g}`, parent, from: on };
  for (const { code } of uppers) yield { type: 'closure', unit: code, on };
}

const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
const db = await openDatabase({ databaseUrl: undefined, dataFolder: join(folder, 'data') });
try {
  const nation = nationOf(size);
  printConditions(`${nation.unions} unions, ${figures} figures; before the import ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`);
  const run = async (label: string, records: Iterable<object>): Promise<void> => {
    const begun: [ImportStage, number][] = [];
    const progress = (stage: ImportStage): void => {
      if (stage !== begun.at(-1)?.[0]) begun.push([stage, performance.now()]);
    };
    const { errors, errorCount, seconds, created, unchanged } = await importRecords(db, records, { progress });
    const end = performance.now();
    for (const problem of errors.slice(0, 5)) console.log(formatProblem(problem));
    const stages = begun.map(([name, at], i) => `${name} ${(((begun[i + 1]?.[1] ?? end) - at) / 1000).toFixed(1)} s`).join(', ');
    console.log(`${label}: ${seconds.toFixed(1)} s (${stages}); ${created} new, ${unchanged} unchanged, ${errorCount} errors; peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  };
  const verified = async (): Promise<void> => {
    const began = performance.now();
    const { balances, differenceCount } = await verify(db.pool);
    console.log(`verify: ${((performance.now() - began) / 1000).toFixed(1)} s for ${balances} balances, ${differenceCount} differences`);
  };
  await run('import', everything(nation));
  await run('again', everything(nation));
  await verified();
  await run('reform', reform(nation));
  await verified();
} finally {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
}
