-- What commands stand on: versions, the way of a figure to its approval, and answers kept for repeats.

-- ---------------------------------------------------------------- the way of a figure

alter table figure
  add column version int not null default 1,
  -- Who handed it in, last, and when. Personal data: shown by the audit log alone.
  add column submitted_by text collate "C",
  add column submitted_at timestamptz,
  -- From when on it counts; null: never approved.
  add column approved_at timestamptz default now(),
  add column return_reason text,
  -- Codes of the warnings that were acknowledged when it was handed in.
  add column warnings text[],
  -- The approved figure whose place it is to take.
  add column corrects_id bigint references figure;
update figure set approved_at = recorded_at;
alter table figure add check (status not in ('APPROVED', 'SUPERSEDED') or approved_at is not null),
  add check (status not in ('DRAFT', 'SUBMITTED', 'RETURNED') or approved_at is null and ended_at is null),
  add check (status <> 'SUBMITTED' or submitted_by is not null and submitted_at is not null);
-- One at a time is on its way.
create unique index figure_open on figure (series_id, unit_id, coverage, date) where status in ('DRAFT', 'SUBMITTED', 'RETURNED');
create index figure_open_unit on figure (unit_id, status) where status in ('DRAFT', 'SUBMITTED', 'RETURNED');
create index figure_corrects on figure (corrects_id) where corrects_id is not null;

-- Whoever changes a row, its version tells.
create function next_version() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger figure_version before update of status, value, qualifier, stated_percent, stated_basis, derived, source, note on figure for each row execute function next_version();

alter table role_grant add column version int not null default 1;
create trigger role_grant_version before update on role_grant for each row execute function next_version();
alter table publication add column version int not null default 1;
-- The path follows the unit and is no change of what was published.
create trigger publication_version before update of ended_at, end_reason on publication for each row execute function next_version();
alter table api_key add column version int not null default 1;
create trigger api_key_version before update of revoked_at on api_key for each row execute function next_version();
grant select (version) on api_key to liendoan_api;

-- ---------------------------------------------------------------- repeats

-- First answers, for whoever repeats a mutation under the same key.
create table idempotency (
  principal text collate "C" not null,
  key text collate "C" not null check (key <> '' and length(key) <= 255),
  mutation text collate "C" not null,
  input_hash bytea not null,
  -- Null only inside the transaction.
  answer jsonb,
  at timestamptz not null default now(),
  primary key (principal, key)
);
create index idempotency_at on idempotency (at);
alter table idempotency enable row level security;
do $$
declare mine constant text := $q$principal = (select nullif(current_setting('liendoan.principal', true), ''))$q$;
begin
  execute format('create policy idempotency_seen on idempotency for select to liendoan_api using (%s)', mine);
  execute format('create policy idempotency_kept on idempotency for insert to liendoan_api with check (%s)', mine);
  execute format('create policy idempotency_answered on idempotency for update to liendoan_api using (%s)', mine);
end $$;
grant select, insert, update (mutation, input_hash, answer, at) on idempotency to liendoan_api;
create policy idempotency_definer on idempotency to liendoan_definer using (true);
grant select, delete on idempotency to liendoan_definer;

-- Forgets what is too old to be repeated. Returns how many.
create function idempotency_purge() returns bigint
language sql volatile security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  with gone as (delete from idempotency where at < now() - interval '48 hours' returning 1) select count(*) from gone;
end;

-- ---------------------------------------------------------------- the session

-- Reporters and approvers beside the others.
create or replace function access_session(caller text, day date) returns table (name text, value text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  with held as materialized (
    select g.role, u.id, u.path from role_grant g join org_unit u on u.id = g.unit_id
    where g.principal = caller and g.revoked_at is null and g.starts <= day and (g.ends is null or g.ends >= day) and u.path is not null
  ), opening as (
    select id, path from held where role >= 'VIEWER'
  )
  select 'liendoan.session', 'open'
  union all select 'liendoan.principal', coalesce(caller, '')
  -- Paths of the units whose subtrees are in scope.
  union all select 'liendoan.scope', coalesce((select topmost(array_agg(path))::text from opening), '')
  union all select 'liendoan.granted', coalesce((select array_agg(distinct id)::text from opening), '')
  -- Ids of the units above those.
  union all select 'liendoan.line', coalesce((select array_agg(distinct above::int)::text from opening, unnest(string_to_array(path::text, '.')) above where above::int <> id), '')
  union all select 'liendoan.partner', coalesce((select topmost(array_agg(path))::text from held where role = 'PARTNER'), '')
  union all select 'liendoan.reporter', coalesce((select topmost(array_agg(path))::text from held where role >= 'REPORTER'), '')
  union all select 'liendoan.approver', coalesce((select topmost(array_agg(path))::text from held where role >= 'APPROVER'), '')
  union all select 'liendoan.publisher', coalesce((select topmost(array_agg(path))::text from held where role >= 'CAMPAIGN_MANAGER'), '')
  union all select 'liendoan.admin', coalesce((select topmost(array_agg(path))::text from held where role = 'ADMIN'), '');
end;

-- With the version, else as it was.
drop function access_grants(int, text, date);
create function access_grants(of_unit int, of_principal text, day date)
returns table (id int, role access_role, unit_id int, starts date, ends date, granted_at timestamptz, granted_by text, version int, reaches boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select g.id, g.role, g.unit_id, g.starts, g.ends, g.granted_at, g.granted_by, g.version, u.path operator(public.<@) g_unit.path
  from org_unit u
  join role_grant g on g.principal = of_principal and g.revoked_at is null and g.starts <= day and (g.ends is null or g.ends >= day)
  join org_unit g_unit on g_unit.id = g.unit_id
  where u.id = of_unit and u.path operator(public.<@) any ((select nullif(current_setting('liendoan.admin', true), '')::ltree[])::ltree[])
    and (u.path operator(public.<@) g_unit.path or (g.role >= 'VIEWER' and g_unit.path operator(public.<@) u.path))
  order by g.role desc, g.id;
end;

do $$
begin
  grant create on schema public to liendoan_definer;
  alter function access_grants(int, text, date) owner to liendoan_definer;
  revoke execute on function access_grants(int, text, date) from public;
  grant execute on function access_grants(int, text, date) to liendoan_api;
  alter function idempotency_purge() owner to liendoan_definer;
  revoke execute on function idempotency_purge() from public;
  grant execute on function idempotency_purge() to liendoan_api;
  revoke create on schema public from liendoan_definer;
end $$;
