import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { OperatorError, codeOf, reasonOf } from '../shared/database/errors.js';
import type { TokenSettings } from './token.js';

const ISSUER = 'liendoan-development';
const FILE = 'development-key.json';

/** The key with which a developer's machine signs its own tokens. */
export interface DevelopmentKey {
  readonly settings: TokenSettings;
  issue(principal: string, seconds: number, now?: Date): Promise<string>;
}

/** The key in the data folder, made if there is none. Several processes may come at once: they get the same one. */
export async function openDevelopmentKey(dataFolder: string): Promise<DevelopmentKey> {
  const file = join(dataFolder, FILE);
  const jwk = read(file) ?? (await create(dataFolder, file));
  const { d: _, ...open } = jwk;
  const key = await importJWK(jwk, 'EdDSA').catch((error: unknown) => {
    throw unusable(file, error);
  });
  return {
    settings: { keys: { keys: [open] }, issuer: ISSUER, audience: ISSUER, algorithms: ['EdDSA'] },
    issue: (principal, seconds, now = new Date()) => {
      const issuedAt = Math.floor(now.getTime() / 1000);
      return new SignJWT()
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: jwk.kid! })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(principal)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + seconds)
        .sign(key);
    },
  };
}

async function create(folder: string, file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid: randomBytes(6).toString('hex'), alg: 'EdDSA' };
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, `${JSON.stringify(jwk)}\n`, { mode: 0o600 });
    giveToOwner(draft, folder);
    // Unlike a rename, a link does not take the place of a key that another process has just made.
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new OperatorError(`The development key ${file} cannot be written: ${reasonOf(error)}`);
  } finally {
    rmSync(draft, { force: true });
  }
  return read(file)!;
}

function read(file: string): JWK | undefined {
  try {
    const jwk = JSON.parse(readFileSync(file, 'utf8')) as JWK | null;
    if (typeof jwk?.kid !== 'string' || typeof jwk.d !== 'string' || jwk.crv !== 'Ed25519') throw new Error('it is no Ed25519 key');
    return jwk;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(file, error);
  }
}

function unusable(file: string, error: unknown): OperatorError {
  return new OperatorError(`The development key ${file} cannot be used (${codeOf(error) ?? 'it is damaged'}): delete it, and the next start makes another.`);
}

/** Root may start once what an ordinary user owns. */
function giveToOwner(path: string, folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(path, uid, gid);
}
