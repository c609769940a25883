import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireTokenSettings } from '../src/access/token-settings.js';
import { readConfig } from '../src/config.js';

const mistakes = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
};

describe('settings', () => {
  test('have defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      databaseUrl: undefined,
      replicaUrls: [],
      replicaLagSeconds: 5,
      dataFolder: resolve('.data'),
      seed: 'articles',
      corsOrigins: [],
      trustProxy: [],
      answerCacheBytes: 32 * 2 ** 20,
      development: true,
      anonymous: true,
      tokens: { jwks: undefined, issuer: undefined, audience: undefined, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    });
  });

  test('may be empty, which is unset', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: '' })).toEqual(readConfig({}));
  });

  test('are refused all at once, one line a mistake', () => {
    expect(mistakes({ PORT: '4000x', DATABASE_URL: 'mysql://x/y', LIENDOAN_SEED: 'all', LIENDOAN_DATE: 'x' })).toEqual([
      expect.stringMatching(/^PORT: must be a whole number/),
      expect.stringMatching(/^DATABASE_URL: must look like postgres:/),
      'LIENDOAN_SEED: must be articles or none',
      'LIENDOAN_DATE: no such setting',
    ]);
    expect(mistakes({ HOST: '0.0.0.0', PORT: '4000x' })).toEqual([
      expect.stringMatching(/^HOST: must be a loopback address/),
      expect.stringMatching(/^PORT: must be a whole number/),
    ]);
  });

  test.each(['0.0.0.0', '192.168.1.4', '::', 'example.org', '127.0.0.1.example.org'])('HOST=%s would open a development server to the network', (HOST) => {
    expect(mistakes({ HOST })).toHaveLength(1);
  });

  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('HOST=%s is this machine', (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST);
  });

  const serving = { LIENDOAN_JWKS: 'https://issuer.example/jwks', LIENDOAN_JWT_ISSUER: 'https://issuer.example', LIENDOAN_JWT_AUDIENCE: 'liendoan' };

  test('outside development HOST may be any', () => {
    expect(readConfig({ ...serving, HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });

  test.each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ NODE_ENV: 'development' }, true],
    [{ NODE_ENV: 'production' }, false],
    [{ NODE_ENV: 'test' }, false],
    [{ NODE_ENV: 'Development' }, false],
    [{ DATABASE_URL: 'postgres://u@h/d' }, false],
    [{ LIENDOAN_JWKS: 'keys.json' }, false],
    // Half of what production needs is a mistake, and no reason to hand out tokens.
    [{ LIENDOAN_JWT_ISSUER: 'https://issuer.example' }, false],
    [{ LIENDOAN_JWT_AUDIENCE: 'liendoan' }, false],
  ])('%j is development: %s', (environment, development) => {
    expect(readConfig(environment).development).toBe(development);
  });

  test('say where the keys of tokens are', () => {
    const jwks = (LIENDOAN_JWKS: string): unknown => readConfig({ LIENDOAN_JWKS }).tokens.jwks;
    expect(jwks('https://issuer.example/jwks')).toEqual(new URL('https://issuer.example/jwks'));
    expect(jwks('http://127.0.0.1:8080/jwks')).toEqual(new URL('http://127.0.0.1:8080/jwks'));
    expect(jwks('http://[::1]:8080/jwks')).toEqual(new URL('http://[::1]:8080/jwks'));
    expect(jwks('keys/jwks.json')).toBe(resolve('keys/jwks.json'));
  });

  test.each(['http://issuer.example/jwks', 'ftp://issuer.example/jwks', 'file:///etc/jwks', 'https://me:s3cret@issuer.example/', 'https:'])(
    'LIENDOAN_JWKS=%s is refused',
    (LIENDOAN_JWKS) => {
      expect(mistakes({ LIENDOAN_JWKS })).toEqual([expect.stringMatching(/^LIENDOAN_JWKS: must be an https:/)]);
    },
  );

  test.each(['HS256', 'none', 'RS256,HS512', 'RS256,', 'rs256', 'ECDH-ES'])('LIENDOAN_JWT_ALGORITHMS=%s is refused', (LIENDOAN_JWT_ALGORITHMS) => {
    expect(mistakes({ LIENDOAN_JWT_ALGORITHMS })).toEqual([expect.stringMatching(/^LIENDOAN_JWT_ALGORITHMS: must be a list/)]);
  });

  test('list algorithms', () => {
    expect(readConfig({ LIENDOAN_JWT_ALGORITHMS: 'ES384, Ed25519' }).tokens.algorithms).toEqual(['ES384', 'Ed25519']);
  });

  test('name all that a server lacks that is not for development', () => {
    const missing = (environment: Record<string, string>): string[] => {
      try {
        requireTokenSettings(readConfig(environment));
        return [];
      } catch (error) {
        expect(error).toMatchObject({ name: 'OperatorError', exitCode: 2 });
        return (error as Error).message.match(/^LIENDOAN_\w+(?=:)/gm) ?? [];
      }
    };
    expect(missing({ NODE_ENV: 'production' })).toEqual(['LIENDOAN_JWKS', 'LIENDOAN_JWT_ISSUER', 'LIENDOAN_JWT_AUDIENCE']);
    expect(missing({ LIENDOAN_JWT_AUDIENCE: 'x' })).toEqual(['LIENDOAN_JWKS', 'LIENDOAN_JWT_ISSUER']);
    expect(missing(serving)).toEqual([]);
  });

  test('origins that may read answers: as browsers send them, none unless named', () => {
    expect(readConfig({ LIENDOAN_CORS_ORIGINS: 'https://a.example, http://localhost:5173' }).corsOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  });

  test.each(['*', 'null', 'a.example', 'https://a.example/', 'https://a.example/path', 'HTTPS://A.example', 'https://a.example:443', 'file:///x', 'https://a.example,', 'https://*.example'])(
    'LIENDOAN_CORS_ORIGINS=%s is no list of origins',
    (LIENDOAN_CORS_ORIGINS) => {
      expect(mistakes({ LIENDOAN_CORS_ORIGINS })).toEqual([expect.stringMatching(/^LIENDOAN_CORS_ORIGINS: must be origins/)]);
    },
  );

  test('proxies that are believed: those named, and none else', () => {
    expect(readConfig({ LIENDOAN_TRUST_PROXY: '10.0.0.1, 192.168.0.0/16,fd00::/8' }).trustProxy).toEqual(['10.0.0.1', '192.168.0.0/16', 'fd00::/8']);
  });

  test.each(['true', '2', '10.0.0.300', '10.0.0.0/33', '::1/129', '10.0.0.0/8/8', 'proxy.example', '10.0.0.1,'])('LIENDOAN_TRUST_PROXY=%s names no proxy', (LIENDOAN_TRUST_PROXY) => {
    expect(mistakes({ LIENDOAN_TRUST_PROXY })).toEqual([expect.stringMatching(/^LIENDOAN_TRUST_PROXY: must be addresses/)]);
  });

  test('never repeat a password', () => {
    expect(mistakes({ DATABASE_URL: 'mysql://me:s3cret@host/db', LIENDOAN_JWKS: 'https://me:s3cret@host/' }).join()).not.toContain('s3cret');
  });
});
