import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionStatement } from '../../src/access/row-scope.js';
import { Reads } from '../../src/shared/database/reads.js';
import { startTestServer, type TestServer } from '../support/server.js';

/** Tables of which the API may read every row, and tables that it never reads; and why. */
const WITHOUT_ROW_SCOPE: Record<string, string> = {
  access_version: 'how often anything of grants, paths, campaigns or series has changed',
  schema_migration: 'which migrations have run: nothing of a unit',
  node_id_key: 'the secret of ids, which the server has to know; no query of a caller reaches it',
  ledger_load: 'when imports began and ended',
  placement_day: 'the day for which paths hold',
  series: 'names of nothing of a unit: (campaign, phase, indicator, measure) by number',
};
const NEVER_READ: Record<string, string> = {
  audit_seal: 'ids and digests of everybody’s entries: audit_seal() writes them, and verify reads them as the owner',
  publication_equation: 'which figures a total consisted of: the API adds rows, and the check against them runs as another role',
  part_sum: 'sums of units whoever sees these: breakdown_held() asks for the caller’s scope',
  search_beginning: 'how words of units begin, whoever sees these: a search is planned by it, as another role',
};

/** Every right of the API's login on tables, wherever it comes from; a right on some columns names them. */
const TABLE_RIGHTS: Record<string, readonly string[]> = {
  access_version: ['SELECT'],
  aim: ['INSERT', 'SELECT', 'UPDATE (phase_id, indicator_id, direction, text, source, note)'],
  ancestry: ['SELECT'],
  annual_theme: ['INSERT', 'SELECT', 'UPDATE (text, source, note)'],
  api_key: [
    'INSERT', 'SELECT (id, name, unit_id, created_at, created_by, expires_on, revoked_at, revoked_by, last_used_at, version)', 'UPDATE (revoked_at, revoked_by)',
  ],
  audit_log: ['INSERT (principal, action, unit_id, before, after, request_id)', 'SELECT'],
  award: [
    'INSERT', 'SELECT',
    'UPDATE (unit_name, form, form_vi, title, title_level, basis, achievement, campaign_id, phase_id, period_kind, period_from, period_to, count, qualifier, named, batch_size, decision_no, decided_on, decided_on_precision, presented_on, presented_on_precision, presented_by, status, status_reason, included_in_id, maybe_included_in_id, nominated_by, reviewed_by, decided_by, source, note)',
  ],
  // What a nomination is made of is put anew when it is changed.
  award_issuer: ['DELETE', 'INSERT', 'SELECT'],
  award_kind: ['DELETE', 'INSERT', 'SELECT'],
  // The triggers' alone.
  award_party: ['SELECT'],
  award_recipient: ['DELETE', 'INSERT', 'SELECT'],
  balance: ['SELECT'],
  balance_past: ['SELECT'],
  campaign: [
    'INSERT', 'SELECT',
    'UPDATE (name, name_en, aliases, kind, cadence, launched_on, starts_on, starts_on_precision, ends_on, ends_on_precision, theme, objective, content, measures, audience, preceded_by_id, source, note, status, closed_on, launching_body, sectors, occasions, publishes_ranks)',
  ],
  campaign_adoption: ['INSERT', 'SELECT', 'UPDATE (adopted_on, manner, ended_at)'],
  // What a document is of is put anew when it is saved.
  campaign_document: ['DELETE', 'INSERT', 'SELECT'],
  // Parts of drafts alone: the policies say so.
  campaign_indicator: ['DELETE', 'INSERT', 'SELECT'],
  campaign_link: ['DELETE', 'INSERT', 'SELECT'],
  campaign_phase: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (name, kind, theme, starts_on, starts_on_precision, ends_on, ends_on_precision)'],
  census: ['SELECT'],
  census_past: ['SELECT'],
  document: [
    'INSERT', 'SELECT',
    'UPDATE (kind, title, number, issuer, issued_on, issued_on_precision, term_from, term_from_precision, term_to, term_to_precision, content, source, note)',
  ],
  contact: ['INSERT', 'SELECT', 'UPDATE (address, phones, fax, email, website, source, note)'],
  emulation_cluster: ['INSERT', 'SELECT', 'UPDATE (name, lead_unit_id, source, note)'],
  // Who is in a cluster is put anew when it is saved.
  emulation_cluster_member: ['DELETE', 'INSERT', 'SELECT'],
  event: [
    'INSERT', 'SELECT', 'UPDATE (kind, name, edition, starts_on, starts_on_precision, ends_on, ends_on_precision, campaign_id, outcomes, source, note)',
  ],
  // What was counted there, and with whom it was held, is put anew when it is saved.
  event_count: ['DELETE', 'INSERT', 'SELECT'],
  event_partner: ['DELETE', 'INSERT', 'SELECT'],
  figure: [
    'INSERT', 'SELECT',
    'UPDATE (value, qualifier, status, stated_percent, stated_basis, derived, source, note, ended_at, end_reason, submitted_by, submitted_at, return_reason, warnings, correction_reason)',
  ],
  idempotency: ['INSERT', 'SELECT', 'UPDATE (mutation, input_hash, answer, at)'],
  indicator: ['SELECT'],
  indicator_record: ['SELECT'],
  initiative: ['INSERT', 'SELECT', 'UPDATE (title, kind, campaign_id, phase_id, summary, secret, registered_by, source, note)'],
  // Who thought of it is put anew when it is saved.
  initiative_author: ['DELETE', 'INSERT', 'SELECT'],
  initiative_detail: ['INSERT', 'SELECT', 'UPDATE (description, benefit_vnd, benefit_qualifier)'],
  initiative_history: ['INSERT', 'SELECT'],
  ledger_load: ['SELECT'],
  member_count: ['SELECT'],
  node_id_key: ['SELECT'],
  norm: ['SELECT'],
  org_unit: ['SELECT'],
  partner: ['INSERT', 'SELECT', 'UPDATE (name, kind, source, note)'],
  person: ['INSERT', 'SELECT', 'UPDATE (unit_id, name, name_as_printed, source, note)'],
  placement: ['SELECT'],
  placement_day: ['SELECT'],
  position: [
    'INSERT', 'SELECT', 'UPDATE (title, held_from, held_from_precision, held_to, held_to_precision, stated_on, stated_on_precision, source, note)',
  ],
  practice_model: ['INSERT', 'SELECT', 'UPDATE (name, programme_id, sector, exemplary, status, started_on, started_on_precision, basis_document_id, source, note)'],
  publication: ['INSERT', 'SELECT', 'UPDATE (ended_at, end_reason)'],
  publication_equation: ['INSERT'],
  region: ['SELECT'],
  region_member: ['SELECT'],
  reporting_round: ['INSERT', 'SELECT', 'UPDATE (name, kind, phase_id, period_from, period_to, ended_at, end_reason)'],
  role_grant: ['INSERT', 'SELECT', 'UPDATE (revoked_at, revoked_by)'],
  // Articles and what they say: imports alone write them.
  claim: ['SELECT'],
  claim_disagreement: ['SELECT'],
  source: ['SELECT'],
  disclosure: ['INSERT', 'SELECT', 'UPDATE (ended_at, end_reason)'],
  // What a round is made of is put anew when it is saved.
  round_due: ['DELETE', 'INSERT', 'SELECT'],
  round_indicator: ['DELETE', 'INSERT', 'SELECT'],
  schema_migration: ['SELECT'],
  series: ['SELECT'],
  stated_rank: ['INSERT', 'SELECT', 'UPDATE (phase_id, indicator_id, by, among, region_id, cluster_id, place, out_of, as_of, source, note)'],
  structure_record: ['SELECT'],
  structure_source: ['SELECT'],
  work: [
    'INSERT', 'SELECT',
    'UPDATE (kind, name, campaign_id, congress_tier, status, value_vnd, value_qualifier, registered_on, registered_on_precision, completed_on, completed_on_precision, plaqued_on, plaqued_on_precision, source, note)',
  ],
};

