/**
 * How long `npm start` takes to its first answered query, npm and compiler included: cold (the data folder is set up,
 * migrated and filled with the articles) and warm. `npm run bench:start`
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const QUERY = '{ orgUnit(code: "D272") { name } }';
const EXPECTED = 'LĐLĐ huyện Phúc Thọ';
const PORT = 4097;
const TARGETS = { cold: 10, warm: 4 } as const;

const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));

async function measure(): Promise<number> {
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: resolve(import.meta.dirname, '..'),
    env: { ...process.env, LIENDOAN_DATA: join(folder, 'data'), PORT: String(PORT), DATABASE_URL: '', NODE_ENV: '', LIENDOAN_JWKS: '', LIENDOAN_JWT_ISSUER: '', LIENDOAN_JWT_AUDIENCE: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<never>((_, failed) => child.once('close', (code) => failed(new Error(`npm start ended with exit code ${code}`))));
  ended.catch(() => {});
  const seconds = await Promise.race([answered(began), ended]);
  child.kill('SIGTERM');
  await ended.catch(() => {});
  return seconds;
}

async function answered(began: number): Promise<number> {
  for (;;) {
    try {
      const [caller] = (await (await fetch(`http://127.0.0.1:${PORT}/development/callers`)).json()) as { token: string }[];
      const response = await fetch(`http://127.0.0.1:${PORT}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${caller!.token}` },
        body: JSON.stringify({ query: QUERY }),
      });
      const { data } = (await response.json()) as { data?: { orgUnit: { name: string } | null } };
      if (data?.orgUnit?.name !== EXPECTED) throw new Error(`unexpected answer: ${JSON.stringify(data)}`);
      return (performance.now() - began) / 1000;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await sleep(20);
    }
  }
}

try {
  const cold = await measure();
  const warm = await measure();
  const processors = cpus();
  console.log(`${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}, Node ${process.version}`.replace('Linux', process.platform));
  for (const [name, seconds] of Object.entries({ cold, warm })) {
    const target = TARGETS[name as keyof typeof TARGETS];
    console.log(`${name}: ${seconds.toFixed(2)} s to the first answered query (target: under ${target} s${seconds < target ? '' : ', MISSED'})`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
