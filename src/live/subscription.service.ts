import {
  createSourceEventStream, execute, locatedError, getOperationAST, getVariableValues, GraphQLError, Kind, parse, specifiedRules, validate,
  type DocumentNode, type ExecutionArgs, type ExecutionResult, type FieldNode, type GraphQLFormattedError, type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql';
import type { FastifyBaseLogger } from 'fastify';
import { networkOf, type Allowance } from '../access/allowance.service.js';
import type { Caller } from '../access/caller.js';
import type { CostMeter } from '../access/cost.service.js';
import { documentRules } from '../access/document.rules.js';
import { DOCUMENT_LIMITS } from '../access/limits.js';
import { Unauthenticated } from '../access/refusals.js';
import type { Context } from '../context.js';
import { formatError, isExpected, TimedOut } from '../shared/errors.js';
import { StreamOver, type Hub } from './hub.service.js';
import { LiveSession, type LiveEvent } from './session.service.js';

/** What a client asks for. */
export interface Wanted {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** Who asks, and how. */
export interface Subscriber {
  readonly caller: Caller;
  readonly address: string;
  readonly requestId: string;
  readonly log: FastifyBaseLogger;
  readonly allowance: Allowance;
  /** Says anew who comes with the credential; throws where it is taken no more. */
  readonly identify: () => Promise<Caller>;
  /** Resolves when the client has taken what was sent before. */
  readonly taken: () => Promise<void>;
}

export interface SubscriptionsOptions {
  readonly schema: GraphQLSchema;
  readonly meter: CostMeter;
  readonly hub: Hub;
  readonly now: () => Date;
  readonly mostAnswerMs: number;
  readonly contextOf: (subscriber: Subscriber, live: LiveSession | undefined) => Context;
}

/** What was asked for cannot be begun, or not gone on with; as the client is told. */
export class Refused extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super('A subscription was refused');
  }
}

/** A subscription that may be begun. */
interface Read {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The one that is asked of the root. */
  readonly field: FieldNode;
  readonly variables: Record<string, unknown>;
}

/** The longest that a timer can wait. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Begins subscriptions, on whatever way they come: each is charged and guarded like a query, and each event is. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #running = new Set<AbortController>();
  #closed = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** The answers to a subscription; throws Refused, as the answers do where it cannot go on. */
  async open(subscriber: Subscriber, wanted: Wanted): Promise<AsyncGenerator<ExecutionResult>> {
    const controller = new AbortController();
    const { signal } = controller;
    const ends: (() => void)[] = [];
    const end = (): void => {
      controller.abort(new StreamOver());
      for (const one of ends.splice(0)) one();
      this.#running.delete(controller);
    };
    this.#running.add(controller);
    try {
      if (this.#closed) throw new StreamOver();
      const { document, operation, variables, field } = this.#read(wanted);
      const { allowance, caller, address } = subscriber;
      const { schema, meter, hub, contextOf } = this.#options;
      const points = meter.of(document, operation, variables);
      await allowance.spend(points);
      ends.push(hub.enter(caller.principal ?? networkOf(address)));
      const session = new LiveSession({
        hub, signal, allowance, points, taken: subscriber.taken,
        contextNow: async () => contextOf({ ...subscriber, caller: await sameCaller(subscriber) }, undefined),
      });
      const context = contextOf(subscriber, session);
      const args = { schema, document, operationName: wanted.operationName, variableValues: variables };
      let source: AsyncIterable<unknown> | ExecutionResult;
      try {
        source = await createSourceEventStream({ ...args, contextValue: context });
      } finally {
        void context.reads.release();
      }
      if (!(Symbol.asyncIterator in source)) throw refusal(source.errors ?? [], subscriber);
      ends.push(this.#endWithToken(caller, controller));
      return returning(this.#answers(source as AsyncIterable<LiveEvent>, { ...args, field }, subscriber, signal, end), end);
    } catch (error) {
      end();
      throw error instanceof Refused || error instanceof StreamOver ? error : refusal([error], subscriber);
    }
  }

  /** Ends all that runs, without a word: clients come back to a server that goes on. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#running) controller.abort(new StreamOver());
  }

  async *#answers(
    source: AsyncIterable<LiveEvent>,
    { field, ...args }: Omit<ExecutionArgs, 'rootValue' | 'contextValue'> & { field: FieldNode },
    subscriber: Subscriber,
    signal: AbortSignal,
    end: () => void,
  ): AsyncGenerator<ExecutionResult> {
    try {
      for await (const { value, context, done } of source) {
        const late = setTimeout(() => void context.reads.abort(new TimedOut()), this.#options.mostAnswerMs);
        let result: ExecutionResult;
        try {
          result = await execute({ ...args, rootValue: value, contextValue: context });
        } finally {
          clearTimeout(late);
          done();
        }
        signal.throwIfAborted();
        yield told(result, subscriber);
      }
    } catch (error) {
      if (error instanceof StreamOver) return;
      // As it would have been at the beginning.
      throw refusal([error instanceof Unauthenticated ? error : locatedError(error, field, [(field.alias ?? field.name).value])], subscriber);
    } finally {
      end();
    }
  }

  /** A document of one subscription that the rules let through. */
  #read({ query, operationName, variables }: Wanted): Read {
    const { schema } = this.#options;
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: DOCUMENT_LIMITS.tokens });
    } catch (error) {
      throw error instanceof GraphQLError ? coded(error, 'GRAPHQL_PARSE_FAILED') : error;
    }
    const faults = validate(schema, document, [...specifiedRules, ...documentRules]);
    const [fault] = faults;
    if (fault !== undefined) throw coded(fault, 'GRAPHQL_VALIDATION_FAILED');
    const operation = getOperationAST(document, operationName);
    if (operation == null) throw refused('There is no operation of this name, or several and no name.');
    if (operation.operation !== 'subscription') throw refused('Subscriptions alone are answered here; queries and mutations at /graphql.');
    const field = fieldOf(document, operation.selectionSet);
    if (field === undefined) throw refused('The field of a subscription takes neither @skip nor @include.');
    const { errors: [misfit] = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 1 });
    if (misfit !== undefined) throw coded(misfit, 'BAD_USER_INPUT');
    return { document, operation, field, variables: variables ?? {} };
  }

  #endWithToken({ expiresAt }: Caller, controller: AbortController): () => void {
    if (expiresAt === undefined) return () => {};
    const left = expiresAt.getTime() - this.#options.now().getTime();
    const timer = setTimeout(() => controller.abort(new Unauthenticated('the token has expired')), Math.min(Math.max(left, 0), LONGEST_TIMER));
    timer.unref();
    return () => clearTimeout(timer);
  }
}

