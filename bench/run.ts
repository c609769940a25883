/**
 * Liendoan beside what one would take instead: all on one database, in one run, on one machine. `npm run bench -- --help`
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openCallers } from './callers.js';
import { assertSame, contest, measure, startContender, type Contender, type Outcome, type Place } from './compare.js';
import { contenders as known, kindOf, takes, type ContenderName } from './contenders/contenders.js';
import { openNation } from './data.js';
import { compile, startChild } from './process.js';
import { conditions, short, withSpread } from './statistics.js';
import type { Workload } from './workloads/workload.js';
import { asked } from './workloads/workloads.js';

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is wanted.');
  return value;
};
const several = (names: readonly string[]) => (text: string, before: readonly string[] = []): string[] => {
  const chosen = text.split(',');
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`there is no ${unknown}; there are ${names.join(', ')}.`);
  return [...before, ...chosen];
};
const WORKLOADS = Object.keys(asked);
const CONTENDERS = Object.keys(known) as ContenderName[];

const options = new Command('npm run bench --')
  .description('measures the workloads side by side with the peers, in turns, after checking that all give the same numbers')
  .option('--workload <names>', `which, one or several, separated by commas (${WORKLOADS.join(', ')}); all unless given`, several(WORKLOADS))
  .option('--contender <names>', `who takes part (${CONTENDERS.join(', ')}); all unless given`, several(CONTENDERS))
  .option('--rounds <count>', 'rounds in which each takes its turn; five or more tell something', positive, 5)
  .option('--seconds <count>', 'how long a turn lasts', positive, 3)
  .option('--figures <count>', 'figures of the nation, which is built first if it is not kept', positive, 150_000)
  .addOption(new Option('--size <size>', 'the nation with its 125,000 unions, or a small one to try things with').choices(['full', 'small'] as const).default('full' as const))
  .option('--json <file>', 'writes the summary, which is the last line of what is printed, into a file too')
  .addHelpText('after', '\nThe exit code is 1 where answers differ or something broke. Goals that are missed are printed.')
  .parse()
  .opts<{ workload?: string[]; contender?: ContenderName[]; rounds: number; seconds: number; figures: number; size: 'full' | 'small'; json?: string }>();

function print(name: string, { title, connections, note }: Workload, { contenders, ratios }: Outcome, left: readonly string[]): void {
  console.log(`\n${name.toUpperCase()}: ${title} (${connections} connection${connections === 1 ? '' : 's'})`);
  if (note !== undefined) console.log(`  ${note}`);
  console.log(`  ${''.padEnd(20)}${'requests/s'.padStart(22)}${'p50 ms'.padStart(20)}${'p99 ms'.padStart(20)}${'bytes'.padStart(9)}`);
  for (const [contender, { perSecond, p50, p99, bytes }] of Object.entries(contenders)) {
    console.log(`  ${contender.padEnd(20)}${withSpread(perSecond).padStart(22)}${withSpread(p50).padStart(20)}${withSpread(p99).padStart(20)}${String(bytes).padStart(9)}`);
  }
  for (const { of, than, atLeast, ...spread } of ratios) {
    const goal = atLeast === undefined ? '' : `  goal ≥ ${atLeast}${spread.median >= atLeast ? '' : ': MISSED'}`;
    console.log(`  ${`${of} / ${than}`.padEnd(36)} ${withSpread(spread)} ×${goal}`);
  }
  if (left.length > 0) console.log(`  not asked of ${left.join(', ')}`);
}

compile();
const nation = await openNation(options.figures, { size: options.size, notice: (line) => console.error(line) });
const closing: (() => Promise<void>)[] = [() => nation.close()];
try {
  const place: Place = { ownerUrl: nation.owner.url, apiUrl: nation.api.url, callers: await openCallers(nation.owner.pool) };
  const { rows } = await nation.owner.pool.query<{ version: string; units: number }>(`select current_setting('server_version') as version, (select count(*)::int from org_unit) as units`);
  const where = { ...conditions(), postgres: rows[0]!.version, units: rows[0]!.units, figures: options.figures, rounds: options.rounds, seconds: options.seconds };
  console.log(Object.entries(where).map(([name, value]) => `${name} ${value}`).join(', '));
  const chosen = (options.workload ?? WORKLOADS).map((name) => [name, asked[name]!] as const);
  const taking = (options.contender ?? CONTENDERS).filter((name) => chosen.some(([, workload]) => takes(name, workload)));
  const started: Contender[] = [];
  for (const name of taking) {
    const contender = await startContender(name, place);
    closing.push(() => contender.close());
    started.push(contender);
    console.log(`  ${name.padEnd(20)} ${kindOf(name).what}`);
  }
  const load = startChild('load.js');
  closing.push(() => load.close());

  const outcomes: Record<string, Outcome> = {};
  for (const [name, workload] of chosen) {
    const contending = contest(name, workload, started, place);
    await assertSame(contending);
    outcomes[name] = await measure(contending, load, options);
    print(name, workload, outcomes[name], taking.filter((one) => !takes(one, workload)));
  }
  const summary = JSON.stringify({ conditions: { ...where, loadAtEnd: Number(loadavg()[0]!.toFixed(2)) }, workloads: outcomes });
  if (options.json !== undefined) writeFileSync(options.json, `${summary}\n`);
  console.log(`\nfigures are medians of ${options.rounds} rounds with the least and the most, ratios those of the rounds; load ${short(loadavg()[0]!)} at the end`);
  console.log(summary);
} finally {
  for (const close of closing.toReversed()) await close();
}
