/**
 * What there is to be had: node:http and `pg`, one prepared statement a request, which builds the whole answer as JSON in
 * the database, with the caller's scope in its WHERE clause. No GraphQL, no documents, no limits.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contend } from './contender.js';
import { statements } from './floor.sql.js';
import { openLanes } from './lanes.js';

contend(async ({ ownerUrl }) => {
  const lane = await openLanes(ownerUrl);
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const name = request.url!.slice(1);
      const { text, more } = statements[name]!;
      const asked = JSON.parse((parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString()) as Record<string, unknown>;
      const values = [asked['code'], request.headers['x-scope'], ...more.map((one) => asked[one])];
      lane().query<[string]>({ name, text, values, rowMode: 'array' }).then(
        ({ rows }) => {
          const body = `{"data":${rows[0]![0]}}`;
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
        },
        (error: Error) => response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ message: error.message }] })),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
});
