import type pg from 'pg';
import type { ApiKeyStore, StoredKey } from './api-key.js';

/** The table of API keys, through the two functions that may look at it before the caller is known. */
export function createApiKeyStore(pool: pg.Pool): ApiKeyStore {
  return {
    find: async (id) => {
      const { rows } = await pool.query<StoredKey>({
        name: 'api_key_find',
        text: 'select secret_hash as "secretHash", expires_on as "expiresOn", revoked from api_key_find($1)',
        values: [id],
      });
      return rows[0];
    },
    used: async (id) => {
      await pool.query('select api_key_used($1)', [id]);
    },
  };
}
