import { InvalidArgumentError, type Command } from 'commander';
import type { CommandDeps } from '../shared/command.js';
import { OperatorError } from '../shared/database/errors.js';
import { verify } from './verify.service.js';

/** `liendoan verify`: says whether the balances kept are those that the figures give. */
export function verifyCommand(program: Command, deps: CommandDeps): void {
  program
    .command('verify')
    .description('replay every series from its figures and compare every balance, path and publication; exits 1 and names the first differences')
    .option('--limit <n>', 'how many differences to name', wholeNumber, 20)
    .action(({ limit }: { limit: number }) =>
      deps.withDatabase(async ({ db, notice }) => {
        const started = performance.now();
        const verdict = await verify(db.pool, {
          limit,
          progress: (done, of, label) => {
            if (done === of || done % 100 === 0) notice(`replayed ${done} of ${of} series (${label})`);
          },
        });
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        const scope = `${verdict.balances} balances of ${verdict.series} series, ${verdict.figures} figures, ${verdict.units} units, in ${seconds} s`;
        if (verdict.differenceCount === 0) {
          console.log(`The ledger is right: ${scope}.`);
          return;
        }
        for (const d of verdict.differences) console.log(`${d.unit} · ${d.series} · ${d.date} · ${d.field}: kept ${d.kept}, replayed ${d.replayed}`);
        throw new OperatorError(
          `${verdict.differenceCount} difference(s), ${verdict.differences.length} named above: ${scope}. What is kept does not follow from the figures.`,
        );
      }),
    );
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999999 is wanted.');
  return Number(text);
}
