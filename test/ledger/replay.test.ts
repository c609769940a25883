import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dayOf,
  isoOf,
  ReplayTree,
  replaySeries,
  type BalanceState,
  type Level,
  type ReplayFigure,
  type SeriesReplay,
} from '../../src/ledger/replay.ts';
import { DayByDay } from '../support/day-by-day.ts';
import { histories, type History } from '../support/histories.ts';
import { net, scaled, type ExchangeRecord, type Measure, type NetHistory } from '../support/golden-replay.ts';

interface GoldenQuery {
  unit: string;
  campaign: string;
  phase: string | null;
  indicator: string;
  asOf: string;
  basis: Measure;
  expected: Record<string, unknown>;
}
interface GoldenCase {
  name: string;
  records: ExchangeRecord[];
  queries: GoldenQuery[];
}

const golden = (file: string): GoldenCase[] =>
  JSON.parse(readFileSync(new URL(`../golden/${file}`, import.meta.url), 'utf8')) as GoldenCase[];

const plain = (value: bigint | null) => (value === null ? null : Number(value) / 10_000);

/** Two places, half away from zero. */
function percent(result: BalanceState, target: BalanceState): number | null {
  if (result.total === null || !target.total || !target.complete) return null;
  const size = (value: bigint) => (value < 0n ? -value : value);
  const hundredths = (size(result.total) * 20_000n + size(target.total)) / (2n * size(target.total));
  return Number(result.total < 0n === target.total < 0n ? hundredths : -hundredths) / 100;
}

function reader(records: ExchangeRecord[]) {
  const history = net(records);
  const tree = new ReplayTree(history.units, history.placements);
  const silent = replaySeries(tree, [], { flows: true });
  const replays = new Map<string, SeriesReplay>();
  for (const { campaign, phase, indicator, measure, flows, figures } of history.series)
    replays.set(JSON.stringify([campaign, phase, indicator, measure]), replaySeries(tree, figures, { flows }));
  return (query: GoldenQuery) => {
    const on = (measure: Measure) => {
      const key = JSON.stringify([query.campaign, query.phase, query.indicator, measure]);
      return (replays.get(key) ?? silent).stateAt(query.unit, dayOf(query.asOf));
    };
    const [result, target] = [on('RESULT'), on(query.basis)];
    return {
      result: plain(result.total),
      resultOrigin: result.origin,
      resultComplete: result.complete,
      target: plain(target.total),
      targetOrigin: target.origin,
      completionPercent: percent(result, target),
      detail: plain(result.detail),
      unexplained: plain(result.unexplained),
      unallocated: plain(target.unallocated),
      coverage: {
        expected: tree.expected(query.unit, dayOf(query.asOf)).children,
        reported: result.reportedChildren,
      },
    };
  };
}

describe.each(['edge.json', 'random-small.json'])('golden cases of %s', (file) => {
  test.each(golden(file))('$name', ({ records, queries }) => {
    const read = reader(records);
    for (const query of queries) expect({ query, answer: read(query) }).toEqual({ query, answer: query.expected });
  });
});

/** Units by name with level and parent; `moved`: [unit, day, parent]; `closed`: [unit, day]. Figures: '+' for OWN. */
function tell(
  units: Record<string, [Level, string?]>,
  moved: [string, string, string][],
  closed: [string, string][],
  figures: [string, '+' | '=', string, number, ReplayFigure['qualifier']?][],
  flows = true,
) {
  const founded = dayOf('2020-01-01');
  const structure = net([
    ...Object.entries(units).map(([code, [level, parent]]) => ({
      type: 'orgUnit',
      code,
      level,
      parent: parent ?? null,
      validFrom: isoOf(founded),
    })),
    ...moved.map(([unit, from, parent]) => ({ type: 'placement', unit, from, parent })),
    ...closed.map(([unit, on]) => ({ type: 'closure', unit, on })),
  ]);
  const tree = new ReplayTree(structure.units, structure.placements);
  const replay = replaySeries(
    tree,
    figures.map(([unit, sign, date, value, qualifier = 'EXACT']) => ({
      unit,
      coverage: sign === '+' ? 'OWN' : 'SUBTREE',
      date: dayOf(date),
      value: scaled(value),
      qualifier,
    })),
    { flows },
  );
  return {
    tree,
    replay,
    state: (unit: string, date: string) => replay.stateAt(unit, dayOf(date)),
    total: (unit: string, date: string) => plain(replay.stateAt(unit, dayOf(date)).total),
  };
}

