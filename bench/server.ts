/** What benchmarks ask: a database of their own, filled with records, and the server before it, with callers who may read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { TokenSettings } from '../src/access/token.js';
import { readConfig } from '../src/config.js';
import { importRecords } from '../src/exchange/import.service.js';
import { buildServer } from '../src/server.js';
import { API_LOGIN, ensureApiLogin } from '../src/shared/database/api-login.js';
import { openDatabase, type Database } from '../src/shared/database/database.js';
import { conditions } from './statistics.js';

export { median } from './statistics.js';

export interface Bench {
  /** As the owner of the tables, for whom no row is hidden. */
  readonly owner: Database;
  /** As the API logs in. */
  readonly api: Database;
  /** Of the import. */
  readonly created: number;
  readonly seconds: number;
  /** Starts a server before a database, with limits that nobody reaches; the address of its GraphQL. */
  serve(database: Database): Promise<string>;
  /** Sends a request as a caller (null: as nobody); the answer as it comes. */
  post(url: string, caller: string | null, query: string, variables?: object): Promise<string>;
  /** Done at the end, the last one first. */
  readonly closing: (() => Promise<unknown>)[];
}

/** Callers are [principal, role, code of the unit]. All is gone at the end. */
export async function withServer(records: Iterable<object>, callers: readonly (readonly [principal: string, role: string, unit: string])[], measure: (bench: Bench) => Promise<void>): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const tokens: TokenSettings = { keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA' }] }, issuer: 'bench', audience: 'bench', algorithms: ['EdDSA'] };
  const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const owner = await openDatabase({ databaseUrl: undefined, dataFolder: join(folder, 'data') });
    closing.push(() => owner.close());
    const { errors, created, seconds } = await importRecords(owner, records);
    if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3)));
    const bearers = new Map<string, string>();
    for (const [principal, role, unit] of callers) {
      await owner.pool.query(`insert into role_grant (principal, role, unit_id, starts) select $1, $2, id, '2000-01-01' from org_unit where code = $3`, [principal, role, unit]);
      bearers.set(principal, await new SignJWT().setProtectedHeader({ alg: 'EdDSA', kid: 'bench' }).setSubject(principal).setIssuer('bench').setAudience('bench').setIssuedAt().setExpirationTime('8h').sign(privateKey));
    }
    await owner.pool.query('vacuum analyze');

    const apiUrl = new URL(owner.url);
    apiUrl.username = API_LOGIN;
    apiUrl.password = 'bench';
    await ensureApiLogin(owner.pool, apiUrl.href);
    const api = await openDatabase({ databaseUrl: apiUrl.href, dataFolder: folder }, { as: 'api' });
    closing.push(() => api.close());

    const serve = async (database: Database): Promise<string> => {
      const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
      // Each is asked again and again: kept, one answer would be measured.
      const app = await buildServer(database, { ...readConfig({}), dataFolder: folder, answerCacheBytes: 0 }, { tokens, limits: { MEMBER: plenty, ANONYMOUS: plenty } });
      closing.push(() => app.close());
      return `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
    };
    const post = async (url: string, caller: string | null, query: string, variables?: object): Promise<string> => {
      const authorization = caller === null ? {} : { authorization: `Bearer ${bearers.get(caller)!}` };
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...authorization }, body: JSON.stringify({ query, variables }) });
      const text = await response.text();
      if (response.status !== 200 || text.includes('"errors"')) throw new Error(text.slice(0, 500));
      return text;
    };
    await measure({ owner, api, created, seconds, serve, post, closing });
    console.log(`load ${loadavg()[0]!.toFixed(1)} at the end`);
  } finally {
    for (const close of closing.toReversed()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The day, the machine, and what is measured on it: numbers are nothing without. */
export function printConditions(what: string): void {
  const { date, machine, node, load } = conditions();
  console.log(`${date}, ${machine}, Node ${node}\n${what}; load of the machine ${load} at the start`);
}
