import { ready } from './query.js';

/** Where numbers come from. */
export const sources = [
  ready({
    id: 'Q25',
    title: 'Where a number comes from',
    question: 'its source, how exact it is, as of when, whether it was worked out, and who says otherwise.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'D272' },
    document: `query Q25Provenance($unit: String!, $claim: String!, $source: String!) {
  orgUnit(code: $unit) {
    name
    results(first: 10) {
      nodes {
        indicator { name }
        value
        qualifier
        asOf
        derived
        statedPercent
        note
        claims { code statement locator source { title publishedOn } disagreesWith { code } }
      }
    }
    targets(first: 10) { nodes { value basis derived note claims { code statement } } }
  }
  claim(code: $claim) {
    statement
    value
    qualifier
    unitOfMeasure
    asOf
    asOfPrecision
    derived
    locator
    note
    source { code title publisher author publishedOn note }
    disagreesWith { code statement value qualifier unitOfMeasure locator }
  }
  source(code: $source) {
    title
    author
    publishedOn
    claims(first: 50) { nodes { code statement value qualifier asOf derived note disagreesWith { code } } }
  }
}
`,
    variables: { unit: 'D272', claim: 'S0-07', source: 'S0' },
  }),
];
