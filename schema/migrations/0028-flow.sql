-- What a unit at the bottom states for itself flows straight up its line: the totals above change by what it changes by,
-- however many members they have. docs/ledger.md tells of it. Whatever is not so plain is recomputed by ledger_settle().

-- A stretch of days on which a balance was something and is something else.
create type ledger_piece as (unit_id int, starts date, ends date, was balance_state, now balance_state);
-- A row of balance to be written: new where it was nothing, taken away where it is nothing now.
create type ledger_row as (unit_id int, date date, until date, was balance_state, now balance_state);

create function balance_state_of(b balance) returns balance_state
language sql immutable parallel safe
return row(b.total, b.members_total, b.origin, b.complete, b.qualifier, b.as_of, b.detail, b.unexplained, b.subtree_on, b.held_inexact, b.held_on,
  b.reported_children, b.reported_provincial, b.reported_upper_grassroots, b.reported_grassroots, b.reported_sub_grassroots)::balance_state;

-- 0: exact, or nothing. Bounds and guesses are counted by what is above, each kind for itself.
create function looseness(q qualifier) returns int
language sql immutable parallel safe
return case when q in ('MORE_THAN', 'AT_LEAST') then 1 when q in ('NEARLY', 'ABOUT') then 2 else 0 end;

-- Brings the balances of a unit, and of all above it, to what its figures of a series say since a day, known from the
-- moment. The caller holds the locks of structure and series. Answers with the units, the lowest first; null where it is
-- not so plain, and nothing was done. Plain is: a SUM; units that stand where they stand from that day on, for good, the
-- first of them without members; no figure that speaks for a subtree, now or before; nothing that falls away, goes back in
-- time, or is precise in another way than before; above, nothing inexact of a unit's own.
create function ledger_flow(of_unit int, of_series int, of_since date, moment timestamptz) returns int[]
language plpgsql volatile set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  nothing constant balance_state := (null, 0, null, false, null, null, null, null, null, false, null, 0, 0, 0, 0, 0)::balance_state;
  line int[];
  levels org_level[];
  plain boolean;
  pieces ledger_piece[];
  changes ledger_piece[] := '{}';
  fresh ledger_row[];