describe('by hand', () => {
  const province: Record<string, [Level, string?]> = {
    N: ['NATIONAL'],
    P: ['PROVINCIAL', 'N'],
    D1: ['UPPER_GRASSROOTS', 'P'],
    D2: ['UPPER_GRASSROOTS', 'P'],
    G: ['GRASSROOTS', 'D1'],
  };

  test('(a) a unit takes its total along, and is not counted beside who then speaks for it', () => {
    const { total } = tell(
      province,
      [['G', '2022-03-01', 'D2']],
      [],
      [
        ['G', '+', '2022-01-10', 100],
        ['G', '+', '2022-04-10', 150],
        ['D2', '=', '2022-05-10', 150],
      ],
    );
    expect([total('D1', '2022-02-01'), total('P', '2022-02-01')]).toEqual([100, 100]);
    expect([total('D1', '2022-03-01'), total('D2', '2022-03-01'), total('P', '2022-03-01')]).toEqual([null, 100, 100]);
    expect([total('D1', '2022-05-10'), total('D2', '2022-05-10'), total('P', '2022-05-10')]).toEqual([null, 150, 150]);
  });

  test('(b) a merger keeps what both held until the successor speaks for itself', () => {
    const { total, state } = tell(
      { N: ['NATIONAL'], A: ['PROVINCIAL', 'N'], B: ['PROVINCIAL', 'N'], W: ['PROVINCIAL', 'N'] },
      [
        ['A', '2022-07-01', 'W'],
        ['B', '2022-07-01', 'W'],
      ],
      [
        ['A', '2022-07-01'],
        ['B', '2022-07-01'],
      ],
      [
        ['A', '=', '2022-01-10', 8000],
        ['B', '=', '2022-01-10', 5000],
        ['W', '=', '2022-09-10', 15000],
      ],
    );
    expect([total('W', '2022-06-30'), total('N', '2022-06-30')]).toEqual([null, 13000]);
    expect([total('W', '2022-07-01'), total('N', '2022-07-01')]).toEqual([13000, 13000]);
    expect([total('W', '2022-09-10'), total('N', '2022-09-10')]).toEqual([15000, 15000]);
    // The closed provinces add their totals and are not counted.
    expect(state('W', '2022-07-01')).toMatchObject({ origin: 'SUMMED', complete: true, reportedChildren: 0 });
    expect(state('N', '2022-07-01')).toMatchObject({ complete: true, reportedChildren: 1, reportedByLevel: [0, 1, 0, 0, 0] });
  });

  test('(c) what details do not explain stays with the unit that closes', () => {
    const { total, state } = tell(
      { ...province, H: ['GRASSROOTS', 'D1'], W: ['UPPER_GRASSROOTS', 'P'] },
      [
        ['G', '2022-07-01', 'W'],
        ['H', '2022-07-01', 'W'],
      ],
      [['D1', '2022-07-01']],
      [
        ['G', '+', '2022-01-10', 100],
        ['D1', '=', '2022-02-10', 1000],
        ['H', '+', '2022-03-10', 200],
      ],
    );
    expect([total('D1', '2022-07-01'), total('W', '2022-07-01'), total('P', '2022-07-01')]).toEqual([700, 300, 1000]);
    expect(state('D1', '2022-07-01')).toMatchObject({ origin: 'ADJUSTED', unexplained: scaled(900), detail: null });
  });

  test('a looser figure makes a sum looser, and only a stated total keeps its own word', () => {
    const { state } = tell(
      { ...province, H: ['GRASSROOTS', 'D1'] },
      [['H', '2022-05-01', 'D2']],
      [],
      [
        ['G', '+', '2022-01-10', 10, 'AT_LEAST'],
        ['H', '+', '2022-02-10', 5, 'NEARLY'],
        ['D1', '=', '2022-03-10', 20, 'AT_LEAST'],
      ],
    );
    const word = (unit: string, date: string) => state(unit, date).qualifier;
    expect([word('G', '2022-01-10'), word('D1', '2022-01-10'), word('D1', '2022-02-10')]).toEqual([
      'AT_LEAST',
      'MORE_THAN',
      'ABOUT',
    ]);
    expect([word('D1', '2022-03-10'), word('P', '2022-03-10'), word('D1', '2022-05-01')]).toEqual([
      'AT_LEAST',
      'MORE_THAN',
      'ABOUT',
    ]);
  });

  test('asOf names the last figure that moved the total, and never goes back', () => {
    const { state } = tell(
      { ...province, H: ['GRASSROOTS', 'D1'] },
      [['H', '2022-05-01', 'D2']],
      [],
      [
        ['G', '+', '2022-01-10', 10],
        ['H', '+', '2022-02-10', 5],
        ['D2', '=', '2022-03-10', 7],
      ],
    );
    const asOf = (unit: string, date: string) => isoOf(state(unit, date).asOf!);
    expect(asOf('D1', '2022-01-31')).toBe('2022-01-10');
    expect([asOf('D1', '2022-02-10'), asOf('D1', '2022-05-01')]).toEqual(['2022-02-10', '2022-02-10']);
    expect([asOf('D2', '2022-05-01'), asOf('P', '2022-05-01')]).toEqual(['2022-03-10', '2022-03-10']);
  });

  test('a figure that does not flow shows at its unit, is counted as reported, and enters no total', () => {
    const { state, total } = tell(
      province,
      [['G', '2022-05-01', 'D2']],
      [],
      [
        ['G', '+', '2022-01-10', 10],
        ['D1', '=', '2022-02-10', 90],
        ['D1', '+', '2022-03-10', 80],
      ],
      false,
    );
    expect([total('G', '2022-06-01'), total('D1', '2022-06-01'), total('P', '2022-06-01')]).toEqual([10, 90, null]);
    expect(state('D1', '2022-04-01')).toMatchObject({ origin: 'STATED', membersTotal: 0n, detail: scaled(80) });
    expect(state('P', '2022-04-01')).toMatchObject({
      complete: false,
      reportedChildren: 1,
      reportedByLevel: [0, 0, 1, 1, 0],
    });
  });

  test('a silent child makes a sum incomplete by coming, and complete by closing', () => {
    const { state, replay, tree } = tell(
      { ...province, S: ['GRASSROOTS', 'D2'] },
      [['S', '2022-03-01', 'D1']],
      [['S', '2022-04-01']],
      [['G', '+', '2022-01-10', 10]],
    );
    expect(replay.changes('D1').map(({ date, state }) => [isoOf(date), state.complete])).toEqual([
      ['2022-01-10', true],
      ['2022-03-01', false],
      ['2022-04-01', true],
    ]);
    expect(state('P', '2022-04-01').complete).toBe(false);
    const expected = (date: string) => tree.expected('D1', dayOf(date));
    expect([expected('2022-02-28').children, expected('2022-03-01').children, expected('2022-04-01').children]).toEqual([
      1, 2, 1,
    ]);
    expect(tree.expected('N', dayOf('2022-04-01'))).toMatchObject({ children: 1, byLevel: [0, 1, 2, 1, 0] });
  });
});

