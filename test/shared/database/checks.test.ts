import { describe, expect, inject, test } from 'vitest';
import { checkServer, describe as place, EXTENSIONS, whyUnfit, type ServerFacts } from '../../../src/shared/database/checks.js';

const fit: ServerFacts = { version: 180_004, encoding: 'UTF8', extensions: [...EXTENSIONS, 'hstore'], vietnamese: true };

describe('a server', () => {
  test('of version 18 with its contrib package and ICU will do', () => {
    expect(whyUnfit(fit)).toBeUndefined();
    expect(whyUnfit({ ...fit, version: 190_001 })).toBeUndefined();
  });

  test.each([
    ['that is too old', { version: 170_006 }, 'runs PostgreSQL 17.6; Liendoan needs 18 or newer.'],
    ['without some extensions', { extensions: ['ltree', 'unaccent'] }, "lacks the extension(s) btree_gist, pg_trgm: install PostgreSQL's contrib package on that server."],
    ['without ICU', { vietnamese: false }, 'lacks the collation vi-x-icu: it was built without ICU.'],
    ['in another encoding', { encoding: 'SQL_ASCII' }, 'is encoded in SQL_ASCII; Liendoan needs a database in UTF8.'],
  ])('%s is refused in one line', (_, facts, line) => {
    expect(whyUnfit({ ...fit, ...facts })).toBe(line);
  });

  test('that runs the tests will do', async () => {
    await expect(checkServer(inject('testServerUrl'))).resolves.toBeUndefined();
  });

  test('is named without user and password', () => {
    expect(place('postgres://me:s3cret@db.example.org:5433/ledger')).toBe('db.example.org:5433/ledger');
  });
});

describe('a server that cannot be used', () => {
  const other = (change: (url: URL) => void): string => {
    const url = new URL(inject('testServerUrl'));
    change(url);
    return url.href;
  };

  test.each([
    ['has no such database', () => other((url) => (url.pathname = '/nowhere')), 'there is no such database'],
    ['rejects the password', () => other((url) => (url.password = 's3cret')), 'it rejects the password'],
    ['does not listen', () => 'postgres://me:s3cret@127.0.0.1:1/x', 'nothing listens there'],
    ['has no such host', () => 'postgres://me:s3cret@nowhere.invalid/x', 'the host is unknown'],
  ])('because it %s is named in one line, without the password', async (_, url, reason) => {
    const message = await checkServer(url()).catch((error: Error) => error.message);
    expect(message).toMatch(/^The database at \S+ cannot be reached: /);
    expect(message).toContain(reason);
    expect(message).not.toContain('s3cret');
    expect(message).not.toContain('\n');
  });
});
