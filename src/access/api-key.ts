import { createHash, randomBytes, randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Day } from '../shared/dates.js';
import { Lru } from '../shared/lru.js';
import { Turns } from '../shared/turns.js';
import { CannotTell, Unauthenticated } from './refusals.js';

/** Every key begins so: scanners find leaked ones by it. */
export const KEY_PREFIX = 'ldk_';

const SHAPE = /^ldk_([a-z0-9]{12})_([\w-]{43})$/;
/** argon2 runs on the threads that files and names are looked up on too, of which Node has four. */
const RUNS_AT_ONCE = 2;
/** Of one key, so many verifications wait at most: who guesses at a key that exists keeps no other waiting. */
const WAITING_OF_A_KEY = 8;
const USED_EVERY_MS = 60_000;

/** What is kept of a key. */
export interface StoredKey {
  readonly secretHash: string;
  /** The last day on which it is taken. */
  readonly expiresOn: Day;
  readonly revoked: boolean;
}

export interface ApiKeyStore {
  find(id: string): Promise<StoredKey | undefined>;
  /** The key has just been used. */
  used(id: string): Promise<void>;
}

/** A new key. Its text is shown once and kept nowhere; the hash is what the table gets. */
export function newApiKey(): { readonly id: string; readonly secretText: string; readonly hash: Promise<string> } {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const id = Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');
  const secret = randomBytes(32).toString('base64url');
  return { id, secretText: `${KEY_PREFIX}${id}_${secret}`, hash: hash(secret) };
}

/** Verifies API keys: the row is read at every request, the slow hash is compared once for each secret. */
export class KeyVerifier {
  readonly #store: ApiKeyStore;
  /** Digest of a secret → the hash that it was found to match. */
  readonly #matched = new Lru<string, string>(1000);
  readonly #pending = new Map<string, Promise<boolean>>();
  readonly #waiting = new Map<string, number>();
  readonly #used = new Lru<string, number>(1000);
  readonly #turns = new Turns(RUNS_AT_ONCE);

  constructor(store: ApiKeyStore) {
    this.#store = store;
  }

  /** The principal of the key. */
  async verify(text: string, today: Day): Promise<string> {
    const [, id, secret] = SHAPE.exec(text) ?? [];
    if (id === undefined || secret === undefined) throw new Unauthenticated('not the shape of an API key');
    const stored = await this.#store.find(id).catch((error: unknown) => {
      throw new CannotTell(error);
    });
    if (stored === undefined) throw new Unauthenticated('no such API key');
    if (stored.revoked) throw new Unauthenticated('the API key is revoked');
    if (stored.expiresOn < today) throw new Unauthenticated('the API key has expired');
    if (!(await this.#matches(id, secret, stored.secretHash))) throw new Unauthenticated('the secret of the API key is wrong');
    this.#note(id);
    return `key:${id}`;
  }

  async #matches(id: string, secret: string, secretHash: string): Promise<boolean> {
    const digest = createHash('sha256').update(secret).digest('base64');
    if (this.#matched.get(digest) === secretHash) return true;
    // Those that come at once with one secret share one verification.
    const name = `${digest} ${secretHash}`;
    let verdict = this.#pending.get(name);
    if (verdict === undefined) {
      verdict = this.#inTurn(id, () => verify(secretHash, secret)).finally(() => this.#pending.delete(name));
      this.#pending.set(name, verdict);
    }
    const right = await verdict;
    if (right) this.#matched.set(digest, secretHash);
    return right;
  }

  async #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(id) ?? 0;
    if (waiting >= WAITING_OF_A_KEY) throw new CannotTell(new Error(`more than ${WAITING_OF_A_KEY} secrets at once for the API key ${id}`));
    this.#waiting.set(id, waiting + 1);
    try {
      return await this.#turns.take(work);
    } finally {
      const left = this.#waiting.get(id)! - 1;
      if (left === 0) this.#waiting.delete(id);
      else this.#waiting.set(id, left);
    }
  }

  /** Not waited for: the caller is known, whether or not the use can be written down. */
  #note(id: string): void {
    const now = performance.now();
    if (now - (this.#used.get(id) ?? -Infinity) < USED_EVERY_MS) return;
    this.#used.set(id, now);
    this.#store.used(id).catch(() => {});
  }
}
