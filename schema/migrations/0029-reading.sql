-- Reading a page in one statement, and what a process may remember between two of them.

-- ---------------------------------------------------------------- what may be remembered

-- Moves with every commit that changes whose reach is what, or what is counted: while it stands, what a process knows of
-- callers' reach, campaigns, indicators and series still holds. The version is the sum: each writer takes a row that
-- nobody else holds, so that none waits for another.
create table access_version (
  id int generated always as identity primary key,
  version bigint not null
);
insert into access_version (version) values (1);
grant select on access_version to liendoan_api;
grant select, insert, update on access_version to liendoan_definer;

-- Once a transaction is enough.
create function access_version_moves() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if current_setting('liendoan.version_moved', true) is distinct from pg_current_xact_id()::text then
    update access_version set version = version + 1 where id = (select id from access_version order by id limit 1 for update skip locked);
    if not found then insert into access_version (version) values (1); end if;
    perform set_config('liendoan.version_moved', pg_current_xact_id()::text, true);
  end if;
  return null;
end $$;

do $$
declare it text;
begin
  foreach it in array array['role_grant', 'campaign', 'campaign_phase', 'indicator', 'series'] loop
    execute format('create trigger %I after insert or delete on %I for each row execute function access_version_moves()', it || '_access_version', it);
    execute format('create trigger %I after update on %I for each row when (old.* is distinct from new.*) execute function access_version_moves()', it || '_access_version_update', it);
    execute format('create trigger %I after truncate on %I for each statement execute function access_version_moves()', it || '_access_version_truncate', it);
  end loop;
  -- Nobody holds a grant on a unit that has no place yet.
  create trigger org_unit_access_version after update of path on org_unit for each row when (old.path is not null and old.path is distinct from new.path) execute function access_version_moves();
  create trigger org_unit_access_version_delete after delete on org_unit for each row execute function access_version_moves();
  create trigger org_unit_access_version_truncate after truncate on org_unit for each statement execute function access_version_moves();
end $$;

-- ---------------------------------------------------------------- a page

-- What of a unit a page may do without.
create function unit_rest(u org_unit) returns json language sql stable return
  json_build_array((u).name_en, (u).aliases, (u).level, (u).kind, (u).sector, (u).ownership, (u).valid_from, (u).closed_on, (u).successor_id, (u).source, (u).note);

-- What the ledger has of a unit: balances of (series, day), and the census of days. Each is one text, for JSON costs twice
-- the reading of them: `;` between them, empty where there is none. A balance: total, t or f for complete, reported
-- children; with `depth` 1 also /qualifier/as of/origin; with 2 the rest. A census: children and by level.
create function unit_readings(unit int, series int[], days date[], census_days date[], depth int) returns table (balances text, censuses text)
language sql stable as $$
  select case when series <> '{}' then (
    select string_agg(coalesce(coalesce(b.total::text, '') || case when b.complete then 't' when not b.complete then 'f' end || b.reported_children || case depth
        when 1 then '/' || coalesce(b.qualifier::text, '') || '/' || coalesce(b.as_of::text, '') || '/' || coalesce(b.origin::text, '')
        when 2 then '/' || coalesce(b.qualifier::text, '') || '/' || coalesce(b.as_of::text, '') || '/' || coalesce(b.origin::text, '')
          || '/' || b.members_total || '/' || coalesce(b.detail::text, '') || '/' || coalesce(b.unexplained::text, '') || '/' || coalesce(b.subtree_on::text, '')
          || '/' || b.reported_provincial || '/' || b.reported_upper_grassroots || '/' || b.reported_grassroots || '/' || b.reported_sub_grassroots
        else '' end, ''), ';')
    from unnest(series, days) r (series_id, day)
    left join lateral (select b.* from balance b where b.unit_id = unit and b.series_id = r.series_id and b.date <= r.day order by b.date desc limit 1) b on true
  ) end, case when census_days <> '{}' then (
    select string_agg(coalesce(n.children || '/' || n.provincial || '/' || n.upper_grassroots || '/' || n.grassroots || '/' || n.sub_grassroots, ''), ';')
    from unnest(census_days) r (day)
    left join lateral (select n.* from census n where n.unit_id = unit and n.starts <= r.day order by n.starts desc limit 1) n on true
  ) end
$$;

-- A unit in scope, the first of its children on a day by code, or of units beneath it by rank, and what the ledger has of
-- each. It asks of the scope once, not of each row; a unit that is seen for another reason is not found here. Null where
-- there is none, and where what its caller remembers is of another version.
--
-- [units, others, moment]; of each of the two its columns, with one entry for each unit: key, code, name, the rest (null:
-- `briefly`), balances, censuses; of the others also whether it is in scope or, where they are ranked, number in order,
-- place, tied, value and complete.
create function unit_page(scope ltree[], version bigint, top text, briefly boolean, detail int,
  unit_series int[], unit_days date[], unit_census date[],
  day date, page int, beyond text, child_series int[], child_days date[], child_census date[],
  ranked boolean, rank_level org_level, rank_campaign int, rank_phase int, rank_indicator int, rank_by rank_measure, rank_basis text, rank_since date)
