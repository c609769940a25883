import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keepSealing, sealAudit } from '../../src/access/audit.seal.service.js';
import { sayAudit, sayProblem, verifyAudit, type AuditProblem } from '../../src/access/audit.verify.service.js';
import type { Database } from '../../src/shared/database/database.js';
import { createTestDatabase, openAsApi } from '../support/database.js';

let db: Database;
let api: Database;

beforeAll(async () => {
  db = await createTestDatabase();
  api = await openAsApi(db);
});
afterAll(async () => {
  await api.close();
  await db.close();
});
beforeEach(() => db.pool.query('truncate audit_log restart identity; truncate audit_seal'));

const seal = () => sealAudit(api.pool);
/** Notes so many things, in a statement each; `at` in the past where it says so. */
async function note(count: number, client: pg.Pool | pg.ClientBase = db.pool, ago = '0'): Promise<void> {
  for (let i = 0; i < count; i++)
    await client.query(`insert into audit_log (at, action, principal, before, after, request_id) values (now() - $1::interval, 'TRY', 'lan', null, '{"a": 1}', 'r')`, [ago]);
}
const problems = async (options?: Parameters<typeof verifyAudit>[1]): Promise<string[]> => (await verifyAudit(db.pool, options)).problems.map(brief);
const brief = ({ kind, entry, seal: of }: AuditProblem): string => [kind, entry ?? '-', of ?? '-'].join(' ');
const covers = async (): Promise<string[]> => (await db.pool.query<{ covers: string }>('select covers::text from audit_seal order by id')).rows.map((row) => row.covers);

describe('sealing', () => {
  test('takes what is committed, once, and answers how much', async () => {
    expect(await seal()).toBe(0);
    await note(3);
    expect(await seal()).toBe(3);
    expect(await seal()).toBe(0);
    await note(1);
    expect(await verifyAudit(db.pool)).toMatchObject({ entries: 4, seals: 1, unsealed: 1, head: { seal: 1 }, problemCount: 0 });
    expect(await seal()).toBe(1);
    expect(await covers()).toEqual(['{[1,4)}', '{[4,5)}']);
    expect(await verifyAudit(db.pool)).toMatchObject({ entries: 4, seals: 2, unsealed: 0, head: { seal: 2 }, problemCount: 0 });
  });

  test('holds up no writer, is held up by none, and an entry that is committed late goes into a later seal', { timeout: 20_000 }, async () => {
    const writer = await db.pool.connect();
    try {
      await writer.query('begin');
      await note(1, writer);
      await note(2);
      expect(await seal()).toBe(2);
      expect(await covers()).toEqual(['{[2,4)}']);
      await writer.query('commit');
    } finally {
      writer.release();
    }
    expect(await verifyAudit(db.pool)).toMatchObject({ unsealed: 1, problemCount: 0 });
    expect(await seal()).toBe(1);
    expect(await covers()).toEqual(['{[2,4)}', '{[1,2)}']);

    // And the other way about: a sealing that is not committed yet.
    const sealer = await api.pool.connect();
    try {
      await note(1);
      await sealer.query('begin');
      expect((await sealer.query<{ n: number }>('select audit_seal() as n')).rows[0]!.n).toBe(1);
      await note(1);
      expect(await seal()).toBeNull();
      await sealer.query('commit');
    } finally {
      sealer.release();
    }
    expect(await seal()).toBe(1);
    expect(await verifyAudit(db.pool)).toMatchObject({ entries: 5, seals: 4, unsealed: 0, problemCount: 0 });
  });

  test('by many at once makes one chain', async () => {
    for (let round = 0; round < 10; round++) {
      await note(2);
      const sealed = await Promise.all(Array.from({ length: 5 }, seal));
      expect(sealed.reduce<number>((sum, n) => sum + (n ?? 0), 0)).toBe(2);
    }
    expect(await verifyAudit(db.pool)).toMatchObject({ entries: 20, seals: 10, unsealed: 0, problemCount: 0 });
  });

  test('looks an hour back behind the last seal, however long ago that was, and at first at everything', async () => {
    await note(2, db.pool, '3 years');
    expect(await seal()).toBe(2);
    await db.pool.query('truncate audit_seal');
    await note(1);
    expect(await seal()).toBe(3);
    await note(1, db.pool, '50 minutes');
    expect(await seal()).toBe(1);
    expect(await problems()).toEqual([]);
  });

  test('goes on in portions of ten thousand', { timeout: 30_000 }, async () => {
    await db.pool.query(`insert into audit_log (at, action, after) select now() - (n % 977) * interval '1 day', 'TRY', to_jsonb(n) from generate_series(1, 20001) n`);
    expect(await seal()).toBe(20_001);
    expect(await verifyAudit(db.pool)).toMatchObject({ entries: 20_001, seals: 3, unsealed: 0, problemCount: 0 });
    expect(await seal()).toBe(0);
  });

  test('is done at once, and once more at the end', async () => {
    await note(1);
    const failures: unknown[] = [];
    await db.pool.query(`insert into idempotency (principal, key, mutation, input_hash, at) values ('gone', 'old', 'x', '', now() - interval '49 hours'), ('gone', 'new', 'x', '', now() - interval '47 hours')`);
    const seals = keepSealing(api.pool, (error) => failures.push(error));
    await note(1);
    await seals.stop();
    expect(failures).toEqual([]);
    expect(await verifyAudit(db.pool)).toMatchObject({ entries: 2, unsealed: 0 });
    // And what nobody can repeat any more is forgotten.
    expect((await db.pool.query(`select key from idempotency where principal = 'gone'`)).rows).toEqual([{ key: 'new' }]);
  });

  test('that fails is told, and does not end the server', async () => {
    const failures: unknown[] = [];
    await db.pool.query('revoke execute on function audit_seal() from liendoan_api');
    try {
      await keepSealing(api.pool, (error) => failures.push(error)).stop();
      expect(failures).toMatchObject([{ code: '42501' }, { code: '42501' }]);
    } finally {
      await db.pool.query('grant execute on function audit_seal() to liendoan_api');
    }
  });
});