begin
  with recursive up as (
    select of_unit as unit_id, 0 as step
    union all
    select p.parent_id, up.step + 1 from up join placement p on p.unit_id = up.unit_id and p.ends > of_since where up.step < 64
  )
  select array_agg(u.id order by up.step), array_agg(u.level order by up.step),
      count(*) = max(up.step) + 1 and bool_and(u.closed_on is null and u.valid_from <= of_since
        and not exists (select from placement p where p.unit_id = u.id and p.ends > of_since and p.starts > of_since)
        and not exists (select from figure f where f.series_id = of_series and f.unit_id = u.id and f.coverage = 'SUBTREE' and f.status = 'APPROVED'))
    into line, levels, plain
    from up join org_unit u on u.id = up.unit_id;
  if not plain or not (select flows from series where id = of_series) or exists (select from placement where parent_id = of_unit and ends > of_since) then return null; end if;

  -- Its own days, and what it stated by then.
  with point as (
    select of_since as starts
    union select f.date from figure f where f.series_id = of_series and f.unit_id = of_unit and f.coverage = 'OWN' and f.status = 'APPROVED' and f.date > of_since
    union select b.date from balance b where b.unit_id = of_unit and b.series_id = of_series and b.date > of_since
  ), said as (
    select p.starts, lead(p.starts, 1, 'infinity') over (order by p.starts) as ends, coalesce(b.state, nothing) as was, own.*
    from point p
    left join lateral (select balance_state_of(b) as state from balance b where b.unit_id = of_unit and b.series_id = of_series and b.date <= p.starts order by b.date desc limit 1) b on true
    left join lateral (select f.value, f.qualifier, greatest(f.date, a.as_of) as as_of, f.date as held_on from figure f
      left join lateral (select a.as_of from balance a where a.unit_id = of_unit and a.series_id = of_series and a.date < of_since and a.as_of is not null order by a.date desc limit 1) a on true
      where f.series_id = of_series and f.unit_id = of_unit and f.coverage = 'OWN' and f.status = 'APPROVED' and f.date <= p.starts order by f.date desc limit 1) own on true
  )
  select array_agg(row(of_unit, starts, ends, was, row(value, 0, 'STATED', true, qualifier, as_of, value, null, null, qualifier <> 'EXACT', held_on, 0, 0, 0, 0, 0)::balance_state)::ledger_piece),
      bool_and(value is not null and (was).subtree_on is null and (was).origin is distinct from 'SUMMED' and looseness((was).qualifier) = looseness(qualifier) and as_of >= coalesce((was).as_of, as_of))
    into pieces, plain from said;

  for above in 1 .. cardinality(line) loop
    if not plain then return null; end if;
    pieces := array(select p from unnest(pieces) p where (p).was is distinct from (p).now);
    exit when cardinality(pieces) = 0;
    changes := changes || pieces;
    exit when above = cardinality(line);

    with cut as (
      select p.was, p.now, c.starts, lead(c.starts, 1, p.ends) over (partition by p.starts order by c.starts) as ends
      from unnest(pieces) p
      cross join lateral (
        select p.starts
        union select b.date from balance b where b.unit_id = line[above + 1] and b.series_id = of_series and b.date > p.starts and b.date < p.ends
        union select n.starts from census n where n.unit_id = line[above + 1] and n.starts > p.starts and n.starts < p.ends
      ) c
    ), upper as (
      select c.*, coalesce(b.state, nothing) as upper, b.state is null or (b.state).total is not null as known, coalesce(n.children, 0) as expected,
        (c.was).total is null as arrives, (c.was).total is not null and (c.was).complete as was_complete, (c.now).complete as is_complete
      from cut c
      left join lateral (select balance_state_of(b) as state from balance b where b.unit_id = line[above + 1] and b.series_id = of_series and b.date <= c.starts order by b.date desc limit 1) b on true
      left join lateral (select n.children from census n where n.unit_id = line[above + 1] and n.starts <= c.starts order by n.starts desc limit 1) n on true
    )
    select array_agg(row(line[above + 1], starts, ends, upper, row(
        coalesce((upper).total, 0) + (now).total - coalesce((was).total, 0),
        (upper).members_total + (now).total - coalesce((was).total, 0),
        'SUMMED',
        case when (upper).origin is distinct from 'SUMMED' then is_complete::int = expected
          when was_complete = is_complete then (upper).complete
          when was_complete or (upper).reported_children + arrives::int < expected then false
          else expected = 1 + (select count(*) from placement p join org_unit m on m.id = p.unit_id
            cross join lateral (select b.total, b.complete from balance b where b.unit_id = p.unit_id and b.series_id = of_series and b.date <= upper.starts order by b.date desc limit 1) b
            where p.parent_id = line[above + 1] and p.starts <= upper.starts and p.ends > upper.starts and p.unit_id <> line[above]
              and upper.starts < coalesce(m.closed_on, 'infinity') and b.total is not null and b.complete) end,
        case when (upper).origin = 'SUMMED' then (upper).qualifier else (array['EXACT', 'MORE_THAN', 'ABOUT'])[looseness((upper).qualifier) + 1]::qualifier end,
        greatest((upper).as_of, (now).as_of),
        coalesce((upper).detail, 0) + (now).detail - coalesce((was).detail, 0),
        null, null, (upper).held_inexact, (upper).held_on,
        (upper).reported_children + arrives::int,
        (upper).reported_provincial + (now).reported_provincial - (was).reported_provincial + (arrives and levels[above] = 'PROVINCIAL')::int,
        (upper).reported_upper_grassroots + (now).reported_upper_grassroots - (was).reported_upper_grassroots + (arrives and levels[above] = 'UPPER_GRASSROOTS')::int,
        (upper).reported_grassroots + (now).reported_grassroots - (was).reported_grassroots + (arrives and levels[above] = 'GRASSROOTS')::int,
        (upper).reported_sub_grassroots + (now).reported_sub_grassroots - (was).reported_sub_grassroots + (arrives and levels[above] = 'SUB_GRASSROOTS')::int)::balance_state)::ledger_piece),
        bool_and(known and (upper).subtree_on is null and not (upper).held_inexact and looseness((was).qualifier) = looseness((now).qualifier) and (now).as_of >= coalesce((was).as_of, (now).as_of))
      into pieces, plain from upper;
  end loop;
  if cardinality(changes) = 0 then return line; end if;

  -- The rows from the one before the first change to the one at its end, such that no two in a row say the same.
  with reach as (
    select unit_id, min(starts) as since, max(ends) as ends from unnest(changes) group by unit_id
  ), old as (
    select r.unit_id, b.date, b.until, balance_state_of(b) as state
    from reach r join balance b on b.unit_id = r.unit_id and b.series_id = of_series and b.until >= r.since and b.date <= r.ends
  ), point as (
    select unit_id, starts as date from unnest(changes)
    union select unit_id, ends from unnest(changes) where ends < 'infinity'
    union select unit_id, date from old
  ), stated as (
    select p.unit_id, p.date, coalesce(c.now, o.state, nothing) as now
    from point p
    left join unnest(changes) c on c.unit_id = p.unit_id and c.starts <= p.date and c.ends > p.date
    left join old o on o.unit_id = p.unit_id and o.date <= p.date and o.until > p.date
  ), stays as (
    select s.unit_id, s.date, s.now, lead(s.date) over (partition by s.unit_id order by s.date) as until from (
      select *, lag(now) over (partition by unit_id order by date) as before from stated
    ) s join reach r on r.unit_id = s.unit_id
    where s.date < r.since or s.now is distinct from coalesce(s.before, nothing)
  ), written as (
    select coalesce(s.unit_id, o.unit_id) as unit_id, coalesce(s.date, o.date) as date,
      coalesce(s.until, (select max(l.until) from old l where l.unit_id = s.unit_id), 'infinity') as until, o.until as was_until, o.state as was, s.now
    from stays s full join old o on o.unit_id = s.unit_id and o.date = s.date
  )
  select array_agg(row(unit_id, date, until, was, now)::ledger_row) into fresh from written
    where was is distinct from now or until is distinct from was_until;

  -- What no longer holds is known until now; what this same moment wrote was never known. First away, then shorter, then new:
  -- no two rows of a unit end on one day.
  if exists (select from unnest(fresh) f where f.now is null) then
    with gone as (
      delete from balance b using unnest(fresh) f where f.now is null and b.unit_id = f.unit_id and b.series_id = of_series and b.date = f.date
      returning b.unit_id, b.date, balance_state_of(b) as state, b.recorded_at
    )
    insert into balance_past select unit_id, of_series, date, (state).*, recorded_at, moment from gone where recorded_at < moment;
  end if;
  with changed as (
    update balance b set until = f.until, recorded_at = case when f.was is distinct from f.now then moment else b.recorded_at end,
      (total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on,
        reported_children, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots) = (select (f.now).*)
    from unnest(fresh) f where not (f.was is null) and not (f.now is null) and b.unit_id = f.unit_id and b.series_id = of_series and b.date = f.date
    returning f.unit_id, f.date, f.was, f.now, old.recorded_at
  )
  insert into balance_past select unit_id, of_series, date, (was).*, recorded_at, moment from changed where was is distinct from now and recorded_at < moment;
  insert into balance select unit_id, of_series, date, until, (now).*, moment from unnest(fresh) f where f.was is null;

  -- The sums by attribute of those above: its own number is its total.
  perform part_flow(of_unit, of_series, array(select u.id from unnest(line, levels) u (id, level) where u.level <= 'PROVINCIAL'), array_agg(d.day order by d.day), array_agg(d.amount order by d.day), array_agg(d.count order by d.day))
    from (
      select e.day, sum(e.sign * ((c.now).total - coalesce((c.was).total, 0))) as amount, sum(e.sign * ((c.was).total is null)::int)::int as count
      from unnest(changes) c cross join lateral (values (c.starts, 1), (c.ends, -1)) e (day, sign)
      where c.unit_id = of_unit and e.day < 'infinity' group by e.day
    ) d where d.amount <> 0 or d.count <> 0;
  return line;
