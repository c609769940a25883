import {
  getNamedType, GraphQLError, isAbstractType, isInterfaceType, isObjectType, Kind,
  type DocumentNode, type ExecutionResult, type GraphQLNamedType, type GraphQLSchema, type NamedTypeNode, type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { AskedTooLate } from '../database/reads.js';

/** Something is wrong that graphql-js alone can tell, or that takes another way of reading. */
export class AnsweredOtherwise extends Error {}

/** Runs a query of a document as graphql-js would, or throws AnsweredOtherwise. */
export type CompiledQuery<Context> = (context: Context, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult> | ExecutionResult;

/** The error of the compiler's own run time. */
interface CompiledError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly originalError?: Error;
}

/** How many fields and fragments a document may have, with its fragments written out: the compiler writes them out, and takes that much longer, and memory for as long as the document is known. */
const MOST_SELECTIONS = 300;

/** Undefined: it is left to graphql-js: anything but a query, what asks for the schema, and what would take long to compile. */
export function compile<Context>(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): CompiledQuery<Context> | undefined {
  if (operation.operation !== 'query' || operation.selectionSet.selections.some((one) => one.kind !== 'Field' || one.name.value.startsWith('__'))) return undefined;
  if (writtenOut(schema, document, operation) > MOST_SELECTIONS) return undefined;
  const compiled = compileQuery(schema, document, operation.name?.value);
  if (!isCompiledQuery(compiled)) return undefined;
  return (context, variables) => {
    const result = compiled.query(undefined, context, { ...variables }) as Promise<ExecutionResult> | ExecutionResult;
    return result instanceof Promise ? result.then(likeGraphqlJs) : likeGraphqlJs(result);
  };
}

/**
 * Whatever directives leave out. Each fragment is counted once, and taken as often as it is spread; a document that was
 * checked has no circles. What is asked of an interface is compiled for each of its types.
 */
function writtenOut(schema: GraphQLSchema, { definitions }: DocumentNode, operation: OperationDefinitionNode): number {
  const fragments = new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])));
  const counted = new Map<string, number>();
  const typeOf = (condition: NamedTypeNode): GraphQLNamedType => schema.getType(condition.name.value)!;
  const ofFragment = (name: string): number => {
    let count = counted.get(name);
    const { typeCondition, selectionSet } = fragments.get(name)!;
    if (count === undefined) counted.set(name, (count = of(typeOf(typeCondition), selectionSet)));
    return count;
  };
  const of = (type: GraphQLNamedType, set: SelectionSetNode | undefined): number => {
    const times = isAbstractType(type) ? schema.getPossibleTypes(type).length : 1;
    const fields = isInterfaceType(type) || isObjectType(type) ? type.getFields() : {};
    return (set?.selections ?? []).reduce((sum, one) => {
      if (one.kind === Kind.FRAGMENT_SPREAD) return sum + 1 + ofFragment(one.name.value);
      if (one.kind === Kind.INLINE_FRAGMENT) return sum + 1 + of(one.typeCondition === undefined ? type : typeOf(one.typeCondition), one.selectionSet);
      const field = fields[one.name.value];
      // A field that every type has, such as __typename, has nothing beneath it.
      return sum + times * (1 + (field === undefined ? 0 : of(getNamedType(field.type), one.selectionSet)));
    }, 0);
  };
  return of(schema.getQueryType()!, operation.selectionSet);
}

/** What a resolver threw is told as graphql-js tells it; what is wrong with variables or values, graphql-js has to say. */
function likeGraphqlJs(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined || result.errors.length === 0) return result;
  const errors: GraphQLError[] = [];
  for (const { message, path, locations, originalError } of result.errors as readonly CompiledError[]) {
    if (path === undefined || originalError === undefined || originalError instanceof AskedTooLate) throw new AnsweredOtherwise(message);
    const error = new GraphQLError(message, { path, originalError });
    Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
    errors.push(error);
  }
  return { ...result, errors };
}
