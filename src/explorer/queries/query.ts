/** One of the 25 queries that the API is measured by: the explorer's tabs, docs/queries.md and test/queries are made of them. */
export interface ReadyQuery {
  /** Q01 to Q25; the name of the operation begins with it. */
  readonly id: string;
  readonly title: string;
  /** What is to be found out. */
  readonly question: string;
  /** For whom it was written. */
  readonly audience: 'frontend' | 'partner' | 'analyst';
  /** As whom it is asked in the examples; null: anonymously. */
  readonly as: { readonly role: 'VIEWER' | 'CAMPAIGN_MANAGER' | 'PARTNER'; readonly unit: string } | null;
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export const ready = (query: ReadyQuery): ReadyQuery => query;

/** The document with a heading that says what it is for. */
export const withHeading = ({ id, question, audience, as, document }: ReadyQuery): string =>
  `# ${id}, for ${{ frontend: 'a frontend', partner: 'a partner’s portal', analyst: 'analysts' }[audience]}: ${question}\n# Asked as ${as === null ? 'anybody' : `a ${as.role} of ${as.unit}`}.\n${document}`;
