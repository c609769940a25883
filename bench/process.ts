/** Processes of the bench's own: contenders, and who asks them. Each is compiled, told what it is to do, and ends with us. */
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OperatorError } from '../src/shared/database/errors.js';

const PROJECT = resolve(import.meta.dirname.replace(/[\\/]\.bench[\\/]program(?=[\\/])/, ''), '..');
const PROGRAM = join(PROJECT, '.bench/program/bench');

/** Compiles what is started as a process; types are the business of `npm run check:types`. */
export function compile(): void {
  const { status, stdout } = spawnSync(process.execPath, [join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', 'bench'], { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the contenders do not compile:\n${stdout}`);
}

/** Ends the command: what the operator can put right is told in a line. */
export function sayWhy(error: unknown): never {
  if (!(error instanceof OperatorError)) throw error;
  console.error(error.message);
  process.exit(error.exitCode);
}

export interface Child {
  /** Sends a message and waits for the answer to it. */
  ask<Answer>(message: object): Promise<Answer>;
  close(): Promise<void>;
}

/** As `npm start` has Node run the server. */
export function flagsOfStart(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  return /node (.*) dist\//.exec(scripts['start']!)![1]!.split(' ');
}

/** Starts a file of the bench. */
export function startChild(file: string, flags: readonly string[] = ['--enable-source-maps']): Child {
  const child: ChildProcess = fork(join(PROGRAM, file), { cwd: PROJECT, env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', GRAPHILE_ENV: 'production' }, execArgv: [...flags] });
  const waiting: { done: (answer: never) => void; failed: (error: Error) => void }[] = [];
  const ended = new Promise<void>((over) => child.once('exit', () => over()));
  child.on('message', ({ answer, error }: { answer?: never; error?: string }) => {
    const { done, failed } = waiting.shift()!;
    if (error === undefined) done(answer as never);
    else failed(new Error(`${file}: ${error}`));
  });
  child.once('exit', (code, signal) => {
    for (const { failed } of waiting.splice(0)) failed(new Error(`${file} ended (${signal ?? code})`));
  });
  return {
    ask: (message) => new Promise((done, failed) => {
      waiting.push({ done, failed });
      child.send(message, (error) => error && failed(error));
    }),
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** The other side: answers messages one after the other, and ends when nobody is left to ask. */
export function answerMessages<Message>(answer: (message: Message) => Promise<unknown>): void {
  let before: Promise<unknown> = Promise.resolve();
  process.on('message', (message: Message) => {
    before = before.then(async () => {
      try {
        process.send!({ answer: (await answer(message)) ?? null });
      } catch (error) {
        process.send!({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    });
  });
  process.on('disconnect', () => process.exit());
}
