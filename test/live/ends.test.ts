import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOW } from '../access/branches.js';
import { openSocket, openSse } from '../support/live.js';
import { ABOUT, CHANGED, codesOf, said, startLive, type Live } from './streams.js';

let server: Live;
beforeAll(async () => {
  server = await startLive({ api: { live: { gapMs: 0, recheckMs: 30, retryMs: 30 } } });
}, 120_000);
afterAll(() => server?.close());

const WAYS = ['sse', 'socket'] as const;
/** Clocks may differ by half a minute: a token that will be taken for one second more. */
const SHORT_LIVED = { exp: NOW.getTime() / 1000 - 29 };

describe('a token that expires ends', () => {
  test('its SSE stream', async () => {
    const stream = await openSse(server.url, { query: CHANGED, variables: ABOUT }, { authorization: await server.bearer('viewer@P1', SHORT_LIVED) });
    expect(said(await stream.next())).toEqual({});
    expect(codesOf(await stream.next())).toEqual(['UNAUTHENTICATED']);
    expect(await stream.next()).toEqual({ type: 'complete' });
    expect((await stream.next()).type).toBe('end');
  });

  test('its socket, as one that is forbidden', async () => {
    const socket = await openSocket(server.url, { authorization: await server.bearer('viewer@P1', SHORT_LIVED) });
    socket.subscribe('1', CHANGED, ABOUT);
    expect(said(await socket.next())).toEqual({});
    expect(codesOf(await socket.next())).toEqual(['UNAUTHENTICATED']);
    expect(await socket.next()).toEqual({ type: 'end', payload: 4403 });
  });
});

describe.each(WAYS)('without anything being posted, by %s, a stream ends', (way) => {
  test('with the grant', async () => {
    await server.grant(`other ${way}`, 'VIEWER', 'P2');
    await server.grant(`other ${way}`, 'VIEWER', 'D1');
    const stream = await server[way](`other ${way}`);
    await stream.next();
    await server.rows(`update role_grant set revoked_at = now() where principal = $1 and unit_id = (select id from org_unit where code = 'D1')`, [`other ${way}`]);
    expect(codesOf(await stream.next())).toEqual(['BAD_USER_INPUT']);
  });

  test('with the unit’s move out of the scope', async () => {
    const stream = await server[way]('viewer@P1', { unit: 'D2', campaign: 'K' });
    expect(said(await stream.next())).toEqual({});
    await server.load([{ type: 'placement', unit: 'D2', parent: 'P2', from: way === 'sse' ? '2026-06-10' : '2026-06-14' }]);
    expect(codesOf(await stream.next())).toEqual(['BAD_USER_INPUT']);
    await server.load([{ type: 'placement', unit: 'D2', parent: 'P1', from: '2026-06-12' }].slice(way === 'sse' ? 0 : 1));
  });
});

