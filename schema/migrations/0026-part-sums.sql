-- Sums by attribute, kept: what the units beneath a unit did themselves, as of each day on which it changed. docs/ledger.md
-- tells how, docs/analytics.md what it means.
--
-- A sum is linear in what it is made of: the spans of time in which a unit's own number stood, the stays of the unit
-- beneath another, its attributes. So whoever changes one of them takes off what it gave and puts on what it gives:
--   ledger_settle()     the numbers      (series by series, under the lock of the series)
--   ancestry            the stays        (by a trigger; the structure lock is held alone)
--   org_unit            the attributes, and how long a unit lives (in the same way)

-- What a unit did itself, where its balance does not tell: of one that spoke for its subtree, and of one that is inexact
-- and has members with totals. part_own() writes it.
alter table balance add column own numeric(24, 4), add column own_qualifier qualifier;

-- What a unit did itself, as docs/analytics.md says, of a series that flows; its balance on the day.
create function own_of(b balance) returns numeric
language sql immutable parallel safe
return case when b.subtree_on is not null then b.own when b.held_on is not null then b.total - b.members_total end;
create function own_qualifier_of(b balance) returns qualifier
language sql immutable parallel safe
return case when b.subtree_on is not null then b.own_qualifier when b.held_on is null then null when not b.held_inexact then 'EXACT'
  when b.origin = 'STATED' then b.qualifier else b.own_qualifier end;
-- How many numbers a qualifier makes bounded, or loose.
create function is_bounded(q qualifier) returns int language sql immutable parallel safe return case when q in ('MORE_THAN', 'AT_LEAST') then 1 else 0 end;
create function is_loose(q qualifier) returns int language sql immutable parallel safe return case when q in ('NEARLY', 'ABOUT') then 1 else 0 end;

create type breakdown_attribute as enum ('LEVEL', 'SECTOR', 'OWNERSHIP', 'KIND');
-- Kept by the functions below alone, for NATIONAL and PROVINCIAL units: of others there are too few units beneath. Each row
-- holds until the next of its key. Series 0 is of the units themselves: `counted` are those that are active.
create table part_sum (
  unit_id int not null,
  series_id int not null,
  attribute breakdown_attribute not null,
  -- The attribute's value; empty where it is not known.
  key text collate "C" not null,
  date date not null,
  value numeric(28, 4) not null,
  -- How many numbers it is the sum of; how many of them are bounded below (MORE_THAN, AT_LEAST), how many loose (NEARLY, ABOUT).
  counted int not null,
  bounded int not null,
  loose int not null,
  primary key (unit_id, series_id, attribute, key, date)
);


-- ---------------------------------------------------------------- what changes a sum

-- The notes of a transaction; those of ledger_open() are there too.
create function part_open() returns void
language plpgsql volatile set search_path = public, pg_temp set client_min_messages = warning as $$
begin
  perform ledger_open();
  if to_regclass('pg_temp.ledger_unit') is not null then return; end if;
  -- What units add to what they did themselves, or take off, from a day on; and what follows for the sums.
  create temp table ledger_added (unit_id int not null, series_id int not null, date date not null, value numeric not null,
    counted int not null, bounded int not null, loose int not null) on commit delete rows;
  create temp table ledger_part (unit_id int not null, series_id int not null, date date not null, level org_level not null, kind org_unit_kind not null,
    sector sector, ownership ownership, value numeric not null, counted int not null, bounded int not null, loose int not null) on commit delete rows;
  -- Stays of units beneath those of which sums are kept, and versions of units, each put on or taken off.
  create temp table ledger_stay (unit_id int not null, top_id int not null, starts date not null, ends date not null, sign int not null) on commit delete rows;
  create temp table ledger_unit (unit_id int not null, level org_level not null, kind org_unit_kind not null, sector sector, ownership ownership,
    starts date not null, ends date not null, sign int not null) on commit delete rows;
end $$;

