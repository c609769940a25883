-- Search over everything that has a name. What is searched stands in `search_text` of each table, folded: the things'
-- names, between bars, the one that it goes by first, its code last: "| lien doan a | ldld a | p1 |".

-- A text as its words, folded and a space apart: quotes, dashes and whatever else is neither letter nor digit are gone.
create function search_words(text) returns text
language plpgsql immutable strict parallel safe as $$
begin
  return btrim(regexp_replace(fold($1), '[^[:alnum:]]+' collate "und-x-icu", ' ', 'g'));
end $$;

-- Several texts, folded, with bars around each. Most have nothing but letters and digits once they are folded.
create function search_fields(variadic text[]) returns text
language plpgsql immutable parallel safe as $$
declare
  folded constant text := '| ' || fold(replace(replace(array_to_string($1, E' \x01 '), '|', ' '), E'\x01', '|')) || ' |';
begin
  return case when folded ~ '[^a-z0-9| ]|  ' collate "C" then regexp_replace(folded, '[^[:alnum:]|]+' collate "und-x-icu", ' ', 'g') else folded end;
end $$;

-- A unit's other names, folded. An index is built with no search path but this.
create function search_names(name_en text, aliases text[]) returns text[]
language plpgsql immutable parallel safe set search_path = public, pg_temp as $$
begin
  return array(select distinct search_words(name) from unnest(aliases || name_en) name where name is not null);
end $$;

-- A code without what separates its parts: two codes that fold alike have one.
create function search_code(code text) returns text
language sql immutable strict parallel safe
return translate(lower(code collate "C"), '._- ', '');

alter table org_unit drop column search_text;
alter table org_unit add column search_text text generated always as (search_fields(variadic array[name, name_en] || aliases || code)) stored;
alter table campaign drop column search_text;
alter table campaign add column search_text text generated always as (search_fields(variadic array[name, name_en] || aliases || code)) stored;
create index campaign_search on campaign using gin (search_text gin_trgm_ops);

-- As in 0002, with what search needs.
create or replace function load_begin(target regclass, arriving bigint) returns void
language plpgsql volatile set search_path = public, pg_temp as $$
declare present bigint;
begin
  execute format('select count(*) from (select from %s limit %s) present', target, arriving) into present;
  if arriving < 10000 or present >= arriving then return; end if;
  case target::text
    when 'org_unit' then drop index org_unit_path, org_unit_search, org_unit_name, org_unit_level, org_unit_kind, org_unit_standing, org_unit_begins, org_unit_ends;
    when 'placement' then
      alter table placement drop constraint placement_pkey, drop constraint placement_unit_id_fkey, drop constraint placement_parent_id_fkey;
    when 'ancestry' then
      drop index ancestry_ancestor;
      alter table ancestry drop constraint ancestry_pkey;
    when 'figure' then alter table figure drop constraint figure_unit_id_fkey, drop constraint figure_series_id_fkey;
  end case;
end $$;

create or replace function load_end(target regclass) returns void
language plpgsql volatile set search_path = public, pg_temp set client_min_messages = warning set maintenance_work_mem = '256MB' as $$
begin
  if target = 'org_unit'::regclass then
    create index if not exists org_unit_path on org_unit (path);
    create index if not exists org_unit_search on org_unit using gin (search_text gin_trgm_ops);
    create index if not exists org_unit_name on org_unit (name, code);
    create index if not exists org_unit_level on org_unit (level, code);
    create index if not exists org_unit_kind on org_unit (kind, code);
    -- The order in which search shows units that fit alike.
    create index if not exists org_unit_standing on org_unit (level, length(name), code);
    -- Cut, for an entry of an index takes no more than 2,700 bytes.
    create index if not exists org_unit_begins on org_unit ((left(search_text, 60)) collate "C");
    -- Names from their end: they begin with what a unit is, and end with where.
    create index if not exists org_unit_ends on org_unit ((left(reverse(split_part(search_text, '|', 2)), 60)) collate "C");
  elsif exists (select from pg_constraint where conrelid = target and conname in ('placement_pkey', 'ancestry_pkey', 'figure_unit_id_fkey')) then
    return;
  elsif target = 'figure'::regclass then
    alter table figure add constraint figure_unit_id_fkey foreign key (unit_id) references org_unit,
      add constraint figure_series_id_fkey foreign key (series_id) references series;
  elsif target = 'placement'::regclass then
    alter table placement add constraint placement_pkey primary key (unit_id, during without overlaps),
      add constraint placement_unit_id_fkey foreign key (unit_id) references org_unit,
      add constraint placement_parent_id_fkey foreign key (parent_id) references org_unit;
  else
    alter table ancestry add constraint ancestry_pkey primary key (unit_id, ancestor_id, starts);
    create index ancestry_ancestor on ancestry (ancestor_id, unit_id);
  end if;
