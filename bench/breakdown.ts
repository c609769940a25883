/**
 * What it costs to take a total apart, and to follow it over time, in a federation of 126,000 units with half a million
 * figures in one series, a fifth of them consolidated: asked over HTTP as a viewer of the nation and of a province. Each
 * beside what summing the figures anew would cost (the latest of each unit, as the owner of the tables, without a word of
 * what consolidated figures, moves and closures do to the sum). They take turns. `npm run bench:breakdown`
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

const [UNITS, PROVINCES, DISTRICTS, ROUNDS] = [126_000, 63, 700, 15];
const SECTORS = ['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER'];
const OWNERSHIPS = ['STATE', 'NON_STATE', 'FDI'];

/** A fifth of the unions are of unknown sector, a quarter of unknown ownership; every tenth district speaks for itself. */
function* records(): Generator<object> {
  const unit = (code: string, name: string, level: string, kind: string, parent: string | null, more: object = {}) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01', ...more });
  yield unit('N', 'Tổng Liên đoàn', 'NATIONAL', 'CONFEDERATION', null);
  yield { type: 'indicator', code: 'I', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  yield { type: 'campaign', code: 'K', name: 'Chương trình', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01', endsOn: '2024-12-31' };
  for (let p = 0; p < PROVINCES; p++) yield unit(`P${p}`, `Liên đoàn Lao động tỉnh số ${p}`, 'PROVINCIAL', p % 5 === 0 ? 'CENTRAL_SECTORAL_UNION' : 'PROVINCIAL_FEDERATION', 'N');
  for (let d = 0; d < DISTRICTS; d++) yield unit(`D${d}`, `Liên đoàn Lao động huyện số ${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', `P${d % PROVINCES}`);
  const unions = UNITS - 1 - PROVINCES - DISTRICTS;
  for (let g = 0; g < unions; g++) {
    const [sector, ownership] = [SECTORS[g % 5], OWNERSHIPS[g % 4]];
    yield unit(`G${g}`, `Công đoàn cơ sở Công ty số ${g}`, 'GRASSROOTS', g % 9 === 0 ? 'GRASSROOTS_SYNDICATE' : 'GRASSROOTS_UNION', `D${g % DISTRICTS}`, { ...(sector && { sector }), ...(ownership && { ownership }) });
  }
  const result = (of: string, coverage: string, asOf: string, value: number) => ({ type: 'result', unit: of, campaign: 'K', indicator: 'I', coverage, asOf, value });
  for (const month of ['01', '04', '07', '10']) for (let g = 0; g < unions; g++) yield result(`G${g}`, g % 5 === 0 ? 'SUBTREE' : 'OWN', `2024-${month}-28`, Number(month) * 100 + (g % 97) + 0.25);
  for (let d = 0; d < DISTRICTS; d += 10) yield result(`D${d}`, 'SUBTREE', '2024-11-30', 500_000);
}

/** The latest figure of each unit beneath one on a day, grouped by what `group` says of its unit. */
const summed = (group: string) => `
  select ${group} as key, sum(f.value) from (
    select distinct on (f.unit_id) f.unit_id, f.value from figure f
    where f.series_id = 1 and f.status = 'APPROVED' and f.date <= '2024-12-31' and f.unit_id in (
      select a.unit_id from ancestry a where a.ancestor_id = (select id from org_unit where code = $1) and a.starts <= '2024-12-31' and a.ends > '2024-12-31')
    order by f.unit_id, f.date desc) f join org_unit u on u.id = f.unit_id group by 1`;
const MEMBER = `(select p.unit_id from placement p where p.parent_id = (select id from org_unit where code = $1) and p.starts <= '2024-12-31' and p.ends > '2024-12-31'
  and exists (select from ancestry a where a.ancestor_id = p.unit_id and a.unit_id = u.id))`;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await run();
  return performance.now() - began;
};

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
  for (const code of ['N', 'P0']) {
    await owner.pool.query(`insert into role_grant (principal, role, unit_id, starts) select $1, 'ANALYST', id, '2000-01-01' from org_unit where code = $1`, [code]);
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
  const ask = async (caller: string, query: string): Promise<string> => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${bearers.get(caller)!}` }, body: JSON.stringify({ query }) });
    const text = await response.text();
    if (response.status !== 200 || text.includes('"errors"')) throw new Error(text.slice(0, 500));
    return text;
  };

  const processors = cpus();
  console.log(`${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}, Node ${process.version}`);
  console.log(`${created} records imported in ${seconds.toFixed(0)} s; load of the machine ${loadavg()[0]!.toFixed(1)} at the start`);

  const compare = async (label: string, caller: string, query: string, sql: string, values: readonly unknown[], rounds = ROUNDS): Promise<void> => {
    const [asked, anew]: [number[], number[]] = [[], []];
    for (let round = -2; round < rounds; round++) {
      const [ours, theirs] = [await timed(() => ask(caller, query)), await timed(() => owner.pool.query(sql, [...values]))];
      if (round < 0) continue;
      asked.push(ours);
      anew.push(theirs);
    }
    console.log(`${label}: ${median(asked).toFixed(0)} ms; summed anew ${median(anew).toFixed(0)} ms: ${(median(anew) / median(asked)).toFixed(2)} times as long (medians of ${rounds})`);
  };
  const apart = (unit: string, by: string, more = '') => `{ orgUnit(code: "${unit}") { progress(campaign: "K", indicator: "I", asOf: "2024-12-31"${more}) { breakdown(by: ${by}) { total remainder parts(first: 100) { nodes { key value qualifier units counted } } } } } }`;

  for (const unit of ['N', 'P0']) for (const by of ['SECTOR', 'LEVEL', 'KIND', 'OWNERSHIP']) await compare(`${unit} by ${by}`, unit, apart(unit, by), summed(`u.${by.toLowerCase()}::text`), [unit]);
  for (const unit of ['N', 'P0', 'D0']) await compare(`${unit} by CHILD`, unit === 'N' ? 'N' : 'P0', apart(unit, 'CHILD'), summed(MEMBER), [unit]);
  await compare('N by SECTOR, as known at a moment', 'N', apart('N', 'SECTOR', `, knownAt: "${new Date().toISOString()}"`), summed('u.sector::text'), ['N'], 5);
  await compare('N over 366 days (the sum: of one day)', 'N', '{ orgUnit(code: "N") { series(campaign: "K", indicator: "I", from: "2024-01-01", to: "2024-12-31", every: DAY) { asOf result { value } } } }', summed('true'), ['N']);
  console.log(`load ${loadavg()[0]!.toFixed(1)} at the end`);
} finally {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
}
