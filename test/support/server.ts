import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importFiles, importRecords } from '../../src/exchange/import.service.js';
import { buildServer } from '../../src/server.js';
import type { Database } from '../../src/shared/database/database.js';
import type { SentStatement } from '../../src/shared/database/reads.js';
import { createTestDatabase } from './database.js';

export interface TestServer {
  readonly url: string;
  readonly db: Database;
  /** What queries have sent to the database so far, without BEGIN, session and COMMIT. Empty it to count anew. */
  readonly statements: SentStatement[];
  /** Posts a document; fails unless the answer is JSON. */
  query(document: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Imports records of the exchange format; fails on the first mistake. */
  load(records: Iterable<unknown>): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly data: any;
  readonly errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface TestServerOptions {
  /** `articles`: the seeds are imported first. */
  readonly seed?: false | 'articles';
  /** The instant at which every request is made. */
  readonly now?: Date;
}

/** The real server on a port of its own, over a database of its own. */
export async function startTestServer({ seed = 'articles', now }: TestServerOptions = {}): Promise<TestServer> {
  const db = await createTestDatabase();
  const statements: SentStatement[] = [];
  const config = { host: '127.0.0.1', port: 0, databaseUrl: db.url, dataFolder: '', seed: 'none' } as const;
  const app = await buildServer(db, config, { onStatement: (statement) => statements.push(statement), ...(now ? { now: () => now } : {}) });
  const close = async (): Promise<void> => {
    await app.close();
    await db.close();
  };
  try {
    if (seed === 'articles') await importSeeds(db);
    const url = await app.listen({ host: config.host, port: 0 });
    const query = async (document: string, variables?: Record<string, unknown>): Promise<Answer> => {
      const response = await fetch(new URL('/graphql', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: document, variables }),
      });
      return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
    };
    const load = async (records: Iterable<unknown>): Promise<void> => succeed(await importRecords(db, records));
    return { url, db, statements, query, load, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function importSeeds(db: Database): Promise<void> {
  const folder = fileURLToPath(new URL('../../seeds/', import.meta.url));
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort();
  succeed(await importFiles(db, files.map((name) => folder + name)));
}

function succeed({ errors }: Awaited<ReturnType<typeof importRecords>>): void {
  if (errors.length > 0) throw new Error(`The records do not import: ${JSON.stringify(errors.slice(0, 3))}`);
}