end $$;
select load_end('org_unit');
-- Other codes are their words in capitals.
create index org_unit_search_code on org_unit (search_code(code)) where code ~ '[^A-Z0-9]';
create index org_unit_other_names on org_unit using gin (search_names(name_en, aliases)) where name_en is not null or aliases <> '{}';

-- ---------------------------------------------------------------- what a search of the nation is planned by

-- By how the words of units begin (four letters), and how two words do that stand side by side, on each level: of how
-- many at most, and how short the shortest name is. Numbers may be too high and lengths too low, never the other way, for
-- units change their names. No row of it reaches a caller.
create table search_beginning (
  beginning text collate "C" not null,
  level org_level not null,
  units int not null,
  shortest int not null,
  primary key (beginning, level)
);

-- "cong", " cong doan": pairs begin with a space, so that no word's range has them.
create function search_beginnings(search_text text) returns setof text
language sql immutable parallel safe rows 20
begin atomic
  select b.beginning
  from string_to_array(search_text, ' ') a(words)
  cross join lateral unnest(a.words) with ordinality w(word, place)
  cross join lateral (values (left(w.word, 4)), (case when a.words[w.place + 1] <> '|' then ' ' || left(w.word, 4) || ' ' || left(a.words[w.place + 1], 4) end)) b(beginning)
  where w.word <> '|' and b.beginning is not null;
end;

create function search_note_arrivals() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into search_beginning as b (beginning, level, units, shortest)
    -- As search_beginnings() says, but eight times as fast where a nation arrives.
    select b.beginning, w.level, sum(w.units), min(w.shortest) from (
      select left(w.word, 4) collate "C" as word, left(w.next, 4) collate "C" as next, w.level, count(*) as units, min(w.length) as shortest from (
        select unnest(u.words) as word, unnest(u.words[2:]) as next, u.level, u.length from (select string_to_array(search_text, ' ') as words, level, length(name) as length from arrived offset 0) u
      ) w
      where w.word <> '|' group by 1, 2, 3
    ) w
    cross join lateral (values (w.word), (case when w.next <> '|' then ' ' || w.word || ' ' || w.next end)) b(beginning)
    where b.beginning is not null group by 1, 2 order by 1, 2
    on conflict (beginning, level) do update set units = b.units + excluded.units, shortest = least(b.shortest, excluded.shortest);
  return null;
end $$;
create function search_note_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into search_beginning as b (beginning, level, units, shortest)
    select w.beginning, new.level, count(*), length(new.name) from search_beginnings(new.search_text) w(beginning) group by 1 order by 1
    on conflict (beginning, level) do update set units = b.units + excluded.units, shortest = least(b.shortest, excluded.shortest);
  return null;
end $$;
create trigger search_arrivals after insert on org_unit referencing new table as arrived for each statement execute function search_note_arrivals();
create trigger search_change after update of name, name_en, aliases, code, level on org_unit for each row
  when (old.search_text is distinct from new.search_text or old.level <> new.level or length(old.name) <> length(new.name)) execute function search_note_change();
insert into search_beginning
  select w.beginning, u.level, count(*), min(length(u.name)) from org_unit u cross join lateral search_beginnings(u.search_text) w(beginning) group by 1, 2;

