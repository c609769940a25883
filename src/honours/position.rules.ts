/** What can be said of a position. */
import { UserFault } from '../access/command.js';
import { assertPast, assertYear, wordsOf } from '../access/input.rules.js';
import { earliest, latest, parseOptionalDay, type Day } from '../shared/dates.js';
import type { PositionRole, Precision, SavePositionInput } from './position.type.js';

/** The days that a caller gave, whatever they are of. */
export interface PositionDays {
  readonly from: Day | null;
  readonly to: Day | null;
  readonly statedOn: Day | null;
  readonly was: Day | null;
}

export interface PositionContent {
  readonly title: string | null;
  readonly from: Day | null;
  readonly fromPrecision: Precision;
  readonly to: Day | null;
  readonly toPrecision: Precision;
  readonly statedOn: Day | null;
  readonly statedOnPrecision: Precision;
  readonly source: string | null;
  readonly note: string | null;
}

export function parseDays({ from, to, statedOn, was }: SavePositionInput): PositionDays {
  const day = (value: unknown, field: string): Day | null => parseOptionalDay(value, `input.${field}`) ?? null;
  return { from: day(from, 'from'), to: day(to, 'to'), statedOn: day(statedOn, 'statedOn'), was: day(was, 'was') };
}

export function contentOf(input: SavePositionInput, { from, to, statedOn }: PositionDays, today: Day): PositionContent {
  const title = wordsOf('title', input.title, 500);
  if (title === null && needsTitle(input.role)) throw new UserFault('title', 'INVALID', 'title must say what a position of role OTHER is.');
  if (from === null && statedOn === null) throw new UserFault('from', 'INVALID', 'Say since when it is held; or, as statedOn, on which day it was.');
  for (const [field, day] of [['from', from], ['to', to], ['statedOn', statedOn]] as const) if (day !== null) assertYear(field, day);
  const precision = (day: Day | null, given: Precision | null | undefined): Precision => (day === null ? 'DAY' : (given ?? 'DAY'));
  const fromPrecision = precision(from, input.fromPrecision);
  const toPrecision = precision(to, input.toPrecision);
  const statedOnPrecision = precision(statedOn, input.statedOnPrecision);
  for (const [field, day] of [['from', from], ['statedOn', statedOn]] as const) if (day !== null) assertPast(field, day, today);
  const begins = from === null ? earliest(statedOn, statedOnPrecision)! : earliest(from, fromPrecision)!;
  if (to !== null && latest(to, toPrecision)! < begins) throw new UserFault('to', 'INVALID', `to must be ${begins} or later.`);
  return { title, from, fromPrecision, to, toPrecision, statedOn, statedOnPrecision, source: wordsOf('source', input.source, 500), note: wordsOf('note', input.note, 2000) };
}

export const needsTitle = (role: PositionRole): boolean => role === 'OTHER';
