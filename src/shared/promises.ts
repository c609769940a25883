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

/** What comes within so many milliseconds; throws after them. What comes later is not heard. */
export async function within<T>(ms: number, coming: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout exceeded')), ms);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}