end $$;

-- Brings the balances to what was stated, superseded or withdrawn with these figures: few one by one, where they flow.
-- Returns how many units' figures did.
create function ledger_post(figures bigint[], moment timestamptz) returns int
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  it record;
  line int[];
  campaigns int[] := '{}';
  units int[] := '{}';
  rest bigint[] := '{}';
begin
  if cardinality(figures) > 50 then
    rest := figures;
  else
    for it in select f.unit_id, f.series_id, s.campaign_id, min(f.date) as since, array_agg(f.id) as ids from figure f join series s on s.id = f.series_id
        where f.id = any (figures) group by f.unit_id, f.series_id, s.campaign_id order by f.series_id, f.unit_id loop
      line := ledger_flow(it.unit_id, it.series_id, it.since, moment);
      if line is null then
        rest := rest || it.ids;
      else
        campaigns := campaigns || it.campaign_id;
        units := units || line;
      end if;
    end loop;
  end if;
  if cardinality(units) > 0 then perform ledger_tell(campaigns, units); end if;
  if cardinality(rest) > 0 then
    perform ledger_touch(rest);
    perform ledger_settle(moment);
  end if;
  return cardinality(campaigns);
end $$;

-- Says on the channel liendoan_ledger what was posted to, as ledger_announce() does.
create function ledger_tell(campaigns int[], units int[]) returns void
language sql volatile set search_path = pg_catalog, public, pg_temp
begin atomic
  select pg_notify('liendoan_ledger', json_build_object('campaigns', (select array_agg(distinct c) from unnest(campaigns) c), 'units', (select array_agg(distinct u) from unnest(units) u))::text);
