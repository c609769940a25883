import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Context } from './context.js';
import { isExpected, isTooManyMistakes, isUnsupportedOperation, RequestOver } from './shared/errors.js';

/** Logs what the caller is not told, and marks it with the request's id. */
export function logFailures(errors: readonly GraphQLError[], { log, requestId }: Context): void {
  for (const error of errors) {
    if (isExpected(error) || isUnsupportedOperation(error) || isTooManyMistakes(error) || error.originalError instanceof RequestOver) continue;
    error.extensions.requestId = requestId;
    log.error({ err: error.originalError ?? error, path: error.path?.join('.') }, 'a resolver failed');
  }
}

/** Past the limit every further list says so; once is enough, and a part of the answer is none. */
export function keepWhole(result: { data?: unknown; errors?: readonly GraphQLFormattedError[] }): void {
  const tooLarge = result.errors?.find(({ extensions }) => extensions?.['code'] === 'QUERY_TOO_LARGE');
  if (tooLarge !== undefined && 'data' in result) Object.assign(result, { data: null, errors: [tooLarge] });
}
