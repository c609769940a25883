/** What mutations of results do to the world in memory, as docs/workflow.md has it. */
import { BadUserInput, day, widest } from './lists.js';
import { decimal, Fault, Faults, isEmpty, mutation, note, seen, type MutationResolver } from './mutations.js';
import { ANY, node, type Asked } from './things.js';
import { dayOf } from '../../../src/ledger/replay.js';
import { scaled } from '../../support/golden-replay.js';
import { isOfOneKey, isOpen, type Day, type Figure, type FigureKey, type Indicator, type Measure, type Qualifier, type Status, type Unit, type World } from './world.js';

interface Details {
  qualifier?: Qualifier | null;
  statedPercent?: number | null;
  statedBasis?: Measure | 'NORM' | null;
  derived?: boolean | null;
  source?: string | null;
  note?: string | null;
}
interface Save extends Details {
  unit: string;
  campaign: string;
  phase?: string | null;
  indicator: string;
  coverage: Figure['coverage'];
  asOf: unknown;
  value: number;
  expectedVersion?: number | null;
}
interface Item {
  id: string;
  expectedVersion: number;
  acknowledge?: string[] | null;
}
interface Reasoned extends Item {
  reason: string;
}
interface Correct extends Reasoned, Pick<Details, 'qualifier' | 'source' | 'note'> {
  value: number;
}
interface Warning {
  code: string;
  message: string;
}

type Step = 'submit' | 'return' | 'approve' | 'correct' | 'withdraw';
const FROM: Record<Step, Status[]> = {
  submit: ['DRAFT', 'RETURNED'],
  return: ['SUBMITTED'],
  approve: ['SUBMITTED'],
  correct: ['APPROVED'],
  withdraw: ['DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED'],
};

type Kind = 'RESULT' | 'TARGET';
const kindOf = ({ measure }: Figure): Kind => (measure === 'RESULT' ? 'RESULT' : 'TARGET');

/** The result or target of an id, of those that the caller sees. */
function figureOf({ id }: Pick<Item, 'id'>, kind: Kind, asked: Asked): Figure {
  const figure = node(id, asked, 'Figure') as Figure | null;
  if (figure === null || kindOf(figure) !== kind) throw new Fault('id', 'NOT_FOUND');
  return figure;
}

/** Whether it is this caller's to do. */
function assertTheirs(step: Step, figure: Figure, { sight }: Asked): Figure {
  const { unit, counted, status, submittedBy, measure, counterpart } = figure;
  if (step === 'withdraw' && counted && (measure === 'ASSIGNED' || measure === 'SELF_SET')) {
    const giver = measure === 'ASSIGNED' ? counterpart : unit;
    if (giver === null || !sight.assigns(giver)) throw new Fault('id', 'FORBIDDEN');
    return figure;
  }
  const fromAbove = step === 'approve' || step === 'return' || (step === 'withdraw' && counted);
  if (!(fromAbove ? sight.approves(unit) : sight.reports(unit))) throw new Fault('id', 'FORBIDDEN');
  if (step === 'approve' && status === 'SUBMITTED' && submittedBy === sight.principal) throw new Fault('id', 'FORBIDDEN');
  return figure;
}

/** Whether it can be done as things stand. */
function assertStands(step: Step, figure: Figure, { expectedVersion }: Item, { world }: Asked): void {
  const { version, status, unit, campaign, asOf, corrects } = figure;
  if (version !== expectedVersion) throw new Fault('expectedVersion', 'CONFLICT');
  if (!FROM[step].includes(status)) throw new Fault('id', 'CONFLICT');
  const others = world.figures.filter((other) => other !== figure && isOfOneKey(other, figure));
  if (step === 'correct' && others.some(isOpen)) throw new Fault('id', 'CONFLICT');
  if (step !== 'submit' && step !== 'approve') return;
  if (!world.isActive(unit, asOf)) throw new Fault('id', 'INVALID');
  const { counterpart } = figure;
  const standsAbove = (below: Unit): boolean => {
    const parent = world.parentOn(below, asOf);
    return parent != null && (parent === counterpart || standsAbove(parent));
  };
  if (counterpart && !standsAbove(unit)) throw new Fault('id', 'INVALID');
  if (corrects !== null && corrects.status !== 'APPROVED') throw new Fault('id', 'CONFLICT');
  if (others.some((other) => other.status === 'APPROVED' && other !== corrects)) throw new Fault('id', 'CONFLICT');
  if (step === 'submit' && campaign.status === 'CLOSED' && corrects === null) throw new Fault('id', 'INVALID');
}

