/** What mutations do to targets. */
import { dayOf } from '../../../src/ledger/replay.js';
import { day } from './lists.js';
import { decimal, Fault, Faults, mutation, note, seen, type MutationResolver } from './mutations.js';
import { number, type Total } from './numbers.js';
import { quantity, saidOf, single, text } from './results.js';
import type { Asked } from './things.js';
import { isOfOneKey, isOpen, type Campaign, type Card, type Day, type Figure, type Measure, type Unit } from './world.js';

// oxlint-disable typescript/no-explicit-any -- inputs of many shapes, which graphql-js has checked
type Input = any;

interface Key extends Card {
  unit: Unit;
  on: Day;
}
interface Share {
  unit: Unit;
  value: bigint;
  weight: bigint | null;
}

function keyOf(input: Input, reach: 'assigns' | 'reports', on: Day, { sight, world }: Asked): Key {
  const unit = seen('unit', world.units.get(input.unit), (one) => sight.unit(one));
  if (!sight[reach](unit)) throw new Fault('unit', 'FORBIDDEN');
  const { campaign, phase } = campaignAndPhase(input, '', { sight, world });
  return { unit, campaign, phase, indicator: seen('indicator', world.indicators.get(input.indicator), (one) => sight.indicator(one)), on };
}
function campaignAndPhase(input: Input, at: string, { sight, world }: Asked, fallback?: Campaign): Pick<Card, 'campaign' | 'phase'> {
  const campaign = input.campaign == null && fallback ? fallback : seen(`${at}campaign`, world.campaigns.get(input.campaign), (one) => sight.campaign(one));
  return { campaign, phase: input.phase == null ? null : seen(`${at}phase`, campaign.phases.find(({ code }) => code === input.phase), () => true) };
}

function assertTimely({ on, campaign, indicator }: Key, asked: Asked): void {
  const { sight, world } = asked;
  if (on > world.today) throw new Fault('decidedOn', 'INVALID');
  if (campaign.status === 'CLOSED') throw new Fault('campaign', 'INVALID');
  if (campaign.status === 'DRAFT' && !sight.publishes(campaign.launchedBy!)) throw new Fault('campaign', 'INVALID');
  if (!world.counted(campaign, indicator)) throw new Fault('indicator', 'INVALID');
}

const textsOf = (input: Input) => ({ note: text('note', input.note, 2000), source: text('source', input.source, 500) });

/** What a unit has of its own; not a mere sum. */
function ownTotal({ world }: Asked, unit: Unit, card: Card, measure: Measure, on: Day): Total | null {
  const state = world.replay(card, measure)?.stateAt(unit.code, dayOf(on));
  if (state?.total == null || state.origin === 'SUMMED') return null;
  const { total, qualifier, origin, complete, asOf } = state;
  return { amount: total, value: number(total), qualifier: qualifier!, origin: origin!, complete, asOf: new Date(asOf! * 86_400_000).toISOString().slice(0, 10) };
}

export function childrenOn({ world }: Asked, unit: Unit, on: Day): Unit[] {
  return [...world.units.values()].filter((one) => world.isActive(one, on) && world.parentOn(one, on) === unit).sort((a, b) => (a.code < b.code ? -1 : 1));
}

