import { createHash } from 'node:crypto';
import { isShared } from './access/shared-answers.rules.js';
import type { PulseReader } from './access/pulse.service.js';
import type { Reaches } from './access/reach.service.js';
import type { Context } from './context.js';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { ByteCache } from './shared/byte-cache.js';

/** An answer without what it cost. */
export interface KeptAnswer {
  /** `{"data":…`, without the brace that ends it. */
  readonly bytes: Buffer;
  /** Of these bytes, as an HTTP header has it. */
  readonly etag: string;
  /** What was committed when it was read. */
  readonly moment: string;
}

/**
 * Answers that were given, as bytes, by document, variables, day and what the caller's grants reach. Each time one is to be
 * given again the database is asked whether anything has been committed since: if so it is none.
 */
export class AnswerCache {
  readonly #schema: GraphQLSchema;
  readonly #reaches: Reaches;
  readonly #pulse: PulseReader;
  readonly #kept: ByteCache<KeptAnswer>;
  readonly #names = new WeakMap<DocumentNode, number | null>();
  #lastName = 0;

  /** `limit`: how many bytes it may take; 0: nothing is kept. */
  constructor(schema: GraphQLSchema, reaches: Reaches, pulse: PulseReader, limit: number) {
    this.#schema = schema;
    this.#reaches = reaches;
    this.#pulse = pulse;
    this.#kept = new ByteCache(limit);
  }

  /** In which life of the database a request begins. */
  get life(): number {
    return this.#pulse.life;
  }

  /** Under which name an answer is kept that was read in `life`; undefined: it is not. */
  nameOf(life: number, document: DocumentNode, operationName: string | null | undefined, variables: object, { caller, today }: Context): string | undefined {
    if (this.#kept.limit === 0 || caller.principal === null) return undefined;
    const of = this.#nameOf(document);
    const reach = this.#reaches.of(caller.principal, today);
    return of === null || reach === undefined ? undefined : `${life} ${of} ${operationName ?? ''} ${reach.id} ${today} ${JSON.stringify(variables)}`;
  }

  /** What was answered before, if nothing at all has been committed since. */
  async find(name: string): Promise<KeptAnswer | undefined> {
    const kept = this.#kept.get(name);
    if (kept === undefined) return undefined;
    const { version: known } = this.#reaches;
    const { life } = this;
    // Why the database does not say, reading will tell.
    const now = await this.#pulse.read().catch(() => undefined);
    // The name holds for the reach that was known when it was made.
    return now?.version === known && now?.moment === kept.moment && life === this.life ? kept : undefined;
  }

  /** `name`: as it was before the answer was worked out. What was read at no moment that has a name is not kept. */
  keep(name: string, moment: string | null, data: unknown): KeptAnswer {
    const bytes = Buffer.from(`{"data":${JSON.stringify(data)}`);
    const kept = { bytes, etag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`, moment: moment ?? '' };
    if (moment !== null) this.#kept.set(name, kept);
    return kept;
  }

  #nameOf(document: DocumentNode): number | null {
    let name = this.#names.get(document);
    if (name === undefined) this.#names.set(document, (name = isShared(this.#schema, document) ? (this.#lastName += 1) : null));
    return name;
  }
}
