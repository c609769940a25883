import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
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
    expect(readConfig({})).toEqual({ host: '127.0.0.1', port: 4000, databaseUrl: undefined, dataFolder: resolve('.data'), seed: 'articles' });
  });

  test('may be empty, which is unset', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: '' })).toEqual(readConfig({}));
  });

  test('are refused all at once, one line a mistake', () => {
    expect(mistakes({ HOST: '0.0.0.0', PORT: '4000x', DATABASE_URL: 'mysql://x/y', LIENDOAN_SEED: 'all', LIENDOAN_DATE: 'x' })).toEqual([
      expect.stringMatching(/^HOST: must be a loopback address/),
      expect.stringMatching(/^PORT: must be a whole number/),
      expect.stringMatching(/^DATABASE_URL: must look like postgres:/),
      'LIENDOAN_SEED: must be articles or none',
      'LIENDOAN_DATE: no such setting',
    ]);
  });

  test.each(['0.0.0.0', '192.168.1.4', '::', 'example.org', '127.0.0.1.example.org'])('HOST=%s would open the data to the network', (HOST) => {
    expect(mistakes({ HOST })).toHaveLength(1);
  });

  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('HOST=%s is this machine', (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST);
  });

  test('never repeat a password', () => {
    expect(mistakes({ DATABASE_URL: 'mysql://me:s3cret@host/db' }).join()).not.toContain('s3cret');
  });
});
