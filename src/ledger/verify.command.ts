import { InvalidArgumentError, type Command } from 'commander';
import { sayAudit, sayProblem, verifyAudit } from '../access/audit.verify.service.js';
import type { CommandDeps } from '../shared/command.js';
import { OperatorError } from '../shared/database/errors.js';
import { verify } from './verify.service.js';

/** `liendoan verify`: says whether the balances kept are those that the figures give, and the audit log what was sealed. */
export function verifyCommand(program: Command, deps: CommandDeps): void {
  program
    .command('verify')
    .description('replay every series from its figures and compare every balance, path and publication, and the audit log with its seals; exits 1 and names the first differences')
    .option('--limit <n>', 'how many differences to name', wholeNumber, 20)
    .option('--audit-head <hash>', 'the hash of a last seal, as an earlier run printed it: exits 1 where it is that of no seal any more', hexHash)
    .option('--moments <n>', 'at how many past moments to compare what was known then', wholeNumber, 3)
    .action(({ limit, auditHead, moments }: { limit: number; auditHead?: string; moments: number }) =>
      deps.withDatabase(async ({ db, notice }) => {
        const started = performance.now();
        const verdict = await verify(db.pool, {
          limit,
          moments,
          progress: (done, of, label) => {
            if (done === of || done % 100 === 0) notice(`replayed ${done} of ${of} series (${label})`);
          },
        });
        const audit = await verifyAudit(db.pool, { limit, head: auditHead });
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        const scope = `${verdict.balances} balances of ${verdict.series} series, ${verdict.figures} figures, ${verdict.units} units, ${verdict.moments} past moments, in ${seconds} s`;
        const wrong: string[] = [];
        for (const d of verdict.differences) console.log(`${d.unit} · ${d.series} · ${d.date} · ${d.field}: kept ${d.kept}, replayed ${d.replayed}`);
        if (verdict.differenceCount === 0) console.log(`The ledger is right: ${scope}.`);
        else wrong.push(`${verdict.differenceCount} difference(s), ${verdict.differences.length} named above: ${scope}. What is kept does not follow from the figures.`);
        for (const problem of audit.problems) console.log(sayProblem(problem));
        if (audit.problemCount === 0) console.log(`The audit log is right: ${sayAudit(audit)}.`);
        else wrong.push(`${audit.problemCount} problem(s) of the audit log, ${audit.problems.length} named above: ${sayAudit(audit)}.`);
        if (wrong.length > 0) throw new OperatorError(wrong.join('\n'));
      }),
    );
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999999 is wanted.');
  return Number(text);
}

function hexHash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('a hash of 64 hexadecimal digits is wanted.');
  return text;
}
