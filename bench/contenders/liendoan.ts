/**
 * Liendoan as it is shipped: the real server, logged in as the API, with signed tokens. Limits are counted, and so wide
 * that nobody meets them. `cached`: with the cache of answers. `open`: what row scope, permissions and limits cost, seen
 * from a server without them; it logs in as the owner of the tables, for whom no policy holds.
 */
import { entities } from '../../mikro-orm.config.js';
import { readConfig } from '../../src/config.js';
import { startServer } from '../../src/server.js';
import { openDatabase } from '../../src/shared/database/database.js';
import { contend } from './contender.js';

contend(async ({ ownerUrl, apiUrl, keys, issuer, audience, mode }) => {
  const open = mode === 'open';
  const config = readConfig({ DATABASE_URL: open ? ownerUrl : apiUrl, PORT: '0' });
  const db = await openDatabase(config, { entities, as: open ? 'owner' : 'api' });
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const { url } = await startServer(db, config, { tokens: { keys, issuer, audience, algorithms: ['EdDSA'] }, limits: { MEMBER: plenty, ANONYMOUS: plenty } });
  return Number(new URL(url).port);
});
