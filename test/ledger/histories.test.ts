import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import { isoOf, LEVELS, ReplayTree, replaySeries, type BalanceState, type Day, type SeriesReplay } from '../../src/ledger/replay.js';
import { verify } from '../../src/ledger/verify.service.js';
import type { Batch, History } from '../support/histories.js';
import { histories } from '../support/histories.js';
import type { NetHistory } from '../support/golden-replay.js';
import { startTestServer, type TestServer } from '../support/server.js';

const RUNS = 16;
let server: TestServer;
/** To its sessions, any number of figures is a load. */
let loading: pg.Pool;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  loading = new pg.Pool({ connectionString: server.db.url, options: '-c liendoan.many=0' });
});
afterAll(async () => {
  await loading.end();
  await server.close();
});

async function clear(): Promise<void> {
  await server.db.pool.query(
    'truncate org_unit, structure_source, structure_record, placement, ancestry, census, census_past, campaign, campaign_phase, indicator, series, figure, balance, balance_past, part_sum, ledger_load restart identity cascade',
  );
}

/** Each batch is an import of its own. */
async function arrive(batches: readonly Batch[], pool = server.db.pool): Promise<void> {
  for (const batch of batches) {
    const { errors } = await importRecords({ pool }, batch);
    expect(errors).toEqual([]);
  }
}

/** All that the ledger keeps, by codes; when it was recorded follows from the order of arrival. */
async function kept(): Promise<unknown[]> {
  const { rows } = await server.db.pool.query<Record<string, unknown>>(
    `select u.code as unit, k.code as campaign, p.code as phase, i.code as indicator, s.measure, b.*
     from balance b join org_unit u on u.id = b.unit_id join series s on s.id = b.series_id join campaign k on k.id = s.campaign_id
     left join campaign_phase p on p.id = s.phase_id join indicator i on i.id = s.indicator_id order by 1, 2, 3, 4, 5, b.date`,
  );
  return rows.map(({ unit_id: _unit, series_id: _series, recorded_at: _recorded, ...row }) => row);
}

const rows = async (): Promise<unknown[]> => (await server.db.pool.query('select * from balance order by unit_id, series_id, date')).rows;

describe('whatever arrives in whatever order', () => {
  test(`the balances are those of the definitions, and neither the order of arrival nor how many come at once changes anything (${RUNS} histories)`, { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(histories(), async (history) => {
        const outcomes: unknown[][] = [];
        for (const [nth, deal] of history.deals.entries()) {
          await clear();
          await arrive(deal, nth === 0 ? server.db.pool : loading);
          const { differences } = await verify(server.db.pool);
          expect(differences).toEqual([]);
          outcomes.push(await kept());
        }
        expect(outcomes[1]).toEqual(outcomes[0]);
        await expectAnswers(history);
      }),
      { numRuns: RUNS },
    );
  });

  test('a rebuild from the figures gives the same balances', async () => {
    await clear();
    const [history] = fc.sample(histories(), { numRuns: 1, seed: 7 });
    await arrive(history!.deals[0]);
    const before = await rows();
    expect(before.length).toBeGreaterThan(0);
    await server.db.pool.query('select ledger_rebuild()');
    expect(await rows()).toEqual(before);
  });
});

/** Every progress of every unit, on the days on which something happens, asked through the API. */
async function expectAnswers({ net, days }: History): Promise<void> {
  const tree = new ReplayTree(net.units, net.placements);
  const seriesOf = new Map(net.series.map((s) => [`${s.campaign}/${s.phase}/${s.indicator}/${s.measure}`, replaySeries(tree, s.figures, s)]));
  for (const { campaign, phase, indicator } of uniqueCards(net)) {
    const replayOf = (measure: string): SeriesReplay | undefined => seriesOf.get(`${campaign}/${phase}/${indicator}/${measure}`);
    for (const unit of net.units) {
      const asked = days.filter((day) => day >= unit.validFrom);
      const answers: unknown[] = [];
      // A card has eight aliases, and a query at most a hundred.
      for (let from = 0; from < asked.length; from += 12) {
        const some = asked.slice(from, from + 12);
        const { data, errors } = await server.query(
          `query ($unit: String!, $campaign: String!, $phase: String, $indicator: String!) { orgUnit(code: $unit) {
          ${some.map((day, i) => `d${i}: progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: "${isoOf(day)}") { ...card }`).join('\n')}
        } } ${CARD}`,
          { unit: unit.id, campaign, phase, indicator },
        );
        expect(errors).toBeUndefined();
        answers.push(...some.map((_, i) => data.orgUnit[`d${i}`]));
      }
      const defined = asked.map((day) => card(tree, replayOf, unit.id as string, day));
      expect(answers).toEqual(defined);
    }
  }
}

const uniqueCards = (net: NetHistory) =>
  [...new Map(net.series.map(({ campaign, phase, indicator }) => [`${campaign}/${phase}/${indicator}`, { campaign, phase, indicator }])).values()];

const CARD = `
  fragment card on Progress {
    result { ...total } assigned: target(basis: ASSIGNED) { ...total } registered: target(basis: REGISTERED) { ...total }
    completionPercent unallocated detail unexplained
    children: coverage { expected reported }
    ${LEVELS.slice(1).map((level) => `${level}: coverage(level: ${level}) { expected reported }`).join('\n')}
  }
  fragment total on Total { value qualifier asOf origin complete }`;

/** What the card must show, from the replay. */
function card(tree: ReplayTree, replayOf: (measure: string) => SeriesReplay | undefined, unit: string, day: Day): object {
  const stateOf = (measure: string): BalanceState | undefined => replayOf(measure)?.stateAt(unit, day);
  const result = stateOf('RESULT');
  const assigned = stateOf('ASSIGNED');
  const expected = tree.expected(unit, day);
  return {
    result: total(result),
    assigned: total(assigned),
    registered: total(stateOf('REGISTERED')),
    completionPercent: percent(result, assigned),
    unallocated: assigned?.subtreeOn == null ? null : number(assigned.unallocated),
    detail: number(result?.detail),
    unexplained: result?.subtreeOn == null ? null : number(result.unexplained),
    children: { expected: expected.children, reported: result?.reportedChildren ?? 0 },
    ...Object.fromEntries(
      LEVELS.slice(1).map((level, i) => [level, { expected: expected.byLevel[i + 1], reported: result?.reportedByLevel[i + 1] ?? 0 }]),
    ),
  };
}

function total(state: BalanceState | undefined): object | null {
  if (state?.total == null) return null;
  const { qualifier, origin, complete } = state;
  return { value: number(state.total), qualifier, asOf: isoOf(state.asOf!), origin, complete };
}

const number = (scaled: bigint | null | undefined): number | null =>
  scaled == null ? null : Number(`${scaled / 10_000n || (scaled < 0n ? '-0' : '0')}.${String(scaled < 0n ? -scaled % 10_000n : scaled % 10_000n).padStart(4, '0')}`);

/** result ÷ target × 100 to two places, half away from zero. */
function percent(result: BalanceState | undefined, target: BalanceState | undefined): number | null {
  if (result?.total == null || target?.total == null || target.total === 0n || !target.complete) return null;
  const negative = result.total < 0n !== target.total < 0n;
  const [n, d] = [result.total < 0n ? -result.total : result.total, target.total < 0n ? -target.total : target.total];
  const hundredths = (n * 20_000n + d) / (2n * d);
  return Number(`${negative && hundredths > 0n ? '-' : ''}${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`);
}
