import { ready } from './query.js';

/** Targets, results, and what follows from them. */
export const numbers = [
  ready({
    id: 'Q02',
    title: 'Target, who set it, result and %',
    question: 'what a unit was to do in a campaign and phase, who said so, what it did, and what percentage that is.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'D272' },
    document: `query Q02TargetAndResult($unit: String!, $campaign: String!, $phase: String, $indicator: String!, $asOf: Date) {
  orgUnit(code: $unit) {
    name
    progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $asOf) {
      campaign { name source guidance(first: 5) { nodes { title source } } }
      result { value qualifier asOf origin }
      target { value asOf origin }
      completionPercent
      registered: target(basis: REGISTERED) { value }
      ofRegistered: completionPercent(basis: REGISTERED)
    }
    targets(where: { campaign: $campaign, phase: $phase, indicator: $indicator }, first: 5) {
      nodes { value basis derived counterpart { code name } source note }
    }
    results(where: { campaign: $campaign, phase: $phase, indicator: $indicator }, first: 5) {
      nodes { value asOf coverage statedPercent statedBasis source }
    }
    aims(campaign: $campaign, first: 20) { nodes { text direction source } }
  }
}
`,
    variables: { unit: 'D272', campaign: '1m-initiatives', phase: 'phase-1', indicator: 'initiatives', asOf: '2022-05-31' },
  }),
  ready({
    id: 'Q03',
    title: 'A number on a day, and its history',
    question: 'the value of an indicator as of a day, and how it came about over time.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'P38' },
    document: `query Q03Series($unit: String!, $campaign: String!, $phase: String, $indicator: String!, $asOf: Date!, $from: Date!, $to: Date!) {
  orgUnit(code: $unit) {
    name
    progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $asOf) {
      result { value asOf origin }
      completionPercent
    }
    series(campaign: $campaign, phase: $phase, indicator: $indicator, from: $from, to: $to, every: MONTH) {
      asOf
      result { value }
      completionPercent
    }
    results(where: { campaign: $campaign, phase: $phase, indicator: $indicator }, first: 20) {
      nodes { asOf value statedPercent source }
    }
    targets(where: { campaign: $campaign, phase: $phase, indicator: $indicator }, first: 20) {
      nodes { asOf value basis derived source }
    }
  }
}
`,
    variables: { unit: 'D399', campaign: '75k-initiatives', indicator: 'initiatives.uploaded', asOf: '2021-05-30', from: '2021-03-01', to: '2021-06-30' },
  }),
  ready({
    id: 'Q04',
    title: '% against each kind of target',
    question: 'one result against what was assigned, registered, set by the unit itself, and by the norm, side by side.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'P93' },
    document: `query Q04Bases($unit: String!, $campaign: String!, $phase: String, $indicator: String!, $asOf: Date) {
  orgUnit(code: $unit) {
    name
    progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $asOf) {
      result { value }
      assigned: target(basis: ASSIGNED) { value }
      ofAssigned: completionPercent(basis: ASSIGNED)
      registered: target(basis: REGISTERED) { value }
      ofRegistered: completionPercent(basis: REGISTERED)
      selfSet: target(basis: SELF_SET) { value }
      ofSelfSet: completionPercent(basis: SELF_SET)
      norm: target(basis: NORM) { value }
      ofNorm: completionPercent(basis: NORM)
    }
    targets(where: { campaign: $campaign, phase: $phase, indicator: $indicator }, first: 20) {
      nodes { basis value derived counterpart { code } source }
    }
    norms(where: { campaign: $campaign, phase: $phase, indicator: $indicator }, first: 5) {
      nodes { value qualifier per source }
    }
  }
}
`,
    variables: { unit: 'P93', campaign: '1m-initiatives', indicator: 'initiatives.valid', asOf: '2023-09-01' },
  }),
  ready({
    id: 'Q05',
    title: 'Ranks: in the nation and in the region',
    question: 'which place a unit has in a campaign, as sources tell it and as the figures give it, and the table of a region. A partner reads what sources tell of and was disclosed; `regions` is empty to them, and the places that are worked out and the table (`root`) are null. Whoever has the unit in scope reads its places, whoever has the root in scope the table.',
    audience: 'partner',
    as: { role: 'PARTNER', unit: 'TLD' },
    document: `query Q05Ranks($unit: String!, $campaign: String!, $indicator: String!, $asOf: Date!, $root: String!, $region: String!) {
  orgUnit(code: $unit) {
    name
    regions { code name }
    statedRanks(campaign: $campaign) { nodes { group region { name } place of by asOf source } }
    nation: rank(campaign: $campaign, indicator: $indicator, asOf: $asOf, among: LEVEL_IN_NATION) { ...rank }
    siblings: rank(campaign: $campaign, indicator: $indicator, asOf: $asOf, among: SIBLINGS) { ...rank }
    region: rank(campaign: $campaign, indicator: $indicator, asOf: $asOf, among: REGION) { ...rank }
  }
  root: orgUnit(code: $root) {
    ranking(campaign: $campaign, indicator: $indicator, asOf: $asOf, group: { region: $region }) {
      size
      ranked
      unranked
      place(unit: $unit) { place tied value }
      entries(first: 10) { nodes { place tied name value complete } }
    }
  }
}

fragment rank on Rank {
  place
  tied
  ranked
  of
  value
}
`,
    variables: { unit: 'P93', campaign: '1m-initiatives', indicator: 'initiatives.valid', asOf: '2023-09-01', root: 'TLD', region: 'mekong-delta' },
  }),
  ready({
    id: 'Q06',
    title: 'Roll-up: what is beneath a unit, and what is missing',
    question: 'a campaign over all that is beneath a unit: how many of its children reported, and what its own figure leaves unexplained.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'P01' },
    document: `query Q06RollUp($unit: String!, $campaign: String!, $phase: String, $indicator: String!, $asOf: Date) {
  orgUnit(code: $unit) {
    name
    progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $asOf) {
      result { value origin complete }
      detail
      unexplained
      coverage { expected reported percent missing(first: 5) { totalCount nodes { code name } } }
    }
    claimsAbout(first: 50) { nodes { code statement value qualifier unitOfMeasure } }
    children(asOf: $asOf, first: 30) {
      totalCount
      nodes {
        code
        name
        progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $asOf) {
          result { value origin }
          target { value }
          completionPercent
        }
        results(where: { campaign: $campaign, phase: $phase, indicator: $indicator }, first: 1) {
          nodes { value source }
        }
      }
    }
  }
}
`,
    variables: { unit: 'P01', campaign: '1m-initiatives', phase: 'phase-1', indicator: 'initiatives', asOf: '2022-05-31' },
  }),
  ready({
    id: 'Q10',
    title: 'Coverage: what share of the unions takes part',
    question: 'the share of grassroots unions, or of clusters, that were reached, launched, have a plan, a banner, a model.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'P38' },
    document: `query Q10Coverage($unit: String!, $campaign: String!, $indicators: [String!]!, $asOf: Date) {
  campaign(code: $campaign) { name measures source }
  orgUnit(code: $unit) {
    name
    scorecard(campaign: $campaign, indicators: $indicators, asOf: $asOf) {
      indicator { code name denominator { code } }
      result { value qualifier origin }
    }
    results(where: { campaign: $campaign }, first: 10) {
      nodes { indicator { code } value qualifier source note }
    }
    adoptions(first: 5) { totalCount }
    aims(campaign: $campaign, first: 5) { nodes { text source note } }
    children(asOf: $asOf, first: 20) {
      nodes {
        code
        scorecard(campaign: $campaign, indicators: $indicators, asOf: $asOf) { result { value qualifier } }
      }
    }
  }
}
`,
    variables: {
      unit: 'D399', campaign: 'thanh-hoa-aspiration-hoang-hoa', asOf: '2021-06-30',
      indicators: ['unions.with-plan.rate', 'unions.with-banner.rate', 'clusters.launched.rate'],
    },
  }),
  ready({
    id: 'Q11',
    title: 'Who is missing',
    question: 'which grassroots unions beneath a unit have not launched, registered or reported: as far as they are known, by name.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'D399' },
    document: `query Q11Missing($unit: String!, $campaign: String!, $done: String!, $all: String!, $asOf: Date) {
  orgUnit(code: $unit) {
    name
    memberCounts(of: UNIONS, first: 1) { nodes { value asOf source } }
    done: progress(campaign: $campaign, indicator: $done, asOf: $asOf) {
      result { value qualifier }
      coverage(level: GRASSROOTS) {
        expected
        reported
        percent
        missing(first: 20) { totalCount nodes { code name } }
      }
    }
    all: progress(campaign: $campaign, indicator: $all, asOf: $asOf) { result { value } }
    results(where: { campaign: $campaign, indicator: $done }, first: 1) { nodes { value qualifier source } }
    claimsAbout(first: 50) { nodes { code statement value qualifier } }
  }
}
`,
    variables: { unit: 'D399', campaign: 'one-union-one-model', done: 'unions.with-model', all: 'unions.total', asOf: '2021-06-30' },
  }),
  ready({
    id: 'Q24',
    title: 'One number over all units that I see',
    question: 'one indicator over all units of a level in the caller’s scope, in two periods: each caller gets the rows that are theirs.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'P01' },
    document: `query Q24Compare($campaign: String!, $phase: String, $indicator: String!, $level: OrgLevel!, $first: Date!, $second: Date!) {
  viewer { principal }
  campaign(code: $campaign) { name source }
  orgUnits(where: { level: $level }, first: 100) {
    totalCount
    nodes {
      code
      name
      first: progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $first) {
        result { value }
        completionPercent
      }
      second: progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $second) {
        result { value }
        completionPercent
      }
      targets(where: { campaign: $campaign, indicator: $indicator }, first: 1) { nodes { value basis source } }
    }
  }
}
`,
    variables: { campaign: '1m-initiatives', phase: 'phase-1', indicator: 'initiatives', level: 'UPPER_GRASSROOTS', first: '2022-04-30', second: '2022-05-31' },
  }),
];
