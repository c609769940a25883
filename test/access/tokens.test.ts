import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { exportJWK, SignJWT, type JSONWebKeySet, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../src/access/authenticate.js';
import { newApiKey, type ApiKeyStore, type StoredKey } from '../../src/access/api-key.js';
import type { TokenSettings } from '../../src/access/token.js';
import { registerApi } from '../../src/api.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';

// One server over HTTP whose log is kept, and keys of every kind in its key set.
const now = new Date('2026-03-01T03:00:00Z');
const seconds = now.getTime() / 1000;
const ISSUER = 'https://issuer.test';
const pairs = {
  ed: generateKeyPairSync('ed25519'),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  stranger: generateKeyPairSync('ed25519'),
};

const stored = new Map<string, StoredKey>();
const used: string[] = [];
const store: ApiKeyStore = {
  find: async (id) => stored.get(id),
  used: async (id) => void used.push(id),
};
let log = '';
let tokens: TokenSettings;
let db: Database;
let app: FastifyInstance;
let url: string;

async function serve(anonymous: boolean, settings = tokens, keys = store): Promise<{ app: FastifyInstance; url: string }> {
  const stream = new Writable({ write: (chunk, _, done) => ((log += String(chunk)), done()) });
  const app = Fastify({ logger: { level: 'trace', stream } });
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const limits = { ANONYMOUS: plenty, PARTNER: plenty, MEMBER: plenty };
  await registerApi(app, db, { authenticate: createAuthenticator({ anonymous, tokens: settings }, keys, () => now), now: () => now, limits, corsOrigins: ['https://dashboard.test'] });
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

beforeAll(async () => {
  const keys: JSONWebKeySet['keys'] = [];
  // The RSA key is for any algorithm, as far as its own word goes.
  for (const [kid, alg] of [['ed', 'EdDSA'], ['rsa', undefined], ['ec', 'ES256']] as const) keys.push({ ...(await exportJWK(pairs[kid].publicKey)), kid, ...(alg ? { alg } : {}) });
  tokens = { keys: { keys }, issuer: ISSUER, audience: 'liendoan', algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] };
  db = await createTestDatabase();
  ({ app, url } = await serve(true));
}, 60_000);

afterAll(async () => {
  await app?.close();
  await db?.close();
});

beforeEach(() => {
  log = '';
});

interface Header {
  readonly alg?: string;
  readonly kid?: string | undefined;
  readonly typ?: string;
}

/** A token of alice, good unless something is changed; undefined takes a claim out. */
function token(claims: JWTPayload = {}, header: Header = {}, key: KeyObject = pairs.ed.privateKey): Promise<string> {
  return new SignJWT({ iss: ISSUER, aud: 'liendoan', sub: 'alice', exp: seconds + 3600, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'ed', ...header })
    .sign(key);
}

/** Signed with a shared secret, or with nothing, as no library would do it. */
function forged(alg: string, secret?: string | Buffer, kid = 'rsa'): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg, kid, typ: 'JWT' })}.${part({ iss: ISSUER, aud: 'liendoan', sub: 'alice', exp: seconds + 3600 })}`;
  return `${text}.${secret === undefined ? '' : createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const ask = (headers: Record<string, string>, to = url): Promise<Response> =>
  fetch(new URL('/graphql', to), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ viewer { principal } }' }),
  });
const bearer = (credential: string): Promise<Response> => ask({ authorization: `Bearer ${credential}` });

async function expectPrincipal(answer: Response, principal: string | null): Promise<void> {
  expect(await answer.json()).toMatchObject({ data: { viewer: { principal } } });
  expect(answer.status).toBe(200);
}

const REFUSAL = {
  errors: [{ message: 'The request carries no valid credential: send `Authorization: Bearer` with a token or an API key.', extensions: { code: 'UNAUTHENTICATED' } }],
};

