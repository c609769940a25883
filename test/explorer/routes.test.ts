import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerExplorer } from '../../src/shared/http/explorer.js';

const script = 'console.log("Liên đoàn")';
let folder: string;
let app: FastifyInstance;

async function build(): Promise<void> {
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Liendoan</title>');
  await writeFile(join(folder, 'assets/index-abc.js'), script);
  await writeFile(join(folder, 'assets/index-abc.js.gz'), gzipSync(script));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liendoan-explorer-'));
  app = Fastify();
  app.get('/health', () => 'ok');
  app.post('/graphql', () => ({ data: null }));
  await registerExplorer(app, folder);
});

afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

describe('the routes of the explorer', () => {
  test('the page is checked at each visit and may load from its own host only', async () => {
    await build();
    const answer = await app.inject('/');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-cache');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:|\*/);
    expect((await app.inject({ url: '/', headers: { 'if-none-match': String(answer.headers.etag) } })).statusCode).toBe(304);
  });

  test('an asset is kept for good and comes compressed to whoever can read it', async () => {
    await build();
    const plain = await app.inject('/assets/index-abc.js');
    expect(plain.body).toBe(script);
    expect(plain.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const gzipped = await app.inject({ url: '/assets/index-abc.js', headers: { 'accept-encoding': 'gzip' } });
    expect(gzipped.headers['content-encoding']).toBe('gzip');
    expect(gzipped.headers['content-type']).toBe(plain.headers['content-type']);
  });

  test('other paths keep their own answers, without the headers of the page', async () => {
    await build();
    const health = await app.inject('/health');
    expect(health.body).toBe('ok');
    expect(health.headers['content-security-policy']).toBeUndefined();
    expect((await app.inject({ method: 'POST', url: '/graphql' })).json()).toEqual({ data: null });
    expect((await app.inject('/nothing')).statusCode).toBe(404);
    expect((await app.inject('/assets/nothing.js')).statusCode).toBe(404);
    expect((await app.inject('/assets/..%2findex.html')).statusCode).toBeGreaterThanOrEqual(400);
  });

  test('before it is built, the page says which command builds it; afterwards it is served without a restart', async () => {
    const answer = await app.inject('/');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toContain('npm run build:explorer');
    await build();
    expect((await app.inject('/')).statusCode).toBe(200);
  });
});
