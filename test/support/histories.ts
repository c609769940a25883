/**
 * Random histories: a tree that moves, merges and closes, and figures on few days, so that a figure often falls on
 * the day of a move, the day before or the day after. A history arrives in batches of exchange records, each of them
 * valid on top of the former ones; it is dealt twice, so that a test can say whether the order of arrival matters.
 */
import fc from 'fast-check';
import { dayOf, isoOf, LEVELS, type Day, type Level } from '../../src/ledger/replay.ts';
import { figureKey, net, type ExchangeRecord, type NetHistory } from './golden-replay.ts';

export type Batch = ExchangeRecord[];
export interface History {
  /** The same records in two orders of arrival; corrections and withdrawals keep theirs. */
  deals: [Batch[], Batch[]];
  /** Final structure and current figures. */
  net: NetHistory;
  /** The days on which something happens, and the days beside them: the ones to ask about. */
  days: Day[];
}

const FOUNDED = dayOf('2020-01-01');
const CHANGES = ['2020-07-01', '2021-03-01', '2021-03-02', '2022-01-01', '2023-05-20', '2024-02-29'].map(dayOf);
const FIGURES = [FOUNDED, FOUNDED + 31, ...CHANGES.flatMap((day) => [day - 1, day, day + 1]), dayOf('2024-12-30')];
const KINDS: Record<Level, string> = {
  NATIONAL: 'CONFEDERATION',
  PROVINCIAL: 'PROVINCIAL_FEDERATION',
  UPPER_GRASSROOTS: 'DISTRICT_FEDERATION',
  GRASSROOTS: 'GRASSROOTS_UNION',
  SUB_GRASSROOTS: 'GRASSROOTS_UNION',
};

