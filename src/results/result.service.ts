import type { EntityManager } from '@mikro-orm/postgresql';
import { audit, command, staleFault, UserFault } from '../access/command.js';
import { quantityOf, reasonOf, textOf } from '../access/input.rules.js';
import { unitWithin } from '../access/reference.query.js';
import { isOfCampaign } from '../campaigns/indicator.query.js';
import { keepOpen, seriesReference } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { figuresOf, hold, seriesOf, standingsOf, type FigureStanding } from '../ledger/figure-workflow.query.js';
import { whyForbidden, whyNot } from '../ledger/figure-workflow.rules.js';
import { said, takeStep, takeSteps, type Drafted, type Odd, type StepSpec } from '../ledger/figure-workflow.service.js';
import type { Figure } from '../ledger/figure.type.js';
import { rowsOf } from '../shared/database/querying.js';
import { parseDay, type Day } from '../shared/dates.js';
import { decodeNodeId } from '../shared/node-id.js';
import type {
  ApproveResultInput, ApproveResultsInput, CorrectResultInput, ReturnResultInput, SaveResultInput, SubmitResultInput, SubmitResultsInput, WithdrawResultInput,
} from './result.type.js';
import { surroundingsOf } from './warning.query.js';
import { oddities } from './warning.rules.js';

/** What is odd about results, by id. */
async function judge(em: EntityManager, ids: readonly string[]): Promise<Map<string, Odd[]>> {
  return new Map([...(await surroundingsOf(em, ids))].map(([id, it]) => [id, oddities(it)]));
}

const steps = {
  submit: { step: 'submit', kind: 'RESULT', action: 'SUBMIT_RESULT', judge },
  approve: { step: 'approve', kind: 'RESULT', action: 'APPROVE_RESULT' },
  return: { step: 'return', kind: 'RESULT', action: 'RETURN_RESULT' },
  withdraw: { step: 'withdraw', kind: 'RESULT', action: 'WITHDRAW_RESULT' },
} as const satisfies Record<string, Omit<StepSpec, 'name'>>;

export const submitResult = (context: Context, input: SubmitResultInput) => takeStep(context, { name: 'submitResult', ...steps.submit }, input);
export const approveResult = (context: Context, input: ApproveResultInput) => takeStep(context, { name: 'approveResult', ...steps.approve }, input);
export const returnResult = (context: Context, input: ReturnResultInput) => takeStep(context, { name: 'returnResult', ...steps.return, reason: () => reasonOf(input.reason) }, input);
export const withdrawResult = (context: Context, input: WithdrawResultInput) => takeStep(context, { name: 'withdrawResult', ...steps.withdraw, reason: () => reasonOf(input.reason) }, input);
export const submitResults = (context: Context, input: SubmitResultsInput) => takeSteps(context, { name: 'submitResults', ...steps.submit }, input, input.items, input.mode);
export const approveResults = (context: Context, input: ApproveResultsInput) => takeSteps(context, { name: 'approveResults', ...steps.approve }, input, input.items, input.mode);

/** Writes a draft of a result, or what a draft says instead. */
export async function saveResult(context: Context, input: SaveResultInput): Promise<Drafted> {
  const asOf = parseDay(input.asOf, 'input.asOf');
  return command(context, {
    name: 'saveResult', grants: 'act by', input, nothing: { figure: null, warnings: [] },
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'reporter');
      const { campaignId: campaign, phaseId: phase, indicatorId: indicator } = await seriesReference(em, input);
      return { unit, campaign, phase, indicator };
    },
    act: (em, { unit, campaign, phase, indicator }) =>
      draftResult(em, context, { unit, campaign, phase, indicator, asOf, coverage: input.coverage }, () => detailsOf(input, quantityOf('value', input.value)), input.expectedVersion ?? 0),
  });
}

/** Writes a draft of a result, or what the one that is there says instead: at the version expected, or whatever it is. */
export async function draftResult(
  em: EntityManager, context: Context, place: Place, detailed: (open: Figure | undefined) => Details, expectedVersion: number | undefined,
): Promise<{ figure: Figure; warnings: Odd[] }> {
  const { unit, campaign, phase, indicator, asOf, coverage } = place;
  // What is wrong with what is said is told first.
  detailed(undefined);
  await assertStatable(em, context, place);
  const key: FigureKey = { series: await seriesOf(em, campaign, phase, indicator, 'RESULT'), unit, coverage, asOf };
  const open = await openFigureOf(em, key);
  if (open !== undefined) return edit(em, context, expectedVersion ?? open.version, open, detailed(open.figure));
  const current = await currentFigureOf(em, key);
  if (current !== undefined) throw new UserFault('asOf', 'CONFLICT', 'A result counts for that day already: correctResult says it anew.', { figure: current });
  if ((expectedVersion ?? 0) !== 0) throw staleFault(0);
  return insert(em, context, 'SAVE_RESULT', key, detailed(undefined));
}

