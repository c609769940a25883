/** Resolves after so long; rejects with the signal's reason as soon as that is given. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** A bell that keeps its ring until somebody waits for it; rung once more meanwhile it is still one ring. */
export class Bell {
  #rung = false;
  #answer: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#answer?.();
  }

  /** Resolves when it was rung, or after so long; rejects with the signal's reason. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#rung) {
      let timer: NodeJS.Timeout | undefined;
      let answer!: () => void;
      await new Promise<void>((resolve) => {
        answer = resolve;
        this.#answer = resolve;
        timer = setTimeout(resolve, ms);
        timer.unref();
        signal.addEventListener('abort', answer, { once: true });
      });
      clearTimeout(timer);
      signal.removeEventListener('abort', answer);
      this.#answer = undefined;
      signal.throwIfAborted();
    }
    this.#rung = false;
  }
}

/** So many at once; the others in the order in which they came. */
export class Turns {
  readonly #queue = new Set<() => void>();
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Resolves, when it is one's turn, with what ends it. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else {
      await new Promise<void>((resolve, reject) => {
        const stop = (): void => {
          this.#queue.delete(turn);
          reject(signal.reason as Error);
        };
        const turn = (): void => {
          signal.removeEventListener('abort', stop);
          resolve();
        };
        this.#queue.add(turn);
        signal.addEventListener('abort', stop, { once: true });
      });
    }
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      // Whoever waits takes this turn over.
      const [next] = this.#queue;
      if (next === undefined) this.#free += 1;
      else {
        this.#queue.delete(next);
        next();
      }
    };
  }
}
