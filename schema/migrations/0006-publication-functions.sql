-- What a publication is judged by lies outside the publisher's scope too: the figures of units that stand elsewhere
-- today, and whatever else was published in the series. These functions say which figures there are, never their values.

-- Of each unit, in a series, the latest own and the latest consolidated figure up to a day.
create function publication_stated(series int, units int[], day date) returns table (unit int, own bigint, subtree bigint, date date)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select u.id, o.id, s.id, s.date
  from unnest(units) u (id)
  left join lateral (select f.id from figure f where f.series_id = series and f.unit_id = u.id and f.coverage = 'OWN' and f.status = 'APPROVED'
    and f.date <= day order by f.date desc limit 1) o on true
  left join lateral (select f.id, f.date from figure f where f.series_id = series and f.unit_id = u.id and f.coverage = 'SUBTREE' and f.status = 'APPROVED'
    and f.date <= day order by f.date desc limit 1) s on true
  where o.id is not null or s.id is not null;
end;

-- Who stood directly under each on a day, of those that the series knows.
create function publication_members(series int, units int[], day date) returns table (parent int, unit int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select p.parent_id, p.unit_id from placement p
  where p.parent_id = any (units) and p.starts <= day and p.ends > day
    and exists (select from balance b where b.unit_id = p.unit_id and b.series_id = series and b.date <= day);
end;

-- Who left or came into the subtrees of units since they spoke for themselves, and the day on which what it held counts.
-- As the ledger takes them (ledger_wave: gone, arrived): of one that left, what it held when the other spoke, or what it
-- first held after that; of one that came, what it held on the day before.
create function publication_movers(series int, units int[], days date[], day date) returns table (spoke int, unit int, sign int, held_on date)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  with spoken as (select * from unnest(units, days) s (id, date))
  select s.id, a.unit_id, -1, h.held_on
  from spoken s
  join ancestry a on a.ancestor_id = s.id and a.ends > s.date and a.ends <= day and a.starts <= s.date
  cross join lateral (
    select case when b.date <= s.date then s.date else b.date end as held_on, b.held_on as figure_on from (
      (select * from (select b.date, b.total, b.held_on from balance b where b.unit_id = a.unit_id and b.series_id = series and b.date <= s.date
         order by b.date desc limit 1) on_day where total is not null)
      union all
      (select b.date, b.total, b.held_on from balance b where b.unit_id = a.unit_id and b.series_id = series and b.date > s.date and b.date < a.ends
         and b.total is not null order by b.date limit 1)
    ) b order by b.date limit 1
  ) h
  where h.figure_on is not null
    and not exists (select from ancestry n where n.unit_id = a.unit_id and n.ancestor_id = s.id and n.starts <= day and n.ends > day)
  union all
  select s.id, a.unit_id, 1, a.starts - 1
  from spoken s
  join ancestry a on a.ancestor_id = s.id and not a.founding and a.starts > s.date and a.starts <= day and a.ends > day
  cross join lateral (
    select b.total, b.held_on from balance b where b.unit_id = a.unit_id and b.series_id = series and b.date < a.starts order by b.date desc limit 1
  ) b
  where b.total is not null and b.held_on is not null
    and not exists (select from ancestry n where n.unit_id = a.unit_id and n.ancestor_id = s.id and n.starts <= s.date and n.ends > s.date);
end;

-- How many units stood above each on a day.
create function publication_depths(units int[], day date) returns table (unit int, depth int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select a.unit_id, count(*)::int from ancestry a where a.unit_id = any (units) and a.starts <= day and a.ends > day group by a.unit_id;
end;

-- Whether figures added and taken off give this total.
create function publication_adds_up(plus bigint[], minus bigint[], total numeric) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select coalesce((select sum(f.value) from unnest(plus) p (id) join figure f using (id)), 0)
    - coalesce((select sum(f.value) from unnest(minus) m (id) join figure f using (id)), 0) = total;
end;

-- Every publication ever made in the series, as an equation.
create function publication_equations(series int[]) returns table (of_series int, unit int, plus bigint[], minus bigint[])
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select e.series_id, p.unit_id, e.plus, e.minus
  from publication_equation e join publication p on p.id = e.publication_id where e.series_id = any (series) order by e.publication_id;
end;

-- Whose figures these are.
create function publication_units(figures bigint[]) returns table (figure bigint, unit int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select f.id, f.unit_id from figure f where f.id = any (figures);
end;

-- The path of a publication is its unit's, whatever its writer says.
create function place_publication() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  select u.path into strict new.path from org_unit u where u.id = new.unit_id;
  return new;
end $$;
create trigger publication_place before insert on publication for each row execute function place_publication();

do $$
declare it regprocedure;
begin
  grant create on schema public to liendoan_definer;
  for it in select oid from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f' and proname ~ '^publication_' loop
    execute format('alter function %s owner to liendoan_definer', it);
    execute format('revoke execute on function %s from public', it);
    execute format('grant execute on function %s to liendoan_api, current_user', it);
  end loop;
  alter function place_publication() owner to liendoan_definer;
  revoke execute on function place_publication() from public;
  revoke create on schema public from liendoan_definer;
end $$;
create policy balance_definer on balance to liendoan_definer using (true);
grant select on balance to liendoan_definer;

-- Nobody posts while a total is published.
grant execute on function structure_lock() to liendoan_api;
