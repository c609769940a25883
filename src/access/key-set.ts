import { readFile, stat } from 'node:fs/promises';
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { OperatorError, reasonOf } from '../shared/database/errors.js';
import { CannotTell } from './refusals.js';

/** Finds the public key that a token names; throws CannotTell where the keys are out of reach. */
export type KeySet = JWTVerifyGetKey;

/** A changed file, or a server that did not answer, is looked at again after so many milliseconds. */
const LOOK_AGAIN = 2000;

export function openKeySet(keys: URL | string | JSONWebKeySet): KeySet {
  const set = keys instanceof URL ? remoteKeySet(keys) : typeof keys === 'string' ? fileKeySet(keys) : createLocalJWKSet(keys);
  return async (header, token) => {
    try {
      return await set(header, token);
    } catch (error) {
      throw isOfTheToken(error) ? error : new CannotTell(error);
    }
  };
}

/** The token names no key of ours. Anything else is a fault of the keys. */
function isOfTheToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported;
}

/** Keys are fetched anew every ten minutes; for a key that is unknown, at most twice a minute; none is kept past a failure. */
function remoteKeySet(url: URL): KeySet {
  let failed = { at: -Infinity, with: undefined as unknown };
  const fetchOrFail = async (...request: Parameters<typeof fetch>): Promise<Response> => {
    if (performance.now() - failed.at < LOOK_AGAIN) throw failed.with;
    try {
      const response = await fetch(...request);
      if (response.status !== 200) throw new Error(`The key server answered ${response.status}`);
      const set = (await response.json()) as JSONWebKeySet;
      createLocalJWKSet(set);
      return Response.json(set);
    } catch (error) {
      failed = { at: performance.now(), with: error };
      throw error;
    }
  };
  return createRemoteJWKSet(url, { timeoutDuration: 5000, cooldownDuration: 30_000, cacheMaxAge: 600_000, [customFetch]: fetchOrFail });
}

/** A file that changed is read again. */
function fileKeySet(path: string): KeySet {
  let known: { readonly version: string; readonly set: KeySet } | undefined;
  let looked = -Infinity;
  const look = async (): Promise<KeySet> => {
    const { mtimeMs, size, ino } = await stat(path);
    const version = `${mtimeMs}/${size}/${ino}`;
    if (known?.version !== version) known = { version, set: createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet) };
    looked = performance.now();
    return known.set;
  };
  return async (header, token) => (known !== undefined && performance.now() - looked < LOOK_AGAIN ? known.set : await look())(header, token);
}

/** Says at the start what would otherwise keep every caller with a token out. */
export async function assertKeyFile(path: string): Promise<void> {
  try {
    const set = JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet;
    createLocalJWKSet(set);
    if (set.keys.length === 0) throw new Error('it has no key');
    if (set.keys.some((key) => key.kty === 'oct' || 'd' in key)) throw new Error('it has a secret key: only public ones belong there');
  } catch (error) {
    throw new OperatorError(`LIENDOAN_JWKS: the file ${path} cannot be used as a set of public keys (JWK Set): ${reasonOf(error)}`, 2);
  }
}
