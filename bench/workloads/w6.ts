import { at, list, type Workload } from './workload.js';

const TEXTS = ['công đoàn', 'công đoàn cơ sở', 'công ty', 'tnhh', 'trường', 'mtv', 'doan cong', 'phuc tho', '“Phúc Thọ”', 'trường tiểu học kim đồng', 'nghiệp đoàn vận tải', 'hóa an', 'P1D12', 'c', 'x', '9', 'xyzqw', 'không có gì', 'mầm non tnhh'];

export const w6: Workload = {
  title: 'search for common and rare words and such as nothing has, asked by viewers of the nation, a province and a district',
  note: 'nobody else has a search that folds accents and ranks what it finds; npm run bench:search puts each text beside a full scan',
  connections: 8,
  askings: TEXTS.flatMap((text) => ['N', 'P1', 'P1D5'].map((caller) => ({ caller, variables: { text } }))),
  documents: { liendoan: `query ($text: String!) { search(text: $text, first: 20) { nodes { kind score matched thing { __typename ... on OrgUnit { code name } ... on Campaign { code name } } } } }` },
  floor: false,
  byScope: true,
  rows: (data) => list(data, 'search', 'nodes').map((found) => [at(found, 'kind'), at(found, 'score'), at(found, 'thing')]),
  goals: [],
};