/** Writes the draft of a correction of a result that counts. */
export async function correctResult(context: Context, input: CorrectResultInput): Promise<Drafted> {
  const { key } = decodeNodeId(input.id, new Set(['Figure']), context.reads.ids);
  return command(context, {
    name: 'correctResult', grants: 'act by', input, nothing: { figure: null, warnings: [] },
    prepare: async (em) => {
      const it = (await standingsOf(em, [key])).get(key);
      if (it?.measure !== 'RESULT') throw new UserFault('id', 'NOT_FOUND', 'There is no such result.');
      const refusal = whyForbidden('correct', it);
      if (refusal !== undefined) throw new UserFault(refusal.field, refusal.code, refusal.message);
    },
    act: async (em) => {
      const reason = reasonOf(input.reason);
      await hold(em, [key], false);
      const it = (await standingsOf(em, [key])).get(key)!;
      const refusal = whyNot('correct', it, input.expectedVersion);
      if (refusal !== undefined) throw new UserFault(refusal.field, refusal.code, refusal.message, { figure: it.figure });
      const { figure } = it;
      const { statedBasis: _basis, ...details } = detailsOf(
        { qualifier: input.qualifier ?? figure.qualifier, source: input.source ?? figure.source, note: input.note ?? figure.note, derived: figure.derived },
        quantityOf('value', input.value),
      );
      const [row] = await rowsOf<{ series: number }>(em, 'select series_id as series from figure where id = $1', [key]);
      const of: FigureKey = { series: row!.series, unit: figure.unitKey, coverage: figure.coverage, asOf: figure.asOf };
      return insert(em, context, 'CORRECT_RESULT', of, { ...details, statedBasis: null }, { corrects: figure, reason });
    },
  });
}

/** One figure at most counts under it, and one is on its way. */
interface FigureKey {
  readonly series: number;
  readonly unit: number;
  readonly coverage: Figure['coverage'];
  readonly asOf: Day;
}

export interface Details {
  readonly value: string;
  readonly qualifier: Figure['qualifier'];
  readonly statedPercent: string | null;
  readonly statedBasis: string | null;
  readonly derived: boolean;
  readonly source: string | null;
  readonly note: string | null;
}

function detailsOf(input: Partial<Pick<SaveResultInput, 'qualifier' | 'statedPercent' | 'statedBasis' | 'derived' | 'source' | 'note'>>, value: string): Details {
  const { statedPercent = null, statedBasis = null } = input;
  if (statedBasis === 'NORM') throw new UserFault('statedBasis', 'INVALID', 'A percentage is stated of a target that was assigned, registered or set, not of a norm.');
  if (statedBasis !== null && statedPercent === null) throw new UserFault('statedPercent', 'INVALID', 'statedBasis says of which target statedPercent is: give both.');
  return {
    value,
    qualifier: input.qualifier ?? 'EXACT',
    statedPercent: statedPercent === null ? null : quantityOf('statedPercent', statedPercent),
    statedBasis,
    derived: input.derived ?? false,
    source: textOf('source', input.source, 500),
    note: textOf('note', input.note),
  };
}

interface Place {
  readonly unit: number;
  readonly campaign: number;
  readonly phase: number | null;
  readonly indicator: number;
  readonly asOf: Day;
  readonly coverage: Figure['coverage'];
}

/** What is wrong, rather than odd: there can be no such figure. */
async function assertStatable(em: EntityManager, { today }: Context, { unit, campaign, phase, indicator, asOf, coverage }: Place): Promise<void> {
  if (asOf > today) throw new UserFault('asOf', 'INVALID', `asOf must be today (${today}) or before.`);
  await keepOpen(em, [campaign]);
  const [it] = await rowsOf<{ validFrom: Day; closedOn: Day | null; status: string; counts: boolean; correcting: boolean }>(
    em,
    `select u.valid_from as "validFrom", u.closed_on as "closedOn", c.status, ${isOfCampaign('$3::int', 'c.id')} as counts,
       exists (select from figure f join series s on s.id = f.series_id where s.campaign_id = c.id and s.phase_id is not distinct from $4::int and s.indicator_id = $3 and s.measure = 'RESULT'
         and f.unit_id = u.id and f.date = $5 and f.coverage = $6 and f.corrects_id is not null and f.status in ('DRAFT', 'SUBMITTED', 'RETURNED')) as correcting
     from org_unit u, campaign c where u.id = $1 and c.id = $2`,
    [unit, campaign, indicator, phase, asOf, coverage],
  );
  if (asOf < it!.validFrom || (it!.closedOn !== null && asOf >= it!.closedOn)) {
    throw new UserFault('asOf', 'INVALID', `The unit is active from ${it!.validFrom}${it!.closedOn === null ? '' : ` until the day before ${it!.closedOn}`}.`);
  }
  if (it!.status === 'DRAFT') throw new UserFault('campaign', 'INVALID', 'The campaign is not launched yet.');
  if (it!.status === 'CLOSED' && !it!.correcting) throw new UserFault('campaign', 'INVALID', 'The campaign is closed: what counts can be corrected, nothing new be stated.');
  if (!it!.counts) throw new UserFault('indicator', 'INVALID', 'The campaign does not count this indicator.');
}

