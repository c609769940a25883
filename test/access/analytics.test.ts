import { describe, expect, test } from 'vitest';
import { Arena, report } from './fuzz/run.js';
import { Oracle } from './oracle/oracle.js';

const WORLDS = 2;
/** Of how many figures each caller asks about one. */
const ONE_OF = 4;
const BY = ['CHILD', 'LEVEL', 'SECTOR', 'OWNERSHIP', 'KIND', 'PHASE', 'CLUSTER', 'BLOC'];
const MEASURES = ['RESULT', 'ASSIGNED', 'REGISTERED', 'SELF_SET'];
const EVERY = ['MONTH', 'QUARTER', 'YEAR', 'CHANGE', 'DAY'];

/** Chance seldom asks for what lies so deep: here every caller asks for it of every unit that has figures, or stands above one that has. */
describe('totals over time, and taken apart, are what the oracle says', () => {
  test.each(Array.from({ length: WORLDS }, (_, i) => 20_270_101 + i))('for every caller of the world %i', { timeout: 240_000 }, async (seed) => {
    const arena = await Arena.open(seed, new Oracle());
    try {
      const { world, principals } = arena.random;
      let numbers = 0;
      const figures = world.figures.filter(({ status }) => status === 'APPROVED');
      for (const [p, principal] of principals.entries()) {
        const asked: string[] = [];
        for (const [n, { unit, campaign, phase, indicator, measure, asOf }] of figures.entries()) {
          if ((n + p) % ONE_OF > 0) continue;
          const [top, at] = [world.lineToday(unit)[(n + p) % world.lineToday(unit).length]!, (n + p) / ONE_OF];
          const what = `campaign: "${campaign.code}", indicator: "${indicator.code}"${phase ? `, phase: "${phase.code}"` : ''}`;
          const moment = world.past[at % (world.past.length + 2)]?.at;
          const known = moment === undefined ? '' : `, knownAt: "${moment}"`;
          const parts = 'parts(first: 2) { totalCount pageInfo { hasNextPage endCursor } nodes { key name value qualifier units counted unit { code } phase { code } cluster { code } } }';
          const breakdowns = [0, 1, 2].map((i) => `b${i}: breakdown(by: ${BY[(at + 3 * i) % BY.length]}, measure: ${at % 3 === 0 ? MEASURES[(at + i) % 4] : measure}) { by measure total remainder ${parts} }`);
          const every = EVERY[at % EVERY.length]!;
          // Days alone are many.
          const from = every === 'DAY' ? `, from: "${asOf.slice(0, 8)}01"` : at % 2 === 0 ? `, from: "2021-02-28"` : '';
          const to = every === 'DAY' ? `, to: "${asOf}"` : at % 7 === 0 ? `, to: "2023-12-30"` : '';
          asked.push(`q${n}: orgUnit(code: "${top.code}") { code
            progress(${what}${at % 4 === 0 ? '' : `, asOf: "${asOf}"`}${known}) { asOf result { value } ${breakdowns.join(' ')} }
            series(${what}, every: ${every}${from}${to}${known}) { asOf result { value qualifier } target { value } } }`);
        }
        for (let i = 0; i < asked.length; i += 6) {
          const found = await arena.ask({ source: `{ ${asked.slice(i, i + 6).join('\n')} }`, variables: { server: {}, oracle: {} } }, principal);
          expect(found && report(found)).toBeUndefined();
        }
        numbers += asked.length;
      }
      expect(numbers).toBeGreaterThan(0);
      expect(arena.oracle.exercised.get('BreakdownPart.unit')).toBeGreaterThan(20);
      expect(arena.oracle.exercised.get('BreakdownPart.cluster')).toBeGreaterThan(20);
    } finally {
      await arena.close();
    }
  });
});