/** A generator whose end does not wait for what it is waiting for. */
function returning<T>(answers: AsyncGenerator<T>, end: () => void): AsyncGenerator<T> {
  const finish = answers.return.bind(answers);
  answers.return = (value) => {
    end();
    return finish(value);
  };
  return answers;
}

async function sameCaller({ caller, identify }: Subscriber): Promise<Caller> {
  const now = await identify();
  if (now.principal !== caller.principal || now.class !== caller.class) throw new Unauthenticated('the credential is now another’s');
  return now;
}

const refused = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });

function coded(error: GraphQLError, code: string): GraphQLError {
  error.extensions['code'] ??= code;
  return error;
}

/** The field that is asked of the root; undefined where it may be left out: then there is nothing to subscribe to. */
function fieldOf(document: DocumentNode, { selections }: SelectionSetNode): FieldNode | undefined {
  const found = selections.map((selection): FieldNode | undefined => {
    if (selection.directives !== undefined && selection.directives.length > 0) return undefined;
    if (selection.kind === Kind.FIELD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldOf(document, selection.selectionSet);
    const fragment = document.definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value);
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? fieldOf(document, fragment.selectionSet) : undefined;
  });
  return found.includes(undefined) ? undefined : found[0];
}

type Telling = Pick<Subscriber, 'log' | 'requestId'>;

/** What happened, as the client is told. */
export function refusal(errors: readonly unknown[], subscriber: Telling): Refused {
  return new Refused(errors.map((error) => formatted(error, subscriber)));
}

/** As the caller is told of it; the log has what they are not told. */
function formatted(thrown: unknown, { log, requestId }: Telling): GraphQLFormattedError {
  const error = thrown instanceof GraphQLError ? thrown : new GraphQLError('A subscription failed', { originalError: thrown instanceof Error ? thrown : new Error(String(thrown)) });
  if (!isExpected(error)) {
    error.extensions['requestId'] = requestId;
    log.error({ err: error.originalError ?? error, path: error.path?.join('.') }, 'a subscription failed');
  }
  if (error instanceof Unauthenticated) log.warn({ reason: error.reason }, 'a subscription ends: its credential was refused');
  return formatError(error.toJSON(), error);
}

/** An answer as it is sent. */
function told({ data, errors }: ExecutionResult, subscriber: Subscriber): ExecutionResult {
  const extensions = { cost: subscriber.allowance.cost };
  if (errors === undefined) return { data: data ?? null, extensions };
  const list = errors.map((error) => formatted(error, subscriber));
  const tooLarge = list.find((error) => error.extensions?.['code'] === 'QUERY_TOO_LARGE');
  // A part of an answer that is too large is none.
  const [shown, all] = tooLarge === undefined ? [data ?? null, list] : [null, [tooLarge]];
  return { data: shown, errors: all as unknown as GraphQLError[], extensions };
}
