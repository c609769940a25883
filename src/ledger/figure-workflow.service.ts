import type { EntityManager } from '@mikro-orm/postgresql';
import { auditAll, command, UserFault, UserFaults, type CommandSpec, type Outcome } from '../access/command.js';
import { keepOpen } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { rowsOf } from '../shared/database/querying.js';
import { decodeNodeId } from '../shared/node-id.js';
import type { UserError } from '../shared/user-error.js';
import { campaignsOf, figuresOf, hold, standingsOf, type FigureStanding } from './figure-workflow.query.js';
import { whyForbidden, whyNot, type Step } from './figure-workflow.rules.js';
import type { Figure, WarningCode } from './figure.type.js';

/** A figure that is to go one step on its way. */
export interface FigureItem {
  readonly id: string;
  readonly expectedVersion: number;
  /** Warnings that whoever hands it in knows of. */
  readonly acknowledge?: readonly WarningCode[] | null | undefined;
}

/** What is odd about a figure. */
export interface Odd {
  readonly code: WarningCode;
  readonly message: string;
}

/** What became of one of several figures. */
export interface FigureOutcome {
  readonly id: string;
  readonly figure: Figure | null;
  readonly warnings: readonly Odd[];
  readonly userErrors: readonly UserError[];
}

export interface StepSpec {
  /** The mutation's name. */
  readonly name: string;
  readonly step: Step;
  /** Of what the figures are to be. */
  readonly kind: Figure['measure'];
  /** In the audit log. */
  readonly action: string;
  /** Why, as far as that is told. */
  readonly reason?: () => string;
  /** Says what is odd about figures that are handed in. */
  readonly judge?: (em: EntityManager, ids: readonly string[]) => Promise<Map<string, Odd[]>>;
}

/** What a mutation of one figure answers. */
export type Drafted = Outcome<{ figure: Figure; warnings: readonly Odd[] }, { figure: null; warnings: readonly Odd[] }>;
interface Many {
  readonly outcomes: readonly FigureOutcome[];
  readonly done: number;
}

type Input = CommandSpec<object, unknown>['input'];
const MOST_ITEMS = 1000;

/** One step of one figure. */
export async function takeStep(context: Context, spec: StepSpec, input: Input & FigureItem): Promise<Drafted> {
  const [item] = decoded(context, [input]);
  return command(context, {
    name: spec.name, grants: 'act by', input, nothing: { figure: null, warnings: [] },
    prepare: async (em) => {
      const [fault] = (await authorise(em, spec, [item!])).values();
      if (fault !== undefined) throw fault;
    },
    act: async (em) => {
      const [done] = await step(em, context, spec, [item!]);
      if (done!.fault !== undefined) throw new UserFault(done!.fault.field, done!.fault.code, done!.fault.message, { figure: done!.figure, warnings: done!.warnings });
      return { figure: done!.figure, warnings: done!.warnings };
    },
  });
}

/** One step of many figures: all or none, or each for itself. */
export async function takeSteps(
  context: Context, spec: StepSpec, input: Input, items: readonly FigureItem[], mode: 'ALL_OR_NOTHING' | 'EACH',
): Promise<Outcome<Many, Many>> {
  const all = decoded(context, items);
  return command<Many, ReadonlyMap<string, UserFault>, Many>(context, {
    name: spec.name, grants: 'act by', input, nothing: { outcomes: [], done: 0 },
    prepare: async (em) => {
      if (items.length === 0 || items.length > MOST_ITEMS) throw new UserFault('items', 'INVALID', `items takes 1 to ${MOST_ITEMS.toLocaleString('en')} figures.`);
      const twice = all.findIndex(({ key }, i) => all.findIndex((other) => other.key === key) < i);
      if (twice >= 0) throw new UserFault(`items.${twice}.id`, 'INVALID', 'This figure is named twice.');
      const faults = await authorise(em, spec, all);
      if (mode === 'ALL_OR_NOTHING' && faults.size > 0) throw new UserFaults(all.flatMap(({ key }, i) => at(i, faults.get(key))));
      return faults;
    },
    act: async (em, faults) => {
      const mayBe = all.filter(({ key }) => !faults.has(key));
      const taken = new Map((await step(em, context, spec, mayBe, mode === 'ALL_OR_NOTHING')).map((one) => [one.key, one]));
      const outcomes = all.map(({ key, id }): FigureOutcome => {
        const { figure = null, warnings = [], fault = faults.get(key) } = taken.get(key) ?? {};
        return { id, figure, warnings, userErrors: fault?.userErrors ?? [] };
      });
      const failed = all.flatMap(({ key }, i) => at(i, taken.get(key)?.fault));
      if (mode === 'ALL_OR_NOTHING' && failed.length > 0) throw new UserFaults(failed, { outcomes });
      return { outcomes, done: outcomes.filter(({ userErrors }) => userErrors.length === 0).length };
    },
    // What the caller may do to no more, a repeat does not show.
    replayed: ({ outcomes, done }, faults) => ({
      done,
      outcomes: outcomes.map((one, i) => (faults.has(all[i]!.key) ? { ...one, figure: null, warnings: [], userErrors: faults.get(all[i]!.key)!.userErrors } : one)),
    }),
  });
}

const at = (i: number, fault: UserFault | undefined): UserFault[] => (fault === undefined ? [] : [new UserFault(`items.${i}.${fault.field}`, fault.code, fault.message)]);

interface Item extends FigureItem {
  /** Of the figure's row. */
  readonly key: string;
}

