import type { CallerClass } from './caller.js';

/** What callers of a class may use in a minute, each principal by itself; anonymous callers by network address. */
export interface ClassLimits {
  /** Points of the queries of a minute, and so the most that one query may cost. */
  readonly points: number;
  readonly requests: number;
}

export type ClassLimitOverrides = Partial<Record<CallerClass, Partial<ClassLimits>>>;

export const CLASS_LIMITS: Readonly<Record<CallerClass, ClassLimits>> = {
  // A page of a public site: a hundred small queries, or a few pages of a hundred units with their totals.
  ANONYMOUS: { points: 5_000, requests: 120 },
  // A portal that renders for many readers and keeps what it has read.
  PARTNER: { points: 20_000, requests: 300 },
  // A dashboard of a province: 30 districts × 5 indicators with all that a card shows come to about 1,000.
  MEMBER: { points: 60_000, requests: 600 },
};

/** What a document may be, whoever sends it: it is judged once and then kept with its verdict. */
export const DOCUMENT_LIMITS = {
  /** Lexical tokens. The introspection query of GraphiQL has some 300. */
  tokens: 2_000,
  /** Levels of fields; fragments add none. Introspection is bounded by its own rule. */
  depth: 15,
  /** Aliases, each as often as its fragment is spread. */
  aliases: 100,
  /** Directives, counted in the same way. */
  directives: 50,
  /** Selections once all fragments are written out: what the sum of costs looks at. */
  selections: 5_000,
} as const;

/** The most that a request to /graphql may hold, in bytes. */
export const MOST_BODY_BYTES = 102_400;

/** After so long an answer is broken off. */
export const MOST_ANSWER_MS = 30_000;

export function classLimits(overrides: ClassLimitOverrides = {}): Record<CallerClass, ClassLimits> {
  const of = (name: CallerClass): ClassLimits => ({ ...CLASS_LIMITS[name], ...overrides[name] });
  return { ANONYMOUS: of('ANONYMOUS'), PARTNER: of('PARTNER'), MEMBER: of('MEMBER') };
}
