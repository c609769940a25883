/**
 * Asks a contender over HTTP, each connection its next question as soon as the last is answered. By sockets of its own
 * rather than by an HTTP client, since it shares the machine's processors with whom it measures: a client's time is the
 * same for all contenders, and would make a fast one look no faster than a slow one.
 */
import { connect, type Socket } from 'node:net';
import { answerMessages } from './process.js';

export interface Question {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface Job {
  readonly port: number;
  readonly connections: number;
  /** Not counted: for connections and plans to be made. */
  readonly leadInMs: number;
  readonly ms: number;
  /** Asked in turn, over all connections. */
  readonly questions: readonly Question[];
}
export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly answers: number;
  readonly bytes: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** One connection: sends a request and gives the whole answer back. */
class Line {
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

function requestOf({ path, headers, body }: Question, port: number): Buffer {
  const all = { host: `127.0.0.1:${port}`, connection: 'keep-alive', accept: 'application/json', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers };
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

const quantile = (sorted: Float64Array, q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;

async function run({ port, connections, leadInMs, ms, questions }: Job): Promise<Measured> {
  const requests = questions.map((question) => requestOf(question, port));
  const lines = Array.from({ length: connections }, () => new Line(port));
  const times: number[] = [];
  let [next, bytes] = [0, 0];
  try {
    const until = async (end: number, heard: (took: number, body: Buffer) => void): Promise<void> => {
      await Promise.all(
        lines.map(async (line) => {
          for (let began = performance.now(); began < end; began = performance.now()) {
            const body = await line.ask(requests[next++ % requests.length]!);
            heard(performance.now() - began, body);
          }
        }),
      );
    };
    await until(performance.now() + leadInMs, () => {});
    const began = performance.now();
    await until(began + ms, (took, body) => {
      times.push(took);
      bytes += body.length;
    });
    const seconds = (performance.now() - began) / 1000;
    const sorted = Float64Array.from(times).sort();
    return { perSecond: times.length / seconds, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), answers: times.length, bytes: Math.round(bytes / times.length) };
  } finally {
    for (const line of lines) line.close();
  }
}

answerMessages<Job>(run);