async function openFigureOf(em: EntityManager, key: FigureKey): Promise<FigureStanding | undefined> {
  const id = await find(em, key, `status in ('DRAFT', 'SUBMITTED', 'RETURNED')`);
  if (id === undefined) return undefined;
  await hold(em, [id], false);
  return (await standingsOf(em, [id])).get(id);
}

async function currentFigureOf(em: EntityManager, key: FigureKey): Promise<Figure | undefined> {
  const id = await find(em, key, `status = 'APPROVED'`);
  return id === undefined ? undefined : (await figuresOf(em, [id])).get(id);
}

async function find(em: EntityManager, { series, unit, coverage, asOf }: FigureKey, condition: string): Promise<string | undefined> {
  const [row] = await rowsOf<{ id: string }>(em, `select id::text from figure where series_id = $1 and unit_id = $2 and coverage = $3 and date = $4 and ${condition}`, [series, unit, coverage, asOf]);
  return row?.id;
}

/** Says anew what a draft says; one that was returned is a draft again. */
async function edit(em: EntityManager, context: Context, expectedVersion: number, it: FigureStanding, details: Details): Promise<{ figure: Figure; warnings: Odd[] }> {
  const { figure } = it;
  if (expectedVersion !== it.version) throw staleFault(it.version, { figure });
  if (it.status !== 'DRAFT' && it.status !== 'RETURNED') throw new UserFault('asOf', 'CONFLICT', `The result of that day is ${it.status}: withdraw it first.`, { figure });
  const { value, qualifier, statedPercent, statedBasis, derived, source, note } = details;
  await rowsOf(
    em,
    `update figure set status = 'DRAFT', value = $2, qualifier = $3, stated_percent = $4, stated_basis = $5, derived = $6, source = $7, note = $8 where id = $1`,
    [figure.key, value, qualifier, statedPercent, statedBasis, derived, source, note],
  );
  const after = (await figuresOf(em, [figure.key])).get(figure.key)!;
  audit(em, context, 'SAVE_RESULT', figure.unitKey, said(after), said(figure));
  return { figure: after, warnings: (await judge(em, [figure.key])).get(figure.key)! };
}

async function insert(
  em: EntityManager, context: Context, action: string, { series, unit, coverage, asOf }: FigureKey, details: Details, correction?: { corrects: Figure; reason: string },
): Promise<{ figure: Figure; warnings: Odd[] }> {
  const { value, qualifier, statedPercent, statedBasis, derived, source, note } = details;
  const [row] = await rowsOf<{ id: string }>(
    em,
    // Versions go on where those before it of the same day ended, so that none comes twice.
    `insert into figure (series_id, unit_id, coverage, date, value, qualifier, stated_percent, stated_basis, derived, source, note, corrects_id, correction_reason, status, approved_at, version)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'DRAFT', null, coalesce(max(o.version), 0) + 1
     from figure o where o.series_id = $1 and o.unit_id = $2 and o.coverage = $3 and o.date = $4
     on conflict do nothing returning id::text`,
    [series, unit, coverage, asOf, value, qualifier, statedPercent, statedBasis, derived, source, note, correction?.corrects.key ?? null, correction?.reason ?? null],
  );
  // Somebody else was first, this moment.
  if (row === undefined) throw new UserFault('expectedVersion', 'CONFLICT', 'Somebody else has just begun one.', { figure: (await openFigureOf(em, { series, unit, coverage, asOf }))?.figure ?? null });
  const figure = (await figuresOf(em, [row.id])).get(row.id)!;
  audit(em, context, action, unit, { ...said(figure), ...(correction && { reason: correction.reason }) }, correction ? said(correction.corrects) : null);
  return { figure, warnings: (await judge(em, [row.id])).get(row.id)! };
}