/** Functions of ours that it may call. */
const FUNCTIONS = [
  // For those of whom the caller is ADMIN.
  'access_grants(integer,text,date)',
  'access_session(text,date)',
  // Of a key whose id the caller knows; and without effect on anything but its last use.
  'api_key_find(text)',
  'api_key_used(text)',
  // Seals what is committed, whoever calls it and how often.
  'audit_seal()',
  // Whether one number of an award leads up to another: nothing of either.
  'award_holds(integer,integer)',
  // Which awards hold others: numbers of rows, and whether that is sure.
  'award_wholes(integer[])',
  // Of units in the caller's scope.
  'breakdown_held(integer,integer,date[],text)',
  'breakdown_held_known(integer,integer,date,timestamp with time zone,text)',
  // The number of a unit; who may write its clusters is looked up there.
  'cluster_owner(integer)',
  // The session of a mutation, of who says that they are the caller; whether their own key was used.
  'command_begin(text,date,boolean,text,text,text)',
  // Of units whose things the caller discloses: holds a row until the end, and tells nothing.
  'disclosed_hold(disclosed_kind,integer)',
  // Of its arguments alone.
  'disclosed_ready(disclosed_kind,text)',
  // Of their arguments alone.
  'earliest_day(date,date_precision)',
  // Of figures in the caller's scope, and of campaigns that they see.
  'figure_standings(bigint[])',
  // Of their arguments alone.
  'fold(text)',
  'fold_all(text[])',
  // What is too old for anyone to repeat.
  'idempotency_purge()',
  // Of units that the caller reports or approves for: holds rows until the end, and tells nothing.
  'initiative_hold(text[])',
  // Of its arguments alone.
  'latest_day(date,date_precision)',
  // They look anew at who asks: figures handed in, and targets that the caller has just written.
  'ledger_approve(bigint[],integer[])',
  'ledger_assign(bigint[])',
  // Of figures in the caller's scope.
  'ledger_hold(bigint[],boolean)',
  // Names of nothing: numbers of a campaign, a phase and an indicator.
  'ledger_series(integer,integer,integer,measure)',
  // It looks anew at who asks: figures of units that the caller reports for.
  'ledger_submit(bigint[],integer[],jsonb)',
  // Of figures in the caller's scope: whether they are of the versions given.
  'ledger_take(bigint[],integer[],boolean,text)',
  'ledger_withdraw(bigint[],text)',
  // A trigger's.
  'next_version()',
  // Which figures a total is made of, and what was published: numbers of rows, no values.
  'publication_adds_up(bigint[],bigint[],numeric)',
  'publication_depths(integer[],date)',
  'publication_equations(integer[])',
  'publication_members(integer,integer[],date)',
  'publication_movers(integer,integer[],date[],date)',
  'publication_stated(integer,integer[],date)',
  'publication_units(bigint[])',
  // Numbers of units in the caller's scope; of others, where the campaign publishes its ranks, places and names.
  'ranking_places(integer,org_level,integer,integer,boolean,integer,integer,integer,rank_measure,text,date,date)',
  // Of results in the caller's scope.
  'result_surroundings(bigint[])',
  // Of their arguments alone.
  'search_fields(text[])',
  'search_fit(text,text,text,text,text,text,text,text)',
  // Numbers of units in the caller's scope, and of those given: the rows are read as the caller.
  'search_units(text,ltree,integer,integer,integer,text,integer)',
  'search_words(text)',
  // Of units in the caller's scope: which stood beneath one.
  'structure_beneath(integer,date,timestamp with time zone,boolean)',
  // Nobody posts while a total is published.
  'structure_lock()',
  // Nor does the tree change while a campaign is tied to units above.
  'structure_lock_shared()',
  // Moves paths to the day, whoever calls it and how often.
  'structure_new_day()',
  // Of a unit in the caller's scope: a number of changes.
  'target_allocation_version(integer,integer)',
  'today()',
  'topmost(ltree[])',
  // Of units in a scope that it is given, as access_session gives anybody's.
  'unit_page(ltree[],bigint,text,boolean,integer,integer[],date[],date[],date,integer,text,integer[],date[],date[],boolean,org_level,integer,integer,integer,rank_measure,text,date)',
];

