/** What must hold of when a campaign and its phases run. */
import { earliest, latest, type Day } from '../shared/dates.js';

type Precision = 'DAY' | 'MONTH' | 'YEAR';

/** Dates and how much of them is known; what is null or absent is unknown, a precision that is absent the day. */
export interface Running {
  readonly startsOn?: Day | null | undefined;
  readonly startsOnPrecision?: Precision | null | undefined;
  readonly endsOn?: Day | null | undefined;
  readonly endsOnPrecision?: Precision | null | undefined;
}
export interface RunningPhase extends Running {
  readonly code?: string | undefined;
  readonly kind?: 'PHASE' | 'ROUND' | 'PEAK' | null | undefined;
}

export interface RunningFault {
  /** Of the phase at this place; undefined: of the campaign itself. */
  readonly phase?: number;
  readonly field: 'startsOn' | 'endsOn' | 'code';
  readonly reason: 'ENDS_BEFORE_START' | 'INVALID_VALUE' | 'MISSING_FIELD' | 'PHASE_OUTSIDE_CAMPAIGN' | 'PHASES_OVERLAP';
  readonly message: string;
}

/** Everything that is wrong with the dates; phases that are undefined are passed over. */
export function* runningFaults(campaign: Running, phases: readonly (RunningPhase | undefined)[]): Generator<RunningFault> {
  yield* periodFaults(campaign);
  for (const [index, phase] of phases.entries()) {
    if (phase === undefined) continue;
    yield* periodFaults(phase, index);
    const before = (holds: (other: RunningPhase) => boolean): number => phases.findIndex((other, i) => i < index && other !== undefined && holds(other));
    const twin = before((other) => phase.code !== undefined && other.code === phase.code);
    if (twin >= 0) yield { phase: index, field: 'code', reason: 'INVALID_VALUE', message: `must be another than that of phases[${twin}]` };
    for (const field of ['startsOn', 'endsOn'] as const)
      if (isOutside(phase, field, campaign)) yield { phase: index, field, reason: 'PHASE_OUTSIDE_CAMPAIGN', message: 'must be a day on which the campaign runs' };
    const other = before((earlier) => overlap(earlier, phase));
    if (other >= 0) yield { phase: index, field: 'startsOn', reason: 'PHASES_OVERLAP', message: `overlaps phases[${other}], of the same kind; only peaks may` };
  }
}

/** Whether a phase cannot but begin or end on a day on which the campaign does not run. */
export function isOutsideCampaign(phase: Running, campaign: Running): boolean {
  return isOutside(phase, 'startsOn', campaign) || isOutside(phase, 'endsOn', campaign);
}

/** The first day that it may have begun on. */
export function earliestStart({ startsOn, startsOnPrecision }: Running): Day | undefined {
  return earliest(startsOn, startsOnPrecision);
}

function* periodFaults({ startsOn, startsOnPrecision, endsOn, endsOnPrecision }: Running, index?: number): Generator<RunningFault> {
  const of = index === undefined ? {} : { phase: index };
  if (startsOn != null && endsOn != null && endsOn < startsOn) yield { ...of, field: 'endsOn', reason: 'ENDS_BEFORE_START', message: `must be startsOn, ${startsOn}, or later` };
  for (const [field, date, precision] of [['startsOn', startsOn, startsOnPrecision], ['endsOn', endsOn, endsOnPrecision]] as const)
    if (precision != null && precision !== 'DAY' && date == null) yield { ...of, field, reason: 'MISSING_FIELD', message: `must be given where ${field}Precision is` };
}

/** Only what cannot be otherwise is a mistake: "May 2021" may begin on any of its days. */
function isOutside(phase: Running, field: 'startsOn' | 'endsOn', campaign: Running): boolean {
  const [date, precision] = [phase[field], phase[`${field}Precision`]];
  const [atEarliest, atLatest] = [earliest(date, precision), latest(date, precision)];
  const [start, end] = [earliest(campaign.startsOn, campaign.startsOnPrecision), latest(campaign.endsOn, campaign.endsOnPrecision)];
  return (start !== undefined && atLatest !== undefined && atLatest < start) || (end !== undefined && atEarliest !== undefined && atEarliest > end);
}

function overlap(a: RunningPhase, b: RunningPhase): boolean {
  if ((a.kind ?? 'PHASE') !== (b.kind ?? 'PHASE') || a.kind === 'PEAK') return false;
  const [aStart, aEnd] = [latest(a.startsOn, a.startsOnPrecision), earliest(a.endsOn, a.endsOnPrecision)];
  const [bStart, bEnd] = [latest(b.startsOn, b.startsOnPrecision), earliest(b.endsOn, b.endsOnPrecision)];
  return aStart !== undefined && aEnd !== undefined && bStart !== undefined && bEnd !== undefined && aStart <= bEnd && bStart <= aEnd;
}

/** What a launch takes, in the order in which it is asked for. */
export const LAUNCH_REQUIREMENTS = ['OBJECTIVE', 'TARGET', 'CONTENT', 'MEASURES', 'AUDIENCE', 'THEME', 'STARTS_ON', 'ENDS_ON'] as const;
export type LaunchRequirement = (typeof LAUNCH_REQUIREMENTS)[number];

export interface Launching {
  readonly objective: string | null;
  readonly content: string | null;
  readonly measures: string | null;
  readonly audience: string | null;
  readonly theme: string | null;
  readonly startsOn: Day | null;
  readonly endsOn: Day | null;
}

/** What of that is missing. An objective in words is no target: there has to be a number, or a norm. */
export function missingForLaunch(campaign: Launching, hasTarget: boolean): LaunchRequirement[] {
  const there: Record<LaunchRequirement, boolean> = {
    OBJECTIVE: campaign.objective !== null, TARGET: hasTarget, CONTENT: campaign.content !== null, MEASURES: campaign.measures !== null,
    AUDIENCE: campaign.audience !== null, THEME: campaign.theme !== null, STARTS_ON: campaign.startsOn !== null, ENDS_ON: campaign.endsOn !== null,
  };
  return LAUNCH_REQUIREMENTS.filter((requirement) => !there[requirement]);
}
