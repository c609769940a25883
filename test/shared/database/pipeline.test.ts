import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pipeline } from '../../../src/shared/database/pipeline.js';
import { Unavailable } from '../../../src/shared/errors.js';
import type { Database } from '../../../src/shared/database/database.js';
import { createTestDatabase } from '../../support/database.js';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.close());

/** What stands between a client and the database, and all sockets that it has. */
async function network(heard: (sent: Buffer) => void = () => {}): Promise<{ url: string; sockets: Socket[]; end: () => void }> {
  const { hostname, port } = new URL(db.url);
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.on('data', heard);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(db.url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href, sockets,
    end: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('a connection begins with nothing that a pooler refuses, and limits its statements all the same', async () => {
  const sent: Buffer[] = [];
  const { url, end } = await network((chunk) => sent.push(chunk));
  const pool = new pg.Pool({ connectionString: url });
  const pipeline = new Pipeline(pool);
  try {
    expect(await pipeline.query('limit', 'show statement_timeout', [])).toEqual([{ statement_timeout: '15s' }]);
    // Of the startup message, as PgBouncer knows them.
    const names = sent[0]!.subarray(8).toString().split('\0').filter((text, i) => i % 2 === 0 && text !== '');
    expect(names.filter((name) => !['user', 'database', 'client_encoding', 'application_name', 'DateStyle', 'TimeZone'].includes(name))).toEqual([]);
    expect(names).toContain('user');
  } finally {
    await pipeline.close();
    await pool.end();
    end();
  }
});

test('a connection whose network has gone without a word is cut, and the next statement finds a new one', async () => {
  const { url, sockets, end } = await network();
  const pool = new pg.Pool({ connectionString: url });
  const pipeline = new Pipeline(pool, 300);
  const ask = (): Promise<{ n: number }[]> => pipeline.query('one', 'select 1 as n', []);
  try {
    // Of as many as there are, each.
    for (let time = 0; time < 4; time++) {
      expect(await ask()).toEqual([{ n: 1 }]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const gone = sockets.splice(0);
    for (const socket of gone) socket.unpipe().pause();
    for (let time = 0; time < 2; time++) {
      await expect(ask()).rejects.toBeInstanceOf(Unavailable);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await ask()).toEqual([{ n: 1 }]);
    for (const socket of gone) socket.destroy();
  } finally {
    await pipeline.close();
    await pool.end();
    end();
  }
});