let server: TestServer;
let owner: pg.Pool;
let api: pg.Pool;

beforeAll(async () => {
  server = await startTestServer();
  owner = server.db.pool;
  api = server.api.pool;
  await server.grant('someone', 'VIEWER', 'TLD');
  // A row at least in every table that the articles leave empty.
  await owner.query(`
    insert into campaign_link (campaign_id, linked_id) select min(id), max(id) from campaign;
    insert into campaign_indicator select (select min(id) from campaign), min(id) from indicator;
    insert into campaign_adoption (campaign_id, unit_id, adopted_on, manner) select (select min(id) from campaign), min(id), '2022-01-01', 'LAUNCH' from org_unit;
    insert into structure_source (unit_id, starts, source) select min(id), '2020-01-01', 'decision' from org_unit on conflict do nothing;
    insert into balance_past select unit_id, series_id, date, total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on,
      0, 0, 0, 0, 0, recorded_at, now() from balance limit 1;
    insert into census_past select *, now() from census limit 1;
    insert into member_count (unit_id, "of", as_of, value) select min(id), 'MEMBERS', '2020-01-01', 5 from org_unit on conflict do nothing;
    insert into norm (unit_id, campaign_id, indicator_id, decided_on, value, per) select u.id, c.id, i.id, '2020-01-01', 1, 'MEMBER'
      from (select min(id) as id from org_unit) u, (select min(id) as id from campaign) c, (select min(id) as id from indicator) i;
    insert into emulation_cluster (code, owner_id, name, kind, year) select 'cluster', min(id), 'Cụm', 'CLUSTER', 2022 from org_unit;
    insert into emulation_cluster_member (cluster_id, unit_id) select (select min(id) from emulation_cluster), min(id) from org_unit;
    insert into person (code, unit_id, name) select 'pe-1', min(id), 'Người' from org_unit on conflict do nothing;
    insert into position (person_id, unit_id, role, stated_on) select (select min(id) from person), min(id), 'CHAIR', '2022-01-01' from org_unit on conflict do nothing;
    insert into region (code, name) values ('r', 'Vùng');
    insert into region_member select (select min(id) from region), min(id) from org_unit;
    insert into stated_rank (code, unit_id, campaign_id, among, place, as_of) select 'rk', u.id, c.id, 'NATION', 8, '2022-01-01' from (select min(id) as id from org_unit) u, (select min(id) as id from campaign) c;
    insert into contact (unit_id, address) select min(id), 'Hà Nội' from org_unit on conflict do nothing;
    insert into source (code, kind, title) values ('s', 'ARTICLE', 'Bài');
    insert into claim (code, source_id, unit_id, statement) select c, s.id, (select min(id) from org_unit), 'Có' from source s, unnest('{s-1,s-2}'::text[]) c where s.code = 's';
    insert into claim_disagreement select min(id), max(id) from claim where code in ('s-1', 's-2');
    alter table disclosure disable trigger disclosure_place;
    insert into disclosure ("of", thing_id, code, unit_id, path, audience) select 'AWARD', 1, 'a', id, path, 'PUBLIC' from org_unit order by id limit 1 on conflict do nothing;
    insert into api_key (id, name, unit_id, secret_hash, expires_on) select 'abcdefghijkl', 'key', min(id), '$argon2id$', '2099-01-01' from org_unit;
    insert into idempotency (principal, key, mutation, input_hash) values ('someone', 'k', 'grantRole', '');
    insert into audit_log (principal, action, unit_id) select 'someone', 'PUBLISH_TOTAL', min(id) from org_unit;
    select audit_seal();
    insert into publication (unit_id, path, campaign_id, indicator_id, measure, as_of, audience, value, qualifier, origin, complete, moved_on)
      select u.id, u.path, c.id, i.id, 'RESULT', '2022-01-01', 'PUBLIC', 1, 'EXACT', 'STATED', true, '2022-01-01'
      from (select id, path from org_unit order by id limit 1) u, (select min(id) as id from campaign) c, (select min(id) as id from indicator) i;
    insert into reporting_round (campaign_id, code, name, kind, period_from, period_to) select min(id), 'r', 'Kỳ', 'CUSTOM', '2022-01-01', '2022-06-30' from campaign;
    insert into round_due select min(id), 'GRASSROOTS', '2022-07-01' from reporting_round;
    insert into round_indicator select (select min(id) from reporting_round), min(id) from indicator;
    insert into document (code, unit_id, kind, title) select 'dc-1', min(id), 'PLAN', 'Kế hoạch' from org_unit;
    insert into campaign_document (campaign_id, document_id, role, unit_id) select (select min(id) from campaign), id, 'BASIS', unit_id from document;
    insert into annual_theme (unit_id, year) select min(id), 1999 from org_unit;
    insert into aim (unit_id, campaign_id, code, text) select (select min(id) from org_unit), min(id), 'a', 'Giảm tai nạn' from campaign;
    insert into partner (code, unit_id, name, kind) select 'pt-1', min(id), 'Giám đốc', 'MANAGEMENT' from org_unit;
    insert into event (code, unit_id, kind, name) select 'ev-1', min(id), 'CONTEST', 'Hội thi' from org_unit;
    insert into event_partner select e.id, p.id from event e, partner p on conflict do nothing;
    insert into event_count (event_id, place, "of") select id, 1, 'PARTICIPANTS' from event on conflict do nothing;
    insert into work (code, unit_id, kind, name, status) select 'work', min(id), 'WORK', 'Công trình', 'COMPLETED' from org_unit;
    insert into practice_model (code, unit_id, name) select 'model', min(id), 'Mô hình' from org_unit;
    insert into initiative (code, unit_id, title) select 'initiative', min(id), 'Sáng kiến' from org_unit;
    insert into initiative_history (initiative_id, ordinal, stage, since) select min(id), 1, 'REGISTERED', '2022-01-01' from initiative;
    insert into initiative_detail (initiative_id, description) select min(id), 'Cách làm' from initiative;
    insert into initiative_author select min(i.id), min(p.id), 1 from initiative i, person p;
    insert into award (code, unit_id, unit_name, form, form_vi, count, status, by_unit) select 'aw-1', min(id), 'Đơn vị', 'CERTIFICATE_OF_MERIT', 'Bằng khen', 2, 'DECIDED', true from org_unit;
    insert into award_issuer (award_id, place, unit_id, name) select (select id from award where code = 'aw-1'), 1, min(id), 'Tổng Liên đoàn' from org_unit;
    insert into award_kind (award_id, kind, count) select id, 'INDIVIDUAL', 2 from award where code = 'aw-1';
    insert into award_recipient (award_id, place, kind, unit_id, unit_told, shown_name) select (select id from award where code = 'aw-1'), 1, 'INDIVIDUAL', min(id), true, 'Người' from org_unit on conflict do nothing;
    insert into publication_equation (publication_id, series_id, plus) select (select min(id) from publication), min(id), '{1}' from series`);
});

