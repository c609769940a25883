/** A value that is at hand, or will be. */
export type Awaitable<T> = T | Promise<T>;

/** What becomes of a value: at once where it is at hand, for a promise costs more than most of what is done with it. */
export function after<T, R>(value: Awaitable<T>, change: (value: T) => R): Awaitable<R> {
  return value instanceof Promise ? value.then(change) : change(value);
}

/** The same of two. */
export function afterBoth<A, B, R>(a: Awaitable<A>, b: Awaitable<B>, change: (a: A, b: B) => R): Awaitable<R> {
  return a instanceof Promise || b instanceof Promise ? Promise.all([a, b]).then(([x, y]) => change(x, y)) : change(a, b);
}

/** All of them; at once where all are at hand. */
export function all<T>(values: readonly Awaitable<T>[]): Awaitable<T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as T[]);
}
