import type { Config } from '../config.js';
import { OperatorError } from '../shared/database/errors.js';
import type { TokenSettings } from './token.js';

/** Whose tokens a server takes that is not for development; says what is missing. */
export function requireTokenSettings({ tokens: { jwks, issuer, audience, algorithms } }: Pick<Config, 'tokens'>): TokenSettings {
  const missing = [
    ...(jwks === undefined ? ['LIENDOAN_JWKS: the public keys that tokens are checked with, as a URL or a file (JWK Set)'] : []),
    ...(issuer === undefined ? ['LIENDOAN_JWT_ISSUER: who issues the tokens, as their iss says it'] : []),
    ...(audience === undefined ? ['LIENDOAN_JWT_AUDIENCE: for whom they are issued, as their aud says it'] : []),
  ];
  if (jwks !== undefined && issuer !== undefined && audience !== undefined) return { keys: jwks, issuer, audience, algorithms };
  throw new OperatorError(
    `The server does not start without knowing who its callers are. Missing:\n${missing.join('\n')}\n` +
      'Only in development (NODE_ENV unset, the embedded database, none of these set) it signs tokens itself.',
    2,
  );
}
