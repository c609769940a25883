import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf, isoOf, LEVELS, ReplayTree, replaySeries, type Day, type SeriesReplay } from '../../src/ledger/replay.js';
import { histories, type History } from '../support/histories.js';
import { startTestServer, type TestServer } from '../support/server.js';

/** Random trees whose units move, merge and close: each ranking is what counting by hand gives. */
const RUNS = 6;
const QUERIES = 24;
let server: TestServer;
let run = 0;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
});
afterAll(() => server.close());

interface Standing {
  code: string;
  /** In ten-thousandths. */
  value: bigint;
}
const divide = (part: bigint, whole: bigint): bigint => {
  const negative = part < 0n !== whole < 0n;
  const [p, w] = [part < 0n ? -part : part, whole < 0n ? -whole : whole];
  const half = (p * 20_000n) / w;
  const rounded = half / 2n + (half % 2n);
  return (negative ? -rounded : rounded) * 100n;
};
const text = (value: bigint): number => {
  const digits = String(value < 0n ? -value : value).padStart(5, '0');
  return Number(`${value < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`);
};

test(`places are those of the definitions, whatever moves (${RUNS} histories)`, { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat().chain((seed) => fc.tuple(histories({ prefix: `R${run++}-` }), fc.constant(seed))), async ([history, seed]) => {
      for (const batch of history.deals[0]) await server.load(batch);
      await expectRankings(history, seed);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

async function expectRankings({ net, days }: History, seed: number): Promise<void> {
  const tree = new ReplayTree(net.units, net.placements);
  const replays = new Map(net.series.map((s) => [`${s.campaign}/${s.phase}/${s.indicator}/${s.measure}`, replaySeries(tree, s.figures, s)]));
  const pick = <T>(list: readonly T[], n: number): T => list[(seed * 7919 + n * 104_729) % list.length]!;
  const parents = net.units.filter((unit) => net.placements.some(({ parent }) => parent === unit.id));
  // Where all was withdrawn there is nothing to rank.
  for (let n = 0; n < (net.series.length > 0 ? QUERIES : 0); n++) {
    const { campaign, phase, indicator } = pick(net.series, n);
    const [unit, day, earlier] = [pick(parents, n * 3), pick(days, n * 5), pick(days, n * 11)];
    const by = ['RESULT', 'COMPLETION', ...(earlier < day ? ['GROWTH', 'GROWTH_PERCENT'] : [])][n % (earlier < day ? 4 : 2)]!;
    const level = n % 3 === 0 ? null : pick(LEVELS.slice(1), n);
    const members = net.units.filter((one) => one.validFrom <= day && (one.closedOn === null || day < one.closedOn) && isBeneath(net, one.id as string, unit.id as string, day, level === null) && (level === null || one.level === level));
    const of = (measure: string): SeriesReplay | undefined => replays.get(`${campaign}/${phase}/${indicator}/${measure}`);
    const standings = members.flatMap(({ id }): Standing[] => {
      const value = valueOf(by, id as string, day, earlier, of);
      return value === null ? [] : [{ code: id as string, value }];
    });
    const expected = standings
      .map(({ code, value }) => ({ place: 1 + standings.filter((other) => other.value > value).length, tied: standings.filter((other) => other.value === value).length > 1, value: text(value), unit: { code } }))
      .sort((a, b) => a.place - b.place || (a.unit.code < b.unit.code ? -1 : 1));
    const { data, errors } = await server.query(
      `query ($campaign: String!, $phase: String, $indicator: String!) { orgUnit(code: "${unit.id}") {
         ranking(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: "${isoOf(day)}", by: ${by}${by.startsWith('GROWTH') ? `, since: "${isoOf(earlier)}"` : ''}, group: {${level === null ? 'children: true' : `level: ${level}`}}) {
           size ranked entries(first: 100) { nodes { place tied value unit { code } } } } } }`,
      { campaign, phase, indicator },
    );
    expect(errors).toBeUndefined();
    expect([unit.id, by, isoOf(day), data.orgUnit.ranking]).toEqual([unit.id, by, isoOf(day), { size: members.length, ranked: expected.length, entries: { nodes: expected } }]);
  }
}

function isBeneath(net: History['net'], unit: string, top: string, day: Day, directly: boolean): boolean {
  const place = net.placements.find((one) => one.unit === unit && one.from <= day && (one.to === null || day < one.to));
  if (place === undefined) return false;
  return place.parent === top || (!directly && isBeneath(net, place.parent as string, top, day, false));
}

function valueOf(by: string, unit: string, day: Day, earlier: Day, of: (measure: string) => SeriesReplay | undefined): bigint | null {
  const result = of('RESULT')?.stateAt(unit, day)?.total ?? null;
  if (result === null || by === 'RESULT') return result;
  if (by === 'COMPLETION') {
    const target = of('ASSIGNED')?.stateAt(unit, day);
    return target?.total == null || !target.complete || target.total === 0n ? null : divide(result, target.total);
  }
  const former = of('RESULT')?.stateAt(unit, earlier)?.total ?? null;
  if (former === null) return null;
  if (by === 'GROWTH') return result - former;
  return former > 0n ? divide(result - former, former) : null;
}

test('the oracle rounds half away from zero', () => {
  expect([divide(1n, 3n), divide(2n, 3n), divide(1n, 20_000n), divide(-1n, 20_000n), divide(1n, -3n)]).toEqual([333_300n, 666_700n, 100n, -100n, -333_300n]);
  expect(dayOf(isoOf(dayOf('2022-02-28') + 1))).toBe(dayOf('2022-03-01'));
});
