import { jwtVerify, type JSONWebKeySet } from 'jose';
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
const TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];

/** Whose a token is, and from when on it is taken no more. */
export interface Verified {
  readonly principal: string;
  readonly expiresAt: Date;
}

/** Verifies JWTs and says whose they are. */
export class TokenVerifier {
  readonly #keys: KeySet;

  constructor(readonly settings: TokenSettings) {
    this.#keys = openKeySet(settings.keys);
  }

  async verify(token: string, now: Date): Promise<Verified> {
    if (token.length > MAX_LENGTH) throw new Unauthenticated('the token is too long');
    const { issuer, audience, algorithms } = this.settings;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: now,
        requiredClaims: ['exp', 'sub'],
      });
      if (!TYPES.includes(protectedHeader.typ?.toLowerCase())) throw new Unauthenticated('the token is of another type');
      return { principal: principalOf(payload.sub), expiresAt: new Date((payload.exp! + CLOCK_TOLERANCE) * 1000) };
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