afterAll(() => server?.close());

async function column<T>(text: string, values: readonly unknown[] = []): Promise<T[]> {
  const { rows } = await owner.query<{ it: T }>(text, [...values]);
  return rows.map(({ it }) => it);
}

const tables = (): Promise<string[]> =>
  column(`select relname::text as it from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`);
const scopedTables = (): Promise<string[]> =>
  column(`select relname::text as it from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity order by 1`);

describe('row scope', () => {
  test('every table has row-level security and a policy for what the API reads, or a reason for none', async () => {
    const scoped = new Set(await scopedTables());
    const read = new Set(
      await column(`select tablename::text as it from pg_policies where schemaname = 'public' and roles = '{liendoan_api}' and cmd = 'SELECT' and permissive = 'PERMISSIVE'`),
    );
    const all = await tables();
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter((table) => !scoped.has(table))).toEqual(Object.keys(WITHOUT_ROW_SCOPE).toSorted());
    expect(all.filter((table) => scoped.has(table) && !read.has(table))).toEqual(Object.keys(NEVER_READ).toSorted());
  });

  test('no policy is for whoever comes, and none opens a table to the API', async () => {
    const policies = await column(
      `select policyname::text as it from pg_policies where schemaname = 'public'
         and (not roles <@ '{liendoan_api,liendoan_definer}' or 'liendoan_api' = any (roles) and (qual = 'true' or with_check = 'true'))`,
    );
    expect(policies).toEqual([]);
  });

  test('nothing but tables holds rows: a view would show its owner’s', async () => {
    expect(await column(`select relname::text as it from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')`)).toEqual([]);
  });

  test('without a session the API sees no row of any table that has one', async () => {
    const empty: string[] = [];
    for (const table of await tables()) {
      const [rows] = await column<number>(`select count(*)::int as it from ${table}`);
      if (rows === 0) empty.push(table);
    }
    expect(empty).toEqual([]);

    const seen: Record<string, unknown> = {};
    const none: Record<string, unknown> = {};
    for (const table of await scopedTables()) {
      seen[table] = await api.query<{ it: number }>(`select count(${table === 'api_key' ? 'id' : '*'})::int as it from ${table}`).then(
        ({ rows: [row] }) => row!.it,
        (error: { code?: string }) => error.code,
      );
      none[table] = table in NEVER_READ ? '42501' : 0;
    }
    expect(seen).toEqual(none);
  });

  test('nor on a connection that had one', async () => {
    const client = await api.connect();
    try {
      await client.query('begin');
      await client.query(sessionStatement({ principal: 'someone', class: 'MEMBER' }, '2026-01-01'));
      expect((await client.query('select from figure')).rowCount).toBeGreaterThan(0);
      await client.query('commit');
      for (const table of ['org_unit', 'publication', 'campaign', 'indicator', 'figure', 'role_grant', 'audit_log']) {
        expect(await client.query(`select from ${table}`)).toMatchObject({ rowCount: 0 });
      }
    } finally {
      client.release();
    }
  });
});

