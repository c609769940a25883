import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Arena, report } from './fuzz/run.js';
import { Oracle } from './oracle/oracle.js';

/** Policies that another hides behind: to weaken them alone changes no answer. Each with the reason. */
const HIDDEN_BEHIND: Record<string, string> = {
  placement_seen: 'both its ends are units, read under their own policy, and it is reached from a unit that is seen',
  ancestry_seen: 'as placement',
  campaign_indicator_seen: 'its campaign is read under its own policy',
  reporting_round_seen: 'its campaign is read under its own policy',
  round_due_seen: 'its round is read with its campaign',
  round_indicator_seen: 'as round_due',
  campaign_link_seen: 'both its ends are campaigns, read under their own policy',
  structure_source_seen: 'exports alone read it, as the owner of the database',
  balance_seen: 'progress of a unit outside scope answers from publications; a campaign asks for the balances of granted units alone',
  census_seen: 'as balance',
  award_issuer_seen: 'its award is read under its own policy, and names are as the award has them',
  award_kind_seen: 'as award_issuer',
  event_count_seen: 'its event is read under its own policy',
  event_partner_seen: 'both its ends are read under their own policies',
  campaign_document_seen: 'as event_partner; it asks the same of the unit as the document does',
  claim_disagreement_seen: 'both its ends are claims, read under their own policy',
  region_seen: 'names of regions are everybody’s: it hides them where no session was begun',
  idempotency_seen: 'first answers are looked up by the principal who asks',
  balance_past_seen: 'as balance',
  census_past_seen: 'as balance',
  structure_record_seen: 'a breakdown asks it of units in scope alone; else verify reads it, as the owner of the database',
  indicator_record_seen: 'verify alone reads it, as the owner of the database',
};

/** What keeps a ranking from telling too much, and what it would be without. */
const RANKED_MORE: Record<string, string> = {
  'case when s.seen then v.value end': 'v.value',
  'case when s.seen then u.id end': 'u.id',
  'case when s.seen then v.complete end': 'v.complete',
  'least_ranked := 3': 'least_ranked := 0',
  'and c.publishes_ranks': '',
  'if launcher is not null and exists': 'if false and exists',
  'units := own': 'units := units',
};

interface Policy {
  name: string;
  table: string;
  expression: string;
}

let arena: Arena;
let policies: Policy[];
beforeAll(async () => {
  arena = await Arena.open(41, new Oracle());
  const { rows } = await arena.server.db.pool.query<Policy>(
    `select policyname as name, tablename as table, qual as expression from pg_policies
     where schemaname = 'public' and cmd = 'SELECT' and 'liendoan_api' = any (roles) order by 1`,
  );
  policies = rows;
  const found = await arena.harvest();
  expect(found && report(found)).toBeUndefined();
});
afterAll(() => arena.close());

/** Of each kind of caller one. */
const CALLERS = [null, 'grassroots', 'nobody', 'both', 'closed', 'key:partnerprov1', 'steward'];

/** The first difference that anyone sees. */
async function difference(callers = CALLERS, only?: RegExp): Promise<string | undefined> {
  for (const principal of callers) {
    const found = await arena.sweep(principal, only);
    if (found) return report(found);
  }
  return undefined;
}

describe('a weakened policy is caught', () => {
  test('unweakened, nobody sees a difference', { timeout: 120_000 }, async () => {
    expect(await difference()).toBeUndefined();
  });

  test('each SELECT policy, let through everything in turn', { timeout: 240_000 }, async () => {
    const pool = arena.server.db.pool;
    const uncaught: string[] = [];
    for (const { name, table, expression } of policies) {
      if (name in HIDDEN_BEHIND) continue;
      await pool.query(`alter policy ${name} on ${table} using (true)`);
      if ((await difference()) === undefined) uncaught.push(name);
      await pool.query(`alter policy ${name} on ${table} using (${expression})`);
    }
    expect(policies.length).toBeGreaterThan(10);
    expect(uncaught).toEqual([]);
    expect(await difference(['grassroots'])).toBeUndefined();
  });

  test('whoever is said to hide behind another is a policy', () => {
    expect(Object.keys(HIDDEN_BEHIND).filter((name) => !policies.some((policy) => policy.name === name))).toEqual([]);
  });

  test('rankings that tell more than they may, one way after the other', { timeout: 120_000 }, async () => {
    const pool = arena.server.db.pool;
    const { rows: [row] } = await pool.query<{ text: string }>(`select pg_get_functiondef('ranking_places'::regproc) as text`);
    const { text } = row!;
    const callers = ['grassroots', 'district', 'both', 'two', 'steward', 'province', 'admin', 'approver', 'reporter'];
    const uncaught: string[] = [];
    for (const [said, instead] of Object.entries(RANKED_MORE)) {
      expect(text).toContain(said);
      await pool.query(text.replaceAll(said, instead));
      if ((await difference(callers, /rank\(/)) === undefined) uncaught.push(said);
      await pool.query(text);
    }
    expect(uncaught).toEqual([]);
    expect(await difference(callers, /rank\(/)).toBeUndefined();
  });
});
