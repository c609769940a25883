import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { TODAY } from '../access/branches.js';
import { openSse } from '../support/live.js';
import { ABOUT, CHANGED, codesOf, said, startLive, type Live } from './streams.js';

let server: Live;
beforeAll(async () => {
  server = await startLive({ api: { live: { gapMs: 0 } } });
}, 120_000);
afterAll(() => server?.close());

const WAYS = ['sse', 'socket'] as const;
const BEGUN = { type: 'next', payload: { data: { progressChanged: { unit: { code: 'D1' }, campaign: { code: 'K' }, progress: [] } } } };
const shown = async (unit: string): Promise<number> => {
  const { data } = await server.ask('viewer@N', `{ orgUnit(code: "${unit}") { progress(campaign: "K", indicator: "I") { result { value } } } }`);
  return data.orgUnit.progress.result.value;
};

describe.each(WAYS)('by %s', (way) => {
  test('a subscriber hears that it has begun, and then what was posted beneath the unit', async () => {
    const stream = await server[way]('viewer@P1');
    expect(await stream.next()).toMatchObject(BEGUN);
    await server.post('G1', 100);
    expect((await stream.next()).payload).toMatchObject({
      data: { progressChanged: { unit: { code: 'D1' }, progress: [{ phase: null, indicator: { code: 'I' }, asOf: TODAY, result: { value: await shown('D1') } }] } },
      extensions: { cost: { requested: expect.any(Number) } },
    });
    stream.close();
  });

  test('of what is posted elsewhere, or in another campaign, it hears nothing', async () => {
    const stream = await server[way]('viewer@P1');
    await stream.next();
    await server.post('G9', 5);
    await server.post('G3', 6);
    await server.load([{ type: 'result', unit: 'G1', campaign: 'K2', indicator: 'I', coverage: 'OWN', asOf: `2023-05-0${way.length}`, value: 1 }]);
    // As after an import that is too large to be announced unit by unit: everybody looks, and finds nothing new.
    await server.rows(`select pg_notify('liendoan_ledger', '{}'), pg_notify('liendoan_ledger', 'no JSON'), pg_notify('liendoan_ledger', '{"campaigns": "x"}')`);
    await server.post('G2', 7);
    expect(said(await stream.next())).toEqual({ I: await shown('D1') });
    stream.close();
  });

  test('what is rolled back is not heard', async () => {
    const stream = await server[way]('viewer@P1');
    await stream.next();
    const before = await shown('D1');
    const client = await server.db.pool.connect();
    await client.query('begin');
    await client.query(`insert into figure (series_id, unit_id, coverage, date, value) select s.id, u.id, 'OWN', '2024-01-01', 1 from series s, org_unit u where u.code = 'G1' limit 1`);
    await client.query(`select ledger_touch(array_agg(id)) from figure where date = '2024-01-01'`);
    await client.query('select ledger_settle()');
    await client.query('rollback');
    client.release();
    await server.post('G1', 9);
    expect(said(await stream.next())).toEqual({ I: await shown('D1') });
    expect(await shown('D1')).not.toBe(before);
    stream.close();
  });

  test('who may not subscribe is told so, and who is not there is as who is hidden', async () => {
    const refusal = async (principal: string | null, about: object): Promise<unknown> => {
      const stream = await server[way](principal, about);
      const heard = await stream.next();
      stream.close();
      return heard.payload.errors ?? heard.payload;
    };
    expect(await refusal(null, ABOUT)).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await refusal('nobody', ABOUT)).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const unknown = await refusal('viewer@D1', { unit: 'X', campaign: 'K' });
    expect(unknown).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'unit' } }]);
    // Hidden, seen above one's own, and no code at all.
    for (const unit of ['D2', 'P1', 'N', "'"]) expect(await refusal('viewer@D1', { unit, campaign: 'K' })).toEqual(unknown);
    const campaign = await refusal('viewer@D1', { unit: 'D1', campaign: 'X' });
    expect(campaign).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'campaign' } }]);
    expect(await refusal('viewer@G1', { unit: 'G1', campaign: 'nosuch' })).toEqual(campaign);
    expect(await refusal('viewer@D1', { unit: 'X', campaign: 'X' })).toEqual(unknown);
  });

  test('a key, which is a partner’s, may not subscribe', async () => {
    await server.grant('admin@P1', 'ADMIN', 'P1');
    const { secret } = await server.act('admin@P1', 'createApiKey', { unit: 'P1', name: `key ${way}`, expiresOn: '2027-01-01' });
    const stream = await openSse(server.url, { query: CHANGED, variables: ABOUT }, { authorization: `Bearer ${secret}` });
    expect(codesOf(await stream.next())).toEqual(['FORBIDDEN']);
    expect(await stream.next()).toEqual({ type: 'complete' });
  });

  test('with a grant that is revoked the stream ends with the next event, as if the unit had never been', async () => {
    await server.grant(`leaver ${way}`, 'VIEWER', 'D1');
    const stream = await server[way](`leaver ${way}`);
    await stream.next();
    await server.rows(`update role_grant set revoked_at = now() where principal = $1`, [`leaver ${way}`]);
    await server.post('G1', 11);
    const last = await stream.next();
    const { payload } = await (await server[way]('viewer@G1', { unit: 'X', campaign: 'K' })).next();
    expect(last.payload).toEqual(payload);
    expect(last.type === 'error' || (await stream.next()).type === 'complete').toBe(true);
  });
});

