import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { OperatorError, codeOf, reasonOf } from '../shared/database/errors.js';

export const LONGEST_LINE = 1024 * 1024;

/** One line of a source, or why it is none. */
export interface Line {
  readonly line: number;
  readonly text?: string;
  readonly fault?: { readonly code: string; readonly message: string };
}

const NEWLINE = 10;

/** The lines of a file, in constant memory, blank ones left out. `onBytes` is told how far the reading is. */
export async function* readLines(file: string, onBytes: (bytes: number) => void = () => {}): AsyncGenerator<Line[]> {
  let line = 0;
  let rest: Buffer[] = [];
  let restLength = 0;
  // Of a line that is too long, nothing is kept: its end is waited for.
  let skipping = false;
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      if (!skipping) {
        rest.push(chunk);
        restLength += chunk.length;
      }
      if (restLength > LONGEST_LINE) {
        skipping = true;
        [rest, restLength] = [[], 0];
      }
      continue;
    }
    const lines: Line[] = [];
    let from = 0;
    if (skipping) {
      from = chunk.indexOf(NEWLINE) + 1;
      lines.push(tooLong((line += 1)));
      skipping = false;
    }
    if (from <= end) {
      const block = Buffer.concat([...rest, chunk.subarray(from, end)]);
      for (const { text, fault } of decode(block)) {
        line += 1;
        const cut = line === 1 && text?.startsWith('\uFEFF') ? text.slice(1) : text;
        if (fault !== undefined) lines.push({ line, fault });
        else if (cut!.trim() !== '') lines.push({ line, text: cut });
      }
    }
    rest = [chunk.subarray(end + 1)];
    restLength = chunk.length - end - 1;
    yield lines;
  }
  if (skipping) yield [tooLong(line + 1)];
  else if (restLength > 0) {
    const [{ text, fault }] = decode(Buffer.concat(rest)) as [Decoded];
    const cut = line === 0 && text?.startsWith('\uFEFF') ? text.slice(1) : text;
    if (fault !== undefined) yield [{ line: line + 1, fault }];
    else if (cut!.trim() !== '') yield [{ line: line + 1, text: cut }];
  }
}

type Decoded = Omit<Line, 'line'>;

const tooLong = (line: number): Line => ({ line, fault: { code: 'LINE_TOO_LONG', message: 'is longer than 1 MB: a record is one short line; is this JSON Lines?' } });

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Many lines at once; one by one only where something is wrong with them. */
function decode(block: Buffer): Decoded[] {
  let text: string;
  try {
    text = utf8.decode(block);
  } catch {
    return splitBytes(block).map((bytes) => {
      try {
        return sized(utf8.decode(bytes));
      } catch {
        return { fault: { code: 'INVALID_UTF8', message: 'is not UTF-8: save the file in that encoding' } };
      }
    });
  }
  return text.split('\n').map(sized);
}

function sized(text: string): Decoded {
  // At most three bytes a code unit: most lines need no counting.
  return text.length * 3 > LONGEST_LINE && Buffer.byteLength(text) > LONGEST_LINE ? tooLong(0) : { text };
}

function splitBytes(block: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let from = 0; from <= block.length; ) {
    const end = block.indexOf(NEWLINE, from);
    parts.push(block.subarray(from, end < 0 ? block.length : end));
    if (end < 0) break;
    from = end + 1;
  }
  return parts;
}

/** The size of each file. Says which one cannot be read before anything is done. */
export async function sizesOf(files: readonly string[]): Promise<number[]> {
  const sizes: number[] = [];
  for (const file of files) {
    try {
      // Not opened before it is read: a pipe gives what it has only once.
      const found = await stat(file);
      await access(file, constants.R_OK);
      if (found.isDirectory()) throw new OperatorError(`Cannot read ${file}: it is a folder. Name the files in it.`);
      sizes.push(found.size);
    } catch (error) {
      if (error instanceof OperatorError) throw error;
      const why = codeOf(error) === 'ENOENT' ? 'there is no such file' : codeOf(error) === 'EACCES' ? 'no permission' : reasonOf(error);
      throw new OperatorError(`Cannot read ${file}: ${why}.`);
    }
  }
  return sizes;
}

/** Parses a line. Digits that a JSON number cannot carry become NaN, which no field takes. */
export function parseLine(text: string): unknown {
  if (!/\d[\d.]{15}|\.\d{5}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, function (this: unknown, _key: string, value: unknown, context?: { source?: string }) {
    if (typeof value !== 'number' || context?.source === undefined) return value;
    const source = context.source.includes('.') && !/e/i.test(context.source) ? context.source.replace(/\.?0+$/, '') : context.source;
    return source === String(value) || /e/i.test(source) ? value : Number.NaN;
  } as (this: unknown, key: string, value: unknown) => unknown);
}
