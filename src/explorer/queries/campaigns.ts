import { ready } from './query.js';

/** Campaigns: what runs, what it carries out, when, and whether it is ready. */
export const campaigns = [
  ready({
    id: 'Q07',
    title: 'What runs for a unit in a year',
    question: 'the campaigns of a unit in a period: its own, those of the units above it, and those of bodies outside.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'D006' },
    document: `query Q07Campaigns($unit: String!, $from: Date!, $to: Date!, $kind: CampaignKind, $cadence: Cadence) {
  inPeriod: campaigns(where: { for: $unit, from: $from, to: $to, kind: $kind, cadence: $cadence }, first: 30) {
    totalCount
    nodes { ...running startsOn startsOnPrecision endsOn endsOnPrecision theme objective }
  }
  # Standing movements have no dates (startsOn is null): they are in no period, and run all the same.
  atAnyTime: campaigns(where: { for: $unit, kind: $kind, cadence: $cadence }, first: 60) {
    nodes { ...running startsOn }
  }
}

fragment running on Campaign {
  code
  name
  aliases
  kind
  cadence
  audience
  sectors
  launchedBy { code level }
  launchingBody
  externalLauncher
  source
}
`,
    variables: { unit: 'D006', from: '2021-01-01', to: '2021-12-31' },
  }),
  ready({
    id: 'Q08',
    title: 'What a campaign carries out',
    question: 'the campaign above it, under which names it goes below, what it rests on and what it is linked to.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'D399' },
    document: `query Q08Lineage($campaign: String!, $year: Int!) {
  campaign(code: $campaign) {
    code
    name
    aliases
    theme
    source
    launchedBy {
      code
      name
      annualThemes(year: $year) { unit { code } text source }
      documents(first: 20) { nodes { code title kind number issuer termFrom termTo source } }
    }
    externalLauncher
    implements { code name theme launchedBy { code } source }
    implementedBy(first: 10) { nodes { code name launchedBy { code } source } }
    linkedCampaigns { code name source }
    precededBy { code name }
    basisDocuments(first: 10) { nodes { code title kind issuer source } }
  }
}
`,
    variables: { campaign: 'thanh-hoa-aspiration-hoang-hoa', year: 2021 },
  }),
  ready({
    id: 'Q09',
    title: 'Phases, themes and occasions',
    question: 'the phases of a campaign with dates and themes, which of them is active on a day, and what is over.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'D006' },
    document: `query Q09Phases($campaign: String!, $on: Date!) {
  campaign(code: $campaign) {
    name
    status
    launchedOn
    closedOn
    startsOn
    startsOnPrecision
    endsOn
    endsOnPrecision
    occasions
    source
    phases { code name kind theme startsOn startsOnPrecision endsOn endsOnPrecision }
    active: phases(activeOn: $on) { code }
  }
}
`,
    variables: { campaign: 'emulation-2021-dong-da', on: '2021-05-15' },
  }),
  ready({
    id: 'Q19',
    title: 'Sectors side by side',
    question: 'business, administration and education: their campaigns, units and results.',
    audience: 'analyst',
    as: { role: 'VIEWER', unit: 'D399' },
    document: `query Q19Sectors($unit: String!, $campaign: String!, $indicator: String!, $asOf: Date!) {
  business: campaigns(where: { for: $unit, sector: BUSINESS }, first: 20) {
    nodes { ...sectorCampaign }
  }
  administration: campaigns(where: { for: $unit, sector: ADMIN_PUBLIC_SERVICE }, first: 20) {
    nodes { ...sectorCampaign }
  }
  education: campaigns(where: { for: $unit, sector: EDUCATION }, first: 20) {
    nodes { ...sectorCampaign }
  }
  orgUnit(code: $unit) {
    name
    business: children(where: { sector: BUSINESS }, first: 10) { totalCount nodes { code } }
    administration: children(where: { sector: ADMIN_PUBLIC_SERVICE }, first: 10) { totalCount nodes { code } }
    education: children(where: { sector: EDUCATION }, first: 10) { totalCount nodes { code } }
    educationModels: practiceModels(where: { sector: EDUCATION }, first: 10) { nodes { name source } }
    events(first: 20) { nodes { name kind outcomes source } }
    aims(first: 20) { nodes { text source } }
    progress(campaign: $campaign, indicator: $indicator, asOf: $asOf) {
      result { value }
      breakdown(by: SECTOR) {
        total
        parts(first: 10) { nodes { key name units value } }
        remainder
      }
    }
  }
}

fragment sectorCampaign on Campaign {
  code
  name
  sectors
  content
  source
  guidance(first: 5) { nodes { title source } }
}
`,
    variables: { unit: 'D399', campaign: '75k-initiatives', indicator: 'initiatives.uploaded', asOf: '2021-06-30' },
  }),
  ready({
    id: 'Q20',
    title: 'Themes of a year, from the confederation down',
    question: 'the theme of the year of a unit and of those above it; a theme without text is one whose words are not known.',
    audience: 'frontend',
    as: { role: 'VIEWER', unit: 'P93' },
    document: `query Q20Themes($unit: String!, $year: Int!, $from: Date!, $to: Date!) {
  orgUnit(code: $unit) {
    name
    annualThemes(year: $year) { unit { code name } year text source note }
  }
  campaigns(where: { launchedBy: $unit, from: $from, to: $to, cadence: REGULAR }, first: 5) {
    nodes { name theme phases { name theme startsOn endsOn } source }
  }
}
`,
    variables: { unit: 'P93', year: 2024, from: '2024-01-01', to: '2024-12-31' },
  }),
  ready({
    id: 'Q22',
    title: 'Is it ready to launch, and what guidance binds it',
    question: 'what a campaign lacks for its launch, and which guidance and aims it has.',
    audience: 'frontend',
    as: { role: 'CAMPAIGN_MANAGER', unit: 'D006' },
    document: `query Q22Readiness($campaign: String!) {
  campaign(code: $campaign) {
    name
    status
    missingForLaunch
    theme
    objective
    content
    measures
    audience
    source
    guidance(first: 10) { nodes { title issuer content source } }
    aims(first: 20) { nodes { unit { code } text direction indicator { code } source } }
  }
}
`,
    variables: { campaign: 'emulation-2021-dong-da' },
  }),
];
