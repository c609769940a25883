import { connect, type Socket } from 'node:net';

export interface Question {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/**
 * One connection over which requests are sent, each after the answer to the one before. With a socket of its own rather
 * than by an HTTP client, for it shares the machine's processors with whom it measures: a client's time is the same for
 * all contenders, and would make a fast one look no faster than a slow one.
 */
export class Line {
  readonly #socket: Socket;
  #parts: Buffer[] = [];
  #size = 0;
  /** Of the answer, as soon as its head has come; null: it tells no length. */
  #length: number | null | undefined;
  #status = 0;
  #start = 0;
  #done: ((body: Buffer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (part) => this.#take(part));
    this.#socket.on('error', (error) => this.#failed?.(error));
    this.#socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
  }

  ask(request: Buffer): Promise<Buffer> {
    return new Promise((done, failed) => {
      this.#done = done;
      this.#failed = failed;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #take(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#length === undefined) {
      const all = this.#join();
      const end = all.indexOf(HEAD_END);
      if (end < 0) return;
      const head = all.toString('latin1', 0, end);
      this.#status = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      this.#length = length === undefined ? null : Number(length);
      this.#start = end + HEAD_END.length;
    }
    if (this.#length === null) {
      if (!this.#join().subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) return;
    } else if (this.#size < this.#start + this.#length) return;
    const body = this.#join().subarray(this.#start);
    const [status, done, failed] = [this.#status, this.#done, this.#failed];
    this.#parts = [];
    this.#size = 0;
    this.#length = this.#done = this.#failed = undefined;
    // What is asked was compared with the others' answers before; here it is enough that there is one.
    if (status === 200 && !body.includes('"errors"')) done?.(body);
    else failed?.(new Error(`${status}: ${body.toString('utf8', 0, 400)}`));
  }

  #join(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts, this.#size)];
    return this.#parts[0]!;
  }
}

export function requestOf({ path, headers, body }: Question, port: number): Buffer {
  const all = { host: `127.0.0.1:${port}`, connection: 'keep-alive', accept: 'application/json', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers };
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}
