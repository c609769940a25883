import type { ServerResponse } from 'node:http';
import { createHandler, type Handler, type Response } from 'graphql-sse';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StreamOver } from './hub.service.js';
import type { LiveSettings } from './limits.js';
import { Refused, type Subscriber, type Subscriptions } from './subscription.service.js';

/** A network without a word is asked for a sign of life after so long; ten unanswered, a second apart, and it is given up. */
const KEEP_ALIVE_MS = 15_000;
/** graphql-sse pings every 12 s. While it pings, the network cannot tell that nobody is there: it is let do so first. */
const PINGS_HELD_BACK = 2;
const PING = ':\n\n';

type Answers = Awaited<ReturnType<Subscriptions['open']>>;

/** Subscriptions as server-sent events: one request, one subscription (graphql-sse, distinct connections). */
export class SseTransport {
  readonly #handle: Handler<FastifyRequest, { subscriber: Subscriber }>;
  readonly #settings: LiveSettings;
  readonly #open = new Set<ServerResponse>();

  constructor(subscriptions: Subscriptions, settings: LiveSettings) {
    this.#settings = settings;
    this.#handle = createHandler<FastifyRequest, { subscriber: Subscriber }>({
      // No stream is kept for later requests.
      authenticate: () => null,
      onSubscribe: async ({ context }, { query, operationName, variables }) => {
        try {
          const answers = await subscriptions.open(context.subscriber, { query, operationName, variables });
          return telling(answers);
        } catch (error) {
          if (error instanceof Refused) return { data: null, errors: error.errors } as never;
          throw error;
        }
      },
    });
  }

  async answer(request: FastifyRequest, reply: FastifyReply, subscriberOf: (taken: () => Promise<void>) => Subscriber): Promise<void> {
    const { raw } = reply;
    request.raw.socket.setKeepAlive(true, KEEP_ALIVE_MS);
    let answered: Response;
    try {
      answered = await this.#handle({
        method: 'POST',
        url: '/graphql/stream',
        // Compared letter by letter; what the client takes besides was looked at before.
        headers: { get: (name) => (name === 'accept' ? 'text/event-stream' : name === 'content-type' ? 'application/json' : null) },
        body: request.body as Record<string, unknown> | null,
        raw: request,
        context: { subscriber: subscriberOf(() => drained(raw)) },
      });
    } catch (error) {
      if (!(error instanceof StreamOver)) throw error;
      return void reply.code(503).send({ errors: [{ message: 'The server stops. Try again in a moment.', extensions: { code: 'UNAVAILABLE' } }] });
    }
    const [body, { status, headers = {} }] = answered;
    if (body === null || typeof body === 'string') return void reply.code(status).send(asRefusal(body));
    void reply.hijack();
    await this.#pour(reply, status, headers, body);
  }

  /** Ends what is open without `complete`, so that clients come back. */
  close(): void {
    for (const response of this.#open) response.end();
  }

  async #pour(reply: FastifyReply, status: number, headers: Record<string, string>, body: AsyncGenerator<string>): Promise<void> {
    const { raw } = reply;
    const stop = (): void => void body.return(undefined).catch(() => {});
    if (raw.destroyed) return stop();
    raw.once('close', stop);
    this.#open.add(raw);
    const own = Object.fromEntries(Object.entries(reply.getHeaders()).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
    raw.writeHead(status, { ...own, ...headers, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    raw.flushHeaders();
    let held = 0;
    try {
      for await (const part of body) {
        if (part === PING && held < PINGS_HELD_BACK) {
          held += 1;
          continue;
        }
        held = 0;
        if (!(await this.#write(raw, part))) break;
      }
    } finally {
      raw.off('close', stop);
      this.#open.delete(raw);
      stop();
      raw.end();
    }
  }

  /** Resolves with whether the client has taken it; one that does not in good time is cut off. */
  #write(raw: ServerResponse, part: string): Promise<boolean> {
    if (!raw.writable) return Promise.resolve(false);
    return new Promise((resolve) => {
      const late = setTimeout(() => raw.destroy(), this.#settings.writeMs);
      const done = (taken: boolean): void => {
        clearTimeout(late);
        raw.off('close', gone);
        resolve(taken);
      };
      const gone = (): void => done(false);
      raw.once('close', gone);
      raw.write(part, (error) => done(error == null));
    });
  }
}

/** A stream that cannot go on says why, and is over. No generator around it: its end would wait for the next event. */
function telling(answers: Answers): Answers {
  const next = answers.next.bind(answers);
  answers.next = (...values) =>
    next(...values).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      return { done: false, value: { data: null, errors: error.errors as never } };
    });
  return answers;
}

/** Nothing is read for a client that has not taken what was sent. */
async function drained(raw: ServerResponse): Promise<void> {
  while (raw.writable && raw.writableNeedDrain) await new Promise((resolve) => raw.once('drain', resolve).once('close', resolve));
}

/** What graphql-sse says of requests that are none, in the form of ours. */
function asRefusal(body: string | null): object {
  const { errors = [{ message: 'Not a GraphQL request.' }] } = (body === null ? {} : JSON.parse(body)) as { errors?: { message: string }[] };
  return { errors: errors.map(({ message }) => ({ message, extensions: { code: 'BAD_REQUEST' } })) };
}
