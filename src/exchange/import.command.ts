import type { Command } from 'commander';
import type { CommandDeps } from '../shared/command.js';
import { OperatorError } from '../shared/database/errors.js';
import { listErrors, progressOn, summarise } from './import.report.js';
import { importFiles } from './import.service.js';
import { sizesOf } from './lines.js';

/** `liendoan import FILE…`: takes in exchange files, all of them or nothing. */
export function importCommand(program: Command, deps: CommandDeps): void {
  program
    .command('import')
    .description('take in files of the exchange format (docs/exchange-format.md), all of them or nothing')
    .argument('<file...>', 'JSON Lines files; what one refers to may stand in another')
    .option('--dry-run', 'check everything and say what would change, but change nothing')
    .addHelpText('after', '\nErrors go to stderr as FILE:LINE FIELD CODE MESSAGE, and the exit code is 1; nothing is changed then.')
    .action(async (files: string[], { dryRun }: { dryRun?: boolean }) => {
      await sizesOf(files);
      await deps.withDatabase(async ({ db }) => {
        const progress = progressOn(process.stderr);
        const result = await importFiles(db, files, { dryRun, progress: progress.show }).finally(progress.end);
        if (result.errorCount > 0) throw new OperatorError(listErrors(result).join('\n'));
        for (const line of summarise(result)) console.log(line);
      });
    });
}