function decoded({ reads }: Context, items: readonly FigureItem[]): Item[] {
  return items.map((item) => ({ ...item, key: decodeNodeId(item.id, new Set(['Figure']), reads.ids).key }));
}

/** The faults of the figures that the caller does not see, or may not do this to. */
async function authorise(em: EntityManager, spec: StepSpec, items: readonly Item[]): Promise<Map<string, UserFault>> {
  const standings = await standingsOf(em, items.map(({ key }) => key));
  const faults = new Map<string, UserFault>();
  for (const { key } of items) {
    const it = standings.get(key);
    if (it?.figure.measure !== spec.kind) {
      faults.set(key, new UserFault('id', 'NOT_FOUND', `There is no such ${spec.kind.toLowerCase()}.`));
      continue;
    }
    const refusal = whyForbidden(spec.step, it);
    if (refusal !== undefined) faults.set(key, new UserFault(refusal.field, refusal.code, refusal.message));
  }
  return faults;
}

interface Taken {
  readonly key: string;
  /** As it is afterwards; where there is a fault, as it is. */
  readonly figure: Figure;
  readonly warnings: readonly Odd[];
  readonly fault?: UserFault | undefined;
}

/** Takes the step with every figure that stands for it; with `all`, with none where one does not. */
async function step(em: EntityManager, context: Context, spec: StepSpec, items: readonly Item[], all = false): Promise<Taken[]> {
  const reason = spec.reason?.() ?? null;
  const keys = items.map(({ key }) => key);
  // What is handed in is handed in while its campaign is open.
  if (spec.step === 'submit') await keepOpen(em, await campaignsOf(em, keys));
  await hold(em, keys, spec.step === 'approve' || spec.step === 'withdraw');
  // As they are now that nobody else changes them.
  const standings = await standingsOf(em, keys);
  const odd = (await spec.judge?.(em, keys)) ?? new Map<string, Odd[]>();
  const faults = new Map(items.map((item) => [item.key, faultOf(spec.step, standings.get(item.key)!, item, odd.get(item.key) ?? [])]));
  const good = items.filter(({ key }) => faults.get(key) === undefined).map(({ key }) => standings.get(key)!);
  const after = good.length > 0 && (good.length === items.length || !all) ? await write(em, context, spec, reason, good, odd) : new Map<string, Figure>();
  return keys.map((key) => ({ key, figure: after.get(key) ?? standings.get(key)!.figure, warnings: odd.get(key) ?? [], fault: faults.get(key) }));
}

function faultOf(taken: Step, it: FigureStanding, { expectedVersion, acknowledge }: FigureItem, odd: readonly Odd[]): UserFault | undefined {
  // Who may do what depends on how it stands, which may have changed.
  const refusal = whyForbidden(taken, it) ?? whyNot(taken, it, expectedVersion);
  if (refusal !== undefined) return new UserFault(refusal.field, refusal.code, refusal.message);
  const left = odd.filter(({ code }) => !acknowledge?.includes(code));
  if (taken !== 'submit' || left.length === 0) return undefined;
  return new UserFault('acknowledge', 'NOT_ACKNOWLEDGED', `If it is right all the same, acknowledge ${left.map(({ code }) => code).join(', ')}.`);
}

async function write(em: EntityManager, context: Context, { step: taken, action }: StepSpec, reason: string | null, figures: readonly FigureStanding[], odd: ReadonlyMap<string, Odd[]>): Promise<Map<string, Figure>> {
  const keys = figures.map(({ figure }) => figure.key);
  const counting = figures.filter(({ counted }) => counted).map(({ figure }) => figure.key);
  switch (taken) {
    case 'submit': {
      const warnings = keys.map((id) => ({ id, warnings: (odd.get(id) ?? []).map(({ code }) => code) }));
      await rowsOf(
        em,
        `update figure f set status = 'SUBMITTED', submitted_by = $2, submitted_at = now(), return_reason = null, warnings = w.warnings
         from jsonb_to_recordset($1) w (id bigint, warnings text[]) where f.id = w.id`,
        [JSON.stringify(warnings), context.caller.principal],
      );
      break;
    }
    case 'approve':
      await rowsOf(em, 'select ledger_approve($1)', [keys]);
      break;
    case 'return':
      await rowsOf(em, `update figure set status = 'RETURNED', return_reason = $2 where id = any ($1)`, [keys, reason]);
      break;
    case 'withdraw':
      if (counting.length > 0) await rowsOf(em, 'select ledger_withdraw($1, $2)', [counting, reason]);
      if (counting.length < keys.length) {
        await rowsOf(em, `update figure set status = 'WITHDRAWN', ended_at = now(), end_reason = $2 where id = any ($1) and approved_at is null`, [keys, reason]);
      }
      break;
    case 'correct':
      throw new Error('a correction is written by what it says');
  }
  const after = await figuresOf(em, keys);
  await auditAll(em, context, action, figures.map(({ figure }) => ({
    unit: figure.unitKey,
    before: { status: figure.status, version: figure.version },
    after: { ...said(after.get(figure.key)!), ...(reason === null ? {} : { reason }) },
  })));
  return after;
}

/** A figure as the audit log has it. */
export function said({ measure, basis, campaignCode, phaseCode, indicatorCode, coverage, asOf, value, qualifier, status, version, warnings }: Figure): object {
  const of = { measure, ...(basis === null ? {} : { basis }), campaign: campaignCode, phase: phaseCode, indicator: indicatorCode, coverage, asOf };
  return { ...of, value, qualifier, status, version, ...(warnings.length > 0 ? { warnings } : {}) };
}