export interface Allocation {
  unit: Unit;
  asOf: Day;
  target: Total | null;
  targetBasis: Measure | null;
  allocated: bigint | null;
  unallocated: bigint | null;
  overAllocated: boolean;
  version: number;
  shares: { unit: Unit; value: bigint; previous: bigint | null; weight: bigint | null }[];
}
export function allocation({ unit, on, campaign, phase, indicator }: Key, asked: Asked): Allocation {
  const { sight, world } = asked;
  const card = { campaign, phase, indicator };
  const targetBasis = (['ASSIGNED', 'REGISTERED', 'SELF_SET'] as const).find((measure) => ownTotal(asked, unit, card, measure, on) !== null) ?? null;
  const target = targetBasis && ownTotal(asked, unit, card, targetBasis, on);
  const shares = childrenOn(asked, unit, on).flatMap((child) => {
    const total = sight.inScope(child) ? ownTotal(asked, child, card, 'ASSIGNED', on) : null;
    return total ? [{ unit: child, value: total.amount, previous: null, weight: null }] : [];
  });
  const allocated = indicator.aggregation === 'SUM' ? shares.reduce((sum, { value }) => sum + value, 0n) : null;
  const unallocated = target && allocated !== null ? target.amount - allocated : null;
  // Also of those that the caller does not see: a unit that moves away takes nothing back.
  const isChild = ({ places }: Unit) => places.some(({ parent }) => parent === unit);
  const version = changesOf(world.figures.filter((figure) => isSameSeries(figure, { ...card, measure: 'ASSIGNED' }) && figure.counted && (figure.counterpart === unit || isChild(figure.unit))));
  return { unit, asOf: on, target, targetBasis, allocated, unallocated, overAllocated: unallocated !== null && unallocated < 0n, version, shares };
}

export function targetVersion({ world }: Asked, unit: Unit, card: Card, measure: string): number {
  return changesOf(world.figures.filter((figure) => figure.unit === unit && figure.coverage === 'SUBTREE' && isSameSeries(figure, { ...card, measure: measure as Measure })));
}

/** How many were stated, and taken back. */
const changesOf = (figures: readonly Figure[]): number => figures.length + figures.filter(({ status }) => status === 'WITHDRAWN').length;

/** Changes a figure, as a new version of it. */
function change({ world }: Asked, figure: Figure, next: Partial<Figure>): void {
  Object.assign(figure, next, { version: figure.version + 1 });
  world.moved(figure, figure.measure);
}
const isSameSeries = (a: Card & { measure: Measure }, b: Card & { measure: Measure }): boolean =>
  a.campaign === b.campaign && a.phase === b.phase && a.indicator === b.indicator && a.measure === b.measure;

function assertVersion(input: Input, current: number, shown: object = {}): void {
  if ((input.expectedVersion ?? 0) !== current) throw new Fault('expectedVersion', 'CONFLICT', shown);
}

function assertMethod({ method, shares, amount, lastResults }: Input, resultsOn: Day, today: Day): void {
  if (method === 'EXPLICIT') {
    if (shares == null || shares.length === 0) throw new Fault('shares', 'INVALID');
    if (amount != null) throw new Fault('amount', 'INVALID');
  } else if (shares != null) throw new Fault('shares', 'INVALID');
  else if (amount != null) quantity('amount', amount);
  if (lastResults == null) return;
  if (method !== 'BY_LAST_RESULTS') throw new Fault('lastResults', 'INVALID');
  if (resultsOn > today) throw new Fault('lastResults.asOf', 'INVALID');
}

function explicitShares({ unit, on }: Key, shares: { unit: string; value: number }[], asked: Asked): Share[] {
  const { sight, world } = asked;
  const faults: Fault[] = [];
  const found = shares.flatMap(({ unit: code, value }, i): Share[] => {
    try {
      const child = seen(`shares.${i}.unit`, world.units.get(code), (one) => sight.unit(one));
      if (!childrenOn(asked, unit, on).includes(child)) throw new Fault(`shares.${i}.unit`, 'INVALID');
      if (!sight.assigns(child)) throw new Fault(`shares.${i}.unit`, 'FORBIDDEN');
      if (shares.findIndex((other) => other.unit === code) < i) throw new Fault(`shares.${i}.unit`, 'INVALID');
      return [{ unit: child, value: quantity(`shares.${i}.value`, value), weight: null }];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error);
      return [];
    }
  });
  if (faults.length > 0) throw new Faults(faults);
  return found.sort((a, b) => (a.unit.code < b.unit.code ? -1 : 1));
}

