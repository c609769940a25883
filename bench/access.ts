/**
 * What row scope costs on the dashboard query: a province with 30 districts × 5 indicators, asked over HTTP of two servers
 * on one database, one logged in as the API, whose rows are scoped, the other as the owner of the tables, for whom no
 * policy holds. They take turns. `npm run bench:access`
 */
import { deepStrictEqual } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { FastifyInstance } from 'fastify';
import type { TokenSettings } from '../src/access/token.js';
import { readConfig } from '../src/config.js';
import { importRecords } from '../src/exchange/import.service.js';
import { buildServer } from '../src/server.js';
import { API_LOGIN, ensureApiLogin } from '../src/shared/database/api-login.js';
import { openDatabase, type Database } from '../src/shared/database/database.js';

const TARGET = 1.15;
const PROVINCES = 63;
const ROUNDS = 30;
const REQUESTS = 10;
const INDICATORS = ['I0', 'I1', 'I2', 'I3', 'I4'];

const QUERY = `query ($indicators: [String!]!) {
  orgUnit(code: "P0") {
    name
    children(first: 30) {
      nodes {
        name
        scorecard(campaign: "K", indicators: $indicators) {
          result { value } target { value } completionPercent coverage { expected reported percent }
        }
      }
    }
  }
}`;

