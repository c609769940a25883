import type { GraphQLResolveInfo } from 'graphql';
import type { ChildrenArgs } from '../org-units/org-unit.type.js';
import { isDayText, type Day } from '../shared/dates.js';
import { Lru } from '../shared/lru.js';
import { argumentsOf, fieldsBeneath, isAlone, type AskedField } from '../shared/graphql/look-ahead.js';
import type { Measure } from '../ledger/progress.query.js';
import type { PageArgs } from '../shared/connections.js';
import type { RankingArgs } from './ranking.type.js';

/** Progress that units of a page are asked for, all of them with the same arguments. */
export interface AskedProgress {
  readonly campaign: string;
  readonly phase: string | null;
  readonly indicator: string;
  /** Undefined: today. */
  readonly asOf: Day | undefined;
  readonly measures: ReadonlySet<Measure>;
  readonly census: boolean;
}

/** Of balances: total, completeness and reported children; 1: how the total is known, too; 2: all. */
export type Detail = 0 | 1 | 2;

/** A unit, and perhaps its children or units beneath it in order of rank, with all that a document asks of them. */
export interface PagePlan {
  /** Of units their names alone. */
  readonly briefly: boolean;
  readonly detail: Detail;
  readonly unit: readonly AskedProgress[];
  readonly others: OthersPlan | null;
}

/** The one list that the unit is asked for: of which units, and what of each. */
export type OthersPlan = { readonly progress: readonly AskedProgress[] } & (
  | { readonly list: 'children'; readonly args: ChildrenArgs }
  | { readonly list: 'ranking'; readonly args: RankingArgs; readonly page: PageArgs }
);

type Variables = GraphQLResolveInfo['variableValues'];
const LISTS: ReadonlySet<string> = new Set(['children', 'ranking']);
const LOWEST: ReadonlySet<string> = new Set(['GRASSROOTS', 'SUB_GRASSROOTS']);
const NAMES: ReadonlySet<string> = new Set(['id', 'code', 'name']);
/** Lists that are read from the row. */
const PLAIN_LISTS: ReadonlySet<string> = new Set(['aliases']);
const WITH_TARGET: ReadonlySet<string> = new Set(['target', 'completionPercent', 'unallocated']);
const WITH_RESULT: ReadonlySet<string> = new Set(['result', 'completionPercent', 'detail', 'unexplained', 'coverage']);
const HOW_KNOWN: ReadonlySet<string> = new Set(['qualifier', 'asOf', 'origin']);
const BESIDE: ReadonlySet<string> = new Set(['detail', 'unexplained', 'unallocated']);

/** Null where something is asked for that a page does not have, or in a way that a page cannot tell: it is read as anything else then. */
export function planPage(info: GraphQLResolveInfo): PagePlan | null {
  const fields = isAlone(info) ? fieldsBeneath(info) : null;
  if (fields === null) return null;
  let made = plans.get(fields);
  if (made === undefined) plans.set(fields, (made = new Lru(MOST_PLANS)));
  const variables = JSON.stringify(info.variableValues);
  if (variables.length > LONGEST_KEPT) return new Planner(info.variableValues).page(fields);
  let plan = made.get(variables);
  if (plan === undefined) made.set(variables, (plan = new Planner(info.variableValues).page(fields)));
  return plan;
}

/** By what a document asks for, and by variables: so many of each document. */
const plans = new WeakMap<readonly AskedField[], Lru<string, PagePlan | null>>();
const MOST_PLANS = 200;
/** By longer variables a plan is made each time: a request may bring a hundred kilobytes of them. */
const LONGEST_KEPT = 1000;

class Planner {
  #briefly = true;
  #detail: Detail = 0;

  constructor(readonly variables: Variables) {}

  page(fields: readonly AskedField[]): PagePlan | null {
    const lists = fields.filter(({ name }) => LISTS.has(name));
    const unit = this.#progressOf(fields.filter(({ name }) => !LISTS.has(name)));
    if (lists.length > 1 || unit === null) return null;
    const [list] = lists;
    const others = list === undefined ? null : list.name === 'children' ? this.#children(list) : this.#ranking(list);
    return list !== undefined && others === null ? null : { briefly: this.#briefly, detail: this.#detail, unit, others };
  }

  #children(list: AskedField): OthersPlan | null {
    const args = argumentsOf<ChildrenArgs>(list, this.variables);
    if (args === null || (args.where ?? null) !== null || (args.orderBy ?? 'CODE') !== 'CODE') return null;
    const nodes = nodesOf(list);
    const progress = nodes && this.#progressOf(nodes);
    return progress && { list: 'children', args, progress };
  }

