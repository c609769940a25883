import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles } from '../../src/exchange/import.service.js';
import { verify } from '../../src/ledger/verify.service.js';
import { startTestServer, type TestServer } from '../support/server.js';

const folder = fileURLToPath(new URL('../../seeds/reform-2025/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).map((name) => folder + name);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  // Whoever looked after Hậu Giang before, and who looks after Cần Thơ.
  await server.grant('can-tho', 'VIEWER', 'P92');
  expect((await importFiles(server.db, files)).errors).toEqual([]);
}, 120_000);
afterAll(() => server?.close());

const ask = async (document: string, variables: Record<string, unknown> = {}, principal?: string) => {
  const { data, errors } = await server.query(document, variables, principal === undefined ? {} : { as: await server.tokenFor(principal) });
  expect(errors).toBeUndefined();
  return data;
};

test('63 federations of provinces on 30 June 2025, 34 a day later, and none of districts', async () => {
  const count = `query ($asOf: Date!) { orgUnit(code: "TLD") { children(asOf: $asOf, where: { level: PROVINCIAL }) { totalCount } }
    city: orgUnit(code: "P01") { children(asOf: $asOf, where: { level: UPPER_GRASSROOTS }) { totalCount } } }`;
  expect(await ask(count, { asOf: '2025-06-30' })).toEqual({ orgUnit: { children: { totalCount: 63 } }, city: { children: { totalCount: 12 } } });
  expect(await ask(count, { asOf: '2025-07-01' })).toEqual({ orgUnit: { children: { totalCount: 34 } }, city: { children: { totalCount: 0 } } });
});

const HAU_GIANG = `{ orgUnit(code: "P93") { name closedOn successor { code name }
  progress(campaign: "1m-initiatives", indicator: "initiatives.valid", asOf: "2023-09-01") { result { value origin } target(basis: REGISTERED) { value } completionPercent(basis: REGISTERED) } } }`;

test('Hậu Giang of 2023 is answered as before, to officers of Cần Thơ too', async () => {
  for (const principal of [undefined, 'can-tho']) {
    expect((await ask(HAU_GIANG, {}, principal)).orgUnit).toEqual({
      name: 'LĐLĐ tỉnh Hậu Giang', closedOn: '2025-07-01', successor: { code: 'P92', name: 'LĐLĐ thành phố Cần Thơ' },
      progress: { result: { value: 52223, origin: 'STATED' }, target: { value: 4512 }, completionPercent: 1157.42 },
    });
  }
});

const HONOURS = `{ orgUnit(code: "P93") { awardsReceived(first: 10) { nodes { code } } practiceModels { totalCount } statedRanks { nodes { group place } } positions(asOf: "2024-01-31") { person { name } } } }`;

test('so are its honours', async () => {
  for (const principal of [undefined, 'can-tho']) {
    expect((await ask(HONOURS, {}, principal)).orgUnit).toEqual({
      awardsReceived: { nodes: expect.arrayContaining([{ code: 'aw-hau-giang-nguyen-duc-canh-2023' }, { code: 'aw-hau-giang-tld-2023' }]) }, practiceModels: { totalCount: 9 },
      statedRanks: { nodes: expect.arrayContaining([{ group: 'NATION', place: 8 }, { group: 'REGION', place: 1 }]) }, positions: [{ person: { name: 'Lê Công Khanh' } }],
    });
  }
});

test('a grassroots union stands under its district before, and under its province after', async () => {
  const { orgUnit } = await ask(`{ orgUnit(code: "D399-th-hoang-phong") { closedOn
    before: ancestors(asOf: "2025-06-30") { code } after: ancestors(asOf: "2025-07-01") { code } } }`);
  expect(orgUnit).toEqual({ closedOn: null, before: [{ code: 'TLD' }, { code: 'P38' }, { code: 'D399' }], after: [{ code: 'TLD' }, { code: 'P38' }] });
});

test('the totals that are kept are those that the figures give', async () => {
  expect((await verify(server.db.pool)).differenceCount).toBe(0);
});
