import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openCallers } from '../../bench/callers.js';
import { assertSame, contest, measure, startContender, type Contender, type Place } from '../../bench/compare.js';
import { contenders, kindOf, questionOf, takes, type ContenderName } from '../../bench/contenders/contenders.js';
import { grantCallers } from '../../bench/data.js';
import { everythingOf, nationOf } from '../../bench/nation.js';
import { compile, startChild, type Child } from '../../bench/process.js';
import { sequentialScans } from '../../bench/workloads/scans.js';
import type { Stage } from '../../bench/workloads/trial.js';
import { startOf } from '../../bench/workloads/w10.js';
import { asked, trials } from '../../bench/workloads/workloads.js';
import { importRecords } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase } from '../support/database.js';
import { buildProgram } from '../support/process.js';

const names = Object.keys(contenders) as ContenderName[];
const nation = nationOf('small');
const FIGURES = 20_000;
const short = { rounds: 1, seconds: 0.2 };

let db: Database;
let place: Place;
let load: Child;
let started: Contender[] = [];

beforeAll(async () => {
  compile();
  db = await createTestDatabase();
  const { errors } = await importRecords(db, everythingOf(nation, FIGURES));
  expect(errors).toEqual([]);
  await grantCallers(db, nation);
  await db.pool.query('vacuum analyze');
  const apiUrl = new URL(inject('testApiUrl'));
  apiUrl.pathname = new URL(db.url).pathname;
  place = { ownerUrl: db.url, apiUrl: apiUrl.href, callers: await openCallers(db.pool) };
  load = startChild('load.js');
}, 120_000);

afterAll(async () => {
  for (const contender of started) await contender.close();
  await load?.close();
  await db?.close();
});

// First, while nobody else reads.
describe('Nothing is read from end to end', () => {
  // So small a nation is best read so: where an index would do, the planner is kept from it.
  const OF_A_ROW_OR_TWO: ReadonlySet<string> = new Set(['access_version', 'placement_day']);
  const forbid = (what: string): Promise<unknown> => db.pool.query(`do $$ begin execute format('alter database %I ${what}', current_database()); end $$`);
  beforeAll(() => forbid('set enable_seqscan = off'));
  afterAll(() => forbid('reset enable_seqscan'));

  const some = Object.fromEntries(Object.entries(asked).map(([name, workload]) => [name, { ...workload, askings: workload.askings.filter((_, i) => i % Math.ceil(workload.askings.length / 10) === 0) }]));

  it('to answer any of them', async () => {
    const scanned = [...(await sequentialScans(place, some, { above: 0 })).keys()];
    expect(scanned.filter((table) => !OF_A_ROW_OR_TWO.has(table))).toEqual([]);
  });

  it('and where it is, one is told', async () => {
    await forbid('reset enable_seqscan');
    expect((await sequentialScans(place, { w1: some['w1']! }, { above: 0 })).size).toBeGreaterThan(OF_A_ROW_OR_TWO.size);
  });
});

describe('What is asked of all gets the same answer from all', () => {
  beforeAll(async () => {
    started = await Promise.all(names.map((name) => startContender(name, place)));
  }, 120_000);

  it.each(Object.entries(asked))('%s', async (name, workload) => {
    const contending = contest(name, { ...workload, connections: 2 }, started, place);
    await assertSame(contending, Math.ceil(workload.askings.length / 10));
    const outcome = await measure(contending, load, short);
    const able = names.filter((one) => takes(one, workload));
    expect(Object.keys(outcome.contenders)).toEqual(able);
    for (const one of able) expect(outcome.contenders[one]!.perSecond.median).toBeGreaterThan(0);
    // Whoever is measured against somebody is so in each of the goals that name both.
    for (const { of, than } of workload.goals.filter((goal) => able.includes(goal.of) && able.includes(goal.than))) expect(outcome.ratios).toContainEqual(expect.objectContaining({ of, than }));
  });

  it('without permissions and limits nothing is metered', async () => {
    const w1 = asked['w1']!;
    const metered: string[] = [];
    for (const { name, port } of started.filter((contender) => kindOf(contender.name).kind === 'liendoan')) {
      const { path, headers, body } = questionOf(name, 'w1', w1, w1.askings[0]!, await place.callers.of('viewer', 'P1'));
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
      if (((await response.json()) as { extensions?: { cost?: unknown } }).extensions?.cost !== undefined) metered.push(name);
    }
    expect(metered).toEqual(names.filter((one) => one.startsWith('liendoan') && one !== 'liendoan-open'));
  });

  it('another number is noticed, and who gives it', async () => {
    const w1 = asked['w1']!;
    const wrong = { ...w1, rows: (data: unknown, kind: string) => (kind === 'mercurius' ? [w1.rows(data, kind), 'and more'] : w1.rows(data, kind)) };
    await expect(assertSame(contest('w1', wrong, started, place), 100)).rejects.toThrow(/mercurius does not say what liendoan says/);
  });

  it('so is a caller who may not see the unit', async () => {
    const w1 = asked['w1']!;
    const outside = { ...w1, askings: [{ caller: 'P2', variables: { code: 'P1D1', indicator: 'I1' } }] };
    // Without row scope one sees it.
    for (const name of names.filter((one) => one !== 'liendoan-open')) {
      const one = contest('w1', outside, started.filter((contender) => contender.name === name), place);
      await expect(assertSame(one)).rejects.toThrow(/ in null$|nobody says anything/);
    }
  });
});

describe('What is tried', () => {
  const stage = (): Stage => ({ ...short, soak: 1, nation, figures: FIGURES, place, load, contenders: names, onCopy: (work) => work({ ...place, owner: db.pool }) });

  it.each(['w7', 'w8', 'w9'])('%s', async (name) => {
    const findings = await trials[name]!.run(stage());
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ median }) => !(median > 0))).toEqual([]);
  });

  it('w10', async () => {
    buildProgram();
    const findings = await startOf([process.execPath, 'dist/src/main.js', 'start']).run(stage());
    expect(findings.map(({ what }) => what)).toEqual(['cold', 'warm']);
  });
});
