import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let national: string;
let district: string;
beforeAll(async () => {
  server = await startTestServer();
  await server.load([
    { type: 'source', code: 'T1', kind: 'REPORT', title: 'Báo cáo năm 2022', publishedOn: '2022-12-01', publishedOnPrecision: 'MONTH' },
    { type: 'claim', code: 'T1-1', source: 'T1', unit: 'D272', statement: 'Trên 600 người tham gia', value: 600, qualifier: 'MORE_THAN', unitOfMeasure: 'người', disagreesWith: ['T1-2'] },
    { type: 'claim', code: 'T1-2', source: 'T1', unit: 'D272', statement: 'Gần 600 người tham gia', value: 600, qualifier: 'NEARLY', unitOfMeasure: 'người' },
    { type: 'claim', code: 'T1-3', source: 'T1', unit: 'P01', statement: 'Cả thành phố hơn', disagreesWith: ['T1-1'] },
    { type: 'result', unit: 'D272', campaign: '1m-initiatives', indicator: 'initiatives', asOf: '2023-05-31', value: 7, coverage: 'SUBTREE', source: 'T1-1, T1-3;T1-9 trang 3' },
  ]);
  await server.grant('national', 'VIEWER', 'TLD');
  await server.grant('district', 'VIEWER', 'D272');
  await server.grant('partner', 'PARTNER', 'TLD');
  national = await server.tokenFor('national');
  district = await server.tokenFor('district');
});
afterAll(() => server.close());

const QUERY = `{ orgUnit(code: "D272") {
  results(where: { campaign: "1m-initiatives", from: "2023-05-31", to: "2023-05-31" }) { nodes { value claims { code value qualifier derived source { code title publishedOn publishedOnPrecision } disagreesWith { code } } } }
  claimsAbout(first: 100) { nodes { code } }
} }`;

describe('where a number comes from', () => {
  test('a figure leads to the claims that its source names, and those to who contradicts them', async () => {
    const { data, errors } = await server.query(QUERY, {}, { as: national });
    expect(errors).toBeUndefined();
    const source = { code: 'T1', title: 'Báo cáo năm 2022', publishedOn: '2022-12-01', publishedOnPrecision: 'MONTH' };
    expect(data.orgUnit.results.nodes).toEqual([
      {
        value: 7,
        claims: [
          { code: 'T1-1', value: 600, qualifier: 'MORE_THAN', derived: false, source, disagreesWith: [{ code: 'T1-2' }, { code: 'T1-3' }] },
          { code: 'T1-3', value: null, qualifier: 'EXACT', derived: false, source, disagreesWith: [{ code: 'T1-1' }] },
        ],
      },
    ]);
    expect(data.orgUnit.claimsAbout.nodes).toEqual(expect.arrayContaining([{ code: 'T1-1' }, { code: 'T1-2' }]));
  });

  test('claims about units outside the scope are not there: neither cited, nor contradicting, nor by code', async () => {
    const { data } = await server.query(QUERY, {}, { as: district });
    expect(data.orgUnit.results.nodes[0].claims).toMatchObject([{ code: 'T1-1', disagreesWith: [{ code: 'T1-2' }] }]);
    const { data: asked } = await server.query('{ above: claim(code: "T1-3") { code } own: claim(code: "T1-1") { code } none: claim(code: "nosuch") { code } source(code: "T1") { claims(first: 100) { totalCount } } }', {}, { as: district });
    expect(asked).toEqual({ above: null, own: { code: 'T1-1' }, none: null, source: { claims: { totalCount: 2 } } });
  });

  test('partners and anonymous callers have no sources', async () => {
    for (const as of [await server.tokenFor('partner'), null]) {
      const { data } = await server.query('{ source(code: "T1") { title } claim(code: "T1-1") { code } orgUnit(code: "D272") { claims { code } claimsAbout { totalCount } } }', {}, { as });
      expect(data).toEqual({ source: null, claim: null, orgUnit: { claims: [], claimsAbout: { totalCount: 0 } } });
    }
  });

  test('the number of statements does not grow with the figures and their claims', async () => {
    const count = async (): Promise<number> => {
      const before = server.statements.length;
      await server.query(QUERY.replace('where: { campaign: "1m-initiatives", from: "2023-05-31", to: "2023-05-31" }', 'first: 50'), {}, { as: national });
      return server.statements.length - before;
    };
    const few = await count();
    await server.load(Array.from({ length: 20 }, (_, i) => [
      { type: 'claim', code: `T1-m${i}`, source: 'T1', unit: 'D272', statement: 'Nói', disagreesWith: ['T1-1'] },
      { type: 'result', unit: 'D272', campaign: '1m-initiatives', indicator: 'initiatives', asOf: `2023-06-${String(i + 1).padStart(2, '0')}`, value: i, coverage: 'SUBTREE', source: `T1-m${i} T1-1` },
    ]).flat());
    expect(await count()).toBe(few);
  });
});
