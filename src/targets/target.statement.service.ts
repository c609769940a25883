import type { EntityManager } from '@mikro-orm/postgresql';
import { UserFault } from '../access/command.js';
import { textOf } from '../access/input.rules.js';
import { unitWithin } from '../access/reference.query.js';
import { isWithin } from '../access/row-scope.js';
import type { CampaignStatus } from '../campaigns/campaign.type.js';
import { isOfCampaign } from '../campaigns/indicator.query.js';
import { keepOpen, seriesReference } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { figuresOf, hold, seriesOf } from '../ledger/figure-workflow.query.js';
import type { Figure } from '../ledger/figure.type.js';
import type { Measure } from '../ledger/progress.query.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { rowsOf } from '../shared/database/querying.js';
import type { TargetKey } from './target.query.js';
import type { TargetInput } from './target.type.js';

export function dayOf({ today }: Context, { decidedOn }: TargetInput): Day {
  return parseOptionalDay(decidedOn, 'input.decidedOn') ?? today;
}

export function textsOf(input: TargetInput): { note: string | null; source: string | null } {
  return { note: textOf('note', input.note), source: textOf('source', input.source, 500) };
}

/** What the input names, among what the caller sees and may state targets of. */
export async function keyOfTarget(em: EntityManager, input: TargetInput & { unit: string }, reach: 'approver' | 'reporter', day: Day): Promise<TargetKey> {
  const unitId = await unitWithin(em, input.unit, reach);
  const { campaignId, phaseId, indicatorId } = await seriesReference(em, input);
  return { unitId, campaignId, phaseId, indicatorId, day };
}

/** What makes it no target of this day and campaign at all. */
export async function assertTimely(em: EntityManager, { today }: Context, { day, campaignId, indicatorId }: TargetKey): Promise<void> {
  if (day > today) throw new UserFault('decidedOn', 'INVALID', `decidedOn must be today (${today}) or before.`);
  await keepOpen(em, [campaignId]);
  const [campaign] = await rowsOf<{ status: CampaignStatus; manages: boolean; counts: boolean }>(
    em,
    `select c.status, coalesce(${isWithin('u.path', 'publisher')}, false) as manages, ${isOfCampaign('$2', '$1')} as counts
     from campaign c left join org_unit u on u.id = c.launched_by_id where c.id = $1`,
    [campaignId, indicatorId],
  );
  const { status, manages, counts } = campaign!;
  if (status === 'CLOSED') throw new UserFault('campaign', 'INVALID', 'The campaign is closed.');
  // A draft needs a target to be launched: whoever may launch it states it.
  if (status === 'DRAFT' && !manages) throw new UserFault('campaign', 'INVALID', 'The campaign is not launched yet.');
  if (!counts) throw new UserFault('indicator', 'INVALID', 'The campaign does not count this indicator.');
}

export async function assertActive(em: EntityManager, { unitId, day }: TargetKey): Promise<void> {
  const rows = await rowsOf(em, `select from org_unit where id = $1 and valid_from <= $2 and coalesce(closed_on, 'infinity') > $2`, [unitId, day]);
  if (rows.length === 0) throw new UserFault('decidedOn', 'INVALID', `The unit is not active on ${day}.`);
}

/** Until the end, nobody else states targets of this kind for the unit (or, ASSIGNED, for its children), and nobody moves units. */
export async function lockTargets(em: EntityManager, key: TargetKey, measure: Measure): Promise<number> {
  const seriesId = await seriesOf(em, key.campaignId, key.phaseId, key.indicatorId, measure);
  await rowsOf(em, 'select pg_advisory_xact_lock($1::int, $2::int)', [key.unitId, seriesId]);
  await hold(em, [], true);
  return seriesId;
}

export interface Stated {
  readonly seriesId: number;
  readonly day: Day;
  readonly counterpartId: number | null;
  readonly qualifier: Figure['qualifier'];
  readonly note: string | null;
  readonly source: string | null;
  /** What it is to take the place of once it is approved. */
  readonly corrects?: string | null;
}

/** What a unit is to have; scaled. */
export interface Part {
  readonly id: number;
  readonly value: bigint;
}

/** Writes targets and lets them count, in place of those of the same day; without those that are the same already. */
export async function stateTargets(em: EntityManager, context: Context, stated: Stated, parts: readonly Part[]): Promise<Figure[]> {
  const { seriesId, day, counterpartId, qualifier } = stated;
  const same = await rowsOf<{ id: number }>(
    em,
    `select n.unit_id as id from unnest($1::int[], $2::numeric[]) n (unit_id, scaled) join figure c on c.unit_id = n.unit_id and c.value = n.scaled * 0.0001
     where c.series_id = $3 and c.coverage = 'SUBTREE' and c.date = $4 and c.status = 'APPROVED' and c.qualifier = $5 and c.counterpart_id is not distinct from $6::int`,
    [...columnsOf(parts), seriesId, day, qualifier, counterpartId],
  );
  const skipped = new Set(same.map(({ id }) => id));
  const figures = await writeTargets(em, context, stated, parts.filter(({ id }) => !skipped.has(id)));
  if (figures.length === 0) return [];
  const ids = figures.map(({ key }) => key);
  await rowsOf(em, 'select ledger_assign($1)', [ids]);
  const after = await figuresOf(em, ids);
  return ids.map((id) => after.get(id)!);
}

/** Writes targets as handed in by the caller, in the order given. */
export async function writeTargets(em: EntityManager, { caller: { principal } }: Context, stated: Stated, parts: readonly Part[]): Promise<Figure[]> {
  const { seriesId, day, counterpartId, qualifier, note, source, corrects = null } = stated;
  const rows = await rowsOf<{ id: string }>(
    em,
    `insert into figure (series_id, unit_id, coverage, date, value, qualifier, status, counterpart_id, note, source, corrects_id, submitted_by, submitted_at, approved_at)
     select $3, n.unit_id, 'SUBTREE', $4, n.scaled * 0.0001, $5, 'SUBMITTED', $6, $7, $8, $9, $10, now(), null
     from unnest($1::int[], $2::numeric[]) with ordinality n (unit_id, scaled, ord) order by n.ord returning id::text`,
    [...columnsOf(parts), seriesId, day, qualifier, counterpartId, note, source, corrects, principal],
  );
  const ids = rows.map(({ id }) => id);
  const figures = await figuresOf(em, ids);
  return ids.map((id) => figures.get(id)!);
}

const columnsOf = (parts: readonly Part[]): [number[], string[]] => [parts.map(({ id }) => id), parts.map(({ value }) => String(value))];