function splitShares(key: Key, input: Input, before: Allocation, resultsOn: Day, asked: Asked): Share[] {
  const { sight, world } = asked;
  if (key.indicator.aggregation !== 'SUM') throw new Fault('method', 'INVALID');
  const amount = input.amount != null ? quantity('amount', input.amount) : before.target?.amount;
  if (amount === undefined || amount < 0n) throw new Fault('amount', 'INVALID');
  const children = childrenOn(asked, key.unit, key.on).filter((child) => sight.assigns(child));
  if (children.length === 0) throw new Fault('unit', 'INVALID');
  let weightOf: (child: Unit) => bigint | null = () => 1n;
  if (input.method === 'BY_MEMBERS')
    weightOf = (child) => world.counts.filter(({ unit, of, asOf }) => unit === child && of === 'MEMBERS' && asOf <= key.on).sort((a, b) => (a.asOf < b.asOf ? 1 : -1))[0]?.value ?? null;
  if (input.method === 'BY_LAST_RESULTS') {
    const card = { ...lastResultsOf(key, input.lastResults ?? {}, resultsOn, asked), indicator: key.indicator };
    weightOf = (child) => world.replay(card, 'RESULT')?.stateAt(child.code, dayOf(resultsOn)).total ?? null;
  }
  const weights = children.map(weightOf);
  if (weights.some((weight) => weight === null || weight < 0n) || weights.every((weight) => weight === 0n)) throw new Fault('method', 'INVALID');
  // Seat by seat: each goes to whoever is furthest below their exact share, once all have it rounded down.
  const whole = weights.reduce((sum: bigint, weight) => sum + weight!, 0n);
  const unit = amount % 10_000n === 0n ? 10_000n : 1n;
  const steps = amount / unit;
  const parts = weights.map((weight) => (steps * weight!) / whole);
  const lack = (i: number) => steps * weights[i]! - parts[i]! * whole;
  for (let left = steps - parts.reduce((sum, part) => sum + part, 0n); left > 0n; left--) {
    const next = children.map((_, i) => i).reduce((best, i) => (lack(i) > lack(best) ? i : best));
    parts[next]! += 1n;
  }
  return children.map((child, i) => ({ unit: child, value: parts[i]! * unit, weight: input.method === 'EQUALLY' ? null : weights[i]! }));
}

function lastResultsOf({ campaign, phase }: Key, given: Input, resultsOn: Day, asked: Asked): Pick<Card, 'campaign' | 'phase'> {
  if (given.campaign == null && given.phase == null) {
    const { precededBy, startsOn, startsOnPrecision } = campaign;
    const begun = startsOn && (startsOnPrecision === 'YEAR' ? `${startsOn.slice(0, 4)}-01-01` : startsOnPrecision === 'MONTH' ? `${startsOn.slice(0, 7)}-01` : startsOn);
    return precededBy && asked.sight.campaign(precededBy) && begun && begun > resultsOn ? { campaign: precededBy, phase: null } : { campaign, phase };
  }
  return campaignAndPhase(given, 'lastResults.', asked, campaign);
}

/** Figures that count at once, in place of those of the same day. */
function stateTargets(key: Key, measure: Measure, shares: Pick<Share, 'unit' | 'value'>[], what: Pick<Figure, 'counterpart' | 'qualifier' | 'note' | 'source'>, asked: Asked): Figure[] {
  const { world } = asked;
  return shares.flatMap(({ unit, value }) => {
    const figure = written({ ...key, unit }, measure, value, what, asked);
    const current = world.figures.find((one) => one.status === 'APPROVED' && isOfOneKey(one, figure));
    if (current && current.value === value && current.qualifier === what.qualifier && current.counterpart === what.counterpart) return [];
    world.figures.push(figure);
    if (current) change(asked, current, { status: 'SUPERSEDED', supersededBy: figure });
    change(asked, figure, { status: 'APPROVED', counted: true });
    return [figure];
  });
}
function written({ unit, campaign, phase, indicator, on }: Key, measure: Measure, value: bigint, what: Pick<Figure, 'counterpart' | 'qualifier' | 'note' | 'source'>, { world, sight }: Asked): Figure {
  return {
    unit, campaign, phase, indicator, measure, coverage: 'SUBTREE', asOf: on, value, status: 'SUBMITTED', derived: false, statedPercent: null, statedBasis: null, ...what,
    supersededBy: null, version: 1, submittedBy: sight.principal, counted: false, returnReason: null, endReason: null, warnings: [], corrects: null, correctionReason: null,
    arrival: world.nextArrival(),
  };
}

