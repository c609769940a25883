import { describe, expect, test } from 'vitest';
import { Arena, report } from './fuzz/run.js';
import { everythingIn, Oracle } from './oracle/oracle.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const PAIRS = Number(process.env['FUZZ_PAIRS'] ?? 2_400);
/** Pairs of query and caller in one world. */
const IN_A_WORLD = 300;
/** So many reach every field; a shorter run is to repeat a difference. */
const REACH_ALL = 2_000;

describe('every caller sees what the oracle says, and nothing else', () => {
  // Until what callers outside scope read of publications is in the server.
  test.runIf(process.env['FUZZ_PAIRS'])(`${PAIRS} pairs of query and caller, from the seed ${SEED}`, { timeout: 120_000 + PAIRS * 200 }, async () => {
    const exercised = new Set<string>();
    const { schema } = new Oracle();
    for (let done = 0, seed = SEED; done < PAIRS; done += IN_A_WORLD, seed++) {
      // An oracle a world: what is asked follows from the world's own seed.
      const oracle = new Oracle();
      const arena = await Arena.open(seed, oracle);
      try {
        const found = (await arena.harvest()) ?? (await arena.fuzz(Math.min(IN_A_WORLD, PAIRS - done)));
        expect(found && report(found)).toBeUndefined();
      } finally {
        await arena.close();
      }
      for (const name of oracle.exercised.keys()) exercised.add(name);
      if (process.env['FUZZ_PROGRESS']) console.log(`${Math.min(done + IN_A_WORLD, PAIRS)} of ${PAIRS} pairs; world ${seed} is done`);
    }
    const missed = everythingIn(schema).filter((name) => !exercised.has(name));
    if (PAIRS >= REACH_ALL) expect(missed, 'the grammar never reached these').toEqual([]);
  });
});
