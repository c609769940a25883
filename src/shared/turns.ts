/** Lets so many pieces of work run at once; the others wait their turn, in the order in which they came. */
export class Turns {
  readonly #most: number;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) await new Promise<void>((turn) => this.#queue.push(turn));
    else this.#running++;
    try {
      return await work();
    } finally {
      // Whoever waits takes this turn over.
      const next = this.#queue.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
