import { at, five, FIVE, FLAT, flatFive, INDICATORS, list, READS, type Workload } from './workload.js';

const DOCUMENT = `query ($code: String!, $indicators: [String!]!) { orgUnit(code: $code) { name children(first: 30) { nodes { name scorecard(campaign: "K", indicators: $indicators) { ${FIVE} } } } } }`;

export const w2: Workload = {
  title: 'a province with its 30 districts × 5 indicators, asked by a viewer of it',
  connections: 8,
  askings: INDICATORS.map((_, i) => ({ caller: 'P1', variables: { code: 'P1', indicators: [0, 1, 2, 3, 4].map((more) => INDICATORS[(i + more) % 10]!) } })),
  documents: {
    liendoan: DOCUMENT,
    mercurius: DOCUMENT,
    postgraphile: `query ($code: String!, $indicators: [String!]!) { orgUnitByCode(code: $code) { name children(first: 30) { nodes { name scorecard(campaign: "K", indicators: $indicators) { nodes { ${FIVE} } } } } } }`,
    'postgraphile-tuned': `query ($code: String!, $indicators: [String!]!) { dashboardList(code: $code, campaign: "K", indicators: $indicators) { unit name ${FLAT} } }`,
  },
  floor: true,
  rows: (data, kind) => {
    if (kind === 'postgraphile-tuned') {
      const rows = list(data, 'dashboardList');
      // A row for each cell: the five of a unit follow one another.
      const units = Array.from({ length: rows.length / 5 }, (_, i) => rows.slice(5 * i, 5 * i + 5));
      return [at(rows[0], 'unit'), units.map((cells) => [at(cells[0], 'name'), cells.map(flatFive)])];
    }
    const top = at(data, kind === 'postgraphile' ? 'orgUnitByCode' : 'orgUnit');
    const cells = (unit: unknown): unknown[] => (kind === 'postgraphile' ? list(unit, 'scorecard', 'nodes') : list(unit, 'scorecard'));
    return [at(top, 'name'), list(top, 'children', 'nodes').map((unit) => [at(unit, 'name'), cells(unit).map(five)])];
  },
  goals: READS,
};
