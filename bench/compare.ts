/** Contenders on one database: that they give the same numbers, and how fast they are, in turns. */
import { deepStrictEqual } from 'node:assert/strict';
import type { Callers } from './callers.js';
import { kindOf, questionOf, takes, type ContenderName } from './contenders/contenders.js';
import type { Asked, Site } from './contenders/contender.js';
import type { Question } from './line.js';
import type { Job, Measured } from './load.js';
import { flagsOfStart, startChild, type Child } from './process.js';
import { median, spreadOf, type Spread } from './statistics.js';
import type { Goal, Workload } from './workloads/workload.js';

/** The database, and who may ask. */
export interface Place {
  readonly ownerUrl: string;
  readonly apiUrl: string;
  readonly callers: Callers;
}

export interface Contender {
  readonly name: ContenderName;
  readonly port: number;
  /** Resident memory of its process, in bytes. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

export async function startContender(name: ContenderName, { ownerUrl, apiUrl, callers: { keys, issuer, audience } }: Place): Promise<Contender> {
  const { file, mode, kind } = kindOf(name);
  const child = startChild(`contenders/${file}.js`, ...(kind === 'liendoan' ? [flagsOfStart()] : []));
  const start: Site = { ownerUrl, apiUrl, keys, issuer, audience, mode };
  try {
    const port = await child.ask<number>({ start } satisfies Asked);
    return { name, port, memory: () => child.ask<number>({ tell: 'memory' } satisfies Asked), close: () => child.close() };
  } catch (error) {
    await child.close();
    throw error;
  }
}

/** A workload, and who can do it. */
export interface Contest {
  readonly name: string;
  readonly workload: Workload;
  readonly contenders: readonly Contender[];
  readonly callers: Callers;
}

export function contest(name: string, workload: Workload, started: readonly Contender[], { callers }: Place): Contest {
  return { name, workload, contenders: started.filter((one) => takes(one.name, workload)), callers };
}

export async function questionsOf({ name, workload, callers }: Contest, contender: ContenderName): Promise<Question[]> {
  return Promise.all(workload.askings.map(async (asking) => questionOf(contender, name, workload, asking, await callers.of(workload.role ?? 'viewer', asking.caller))));
}

/**
 * Asks everything of everybody, or every so manieth question; now and then twice, for the second answer may be a kept one.
 * Fails with the first answer that differs.
 */
export async function assertSame(of: Contest, every = 1): Promise<void> {
  const { name, workload, contenders } = of;
  const asked = await Promise.all(contenders.map(async (contender) => ({ contender, kind: kindOf(contender.name).kind, questions: await questionsOf(of, contender.name) })));
  const said: number[] = [];
  for (const [i, asking] of workload.askings.entries()) {
    if (i % every !== 0) continue;
    let first: { by: string; rows: unknown } | undefined;
    for (const { contender, kind, questions } of i % 10 === 0 ? [...asked, ...asked] : asked) {
      const { path, headers, body } = questions[i]!;
      const response = await fetch(`http://127.0.0.1:${contender.port}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', ...headers }, body });
      const text = await response.text();
      const what = `${name} ${JSON.stringify(asking)}: ${contender.name}`;
      if (response.status !== 200 || text.includes('"errors"')) throw new Error(`${what} answers ${response.status}: ${text.slice(0, 500)}`);
      const rows = workload.rows((JSON.parse(text) as { data: unknown }).data, kind);
      first ??= { by: contender.name, rows };
      try {
        deepStrictEqual(rows, first.rows);
      } catch (error) {
        throw new Error(`${what} does not say what ${first.by} says: ${(error as Error).message}`, { cause: error });
      }
      said.push(JSON.stringify(rows).length);
    }
  }
  // All alike, and all empty, would be no answers.
  if (median(said) < 20) throw new Error(`${name}: nobody says anything`);
}

export interface Figures {
  readonly perSecond: Spread;
  readonly p50: Spread;
  readonly p99: Spread;
  readonly bytes: number;
}
export interface Ratio extends Spread {
  readonly of: ContenderName;
  readonly than: ContenderName;
  readonly atLeast?: number;
}
export interface Outcome {
  readonly contenders: Readonly<Partial<Record<ContenderName, Figures>>>;
  readonly ratios: readonly Ratio[];
}

/** Rounds of so many seconds each, in which all take their turn, each time another one first. */
export async function measure(of: Contest, load: Child, { rounds, seconds }: { readonly rounds: number; readonly seconds: number }): Promise<Outcome> {
  const { workload, contenders } = of;
  const jobs = new Map<ContenderName, Job>();
  for (const { name, port } of contenders) jobs.set(name, { port, connections: workload.connections, leadInMs: Math.min(500, seconds * 200), ms: seconds * 1000, questions: await questionsOf(of, name) });
  const measured = new Map<ContenderName, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const { name } = contenders[(turn + round + 1) % contenders.length]!;
      const answer = await load.ask<Measured>(jobs.get(name)!);
      // The first round warms everybody up.
      if (round >= 0) measured.get(name)!.push(answer);
    }
  }
  const each = (name: ContenderName, what: 'perSecond' | 'p50' | 'p99'): number[] => measured.get(name)!.map((one) => one[what]);
  const figures = contenders.map(({ name }) => [name, { perSecond: spreadOf(each(name, 'perSecond')), p50: spreadOf(each(name, 'p50')), p99: spreadOf(each(name, 'p99')), bytes: measured.get(name)!.at(-1)!.bytes }] as const);
  const ratio = ({ of: one, than: other, ...goal }: Pick<Goal, 'of' | 'than'> & Partial<Goal>): Ratio => ({ of: one, than: other, ...spreadOf(each(one, 'perSecond').map((count, round) => count / each(other, 'perSecond')[round]!)), ...goal });
  const pairs = workload.goals.filter(({ of: one, than: other }) => measured.has(one) && measured.has(other));
  const further = contenders.filter(({ name }) => name !== 'liendoan' && measured.has('liendoan') && !pairs.some(({ of: one, than: other }) => one === name || other === name));
  return { contenders: Object.fromEntries(figures), ratios: [...pairs.map(ratio), ...further.map(({ name }) => ratio({ of: 'liendoan', than: name }))] };
}