async function expectRefused(answer: Response): Promise<void> {
  expect(await answer.json()).toEqual(REFUSAL);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
}

/** Neither the credential nor any part of it that says something. */
function expectUnlogged(credential: string): void {
  const parts = [credential, ...credential.split(/[.\s]/)].filter((part) => part.length >= 12);
  expect(parts.filter((part) => log.includes(part))).toEqual([]);
}

describe('a token', () => {
  test.each<[string, () => Promise<string>]>([
    ['signed with Ed25519', () => token()],
    ['signed with RS256', () => token({}, { alg: 'RS256', kid: 'rsa' }, pairs.rsa.privateKey)],
    ['signed with ES256', () => token({}, { alg: 'ES256', kid: 'ec' }, pairs.ec.privateKey)],
    ['of type JWT', () => token({}, { typ: 'JWT' })],
    ['of type at+jwt', () => token({}, { typ: 'at+jwt' })],
    ['for several audiences', () => token({ aud: ['other', 'liendoan'] })],
    ['without the name of its key, where one key can be meant', () => token({}, { kid: undefined })],
    ['that has just expired by another clock', () => token({ exp: seconds - 25 })],
    ['that begins in a moment by another clock', () => token({ nbf: seconds + 25 })],
  ])('%s is taken', async (_, make) => {
    const text = await make();
    await expectPrincipal(await bearer(text), 'alice');
    expectUnlogged(text);
  });

  test('names its principal letter by letter', async () => {
    await expectPrincipal(await bearer(await token({ sub: 'Nguyễn Văn A/dev:ADMIN@TLD' })), 'Nguyễn Văn A/dev:ADMIN@TLD');
    await expectPrincipal(await bearer(await token({ sub: 'x'.repeat(255) })), 'x'.repeat(255));
  });

  test.each<[string, () => string | Promise<string>]>([
    ['that has expired', () => token({ exp: seconds - 31 })],
    ['that is not yet valid', () => token({ nbf: seconds + 31 })],
    ['of another issuer', () => token({ iss: 'https://issuer.test.example.org' })],
    ['without issuer', () => token({ iss: undefined })],
    ['for another audience', () => token({ aud: 'other' })],
    ['without audience', () => token({ aud: undefined })],
    ['without expiry', () => token({ exp: undefined })],
    ['whose expiry is a text', () => token({ exp: String(seconds + 3600) } as unknown as JWTPayload)],
    ['without subject', () => token({ sub: undefined })],
    ['with an empty subject', () => token({ sub: '' })],
    ['whose subject is a number', () => token({ sub: 7 } as unknown as JWTPayload)],
    ['whose subject is an API key', () => token({ sub: 'key:abcdefghijkl' })],
    ['whose subject has a line break', () => token({ sub: 'alice\nbob' })],
    ['whose subject has a null byte', () => token({ sub: 'alice\0' })],
    ['whose subject has a space at its end', () => token({ sub: 'alice ' })],
    ['whose subject is longer than a principal', () => token({ sub: 'x'.repeat(256) })],
    ['of another type', () => token({}, { typ: 'logout+jwt' })],
    ['with alg none', () => forged('none')],
    ['with alg none, written otherwise', () => forged('nOnE', '')],
    ['with HS256 and the public key as PEM for a secret', () => forged('HS256', pairs.rsa.publicKey.export({ type: 'spki', format: 'pem' }))],
    ['with HS256 and the public key as JWK for a secret', () => forged('HS256', JSON.stringify(pairs.rsa.publicKey.export({ format: 'jwk' })))],
    ['with HS256 and the raw public key for a secret', () => forged('HS256', Buffer.from(pairs.ed.publicKey.export({ format: 'jwk' }).x!, 'base64url'), 'ed')],
    ['with an algorithm that is not listed', () => token({}, { alg: 'RS512', kid: 'rsa' }, pairs.rsa.privateKey)],
    ['of an unknown key', () => token({}, { kid: 'stranger' }, pairs.stranger.privateKey)],
    ['of another key under a known name', () => token({}, {}, pairs.stranger.privateKey)],
    ['that brings its own key along', async () =>
      new SignJWT({ iss: ISSUER, aud: 'liendoan', sub: 'alice', exp: seconds + 3600 })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'ed', jwk: await exportJWK(pairs.stranger.publicKey) })
        .sign(pairs.stranger.privateKey)],
    ['whose signature is cut off', async () => (await token()).replace(/[^.]+$/, '')],
    ['whose claims were changed', async () => {
      const [head, , signature] = (await token()).split('.');
      return `${head}.${Buffer.from(JSON.stringify({ iss: ISSUER, aud: 'liendoan', sub: 'bob', exp: seconds + 3600 })).toString('base64url')}.${signature}`;
    }],
    ['that is too long', () => token({ more: 'x'.repeat(8000) })],
    ['that is garbage', () => 'garbage'],
    ['of three parts of garbage', () => 'AAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBB.CCCCCCCCCCCCCCCC'],
    ['encrypted by its looks', () => 'AAAAAAAAAAAAAAAA.B.C.D.EEEEEEEEEEEEEEEE'],
  ])('%s is refused, in words that say no more', async (_, make) => {
    const text = await make();
    await expectRefused(await bearer(text));
    expectUnlogged(text);
    expect(log).toContain('a credential was refused');
  });
});

