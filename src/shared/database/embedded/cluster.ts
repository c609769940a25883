import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync, closeSync, existsSync, fstatSync, lchownSync, lstatSync, mkdirSync, mkdtempSync, openSync,
  readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError, codeOf, reasonOf } from '../errors.js';
import { canReach, type Binaries, type Identity } from './binaries.js';
import { isAlive, readPostmaster, servesCluster, type Postmaster } from './postmaster.js';

/** The layout of a data folder. */
export interface DataFolder {
  readonly root: string;
  /** The PostgreSQL cluster; there only once initdb has finished. */
  readonly cluster: string;
  /** Port and password of the server, for its owner only. */
  readonly access: string;
  readonly log: string;
  readonly lock: string;
}

export interface Access {
  port: number;
  password: string;
}

const MAJOR = '18';
const DRAFT = 'pg.unfinished-';
const LOG_LIMIT = 10_000_000;
const START_MS = 300_000;
const STOP_MS = 60_000;

// PostgreSQL gets a bare environment: PGDATA, PGPORT or an odd LANG of the caller must not reach it.
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Short statements only: compiling a plan costs more than running it.
  jit: 'off',
  max_connections: '60',
  max_wal_size: '2GB',
  // Nobody replicates from here: what one transaction makes and fills need not go through the log.
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '256MB',
  maintenance_work_mem: '128MB',
};

