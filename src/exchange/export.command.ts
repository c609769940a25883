import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Command } from 'commander';
import type { CommandDeps } from '../shared/command.js';
import { OperatorError, codeOf } from '../shared/database/errors.js';
import { exportRecords } from './export.service.js';

/** `liendoan export`: writes what `import` reads. */
export function exportCommand(program: Command, deps: CommandDeps): void {
  program
    .command('export')
    .description('write what is current in the exchange format (docs/exchange-format.md), to stdout unless a file is named')
    .option('--unit <code>', 'only the subtree of this unit by today\'s tree, with whatever its records refer to')
    .option('--out <file>', 'the file to write; it appears when it is complete')
    .action(({ unit, out }: { unit?: string; out?: string }) =>
      deps.withDatabase(async ({ db, notice }) => {
        const count = out === undefined ? await toStdout(db, unit) : await toFile(db, out, unit);
        notice(`Exported ${count} records.`);
      }),
    );
}

type Pooled = Parameters<typeof exportRecords>[0];

async function toStdout(db: Pooled, unit: string | undefined): Promise<number> {
  try {
    return await exportRecords(db, process.stdout, { unit });
  } catch (error) {
    // The reader had enough, as `head` does.
    if (codeOf(error) === 'EPIPE') throw new OperatorError('The export was cut short: its reader closed.');
    throw error;
  }
}

async function toFile(db: Pooled, out: string, unit: string | undefined): Promise<number> {
  const unfinished = `${out}.unfinished`;
  const file = createWriteStream(unfinished);
  const written = finished(file);
  // It is waited for below; until then, its failure is nobody's.
  written.catch(() => {});
  try {
    const count = await exportRecords(db, file, { unit });
    file.end();
    await written;
    await rename(unfinished, out);
    return count;
  } catch (error) {
    file.destroy();
    await written.catch(() => {});
    await rm(unfinished, { force: true });
    const why = REASONS[codeOf(error) ?? ''];
    if (why === undefined) throw error;
    throw new OperatorError(`Cannot write ${out}: ${why}.`);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
};
