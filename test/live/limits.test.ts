import { connect } from 'node:net';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announcementOf, concerns } from '../../src/live/announcement.rules.js';
import { openSocket, openSse, type Stream } from '../support/live.js';
import { ABOUT, CHANGED, codesOf, said, startLive, type Live } from './streams.js';

let server: Live;
const SETTINGS = { perCaller: 3, perProcess: 6, unnamed: 2, initMs: 1500, messages: 20, gapMs: 0 };
beforeAll(async () => {
  server = await startLive({ api: { live: SETTINGS }, config: { corsOrigins: ['https://dashboard.test'] }, limits: { MEMBER: { points: 9_000, requests: 500 } } });
}, 120_000);
afterAll(() => server?.close());

const WAYS = ['sse', 'socket'] as const;
const deep = (levels: number): string => `subscription { progressChanged(unit: "D1", campaign: "K") { unit ${'{ parent '.repeat(levels)}{ code }${' }'.repeat(levels)} } }`;

describe.each(WAYS)('by %s', (way) => {
  test.each<[string, string, string]>([
    ['a query', '{ viewer { principal } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['a mutation', 'mutation { revokeApiKey(input: { keyId: "x" }) { userErrors { code } } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['introspection', '{ __schema { types { name } } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['several operations without a name', 'subscription A { progressChanged(unit: "D1", campaign: "K") { at } } subscription B { progressChanged(unit: "D1", campaign: "K") { at } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['fragments alone', 'fragment F on Subscription { progressChanged(unit: "D1", campaign: "K") { at } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['two fields of the root', 'subscription { a: progressChanged(unit: "D1", campaign: "K") { at } b: progressChanged(unit: "D1", campaign: "K") { at } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a field that may be left out', 'subscription { progressChanged(unit: "D1", campaign: "K") @skip(if: true) { at } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['a fragment that may be left out', 'subscription { ...F @include(if: false) } fragment F on Subscription { progressChanged(unit: "D1", campaign: "K") { at } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['what is no document', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['too many tokens', `subscription { ${'progressChanged '.repeat(3000)} }`, 'QUERY_TOO_LARGE'],
    ['depth', deep(20), 'QUERY_TOO_DEEP'],
    ['aliases', `subscription { progressChanged(unit: "D1", campaign: "K") { unit { ${Array.from({ length: 120 }, (_, i) => `a${i}: code`).join(' ')} } } }`, 'QUERY_TOO_LARGE'],
    ['more than a minute allows', 'subscription { progressChanged(unit: "D1", campaign: "K") { unit { children(first: 100) { nodes { children(first: 100) { nodes { code } } } } } } }', 'QUERY_TOO_COSTLY'],
  ])('%s is refused', async (_, document, code) => {
    const stream = await server[way]('viewer@P1', {}, document);
    expect(codesOf(await stream.next())).toEqual([code]);
    if (way === 'sse') expect(await stream.next()).toEqual({ type: 'complete' });
    stream.close();
  });

  test('a fragment at the root, and a name, are as good as none', async () => {
    const stream = await server[way]('viewer@N', ABOUT, `subscription Live($unit: String!, $campaign: String!) { ...F } fragment F on Subscription { progressChanged(unit: $unit, campaign: $campaign) { at progress { indicator { code } phase { code } result { value } } } }`);
    expect(said(await stream.next())).toEqual({});
    stream.close();
  });

  test('a caller has so many subscriptions at once, and the process so many', async () => {
    const open = async (principal: string): Promise<[unknown, Stream]> => {
      const stream = await server[way](principal);
      return [codesOf(await stream.next()), stream];
    };
    const several = async (principal: string, count: number) => {
      const all: [unknown, Stream][] = [];
      while (all.length < count) all.push(await open(principal));
      return all;
    };
    const opened = await several('viewer@P1', 4);
    expect(opened.map(([codes]) => codes).filter((codes) => codes !== undefined)).toEqual([['RATE_LIMITED']]);
    const others = way === 'sse' ? await several('viewer@D1', 3) : [];
    if (way === 'sse') expect(codesOf(await (await server.sse('viewer@N')).next())).toEqual(['UNAVAILABLE']);
    for (const [, stream] of [...opened, ...others]) stream.close();
    await expect.poll(async () => {
      const [codes, stream] = await open('viewer@N');
      stream.close();
      return codes;
    }).toBeUndefined();
    // As before: a client that has closed a socket is not the server that has noticed.
    await expect.poll(async () => (await several('viewer@P1', 3)).map(([codes, stream]) => (stream.close(), codes))).toEqual([undefined, undefined, undefined]);
  });
});

describe('by SSE', () => {
  const post = async (headers: Record<string, string>, body: string, path = '/graphql/stream'): Promise<{ status: number; codes: unknown }> => {
    const response = await fetch(new URL(path, server.url), { method: 'POST', headers: { authorization: await server.bearer('viewer@P1'), 'content-type': 'application/json', ...headers }, body });
    return { status: response.status, codes: codesOf({ type: '', payload: await response.json() }) };
  };
  const body = JSON.stringify({ query: CHANGED, variables: ABOUT });

  test.each<[string, Record<string, string>, string, number, string]>([
    ['of a client that wants JSON', { accept: 'application/json' }, body, 406, 'BAD_REQUEST'],
    ['as a form', { 'content-type': 'text/plain' }, body, 415, 'BAD_REQUEST'],
    ['that is no JSON', {}, '{', 400, 'BAD_REQUEST'],
    ['that is no object', {}, '[]', 400, 'BAD_REQUEST'],
    ['without a query', {}, '{}', 400, 'BAD_REQUEST'],
    ['whose variables are none', {}, JSON.stringify({ query: CHANGED, variables: [] }), 400, 'BAD_REQUEST'],
    ['that is too long', {}, JSON.stringify({ query: `${CHANGED}${' '.repeat(110_000)}` }), 413, 'BAD_REQUEST'],
    ['with a credential that is none', { authorization: 'Bearer x' }, body, 401, 'UNAUTHENTICATED'],
  ])('a request %s is refused', async (_, headers, text, status, code) => {
    expect(await post(headers, text)).toEqual({ status, codes: [code] });
  });

  test('no stream is kept for later: neither PUT nor a token nor GET has one', async () => {
    for (const method of ['PUT', 'GET', 'DELETE']) {
      const response = await fetch(new URL('/graphql/stream?token=x', server.url), { method, headers: { accept: 'text/event-stream', 'x-graphql-event-stream-token': 'x' } });
      expect(response.status).toBe(404);
    }
  });

  test('a subscription that is posted as a query learns where to go', async () => {
    const { status, errors } = await server.ask('viewer@P1', CHANGED, { ...ABOUT });
    expect({ status, errors }).toMatchObject({ status: 400, errors: [{ message: expect.stringContaining('/graphql/stream'), extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }] });
  });

  test('pages of an origin that is listed may read it, and nothing keeps it', async () => {
    const headers = { authorization: await server.bearer('viewer@P1'), origin: 'https://dashboard.test' };
    const stream = await openSse(server.url, { query: CHANGED, variables: ABOUT }, headers);
    expect(Object.fromEntries(stream.headers)).toMatchObject({ 'access-control-allow-origin': 'https://dashboard.test', 'cache-control': 'no-store', 'content-type': expect.stringContaining('text/event-stream'), 'x-request-id': expect.any(String), 'ratelimit-limit': '500' });
    stream.close();
  });
});

describe('by socket', () => {
  const own = () => new URL(server.url).origin;

  test.each([['no origin', () => ({})], ['the server’s own', () => ({ origin: own() })], ['one that is listed', () => ({ origin: 'https://dashboard.test' })]])('a page of %s is let in', async (_, headers) => {
    const socket = await openSocket(server.url, { Authorization: await server.bearer('viewer@P1') }, headers());
    socket.subscribe('1', CHANGED, ABOUT);
    expect(said(await socket.next())).toEqual({});
    socket.close();
  });

  test.each(['https://elsewhere.test', 'null', 'http://127.0.0.1', 'http://localhost.elsewhere.test', 'https://dashboard.test.elsewhere.test'])('a page of %s is not', async (origin) => {
    await expect(openSocket(server.url, null, { origin, authorization: await server.bearer('viewer@P1') })).rejects.toThrow('refused with 403');
  });

  test('the header of the upgrade says who it is too; one that is none is refused at once', async () => {
    const socket = await openSocket(server.url, {}, { authorization: await server.bearer('viewer@P1') });
    socket.subscribe('1', CHANGED, ABOUT);
    expect(said(await socket.next())).toEqual({});
    socket.close();
    await expect(openSocket(server.url, null, { authorization: 'Bearer x' })).rejects.toThrow('refused with 401');
  });

  test.each<[string, object | null, (string | object)[], number]>([
    ['that says who it is with a credential that is none', { authorization: 'Bearer x' }, [], 4403],
    ['that says so with something else', { authorization: { x: 1 } }, [], 4403],
    ['that says nothing', null, [], 4408],
    ['that subscribes before it has said who it is', null, [{ type: 'subscribe', id: '1', payload: { query: CHANGED } }], 4401],
    ['that says it twice', null, [{ type: 'connection_init' }, { type: 'connection_init' }], 4429],
    ['that says what is no message', null, ['x'], 4400],
    ['that says too much at once', null, ['x'.repeat(110_000)], 1009],
    ['that says too often', null, Array.from({ length: 25 }, () => ({ type: 'pong' })), 1008],
  ])('one %s is closed', async (_, init, messages, code) => {
    const socket = await openSocket(server.url, null);
    if (init !== null) socket.send({ type: 'connection_init', payload: init });
    for (const message of messages) socket.send(message);
    let heard = await socket.next();
    while (heard.type !== 'end') heard = await socket.next();
    expect(heard.payload).toBe(code);
  });

  test('one that speaks another protocol is closed', async () => {
    await expect(openSocket(server.url, null, {}, 'graphql-ws')).rejects.toThrow('no subprotocol');
    expect(await (await openSocket(server.url, null, {}, [])).next()).toEqual({ type: 'end', payload: 4406 });
  });

  test('an anonymous one may connect, and nothing else', async () => {
    const socket = await openSocket(server.url, {});
    socket.subscribe('1', CHANGED, ABOUT);
    expect(codesOf(await socket.next())).toEqual(['UNAUTHENTICATED']);
    expect(await socket.next()).toEqual({ type: 'end', payload: 4403 });
  });

  test('of those that do not say who they are there are few', async () => {
    const silent = [await openSocket(server.url, null), await openSocket(server.url, null)];
    await expect(openSocket(server.url, null)).rejects.toThrow('refused with 503');
    for (const socket of silent) expect(await socket.next()).toEqual({ type: 'end', payload: 4408 });
    (await openSocket(server.url, {})).close();
  });

  /** What a server says to bytes. */
  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname, () => socket.write(text));
      let answer = '';
      socket.setEncoding('utf8').on('data', (part: string) => (answer += part)).on('close', () => resolve(answer)).on('error', reject);
    });

  test('what else asks for an upgrade is answered as if it had not', async () => {
    const body = JSON.stringify({ query: '{ viewer { callerClass } }' });
    const answer = await raw(`POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    expect(answer).toMatch(/^HTTP\/1.1 200 .*"callerClass":"ANONYMOUS"/s);
  });

  test('there is no socket elsewhere, and nothing but a socket where it is', async () => {
    const upgrade = (path: string) => raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    expect(await upgrade('/elsewhere')).toMatch(/^HTTP\/1.1 404 /);
    expect(await upgrade('/health')).toMatch(/^HTTP\/1.1 200 /);
    expect(await raw('GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect((await fetch(new URL('/graphql/socket', server.url))).status).toBe(426);
  });
});

describe('an announcement', () => {
  const ids = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 });

  test('concerns those it names, whatever it leaves out all, and one that cannot be read everybody', () => {
    fc.assert(
      fc.property(fc.option(ids), fc.option(ids), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (campaigns, units, campaign, unit) => {
        const payload = JSON.stringify({ ...(campaigns && { campaigns }), ...(units && { units }) });
        expect(concerns(announcementOf(payload), { campaign, unit })).toBe((campaigns?.includes(campaign) ?? true) && (units?.includes(unit) ?? true));
      }),
    );
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (payload) => void concerns(announcementOf(payload), { campaign: 1, unit: 1 })));
    for (const payload of [undefined, '', '{', 'null', '1', '[]', '{"units":"1"}', '{"campaigns":[null]}']) expect(concerns(announcementOf(payload), { campaign: 1, unit: 1 })).toBe(true);
  });

  test('names the units whose totals follow; of very many, the campaigns alone', async () => {
    const client = new pg.Client({ connectionString: server.db.url });
    await client.connect();
    try {
      const heard: string[] = [];
      client.on('notification', ({ payload }) => heard.push(payload ?? ''));
      await client.query('listen liendoan_ledger');
      await server.post('G1', 1);
      const [row] = await server.rows<{ units: number[]; campaign: number }>(`select array(select id from org_unit where code in ('G1', 'D1', 'P1', 'N') order by id) as units, (select id from campaign where code = 'K') as campaign`);
      await client.query('select');
      const said = JSON.parse(heard.splice(0).join()) as { campaigns: number[]; units: number[] };
      expect({ ...said, units: said.units.sort((a, b) => a - b) }).toEqual({ campaigns: [row!.campaign], units: row!.units });
      const announce = async (units: number): Promise<unknown> => {
        await client.query('begin');
        await client.query('select ledger_open()');
        await client.query('insert into ledger_dirty select 1, id, current_date from series where campaign_id = $1', [row!.campaign]);
        await client.query(`insert into ledger_work select u, 1, current_date, true, 'GRASSROOTS', 0 from generate_series(1000000, 1000000 + $1::int - 1) u`, [units]);
        await client.query('select ledger_announce()');
        await client.query('commit');
        await client.query('select');
        return JSON.parse(heard.splice(0).join());
      };
      expect(await announce(800)).toEqual({ campaigns: [row!.campaign], units: expect.objectContaining({ length: 800 }) });
      for (const units of [900, 5000]) expect(await announce(units)).toEqual({ campaigns: [row!.campaign] });
    } finally {
      await client.end();
    }
  });
});
