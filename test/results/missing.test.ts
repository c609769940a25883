/** Who is missing: 9 of the 204 unions of Hoằng Hóa. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';
import { TREE } from './world.js';

const UNIONS = Array.from({ length: 204 }, (_, i) => `H${String(i + 1).padStart(3, '0')}`);
const SILENT = UNIONS.filter((_, i) => i % 23 === 7);
const AS_OF = '2022-05-31';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  await server.load([
    ...TREE,
    { type: 'orgUnit', code: 'HH', name: 'LĐLĐ huyện Hoằng Hóa', level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent: 'P2', validFrom: '2000-01-01' },
    ...UNIONS.map((code) => ({ type: 'orgUnit', code, name: `CĐCS ${code}`, level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'HH', validFrom: '2000-01-01' })),
    // Closed before the day: it owes nothing.
    { type: 'orgUnit', code: 'H999', name: 'CĐCS cũ', level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'HH', validFrom: '2000-01-01' },
    { type: 'closure', unit: 'H999', on: '2022-01-01' },
    { type: 'indicator', code: 'r', name: 'Tỷ lệ', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'i', denominator: 'i.valid' },
    ...UNIONS.filter((code) => !SILENT.includes(code)).map((unit) => ({ type: 'result', unit, campaign: 'c', indicator: 'i', coverage: 'OWN', asOf: AS_OF, value: 1 })),
    ...UNIONS.slice(0, 3).map((unit) => ({ type: 'result', unit, campaign: 'c', indicator: 'i.valid', coverage: 'OWN', asOf: AS_OF, value: 2 })),
    { type: 'reportingRound', campaign: 'c', code: 'h1', name: 'Sơ kết', kind: 'CUSTOM', from: '2022-05-01', to: AS_OF, due: [{ level: 'GRASSROOTS', on: '2099-06-05' }], indicators: ['i'] },
    { type: 'reportingRound', campaign: 'c', code: 'late', name: 'Sơ kết', kind: 'CUSTOM', from: '2022-05-01', to: AS_OF, due: [{ level: 'GRASSROOTS', on: '2022-06-05' }], indicators: ['i'] },
  ]);
  for (const unit of ['N', 'P1', 'P2', 'HH', 'H008']) await server.grant(`v-${unit}`, 'VIEWER', unit);
}, 120_000);
afterAll(() => server?.close());

const ask = async (as: string, fields: string, unit = 'HH') => {
  const { data, errors } = await server.query(`{ orgUnit(code: "${unit}") { ${fields} } }`, {}, { as: await server.tokenFor(as) });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.orgUnit;
};
const NAMES = 'totalCount nodes { code } pageInfo { hasNextPage endCursor }';
const names = ({ nodes }: { nodes: { code: string }[] }): string[] => nodes.map(({ code }) => code);

test('195 of 204 have a result, and 9 are named', async () => {
  expect(SILENT).toHaveLength(9);
  for (const [as, unit, level] of [['v-HH', 'HH', ''], ['v-N', 'HH', '(level: GRASSROOTS)'], ['v-P2', 'P2', '(level: GRASSROOTS)'], ['v-N', 'P2', '(level: GRASSROOTS)']] as const) {
    const { progress } = await ask(as, `progress(campaign: "c", indicator: "i", asOf: "${AS_OF}") { coverage${level} { expected reported percent missing { ${NAMES} } } }`, unit);
    expect(progress.coverage).toMatchObject({ expected: 204, reported: 195, percent: 95.59, missing: { totalCount: 9 } });
    expect(names(progress.coverage.missing)).toEqual(SILENT);
  }
});

test('page by page', async () => {
  const found: string[] = [];
  let after = 'null';
  for (;;) {
    const { progress } = await ask('v-HH', `progress(campaign: "c", indicator: "i", asOf: "${AS_OF}") { coverage { missing(first: 4, after: ${after}) { ${NAMES} } } }`);
    const { missing } = progress.coverage;
    found.push(...names(missing));
    if (!missing.pageInfo.hasNextPage) break;
    after = JSON.stringify(missing.pageInfo.endCursor);
  }
  expect(found).toEqual(SILENT);
});

test('on the day before all are missing; of a RATIO, those without the part that fewer have', async () => {
  const { progress, ratio } = await ask(
    'v-HH',
    `progress(campaign: "c", indicator: "i", asOf: "2022-05-30") { coverage { expected reported missing { totalCount } } }
     ratio: progress(campaign: "c", indicator: "r", asOf: "${AS_OF}") { coverage { expected reported missing(first: 1) { ${NAMES} } } }`,
  );
  expect(progress.coverage).toEqual({ expected: 204, reported: 0, missing: { totalCount: 204 } });
  expect(ratio.coverage).toMatchObject({ expected: 204, reported: 3, missing: { totalCount: 201, nodes: [{ code: 'H004' }] } });
});

test('as known at a moment', async () => {
  await server.load([{ type: 'result', unit: SILENT[0], campaign: 'c', indicator: 'i', coverage: 'OWN', asOf: AS_OF, value: 1 }]);
  const { rows } = await server.db.pool.query<{ at: string }>(
    `select to_char((max(recorded_at) - interval '1 ms') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at from figure`,
  );
  const missing = async (knownAt: string) => {
    const { progress } = await ask('v-HH', `progress(campaign: "c", indicator: "i", asOf: "${AS_OF}"${knownAt}) { coverage { reported missing { totalCount } } }`);
    return [progress.coverage.reported, progress.coverage.missing.totalCount];
  };
  expect(await missing('')).toEqual([196, 8]);
  expect(await missing(`, knownAt: "${rows[0]!.at}"`)).toEqual([195, 9]);
  await server.load([{ type: 'withdrawal', unit: SILENT[0], campaign: 'c', indicator: 'i', coverage: 'OWN', asOf: AS_OF }]);
});

test('in a round: who owes and has not reported, and who was late', async () => {
  const COUNTS = `expected submitted approved onTime percent missing { ${NAMES} } late { totalCount }`;
  const { reporting, late } = await ask('v-HH', `reporting(campaign: "c", round: "h1") { coverage { ${COUNTS} } } late: reporting(campaign: "c", round: "late") { coverage(level: GRASSROOTS) { ${COUNTS} } }`);
  expect(reporting.coverage).toMatchObject({ expected: 204, submitted: 195, approved: 195, onTime: 195, percent: 95.59, missing: { totalCount: 9 }, late: { totalCount: 0 } });
  expect(names(reporting.coverage.missing)).toEqual(SILENT);
  // What was imported was handed in when it was recorded.
  expect(late.coverage).toMatchObject({ expected: 204, submitted: 195, onTime: 0, missing: { totalCount: 9 }, late: { totalCount: 195 } });
});

test('what has left the scope since is in nobody else’s count', async () => {
  await server.load([
    { type: 'orgUnit', code: 'G7', name: 'CĐCS G7', level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D1', validFrom: '2000-01-01' },
    { type: 'placement', unit: 'G7', parent: 'D3', from: '2023-01-01' },
  ]);
  const fields = `progress(campaign: "c", indicator: "i", asOf: "${AS_OF}") { coverage { expected missing { ${NAMES} } } } reporting(campaign: "c", round: "h1") { coverage { expected missing { ${NAMES} } } }`;
  const whole = await ask('v-N', fields, 'D1');
  expect([whole.progress.coverage.expected, names(whole.progress.coverage.missing)]).toEqual([4, ['G1', 'G2', 'G3', 'G7']]);
  expect([whole.reporting.coverage.expected, names(whole.reporting.coverage.missing)]).toEqual([4, ['G1', 'G2', 'G3', 'G7']]);
  const part = await ask('v-P1', fields, 'D1');
  expect([part.progress.coverage.expected, names(part.progress.coverage.missing)]).toEqual([4, ['G1', 'G2', 'G3']]);
  expect([part.reporting.coverage.expected, names(part.reporting.coverage.missing)]).toEqual([3, ['G1', 'G2', 'G3']]);
});

test('nor is a unit that is seen, and not in scope: nobody tells of it whether it has reported', async () => {
  await server.load([
    { type: 'orgUnit', code: 'D9', name: 'LĐLĐ D9', level: 'UPPER_GRASSROOTS', kind: 'DISTRICT_FEDERATION', parent: 'P1', validFrom: '2000-01-01' },
    { type: 'orgUnit', code: 'G9', name: 'CĐCS G9', level: 'GRASSROOTS', kind: 'GRASSROOTS_UNION', parent: 'D9', validFrom: '2000-01-01' },
    { type: 'placement', unit: 'D9', parent: 'P2', from: '2023-01-01' },
    { type: 'reportingRound', campaign: 'c', code: 'districts', name: 'Sơ kết', kind: 'CUSTOM', from: '2022-05-01', to: AS_OF, due: [{ level: 'UPPER_GRASSROOTS', on: '2099-06-05' }], indicators: ['i'] },
  ]);
  await server.grant('both', 'VIEWER', 'P1');
  await server.grant('both', 'VIEWER', 'G9');
  const seen = await ask('both', 'code', 'D9');
  expect(seen).toEqual({ code: 'D9' });
  const fields = `progress(campaign: "c", indicator: "i", asOf: "${AS_OF}") { coverage { missing { ${NAMES} } } } reporting(campaign: "c", round: "districts") { coverage { expected missing { ${NAMES} } } }`;
  const { progress, reporting } = await ask('both', fields, 'P1');
  expect(names(progress.coverage.missing)).toEqual(['D1', 'D2']);
  expect([reporting.coverage.expected, names(reporting.coverage.missing)]).toEqual([2, ['D1', 'D2']]);
  const all = await ask('v-N', fields, 'P1');
  expect([all.reporting.coverage.expected, names(all.reporting.coverage.missing)]).toEqual([3, ['D1', 'D2', 'D9']]);
});

test('as many statements for two hundred units as for three', async () => {
  const count = async (unit: string): Promise<number> => {
    server.statements.length = 0;
    const all = `{ totalCount nodes { code } }`;
    await ask('v-N', `progress(campaign: "c", indicator: "i", asOf: "${AS_OF}") { coverage { expected missing(first: 100) ${all} } }
      reporting(campaign: "c", round: "late") { submitted round { due { on } indicators { code } } coverage { expected missing(first: 100) ${all} late(first: 100) ${all} } }`, unit);
    return server.statements.length;
  };
  expect(await count('HH')).toBe(await count('D2'));
});
