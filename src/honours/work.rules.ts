/** What must hold of when works were registered, completed and marked with a plaque. */
import { earliest, latest, type Day } from '../shared/dates.js';
import type { Qualifier } from '../org-units/org-unit.type.js';
import type { CongressTier, WorkStatus } from './work.type.js';

export const WORK_DATES = ['registeredOn', 'completedOn', 'plaquedOn'] as const;
type WorkDate = (typeof WORK_DATES)[number];

export type Dated = { readonly status?: WorkStatus | undefined } & { readonly [Field in WorkDate]?: Day | null | undefined } & { readonly [Field in `${WorkDate}Precision`]?: 'DAY' | 'MONTH' | 'YEAR' | undefined };

export interface DateFault {
  readonly field: WorkDate;
  readonly why: 'TOO_EARLY' | 'NOT_YET';
  readonly message: string;
}

/** Of which statuses a work has the date. */
const OF: Partial<Record<WorkDate, readonly WorkStatus[]>> = { completedOn: ['COMPLETED', 'PLAQUED'], plaquedOn: ['PLAQUED'] };

/** Only what cannot be otherwise is a mistake: "May 2021" may be any of its days. */
export function* dateFaults(work: Dated): Generator<DateFault> {
  for (const [i, field] of WORK_DATES.entries()) {
    const date = work[field];
    if (date == null) continue;
    const of = OF[field];
    if (of !== undefined && work.status !== undefined && !of.includes(work.status)) yield { field, why: 'NOT_YET', message: `is of a work that is ${of.join(' or ')}: leave it out, or say that it is` };
    for (const before of WORK_DATES.slice(0, i)) {
      const first = earliest(work[before], work[`${before}Precision`]);
      if (first !== undefined && latest(date, work[`${field}Precision`])! < first) yield { field, why: 'TOO_EARLY', message: `must be ${before}, ${work[before]}, or later` };
    }
  }
}

/** Works that have a tier and a status in common, as they are counted. */
export interface SummedWorks {
  readonly congressTier: CongressTier | null;
  readonly status: WorkStatus;
  readonly works: number;
  readonly withoutValue: number;
  /** The exact sum; null where no value is known. */
  readonly valueVnd: string | null;
  /** Each once. */
  readonly qualifiers: readonly Qualifier[] | null;
}

/** All of them together: their values as the ledger's totals are, a value that stands alone as it was stated. */
export function sumOf(groups: readonly SummedWorks[]): { works: number; withoutValue: number; valueVnd: string | null; valueQualifier: Qualifier | null } {
  const add = (of: (group: SummedWorks) => number): number => groups.reduce((sum, group) => sum + of(group), 0);
  const [works, withoutValue] = [add((group) => group.works), add((group) => group.withoutValue)];
  const valued = groups.flatMap(({ valueVnd }) => valueVnd ?? []);
  const qualifiers = new Set(groups.flatMap((group) => group.qualifiers ?? []));
  return {
    works,
    withoutValue,
    valueVnd: valued.length === 0 ? null : String(valued.reduce((sum, value) => sum + BigInt(value), 0n)),
    valueQualifier: valued.length === 0 ? null : works - withoutValue === 1 ? [...qualifiers][0]! : qualifierOf(qualifiers),
  };
}

const qualifierOf = (parts: ReadonlySet<Qualifier>): Qualifier =>
  parts.has('NEARLY') || parts.has('ABOUT') ? 'ABOUT' : parts.has('MORE_THAN') || parts.has('AT_LEAST') ? 'MORE_THAN' : 'EXACT';