returns json
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_variable
declare
  unit record;
  others json;
begin
  select u.id, json_build_array(array[u.id], array[u.code], array[u.name], case when not briefly then json_build_array(unit_rest(u)) end, array[r.balances], array[r.censuses]) as shown into unit
  from org_unit u cross join lateral unit_readings(u.id, unit_series, unit_days, unit_census, detail) r
  -- Of a closed unit other days are meant.
  where u.code = top and u.path <@ any (scope) and (page is null or u.closed_on is null) and version = (select sum(v.version) from access_version v);
  if not found then return null; end if;
  if ranked then
    perform set_config('liendoan.scope', scope::text, true);
    select json_build_array(
        array_agg(c.id order by p.nth), array_agg(c.code order by p.nth), array_agg(c.name order by p.nth), array_agg(unit_rest(c) order by p.nth) filter (where not briefly),
        array_agg(r.balances order by p.nth), array_agg(r.censuses order by p.nth), null,
        array_agg(p.nth order by p.nth), array_agg(p.place order by p.nth), array_agg(p.tied order by p.nth), array_agg(p.value::text order by p.nth), array_agg(p.complete order by p.nth)) into others
    from (
      select p.* from ranking_places(unit.id, rank_level, null, null, false, rank_campaign, rank_phase, rank_indicator, rank_by, rank_basis, day, rank_since) p
      where p.place is not null and (beyond is null or lpad(p.nth::text, 10, '0') > beyond)
      order by p.nth limit page
    ) p
    join org_unit c on c.id = p.unit cross join lateral unit_readings(c.id, child_series, child_days, child_census, detail) r;
  elsif page is not null then
    select json_build_array(
        array_agg((p.child).id order by p.code), array_agg(p.code order by p.code), array_agg((p.child).name order by p.code), array_agg(unit_rest(p.child) order by p.code) filter (where not briefly),
        array_agg(r.balances order by p.code), array_agg(r.censuses order by p.code), array_agg((p.child).path <@ any (scope) order by p.code)) into others
    from (
      select c as child, c.code from placement p join org_unit c on c.id = p.unit_id
      where p.parent_id = unit.id and p.starts <= day and p.ends > day and c.valid_from <= day and (c.closed_on is null or c.closed_on > day)
        and (beyond is null or c.code > beyond)
      order by c.code limit page
    ) p
    cross join lateral unit_readings((p.child).id, child_series, child_days, child_census, detail) r;
  end if;
  return json_build_array(unit.shown, others, case when not pg_is_in_recovery() then pg_current_snapshot()::text end);
end $$;

-- ---------------------------------------------------------------- rankings

-- How they plan, ranking_places says, which calls them.
alter function ranking_shown(int[], int, int, int, text, date) reset plan_cache_mode;
alter function ranking_values(int[], int, int, int, rank_measure, text, date, date) reset plan_cache_mode;

-- As before, but that of the many balances of a unit the one of the day is found by itself.
create or replace function ranking_totals(units int[], of_campaign int, of_phase int, of_indicator int, basis text, day date) returns table (unit int, total numeric, complete boolean)
language plpgsql stable set search_path = pg_catalog, public, pg_temp set jit = off as $$
declare series int;
begin
  if basis = 'NORM' then
    return query
      select u.id, round(n.value * m.value, 4), true
      from unnest(units) u (id)
      cross join lateral (
        select n.value, n.per from norm n
        where n.unit_id = u.id and n.campaign_id = of_campaign and n.phase_id is not distinct from of_phase and n.indicator_id = of_indicator
          and n.decided_on <= day and not n.withdrawn
        order by n.decided_on desc limit 1) n
      cross join lateral (
        select m.value from member_count m
        where m.unit_id = u.id and m."of" = (case n.per when 'MEMBER' then 'MEMBERS' else 'UNIONS' end)::counted and m.as_of <= day and m.ended_at is null
        order by m.as_of desc limit 1) m;
  else
    select s.id into series from series s
    where s.campaign_id = of_campaign and s.phase_id is not distinct from of_phase and s.indicator_id = of_indicator and s.measure = basis::measure;
    return query
      select u.id, b.total, b.complete
      from unnest(units) u (id)
      cross join lateral (select b.total, b.complete, b.until from balance b where b.unit_id = u.id and b.series_id = series and b.date <= day order by b.date desc limit 1) b
      where b.total is not null and b.until > day;
  end if;
end $$;