/** The same history on a calendar without the days on which nothing can happen, for the sake of the slow definitions. */
function onShortCalendar({ net: { units, placements, series }, days }: History) {
  const short = <T extends number | null>(day: T): T => {
    const index = day === null ? null : days.indexOf(day);
    if (index === -1) throw new Error(`no such day in the history: ${day}`);
    return index as T;
  };
  const brief: NetHistory = {
    units: units.map((unit) => ({ ...unit, validFrom: short(unit.validFrom), closedOn: short(unit.closedOn) })),
    placements: placements.map((p) => ({ ...p, from: short(p.from), to: short(p.to) })),
    series: series.map((one) => ({ ...one, figures: one.figures.map((f) => ({ ...f, date: short(f.date) })) })),
  };
  return { ...brief, days: days.map((_, index) => index) };
}

const inAnyOrder = ({ units, placements, series }: NetHistory) => {
  const text = (value: unknown) => JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v));
  const figures = series.flatMap(({ figures, ...name }) => figures.map((figure) => ({ ...name, ...figure })));
  return [units, placements, figures].map((list: unknown[]) => list.map(text).sort());
};

describe('random histories', () => {
  test('the replay says on every day what the definitions say', () => {
    fc.assert(
      fc.property(histories(), (history) => {
        const { units, placements, series, days } = onShortCalendar(history);
        const tree = new ReplayTree(units, placements);
        for (const { figures } of series) {
          const replay = replaySeries(tree, figures, { flows: true });
          const definitions = new DayByDay(units, placements, figures);
          for (const { id, validFrom } of units)
            for (const day of days.filter((day) => day >= validFrom))
              expect({ id, day, ...replay.stateAt(id, day) }).toEqual({ id, day, ...definitions.state(id, day) });
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the changes of a unit are canonical and lie within its life', () => {
    fc.assert(
      fc.property(histories(), ({ net: { units, placements, series } }) => {
        const tree = new ReplayTree(units, placements);
        for (const { figures, flows } of series) {
          const replay = replaySeries(tree, figures, { flows });
          for (const { id, validFrom } of units) {
            const changes = replay.changes(id);
            changes.forEach(({ date, state }, i) => {
              expect(date).toBeGreaterThanOrEqual(validFrom);
              expect(date).toBeGreaterThan(changes[i - 1]?.date ?? -Infinity);
              expect(state).not.toEqual(replay.stateAt(id, date - 1));
              expect(state).toEqual(replay.stateAt(id, date));
            });
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('both deals of a history come to the same, and every prefix of them can be replayed', () => {
    fc.assert(
      fc.property(histories(), (history) => {
        for (const batches of history.deals) {
          expect(inAnyOrder(net(batches.flat()))).toEqual(inAnyOrder(history.net));
          batches.forEach((_, i) => {
            const { units, placements, series } = net(batches.slice(0, i + 1).flat());
            const tree = new ReplayTree(units, placements);
            for (const { figures, flows } of series) replaySeries(tree, figures, { flows });
          });
        }
      }),
      { numRuns: 100 },
    );
  });
});
