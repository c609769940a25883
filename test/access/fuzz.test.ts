import { describe, expect, test } from 'vitest';
import { verify } from '../../src/ledger/verify.service.js';
import { Arena, report, type Found } from './fuzz/run.js';
import { everythingIn, Oracle } from './oracle/oracle.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const PAIRS = Number(process.env['FUZZ_PAIRS'] ?? 2_000);
/** Pairs of query and caller in one world. */
const IN_A_WORLD = 400;
/** A shorter run is there to repeat a difference. */
const REACHES_ALL = 2_000;
/** For what chance has left out: so many pairs at most in each of so many worlds more. */
const MORE_PAIRS = 500;
const MORE_WORLDS = 16;

describe('every caller sees what the oracle says, and nothing else', () => {
  test(`${PAIRS} pairs of query and caller, from the seed ${SEED}`, { timeout: 120_000 + PAIRS * 200 }, async () => {
    const missed = new Set(everythingIn(new Oracle().schema));
    const reached = (): boolean => PAIRS < REACHES_ALL || missed.size === 0;
    const lastSeed = SEED + Math.ceil(PAIRS / IN_A_WORLD) + MORE_WORLDS;
    for (let done = 0, seed = SEED; done < PAIRS || (!reached() && seed < lastSeed); done += IN_A_WORLD, seed++) {
      // An oracle a world: what is asked follows from the world's own seed.
      const oracle = new Oracle();
      const arena = await Arena.open(seed, oracle);
      try {
        expectSame((await arena.harvest()) ?? (done < PAIRS ? await arena.fuzz(Math.min(IN_A_WORLD, PAIRS - done)) : await arena.fuzz(MORE_PAIRS, missed)));
        for (const name of oracle.exercised.keys()) missed.delete(name);
        // After mutations of every kind, by whoever may: the ledger is what the figures say, then and now. Publications of the world are not made of figures.
        const { differences } = await verify(arena.server.db.pool, { limit: 1000 });
        expect(differences.filter(({ series }) => !series.endsWith(' published'))).toEqual([]);
      } finally {
        await arena.close();
      }
      if (process.env['FUZZ_PROGRESS']) console.log(`${Math.min(done + IN_A_WORLD, PAIRS)} of ${PAIRS} pairs; world ${seed} is done; ${missed.size} names are still to be reached${missed.size < 40 ? `: ${[...missed].join(' ')}` : ''}`);
    }
    if (!reached()) expect([...missed], 'the grammar never reached these').toEqual([]);
  });
});

function expectSame(found: Found | undefined): void {
  expect(found && `${report(found)}\nTo repeat it: npm run fuzz:access -- --seed ${found.seed} --pairs ${IN_A_WORLD}, or the whole run with --seed ${SEED} --pairs ${PAIRS}`).toBeUndefined();
}
