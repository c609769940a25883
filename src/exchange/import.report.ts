import { Presets, SingleBar } from 'cli-progress';
import type { ImportOptions, ImportResult, ImportStage } from './import.service.js';
import { formatProblem } from './problems.js';
import { TYPES } from './records.js';

const LABELS: Record<ImportStage, string> = {
  reading: 'Reading the files',
  checking: 'Checking against what is known',
  applying: 'Writing',
  totals: 'Computing totals',
};

export interface ImportProgress {
  readonly show: NonNullable<ImportOptions['progress']>;
  readonly end: () => void;
}

/** On a terminal a bar, else a line when a stage begins. */
export function progressOn(stream: NodeJS.WriteStream): ImportProgress {
  let stage: ImportStage | undefined;
  if (!stream.isTTY) {
    return {
      show: (next) => {
        if (next !== stage) stream.write(`${LABELS[(stage = next)]}…\n`);
      },
      end: () => {},
    };
  }
  const bar = new SingleBar({ format: '{label} [{bar}] {percentage}%', stream, hideCursor: true, clearOnComplete: true, gracefulExit: false }, Presets.shades_classic);
  return {
    show: (next, done, of) => {
      if (next !== stage) bar.start(Math.max(of, 1), done, { label: LABELS[(stage = next)] });
      else bar.update(done);
    },
    end: () => bar.stop(),
  };
}

/** What an import did, or would do, in a line per type of record. */
export function summarise({ dryRun, types, created, changed, unchanged, seconds }: ImportResult): string[] {
  const lines = TYPES.flatMap((type) => (types[type] ? [`  ${type}: ${tell(types[type])}`] : []));
  const time = `(${seconds.toFixed(1)} s)`;
  if (created + changed === 0) return [`Nothing to change: all ${unchanged} records are known ${time}.`];
  return [`${dryRun ? 'Would import' : 'Imported'}: ${tell({ created, changed, unchanged })} ${time}`, ...lines];
}

const tell = (counts: { created: number; changed: number; unchanged: number }): string =>
  `${counts.created} new, ${counts.changed} changed, ${counts.unchanged} unchanged`;

export function listErrors({ errors, errorCount }: ImportResult): string[] {
  const rest = errorCount - errors.length;
  return [
    ...errors.map(formatProblem),
    ...(rest > 0 ? [`… and ${rest} more errors.`] : []),
    `Nothing was imported: ${errorCount} error${errorCount === 1 ? '' : 's'}.`,
  ];
}
