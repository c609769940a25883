/** What must hold within one campaign: its launcher, its dates, its phases. */
import { code, date, oneOf, readShape, shape, text, type Field, type Report } from './fields.js';

type Body = Record<string, unknown>;

const precision = oneOf(['DAY', 'MONTH', 'YEAR'], 'DAY');
const phaseShape = shape(
  { code, name: text(500) },
  {
    kind: oneOf(['PHASE', 'ROUND', 'PEAK'], 'PHASE'),
    theme: text(2000),
    startsOn: date,
    startsOnPrecision: precision,
    endsOn: date,
    endsOnPrecision: precision,
  },
);

export const phase: Field = (value, report) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return readShape(phaseShape, value as Body, (reason, message, path) => report(reason, message, `.${path}`));
  report('INVALID_VALUE', 'must be an object: {"code":…,"name":…}');
  return undefined;
};

export function checkCampaign(body: Body, report: Report): void {
  if ((body.launchedBy === undefined) === (body.externalLauncher === undefined))
    report(body.launchedBy === undefined ? 'MISSING_FIELD' : 'FIELD_NOT_ALLOWED', 'a campaign has either launchedBy or externalLauncher', 'launchedBy');
  for (const field of ['precededBy', 'implements'])
    if (body.code !== undefined && body[field] === body.code) report('CYCLE', 'a campaign cannot name itself', field);
  if ((body.linkedCampaigns as unknown[] | undefined)?.includes(body.code)) report('CYCLE', 'a campaign cannot name itself', 'linkedCampaigns');
  checkPeriod(body, report, '');
  const phases = ((body.phases ?? []) as (Body | undefined)[]).map((entry, index) => ({ index, phase: entry })).filter((entry) => entry.phase !== undefined) as Placed[];
  const [start, end] = [earliest(body.startsOn, body.startsOnPrecision), latest(body.endsOn, body.endsOnPrecision)];
  phases.forEach(({ phase: one, index }, position) => {
    const at = `phases[${index}]`;
    checkPeriod(one, report, `${at}.`);
    const twin = phases.slice(0, position).find((other) => one.code !== undefined && other.phase.code === one.code);
    if (twin) report('INVALID_VALUE', `phases[${twin.index}] has this code too`, `${at}.code`);
    if (isOutside(latest(one.startsOn, one.startsOnPrecision), earliest(one.startsOn, one.startsOnPrecision), start, end))
      report('PHASE_OUTSIDE_CAMPAIGN', 'the campaign does not run on that day', `${at}.startsOn`);
    if (isOutside(latest(one.endsOn, one.endsOnPrecision), earliest(one.endsOn, one.endsOnPrecision), start, end))
      report('PHASE_OUTSIDE_CAMPAIGN', 'the campaign does not run on that day', `${at}.endsOn`);
    const other = phases.slice(0, position).find((before) => overlap(before.phase, one));
    if (other) report('PHASES_OVERLAP', `overlaps phases[${other.index}], of the same kind; only peaks may`, `${at}.startsOn`);
  });
  // Their order is by time, so that a campaign is written in one way only.
  if (Array.isArray(body.phases)) (body.phases as Body[]).sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

interface Placed {
  index: number;
  phase: Body;
}

const order = (one: Body) => `${one?.startsOn ?? '9999-12-31'} ${one?.code}`;

function checkPeriod(body: Body, report: Report, prefix: string): void {
  const { startsOn, endsOn } = body as Record<string, string | undefined>;
  if (startsOn !== undefined && endsOn !== undefined && endsOn < startsOn) report('ENDS_BEFORE_START', `is before startsOn, ${startsOn}`, `${prefix}endsOn`);
  for (const field of ['startsOn', 'endsOn'])
    if (body[`${field}Precision`] !== undefined && body[field] === undefined) report('MISSING_FIELD', `${field}Precision says how precise it is`, prefix + field);
}

/** Only what cannot be otherwise is a mistake: "May 2021" may begin on any of its days. */
function isOutside(atLatest: string | undefined, atEarliest: string | undefined, start: string | undefined, end: string | undefined): boolean {
  return (start !== undefined && atLatest !== undefined && atLatest < start) || (end !== undefined && atEarliest !== undefined && atEarliest > end);
}

function overlap(a: Body, b: Body): boolean {
  if ((a.kind ?? 'PHASE') !== (b.kind ?? 'PHASE') || a.kind === 'PEAK') return false;
  const [aStart, aEnd] = [latest(a.startsOn, a.startsOnPrecision), earliest(a.endsOn, a.endsOnPrecision)];
  const [bStart, bEnd] = [latest(b.startsOn, b.startsOnPrecision), earliest(b.endsOn, b.endsOnPrecision)];
  return aStart !== undefined && aEnd !== undefined && bStart !== undefined && bEnd !== undefined && aStart <= bEnd && bStart <= aEnd;
}

function earliest(day: unknown, how: unknown): string | undefined {
  if (typeof day !== 'string') return undefined;
  return how === 'YEAR' ? `${day.slice(0, 4)}-01-01` : how === 'MONTH' ? `${day.slice(0, 7)}-01` : day;
}

/** The 31st of a month without one: it is only compared. */
function latest(day: unknown, how: unknown): string | undefined {
  if (typeof day !== 'string') return undefined;
  return how === 'YEAR' ? `${day.slice(0, 4)}-12-31` : how === 'MONTH' ? `${day.slice(0, 7)}-31` : day;
}
