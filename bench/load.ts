/** Asks a contender over HTTP, each connection its next question as soon as the last is answered. */
import { Line, requestOf, type Question } from './line.js';
import { answerMessages } from './process.js';

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
