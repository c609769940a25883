import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../..');

/** Compiles the server, so that tests of processes run what a user runs. */
export function buildProgram(): void {
  // Type errors are the business of `npm run check:types`; tsc writes the program all the same.
  spawnSync(process.execPath, [join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { cwd: PROJECT });
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the first match in stdout or stderr; rejects if the process ends without one. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
  /** What it has written so far. */
  log(): string;
}

/** Starts `liendoan …` with these settings and no others. */
export function launch(args: readonly string[], settings: Record<string, string>, cwd = PROJECT): Running {
  const environment = { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: '', ...settings };
  const child = spawn(process.execPath, [join(PROJECT, 'dist/src/main.js'), ...args], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  const says = (pattern: RegExp): Promise<RegExpMatchArray> =>
    new Promise((found, missed) => {
      const look = (): void => {
        const match = (stdout + stderr).match(pattern);
        if (match) found(match);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      look();
      void ended.then(() => missed(new Error(`It ended without saying ${pattern}:\n${stdout}${stderr}`)));
    });
  return { child, ended, says, log: () => stdout + stderr };
}

/** Runs `liendoan …` to its end. */
export function run(args: readonly string[], settings: Record<string, string>, cwd?: string): Promise<Ended> {
  return launch(args, settings, cwd).ended;
}
