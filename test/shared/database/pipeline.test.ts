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

test('a connection whose network has gone without a word is cut, and the next statement finds a new one', async () => {
  const { hostname, port } = new URL(db.url);
  const sockets: Socket[] = [];
  const network = createServer((near) => {
    const far = connect(Number(port), hostname);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  const through = new URL(db.url);
  through.hostname = '127.0.0.1';
  through.port = String((network.address() as AddressInfo).port);
  const pool = new pg.Pool({ connectionString: through.href });
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
    for (const socket of sockets) socket.destroy();
    network.close();
  }
});
