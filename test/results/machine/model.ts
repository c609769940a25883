/**
 * The workflow of results in plain TypeScript: who may take which step from where, what it answers, what it leaves in
 * the audit log. Its rules are its own, from docs/workflow.md; the replay alone is the ledger's.
 */
import { dayOf, ReplayTree, replaySeries, type Level, type SeriesReplay } from '../../../src/ledger/replay.js';

export type Day = string;
export const ROLES = ['VIEWER', 'REPORTER', 'APPROVER', 'CAMPAIGN_MANAGER', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];
export type Coverage = 'OWN' | 'SUBTREE';
export type Status = 'DRAFT' | 'SUBMITTED' | 'RETURNED' | 'APPROVED' | 'SUPERSEDED' | 'WITHDRAWN';
export const WARNINGS = ['RESULT_FALLS', 'FAR_ABOVE_TARGET', 'AFTER_END', 'BELOW_LATER_STAGE', 'BELOW_DETAIL', 'BEFORE_DETAIL'] as const;

export interface Unit {
  code: string;
  level: Level;
  validFrom: Day;
  closedOn: Day | null;
  /** In order of day. */
  places: { parent: Unit; from: Day }[];
}
export interface Campaign {
  code: string;
  endsOn: Day | null;
  closed: boolean;
  version: number;
}
interface Key {
  unit: Unit;
  campaign: Campaign;
  indicator: string;
  coverage: Coverage;
  asOf: Day;
}
export interface Figure extends Key {
  /** Its place in the order of arrival, from 0. */
  n: number;
  measure: 'RESULT' | 'ASSIGNED' | 'SELF_SET';
  /** In ten-thousandths. */
  value: bigint;
  status: Status;
  version: number;
  submitter: string | null;
  /** It counts, or did. */
  counted: boolean;
  corrects: Figure | null;
}

/** A figure as an answer shows it: its place, status, version and value. */
export type Shown = [n: number, status: Status, version: number, value: number] | null;
export interface Outcome {
  figure: Shown;
  warnings: string[];
  errors: string[];
}
export interface Answer {
  /** The operation was refused as a whole. */
  refused?: string;
  replayed?: boolean;
  errors?: string[];
  figure?: Shown;
  warnings?: string[];
  done?: number;
  outcomes?: Outcome[];
}
export interface Deed {
  principal: string;
  action: string;
  unit: string;
  before: string | null;
  after: string;
}
export interface Item {
  figure: number;
  expectedVersion: number;
  acknowledge?: readonly string[];
}
/** What is sent: figures by their place. */
export interface Request {
  principal: string;
  name: keyof typeof STEPS | 'saveResult' | 'setOwnTarget' | 'submitResults' | 'approveResults';
  key?: string;
  save?: { unit: string; campaign: string; indicator: string; coverage: Coverage; asOf: Day; value: number; expectedVersion?: number };
  target?: { unit: string; campaign: string; indicator: string; decidedOn: Day; value: number; expectedVersion?: number };
  item?: Item;
  value?: number;
  items?: Item[];
  mode?: 'ALL_OR_NOTHING' | 'EACH';
}

interface Step {
  action: string;
  from: Status[];
  to: Status;
  /** From above the unit, rather than for it. */
  above(figure: Figure): boolean;
}
export const STEPS = {
  submitResult: { action: 'SUBMIT_RESULT', from: ['DRAFT', 'RETURNED'], to: 'SUBMITTED', above: () => false },
  returnResult: { action: 'RETURN_RESULT', from: ['SUBMITTED'], to: 'RETURNED', above: () => true },
  approveResult: { action: 'APPROVE_RESULT', from: ['SUBMITTED'], to: 'APPROVED', above: () => true },
  withdrawResult: { action: 'WITHDRAW_RESULT', from: ['DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED'], to: 'WITHDRAWN', above: ({ counted }) => counted },
  correctResult: { action: 'CORRECT_RESULT', from: ['APPROVED'], to: 'DRAFT', above: () => false },
} as const satisfies Record<string, Step>;
type StepName = keyof typeof STEPS;
const OPEN: readonly Status[] = ['DRAFT', 'SUBMITTED', 'RETURNED'];
const isOpen = ({ status }: Figure): boolean => OPEN.includes(status);

