import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verify } from '../../src/ledger/verify.service.js';
import { openRowIds } from '../../src/shared/row-ids.js';
import { startTestServer, type TestServer } from '../support/server.js';

/** A province with 400 unions, each of which has handed in a result of each of five indicators. */
const DISTRICTS = 20;
const UNIONS = 20;
const INDICATORS = ['i0', 'i1', 'i2', 'i3', 'i4'];
const REPORTS = DISTRICTS * UNIONS * INDICATORS.length;
const CLIENTS = 16;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  const unit = (code: string, level: string, kind: string, parent?: string) => ({ type: 'orgUnit', code, name: code, level, kind, ...(parent && { parent }), validFrom: '2000-01-01' });
  const unions = Array.from({ length: DISTRICTS }, (_, d) => Array.from({ length: UNIONS }, (_, g) => `P.${d}.${g}`)).flat();
  await server.load([
    unit('N', 'NATIONAL', 'CONFEDERATION'), unit('P', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
    ...Array.from({ length: DISTRICTS }, (_, d) => unit(`P.${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P')),
    ...unions.map((code) => unit(code, 'GRASSROOTS', 'GRASSROOTS_UNION', code.slice(0, code.lastIndexOf('.')))),
    ...INDICATORS.map((code) => ({ type: 'indicator', code, name: code, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' })),
    { type: 'campaign', code: 'c', name: 'c', campaignKind: 'PROGRAMME', launchedBy: 'N' },
    ...INDICATORS.map((indicator) => ({ type: 'target', unit: 'N', campaign: 'c', indicator, basis: 'SELF_SET', value: 1, decidedOn: '2022-01-01' })),
  ]);
  await server.grant('reporter', 'REPORTER', 'P');
  for (let i = 0; i < CLIENTS; i++) await server.grant(`approver-${i}`, 'APPROVER', 'P');
}, 60_000);
afterAll(() => server?.close());

interface Figured {
  id: string;
  version: number;
}

/** Handed in, as bulk mutations do it. */
async function handIn(day: string): Promise<Figured[]> {
  await server.db.pool.query(
    `insert into series (campaign_id, indicator_id, measure, flows) select c.id, i.id, 'RESULT', true from campaign c, indicator i on conflict do nothing`,
  );
  await server.db.pool.query(
    `insert into figure (series_id, unit_id, coverage, date, value, status, approved_at)
     select s.id, u.id, 'OWN', $1, 1 + (u.id * 7 + s.id) % 90, 'DRAFT', null from series s, org_unit u where s.measure = 'RESULT' and u.level = 'GRASSROOTS'`,
    [day],
  );
  const as = { as: await server.tokenFor('reporter') };
  const { rows } = await server.db.pool.query<{ id: string }>(`select id::text from figure where status = 'DRAFT' order by id`);
  const ids = await openRowIds(server.db.pool);
  const items = rows.map(({ id }) => ({ id: ids.seal('Figure', id), expectedVersion: 1 }));
  const handed: Figured[] = [];
  for (let i = 0; i < items.length; i += 1000) {
    const { data, errors } = await server.query(
      `mutation ($items: [SubmitResultItem!]!) { submitResults(input: {items: $items, mode: ALL_OR_NOTHING}) { done outcomes { figure { id version } } userErrors { code message } } }`,
      { items: items.slice(i, i + 1000) }, as,
    );
    expect({ errors, userErrors: data?.submitResults.userErrors }).toEqual({ errors: undefined, userErrors: [] });
    handed.push(...data.submitResults.outcomes.map(({ figure }: { figure: Figured }) => figure));
  }
  return handed;
}

async function totals(day: string): Promise<number[]> {
  const { data } = await server.query(`{ orgUnit(code: "N") { scorecard(campaign: "c", indicators: ${JSON.stringify(INDICATORS)}, asOf: "${day}") { result { value } coverage(level: GRASSROOTS) { reported } } } }`);
  const cards = data.orgUnit.scorecard as { result: { value: number } | null; coverage: { reported: number } }[];
  return cards.flatMap(({ result, coverage }) => [result?.value ?? 0, coverage.reported]);
}

describe(`${CLIENTS} clients approve at once`, () => {
  test(`${REPORTS} reports under one province, one by one: none is lost, none counts twice, no deadlock reaches a client`, { timeout: 240_000 }, async () => {
    const waiting = await handIn('2022-05-31');
    expect(waiting).toHaveLength(REPORTS);
    const faults: unknown[] = [];
    let approved = 0;
    // They go for the same ones now and then: of two, one approves.
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      const as = { as: await server.tokenFor(`approver-${client}`) };
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const twice = next;
        if (approved % 50 === 7) waiting.push(twice);
        const { data, errors } = await server.query(
          'mutation ($input: ApproveResultInput!) { approveResult(input: $input) { figure { status } userErrors { code } } }',
          { input: { id: next.id, expectedVersion: next.version } }, as,
        );
        if (errors) faults.push(errors);
        else if (data.approveResult.userErrors.length === 0) approved++;
        else if (data.approveResult.userErrors[0].code !== 'CONFLICT' || data.approveResult.figure.status !== 'APPROVED') faults.push(data.approveResult);
        if (faults.length > 0) return;
      }
    });
    await Promise.all(clients);
    expect(faults).toEqual([]);
    expect(approved).toBe(REPORTS);
    const { rows } = await server.db.pool.query<{ total: number }>(
      `select coalesce(sum(f.value), 0)::int as total, count(*)::int as figures from figure f join series s on s.id = f.series_id join indicator i on i.id = s.indicator_id
       where f.status = 'APPROVED' and s.measure = 'RESULT' group by i.code order by i.code`,
    );
    expect(await totals('2022-05-31')).toEqual(rows.flatMap(({ total }) => [total, DISTRICTS * UNIONS]));
    expect((await verify(server.db.pool)).differences).toEqual([]);
  });

  test('by the hundred, with readers beside them: whoever reads sees none in the middle of it', { timeout: 120_000 }, async () => {
    const waiting = await handIn('2022-06-30');
    const batches = Array.from({ length: REPORTS / 100 }, (_, i) => waiting.slice(i * 100, (i + 1) * 100));
    const faults: unknown[] = [];
    let done = false;
    const reader = (async () => {
      let last = (await totals('2022-06-30')).reduce((sum, one, i) => (i % 2 === 0 ? sum + one : sum), 0);
      while (!done) {
        const now = (await totals('2022-06-30')).reduce((sum, one, i) => (i % 2 === 0 ? sum + one : sum), 0);
        if (now === 0 || last === 0) faults.push('a reader saw nothing');
        last = now;
      }
    })();
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      const as = { as: await server.tokenFor(`approver-${client}`) };
      for (let next = batches.pop(); next !== undefined; next = batches.pop()) {
        const items = next.map(({ id, version }) => ({ id, expectedVersion: version }));
        const { data, errors } = await server.query(
          'mutation ($items: [ApproveResultItem!]!) { approveResults(input: {items: $items, mode: ALL_OR_NOTHING}) { done userErrors { code } } }', { items }, as,
        );
        if (errors || data.approveResults.done !== 100) faults.push(errors ?? data);
      }
    });
    await Promise.all(clients);
    done = true;
    await reader;
    expect(faults).toEqual([]);
    expect((await verify(server.db.pool)).differences).toEqual([]);
  });
});
