/**
 * Liendoan as it is shipped: the real server, logged in as the API, with signed tokens. Limits are counted, and so wide
 * that nobody meets them. `cached`: answers are kept, as they are unless a setting says otherwise. `open`: what row scope, permissions and limits cost, seen from a server without them, which
 * logs in as the owner of the tables, for whom no policy holds.
 */
import { contend } from './contender.js';
import { takeGuardsAway } from './unguarded.js';

contend(async ({ ownerUrl, apiUrl, keys, issuer, audience, mode }) => {
  const open = mode === 'open';
  if (open) takeGuardsAway();
  const [{ entities }, { readConfig }, { startServer }, { openDatabase }] = await Promise.all([
    import('../../mikro-orm.config.js'), import('../../src/config.js'), import('../../src/server.js'), import('../../src/shared/database/database.js'),
  ]);
  const config = readConfig({ DATABASE_URL: open ? ownerUrl : apiUrl, PORT: '0', ...(mode === 'cached' ? {} : { LIENDOAN_ANSWER_CACHE_MB: '0' }) });
  const db = await openDatabase(config, { entities, as: open ? 'owner' : 'api' });
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const { url } = await startServer(db, config, { tokens: { keys, issuer, audience, algorithms: ['EdDSA'] }, limits: { MEMBER: plenty, ANONYMOUS: plenty } });
  return Number(new URL(url).port);
});
