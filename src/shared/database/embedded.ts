import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries, serverIdentity } from './embedded/binaries.js';
import { clusterOwner, findServer, initialise, openDataFolder, readAccess, startServer, stopServer, sweepDrafts, type Access } from './embedded/cluster.js';
import { withFolderLock } from './embedded/folder-lock.js';
import { isAlive, type Postmaster } from './embedded/postmaster.js';

/** A process's stay on the embedded server. */
export interface EmbeddedServer {
  /** Connection string of a database of the server, for its owner or another login. Carries the password: never print it. */
  url(database: string, login?: string): string;
  /** Process id of the server. */
  readonly pid: number;
  /** Ends the stay; the last process to leave stops the server. */
  leave(): Promise<void>;
}

export interface EmbeddedOptions {
  /** A line for whoever waits. */
  readonly notice?: (line: string) => void;
  /** Further PostgreSQL settings (`fsync=off`), should this process be the one that starts the server. */
  readonly settings?: readonly string[];
  /** Starts the server again, should it die under this process. */
  readonly keepUp?: boolean | undefined;
}

const GUEST = 'liendoan-guest';
const OWNER = 'postgres';

/** One secret for the folder; each login has a password made from it. */
function passwordOf(login: string, { password }: Access): string {
  return login === OWNER ? encodeURIComponent(password) : createHmac('sha256', password).update(login).digest('base64url');
}

/**
 * Joins the server of a data folder, starting it if none runs: the first process starts it, the last one to leave stops it.
 * Who is there is the server's own knowledge, one idle session a process, so a killed process leaves no trace behind.
 */
export async function joinEmbeddedServer(dataFolder: string, { notice = () => {}, settings = [], keepUp = false }: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const folder = openDataFolder(dataFolder);
  const findOrStart = async (): Promise<Postmaster> => {
    const fresh = !existsSync(folder.cluster);
    const running = fresh ? undefined : await findServer(folder, notice);
    if (running !== undefined) return running;
    const identity = serverIdentity(clusterOwner(folder));
    const binaries = findBinaries(identity, notice);
    sweepDrafts(folder);
    if (fresh) {
      notice(`Setting up the embedded database in ${dataFolder}…`);
      await initialise(folder, binaries, identity);
    }
    return startServer(folder, binaries, identity, settings, notice);
  };
  return withFolderLock(folder.lock, notice, async () => {
    const server = await findOrStart();
    const { port } = server;
    let { pid } = server;
    const access: Access = { ...readAccess(folder), port };
    const url = (database: string, login = OWNER): string => `postgres://${login}:${passwordOf(login, access)}@127.0.0.1:${port}/${database}`;
    const revive = (): Promise<void> =>
      withFolderLock(folder.lock, notice, async () => {
        if (isAlive(pid)) return;
        notice('The embedded database has died; starting it again…');
        const again = await findOrStart();
        pid = again.pid;
        // Every connection of this process knows the old port.
        if (again.port !== port) notice('The embedded database is on another port now: restart the server.');
      });
    const guest = await register(url('postgres'), keepUp ? revive : undefined);
    return {
      url,
      get pid() {
        return pid;
      },
      leave: () =>
        withFolderLock(folder.lock, notice, async () => {
          if (!(await guest.leave()) || !isAlive(pid)) return;
          await stopServer(pid, folder);
        }),
    };
  });
}

/** Keeps a session that tells the other processes of this one. `leave` says whether nobody else was left. */
async function register(url: string, revive?: () => Promise<void>): Promise<{ leave(): Promise<boolean> }> {
  let client = await connectGuest(url);
  let leaving = false;
  const watch = (): void => {
    client.once('end', () => void renew());
  };
  // A backend that crashes takes every session with it while the server goes on: sign in again.
  const renew = async (): Promise<void> => {
    for (let wait = 100; !leaving; wait = Math.min(wait * 2, 5000)) {
      await sleep(wait, undefined, { ref: false });
      try {
        client = await connectGuest(url);
        if (leaving) await client.end();
        else watch();
        return;
      } catch {
        // Not back yet; or it never comes back by itself.
        if (!leaving) await revive?.().catch(() => {});
      }
    }
  };
  watch();
  return {
    leave: async () => {
      leaving = true;
      try {
        // A server that was started again does not know of the old session.
        client = await stillThere(client, url);
        const { rows } = await client.query<{ others: number }>(
          `select count(*)::int as others from pg_stat_activity where application_name = '${GUEST}' and pid <> pg_backend_pid()`,
        );
        await client.end();
        return rows[0]?.others === 0;
      } catch {
        // The server is gone, or going.
        return false;
      }
    },
  };
}

async function stillThere(client: pg.Client, url: string): Promise<pg.Client> {
  try {
    await client.query('select');
    return client;
  } catch {
    return connectGuest(url);
  }
}

async function connectGuest(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: GUEST, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  return client;
}