describe('the login of the API', () => {
  test('is nobody: no attributes, no memberships, and what others may does not come to it by itself', async () => {
    const { rows } = await owner.query(
      `select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolinherit, rolcanlogin, rolconfig from pg_roles where rolname = 'liendoan_api'`,
    );
    expect(rows).toEqual([
      { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false, rolreplication: false, rolinherit: false, rolcanlogin: true, rolconfig: null },
    ]);
    expect(await column(`select roleid::regrole::text as it from pg_auth_members where member = 'liendoan_api'::regrole`)).toEqual([]);
  });

  test('owns nothing in any database', async () => {
    // Shared dependencies tell owners of every kind of object; those of tables, functions, schemas and types are looked at themselves as well.
    expect(await column(`select classid::regclass::text as it from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = 'liendoan_api'::regrole and deptype = 'o'`)).toEqual([]);
    for (const [catalog, of] of [['pg_class', 'relowner'], ['pg_proc', 'proowner'], ['pg_namespace', 'nspowner'], ['pg_type', 'typowner'], ['pg_database', 'datdba']] as const) {
      expect(await column(`select oid::int as it from ${catalog} where ${of} = 'liendoan_api'::regrole`)).toEqual([]);
    }
  });

  test('may do with tables what is listed, through whomever it may', async () => {
    expect(await tableRights('liendoan_api')).toEqual(TABLE_RIGHTS);
  });

  test('may use no sequence', async () => {
    const used = await column(
      `select relname::text as it from pg_class where relnamespace = 'public'::regnamespace and case when relkind = 'S' then has_sequence_privilege('liendoan_api', oid, 'select, update, usage') end`,
    );
    expect(used).toEqual([]);
  });

  test('may call the functions that are listed', async () => {
    const functions = await column(
      `select proname || '(' || array_to_string(array(select format_type(type, null) from unnest(proargtypes) type), ',') || ')' as it from pg_proc p
       join pg_namespace n on n.oid = p.pronamespace
       where nspname not in ('pg_catalog', 'information_schema') and has_function_privilege('liendoan_api', p.oid, 'execute')
         and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e') order by 1`,
    );
    expect(functions).toEqual(FUNCTIONS);
  });

  test('may create nothing but temporary tables', async () => {
    expect(await column(`select nspname::text as it from pg_namespace where nspname not like 'pg\\_temp%' and has_schema_privilege('liendoan_api', oid, 'create')`)).toEqual([]);
    const rights = await column(`select it from unnest(array['CREATE', 'CONNECT', 'TEMPORARY']) it where has_database_privilege('liendoan_api', current_database(), it)`);
    expect(rights).toEqual(['CONNECT', 'TEMPORARY']);
  });

  test('may bring paths to the day', async () => {
    await owner.query('update placement_day set day = day - 1');
    const call = async () => (await api.query<{ structure_new_day: boolean }>('select structure_new_day()')).rows[0]!.structure_new_day;
    expect(await call()).toBe(true);
    expect(await column(`select day = today() as it from placement_day`)).toEqual([true]);
    expect(await call()).toBe(false);
  });
});

