/** Lists as pages, with cursors of the oracle's own; the comparison pairs them with the server's. */
import { GraphQLError } from 'graphql';
import { wordsOf } from '../../search/brute-force.js';
import type { Day, Position } from './world.js';

export const CURSOR = 'cursor!';

export class Refused extends GraphQLError {
  constructor(code: string) {
    super(code, { extensions: { code } });
  }
}
export class BadUserInput extends Refused {
  constructor() {
    super('BAD_USER_INPUT');
  }
}

/** An order that is total. A cursor holds the keys of its row, so that it stays good when the list changes. */
export interface Order<Row> {
  name: string;
  keys(row: Row): (string | number)[];
  descending?: boolean;
  /** Compares first keys that are names. */
  compare?: (a: string, b: string) => number;
}

export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

export function page<Row>(rows: readonly Row[], { first, after }: PageArgs, order: Order<Row>): object {
  const size = first ?? 20;
  if (size < 0 || size > 100) throw new BadUserInput();
  const start = after == null ? null : keysOf(after, order);
  const listed = inOrder(rows, order);
  const beyond = start === null ? listed : listed.filter((row) => compareKeys(order.keys(row), start, order) > 0);
  const nodes = beyond.slice(0, size);
  const cursor = (row: Row | undefined): string | null => (row === undefined ? null : CURSOR + JSON.stringify([order.name, ...order.keys(row)]));
  return {
    edges: nodes.map((node) => ({ node, cursor: cursor(node) })),
    nodes,
    totalCount: rows.length,
    pageInfo: { hasNextPage: beyond.length > nodes.length, hasPreviousPage: after != null, startCursor: cursor(nodes[0]), endCursor: cursor(nodes.at(-1)) },
  };
}

export function inOrder<Row>(rows: readonly Row[], order: Order<Row>): Row[] {
  return [...rows].sort((a, b) => compareKeys(order.keys(a), order.keys(b), order));
}

function compareKeys<Row>(a: (string | number)[], b: (string | number)[], { descending, compare }: Order<Row>): number {
  for (const [i, key] of a.entries()) {
    const other = b[i]!;
    const found = i === 0 && compare ? compare(key as string, other as string) : key < other ? -1 : key > other ? 1 : 0;
    if (found !== 0) return descending ? -found : found;
  }
  return 0;
}

function keysOf<Row>(cursor: string, order: Order<Row>): (string | number)[] {
  if (!cursor.startsWith(CURSOR)) throw new BadUserInput();
  const [name, ...keys] = JSON.parse(cursor.slice(CURSOR.length)) as [string, ...(string | number)[]];
  if (name !== order.name) throw new BadUserInput();
  return keys;
}

/** The calendar has this day. */
export function day(value: unknown): string | undefined {
  if (value == null) return undefined;
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !value.startsWith('0000')) {
    const date = new Date(`${value}T00:00:00Z`);
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) return value;
  }
  throw new BadUserInput();
}

/** The last day that a date known to the day, month or year may mean, or the first. */
export function widest(date: string, precision: string, end: 'first' | 'last'): string {
  if (precision === 'DAY') return date;
  const [year, month] = [Number(date.slice(0, 4)), precision === 'YEAR' ? (end === 'first' ? 1 : 12) : Number(date.slice(5, 7))];
  return new Date(Date.UTC(year, end === 'first' ? month - 1 : month, end === 'first' ? 1 : 0)).toISOString().slice(0, 10);
}

/** Of a position: the day by which it is known, the first on which it is held, and its stated end. */
export const keyDay = ({ from, statedOn }: Pick<Position, 'from' | 'statedOn'>): Day => (from ?? statedOn)!;
export const begin = ({ from, fromPrecision, statedOn, statedOnPrecision }: Pick<Position, 'from' | 'fromPrecision' | 'statedOn' | 'statedOnPrecision'>): Day =>
  from === null ? widest(statedOn!, statedOnPrecision, 'first') : widest(from, fromPrecision, 'first');
export const statedEnd = ({ to, toPrecision }: Position): Day | null => (to === null ? null : widest(to, toPrecision, 'last'));
/** Of a position: ended on its first day, or by the words by which it began. */
export const neverHeld = (one: Position): boolean =>
  one.to !== null && (statedEnd(one)! <= begin(one) || (one.to === keyDay(one) && one.toPrecision === (one.from === null ? one.statedOnPrecision : one.fromPrecision)));

/** An instant in UTC. */
export function moment(value: unknown): string | undefined {
  if (value == null) return undefined;
  const date = typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) throw new BadUserInput();
  return date.toISOString();
}

export function checkSearch(search: string | null | undefined): void {
  if ((search ?? '').length > 100) throw new BadUserInput();
}

/** Every part between spaces occurs somewhere in one of the texts, as far as it is letters and digits; some must be. */
export function matches(search: string | null | undefined, ...texts: (string | null)[]): boolean {
  const found = texts.map((text) => wordsOf(text ?? '').join(' '));
  if ((search ?? '').trim() !== '' && wordsOf(search!).length === 0) return false;
  return (search ?? '').split(/\s+/).every((part) => found.some((text) => text.includes(wordsOf(part).join(' '))));
}

/** The day on which to look at a unit: the one asked for, else today, or the last day of a closed unit. */
export function structureDay({ closedOn }: { closedOn: string | null }, asOf: unknown, today: string): string {
  const given = day(asOf);
  if (given !== undefined) return given;
  return closedOn !== null && closedOn <= today ? new Date(Date.parse(`${closedOn}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10) : today;
}
