-- Which rows the API sees: row-level security, the two roles that it takes, and their rights. docs/access.md has the
-- rules; src/access/row-scope.ts the same expressions for the ORM.
--
-- A transaction of the API begins with access_session(), whose settings the policies read. Without it they are unset,
-- and nothing is seen. Scope, line and the like are worked out once, not per row.

do $$
begin
  -- What the API logs in as; `npm run migrate` and `npm start` give it a password.
  if not exists (select from pg_roles where rolname = 'liendoan_api') then
    begin create role liendoan_api noinherit; exception when duplicate_object or unique_violation then null; end;
  end if;
  -- Owns the functions that reach further than their caller. Nobody logs in as it.
  if not exists (select from pg_roles where rolname = 'liendoan_definer') then
    begin create role liendoan_definer nologin noinherit; exception when duplicate_object or unique_violation then null; end;
  end if;
  execute format('grant liendoan_definer to %I', current_user);
end $$;
grant usage on schema public to liendoan_api, liendoan_definer;

-- Conditions that callers set may use an index beneath a policy only if what they call tells nothing of the rows that
-- the policy hides. That these tell nothing can be said by a superuser alone; elsewhere such lists are slower.
do $$
declare it regprocedure;
begin
  foreach it in array array['ltree_risparent(ltree, ltree)', 'ltree_isparent(ltree, ltree)', 'ltree_ge(ltree, ltree)', 'ltree_le(ltree, ltree)',
    'textlike(text, text)', 'enum_eq(anyenum, anyenum)']::regprocedure[] loop
    begin execute format('alter function %s leakproof', it); exception when insufficient_privilege then null; end;
  end loop;
end $$;

-- ---------------------------------------------------------------- the session

-- Paths without those that lie beneath another of them.
create function topmost(paths ltree[]) returns ltree[]
language sql immutable parallel safe
return (select array_agg(distinct p) from unnest(paths) p where not exists (select from unnest(paths) above where p <@ above and p <> above));

-- The settings of a caller's session, by their grants of a day: what the API sets, local to its transaction.
create function access_session(caller text, day date) returns table (name text, value text)
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
  union all select 'liendoan.publisher', coalesce((select topmost(array_agg(path))::text from held where role >= 'CAMPAIGN_MANAGER'), '')
  union all select 'liendoan.admin', coalesce((select topmost(array_agg(path))::text from held where role = 'ADMIN'), '');
end;

-- ---------------------------------------------------------------- rows

-- What the caller sees: one SELECT policy a table. And where callers write, what they may.
do $$
declare
  -- Paths or ids of the session; null where there are none, or where no session was begun.
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  ids constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::int[])::int[]$q$;
  opened constant text := $q$(select current_setting('liendoan.session', true) = 'open')$q$;
  caller constant text := $q$(select nullif(current_setting('liendoan.principal', true), ''))$q$;
  member constant text := $q$(select nullif(current_setting('liendoan.scope', true), '') is not null)$q$;
  -- Rows that carry no path look it up by their key: a probe for each row read, never a join.
  within constant text := $q$(select u.path from org_unit u where u.id = %s) <@ any (%s)$q$;
  unit_in_scope constant text := format(within, 'unit_id', format(paths, 'scope'));
  unit_administered constant text := format(within, 'unit_id', format(paths, 'admin'));
  unit_seen constant text := '(select u.id from org_unit u where u.id = %s) is not null';
  campaign_seen constant text := '(select c.id from campaign c where c.id = %s) is not null';
  published constant text := 'exists (select from publication p where p.%s)';
  policy record;
begin
  for policy in
    select on_table, 'seen' as what, 'select' as command, seen as expression from (values
      ('org_unit', format('path <@ any (%s) or id = any (%s) or %s',
        format(paths, 'scope'), format(ids, 'line'), format(published, 'unit_id = org_unit.id'))),
      ('publication', format('path <@ any (%s) or ended_at is null and (audience = ''PUBLIC'' and %s or audience = ''PARTNER'' and path <@ any (%s))',
        format(paths, 'scope'), opened, format(paths, 'partner'))),
      ('campaign', format('%s or launched_by_id = any (%s) or launched_by_id is null and %s or %s or %s',
        format(within, 'launched_by_id', format(paths, 'scope')), format(ids, 'line'), member,
        format('exists (select from series s join balance b on b.series_id = s.id where s.campaign_id = campaign.id and b.unit_id = any (%s))', format(ids, 'granted')),
        format(published, 'campaign_id = campaign.id'))),
      ('campaign_phase', format(campaign_seen, 'campaign_id')),
      ('campaign_link', format(campaign_seen, 'campaign_id') || ' and ' || format(campaign_seen, 'linked_id')),
      ('indicator', format('%s or %s', member, format(published, 'indicator_id = indicator.id'))),
      -- Who stands where is seen of every unit that is.
      ('placement', format(unit_seen, 'unit_id')),
      ('ancestry', format(unit_seen, 'unit_id')),
      ('emulation_cluster', format('%s or %s and exists (select from emulation_cluster_member m where m.cluster_id = emulation_cluster.id)',
        format(within, 'owner_id', format(paths, 'scope')), format(unit_seen, 'owner_id'))),
      ('emulation_cluster_member', unit_in_scope),
      ('structure_source', unit_in_scope),
      ('census', unit_in_scope),
      ('member_count', unit_in_scope),
      ('norm', unit_in_scope),
      ('figure', unit_in_scope),
      ('balance', unit_in_scope),
      ('role_grant', format('principal = %s or %s', caller, unit_administered)),
      ('api_key', unit_administered),
      ('audit_log', unit_administered)
    ) p (on_table, seen)
    union all
    select * from (values
      ('role_grant', 'granted', 'insert', format('%s and granted_by = %s', unit_administered, caller)),
      ('role_grant', 'revoked', 'update', format('%s and (revoked_by is null or revoked_by = %s)', unit_administered, caller)),
      ('api_key', 'created', 'insert', format('%s and created_by = %s', unit_administered, caller)),
      ('api_key', 'revoked', 'update', format('%s and (revoked_by is null or revoked_by = %s)', unit_administered, caller)),
      ('audit_log', 'noted', 'insert', format('%s and principal = %s', unit_in_scope, caller)),
      ('publication', 'published', 'insert', format('path <@ any (%s)', format(paths, 'publisher'))),
      ('publication', 'ended', 'update', format('path <@ any (%s)', format(paths, 'publisher'))),
      ('publication_equation', 'published', 'insert', format('(select p.path from publication p where p.id = publication_id) <@ any (%s)', format(paths, 'publisher')))
    ) p
  loop
    execute format('alter table %I enable row level security', policy.on_table);
    execute format('create policy %I on %I for %s to liendoan_api %s (%s)', policy.on_table || '_' || policy.what, policy.on_table,
      policy.command, case policy.command when 'insert' then 'with check' else 'using' end, policy.expression);
  end loop;