describe('the Authorization header', () => {
  test('is needed by whoever is not anonymous only', async () => {
    await expectPrincipal(await ask({}), null);
  });

  test('has a scheme in letters of any case', async () => {
    const text = await token();
    for (const authorization of [`bearer ${text}`, `BEARER   ${text}`, `Bearer ${text} `]) await expectPrincipal(await ask({ authorization }), 'alice');
  });

  test.each(['', 'Bearer', 'Bearer ', 'Basic YWxpY2U6c2VjcmV0MTIzNDU2', 'Token abc', 'Bearer a b', 'Bearer a, Bearer b', 'Bearer a,b', 'Bearer:abc', 'Bearer "abc"', 'Bearer %00'])(
    '%j is refused',
    async (authorization) => {
      await expectRefused(await ask({ authorization }));
      expectUnlogged(authorization);
    },
  );

  test('comes once: of two, whichever is good, none is taken', async () => {
    const good = await token();
    for (const [first, second] of [[good, 'garbage'], ['garbage', good], [good, good]]) {
      const { hostname, port } = new URL(url);
      const body = JSON.stringify({ query: '{ viewer { principal } }' });
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(Number(port), hostname, () =>
          socket.write(
            `POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
              `Authorization: Bearer ${first}\r\nauthorization: Bearer ${second}\r\n\r\n${body}`,
          ),
        );
        socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(text)).on('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
      expect(answer).toContain(JSON.stringify(REFUSAL));
    }
    expectUnlogged(good);
  });

  test('is looked at before the body', async () => {
    const answer = await fetch(new URL('/graphql', url), { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer x' }, body: '{"query":' });
    await expectRefused(answer);
  });

  test('is not asked for by the schema’s text', async () => {
    expect((await fetch(new URL('/schema.graphql', url), { headers: { authorization: 'Bearer x' } })).status).toBe(200);
  });

  test('is needed by everyone where anonymous callers are not let in', async () => {
    const closed = await serve(false);
    try {
      await expectRefused(await ask({}, closed.url));
      await expectPrincipal(await ask({ authorization: `Bearer ${await token()}` }, closed.url), 'alice');
      // A browser asks without it whether it may ask with it, and lets its page read the refusal.
      const asked = { origin: 'https://dashboard.test', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
      expect((await fetch(new URL('/graphql', closed.url), { method: 'OPTIONS', headers: asked })).status).toBe(204);
      expect((await ask({ origin: 'https://dashboard.test' }, closed.url)).headers.get('access-control-allow-origin')).toBe('https://dashboard.test');
    } finally {
      await closed.app.close();
    }
  });
});

describe('an API key', () => {
  const kept = async (change: Partial<StoredKey> = {}): Promise<{ id: string; text: string }> => {
    const { id, secretText, hash } = newApiKey();
    stored.set(id, { secretHash: await hash, expiresOn: '2026-03-01', revoked: false, ...change });
    return { id, text: secretText };
  };
  /** The same key with another last letter of its secret; the letter has bits to spare, hence the one before it. */
  const mistyped = (text: string): string => text.replace(/.(.)$/, (end, last: string) => (end.startsWith('A') ? 'B' : 'A') + last);

  test('is taken on its last day, as often as it comes, and its use noted once a minute', async () => {
    const { id, text } = await kept();
    expect(text).toMatch(/^ldk_[a-z0-9]{12}_[\w-]{43}$/);
    for (let i = 0; i < 3; i++) await expectPrincipal(await bearer(text), `key:${id}`);
    expect(used.filter((each) => each === id)).toHaveLength(1);
    expectUnlogged(text);
    expectUnlogged(text.slice(-43));
  });

  test.each<[string, () => Promise<string>]>([
    ['that is unknown', async () => newApiKey().secretText],
    ['with a wrong secret', async () => mistyped((await kept()).text)],
    ['that is revoked', async () => (await kept({ revoked: true })).text],
    ['that has expired', async () => (await kept({ expiresOn: '2026-02-28' })).text],
    ['of another prefix', async () => (await kept()).text.replace(/^ldk/, 'ldx')],
    ['of its prefix in capitals', async () => (await kept()).text.replace(/^ldk/, 'LDK')],
    ['with more behind it', async () => `${(await kept()).text}A`],
    ['without its secret', async () => `ldk_${(await kept()).id}_`],
    ['with another key’s secret', async () => `ldk_${(await kept()).id}_${(await kept()).text.slice(-43)}`],
  ])('%s is refused, in words that say no more', async (_, make) => {
    const text = await make();
    for (let i = 0; i < 2; i++) await expectRefused(await bearer(text));
    expectUnlogged(text);
    expectUnlogged(text.slice(-43));
  });

  test('is refused from the moment that it is revoked or expires, though it was taken before', async () => {
    const { id, text } = await kept();
    await expectPrincipal(await bearer(text), `key:${id}`);
    const row = stored.get(id)!;
    stored.set(id, { ...row, revoked: true });
    await expectRefused(await bearer(text));
    stored.set(id, { ...row, expiresOn: '2026-02-28' });
    await expectRefused(await bearer(text));
    stored.set(id, { ...row, secretHash: await newApiKey().hash });
    await expectRefused(await bearer(text));
    stored.set(id, row);
    await expectPrincipal(await bearer(text), `key:${id}`);
  });

  test('of which many secrets are tried at once keeps none of the others waiting for good', async () => {
    const [victim, other] = [await kept(), await kept()];
    const guesses = Array.from({ length: 40 }, () => bearer(`ldk_${victim.id}_${newApiKey().secretText.slice(-43)}`));
    await expectPrincipal(await bearer(other.text), `key:${other.id}`);
    for (const { status } of await Promise.all(guesses)) expect([401, 503]).toContain(status);
    await expectPrincipal(await bearer(victim.text), `key:${victim.id}`);
  });

  test('that cannot be looked up is UNAVAILABLE, with the cause in the log', async () => {
    const out = await serve(true, tokens, { ...store, find: () => Promise.reject(new Error('the table is out')) });
    try {
      const { secretText } = newApiKey();
      const answer = await ask({ authorization: `Bearer ${secretText}` }, out.url);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
      expect(log).toContain('the table is out');
      expectUnlogged(secretText);
      await expectPrincipal(await ask({}, out.url), null);
    } finally {
      await out.app.close();
    }
  });
});
