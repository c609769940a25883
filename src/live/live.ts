import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type pg from 'pg';
import type { Allowance } from '../access/allowance.service.js';
import type { Authenticate } from '../access/authenticate.js';
import type { Caller } from '../access/caller.js';
import type { CostMeter } from '../access/cost.service.js';
import { MOST_BODY_BYTES } from '../access/limits.js';
import type { Context } from '../context.js';
import { ApiError, Forbidden } from '../shared/errors.js';
import { Hub } from './hub.service.js';
import { LIVE_SETTINGS, type LiveSettings } from './limits.js';
import type { LiveSession } from './session.service.js';
import { SocketTransport, type Visitor } from './socket.transport.js';
import { SseTransport } from './sse.transport.js';
import { Subscriptions, type Subscriber } from './subscription.service.js';

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly meter: CostMeter;
  readonly pool: pg.Pool;
  readonly now: () => Date;
  readonly mostAnswerMs: number;
  readonly corsOrigins: readonly string[];
  readonly settings?: Partial<LiveSettings> | undefined;
  readonly authenticate: Authenticate;
  /** As authenticate; credentials that are refused are counted by address. */
  readonly identify: (header: string | undefined, address: string) => Promise<Caller>;
  readonly headerOf: (request: FastifyRequest) => string | undefined;
  /** Before the body of a request is read: who asks, and what they may use. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  /** Counts a request of the caller; throws where there are too many. */
  readonly count: (caller: Caller, address: string) => Promise<Allowance>;
  readonly contextOf: (subscriber: Subscriber, live: LiveSession | undefined) => Context;
}

/** A connection that is to become a WebSocket: Fastify answers it like any request until then. */
interface Upgrade {
  readonly duplex: Duplex;
  readonly head: Buffer;
}

/** What Fastify knows the upgrades of /graphql as. */
const SOCKET_URL = '/graphql/socket';

/** Node asks before it takes a connection out of HTTP: only what can become a WebSocket is; others are answered as if they had not asked. */
export const mayUpgrade = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** Subscriptions: by SSE at /graphql/stream, by WebSocket at /graphql. */
export function registerLive(scope: FastifyInstance, options: LiveOptions): void {
  const { schema, pool, authenticate, identify, headerOf, admit, count } = options;
  const settings = { ...LIVE_SETTINGS, ...options.settings };
  const hub = new Hub(pool, scope.log, settings);
  const subscriptions = new Subscriptions({ ...options, hub });
  const sse = new SseTransport(subscriptions, settings);
  const sockets = new SocketTransport(schema, subscriptions, settings);

  scope.route({
    method: 'POST',
    url: '/graphql/stream',
    bodyLimit: MOST_BODY_BYTES,
    onRequest: async (request, reply) => {
      await admit(request, reply);
      // Pages of other origins cannot send JSON without asking.
      if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) throw new NotJson();
      if (!/\btext\/event-stream\b|\*\/\*/.test(request.headers.accept ?? '*/*')) throw new NotAcceptable();
    },
    handler: async (request, reply) => {
      const { caller, allowance, ip, id, log } = request;
      const header = headerOf(request);
      await sse.answer(request, reply, (taken) => ({ caller: caller!, allowance: allowance!, address: ip, requestId: id, log, identify: () => authenticate(header), taken }));
      return reply;
    },
  });

  const upgrades = new WeakMap<IncomingMessage, Upgrade>();
  scope.route({
    method: 'GET',
    url: SOCKET_URL,
    onRequest: async (request, reply) => {
      if (!upgrades.has(request.raw)) return;
      const { origin } = request.headers;
      if (origin !== undefined && !isOwn(origin, request.host) && !options.corsOrigins.includes(origin)) throw new ForeignOrigin();
      // Who can say it here does; else connection_init does.
      if (headerOf(request) !== undefined) await admit(request, reply);
      if (!sockets.hasRoomFor(request.ip)) throw new NoRoom();
    },
    handler: async (request, reply) => {
      const { raw, ip, id, log } = request;
      const upgrade = upgrades.get(raw);
      if (upgrade === undefined) return reply.code(426).header('upgrade', 'websocket').send({ errors: [{ message: 'This takes a WebSocket.', extensions: { code: 'BAD_REQUEST' } }] });
      void reply.hijack();
      reply.raw.detachSocket(upgrade.duplex as never);
      const visitor: Visitor = {
        header: headerOf(request), address: ip, requestId: id, log,
        identify: (header) => identify(header, ip),
        subscriber: async (caller, header) => ({
          caller, allowance: await count(caller, ip), address: ip, requestId: id, log, identify: () => authenticate(header), taken: () => Promise.resolve(),
        }),
      };
      sockets.accept(raw, upgrade.duplex, upgrade.head, visitor);
      return reply;
    },
  });

  scope.server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    duplex.on('error', () => duplex.destroy());
    response.assignSocket(duplex as never);
    // An answer that is no upgrade ends the connection.
    response.once('finish', () => duplex.end());
    upgrades.set(request, { duplex, head });
    const [path, ...query] = request.url!.split('?');
    if (path === '/graphql') request.url = [SOCKET_URL, ...query].join('?');
    scope.routing(request, response);
  });

  scope.addHook('preClose', async () => {
    sse.close();
    subscriptions.close();
    await Promise.all([sockets.close(), hub.close()]);
  });
}

/** A page of the server itself, under whatever name it was asked for. */
function isOwn(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

class ForeignOrigin extends Forbidden {
  readonly statusCode = 403;

  constructor() {
    super('Pages of this origin are not let in.');
  }
}

class NoRoom extends ApiError {
  readonly statusCode = 503;

  constructor() {
    super('UNAVAILABLE', 'The server has as many connections as it takes. Try again in a moment.');
  }
}

class NotJson extends Error {
  readonly statusCode = 415;

  constructor() {
    super('This takes application/json.');
  }
}

class NotAcceptable extends Error {
  readonly statusCode = 406;

  constructor() {
    super('This answers with server-sent events: accept text/event-stream.');
  }
}
