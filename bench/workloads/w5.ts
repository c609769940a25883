import { at, INDICATORS, list, number, type Workload } from './workload.js';

const DOCUMENT = `query ($code: String!, $indicator: String!) {
  orgUnit(code: $code) {
    series(campaign: "K", indicator: $indicator, from: "2024-01-01", to: "2024-12-31", every: MONTH) {
      asOf breakdown(by: SECTOR) { total remainder parts(first: 10) { nodes { key value } } }
    }
  }
}`;

export const w5: Workload = {
  title: 'a year of the nation by month and sector, asked by an analyst',
  note: 'the floor is here: summing the latest figure of each union by each month’s end, in one statement',
  connections: 1,
  role: 'analyst',
  askings: INDICATORS.map((indicator) => ({ caller: 'N', variables: { code: 'N', indicator } })),
  documents: { liendoan: DOCUMENT },
  floor: true,
  rows: (data) => list(data, 'orgUnit', 'series').map((month) => [
    at(month, 'asOf'),
    // A part without a value is of units that have reported nothing.
    list(month, 'breakdown', 'parts', 'nodes').map((part) => [String(at(part, 'key')), number(at(part, 'value'))] as const).filter(([, value]) => value !== null).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]),
  goals: [{ of: 'liendoan', than: 'floor', atLeast: 20 }],
  growth: 2,
};