end $$;

-- What the API may do, and nothing else: test/guards/rights.test.ts has the same list.
grant select on schema_migration, placement_day, series, org_unit, placement, ancestry, structure_source, census, member_count,
  emulation_cluster, emulation_cluster_member, campaign, campaign_phase, campaign_link, indicator, norm, figure, balance,
  publication, role_grant, audit_log to liendoan_api;
grant select (id, name, unit_id, created_at, created_by, expires_on, revoked_at, revoked_by, last_used_at) on api_key to liendoan_api;
grant insert on role_grant, api_key, audit_log, publication, publication_equation to liendoan_api;
grant update (revoked_at, revoked_by) on role_grant, api_key to liendoan_api;
grant update (ended_at, end_reason) on publication to liendoan_api;

-- ---------------------------------------------------------------- functions that reach further

-- Their owner sees every row of what they need.
do $$
declare it text;
begin
  foreach it in array array['org_unit', 'placement', 'ancestry', 'figure', 'role_grant', 'api_key', 'publication', 'publication_equation'] loop
    execute format('create policy %I on %I to liendoan_definer using (true)', it || '_definer', it);
    execute format('grant select on %I to liendoan_definer', it);
  end loop;
end $$;
grant select on series, placement_day to liendoan_definer;
grant update (path) on org_unit, publication to liendoan_definer;
grant update (last_used_at) on api_key to liendoan_definer;
grant insert, update on placement_day to liendoan_definer;

create function api_key_find(key_id text) returns table (secret_hash text, expires_on date, revoked boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select k.secret_hash, k.expires_on, k.revoked_at is not null from api_key k where k.id = key_id;
end;

-- Notes that a key was used, at most once a minute.
create function api_key_used(key_id text) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  update api_key k set last_used_at = now() where k.id = key_id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
end;

-- By which grants a principal sees a unit on a day: those that reach it, and those of units beneath it. Nothing unless
-- the caller is an ADMIN of the unit.
create function access_grants(of_unit int, of_principal text, day date)
returns table (id int, role access_role, unit_id int, starts date, ends date, granted_at timestamptz, granted_by text, reaches boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select g.id, g.role, g.unit_id, g.starts, g.ends, g.granted_at, g.granted_by, u.path operator(public.<@) g_unit.path
  from org_unit u
  join role_grant g on g.principal = of_principal and g.revoked_at is null and g.starts <= day and (g.ends is null or g.ends >= day)
  join org_unit g_unit on g_unit.id = g.unit_id
  where u.id = of_unit and u.path operator(public.<@) any ((select nullif(current_setting('liendoan.admin', true), '')::ltree[])::ltree[])
    and (u.path operator(public.<@) g_unit.path or (g.role >= 'VIEWER' and g_unit.path operator(public.<@) u.path))
  order by g.role desc, g.id;
end;

-- Publications follow their unit.
create or replace function structure_refresh_paths(units int[]) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
declare day date := today();
begin
  update org_unit set path = id::text::ltree where id = any (units) and path is null
    and not exists (select from placement where unit_id = org_unit.id);
  loop
    update org_unit u set path = p.path || u.id::text
    from placement s join org_unit p on p.id = s.parent_id
    where u.id = any (units) and s.unit_id = u.id and s.starts <= greatest(day, u.valid_from) and s.ends > greatest(day, u.valid_from)
      and u.path is distinct from p.path || u.id::text;
    exit when not found;
  end loop;
  update publication p set path = u.path from org_unit u where u.id = p.unit_id and p.unit_id = any (units) and p.path <> u.path;
end $$;

do $$
declare it regprocedure;
begin
  -- A new owner has to be able to create them.
  grant create on schema public to liendoan_definer;
  foreach it in array array['access_session(text, date)', 'api_key_find(text)', 'api_key_used(text)', 'access_grants(int, text, date)',
    'structure_new_day()']::regprocedure[] loop
    execute format('alter function %s owner to liendoan_definer', it);
    execute format('alter function %s security definer', it);
  end loop;
  revoke create on schema public from liendoan_definer;

  for it in select oid from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
      and proname ~ '^(ledger|structure|load|access|api_key)_' loop
    execute format('revoke execute on function %s from public', it);
  end loop;
end $$;
grant execute on function structure_lock(), structure_refresh_paths(int[]) to liendoan_definer;
grant execute on function access_session(text, date), api_key_find(text), api_key_used(text), access_grants(int, text, date), structure_new_day() to liendoan_api;