class Wrong extends Error {
  constructor(
    readonly at: string,
    readonly code: string,
    readonly shown: object = {},
  ) {
    super(code);
  }

  get told(): string {
    return `input.${this.at} ${this.code}`;
  }
}
class WrongItems extends Wrong {
  constructor(
    readonly all: string[],
    shown: object = {},
  ) {
    super('', '', shown);
  }
}

export const LEVELS: Level[] = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS'];
/** What campaigns count: a sum, and what is of each unit alone. */
export const COUNTING = ['i', 'none'];

export class Model {
  readonly units = new Map<string, Unit>();
  readonly campaigns = new Map<string, Campaign>();
  readonly grants = new Map<string, { role: Role; unit: Unit }[]>();
  readonly figures: Figure[] = [];
  /** First answers by principal and key. */
  readonly #answers = new Map<string, { said: string; answer: Answer }>();
  /** What was sent under a key, so that it can be sent again. */
  readonly sent: Request[] = [];
  /** What the last request has left in the audit log. */
  trail: Deed[] = [];

  constructor(readonly today: Day) {}

  // ------------------------------------------------------------- the tree, as it stands today

  line(unit: Unit): Unit[] {
    const parent = unit.places.at(-1)?.parent;
    return parent ? [unit, ...this.line(parent)] : [unit];
  }