test('of several subscriptions of one socket each ends by itself, and one that is ended is heard no more', async () => {
  const socket = await server.socket('viewer@N');
  socket.subscribe('2', CHANGED, { unit: 'P2', campaign: 'K' });
  const begun = [await socket.next(), await socket.next()];
  expect(begun.map(({ id }) => id).sort()).toEqual(['1', '2']);
  socket.send({ type: 'complete', id: '1' });
  socket.subscribe('3', CHANGED, { unit: 'X', campaign: 'K' });
  expect(await socket.next()).toMatchObject({ type: 'error', id: '3' });
  await server.post('G1', 12);
  await server.post('G9', 13);
  expect(await socket.next()).toMatchObject({ type: 'next', id: '2' });
  socket.close();
});

test('a RATIO is told of with its parts, a phase by itself, and many at once in several events', async () => {
  const codes = Array.from({ length: 25 }, (_, i) => `M${String(i).padStart(2, '0')}`);
  await server.load([
    ...codes.map((code) => ({ type: 'indicator', code, name: code, unitOfMeasure: 'x', aggregation: 'SUM' })),
    { type: 'indicator', code: 'R', name: 'R', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'M00', denominator: 'M01' },
    { type: 'campaign', code: 'K3', name: 'K3', campaignKind: 'PROGRAMME', launchedBy: 'N', phases: [{ code: 'p', name: 'p' }] },
  ]);
  const of = (indicator: string, value: number, asOf: string, more = {}) => ({ type: 'result', unit: 'G1', campaign: 'K3', indicator, coverage: 'OWN', asOf, value, ...more });
  const stream = await server.sse('viewer@N', { unit: 'P1', campaign: 'K3' });
  await stream.next();
  await server.load([of('M00', 1, '2023-01-01'), of('M00', 7, '2023-01-01', { phase: 'p' })]);
  expect(said(await stream.next())).toEqual({ M00: 1, 'p/M00': 7 });
  await server.load([of('M01', 4, '2023-01-01')]);
  expect(said(await stream.next())).toEqual({ M01: 4, R: 25 });
  await server.load(codes.map((code) => of(code, 40, '2023-02-01')));
  const [first, second] = [said(await stream.next()), said(await stream.next())] as [object, object];
  expect([Object.keys(first).length, Object.keys(second).length]).toEqual([20, 6]);
  expect({ ...first, ...second }).toEqual({ ...Object.fromEntries(codes.map((code) => [code, 40])), R: 100 });
  stream.close();
});

test('two servers on one database tell the same', async () => {
  const other = await server.beside();
  try {
    const streams = [await server.sse('viewer@P1'), await openSse(other.url, { query: CHANGED, variables: ABOUT }, { authorization: await server.bearer('viewer@P1') })];
    for (const stream of streams) expect(said(await stream.next())).toEqual({});
    await server.post('G1', 200);
    const total = await shown('D1');
    for (const stream of streams) {
      expect(said(await stream.next())).toEqual({ I: total });
      stream.close();
    }
  } finally {
    await other.close();
  }
});

test('what changes while nobody can look is one event: the last state', async () => {
  const narrow = await startLive({ connections: 1, api: { live: { gapMs: 0, retryMs: 30 } } });
  try {
    const stream = await narrow.sse('viewer@P1');
    await stream.next();
    const only = await narrow.api.pool.connect();
    for (let value = 1; value <= 4; value++) await narrow.post('G1', value * 100);
    only.release();
    expect(said(await stream.next())).toEqual({ I: 402 });
    await narrow.post('G1', 1000);
    expect(said(await stream.next())).toEqual({ I: 1002 });
    stream.close();
  } finally {
    await narrow.close();
  }
});

describe('the clients that people use', () => {
  async function expectHeard(events: AsyncIterableIterator<{ data?: unknown }>): Promise<void> {
    expect(await events.next()).toMatchObject({ value: { data: { progressChanged: { progress: [] } } } });
    await server.post('G1', 300);
    expect(await events.next()).toMatchObject({ value: { data: { progressChanged: { progress: [{ result: { value: await shown('D1') } }] } } } });
    await events.return?.();
  }

  test('graphql-sse', async () => {
    const client = createSseClient({ url: new URL('/graphql/stream', server.url).href, headers: async () => ({ authorization: await server.bearer('viewer@P1') }) });
    await expectHeard(client.iterate({ query: CHANGED, variables: { ...ABOUT } }));
    client.dispose();
  });

  test('graphql-ws', async () => {
    const client = createSocketClient({
      url: new URL('/graphql', server.url.replace('http', 'ws')).href,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: await server.bearer('viewer@P1') }),
    });
    await expectHeard(client.iterate({ query: CHANGED, variables: { ...ABOUT } }));
    await client.dispose();
  });
});
