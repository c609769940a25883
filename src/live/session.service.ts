import type { GraphQLError } from 'graphql';
import type { Allowance } from '../access/allowance.service.js';
import { Unauthenticated } from '../access/refusals.js';
import type { Context } from '../context.js';
import { ApiError, RateLimited } from '../shared/errors.js';
import type { Subject } from './announcement.rules.js';
import type { Hub } from './hub.service.js';
import { pause } from './waits.js';

/** What a look at the database has found worth telling. */
export interface Seen {
  /** The root value of the event. */
  readonly value: object;
  /** Whether there is more to tell at once. */
  readonly more: boolean;
  /** It is about to be told. */
  taken(): void;
}

/** An event on its way: read in a context of its own, which whoever tells it ends. */
export interface LiveEvent {
  readonly value: object;
  readonly context: Context;
  done(): void;
}

export interface LiveSessionOptions {
  readonly hub: Hub;
  /** Ends the stream, with its reason. */
  readonly signal: AbortSignal;
  readonly allowance: Allowance;
  /** What each event costs. */
  readonly points: number;
  /** A context of the caller as of now: who they are is asked anew. */
  readonly contextNow: () => Promise<Context>;
  /** Resolves when the client has taken what was sent before. */
  readonly taken: () => Promise<void>;
}

/** What one subscription knows: whom it is for, what wakes it, and what it costs. */
export class LiveSession {
  constructor(readonly options: LiveSessionOptions) {}

  /**
   * The events of a subject, one after the other. `look` says in a fresh context what is new, and throws where the
   * caller may see the subject no more. It looks at once, whenever something was posted, and every minute.
   */
  async watch(subject: Subject, look: (context: Context) => Promise<Seen | undefined>): Promise<AsyncGenerator<LiveEvent>> {
    const { hub, signal } = this.options;
    const bell = await hub.watch(subject);
    signal.addEventListener('abort', () => hub.leave(bell), { once: true });
    if (signal.aborted) hub.leave(bell);
    return this.#events(bell, look);
  }

  async *#events(bell: Awaited<ReturnType<Hub['watch']>>, look: (context: Context) => Promise<Seen | undefined>): AsyncGenerator<LiveEvent> {
    const { hub, signal, allowance, points, contextNow, taken } = this.options;
    const { recheckMs, gapMs, retryMs } = hub.settings;
    try {
      for (;;) {
        await bell.wait(recheckMs, signal);
        await taken();
        const endTurn = await hub.turns.take(signal);
        let context: Context | undefined;
        const done = (): void => {
          endTurn();
          void context?.reads.release();
        };
        let rest = 0;
        try {
          context = await contextNow();
          const seen = await look(context);
          if (seen !== undefined) {
            await allowance.spend(points);
            seen.taken();
            if (seen.more) bell.ring();
            rest = gapMs;
            yield { value: seen.value, context, done };
          }
        } catch (error) {
          const again = retryIn(error, retryMs);
          if (again === undefined) throw error;
          // Nothing was told: the next look finds it too.
          rest = again;
          bell.ring();
        } finally {
          done();
        }
        if (rest > 0) await pause(rest, signal);
      }
    } finally {
      hub.leave(bell);
    }
  }
}

/** After so long, what failed may do; undefined: it never will. */
function retryIn(error: unknown, retryMs: number): number | undefined {
  if (error instanceof RateLimited) return error.seconds * 1000;
  const code = error instanceof ApiError && !(error instanceof Unauthenticated) ? (error as GraphQLError).extensions['code'] : undefined;
  return code === 'UNAVAILABLE' || code === 'TIMED_OUT' ? retryMs : undefined;
}
