import 'reflect-metadata';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type pg from 'pg';
import type { Authenticate } from './access/authenticate.js';
import type { Caller } from './access/caller.js';
import { CannotTell, Unauthenticated } from './access/refusals.js';
import { createContext, type Context } from './context.js';
import { buildSchema, printSdl } from './schema.js';
import { formatError, isExpected, isUnsupportedOperation, RequestOver } from './shared/errors.js';
import type { SentStatement } from './shared/database/reads.js';

export interface ApiOptions {
  /** Tells who calls. */
  readonly authenticate: Authenticate;
  /** The clock; the day of a request is taken from it. */
  readonly now?: () => Date;
  /** Hears of each statement that a query sends, without BEGIN and COMMIT. */
  readonly onStatement?: (statement: SentStatement) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
    graphql?: Context;
  }
}

/** The GraphQL API at `/graphql`, and its SDL as text at `/schema.graphql`. */
export async function registerApi(app: FastifyInstance, db: { readonly pool: pg.Pool }, options: ApiOptions): Promise<void> {
  const { authenticate, now = () => new Date(), onStatement } = options;
  const schema = await buildSchema();
  const apollo = createApollo(schema);
  await apollo.start();

  await app.register(async (scope) => {
    scope.addHook('onClose', () => apollo.stop());
    const release = async (request: FastifyRequest): Promise<void> => request.graphql?.reads.release();
    scope.addHook('onResponse', release);
    scope.addHook('onRequestAbort', release);
    scope.setErrorHandler(answerUnreadable);

    scope.route({
      method: ['GET', 'POST', 'OPTIONS'],
      url: '/graphql',
      // Before the body is read.
      onRequest: async (request) => {
        request.caller = await authenticate(authorizationOf(request));
      },
      handler: fastifyApolloHandler(apollo, {
        context: async (request, reply) => {
          reply.header('x-request-id', request.id);
          return (request.graphql = createContext({ caller: request.caller!, pool: db.pool, now: now(), requestId: request.id, log: request.log, onStatement }));
        },
      }),
    });

    const sdl = printSdl(schema);
    scope.get('/schema.graphql', (_request, reply) => reply.type('text/plain; charset=utf-8').send(sdl));
  });
}

function createApollo(schema: GraphQLSchema): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // Closing is the HTTP server's business.
    stopOnTerminationSignals: false,
    formatError,
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), requestEnd],
  });
}

/** Logs what the caller is not told, and ends the request's snapshot before its answer is sent. */
const requestEnd: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue: { log, requestId } }) {
        for (const error of errors) {
          if (isExpected(error) || isUnsupportedOperation(error) || error.originalError instanceof RequestOver) continue;
          error.extensions.requestId = requestId;
          log.error({ err: error.originalError ?? error, path: error.path?.join('.') }, 'a resolver failed');
        }
      },
      async willSendResponse({ contextValue, response }) {
        // Past the limit every further list says so; once is enough, and a part of the answer is none.
        if (response.body.kind === 'single') {
          const result = response.body.singleResult;
          const tooLarge = result.errors?.find(({ extensions }) => extensions?.['code'] === 'QUERY_TOO_LARGE');
          if (tooLarge !== undefined) Object.assign(result, { data: null, errors: [tooLarge] });
        }
        void contextValue.reads.release();
      },
    };
  },
};

/** Every Authorization header of the request: Node keeps the first alone, and a proxy in front may have looked at another. */
function authorizationOf({ raw: { rawHeaders } }: FastifyRequest): string | undefined {
  const values = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === 'authorization');
  return values.length === 0 ? undefined : values.join(', ');
}

/** Requests that do not reach GraphQL, such as bodies that are no JSON, are answered in its form too. */
function answerUnreadable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof Unauthenticated || error instanceof CannotTell) return answerUnknownCaller(error, request, reply);
  const status = error.statusCode ?? 500;
  const known = status >= 400 && status < 500;
  if (!known) request.log.error({ err: error }, 'a request failed');
  const message = known ? error.message : 'Something went wrong on the server. The request id finds it in the log.';
  const extensions = known ? { code: 'BAD_REQUEST' } : { code: 'INTERNAL_SERVER_ERROR', requestId: request.id };
  void reply.code(status).send({ errors: [{ message, extensions }] });
}

function answerUnknownCaller(error: Unauthenticated | CannotTell, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof Unauthenticated) {
    request.log.info({ reason: error.reason }, 'a credential was refused');
    void reply.code(401).header('www-authenticate', 'Bearer');
  } else {
    request.log.error({ err: error.cause }, 'credentials cannot be checked');
    void reply.code(503).header('retry-after', '5');
  }
  void reply.send({ errors: [{ message: error.message, extensions: error.extensions }] });
}
