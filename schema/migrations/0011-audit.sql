-- Who reads the audit log, and the seals that show whether it was changed. docs/audit.md is the manual.

-- ---------------------------------------------------------------- reading

-- Whoever has the unit in scope; what was done to its grants and keys, who sees those: its ADMINs.
drop policy audit_log_seen on audit_log;
do $$
declare
  within constant text := $q$(select u.path from org_unit u where u.id = unit_id) <@ any ((select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[])$q$;
begin
  execute format('create policy audit_log_seen on audit_log for select to liendoan_api using (%s and (action not in (''GRANT_ROLE'', ''REVOKE_ROLE'', ''CREATE_API_KEY'', ''REVOKE_API_KEY'') or %s))',
    format(within, 'scope'), format(within, 'admin'));
end $$;

-- When it was, the database says.
revoke insert on audit_log from liendoan_api;
grant insert (principal, action, unit_id, before, after, request_id) on audit_log to liendoan_api;

-- ---------------------------------------------------------------- seals

-- Each says what a number of entries were, and which seal was the last before it: none can be changed or taken out
-- without all that follow.
create table audit_seal (
  -- One more than that of the seal before.
  id int primary key check (id > 0),
  -- Hash of the seal before; zeros: this is the first. No two follow one.
  previous bytea not null unique check (length(previous) = 32),
  hash bytea not null check (length(hash) = 32),
  sealed_at timestamptz not null,
  -- Ids of the entries; what was never committed leaves gaps.
  covers int8multirange not null check (not isempty(covers)),
  -- Their SHA-256, in order of id, 32 bytes each: so that a changed entry can be named.
  digests bytea not null
);
-- As it is, a part of it is read without the rest.
alter table audit_seal alter column digests set storage external;
create index audit_seal_time on audit_seal (sealed_at);
create index audit_log_time on audit_log (at, id);

alter table audit_seal enable row level security;
create policy audit_seal_definer on audit_seal to liendoan_definer using (true);
create policy audit_log_definer on audit_log to liendoan_definer using (true);
grant select, insert on audit_seal to liendoan_definer;
grant select on audit_log to liendoan_definer;

-- Seals the entries that are committed and not sealed yet; returns how many, or null where another is at it. It locks
-- nothing that a writer needs. An entry gets its id before it is committed, so one may turn up among the ids of a seal
-- that is made already: it goes into a later one. Looked for are entries of the hour before the last seal; no
-- transaction that writes one lasts that long.
create function audit_seal() returns int
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  number int;
  head bytea;
  since timestamptz;
  sealed int8multirange;
  last_at timestamptz;
  last_id bigint := 0;
  made timestamptz;
  batch record;
  total int := 0;
begin
  if not pg_try_advisory_xact_lock(715004) then return null; end if;
  select s.id, s.hash, least(s.sealed_at, clock_timestamp()) - interval '1 hour' into number, head, since from audit_seal s order by s.id desc limit 1;
  number := coalesce(number, 0);
  head := coalesce(head, decode(repeat('00', 32), 'hex'));
  -- An hour more, for a clock that was put back.
  select range_agg(s.covers) into sealed from audit_seal s where s.sealed_at > since - interval '1 hour';
  sealed := coalesce(sealed, '{}');
  last_at := coalesce(since, '-infinity');
  loop
    with entry as materialized (
      select e.id, e.at,
        sha256(convert_to(jsonb_build_array(e.id, extract(epoch from e.at), e.principal, e.action, e.unit_id, e.before::text, e.after::text, e.request_id)::text, 'UTF8')) as digest
      from audit_log e where (e.at, e.id) > (last_at, last_id) and not sealed @> e.id
      order by e.at, e.id limit 10000
    )
    select count(*)::int as entries, range_agg(int8range(id, id, '[]')) as covers, string_agg(digest, ''::bytea order by id) as digests,
      (array_agg(at order by at desc, id desc))[1] as last_at, (array_agg(id order by at desc, id desc))[1] as last_id
    into batch from entry;
    exit when batch.entries = 0;
    last_at := batch.last_at;
    last_id := batch.last_id;
    number := number + 1;
    made := clock_timestamp();
    insert into audit_seal (id, previous, hash, sealed_at, covers, digests)
    values (number, head, sha256(head || sha256(convert_to(jsonb_build_array(number, extract(epoch from made), batch.covers::text)::text, 'UTF8')) || batch.digests),
      made, batch.covers, batch.digests)
    returning hash into head;
    total := total + batch.entries;
  end loop;
  return total;
end $$;

do $$
begin
  grant create on schema public to liendoan_definer;
  alter function audit_seal() owner to liendoan_definer;
  revoke create on schema public from liendoan_definer;
end $$;
revoke execute on function audit_seal() from public;
grant execute on function audit_seal() to liendoan_api, current_user;
