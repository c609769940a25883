/** Bytes by name, bounded by what they take in memory: what was used longest ago goes first. */
export class ByteCache<Entry extends { readonly bytes: Uint8Array }> {
  readonly #entries = new Map<string, Entry>();
  #size = 0;

  constructor(readonly limit: number) {}

  get(name: string): Entry | undefined {
    const entry = this.#entries.get(name);
    if (entry !== undefined) {
      this.#entries.delete(name);
      this.#entries.set(name, entry);
    }
    return entry;
  }

  /** What alone takes more than a tenth of the room is not kept. */
  set(name: string, entry: Entry): void {
    this.delete(name);
    const size = sizeOf(name, entry);
    if (size > this.limit / 10) return;
    this.#entries.set(name, entry);
    this.#size += size;
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#size <= this.limit) break;
      this.#entries.delete(oldest);
      this.#size -= sizeOf(oldest, { bytes });
    }
  }

  delete(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    this.#size -= sizeOf(name, entry);
  }

  /** In bytes, with what an entry takes beside its own. */
  get size(): number {
    return this.#size;
  }
}

const OVERHEAD = 400;
const sizeOf = (name: string, { bytes }: { readonly bytes: Uint8Array }): number => bytes.byteLength + 2 * name.length + OVERHEAD;