-- As before, but planned once, and that there are few enough provinces to ask of each where it stands.
create or replace function ranking_members(top int, of_level org_level, of_cluster int, of_region int, day date) returns table (unit int, path ltree)
language plpgsql stable set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  if of_cluster is not null or of_region is not null then
    return query
      select u.id, u.path
      from (select m.unit_id from emulation_cluster_member m where m.cluster_id = of_cluster union all select m.unit_id from region_member m where m.region_id = of_region) m
      join org_unit u on u.id = m.unit_id
      where u.valid_from <= day and (u.closed_on is null or u.closed_on > day)
        and (top is null or exists (select from ancestry a where a.unit_id = u.id and a.ancestor_id = top and a.starts <= day and a.ends > day));
  elsif of_level <= 'PROVINCIAL' then
    return query
      select u.id, u.path from org_unit u
      cross join lateral (select from ancestry a where a.unit_id = u.id and a.ancestor_id = top and a.starts <= day and a.ends > day limit 1) a
      where u.level = of_level and u.valid_from <= day and (u.closed_on is null or u.closed_on > day);
  elsif of_level is not null then
    -- Beneath a district there are a hundred, beneath the nation a hundred thousand.
    perform set_config('plan_cache_mode', 'force_custom_plan', true);
    return query
      select u.id, u.path from ancestry a join org_unit u on u.id = a.unit_id
      where a.ancestor_id = top and a.starts <= day and a.ends > day and u.level = of_level and u.valid_from <= day and (u.closed_on is null or u.closed_on > day);
  else
    return query
      select u.id, u.path from placement p join org_unit u on u.id = p.unit_id
      where p.parent_id = top and p.starts <= day and p.ends > day and u.valid_from <= day and (u.closed_on is null or u.closed_on > day);
  end if;
end $$;

-- As before, but for how it is planned.
create or replace function ranking_places(top int, of_level org_level, of_cluster int, of_region int, whole boolean,
  of_campaign int, of_phase int, of_indicator int, measure rank_measure, basis text, day date, since date)
returns table (nth int, unit int, name text, place int, tied boolean, value numeric, complete boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan set work_mem = '32MB' set max_parallel_workers_per_gather = 0 as $$
declare
  scope constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
  units int[];
  own int[];
  launcher int;
  least_ranked int := 0;
  ranked int[];
  numbers numeric[];
  whole_numbers boolean[];
begin
  select coalesce(array_agg(m.unit), '{}'), coalesce(array_agg(m.unit) filter (where m.path operator(public.<@) any (scope)), '{}') into units, own
  from ranking_members(top, of_level, of_cluster, of_region, day) m;
  if not whole then
    units := own;
  elsif own = '{}' then
    return;
  elsif cardinality(own) < cardinality(units) then
    select c.launched_by_id into launcher from campaign c where c.id = of_campaign and c.publishes_ranks and c.status <> 'DRAFT';
    if not found then return; end if;
    if launcher is not null and exists (
      select from unnest(units) u (id)
      where not exists (select from ancestry a where a.unit_id = u.id and a.ancestor_id = launcher and a.starts <= day and a.ends > day)) then return; end if;
    -- One's own target is set at will: by it, one would find the others' numbers.
    if measure = 'COMPLETION' and basis = 'SELF_SET' then return; end if;
    least_ranked := 3;
  end if;
  -- For a few units, planning takes several times as long as ranking them.
  if cardinality(units) > 500 then perform set_config('plan_cache_mode', 'force_custom_plan', true); end if;
  select array_agg(v.unit), array_agg(v.value), array_agg(v.complete) into ranked, numbers, whole_numbers
  from ranking_values(units, of_campaign, of_phase, of_indicator, measure, basis, day, since) v where v.value is not null;
  if coalesce(cardinality(ranked), 0) < least_ranked then return; end if;
  -- One alone could stand between two numbers that the caller knows.
  if least_ranked > 0 and (select count(*) from unnest(ranked) r (id) where r.id <> all (own)) < 2 then return; end if;
  return query
    select row_number() over by_value::int, case when s.seen then u.id end, case when s.seen or v.value is not null then u.name::text end,
      case when v.value is not null then (rank() over (order by v.value desc nulls last))::int end,
      case when v.value is not null then coalesce(v.value = lag(v.value) over by_value, false) or coalesce(v.value = lead(v.value) over by_value, false) end,
      case when s.seen then v.value end, case when s.seen then v.complete end
    from unnest(units) m (id)
    join org_unit u on u.id = m.id
    cross join lateral (select coalesce(u.path operator(public.<@) any (scope), false) as seen) s
    left join unnest(ranked, numbers, whole_numbers) v (unit, value, complete) on v.unit = m.id
    window by_value as (order by v.value desc nulls last, u.code);
end $$;

do $$
declare it regprocedure;
begin
  grant create on schema public to liendoan_definer;
  foreach it in array array['access_version_moves()', 'unit_rest(org_unit)', 'unit_readings(int, int[], date[], date[], int)',
    'unit_page(ltree[], bigint, text, boolean, int, int[], date[], date[], date, int, text, int[], date[], date[], boolean, org_level, int, int, int, rank_measure, text, date)']::regprocedure[] loop
    execute format('alter function %s owner to liendoan_definer', it);
    execute format('revoke execute on function %s from public', it);
  end loop;
  revoke create on schema public from liendoan_definer;
end $$;
grant execute on function unit_page(ltree[], bigint, text, boolean, int, int[], date[], date[], date, int, text, int[], date[], date[], boolean, org_level, int, int, int, rank_measure, text, date) to liendoan_api;
