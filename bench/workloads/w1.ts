import { at, DISTRICTS, five, FIVE, FLAT, flatFive, INDICATORS, list, READS, type Workload } from './workload.js';

const DOCUMENT = `query ($code: String!, $indicator: String!) { orgUnit(code: $code) { name progress(campaign: "K", indicator: $indicator) { ${FIVE} } } }`;

export const w1: Workload = {
  title: 'one progress card: a district of P1 and an indicator, asked by a viewer of P1',
  connections: 8,
  // All districts before any comes again, with another indicator.
  askings: INDICATORS.flatMap((_, turn) => DISTRICTS.map((code, i) => ({ caller: 'P1', variables: { code, indicator: INDICATORS[(turn + i) % 10]! } }))),
  documents: {
    liendoan: DOCUMENT,
    mercurius: DOCUMENT,
    postgraphile: `query ($code: String!, $indicator: String!) { orgUnitByCode(code: $code) { name progress(campaign: "K", indicator: $indicator) { ${FIVE} } } }`,
    'postgraphile-tuned': `query ($code: String!, $indicator: String!) { cardList(code: $code, campaign: "K", indicator: $indicator) { name ${FLAT} } }`,
  },
  floor: true,
  rows: (data, kind) => {
    if (kind === 'postgraphile-tuned') return list(data, 'cardList').flatMap((row) => [at(row, 'name'), flatFive(row)]);
    const unit = at(data, kind === 'postgraphile' ? 'orgUnitByCode' : 'orgUnit');
    return [at(unit, 'name'), five(at(unit, 'progress'))];
  },
  goals: READS,
};
