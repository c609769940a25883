-- A total taken apart on several days at once: what is the same for all of them is asked once.

-- From the sums where they are kept, and hold nothing of units that the caller may not see. `nth`: of the days, from 1.
drop function breakdown_held(int, int, date, text);
create function breakdown_held(top int, of_series int, days date[], attribute text)
returns table (nth int, key text, value numeric, qualifier qualifier, units int, counted int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  scope constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
  it constant breakdown_attribute := attribute::breakdown_attribute;
  first constant date := (select min(d) from unnest(days) d);
  last constant date := (select max(d) from unnest(days) d);
  -- Of which the sums do not hold.
  apart int[] := '{}';
begin
  if not exists (select from org_unit t where t.id = top and t.level <= 'PROVINCIAL' and t.path <@ any (scope)) then
    apart := array(select generate_subscripts(days, 1));
  -- Whoever stands beneath it today is in scope with it. Others: those that have left since, and those that are yet to come.
  elsif exists (select from ancestry a join org_unit u on u.id = a.unit_id where a.ancestor_id = top and a.ends < 'infinity' and a.ends > first and a.starts <= last and not u.path <@ any (scope))
    or exists (select from placement_day p join ancestry a on a.ancestor_id = top and not a.founding and a.starts > p.day and a.starts <= last
      join org_unit u on u.id = a.unit_id where a.ends > first and not u.path <@ any (scope))
  then
    apart := array(
      select d.nth from unnest(days) with ordinality d (day, nth)
      where exists (select from ancestry a join org_unit u on u.id = a.unit_id
          where a.ancestor_id = top and a.ends < 'infinity' and a.ends > d.day and a.starts <= d.day and not u.path <@ any (scope))
        or exists (select from placement_day p join ancestry a on a.ancestor_id = top and not a.founding and a.starts > p.day and a.starts <= d.day
          join org_unit u on u.id = a.unit_id where a.ends > d.day and not u.path <@ any (scope)));
  end if;
  return query
  select d.nth::int, nullif(k.key, ''), case when s.counted > 0 then s.value end,
    case when s.loose > 0 then 'ABOUT' when s.bounded > 0 then 'MORE_THAN' when s.counted > 0 then 'EXACT' end::qualifier,
    coalesce(u.counted, 0), coalesce(s.counted, 0)
  from unnest(days) with ordinality d (day, nth)
  cross join unnest('{""}'::text[] || case it when 'LEVEL' then enum_range(null::org_level)::text[] when 'SECTOR' then enum_range(null::sector)::text[]
    when 'OWNERSHIP' then enum_range(null::ownership)::text[] else enum_range(null::org_unit_kind)::text[] end) k (key)
  left join lateral (
    select p.counted from part_sum p where p.unit_id = top and p.series_id = 0 and p.attribute = it and p.key = k.key and p.date <= d.day order by p.date desc limit 1
  ) u on true
  left join lateral (
    select p.value, p.counted, p.bounded, p.loose from part_sum p
    where p.unit_id = top and p.series_id = of_series and p.attribute = it and p.key = k.key and p.date <= d.day order by p.date desc limit 1
  ) s on true
  where d.nth <> all (apart) and (u.counted > 0 or s.counted > 0);
  if apart <> '{}' then
    return query select a.nth, s.* from unnest(apart) a (nth) cross join lateral breakdown_summed(top, of_series, days[a.nth], attribute, scope) s;
  end if;
end $$;

do $$
begin
  grant create on schema public to liendoan_definer;
  alter function breakdown_held(int, int, date[], text) owner to liendoan_definer;
  revoke execute on function breakdown_held(int, int, date[], text) from public;
  grant execute on function breakdown_held(int, int, date[], text) to liendoan_api;
  revoke create on schema public from liendoan_definer;
end $$;
