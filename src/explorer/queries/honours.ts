import { ready } from './query.js';

/** Initiatives, awards, works, models, events. */
export const honours = [
  ready({
    id: 'Q12',
    title: 'Initiatives, stage by stage',
    question: 'how many initiatives were registered, uploaded, found valid and applied: by the register, and as reported.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'D003' },
    document: `query Q12Funnel($unit: String!, $campaign: String!, $phase: String, $indicators: [String!]!, $asOf: Date!) {
  campaign(code: $campaign) { name source guidance(first: 5) { nodes { title source } } }
  orgUnit(code: $unit) {
    name
    initiativeFunnel(campaign: $campaign, phase: $phase, asOf: $asOf, by: YEAR) {
      counts { registered uploaded underReview valid recognised applied rejected }
      groups { key counts { registered valid applied } }
    }
    bySector: initiativeFunnel(campaign: $campaign, phase: $phase, asOf: $asOf, by: SECTOR) { groups { key counts { registered valid applied } } }
    byUnit: initiativeFunnel(campaign: $campaign, phase: $phase, asOf: $asOf, by: UNIT) { groups { unit { code } counts { registered valid applied } } }
    reported: scorecard(campaign: $campaign, phase: $phase, indicators: $indicators, asOf: $asOf) {
      indicator { code countingStage }
      result { value qualifier }
    }
    results(where: { campaign: $campaign, phase: $phase }, first: 10) {
      nodes { indicator { countingStage } value asOf source note }
    }
    norms(where: { campaign: $campaign }, first: 5) { nodes { value qualifier per source } }
    honoured: awardsReceived(where: { campaign: $campaign }, first: 5) { nodes { title count source } }
  }
}
`,
    variables: { unit: 'D003', campaign: 'experience-initiatives', phase: '2019-2020', indicators: ['initiatives.registered', 'initiatives.applied'], asOf: '2020-07-31' },
  }),
  ready({
    id: 'Q13',
    title: 'Awards that a unit received',
    question: 'what a unit and those beneath it received, by form and issuer. A partner reads the awards that are disclosed, without their `source`; the totals (`byForm`, `byIssuer`) are null to them. Whoever has the unit in scope reads totals, as bounds where the parts are not told: here 17 to 22 certificates.',
    audience: 'partner',
    as: { role: 'PARTNER', unit: 'P38' },
    document: `query Q13Received($unit: String!, $from: Date, $to: Date) {
  orgUnit(code: $unit) {
    name
    awardsReceived(where: { from: $from, to: $to }, first: 50) {
      nodes {
        code
        form
        formVi
        basis
        achievement
        issuers { name level body }
        campaign { code name }
        phase { code }
        periodFrom
        periodTo
        count
        qualifier
        batchSize
        countByKind { kind count }
        maybeIncludedIn { code }
        presentedBy
        source
      }
    }
    byForm: awardTotals(direction: RECEIVED, by: [FORM], where: { from: $from, to: $to }) {
      groups { form awards count atLeast atMost }
    }
    byIssuer: awardTotals(direction: RECEIVED, by: [ISSUER_LEVEL], where: { from: $from, to: $to }) {
      groups { issuerLevels awards count atLeast atMost }
    }
  }
}
`,
    variables: { unit: 'D399', from: '2020-09-01', to: '2021-06-30' },
  }),
  ready({
    id: 'Q14',
    title: 'Awards that a unit gave',
    question: 'what a unit gave, to how many of which kind, and who of them is known.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'D399' },
    document: `query Q14Issued($unit: String!) {
  orgUnit(code: $unit) {
    name
    awardsIssued(first: 30) {
      nodes {
        code
        form
        title
        titleLevel
        unit { code name }
        issuers { name unit { code } }
        campaign { code }
        count
        countByKind { kind count }
        recipients(first: 10) { nodes { kind name unit { code } } }
        source
      }
    }
    awardTotals(direction: ISSUED, by: [FORM]) { groups { form awards count atLeast atMost } }
  }
}
`,
    variables: { unit: 'D399' },
  }),
  ready({
    id: 'Q15',
    title: 'Persons who were honoured',
    question: 'who was honoured, where they work, with what, for which campaign: those whose names are disclosed.',
    audience: 'partner',
    as: null,
    document: `query Q15Honoured($unit: String!) {
  orgUnit(code: $unit) {
    name
    awardsReceived(where: { recipientKind: INDIVIDUAL }, first: 30) {
      nodes {
        formVi
        issuers { name }
        campaign { name }
        periodFrom
        periodTo
        count
        recipients(first: 10) { nodes { kind name unitName person { name nameAsPrinted source } } }
        source
      }
    }
  }
}
`,
    variables: { unit: 'D399' },
  }),
  ready({
    id: 'Q16',
    title: 'Works for the congresses, and what they are worth',
    question: 'works by the congress they were done for and by how far they are, with their value.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'P93' },
    document: `query Q16Works($unit: String!, $campaign: String!, $indicators: [String!]!, $asOf: Date!) {
  campaign(code: $campaign) { name source guidance(first: 5) { nodes { title source } } }
  orgUnit(code: $unit) {
    name
    reported: scorecard(campaign: $campaign, indicators: $indicators, asOf: $asOf) {
      indicator { code name unitOfMeasure }
      result { value qualifier }
      registered: target(basis: REGISTERED) { value }
    }
    results(where: { campaign: $campaign }, first: 20) { nodes { indicator { code } value qualifier source note } }
    targets(where: { campaign: $campaign }, first: 5) { nodes { indicator { code } value basis source } }
    workTotals(where: { campaign: $campaign }) {
      works
      valueVnd
      valueQualifier
      withoutValue
      groups { congressTier status works valueVnd }
    }
    aims(campaign: $campaign, first: 20) { nodes { text source } }
    practiceModels(where: { search: "công trình" }, first: 5) { nodes { name source } }
  }
}
`,
    variables: {
      unit: 'P93', campaign: 'special-drive-2023-hau-giang', asOf: '2023-12-31',
      indicators: ['works.total', 'works.grassroots-congress', 'works.upper-congress', 'works.provincial-congress', 'works.national-congress', 'works.plaqued', 'works.value-vnd'],
    },
  }),
  ready({
    id: 'Q17',
    title: 'Models of good practice',
    question: 'the models of a unit and of those beneath it, which of them are exemplary, and in which sectors.',
    audience: 'partner',
    as: { role: 'PARTNER', unit: 'TLD' },
    document: `query Q17Models($unit: String!, $programme: String, $exemplary: Boolean, $counted: String!) {
  orgUnit(code: $unit) {
    name
    practiceModels(where: { programme: $programme, exemplary: $exemplary }, first: 30) {
      totalCount
      nodes {
        name
        unit { code name }
        programme { code name measures source }
        sector
        exemplary
        status
        basisDocument { title issuer }
        source
      }
    }
    results(where: { indicator: $counted }, first: 5) { nodes { indicator { name } value asOf source } }
    campaigns(first: 20) { nodes { name measures source } }
    events(where: { kind: ACTIVITY }, first: 20) { nodes { name source } }
  }
}
`,
    variables: { unit: 'P93', counted: 'models.breakthrough' },
  }),
  ready({
    id: 'Q18',
    title: 'Events, with whom, and how many took part',
    question: 'what a unit held: when, with whom, how many took part, as exactly as it is told, and what came of it.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'D272' },
    document: `query Q18Events($unit: String!, $from: Date, $to: Date) {
  orgUnit(code: $unit) {
    name
    events(where: { from: $from, to: $to }, first: 30) {
      nodes {
        code
        kind
        name
        edition
        startsOn
        startsOnPrecision
        endsOn
        campaign { code name source }
        partners { name kind source }
        counts { of value qualifier noun source }
        outcomes
        source
      }
    }
  }
}
`,
    variables: { unit: 'D272', from: '2022-01-01', to: '2022-12-31' },
  }),
  ready({
    id: 'Q23',
    title: 'Commendation: on what basis, and to whom',
    question: 'awards by basis and by level of the title, how many went to direct workers, and which might break a rule.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'P38' },
    document: `query Q23Basis($unit: String!) {
  orgUnit(code: $unit) {
    name
    awardsReceived(first: 50) {
      nodes { code form basis title titleLevel count source }
    }
    awardTotals(direction: RECEIVED, by: [BASIS, TITLE_LEVEL]) {
      all { awards directWorkers { known direct share } }
      groups { basis titleLevel awards count atLeast atMost }
    }
    awardBreaches(first: 10) { nodes { kind award { code } other { code } } }
    documents(first: 10) { nodes { kind title content source } }
    events(where: { kind: ACTIVITY }, first: 20) { nodes { name source } }
  }
}
`,
    variables: { unit: 'D399' },
  }),
];
