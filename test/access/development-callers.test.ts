import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { prepareDevelopment, registerDevelopmentCallers, type Development } from '../../src/access/development-callers.js';
import { openDevelopmentKey } from '../../src/access/development-key.js';
import { TokenVerifier } from '../../src/access/token.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { startTestServer } from '../support/server.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liendoan-development-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the development key', () => {
  test('is one for all who come at once, and nothing else is left behind', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => openDevelopmentKey(folder)));
    const verifier = new TokenVerifier(all[0]!.settings);
    for (const key of all) expect(await verifier.verify(await key.issue('x', 60), new Date())).toMatchObject({ principal: 'x' });
    expect(readdirSync(folder)).toEqual(['development-key.json']);
    expect(statSync(join(folder, 'development-key.json')).mode & 0o777).toBe(0o600);
  });

  test('keeps its secret half to itself', async () => {
    const { settings } = await openDevelopmentKey(folder);
    const { d } = JSON.parse(readFileSync(join(folder, 'development-key.json'), 'utf8')) as { d: string };
    expect(JSON.stringify(settings)).not.toContain(d);
  });

  test.each(['', '{', 'null', '{"kid":"x"}', '{"kid":"x","d":"AAAA","crv":"Ed25519","kty":"OKP","x":"AAAA"}'])('that is damaged (%j) is named, and left alone', async (text) => {
    writeFileSync(join(folder, 'development-key.json'), text);
    await expect(openDevelopmentKey(folder)).rejects.toThrow(/^The development key \S+ cannot be used \(.+\): delete it, and the next start makes another\.$/);
    expect(readFileSync(join(folder, 'development-key.json'), 'utf8')).toBe(text);
  });
});

describe('GET /development/callers', () => {
  let app: FastifyInstance;
  const development: Development = { tokens: { keys: '', issuer: '', audience: '', algorithms: [] }, callers: async () => [{ label: 'x', token: 's3cret' }] };
  beforeAll(() => {
    app = Fastify({ trustProxy: true });
    registerDevelopmentCallers(app, development);
  });
  afterAll(() => app.close());
  const ask = (headers: Record<string, string>) => app.inject({ url: '/development/callers', headers });

  test.each<Record<string, string>>([
    { host: 'localhost:4000' },
    { host: '127.0.0.1' },
    { host: '127.9.9.9:1' },
    { host: '[::1]:4000', 'sec-fetch-site': 'same-origin' },
    { host: 'localhost', 'sec-fetch-site': 'none' },
  ])('answers %j, for nobody to keep', async (headers) => {
    const answer = await ask(headers);
    expect({ status: answer.statusCode, cache: answer.headers['cache-control'], body: answer.json() }).toEqual({
      status: 200,
      cache: 'no-store',
      body: [{ label: 'x', token: 's3cret' }],
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each<Record<string, string>>([
    { host: 'evil.example:4000' },
    { host: 'localhost.evil.example' },
    { host: '127.0.0.1.evil.example' },
    { host: '128.0.0.1' },
    { host: 'localhost', 'sec-fetch-site': 'cross-site' },
    { host: 'localhost', 'sec-fetch-site': 'same-site' },
    { host: 'localhost', 'x-forwarded-for': '10.0.0.1' },
    { host: 'evil.example', 'x-forwarded-host': 'localhost' },
    { host: 'localhost', forwarded: 'for=10.0.0.1' },
    { host: 'localhost', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  ])('does not answer %j', async (headers) => {
    const answer = await ask(headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).not.toContain('s3cret');
  });

  test('is not there outside development', async () => {
    const server = await startTestServer({ seed: false });
    try {
      expect((await fetch(new URL('/development/callers', server.url))).status).toBe(404);
    } finally {
      await server.close();
    }
  });
});

describe('the callers of a development server', () => {
  let db: Database;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db?.close());

  test('of an empty tree are none but the anonymous one', async () => {
    const development = await prepareDevelopment(db.pool, await openDevelopmentKey(folder));
    expect(await development.callers()).toEqual([{ label: 'anonymous', token: null }]);
  });
});
