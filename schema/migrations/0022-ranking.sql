-- Regions, ranks that sources tell of, and rankings that are computed. docs/analytics.md is the manual.

create table region (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  name text collate "vi-x-icu" not null,
  name_en text,
  aliases text[] not null default '{}',
  source text,
  note text
);
create table region_member (
  region_id int not null references region,
  unit_id int not null references org_unit,
  primary key (region_id, unit_id)
);
create index region_member_unit on region_member (unit_id);

-- What units are compared by.
create type rank_measure as enum ('RESULT', 'COMPLETION', 'GROWTH', 'GROWTH_PERCENT');
create type rank_group as enum ('NATION', 'REGION', 'CLUSTER', 'SIBLINGS');

-- A place that a source tells of. It need not be one that the ledger gives.
create table stated_rank (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  unit_id int not null references org_unit,
  campaign_id int not null references campaign,
  phase_id int references campaign_phase,
  -- Null: not told of what, or of several.
  indicator_id int references indicator,
  -- Null: not told by what.
  by rank_measure,
  among rank_group not null,
  -- Null: not told which.
  region_id int references region check (region_id is null or among = 'REGION'),
  cluster_id int references emulation_cluster check (cluster_id is null or among = 'CLUSTER'),
  place int not null check (place >= 1),
  -- Null: not told among how many.
  out_of int check (out_of >= place),
  as_of date not null,
  source text,
  note text,
  version int not null default 1
);
create index stated_rank_unit on stated_rank (unit_id, as_of);
create index stated_rank_campaign on stated_rank (campaign_id);
create index stated_rank_region on stated_rank (region_id) where region_id is not null;
create index stated_rank_cluster on stated_rank (cluster_id) where cluster_id is not null;
create trigger stated_rank_version before update on stated_rank for each row execute function next_version();
create trigger stated_rank_disclosure after update of unit_id on stated_rank for each row execute function follow_disclosed('STATED_RANK');
create trigger stated_rank_shown before update on stated_rank for each row when (current_user = 'liendoan_api') execute function keep_shown('STATED_RANK');

-- Whether units see their places among those whose numbers they do not see.
alter table campaign add column publishes_ranks boolean not null default false;
grant update (publishes_ranks) on campaign to liendoan_api;

-- ---------------------------------------------------------------- rows

do $$
declare
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  within constant text := $q$(select u.path from org_unit u where u.id = unit_id) <@ any (%s)$q$;
  in_scope constant text := format(within, format(paths, 'scope'));
  reported constant text := format(within, format(paths, 'reporter'));
  it text;
begin
  alter table region enable row level security;
  alter table region_member enable row level security;
  alter table stated_rank enable row level security;
  create policy region_seen on region for select to liendoan_api using ((select current_setting('liendoan.session', true) = 'open'));
  execute format('create policy region_member_seen on region_member for select to liendoan_api using (%s)', in_scope);
  execute format('create policy stated_rank_seen on stated_rank for select to liendoan_api using (%s and (select c.id from campaign c where c.id = campaign_id) is not null
    or exists (select from disclosure d where d.of = ''STATED_RANK'' and d.thing_id = stated_rank.id and d.ended_at is null))', in_scope);
  execute format('create policy stated_rank_kept on stated_rank for insert to liendoan_api with check (%s)', reported);
  execute format('create policy stated_rank_changed on stated_rank for update to liendoan_api using (%s)', reported);
  foreach it in array array['region_member', 'stated_rank', 'emulation_cluster_member', 'campaign', 'norm', 'member_count'] loop
    execute format('create policy %I on %I to liendoan_definer using (true)', it || '_definer', it);
    execute format('grant select on %I to liendoan_definer', it);
  end loop;
end $$;
-- A disclosure holds the row of what it shows.
grant update (version) on stated_rank to liendoan_definer;
grant select on region, region_member, stated_rank to liendoan_api;
grant insert on stated_rank to liendoan_api;
grant update (phase_id, indicator_id, by, among, region_id, cluster_id, place, out_of, as_of, source, note) on stated_rank to liendoan_api;

-- ---------------------------------------------------------------- rankings

-- Groups are of three units or of a hundred thousand: each statement is planned for the one at hand.

-- part ÷ whole × 100, two places, half away from zero; null where the whole is 0.
create function ranking_percent(part numeric, whole numeric) returns numeric
language sql immutable parallel safe
return case when whole <> 0 then sign(part) * sign(whole) * div(abs(part) * 20000 + abs(whole), 2 * abs(whole)) * 0.01 end;

