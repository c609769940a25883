/**
 * What it costs to rank one level of a federation of 126,000 units: asked over HTTP, by who sees all of it and by a union
 * that sees itself alone, where the campaign publishes its ranks; smaller groups beside it. `npm run bench:ranking`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { TokenSettings } from '../src/access/token.js';
import { readConfig } from '../src/config.js';
import { importRecords } from '../src/exchange/import.service.js';
import { buildServer } from '../src/server.js';
import { API_LOGIN, ensureApiLogin } from '../src/shared/database/api-login.js';
import { openDatabase } from '../src/shared/database/database.js';

const [UNITS, PROVINCES, DISTRICTS, ROUNDS] = [126_000, 63, 700, 9];

/** Two results of each union, with many alike; one in ten has none. */
function* records(): Generator<object> {
  const unit = (code: string, name: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01' });
  yield unit('N', 'Tổng Liên đoàn', 'NATIONAL', 'CONFEDERATION', null);
  yield { type: 'indicator', code: 'I', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  yield { type: 'campaign', code: 'K', name: 'Chương trình', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01', endsOn: '2024-12-31', publishesRanks: true };
  for (let p = 0; p < PROVINCES; p++) yield unit(`P${p}`, `Liên đoàn Lao động tỉnh số ${p}`, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N');
  for (let d = 0; d < DISTRICTS; d++) yield unit(`D${d}`, `Liên đoàn Lao động huyện số ${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', `P${d % PROVINCES}`);
  const unions = UNITS - 1 - PROVINCES - DISTRICTS;
  for (let g = 0; g < unions; g++) yield unit(`G${g}`, `Công đoàn cơ sở Công ty số ${g}`, 'GRASSROOTS', 'GRASSROOTS_UNION', `D${g % DISTRICTS}`);
  for (const [month, more] of [['03', 0], ['09', 40]] as const)
    for (let g = 0; g < unions; g++) if (g % 10 !== 9) yield { type: 'result', unit: `G${g}`, campaign: 'K', indicator: 'I', coverage: 'OWN', asOf: `2024-${month}-28`, value: ((g * 7919) % 3000) + more };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
const tokens: TokenSettings = { keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA' }] }, issuer: 'bench', audience: 'bench', algorithms: ['EdDSA'] };
const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
const closing: (() => Promise<unknown>)[] = [];
try {
  const owner = await openDatabase({ databaseUrl: undefined, dataFolder: join(folder, 'data') });
  closing.push(() => owner.close());
  const { errors, created, seconds } = await importRecords(owner, records());
  if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3)));
  const bearers = new Map<string, string>();
  for (const code of ['N', 'D0', 'G0']) {
    await owner.pool.query(`insert into role_grant (principal, role, unit_id, starts) select $1, 'VIEWER', id, '2000-01-01' from org_unit where code = $1`, [code]);
    bearers.set(code, await new SignJWT().setProtectedHeader({ alg: 'EdDSA', kid: 'bench' }).setSubject(code).setIssuer('bench').setAudience('bench').setIssuedAt().setExpirationTime('8h').sign(privateKey));
  }
  await owner.pool.query('vacuum analyze');

  const apiUrl = new URL(owner.url);
  apiUrl.username = API_LOGIN;
  apiUrl.password = 'bench';
  await ensureApiLogin(owner.pool, apiUrl.href);
  const api = await openDatabase({ databaseUrl: apiUrl.href, dataFolder: folder }, { as: 'api' });
  closing.push(() => api.close());
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const app = await buildServer(api, { ...readConfig({}), dataFolder: folder }, { tokens, limits: { MEMBER: plenty } });
  closing.push(() => app.close());
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;

  const [processors, before] = [cpus(), loadavg()[0]!];
  console.log(`${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}, Node ${process.version}`);
  console.log(`${created} records imported in ${seconds.toFixed(0)} s; load of the machine ${before.toFixed(1)} at the start`);

  const measure = async (label: string, caller: string, field: string): Promise<void> => {
    const query = `{ orgUnit(code: "${caller}") { it: ${field} } }`;
    const times: number[] = [];
    for (let round = -2; round < ROUNDS; round++) {
      const began = performance.now();
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${bearers.get(caller)!}` }, body: JSON.stringify({ query }) });
      const text = await response.text();
      if (round >= 0) times.push(performance.now() - began);
      if (text.includes('"errors"') || text.includes('"it":null')) throw new Error(text.slice(0, 500));
    }
    console.log(`${label}: ${median(times).toFixed(0)} ms (median of ${ROUNDS})`);
  };
  const what = 'campaign: "K", indicator: "I", asOf: "2024-12-31"';
  const page = 'entries { nodes { place tied name value } }';
  await measure('the unions of the nation, how many have a place', 'N', `ranking(${what}, group: {level: GRASSROOTS}) { size ranked }`);
  await measure('the first 20 of them', 'N', `ranking(${what}, group: {level: GRASSROOTS}) { ${page} }`);
  await measure('the first 20 by growth', 'N', `ranking(${what}, by: GROWTH, since: "2024-06-30", group: {level: GRASSROOTS}) { ${page} }`);
  await measure('a union’s place in the nation, as it sees it', 'G0', `rank(${what}, among: LEVEL_IN_NATION) { place of ranked }`);
  await measure('its place among its siblings, with the first 20', 'G0', `rank(${what}, among: SIBLINGS) { place of ranked ${page} }`);
  await measure('the districts of the nation', 'N', `ranking(${what}, group: {level: UPPER_GRASSROOTS}) { size ranked ${page} }`);
  await measure('the provinces', 'N', `ranking(${what}, group: {children: true}) { size ranked ${page} }`);
  console.log(`load ${loadavg()[0]!.toFixed(1)} at the end`);
} finally {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
}
