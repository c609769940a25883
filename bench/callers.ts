import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import type pg from 'pg';
import type { Caller } from './contenders/contenders.js';

const [ISSUER, AUDIENCE] = ['https://bench.invalid', 'bench'];

export interface Callers {
  readonly keys: JSONWebKeySet;
  readonly issuer: string;
  readonly audience: string;
  /** Who holds a role on a unit: `viewer:P1`; the nation's database knows them. */
  of(role: string, unit: string): Promise<Caller>;
}

/** Signs for whoever asks, as an identity provider would. */
export async function openCallers(pool: pg.Pool): Promise<Callers> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const known = new Map<string, Promise<Caller>>();
  const make = async (role: string, unit: string): Promise<Caller> => {
    const principal = `${role}:${unit}`;
    // What this reads is counted at once, lest it be taken for what others read later.
    const { rows } = await pool.query<{ scope: string }>('select pg_stat_force_next_flush(), u.path::text as scope from role_grant g join org_unit u on u.id = g.unit_id where g.principal = $1', [principal]);
    if (rows.length !== 1) throw new Error(`there is no ${principal}`);
    const token = await new SignJWT().setProtectedHeader({ alg: 'EdDSA', kid: 'bench' }).setSubject(principal).setIssuer(ISSUER).setAudience(AUDIENCE).setIssuedAt().setExpirationTime('24h').sign(privateKey);
    return { token, principal, scope: rows[0]!.scope };
  };
  return {
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA' }] },
    issuer: ISSUER,
    audience: AUDIENCE,
    of: (role, unit) => {
      const name = `${role}:${unit}`;
      if (!known.has(name)) known.set(name, make(role, unit));
      return known.get(name)!;
    },
  };
}
