import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, auditAll, command, UserFault, UserFaults } from '../access/command.js';
import { quantityOf } from '../access/input.rules.js';
import { campaignKey, phaseKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { said } from '../ledger/figure-workflow.service.js';
import type { Figure } from '../ledger/figure.type.js';
import { toScaled } from '../ledger/progress.rules.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { allocationOn, childrenOn, lastCampaign, membersOf, namedUnits, resultsOf, unitsSeen, type Child } from './allocation.query.js';
import { split } from './allocation.rules.js';
import { MOST_CHILDREN, MOST_SHARES, type Allocation, type AssignTargetsInput, type AssignTargetsPayload } from './allocation.type.js';
import { keyed, valuesOf, type TargetKey } from './target.query.js';
import { assertTimely, dayOf, keyOfTarget, lockTargets, stateTargets, textsOf } from './target.statement.service.js';

/** What one of the children is to get; scaled. */
interface Share extends Child {
  readonly value: bigint;
  /** What it was worked out from. */
  readonly weight: string | null;
}

/** Splits a target of a unit over its direct children, of which the caller is an APPROVER. */
export function assignTargets(context: Context, input: AssignTargetsInput): Promise<AssignTargetsPayload> {
  const decidedOn = dayOf(context, input);
  const resultsOn = parseOptionalDay(input.lastResults?.asOf, 'input.lastResults.asOf') ?? lastDayBefore(decidedOn);
  const nothing: { allocation: null; figures: Figure[] } = { allocation: null, figures: [] };
  return command<{ allocation: Allocation; figures: Figure[] }, TargetKey, typeof nothing>(context, {
    name: 'assignTargets', grants: 'act by', input, preview: input.preview === true, nothing,
    prepare: (em) => keyOfTarget(em, input, 'approver', decidedOn),
    act: async (em, key) => {
      await assertTimely(em, context, key);
      const texts = textsOf(input);
      assertMethod(context, input, resultsOn);
      const seriesId = await lockTargets(em, key, 'ASSIGNED');
      const before = await allocation(em, key);
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, before.version, { allocation: before });

      const shares = input.method === 'EXPLICIT' ? await explicitShares(em, key, input) : await splitShares(em, key, input, before, resultsOn);
      const figures = await stateTargets(em, context, { ...key, ...texts, seriesId, counterpartId: key.unitId, qualifier: 'EXACT' }, shares);
      if (figures.length > 0) await auditShares(em, context, input, key, figures, before);
      return { allocation: beside(await allocation(em, key), before, shares), figures: input.preview ? [] : figures };
    },
    // Units that have left the caller's scope since, a repeat does not show.
    replayed: async ({ allocation: first, figures }, _key, em) => {
      const seen = new Set(await unitsSeen(em, [...first.shares, ...figures].map(({ unitKey }) => unitKey)));
      return { allocation: { ...first, shares: first.shares.filter(({ unitKey }) => seen.has(unitKey)) }, figures: figures.filter(({ unitKey }) => seen.has(unitKey)) };
    },
  });
}

function lastDayBefore(decidedOn: Day): Day {
  return `${String(Number(decidedOn.slice(0, 4)) - 1).padStart(4, '0')}-12-31`;
}

function assertMethod({ today }: Context, { method, shares, amount, lastResults }: AssignTargetsInput, resultsOn: Day): void {
  if (method === 'EXPLICIT') {
    if (shares == null || shares.length === 0 || shares.length > MOST_SHARES) throw new UserFault('shares', 'INVALID', `EXPLICIT takes 1 to ${MOST_SHARES.toLocaleString('en')} shares.`);
    if (amount != null) throw new UserFault('amount', 'INVALID', 'EXPLICIT takes no amount: the shares say how much.');
  } else if (shares != null) throw new UserFault('shares', 'INVALID', `${method} works the shares out itself.`);
  else if (amount != null) quantityOf('amount', amount);
  if (lastResults == null) return;
  if (method !== 'BY_LAST_RESULTS') throw new UserFault('lastResults', 'INVALID', `${method} goes by no results.`);
  if (resultsOn > today) throw new UserFault('lastResults.asOf', 'INVALID', `lastResults.asOf must be today (${today}) or before.`);
}

async function allocation(em: EntityManager, key: TargetKey): Promise<Allocation> {
  return (await keyed(em, allocationOn, valuesOf(key)))[0]!;
}

async function explicitShares(em: EntityManager, { unitId, day }: TargetKey, { shares = [] }: AssignTargetsInput): Promise<Share[]> {
  const named = new Map((await namedUnits(em, unitId, day, shares!.map(({ unit }) => unit))).map((unit) => [unit.code, unit]));
  const faults: UserFault[] = [];
  const found = shares!.flatMap(({ unit: code, value }, i): Share[] => {
    try {
      const unit = named.get(code);
      const field = `shares.${i}.unit`;
      if (unit === undefined) throw new UserFault(field, 'NOT_FOUND', 'There is no unit of this code.');
      if (!unit.direct) throw new UserFault(field, 'INVALID', `${code} does not stand directly under the unit on ${day}, or is not active.`);
      if (!unit.within) throw new UserFault(field, 'FORBIDDEN', 'This takes an APPROVER of the unit.');
      if (shares!.findIndex((share) => share.unit === code) < i) throw new UserFault(field, 'INVALID', `${code} is named twice.`);
      return [{ id: unit.id, code, value: toScaled(quantityOf(`shares.${i}.value`, value)), weight: null }];
    } catch (error) {
      if (!(error instanceof UserFault)) throw error;
      faults.push(error);
      return [];
    }
  });
  if (faults.length > 0) throw new UserFaults(faults);
  return found.sort((a, b) => (a.code < b.code ? -1 : 1));
}

