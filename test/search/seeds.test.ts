import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ now: new Date('2026-03-01T03:00:00Z') });
});
afterAll(() => server?.close());

test.each([
  ['phuc tho', 'LĐLĐ huyện Phúc Thọ'],
  ['DONG DA', 'LĐLĐ quận Đống Đa'],
  ['hoang hoa', 'LĐLĐ huyện Hoằng Hóa'],
  ['thanh hoá', 'LĐLĐ tỉnh Thanh Hóa'],
  ['1 triệu sáng kiến', '01 triệu sáng kiến - nỗ lực vượt khó, sáng tạo, quyết tâm chiến thắng đại dịch Covid-19'],
])('who types %s finds what goes by it first', async (text, name) => {
  const { data, errors } = await server.query('query ($text: String!) { search(text: $text, first: 1) { nodes { thing { ... on OrgUnit { name } ... on Campaign { name } } } } }', { text });
  expect(errors).toBeUndefined();
  expect(data.search.nodes).toEqual([{ thing: { name } }]);
});
