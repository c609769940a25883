import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNation } from '../../bench/data.js';

const FIGURES = 15_500;
let within: string;
beforeAll(() => {
  within = mkdtempSync(join(tmpdir(), 'liendoan-data-'));
});
afterAll(() => rmSync(within, { recursive: true, force: true }));

/** Opens the nation; what was said, which parts were imported, and how many figures there are. */
async function open(again = false): Promise<{ said: string[]; parts: string[]; figures: number; seen: number }> {
  const said: string[] = [];
  const parts = new Set<string>();
  const kept = await openNation(FIGURES, { size: 'small', within, again, notice: (line) => said.push(line), progress: (part) => parts.add(part) });
  try {
    const count = async (db: typeof kept.owner): Promise<number> => (await db.pool.query<{ count: number }>(`select count(*)::int as count from figure f join series s on s.id = f.series_id where s.measure = 'RESULT'`)).rows[0]!.count;
    return { said, parts: [...parts], figures: await count(kept.owner), seen: await count(kept.api) };
  } finally {
    await kept.close();
  }
}

test('the nation is built once, goes on where it was broken off, and is built anew where something else is wanted', { timeout: 180_000 }, async () => {
  const folder = join(within, `nation-${FIGURES}-small`);
  const [whole, begun] = [join(folder, 'whole.json'), join(folder, 'begun.json')];

  const first = await open();
  expect(first.parts).toEqual(['part 1 of 2', 'part 2 of 2']);
  // The API sees what a caller may see, and nobody has called.
  expect(first).toMatchObject({ figures: FIGURES, seen: 0 });
  expect([existsSync(whole), existsSync(begun)]).toEqual([true, false]);
  expect((await open()).parts).toEqual([]);

  // As if it had been broken off before the last part was noted.
  renameSync(whole, begun);
  writeFileSync(begun, readFileSync(begun, 'utf8').replace('"parts": 2', '"parts": 1'));
  expect(await open()).toMatchObject({ parts: ['part 2 of 2'], figures: FIGURES });

  writeFileSync(whole, readFileSync(whole, 'utf8').replace(/"version": \d+/, '"version": 0'));
  await expect(open()).rejects.toThrow(`; npm run bench:data -- --figures ${FIGURES} --size small --within ${within} --again throws it away`);
  await expect(open()).rejects.toThrow(/its generator is another/);
  expect(existsSync(whole)).toBe(true);
  const anew = await open(true);
  expect(anew.said[0]).toMatch(/anew: its generator is another/);
  expect(anew).toMatchObject({ parts: ['part 1 of 2', 'part 2 of 2'], figures: FIGURES });
});
