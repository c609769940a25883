/**
 * How long a search takes at the size of the nation: 126,000 units and 2,000 campaigns, asked over HTTP by callers of each
 * level. Beside it, in turns, the same units found by a full scan that ranks all that fit. `npm run bench:search`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { TokenSettings } from '../src/access/token.js';
import { readConfig } from '../src/config.js';
import { importRecords } from '../src/exchange/import.service.js';
import { buildServer } from '../src/server.js';
import { API_LOGIN, ensureApiLogin } from '../src/shared/database/api-login.js';
import { openDatabase, type Database } from '../src/shared/database/database.js';
import { federation } from './federation.js';

const options = new Command()
  .option('--units <count>', 'units of the federation', Number, 126_000)
  .option('--rounds <count>', 'how often each search is asked', Number, 11)
  .option('--text <text...>', 'what to look for, instead of the usual')
  .option('--first <count>', 'results on a page', Number, 20)
  .parse()
  .opts<{ units: number; rounds: number; text?: string[]; first: number }>();

const TARGET_MS = 20;
const CALLERS = [['a viewer of the root', 'N'], ['of a province', 'P0'], ['of a district', 'D5'], ['of a union', 'G77'], ['nobody', null]] as const;
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'common words': ['công đoàn', 'công đoàn cơ sở', 'công ty', 'tnhh', 'trường', 'mtv', 'doan cong'],
  'rare words': ['phuc tho', '“Phúc Thọ”', 'trường tiểu học kim đồng', 'nghiệp đoàn vận tải', 'hóa an', 'D12'],
  'one letter': ['c', 'x', 'z', '9'],
  'what nothing has': ['xyzqw', 'không có gì', 'mầm non tnhh'],
};

const QUERY = `query ($text: String!, $first: Int) { search(text: $text, first: $first) { nodes { kind score matched thing { __typename ... on OrgUnit { code name } ... on Campaign { code name } } } } }`;

/** What the search saves one from: each unit looked at, those that fit ranked. */
const FULL_SCAN = `select u.code from org_unit u cross join search_words($1) q(words)
  where u.search_text like all (select '% ' || word || '%' from unnest(string_to_array(q.words, ' ')) word)
  order by search_fit(u.search_text, '| ' || q.words || ' |%', '%| ' || q.words || ' |', '%| ' || q.words || ' |%', '| ' || q.words || '%', '% ' || replace(q.words, ' ', '% ') || '%'),
    u.level, length(u.name), u.code limit $2`;

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
const tokens: TokenSettings = { keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA' }] }, issuer: 'bench', audience: 'bench', algorithms: ['EdDSA'] };

async function enrol(owner: Database, name: string, unit: string | null): Promise<Record<string, string>> {
  if (unit === null) return {};
  await owner.pool.query(`insert into role_grant (principal, role, unit_id, starts) select $1, 'VIEWER', id, '2000-01-01' from org_unit where code = $2`, [name, unit]);
  const token = await new SignJWT().setProtectedHeader({ alg: 'EdDSA', kid: 'bench' }).setSubject(name).setIssuer('bench').setAudience('bench').setIssuedAt().setExpirationTime('8h').sign(privateKey);
  return { authorization: `Bearer ${token}` };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; answer: T }> {
  const began = performance.now();
  const answer = await work();
  return { ms: performance.now() - began, answer };
}

const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
const closing: (() => Promise<unknown>)[] = [];
try {
  const owner = await openDatabase({ databaseUrl: undefined, dataFolder: join(folder, 'data') });
  closing.push(() => owner.close());
  const { errors, created, seconds } = await importRecords(owner, federation(options.units));
  if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3)));
  const callers: { name: string; unit: string | null; headers: Record<string, string> }[] = [];
  for (const [name, unit] of CALLERS) callers.push({ name, unit, headers: await enrol(owner, name, unit) });
  await owner.pool.query('vacuum analyze');

  const apiUrl = new URL(owner.url);
  apiUrl.username = API_LOGIN;
  apiUrl.password = 'bench';
  await ensureApiLogin(owner.pool, apiUrl.href);
  const api = await openDatabase({ databaseUrl: apiUrl.href, dataFolder: folder }, { as: 'api' });
  closing.push(() => api.close());
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const app = await buildServer(api, { ...readConfig({}), dataFolder: folder }, { tokens, limits: { MEMBER: plenty, ANONYMOUS: plenty } });
  closing.push(() => app.close());
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  const ask = async (text: string, headers: Record<string, string>): Promise<{ thing: { code: string } }[]> => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query: QUERY, variables: { text, first: options.first } }) });
    const answer = (await response.json()) as { data?: { search: { nodes: { thing: { code: string } }[] } }; errors?: object[] };
    if (!answer.data) throw new Error(JSON.stringify(answer.errors));
    return answer.data.search.nodes;
  };

  const processors = cpus();
  console.log(`${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}, Node ${process.version}`);
  console.log(`${options.units} units, ${created} records imported in ${seconds.toFixed(0)} s; load of the machine ${loadavg()[0]!.toFixed(1)} at the start`);
  const texts = options.text === undefined ? Object.entries(TEXTS) : [['asked for', options.text] as const];
  const missed: string[] = [];
  for (const [kind, some] of texts) {
    console.log(`\n${kind}`);
    for (const text of some) {
      const scans: number[] = [];
      const times = callers.map(() => [] as number[]);
      let found: number[] = [];
      for (let round = -2; round < options.rounds; round++) {
        const answers: number[] = [];
        for (const [i, { headers }] of callers.entries()) {
          const { ms, answer } = await timed(() => ask(text, headers));
          answers.push(answer.length);
          if (round >= 0) times[i]!.push(ms);
        }
        found = answers;
        // The scan is done as the owner of the tables, for whom no row is hidden.
        const { ms } = await timed(() => owner.pool.query(FULL_SCAN, [text, options.first]));
        if (round >= 0) scans.push(ms);
      }
      const cells = callers.map(({ name }, i) => {
        const ms = median(times[i]!);
        if (ms > TARGET_MS) missed.push(`“${text}” by ${name}: ${ms.toFixed(1)} ms`);
        return `${ms.toFixed(1).padStart(6)} (${String(found[i]).padStart(2)})`;
      });
      const scan = median(scans);
      console.log(`  ${text.padEnd(28)} ${cells.join('  ')}   full scan ${scan.toFixed(0).padStart(4)} ms: ${(scan / median(times[0]!)).toFixed(1)} × the root’s`);
    }
  }
  console.log(`\ncolumns: ${callers.map(({ name }) => name).join(', ')}; milliseconds over HTTP, medians of ${options.rounds}, and how many were found on the page`);
  console.log(missed.length === 0 ? `all under ${TARGET_MS} ms` : `MISSED ${TARGET_MS} ms: ${missed.join('; ')}`);
  console.log(`load ${loadavg()[0]!.toFixed(1)} at the end`);
} finally {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
}