/** The province asked for has 30 districts of 50 unions, the others 6 each. */
function* records(): Generator<object> {
  const unit = (code: string, name: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01' });
  yield unit('N', 'Tổng Liên đoàn', 'NATIONAL', 'CONFEDERATION', null);
  yield { type: 'campaign', code: 'K', name: 'Chương trình', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01', endsOn: '2024-12-31' };
  for (const code of INDICATORS) yield { type: 'indicator', code, name: `Sáng kiến loại ${code}`, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  for (let p = 0; p < PROVINCES; p++) {
    yield unit(`P${p}`, `Liên đoàn Lao động tỉnh số ${p}`, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N');
    for (let d = 0; d < (p === 0 ? 30 : 6); d++) {
      const district = `P${p}D${d}`;
      yield unit(district, `Liên đoàn Lao động huyện số ${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', `P${p}`);
      for (const indicator of INDICATORS) {
        yield { type: 'target', unit: district, campaign: 'K', indicator, basis: 'ASSIGNED', decidedOn: '2024-01-15', value: 4000 + d, counterpart: `P${p}` };
      }
      for (let g = 0; g < 50; g++) {
        yield unit(`${district}G${g}`, `Công đoàn cơ sở Công ty số ${g}`, 'GRASSROOTS', 'GRASSROOTS_UNION', district);
        for (const indicator of p === 0 ? INDICATORS : [INDICATORS[g % 5]]) {
          yield { type: 'result', unit: `${district}G${g}`, campaign: 'K', indicator, coverage: 'OWN', asOf: '2024-06-30', value: 10 + ((d * 50 + g) % 90) };
        }
      }
    }
  }
}

interface Caller {
  readonly name: string;
  readonly unit: string;
  readonly token: string;
}
interface Server {
  readonly app: FastifyInstance;
  readonly ask: (caller: Caller) => Promise<{ readonly text: string; readonly ms: number }>;
}

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
const tokens: TokenSettings = { keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA' }] }, issuer: 'bench', audience: 'bench', algorithms: ['EdDSA'] };

/** Has the right to see the unit and what is beneath it. */
async function enrol(owner: Database, name: string, unit: string): Promise<Caller> {
  await owner.pool.query(`insert into role_grant (principal, role, unit_id, starts) select $1, 'VIEWER', id, '2000-01-01' from org_unit where code = $2`, [name, unit]);
  const token = await new SignJWT().setProtectedHeader({ alg: 'EdDSA', kid: 'bench' }).setSubject(name).setIssuer('bench').setAudience('bench').setIssuedAt().setExpirationTime('8h').sign(privateKey);
  return { name, unit, token };
}

async function serve(db: Database): Promise<Server> {
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const app = await buildServer(db, { ...readConfig({}), dataFolder: folder }, { tokens, limits: { MEMBER: plenty } });
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  const body = JSON.stringify({ query: QUERY, variables: { indicators: INDICATORS } });
  return {
    app,
    ask: async ({ token }) => {
      const began = performance.now();
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body });
      const text = await response.text();
      return { text, ms: performance.now() - began };
    },
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Both answer alike, and in full. */
async function assertSame(scoped: Server, open: Server, caller: Caller): Promise<void> {
  const dataOf = (text: string) => (JSON.parse(text) as { data: { orgUnit: { children: { nodes: { scorecard: { completionPercent: number | null }[] }[] } } } }).data;
  const [one, other] = [dataOf((await scoped.ask(caller)).text), dataOf((await open.ask(caller)).text)];
  deepStrictEqual(one, other);
  const cells = one.orgUnit.children.nodes.flatMap(({ scorecard }) => scorecard);
  if (cells.length !== 150 || cells.some(({ completionPercent }) => completionPercent === null)) throw new Error(`not the whole dashboard: ${cells.length} cells`);
}

async function compare(scoped: Server, open: Server, caller: Caller): Promise<void> {
  await assertSame(scoped, open, caller);
  const times = { scoped: [] as number[], open: [] as number[] };
  const ratios: number[] = [];
  for (let round = -3; round < ROUNDS; round++) {
    const ofRound = { scoped: [] as number[], open: [] as number[] };
    // One by one, each going first in every other pair: what else the machine does meets both.
    for (let i = 0; i < REQUESTS; i++) {
      for (const name of (i + round) % 2 === 0 ? (['scoped', 'open'] as const) : (['open', 'scoped'] as const)) {
        ofRound[name].push((await (name === 'scoped' ? scoped : open).ask(caller)).ms);
      }
    }
    // The first rounds warm up both.
    if (round < 0) continue;
    times.scoped.push(...ofRound.scoped);
    times.open.push(...ofRound.open);
    ratios.push(median(ofRound.scoped) / median(ofRound.open));
  }
  const ratio = median(times.scoped) / median(times.open);
  const spread = ratios.toSorted((a, b) => a - b);
  const verdict = ratio <= TARGET ? '' : ', MISSED';
  console.log(
    `${caller.name}: ${median(times.scoped).toFixed(2)} ms with row scope, ${median(times.open).toFixed(2)} ms without: ${ratio.toFixed(3)}× ` +
      `(target: at most ${TARGET}×${verdict}; medians of ${times.scoped.length}; rounds ${spread[Math.floor(spread.length / 4)]!.toFixed(2)} to ${spread[Math.floor((spread.length * 3) / 4)]!.toFixed(2)})`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
const closing: (() => Promise<unknown>)[] = [];
try {
  const owner = await openDatabase({ databaseUrl: undefined, dataFolder: join(folder, 'data') });
  closing.push(() => owner.close());
  const { errors, created, seconds } = await importRecords(owner, records());
  if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3)));
  const callers = [await enrol(owner, 'a viewer of the province', 'P0'), await enrol(owner, 'a viewer of the root', 'N')];
  await owner.pool.query('vacuum analyze');

  const apiUrl = new URL(owner.url);
  apiUrl.username = API_LOGIN;
  apiUrl.password = 'bench';
  await ensureApiLogin(owner.pool, apiUrl.href);
  const api = await openDatabase({ databaseUrl: apiUrl.href, dataFolder: folder }, { as: 'api' });
  closing.push(() => api.close());
  const [scoped, open] = [await serve(api), await serve(owner)];
  closing.push(() => scoped.app.close(), () => open.app.close());

  const processors = cpus();
  const { rows } = await owner.pool.query<{ units: number }>('select count(*)::int as units from org_unit');
  console.log(`${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}, Node ${process.version}`);
  console.log(`${rows[0]!.units} units, ${created} records imported in ${seconds.toFixed(0)} s; load of the machine ${loadavg()[0]!.toFixed(1)} at the start`);
  for (const caller of callers) await compare(scoped, open, caller);
  console.log(`load ${loadavg()[0]!.toFixed(1)} at the end`);
} finally {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
}
