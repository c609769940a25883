import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { getOperationAST, parse, specifiedRules, validate, type DocumentNode, type ExecutionResult, type GraphQLFormattedError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { AnswerCache, KeptAnswer } from './answer-cache.js';
import { keepWhole, logFailures } from './answer.rules.js';
import type { Cost } from './access/allowance.service.js';
import type { CostMeter } from './access/cost.service.js';
import { documentRules } from './access/document.rules.js';
import { DOCUMENT_LIMITS } from './access/limits.js';
import type { Context } from './context.js';
import { ApiError, formatError } from './shared/errors.js';
import { AnsweredOtherwise, compile, type CompiledQuery } from './shared/graphql/compiled.js';
import { Lru } from './shared/lru.js';

/** How many documents are known at most; compiled, a page takes some ten kilobytes, and what is as large as may be nearly a megabyte. */
const MOST_KNOWN = 200;
/** A longer document is left to Apollo Server each time. */
const LONGEST_KNOWN = 20_000;

interface Known {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  sightings: number;
  /** Compiled when first answered here; null: it cannot be. */
  compiled: CompiledQuery<Context> | null | undefined;
}

export interface KnownDocumentsOptions {
  /** How often a document is seen before it is answered here: 2 unless given. At the first sighting nobody has checked it: that takes a check. */
  readonly from?: number | undefined;
  /** Hears why a query that was run is left to Apollo Server all the same. */
  readonly onRedone?: ((why: string, requestId: string) => void) | undefined;
}

/** Makes a request's context, and ends one that did not answer. */
interface Contexts {
  open(): Context;
  close(context: Context): void;
}

interface Body {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

/**
 * Documents that Apollo Server has read, checked and answered before. They are answered here, compiled, with nothing of
 * that done anew. Whatever is not plain about a request or its answer is left to Apollo Server, which says it better.
 */
export class KnownDocuments {
  readonly #schema: GraphQLSchema;
  readonly #meter: CostMeter;
  readonly #answers: AnswerCache;
  readonly #from: number;
  readonly #onRedone: (why: string, requestId: string) => void;
  readonly #known = new Lru<string, Known>(MOST_KNOWN);

  constructor(schema: GraphQLSchema, meter: CostMeter, answers: AnswerCache, { from = 2, onRedone = () => {} }: KnownDocumentsOptions = {}) {
    this.#schema = schema;
    this.#meter = meter;
    this.#answers = answers;
    this.#from = from;
    this.#onRedone = onRedone;
  }

  /** Gets to know what Apollo Server lets pass. */
  readonly plugin: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ source, document, operation, request }) => {
        if (source.length > LONGEST_KNOWN || operation?.operation !== 'query') return;
        this.#remember(keyOf(source, request.operationName), document, operation);
      },
    }),
  };

  async #run(query: CompiledQuery<Context>, context: Context, variables: Readonly<Record<string, unknown>>): Promise<ExecutionResult | undefined> {
    try {
      return await query(context, variables);
    } catch (error) {
      if (!(error instanceof AnsweredOtherwise)) throw error;
      this.#onRedone(error.message, context.requestId);
      return undefined;
    }
  }

  #remember(key: string, document: DocumentNode, operation: OperationDefinitionNode): Known {
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = { document, operation, sightings: 1, compiled: undefined }));
    return known;
  }

  /** A document that was checked before; undefined: it is Apollo Server's. */
  #find({ query, operationName }: Body): Known | undefined {
    const key = keyOf(query, operationName);
    const known = this.#known.get(key);
    if (known === undefined) return this.#from === 1 ? this.#check(key, query, operationName) : undefined;
    known.sightings += 1;
    return known.sightings >= this.#from ? known : undefined;
  }

  #check(key: string, query: string, operationName: string | null | undefined): Known | undefined {
    try {
      const document = parse(query, { maxTokens: DOCUMENT_LIMITS.tokens });
      const operation = getOperationAST(document, operationName);
      const isGood = operation?.operation === 'query' && validate(this.#schema, document, [...specifiedRules, ...documentRules]).length === 0;
      return isGood ? this.#remember(key, document, operation) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Answers a request, in a context of `open`; undefined where Apollo Server is to answer it. */
  async answer(request: FastifyRequest, reply: FastifyReply, { open, close }: Contexts): Promise<string | Buffer | undefined> {
    const body = plainBody(request);
    if (body === undefined) return undefined;
    const known = this.#find(body);
    if (known === undefined || known.compiled === null) return undefined;

    const variables = body.variables ?? {};
    const context = open();
    try {
      await context.allowance?.spend(this.#meter.of(known.document, known.operation, variables));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // A refusal has a status and headers of its own.
      close(context);
      return undefined;
    }
    // Which takes time, and so is paid for before.
    known.compiled ??= compile<Context>(this.#schema, known.document, known.operation) ?? null;
    if (known.compiled === null) {
      close(context);
      return undefined;
    }
    const { life } = this.#answers;
    const name = this.#answers.nameOf(life, known.document, body.operationName, variables, context);
    const kept = name === undefined ? undefined : await this.#answers.find(name);
    if (kept !== undefined) return give(request, reply, kept, context);

    const result = await this.#run(known.compiled, context, variables);
    if (result === undefined) {
      close(context);
      return undefined;
    }
    const { moment } = context.reads;
    void context.reads.release();
    if (result.errors === undefined) {
      // Of a caller who was not known, more is known by now.
      const later = name ?? this.#answers.nameOf(life, known.document, body.operationName, variables, context);
      if (later !== undefined) return give(request, reply, this.#answers.keep(later, moment, result.data), context);
    }
    const answer = { ...errorsOf(result, context), data: result.data, ...costOf(context) };
    if (answer.errors !== undefined) keepWhole(answer);
    void reply.type(JSON_TYPE);
    return `${JSON.stringify(answer)}\n`;
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

const costOf = ({ allowance }: Context): { extensions?: { cost: Cost } } => (allowance?.cost === undefined ? {} : { extensions: { cost: allowance.cost } });

/** An answer as bytes, with what it costs this caller; 304 where a reader by GET has it already. */
function give({ method, headers }: FastifyRequest, reply: FastifyReply, { bytes, etag }: KeptAnswer, context: Context): string | Buffer {
  void reply.header('etag', etag).type(JSON_TYPE);
  if (method === 'GET') {
    // Whoever keeps it asks again before showing it, and shows it to nobody else.
    void reply.headers({ 'cache-control': 'private, no-cache', vary: [reply.getHeader('vary'), 'authorization, accept'].filter((names) => names !== undefined).join(', ') });
    const has = headers['if-none-match']?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag.slice(2)) === true;
    if (has) {
      void reply.code(304);
      return '';
    }
  }
  const { extensions } = costOf(context);
  const end = extensions === undefined ? '}\n' : `,"extensions":${JSON.stringify(extensions)}}\n`;
  return Buffer.concat([bytes, Buffer.from(end)]);
}

function errorsOf({ errors }: ExecutionResult, context: Context): { errors?: GraphQLFormattedError[] } {
  if (errors === undefined || errors.length === 0) return {};
  logFailures(errors, context);
  return { errors: errors.map((error) => formatError(error.toJSON(), error)) };
}

function keyOf(source: string, operationName: string | null | undefined): string {
  return `${operationName ?? ''}\n${source}`;
}

const BODY_KEYS: ReadonlySet<string> = new Set(['query', 'variables', 'operationName']);

/** What a request asks that asks in the plain way: for JSON, by POST, or by GET of a page that no other site can have made. */
function plainBody({ method, headers, body, query: given }: FastifyRequest): Body | undefined {
  const { accept = '*/*', 'content-type': type = '' } = headers;
  if (!/^(\*\/\*|application\/json)$/.test(accept)) return undefined;
  const isJson = /^application\/json(; ?charset=utf-8)?$/i.test(type);
  if (method === 'POST') return isJson ? bodyOf(body) : undefined;
  const isPreflighted = isJson || ['apollo-require-preflight', 'x-apollo-operation-name'].some((name) => typeof headers[name] === 'string' && headers[name] !== '');
  if (method !== 'GET' || !isPreflighted) return undefined;
  const { variables, ...rest } = given as Record<string, unknown>;
  try {
    return bodyOf({ ...rest, ...(typeof variables === 'string' ? { variables: JSON.parse(variables) as unknown } : {}) });
  } catch {
    return undefined;
  }
}

function bodyOf(body: unknown): Body | undefined {
  if (typeof body !== 'object' || body === null || !Object.keys(body).every((key) => BODY_KEYS.has(key))) return undefined;
  const { query, variables, operationName } = body as Record<string, unknown>;
  const isPlain = typeof query === 'string' && (variables == null || (typeof variables === 'object' && !Array.isArray(variables))) && (operationName == null || typeof operationName === 'string');
  return isPlain ? (body as Body) : undefined;
}
