import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** What every error carries in `extensions.code`. Codes are stable: clients branch on them, never on messages. */
const codes = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'QUERY_TOO_LARGE',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_COSTLY',
  'RATE_LIMITED',
  'TIMED_OUT',
  'UNAVAILABLE',
] as const;
export type ErrorCode = (typeof codes)[number];

/** A failure that is expected and may be told to the caller. */
export class ApiError extends GraphQLError {
  constructor(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}) {
    super(message, { extensions: { code, ...extensions } });
  }
}

/** The caller gave a value that cannot be used; `argument` names it (`where.from`). */
export class BadUserInput extends ApiError {
  constructor(argument: string, message: string) {
    super('BAD_USER_INPUT', message, { argument });
  }
}

/** The caller may not call the operation at all. */
export class Forbidden extends ApiError {
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

/** A document, or the answer to it, is more than the server takes. */
export class QueryTooLarge extends ApiError {
  constructor(message: string, limit: number) {
    super('QUERY_TOO_LARGE', message, { limit });
  }
}

export class QueryTooDeep extends ApiError {
  constructor(limit: number) {
    super('QUERY_TOO_DEEP', `The query is deeper than ${limit} levels of fields.`, { limit });
  }
}

/** The query was not started: it would cost more than the caller may use in a minute. */
export class QueryTooCostly extends ApiError {
  constructor(requested: number, limit: number) {
    const message = `This query would cost ${requested} points; the limit is ${limit} a minute. Ask for less: smaller pages, or fewer levels of lists.`;
    super('QUERY_TOO_COSTLY', message, { requested, limit });
  }
}

/** The caller has used up what a minute allows. */
export class RateLimited extends ApiError {
  readonly seconds: number;

  constructor(message: string, seconds: number, extensions: Record<string, unknown> = {}) {
    super('RATE_LIMITED', message, { ...extensions, retryAfter: seconds });
    this.seconds = seconds;
  }
}

/** The database broke the statement off because it ran too long. */
export class TimedOut extends ApiError {
  constructor() {
    super('TIMED_OUT', 'The query took too long and was broken off. Ask for less: a smaller page, or fewer fields.');
  }
}

/** The database does not answer just now. */
export class Unavailable extends ApiError {
  constructor() {
    super('UNAVAILABLE', 'The server cannot reach its database. Try again in a moment.');
  }
}

/** The caller has gone; nobody reads this. */
export class RequestOver extends Error {
  constructor() {
    super('The request is over');
  }
}

/** Ours, and those of Apollo Server for requests that are not well formed, whose messages quote the request and nothing else. */
const expectedCodes: ReadonlySet<unknown> = new Set([
  ...codes,
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  // Clients that ask with a hash alone fall back to the whole query on it.
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Whether the message was written for the caller. What a driver or a mistake in a resolver threw was not. */
export function isExpected(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || !expectedCodes.has(error.extensions.code)) return false;
  return error.originalError === undefined || error.originalError instanceof GraphQLError;
}

/** What graphql-js says of mutations and subscriptions, as long as there are none. */
export function isUnsupportedOperation(error: unknown): boolean {
  return error instanceof GraphQLError && error.originalError === undefined && error.message.startsWith('Schema is not configured to execute');
}

/** What graphql-js says where it gives up on counting what is wrong with the variables. */
export function isTooManyMistakes(error: unknown): boolean {
  return error instanceof GraphQLError && error.originalError === undefined && error.message.startsWith('Too many errors processing variables');
}

/** What GraphQL's parser and validation refuse on our behalf has our codes, which Apollo Server would replace by its own. */
function underWrapper({ message, extensions = {} }: GraphQLFormattedError, error: unknown): { message: string; extensions: Record<string, unknown> } {
  const cause = error instanceof GraphQLError ? error.originalError : undefined;
  if (cause instanceof ApiError) return { message: cause.message, extensions: cause.extensions };
  // graphql-js gives up on comparing the selections of a field that is asked for over and over.
  if (message === 'Validation aborted.') return { message: 'The query asks for the same fields too often.', extensions: { code: 'QUERY_TOO_LARGE' } };
  const tokens = extensions['code'] === 'GRAPHQL_PARSE_FAILED' ? /contains more tha[nt] (\d+) tokens/.exec(message)?.[1] : undefined;
  if (tokens === undefined) return { message, extensions };
  return { message: `The query has more than ${tokens} tokens.`, extensions: { code: 'QUERY_TOO_LARGE', limit: Number(tokens) } };
}

/** The error as the caller sees it: expected ones as they are, any other as a fixed sentence with the request's id. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted;
  const { message, extensions } = underWrapper(formatted, error);
  if (isExpected(error)) {
    const { stacktrace: _, ...rest } = extensions;
    return { message, locations, path, extensions: rest };
  }
  if (isUnsupportedOperation(error)) {
    return { message, locations, extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } };
  }
  if (isTooManyMistakes(error)) {
    return { message: 'The variables have too many mistakes to tell.', locations, extensions: { code: 'BAD_USER_INPUT' } };
  }
  const { requestId } = extensions;
  return {
    message: 'Something went wrong on the server. The request id finds it in the log.',
    locations,
    path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId === undefined ? {} : { requestId }) },
  };
}