function assertAcknowledged(odd: readonly Warning[], { acknowledge }: Item): void {
  if (odd.some(({ code }) => !acknowledge?.includes(code))) throw new Fault('acknowledge', 'NOT_ACKNOWLEDGED');
}

export const saidOf = ({ measure, campaign, phase, indicator, coverage, asOf, value, qualifier, status, version, warnings }: Figure): object => ({
  ...(measure === 'RESULT' ? { measure } : { measure: 'TARGET', basis: measure }), campaign: campaign.code, phase: phase?.code ?? null, indicator: indicator.code, coverage, asOf, value: decimal(value), qualifier, status, version,
  ...(warnings.length > 0 && { warnings: [...warnings] }),
});

function take(step: Exclude<Step, 'correct'>, figure: Figure, asked: Asked, odd: readonly Warning[], reason?: string): void {
  const { world, sight } = asked;
  const before = { status: figure.status, version: figure.version };
  const moves = step === 'approve' || figure.status === 'APPROVED';
  figure.version++;
  if (step === 'submit') Object.assign(figure, { status: 'SUBMITTED', submittedBy: sight.principal, returnReason: null, warnings: odd.map(({ code }) => code) });
  if (step === 'return') Object.assign(figure, { status: 'RETURNED', returnReason: reason });
  if (step === 'withdraw') Object.assign(figure, { status: 'WITHDRAWN', endReason: reason });
  if (step === 'approve') {
    Object.assign(figure, { status: 'APPROVED', counted: true });
    if (figure.corrects) Object.assign(figure.corrects, { status: 'SUPERSEDED', supersededBy: figure, version: figure.corrects.version + 1 });
  }
  if (moves) world.moved(figure, figure.measure);
  note(asked, `${step.toUpperCase()}_${kindOf(figure)}`, figure.unit, { ...saidOf(figure), ...(reason !== undefined && { reason }) }, before);
}

/** A mutation that takes one figure a step further. */
export function single(field: string, step: Exclude<Step, 'correct'>, kind: Kind = 'RESULT'): [string, MutationResolver] {
  const isDraft = step === 'submit';
  return mutation(field, {
    nothing: { figure: null, ...(isDraft && { warnings: [] }) },
    may: (sight) => sight.holdsSomewhere(step === 'approve' || step === 'return' ? 'APPROVER' : 'REPORTER'),
    read: ({ id }: Item) => assertIsFigure(id),
    prepare: (input: Item, asked) => assertTheirs(step, figureOf(input, kind, asked), asked),
    act: (input: Item, figure, asked) => {
      const reason = step === 'return' || step === 'withdraw' ? reasonOf((input as Reasoned).reason) : undefined;
      const odd = isDraft ? oddities(figure, asked.world) : [];
      const shown = { figure, ...(isDraft && { warnings: odd }) };
      try {
        assertStands(step, figure, input, asked);
        if (isDraft) assertAcknowledged(odd, input);
      } catch (error) {
        if (error instanceof Fault) Object.assign(error.shown, shown);
        throw error;
      }
      take(step, figure, asked, odd, reason);
      return shown;
    },
  });
}

