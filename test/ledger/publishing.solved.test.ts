import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Equation } from '../../src/ledger/publication.rules.ts';
import { startTestServer } from '../support/server.js';
import { anyBare } from '../support/too-few-oracle.ts';

/**
 * End to end: totals of random trees are published through the API, whatever it takes; then the equations that readers
 * know are written down anew, by plain recursion, and solved by exact fractions. Nobody is given away, and nothing was
 * refused that would have given nobody away.
 */
interface Unit {
  code: string;
  parent: string | null;
  children: Unit[];
}
interface Figure {
  id: number;
  unit: Unit;
  coverage: 'OWN' | 'SUBTREE';
  asOf: string;
  value: number;
}

const DAYS = ['2024-01-31', '2024-02-29', '2024-03-31'];
const plan = fc.record({
  unions: fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
  reports: fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }),
  spoken: fc.array(fc.nat({ max: 9 }), { minLength: 12, maxLength: 12 }),
  asked: fc.array(fc.record({ unit: fc.nat(), day: fc.nat(), isPublic: fc.boolean(), isWithdrawn: fc.boolean() }), { minLength: 30, maxLength: 30 }),
});

function treeOf(unions: number[][]): Unit[] {
  const units: Unit[] = [];
  const add = (code: string, parent: Unit | null): Unit => {
    const unit: Unit = { code, parent: parent?.code ?? null, children: [] };
    parent?.children.push(unit);
    units.push(unit);
    return unit;
  };
  const root = add('N', null);
  unions.forEach((districts, p) => {
    const province = add(`P${p}`, root);
    districts.forEach((count, d) => {
      const district = add(`P${p}D${d}`, province);
      for (let g = 0; g < count; g++) add(`P${p}D${d}G${g}`, district);
    });
  });
  return units;
}

const LEVELS = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS'];
const KINDS = ['CONFEDERATION', 'PROVINCIAL_FEDERATION', 'DISTRICT_FEDERATION', 'GRASSROOTS_UNION'];
const depthOf = (code: string): number => (code === 'N' ? 0 : code.includes('G') ? 3 : code.includes('D') ? 2 : 1);

test('the equations that were published, solved, give nobody away; and nothing is refused without need', { timeout: 120_000 }, async () => {
  const [accepted, refused] = [new Set<string>(), new Set<string>()];
  const world = async ({ unions, reports, spoken, asked }: typeof plan extends fc.Arbitrary<infer T> ? T : never): Promise<void> => {
    const server = await startTestServer({ seed: false });
    try {
      const units = treeOf(unions);
      const leaves = units.filter(({ children }) => children.length === 0);
      const figures: Figure[] = [];
      const say = (unit: Unit, coverage: Figure['coverage'], asOf: string): void => {
        figures.push({ id: figures.length, unit, coverage, asOf, value: 1 + figures.length * 7 });
      };
      leaves.forEach((unit, i) => DAYS.forEach((day, d) => reports[(i * DAYS.length + d) % reports.length] && say(unit, 'OWN', day)));
      units.filter(({ children }) => children.length > 0).forEach((unit, i) => {
        const when = spoken[i % spoken.length]!;
        if (when < DAYS.length && unit.parent !== null) say(unit, 'SUBTREE', DAYS[when]!);
      });
      await server.load([
        ...units.map(({ code, parent }) => ({ type: 'orgUnit', code, name: `Công đoàn ${code}`, level: LEVELS[depthOf(code)], kind: KINDS[depthOf(code)], parent, validFrom: '2000-01-01' })),
        { type: 'indicator', code: 'i', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' },
        { type: 'campaign', code: 'k', name: 'Phong trào', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01', endsOn: '2024-12-31' },
        ...figures.map(({ unit, coverage, asOf, value }) => ({ type: 'result', unit: unit.code, campaign: 'k', indicator: 'i', asOf, value, coverage })),
      ]);

      /** The figures that a total is the sum of. */
      const partsOf = (unit: Unit, day: string): Figure[] => {
        const latest = (coverage: Figure['coverage']): Figure | undefined =>
          figures.filter((one) => one.unit === unit && one.coverage === coverage && one.asOf <= day).sort((a, b) => (a.asOf < b.asOf ? -1 : 1)).at(-1);
        const spoke = latest('SUBTREE');
        const own = latest('OWN');
        return spoke ? [spoke] : [...(own ? [own] : []), ...unit.children.flatMap((child) => partsOf(child, day))];
      };
      const unitOf = (figure: number): number => units.indexOf(figures[figure]!.unit);
      const known: Equation[] = [];
      for (const { unit: u, day: d, isPublic, isWithdrawn } of asked) {
        const [unit, day] = [units[u % units.length]!, DAYS[d % DAYS.length]!];
        const parts = partsOf(unit, day);
        const { data, errors } = await server.query(
          `mutation ($input: PublishTotalInput!) { publishTotal(input: $input) { publication { id total { value } } userErrors { code } } }`,
          { input: { unit: unit.code, campaign: 'k', indicator: 'i', asOf: day, audience: isPublic ? 'PUBLIC' : 'PARTNER' } },
        );
        expect(errors).toBeUndefined();
        const { publication, userErrors } = data.publishTotal;
        if (parts.length === 0) {
          expect(userErrors).toEqual([{ code: 'NOTHING_REPORTED' }]);
          continue;
        }
        const equation: Equation = { unit: units.indexOf(unit), plus: parts.map(({ id }) => id), minus: [] };
        const givesAway = anyBare([...known, equation], unitOf);
        expect({ unit: unit.code, day, codes: userErrors }).toEqual({ unit: unit.code, day, codes: givesAway ? [{ code: 'TOO_FEW_UNITS' }] : [] });
        (givesAway ? refused : accepted).add(`${unit.code} ${day}`);
        if (givesAway) continue;
        expect(publication.total.value).toBe(parts.reduce((sum, { value }) => sum + value, 0));
        known.push(equation);
        // Whoever has read it knows it all the same.
        if (isWithdrawn) {
          const withdrawn = await server.query('mutation ($id: ID!) { withdrawPublication(input: { id: $id, reason: "nhầm" }) { userErrors { code } } }', { id: publication.id });
          expect(withdrawn.data.withdrawPublication.userErrors).toEqual([]);
        }
      }
      expect(anyBare(known, unitOf)).toBe(false);
    } finally {
      await server.close();
    }
  };
  await fc.assert(fc.asyncProperty(plan, world), { numRuns: 8, endOnFailure: true });
  expect(Math.min(accepted.size, refused.size)).toBeGreaterThan(5);
});
