import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';
import { appoint, TREE } from '../results/world.js';
import { startPair, type Pair } from './pair.js';

/** Two processes' worth of servers over one pair; the first lets its replica lag as long as it will. */
let pair: Pair;
let server: TestServer;
let other: Awaited<ReturnType<TestServer['beside']>>;
/** So many answers were a replica's. */
let answered = 0;
const onReplica = (): void => void (answered += 1);

beforeAll(async () => {
  pair = await startPair();
  server = await startTestServer({ seed: false, on: pair, api: { replicaLagSeconds: 9999, onReplica } });
  other = await server.beside();
  await server.load(TREE);
  await appoint(server);
  for (const code of ['D1', 'D2', 'G1', 'G2']) await server.grant(`admin-${code}`, 'ADMIN', code);
  await pair.caughtUp();
}, 120_000);
beforeEach(async () => {
  await pair.resume();
  await pair.caughtUp();
});
afterAll(async () => {
  await other?.close();
  await server?.close();
  await pair?.close();
});

interface Told {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly data: any;
  readonly errors: unknown;
  readonly headers: Headers;
}

async function ask(as: string, query: string, variables: object = {}, headers: Record<string, string> = {}, url = server.url): Promise<Told> {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${await server.tokenFor(as)}`, ...headers }, body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Pick<Told, 'data' | 'errors'>;
  return { status: response.status, data, errors, headers: response.headers };
}

const READ = 'query ($unit: String!) { orgUnit(code: $unit) { contact { phones } } }';
const WRITE = 'mutation ($input: SaveContactInput!) { saveContact(input: $input) { contact { phones version } userErrors { message } } }';

/** Nobody's wish is kept where nothing is said that is a position. */
const FROM_PRIMARY = { 'liendoan-position': 'x' };

async function write(unit: string, number: number, { headers = {}, url }: { headers?: Record<string, string>; url?: string } = {}): Promise<Headers> {
  const { data, errors, headers: told } = await ask(`admin-${unit}`, WRITE, { input: inputOf(unit, number) }, headers, url);
  expect([data?.saveContact, errors]).toEqual([{ contact: { phones: [phone(number)], version: versions.get(unit) }, userErrors: [] }, undefined]);
  return told;
}
/** By unit: how often its contact was written. */
const versions = new Map<string, number>();
function inputOf(unit: string, number: number): object {
  const expectedVersion = versions.get(unit) ?? 0;
  versions.set(unit, expectedVersion + 1);
  return { unit, phones: [phone(number)], expectedVersion };
}
const phone = (number: number): string => String(100_000 + number);
async function read(unit: string, headers: Record<string, string> = {}, url?: string): Promise<number | null> {
  const { data, errors } = await ask(`admin-${unit}`, READ, { unit }, headers, url);
  expect(errors).toBeUndefined();
  const { contact } = data.orgUnit as { contact: { phones: string[] } | null };
  return contact === null ? null : Number(contact.phones[0]) - 100_000;
}

/** Asks until a replica has answered; at first nobody knows how far it is. */
async function atReplica<T>(ask: () => Promise<T>): Promise<T> {
  return vi.waitFor(async () => {
    const before = answered;
    const found = await ask();
    if (answered === before) throw new Error('The primary has answered');
    return found;
  }, { timeout: 30_000, interval: 100 });
}

describe('a query', () => {
  test('is answered by the standby, in numbers of its own moment', async () => {
    await write('D1', 1);
    await pair.caughtUp();
    expect(await atReplica(() => read('D1'))).toBe(1);
    await pair.pause();
    await write('D1', 2);
    expect(await atReplica(() => read('D1'))).toBe(1);
    expect(await read('D1', FROM_PRIMARY)).toBe(2);
    await pair.resume();
    await pair.caughtUp();
    expect(await atReplica(() => read('D1'))).toBe(2);
  });

  test('shows callers what they have written, at either server, by header and by cookie', async () => {
    await write('D1', 10);
    await pair.caughtUp();
    for (const url of [server.url, other.url]) await atReplica(() => read('D1', {}, url));
    await pair.pause();
    const told = await write('D1', 11);
    const position = told.get('liendoan-position')!;
    const cookie = told.get('set-cookie')!;
    expect(cookie).toMatch(/^liendoan-position-\d+=[\w-]{22}; Path=\/graphql; Max-Age=10000; HttpOnly; SameSite=Strict$/);
    expect(cookie).toContain(position);
    for (const url of [server.url, other.url]) {
      expect(await atReplica(() => read('D1', {}, url))).toBe(10);
      const ways: Record<string, string>[] = [{ 'liendoan-position': position }, { cookie: `a=b; ${cookie.split(';')[0]}; c=d` }];
      for (const carried of ways) {
        for (let time = 0; time < 3; time++) expect(await read('D1', carried, url)).toBe(11);
      }
    }
    // Of several writes at once, whichever was answered last.
    const later = await write('D1', 13);
    const [one, two] = [told, later].map((of) => [of.get('liendoan-position')!, of.get('set-cookie')!.split(';')[0]!]) as [string[], string[]];
    for (const [first, second] of [[one, two], [two, one]] as const) {
      expect(await read('D1', { 'liendoan-position': `${first[0]}, ${second[0]}` })).toBe(13);
      expect(await read('D1', { cookie: `${first[1]}; ${second[1]}` })).toBe(13);
    }
    // Of a write before the standby was stopped, it has all that is wanted.
    await pair.resume();
    await pair.caughtUp();
    await pair.pause();
    await write('D1', 12);
    expect(await atReplica(() => read('D1', { 'liendoan-position': position }))).toBe(13);
  });

  test('is never answered with what is older than the lag that is allowed', async () => {
    const strict = await server.beside({ replicaLagSeconds: 1 });
    try {
      await write('D2', 1);
      await pair.caughtUp();
      expect(await atReplica(() => read('D2', {}, strict.url))).toBe(1);
      await pair.pause();
      await write('D2', 2);
      await vi.waitFor(async () => expect(await read('D2', {}, strict.url)).toBe(2), { timeout: 10_000, interval: 100 });
      for (let time = 0; time < 20; time++) expect(await read('D2', {}, strict.url)).toBe(2);
      expect(await atReplica(() => read('D2'))).toBe(1);
      await pair.resume();
      await atReplica(() => read('D2', {}, strict.url));
    } finally {
      await strict.close();
    }
  });

  test('is not answered by a standby that has not heard of rights that were taken away', async () => {
    await server.grant('passing', 'VIEWER', 'D2');
    const see = async (): Promise<unknown> => (await ask('passing', '{ viewer { scopes { role } } }')).data.viewer.scopes;
    await pair.caughtUp();
    await atReplica(async () => expect(await see()).toHaveLength(1));
    await pair.pause();
    await server.db.pool.query(`delete from role_grant where principal = 'passing'`);
    // Although this server would let it lag for hours.
    await vi.waitFor(async () => expect(await see()).toEqual([]), { timeout: 10_000, interval: 100 });
  });
});

test('what one caller may see, as the primary remembers it, is shown to nobody else by a standby', async () => {
  // Who is asked first at each server has the first number there, if numbers are each server's own.
  const fresh = await server.beside();
  try {
    await server.load([{ type: 'campaign', code: 'kept-back', name: 'x', campaignKind: 'PROGRAMME', launchedBy: 'N', status: 'DRAFT', indicators: ['i'] }]);
    await server.grant('above', 'VIEWER', 'N');
    await server.grant('beneath', 'VIEWER', 'D1');
    await pair.caughtUp();
    const see = async (as: string, headers: Record<string, string> = {}): Promise<unknown> =>
      (await ask(as, '{ orgUnit(code: "D1") { progress(campaign: "kept-back", indicator: "i") { campaign { name } } } }', {}, headers, fresh.url)).data.orgUnit.progress;
    for (let time = 0; time < 3; time++) expect(await see('above', FROM_PRIMARY)).not.toBeNull();
    for (let time = 0; time < 3; time++) expect(await atReplica(() => see('beneath'))).toBeNull();
  } finally {
    await fresh.close();
  }
});

describe('a mutation', () => {
  const refused = { input: { unit: 'D1', phones: [''] } };

  test('tells its position, and nobody without one gets any', async () => {
    expect((await ask('admin-D1', READ, { unit: 'D1' })).headers.get('liendoan-position')).toBeNull();
    const wrong = await ask('admin-D1', WRITE, refused);
    expect(wrong.data.saveContact.userErrors).toHaveLength(1);
    expect([wrong.headers.get('liendoan-position'), wrong.headers.get('set-cookie')]).toEqual([null, null]);
    expect((await write('D1', 20)).get('liendoan-position')).toMatch(/^[\w-]{22}$/);
  });

  test('that is refused after another takes nothing from that one’s', async () => {
    await pair.pause();
    const document = `mutation ($one: SaveContactInput!, $two: SaveContactInput!) { one: saveContact(input: $one) { userErrors { message } } two: saveContact(input: $two) { userErrors { message } } }`;
    const { data, headers } = await ask('admin-D1', document, { one: inputOf('D1', 30), two: refused.input });
    expect([data.one.userErrors.length, data.two.userErrors.length]).toEqual([0, 1]);
    const position = headers.get('liendoan-position')!;
    expect(await read('D1', { 'liendoan-position': position })).toBe(30);
    await pair.resume();
    await pair.caughtUp();
    await atReplica(() => read('D1', { 'liendoan-position': position }));
  });

  test('shows in its answer what it has done, though the standby has not', async () => {
    await write('D1', 40);
    await pair.caughtUp();
    await pair.pause();
    expect(await atReplica(() => read('D1'))).toBe(40);
    await write('D1', 41);
  });
});

describe('a standby', () => {
  test('that dies leaves every query answered, and is asked again when it is back', async () => {
    await write('G1', 1);
    await pair.caughtUp();
    await atReplica(() => read('G1'));
    let over = false;
    const readers = Array.from({ length: 4 }, async () => {
      let times = 0;
      for (; !over; times++) expect(await read('G1')).toBe(1);
      return times;
    });
    await pair.kill();
    for (let time = 0; time < 20; time++) expect(await read('G1')).toBe(1);
    over = true;
    expect(Math.min(...(await Promise.all(readers)))).toBeGreaterThan(0);
    await pair.startAgain();
    await atReplica(() => read('G1'));
  }, 120_000);

  test('that says nothing any more leaves every query answered', async () => {
    await write('G2', 1);
    await pair.caughtUp();
    await atReplica(() => read('G2'));
    await pair.hold();
    try {
      expect(await Promise.all(Array.from({ length: 4 }, () => read('G2')))).toEqual([1, 1, 1, 1]);
      expect(await read('G2')).toBe(1);
    } finally {
      pair.letGo();
    }
    await atReplica(() => read('G2'));
  });

  test('whose login sees every row, or that is none, is never asked', async () => {
    for (const url of [pair.standbyUrl('postgres'), pair.primary.url('liendoan', 'liendoan_api')]) {
      const wrong = await startTestServer({ seed: false, on: { db: pair.db, openApi: () => pair.openApi([url]) }, api: { logLevel: 'error', onReplica } });
      try {
        const before = answered;
        for (let time = 0; time < 20; time++) expect((await ask('v-D1', '{ orgUnits { totalCount } }', {}, {}, wrong.url)).data.orgUnits.totalCount).toBeGreaterThan(0);
        expect(answered).toBe(before);
      } finally {
        await wrong.close();
      }
    }
  });

  test('gives up a query that is in the way of what it repeats, and the primary answers it', async () => {
    await write('D1', 50);
    await pair.caughtUp();
    await atReplica(() => read('D1'));
    const conflicts = async (): Promise<number> => (await pair.atStandby<{ n: number }>(`select confl_lock::int as n from pg_stat_database_conflicts where datname = current_database()`))[0]!.n;
    const before = await conflicts();
    let over = false;
    const locking = (async () => {
      while (!over) await server.db.pool.query('begin; lock table contact in access exclusive mode; commit');
    })();
    try {
      await vi.waitFor(async () => {
        await Promise.all(Array.from({ length: 8 }, async () => expect(await read('D1')).not.toBeNull()));
        expect(await conflicts()).toBeGreaterThan(before);
      }, { timeout: 30_000, interval: 0 });
    } finally {
      over = true;
      await locking;
    }
  });
});

test('callers never see less than they have written, at whichever server, however the standby lags', async () => {
  const CALLERS = ['D1', 'D2', 'G1', 'G2'];
  for (const unit of CALLERS) await write(unit, 0);
  let over = false;
  const stumbling = (async () => {
    while (!over) {
      await pair.pause();
      await new Promise((resolve) => setTimeout(resolve, 30));
      await pair.resume();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  })();
  const before = answered;
  try {
    await Promise.all(CALLERS.map(async (unit, n) => {
      const random = dice(n + 1);
      let written = 0;
      let carried: Record<string, string> = {};
      for (let step = 0; step < 60; step++) {
        const url = random() < 0.5 ? server.url : other.url;
        if (random() < 0.3) {
          written += 1;
          const told = await write(unit, written, { url });
          carried = random() < 0.5 ? { 'liendoan-position': told.get('liendoan-position')! } : { cookie: told.get('set-cookie')!.split(';')[0]! };
        } else expect(await read(unit, carried, url)).toBe(written);
      }
    }));
  } finally {
    over = true;
    await stumbling;
  }
  // Of these, some were the standby's.
  expect(answered).toBeGreaterThan(before);
}, 120_000);

test('a standby that has become a primary is not asked any more', async () => {
  await write('D1', 90);
  await pair.caughtUp();
  expect(await atReplica(() => read('D1'))).toBe(90);
  await pair.atStandby('select pg_promote()');
  await pair.atStandby(`update contact set phones = '{000000}'`);
  for (let time = 0; time < 10; time++) expect(await read('D1')).toBe(90);
});

function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
