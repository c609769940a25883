/** What must hold within one record of a campaign: its launcher, its status, its dates, its phases. */
import { earliestStart, runningFaults, type Running, type RunningPhase } from '../campaigns/campaign.rules.js';
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
  if (body.launchingBody !== undefined && body.externalLauncher !== undefined) report('FIELD_NOT_ALLOWED', 'a body outside the unions launched it', 'launchingBody');
  checkStatus(body, report);
  for (const { phase: index, field, reason, message } of runningFaults(body as Running, (body.phases ?? []) as (RunningPhase | undefined)[]))
    report(reason, message, index === undefined ? field : `phases[${index}].${field}`);
  // Their order is by time, so that a campaign is written in one way only.
  if (Array.isArray(body.phases)) (body.phases as Body[]).sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

const order = (one: Body) => `${one?.startsOn ?? '9999-12-31'} ${one?.code}`;

function checkStatus(body: Body, report: Report): void {
  const { status, closedOn, launchedOn } = body as Record<string, string | undefined>;
  if (status === 'DRAFT' && body.externalLauncher !== undefined) report('FIELD_NOT_ALLOWED', 'a draft is of a unit: no body outside the unions drafts here', 'externalLauncher');
  if (status === 'DRAFT' && launchedOn !== undefined) report('FIELD_NOT_ALLOWED', 'a draft has not been launched', 'launchedOn');
  if (closedOn === undefined) return;
  if (status !== 'CLOSED') report('FIELD_NOT_ALLOWED', 'only a campaign that is CLOSED has a day on which it was closed', 'closedOn');
  const begun = [launchedOn, earliestStart(body as Running)].filter((day) => day !== undefined).sort().at(-1);
  if (begun !== undefined && closedOn < begun) report('ENDS_BEFORE_START', `must be ${begun}, when it was launched or began, or later`, 'closedOn');
}