const latest = (figures: Figure[]): Figure | undefined => figures.sort((a, b) => (a.asOf < b.asOf ? 1 : -1))[0];
const ofSeries = ({ unit, campaign, phase, indicator }: Key, measure: Measure, { world }: Asked): Figure[] =>
  world.figures.filter((figure) => figure.unit === unit && figure.coverage === 'SUBTREE' && isSameSeries(figure, { campaign, phase, indicator, measure }));

function assign(input: Input, { key, resultsOn }: { key: Key; resultsOn: Day }, asked: Asked): Record<string, unknown> {
  const { world } = asked;
  assertTimely(key, asked);
  const texts = textsOf(input);
  assertMethod(input, resultsOn, world.today);
  const before = allocation(key, asked);
  assertVersion(input, before.version, { allocation: before });
  const shares = input.method === 'EXPLICIT' ? explicitShares(key, input.shares, asked) : splitShares(key, input, before, resultsOn, asked);
  const kept = world.figures.map((figure) => ({ ...figure }));
  const figures = stateTargets(key, 'ASSIGNED', shares, { counterpart: key.unit, qualifier: 'EXACT', ...texts }, asked);
  const after = allocation(key, asked);
  const shown = {
    ...after,
    shares: after.shares.map((share) => ({
      ...share, previous: before.shares.find(({ unit }) => unit === share.unit)?.value ?? null, weight: shares.find(({ unit }) => unit === share.unit)?.weight ?? null,
    })),
  };
  if (input.preview === true) {
    world.figures.splice(kept.length);
    world.figures.forEach((figure, i) => Object.assign(figure, kept[i]));
    world.moved(key, 'ASSIGNED');
    return { allocation: shown, figures: [] };
  }
  if (figures.length > 0) {
    const { campaign, phase, indicator } = key;
    note(asked, 'ASSIGN_TARGETS', key.unit, { campaign: campaign.code, phase: phase?.code ?? null, indicator: indicator.code, asOf: key.on, method: input.method, units: figures.length });
    for (const figure of figures) {
      const former = before.shares.find(({ unit }) => unit === figure.unit);
      note(asked, 'ASSIGN_TARGET', figure.unit, saidOf(figure), former ? { value: decimal(former.value) } : null);
    }
  }
  return { allocation: shown, figures };
}

