-- What it takes to post a load: many figures at once are computed in the way that is enough for each balance. Nothing else
-- comes of them than in 0012.

-- By which a load finds what speaks for a subtree, without looking at each figure.
create index figure_subtree on figure (series_id, unit_id) where coverage = 'SUBTREE' and status = 'APPROVED';

-- As in 0012, but for ledger_reach, and what ledger_work says of each balance:
--   batch  The balances that are computed together, of one level: the lowest first.
--   way    How: OWN, of a unit that never had members and states for itself only; MEMBERS, of one that states nothing; ANY.
--   last   The date of its last row; null: there is none; infinity: not looked up.
create or replace function ledger_open() returns void
language plpgsql volatile set search_path = public, pg_temp set client_min_messages = warning as $$
begin
  if to_regclass('pg_temp.ledger_reach') is not null then
    if exists (select from pg_class where relnamespace = pg_my_temp_schema() and relname ~ '^ledger_' and relowner <> current_user::regrole) then
      raise exception 'the ledger''s notes in this session are of another role' using errcode = '42501';
    end if;
    return;
  end if;
  -- Of a session that is older than this.
  drop table if exists pg_temp.ledger_dirty, pg_temp.ledger_work, pg_temp.ledger_fresh;
  create temp table ledger_dirty (unit_id int not null, series_id int not null, since date not null) on commit delete rows;
  create temp table ledger_work (unit_id int not null, series_id int not null, since date not null,
    flows boolean not null, level org_level not null, batch int not null, way text not null default 'ANY', last date default 'infinity') on commit delete rows;
  -- kept: the balance has the very row, but for when it ends.
  create temp table ledger_fresh (unit_id int not null, series_id int not null, date date not null, until date not null,
    kept boolean not null, state balance_state not null) on commit delete rows;
  create temp table ledger_reach (unit_id int not null, series_id int not null, since date not null, step int not null) on commit delete rows;
end $$;

-- The order in which levels are computed.
create function level_order(level org_level, tier smallint) returns int
language sql immutable parallel safe
return (case level when 'NATIONAL' then 5 when 'PROVINCIAL' then 4 when 'UPPER_GRASSROOTS' then 3 when 'GRASSROOTS' then 2 else 1 end) * 1000 + tier;

-- Fills ledger_work from many notes: a level at a time, so that what many units pass on to one parent is one row.
create function ledger_plan() returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
declare
  levels constant int[] := array(select level_order(level, tier) from org_unit group by level, tier order by 1);
  at int;
begin
  insert into ledger_reach select d.unit_id, d.series_id, d.since, level_order(u.level, u.tier) from ledger_dirty d join org_unit u on u.id = d.unit_id;
  analyze ledger_reach;
  foreach at in array levels loop
    insert into ledger_reach
      select p.parent_id, r.series_id, min(r.since), level_order(u.level, u.tier)
      from ledger_reach r join placement p on p.unit_id = r.unit_id and p.ends > r.since join org_unit u on u.id = p.parent_id
      where r.step = at group by p.parent_id, r.series_id, u.level, u.tier;
  end loop;
  analyze ledger_reach;
  insert into ledger_work (unit_id, series_id, since, flows, level, batch, way, last)
    with used as materialized (select id, flows, (select true from balance b where b.series_id = s.id limit 1) as used from series s),
    work as (
      select r.unit_id, r.series_id, greatest(r.since, u.valid_from) as since, s.flows, u.level, r.step, b.last,
        case when m.parent_id is null and c.unit_id is null and (b.last is null or b.last < r.since) and r.since >= u.valid_from then 'OWN'
          when m.parent_id is not null and not exists (select from figure f where f.series_id = r.series_id and f.unit_id = r.unit_id and f.status = 'APPROVED') then 'MEMBERS'
          else 'ANY' end as way
      from (select unit_id, series_id, step, min(since) as since from ledger_reach group by unit_id, series_id, step) r
      join org_unit u on u.id = r.unit_id
      join used s on s.id = r.series_id
      left join (select distinct parent_id from placement) m on m.parent_id = r.unit_id
      left join (select distinct series_id, unit_id from figure where coverage = 'SUBTREE' and status = 'APPROVED') c on c.series_id = r.series_id and c.unit_id = r.unit_id
      left join lateral (
        select date as last from balance where s.used and unit_id = r.unit_id and series_id = r.series_id order by date desc limit 1
      ) b on true
    )
    select unit_id, series_id, since, flows, level, 3 * step + case way when 'OWN' then 0 when 'MEMBERS' then 1 else 2 end, way, last from work;
  analyze ledger_work;
