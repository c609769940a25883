/**
 * Liendoan beside what one would take instead: all on one database, in one run, on one machine. `npm run bench -- --help`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import pg from 'pg';
import { assertSame, contest, measure, startContender, type Contender, type Outcome } from './compare.js';
import { contenders as known, kindOf, takes, type ContenderName } from './contenders/contenders.js';
import { compile, sayWhy, startChild } from './process.js';
import { openSite } from './site.js';
import { conditions, short, withSpread } from './statistics.js';
import type { Finding } from './workloads/trial.js';
import type { Workload } from './workloads/workload.js';
import { asked, trials } from './workloads/workloads.js';

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
interface Summary {
  readonly conditions: { readonly figures: number };
  readonly workloads: Readonly<Record<string, Partial<Outcome>>>;
}
const read = (file: string): Summary => JSON.parse(readFileSync(file, 'utf8')) as Summary;
const WORKLOADS = [...Object.keys(asked), ...Object.keys(trials)];
const CONTENDERS = Object.keys(known) as ContenderName[];

const options = new Command('npm run bench --')
  .description('measures the workloads side by side with the peers, in turns, after checking that all give the same numbers')
  .option('--workload <names>', `which, one or several, separated by commas (${WORKLOADS.join(', ')}); all unless given`, several(WORKLOADS))
  .option('--contender <names>', `who takes part (${CONTENDERS.join(', ')}); all unless given`, several(CONTENDERS))
  .option('--rounds <count>', 'rounds in which each takes its turn; five or more tell something', positive, 5)
  .option('--seconds <count>', 'how long a turn lasts', positive, 3)
  .option('--soak <seconds>', 'how long w7 goes on', positive, 600)
  .option('--figures <count>', 'figures of the nation, which is built first if it is not kept', positive, 150_000)
  .addOption(new Option('--size <size>', 'the nation with its 125,000 unions, or a small one to try things with').choices(['full', 'small'] as const).default('full' as const))
  .option('--against <file>', 'the summary of an earlier run, such as one of fewer figures, to put beside the p50 of this one', read)
  .option('--json <file>', 'writes the summary, which is the last line of what is printed, into a file too')
  .addHelpText('after', '\nThe exit code is 1 where answers differ or something broke. Goals that are missed are printed.')
  .parse()
  .opts<{ workload?: string[]; contender?: ContenderName[]; rounds: number; seconds: number; soak: number; figures: number; size: 'full' | 'small'; against?: Summary; json?: string }>();

/** A goal, and whether it was missed. */
function goal(value: number, { atLeast, atMost }: Pick<Finding, 'atLeast' | 'atMost'>): string {
  const missed = value < (atLeast ?? value) || value > (atMost ?? value) ? ': MISSED' : '';
  return `${atLeast === undefined ? '' : `  goal ≥ ${atLeast}${missed}`}${atMost === undefined ? '' : `  goal ≤ ${atMost}${missed}`}`;
}

function printWorkload(name: string, { note, growth }: Workload, { contenders, ratios }: Outcome, left: readonly string[]): void {
  if (note !== undefined) console.log(`  ${note}`);
  console.log(`  ${''.padEnd(20)}${'requests/s'.padStart(22)}${'p50 ms'.padStart(20)}${'p99 ms'.padStart(20)}${'bytes'.padStart(9)}`);
  for (const [contender, { perSecond, p50, p99, bytes }] of Object.entries(contenders)) {
    console.log(`  ${contender.padEnd(20)}${withSpread(perSecond).padStart(22)}${withSpread(p50).padStart(20)}${withSpread(p99).padStart(20)}${String(bytes).padStart(9)}`);
  }
  for (const { of, than, ...ratio } of ratios) console.log(`  ${`${of} / ${than}`.padEnd(40)} ${withSpread(ratio)} ×${goal(ratio.median, ratio)}`);
  for (const [contender, before] of Object.entries(options.against?.workloads[name]?.contenders ?? {})) {
    const now = contenders[contender as ContenderName]?.p50.median;
    if (now === undefined) continue;
    const times = now / before.p50.median;
    console.log(`  ${`${contender}, p50 against ${options.against!.conditions.figures} figures`.padEnd(40)} ${short(times)} ×${contender === 'liendoan' && growth !== undefined ? goal(times, { atMost: growth }) : ''}`);
  }
  if (left.length > 0) console.log(`  not asked of ${left.join(', ')}`);
}

function printFindings(findings: readonly Finding[]): void {
  for (const { what, unit, median, least, most, ...wanted } of findings) {
    console.log(`  ${what.padEnd(58)} ${least === undefined || most === undefined ? short(median) : withSpread({ median, least, most })} ${unit}${goal(median, wanted)}`);
  }
}

compile();
const site = await openSite(options.figures, { size: options.size, notice: (line) => console.error(line) }).catch(sayWhy);
const load = startChild('load.js');
const started: Contender[] = [];
const outcomes: Record<string, Outcome | readonly Finding[] | { readonly failed: string }> = {};

/** One that breaks takes no other with it. */
async function attempt(name: string, title: string, work: () => Promise<Outcome | readonly Finding[]>): Promise<void> {
  console.log(`\n${name.toUpperCase()}: ${title}`);
  try {
    outcomes[name] = await work();
  } catch (error) {
    outcomes[name] = { failed: (error as Error).message };
    console.log(`  FAILED: ${(error as Error).stack}`);
    process.exitCode = 1;
  }
}

try {
  const client = new pg.Client({ connectionString: site.place.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ version: string; units: number }>(`select current_setting('server_version') as version, (select count(*)::int from org_unit) as units`);
  await client.end();
  const where = { ...conditions(), postgres: rows[0]!.version, units: rows[0]!.units, figures: options.figures, rounds: options.rounds, seconds: options.seconds };
  console.log(Object.entries(where).map(([name, value]) => `${name} ${value}`).join(', '));

  const names = options.workload ?? WORKLOADS;
  const taking = options.contender ?? CONTENDERS;
  for (const [name, workload] of Object.entries(asked).filter(([name]) => names.includes(name))) {
    const able = taking.filter((one) => takes(one, workload));
    for (const one of able.filter((wanted) => !started.some((other) => other.name === wanted))) {
      started.push(await startContender(one, site.place));
      console.log(`  ${one.padEnd(20)} ${kindOf(one).what}`);
    }
    await attempt(name, `${workload.title} (${workload.connections} connection${workload.connections === 1 ? '' : 's'})`, async () => {
      const contending = contest(name, workload, started, site.place);
      await assertSame(contending);
      const outcome = await measure(contending, load, options);
      printWorkload(name, workload, outcome, taking.filter((one) => !able.includes(one)));
      return outcome;
    });
  }
  for (const contender of started.splice(0)) await contender.close();
  for (const [name, trial] of Object.entries(trials).filter(([name]) => names.includes(name))) {
    await attempt(name, trial.title, async () => {
      const { nation, place, onCopy } = site;
      const findings = await trial.run({ ...options, nation, place, onCopy, load, contenders: taking });
      printFindings(findings);
      return findings;
    });
  }

  const summary = JSON.stringify({ conditions: { ...where, loadAtEnd: Number(loadavg()[0]!.toFixed(2)) }, workloads: outcomes });
  if (options.json !== undefined) writeFileSync(options.json, `${summary}\n`);
  console.log(`\nmedians of ${options.rounds} rounds with the least and the most, ratios round by round; load ${short(loadavg()[0]!)} at the end`);
  console.log(summary);
} finally {
  for (const contender of started) await contender.close();
  await load.close();
  await site.close();
}
