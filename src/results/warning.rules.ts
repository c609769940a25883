import type { CountingStage as Stages } from '../campaigns/indicator.type.js';
import type { Odd } from '../ledger/figure-workflow.service.js';
import { fromScaled, toScaled } from '../ledger/progress.rules.js';
import type { Day } from '../shared/dates.js';

type CountingStage = keyof typeof Stages;

/** What surrounds a result: numbers as the database has them, null where there is none. */
export interface Surroundings {
  readonly value: string;
  readonly asOf: Day;
  readonly coverage: 'OWN' | 'SUBTREE';
  /** Of the unit's figure before, and of the one after. */
  readonly before: string | null;
  readonly after: string | null;
  /** The unit's targets on that day, of every basis; of sums of targets beneath it those that nothing lacks. */
  readonly targets: readonly string[];
  /** The last day of the campaign, or of the phase. */
  readonly endsOn: Day | null;
  readonly stage: CountingStage | null;
  /** The unit's figures of other stages. */
  readonly stages: readonly { readonly stage: CountingStage; readonly value: string }[];
  /** Of a figure for the subtree: what the approved figures beneath it give, and of which day the latest is. */
  readonly detail: string | null;
  readonly detailAsOf: Day | null;
}

/** Stages in the order in which they are passed. What is under review may be less than what has passed it. */
const STAGES: readonly CountingStage[] = ['REGISTERED', 'UPLOADED', 'VALID', 'RECOGNISED', 'APPLIED'];
const FAR = 10n;

/** What is odd about a result. */
export function oddities(it: Surroundings): Odd[] {
  const found: Odd[] = [];
  const value = toScaled(it.value);
  const number = (text: string): string => fromScaled(toScaled(text)).toLocaleString('en');
  const warn = (code: Odd['code'], message: string): void => void found.push({ code, message });

  if (it.before !== null && value < toScaled(it.before)) warn('RESULT_FALLS', `It is less than what counts of an earlier day, ${number(it.before)}.`);
  else if (it.after !== null && value > toScaled(it.after)) warn('RESULT_FALLS', `It is more than what counts of a later day, ${number(it.after)}.`);

  const target = it.targets.find((one) => toScaled(one) > 0n && value > FAR * toScaled(one));
  if (target !== undefined) warn('FAR_ABOVE_TARGET', `It is more than ten times the target, ${number(target)}.`);

  if (it.endsOn !== null && it.asOf > it.endsOn) warn('AFTER_END', `The campaign or its phase ended on ${it.endsOn}.`);

  const rank = it.stage === null ? -1 : STAGES.indexOf(it.stage);
  const misfit = it.stages.find((other) => {
    const beside = STAGES.indexOf(other.stage);
    if (rank < 0 || beside < 0) return false;
    return beside > rank ? value < toScaled(other.value) : beside < rank && value > toScaled(other.value);
  });
  if (misfit !== undefined) warn('BELOW_LATER_STAGE', `Of the stage ${misfit.stage} there are ${number(misfit.value)}.`);

  if (it.detail !== null && value < toScaled(it.detail)) warn('BELOW_DETAIL', `The approved figures beneath it give ${number(it.detail)}.`);
  if (it.detailAsOf !== null && it.asOf < it.detailAsOf) warn('BEFORE_DETAIL', `Approved figures beneath it are of ${it.detailAsOf}.`);
  return found;
}
