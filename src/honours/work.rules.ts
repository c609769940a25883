/** What must hold of when works were registered, completed and marked with a plaque. */
import { earliest, latest } from '../campaigns/campaign.rules.js';
import type { Day } from '../shared/dates.js';
import type { WorkStatus } from './work.type.js';

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
    if (of !== undefined && work.status !== undefined && !of.includes(work.status)) yield { field, why: 'NOT_YET', message: `only a work that is ${of.join(' or ')} has ${field}` };
    for (const before of WORK_DATES.slice(0, i)) {
      const first = earliest(work[before], work[`${before}Precision`]);
      if (first !== undefined && latest(date, work[`${field}Precision`])! < first) yield { field, why: 'TOO_EARLY', message: `is before ${before}, ${work[before]}` };
    }
  }
}
