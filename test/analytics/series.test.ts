import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayOf, isoOf, ReplayTree, replaySeries } from '../../src/ledger/replay.js';
import { MOST_POINTS, pointsOf } from '../../src/analytics/series.rules.js';
import { histories } from '../support/histories.js';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';
import { number } from '../access/oracle/numbers.js';

const RUNS = 6;
let server: TestServer;
let prefix = 0;
const result = (unit: string, asOf: string, value: number, indicator = 'I', more: object = {}) => ({ type: 'result', unit, campaign: 'K', indicator, coverage: 'OWN', asOf, value, ...more });

beforeAll(async () => {
  server = await startTestServer({ seed: false, now: new Date('2025-02-10T05:00:00Z') });
  const unit = (code: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name: code, level, kind, parent, validFrom: '1990-01-01' });
  await server.load([
    unit('N', 'NATIONAL', 'CONFEDERATION', null),
    unit('P', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
    unit('Q', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
    ...['I', 'A', 'B'].map((code) => ({ type: 'indicator', code, name: code, unitOfMeasure: 'x', aggregation: 'SUM' })),
    { type: 'indicator', code: 'R', name: 'R', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'A', denominator: 'B' },
    { type: 'campaign', code: 'K', name: 'K', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01' },
    result('P', '2024-01-31', 10), result('P', '2024-03-31', 25), result('Q', '2024-03-31', 5), result('P', '2024-11-15', 25), result('Q', '2024-11-20', 4.5),
    result('P', '2024-01-10', 1, 'A'), result('P', '2024-02-10', 4, 'B'), result('P', '2024-03-10', 2, 'A'), result('P', '2024-03-10', 8, 'B'), result('P', '2024-04-10', 9, 'B'),
  ]);
  await server.db.pool.query(
    `insert into publication (unit_id, campaign_id, indicator_id, measure, as_of, audience, value, qualifier, origin, complete, moved_on, path)
     select u.id, c.id, i.id, 'RESULT', d::date, 'PUBLIC', v, 'EXACT', 'SUMMED', true, d::date, u.path
     from org_unit u, campaign c, indicator i, (values ('2024-03-31', 30), ('2024-11-10', 30), ('2024-11-20', 29.5)) p (d, v) where u.code = 'N' and i.code = 'I'`,
  );
}, 120_000);
afterAll(() => server?.close());

interface Args {
  readonly indicator?: string;
  readonly campaign?: string;
  readonly from?: string;
  readonly to?: string;
  readonly every?: string;
  readonly knownAt?: string;
  readonly phase?: string | null;
}
const POINT = '{ asOf result { value qualifier asOf origin complete } target { value } coverage { expected reported } }';
const ask = (code: string, { indicator = 'I', campaign = 'K', ...args }: Args, as?: string | null): Promise<Answer> =>
  server.query(
    `query ($code: String!, $campaign: String!, $indicator: String!, $phase: String, $from: Date, $to: Date, $every: SeriesStep, $knownAt: DateTime) {
      orgUnit(code: $code) { series(campaign: $campaign, indicator: $indicator, phase: $phase, from: $from, to: $to, every: $every, knownAt: $knownAt) ${POINT} } }`,
    { code, campaign, indicator, ...args }, { as },
  );
async function points(code: string, args: Args, as?: string | null): Promise<[string, number | null][]> {
  const { data, errors } = await ask(code, args, as);
  expect(errors).toBeUndefined();
  return data.orgUnit.series.map(({ asOf, result: total }: Answer['data']) => [asOf, total?.value ?? null]);
}

describe('a total over time', () => {
  test('stands where it stood until something is reported anew; the last entry is of the last day', async () => {
    expect(await points('N', { from: '2024-01-15', to: '2024-04-10' })).toEqual([['2024-01-31', 10], ['2024-02-29', 10], ['2024-03-31', 30], ['2024-04-10', 30]]);
    expect(await points('N', { from: '2023-12-30', to: '2024-02-01', every: 'YEAR' })).toEqual([['2023-12-31', null], ['2024-02-01', 10]]);
    expect(await points('N', { from: '2024-01-01', every: 'QUARTER' })).toEqual([['2024-03-31', 30], ['2024-06-30', 30], ['2024-09-30', 30], ['2024-12-31', 29.5], ['2025-02-10', 29.5]]);
    expect(await points('N', { from: '2024-03-30', to: '2024-04-01', every: 'DAY' })).toEqual([['2024-03-30', 10], ['2024-03-31', 30], ['2024-04-01', 30]]);
  });

  test('begins where a result was first known, and ends today at the latest', async () => {
    expect((await points('N', {}))[0]).toEqual(['2024-01-31', 10]);
    expect((await points('N', { to: '2099-12-31' })).at(-1)).toEqual(['2025-02-10', 29.5]);
    expect(await points('N', { from: '2025-02-11' })).toEqual([]);
    expect(await points('N', { to: '2024-01-30' })).toEqual([]);
    expect(await points('Q', { indicator: 'A' })).toEqual([]);
  });

  test('of each change: what was reported again and did not change it is none', async () => {
    expect(await points('N', { every: 'CHANGE' })).toEqual([['2024-01-31', 10], ['2024-03-31', 30], ['2024-11-20', 29.5]]);
    expect(await points('N', { every: 'CHANGE', from: '2024-02-01', to: '2024-03-31' })).toEqual([['2024-02-01', 10], ['2024-03-31', 30]]);
    expect(await points('N', { every: 'CHANGE', from: '2024-03-31' })).toEqual([['2024-03-31', 30], ['2024-11-20', 29.5]]);
  });

  test('of a ratio: as it is shown, whichever part moved', async () => {
    // 1 of nothing known, 1 of 4, 2 of 8, 2 of 9.
    expect(await points('N', { indicator: 'R', every: 'CHANGE' })).toEqual([['2024-02-10', 25], ['2024-04-10', 22.22]]);
    expect((await points('N', { indicator: 'R', to: '2024-03-31' }))).toEqual([['2024-01-31', null], ['2024-02-29', 25], ['2024-03-31', 25]]);
  });

  test('of a unit out of scope: what was published, of each step the latest', async () => {
    expect(await points('N', { from: '2024-01-01' }, null)).toEqual([['2024-03-31', 30], ['2024-11-20', 29.5]]);
    expect(await points('N', { every: 'CHANGE', from: '2024-04-01' }, null)).toEqual([['2024-11-10', 30], ['2024-11-20', 29.5]]);
    expect(await points('N', { every: 'DAY', to: '2024-11-10' }, null)).toEqual([['2024-03-31', 30], ['2024-11-10', 30]]);
    expect(await points('N', { knownAt: new Date().toISOString() }, null)).toEqual([]);
  });

  test('too many entries, days that are none, and codes that name nothing', async () => {
    const refused = async (args: Args) => (await ask('N', args)).errors?.map(({ extensions }) => [extensions['code'], extensions['argument']]);
    expect(pointsOf('2024-01-01', '2025-02-03', 'DAY')).toHaveLength(MOST_POINTS);
    expect(await refused({ every: 'DAY', from: '2024-01-01', to: '2025-02-03' })).toBeUndefined();
    expect(await refused({ every: 'DAY', from: '2024-01-01', to: '2025-02-04' })).toEqual([['BAD_USER_INPUT', 'every']]);
    expect(await refused({ every: 'YEAR', from: '0001-01-01' })).toEqual([['BAD_USER_INPUT', 'every']]);
    expect(await refused({ from: '2024-02-01', to: '2024-01-31' })).toEqual([['BAD_USER_INPUT', 'to']]);
    expect(await refused({ from: '2024-02-30' })).toEqual([['BAD_USER_INPUT', 'from']]);
    expect(await refused({ knownAt: '2999-01-01T00:00:00Z' })).toEqual([['BAD_USER_INPUT', 'knownAt']]);
    for (const args of [{ campaign: "x' or 1=1 --" }, { indicator: 'N\u0000' }, { phase: 'none' }, { campaign: 'x'.repeat(5000) }]) expect(await points('N', args)).toEqual([]);
  });

  test('one statement reads all entries', async () => {
    const count = async (to: string): Promise<number> => {
      server.statements.length = 0;
      expect((await points('N', { every: 'DAY', from: '2024-01-01', to })).length).toBeGreaterThan(1);
      return server.statements.length;
    };
    expect(await count('2025-02-03')).toBe(await count('2024-01-02'));
  });
});

describe('the days of steps', () => {
  test('cover every day once: each lies in the step that ends next', () => {
    const day = fc.integer({ min: dayOf('0050-01-01'), max: dayOf('2400-01-01') });
    fc.assert(
      fc.property(day, fc.nat({ max: 30_000 }), fc.constantFrom('MONTH', 'QUARTER', 'YEAR' as const), (from, length, step) => {
        const [first, last] = [isoOf(from), isoOf(from + length)];
        const ends = pointsOf(first, last, step);
        if (ends.length > MOST_POINTS) return;
        expect(ends.at(-1)).toBe(last);
        const same = { MONTH: 7, QUARTER: 7, YEAR: 4 }[step];
        for (const [i, end] of ends.slice(0, -1).entries()) {
          const next = isoOf(dayOf(end) + 1);
          expect(next.slice(-2)).toBe('01');
          if (step === 'QUARTER') expect(['01', '04', '07', '10']).toContain(next.slice(5, 7));
          expect(next.slice(0, same) <= ends[i + 1]!.slice(0, same)).toBe(true);
          expect(end >= first).toBe(true);
        }
        expect(new Set(ends.map((end) => (step === 'QUARTER' ? `${end.slice(0, 4)} ${Math.ceil(Number(end.slice(5, 7)) / 3)}` : end.slice(0, same)))).size).toBe(ends.length);
      }),
    );
  });
});

describe('over random trees and histories', () => {
  test(`a series is the progress asked day by day, and changes are those of the definitions (${RUNS} histories)`, { timeout: 300_000 }, async () => {
    const stretches = fc.array(fc.record({ unit: fc.nat(), from: fc.nat({ max: 1_700 }), length: fc.nat({ max: 700 }), every: fc.constantFrom('DAY', 'MONTH', 'QUARTER', 'YEAR', 'CHANGE') }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(histories(), stretches, async (history, asked) => {
        // Each history under names of its own, in one database.
        const own = `${prefix++}-`;
        const renamed = (record: object): object => JSON.parse(JSON.stringify(record).replaceAll('"H-', `"${own}`)) as object;
        for (const batch of history.deals[0]) await server.load(batch.map(renamed));
        const tree = new ReplayTree(history.net.units, history.net.placements);
        for (const { unit: which, from: start, length, every } of asked) {
          const id = history.net.units[which % history.net.units.length]!.id as string;
          const phase = history.net.series.find(({ measure }) => measure === 'RESULT')?.phase ?? null;
          const from = dayOf('2019-12-15') + start;
          const to = Math.min(from + Math.min(length, every === 'DAY' ? 120 : 700), dayOf('2025-02-10'));
          const codes = { campaign: `${own}K`, indicator: `${own}I`, phase };
          const { data, errors } = await ask(id.replace('H-', own), { ...codes, from: isoOf(from), to: isoOf(to), every });
          expect(errors).toBeUndefined();
          const series: Answer['data'][] = data.orgUnit.series;

          const figures = history.net.series.find((one) => one.measure === 'RESULT' && one.indicator === 'H-I' && one.phase === phase)?.figures ?? [];
          const replay = replaySeries(tree, figures, { flows: true });
          const days: string[] = [];
          for (let day = from, before: bigint | null | undefined; day <= to; day++) {
            const { total } = replay.stateAt(id, day);
            const [today, tomorrow] = [isoOf(day), isoOf(day + 1)];
            const ends = { DAY: true, MONTH: tomorrow.endsWith('-01'), QUARTER: /-(01|04|07|10)-01$/.test(tomorrow), YEAR: tomorrow.endsWith('-01-01'), CHANGE: total !== before }[every];
            if (ends || (every !== 'CHANGE' && day === to)) days.push(today);
            before = total;
          }
          expect(series.map(({ asOf }) => asOf)).toEqual(days);
          expect(series.map(({ result: total }) => total?.value ?? null)).toEqual(days.map((day) => {
            const { total } = replay.stateAt(id, dayOf(day));
            return total === null ? null : number(total);
          }));
          // All that a card shows is what it shows when it is asked for by itself.
          const some = series.filter((_, i) => i % Math.ceil(series.length / 5) === 0);
          const cards = some.map(({ asOf }, i) => `c${i}: progress(campaign: "${codes.campaign}", indicator: "${codes.indicator}", phase: ${JSON.stringify(phase)}, asOf: "${asOf}") ${POINT}`);
          const alone = await server.query(`{ orgUnit(code: "${id.replace('H-', own)}") { code ${cards.join(' ')} } }`);
          expect(alone.errors).toBeUndefined();
          expect(some).toEqual(some.map((_, i) => alone.data.orgUnit[`c${i}`]));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
