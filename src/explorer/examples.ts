import { queries } from './queries/index.js';
import { withHeading } from './queries/query.js';

/** A ready query of the explorer. GraphiQL names a tab after the operation, menus use `title`. */
export interface Example {
  title: string;
  query: string;
  variables?: Readonly<Record<string, unknown>>;
}

/** The 25 queries, and what else there is to try: a change, and a subscription. */
export const examples: readonly Example[] = [
  ...queries.map(({ variables, ...query }) => ({ title: `${query.id} · ${query.title}`, query: withHeading(query), ...(variables && { variables }) })),
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
