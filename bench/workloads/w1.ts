import { at, DISTRICTS, five, FIVE, INDICATORS, READS, type Workload } from './workload.js';

const DOCUMENT = `query ($code: String!, $indicator: String!) { orgUnit(code: $code) { name progress(campaign: "K", indicator: $indicator) { ${FIVE} } } }`;

export const w1: Workload = {
  title: 'one progress card: a district of P1 and an indicator, asked by a viewer of P1',
  connections: 8,
  // All districts before any comes again, with another indicator.
  askings: INDICATORS.flatMap((_, turn) => DISTRICTS.map((code, i) => ({ caller: 'P1', variables: { code, indicator: INDICATORS[(turn + i) % 10]! } }))),
  documents: { liendoan: DOCUMENT, mercurius: DOCUMENT },
  floor: true,
  rows: (data) => [at(data, 'orgUnit', 'name'), five(at(data, 'orgUnit', 'progress'))],
  goals: READS,
};
