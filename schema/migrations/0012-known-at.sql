-- What the ledger knew at a moment. docs/ledger.md tells how it is asked.
--
-- A row of balance or census is known from recorded_at; one that is replaced or taken away moves to balance_past or
-- census_past, with the moment. Statements (figures, norms, counts, structure, indicators) have recorded_at, and
-- ended_at from when another took their place, so that the replay can rebuild what was known. Of the time before this
-- migration there is only what held when it ran.

-- ---------------------------------------------------------------- balances, census

alter table balance add column recorded_at timestamptz not null default now();
alter table balance alter column recorded_at drop default;
create table balance_past (
  unit_id int not null,
  series_id int not null,
  date date not null,
  total numeric(24, 4),
  members_total numeric(24, 4) not null,
  origin total_origin,
  complete boolean not null,
  qualifier qualifier,
  as_of date,
  detail numeric(24, 4),
  unexplained numeric(24, 4),
  subtree_on date,
  held_inexact boolean not null,
  held_on date,
  reported_children int not null,
  reported_provincial int not null,
  reported_upper_grassroots int not null,
  reported_grassroots int not null,
  reported_sub_grassroots int not null,
  recorded_at timestamptz not null,
  -- From when it is no longer what is known.
  removed_at timestamptz not null,
  check (removed_at > recorded_at),
  primary key (unit_id, series_id, date, removed_at)
);

alter table census add column recorded_at timestamptz not null default now();
alter table census alter column recorded_at drop default;
create table census_past (
  unit_id int not null,
  starts date not null,
  children int not null,
  provincial int not null,
  upper_grassroots int not null,
  grassroots int not null,
  sub_grassroots int not null,
  recorded_at timestamptz not null,
  removed_at timestamptz not null,
  check (removed_at > recorded_at),
  primary key (unit_id, starts, removed_at)
);

-- Imports and rebuilds hold the structure lock for long: nobody else posts from their moment until they end, and what
-- was known in between is what was known before. What a rebuild replaced was known, though wrong: verify looks back no
-- further than the last that replaced anything.
create table ledger_load (
  at timestamptz primary key,
  until timestamptz not null check (until >= at),
  rebuilt boolean not null
);

-- ---------------------------------------------------------------- statements

create type structure_kind as enum ('FOUNDING', 'PLACEMENT', 'CLOSURE');
create function structure_kind_of(starts date, valid_from date, closed_on date) returns structure_kind
language sql immutable parallel safe
return case starts when valid_from then 'FOUNDING' when closed_on then 'CLOSURE' else 'PLACEMENT' end::structure_kind;

-- What was stated of the tree: rows are added, and end when a correction takes their place; nothing else.
create table structure_record (
  id bigint generated always as identity primary key,
  unit_id int not null,
  starts date not null,
  kind structure_kind not null,
  -- Null: founded as a root, or closed where it stood.
  parent_id int,
  recorded_at timestamptz not null,
  ended_at timestamptz
);
create unique index structure_record_current on structure_record (unit_id, starts) where ended_at is null;
insert into structure_record (unit_id, starts, kind, parent_id, recorded_at)
  select u.id, s.starts, structure_kind_of(s.starts, u.valid_from, u.closed_on), p.parent_id, now()
  from org_unit u
  cross join lateral (
    select u.valid_from as starts union select u.closed_on where u.closed_on is not null union select starts from placement where unit_id = u.id
  ) s
  left join placement p on p.unit_id = u.id and p.starts = s.starts
  order by u.id, s.starts;

-- What was stated of indicators, in the same way.
create table indicator_record (
  id int generated always as identity primary key,
  indicator_id int not null references indicator,
  name text not null,
  name_en text,
  unit_of_measure text not null,
  aggregation aggregation not null,
  numerator_id int,
  denominator_id int,
  counting_stage counting_stage,
  source text,
  note text,
  recorded_at timestamptz not null,
  ended_at timestamptz
);
create unique index indicator_record_current on indicator_record (indicator_id) where ended_at is null;
insert into indicator_record (indicator_id, name, name_en, unit_of_measure, aggregation, numerator_id, denominator_id, counting_stage, source, note, recorded_at)
  select id, name, name_en, unit_of_measure, aggregation, numerator_id, denominator_id, counting_stage, source, note, now() from indicator order by id;

