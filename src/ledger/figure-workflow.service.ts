import type { EntityManager } from '@mikro-orm/postgresql';
import { auditAll, command, Later, UserFault, UserFaults, type CommandSpec, type Outcome } from '../access/command.js';
import type { Context } from '../context.js';
import { instant } from '../shared/database/instant.js';
import { rowsOf, sendOf } from '../shared/database/querying.js';
import { decodeNodeId } from '../shared/node-id.js';
import type { UserError } from '../shared/user-error.js';
import { standingsOf, type FigureStanding } from './figure-workflow.query.js';
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
      const judged = await judge(em, spec, [item!]);
      const fault = judged.forbidden.get(item!.key);
      if (fault !== undefined) throw fault;
      return judged;
    },
    act: async (em, judged) => {
      const { faults, figures } = step(em, context, spec, [item!], judged);
      const warnings = judged.odd.get(item!.key) ?? [];
      const fault = faults.get(item!.key);
      if (fault !== undefined) throw new UserFault(fault.field, fault.code, fault.message, { figure: judged.standings.get(item!.key)!.figure, warnings });
      return new Later(figures.then((after) => ({ figure: after.get(item!.key)!, warnings })));
    },
  });
}

/** One step of many figures: all or none, or each for itself. */
export async function takeSteps(
  context: Context, spec: StepSpec, input: Input, items: readonly FigureItem[], mode: 'ALL_OR_NOTHING' | 'EACH',
): Promise<Outcome<Many, Many>> {
  const all = decoded(context, items);
  return command<Many, Judged, Many>(context, {
    name: spec.name, grants: 'act by', input, nothing: { outcomes: [], done: 0 },
    prepare: async (em) => {
      if (items.length === 0 || items.length > MOST_ITEMS) throw new UserFault('items', 'INVALID', `items takes 1 to ${MOST_ITEMS.toLocaleString('en')} figures.`);
      const twice = all.findIndex(({ key }, i) => all.findIndex((other) => other.key === key) < i);
      if (twice >= 0) throw new UserFault(`items.${twice}.id`, 'INVALID', 'This figure is named twice.');
      const judged = await judge(em, spec, all);
      if (mode === 'ALL_OR_NOTHING' && judged.forbidden.size > 0) throw new UserFaults(all.flatMap(({ key }, i) => at(i, judged.forbidden.get(key))));
      return judged;
    },
    act: async (em, judged) => {
      const { forbidden, standings, odd } = judged;
      const mayBe = all.filter(({ key }) => !forbidden.has(key));
      const { faults, figures } = step(em, context, spec, mayBe, judged, mode === 'ALL_OR_NOTHING');
      const outcomesOf = (after: ReadonlyMap<string, Figure>): readonly FigureOutcome[] =>
        all.map(({ key, id }) => {
          const refused = forbidden.get(key);
          if (refused !== undefined) return { id, figure: null, warnings: [], userErrors: refused.userErrors };
          return { id, figure: after.get(key) ?? standings.get(key)!.figure, warnings: odd.get(key) ?? [], userErrors: faults.get(key)?.userErrors ?? [] };
        });
      const failed = all.flatMap(({ key }, i) => at(i, faults.get(key)));
      if (mode === 'ALL_OR_NOTHING' && failed.length > 0) throw new UserFaults(failed, { outcomes: outcomesOf(new Map()) });
      return new Later(figures.then(outcomesOf).then((outcomes) => ({ outcomes, done: outcomes.filter(({ userErrors }) => userErrors.length === 0).length })));
    },
    // What the caller may do to no more, a repeat does not show.
    replayed: ({ outcomes, done }, { forbidden }) => ({
      done,
      outcomes: outcomes.map((one, i) => (forbidden.has(all[i]!.key) ? { ...one, figure: null, warnings: [], userErrors: forbidden.get(all[i]!.key)!.userErrors } : one)),
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

/** How figures stand, and what is odd about them. */
interface Judged {
  readonly standings: ReadonlyMap<string, FigureStanding>;
  readonly odd: ReadonlyMap<string, readonly Odd[]>;
  /** Of those that the caller does not see, or may not do this to: why. */
  readonly forbidden: ReadonlyMap<string, UserFault>;
}

async function judge(em: EntityManager, spec: StepSpec, items: readonly Item[]): Promise<Judged> {
  const keys = items.map(({ key }) => key);
  const [standings, odd] = await Promise.all([standingsOf(em, keys), spec.judge?.(em, keys) ?? new Map<string, Odd[]>()]);
  const forbidden = new Map<string, UserFault>();
  for (const key of keys) {
    const it = standings.get(key);
    if (it?.figure.measure !== spec.kind) {
      forbidden.set(key, new UserFault('id', 'NOT_FOUND', `There is no such ${spec.kind.toLowerCase()}.`));
      continue;
    }
    const refusal = whyForbidden(spec.step, it);
    if (refusal !== undefined) forbidden.set(key, new UserFault(refusal.field, refusal.code, refusal.message));
  }
  return { standings, odd, forbidden };
}

interface Taken {
  readonly faults: ReadonlyMap<string, UserFault>;
  /** Those with which the step was taken, as they are afterwards. */
  readonly figures: Promise<ReadonlyMap<string, Figure>>;
}

/** Takes the step with every figure that stands for it; with `all`, with none where one does not. */
function step(em: EntityManager, context: Context, spec: StepSpec, items: readonly Item[], { standings, odd }: Judged, all = false): Taken {
  const reason = spec.reason?.() ?? null;
  const faults = new Map<string, UserFault>();
  for (const item of items) {
    const fault = faultOf(spec.step, standings.get(item.key)!, item, odd.get(item.key) ?? []);
    if (fault !== undefined) faults.set(item.key, fault);
  }
  const good = items.filter(({ key }) => !faults.has(key)).map(({ key }) => standings.get(key)!);
  if (good.length === 0 || (all && faults.size > 0)) return { faults, figures: Promise.resolve(new Map()) };
  return { faults, figures: write(em, context, spec, reason, good, odd) };
}

function faultOf(taken: Step, it: FigureStanding, { expectedVersion, acknowledge }: FigureItem, odd: readonly Odd[]): UserFault | undefined {
  const refusal = whyNot(taken, it, expectedVersion);
  if (refusal !== undefined) return new UserFault(refusal.field, refusal.code, refusal.message);
  const left = odd.filter(({ code }) => !acknowledge?.includes(code));
  if (taken !== 'submit' || left.length === 0) return undefined;
  return new UserFault('acknowledge', 'NOT_ACKNOWLEDGED', `If it is right all the same, acknowledge ${left.map(({ code }) => code).join(', ')}.`);
}

const AFTERWARDS = { submit: 'SUBMITTED', approve: 'APPROVED', return: 'RETURNED', withdraw: 'WITHDRAWN' } as const;

/**
 * Writes what was decided, behind a look whether all stands as it did (ledger_take): nobody else changes the figures from then
 * on. All of it goes out at once, with the commit: nobody holds what others wait for while the network or this process is
 * slow. Answers with the figures as they are afterwards.
 */
async function write(em: EntityManager, context: Context, { step: taken, action }: StepSpec, reason: string | null, figures: readonly FigureStanding[], odd: Judged['odd']): Promise<Map<string, Figure>> {
  if (taken === 'correct') throw new Error('a correction is written by what it says');
  const keys = figures.map(({ figure }) => figure.key);
  const versions = figures.map(({ version }) => version);
  const after = figures.map(({ figure, version }): Figure => {
    const on: Figure = { ...figure, status: AFTERWARDS[taken], version: version + 1 };
    if (taken === 'submit') return { ...on, returnReason: null, warnings: (odd.get(figure.key) ?? []).map(({ code }) => code) };
    return taken === 'return' ? { ...on, returnReason: reason } : taken === 'withdraw' ? { ...on, endReason: reason } : on;
  });
  const written = send(em, taken, figures, { keys, versions, reason, after });
  auditAll(em, context, action, after.map((figure, i) => ({
    unit: figure.unitKey,
    before: { status: figures[i]!.status, version: figures[i]!.version },
    after: { ...said(figure), ...(reason === null ? {} : { reason }) },
  })));
  const at = await written;
  return new Map(after.map((figure) => [figure.key, taken === 'submit' ? { ...figure, submittedAt: at! } : taken === 'approve' ? { ...figure, approvedAt: at! } : figure]));
}

/** The moment at which figures were handed in or approved. */
async function send(
  em: EntityManager, taken: keyof typeof AFTERWARDS, figures: readonly FigureStanding[], { keys, versions, reason, after }: { keys: string[]; versions: number[]; reason: string | null; after: readonly Figure[] },
): Promise<string | undefined> {
  if (taken === 'submit' || taken === 'approve') {
    const warned = JSON.stringify(after.map(({ key, warnings }) => ({ id: key, warnings })));
    const [done] = await (taken === 'submit'
      ? rowsOf<{ at: string }>(em, `select ${instant('at')} as at from ledger_submit($1, $2, $3) at`, [keys, versions, warned])
      : rowsOf<{ at: string }>(em, `select ${instant('at')} as at from ledger_approve($1, $2) at`, [keys, versions]));
    return done!.at;
  }
  sendOf(em, 'select ledger_take($1, $2, $3, $4)', [keys, versions, taken === 'withdraw', taken]);
  if (taken === 'return') {
    sendOf(em, `update figure set status = 'RETURNED', return_reason = $2 where id = any ($1)`, [keys, reason]);
    return undefined;
  }
  const counting = figures.filter(({ counted }) => counted).map(({ figure }) => figure.key);
  if (counting.length > 0) sendOf(em, 'select ledger_withdraw($1, $2)', [counting, reason]);
  if (counting.length < keys.length) {
    sendOf(em, `update figure set status = 'WITHDRAWN', ended_at = now(), end_reason = $2 where id = any ($1) and approved_at is null`, [keys, reason]);
  }
  return undefined;
}

/** A figure as the audit log has it. */
export function said({ measure, basis, campaignCode, phaseCode, indicatorCode, coverage, asOf, value, qualifier, status, version, warnings }: Figure): object {
  const of = { measure, ...(basis === null ? {} : { basis }), campaign: campaignCode, phase: phaseCode, indicator: indicatorCode, coverage, asOf };
  return { ...of, value, qualifier, status, version, ...(warnings.length > 0 ? { warnings } : {}) };
}
