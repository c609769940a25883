/**
 * PostGraphile 5 as tuned as we could make it: one function a page, whose rows are flat, as plain lists; nothing in the
 * schema but those; answers written as text; and the request's transaction, settings and statement, all prepared, sent
 * to the database in one go rather than one after the other. (A schema that is exported ahead makes it start faster and
 * answers no faster.)
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import pg from 'pg';
import { postgraphile } from 'postgraphile';
import type { PgClient } from 'postgraphile/@dataplan/pg';
import * as standard from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { contend } from './contender.js';
import { install } from './postgraphile.sql.js';
import { sessions } from './sessions.js';

const SETTINGS = 'select set_config(el->>0, el->>1, true) from json_array_elements($1::json) el';

/** A transaction of one statement is begun, told its settings and asked in one round trip. */
function createWithPgClient(pool: pg.Pool): ReturnType<typeof standard.createWithPgClient> {
  const wrapped = (client: pg.PoolClient): PgClient & { rawClient: pg.PoolClient } => ({
    rawClient: client,
    query: async ({ text, name, values, arrayMode }) => {
      const { rows, rowCount } = await client.query({ text, ...(name === undefined ? {} : { name }), values: values as unknown[], ...(arrayMode === true ? { rowMode: 'array' as const } : {}) });
      return { rows: rows as never, rowCount, notices: [] };
    },
    withTransaction: () => {
      throw new Error('nothing is written here');
    },
  });
  return async (settings, callback) => {
    const client = await pool.connect();
    try {
      const entries = Object.entries(settings ?? {});
      if (entries.length === 0) return await callback(wrapped(client));
      const begun = Promise.all([client.query({ name: 'begin', text: 'begin' }), client.query({ name: 'settings', text: SETTINGS, values: [JSON.stringify(entries)] })]);
      begun.catch(() => {});
      try {
        const answer = await callback(wrapped(client));
        await begun;
        return answer;
      } finally {
        // Nothing hangs on its answer: whoever has the connection next comes after it.
        client.query({ name: 'commit', text: 'commit' }).catch(() => {});
      }
    } finally {
      client.release();
    }
  };
}

contend(async ({ ownerUrl, apiUrl }) => {
  await install(ownerUrl, 'bench_tuned');
  const sessionOf = await sessions(ownerUrl);
  const pool = new pg.Pool({ connectionString: apiUrl, max: 4 * availableParallelism(), pipeline: true } as pg.PoolConfig);
  pool.on('connect', (client) => void client.query('set plan_cache_mode = force_generic_plan; set jit = off'));
  const preset: GraphileConfig.Preset = {
    extends: [PostGraphileAmberPreset],
    pgServices: [{ ...standard.makePgService({ pool, schemas: ['bench_tuned'] }), adaptor: { ...standard, createWithPgClient: () => createWithPgClient(pool) } }],
    schema: { defaultBehavior: '-connection +list -filter -order -orderBy -mutation -node' },
    grafserv: { watch: false, graphiql: false, websockets: false, outputDataAsString: true },
    grafast: { explain: false, context: async (request) => ({ pgSettings: await sessionOf(String(request.node!.req.headers['x-principal'])) }) },
  };
  const server = createServer();
  server.on('error', (error) => console.error(error));
  await postgraphile(preset).createServ(grafserv).addTo(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
});
