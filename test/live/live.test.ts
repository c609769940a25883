import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBranches, TODAY, type Branches } from '../access/branches.js';
import { openSocket, openSse, type Stream } from '../support/live.js';

let server: Branches;
beforeAll(async () => {
  server = await startBranches({ api: { live: { gapMs: 0 } } });
  for (const code of ['N', 'P1', 'P2', 'D1', 'G1']) await server.grant(`viewer@${code}`, 'VIEWER', code);
}, 120_000);
afterAll(() => server?.close());

const CHANGED = `subscription ($unit: String!, $campaign: String!) { progressChanged(unit: $unit, campaign: $campaign) {
  unit { code } campaign { code } at progress { phase { code } indicator { code } asOf result { value } } } }`;

let day = 0;
/** A result dated later than those before it. */
const result = (unit: string, value: number, campaign = 'K', phase?: string) => {
  day += 1;
  const asOf = new Date(Date.UTC(2023, 0, day)).toISOString().slice(0, 10);
  return { type: 'result', unit, campaign, indicator: 'I', coverage: 'OWN', asOf, value, ...(phase ? { phase } : {}) };
};

const bearer = async (principal: string, claims = {}): Promise<string> => `Bearer ${await server.tokenFor(principal, claims)}`;
const bySse = async (principal: string, variables: object): Promise<Stream> => openSse(server.url, { query: CHANGED, variables }, { authorization: await bearer(principal) });
async function bySocket(principal: string, variables: object): Promise<Stream> {
  const socket = await openSocket(server.url, { authorization: await bearer(principal) });
  socket.subscribe('1', CHANGED, variables);
  return socket;
}

describe.each([['SSE', bySse], ['WebSocket', bySocket]] as const)('by %s', (_, subscribe) => {
  test('says that it has begun, and then what was posted beneath the unit', async () => {
    const stream = await subscribe('viewer@P1', { unit: 'D1', campaign: 'K' });
    expect(await stream.next()).toMatchObject({ type: 'next', payload: { data: { progressChanged: { unit: { code: 'D1' }, campaign: { code: 'K' }, progress: [] } } } });
    await server.load([result('G1', 100)]);
    const heard = await stream.next();
    const { data } = await server.ask('viewer@P1', `{ orgUnit(code: "D1") { progress(campaign: "K", indicator: "I") { result { value } } } }`);
    expect(heard.payload.data.progressChanged.progress).toEqual([{ phase: null, indicator: { code: 'I' }, asOf: TODAY, result: data.orgUnit.progress.result }]);
    stream.close();
  });
});
