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
  documents: { liendoan: DOCUMENT, mercurius: DOCUMENT },
  floor: true,
  rows: (data) => list(data, 'orgUnit', 'ranking', 'entries', 'nodes').map((entry) => [
    at(entry, 'place'), number(at(entry, 'value')), at(entry, 'unit', 'code'), at(entry, 'unit', 'name'),
    number(at(entry, 'unit', 'progress', 'result', 'value')), number(at(entry, 'unit', 'progress', 'target', 'value')),
  ]),
  goals: READS,
};
