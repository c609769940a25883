import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { QueryTooCostly, RateLimited } from '../shared/errors.js';
import type { Caller, CallerClass } from './caller.js';
import type { ClassLimits } from './limits.js';

const SECONDS = 60;

/** What a request tells of its cost in `extensions.cost`. */
export interface Cost {
  readonly requested: number;
  readonly limit: number;
  readonly remaining: number;
}

/** The requests and points of the running minute, by principal. */
export class Allowances {
  readonly #limits: Readonly<Record<CallerClass, ClassLimits>>;
  readonly #requests: Readonly<Record<CallerClass, RateLimiterMemory>>;
  readonly #points: Readonly<Record<CallerClass, RateLimiterMemory>>;

  constructor(limits: Readonly<Record<CallerClass, ClassLimits>>) {
    this.#limits = limits;
    this.#requests = limiters((name) => limits[name].requests);
    this.#points = limiters((name) => limits[name].points);
  }

  /** Counts a request of the caller. */
  async admit(caller: Caller, address: string): Promise<Allowance> {
    const key = caller.principal ?? networkOf(address);
    const limits = this.#limits[caller.class];
    const points = this.#points[caller.class];
    const [requests, before] = await Promise.all([consume(this.#requests[caller.class], key, 1), points.get(key)]);
    return new Allowance(key, limits, points, requests, before?.remainingPoints ?? limits.points);
  }
}

/** What one request may still use. */
export class Allowance {
  readonly #key: string;
  readonly #limits: ClassLimits;
  readonly #points: RateLimiterMemory;
  readonly #requests: Consumed;
  #requested = 0;
  #paid = false;
  #remaining: number;

  constructor(key: string, limits: ClassLimits, points: RateLimiterMemory, requests: Consumed, remaining: number) {
    this.#key = key;
    this.#limits = limits;
    this.#points = points;
    this.#requests = requests;
    this.#remaining = remaining;
  }

  /** Why the request is not served at all. */
  get refusal(): RateLimited | undefined {
    const { refused, seconds } = this.#requests;
    return refused ? new RateLimited(`More than ${this.#limits.requests} requests in a minute. Try again in ${seconds} s.`, seconds) : undefined;
  }

  get headers(): Record<string, string> {
    const { remaining, seconds } = this.#requests;
    return { 'ratelimit-limit': String(this.#limits.requests), 'ratelimit-remaining': String(remaining), 'ratelimit-reset': String(seconds) };
  }

  get cost(): Cost {
    return { requested: this.#requested, limit: this.#limits.points, remaining: this.#remaining };
  }

  /** Pays for the request's query, which is about to start, once; one that cannot be paid for costs nothing, and is refused. */
  async spend(requested: number): Promise<void> {
    if (this.#paid) return;
    const limit = this.#limits.points;
    this.#requested = requested;
    if (requested > limit) throw new QueryTooCostly(requested, limit);
    const { refused, remaining, seconds } = await consume(this.#points, this.#key, requested);
    this.#remaining = remaining;
    if (refused)
      throw new RateLimited(`This query would cost ${requested} points; ${remaining} of ${limit} a minute remain. Try again in ${seconds} s.`, seconds, {
        requested,
        limit,
        remaining,
      });
    this.#paid = true;
  }
}

interface Consumed {
  readonly refused: boolean;
  readonly remaining: number;
  /** Until the minute is over. */
  readonly seconds: number;
}

/** What is more than there is left is not taken. */
async function consume(limiter: RateLimiterMemory, key: string, points: number): Promise<Consumed> {
  try {
    return consumed(false, await limiter.consume(key, points));
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return consumed(true, await limiter.reward(key, points));
  }
}

function consumed(refused: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Consumed {
  return { refused, remaining: remainingPoints, seconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) };
}

function limiters(points: (name: CallerClass) => number): Record<CallerClass, RateLimiterMemory> {
  const of = (name: CallerClass): RateLimiterMemory => new RateLimiterMemory({ points: points(name), duration: SECONDS });
  return { ANONYMOUS: of('ANONYMOUS'), PARTNER: of('PARTNER'), MEMBER: of('MEMBER') };
}

/** An IPv6 host chooses among 2^64 addresses of its network: they count as one caller. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  while (groups.length + after.length < 8) groups.push('0');
  const network = [...groups, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
