import { at, DISTRICTS, five, FIVE, FLAT, flatFive, list, READS, type Workload } from './workload.js';

const DOCUMENT = `query ($code: String!, $indicator: String!) { orgUnit(code: $code) { children(first: 50) { nodes { code name progress(campaign: "K", indicator: $indicator) { ${FIVE} } } } } }`;

export const w4: Workload = {
  title: 'a district’s page of 50 unions with result, target and coverage, asked by a viewer of the district',
  connections: 8,
  askings: DISTRICTS.map((code) => ({ caller: code, variables: { code, indicator: 'I1' } })),
  documents: {
    liendoan: DOCUMENT,
    mercurius: DOCUMENT,
    postgraphile: `query ($code: String!, $indicator: String!) { orgUnitByCode(code: $code) { children(first: 50) { nodes { code name progress(campaign: "K", indicator: $indicator) { ${FIVE} } } } } }`,
    'postgraphile-tuned': `query ($code: String!, $indicator: String!) { pageList(code: $code, campaign: "K", indicator: $indicator) { unit name ${FLAT} } }`,
  },
  floor: true,
  rows: (data, kind) => {
    if (kind === 'postgraphile-tuned') return list(data, 'pageList').map((row) => [at(row, 'unit'), at(row, 'name'), flatFive(row)]);
    return list(data, kind === 'postgraphile' ? 'orgUnitByCode' : 'orgUnit', 'children', 'nodes').map((unit) => [at(unit, 'code'), at(unit, 'name'), five(at(unit, 'progress'))]);
  },
  goals: READS,
};
