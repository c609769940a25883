import { Page, parsePage, type Order, type PageArgs } from '../connections.js';
import { BadUserInput } from '../errors.js';
import type { Reads } from './reads.js';

const LONGEST_SEARCH = 100;

/** Takes the values of a list's conditions; each call gives the SQL that stands for the value. */
export type Bind = (value: unknown, type: string) => string;

/** A list in some order: what a row is, where it comes from, and which rows belong to it. */
export interface Listing<Row> {
  readonly columns: string;
  readonly source: string;
  /** Conditions that the list always has. */
  readonly within: readonly string[];
  /** Conditions of the caller's choice: texts that have any are too many to keep prepared. */
  readonly where: readonly string[];
  readonly order: Order<Row>;
}

/**
 * A page of a list that hangs on a thing, such as the children of a unit. Lists of one shape asked for in one tick are
 * one statement, whatever their owners, dates, cursors and page sizes.
 */
export async function nestedPage<Row extends object>(reads: Reads, args: PageArgs, describe: (bind: Bind) => Listing<Row>): Promise<Page<Row>> {
  const { values, types, bind } = keyedValues();
  const listing = describe(bind);
  const owned = values.length;
  const request = parsePage(args, listing.order, reads.ids);
  const conditions = [...listing.within, ...listing.where];
  const prepared = listing.where.length === 0;

  const count = async (): Promise<number> => {
    const body = `select count(*)::int as count ${listing.source} ${where(conditions)}`;
    const row = await reads.row<{ count: number }>({ types: types.slice(0, owned), body, prepared }, values.slice(0, owned));
    return row!.count;
  };

  const after = listing.order.keys.map((key, i) => bind(request.after?.[i] ?? null, key.type));
  const limit = bind(request.first + 1, 'int');
  const beyond = `(${after[0]} is null or ${following(listing.order, after)})`;
  const body = `select ${listing.columns} ${listing.source} ${where([...conditions, beyond])} order by ${orderBy(listing.order)} limit ${limit}`;
  const rows = await reads.rows<Row>({ types: [...types], body, prepared }, values);
  return new Page(rows, request, listing.order, reads.ids, count);
}

/** A page of a list that hangs on nothing: a statement of its own, planned for its values. */
export async function rootPage<Row extends object>(reads: Reads, args: PageArgs, describe: (bind: Bind) => Listing<Row>): Promise<Page<Row>> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(storable(value))}::${type}`;
  const listing = describe(bind);
  const request = parsePage(args, listing.order, reads.ids);
  const conditions = [...listing.within, ...listing.where];
  // What the list holds, before the cursor says from where on.
  const [owned, ownConditions] = [values.slice(), where(conditions)];

  const count = async (): Promise<number> => {
    const [row] = await reads.query<{ count: number }>(`select count(*)::int as count ${listing.source} ${ownConditions}`, owned);
    return row!.count;
  };

  const { order } = listing;
  if (request.after !== null) conditions.push(following(order, order.keys.map((key, i) => bind(request.after![i], key.type))));
  const limit = bind(request.first + 1, 'int');
  const text = `select ${listing.columns} ${listing.source} ${where(conditions)} order by ${orderBy(order)} limit ${limit}`;
  return new Page(await reads.query<Row>(text, values), request, order, reads.ids, count);
}

/** The values of a keyed query whose conditions vary, and their types. */
export function keyedValues() {
  const values: unknown[] = [];
  const types: string[] = [];
  const bind: Bind = (value, type) => {
    types.push(type);
    return `k.p${values.push(storable(value)) - 1}`;
  };
  return { values, types, bind };
}

/** The database knows no null character: a text with one is a text that occurs nowhere. */
const storable = (value: unknown): unknown => (typeof value === 'string' ? value.replaceAll('\0', ' ') : value);

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
}

function following(order: Order<never>, after: readonly string[]): string {
  return `(${order.keys.map(({ sql }) => sql).join(', ')}) ${order.descending ? '<' : '>'} (${after.join(', ')})`;
}

function orderBy(order: Order<never>): string {
  return order.keys.map(({ sql }) => (order.descending ? `${sql} desc` : sql)).join(', ');
}

/**
 * The words of a search, each as a condition on a column of folded text. An empty search asks for nothing; one without a
 * letter or digit finds nothing.
 */
export function searchConditions(column: string, search: string | null | undefined, bind: Bind): string[] {
  const words = searchWords(search);
  if (words.length === 0) return [];
  // Folded, words are letters and digits: nothing of them means anything to LIKE.
  const found = words.map((word) => `${column} like '%' || search_words(${bind(word, 'text')}) || '%'`);
  return words.some((word) => /[a-z0-9]/i.test(word)) ? found : [...found, `search_words(${bind(words.join(' '), 'text')}) <> ''`];
}

function searchWords(search: string | null | undefined): string[] {
  const text = (search ?? '').replaceAll('\0', ' ');
  if (text.length > LONGEST_SEARCH) throw new BadUserInput('where.search', `where.search takes at most ${LONGEST_SEARCH} characters.`);
  const words = text.split(/\s+/).filter((word) => word !== '');
  return [...new Set(words)];
}
