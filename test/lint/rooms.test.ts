import { describe, expect, test } from 'vitest';
import { whyForbidden } from '../../lint/rooms.js';

describe('the layering of rooms', () => {
  test.each([
    ['src/ledger/a', 'src/shared/b', false],
    ['src/ledger/a', 'src/ledger/deep/b', false],
    ['src/ledger/deep/a', 'src/org-units/b', false],
    ['src/ledger/a', 'src/context', true],
    ['src/shared/database/a', 'src/config', true],
    ['src/main', 'src/exchange/b', false],
    ['mikro-orm.config', 'src/ledger/b', false],
    ['test/ledger/a', 'src/exchange/b', false],
  ])('%s may import %s', (file, target, typeOnly) => {
    expect(whyForbidden(file, target, typeOnly)).toBeUndefined();
  });

  test.each([
    ['src/shared/a', 'src/ledger/b', true],
    ['src/org-units/deep/a', 'src/campaigns/b', false],
    ['src/ledger/a', 'src/context', false],
    ['src/shared/a', 'src/config', false],
    ['src/exchange/a', 'src/server', true],
    ['src/access/a', 'mikro-orm.config', false],
    ['src/explorer/a', 'src/shared/b', true],
    ['src/server', 'src/explorer/b', false],
    ['src/ledger/a', 'src/nowhere/b', false],
    ['src/ledger/a', 'test/support/b', false],
  ])('%s may not import %s', (file, target, typeOnly) => {
    expect(whyForbidden(file, target, typeOnly)).toEqual(expect.any(String));
  });
});
