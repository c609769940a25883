/** A longer run of the differential access test: `npm run fuzz:access -- --pairs N --seed S`. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Asks the server and an oracle the same random queries as the same callers, and stops at the first difference.

  npm run fuzz:access -- [--pairs N] [--seed S]

  --pairs N   how many pairs of query and caller; 20000 unless given
  --seed S    where chance begins, a whole number; by the clock unless given. A run of the same seed is the same run,
              but for what follows from today's date.
`;

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '20000' }, seed: { type: 'string' }, help: { type: 'boolean' } } });
const pairs = Number(values.pairs);
const seed = Number(values.seed ?? Math.floor(Date.now() / 1000));
if (values.help) {
  console.log(HELP);
} else if (!Number.isInteger(pairs) || pairs < 1 || !Number.isInteger(seed)) {
  console.error(HELP);
  process.exitCode = 2;
} else {
  // Its server and its databases are those of the tests.
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const run = spawn(process.execPath, [vitest, 'run', 'test/access/fuzz.test.ts', '--disable-console-intercept'], {
    stdio: 'inherit',
    env: { ...process.env, FUZZ_PAIRS: String(pairs), FUZZ_SEED: String(seed), FUZZ_PROGRESS: '1' },
  });
  run.on('exit', (code) => (process.exitCode = code ?? 1));
}