  #ranking(list: AskedField): OthersPlan | null {
    const args = argumentsOf<RankingArgs>(list, this.variables);
    const beside = list.fields.filter(({ name }) => name !== 'entries');
    const [entries, ...more] = list.fields.filter(({ name }) => name === 'entries');
    // Those of a cluster or a region have to be looked up first; of the lowest levels there may be a hundred thousand, and others wait behind them.
    if (args === null || args.basis === 'NORM' || args.group.cluster != null || args.group.region != null || LOWEST.has(args.group.level ?? '') || entries === undefined || more.length > 0 || !beside.every(isPlain)) return null;
    const [page, nodes] = [argumentsOf<PageArgs>(entries, this.variables), nodesOf(entries)];
    if (page === null || nodes === null || !nodes.every((node) => node.name === 'unit' || isPlain(node))) return null;
    const progress = this.#progressOf(nodes.flatMap(({ fields }) => fields));
    return progress && { list: 'ranking', args, page, progress };
  }

  /** Null where units are asked for anything but what stands in their row and their progress. */
  #progressOf(fields: readonly AskedField[]): AskedProgress[] | null {
    const asked: AskedProgress[] = [];
    for (const field of fields) {
      if (field.name === 'progress' || field.name === 'scorecard') {
        const found = this.#progress(field);
        if (found === null) return null;
        for (const one of found) merge(asked, one);
      } else if (isPlain(field)) {
        if (!NAMES.has(field.name)) this.#briefly = false;
      } else return null;
    }
    return asked;
  }

  #progress(field: AskedField): AskedProgress[] | null {
    const args = argumentsOf<{ campaign: string; phase?: string | null; indicator?: string; indicators?: string[]; asOf?: unknown; knownAt?: unknown }>(field, this.variables);
    const asOf = args?.asOf ?? undefined;
    if (args === null || (args.knownAt ?? null) !== null || (asOf !== undefined && !isDayText(asOf))) return null;
    const measures = new Set<Measure>();
    let census = false;
    for (const one of field.fields) {
      if (WITH_RESULT.has(one.name)) measures.add('RESULT');
      if (BESIDE.has(one.name)) this.#detail = 2;
      else if (this.#detail === 0 && one.fields.some(({ name }) => HOW_KNOWN.has(name))) this.#detail = 1;
      if (WITH_TARGET.has(one.name)) {
        const basis = argumentsOf<{ basis?: string | null }>(one, this.variables);
        if (basis === null || basis.basis === 'NORM') return null;
        measures.add((basis.basis ?? 'ASSIGNED') as Measure);
      } else if (one.name === 'coverage') {
        const level = argumentsOf<{ level?: string | null }>(one, this.variables);
        if (level === null || !one.fields.every(isPlain)) return null;
        census = true;
        if ((level.level ?? null) !== null) this.#detail = 2;
      } else if (one.name === 'campaign' || one.name === 'phase' || one.name === 'indicator') {
        if (!one.fields.every(isPlain)) return null;
      } else if (!WITH_RESULT.has(one.name) && !isPlain(one)) return null;
    }
    const indicators = args.indicators ?? [args.indicator!];
    return indicators.map((indicator) => ({ campaign: args.campaign, phase: args.phase ?? null, indicator, asOf, measures, census }));
  }
}

/** What a connection is asked for of each of its nodes; null where it is asked for more, such as how many there are. */
function nodesOf({ fields }: AskedField): AskedField[] | null {
  const nodes: AskedField[] = [];
  for (const { name, fields: beneath } of fields) {
    if (name === 'nodes') nodes.push(...beneath);
    else if (name === 'edges') nodes.push(...beneath.flatMap((edge) => (edge.name === 'node' ? edge.fields : [])));
    else if (name !== 'pageInfo') return null;
  }
  return nodes;
}

/** What is asked for under several names is read once. */
function merge(asked: AskedProgress[], one: AskedProgress): void {
  const { campaign, phase, indicator, asOf } = one;
  const at = asked.findIndex((other) => other.campaign === campaign && other.phase === phase && other.indicator === indicator && other.asOf === asOf);
  if (at < 0) asked.push(one);
  else asked[at] = { ...one, measures: new Set([...asked[at]!.measures, ...one.measures]), census: asked[at]!.census || one.census };
}

/** Whether a field stands in its row. */
function isPlain({ name, field, fields }: AskedField): boolean {
  return fields.length === 0 && (field.resolve === undefined || name === 'id' || PLAIN_LISTS.has(name));
}