-- Notes what the balances in work come to (factor 1), or takes it off (factor -1), from where they are recomputed.
create function part_note(factor int) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  insert into ledger_added (unit_id, series_id, date, value, counted, bounded, loose)
    select w.unit_id, w.series_id, e.day, factor * e.sign * own_of(b), factor * e.sign, factor * e.sign * is_bounded(own_qualifier_of(b)), factor * e.sign * is_loose(own_qualifier_of(b))
    from ledger_work w join balance b on b.unit_id = w.unit_id and b.series_id = w.series_id and b.until >= w.since
    cross join lateral (values (b.date, 1), (b.until, -1)) e (day, sign)
    -- From those that are new, or go on, nothing is taken off; those that state nothing now have nothing.
    where w.flows and case factor when 1 then w.way <> 'MEMBERS' else w.last >= w.since end and own_of(b) is not null and e.day >= w.since and e.day < 'infinity';
end $$;

-- Writes down what the units in work did themselves, where their balances do not tell: its latest OWN figure by the day on
-- which it spoke for its subtree; or, where nobody active stood beneath it then, all that it held, for it spoke of nobody else.
create function part_own() returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  update balance b set own = x.own, own_qualifier = x.own_qualifier
  from (
    select b.unit_id, b.series_id, b.date,
      case when t.alone then s.total - s.members_total else o.value end as own,
      case when not coalesce(t.alone, false) then o.qualifier when not s.held_inexact then 'EXACT' when s.members_total = 0 then s.qualifier else 'ABOUT' end as own_qualifier
    from ledger_work w join balance b on b.unit_id = w.unit_id and b.series_id = w.series_id and b.date >= w.since
      and (b.subtree_on is not null or b.held_inexact and b.origin <> 'STATED')
    left join lateral (
      select coalesce((select c.children from census c where c.unit_id = b.unit_id and c.starts <= b.subtree_on order by c.starts desc limit 1), 0) = 0 as alone
      where b.subtree_on is not null
    ) t on true
    left join balance s on t.alone and s.unit_id = b.unit_id and s.series_id = b.series_id and s.date = b.subtree_on
    left join lateral (
      select f.value, f.qualifier from figure f
      where not coalesce(t.alone, false) and f.series_id = b.series_id and f.unit_id = b.unit_id and f.coverage = 'OWN' and f.status = 'APPROVED'
        and f.date <= coalesce(b.subtree_on, b.date) order by f.date desc limit 1
    ) o on true
    where w.flows and w.way = 'ANY'
  ) x
  where b.unit_id = x.unit_id and b.series_id = x.series_id and b.date = x.date and (b.own, b.own_qualifier) is distinct from (x.own, x.own_qualifier);
end $$;

-- Brings what was noted to those who stand above; `tops` are all of whom sums are kept that may.
create function part_raise(tops int[]) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  insert into ledger_part (unit_id, series_id, date, level, kind, sector, ownership, value, counted, bounded, loose)
    with placed as (
      select a.ancestor_id as top_id, o.*, a.starts, a.ends from ledger_added o join ancestry a on a.unit_id = o.unit_id and a.ends > o.date where a.ancestor_id = any (tops)
      union all
      select o.unit_id, o.*, '-infinity', 'infinity' from ledger_added o where o.unit_id = any (tops)
    )
    select p.top_id, p.series_id, e.day, u.level, u.kind, u.sector, u.ownership, sum(e.sign * p.value), sum(e.sign * p.counted), sum(e.sign * p.bounded), sum(e.sign * p.loose)
    from placed p join org_unit u on u.id = p.unit_id cross join lateral (values (greatest(p.date, p.starts), 1), (p.ends, -1)) e (day, sign)
    where e.day < 'infinity'
    group by 1, 2, 3, 4, 5, 6, 7;
end $$;