async function splitShares(em: EntityManager, key: TargetKey, input: AssignTargetsInput, before: Allocation, resultsOn: Day): Promise<Share[]> {
  const { method } = input;
  if (before.allocated === null) throw new UserFault('method', 'INVALID', 'This indicator does not add up, and cannot be split: say with EXPLICIT who is to reach what.');
  const amount = amountOf(input, before);
  const children = await childrenOn(em, key.unitId, key.day, MOST_CHILDREN);
  if (children.length === 0) throw new UserFault('unit', 'INVALID', `No unit stands directly under it on ${key.day}.`);
  if (children.length > MOST_CHILDREN) throw new UserFault('unit', 'INVALID', `At most ${MOST_CHILDREN.toLocaleString('en')} units are split over at once: use EXPLICIT.`);
  const ids = children.map(({ id }) => id);
  const weights =
    method === 'EQUALLY' ? ids.map(() => null)
    : method === 'BY_MEMBERS' ? await membersOf(em, ids, key.day)
    : await resultsOf(em, ids, await lastResultsOf(em, key, input, resultsOn));
  const weighed = children.map((child, i) => ({ ...child, weight: method === 'EQUALLY' ? 1n : weights[i] == null ? null : toScaled(weights[i]) }));
  const unknown = weighed.filter(({ weight }) => weight === null || weight < 0n).map(({ code }) => code);
  if (unknown.length > 0) throw new UserFault('method', 'INVALID', `${method === 'BY_MEMBERS' ? 'The number of members' : 'The result'} of these is not known, so that they take EXPLICIT: ${listed(unknown)}.`);
  if (weighed.every(({ weight }) => weight === 0n)) throw new UserFault('method', 'INVALID', 'All that it would go by is 0.');
  const values = split(amount, weighed as { code: string; weight: bigint }[]);
  return children.map((child, i) => ({ ...child, value: values[i]!, weight: weights[i]! }));
}

function amountOf({ amount }: AssignTargetsInput, { targetBalance }: Allocation): bigint {
  if (amount != null) return toScaled(quantityOf('amount', amount));
  const target = targetBalance === null ? null : toScaled(targetBalance.total!);
  if (target === null || target < 0n) throw new UserFault('amount', 'INVALID', 'The unit has no target of its own on that day: say with amount how much to split.');
  return target;
}

const MOST_LISTED = 50;
function listed(codes: readonly string[]): string {
  return codes.length <= MOST_LISTED ? codes.join(', ') : `${codes.slice(0, MOST_LISTED).join(', ')} and ${codes.length - MOST_LISTED} more`;
}

async function lastResultsOf(em: EntityManager, key: TargetKey, { lastResults }: AssignTargetsInput, day: Day): Promise<Omit<TargetKey, 'unitId'>> {
  const { indicatorId } = key;
  const { campaign, phase } = lastResults ?? {};
  if (campaign == null && phase == null) {
    const before = await lastCampaign(em, key.campaignId, day);
    return before === null ? { ...key, day } : { campaignId: before, phaseId: null, indicatorId, day };
  }
  const campaignId = campaign == null ? key.campaignId : await campaignKey(em, campaign, 'lastResults.campaign');
  const phaseId = await phaseKey(em, phase, campaignId, 'lastResults.phase');
  return { campaignId, phaseId, indicatorId, day };
}

/** An allocation, with what it was before, and what the shares were worked out from. */
function beside(after: Allocation, before: Allocation, shares: readonly Share[]): Allocation {
  const previous = new Map(before.shares.map(({ unitKey, value }) => [unitKey, value]));
  const weights = new Map(shares.map(({ id, weight }) => [id, weight]));
  return { ...after, shares: after.shares.map((share) => ({ ...share, previous: previous.get(share.unitKey) ?? null, weight: weights.get(share.unitKey) ?? null })) };
}

async function auditShares(
  em: EntityManager, context: Context, input: AssignTargetsInput, { unitId, day }: TargetKey, figures: readonly Figure[], before: Allocation,
): Promise<void> {
  const { campaign, phase = null, indicator, method } = input;
  const previous = new Map(before.shares.map(({ unitKey, value }) => [unitKey, { value }]));
  // Who got how much, the entries of those units say, to whoever sees them.
  audit(em, context, 'ASSIGN_TARGETS', unitId, { campaign, phase, indicator, asOf: day, method, units: figures.length });
  auditAll(em, context, 'ASSIGN_TARGET', figures.map((figure) => ({ unit: figure.unitKey, before: previous.get(figure.unitKey) ?? null, after: said(figure) })));
}
