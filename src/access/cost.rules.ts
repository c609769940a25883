import { getNullableType, isCompositeType, isListType, getNamedType } from 'graphql';
import type { ComplexityEstimator } from 'graphql-query-complexity';
import { DEFAULT_PAGE, LARGEST_PAGE } from '../shared/connections.js';

/** Asking for a list: its page and its count. */
const LIST = 2;
const OBJECT = 1;

/** A mutation, whatever it does: it takes locks and writes, and a new API key is hashed slowly on purpose. */
const CHANGE = 100;

/** How many entries a list without `first` is taken to have. */
const ASSUMED_ENTRIES = 10;
/** Most things rest on one claim. */
const ASSUMED_CLAIMS = 2;
const ASSUMED: Readonly<Record<string, number>> = {
  'OrgUnit.ancestors': 4,
  'OrgUnit.clusters': 5,
  'OrgUnit.ownedClusters': 5,
  'OrgUnit.regions': 3,
  'OrgUnit.predecessors': 5,
  'Campaign.phases': 5,
  'Campaign.linkedCampaigns': 5,
  'Campaign.indicators': 5,
  'Document.basisOf': 5,
  'Document.guides': 5,
  'OrgUnit.annualThemes': 4,
  'Event.counts': 4,
  'Event.partners': 4,
  'Allocation.shares': 30,
  'AssignTargetsPayload.figures': 30,
  'Campaign.reportingRounds': 5,
  'Claim.disagreesWith': 2,
  'ReportingRound.due': 3,
  'ReportingRound.indicators': 5,
  'ProgressChange.progress': 20,
  'Award.issuers': 2,
  'Award.countByKind': 2,
  'Initiative.authors': 2,
  'Initiative.history': 4,
  'OrgUnit.positions': 5,
  'Person.positions': 3,
};

/** Lists with an entry for each value of an argument, and the most values it takes. */
const PER_VALUE: Readonly<Record<string, { readonly argument: string; readonly most: number }>> = {
  'OrgUnit.scorecard': { argument: 'indicators', most: 50 },
};

/** Lists with an entry for each step of time between two days: without the first, as many as that usually are; with it, as many as fit in. */
const STEPPED = 'OrgUnit.series';
const STEPS: Readonly<Record<string, { readonly usual: number; readonly days: number }>> = {
  DAY: { usual: 400, days: 1 }, CHANGE: { usual: 100, days: 1 }, MONTH: { usual: 60, days: 30 }, QUARTER: { usual: 20, days: 90 }, YEAR: { usual: 10, days: 365 },
};
const MOST_STEPS = 400;

/** Single values that are computed from what the database holds; all others come with their row and cost nothing. */
const COMPUTED: ReadonlySet<string> = new Set([
  'Progress.completionPercent',
  'Progress.unallocated',
  'Progress.detail',
  'Progress.unexplained',
  'Figure.completionPercent',
  ...['size', 'ranked', 'unranked'].map((count) => `Ranking.${count}`),
  ...['expected', 'submitted', 'approved', 'onTime', 'percent'].map((count) => `RoundCoverage.${count}`),
]);

/** What goes through all units beneath one, or all that a caller reports and approves for, to find those in question. */
const SEARCHED: ReadonlySet<string> = new Set(['Reporting.coverage', 'RoundCoverage.missing', 'RoundCoverage.late', 'Coverage.missing', 'Viewer.tasks', 'AwardTotals.all', 'AwardTotals.groups', 'OrgUnit.awardBreaches', 'OrgUnit.workTotals', 'OrgUnit.initiativeFunnel',
  'OrgUnit.ranking', 'OrgUnit.rank', 'Progress.breakdown', 'Ranking.entries', 'Rank.entries', 'Query.search']);
const SEARCH = 20;

/** What is asked as it was known at a moment is not kept so: a breakdown goes through all units beneath, and through what is past. */
const AS_KNOWN = 5;

/** Introspection reads memory: an entry costs a fraction of an object, lists are taken to be as long as the schema's are. */
const META_ENTRY = 0.002;
const META_ENTRIES: Readonly<Record<string, number>> = { types: 80, fields: 12, inputFields: 6, enumValues: 8, args: 3, interfaces: 1, possibleTypes: 8, directives: 6 };

/** Arguments that the cost depends on; two requests that agree in these, in whether they ask as known at a moment, and in their directives cost the same. */
export const SIZING_ARGUMENTS: ReadonlySet<string> = new Set(['first', 'every', 'from', 'to', ...Object.values(PER_VALUE).map(({ argument }) => argument)]);

/** Names that the tables above give costs to, so that a test can look for them in the schema. */
export const PRICED_FIELDS: readonly string[] = [...Object.keys(ASSUMED), ...Object.keys(PER_VALUE), STEPPED, ...COMPUTED, ...SEARCHED];

/** What a field costs with all beneath it. */
export const fieldCost: ComplexityEstimator = ({ type, field, args, childComplexity: beneath }) => {
  const childComplexity = args['knownAt'] == null ? beneath : AS_KNOWN * beneath;
  const name = `${type.name}.${field.name}`;
  const isList = isListType(getNullableType(field.type));

  if (type.name.startsWith('__') || field.name.startsWith('__')) {
    if (!isCompositeType(getNamedType(field.type))) return 0;
    return (isList ? (META_ENTRIES[field.name] ?? ASSUMED_ENTRIES) : 1) * (META_ENTRY + childComplexity);
  }
  if (type.name === 'Mutation') return CHANGE + childComplexity;
  const search = SEARCHED.has(name) ? SEARCH : 0;
  if (field.args.some((argument) => argument.name === 'first')) return search + LIST + pageOf(args['first']) * childComplexity;
  // The entries of a page are counted where the page is asked for.
  if (type.name.endsWith('Connection')) return isList ? OBJECT + childComplexity : 0;
  if (type.name.endsWith('Edge')) return childComplexity;
  if (!isCompositeType(getNamedType(field.type))) return COMPUTED.has(name) ? OBJECT : 0;
  if (!isList) return search + OBJECT + childComplexity;
  return LIST + entriesOf(name, args) * (OBJECT + childComplexity);
};

/** A page that is refused anyhow, for being too long or none, is taken to be as long as allowed. */
function pageOf(first: unknown): number {
  if (typeof first !== 'number') return DEFAULT_PAGE;
  return first >= 0 && first <= LARGEST_PAGE ? first : LARGEST_PAGE;
}

function entriesOf(name: string, args: Readonly<Record<string, unknown>>): number {
  if (name === STEPPED) return stepsOf(args);
  const perValue = PER_VALUE[name];
  if (perValue === undefined) return ASSUMED[name] ?? (name.endsWith('.claims') ? ASSUMED_CLAIMS : ASSUMED_ENTRIES);
  const values = args[perValue.argument];
  return Array.isArray(values) ? Math.min(values.length, perValue.most) : 1;
}

function stepsOf({ every, from, to }: Readonly<Record<string, unknown>>): number {
  const { usual, days } = STEPS[String(every ?? 'MONTH')] ?? STEPS['MONTH']!;
  if (from == null) return usual;
  const between = ((to == null ? Date.now() : Date.parse(String(to))) - Date.parse(String(from))) / 86_400_000;
  const fitting = Math.max(0, Math.floor(between / days)) + 2;
  // Totals do not change every day.
  const most = every === 'CHANGE' ? usual : MOST_STEPS;
  return fitting < most ? fitting : most;
}