-- The units of a group that are active on a day: of a cluster or a region, as far as they stand beneath `top` (null:
-- wherever they stand); of a level beneath it; or those directly under it.
create function ranking_members(top int, of_level org_level, of_cluster int, of_region int, day date) returns table (unit int, path ltree)
language plpgsql stable set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_custom_plan as $$
begin
  if of_cluster is not null or of_region is not null then
    return query
      select u.id, u.path
      from (select m.unit_id from emulation_cluster_member m where m.cluster_id = of_cluster union all select m.unit_id from region_member m where m.region_id = of_region) m
      join org_unit u on u.id = m.unit_id
      where u.valid_from <= day and (u.closed_on is null or u.closed_on > day)
        and (top is null or exists (select from ancestry a where a.unit_id = u.id and a.ancestor_id = top and a.starts <= day and a.ends > day));
  elsif of_level is not null then
    return query
      select u.id, u.path from ancestry a join org_unit u on u.id = a.unit_id
      where a.ancestor_id = top and a.starts <= day and a.ends > day and u.level = of_level and u.valid_from <= day and (u.closed_on is null or u.closed_on > day);
  else
    return query
      select u.id, u.path from placement p join org_unit u on u.id = p.unit_id
      where p.parent_id = top and p.starts <= day and p.ends > day and u.valid_from <= day and (u.closed_on is null or u.closed_on > day);
  end if;
end $$;

-- Of each unit that has one, the total of an indicator at the end of a day: a result, or a target of a basis (NORM: the
-- latest norm × the latest count).
create function ranking_totals(units int[], of_campaign int, of_phase int, of_indicator int, basis text, day date) returns table (unit int, total numeric, complete boolean)
language plpgsql stable set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_custom_plan as $$
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
      join balance b on b.unit_id = u.id and b.series_id = series and b.date <= day and b.until > day
      where b.total is not null;
  end if;
end $$;

-- The same as it is shown: of a RATIO both of whose parts have a total, their ratio (null where the denominator is 0).
create function ranking_shown(units int[], of_campaign int, of_phase int, of_indicator int, basis text, day date) returns table (unit int, total numeric, complete boolean)
language plpgsql stable set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_custom_plan as $$
declare it indicator;
begin
  select * into it from indicator i where i.id = of_indicator;
  if it.numerator_id is null then
    return query select * from ranking_totals(units, of_campaign, of_phase, of_indicator, basis, day);
  else
    return query
      select u.id, case when n.unit is not null and d.unit is not null then ranking_percent(n.total, d.total) else o.total end,
        case when n.unit is not null and d.unit is not null then n.complete and d.complete else o.complete end
      from unnest(units) u (id)
      left join ranking_totals(units, of_campaign, of_phase, of_indicator, basis, day) o on o.unit = u.id
      left join ranking_totals(units, of_campaign, of_phase, it.numerator_id, basis, day) n on n.unit = u.id
      left join ranking_totals(units, of_campaign, of_phase, it.denominator_id, basis, day) d on d.unit = u.id;
  end if;
end $$;

-- What units are ranked by; no row, or no value, of those that have no such number.
create function ranking_values(units int[], of_campaign int, of_phase int, of_indicator int, measure rank_measure, basis text, day date, since date)
returns table (unit int, value numeric, complete boolean)
language plpgsql stable set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_custom_plan as $$
begin
  if measure = 'RESULT' then
    return query select * from ranking_shown(units, of_campaign, of_phase, of_indicator, 'RESULT', day);
  elsif measure = 'COMPLETION' then
    return query
      select r.unit, ranking_percent(r.total, t.total), r.complete
      from ranking_shown(units, of_campaign, of_phase, of_indicator, 'RESULT', day) r
      join ranking_shown(units, of_campaign, of_phase, of_indicator, basis, day) t on t.unit = r.unit and t.complete;
  else
    return query
      select r.unit, case when measure = 'GROWTH' then r.total - f.total when f.total > 0 then ranking_percent(r.total - f.total, f.total) end, r.complete and f.complete
      from ranking_shown(units, of_campaign, of_phase, of_indicator, 'RESULT', day) r
      join ranking_shown(units, of_campaign, of_phase, of_indicator, 'RESULT', since) f on f.unit = r.unit;
  end if;
end $$;

-- A group in order: highest value first, whoever has the same value sharing a place, units without one last and without
-- a place. With `whole` false, of those of its units alone that are in the caller's scope. With `whole` true, of all of
-- them, for callers who have one of them in scope. Where they have not all: only if the campaign publishes its ranks,
-- its launcher (unless a body outside the unions) stands above all of them, and three or more have a place; and of those
-- that are not in their scope only the places and names.
create function ranking_places(top int, of_level org_level, of_cluster int, of_region int, whole boolean,
  of_campaign int, of_phase int, of_indicator int, measure rank_measure, basis text, day date, since date)
returns table (nth int, unit int, name text, place int, tied boolean, value numeric, complete boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_custom_plan set work_mem = '32MB' set max_parallel_workers_per_gather = 0 as $$
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
  for it in select oid from pg_proc where pronamespace = 'public'::regnamespace and proname like 'ranking\_%' loop
    execute format('alter function %s owner to liendoan_definer', it);
    execute format('revoke execute on function %s from public', it);
  end loop;
  revoke create on schema public from liendoan_definer;
end $$;
grant execute on function ranking_places(int, org_level, int, int, boolean, int, int, int, rank_measure, text, date, date) to liendoan_api;