const choice = fc.nat({ max: 999 });
const often = <T>(...weighted: [number, T][]) =>
  fc.oneof(...weighted.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
const arrival = often([6, FOUNDED], ...CHANGES.slice(0, 4).map((day): [number, Day] => [1, day]));
const arrivals = (minLength: number, maxLength: number) =>
  fc.array(fc.record({ parent: choice, on: arrival }), { minLength, maxLength, size: 'max' });
const value = fc.oneof(
  { weight: 10, arbitrary: fc.nat({ max: 300 }) },
  { weight: 4, arbitrary: fc.nat({ max: 3_000_000 }).map((tenThousandths) => tenThousandths / 10_000) },
  { weight: 1, arbitrary: fc.constant(Number.MAX_SAFE_INTEGER) },
);
const qualifier = often([6, 'EXACT'], [1, 'MORE_THAN'], [1, 'AT_LEAST'], [1, 'NEARLY'], [1, 'ABOUT'], [1, undefined]);
const figure = fc.record({
  unit: choice,
  day: fc.constantFrom(...FIGURES),
  indicator: often([6, 'I'], [1, 'J']),
  inPhase: often([5, true], [1, false]),
  measure: often([10, 'OWN'], [9, 'SUBTREE'], [4, 'ASSIGNED'], [1, 'REGISTERED'], [1, 'SELF_SET']),
  value,
  qualifier,
  counterpart: choice,
  /** What becomes of the figure later: values that correct it one after the other, and whether it is taken back. */
  corrections: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.record({ value, qualifier }), { minLength: 1, maxLength: 2 }) },
  ),
  withdrawn: often([5, false], [1, true]),
});
const operation = fc.record({
  on: fc.constantFrom(...CHANGES),
  what: often([5, 'move'], [3, 'return'], [2, 'merge'], [1, 'close']),
  unit: choice,
  target: choice,
  heirs: choice,
});
const plan = fc.record({
  PROVINCIAL: arrivals(1, 3),
  UPPER_GRASSROOTS: arrivals(0, 4),
  GRASSROOTS: arrivals(1, 7),
  SUB_GRASSROOTS: arrivals(0, 3),
  operations: fc.array(operation, { maxLength: 14, size: 'max' }),
  phased: fc.boolean(),
  figures: fc.array(figure, { minLength: 1, maxLength: 30, size: 'max' }),
  seeds: fc.tuple(fc.nat(), fc.nat()),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** `prefix` keeps the codes of several histories in one database apart. */
export function histories({ prefix = 'H-' }: { prefix?: string } = {}): fc.Arbitrary<History> {
  return plan.map((choices) => build(choices, prefix));
}

function build(choices: Plan, prefix: string): History {
  const structure = grow(choices, prefix);
  const chains = state(choices, prefix, net(structure));
  const everything = [...structure, ...chains.flat()];
  const [first, second] = choices.seeds;
  return {
    deals: [deal(structure, chains, first), deal(structure, chains, second + 1)],
    net: net(everything),
    days: [...new Set([...CHANGES, ...FIGURES].flatMap((day) => [day - 1, day, day + 1]))].sort((a, b) => a - b),
  };
}

interface Unit {
  code: string;
  rank: number;
  validFrom: Day;
  closedOn: Day;
  places: { parent: Unit; from: Day }[];
}

/** The final structure, grown in order of date; a choice that is not possible on its day is passed over. */
function grow(choices: Plan, prefix: string): ExchangeRecord[] {
  const root: Unit = { code: `${prefix}N`, rank: 0, validFrom: FOUNDED, closedOn: Infinity, places: [] };
  const units = [root];
  const later: ExchangeRecord[] = [];
  /** Who received someone on the day and so cannot close on it. */
  const receivers = new Map<Day, Set<Unit>>();

  const parentOf = (unit: Unit) => unit.places.at(-1)?.parent;
  const isActive = (unit: Unit, day: Day) => unit.validFrom <= day && day < unit.closedOn;
  const childrenOf = (unit: Unit, day: Day) => units.filter((c) => parentOf(c) === unit && isActive(c, day));
  const place = (unit: Unit, parent: Unit, from: Day) => {
    unit.places.push({ parent, from });
    receivers.set(from, (receivers.get(from) ?? new Set()).add(parent));
  };
  const move = (unit: Unit, parent: Unit, on: Day) => {
    place(unit, parent, on);
    later.push({ type: 'placement', unit: unit.code, parent: parent.code, from: isoOf(on) });
  };
  /** Where a unit of that rank may stand, the next higher level twice as likely. */
  const homes = (rank: number, day: Day) => {
    const above = units.filter((unit) => unit.rank < rank && isActive(unit, day));
    return [...above, ...above.filter((unit) => unit.rank === rank - 1)];
  };
  /** One placement a unit and day. */
  const isFree = (unit: Unit, day: Day) =>
    unit !== root && isActive(unit, day) && unit.validFrom < day && unit.places.at(-1)!.from < day;
  const canClose = (unit: Unit, day: Day): boolean =>
    isFree(unit, day) && !receivers.get(day)?.has(unit) && childrenOf(unit, day).every((c) => isFree(c, day));

  const close = (unit: Unit, on: Day, heirs: number, successor?: Unit) => {
    const children = childrenOf(unit, on);
    unit.closedOn = on;
    children.forEach((child, i) => {
      const fate = Math.floor(heirs / 3 ** i) % 3;
      if (fate === 0 && canClose(child, on) && child !== successor) return close(child, on, heirs);
      const heir = fate === 1 && successor && successor.rank < child.rank ? successor : pick(homes(child.rank, on), heirs + i);
      if (heir) move(child, heir, on);
    });
    if (successor) place(unit, successor, on);
    later.push({ type: 'closure', unit: unit.code, on: isoOf(on), ...(successor && { successor: successor.code }) });
  };

  const levels = LEVELS.slice(1) as Exclude<Level, 'NATIONAL'>[];
  const events: { on: Day; happen: () => void }[] = levels.flatMap((level, i) =>
    choices[level].map(({ parent, on }, number) => ({
      on,
      happen: () => {
        const rank = i + 1;
        // Stands in line for its parent only once its level is there: higher levels come first on a day.
        const home = pick(homes(rank, on), parent)!;
        const code = `${prefix}${'PDGS'[i]}${number}`;
        const unit: Unit = { code, rank, validFrom: on, closedOn: Infinity, places: [] };
        units.push(unit);
        place(unit, home, on);
      },
    })),
  );
  for (const { on, what, unit: which, target, heirs } of choices.operations)
    events.push({
      on,
      happen: () => {
        const free = units.filter((unit) => isFree(unit, on) && (unit.rank > 1 || what === 'merge' || what === 'close'));
        const unit = pick(free, which);
        if (!unit) return;
        if (what === 'close' && canClose(unit, on)) close(unit, on, heirs);
        if (what === 'merge' && canClose(unit, on)) {
          const successor = pick(units.filter((u) => u !== unit && u.rank <= unit.rank && isActive(u, on)), target);
          if (successor) close(unit, on, heirs, successor);
        }
        if (what === 'move' || what === 'return') {
          const before = unit.places.map(({ parent }) => parent);
          const candidates = homes(unit.rank, on).filter(
            (home) => home !== parentOf(unit) && (what === 'move' || before.includes(home)),
          );
          const home = pick(candidates, target);
          if (home) move(unit, home, on);
        }
      },
    });
  // A stable sort: those who arrive on a day come before what happens on it.
  for (const { happen } of events.sort((a, b) => a.on - b.on)) happen();

  const founded = units.map((unit) => ({
    type: 'orgUnit',
    code: unit.code,
    name: `Đơn vị ${unit.code}`,
    kind: KINDS[LEVELS[unit.rank]!],
    level: LEVELS[unit.rank]!,
    parent: unit.places[0]?.parent.code ?? null,
    validFrom: isoOf(unit.validFrom),
  }));
  const indicator = { type: 'indicator', unitOfMeasure: 'sáng kiến' };
  return [
    ...founded,
    ...later,
    { ...indicator, code: `${prefix}I`, name: 'Sáng kiến', aggregation: 'SUM' },
    { ...indicator, code: `${prefix}J`, name: 'Điểm thi đua', aggregation: 'NONE' },
    {
      type: 'campaign',
      code: `${prefix}K`,
      name: `Chương trình ${prefix}`,
      campaignKind: 'PROGRAMME',
      launchedBy: root.code,
      startsOn: '2020-01-01',
      endsOn: '2024-12-31',
      ...(choices.phased && { phases: [{ code: 'p1', name: 'Giai đoạn 1' }] }),
    },
  ];
}

function pick<T>(list: readonly T[], number: number): T | undefined {
  return list[number % list.length];
}

/** The figures, each as the chain of records that state, correct and withdraw it. */
function state(choices: Plan, prefix: string, structure: NetHistory): ExchangeRecord[][] {
  const chains = new Map<string, ExchangeRecord[]>();
  const parents = structure.units.filter(({ id }) => structure.placements.some(({ parent }) => parent === id));
  for (const choice of choices.figures) {
    const isResult = choice.measure === 'OWN' || choice.measure === 'SUBTREE';
    // Whoever speaks for others more often has some.
    const speaksForOthers = choice.measure !== 'OWN' && choice.unit % 2 === 0 && parents.length > 0;
    const unit = pick(speaksForOthers ? parents : structure.units, Math.floor(choice.unit / 2))!;
    // A day outside its validity becomes its first or its last one.
    const day = Math.max(unit.validFrom, Math.min(choice.day, (unit.closedOn ?? Infinity) - 1));
    const ancestors = ancestorsOf(structure, unit.id as string, day);
    const basis = ancestors.length > 0 ? choice.measure : 'SELF_SET';
    const series = {
      unit: unit.id,
      campaign: `${prefix}K`,
      ...(choices.phased && choice.inPhase && { phase: 'p1' }),
      indicator: prefix + choice.indicator,
    };
    const key = isResult
      ? { ...series, coverage: choice.measure, asOf: isoOf(day) }
      : { ...series, basis, decidedOn: isoOf(day) };
    const record: ExchangeRecord = {
      type: isResult ? 'result' : 'target',
      ...key,
      value: choice.value,
      ...(choice.qualifier && { qualifier: choice.qualifier }),
      ...(!isResult && basis !== 'SELF_SET' && { counterpart: pick(ancestors, choice.counterpart) }),
    };
    const name = figureKey(record).key;
    if (chains.has(name)) continue;
    const chain = [record];
    for (const { value: other, qualifier: looser } of choice.corrections) {
      if (other === chain.at(-1)!.value) continue;
      chain.push({ ...record, value: other, ...(looser && { qualifier: looser }), corrects: true });
    }
    if (choice.withdrawn) chain.push({ type: 'withdrawal', ...key });
    chains.set(name, chain);
  }
  return [...chains.values()];
}

function ancestorsOf(structure: NetHistory, unit: string, day: Day): string[] {
  const at = structure.placements.find((p) => p.unit === unit && p.from <= day && (p.to === null || day < p.to));
  return at ? [at.parent as string, ...ancestorsOf(structure, at.parent as string, day)] : [];
}

/** A small generator of numbers in [0, 1), so that a deal follows from its seed (mulberry32). */
function dice(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An order of arrival in batches, such that after each batch all that has arrived is valid together. */
function deal(structure: readonly ExchangeRecord[], chains: readonly ExchangeRecord[][], seed: number): Batch[] {
  const roll = dice(seed);
  // At one extreme all structure comes first, at the other much of it comes after the figures it affects.
  const lateness = roll() * 3 - 1.5;
  const rank = (record: ExchangeRecord) =>
    roll() + (record.type === 'placement' || record.type === 'closure' ? lateness : 0);
  const queue = [...structure.map((record) => [record]), ...chains.map((chain) => [...chain])]
    .map((chain) => ({ chain, rank: rank(chain[0]!) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ chain }) => chain);

  const batches: Batch[] = [[]];
  const arrived: ExchangeRecord[] = [];
  const inBatch = new Set<string>();
  const add = (record: ExchangeRecord) => {
    const key = isFigure(record) ? figureKey(record).key : '';
    // A file has no order inside: what corrects a figure comes in a later one.
    if ((roll() < 0.12 && batches.at(-1)!.length > 0) || inBatch.has(key)) {
      batches.push([]);
      inBatch.clear();
    }
    batches.at(-1)!.push(record);
    if (key) inBatch.add(key);
    arrived.push(record);
  };
  while (queue.length > 0) {
    const index = queue.findIndex(([record]) => isValid(arrived, record!));
    if (index >= 0) {
      const [chain] = queue.splice(index, 1);
      add(chain!.shift()!);
      // What is left of a chain goes back somewhere behind.
      if (chain!.length > 0) queue.splice(index + Math.floor(roll() * (queue.length - index + 1)), 0, chain!);
    } else {
      // Changes that are valid only together: all that is left of the structure, in one batch.
      const together = queue.filter(([record]) => !isFigure(record!));
      if (together.length === 0) throw new Error(`cannot be dealt: ${JSON.stringify(queue)}`);
      for (const [record] of together) {
        queue.splice(queue.findIndex(([other]) => other === record), 1);
        batches.at(-1)!.push(record!);
        arrived.push(record!);
      }
    }
  }
  return batches.map((batch) =>
    batch
      .map((record) => ({ record, at: roll() }))
      .sort((a, b) => a.at - b.at)
      .map(({ record }) => record),
  );
}

const isFigure = ({ type }: ExchangeRecord) => type === 'result' || type === 'target' || type === 'withdrawal';

/** Whether a record may come on top of those that have arrived (which are valid together). */
function isValid(arrived: readonly ExchangeRecord[], record: ExchangeRecord): boolean {
  const codes = new Set(arrived.filter((other) => 'code' in other).map((other) => other.code));
  const refersTo = ['unit', 'parent', 'successor', 'launchedBy', 'campaign', 'indicator', 'counterpart'];
  if (refersTo.some((field) => record[field] && !codes.has(record[field]))) return false;
  if (isFigure(record)) return record.type === 'withdrawal' || fits(record, net(arrived));
  const together = [...arrived, record];
  const structure = net(together);
  return isSound(structure) && together.every((other) => other.type !== 'target' || fits(other, structure));
}

/** A figure's counterpart is an ancestor on its day. Its day lies inside the unit's validity, which only shrinks. */
function fits(record: ExchangeRecord, structure: NetHistory): boolean {
  const { date } = figureKey(record);
  const { counterpart } = record;
  return !counterpart || ancestorsOf(structure, record.unit as string, dayOf(date)).includes(counterpart as string);
}

/** While a unit is active its parent is too; a successor is active on the day; a move is to another parent. */
function isSound({ units, placements }: NetHistory): boolean {
  const unitOf = new Map(units.map((unit) => [unit.id, unit]));
  return placements.every((placement, i) => {
    const unit = unitOf.get(placement.unit)!;
    const parent = unitOf.get(placement.parent)!;
    const parentClosedOn = parent.closedOn ?? Infinity;
    const closedOn = unit.closedOn ?? Infinity;
    if (placement.from >= closedOn)
      return placement.from === closedOn && parent.validFrom <= closedOn && closedOn < parentClosedOn;
    const before = placements[i - 1];
    if (before?.unit === placement.unit && before.parent === placement.parent) return false;
    return parent.validFrom <= placement.from && Math.min(placement.to ?? Infinity, closedOn) <= parentClosedOn;
  });
}