/** Makes the data folder where it is missing, and says in one line why it cannot be used. */
export function openDataFolder(root: string): DataFolder {
  try {
    makeFolder(root);
    const probe = join(root, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    unlinkSync(probe);
  } catch (error) {
    throw new OperatorError(`The data folder ${root} cannot be written (${codeOf(error) ?? reasonOf(error)}): choose another with LIENDOAN_DATA.`);
  }
  const folder = {
    root,
    cluster: join(root, 'pg'),
    access: join(root, 'access.json'),
    log: join(root, 'postgres.log'),
    lock: join(root, 'lock'),
  };
  const owner = clusterOwner(folder);
  const self = process.getuid?.();
  if (owner !== undefined && self !== undefined && self !== 0 && owner.uid !== self) {
    throw new OperatorError(`The data folder ${root} belongs to another user: start as that user, or choose another with LIENDOAN_DATA.`);
  }
  return folder;
}

/** Not `recursive: true`, with which Node turns in circles for ever where nothing can be made, as under /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  // Others may pass through, not look inside: as root, the server is another user.
  mkdirSync(path, { mode: 0o711 });
}

export function clusterOwner(folder: DataFolder): { uid: number; gid: number } | undefined {
  return existsSync(folder.cluster) ? statSync(folder.cluster) : undefined;
}

/** Throws away what a killed initdb left: nobody's data. One that has lost its parent may still be writing, so no matter if some stays. */
export function sweepDrafts(folder: DataFolder): void {
  for (const name of readdirSync(folder.root).filter((entry) => entry.startsWith(DRAFT))) {
    try {
      rmSync(join(folder.root, name), { recursive: true, force: true });
    } catch {
      // The next start sees to it.
    }
  }
}

/** Runs initdb beside the cluster and renames the result, so that a cluster is either whole or not there. */
export async function initialise(folder: DataFolder, binaries: Binaries, identity: Identity): Promise<void> {
  const draft = mkdtempSync(join(folder.root, DRAFT));
  const access: Access = { port: await freePort(), password: randomBytes(24).toString('base64url') };
  // Beside the draft, and swept with it, where the server's account can get at it.
  const secret = mkdtempSync(join(canReach(identity, folder.root) ? folder.root : tmpdir(), DRAFT));
  try {
    const passwordFile = join(secret, 'password');
    writeFileSync(passwordFile, access.password, { mode: 0o600 });
    if (identity.uid !== undefined) for (const path of [draft, secret, passwordFile]) chownSync(path, identity.uid, identity.gid);
    const { code, output } = await run(
      binaries.initdb,
      [
        `--pgdata=${addressOf(draft, identity)}`, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8',
        `--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'en_US.UTF-8'}`, '--lc-messages=C', '--locale-provider=icu', '--icu-locale=vi-VN', '--set=timezone=UTC',
      ],
      draft,
      identity,
    );
    if (code !== 0) throw new OperatorError(`The embedded server could not be set up in ${folder.root}: ${lastComplaint(output)}`);
  } finally {
    rmSync(secret, { recursive: true, force: true });
  }
  saveAccess(folder, access);
  renameSync(draft, folder.cluster);
}

export function readAccess(folder: DataFolder): Access {
  try {
    const access = JSON.parse(readFileSync(folder.access, 'utf8')) as Partial<Access>;
    if (typeof access.port === 'number' && typeof access.password === 'string') return { port: access.port, password: access.password };
    throw new Error('it is damaged');
  } catch (error) {
    throw new OperatorError(`The data folder ${folder.root} holds a database, but ${folder.access} cannot be read (${codeOf(error) ?? reasonOf(error)}).`);
  }
}

/** Finds the server that runs on the cluster; waits for one that is still starting or stopping. */
export async function findServer(folder: DataFolder, notice: (line: string) => void): Promise<Postmaster | undefined> {
  const version = readVersion(folder);
  if (version !== MAJOR) {
    throw new OperatorError(`The data folder ${folder.root} holds a database of PostgreSQL ${version ?? '(unknown)'}; this version of Liendoan needs ${MAJOR}: choose another folder with LIENDOAN_DATA.`);
  }
  for (const started = Date.now(); ; await sleep(25)) {
    const found = readPostmaster(folder.cluster);
    if (found === undefined) return undefined;
    if (!servesCluster(found.pid, folder.cluster)) {
      // Left by a killed server. Its number may be a stranger's by now, and then PostgreSQL itself would refuse to start.
      notice('The embedded server was not shut down properly last time: recovering.');
      rmSync(join(folder.cluster, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (found.status === 'ready') return found;
    if (Date.now() - started > START_MS) {
      throw new OperatorError(`The embedded server (process ${found.pid}) has been ${found.status || 'starting'} for five minutes: see ${folder.log}.`);
    }
  }
}

/** Starts the server as a process of its own, which neither Ctrl-C nor the end of this process touches. */
export async function startServer(folder: DataFolder, binaries: Binaries, identity: Identity, flags: readonly string[], notice: (line: string) => void): Promise<Postmaster> {
  const access = readAccess(folder);
  adoptCluster(folder, identity);
  for (let attempt = 0; ; attempt++) {
    if (!(await isFree(access.port))) {
      access.port = await freePort();
      saveAccess(folder, access);
    }
    const { server, complaint } = await launch(folder, binaries, identity, access.port, flags, notice);
    if (server !== undefined) return server;
    // Backends of a killed server take a moment to notice; and the port may have been taken since we looked.
    const passing = /shared memory block|could not create any TCP\/IP sockets/.test(complaint);
    if (!passing || attempt >= 40) throw new OperatorError(`The embedded server does not start: ${complaint} (see ${folder.log})`);
    await sleep(250);
  }
}

export async function stopServer(pid: number, folder: DataFolder): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (const started = Date.now(); Date.now() - started < STOP_MS; await sleep(10)) if (!isAlive(pid)) return;
  }
  throw new OperatorError(`The embedded server (process ${pid}) does not stop: see ${folder.log}.`);
}

async function launch(
  folder: DataFolder, binaries: Binaries, identity: Identity, port: number, flags: readonly string[], notice: (line: string) => void,
): Promise<{ server: Postmaster; complaint: '' } | { server: undefined; complaint: string }> {
  const log = openSync(folder.log, existsSync(folder.log) && statSync(folder.log).size > LOG_LIMIT ? 'w' : 'a', 0o600);
  const start = fstatSync(log).size;
  giveToOwner(folder.log, folder);
  try {
    const settings = [...Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`), ...flags].flatMap((setting) => ['-c', setting]);
    const child = spawn(binaries.postgres, ['-D', addressOf(folder.cluster, identity), '-p', String(port), ...settings], {
      ...identity, cwd: folder.cluster, env: ENVIRONMENT, detached: true, stdio: ['ignore', log, log],
    });
    let ended: string | undefined;
    child.on('error', (error) => (ended = reasonOf(error)));
    child.on('exit', (code, signal) => (ended ??= `it ended at once (${signal ?? `exit code ${code}`})`));
    child.unref();
    const started = Date.now();
    for (let told = false; ended === undefined; await sleep(10)) {
      const found = readPostmaster(folder.cluster);
      if (found?.pid === child.pid && found?.status === 'ready') return { server: found, complaint: '' };
      const waited = Date.now() - started;
      if (waited > START_MS) throw new OperatorError(`The embedded server has not come up within five minutes: see ${folder.log}.`);
      if (waited > 3000 && !told) {
        notice('The embedded server is starting; after a crash it first replays its journal…');
        told = true;
      }
    }
    return { server: undefined, complaint: lastComplaint(tail(folder.log, start)) || ended };
  } finally {
    closeSync(log);
  }
}

/**
 * How the server is told of its cluster. Inside a folder that only root may enter (/root) its full path is closed to
 * the account that it runs as, but its working directory is not, and /proc has a name for that.
 */
function addressOf(cluster: string, identity: Identity): string {
  if (canReach(identity, cluster)) return cluster;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new OperatorError(`PostgreSQL, which does not run as root, cannot enter ${cluster}: choose a folder that everyone may enter with LIENDOAN_DATA.`);
}

/** A cluster that root copied belongs to root, and PostgreSQL refuses it. */
function adoptCluster(folder: DataFolder, identity: Identity): void {
  if (identity.uid === undefined || clusterOwner(folder)?.uid === identity.uid) return;
  const adopt = (path: string): void => {
    lchownSync(path, identity.uid, identity.gid);
    if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) adopt(join(path, name));
  };
  adopt(folder.cluster);
}

function saveAccess(folder: DataFolder, access: Access): void {
  const draft = `${folder.access}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  giveToOwner(draft, folder);
  renameSync(draft, folder.access);
}

/** Root may start once what an ordinary user owns: what it writes stays readable to that user. */
function giveToOwner(path: string, folder: DataFolder): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder.root);
  chownSync(path, uid, gid);
}

function readVersion(folder: DataFolder): string | undefined {
  try {
    return readFileSync(join(folder.cluster, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function run(command: string, args: readonly string[], cwd: string, identity: Identity): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { ...identity, cwd, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: reasonOf(error) }));
    child.on('close', (code, signal) => resolve({ code: code ?? 1, output: signal === null ? output : `${output}\nended by ${signal}` }));
  });
}

function tail(file: string, from: number): string {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(65_536, Math.max(0, fstatSync(handle).size - from)));
    readSync(handle, buffer, 0, buffer.length, from);
    return buffer.toString('utf8');
  } finally {
    closeSync(handle);
  }
}

/** The line of PostgreSQL's output that says what is wrong. */
function lastComplaint(output: string): string {
  const lines = output.split('\n').map((line) => line.trim()).filter(Boolean);
  const complaint = lines.find((line) => /FATAL|PANIC|\berror\b/i.test(line)) ?? lines.at(-1) ?? '';
  return complaint.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