end;

-- As in 0009, but for what follows from what is posted; and approved may be what stands as the caller judged it.
drop function ledger_approve(bigint[]);
create or replace function ledger_approves(path ltree) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp
return coalesce(path operator(public.<@) any (nullif(current_setting('liendoan.approver', true), '')::ltree[])
  and (nlevel(path) = 1 or path operator(public.<>) all (nullif(current_setting('liendoan.approver', true), '')::ltree[])), false);

-- Approves what was handed in: results, and targets that were registered. Refuses all where one is not the caller's to
-- approve, or not to be approved.
create function ledger_approve(figures bigint[], versions int[] default null) returns timestamptz
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  caller constant text := nullif(current_setting('liendoan.principal', true), '');
  moment timestamptz;
begin
  if versions is null then perform ledger_hold(figures, true); else perform ledger_take(figures, versions, true, 'approve'); end if;
  perform from figure c where c.id in (select f.corrects_id from figure f where f.id = any (figures)) order by c.id for no key update;
  if caller is null or exists (
    select from unnest(figures) n (id)
    left join figure f on f.id = n.id left join series s on s.id = f.series_id left join org_unit u on u.id = f.unit_id left join figure c on c.id = f.corrects_id
    where f.id is null or f.status <> 'SUBMITTED' or f.submitted_by = caller or s.measure not in ('RESULT', 'REGISTERED') or not ledger_approves(u.path)
      or f.date < u.valid_from or f.date >= coalesce(u.closed_on, 'infinity')
      or f.corrects_id is not null and (c.status <> 'APPROVED' or (c.series_id, c.unit_id, c.coverage, c.date) <> (f.series_id, f.unit_id, f.coverage, f.date))
  ) then
    raise exception 'not for this caller to approve' using errcode = '42501';
  end if;
  -- Under the lock of the series: moments are in the order in which they are committed.
  moment := clock_timestamp();
  update figure c set status = 'SUPERSEDED', ended_at = moment, superseded_by = f.id
    from figure f where f.id = any (figures) and c.id = f.corrects_id;
  update figure set status = 'APPROVED', approved_at = moment where id = any (figures);
  perform ledger_post(figures, moment);
  return moment;