interface Many {
  items: Item[];
  mode: 'ALL_OR_NOTHING' | 'EACH';
}
interface ItemOutcome {
  id: string;
  figure: Figure | null;
  warnings: readonly Warning[];
  userErrors: object[];
}
const attempt = <T>(act: () => T): T | Fault => {
  try {
    return act();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
};
const named = (faults: readonly unknown[]): Fault[] => faults.flatMap((fault, i) => (fault instanceof Fault ? [new Fault(`items.${i}.${fault.field}`, fault.code)] : []));

/** A mutation that takes several a step further. */
function several(field: string, step: 'submit' | 'approve'): [string, MutationResolver] {
  const denied = (id: string, fault: Fault): ItemOutcome => ({ id, figure: null, warnings: [], userErrors: fault.errors });
  return mutation(field, {
    nothing: { outcomes: [], done: 0 },
    may: (sight) => sight.holdsSomewhere(step === 'approve' ? 'APPROVER' : 'REPORTER'),
    read: ({ items }: Many) => items.forEach(({ id }) => assertIsFigure(id)),
    prepare: ({ items, mode }: Many, asked) => {
      if (items.length === 0 || items.length > 1000) throw new Fault('items', 'INVALID');
      const twice = items.findIndex(({ id }, i) => items.findIndex((other) => other.id === id) < i);
      if (twice >= 0) throw new Fault(`items.${twice}.id`, 'INVALID');
      const found = items.map((item) => attempt(() => assertTheirs(step, figureOf(item, 'RESULT', asked), asked)));
      const faults = named(found);
      if (mode === 'ALL_OR_NOTHING' && faults.length > 0) throw new Faults(faults);
      return found;
    },
    act: ({ items, mode }: Many, found, asked) => {
      const judged = found.map((figure, i) => {
        if (figure instanceof Fault) return { figure: null, odd: [], fault: figure };
        const odd = step === 'submit' ? oddities(figure, asked.world) : [];
        const fault = attempt(() => {
          assertStands(step, figure, items[i]!, asked);
          if (step === 'submit') assertAcknowledged(odd, items[i]!);
        });
        return { figure, odd, fault };
      });
      const faults = named(judged.map(({ fault }) => fault));
      const outcomes = judged.map(({ figure, odd, fault }, i): ItemOutcome => ({ id: items[i]!.id, figure, warnings: odd, userErrors: fault ? fault.errors : [] }));
      if (mode === 'ALL_OR_NOTHING' && faults.length > 0) throw new Faults(faults, { outcomes });
      for (const { figure, odd, fault } of judged) if (figure && !fault) take(step, figure, asked, odd);
      return { outcomes, done: items.length - faults.length };
    },
    again: ({ outcomes, done }, found) => ({
      done, outcomes: (outcomes as ItemOutcome[]).map((one, i) => (found[i] instanceof Fault ? denied(one.id, found[i]) : one)),
    }),
  });
}

export const results: Record<string, MutationResolver> = Object.fromEntries([
  mutation('saveResult', {
    nothing: { figure: null, warnings: [] },
    may: (sight) => sight.holdsSomewhere('REPORTER'),
    read: ({ asOf }: Save) => void day(asOf),
    prepare: (input: Save, { world, sight }) => {
      const unit = seen('unit', world.units.get(input.unit), (one) => sight.unit(one));
      if (!sight.reports(unit)) throw new Fault('unit', 'FORBIDDEN');
      const campaign = seen('campaign', world.campaigns.get(input.campaign), (one) => sight.campaign(one));
      const phase = input.phase == null ? null : seen('phase', campaign.phases.find(({ code }) => code === input.phase), () => true);
      const indicator = seen('indicator', world.indicators.get(input.indicator), (one) => sight.indicator(one));
      return { unit, campaign, phase, indicator, measure: 'RESULT' as const, coverage: input.coverage, asOf: day(input.asOf)! };
    },
    act: (input: Save, key, asked) => {
      const { world } = asked;
      const details = detailsOf(input);
      if (key.asOf > world.today || !world.isActive(key.unit, key.asOf)) throw new Fault('asOf', 'INVALID');
      const open = world.figures.find((figure) => isOpen(figure) && isOfOneKey(figure, key));
      // What a correction says can be changed after the end.
      const correcting = key.campaign.status === 'CLOSED' && open?.corrects != null;
      if (key.campaign.status !== 'LAUNCHED' && !correcting) throw new Fault('campaign', 'INVALID');
      if (!world.counted(key.campaign, key.indicator)) throw new Fault('indicator', 'INVALID');
      const expected = input.expectedVersion ?? 0;
      if (!open) {
        const current = world.figures.find((figure) => figure.status === 'APPROVED' && isOfOneKey(figure, key));
        if (current) throw new Fault('asOf', 'CONFLICT', { figure: current });
        if (expected !== 0) throw new Fault('expectedVersion', 'CONFLICT');
        const figure = draft(world, key, details);
        note(asked, 'SAVE_RESULT', figure.unit, saidOf(figure));
        return { figure, warnings: oddities(figure, world) };
      }
      if (open.version !== expected) throw new Fault('expectedVersion', 'CONFLICT', { figure: open });
      if (open.status === 'SUBMITTED') throw new Fault('asOf', 'CONFLICT', { figure: open });
      const before = saidOf(open);
      Object.assign(open, details, { status: 'DRAFT', version: open.version + 1 });
      note(asked, 'SAVE_RESULT', open.unit, saidOf(open), before);
      return { figure: open, warnings: oddities(open, world) };
    },
  }),

  mutation('correctResult', {
    nothing: { figure: null, warnings: [] },
    may: (sight) => sight.holdsSomewhere('REPORTER'),
    read: ({ id }: Item) => assertIsFigure(id),
    prepare: (input: Correct, asked) => assertTheirs('correct', figureOf(input, 'RESULT', asked), asked),
    act: (input: Correct, former, asked) => {
      const reason = reasonOf(input.reason);
      try {
        assertStands('correct', former, input, asked);
      } catch (error) {
        if (error instanceof Fault) Object.assign(error.shown, { figure: former });
        throw error;
      }
      const details = detailsOf({
        value: input.value, qualifier: input.qualifier ?? former.qualifier, source: input.source ?? former.source, note: input.note ?? former.note, derived: former.derived,
      });
      const figure = draft(asked.world, former, { ...details, corrects: former, correctionReason: reason });
      note(asked, 'CORRECT_RESULT', figure.unit, { ...saidOf(figure), reason }, saidOf(former));
      return { figure, warnings: oddities(figure, asked.world) };
    },
  }),

  single('submitResult', 'submit'),
  single('returnResult', 'return'),
  single('approveResult', 'approve'),
  single('withdrawResult', 'withdraw'),
  several('submitResults', 'submit'),
  several('approveResults', 'approve'),
]);

/** A number that is counted, as a draft: what it meets, what is in its way, and how it is written. */
export function draftCount(asked: Asked, key: FigureKey, value: bigint): { open: Figure | undefined; there: Figure | undefined; fault: Fault | undefined; write(): Figure } {
  const { world } = asked;
  const open = world.figures.find((figure) => isOpen(figure) && isOfOneKey(figure, key));
  const there = open ?? world.figures.find((figure) => figure.status === 'APPROVED' && isOfOneKey(figure, key));
  if (there && there.value === value && there.qualifier === 'EXACT' && there.status !== 'RETURNED') return { open, there, fault: undefined, write: () => there };
  const correcting = key.campaign.status === 'CLOSED' && open?.corrects != null;
  const fault = !world.isActive(key.unit, key.asOf)
    ? new Fault('asOf', 'INVALID')
    : key.campaign.status !== 'LAUNCHED' && !correcting ? new Fault('campaign', 'INVALID') : (there && !open) || open?.status === 'SUBMITTED' ? new Fault('asOf', 'CONFLICT') : undefined;
  const write = (): Figure => {
    const details = { value, qualifier: 'EXACT' as const, statedPercent: null, statedBasis: null, derived: true, source: open?.source ?? null, note: open?.note ?? null };
    const before = open ? saidOf(open) : null;
    const figure = open ? Object.assign(open, details, { status: 'DRAFT', version: open.version + 1 }) : draft(world, key, details);
    note(asked, 'SAVE_RESULT', figure.unit, saidOf(figure), before);
    return figure;
  };
  return { open, there, fault, write };
}

function assertIsFigure(id: string): void {
  if (!id.startsWith('id!Figure:')) throw new BadUserInput();
}

/** Versions of one key go on, so that none comes twice. */
function draft(world: World, { unit, campaign, phase, indicator, measure, coverage, asOf }: FigureKey, details: Partial<Figure> & Pick<Figure, 'value' | 'qualifier' | 'derived' | 'source' | 'note'>): Figure {
  const key = { unit, campaign, phase, indicator, measure, coverage, asOf };
  const version = Math.max(0, ...world.figures.filter((other) => isOfOneKey(other, key)).map((other) => other.version)) + 1;
  const figure: Figure = {
    ...key, status: 'DRAFT', version, counterpart: null, statedPercent: null, statedBasis: null, supersededBy: null, submittedBy: null, counted: false,
    returnReason: null, endReason: null, warnings: [], corrects: null, correctionReason: null, arrival: world.nextArrival(), ...details,
  };
  world.figures.push(figure);
  return figure;
}

function detailsOf(input: Details & { value: number }) {
  const { statedPercent = null, statedBasis = null } = input;
  const value = quantity('value', input.value);
  if (statedBasis === 'NORM') throw new Fault('statedBasis', 'INVALID');
  if (statedBasis !== null && statedPercent === null) throw new Fault('statedPercent', 'INVALID');
  if (statedPercent !== null) quantity('statedPercent', statedPercent);
  return {
    value, qualifier: input.qualifier ?? 'EXACT', statedPercent, statedBasis, derived: input.derived ?? false, source: text('source', input.source, 500), note: text('note', input.note, 2000),
  };
}

/** 0 or more, four decimals at most, exact. */
export function quantity(field: string, value: number): bigint {
  if (value < 0 || value > Number.MAX_SAFE_INTEGER || !/^\d+(\.\d{1,4})?$/.test(String(value))) throw new Fault(field, 'INVALID');
  return scaled(value);
}

export function text(field: string, value: string | null | undefined, longest: number): string | null {
  if (value != null && (value.length > longest || value.includes('\0'))) throw new Fault(field, 'INVALID');
  return value ?? null;
}

function reasonOf(value: string): string {
  const reason = text('reason', value.trim(), 2000)!;
  if (isEmpty(reason)) throw new Fault('reason', 'INVALID');
  return reason;
}

const STAGES = ['REGISTERED', 'UPLOADED', 'VALID', 'RECOGNISED', 'APPLIED'];

/** What is odd about a result, by what counts on its day. */
export function oddities(figure: Figure, world: World): Warning[] {
  const { unit, campaign, phase, indicator, coverage, asOf, value } = figure;
  const codes: string[] = [];
  const card = { campaign, phase, indicator };
  const stated = (of: Indicator, by: Figure['coverage']): Figure[] =>
    world.figures
      .filter((one) => one.status === 'APPROVED' && isOfOneKey(one, { ...figure, indicator: of, coverage: by, asOf: one.asOf }))
      .sort((a, b) => (a.asOf < b.asOf ? -1 : 1));
  const upTo = (list: readonly Figure[]): Figure | undefined => list.findLast((one) => one.asOf <= asOf);

  const line = stated(indicator, coverage);
  const [before, after] = [line.findLast((one) => one.asOf < asOf), line.find((one) => one.asOf > asOf)];
  if ((before && value < before.value) || (after && value > after.value)) codes.push('RESULT_FALLS');

  const targets = (['ASSIGNED', 'REGISTERED', 'SELF_SET'] as const).map((basis) => world.replay(card, basis)?.stateAt(unit.code, dayOf(asOf)));
  if (targets.some((target) => target != null && target.complete && target.total !== null && target.total > 0n && value > 10n * target.total)) codes.push('FAR_ABOVE_TARGET');

  const ends = [campaign, phase].flatMap((period): Day[] => (period?.endsOn == null ? [] : [widest(period.endsOn, period.endsOnPrecision, 'last')]));
  if (ends.some((end) => asOf > end)) codes.push('AFTER_END');

  const family = ({ code, unitOfMeasure }: Indicator): string => `${unitOfMeasure}|${code.replace(/\.[^.]*$/, '')}`;
  const rank = STAGES.indexOf(indicator.countingStage ?? '');
  const isMisfit = [...world.indicators.values()].some((other) => {
    const beside = STAGES.indexOf(other.countingStage ?? '');
    const there = upTo(stated(other, coverage));
    if (other === indicator || family(other) !== family(indicator) || rank < 0 || beside < 0 || !there) return false;
    return (beside > rank && value < there.value) || (beside < rank && value > there.value);
  });
  if (isMisfit) codes.push('BELOW_LATER_STAGE');

  if (coverage === 'SUBTREE' && indicator.aggregation === 'SUM') {
    const replay = world.replay(card, 'RESULT');
    const own = stated(indicator, 'OWN');
    const detail = (upTo(own)?.value ?? 0n) + (replay?.stateAt(unit.code, dayOf(asOf)).membersTotal ?? 0n);
    if (value < detail) codes.push('BELOW_DETAIL');
    // Beneath it is who stands there in the end.
    const days = [...world.units.values()].filter(({ places }) => places.at(-1)?.parent === unit).map(({ code }) => replay?.stateAt(code, dayOf('9999-12-31')).asOf ?? -Infinity);
    const lastOwn = own.at(-1);
    if (Math.max(lastOwn ? dayOf(lastOwn.asOf) : -Infinity, ...days) > dayOf(asOf)) codes.push('BEFORE_DETAIL');
  }
  return codes.map((code) => ({ code, message: ANY }));
}
