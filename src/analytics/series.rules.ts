import type { Day } from '../shared/dates.js';
import type { SeriesStep } from './series.type.js';

export const MOST_POINTS = 400;

const MONTHS = { MONTH: 1, QUARTER: 3, YEAR: 12 } as const;

/** The last day of the stretch of time in which a day lies. */
export function endOf(day: Day, step: Exclude<SeriesStep, 'CHANGE'>): Day {
  if (step === 'DAY') return day;
  const date = new Date(`${day}T00:00:00Z`);
  const months = MONTHS[step];
  // The day before the first of the next stretch; years of less than four digits stay what they are.
  date.setUTCMonth(Math.floor(date.getUTCMonth() / months) * months + months, 0);
  return date.toISOString().slice(0, 10);
}

/** The last days of all stretches from one day to another, the last cut short; at most one more than there may be. */
export function pointsOf(from: Day, to: Day, step: Exclude<SeriesStep, 'CHANGE'>): Day[] {
  const points: Day[] = [];
  for (let day = from; day <= to && points.length <= MOST_POINTS; ) {
    const end = endOf(day, step);
    points.push(end < to ? end : to);
    day = dayAfter(end);
  }
  return points;
}

function dayAfter(day: Day): Day {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
