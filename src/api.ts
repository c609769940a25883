import 'reflect-metadata';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { AnswerCache } from './answer-cache.js';
import { keepWhole, logFailures } from './answer.rules.js';
import { Allowances, type Allowance } from './access/allowance.service.js';
import type { Authenticate } from './access/authenticate.js';
import { ANONYMOUS, type Caller } from './access/caller.js';
import { CannotTell, Unauthenticated } from './access/refusals.js';
import { POSITION_HEADER, positionOf, tellPosition, Written } from './access/position.js';
import { PulseReader } from './access/pulse.service.js';
import { Reaches } from './access/reach.service.js';
import { Replicas, type Visit } from './access/replicas.service.js';
import { CostMeter } from './access/cost.service.js';
import { documentRules } from './access/document.rules.js';
import { classLimits, DOCUMENT_LIMITS, MOST_ANSWER_MS, MOST_BODY_BYTES, type ClassLimitOverrides } from './access/limits.js';
import { costPlugin } from './access/limits.plugin.js';
import { createContext, type Context } from './context.js';
import { KnownDocuments } from './known-documents.js';
import type { LiveSettings } from './live/limits.js';
import { registerLive } from './live/live.js';
import { buildSchema, printSdl } from './schema.js';
import { ApiError, formatError, RateLimited, TimedOut } from './shared/errors.js';
import type { Database } from './shared/database/database.js';
import { Pipeline } from './shared/database/pipeline.js';
import type { SentStatement } from './shared/database/reads.js';
import { withDeadline } from './shared/http/deadline.js';
import { openRowIds } from './shared/row-ids.js';
import { Turns } from './shared/turns.js';
import { allowOrigins } from './shared/http/security.js';

export interface ApiOptions {
  /** Tells who calls. */
  readonly authenticate: Authenticate;
  /** The clock; the day of a request is taken from it. */
  readonly now?: () => Date;
  /** Hears of each statement that a query sends, without BEGIN and COMMIT. */
  readonly onStatement?: (statement: SentStatement) => void;
  /** Other limits than those of src/access/limits.ts. */
  readonly limits?: ClassLimitOverrides;
  /** From which sighting on a document is answered compiled: 2 unless given; 1 and Infinity are for tests of the one and the other. */
  readonly compiledFrom?: number | undefined;
  /** Hears why a query that has run compiled runs once more. */
  readonly onRedone?: ((why: string, requestId: string) => void) | undefined;
  /** How many bytes of answers are kept; 0, and none, unless given. */
  readonly answerCacheBytes?: number;
  /** So many seconds a replica's answer may be behind; 5 unless given. */
  readonly replicaLagSeconds?: number;
  /** Hears of each request that a replica has answered. */
  readonly onReplica?: (() => void) | undefined;
  /** After so long an answer is broken off. */
  readonly mostAnswerMs?: number;
  /** Origins whose pages may read answers. */
  readonly corsOrigins?: readonly string[];
  /** Other limits of subscriptions than those of src/live/limits.ts. */
  readonly live?: Partial<LiveSettings>;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
    allowance?: Allowance;
    graphql?: Context;
    /** Where it reads, if not at the primary. */
    visit?: Visit | undefined;
    written?: Written;
  }
}