describe('the login of the API', () => {
  test.each([
    `update audit_log set action = 'X'`, 'delete from audit_log', 'truncate audit_log', `select from audit_log for update`,
    'select from audit_seal', `insert into audit_seal select * from audit_seal`, `update audit_seal set sealed_at = now()`, 'delete from audit_seal', 'truncate audit_seal',
    // Neither when it was, nor in which place.
    `insert into audit_log (at, action) values (now(), 'X')`, `insert into audit_log (id, action) overriding system value values (1, 'X')`,
  ])('may not: %s', async (statement) => {
    await expect(api.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('what was done to it is found', () => {
  /** Four seals: of the entries 1 to 3, 5 and 6 (4 was never committed), 7, 8 and 9. */
  beforeEach(async () => {
    await note(3);
    await seal();
    const client = await db.pool.connect();
    await client.query('begin');
    await note(1, client);
    await client.query('rollback');
    client.release();
    await note(2);
    await seal();
    await note(1);
    await seal();
    await note(2);
    await seal();
    expect(await problems()).toEqual([]);
  });

  test.each<[what: string, statement: string, found: string[]]>([
    ['an entry that says who, otherwise', `update audit_log set principal = 'hai' where id = 5`, ['ENTRY_CHANGED 5 2']],
    ['an entry of nobody', `update audit_log set principal = null where id = 9`, ['ENTRY_CHANGED 9 4']],
    ['an entry that says when, by a microsecond', `update audit_log set at = at + interval '1 microsecond' where id = 1`, ['ENTRY_CHANGED 1 1']],
    ['what was before', `update audit_log set before = 'null' where id = 2`, ['ENTRY_CHANGED 2 1']],
    ['what was afterwards', `update audit_log set after = after || '{"b": 2}' where id = 2`, ['ENTRY_CHANGED 2 1']],
    ['an action', `update audit_log set action = 'TRIED' where id = 7`, ['ENTRY_CHANGED 7 3']],
    ['a request', `update audit_log set request_id = 'R' where id = 7`, ['ENTRY_CHANGED 7 3']],
    ['two that changed places', `update audit_log set principal = case id when 1 then 'x' else 'y' end where id in (1, 3)`, ['ENTRY_CHANGED 1 1', 'ENTRY_CHANGED 3 1']],
    ['an entry that is gone', 'delete from audit_log where id = 6', ['ENTRY_REMOVED 6 2']],
    ['all that are gone', 'delete from audit_log where id in (7, 8, 9)', ['ENTRY_REMOVED 7 3', 'ENTRY_REMOVED 8 4', 'ENTRY_REMOVED 9 4']],
    [
      'an entry put in where there was a gap', `insert into audit_log (id, at, action) overriding system value values (4, now() - interval '2 hours', 'TRY')`,
      ['ENTRY_LATE 4 -'],
    ],
    ['an entry put in at the end, of an earlier day', `insert into audit_log (at, action) values (now() - interval '1 day', 'TRY')`, ['ENTRY_LATE 10 -']],
    ['a seal that is gone', 'delete from audit_seal where id = 2', ['SEAL_REMOVED - 2']],
    ['the first seal, that is gone', 'delete from audit_seal where id = 1', ['SEAL_REMOVED - 1']],
    ['a seal that says when, otherwise', `update audit_seal set sealed_at = sealed_at - interval '1 second' where id = 3`, ['SEAL_CHANGED - 3']],
    ['a seal that covers other entries', `update audit_seal set covers = '{[1,3),[4,5)}' where id = 1`, ['SEAL_CHANGED - 1', 'ENTRY_REMOVED 4 1']],
    ['a seal that covers fewer', `update audit_seal set covers = '{[1,3)}' where id = 1`, ['SEAL_CHANGED - 1']],
    ['a seal without end', `update audit_seal set covers = '{[1,)}' where id = 1`, ['SEAL_CHANGED - 1']],
    ['a digest that was made to fit', `with e as (update audit_log set principal = 'hai' where id = 7 returning *)
       update audit_seal set digests = sha256(convert_to(jsonb_build_array(e.id, extract(epoch from e.at), e.principal, e.action, e.unit_id, e.before::text, e.after::text, e.request_id)::text, 'UTF8'))
       from e where audit_seal.id = 3`, ['SEAL_CHANGED - 3']],
    ['a hash that was made to fit', `update audit_seal s set covers = '{[7,8)}', sealed_at = to_timestamp(0),
       hash = sha256(previous || sha256(convert_to(jsonb_build_array(id, extract(epoch from to_timestamp(0)), covers::text)::text, 'UTF8')) || digests) where id = 3`, ['CHAIN_BROKEN - 4']],
    ['a chain that was joined anew', `with gone as (delete from audit_seal where id = 2 returning previous) update audit_seal set id = 2, previous = gone.previous from gone where id = 3`,
      ['SEAL_CHANGED - 2', 'SEAL_REMOVED - 3']],
  ])('%s', async (_what, statement, found) => {
    await db.pool.query(statement);
    const verdict = await verifyAudit(db.pool);
    expect(verdict.problems.map(brief).toSorted()).toEqual(found.toSorted());
    expect(verdict.problemCount).toBe(found.length);
    // And sealing on does not make it good.
    await seal();
    const after = await problems();
    for (const one of found) expect(after).toContain(one);
  });

  test('an entry that two seals cover', async () => {
    // Whoever seals looks two hours back for what is sealed.
    await db.pool.query(`update audit_seal set sealed_at = now() - interval '3 hours' where id = 2`);
    expect(await seal()).toBe(2);
    expect(await problems()).toEqual(['SEAL_CHANGED - 2', 'ENTRY_TWICE 5 5', 'ENTRY_TWICE 6 5']);
  });

  test('seals that were taken off the end, by a head that was kept elsewhere', async () => {
    const { head } = await verifyAudit(db.pool);
    expect(head).toMatchObject({ seal: 4, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
    await note(1);
    await seal();
    expect(await problems({ head: head!.hash })).toEqual([]);
    await db.pool.query('delete from audit_seal where id >= 4');
    expect(await problems()).toEqual([]);
    expect(await problems({ head: head!.hash })).toEqual(['HEAD_LOST - -']);
    // All made anew: the chain is sound, and another.
    await db.pool.query(`truncate audit_seal; update audit_log set principal = 'hai' where id = 1`);
    await seal();
    expect(await problems()).toEqual([]);
    expect(await problems({ head: head!.hash })).toEqual(['HEAD_LOST - -']);
  });

  test('as many as were asked for are named, and all are counted', async () => {
    await db.pool.query(`update audit_log set action = 'X'; delete from audit_seal where id = 2`);
    const verdict = await verifyAudit(db.pool, { limit: 3 });
    expect(verdict.problems.map(brief)).toEqual(['SEAL_REMOVED - 2', 'ENTRY_CHANGED 1 1', 'ENTRY_CHANGED 2 1']);
    expect(verdict.problemCount).toBe(7);
    expect(sayProblem(verdict.problems[1]!)).toBe('audit log · entry 1 of seal 1: is not what was sealed');
    expect(sayProblem(verdict.problems[0]!)).toBe('audit log · seal 2: is gone');
    expect(sayAudit(verdict)).toMatch(/^8 entries of the audit log, 3 seals, 2 entries not sealed yet; the last is 4, of the hash [0-9a-f]{64}$/);
  });

  test('nothing, where the rows were copied to another database, which goes on sealing', async () => {
    const other = await createTestDatabase();
    try {
      for (const table of ['audit_log', 'audit_seal']) {
        const { rows } = await db.pool.query<{ all: string }>(`select coalesce(json_agg(t), '[]')::text as all from ${table} t`);
        await other.pool.query(`insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1)`, [rows[0]!.all]);
      }
      await other.pool.query(`select setval(pg_get_serial_sequence('audit_log', 'id'), (select max(id) from audit_log))`);
      await note(1, other.pool);
      expect(await sealAudit(other.pool)).toBe(1);
      const [here, there] = [await verifyAudit(db.pool), await verifyAudit(other.pool, { head: (await verifyAudit(db.pool)).head!.hash })];
      expect(there).toMatchObject({ entries: here.entries + 1, seals: here.seals + 1, unsealed: 0, problemCount: 0 });
    } finally {
      await other.close();
    }
  });
});

describe('whatever comes between', () => {
  const clients: pg.PoolClient[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 3; i++) clients.push(await db.pool.connect());
  });
  afterEach(async () => {
    for (const client of clients) await client.query('rollback');
  });
  afterAll(() => clients.forEach((client) => client.release()));

  type Step = { writer: number; does: 'note' | 'commit' | 'rollback' } | { writer: null; does: 'seal' | 'seal twice' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ writer: fc.nat(2), does: fc.constant('note' as const) }) },
    { weight: 3, arbitrary: fc.record({ writer: fc.nat(2), does: fc.constant('commit' as const) }) },
    { weight: 1, arbitrary: fc.record({ writer: fc.nat(2), does: fc.constant('rollback' as const) }) },
    { weight: 3, arbitrary: fc.record({ writer: fc.constant(null), does: fc.constantFrom('seal' as const, 'seal twice' as const) }) },
  );

  test('an entry that is committed is in one seal, or waits for the next, and the chain is sound', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        for (const client of clients) await client.query('rollback');
        await db.pool.query('truncate audit_log restart identity; truncate audit_seal');
        const open: (number[] | null)[] = [null, null, null];
        const [committed, sealed] = [new Set<number>(), new Set<number>()];
        let number = 0;
        for (const { writer, does } of steps) {
          if (writer === null) {
            await Promise.all(does === 'seal' ? [seal()] : [seal(), seal()]);
            for (const id of committed) sealed.add(id);
          } else if (does === 'note') {
            if (open[writer] === null) await clients[writer]!.query('begin');
            (open[writer] ??= []).push((number += 1));
            await note(1, clients[writer]);
          } else {
            await clients[writer]!.query(does);
            if (does === 'commit') for (const id of open[writer] ?? []) committed.add(id);
            open[writer] = null;
          }
        }
        const { entries, unsealed, problemCount } = await verifyAudit(db.pool);
        expect({ entries, unsealed, problemCount }).toEqual({ entries: committed.size, unsealed: committed.size - sealed.size, problemCount: 0 });
        const { rows } = await db.pool.query<{ id: number }>('select generate_series(lower(r), upper(r) - 1)::int as id from audit_seal, unnest(covers) r order by 1');
        expect(rows.map(({ id }) => id)).toEqual([...sealed].toSorted((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });
});
