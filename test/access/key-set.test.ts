import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { assertKeyFile } from '../../src/access/key-set.js';
import { CannotTell, Unauthenticated } from '../../src/access/refusals.js';
import { TokenVerifier } from '../../src/access/token.js';

const keys = { old: generateKeyPairSync('ed25519'), new: generateKeyPairSync('ed25519') };
type Name = keyof typeof keys;
const SECOND = 1000;

const setOf = async (...names: Name[]): Promise<string> =>
  JSON.stringify({ keys: await Promise.all(names.map(async (kid) => ({ ...(await exportJWK(keys[kid].publicKey)), kid, alg: 'EdDSA' }))) });
const token = (kid: string, key: KeyObject): Promise<string> =>
  new SignJWT({ iss: 'i', aud: 'a', sub: kid, exp: 4_000_000_000 }).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key);
const open = (where: URL | string): TokenVerifier => new TokenVerifier({ keys: where, issuer: 'i', audience: 'a', algorithms: ['EdDSA'] });
const verify = async (verifier: TokenVerifier, name: Name): Promise<string> => (await verifier.verify(await token(name, keys[name].privateKey), new Date())).principal;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());
const wait = (ms: number): void => void vi.advanceTimersByTime(ms);

describe('keys at a URL', () => {
  let server: Server;
  let url: URL;
  let answer: () => Promise<{ status?: number; body: string }>;
  let asked: number;

  beforeEach(async () => {
    asked = 0;
    answer = async () => ({ body: await setOf('old') });
    server = createServer((_request, response) => {
      asked++;
      void answer().then(({ status = 200, body }) => response.writeHead(status, { 'content-type': 'application/json', location: '/' }).end(body));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test('are fetched with the first token, and kept', async () => {
    const verifier = open(url);
    expect(asked).toBe(0);
    await Promise.all([1, 2, 3].map(() => verify(verifier, 'old')));
    wait(60 * SECOND);
    expect(await verify(verifier, 'old')).toBe('old');
    expect(asked).toBe(1);
  });

  test('are fetched anew for an unknown one, but not for each unknown one', async () => {
    const verifier = open(url);
    await verify(verifier, 'old');
    for (let i = 0; i < 5; i++) await expect(verify(verifier, 'new')).rejects.toThrow(Unauthenticated);
    expect(asked).toBe(1);
    answer = async () => ({ body: await setOf('new') });
    wait(31 * SECOND);
    expect(await verify(verifier, 'new')).toBe('new');
    expect(asked).toBe(2);
    await expect(verify(verifier, 'old')).rejects.toThrow(Unauthenticated);
    expect(asked).toBe(2);
  });

  test('that are withdrawn are taken ten minutes more at most', async () => {
    const verifier = open(url);
    await verify(verifier, 'old');
    answer = async () => ({ body: await setOf('new') });
    wait(601 * SECOND);
    await expect(verify(verifier, 'old')).rejects.toThrow(Unauthenticated);
  });

  test.each<[string, () => { status?: number; body: string }]>([
    ['an error', () => ({ status: 500, body: '' })],
    ['a redirect', () => ({ status: 302, body: '' })],
    ['no JSON', () => ({ body: '<html>' })],
    ['no key set', () => ({ body: '{"keys":1}' })],
  ])('that are answered with %s: nobody can tell, until they are there; and the server is not asked at each token', async (_, bad) => {
    const verifier = open(url);
    answer = async () => bad();
    for (let i = 0; i < 3; i++) await expect(verify(verifier, 'old')).rejects.toThrow(CannotTell);
    expect(asked).toBe(1);
    answer = async () => ({ body: await setOf('old') });
    wait(3 * SECOND);
    expect(await verify(verifier, 'old')).toBe('old');
    expect(asked).toBe(2);
  });

  test('out of reach: nobody can tell', async () => {
    server.close();
    const verifier = open(url);
    for (let i = 0; i < 3; i++) await expect(verify(verifier, 'old')).rejects.toThrow(CannotTell);
  });
});

describe('keys in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liendoan-keys-'));
    file = join(folder, 'jwks.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('are read again when the file has changed', async () => {
    writeFileSync(file, await setOf('old'));
    const verifier = open(file);
    expect(await verify(verifier, 'old')).toBe('old');
    await expect(verify(verifier, 'new')).rejects.toThrow(Unauthenticated);
    writeFileSync(file, await setOf('new', 'old'));
    wait(3 * SECOND);
    expect(await verify(verifier, 'new')).toBe('new');
    writeFileSync(file, await setOf('new'));
    wait(3 * SECOND);
    await expect(verify(verifier, 'old')).rejects.toThrow(Unauthenticated);
  });

  test('that is missing, damaged, or gone since: nobody can tell', async () => {
    const verifier = open(file);
    await expect(verify(verifier, 'old')).rejects.toThrow(CannotTell);
    writeFileSync(file, '{');
    await expect(verify(verifier, 'old')).rejects.toThrow(CannotTell);
    writeFileSync(file, await setOf('old'));
    expect(await verify(verifier, 'old')).toBe('old');
    rmSync(file);
    wait(3 * SECOND);
    await expect(verify(verifier, 'old')).rejects.toThrow(CannotTell);
  });

  test.each<[string, string | undefined, RegExp]>([
    ['missing', undefined, /ENOENT/],
    ['no JSON', '{', /JSON/],
    ['no key set', '{"keys":1}', /malformed/i],
    ['empty', '{"keys":[]}', /it has no key/],
    ['secret', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}', /secret key/],
    ['private', JSON.stringify({ keys: [keys.old.privateKey.export({ format: 'jwk' })] }), /secret key/],
  ])('that is %s is named at the start, in one line without what it holds', async (_, text, reason) => {
    if (text !== undefined) writeFileSync(file, text);
    const error: unknown = await assertKeyFile(file).then(() => undefined, (failure: unknown) => failure);
    expect(error).toMatchObject({ name: 'OperatorError', exitCode: 2, message: expect.stringMatching(reason) });
    expect((error as Error).message).toMatch(/^LIENDOAN_JWKS: the file \S+jwks\.json cannot be used[^\n]+$/);
    expect((error as Error).message).not.toMatch(/c2VjcmV0|"d"/);
  });

  test('that is good starts', async () => {
    writeFileSync(file, await setOf('old', 'new'));
    await expect(assertKeyFile(file)).resolves.toBeUndefined();
  });
});