-- How well a text fits, by patterns; that of the end is for the name alone.
create function search_fit(search_text text, name_is text, code_is text, any_is text, begins text, ends text, phrase text, in_order text) returns int
language sql immutable parallel safe
return case
  when search_text not like in_order then 7
  when search_text like name_is or search_text like code_is then 1
  when search_text like any_is then 2
  when search_text like begins then 3
  when search_text not like phrase then 6
  when split_part(search_text, '|', 2) like ends then 4
  else 5 end;

-- The first units, in the order in which search shows them, whose text is like a pattern and like none of others, and
-- whose name ends so or does not: from so many letters of a name on, on each level, after a place, within a reach of the
-- caller or among others besides. At most so many are looked at; who gets fewer than asked for does not know whether
-- there are more. In the order of the index, whatever the planner makes of it.
create function search_walk(pattern text, unlike text[], ends text, ending boolean, starts int[], after_level int, after_length int, after_code text, reach ltree[], besides int[], within ltree, budget int, most int) returns setof int
language sql stable security definer set search_path = pg_catalog, public, pg_temp set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off set jit = off
begin atomic
  select u.id
  from (
    select u.id, u.search_text, u.path
    from unnest(starts) with ordinality l(start, place)
    cross join lateral (
      select u.id, u.search_text, u.path, u.code, length(u.name) as length from org_unit u
      where u.level = (enum_range(null::org_level))[l.place] and length(u.name) >= greatest(l.start, case l.place when after_level then after_length end)
        and (l.place <> after_level or (length(u.name), u.code) > (after_length, after_code))
      order by length(u.name), u.code
    ) u
    where l.start is not null and l.place >= after_level
    limit budget
  ) u
  where u.search_text like pattern and u.search_text not like all (unlike) and (ending is null or (split_part(u.search_text, '|', 2) like ends) = ending)
    and (u.path operator(public.<@) any (reach) or u.id = any (besides) and (within is null or u.path operator(public.<@) within))
  limit most;
end;

