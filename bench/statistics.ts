import { cpus, loadavg, release, totalmem } from 'node:os';

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Of rounds: the median, the least and the most. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}
export const spreadOf = (values: readonly number[]): Spread => ({ median: median(values), least: Math.min(...values), most: Math.max(...values) });

/** To so many digits that tell something. */
export const short = (value: number, digits = 3): string => (value >= 10 ** (digits - 1) ? String(Math.round(value)) : String(Number(value.toPrecision(digits))));
export const withSpread = ({ median: middle, least, most }: Spread): string => `${short(middle)} (${short(least)}–${short(most)})`;

/** The day, the machine, and what is measured on it: numbers are nothing without. */
export function conditions(): Readonly<Record<string, string | number>> {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 16),
    machine: `${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}`,
    node: process.version,
    load: Number(loadavg()[0]!.toFixed(2)),
  };
}