-- Puts what was noted into the sums.
create function part_add() returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off set enable_mergejoin = off set enable_hashjoin = off as $$
begin
  with part as (
    select p.unit_id, p.series_id, a.attribute, a.key, p.date,
      sum(p.value) as value, sum(p.counted)::int as counted, sum(p.bounded)::int as bounded, sum(p.loose)::int as loose
    from ledger_part p cross join lateral (values ('LEVEL'::breakdown_attribute, p.level::text), ('SECTOR', coalesce(p.sector::text, '')),
      ('OWNERSHIP', coalesce(p.ownership::text, '')), ('KIND', p.kind::text)) a (attribute, key)
    group by 1, 2, 3, 4, 5
    having sum(p.value) <> 0 or sum(p.counted) <> 0 or sum(p.bounded) <> 0 or sum(p.loose) <> 0
  ),
  -- By how much all rows differ from one date until the next.
  step as materialized (
    select unit_id, series_id, attribute, key, date, lead(date, 1, 'infinity') over run as until,
      sum(value) over run as value, (sum(counted) over run)::int as counted, (sum(bounded) over run)::int as bounded, (sum(loose) over run)::int as loose
    from part window run as (partition by unit_id, series_id, attribute, key order by date)
  ),
  moved as (
    update part_sum p set value = p.value + s.value, counted = p.counted + s.counted, bounded = p.bounded + s.bounded, loose = p.loose + s.loose
    from step s where p.unit_id = s.unit_id and p.series_id = s.series_id and p.attribute = s.attribute and p.key = s.key and p.date >= s.date and p.date < s.until
      and (s.value, s.counted, s.bounded, s.loose) <> (0, 0, 0, 0)
  )
  insert into part_sum
    select s.unit_id, s.series_id, s.attribute, s.key, s.date,
      s.value + coalesce(b.value, 0), s.counted + coalesce(b.counted, 0), s.bounded + coalesce(b.bounded, 0), s.loose + coalesce(b.loose, 0)
    from step s left join lateral (
      select * from part_sum b where b.unit_id = s.unit_id and b.series_id = s.series_id and b.attribute = s.attribute and b.key = s.key and b.date <= s.date
      order by b.date desc limit 1
    ) b on true
    where b.date is distinct from s.date;
  delete from ledger_part;
end $$;

-- As part_add(), of one unit that stands where it stands: from each of the days on it did so much more itself, by so many
-- numbers more. Without notes: for single postings.
create function part_flow(of_unit int, of_series int, tops int[], days date[], amounts numeric[], counts int[]) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  with step as materialized (
    select t.id as unit_id, a.attribute, a.key, d.day as date, lead(d.day, 1, 'infinity') over run as until, sum(d.amount) over run as value, (sum(d.count) over run)::int as counted
    from org_unit u cross join lateral (values ('LEVEL'::breakdown_attribute, u.level::text), ('SECTOR', coalesce(u.sector::text, '')),
      ('OWNERSHIP', coalesce(u.ownership::text, '')), ('KIND', u.kind::text)) a (attribute, key)
    cross join unnest(tops) t (id) cross join unnest(days, amounts, counts) d (day, amount, count)
    where u.id = of_unit window run as (partition by t.id, a.attribute order by d.day)
  ),
  moved as (
    update part_sum p set value = p.value + s.value, counted = p.counted + s.counted
    from step s where p.unit_id = s.unit_id and p.series_id = of_series and p.attribute = s.attribute and p.key = s.key and p.date >= s.date and p.date < s.until
      and (s.value, s.counted) <> (0, 0)
  )
  insert into part_sum
    select s.unit_id, of_series, s.attribute, s.key, s.date, s.value + coalesce(b.value, 0), s.counted + coalesce(b.counted, 0), coalesce(b.bounded, 0), coalesce(b.loose, 0)
    from step s left join lateral (
      select * from part_sum b where b.unit_id = s.unit_id and b.series_id = of_series and b.attribute = s.attribute and b.key = s.key and b.date <= s.date
      order by b.date desc limit 1
    ) b on true
    where b.date is distinct from s.date;
end $$;

