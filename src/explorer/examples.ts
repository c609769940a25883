/** A ready query of the explorer. GraphiQL names a tab after the operation, menus use `title`. */
export interface Example {
  title: string;
  query: string;
  variables?: Record<string, unknown>;
}

/** What the five articles say, asked of the API; on the days that were published, so that callers without a scope get answers too. */
export const examples: readonly Example[] = [
  {
    title: 'Phúc Thọ: one million initiatives, phase 1',
    query: `# LĐLĐ huyện Phúc Thọ was given 431 initiatives for phase 1 and has 1,709: 396.52 %.
# Its own report rounds that to 397 %, which is kept beside the figure as it was stated.
query PhucTho {
  orgUnit(code: "D272") {
    name
    progress(
      campaign: "1m-initiatives"
      phase: "phase-1"
      indicator: "initiatives"
      asOf: "2022-05-31"
    ) {
      result { value qualifier asOf origin }
      target(basis: ASSIGNED) { value asOf origin }
      completionPercent(basis: ASSIGNED)
    }
    results(where: { campaign: "1m-initiatives", phase: "phase-1" }, first: 5) {
      nodes { value asOf coverage statedPercent source }
    }
    targets(where: { campaign: "1m-initiatives", phase: "phase-1" }, first: 5) {
      nodes { value basis counterpart { code name } asOf source }
    }
  }
}
`,
  },
  {
    title: 'Phúc Thọ: from the root down to the district',
    query: `# The breadcrumb of a unit, root first, as the tree stood on a day.
query Breadcrumb {
  orgUnit(code: "D272") {
    name
    ancestors(asOf: "2022-05-30") { code name level }
    parent(asOf: "2022-05-30") { name }
  }
}
`,
  },
  {
    title: 'Hà Nội: its districts, each with its scorecard',
    query: `# One row a district. A district that reported nothing has null, never 0.
query HanoiDistricts($asOf: Date!, $indicators: [String!]!, $after: String) {
  orgUnit(code: "P01") {
    name
    children(asOf: $asOf, first: 30, after: $after) {
      totalCount
      nodes {
        code
        name
        scorecard(
          campaign: "1m-initiatives"
          phase: "phase-1"
          indicators: $indicators
          asOf: $asOf
        ) {
          indicator { code name }
          result { value origin }
          target { value }
          completionPercent
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`,
    variables: { asOf: '2022-05-31', indicators: ['initiatives'] },
  },
  {
    title: 'Hoằng Hóa: 75,000 initiatives, and what its province has',
    query: `# 1,989 uploaded against a target of 404 that nobody wrote down: it is derived from the stated percentage.
# Thanh Hóa (P38) has stated nothing itself, so both its totals are sums of what is known below it,
# and its coverage says how many of its members that is.
query HoangHoa {
  district: orgUnit(code: "D399") {
    name
    progress(
      campaign: "75k-initiatives"
      indicator: "initiatives.uploaded"
      asOf: "2021-05-30"
    ) {
      result { value origin asOf }
      target { value origin }
      completionPercent
    }
    targets(
      where: { campaign: "75k-initiatives", indicator: "initiatives.uploaded" }
    ) {
      nodes { value basis derived counterpart { name } note }
    }
  }
  province: orgUnit(code: "P38") {
    name
    progress(
      campaign: "75k-initiatives"
      indicator: "initiatives.uploaded"
      asOf: "2021-05-30"
    ) {
      result { value origin complete }
      target { value origin complete }
      completionPercent
      coverage { expected reported percent }
    }
  }
}
`,
  },
  {
    title: 'Hoằng Hóa: one grassroots union, one model',
    query: `# 195 of 204 grassroots unions have a model of their own: 95.59 %.
query OneUnionOneModel {
  orgUnit(code: "D399") {
    name
    scorecard(
      campaign: "one-union-one-model"
      indicators: ["unions.with-model", "unions.total", "unions.with-model.rate"]
      asOf: "2021-06-30"
    ) {
      indicator { code name }
      result { value origin asOf }
    }
  }
}
`,
  },
  {
    title: 'Hậu Giang: 1,157.42 % of what it registered; the works of its special drive',
    query: `# 52,223 valid initiatives against the 4,512 registered with Tổng LĐLĐ: there is no upper cap.
# Nobody assigned it a target, so against that basis there is no percentage.
# The works: "more than 300" is the headline as stated; the tiers beside it come to 318.
query HauGiang {
  orgUnit(code: "P93") {
    name
    progress(
      campaign: "1m-initiatives"
      indicator: "initiatives.valid"
      asOf: "2023-09-01"
    ) {
      result { value qualifier asOf }
      registered: target(basis: REGISTERED) { value }
      ofRegistered: completionPercent(basis: REGISTERED)
      assigned: target(basis: ASSIGNED) { value }
      ofAssigned: completionPercent(basis: ASSIGNED)
    }
    specialDrive: scorecard(
      campaign: "special-drive-2023-hau-giang"
      indicators: [
        "works.total"
        "works.grassroots-congress"
        "works.upper-congress"
        "works.provincial-congress"
        "works.plaqued"
        "works.value-vnd"
      ]
      asOf: "2023-12-31"
    ) {
      indicator { name }
      result { value qualifier }
    }
  }
}
`,
  },
  {
    title: 'Đống Đa: no number, so null and never 0',
    query: `# The article on Đống Đa's emulation drive of 2021 gives no number at all.
query DongDa {
  orgUnit(code: "D006") {
    name
    progress(
      campaign: "emulation-2021-dong-da"
      indicator: "initiatives"
      asOf: "2021-12-31"
    ) {
      result { value }
      target { value }
      completionPercent
      coverage { expected reported percent }
    }
  }
}
`,
  },
  {
    title: 'Campaigns on a day, from the nation down to Đống Đa: phases and lineage',
    query: `# What each level had running on 15 May 2021: under which names, in which phases, and what it carries out.
query Campaigns {
  nation: campaigns(where: { launchedBy: "TLD", activeOn: "2021-05-15" }) {
    nodes { ...campaign }
  }
  city: campaigns(where: { launchedBy: "P01", activeOn: "2021-05-15" }) {
    nodes { ...campaign }
  }
  district: campaigns(where: { launchedBy: "D006", activeOn: "2021-05-15" }) {
    nodes { ...campaign }
  }
}

fragment campaign on Campaign {
  code
  name
  aliases
  kind
  startsOn
  startsOnPrecision
  endsOn
  endsOnPrecision
  phases { name kind startsOn endsOn theme }
  implements { code name launchedBy { name } externalLauncher }
  precededBy { code }
  linkedCampaigns { code name }
}
`,
  },
  {
    title: 'A campaign from its draft to its launch: what is missing',
    query: `# As an ADMIN or CAMPAIGN_MANAGER of the unit. Change the code if it is taken; a draft is seen in its unit's scope alone.
mutation LaunchCampaign($code: String!) {
  draftCampaign(
    input: {
      unit: "P01"
      code: $code
      name: "Thi đua lao động giỏi"
      kind: MOVEMENT
      theme: "Năng suất, chất lượng"
      startsOn: "2026-01-01"
      indicators: ["initiatives"]
    }
  ) {
    campaign { code status version }
    userErrors { path code message }
  }
  launchCampaign(input: { code: $code, expectedVersion: 1 }) {
    campaign { status launchedOn version }
    missing
    userErrors { path code message }
  }
}
`,
    variables: { code: 'thi-dua-1' },
  },
  {
    title: 'Live: Hà Nội, as its results come in',
    query: `# The first event says that it has begun; others follow as results beneath Hà Nội are approved.
# It takes a caller with Hà Nội in their scope, and goes on until it is stopped.
subscription Live {
  progressChanged(unit: "P01", campaign: "1m-initiatives") {
    at
    progress {
      phase { code name }
      indicator { code name }
      result { value qualifier asOf }
      target { value }
      completionPercent
    }
  }
}
`,
  },
];