end $$;

create or replace function ledger_withdraw(figures bigint[], reason text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  approver constant ltree[] := nullif(current_setting('liendoan.approver', true), '')::ltree[];
  moment timestamptz;
begin
  perform ledger_hold(figures, true);
  if exists (
    select from unnest(figures) n (id)
    left join figure f on f.id = n.id left join series s on s.id = f.series_id left join org_unit u on u.id = f.unit_id left join org_unit c on c.id = f.counterpart_id
    where f.id is null or f.status <> 'APPROVED' or not coalesce(case s.measure
      when 'ASSIGNED' then c.path operator(public.<@) any (approver) when 'SELF_SET' then u.path operator(public.<@) any (approver) else ledger_approves(u.path) end, false)
  ) then
    raise exception 'not for this caller to withdraw' using errcode = '42501';
  end if;
  moment := clock_timestamp();
  update figure set status = 'WITHDRAWN', ended_at = moment, end_reason = reason where id = any (figures);
  perform ledger_post(figures, moment);
end $$;

create or replace function ledger_assign(figures bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  caller constant text := nullif(current_setting('liendoan.principal', true), '');
  approver constant ltree[] := nullif(current_setting('liendoan.approver', true), '')::ltree[];
  former bigint[];
  moment timestamptz;
begin
  perform ledger_hold(figures, true);
  former := array(
    select c.id from figure f join figure c using (series_id, unit_id, coverage, date) where f.id = any (figures) and c.status = 'APPROVED' order by c.id);
  perform from figure where id = any (former) order by id for no key update;
  if caller is null or exists (
    select from unnest(figures) n (id)
    left join figure f on f.id = n.id left join series s on s.id = f.series_id left join org_unit u on u.id = f.unit_id left join org_unit c on c.id = f.counterpart_id
    where f.id is null or f.status <> 'SUBMITTED' or f.submitted_by <> caller or f.date < u.valid_from or f.date >= coalesce(u.closed_on, 'infinity')
      or not coalesce(case s.measure
        when 'ASSIGNED' then c.path operator(public.<@) any (approver)
          and exists (select from placement p where p.unit_id = f.unit_id and p.parent_id = f.counterpart_id and p.starts <= f.date and p.ends > f.date)
        when 'SELF_SET' then u.path operator(public.<@) any (approver) end, false)
  ) then
    raise exception 'not for this caller to assign' using errcode = '42501';
  end if;
  moment := clock_timestamp();
  update figure c set status = 'SUPERSEDED', ended_at = moment, superseded_by = f.id
    from figure f where f.id = any (figures) and c.id = any (former) and (c.series_id, c.unit_id, c.coverage, c.date) = (f.series_id, f.unit_id, f.coverage, f.date);
  update figure set status = 'APPROVED', approved_at = moment where id = any (figures);
  perform ledger_post(figures, moment);
end $$;

do $$
declare it regprocedure;
begin
  grant create on schema public to liendoan_definer;
  alter function ledger_approve(bigint[], int[]) owner to liendoan_definer;
  revoke create on schema public from liendoan_definer;
  foreach it in array array['ledger_approve(bigint[], int[])', 'ledger_flow(int, int, date, timestamptz)', 'ledger_post(bigint[], timestamptz)', 'ledger_tell(int[], int[])',
    'balance_state_of(balance)', 'looseness(qualifier)']::regprocedure[] loop
    execute format('revoke execute on function %s from public', it);
  end loop;
end $$;
grant execute on function ledger_approve(bigint[], int[]) to liendoan_api;
grant execute on function ledger_flow(int, int, date, timestamptz), ledger_post(bigint[], timestamptz), ledger_tell(int[], int[]), balance_state_of(balance), looseness(qualifier) to liendoan_definer;