-- Computes all sums anew from the balances and the tree.
create function part_rebuild() returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  perform part_open();
  delete from part_sum;
  insert into ledger_part (unit_id, series_id, date, level, kind, sector, ownership, value, counted, bounded, loose)
    with span as (
      select id as unit_id, 0 as series_id, valid_from as starts, coalesce(closed_on, 'infinity') as ends, 0::numeric as own, 0 as bounded, 0 as loose from org_unit
      union all
      select b.unit_id, b.series_id, b.date, b.until, own_of(b), is_bounded(own_qualifier_of(b)), is_loose(own_qualifier_of(b))
      from balance b join series r on r.id = b.series_id and r.flows where own_of(b) is not null
    ), stay as (
      select a.unit_id, a.ancestor_id as top_id, a.starts, a.ends from ancestry a join org_unit t on t.id = a.ancestor_id where t.level <= 'PROVINCIAL'
      union all
      select id, id, '-infinity', 'infinity' from org_unit where level <= 'PROVINCIAL'
    )
    select t.top_id, s.series_id, e.day, u.level, u.kind, u.sector, u.ownership, sum(e.sign * s.own), sum(e.sign), sum(e.sign * s.bounded), sum(e.sign * s.loose)
    from span s join stay t on t.unit_id = s.unit_id and t.starts < s.ends and t.ends > s.starts join org_unit u on u.id = s.unit_id
    cross join lateral (values (greatest(s.starts, t.starts), 1), (least(s.ends, t.ends), -1)) e (day, sign)
    where e.day < 'infinity'
    group by 1, 2, 3, 4, 5, 6, 7;
  perform part_add();
end $$;

-- What has moved takes along what it did, and that it is there. A unit's balances are found by its number, however many move.
create function part_move() returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  insert into ledger_part (unit_id, series_id, date, level, kind, sector, ownership, value, counted, bounded, loose)
    with moved as materialized (
      select m.unit_id, m.top_id, m.starts, m.ends, m.sign, u.level, u.kind, u.sector, u.ownership, u.valid_from, coalesce(u.closed_on, 'infinity') as closed_on
      from (select unit_id, top_id, starts, ends, sum(sign) as sign from ledger_stay group by 1, 2, 3, 4 having sum(sign) <> 0) m join org_unit u on u.id = m.unit_id
    ), span as (
      select m.*, 0 as series_id, greatest(starts, valid_from) as since, least(ends, closed_on) as until, 0::numeric as own, 0 as bounded, 0 as loose from moved m
      where starts < closed_on
      union all
      select m.*, b.series_id, greatest(m.starts, b.date), least(m.ends, b.until), own_of(b), is_bounded(own_qualifier_of(b)), is_loose(own_qualifier_of(b))
      from moved m join balance b on b.unit_id = m.unit_id and b.until > m.starts and b.date < m.ends and own_of(b) is not null join series r on r.id = b.series_id and r.flows
    )
    select s.top_id, s.series_id, e.day, s.level, s.kind, s.sector, s.ownership,
      sum(s.sign * e.sign * s.own), sum(s.sign * e.sign), sum(s.sign * e.sign * s.bounded), sum(s.sign * e.sign * s.loose)
    from span s cross join lateral (values (s.since, 1), (s.until, -1)) e (day, sign)
    where e.day < 'infinity'
    group by 1, 2, 3, 4, 5, 6, 7;
  perform part_add();
  delete from ledger_stay;
end $$;

-- What is deleted of the ancestry and what is inserted after it are one change: most of it is the same.
create function ancestry_part() returns trigger
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
begin
  perform part_open();
  if tg_op = 'DELETE' then
    insert into ledger_stay select a.unit_id, a.ancestor_id, a.starts, a.ends, -1 from former a join org_unit t on t.id = a.ancestor_id where t.level <= 'PROVINCIAL';
  else
    insert into ledger_stay select a.unit_id, a.ancestor_id, a.starts, a.ends, 1 from latter a join org_unit t on t.id = a.ancestor_id where t.level <= 'PROVINCIAL';
    perform part_move();
  end if;
  return null;
end $$;
create trigger ancestry_left after delete on ancestry referencing old table as former for each statement execute function ancestry_part();
create trigger ancestry_came after insert on ancestry referencing new table as latter for each statement execute function ancestry_part();