test('functions that run as their owner look names up where nobody else can put any, and their owner cannot log in', async () => {
  const { rows } = await owner.query<{ name: string; path: string | null; login: boolean; superuser: boolean }>(
    `select p.oid::regprocedure::text as name, rolcanlogin as login, rolsuper or rolbypassrls as superuser,
       (select substr(setting, 13) from unnest(proconfig) setting where setting like 'search_path=%') as path
     from pg_proc p join pg_roles r on r.oid = p.proowner join pg_namespace n on n.oid = p.pronamespace
     where prosecdef and nspname not in ('pg_catalog', 'information_schema')`,
  );
  expect(rows.length).toBeGreaterThanOrEqual(5);
  for (const row of rows) {
    expect(row).toMatchObject({ path: expect.stringMatching(/^(pg_catalog, )?public, pg_temp$/) as unknown, login: false, superuser: false });
  }
});

test('the transaction of a read refuses to write, whatever the caller may do', async () => {
  await server.grant('admin', 'ADMIN', 'TLD');
  const writes = [
    `insert into role_grant (principal, role, unit_id, starts, granted_by) select 'x', 'VIEWER', min(id), '2020-01-01', 'admin' from org_unit`,
    `update role_grant set revoked_at = now(), revoked_by = 'admin'`,
    `select structure_new_day() from (select set_config('transaction_read_only', 'off', true)) x`,
    `select api_key_used('abcdefghijkl')`,
  ];
  await owner.query('update placement_day set day = day - 1');
  for (const write of writes) {
    const reads = new Reads(api, () => sessionStatement({ principal: 'admin', class: 'MEMBER' }, '2026-01-01'));
    try {
      expect(await reads.query('select from org_unit limit 1', [])).toHaveLength(1);
      await expect(reads.query(write, [])).rejects.toMatchObject({ code: expect.stringMatching(/^(25006|25001)$/) as unknown });
    } finally {
      await reads.release();
    }
  }
});

/** By table, the rights of a role, its own and everybody's; a right that it has on some columns only, with their names. */
async function tableRights(role: string): Promise<Record<string, string[]>> {
  const { rows } = await owner.query<{ table: string; rights: string[] }>(
    `select relname::text as "table", array_agg(case when whole then p else p || ' (' || columns || ')' end order by p) as rights
     from pg_class c
     cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) p
     cross join lateral (select has_table_privilege($1, c.oid, p) as whole) t
     cross join lateral (
       select string_agg(attname, ', ' order by attnum) as columns from pg_attribute
       where attrelid = c.oid and attnum > 0 and not attisdropped and p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and not whole
         and has_column_privilege($1, c.oid, attnum, p)
     ) a
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') and (whole or columns is not null)
     group by relname order by relname`,
    [role],
  );
  return Object.fromEntries(rows.map(({ table, rights }) => [table, rights]));
}