/** The GraphQL API at `/graphql`, and its SDL as text at `/schema.graphql`. */
export async function registerApi(app: FastifyInstance, db: Pick<Database, 'pool' | 'orm' | 'replicas'>, options: ApiOptions): Promise<void> {
  const { authenticate, now = () => new Date(), onStatement, mostAnswerMs = MOST_ANSWER_MS, corsOrigins = [], answerCacheBytes = 0, replicaLagSeconds = 5, onReplica } = options;
  const allowances = new Allowances(classLimits(options.limits));
  const ids = await openRowIds(db.pool);
  // The other connections are for whoever reads.
  const commands = new Turns(Math.max(1, Math.floor((db.pool.options.max ?? 10) / 2)));
  const reaches = new Reaches();
  const pipeline = new Pipeline(db.pool);
  const replicas = db.replicas.length === 0 ? undefined : new Replicas(db.replicas, pipeline, replicaLagSeconds, app.log);
  const schema = await buildSchema();
  const meter = new CostMeter(schema);
  const known = new KnownDocuments(schema, meter, new AnswerCache(schema, reaches, new PulseReader(pipeline), replicas === undefined ? answerCacheBytes : 0), { from: options.compiledFrom, onRedone: options.onRedone });
  const apollo = createApollo(schema, [known.plugin, costPlugin(meter)]);
  await apollo.start();

  await app.register(async (scope) => {
    scope.addHook('onClose', () => Promise.all([apollo.stop(), pipeline.close(), replicas?.close()]));
    const release = async (request: FastifyRequest): Promise<void> => request.graphql?.reads.release();
    scope.addHook('onResponse', release);
    scope.addHook('onRequestAbort', release);
    scope.setErrorHandler(answerUnreadable);
    await allowOrigins(scope, corsOrigins, replicas === undefined ? [] : [POSITION_HEADER]);

    const open = (request: FastifyRequest, ahead: boolean): Context => {
      const { id: requestId, log, caller, allowance, visit, written } = request;
      const from = visit === undefined ? { reaches, pipeline: ahead ? pipeline : undefined } : { reaches: visit.reaches, pipeline: ahead ? visit : undefined, standby: visit };
      return (request.graphql ??= createContext({ caller: caller!, allowance, pool: db.pool, orm: db.orm, commands, ids, now: now(), requestId, log, onStatement, written, ...from }));
    };
    const close = (request: FastifyRequest): void => {
      void request.graphql?.reads.release();
      delete request.graphql;
    };
    const apolloAnswers = fastifyApolloHandler(apollo, { context: async (request) => open(request, false) });
    const answerOnce = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
      (await known.answer(request, reply, { open: () => open(request, true), close: () => close(request) })) ?? apolloAnswers.call(scope, request, reply);
    const answer = replicas === undefined ? answerOnce : async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      request.written = new Written();
      request.visit = mayWrite(request) ? undefined : replicas.choose(positionOf(request, ids));
      const { visit } = request;
      if (visit !== undefined) {
        const before = reply.getHeaders();
        try {
          const given = await answerOnce(request, reply);
          if (!visit.hasFailed) onReplica?.();
          if (!visit.hasFailed || reply.sent || reply.raw.destroyed) return given;
        } catch (error) {
          if (!visit.hasFailed) throw error;
        }
        // Nothing of it is told: the primary is asked the whole again.
        for (const name of Object.keys(reply.getHeaders())) if (!(name in before)) reply.removeHeader(name);
        void reply.code(200);
        request.visit = undefined;
        close(request);
      }
      const given = await answerOnce(request, reply);
      tellPosition(reply, request.written, ids, replicaLagSeconds);
      return given;
    };
    const admit = async (request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<void> => {
      const { headers, refusal } = (request.allowance = await allowances.admit(caller, request.ip));
      // What one caller may read, no cache keeps for another.
      reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store', ...headers });
      if (refusal !== undefined) throw refusal;
    };
    // Before the body is read: a caller who may ask nothing need not be listened to.
    const identify = async (header: string | undefined, refused: () => Promise<unknown>): Promise<Caller> => {
      try {
        return await authenticate(header);
      } catch (error) {
        // Who guesses at credentials uses up what the address may ask without one.
        if (error instanceof Unauthenticated) await refused();
        throw error;
      }
    };
    const enter = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      request.caller = await identify(authorizationOf(request), () => admit(request, reply, ANONYMOUS));
      await admit(request, reply, request.caller);
    };
    const breakOff = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const late = new TimedOut();
      if (request.written !== undefined) tellPosition(reply, request.written, ids, replicaLagSeconds);
      refuse(request, reply.code(503), late);
      void request.graphql?.reads.abort(late);
      return reply;
    };

    scope.route({
      method: ['GET', 'POST', 'OPTIONS'],
      url: '/graphql',
      bodyLimit: MOST_BODY_BYTES,
      onRequest: enter,
      handler: withDeadline(answer, mostAnswerMs, breakOff),
    });

    registerLive(scope, {
      schema, meter, pool: db.pool, now, mostAnswerMs, corsOrigins, settings: options.live, authenticate,
      identify: (header, address) => identify(header, () => allowances.admit(ANONYMOUS, address)),
      headerOf: authorizationOf,
      admit: enter,
      count: async (caller, address) => {
        const allowance = await allowances.admit(caller, address);
        if (allowance.refusal !== undefined) throw allowance.refusal;
        return allowance;
      },
      contextOf: ({ caller, allowance, requestId, log }, live) => createContext({ caller, allowance, pool: db.pool, orm: db.orm, commands, ids, now: now(), requestId, log, onStatement, live }),
    });

    const sdl = printSdl(schema);
    scope.get('/schema.graphql', (_request, reply) => reply.type('text/plain; charset=utf-8').send(sdl));
  });
}