-- A corrected count ends, and another begins.
alter table member_count drop constraint member_count_pkey,
  add column id int generated always as identity primary key,
  add column recorded_at timestamptz not null default clock_timestamp(),
  add column ended_at timestamptz;
update member_count set recorded_at = now();
create unique index member_count_current on member_count (unit_id, "of", as_of) where ended_at is null;
create index member_count_past on member_count (unit_id, "of", as_of) where ended_at is not null;

alter table norm add column recorded_at timestamptz not null default clock_timestamp(), add column ended_at timestamptz;
update norm set recorded_at = now(), ended_at = case when withdrawn then now() end;
alter table norm add constraint norm_ended check ((ended_at is not null) = withdrawn);
create index norm_past on norm (unit_id, campaign_id, indicator_id) where withdrawn;

-- ---------------------------------------------------------------- functions

-- The moment of a change that takes the structure lock, the same for all that it writes; not to be asked for before the
-- lock is taken.
create function ledger_moment() returns timestamptz
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare moment text := nullif(current_setting('liendoan.moment', true), '');
begin
  if moment is null then moment := set_config('liendoan.moment', clock_timestamp()::text, true); end if;
  return moment::timestamptz;
end $$;

-- As in 0002, but for what ledger_fresh holds, and that the notes are of whoever posts: tables that another role has put in
-- their place would run its code.
create or replace function ledger_open() returns void
language plpgsql volatile set search_path = public, pg_temp set client_min_messages = warning as $$
begin
  if to_regclass('pg_temp.ledger_dirty') is not null then
    if exists (select from pg_class where relnamespace = pg_my_temp_schema() and relname ~ '^ledger_' and relowner <> current_user::regrole) then
      raise exception 'the ledger''s notes in this session are of another role' using errcode = '42501';
    end if;
    return;
  end if;
  create temp table ledger_dirty (unit_id int not null, series_id int not null, since date not null) on commit delete rows;
  create temp table ledger_work (unit_id int not null, series_id int not null, since date not null,
    flows boolean not null, level org_level not null, tier smallint not null) on commit delete rows;
  -- kept: the balance has the very row, but for when it ends.
  create temp table ledger_fresh (unit_id int not null, series_id int not null, date date not null, until date not null,
    kept boolean not null, state balance_state not null) on commit delete rows;
end $$;

-- For the end of an import or a rebuild.
create function ledger_loaded(rebuilt boolean default false) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
begin
  insert into ledger_load (at, until, rebuilt) values (ledger_moment(), clock_timestamp(), ledger_loaded.rebuilt)
    on conflict (at) do update set until = excluded.until, rebuilt = ledger_load.rebuilt or excluded.rebuilt;
end $$;

-- Writes down what structure_event states and was not stated before.
create function structure_note(moment timestamptz) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  update structure_record r set ended_at = moment from structure_event e join org_unit u on u.id = e.unit_id
    where r.unit_id = e.unit_id and r.starts = e.starts and r.ended_at is null
      and (r.kind, r.parent_id) is distinct from (structure_kind_of(e.starts, u.valid_from, u.closed_on), e.parent_id);
  insert into structure_record (unit_id, starts, kind, parent_id, recorded_at)
    select e.unit_id, e.starts, structure_kind_of(e.starts, u.valid_from, u.closed_on), e.parent_id, moment
    from structure_event e join org_unit u on u.id = e.unit_id
    where not exists (select from structure_record r where r.unit_id = e.unit_id and r.starts = e.starts and r.ended_at is null);
end $$;

-- As in 0002, but that it notes what was stated, and keeps the census that was known.
create or replace function structure_apply() returns setof int
language plpgsql volatile set search_path = public, pg_temp set client_min_messages = warning set jit = off as $$
declare
  many boolean;
  moment timestamptz;
