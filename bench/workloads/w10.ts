import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spreadOf } from '../statistics.js';
import type { Finding, Trial } from './trial.js';

const QUERY = '{ orgUnit(code: "D272") { name } }';
const EXPECTED = 'LĐLĐ huyện Phúc Thọ';
const PROJECT = resolve(import.meta.dirname, '../..');

/** `npm start`, or what stands for it. */
export const startOf = (command: readonly string[]): Trial => ({
  title: `from \`${command.join(' ')}\` to the first answered query: cold (the data folder is set up, migrated and filled with the articles) and warm`,
  async run({ rounds }): Promise<Finding[]> {
    const [cold, warm]: [number[], number[]] = [[], []];
    // Each takes seconds.
    for (let round = 0; round < Math.min(3, rounds); round++) {
      const folder = mkdtempSync(join(tmpdir(), 'liendoan-bench-'));
      try {
        for (const times of [cold, warm]) times.push(await measure(command, join(folder, 'data')));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return [{ what: 'cold', ...spreadOf(cold), unit: 's', atMost: 10 }, { what: 'warm', ...spreadOf(warm), unit: 's', atMost: 4 }];
  },
});

export const w10 = startOf(['npm', 'start']);

async function measure([command, ...words]: readonly string[], dataFolder: string): Promise<number> {
  const began = performance.now();
  const child = spawn(command!, words, {
    cwd: PROJECT,
    // In development, on a port that is free.
    env: { ...process.env, LIENDOAN_DATA: dataFolder, PORT: '0', DATABASE_URL: '', NODE_ENV: '', LIENDOAN_JWKS: '', LIENDOAN_JWT_ISSUER: '', LIENDOAN_JWT_AUDIENCE: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  try {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
    const [url, token] = await new Promise<readonly [url: string, token: string]>((found, failed) => {
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        // The server prints a request that anyone may try.
        const [, url, token] = /curl (\S+)\/graphql .*Bearer (\S+?)'/.exec((said += part)) ?? [];
        if (url !== undefined && token !== undefined) found([url, token]);
      });
      void ended.then(() => failed(new Error(`${command} ended:\n${said}`)));
    });
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query: QUERY }) });
    const { data } = (await response.json()) as { data?: { orgUnit: { name: string } | null } };
    if (data?.orgUnit?.name !== EXPECTED) throw new Error(`unexpected answer: ${JSON.stringify(data)}`);
    return (performance.now() - began) / 1000;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
