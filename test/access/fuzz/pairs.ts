/**
 * Compares the server's answer with the oracle's. Ids and cursors are opaque: whatever stands in the same place is one
 * thing, and one thing has one id on either side for good, so that an id of another thing is found out.
 */
import { ANY, ANY_OR_NULL, ID } from '../oracle/things.js';
import { CURSOR } from '../oracle/lists.js';
import type { Paired } from './grammar.js';

export interface Difference {
  path: string;
  server: unknown;
  oracle: unknown;
}

export class Pairs {
  readonly #serverOf = new Map<string, string>();
  readonly #oracleOf = new Map<string, string>();
  readonly #ids = new Map<string, Paired[]>();
  readonly #cursors = new Map<string, Paired[]>();

  ids(type: string): Paired[] {
    return this.#ids.get(type) ?? [];
  }

  /** Of an id of the oracle's, if the server has told its own. */
  known(oracle: string): Paired | undefined {
    const server = this.#serverOf.get(oracle);
    return server === undefined ? undefined : { server, oracle };
  }

  cursors(order: string): Paired[] {
    return this.#cursors.get(order) ?? [];
  }

  cursorsBut(order: string): Paired[] {
    return [...this.#cursors].flatMap(([name, pairs]) => (name === order ? [] : pairs.slice(0, 2)));
  }

  /** Both as JSON has them. */
  compare(server: unknown, oracle: unknown, path = 'data'): Difference | undefined {
    if (oracle === ANY_OR_NULL) return undefined;
    if (oracle === ANY) return server === null || server === undefined ? { path, server, oracle: 'a value' } : undefined;
    if (typeof oracle === 'string' && (oracle.startsWith(ID) || oracle.startsWith(CURSOR))) return this.#pair(server, oracle, path);
    if (Array.isArray(oracle) && Array.isArray(server)) {
      if (oracle.length !== server.length) return { path: `${path}.length`, server, oracle };
      return first(oracle, (one, i) => this.compare(server[i], one, `${path}.${i}`));
    }
    if (isObject(oracle) && isObject(server)) {
      const names = [...new Set([...Object.keys(oracle), ...Object.keys(server)])];
      return first(names, (name) => this.compare(server[name], oracle[name], `${path}.${name}`));
    }
    return Object.is(server, oracle) ? undefined : { path, server, oracle };
  }

  #pair(server: unknown, oracle: string, path: string): Difference | undefined {
    if (typeof server !== 'string') return { path, server, oracle };
    const known = this.#serverOf.get(oracle);
    if (known === server) return undefined;
    if (known !== undefined || this.#oracleOf.has(server)) return { path, server: `${server} (${this.#oracleOf.get(server) ?? 'new'})`, oracle: `${oracle} (${known ?? 'new'})` };
    this.#serverOf.set(oracle, server);
    this.#oracleOf.set(server, oracle);
    const isId = oracle.startsWith(ID);
    const [pool, name] = isId ? [this.#ids, oracle.slice(ID.length).split(':')[0]!] : [this.#cursors, (JSON.parse(oracle.slice(CURSOR.length)) as [string])[0]];
    const list = pool.get(name);
    if (list) list.push({ server, oracle });
    else pool.set(name, [{ server, oracle }]);
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function first<T>(list: readonly T[], look: (one: T, index: number) => Difference | undefined): Difference | undefined {
  for (const [index, one] of list.entries()) {
    const found = look(one, index);
    if (found) return found;
  }
  return undefined;
}
