import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, UserFault, type Outcome } from '../access/command.js';
import { quantityOf, reasonOf } from '../access/input.rules.js';
import { keyOf } from '../access/reference.query.js';
import type { Context } from '../context.js';
import { hold } from '../ledger/figure-workflow.query.js';
import { said, takeStep, type StepSpec } from '../ledger/figure-workflow.service.js';
import type { Figure } from '../ledger/figure.type.js';
import { toScaled } from '../ledger/progress.rules.js';
import { rowsOf } from '../shared/database/querying.js';
import { currentTarget, keyed, openTarget, targetVersion, unitsAbove, type TargetKey } from './target.query.js';
import { assertActive, assertTimely, dayOf, keyOfTarget, lockTargets, stateTargets, textsOf, writeTargets } from './target.statement.service.js';
import type { ApproveTargetInput, RegisterTargetInput, ReturnTargetInput, SetOwnTargetInput, WithdrawTargetInput } from './target.type.js';

/** States a target that a unit sets itself, of which the caller is an APPROVER; it counts at once. */
export function setOwnTarget(context: Context, input: SetOwnTargetInput): Promise<Outcome<{ figure: Figure }>> {
  const decidedOn = dayOf(context, input);
  return command(context, {
    name: 'setOwnTarget', grants: 'act by', input, nothing: { figure: null },
    prepare: (em) => keyOfTarget(em, input, 'approver', decidedOn),
    act: async (em, key) => {
      await assertTimely(em, context, key);
      const texts = textsOf(input);
      const value = toScaled(quantityOf('value', input.value));
      const seriesId = await lockTargets(em, key, 'SELF_SET');
      await assertActive(em, key);
      const latest = await currentTarget(em, seriesId, key.unitId);
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, await versionOf(em, key, 'SELF_SET'), latest && { figure: latest });
      const former = await currentTarget(em, seriesId, key.unitId, decidedOn);
      const [figure] = await stateTargets(em, context, { ...key, ...texts, seriesId, counterpartId: null, qualifier: input.qualifier ?? 'EXACT' }, [{ id: key.unitId, value }]);
      if (figure === undefined) return { figure: former! };
      audit(em, context, 'SET_OWN_TARGET', key.unitId, said(figure), former && said(former));
      return { figure };
    },
  });
}

/** Hands in a target that a unit, of which the caller is a REPORTER, registers with one above it. */
export function registerTarget(context: Context, input: RegisterTargetInput): Promise<Outcome<{ figure: Figure }>> {
  const decidedOn = dayOf(context, input);
  return command(context, {
    name: 'registerTarget', grants: 'act by', input, nothing: { figure: null },
    prepare: async (em) => {
      const key = await keyOfTarget(em, input, 'reporter', decidedOn);
      return { key, with: input.with == null ? null : await keyOf(em, 'with', 'select id from org_unit where code = $1', [input.with]) };
    },
    act: async (em, { key, with: asked }) => {
      await assertTimely(em, context, key);
      const texts = textsOf(input);
      const value = toScaled(quantityOf('value', input.value));
      const qualifier = input.qualifier ?? 'EXACT';
      const seriesId = await lockTargets(em, key, 'REGISTERED');
      await assertActive(em, key);
      const counterpartId = await counterpartOf(em, key, asked);
      const open = await heldOpenTarget(em, seriesId, key);
      const former = await currentTarget(em, seriesId, key.unitId, decidedOn);
      const latest = open ?? (await currentTarget(em, seriesId, key.unitId));
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, await versionOf(em, key, 'REGISTERED'), latest && { figure: latest });
      // What stands already, handed in or approved.
      const standing = open ?? former;
      const isSame = standing !== undefined && standing.status !== 'RETURNED' && toScaled(standing.value) === value && standing.qualifier === qualifier && standing.counterpartKey === counterpartId;
      if (isSame) return { figure: standing };
      if (open !== undefined) await rowsOf(em, `update figure set status = 'WITHDRAWN', ended_at = now() where id = $1`, [open.key]);
      const [figure] = await writeTargets(em, context, { ...key, ...texts, seriesId, counterpartId, qualifier, corrects: former?.key ?? null }, [{ id: key.unitId, value }]);
      audit(em, context, 'REGISTER_TARGET', key.unitId, said(figure!), standing && said(standing));
      return { figure: figure! };
    },
  });
}

const steps = {
  approve: { step: 'approve', kind: 'TARGET', action: 'APPROVE_TARGET' },
  return: { step: 'return', kind: 'TARGET', action: 'RETURN_TARGET' },
  withdraw: { step: 'withdraw', kind: 'TARGET', action: 'WITHDRAW_TARGET' },
} as const satisfies Record<string, Omit<StepSpec, 'name'>>;

export const approveTarget = (context: Context, input: ApproveTargetInput) => takeStep(context, { name: 'approveTarget', ...steps.approve }, input);
export const returnTarget = (context: Context, input: ReturnTargetInput) => takeStep(context, { name: 'returnTarget', ...steps.return, reason: () => reasonOf(input.reason) }, input);
export const withdrawTarget = (context: Context, input: WithdrawTargetInput) => takeStep(context, { name: 'withdrawTarget', ...steps.withdraw, reason: () => reasonOf(input.reason) }, input);

async function versionOf(em: EntityManager, { unitId, campaignId, phaseId, indicatorId }: TargetKey, measure: 'SELF_SET' | 'REGISTERED'): Promise<number> {
  return (await keyed(em, targetVersion, [unitId, campaignId, phaseId, indicatorId, measure]))[0]!.version;
}

/** With which unit it is registered: the one that was asked for, if it stands above on the day, else the one directly above. */
async function counterpartOf(em: EntityManager, { unitId, day }: TargetKey, asked: number | null): Promise<number> {
  const above = await unitsAbove(em, unitId, day);
  if (asked !== null) {
    if (above.some(({ id }) => id === asked)) return asked;
    throw new UserFault('with', 'INVALID', `That unit does not stand above it on ${day}.`);
  }
  const parent = above.find(({ direct }) => direct);
  if (parent === undefined) throw new UserFault('with', 'INVALID', `No unit that you see stands directly above it on ${day}.`);
  return parent.id;
}

/** The target of the day that is on its way, which nobody else changes until the end. */
async function heldOpenTarget(em: EntityManager, series: number, { unitId, day }: TargetKey): Promise<Figure | undefined> {
  const found = await openTarget(em, series, unitId, day);
  if (found === undefined) return undefined;
  await hold(em, [found.key], false);
  // It may have been approved this moment.
  return openTarget(em, series, unitId, day);
}
