import { at, DISTRICTS, five, FIVE, list, READS, type Workload } from './workload.js';

const DOCUMENT = `query ($code: String!, $indicator: String!) { orgUnit(code: $code) { children(first: 50) { nodes { code name progress(campaign: "K", indicator: $indicator) { ${FIVE} } } } } }`;

export const w4: Workload = {
  title: 'a district’s page of 50 unions with result, target and coverage, asked by a viewer of the district',
  connections: 8,
  askings: DISTRICTS.map((code) => ({ caller: code, variables: { code, indicator: 'I1' } })),
  documents: { liendoan: DOCUMENT, mercurius: DOCUMENT },
  floor: true,
  rows: (data) => list(data, 'orgUnit', 'children', 'nodes').map((unit) => [at(unit, 'code'), at(unit, 'name'), five(at(unit, 'progress'))]),
  goals: READS,
};
