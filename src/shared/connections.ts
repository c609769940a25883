import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { BadUserInput } from './errors.js';
import type { RowIds } from './row-ids.js';

export const DEFAULT_PAGE = 20;
export const LARGEST_PAGE = 100;

/** The arguments of every connection. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many at most: 0 to ${LARGEST_PAGE}, ${DEFAULT_PAGE} unless given. Anything else is BAD_USER_INPUT.`,
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Only what comes after this cursor, an `endCursor` or an edge’s `cursor` of the same list in the same order. Any other text is BAD_USER_INPUT.',
  })
  after?: string | null;
}

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follows after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether this page was asked for after a cursor, so that there is something before it.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first node of the page; null where the page is empty.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last node of the page, to be given as `after` for the next; null where the page is empty.',
  })
  endCursor!: string | null;
}

/** One part of an order, ascending or descending as the whole order is. */
export interface SortKey<Row> {
  readonly sql: string;
  /** PostgreSQL type of the value that a cursor carries. */
  readonly type: 'text' | 'date' | 'bigint';
  readonly of: (row: Row) => string;
}

/** An order that is total: its last key is unique. */
export interface Order<Row> {
  /** Stands in the cursors, so that a cursor of another order is told apart. */
  readonly name: string;
  readonly descending?: boolean;
  readonly keys: readonly SortKey<Row>[];
}

/** One page of a list, as the fields of a connection read it; the rows are one more than `first` where more follows. */
export class Page<Row> {
  readonly nodes: readonly Row[];
  readonly #rows: readonly Row[];
  readonly #order: Order<Row>;
  readonly #after: boolean;
  readonly #ids: RowIds;
  readonly #count: () => Promise<number>;

  constructor(rows: readonly Row[], request: PageRequest, order: Order<Row>, ids: RowIds, count: () => Promise<number>) {
    this.nodes = rows.slice(0, request.first);
    this.#rows = rows;
    this.#order = order;
    this.#after = request.after !== null;
    this.#ids = ids;
    this.#count = count;
  }

  get edges(): { node: Row; cursor: string }[] {
    return this.nodes.map((node) => ({ node, cursor: this.#cursor(node) }));
  }

  get pageInfo(): PageInfo {
    const [first, last] = [this.nodes[0], this.nodes.at(-1)];
    return {
      hasNextPage: this.#rows.length > this.nodes.length,
      hasPreviousPage: this.#after,
      startCursor: first === undefined ? null : this.#cursor(first),
      endCursor: last === undefined ? null : this.#cursor(last),
    };
  }

  /** A statement of its own, sent when the field is asked for. */
  totalCount(): Promise<number> {
    return this.#count();
  }

  #cursor(row: Row): string {
    const { name, keys } = this.#order;
    const values = keys.map(({ type, of }) => (type === 'bigint' ? this.#ids.seal(sealOf(name), of(row)) : of(row)));
    return Buffer.from(JSON.stringify([name, ...values])).toString('base64url');
  }
}

/** Row numbers stand in a cursor as they do in ids, and belong to its order. */
function sealOf(order: string): string {
  return `cursor ${order}`;
}

/** A page as asked for, checked. */
export interface PageRequest {
  readonly first: number;
  /** Values of the order's keys after which the page begins. */
  readonly after: readonly string[] | null;
}

export function parsePage<Row>({ first, after }: PageArgs, order: Order<Row>, ids: RowIds): PageRequest {
  const size = first ?? DEFAULT_PAGE;
  if (size < 0 || size > LARGEST_PAGE) throw new BadUserInput('first', `first must be from 0 to ${LARGEST_PAGE}.`);
  return { first: size, after: after === undefined || after === null ? null : parseCursor(after, order, ids) };
}

function parseCursor<Row>(cursor: string, order: Order<Row>, ids: RowIds): string[] {
  const [name, ...values] = decode(cursor);
  const keys = values.map((value, i) => (order.keys[i]?.type === 'bigint' && typeof value === 'string' ? ids.open(value, [sealOf(order.name)])?.number : value));
  const fits = name === order.name && keys.length === order.keys.length && keys.every((key, i) => couldBe(key, order.keys[i]!.type));
  if (!fits) throw new BadUserInput('after', 'after is no cursor of this list in this order.');
  return keys as string[];
}

function decode(cursor: string): unknown[] {
  try {
    const text = Buffer.from(cursor, 'base64url').toString();
    const value: unknown = Buffer.from(text).toString('base64url') === cursor ? JSON.parse(text) : undefined;
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function couldBe(key: unknown, type: SortKey<never>['type']): boolean {
  if (typeof key !== 'string' || key.includes('\0')) return false;
  if (type === 'date') return /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(key) && !Number.isNaN(Date.parse(key)) && new Date(key).toISOString().startsWith(key);
  return true;
}

/** Declares `<Name>Edge` and `<Name>Connection`; `things` says in the plural what is listed. */
export function connectionOf<T extends object>(node: () => ClassType<T>, name: string, things: string): ClassType<object> {
  @ObjectType(`${name}Edge`, { description: `One of ${things}, with its place in the list.` })
  class Edge {
    @Field(node, { description: 'The thing itself.' })
    node!: T;

    @Field(() => String, { description: 'Opaque place in the list, to be given as `after`. It stays good when the list changes.' })
    cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${things}.` })
  class Connection {
    @Field(() => [Edge], { description: 'The page, each with its cursor.' })
    edges!: Edge[];

    @Field(() => [node()], { description: 'The page, without cursors.' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'How many there are in the whole list, whatever the page. Counted only when asked for.' })
    totalCount!: number;
  }
  return Connection;
}