end $$;

-- The balances of units that never had members: what they state for themselves, day by day.
create function ledger_own(moment timestamptz) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  update balance b
    set until = coalesce((select min(f.date) from figure f where f.series_id = w.series_id and f.unit_id = w.unit_id and f.coverage = 'OWN' and f.status = 'APPROVED' and f.date >= w.since), b.until)
    from ledger_work w where w.way = 'OWN' and w.last is not null and b.unit_id = w.unit_id and b.series_id = w.series_id and b.date = w.last;
  insert into balance
    select f.unit_id, f.series_id, f.date, lead(f.date, 1, 'infinity') over (partition by f.unit_id, f.series_id order by f.date),
      f.value, 0, 'STATED', true, f.qualifier, f.date, f.value, null, null, f.qualifier <> 'EXACT', f.date, 0, 0, 0, 0, 0, moment
    from ledger_work w join figure f on f.series_id = w.series_id and f.unit_id = w.unit_id and f.coverage = 'OWN' and f.status = 'APPROVED' and f.date >= w.since
    where w.way = 'OWN';
end $$;

-- What the members of the units of a batch come to: how it changes from day to day.
create function ledger_sums(of_batch int) returns table (unit_id int, series_id int, date date, as_of date, total numeric,
  members bigint, bounded bigint, loose bigint, detail numeric, detailed bigint, children bigint, complete bigint,
  provincial bigint, upper_grassroots bigint, grassroots bigint, sub_grassroots bigint, expected bigint)
language plpgsql stable set search_path = public, pg_temp set jit = off as $$
#variable_conflict use_column
begin
  return query
  with w as materialized (
    select unit_id, series_id, since, flows from ledger_work where batch = of_batch
  ),
  -- A member's balance rows, cut to its placement and to what is recomputed.
  stretch as (
    select w.unit_id, w.series_id, w.flows, greatest(b.date, p.starts, w.since) as starts, least(b.until, p.ends) as ends,
      b.total, b.complete, b.qualifier, b.as_of, b.detail, b.reported_provincial, b.reported_upper_grassroots,
      b.reported_grassroots, b.reported_sub_grassroots, m.level, coalesce(m.closed_on, 'infinity') as closed_on,
      -- Expected for as long, and so counted as reported.
      (b.total is not null and coalesce(m.closed_on, 'infinity') >= least(b.until, p.ends))::int as active
    from w
    join placement p on p.parent_id = w.unit_id and p.ends > w.since
    join org_unit m on m.id = p.unit_id
    join balance b on b.unit_id = p.unit_id and b.series_id = w.series_id and b.until > greatest(p.starts, w.since)
      and b.date + 0 < p.ends -- + 0: found by when it ends, so that a long past is not read
  ),
  -- What members add to their parent from a day on, and take away on another.
  delta as (
    select s.unit_id, s.series_id, e.day as date, case when e.sign = 1 and s.flows then s.as_of end as as_of,
      case when s.flows then e.sign * coalesce(s.total, 0) else 0 end as total,
      case when s.flows then e.sign * (s.total is not null)::int else 0 end as members,
      e.sign * coalesce((s.qualifier in ('MORE_THAN', 'AT_LEAST'))::int, 0) as bounded,
      e.sign * coalesce((s.qualifier in ('NEARLY', 'ABOUT'))::int, 0) as loose,
      case when s.flows then e.sign * coalesce(s.detail, 0) else 0 end as detail,
      case when s.flows then e.sign * (s.detail is not null)::int else 0 end as detailed,
      e.sign * s.active as children, e.sign * s.active * s.complete::int as complete,
      e.sign * (s.reported_provincial + s.active * (s.level = 'PROVINCIAL')::int) as provincial,
      e.sign * (s.reported_upper_grassroots + s.active * (s.level = 'UPPER_GRASSROOTS')::int) as upper_grassroots,
      e.sign * (s.reported_grassroots + s.active * (s.level = 'GRASSROOTS')::int) as grassroots,
      e.sign * (s.reported_sub_grassroots + s.active * (s.level = 'SUB_GRASSROOTS')::int) as sub_grassroots, 0 as expected
    from stretch s cross join lateral (values (s.starts, 1), (s.ends, -1)) e (day, sign)
    where e.day < 'infinity'
    union all
    -- Closed on the way: expected until then.
    select s.unit_id, s.series_id, e.day, null, 0, 0, 0, 0, 0, 0, e.sign, e.sign * s.complete::int,
      e.sign * (s.level = 'PROVINCIAL')::int, e.sign * (s.level = 'UPPER_GRASSROOTS')::int,
      e.sign * (s.level = 'GRASSROOTS')::int, e.sign * (s.level = 'SUB_GRASSROOTS')::int, 0
    from stretch s cross join lateral (values (s.starts, 1), (s.closed_on, -1)) e (day, sign)
    where s.total is not null and s.starts < s.closed_on and s.closed_on < s.ends
    union all
    -- How many are expected; and the day from which on all is computed, whether or not anything changes on it.
    select w.unit_id, w.series_id, greatest(c.starts, w.since), null, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, coalesce(c.step, 0)
    from w left join lateral (
      select starts, children - lag(children, 1, 0) over (order by starts) as step from census where unit_id = w.unit_id
      union all select null, 0
    ) c on true
  )
  select unit_id, series_id, date, max(as_of) as as_of, sum(total) as total, sum(members) as members, sum(bounded) as bounded,
    sum(loose) as loose, sum(detail) as detail, sum(detailed) as detailed, sum(children) as children, sum(complete) as complete,
    sum(provincial) as provincial, sum(upper_grassroots) as upper_grassroots, sum(grassroots) as grassroots, sum(sub_grassroots) as sub_grassroots, sum(expected) as expected
  from delta group by unit_id, series_id, date;
