import { jwtVerify, type FlattenedJWSInput, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';
import { Lru } from '../shared/lru.js';
import { openKeySet, type KeySet } from './key-set.js';
import { isPrincipal } from './principal.js';
import { CannotTell, Unauthenticated } from './refusals.js';

export interface TokenSettings {
  /** The public keys: where they are fetched, the file that has them, or they themselves. */
  readonly keys: URL | string | JSONWebKeySet;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
}

const MAX_LENGTH = 8192;
/** Clocks differ: by so many seconds a token may be early or late. */
const CLOCK_TOLERANCE = 30;
/** Keys are found by the header alone. */
const NO_TOKEN: FlattenedJWSInput = { payload: '', signature: '' };
const TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];

/** Whose a token is, and from when on it is taken no more. */
export interface Verified {
  readonly principal: string;
  readonly expiresAt: Date;
}

/** So many tokens are remembered: those of as many callers; longer ones are verified each time. */
const MOST_REMEMBERED = 10_000;
const LONGEST_REMEMBERED = 2048;

/** A signature that was found to be right, and the key that it is by. */
interface Remembered {
  readonly header: JWTHeaderParameters;
  readonly key: unknown;
  readonly verified: Verified;
}

/** Verifies JWTs and says whose they are. A signature is verified once, as long as the token is good and its key is among the keys. */
export class TokenVerifier {
  readonly #keys: KeySet;
  readonly #remembered = new Lru<string, Remembered>(MOST_REMEMBERED);

  constructor(readonly settings: TokenSettings) {
    this.#keys = openKeySet(settings.keys);
  }

  async verify(token: string, now: Date): Promise<Verified> {
    if (token.length > MAX_LENGTH) throw new Unauthenticated('the token is too long');
    return (await this.#recall(token, now)) ?? (await this.#verify(token, now));
  }

  /** The key is asked for each time: it may have been withdrawn. */
  async #recall(token: string, now: Date): Promise<Verified | undefined> {
    const known = this.#remembered.get(token);
    if (known === undefined || known.verified.expiresAt <= now) return undefined;
    try {
      return (await this.#keys(known.header, NO_TOKEN)) === known.key ? known.verified : undefined;
    } catch {
      // What is wrong with the keys, verifying anew will say.
      return undefined;
    }
  }

  async #verify(token: string, now: Date): Promise<Verified> {
    const { issuer, audience, algorithms } = this.settings;
    try {
      const { payload, protectedHeader, key } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: now,
        requiredClaims: ['exp', 'sub'],
      });
      if (!TYPES.includes(protectedHeader.typ?.toLowerCase())) throw new Unauthenticated('the token is of another type');
      const verified = { principal: principalOf(payload.sub), expiresAt: new Date((payload.exp! + CLOCK_TOLERANCE) * 1000) };
      if (token.length <= LONGEST_REMEMBERED) this.#remembered.set(token, { header: protectedHeader, key, verified });
      return verified;
    } catch (error) {
      if (error instanceof Unauthenticated || error instanceof CannotTell) throw error;
      throw new Unauthenticated(reasonOf(error));
    }
  }
}

function principalOf(subject: unknown): string {
  // `key:` names API keys.
  if (typeof subject !== 'string' || !isPrincipal(subject) || subject.startsWith('key:')) {
    throw new Unauthenticated('the subject is none that a principal can have');
  }
  return subject;
}

/** jose's errors name the check and the claim that failed; their messages may quote the token. */
function reasonOf(error: unknown): string {
  const { code, claim } = error as { code?: unknown; claim?: unknown };
  const known = typeof code === 'string' ? code : 'the token cannot be read';
  return typeof claim === 'string' && /^[a-z]{3}$/.test(claim) ? `${known} (${claim})` : known;
}