create function org_unit_version() returns trigger
language plpgsql volatile set search_path = public, pg_temp as $$
begin
  perform part_open();
  if tg_op = 'UPDATE' then
    insert into ledger_unit values (old.id, old.level, old.kind, old.sector, old.ownership, old.valid_from, coalesce(old.closed_on, 'infinity'), -1);
  end if;
  insert into ledger_unit values (new.id, new.level, new.kind, new.sector, new.ownership, new.valid_from, coalesce(new.closed_on, 'infinity'), 1);
  return null;
end $$;
create function org_unit_part() returns trigger
language plpgsql volatile set search_path = public, pg_temp set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  -- It may be another role's, whose changes are none of this statement's.
  if to_regclass('pg_temp.ledger_unit') is null or not has_table_privilege(to_regclass('pg_temp.ledger_unit'), 'SELECT') then return null; end if;
  if not exists (select from ledger_unit) then return null; end if;
  insert into ledger_part (unit_id, series_id, date, level, kind, sector, ownership, value, counted, bounded, loose)
    with placed as materialized (
      select v.*, a.ancestor_id as top_id, a.starts as came, a.ends as left_on
      from ledger_unit v join ancestry a on a.unit_id = v.unit_id where (select t.level from org_unit t where t.id = a.ancestor_id) <= 'PROVINCIAL'
      union all
      select v.*, v.unit_id, '-infinity', 'infinity' from ledger_unit v where v.level <= 'PROVINCIAL'
    ), span as (
      select p.*, 0 as series_id, greatest(starts, came) as since, least(ends, left_on) as until, 0::numeric as own, 0 as bounded, 0 as loose from placed p
      where starts < left_on and came < ends
      union all
      select p.*, b.series_id, greatest(b.date, p.came), least(b.until, p.left_on), own_of(b), is_bounded(own_qualifier_of(b)), is_loose(own_qualifier_of(b))
      from placed p join balance b on b.unit_id = p.unit_id and b.until > p.came and b.date < p.left_on and own_of(b) is not null join series r on r.id = b.series_id and r.flows
    )
    select s.top_id, s.series_id, e.day, s.level, s.kind, s.sector, s.ownership,
      sum(s.sign * e.sign * s.own), sum(s.sign * e.sign), sum(s.sign * e.sign * s.bounded), sum(s.sign * e.sign * s.loose)
    from span s cross join lateral (values (s.since, 1), (s.until, -1)) e (day, sign)
    where e.day < 'infinity'
    group by 1, 2, 3, 4, 5, 6, 7;
  perform part_add();
  delete from ledger_unit;
  return null;
end $$;
-- Those that count beneath themselves.
create trigger org_unit_founded after insert on org_unit for each row when (new.level <= 'PROVINCIAL') execute function org_unit_version();
create trigger org_unit_changed after update on org_unit for each row
  when (old.kind <> new.kind or old.sector is distinct from new.sector or old.ownership is distinct from new.ownership
    or old.valid_from <> new.valid_from or old.closed_on is distinct from new.closed_on)
  execute function org_unit_version();
create trigger org_unit_part after insert or update on org_unit for each statement execute function org_unit_part();

-- ---------------------------------------------------------------- the ledger

-- As in 0012, but that a load is planned, units without members are done first, and the sums follow. `liendoan.many`, for
-- tests: how many notes are a load.
create or replace function ledger_settle(moment timestamptz default null) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off
set plan_cache_mode = auto set enable_hashjoin = on set enable_mergejoin = on set enable_seqscan = on as $$
declare
  few constant int := coalesce(nullif(current_setting('liendoan.many', true), '')::int, 100);
  wave record;
