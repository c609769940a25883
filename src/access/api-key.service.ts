import type { EntityManager } from '@mikro-orm/postgresql';
import type { Context } from '../context.js';
import { isBlank } from '../shared/blank.js';
import { parseDay, type Day } from '../shared/dates.js';
import { ApiKey as ApiKeyRow, RoleGrant } from './access.entity.js';
import { newApiKey } from './api-key.js';
import { KEY_COLUMNS } from './api-key.query.js';
import type { ApiKey, CreateApiKeyInput, RevokeApiKeyInput } from './api-key.type.js';
import { assertVersion, audit, command, UserFault, type Outcome } from './command.js';
import { unitWithin } from './reference.query.js';

const LONGEST_YEARS = 2;

/** Makes a key that reads what is published to partners in a unit, of which the caller is an ADMIN, and beneath it. */
export async function createApiKey(context: Context, input: CreateApiKeyInput): Promise<Outcome<{ apiKey: ApiKey; secret: string }>> {
  const expiresOn = parseDay(input.expiresOn, 'input.expiresOn');
  const name = input.name.trim();
  return command(context, {
    name: 'createApiKey', grants: 'change', input, nothing: { apiKey: null, secret: null },
    prepare: (em) => unitWithin(em, input.unit, 'admin'),
    act: async (em, unit) => {
      assertVersion(input, 0);
      if (isBlank(name) || name.length > 200 || /\p{Cc}|\p{Cs}/u.test(name)) throw new UserFault('name', 'INVALID', 'name must be 1 to 200 characters, without control characters, and show something.');
      const latest = yearsLater(context.today, LONGEST_YEARS);
      if (expiresOn < context.today || expiresOn > latest) throw new UserFault('expiresOn', 'INVALID', `expiresOn must be from ${context.today} to ${latest}.`);
      const { id, secretText, hash } = newApiKey();
      const createdBy = context.caller.principal;
      await em.insert(ApiKeyRow, { id, name, unitId: unit, secretHash: await hash, createdBy, expiresOn });
      await em.insert(RoleGrant, { principal: `key:${id}`, role: 'PARTNER', unitId: unit, starts: context.today, ends: expiresOn, grantedBy: createdBy });
      audit(em, context, 'CREATE_API_KEY', unit, { keyId: id, name, expiresOn });
      return { apiKey: (await keyOf(em, id))!, secret: secretText };
    },
    kept: ({ apiKey }) => ({ apiKey, secret: null }),
  });
}

/** Ends a key at once. The caller is an ADMIN of its unit; of a key that is revoked already nothing changes. */
export function revokeApiKey(context: Context, input: RevokeApiKeyInput): Promise<Outcome<{ apiKey: ApiKey }>> {
  const { keyId } = input;
  return command(context, {
    name: 'revokeApiKey', grants: 'change', input, nothing: { apiKey: null },
    prepare: async (em) => {
      // Only an ADMIN of its unit sees a key.
      const key = /^[a-z0-9]{12}$/.test(keyId) ? await keyOf(em, keyId) : undefined;
      if (key === undefined) throw new UserFault('keyId', 'NOT_FOUND', 'There is no such key of a unit of yours.');
      return key;
    },
    act: async (em, key) => {
      assertVersion(input, key.version, { apiKey: key });
      const revoked = await em.execute<{ affectedRows: number }>(
        'update api_key set revoked_at = now(), revoked_by = ? where id = ? and revoked_at is null',
        [context.caller.principal, keyId],
        'run',
      );
      if (revoked.affectedRows > 0) audit(em, context, 'REVOKE_API_KEY', key.unitKey, { revoked: true }, { keyId, name: key.name, expiresOn: key.expiresOn });
      return { apiKey: (await keyOf(em, keyId))! };
    },
  });
}

async function keyOf(em: EntityManager, id: string): Promise<ApiKey | undefined> {
  const [key] = await em.execute<ApiKey[]>(`select ${KEY_COLUMNS} from api_key a where a.id = ?`, [id]);
  return key;
}

function yearsLater(day: Day, years: number): Day {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString().slice(0, 10);
}