export const targets: Record<string, MutationResolver> = Object.fromEntries([
  mutation('assignTargets', {
    nothing: { allocation: null, figures: [] },
    may: (sight) => sight.holdsSomewhere('APPROVER'),
    read: ({ decidedOn, lastResults }: Input) => void [day(decidedOn), day(lastResults?.asOf)],
    prepare: (input: Input, asked) => {
      const on = day(input.decidedOn) ?? asked.world.today;
      const resultsOn = day(input.lastResults?.asOf) ?? `${String(Number(on.slice(0, 4)) - 1).padStart(4, '0')}-12-31`;
      return { key: keyOf(input, 'assigns', on, asked), resultsOn };
    },
    act: assign,
    // What the caller has in scope no more, a repeat does not show.
    again: ({ allocation: first, figures }, _prepared, { sight }) => {
      const mine = <T extends { unit: Unit }>(all: readonly T[]): T[] => all.filter(({ unit }) => sight.inScope(unit));
      return { allocation: { ...(first as object), shares: mine((first as { shares: Share[] }).shares) }, figures: mine(figures as Figure[]) };
    },
  }),

  mutation('setOwnTarget', {
    nothing: { figure: null },
    may: (sight) => sight.holdsSomewhere('APPROVER'),
    read: ({ decidedOn }: Input) => void day(decidedOn),
    prepare: (input: Input, asked) => keyOf(input, 'assigns', day(input.decidedOn) ?? asked.world.today, asked),
    act: (input: Input, key: Key, asked) => {
      assertTimely(key, asked);
      const texts = textsOf(input);
      const value = quantity('value', input.value);
      if (!asked.world.isActive(key.unit, key.on)) throw new Fault('decidedOn', 'INVALID');
      const known = ofSeries(key, 'SELF_SET', asked);
      const current = latest(known.filter(({ status }) => status === 'APPROVED'));
      assertVersion(input, changesOf(known), current && { figure: current });
      const former = known.find(({ status, asOf }) => status === 'APPROVED' && asOf === key.on);
      const before = former ? saidOf(former) : null;
      const [figure] = stateTargets(key, 'SELF_SET', [{ unit: key.unit, value }], { counterpart: null, qualifier: input.qualifier ?? 'EXACT', ...texts }, asked);
      if (!figure) return { figure: former };
      note(asked, 'SET_OWN_TARGET', key.unit, saidOf(figure), before);
      return { figure };
    },
  }),

  mutation('registerTarget', {
    nothing: { figure: null },
    may: (sight) => sight.holdsSomewhere('REPORTER'),
    read: ({ decidedOn }: Input) => void day(decidedOn),
    prepare: (input: Input, asked) => {
      const key = keyOf(input, 'reports', day(input.decidedOn) ?? asked.world.today, asked);
      return { key, asked: input.with == null ? null : seen('with', asked.world.units.get(input.with), (one) => asked.sight.unit(one)) };
    },
    act: (input: Input, { key, asked: wanted }: { key: Key; asked: Unit | null }, asked) => {
      const { sight, world } = asked;
      assertTimely(key, asked);
      const texts = textsOf(input);
      const value = quantity('value', input.value);
      if (!world.isActive(key.unit, key.on)) throw new Fault('decidedOn', 'INVALID');
      const above = (unit: Unit): Unit[] => [world.parentOn(unit, key.on)].flatMap((parent) => (parent ? [parent, ...above(parent)] : []));
      const counterpart = wanted ? above(key.unit).find((one) => one === wanted) : world.parentOn(key.unit, key.on);
      if (!counterpart || !sight.unit(counterpart)) throw new Fault('with', 'INVALID');
      const known = ofSeries(key, 'REGISTERED', asked);
      const open = known.find((figure) => figure.asOf === key.on && isOpen(figure));
      const former = known.find(({ status, asOf }) => asOf === key.on && status === 'APPROVED');
      const shown = open ?? latest(known.filter(({ status }) => status === 'APPROVED'));
      assertVersion(input, changesOf(known), shown && { figure: shown });
      const standing = open ?? former;
      const what = { counterpart, qualifier: input.qualifier ?? 'EXACT', ...texts };
      if (standing && standing.status !== 'RETURNED' && standing.value === value && standing.qualifier === what.qualifier && standing.counterpart === counterpart) return { figure: standing };
      const before = standing ? saidOf(standing) : null;
      if (open) change(asked, open, { status: 'WITHDRAWN' });
      const figure = { ...written(key, 'REGISTERED', value, what, asked), corrects: former ?? null };
      world.figures.push(figure);
      world.moved(key, 'REGISTERED');
      note(asked, 'REGISTER_TARGET', key.unit, saidOf(figure), before);
      return { figure };
    },
  }),

  single('approveTarget', 'approve', 'TARGET'),
  single('returnTarget', 'return', 'TARGET'),
  single('withdrawTarget', 'withdraw', 'TARGET'),
]);
