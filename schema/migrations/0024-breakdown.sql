-- What a total is made of, by an attribute of the units beneath. docs/analytics.md tells what it means.
--
-- Row by row the policies would ask of each of 126,000 units three times over whether it is in scope: these functions
-- ask once, and of units in the caller's scope alone do they tell anything. As the policies do, they take the scope from
-- the caller's session, and without one they tell nothing.

-- Who stood where, as known at a moment, is found from above as well as from below.
create index structure_record_parent on structure_record (parent_id, starts) where parent_id is not null;
create index structure_record_unit on structure_record (unit_id, starts) where parent_id is not null;

-- The units in scope that stood beneath one on a day, directly or anywhere, as known at a moment.
create function structure_beneath(top int, day date, moment timestamptz, direct boolean) returns table (unit_id int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off
begin atomic
  with recursive beneath as (
    select top as id, 0 as depth
    union all
    select r.unit_id, b.depth + 1
    from beneath b join structure_record r on r.parent_id = b.id and r.starts <= day and r.recorded_at <= moment and (r.ended_at is null or r.ended_at > moment)
    where not (direct and b.depth = 1)
      -- It has been placed nowhere else since.
      and not exists (select from structure_record n where n.unit_id = r.unit_id and n.parent_id is not null and n.starts > r.starts and n.starts <= day
        and n.recorded_at <= moment and (n.ended_at is null or n.ended_at > moment))
  )
  select u.id from beneath b join org_unit u on u.id = b.id
  where b.depth > 0 and u.path operator(public.<@) any ((select nullif(current_setting('liendoan.scope', true), '')::ltree[])::ltree[]);
end;

-- What is each unit's own, of those beneath one on a day and of itself, added up by an attribute of the units.
--
-- A unit's own is its latest OWN figure, while it has not spoken for its subtree. Where it has: its OWN figure of that
-- day; or, where nobody active stood beneath it then, all that it held on that day, for it spoke of nobody else.
create function breakdown_held(top int, of_series int, day date, attribute text)
returns table (key text, value numeric, qualifier qualifier, units int, counted int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan set jit = off as $$
#variable_conflict use_column
declare scope ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
begin
  return query
  select x.key, sum(x.own),
    case when max(x.qualifier) >= 'NEARLY' then 'ABOUT' when max(x.qualifier) >= 'MORE_THAN' then 'MORE_THAN' else max(x.qualifier) end,
    count(*) filter (where x.active)::int, count(x.own)::int
  from (
    select case attribute when 'LEVEL' then u.level::text when 'SECTOR' then u.sector::text when 'OWNERSHIP' then u.ownership::text else u.kind::text end as key,
      u.valid_from <= day and (u.closed_on is null or u.closed_on > day) as active,
      case when b.subtree_on is null then b.held when t.alone then s.held else o.value end as own,
      case when b.subtree_on is null then case when b.held is null then null when b.held_inexact then o.qualifier else 'EXACT' end
        when not t.alone then o.qualifier when not s.held_inexact then 'EXACT' when s.members_total = 0 then s.qualifier else 'ABOUT' end as qualifier
    from (select a.unit_id from ancestry a where a.ancestor_id = top and a.starts <= day and a.ends > day union all select top) m
    join org_unit u on u.id = m.unit_id and u.path <@ any (scope)
    left join lateral (
      select b.subtree_on, b.held_inexact, case when b.held_on is not null then b.total - b.members_total end as held
      from balance b where b.unit_id = u.id and b.series_id = of_series and b.date <= day order by b.date desc limit 1
    ) b on true
    left join lateral (
      select coalesce((select c.children from census c where c.unit_id = u.id and c.starts <= b.subtree_on order by c.starts desc limit 1), 0) = 0 as alone
      where b.subtree_on is not null
    ) t on true
    left join lateral (
      select i.total - i.members_total as held, i.members_total, i.held_inexact, i.qualifier
      from balance i where t.alone and i.unit_id = u.id and i.series_id = of_series and i.date <= b.subtree_on order by i.date desc limit 1
    ) s on true
    left join lateral (
      select f.value, f.qualifier from figure f
      where (b.subtree_on is null and b.held_inexact or not t.alone)
        and f.series_id = of_series and f.unit_id = u.id and f.coverage = 'OWN' and f.status = 'APPROVED' and f.date <= coalesce(b.subtree_on, day)
      order by f.date desc limit 1
    ) o on true
  ) x group by x.key having bool_or(x.active or x.own is not null);
end $$;

-- The same as known at a moment.
create function breakdown_held_known(top int, of_series int, day date, moment timestamptz, attribute text)
returns table (key text, value numeric, qualifier qualifier, units int, counted int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan set jit = off as $$
#variable_conflict use_column
declare scope ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
begin
  return query
  select x.key, sum(x.own),
    case when max(x.qualifier) >= 'NEARLY' then 'ABOUT' when max(x.qualifier) >= 'MORE_THAN' then 'MORE_THAN' else max(x.qualifier) end,
    count(*) filter (where x.active)::int, count(x.own)::int
  from (
    select case attribute when 'LEVEL' then u.level::text when 'SECTOR' then u.sector::text when 'OWNERSHIP' then u.ownership::text else u.kind::text end as key,
      exists (select from structure_record r where r.unit_id = u.id and r.kind = 'FOUNDING' and r.starts <= day and r.recorded_at <= moment and (r.ended_at is null or r.ended_at > moment))
        and not exists (select from structure_record r where r.unit_id = u.id and r.kind = 'CLOSURE' and r.starts <= day and r.recorded_at <= moment and (r.ended_at is null or r.ended_at > moment)) as active,
      case when b.subtree_on is null then b.held when t.alone then s.held else o.value end as own,
      case when b.subtree_on is null then case when b.held is null then null when b.held_inexact then o.qualifier else 'EXACT' end
        when not t.alone then o.qualifier when not s.held_inexact then 'EXACT' when s.members_total = 0 then s.qualifier else 'ABOUT' end as qualifier
    from (select b.unit_id from structure_beneath(top, day, moment, false) b union all select top) m
    join org_unit u on u.id = m.unit_id and u.path <@ any (scope)
    left join lateral (
      select b.subtree_on, b.held_inexact, case when b.held_on is not null then b.total - b.members_total end as held from (
        (select b.date, b.total, b.members_total, b.subtree_on, b.held_inexact, b.held_on from balance b
          where b.unit_id = u.id and b.series_id = of_series and b.date <= day and b.recorded_at <= moment order by b.date desc limit 1)
        union all
        (select b.date, b.total, b.members_total, b.subtree_on, b.held_inexact, b.held_on from balance_past b
          where b.unit_id = u.id and b.series_id = of_series and b.date <= day and b.recorded_at <= moment and b.removed_at > moment order by b.date desc limit 1)
      ) b order by b.date desc limit 1
    ) b on true
    left join lateral (
      select coalesce((
        select c.children from (
          select c.starts, c.children from census c where c.unit_id = u.id and c.starts <= b.subtree_on and c.recorded_at <= moment
          union all
          select c.starts, c.children from census_past c where c.unit_id = u.id and c.starts <= b.subtree_on and c.recorded_at <= moment and c.removed_at > moment
        ) c order by c.starts desc limit 1
      ), 0) = 0 as alone
      where b.subtree_on is not null
    ) t on true
    left join lateral (
      select i.total - i.members_total as held, i.members_total, i.held_inexact, i.qualifier from (
        (select i.date, i.total, i.members_total, i.held_inexact, i.qualifier from balance i
          where i.unit_id = u.id and i.series_id = of_series and i.date <= b.subtree_on and i.recorded_at <= moment order by i.date desc limit 1)
        union all
        (select i.date, i.total, i.members_total, i.held_inexact, i.qualifier from balance_past i
          where i.unit_id = u.id and i.series_id = of_series and i.date <= b.subtree_on and i.recorded_at <= moment and i.removed_at > moment order by i.date desc limit 1)
      ) i where t.alone order by i.date desc limit 1
    ) s on true
    left join lateral (
      select f.value, f.qualifier from figure f
      where (b.subtree_on is null and b.held_inexact or not t.alone)
        and f.series_id = of_series and f.unit_id = u.id and f.coverage = 'OWN' and f.date <= coalesce(b.subtree_on, day)
        and f.approved_at <= moment and (f.ended_at is null or f.ended_at > moment)
      order by f.date desc limit 1
    ) o on true
  ) x group by x.key having bool_or(x.active or x.own is not null);
end $$;

do $$
declare it regprocedure;
begin
  grant create on schema public to liendoan_definer;
  foreach it in array array['structure_beneath(int, date, timestamptz, boolean)', 'breakdown_held(int, int, date, text)',
    'breakdown_held_known(int, int, date, timestamptz, text)']::regprocedure[] loop
    execute format('alter function %s owner to liendoan_definer', it);
    execute format('revoke execute on function %s from public', it);
    execute format('grant execute on function %s to liendoan_api', it);
  end loop;
  revoke create on schema public from liendoan_definer;
end $$;
create policy structure_record_definer on structure_record to liendoan_definer using (true);
create policy census_past_definer on census_past to liendoan_definer using (true);
grant select on structure_record, census_past, balance_past to liendoan_definer;
