import { GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
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

/** Undefined: it cannot be compiled, and is left to graphql-js: anything but a query, and what asks for the schema. */
export function compile<Context>(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): CompiledQuery<Context> | undefined {
  if (operation.operation !== 'query' || operation.selectionSet.selections.some((one) => one.kind !== 'Field' || one.name.value.startsWith('__'))) return undefined;
  const compiled = compileQuery(schema, document, operation.name?.value);
  if (!isCompiledQuery(compiled)) return undefined;
  return (context, variables) => {
    const result = compiled.query(undefined, context, { ...variables }) as Promise<ExecutionResult> | ExecutionResult;
    return result instanceof Promise ? result.then(likeGraphqlJs) : likeGraphqlJs(result);
  };
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