begin
  perform structure_lock();
  moment := ledger_moment();
  perform ledger_open();
  drop table if exists structure_changed, structure_parent, structure_affected, structure_above, structure_step, structure_ancestry, structure_census;

  perform structure_note(moment);
  create temp table structure_changed on commit drop as
    select unit_id, min(starts) as since from structure_event group by unit_id;
  analyze structure_changed;

  -- Whose sums are concerned: parents before the change, and (below) after it.
  create temp table structure_parent on commit drop as
    select p.unit_id, p.parent_id, c.since from structure_changed c join placement p on p.unit_id = c.unit_id and p.ends > c.since;

  -- Everything beneath a changed unit has other ancestors too.
  create temp table structure_affected on commit drop as
    select unit_id from structure_changed
    union
    select a.unit_id from structure_changed c join ancestry a on a.ancestor_id = c.unit_id and a.ends > c.since;
  analyze structure_affected;
  create temp table structure_above on commit drop as
    select distinct a.ancestor_id as unit_id from structure_affected join ancestry a using (unit_id);

  create temp table structure_step on commit drop as
    select distinct on (unit_id, starts) unit_id, starts, parent_id from structure_event where parent_id is not null
    order by unit_id, starts;
  analyze structure_step;
  insert into structure_step
    select p.unit_id, p.starts, p.parent_id from structure_changed c join placement p on p.unit_id = c.unit_id
    where not exists (select from structure_step e where e.unit_id = p.unit_id and e.starts = p.starts);
  delete from placement p using structure_changed c where p.unit_id = c.unit_id;
  perform load_begin('placement', (select count(*) from structure_step));
  insert into placement (unit_id, parent_id, during)
    select unit_id, parent_id, daterange(starts, lead(starts) over (partition by unit_id order by starts)) from structure_step;
  perform load_end('placement');
  -- What follows reads the tables just filled: plans for many rows need to know of them.
  select count(*) > 1000 into many from structure_changed;
  if many then analyze placement; end if;
  insert into structure_parent
    select p.unit_id, p.parent_id, c.since from structure_changed c join placement p on p.unit_id = c.unit_id and p.ends > c.since;

  create temp table structure_ancestry on commit drop as
    with recursive up as (
      select p.unit_id, p.parent_id as ancestor_id, 1 as distance, p.starts, p.ends
      from structure_affected f join placement p on p.unit_id = f.unit_id
      union all
      select up.unit_id, p.parent_id, up.distance + 1, greatest(up.starts, p.starts), least(up.ends, p.ends)
      from up join placement p on p.unit_id = up.ancestor_id and p.starts < up.ends and p.ends > up.starts
      where up.ancestor_id <> up.unit_id and up.distance < 64
    )
    select * from up;
  if exists (select from structure_ancestry where distance >= 64 or ancestor_id = unit_id) then
    return query select distinct unit_id from structure_ancestry where ancestor_id = unit_id;
    if not found then return query select distinct unit_id from structure_ancestry where distance >= 64; end if;
    return;
  end if;
  delete from ancestry a using structure_affected f where a.unit_id = f.unit_id;
  perform load_begin('ancestry', (select count(*) from structure_ancestry));
  insert into ancestry (unit_id, ancestor_id, starts, ends, founding)
    with part as (select unit_id, ancestor_id, starts, ends, count(*) over (partition by unit_id, ancestor_id) as parts from structure_ancestry),
    stay as (
      select unit_id, ancestor_id, starts, ends from part where parts = 1
      union all
      select unit_id, ancestor_id, lower(r), coalesce(upper(r), 'infinity') from (
        select unit_id, ancestor_id, unnest(range_agg(daterange(starts, nullif(ends, 'infinity')))) as r from part where parts > 1 group by unit_id, ancestor_id
      ) merged
    )
    select s.unit_id, s.ancestor_id, s.starts, s.ends, s.starts = u.valid_from from stay s join org_unit u on u.id = s.unit_id
    order by 1, 2, 3;
  perform load_end('ancestry');
  if many then analyze ancestry; end if;
  insert into structure_above select distinct ancestor_id from structure_ancestry except select unit_id from structure_above;
  analyze structure_above;

  -- Successors of their own level come after those that they took in.
  loop
    update org_unit w set tier = t.tier
    from (select s.id, max(c.tier) + 1 as tier from org_unit c join org_unit s on s.id = c.successor_id and s.level = c.level group by s.id) t
    where w.id = t.id and w.tier < t.tier;
    exit when not found;
  end loop;

  create temp table structure_census on commit drop as
    with beneath as (
      select a.ancestor_id, a.unit_id, a.starts, a.ends, false as direct from structure_above f join ancestry a on a.ancestor_id = f.unit_id
      union all
      select p.parent_id, p.unit_id, p.starts, p.ends, true from structure_above f join placement p on p.parent_id = f.unit_id
    ), active as (
      select b.ancestor_id, greatest(b.starts, u.valid_from) as starts, least(b.ends, coalesce(u.closed_on, 'infinity')) as ends, b.direct, u.level, count(*) as units
      from beneath b join org_unit u on u.id = b.unit_id
      group by 1, 2, 3, 4, 5
    ), step as (
      select a.ancestor_id as unit_id, e.day as starts, coalesce(sum(e.sign * units) filter (where direct), 0) as children,
        coalesce(sum(e.sign * units) filter (where not direct and level = 'PROVINCIAL'), 0) as provincial,
        coalesce(sum(e.sign * units) filter (where not direct and level = 'UPPER_GRASSROOTS'), 0) as upper_grassroots,
        coalesce(sum(e.sign * units) filter (where not direct and level = 'GRASSROOTS'), 0) as grassroots,
        coalesce(sum(e.sign * units) filter (where not direct and level = 'SUB_GRASSROOTS'), 0) as sub_grassroots
      from active a cross join lateral (values (a.starts, 1), (a.ends, -1)) e (day, sign)
      where a.starts < a.ends and e.day < 'infinity'
      group by 1, 2
    )
    select unit_id, starts, sum(children) over run as children, sum(provincial) over run as provincial, sum(upper_grassroots) over run as upper_grassroots,
      sum(grassroots) over run as grassroots, sum(sub_grassroots) over run as sub_grassroots
    from step
    where children <> 0 or provincial <> 0 or upper_grassroots <> 0 or grassroots <> 0 or sub_grassroots <> 0
    window run as (partition by unit_id order by starts);
  analyze structure_census;
  -- A row that says the same stays, and with it the moment since when it is known.
  with gone as (
    delete from census c using structure_above a
    where c.unit_id = a.unit_id and not exists (select from structure_census n where n.unit_id = c.unit_id and n.starts = c.starts
      and (n.children, n.provincial, n.upper_grassroots, n.grassroots, n.sub_grassroots) = (c.children, c.provincial, c.upper_grassroots, c.grassroots, c.sub_grassroots))
    returning c.*
  )
  insert into census_past (unit_id, starts, children, provincial, upper_grassroots, grassroots, sub_grassroots, recorded_at, removed_at)
    select unit_id, starts, children, provincial, upper_grassroots, grassroots, sub_grassroots, recorded_at, moment from gone where recorded_at < moment;
  insert into census (unit_id, starts, children, provincial, upper_grassroots, grassroots, sub_grassroots, recorded_at)
    select n.*, moment from structure_census n where not exists (select from census c where c.unit_id = n.unit_id and c.starts = n.starts);
  if many then analyze census; end if;

  insert into placement_day (day) values (today()) on conflict (singleton) do nothing;
  perform structure_refresh_paths(array(select unit_id from structure_affected));

  -- What a unit brings or takes away concerns its own series; that it is expected at all, every series of its parent.
  create index on structure_parent (parent_id);
  analyze structure_parent;
  insert into ledger_dirty (unit_id, series_id, since)
    select p.parent_id, b.series_id, min(p.since) from structure_parent p
    join balance b on b.unit_id in (p.unit_id, p.parent_id) and b.until = 'infinity'
    group by 1, 2;
