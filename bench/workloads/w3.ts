import { at, INDICATORS, list, number, READS, type Workload } from './workload.js';

const DOCUMENT = `query ($code: String!, $indicator: String!) {
  orgUnit(code: $code) {
    ranking(campaign: "K", indicator: $indicator, by: COMPLETION, group: { level: PROVINCIAL }) {
      entries(first: 83) { nodes { place value unit { code name progress(campaign: "K", indicator: $indicator) { result { value } target { value } } } } }
    }
  }
}`;

export const w3: Workload = {
  title: 'the league table of 83 provincial units by completion, asked by a viewer of the nation',
  connections: 8,
  askings: INDICATORS.map((indicator) => ({ caller: 'N', variables: { code: 'N', indicator } })),
  documents: {
    liendoan: DOCUMENT,
    mercurius: DOCUMENT,
    postgraphile: `query ($code: String!, $indicator: String!) {
      orgUnitByCode(code: $code) {
        ranking(first: 83, campaign: "K", indicator: $indicator, level: PROVINCIAL) {
          nodes { place value unit { code name progress(campaign: "K", indicator: $indicator) { result { value } target { value } } } }
        }
      }
    }`,
    'postgraphile-tuned': `query ($code: String!, $indicator: String!) { rankingList(code: $code, campaign: "K", indicator: $indicator, level: PROVINCIAL) { place value code name result target } }`,
  },
  floor: true,
  rows: (data, kind) => {
    if (kind === 'postgraphile-tuned') return list(data, 'rankingList').map((row) => [at(row, 'place'), number(at(row, 'value')), at(row, 'code'), at(row, 'name'), number(at(row, 'result')), number(at(row, 'target'))]);
    const entries = kind === 'postgraphile' ? list(data, 'orgUnitByCode', 'ranking', 'nodes') : list(data, 'orgUnit', 'ranking', 'entries', 'nodes');
    return entries.map((entry) => [
      at(entry, 'place'), number(at(entry, 'value')), at(entry, 'unit', 'code'), at(entry, 'unit', 'name'),
      number(at(entry, 'unit', 'progress', 'result', 'value')), number(at(entry, 'unit', 'progress', 'target', 'value')),
    ]);
  },
  goals: READS,
  growth: 1.3,
};