function createApollo(schema: GraphQLSchema, plugins: readonly ApolloServerPlugin<Context>[]): ApolloServer<Context> {
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
    validationRules: [...documentRules],
    parseOptions: { maxTokens: DOCUMENT_LIMITS.tokens },
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), requestEnd, noSubscriptions, ...plugins],
  });
}

/** A subscription answers more than once, which a request to /graphql cannot. */
const noSubscriptions: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (operation?.operation !== 'subscription') return;
        throw new GraphQLError('Subscriptions are answered at /graphql/stream (server-sent events), and by WebSocket at /graphql.', {
          extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
        });
      },
    };
  },
};

/** Logs what the caller is not told, and ends the request's snapshot before its answer is sent. */
const requestEnd: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue }) {
        logFailures(errors, contextValue);
      },
      async willSendResponse({ contextValue, response }) {
        if (response.body.kind === 'single') keepWhole(response.body.singleResult);
        void contextValue.reads.release();
      },
    };
  },
};

/** Whether a document may hold a mutation, for which the word has to stand in it; so does that of one that cannot be told. */
function mayWrite({ method, body, query }: FastifyRequest): boolean {
  const { query: source } = ((method === 'GET' ? query : body) ?? {}) as { query?: unknown };
  return typeof source !== 'string' || source.includes('mutation');
}

/** Every Authorization header of the request: Node keeps the first alone, and a proxy in front may have looked at another. */
function authorizationOf({ raw: { rawHeaders } }: FastifyRequest): string | undefined {
  const values = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === 'authorization');
  return values.length === 0 ? undefined : values.join(', ');
}

/** Answers in the form of GraphQL what GraphQL does not answer. */
function refuse({ allowance }: FastifyRequest, reply: FastifyReply, { message, extensions }: ApiError): FastifyReply {
  return reply.send({ errors: [{ message, extensions }], ...(allowance ? { extensions: { cost: allowance.cost } } : {}) });
}

/** Requests that do not reach GraphQL, such as bodies that are no JSON, are answered in its form too. */
function answerUnreadable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof RateLimited) return void refuse(request, reply.code(429).header('retry-after', error.seconds), error);
  if (error instanceof Unauthenticated || error instanceof CannotTell) return answerUnknownCaller(error, request, reply);
  const status = error.statusCode ?? 500;
  if (error instanceof ApiError) return void refuse(request, reply.code(status), error);
  const known = status >= 400 && status < 500;
  if (!known) request.log.error({ err: error }, 'a request failed');
  const message = known ? error.message : 'Something went wrong on the server. The request id finds it in the log.';
  const extensions = known ? { code: 'BAD_REQUEST' } : { code: 'INTERNAL_SERVER_ERROR', requestId: request.id };
  void reply.code(status).send({ errors: [{ message, extensions }] });
}

function answerUnknownCaller(error: Unauthenticated | CannotTell, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof Unauthenticated) {
    request.log.warn({ reason: error.reason }, 'a credential was refused');
    void reply.code(401).header('www-authenticate', 'Bearer');
  } else {
    request.log.error({ err: error.cause }, 'credentials cannot be checked');
    void reply.code(503).header('retry-after', '5');
  }
  void reply.send({ errors: [{ message: error.message, extensions: error.extensions }] });
}
