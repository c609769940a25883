import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOutsideCampaign, LAUNCH_REQUIREMENTS, missingForLaunch, runningFaults, type Running, type RunningPhase } from '../../src/campaigns/campaign.rules.js';

/** Days of one year, so that much of it overlaps; precise or not. */
const day = fc.integer({ min: 0, max: 364 }).map((n) => new Date(Date.UTC(2023, 0, 1 + n)).toISOString().slice(0, 10));
const precision = fc.constantFrom('DAY' as const, 'DAY' as const, 'MONTH' as const, 'YEAR' as const);
const date = fc.option(day, { nil: null });
const running: fc.Arbitrary<Running> = fc.record({ startsOn: date, endsOn: date }).chain(({ startsOn, endsOn }) =>
  fc.record({
    startsOn: fc.constant(startsOn), endsOn: fc.constant(endsOn),
    startsOnPrecision: startsOn === null ? fc.constant('DAY' as const) : precision, endsOnPrecision: endsOn === null ? fc.constant('DAY' as const) : precision,
  }),
);
const phase: fc.Arbitrary<RunningPhase> = fc.tuple(running, fc.constantFrom('PHASE' as const, 'ROUND' as const, 'PEAK' as const), fc.constantFrom('a', 'b', 'c', 'd')).map(([when, kind, code]) => ({ ...when, kind, code }));

/** All days that a date may mean. */
function meant(date: string | null | undefined, precision: string | null | undefined): string[] | null {
  if (date == null) return null;
  const all = Array.from({ length: 365 }, (_, n) => new Date(Date.UTC(2023, 0, 1 + n)).toISOString().slice(0, 10));
  return precision === 'YEAR' ? all : precision === 'MONTH' ? all.filter((one) => one.slice(0, 7) === date.slice(0, 7)) : [date];
}
const faults = (campaign: Running, phases: RunningPhase[]) => [...runningFaults(campaign, phases)].map(({ phase: at, reason }) => `${at ?? '-'} ${reason}`);

describe('when a campaign and its phases run', () => {
  test('a phase is outside exactly if its days, whatever they are, are no days of the campaign, whatever those are', () => {
    fc.assert(fc.property(running, running, (campaign, one) => {
      const [starts, ends] = [meant(campaign.startsOn, campaign.startsOnPrecision), meant(campaign.endsOn, campaign.endsOnPrecision)];
      const outside = [meant(one.startsOn, one.startsOnPrecision), meant(one.endsOn, one.endsOnPrecision)].some(
        (days) => days !== null && ((starts !== null && days.every((it) => starts.every((start) => it < start))) || (ends !== null && days.every((it) => ends.every((end) => it > end)))),
      );
      expect(isOutsideCampaign(one, campaign)).toBe(outside);
    }));
  });

  test('two phases of one kind overlap exactly if they do whatever their days are; peaks never', () => {
    fc.assert(fc.property(phase, phase, (a, b) => {
      const all = ({ startsOn, startsOnPrecision, endsOn, endsOnPrecision }: Running) => [meant(startsOn, startsOnPrecision), meant(endsOn, endsOnPrecision)] as const;
      const [[aStarts, aEnds], [bStarts, bEnds]] = [all(a), all(b)];
      const surely = aStarts !== null && aEnds !== null && bStarts !== null && bEnds !== null
        && aStarts.every((start) => bEnds.every((end) => start <= end)) && bStarts.every((start) => aEnds.every((end) => start <= end));
      expect(faults({}, [{ ...a, code: 'x' }, { ...b, code: 'y' }]).includes('1 PHASES_OVERLAP')).toBe(a.kind === b.kind && a.kind !== 'PEAK' && surely);
    }));
  });

  test('the order of phases changes which of two is at fault, and nothing else', () => {
    fc.assert(fc.property(running, fc.array(phase, { maxLength: 4 }), (campaign, phases) => {
      expect(faults(campaign, phases).length > 0).toBe(faults(campaign, phases.toReversed()).length > 0);
    }));
  });

  test('of phases that are not there nothing is said, and places count on', () => {
    expect([...runningFaults({ endsOn: '2023-06-30' }, [undefined, { code: 'a', startsOn: '2023-07-01' }])]).toMatchObject([{ phase: 1, field: 'startsOn', reason: 'PHASE_OUTSIDE_CAMPAIGN' }]);
  });
});

describe('what a launch takes', () => {
  test('each thing is missed by itself, in one order', () => {
    const whole = { objective: 'o', content: 'c', measures: 'm', audience: 'a', theme: 't', startsOn: '2023-01-01', endsOn: '2023-12-31' };
    const fieldOf = { OBJECTIVE: 'objective', CONTENT: 'content', MEASURES: 'measures', AUDIENCE: 'audience', THEME: 'theme', STARTS_ON: 'startsOn', ENDS_ON: 'endsOn' } as const;
    fc.assert(fc.property(fc.subarray([...LAUNCH_REQUIREMENTS]), (lacking) => {
      const fields = Object.fromEntries(lacking.flatMap((one) => (one === 'TARGET' ? [] : [[fieldOf[one], null]])));
      expect(missingForLaunch({ ...whole, ...fields }, !lacking.includes('TARGET'))).toEqual(lacking);
    }));
  });
});
