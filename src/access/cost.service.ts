import { TypeInfo, ValidationContext, visit, type DocumentNode, type GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { createComplexityRule } from 'graphql-query-complexity';
import { QueryTooLarge } from '../shared/errors.js';
import { fieldCost, SIZING_ARGUMENTS } from './cost.rules.js';
import { DOCUMENT_LIMITS } from './limits.js';

type Variables = Readonly<Record<string, unknown>>;

/** What is known of a document: the variables its cost depends on, and the costs found so far. */
interface Priced {
  readonly sizing: readonly string[];
  /** Variables of which it matters whether they are null. */
  readonly given: readonly string[];
  readonly costs: Map<string, number>;
}

/** How many costs of one document are kept: one for each page size, as a rule. */
const KEPT = 32;

/** Works out what an operation would cost before it is started, once for each document and what sizes it. */
export class CostMeter {
  readonly #schema: GraphQLSchema;
  readonly #priced = new WeakMap<DocumentNode, Priced>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** In whole points, at least 1; throws QUERY_TOO_LARGE where there is more than can be added up in good time. */
  of(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number {
    let priced = this.#priced.get(document);
    if (priced === undefined) this.#priced.set(document, (priced = { sizing: sizingVariables(document, (name) => SIZING_ARGUMENTS.has(name)), given: sizingVariables(document, (name) => name === 'knownAt'), costs: new Map() }));
    const { sizing, given, costs } = priced;
    const key = JSON.stringify([operation.name?.value, ...sizing.map((name) => sizeOf(variables[name])), ...given.map((name) => (variables[name] === undefined ? 'default' : variables[name] !== null))]);
    const known = costs.get(key);
    if (known !== undefined) return known;
    const { cost, faulty } = this.#compute(document, operation, variables);
    if (!faulty && costs.size < KEPT) costs.set(key, cost);
    return cost;
  }

  #compute(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): { cost: number; faulty: boolean } {
    const faults: GraphQLError[] = [];
    const context = new ValidationContext(this.#schema, document, new TypeInfo(this.#schema), (fault) => faults.push(fault));
    const visitor = createComplexityRule({
      maximumComplexity: Infinity,
      maxQueryNodes: DOCUMENT_LIMITS.selections,
      estimators: [fieldCost],
      variables: { ...variables },
    })(context);
    try {
      visitor.onOperationDefinitionEnter(operation);
    } catch {
      const { selections } = DOCUMENT_LIMITS;
      throw new QueryTooLarge(`The query has more than ${selections} fields and fragments once its fragments are written out.`, selections);
    }
    // A variable that does not fit is an error of the execution, which then reads nothing.
    return { cost: Math.max(1, Math.ceil(visitor.complexity)), faulty: faults.length > 0 };
  }
}

/** Of directives, and of arguments with such names. */
function sizingVariables(document: DocumentNode, isSizing: (argument: string) => boolean): string[] {
  const names = new Set<string>();
  const collect = (node: Parameters<typeof visit>[0]): void => {
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  };
  visit(document, {
    Directive: collect,
    Argument: (node) => (isSizing(node.name.value) ? collect(node) : undefined),
  });
  return [...names];
}

/** The longest name of a step. */
const LONGEST_STEP = 16;

/** Of a list its length, of a number, a boolean or what may be a step itself; what was left out has its default, and is not null. */
function sizeOf(value: unknown): unknown {
  if (value === undefined) return 'default';
  if (Array.isArray(value)) return [value.length];
  if (typeof value === 'string') return `=${value.slice(0, LONGEST_STEP)}`;
  return typeof value === 'object' && value !== null ? typeof value : value;
}
