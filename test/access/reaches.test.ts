import { expect, test } from 'vitest';
import { Reaches } from '../../src/access/reach.service.js';

const DAY = '2026-01-15';

function reachOf(reaches: Reaches, version: string, principal: string, scope: string): number {
  reaches.learn(version, principal, DAY, new Map([['liendoan.principal', principal], ['liendoan.version', version], ['liendoan.moment', principal], ['liendoan.scope', scope]]));
  return reaches.of(principal, DAY)!.id;
}

test('a reach has a number of its own, whichever server it was learnt from', () => {
  const [primary, standby] = [new Reaches(), new Reaches()];
  const ids = [reachOf(primary, '1', 'a', '{1}'), reachOf(primary, '1', 'b', '{1.2}'), reachOf(standby, '1', 'a', '{1}'), reachOf(standby, '1', 'b', '{1.2}')];
  expect(new Set(ids).size).toBe(4);
  expect(reachOf(primary, '1', 'c', '{1}')).toBe(ids[0]);
  // What was known under another version is known no more.
  expect(ids).not.toContain(reachOf(primary, '2', 'c', '{1}'));
  expect(primary.of('a', DAY)).toBeUndefined();
  // An answer that comes late is of an older one.
  primary.learn('1', 'a', DAY, new Map([['liendoan.scope', '{1}']]));
  expect(primary.of('a', DAY)).toBeUndefined();
});
