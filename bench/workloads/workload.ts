import type { ContenderName } from '../contenders/contenders.js';

/** One request: who asks (a viewer of the unit of that code) for what. */
export interface Asking {
  readonly caller: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Numbers with which a contender is to be so many times as fast as another. */
export interface Goal {
  readonly of: ContenderName;
  readonly than: ContenderName;
  readonly atLeast: number;
}

/** What is asked over HTTP of several contenders in turn. */
export interface Workload {
  readonly title: string;
  readonly connections: number;
  /** Of the callers; VIEWERs unless given. */
  readonly role?: string;
  readonly askings: readonly Asking[];
  /** Of those who take GraphQL: what they are asked in their own schema. Who is missing cannot do it, and is left out. */
  readonly documents: Readonly<Partial<Record<'liendoan' | 'mercurius' | 'postgraphile' | 'postgraphile-tuned', string>>>;
  /** What is found hangs on what the caller may see: one who sees everything finds something else. */
  readonly byScope?: boolean;
  /** Whether the floor has a statement for it. */
  readonly floor: boolean;
  /** What an answer's `data` says, in the same words whoever gave it; the floor answers as Liendoan does. */
  rows(data: unknown, kind: string): unknown;
  readonly goals: readonly Goal[];
  /** At most so many times the p50 of an earlier run, of fewer figures. */
  readonly growth?: number;
  /** More about what is compared, for whoever reads the table. */
  readonly note?: string;
}

export const READS: readonly Goal[] = [
  { of: 'liendoan', than: 'floor', atLeast: 0.6 },
  { of: 'liendoan', than: 'mercurius', atLeast: 1.4 },
  { of: 'liendoan', than: 'postgraphile', atLeast: 4.5 },
  { of: 'liendoan', than: 'postgraphile-tuned', atLeast: 2 },
  { of: 'liendoan-cached', than: 'liendoan', atLeast: 6 },
  { of: 'liendoan', than: 'liendoan-open', atLeast: 0.87 },
];

/** A path through an answer, such as `at(data, 'orgUnit', 'children', 'nodes')`. */
export function at(data: unknown, ...path: string[]): unknown {
  let found = data;
  for (const name of path) {
    if (found === null || typeof found !== 'object' || !(name in found)) throw new Error(`no ${path.join('.')} in ${JSON.stringify(data).slice(0, 300)}`);
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

export const list = (data: unknown, ...path: string[]): unknown[] => at(data, ...path) as unknown[];
/** Some give decimals as text. */
export const number = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** The five fields of a progress, however it is shaped. */
export const five = (progress: unknown): unknown[] => {
  const { result, target, completionPercent, coverage } = progress as Five;
  return [number(result?.value), number(target?.value), number(completionPercent), Number(coverage.expected), Number(coverage.reported), number(coverage.percent)];
};
interface Five {
  readonly result: { value: unknown } | null;
  readonly target: { value: unknown } | null;
  readonly completionPercent: unknown;
  readonly coverage: { expected: unknown; reported: unknown; percent: unknown };
}
/** As PostGraphile has them when tuned: beside one another. */
export const FLAT = 'result target completionPercent expected reported percent';
export const flatFive = (row: unknown): unknown[] => FLAT.split(' ').map((name) => number(at(row, name)));
export const FIVE = 'result { value } target { value } completionPercent coverage { expected reported percent }';

/** The 30 districts of P1. */
export const DISTRICTS = Array.from({ length: 30 }, (_, i) => `P1D${i + 1}`);
export const INDICATORS = Array.from({ length: 10 }, (_, i) => `I${i + 1}`);
