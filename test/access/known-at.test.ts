import { describe, expect, test } from 'vitest';
import { Dice } from './fuzz/dice.js';
import { Arena, report } from './fuzz/run.js';
import { Oracle } from './oracle/oracle.js';

const SEED = 20_261_122;
const PAIRS = 150;
const CARD = `{ asOf result { value qualifier asOf origin complete } assigned: target { value complete } norm: target(basis: NORM) { value asOf } completionPercent
  byNorm: completionPercent(basis: NORM) unallocated detail unexplained coverage { expected reported percent } beneath: coverage(level: GRASSROOTS) { expected reported } }`;

describe('what was known at a moment', () => {
  test.each([SEED, SEED + 1])('every caller hears what the oracle remembers (world %i)', { timeout: 240_000 }, async (seed) => {
    const arena = await Arena.open(seed, new Oracle());
    try {
      const dice = new Dice(seed);
      const { world, principals } = arena.random;
      const first = world.past[0]!.at;
      for (let i = 0; i < PAIRS; i++) {
        const figure = dice.pick([...world.figures, ...world.norms]);
        const { campaign, phase } = figure;
        const unit = dice.pick(world.lineToday(figure.unit)).code;
        const moment = dice.pick([...world.past.map(({ at }) => at), new Date(Date.parse(first) - 60_000).toISOString(), new Date().toISOString()]);
        const indicators = [figure.indicator.code, 'r.1'].map((code) => JSON.stringify(code)).join(', ');
        const day = dice.pick([undefined, 'asOf' in figure ? figure.asOf : figure.decidedOn, '2022-06-01', '2099-01-01']);
        const source = `{ orgUnit(code: "${unit}") { scorecard(campaign: "${campaign.code}", indicators: [${indicators}]${phase ? `, phase: "${phase.code}"` : ''}${day ? `, asOf: "${day}"` : ''}, knownAt: "${moment}") ${CARD} } }`;
        const found = await arena.ask({ source, variables: { server: {}, oracle: {} } }, dice.chance(0.6) ? 'root' : dice.pick(principals.filter((one) => one !== 'key:unused000000')));
        expect(found && report(found)).toBeUndefined();
      }
    } finally {
      await arena.close();
    }
  });
});
