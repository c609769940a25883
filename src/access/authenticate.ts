import { dayInVietnam } from '../shared/dates.js';
import { KEY_PREFIX, KeyVerifier, type ApiKeyStore } from './api-key.js';
import { ANONYMOUS, type Caller } from './caller.js';
import { Unauthenticated } from './refusals.js';
import { TokenVerifier, type TokenSettings } from './token.js';

export interface AuthenticationSettings {
  /** Whether callers without a credential are let in. */
  readonly anonymous: boolean;
  readonly tokens: TokenSettings;
}

/** Who comes with this Authorization header; undefined: there is none. Throws Unauthenticated or CannotTell. */
export type Authenticate = (header: string | undefined) => Promise<Caller>;

export function createAuthenticator({ anonymous, tokens }: AuthenticationSettings, keys: ApiKeyStore, now: () => Date): Authenticate {
  const tokenVerifier = new TokenVerifier(tokens);
  const keyVerifier = new KeyVerifier(keys);
  return async (header) => {
    if (header === undefined) {
      if (anonymous) return ANONYMOUS;
      throw new Unauthenticated('no credential');
    }
    const credential = /^Bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1];
    if (credential === undefined) throw new Unauthenticated('not one bearer credential');
    return credential.startsWith(KEY_PREFIX)
      ? { principal: await keyVerifier.verify(credential, dayInVietnam(now())), class: 'PARTNER' }
      : { ...(await tokenVerifier.verify(credential, now())), class: 'MEMBER' };
  };
}
