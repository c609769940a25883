import { ready } from './query.js';

/** Units: where they stand, who leads them. */
export const tree = [
  ready({
    id: 'Q01',
    title: 'The tree, and where a unit stands in it',
    question: 'from the confederation down to a grassroots union, and back, on a day.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'D399' },
    document: `query Q01Tree($unit: String = "D399", $asOf: Date = "2021-06-30", $year: Int = 2021) {
  orgUnit(code: $unit) {
    code
    name
    level
    source
    ancestors(asOf: $asOf) { code name level }
    children(asOf: $asOf, first: 20) {
      totalCount
      nodes {
        code
        name
        kind
        sector
        source
        ancestors(asOf: $asOf) { code }
        closedOn
        successor { code name }
      }
    }
    clusters(year: $year) { code name }
    ownedClusters(year: $year) { code name }
    closedOn
    successor { code name }
    predecessors { code name }
  }
}
`,
  }),
  ready({
    id: 'Q21',
    title: 'Who leads a unit, and how to reach it',
    question: 'who led a unit on a day, from which day that is known, and how to reach it.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'P93' },
    document: `query Q21Leaders($unit: String!, $asOf: Date) {
  orgUnit(code: $unit) {
    name
    positions(asOf: $asOf) {
      role
      title
      person { code name nameAsPrinted }
      statedOn
      statedOnPrecision
      from
      to
      source
    }
    contact { address phones fax email website source }
  }
}
`,
    variables: { unit: 'P93', asOf: '2024-01-31' },
  }),
];
