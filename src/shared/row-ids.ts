import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';

const CIPHER = 'aes-128-ecb';

/**
 * Row numbers as callers see them. Numbers tell how many rows there are, of units that the caller does not see too; so
 * one block is shown, encrypted under a secret of the database: what the number is of (8 bytes), and the number (8 bytes).
 * A text that was not made here does not decrypt to anything that there is.
 */
export class RowIds {
  // One block, no padding and no chaining: a cipher serves for any number of them.
  readonly #cipher;
  readonly #decipher;
  readonly #block = Buffer.alloc(16);
  readonly #tags = new Map<string, Buffer>();

  /** Without a key of 16 bytes, the ids are of this object alone. */
  constructor(key: Uint8Array = randomBytes(16)) {
    this.#cipher = createCipheriv(CIPHER, key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv(CIPHER, key, null).setAutoPadding(false);
  }

  /** `of` is a type of nodes, or an order of cursors: a number of one is no number of another. */
  seal(of: string, number: number | string): string {
    const block = this.#block;
    block.set(this.#tag(of));
    if (typeof number === 'number') {
      block.writeUInt32BE(Math.floor(number / 2 ** 32), 8);
      block.writeUInt32BE(number % 2 ** 32, 12);
    } else {
      block.writeBigUInt64BE(BigInt(number), 8);
    }
    return this.#cipher.update(block).toString('base64url');
  }

  /** Which of these the text is a number of, and the number; undefined where it is none that `seal` has made. */
  open(text: string, of: Iterable<string>): { of: string; number: string } | undefined {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length !== 16 || bytes.toString('base64url') !== text) return undefined;
    const block = this.#decipher.update(bytes);
    for (const name of of) {
      if (this.#tag(name).equals(block.subarray(0, 8))) return { of: name, number: String(block.readBigUInt64BE(8)) };
    }
    return undefined;
  }

  #tag(of: string): Buffer {
    let tag = this.#tags.get(of);
    if (tag === undefined) this.#tags.set(of, (tag = createHash('sha256').update(of).digest().subarray(0, 8)));
    return tag;
  }
}

/** The ids of a database. */
export async function openRowIds(pool: pg.Pool): Promise<RowIds> {
  const { rows } = await pool.query<{ key: Buffer }>('select key from node_id_key');
  return new RowIds(rows[0]!.key);
}