  #holds(principal: string, least: Role, over?: Unit): { role: Role; unit: Unit }[] {
    const above = over && this.line(over);
    return (this.grants.get(principal) ?? []).filter(({ role, unit }) => ROLES.indexOf(role) >= ROLES.indexOf(least) && (!above || above.includes(unit)));
  }

  #approves(principal: string, unit: Unit): boolean {
    const isRoot = this.line(unit).length === 1;
    return this.#holds(principal, 'APPROVER', unit).some((grant) => isRoot || grant.unit !== unit);
  }

  isActive({ validFrom, closedOn }: Unit, day: Day): boolean {
    return validFrom <= day && (closedOn === null || day < closedOn);
  }

  // ------------------------------------------------------------- requests

  request(request: Request): Answer {
    this.trail = [];
    const { principal, name, key } = request;
    const fromAbove = name === 'approveResult' || name === 'approveResults' || name === 'returnResult' || name === 'setOwnTarget';
    if (this.#holds(principal, fromAbove ? 'APPROVER' : 'REPORTER').length === 0) return { refused: 'FORBIDDEN' };
    const nothing: Answer = name.endsWith('Results') ? { outcomes: [], done: 0 } : { figure: null, ...(isDrafting(name) && { warnings: [] }) };
    try {
      const { key: _key, ...rest } = request;
      const said = JSON.stringify(rest);
      const first = key === undefined ? undefined : this.#answers.get(`${principal} ${key}`);
      if (first && first.said !== said) throw new Wrong('idempotencyKey', 'CONFLICT');
      const act = this.#prepare(request);
      if (first) return { ...act.again(first.answer), replayed: true };
      const answer = { ...act.act(), errors: [], replayed: false };
      if (key !== undefined) {
        this.#answers.set(`${principal} ${key}`, { said, answer });
        this.sent.push(request);
      }
      return answer;
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      this.trail = [];
      return { ...nothing, ...error.shown, replayed: false, errors: error instanceof WrongItems ? error.all : [error.told] };
    }
  }

  #prepare(request: Request): { act(): Answer; again(first: Answer): Answer } {
    const { principal, name, save, target, item, items, mode } = request;
    const same = (first: Answer): Answer => first;
    if (save) return { act: this.#prepareSave(principal, save), again: same };
    if (target) return { act: this.#prepareTarget(principal, target), again: same };
    if (items) {
      const step = name === 'submitResults' ? 'submitResult' : 'approveResult';
      if (items.length === 0) throw new Wrong('items', 'INVALID');
      const twice = items.findIndex(({ figure }, i) => items.findIndex((other) => other.figure === figure) < i);
      if (twice >= 0) throw new Wrong(`items.${twice}.id`, 'INVALID');
      const denied = items.map((one) => caught(() => this.#authorise(principal, step, this.figures[one.figure]!)));
      if (mode === 'ALL_OR_NOTHING' && denied.some(Boolean)) throw new WrongItems(namedItems(denied));
      return {
        act: () => this.#actMany(principal, step, items, mode!, denied),
        again: (first) => ({ ...first, outcomes: first.outcomes!.map((one, i) => (denied[i] ? { figure: null, warnings: [], errors: [denied[i].told] } : one)) }),
      };
    }
    const figure = this.figures[item!.figure]!;
    const step = name as StepName;
    this.#authorise(principal, step, figure);
    return { act: () => (step === 'correctResult' ? this.#correct(principal, item!, request.value!) : this.#actOne(principal, step, item!)), again: same };
  }

  /** Whether the figure is this caller's to do this to. */
  #authorise(principal: string, name: StepName, figure: Figure): void {
    if (this.#holds(principal, 'VIEWER', figure.unit).length === 0 || figure.measure !== 'RESULT') throw new Wrong('id', 'NOT_FOUND');
    const may = STEPS[name].above(figure) ? this.#approves(principal, figure.unit) : this.#holds(principal, 'REPORTER', figure.unit).length > 0;
    if (!may) throw new Wrong('id', 'FORBIDDEN');
    if (name === 'approveResult' && figure.status === 'SUBMITTED' && figure.submitter === principal) throw new Wrong('id', 'FORBIDDEN');
  }

  /** Why the step is not to be taken as things stand. */
  #stands(name: StepName, figure: Figure, { expectedVersion, acknowledge }: Item, odd: readonly string[]): void {
    const from: readonly Status[] = STEPS[name].from;
    if (figure.version !== expectedVersion) throw new Wrong('expectedVersion', 'CONFLICT');
    if (!from.includes(figure.status)) throw new Wrong('id', 'CONFLICT');
    const rivals = this.#ofKey(figure).filter((other) => other !== figure);
    if (name === 'correctResult' && rivals.some(isOpen)) throw new Wrong('id', 'CONFLICT');
    if (name === 'submitResult' || name === 'approveResult') {
      if (!this.isActive(figure.unit, figure.asOf)) throw new Wrong('id', 'INVALID');
      if (figure.corrects && figure.corrects.status !== 'APPROVED') throw new Wrong('id', 'CONFLICT');
      if (rivals.some((other) => other.status === 'APPROVED' && other !== figure.corrects)) throw new Wrong('id', 'CONFLICT');
    }
    if (name !== 'submitResult') return;
    if (figure.campaign.closed && !figure.corrects) throw new Wrong('id', 'INVALID');
    if (odd.some((code) => !acknowledge?.includes(code))) throw new Wrong('acknowledge', 'NOT_ACKNOWLEDGED');
  }

  #take(principal: string, name: StepName, figure: Figure): void {
    const before = figure.status;
    figure.status = STEPS[name].to;
    figure.version++;
    if (name === 'submitResult') figure.submitter = principal;
    if (name === 'approveResult') {
      figure.counted = true;
      if (figure.corrects) Object.assign(figure.corrects, { status: 'SUPERSEDED', version: figure.corrects.version + 1 });
    }
    this.#note(principal, STEPS[name].action, figure, before);
  }

  #note(principal: string, action: string, { unit, status }: Figure, before: Status | null): void {
    this.trail.push({ principal, action, unit: unit.code, before, after: status });
  }

  #actOne(principal: string, name: StepName, item: Item): Answer {
    const figure = this.figures[item.figure]!;
    const warnings = name === 'submitResult' ? { warnings: this.odd(figure) } : {};
    const wrong = caught(() => this.#stands(name, figure, item, warnings.warnings ?? []));
    if (wrong) throw new Wrong(wrong.at, wrong.code, { figure: shown(figure), ...warnings });
    this.#take(principal, name, figure);
    return { figure: shown(figure), ...warnings };
  }

  #actMany(principal: string, name: StepName, items: Item[], mode: 'ALL_OR_NOTHING' | 'EACH', denied: (Wrong | undefined)[]): Answer {
    const odd = items.map((item, i) => (name === 'submitResult' && !denied[i] ? this.odd(this.figures[item.figure]!) : []));
    const faults = items.map((item, i) => denied[i] ?? caught(() => this.#stands(name, this.figures[item.figure]!, item, odd[i]!)));
    const isRefused = mode === 'ALL_OR_NOTHING' && faults.some(Boolean);
    if (!isRefused) items.forEach((item, i) => faults[i] ?? this.#take(principal, name, this.figures[item.figure]!));
    const outcomes = items.map((item, i): Outcome => ({ figure: denied[i] ? null : shown(this.figures[item.figure]!), warnings: odd[i]!, errors: faults[i] ? [faults[i].told] : [] }));
    if (isRefused) throw new WrongItems(namedItems(faults), { outcomes });
    return { outcomes, done: faults.filter((fault) => !fault).length };
  }

  #unitOf(principal: string, code: string, least: Role): Unit {
    const unit = this.units.get(code)!;
    const isSeen = this.#holds(principal, 'VIEWER').some((grant) => this.line(unit).includes(grant.unit) || this.line(grant.unit).includes(unit));
    if (!isSeen) throw new Wrong('unit', 'NOT_FOUND');
    if (this.#holds(principal, least, unit).length === 0) throw new Wrong('unit', 'FORBIDDEN');
    return unit;
  }

  /** A target that a unit sets itself: it counts at once. */
  #prepareTarget(principal: string, { unit: code, campaign: of, indicator, decidedOn, value, expectedVersion = 0 }: NonNullable<Request['target']>): () => Answer {
    const unit = this.#unitOf(principal, code, 'APPROVER');
    const campaign = this.campaigns.get(of)!;
    return () => {
      if (decidedOn > this.today) throw new Wrong('decidedOn', 'INVALID');
      if (campaign.closed) throw new Wrong('campaign', 'INVALID');
      if (!COUNTING.includes(indicator)) throw new Wrong('indicator', 'INVALID');
      if (value < 0) throw new Wrong('value', 'INVALID');
      if (!this.isActive(unit, decidedOn)) throw new Wrong('decidedOn', 'INVALID');
      const known = this.targetsOf(unit, campaign, indicator);
      const latest = known.filter(({ status }) => status === 'APPROVED').sort((a, b) => (a.asOf < b.asOf ? 1 : -1))[0];
      if (known.length !== expectedVersion) throw new Wrong('expectedVersion', 'CONFLICT', { figure: latest ? shown(latest) : null });
      const former = known.find(({ status, asOf }) => status === 'APPROVED' && asOf === decidedOn);
      if (former?.value === scaledOf(value)) return { figure: shown(former) };
      if (former) Object.assign(former, { status: 'SUPERSEDED', version: former.version + 1 });
      const figure = this.add({ unit, campaign, indicator, coverage: 'SUBTREE', asOf: decidedOn }, value, 'APPROVED', 'SELF_SET');
      // Written, and then let count.
      Object.assign(figure, { version: 2, submitter: principal });
      this.#note(principal, 'SET_OWN_TARGET', figure, former ? 'APPROVED' : null);
      return { figure: shown(figure) };
    };
  }

  targetsOf(unit: Unit, campaign: Campaign, indicator: string): Figure[] {
    return this.figures.filter((one) => one.measure === 'SELF_SET' && one.unit === unit && one.campaign === campaign && one.indicator === indicator);
  }

  #prepareSave(principal: string, save: NonNullable<Request['save']>): () => Answer {
    const unit = this.#unitOf(principal, save.unit, 'REPORTER');
    const campaign = this.campaigns.get(save.campaign)!;
    return () => {
      if (save.value < 0) throw new Wrong('value', 'INVALID');
      if (save.asOf > this.today || !this.isActive(unit, save.asOf)) throw new Wrong('asOf', 'INVALID');
      const key: Key = { unit, campaign, indicator: save.indicator, coverage: save.coverage, asOf: save.asOf };
      const open = this.#ofKey(key).find(isOpen);
      if (campaign.closed && !open?.corrects) throw new Wrong('campaign', 'INVALID');
      if (!COUNTING.includes(save.indicator)) throw new Wrong('indicator', 'INVALID');
      const counting = this.#ofKey(key).find(({ status }) => status === 'APPROVED');
      if (!open) {
        if (counting) throw new Wrong('asOf', 'CONFLICT', { figure: shown(counting) });
        if ((save.expectedVersion ?? 0) !== 0) throw new Wrong('expectedVersion', 'CONFLICT');
        return this.#drafted(principal, 'SAVE_RESULT', this.add(key, save.value, 'DRAFT'), null);
      }
      if (open.version !== (save.expectedVersion ?? 0)) throw new Wrong('expectedVersion', 'CONFLICT', { figure: shown(open) });
      if (open.status === 'SUBMITTED') throw new Wrong('asOf', 'CONFLICT', { figure: shown(open) });
      const before = open.status;
      Object.assign(open, { status: 'DRAFT', value: scaledOf(save.value), version: open.version + 1 });
      return this.#drafted(principal, 'SAVE_RESULT', open, before);
    };
  }

  #correct(principal: string, item: Item, value: number): Answer {
    const former = this.figures[item.figure]!;
    const wrong = caught(() => this.#stands('correctResult', former, item, []));
    if (wrong) throw new Wrong(wrong.at, wrong.code, { figure: shown(former) });
    if (value < 0) throw new Wrong('value', 'INVALID');
    const { unit, campaign, indicator, coverage, asOf } = former;
    const draft = this.add({ unit, campaign, indicator, coverage, asOf }, value, 'DRAFT');
    draft.corrects = former;
    return this.#drafted(principal, 'CORRECT_RESULT', draft, former.status);
  }

  #drafted(principal: string, action: string, figure: Figure, before: Status | null): Answer {
    this.#note(principal, action, figure, before);
    return { figure: shown(figure), warnings: this.odd(figure) };
  }

  // ------------------------------------------------------------- figures

  /** Versions of one key go on. */
  add(key: Key, value: number, status: Status, measure: Figure['measure'] = 'RESULT'): Figure {
    const counted = status === 'APPROVED';
    const version = counted ? 1 : Math.max(0, ...this.#ofKey(key).map((other) => other.version)) + 1;
    const figure: Figure = { ...key, n: this.figures.length, measure, value: scaledOf(value), status, version, submitter: null, counted, corrects: null };
    this.figures.push(figure);
    return figure;
  }

  /** Stated by an import: it takes the place of what counts. */
  state(key: Key, value: number): void {
    const current = this.counting(key);
    if (current?.value === scaledOf(value)) return;
    if (current) Object.assign(current, { status: 'SUPERSEDED', version: current.version + 1 });
    this.add(key, value, 'APPROVED');
  }

  counting(key: Key): Figure | undefined {
    return this.#ofKey(key).find(({ status }) => status === 'APPROVED');
  }

  #ofKey({ unit, campaign, indicator, coverage, asOf }: Key): Figure[] {
    return this.figures.filter(
      (one) => one.measure === 'RESULT' && one.unit === unit && one.campaign === campaign && one.indicator === indicator && one.coverage === coverage && one.asOf === asOf,
    );
  }

  // ------------------------------------------------------------- totals, and what is odd beside them

  tree(): ReplayTree {
    const units = [...this.units.values()];
    return new ReplayTree(
      units.map(({ code, level, validFrom, closedOn }) => ({ id: code, level, validFrom: dayOf(validFrom), closedOn: closedOn === null ? null : dayOf(closedOn) })),
      units.flatMap(({ code, places }) => places.map(({ from, parent }, i) => ({ unit: code, parent: parent.code, from: dayOf(from), to: places[i + 1] ? dayOf(places[i + 1]!.from) : null }))),
    );
  }

  replay(campaign: Campaign, indicator: string, measure: Figure['measure'], tree = this.tree()): SeriesReplay {
    const approved = this.figures.filter((one) => one.status === 'APPROVED' && one.campaign === campaign && one.indicator === indicator && one.measure === measure);
    return replaySeries(
      tree,
      approved.map(({ unit, coverage, asOf, value }) => ({ unit: unit.code, coverage, date: dayOf(asOf), value, qualifier: 'EXACT' })),
      { flows: indicator !== COUNTING[1] },
    );
  }

  odd(figure: Figure): string[] {
    const { unit, campaign, indicator, coverage, asOf, value } = figure;
    const day = dayOf(asOf);
    const tree = this.tree();
    const results = this.replay(campaign, indicator, 'RESULT', tree);
    const line = (by: Coverage): Figure[] =>
      this.figures
        .filter((one) => one.status === 'APPROVED' && one.measure === 'RESULT' && one.unit === unit && one.campaign === campaign && one.indicator === indicator && one.coverage === by)
        .sort((a, b) => (a.asOf < b.asOf ? -1 : 1));
    const own = line('OWN');
    const before = line(coverage).findLast((one) => one.asOf < asOf);
    const after = line(coverage).find((one) => one.asOf > asOf);
    const targets = (['ASSIGNED', 'SELF_SET'] as const).map((measure) => this.replay(campaign, indicator, measure, tree).stateAt(unit.code, day)).filter(({ complete }) => complete).map(({ total }) => total);
    const speaksForAll = coverage === 'SUBTREE' && indicator !== COUNTING[1];
    const detail = (own.findLast((one) => one.asOf <= asOf)?.value ?? 0n) + results.stateAt(unit.code, day).membersTotal;
    const laterBeneath = [...this.units.values()].some((one) => one.places.at(-1)?.parent === unit && (results.stateAt(one.code, dayOf('9999-12-31')).asOf ?? -1) > day);
    const isOdd: Record<(typeof WARNINGS)[number], boolean> = {
      RESULT_FALLS: (before !== undefined && value < before.value) || (after !== undefined && value > after.value),
      FAR_ABOVE_TARGET: targets.some((target) => target !== null && target > 0n && value > 10n * target),
      AFTER_END: campaign.endsOn !== null && asOf > campaign.endsOn,
      BELOW_LATER_STAGE: false,
      BELOW_DETAIL: speaksForAll && value < detail,
      BEFORE_DETAIL: speaksForAll && (laterBeneath || own.some((one) => one.asOf > asOf)),
    };
    return WARNINGS.filter((code) => isOdd[code]);
  }
}

const isDrafting = (name: string): boolean => name === 'saveResult' || name === 'submitResult' || name === 'correctResult';
export const scaledOf = (value: number): bigint => BigInt(Math.round(value * 10_000));
const shown = ({ n, status, version, value }: Figure): Shown => [n, status, version, Number(value) / 10_000];
const namedItems = (faults: readonly (Wrong | undefined)[]): string[] => faults.flatMap((fault, i) => (fault ? [`input.items.${i}.${fault.at} ${fault.code}`] : []));

function caught(act: () => void): Wrong | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Wrong) return error;
    throw error;
  }
}
