import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, parse, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type Context as Protocol, type Server } from 'graphql-ws';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import { networkOf } from '../access/allowance.service.js';
import type { Caller } from '../access/caller.js';
import { MOST_BODY_BYTES } from '../access/limits.js';
import { CannotTell, Unauthenticated } from '../access/refusals.js';
import { StreamOver } from './hub.service.js';
import type { LiveSettings } from './limits.js';
import { Refused, refusal, type Subscriber, type Subscriptions } from './subscription.service.js';

/** Of RFC 6455: the server stops; a client does not keep to the limits; it may come again later. */
const [NORMAL, GOING_AWAY, POLICY, TRY_AGAIN] = [1000, 1001, 1008, 1013];
/** A client that does not answer the close within so long is cut off. */
const CLOSING_MS = 1_000;
/** graphql-ws is to take it for a subscription; what is asked for has been read by then. */
const DOCUMENT = parse('subscription { any }');

/** Who came by an upgrade. */
export interface Visitor {
  /** The Authorization header of the upgrade; a browser can send none, and says it in connection_init. */
  readonly header: string | undefined;
  readonly address: string;
  readonly requestId: string;
  readonly log: FastifyBaseLogger;
  /** Who comes with this credential; those that are refused are counted. */
  identify(header: string | undefined): Promise<Caller>;
  /** Who begins a subscription; each is counted like a request. */
  subscriber(caller: Caller, header: string | undefined): Promise<Subscriber>;
}

interface Connection {
  readonly visitor: Visitor;
  readonly socket: WebSocket;
  protocol?: Protocol<Record<string, unknown>, Connection>;
  /** Once it has said who it is. */
  caller?: { readonly caller: Caller; readonly header: string | undefined };
  greeted(): void;
}

