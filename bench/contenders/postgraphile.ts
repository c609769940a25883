/** PostGraphile 5 as its documentation leads: the Amber preset over the tables and functions, settings for each request. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { contend } from './contender.js';
import { install } from './postgraphile.sql.js';
import { sessions } from './sessions.js';

contend(async ({ ownerUrl, apiUrl }) => {
  await install(ownerUrl, 'bench_leads');
  const sessionOf = await sessions(ownerUrl);
  const preset: GraphileConfig.Preset = {
    extends: [PostGraphileAmberPreset],
    pgServices: [makePgService({ connectionString: apiUrl, schemas: ['bench_leads'] })],
    grafserv: { watch: false, graphiql: false },
    grafast: { explain: false, context: async (request) => ({ pgSettings: await sessionOf(String(request.node!.req.headers['x-principal'])) }) },
  };
  const server = createServer();
  server.on('error', (error) => console.error(error));
  await postgraphile(preset).createServ(grafserv).addTo(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
});
