import type { Day } from '../shared/dates.js';
import { Lru } from '../shared/lru.js';

/** How many callers are remembered, and how much of other things. */
const MOST_CALLERS = 10_000;
const MOST_THINGS = 2_000;

/** Settings that tell callers of one reach apart, or moments. */
const OF_NOBODY_ELSE: ReadonlySet<string> = new Set(['liendoan.principal', 'liendoan.version', 'liendoan.moment']);

/** What a caller's grants of a day reach. */
export interface Reach {
  /** Paths of the units whose subtrees are in scope, as PostgreSQL writes an array. */
  readonly scope: string;
  /** Ids of the units above those. */
  readonly line: ReadonlySet<number>;
  /** The same for all whose grants reach the same, and for nobody else, ever, at whichever server of the database. */
  readonly id: number;
}

/** Of all that are remembered, lest one server's reach has another's number. */
let lastId = 0;

/**
 * What a process remembers of its callers' reach and of things that change as rarely, under one version of the database's
 * `access_version`. It is good for nothing by itself: whoever uses it has the database compare the version in the very
 * statement that reads, and throws it away where that has moved.
 */
export class Reaches {
  #version: string | undefined;
  readonly #callers = new Lru<string, Reach>(MOST_CALLERS);
  readonly #ids = new Lru<string, number>(MOST_CALLERS);
  readonly #things = new Lru<string, object>(MOST_THINGS);

  /** The version that all of this is of; undefined: nothing is remembered. */
  get version(): string | undefined {
    return this.#version;
  }

  of(principal: string, day: Day): Reach | undefined {
    return this.#callers.get(`${day} ${principal}`);
  }

  thing<Thing extends object>(name: string): Thing | undefined {
    return this.#things.get(name) as Thing | undefined;
  }

  /** What a session of this version has told. */
  learn(version: string, principal: string, day: Day, settings: ReadonlyMap<string, string>): void {
    if (!this.#isCurrent(version)) return;
    const numbers = (settings.get('liendoan.line') ?? '').replaceAll(/[{}]/g, '').split(',').filter((id) => id !== '').map(Number);
    const settled = [...settings].filter(([name]) => !OF_NOBODY_ELSE.has(name)).map(([name, value]) => `${name}=${value}`).sort().join(' ');
    this.#callers.set(`${day} ${principal}`, { scope: settings.get('liendoan.scope') ?? '', line: new Set(numbers), id: this.#idOf(settled) });
  }

  /** What was read under this version. */
  keep(version: string, name: string, thing: object): void {
    if (this.#isCurrent(version)) this.#things.set(name, thing);
  }

  /** Something has changed since. */
  #forget(): void {
    this.#version = undefined;
    this.#callers.clear();
    this.#things.clear();
    this.#ids.clear();
  }

  #idOf(settled: string): number {
    let id = this.#ids.get(settled);
    if (id === undefined) this.#ids.set(settled, (id = lastId += 1));
    return id;
  }

  /** An answer that comes late may be of an older version. */
  #isCurrent(version: string): boolean {
    if (this.#version === undefined || BigInt(version) > BigInt(this.#version)) {
      this.#forget();
      this.#version = version;
    }
    return version === this.#version;
  }
}