end $$;

drop function ledger_wave(org_level, smallint, timestamptz);
create function ledger_wave(of_batch int, states boolean, moment timestamptz) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  delete from ledger_fresh;
  if not states then
    insert into ledger_fresh (unit_id, series_id, date, until, kept, state)
    with before as materialized (
      select w.unit_id, w.series_id, w.since, w.last, coalesce(b.state, (null, 0, null, false, null, null, null, null, null, false, null, 0, 0, 0, 0, 0)::balance_state) as state,
        (select a.as_of from balance a where w.last is not null and a.unit_id = w.unit_id and a.series_id = w.series_id and a.date < w.since and a.as_of is not null
          order by a.date desc limit 1) as as_of
      from ledger_work w left join lateral (
        select row(total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on,
          reported_children, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots)::balance_state as state
        from balance where w.last is not null and unit_id = w.unit_id and series_id = w.series_id and date < w.since order by date desc limit 1
      ) b on true
      where w.batch = of_batch
    ),
    running as (
      select unit_id, series_id, date, max(as_of) over run as as_of, sum(total) over run as total, sum(members) over run as members, sum(bounded) over run as bounded,
        sum(loose) over run as loose, sum(detail) over run as detail, sum(detailed) over run as detailed, sum(children) over run as children,
        sum(complete) over run as complete, sum(provincial) over run as provincial, sum(upper_grassroots) over run as upper_grassroots,
        sum(grassroots) over run as grassroots, sum(sub_grassroots) over run as sub_grassroots, sum(expected) over run as expected
      from ledger_sums(of_batch) window run as (partition by unit_id, series_id order by date)
    ),
    settled as (
      select r.unit_id, r.series_id, r.date, b.since, b.last, b.state as before_state, row(
        case when members > 0 then total end, total, case when members > 0 then 'SUMMED' end, members > 0 and complete = expected,
        case when members > 0 then case when loose > 0 then 'ABOUT' when bounded > 0 then 'MORE_THAN' else 'EXACT' end end,
        case when members > 0 then greatest(b.as_of, r.as_of) end, case when detailed > 0 then detail end, null, null, false, null,
        children, provincial, upper_grassroots, grassroots, sub_grassroots)::balance_state as state
      from running r join before b using (unit_id, series_id)
    )
    select s.unit_id, s.series_id, s.date, s.until, b.kept is not null, s.state
    from (
      select *, lead(date, 1, 'infinity') over (partition by unit_id, series_id order by date) as until from (
        select *, lag(state, 1, before_state) over (partition by unit_id, series_id order by date) as last_state from settled
      ) s where state is distinct from last_state
    ) s
    left join lateral (
      select true as kept from balance b where s.last >= s.since and b.unit_id = s.unit_id and b.series_id = s.series_id and b.date = s.date
        and row(b.total, b.members_total, b.origin, b.complete, b.qualifier, b.as_of, b.detail, b.unexplained, b.subtree_on, b.held_inexact, b.held_on,
          b.reported_children, b.reported_provincial, b.reported_upper_grassroots, b.reported_grassroots, b.reported_sub_grassroots)::balance_state = s.state
    ) b on true;
  else
  insert into ledger_fresh (unit_id, series_id, date, until, kept, state)
  with w as materialized (
    select unit_id, series_id, since, flows, last from ledger_work where batch = of_batch
  ),
  sums as materialized (select * from ledger_sums(of_batch)),
  -- Consolidated figures, and the days on which each stands.
  span as materialized (
    select * from (
      select w.unit_id, w.series_id, w.since, f.date as starts,
        coalesce(lead(f.date) over (partition by f.unit_id, f.series_id order by f.date), 'infinity') as ends
      from w join figure f on f.series_id = w.series_id and f.unit_id = w.unit_id and f.coverage = 'SUBTREE' and f.status = 'APPROVED'
      where w.flows
    ) all_spans where ends > since
  ),
  -- Units that came or left while it stood. One founded there since brings nothing.
  mover as materialized (
    select s.unit_id, s.series_id, s.since, s.starts, s.ends, a.unit_id as mover_id
    from span s join ancestry a on a.ancestor_id = s.unit_id and a.starts > s.starts and a.starts < s.ends and not a.founding
    union
    select s.unit_id, s.series_id, s.since, s.starts, s.ends, a.unit_id
    from span s join ancestry a on a.ancestor_id = s.unit_id and a.ends > s.starts and a.ends < s.ends and a.ends < 'infinity'
  ),
  stay as materialized (
    select m.*, a.starts as came, a.ends as left_on
    from mover m join ancestry a on a.unit_id = m.mover_id and a.ancestor_id = m.unit_id
  ),
  -- There on the figure's day: taken off while away, as it held then, or first held before it first left.
  gone as (
    select s.unit_id, s.series_id, s.since, s.starts, s.ends, s.mover_id, s.left_on as first_left, h.*
    from stay s cross join lateral (
      select b.total - b.members_total as amount, b.held_inexact, b.held_on from (
        (select * from (select * from balance b where b.unit_id = s.mover_id and b.series_id = s.series_id and b.date <= s.starts
           order by b.date desc limit 1) on_day where total is not null)
        union all
        (select * from balance b where b.unit_id = s.mover_id and b.series_id = s.series_id and b.date > s.starts and b.date < s.left_on
           and b.total is not null order by b.date limit 1)
      ) b order by b.date limit 1
    ) h
    where s.came <= s.starts and s.left_on > s.starts and s.left_on < s.ends and h.held_on is not null
  ),
  -- Not there on that day: put on while it stays, as it held on the day before it came.
  arrived as (
    select s.unit_id, s.series_id, s.since, s.starts, s.ends, s.came, s.left_on, b.total - b.members_total as amount, b.held_inexact, b.held_on
    from stay s cross join lateral (
      select * from balance b where b.unit_id = s.mover_id and b.series_id = s.series_id and b.date < s.came order by b.date desc limit 1
    ) b
    where s.came > s.starts and s.came < s.ends and b.total is not null and b.held_on is not null
      and not exists (select from stay o where o.unit_id = s.unit_id and o.series_id = s.series_id and o.starts = s.starts
        and o.mover_id = s.mover_id and o.came <= s.starts and o.left_on > s.starts)
  ),
  contribution as (
    select g.unit_id, g.series_id, g.since, g.starts, -g.amount as value, g.held_inexact, g.held_on, e.day, e.sign
    from gone g
    join stay s on s.unit_id = g.unit_id and s.series_id = g.series_id and s.starts = g.starts and s.mover_id = g.mover_id
    cross join lateral (values (s.left_on, 1), (s.came, -1)) e (day, sign)
    where e.day >= g.first_left and e.day < g.ends
    union all
    select a.unit_id, a.series_id, a.since, a.starts, a.amount, a.held_inexact, a.held_on, e.day, e.sign
    from arrived a cross join lateral (values (a.came, 1), (a.left_on, -1)) e (day, sign)
    where e.day < a.ends
  ),
  adjustment as (
    select unit_id, series_id, starts as subtree_on, greatest(day, since) as date, sum(sign * value) as amount,
      sum(sign * held_inexact::int) as inexact, max(held_on) filter (where sign = 1) as as_of
    from contribution group by unit_id, series_id, starts, greatest(day, since)
  ),
  -- Every day on which something can change.
  point as (
    select unit_id, series_id, date from sums
    union select unit_id, series_id, date from adjustment
    union select w.unit_id, w.series_id, f.date from w
      join figure f on f.series_id = w.series_id and f.unit_id = w.unit_id and f.status = 'APPROVED' and f.date > w.since
  ),
  -- The state just before what is recomputed, and the latest figure known by then.
  before as materialized (
    select w.unit_id, w.series_id, w.since, coalesce(b.state, (null, 0, null, false, null, null, null, null, null, false, null, 0, 0, 0, 0, 0)::balance_state) as state,
      (select a.as_of from balance a where w.last is not null and a.unit_id = w.unit_id and a.series_id = w.series_id and a.date < w.since and a.as_of is not null
        order by a.date desc limit 1) as as_of
    from w left join lateral (
      select row(total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on,
        reported_children, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots)::balance_state as state
      from balance where w.last is not null and unit_id = w.unit_id and series_id = w.series_id and date < w.since order by date desc limit 1
    ) b on true
  ),
  running as (
    select p.unit_id, p.series_id, p.date,
      max(s.as_of) over run as as_of,
      coalesce(sum(s.total) over run, 0) as total, coalesce(sum(s.members) over run, 0) as members,
      coalesce(sum(s.bounded) over run, 0) as bounded, coalesce(sum(s.loose) over run, 0) as loose,
      coalesce(sum(s.detail) over run, 0) as detail, coalesce(sum(s.detailed) over run, 0) as detailed,
      coalesce(sum(s.children) over run, 0) as children, coalesce(sum(s.complete) over run, 0) as complete,
      coalesce(sum(s.provincial) over run, 0) as provincial, coalesce(sum(s.upper_grassroots) over run, 0) as upper_grassroots,
      coalesce(sum(s.grassroots) over run, 0) as grassroots, coalesce(sum(s.sub_grassroots) over run, 0) as sub_grassroots,
      coalesce(sum(s.expected) over run, 0) as expected
    from point p left join sums s using (unit_id, series_id, date)
    window run as (partition by p.unit_id, p.series_id order by p.date)
  ),
  stated as (
    select r.*, own.value as own_value, own.qualifier as own_qualifier, own.date as own_on,
      subtree.value as subtree_value, subtree.qualifier as subtree_qualifier, subtree.date as subtree_on
    from running r
    left join lateral (select value, qualifier, date from figure f where f.series_id = r.series_id and f.unit_id = r.unit_id
      and f.coverage = 'OWN' and f.status = 'APPROVED' and f.date <= r.date order by f.date desc limit 1) own on true
    left join lateral (select value, qualifier, date from figure f where f.series_id = r.series_id and f.unit_id = r.unit_id
      and f.coverage = 'SUBTREE' and f.status = 'APPROVED' and f.date <= r.date order by f.date desc limit 1) subtree on true
  ),
  adjusted as (
    select s.*,
      coalesce(sum(a.amount) over run, 0) as adjusted_by, coalesce(sum(a.inexact) over run, 0) as adjusted_inexactly, max(a.as_of) over run as adjusted_as_of,
      first_value(s.date) over run as first_date,
      first_value(s.subtree_value - s.total - coalesce(s.own_value, 0)) over run as first_unexplained
    from stated s left join adjustment a on a.unit_id = s.unit_id and a.series_id = s.series_id and a.date = s.date and a.subtree_on = s.subtree_on
    window run as (partition by s.unit_id, s.series_id, s.subtree_on order by s.date)
  ),
  totalled as (
    select a.*, b.state as before_state, b.as_of as before_as_of,
      case when subtree_on is not null then subtree_value + adjusted_by
        when own_on is not null or members > 0 then coalesce(own_value, 0) + a.total end as new_total
    from adjusted a join before b using (unit_id, series_id)
  ),
  originated as (
    select t.*, case when new_total is null then null
        when subtree_on is not null then case when new_total = subtree_value then 'STATED' else 'ADJUSTED' end
        when own_on is not null and members = 0 then 'STATED' else 'SUMMED' end::total_origin as origin
    from totalled t
  ),
  qualified as (
    select o.*,
      case origin
        when 'STATED' then coalesce(subtree_qualifier, own_qualifier)
        when 'ADJUSTED' then case when subtree_qualifier <> 'EXACT' or adjusted_inexactly > 0 then 'ABOUT' else 'EXACT' end::qualifier
        when 'SUMMED' then case when loose > 0 or own_qualifier in ('NEARLY', 'ABOUT') then 'ABOUT'
          when bounded > 0 or own_qualifier in ('MORE_THAN', 'AT_LEAST') then 'MORE_THAN' else 'EXACT' end::qualifier
      end as qualifier,
      case when new_total is null then null when subtree_on is not null then greatest(subtree_on, adjusted_as_of)
        else greatest(before_as_of, own_on, o.as_of) end as new_as_of
    from originated o
  ),
  settled as (
    select unit_id, series_id, date, before_state, row(
      new_total, total, origin, new_total is not null and (origin <> 'SUMMED' or q.complete = expected), qualifier, new_as_of,
      case when own_on is not null or detailed > 0 then coalesce(own_value, 0) + detail end,
      case when subtree_on is not null then case when first_date = subtree_on then first_unexplained else (before_state).unexplained end end,
      subtree_on,
      case when subtree_on is not null then qualifier <> 'EXACT' or bounded > 0 or loose > 0 else coalesce(own_qualifier <> 'EXACT', false) end,
      case when subtree_on is not null then new_as_of else own_on end,
      children, provincial, upper_grassroots, grassroots, sub_grassroots)::balance_state as state
    from qualified q
  )
  select s.unit_id, s.series_id, s.date, s.until, b.unit_id is not null, s.state
  from (
    select unit_id, series_id, date, lead(date, 1, 'infinity') over (partition by unit_id, series_id order by date) as until, state from (
      select *, lag(state) over (partition by unit_id, series_id order by date) as last_state from settled
    ) s where state is distinct from coalesce(last_state, before_state)
  ) s
  left join balance b on b.unit_id = s.unit_id and b.series_id = s.series_id and b.date = s.date
    and row(b.total, b.members_total, b.origin, b.complete, b.qualifier, b.as_of, b.detail, b.unexplained, b.subtree_on, b.held_inexact, b.held_on,
      b.reported_children, b.reported_provincial, b.reported_upper_grassroots, b.reported_grassroots, b.reported_sub_grassroots)::balance_state = s.state;
  end if;

  -- What no longer holds is known until now; what this same moment wrote was never known.
  with gone as (
    delete from balance b using ledger_work w
    where w.batch = of_batch and w.last >= w.since and b.unit_id = w.unit_id and b.series_id = w.series_id and b.date >= w.since
      and not exists (select from ledger_fresh f where f.kept and f.unit_id = b.unit_id and f.series_id = b.series_id and f.date = b.date)
    returning b.*
  )
  insert into balance_past (unit_id, series_id, date, total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on,
      reported_children, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots,
      recorded_at, removed_at)
    select unit_id, series_id, date, total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on,
      reported_children, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots,
      recorded_at, moment from gone where recorded_at < moment;
  update balance b set until = n.until
    from (select w.unit_id, w.series_id, w.since, coalesce(min(f.date), 'infinity') as until
      from ledger_work w left join ledger_fresh f using (unit_id, series_id)
      where w.batch = of_batch and w.last is not null group by w.unit_id, w.series_id, w.since) n
    where b.unit_id = n.unit_id and b.series_id = n.series_id and b.date < n.since and b.until >= n.since and b.until <> n.until;
  update balance b set until = f.until
    from ledger_fresh f where f.kept and b.unit_id = f.unit_id and b.series_id = f.series_id and b.date = f.date and b.until <> f.until;
  insert into balance
    select unit_id, series_id, date, until, (state).*, moment from ledger_fresh where not kept;
end $$;

do $$
declare it regprocedure;
begin
  for it in select oid from pg_proc where pronamespace = 'public'::regnamespace and proname in ('level_order', 'ledger_plan', 'ledger_own', 'ledger_sums', 'ledger_wave') loop
    execute format('revoke execute on function %s from public', it);
    execute format('grant execute on function %s to liendoan_definer', it);
  end loop;
end $$;