test('what was posted while the database was not heard is heard afterwards', async () => {
  const calm = await startLive({ api: { live: { gapMs: 0, retryMs: 30 } } });
  try {
    const streams = [await calm.sse('viewer@P1'), await calm.socket('viewer@P1')];
    for (const stream of streams) await stream.next();
    const [row] = await calm.rows<{ name: string }>('select current_database() as name');
    await calm.rows(`alter database ${row!.name} connection limit 0`);
    const ended = await calm.rows(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and usename = 'liendoan_api'`);
    expect(ended.length).toBeGreaterThan(1);
    await calm.post('G1', 500);
    const late = await openSse(calm.url, { query: CHANGED, variables: ABOUT }, { authorization: await calm.bearer('viewer@P1') });
    expect(codesOf(await late.next())).toEqual(['UNAVAILABLE']);
    await calm.rows(`alter database ${row!.name} connection limit -1`);
    for (const stream of streams) {
      expect(said(await stream.next())).toEqual({ I: 502 });
      stream.close();
    }
  } finally {
    await calm.close();
  }
});

describe('a server that stops', () => {
  const streamsOf = async (url: string) => {
    const headers = { authorization: await server.bearer('viewer@P1') };
    const sse = await openSse(url, { query: CHANGED, variables: ABOUT }, headers);
    const socket = await openSocket(url, headers);
    socket.subscribe('1', CHANGED, ABOUT);
    for (const stream of [sse, socket]) expect(said(await stream.next())).toEqual({});
    return { sse, socket };
  };

  test('ends what is open, without a last word, does not wait, and leaves no connection', async () => {
    const other = await server.beside();
    const { sse, socket } = await streamsOf(other.url);
    const unnamed = await openSocket(other.url, null);
    const listening = async () => (await server.rows(`select from pg_stat_activity where datname = current_database() and query ~* '^listen'`)).length;
    expect(await listening()).toBe(2);
    await other.close();
    expect(await sse.next()).toEqual({ type: 'end' });
    expect(await socket.next()).toEqual({ type: 'end', payload: 1001 });
    expect(await unnamed.next()).toEqual({ type: 'end', payload: 1001 });
    await expect.poll(listening).toBe(1);
  });

  test('cuts off who does not take its goodbye', async () => {
    const other = await server.beside();
    const { socket } = await streamsOf(other.url);
    socket.socket.pause();
    await expect(other.close()).resolves.toBeUndefined();
    socket.socket.terminate();
  });
});

describe('a client that is gone gives its place back', () => {
  let narrow: Live;
  beforeAll(async () => {
    narrow = await startLive({ api: { live: { perCaller: 1, pingMs: 1500, writeMs: 1500, gapMs: 0 } } });
  });
  afterAll(() => narrow?.close());

  const place = async (principal: string): Promise<unknown> => {
    const stream = await narrow.sse(principal);
    const codes = codesOf(await stream.next());
    stream.close();
    return codes;
  };

  test.each(WAYS)('by %s, one that says goodbye', async (way) => {
    const stream = await narrow[way]('viewer@P1');
    await stream.next();
    expect(await place('viewer@P1')).toEqual(['RATE_LIMITED']);
    stream.close();
    await expect.poll(() => place('viewer@P1')).toBeUndefined();
  });

  test('one that answers no ping', async () => {
    const socket = await openSocket(narrow.url, null);
    // As from a machine that was switched off.
    socket.socket.pong = () => {};
    socket.send({ type: 'connection_init', payload: { authorization: await narrow.bearer('viewer@P1') } });
    await socket.next();
    socket.subscribe('1', CHANGED, ABOUT);
    await socket.next();
    expect(await place('viewer@P1')).toEqual(['RATE_LIMITED']);
    expect(await socket.next()).toEqual({ type: 'end', payload: 1006 });
    await expect.poll(() => place('viewer@P1')).toBeUndefined();
  });

  test('one that takes nothing of what is sent', async () => {
    const indicators = Array.from({ length: 20 }, (_, i) => `M${i}`);
    await narrow.load([
      { type: 'campaign', code: 'LONG', name: 'LONG', campaignKind: 'PROGRAMME', launchedBy: 'N', content: 'x'.repeat(10_000) },
      ...indicators.map((code) => ({ type: 'indicator', code, name: code, unitOfMeasure: 'x', aggregation: 'SUM' })),
    ]);
    const much = Array.from({ length: 99 }, (_, i) => `a${i}: content`).join(' ');
    const query = `subscription { progressChanged(unit: "D1", campaign: "LONG") { progress { campaign { ${much} } } } }`;
    const body = JSON.stringify({ query });
    const { hostname, port } = new URL(narrow.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /graphql/stream HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${await narrow.bearer('viewer@P1')}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    expect(await place('viewer@P1')).toEqual(['RATE_LIMITED']);
    // One event of 20 MB: more than the network keeps for the client.
    await narrow.load(indicators.map((indicator) => ({ type: 'result', unit: 'G1', campaign: 'LONG', indicator, coverage: 'OWN', asOf: '2022-01-01', value: 1 })));
    await expect.poll(() => place('viewer@P1'), { timeout: 15_000 }).toBeUndefined();
    socket.destroy();
  });

  test('a socket that asks for nothing is closed', async () => {
    const socket = await openSocket(narrow.url, { authorization: await narrow.bearer('viewer@P1') });
    expect(await socket.next()).toEqual({ type: 'end', payload: 1000 });
  });
});