end $$;

-- As in 0002, but that it says on the channel what it did, and for the moment. `moment`: of the figures that were noted;
-- null: now.
drop function ledger_settle();
create function ledger_settle(moment timestamptz default null) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off
set plan_cache_mode = auto set enable_hashjoin = on set enable_mergejoin = on set enable_seqscan = on as $$
declare wave record;
begin
  perform ledger_open();
  if not exists (select from ledger_dirty) then return; end if;
  perform structure_lock_shared();
  perform from series where id in (select series_id from ledger_dirty) order by id for no key update;
  -- Not before the locks: so moments are in the order of commits within a series.
  moment := coalesce(moment, nullif(current_setting('liendoan.moment', true), '')::timestamptz, clock_timestamp());

  -- A few: one plan for the session, made of index probes. Many: plans made for what is there.
  if (select count(*) from (select from ledger_dirty limit 101) few) <= 100 then
    perform set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true);
  else
    perform set_config('plan_cache_mode', 'force_custom_plan', true);
    analyze ledger_dirty;
  end if;

  delete from ledger_work;
  insert into ledger_work (unit_id, series_id, since, flows, level, tier)
    with recursive up as (
      select unit_id, series_id, since from ledger_dirty
      union
      select p.parent_id, up.series_id, up.since from up join placement p on p.unit_id = up.unit_id and p.ends > up.since
    )
    select up.unit_id, up.series_id, greatest(min(up.since), u.valid_from), s.flows, u.level, u.tier
    from up join org_unit u on u.id = up.unit_id join series s on s.id = up.series_id
    group by up.unit_id, up.series_id, u.valid_from, s.flows, u.level, u.tier;
  if current_setting('plan_cache_mode') = 'force_custom_plan' then analyze ledger_work; end if;

  for wave in select distinct level, tier from ledger_work order by level desc, tier loop
    perform ledger_wave(wave.level, wave.tier, moment);
    -- The next level reads what this one wrote.
    if (select count(*) > 10000 from ledger_fresh) then analyze balance; end if;
  end loop;
  perform ledger_announce();
  delete from ledger_dirty;