-- The units that a search finds, best first: at most so many, after a place in the order, which is by fit, level,
-- length of the name, code. `words` are as search_words() makes them. Fits: 1 the name or the code is the text, 2 another
-- name is, 3 the name begins with it, 4 the name ends with its words, 5 its words stand side by side, 6 words that
-- begin so occur in their order, 7 such occur.
--
-- Looked for among those that the caller sees, by what the policy of units says; it takes nobody's word for it. The caller
-- reads the rows themselves under row-level security, to which this adds nothing.
create function search_units(words text, within ltree, after_fit int, after_level int, after_length int, after_code text, most int)
returns table (id int, fit int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off as $$
#variable_conflict use_column
declare
  -- Of how many units each is looked at: those that have the words, or those of the caller; names that begin with the
  -- text; in order, as long as that may be sooner than to look at all.
  most_fitting constant int := 4000;
  most_within constant int := 5000;
  most_begun constant int := 1000;
  most_walked constant int := 200000;
  every constant numeric := greatest((select reltuples from pg_class where oid = 'org_unit'::regclass), 1);
  levels constant org_level[] := enum_range(null::org_level);
  scope constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
  opened constant boolean := coalesce(current_setting('liendoan.session', true) = 'open', false);
  partner constant ltree[] := nullif(current_setting('liendoan.partner', true), '')::ltree[];
  -- Seen outside the scope: in the line, or of which something is published or disclosed to the caller.
  besides constant int[] := array(
    select unnest(nullif(current_setting('liendoan.line', true), '')::int[])
    union select p.unit_id from publication p where p.ended_at is null and (p.audience = 'PUBLIC' and opened or p.audience = 'PARTNER' and p.path operator(public.<@) any (partner))
    union select d.unit_id from disclosure d where d.ended_at is null and (d.audience = 'PUBLIC' and opened or d.audience = 'PARTNER' and d.path operator(public.<@) any (partner)));
  reach ltree[];
  patterns constant text[] := array(select '% ' || word || '%' from (select distinct word from unnest(string_to_array(words, ' ')) word) w);
  in_order constant text := '% ' || replace(words, ' ', '% ') || '%';
  name_is constant text := '| ' || words || ' |%';
  any_is constant text := '%| ' || words || ' |%';
  code_is constant text := '%| ' || words || ' |';
  begins constant text := '| ' || words || '%';
  ends constant text := '% ' || words || ' ';
  phrase constant text := '% ' || words || ' %';
  first_text constant text := left('| ' || words, 60);
  last_text constant text := left(' ' || reverse(words) || ' ', 60);
  rarest text[];
  fitting bigint;
  by_chance numeric;
  starts int[];
  side_by_side bigint;
  phrase_starts int[];
  found int[];
  given int;
  seen bigint;
  by_path boolean;
  rest int := 1;
begin
  if words = '' then return; end if;
  -- How many units at most have all words, and from which length of name on they stand on each level.
  with word as materialized (
    select w.word, b.level, sum(b.units) as units, min(b.shortest) as shortest
    from (select distinct word from unnest(string_to_array(words, ' ')) word) w
    left join search_beginning b on b.beginning >= left(w.word, 4) collate "C" and b.beginning <= case when length(w.word) < 4 then w.word || chr(1114111) else left(w.word, 4) end collate "C"
    group by w.word, b.level
  ), total as (
    select w.word, coalesce(sum(w.units), 0) as units from word w group by w.word
  )
  select (select min(t.units) from total t), (select exp(sum(ln(greatest(t.units, 1) / every))) * every from total t), array(select '% ' || t.word || '%' from total t order by t.units, t.word limit 3),
    array(select (select max(w.shortest) from word w where w.level = l.level having count(*) = cardinality(patterns)) from unnest(levels) with ordinality l(level, place) order by l.place)
    into fitting, by_chance, rarest, starts;
  if fitting = 0 then return; end if;
  -- The same of those that have the words whole, side by side.
  with part as materialized (
    select p.beginning, b.level, b.units, b.shortest
    from (select distinct beginning from search_beginnings(words) beginning where beginning like ' %' or words not like '% %') p
    left join search_beginning b on b.beginning = p.beginning collate "C"
  )
  select (select min(t.units) from (select coalesce(sum(units), 0) as units from part group by beginning) t),
    array(select (select max(p.shortest) from part p where p.level = l.level having count(*) = (select count(distinct beginning) from part)) from unnest(levels) with ordinality l(level, place) order by l.place)
    into side_by_side, phrase_starts;
  -- Words that have nothing to do with each other are few together: eight times as many as chance would have it may be few
  -- still.
  if by_chance * 8 <= most_fitting then fitting := least(fitting, most_fitting); end if;

  -- Where the caller's units are that may be meant.
  reach := case when within is null then scope
    when within operator(public.<@) any (scope) then array[within] else array(select s from unnest(scope) s where s operator(public.<@) within) end;
  if exists (select from unnest(reach) s where nlevel(s) = 1) then seen := most_within;
  else select count(*) into seen from (select from unnest(reach) s join org_unit u on u.path between s and s operator(public.||) 'z' limit most_within) w;
  end if;
  by_path := seen < least(fitting, most_within);

  -- What other indexes find is not to be looked for by the trigrams of common words as well.
  if fitting > most_fitting and not by_path then
    return query
      select f.id, 1 from (
        select u.id from org_unit u where left(u.search_text, 60) collate "C" >= left(first_text || ' |', 60) collate "C" and left(u.search_text, 60) collate "C" <= left(first_text || ' |', 60) || chr(1114111) collate "C"
          and starts_with(u.search_text, '| ' || words || ' |')
        union select u.id from org_unit u where u.code = upper(words collate "C") and u.search_text || '' like code_is
        union select u.id from org_unit u where u.code ~ '[^A-Z0-9]' and search_code(u.code) = search_code(words) and u.search_text || '' like code_is
      ) f join org_unit u on u.id = f.id
      where (u.path operator(public.<@) any (reach) or u.id = any (besides) and (within is null or u.path operator(public.<@) within))
        and (1, array_position(levels, u.level), length(u.name), u.code) > (after_fit, after_level, after_length, after_code)
      order by u.level, length(u.name), u.code limit most;
    get diagnostics given = row_count;
    most := most - given;
    if most = 0 then return; end if;
    return query
      select u.id, 2 from org_unit u
      where (u.name_en is not null or u.aliases <> '{}') and search_names(u.name_en, u.aliases) @> array[words] and u.search_text not like name_is and u.search_text not like code_is
        and (u.path operator(public.<@) any (reach) or u.id = any (besides) and (within is null or u.path operator(public.<@) within))
        and (2, array_position(levels, u.level), length(u.name), u.code) > (after_fit, after_level, after_length, after_code)
      order by u.level, length(u.name), u.code limit most;
    get diagnostics given = row_count;
    most := most - given;
    if most = 0 then return; end if;

    select array_agg(b.id) into found from (select u.id from org_unit u where left(u.search_text, 60) collate "C" >= first_text collate "C" and left(u.search_text, 60) collate "C" <= first_text || chr(1114111) collate "C" limit most_begun) b;
    rest := 3;
    if after_fit > 3 or coalesce(cardinality(found), 0) < most_begun then
      return query
        select u.id, 3 from unnest(found) f(id) join org_unit u on u.id = f.id
        where starts_with(u.search_text, '| ' || words) and u.search_text not like any_is
          and (u.path operator(public.<@) any (reach) or u.id = any (besides) and (within is null or u.path operator(public.<@) within))
          and (3, array_position(levels, u.level), length(u.name), u.code) > (after_fit, after_level, after_length, after_code)
        order by u.level, length(u.name), u.code limit most;
      get diagnostics given = row_count;
      most := most - given;
      if most = 0 then return; end if;
      rest := 4;
      select array_agg(b.id) into found from (
        select u.id from org_unit u where left(reverse(split_part(u.search_text, '|', 2)), 60) collate "C" >= last_text collate "C" and left(reverse(split_part(u.search_text, '|', 2)), 60) collate "C" <= last_text || chr(1114111) collate "C" limit most_begun) b;
    end if;
    if rest = 4 and (after_fit > 4 or coalesce(cardinality(found), 0) < most_begun) then
      return query
        select u.id, 4 from unnest(found) f(id) join org_unit u on u.id = f.id
        where split_part(u.search_text, '|', 2) like ends and u.search_text not like any_is and u.search_text not like begins
          and (u.path operator(public.<@) any (reach) or u.id = any (besides) and (within is null or u.path operator(public.<@) within))
          and (4, array_position(levels, u.level), length(u.name), u.code) > (after_fit, after_level, after_length, after_code)
        order by u.level, length(u.name), u.code limit most;
      get diagnostics given = row_count;
      most := most - given;
      if most = 0 then return; end if;
      rest := 5;
    end if;
    -- Of a word that many begin with and few have, its trigrams find these.
    if rest = 5 and after_fit <= 5 and side_by_side between 1 and most_begun and words not like '% %' then
      return query
        select u.id, 5 from org_unit u
        where u.search_text like phrase and u.search_text not like any_is and u.search_text not like begins and split_part(u.search_text, '|', 2) not like ends
          and (u.path operator(public.<@) any (reach) or u.id = any (besides) and (within is null or u.path operator(public.<@) within))
          and (5, array_position(levels, u.level), length(u.name), u.code) > (after_fit, after_level, after_length, after_code)
        order by u.level, length(u.name), u.code limit most;
      get diagnostics given = row_count;
      most := most - given;
      if most = 0 then return; end if;
      rest := 6;
    elsif rest = 5 and (after_fit > 5 or side_by_side = 0) then rest := 6;
    end if;
    -- Of several common words that few have side by side, all are looked at, below.
    if rest <> 5 or side_by_side > most_begun then
      found := array(select search_walk(case rest when 3 then begins when 6 then in_order else phrase end, case rest when 3 then array[any_is] when 6 then array[any_is, begins, phrase] else array[any_is, begins] end,
        ends, case rest when 4 then true when 5 then false end, case when rest in (4, 5) then phrase_starts else starts end,
        case when after_fit < rest then 0 when after_fit > rest then 6 else after_level end, after_length, after_code, reach, besides, within, least(greatest(by_chance * 2, most_begun * 3), most_walked)::int, most));
      if cardinality(found) = most then
        return query select f.id, rest from unnest(found) with ordinality f(id, place) order by f.place;
        return;
      end if;
    end if;
  end if;

  -- All that have the words: found by their rarest, or by where they stand. Each text is judged once.
  if by_path then
    return query
      select u.id, u.fit from (
        select u.id, u.level, length(u.name) as length, u.code, search_fit(u.search_text, name_is, code_is, any_is, begins, ends, phrase, in_order) as fit
        from (
          select u.* from unnest(reach) s join org_unit u on u.path between s and s operator(public.||) 'z'
          union all
          select u.* from unnest(besides) b(id) join org_unit u on u.id = b.id where (within is null or u.path operator(public.<@) within) and (u.path operator(public.<@) any (reach)) is not true
          offset 0
        ) u
        where u.search_text like all (patterns)
        offset 0
      ) u
      where u.fit >= rest and (after_fit = 0 or (u.fit, array_position(levels, u.level), u.length, u.code) > (after_fit, after_level, after_length, after_code))
      order by u.fit, u.level, u.length, u.code limit most;
  else
    return query
      select u.id, u.fit from (
        select u.id, u.level, length(u.name) as length, u.code, search_fit(u.search_text, name_is, code_is, any_is, begins, ends, phrase, in_order) as fit
        from org_unit u
        -- Three, for two rare words may go together; more make the index slower.
        where u.search_text like rarest[1] and u.search_text like rarest[least(2, cardinality(rarest))] and u.search_text like rarest[cardinality(rarest)] and (cardinality(patterns) <= 3 or u.search_text like all (patterns))
          and (u.path operator(public.<@) any (reach) or u.id = any (besides) and (within is null or u.path operator(public.<@) within))
        offset 0
      ) u
      where u.fit >= rest and (after_fit = 0 or (u.fit, array_position(levels, u.level), u.length, u.code) > (after_fit, after_level, after_length, after_code))
      order by u.fit, u.level, u.length, u.code limit most;
  end if;
end $$;

alter table search_beginning enable row level security;
create policy search_beginning_definer on search_beginning to liendoan_definer using (true);
grant select, insert, update on search_beginning to liendoan_definer;
do $$
declare it regprocedure;
begin
  grant create on schema public to liendoan_definer;
  foreach it in array array['search_walk(text, text[], text, boolean, int[], int, int, text, ltree[], int[], ltree, int, int)', 'search_units(text, ltree, int, int, int, text, int)',
    'search_note_arrivals()', 'search_note_change()']::regprocedure[] loop
    execute format('alter function %s owner to liendoan_definer', it);
    execute format('revoke execute on function %s from public', it);
  end loop;
  revoke create on schema public from liendoan_definer;
end $$;
revoke execute on function search_names(text, text[]), search_code(text), search_beginnings(text) from public;
grant execute on function search_names(text, text[]), search_code(text), search_beginnings(text) to liendoan_definer;
grant execute on function search_units(text, ltree, int, int, int, text, int) to liendoan_api;

-- ---------------------------------------------------------------- things besides units and campaigns

alter table practice_model drop column search_text;
alter table initiative drop column search_text;
do $$
declare it record;
begin
  for it in select * from (values
    ('person', 'name, name_as_printed'),
    ('document', 'title, number'),
    ('practice_model', 'name'),
    -- Of a secret, that is all that is told.
    ('initiative', 'title, summary'),
    ('award', 'coalesce(title, form_vi), form_vi, achievement'),
    ('event', 'name, edition')
  ) t (of_table, names)
  loop
    execute format('alter table %I add column search_text text generated always as (search_fields(variadic array[%s, code])) stored', it.of_table, it.names);
    execute format('create index %I on %I using gin (search_text gin_trgm_ops)', it.of_table || '_search', it.of_table);
  end loop;
end $$;