begin
  perform ledger_open();
  if not exists (select from ledger_dirty) then return; end if;
  perform structure_lock_shared();
  perform from series where id in (select series_id from ledger_dirty) order by id for no key update;
  -- Not before the locks: so moments are in the order of commits within a series.
  moment := coalesce(moment, nullif(current_setting('liendoan.moment', true), '')::timestamptz, clock_timestamp());

  delete from ledger_work;
  -- A few: one plan for the session, made of index probes. Many: plans made for what is there.
  if (select count(*) from (select from ledger_dirty limit few + 1) few) <= few then
    perform set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true);
    insert into ledger_work (unit_id, series_id, since, flows, level, batch)
      with recursive up as (
        select unit_id, series_id, since from ledger_dirty
        union
        select p.parent_id, up.series_id, up.since from up join placement p on p.unit_id = up.unit_id and p.ends > up.since
      )
      select up.unit_id, up.series_id, greatest(min(up.since), u.valid_from), s.flows, u.level, level_order(u.level, u.tier)
      from up join org_unit u on u.id = up.unit_id join series s on s.id = up.series_id
      group by up.unit_id, up.series_id, u.valid_from, s.flows, u.level, u.tier;
    perform part_open(), part_note(-1);
  else
    perform set_config('plan_cache_mode', 'force_custom_plan', true);
    analyze ledger_dirty;
    -- Of many of its rows nothing is known yet.
    if (select count(*) from ledger_dirty) > 0.1 * (select reltuples from pg_class where oid = 'figure'::regclass) then analyze figure; end if;
    perform ledger_plan();
    perform part_open(), part_note(-1);
    perform ledger_own(moment);
    if (select count(*) > 10000 from ledger_work where way = 'OWN') then analyze balance; end if;
  end if;

  for wave in select distinct batch, way from ledger_work where way <> 'OWN' order by batch loop
    perform ledger_wave(wave.batch, wave.way <> 'MEMBERS', moment);
    -- The next level reads what this one wrote.
    if (select count(*) > 10000 from ledger_fresh) then analyze balance; end if;
  end loop;
  perform part_own(), part_note(1);
  if exists (select from ledger_added) then
    if current_setting('plan_cache_mode') = 'force_custom_plan' then analyze ledger_added; end if;
    -- Whoever ever stands above is in work too.
    perform part_raise(array(select distinct unit_id from ledger_work where level <= 'PROVINCIAL')), part_add();
    delete from ledger_added;
  end if;
  perform ledger_announce();
  delete from ledger_dirty;
end $$;

-- Computes all balances anew from the figures. Rows that are right stay as they are; the others are replaced, and kept
-- as what was known until now. So are the sums, of which nobody asks what was known.
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
  perform part_rebuild();
  perform ledger_loaded(exists (select from balance where recorded_at = moment) or exists (select from balance_past where removed_at = moment));
end $$;

-- ---------------------------------------------------------------- taken apart

-- As breakdown_held() of 0024, from what each unit beneath did itself.
create function breakdown_summed(top int, of_series int, day date, attribute text, scope ltree[])
returns table (key text, value numeric, qualifier qualifier, units int, counted int)
language plpgsql stable set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan set jit = off as $$
#variable_conflict use_column
begin
  return query
  select x.key, sum(x.own),
    case when max(x.own_qualifier) >= 'NEARLY' then 'ABOUT' when max(x.own_qualifier) >= 'MORE_THAN' then 'MORE_THAN' else max(x.own_qualifier) end,
    count(*) filter (where x.active)::int, count(x.own)::int
  from (
    select case attribute when 'LEVEL' then u.level::text when 'SECTOR' then u.sector::text when 'OWNERSHIP' then u.ownership::text else u.kind::text end as key,
      u.valid_from <= day and (u.closed_on is null or u.closed_on > day) as active, b.own, b.own_qualifier
    from (select a.unit_id from ancestry a where a.ancestor_id = top and a.starts <= day and a.ends > day union all select top) m
    join org_unit u on u.id = m.unit_id and u.path <@ any (scope)
    left join lateral (
      select own_of(b) as own, own_qualifier_of(b) as own_qualifier from balance b where b.unit_id = u.id and b.series_id = of_series and b.date <= day order by b.date desc limit 1
    ) b on true
  ) x group by x.key having bool_or(x.active or x.own is not null);