end $$;

-- As in 0002, but that a row that says the same stays, and what goes is kept as what was known.
drop function ledger_wave(org_level, smallint);
create function ledger_wave(wave_level org_level, wave_tier smallint, moment timestamptz) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  delete from ledger_fresh;
  insert into ledger_fresh (unit_id, series_id, date, until, kept, state)
  with w as materialized (
    select unit_id, series_id, since, flows from ledger_work where level = wave_level and tier = wave_tier
  ),
  -- A member's balance rows, cut to its placement and to what is recomputed.
  stretch as (
    select w.unit_id, w.series_id, w.flows, greatest(b.date, p.starts, w.since) as starts, least(b.until, p.ends) as ends,
      b.total, b.complete, b.qualifier, b.as_of, b.detail, b.reported_provincial, b.reported_upper_grassroots,
      b.reported_grassroots, b.reported_sub_grassroots, m.level, coalesce(m.closed_on, 'infinity') as closed_on
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
      0 as children, 0 as complete,
      e.sign * s.reported_provincial as provincial, e.sign * s.reported_upper_grassroots as upper_grassroots,
      e.sign * s.reported_grassroots as grassroots, e.sign * s.reported_sub_grassroots as sub_grassroots
    from stretch s cross join lateral (values (s.starts, 1), (s.ends, -1)) e (day, sign)
    where e.day < 'infinity'
    union all
    -- Only the active are expected, and so counted as reported.
    select s.unit_id, s.series_id, e.day, null, 0, 0, 0, 0, 0, 0, e.sign, e.sign * s.complete::int,
      e.sign * (s.level = 'PROVINCIAL')::int, e.sign * (s.level = 'UPPER_GRASSROOTS')::int,
      e.sign * (s.level = 'GRASSROOTS')::int, e.sign * (s.level = 'SUB_GRASSROOTS')::int
    from stretch s cross join lateral (values (s.starts, 1), (least(s.ends, s.closed_on), -1)) e (day, sign)
    where s.total is not null and s.starts < s.closed_on and e.day < 'infinity'
  ),
  sums as (
    select unit_id, series_id, date, max(as_of) as as_of, sum(total) as total, sum(members) as members, sum(bounded) as bounded,
      sum(loose) as loose, sum(detail) as detail, sum(detailed) as detailed, sum(children) as children, sum(complete) as complete,
      sum(provincial) as provincial, sum(upper_grassroots) as upper_grassroots, sum(grassroots) as grassroots, sum(sub_grassroots) as sub_grassroots
    from delta group by unit_id, series_id, date
  ),
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
    select unit_id, series_id, since as date from w
    union select unit_id, series_id, date from sums
    union select unit_id, series_id, date from adjustment
    union select w.unit_id, w.series_id, f.date from w
      join figure f on f.series_id = w.series_id and f.unit_id = w.unit_id and f.status = 'APPROVED' and f.date > w.since
    union select w.unit_id, w.series_id, c.starts from w join census c on c.unit_id = w.unit_id and c.starts > w.since
  ),
  -- The state just before what is recomputed, and the latest figure known by then.
  before as materialized (
    select w.unit_id, w.series_id, w.since, coalesce(b.state, (null, 0, null, false, null, null, null, null, null, false, null, 0, 0, 0, 0, 0)::balance_state) as state,
      (select a.as_of from balance a where a.unit_id = w.unit_id and a.series_id = w.series_id and a.date < w.since and a.as_of is not null
        order by a.date desc limit 1) as as_of
    from w left join lateral (
      select row(total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on,
        reported_children, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots)::balance_state as state
      from balance where unit_id = w.unit_id and series_id = w.series_id and date < w.since order by date desc limit 1
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
      coalesce(sum(s.grassroots) over run, 0) as grassroots, coalesce(sum(s.sub_grassroots) over run, 0) as sub_grassroots
    from point p left join sums s using (unit_id, series_id, date)
    window run as (partition by p.unit_id, p.series_id order by p.date)
  ),
  stated as (
    select r.*, own.value as own_value, own.qualifier as own_qualifier, own.date as own_on,
      subtree.value as subtree_value, subtree.qualifier as subtree_qualifier, subtree.date as subtree_on, coalesce(c.children, 0) as expected
    from running r
    left join lateral (select value, qualifier, date from figure f where f.series_id = r.series_id and f.unit_id = r.unit_id
      and f.coverage = 'OWN' and f.status = 'APPROVED' and f.date <= r.date order by f.date desc limit 1) own on true
    left join lateral (select value, qualifier, date from figure f where f.series_id = r.series_id and f.unit_id = r.unit_id
      and f.coverage = 'SUBTREE' and f.status = 'APPROVED' and f.date <= r.date order by f.date desc limit 1) subtree on true
    left join lateral (select children from census where unit_id = r.unit_id and starts <= r.date order by starts desc limit 1) c on true
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

  -- What no longer holds is known until now; what this same moment wrote was never known.
  with gone as (
    delete from balance b using ledger_work w
    where w.level = wave_level and w.tier = wave_tier and b.unit_id = w.unit_id and b.series_id = w.series_id and b.date >= w.since
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
      where w.level = wave_level and w.tier = wave_tier group by w.unit_id, w.series_id, w.since) n
    where b.unit_id = n.unit_id and b.series_id = n.series_id and b.date < n.since and b.until >= n.since and b.until <> n.until;
  update balance b set until = f.until
    from ledger_fresh f where f.kept and b.unit_id = f.unit_id and b.series_id = f.series_id and b.date = f.date and b.until <> f.until;
  insert into balance
    select unit_id, series_id, date, until, (state).*, moment from ledger_fresh where not kept;
end $$;

-- Computes all balances anew from the figures. Rows that are right stay as they are; the others are replaced, and kept
-- as what was known until now.
create or replace function ledger_rebuild() returns void
language plpgsql volatile set search_path = public, pg_temp as $$
declare moment timestamptz;
begin
  perform structure_lock();
  moment := ledger_moment();
  perform ledger_open();
  insert into ledger_dirty (unit_id, series_id, since)
    select unit_id, series_id, min(date) from (
      select unit_id, series_id, date from figure where status = 'APPROVED'
      union all
      select unit_id, series_id, date from balance
    ) known group by unit_id, series_id;
  perform ledger_settle(moment);
  perform ledger_loaded(exists (select from balance where recorded_at = moment) or exists (select from balance_past where removed_at = moment));
end $$;

-- ---------------------------------------------------------------- who sees it

do $$
declare
  unit_in_scope constant text := $q$(select u.path from org_unit u where u.id = unit_id) <@ any ((select nullif(current_setting('liendoan.scope', true), '')::ltree[])::ltree[])$q$;
  member constant text := $q$(select nullif(current_setting('liendoan.scope', true), '') is not null)$q$;
  policy record;
  it regprocedure;
begin
  for policy in
    select * from (values
      ('balance_past', unit_in_scope),
      ('census_past', unit_in_scope),
      ('structure_record', unit_in_scope),
      ('indicator_record', member)
    ) p (on_table, seen)
  loop
    execute format('alter table %I enable row level security', policy.on_table);
    execute format('create policy %I on %I for select to liendoan_api using (%s)', policy.on_table || '_seen', policy.on_table, policy.seen);
    execute format('grant select on %I to liendoan_api', policy.on_table);
  end loop;
  for it in select oid from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
      and proname in ('ledger_moment', 'ledger_settle', 'ledger_wave', 'ledger_loaded', 'structure_note', 'structure_kind_of') loop
    execute format('revoke execute on function %s from public', it);
  end loop;
end $$;
grant select on ledger_load to liendoan_api;
create policy balance_past_definer on balance_past to liendoan_definer using (true);
grant insert on balance_past to liendoan_definer;
grant execute on function ledger_settle(timestamptz), ledger_wave(org_level, smallint, timestamptz) to liendoan_definer;