/** Subscriptions by WebSocket, in the protocol graphql-transport-ws. */
export class SocketTransport {
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BODY_BYTES, perMessageDeflate: false, handleProtocols: (protocols) => handleProtocols(protocols) });
  readonly #server: Server<Connection>;
  readonly #settings: LiveSettings;
  /** By network: connections that have not said who they are. */
  readonly #unnamed = new Map<string, number>();

  constructor(schema: GraphQLSchema, subscriptions: Subscriptions, settings: LiveSettings) {
    this.#settings = settings;
    this.#server = makeServer<Record<string, unknown>, Connection>({
      connectionInitWaitTimeout: settings.initMs,
      onConnect: (protocol) => greet(protocol),
      onSubscribe: async ({ extra }, _id, { query, operationName, variables }): Promise<ExecutionArgs | readonly GraphQLError[]> => {
        const { visitor, socket, caller } = extra;
        try {
          const subscriber = await visitor.subscriber(caller!.caller, caller!.header);
          return { schema, document: DOCUMENT, contextValue: await subscriptions.open(subscriber, { query, operationName, variables }) };
        } catch (error) {
          if (error instanceof StreamOver) socket.close(GOING_AWAY, 'The server stops');
          return [new GraphQLError('Refused', { originalError: error instanceof Refused ? error : refusal([error], visitor) })];
        }
      },
      subscribe: ({ contextValue }) => contextValue as AsyncGenerator<ExecutionResult>,
      // As it is: its errors are plain objects already.
      onNext: (_protocol, _id, _payload, _args, result) => result,
      onError: ({ extra: { visitor, socket } }, _id, _payload, [error]) => {
        const { errors } = error?.originalError instanceof Refused ? error.originalError : refusal([error?.originalError ?? error], visitor);
        // Once the client has been told why.
        if (errors.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED')) setImmediate(() => socket.close(CloseCode.Forbidden, 'Forbidden'));
        return errors;
      },
    });
  }

  /** Whether there is room for one more connection. */
  hasRoomFor(address: string): boolean {
    const { perProcess, unnamed } = this.#settings;
    return this.#sockets.clients.size < perProcess && (this.#unnamed.get(networkOf(address)) ?? 0) < unnamed;
  }

  accept(request: IncomingMessage, duplex: Duplex, head: Buffer, visitor: Visitor): void {
    this.#sockets.handleUpgrade(request, duplex, head, (socket) => this.#open(socket, visitor));
  }

  async close(): Promise<void> {
    const { clients } = this.#sockets;
    for (const client of clients) client.close(GOING_AWAY, 'The server stops');
    const cut = setTimeout(() => {
      for (const client of clients) client.terminate();
    }, CLOSING_MS);
    await new Promise((closed) => this.#sockets.close(closed));
    clearTimeout(cut);
  }

  #open(socket: WebSocket, visitor: Visitor): void {
    const network = networkOf(visitor.address);
    this.#unnamed.set(network, (this.#unnamed.get(network) ?? 0) + 1);
    let named = false;
    const greeted = (): void => {
      if (named) return;
      named = true;
      const others = this.#unnamed.get(network)! - 1;
      if (others === 0) this.#unnamed.delete(network);
      else this.#unnamed.set(network, others);
    };
    const connection: Connection = { visitor, socket, greeted };
    const heart = this.#heartbeat(connection);
    const closed = this.#server.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.#send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (hear) =>
          socket.on('message', (message) => {
            if (!heart.beat()) return;
            // oxlint-disable-next-line typescript/no-base-to-string -- text, as no other type of data was asked for
            hear(String(message)).catch((error: unknown) => {
              visitor.log.error({ err: error }, 'a message of a WebSocket failed');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      connection,
    );
    // Such as a message that is too long, upon which it is closed already.
    socket.on('error', (error) => visitor.log.info({ err: error }, 'a WebSocket failed'));
    socket.once('close', (code, reason) => {
      heart.stop();
      greeted();
      closed(code, String(reason)).catch((error: unknown) => visitor.log.error({ err: error }, 'a WebSocket did not close'));
    });
  }

  /** Cuts a client off that does not answer, sends too much, or has asked for nothing since the ping before. */
  #heartbeat(connection: Connection): { beat(): boolean; stop(): void } {
    const { socket } = connection;
    let alive = true;
    let idle = false;
    let messages = 0;
    socket.on('pong', () => (alive = true));
    const timer = setInterval(() => {
      if (!alive) return socket.terminate();
      const { caller, protocol } = connection;
      const asksNothing = caller !== undefined && Object.keys(protocol!.subscriptions).length === 0;
      if (asksNothing && idle) return socket.close(NORMAL, 'Nothing is subscribed to');
      idle = asksNothing;
      alive = false;
      messages = 0;
      socket.ping();
    }, this.#settings.pingMs);
    timer.unref();
    return {
      beat: () => {
        messages += 1;
        if (messages <= this.#settings.messages) return true;
        socket.close(POLICY, 'Too many messages');
        return false;
      },
      stop: () => clearInterval(timer),
    };
  }

  /** Resolves when the network has taken it; a client that lets it wait too long is cut off. */
  #send(socket: WebSocket, text: string): Promise<void> {
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(() => socket.terminate(), this.#settings.writeMs);
      // That it was not taken, the close tells.
      socket.send(text, () => {
        clearTimeout(late);
        resolve();
      });
    });
  }
}

/** Lets a client in once it has said who it is. */
async function greet(protocol: Protocol<Record<string, unknown>, Connection>): Promise<boolean> {
  const { connectionParams, extra } = protocol;
  const { visitor, socket } = extra;
  const said = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  const header = said === undefined || said === null ? visitor.header : typeof said === 'string' ? said : '';
  try {
    extra.caller = { caller: await visitor.identify(header), header };
  } catch (error) {
    if (error instanceof Unauthenticated) {
      visitor.log.warn({ reason: error.reason }, 'a credential was refused');
      return false;
    }
    if (!(error instanceof CannotTell)) throw error;
    visitor.log.error({ err: error.cause }, 'credentials cannot be checked');
    socket.close(TRY_AGAIN, 'Try again later');
    // Nobody is told: it is closed.
    return true;
  }
  extra.protocol = protocol;
  extra.greeted();
  return true;
}
