import { at, five, FIVE, INDICATORS, list, READS, type Workload } from './workload.js';

const DOCUMENT = `query ($code: String!, $indicators: [String!]!) { orgUnit(code: $code) { name children(first: 30) { nodes { name scorecard(campaign: "K", indicators: $indicators) { ${FIVE} } } } } }`;

export const w2: Workload = {
  title: 'a province with its 30 districts × 5 indicators, asked by a viewer of it',
  connections: 8,
  askings: INDICATORS.map((_, i) => ({ caller: 'P1', variables: { code: 'P1', indicators: [0, 1, 2, 3, 4].map((more) => INDICATORS[(i + more) % 10]!) } })),
  documents: { liendoan: DOCUMENT, mercurius: DOCUMENT },
  floor: true,
  rows: (data) => [at(data, 'orgUnit', 'name'), list(data, 'orgUnit', 'children', 'nodes').map((unit) => [at(unit, 'name'), list(unit, 'scorecard').map(five)])],
  goals: READS,
};
