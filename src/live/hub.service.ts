import type { FastifyBaseLogger } from 'fastify';
import type pg from 'pg';
import { ApiError, Unavailable } from '../shared/errors.js';
import { concerns, type Announcement, type Subject } from './announcement.rules.js';
import { LOOKS_AT_ONCE, type LiveSettings } from './limits.js';
import { Listener } from './listener.service.js';
import { Bell, Turns } from './waits.js';

/** Why a stream ends although nobody is at fault: the server stops, or the client has gone. */
export class StreamOver extends Error {
  constructor() {
    super('The stream is over');
  }
}

/** The subscriptions of this process: whom an announcement wakes, and how many there are. */
export class Hub {
  readonly settings: LiveSettings;
  readonly turns = new Turns(LOOKS_AT_ONCE);
  readonly #listener: Listener;
  readonly #watches = new Map<Bell, Subject>();
  readonly #callers = new Map<string, number>();
  #all = 0;

  constructor(pool: pg.Pool, log: FastifyBaseLogger, settings: LiveSettings) {
    this.settings = settings;
    this.#listener = new Listener(pool, log, (announcement) => this.#announce(announcement));
  }

  /** Takes one of the caller's places; answers with what gives it back. */
  enter(caller: string): () => void {
    const { perCaller, perProcess } = this.settings;
    const theirs = this.#callers.get(caller) ?? 0;
    if (theirs >= perCaller) throw new ApiError('RATE_LIMITED', `More than ${perCaller} subscriptions at once. End one first.`, { limit: perCaller });
    if (this.#all >= perProcess) throw new ApiError('UNAVAILABLE', 'The server has as many subscriptions as it takes. Try again in a moment.');
    this.#callers.set(caller, theirs + 1);
    this.#all += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#all -= 1;
      const others = this.#callers.get(caller)! - 1;
      if (others === 0) this.#callers.delete(caller);
      else this.#callers.set(caller, others);
    };
  }

  /** A bell that rings when something may have changed; it has rung already. */
  async watch(subject: Subject): Promise<Bell> {
    await this.#listener.ready().catch(() => {
      throw new Unavailable();
    });
    const bell = new Bell();
    bell.ring();
    this.#watches.set(bell, subject);
    return bell;
  }

  leave(bell: Bell): void {
    this.#watches.delete(bell);
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  #announce(announcement: Announcement): void {
    for (const [bell, subject] of this.#watches) if (concerns(announcement, subject)) bell.ring();
  }
}
