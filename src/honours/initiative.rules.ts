/** The way of an initiative from stage to stage. */
import type { Day } from '../shared/dates.js';
import type { InitiativeStage } from './initiative.type.js';

/** To which stages one comes from another. */
export const WAYS: Readonly<Record<InitiativeStage, readonly InitiativeStage[]>> = {
  REGISTERED: ['UPLOADED'],
  UPLOADED: ['UNDER_REVIEW'],
  UNDER_REVIEW: ['VALID', 'REJECTED'],
  VALID: ['RECOGNISED'],
  RECOGNISED: ['APPLIED'],
  APPLIED: [],
  REJECTED: ['UPLOADED'],
};

/** Stages at which a unit above has judged it. */
export const JUDGED: ReadonlySet<InitiativeStage> = new Set(['VALID', 'REJECTED', 'RECOGNISED']);

/** At which what is said of it may be said anew; from when it is reviewed, its benefit alone. */
export const OPEN: ReadonlySet<InitiativeStage> = new Set(['REGISTERED', 'UPLOADED', 'REJECTED']);

/** How many stages a history has at most. */
export const MOST_STAGES = 50;
/** From an upload to the end: UPLOADED, UNDER_REVIEW, VALID, RECOGNISED, APPLIED. What is uploaded can come there. */
export const STAGES_FROM_UPLOAD = 5;

/** Whether one can have come from a stage to another, by stages that nobody told of. */
export function mayFollow(before: InitiativeStage, after: InitiativeStage): boolean {
  return before !== after && reachable(before).has(after);
}

/** Of what was rejected, and not uploaded again, nothing further is told. */
function reachable(from: InitiativeStage, found = new Set<InitiativeStage>()): Set<InitiativeStage> {
  for (const next of WAYS[from]) {
    if (found.has(next)) continue;
    found.add(next);
    if (next !== 'REJECTED') reachable(next, found);
  }
  return found;
}

export interface StatedStep {
  readonly stage?: InitiativeStage | undefined;
  readonly on?: Day | undefined;
}

export interface HistoryFault {
  readonly step: number;
  readonly field: 'stage' | 'on';
  readonly message: string;
}

/** What cannot be of a history, gaps allowed; parts that are undefined are passed over. */
export function* historyFaults(steps: readonly (StatedStep | undefined)[]): Generator<HistoryFault> {
  for (const [step, { stage, on } = {}] of steps.entries()) {
    const before = steps[step - 1];
    if (before?.stage !== undefined && stage !== undefined && !mayFollow(before.stage, stage)) yield { step, field: 'stage', message: `does not come after ${before.stage}` };
    if (before?.on !== undefined && on !== undefined && on < before.on) yield { step, field: 'on', message: `must be ${before.on}, the day of the stage before, or later` };
  }
}