end $$;

-- As in 0024: from the sums where they are kept, and hold nothing of units that the caller may not see.
create or replace function breakdown_held(top int, of_series int, day date, attribute text)
returns table (key text, value numeric, qualifier qualifier, units int, counted int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off as $$
#variable_conflict use_column
declare
  scope constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
  it constant breakdown_attribute := attribute::breakdown_attribute;
begin
  if not exists (select from org_unit t where t.id = top and t.level <= 'PROVINCIAL' and t.path <@ any (scope))
    -- Whoever stands beneath it today is in scope with it. Others: those that have left since, and those that are yet to come.
    or exists (select from ancestry a join org_unit u on u.id = a.unit_id
      where a.ancestor_id = top and a.ends < 'infinity' and a.ends > day and a.starts <= day and not u.path <@ any (scope))
    or exists (select from placement_day d join ancestry a on a.ancestor_id = top and not a.founding and a.starts > d.day and a.starts <= breakdown_held.day
      join org_unit u on u.id = a.unit_id where a.ends > breakdown_held.day and not u.path <@ any (scope))
  then
    return query select * from breakdown_summed(top, of_series, day, attribute, scope);
    return;
  end if;
  return query
  select nullif(k.key, ''), case when s.counted > 0 then s.value end,
    case when s.loose > 0 then 'ABOUT' when s.bounded > 0 then 'MORE_THAN' when s.counted > 0 then 'EXACT' end::qualifier,
    coalesce(u.counted, 0), coalesce(s.counted, 0)
  from unnest('{""}'::text[] || case it when 'LEVEL' then enum_range(null::org_level)::text[] when 'SECTOR' then enum_range(null::sector)::text[]
    when 'OWNERSHIP' then enum_range(null::ownership)::text[] else enum_range(null::org_unit_kind)::text[] end) k (key)
  left join lateral (
    select p.counted from part_sum p where p.unit_id = top and p.series_id = 0 and p.attribute = it and p.key = k.key and p.date <= breakdown_held.day order by p.date desc limit 1
  ) u on true
  left join lateral (
    select p.value, p.counted, p.bounded, p.loose from part_sum p
    where p.unit_id = top and p.series_id = of_series and p.attribute = it and p.key = k.key and p.date <= breakdown_held.day order by p.date desc limit 1
  ) s on true
  where u.counted > 0 or s.counted > 0;
end $$;

-- ---------------------------------------------------------------- who may

alter table part_sum enable row level security;
create policy part_sum_definer on part_sum to liendoan_definer using (true);
grant select, insert, update on part_sum to liendoan_definer;
do $$
declare it regprocedure;
begin
  for it in select oid from pg_proc where pronamespace = 'public'::regnamespace
      and proname in ('own_of', 'own_qualifier_of', 'is_bounded', 'is_loose', 'part_note', 'part_own', 'part_raise', 'part_add', 'part_flow', 'part_rebuild', 'part_open', 'part_move', 'ancestry_part', 'org_unit_version', 'org_unit_part', 'breakdown_summed') loop
    execute format('revoke execute on function %s from public', it);
  end loop;
end $$;
grant execute on function own_of(balance), own_qualifier_of(balance), is_bounded(qualifier), is_loose(qualifier), part_open(), part_note(int), part_own(), part_raise(int[]), part_add(), part_flow(int, int, int[], date[], numeric[], int[]), breakdown_summed(int, int, date, text, ltree[]) to liendoan_definer;

-- ---------------------------------------------------------------- of what is there

do $$
begin
  perform ledger_open();
  insert into ledger_work (unit_id, series_id, since, flows, level, batch)
    select distinct b.unit_id, b.series_id, '-infinity'::date, true, u.level, 0
    from balance b join series r on r.id = b.series_id and r.flows join org_unit u on u.id = b.unit_id where b.subtree_on is not null or b.held_inexact;
  perform part_own();
end $$;
select part_rebuild();
