-- People and the positions they hold, how a unit is reached, clusters that are kept by hand.

create table person (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  -- Where they work or belong.
  unit_id int not null references org_unit,
  name text not null,
  -- Null unless a source writes it otherwise.
  name_as_printed text,
  source text,
  note text,
  version int not null default 1
);
create index person_unit on person (unit_id);
create trigger person_version before update on person for each row execute function next_version();

-- The first and the last day that a date may mean of which no more than the month or the year is known.
create function earliest_day(day date, known date_precision) returns date
language sql immutable parallel safe
return case known when 'YEAR' then date_trunc('year', day::timestamp)::date when 'MONTH' then date_trunc('month', day::timestamp)::date else day end;
create function latest_day(day date, known date_precision) returns date
language sql immutable parallel safe
return case known when 'YEAR' then (date_trunc('year', day::timestamp) + interval '1 year')::date - 1 when 'MONTH' then (date_trunc('month', day::timestamp) + interval '1 month')::date - 1 else day end;

create type position_role as enum ('CHAIR', 'STANDING_VICE_CHAIR', 'VICE_CHAIR', 'COMMITTEE_MEMBER', 'OTHER');

create table position (
  id int generated always as identity primary key,
  person_id int not null references person,
  unit_id int not null references org_unit,
  role position_role not null,
  title text check (title is not null or role <> 'OTHER'),
  -- Null: since when is not known.
  held_from date,
  held_from_precision date_precision not null default 'DAY',
  -- The first day on which it is no longer held; null: it still is, or nobody knows.
  held_to date,
  held_to_precision date_precision not null default 'DAY',
  -- A day on which it was held, by its source.
  stated_on date,
  stated_on_precision date_precision not null default 'DAY',
  source text,
  note text,
  version int not null default 1,
  -- Entered in error: it ended on its first day, or by the words by which it began.
  never_held boolean not null generated always as (coalesce(
    held_to = coalesce(held_from, stated_on) and held_to_precision = case when held_from is null then stated_on_precision else held_from_precision end
    or latest_day(held_to, held_to_precision) <= coalesce(earliest_day(held_from, held_from_precision), earliest_day(stated_on, stated_on_precision)), false)) stored,
  check (held_from is not null or stated_on is not null)
);
create unique index position_key on position (person_id, unit_id, role, coalesce(held_from, stated_on));
create index position_unit on position (unit_id);
create trigger position_version before update on position for each row execute function next_version();

-- How a unit is reached. Of people no such thing is kept.
create table contact (
  unit_id int primary key references org_unit,
  address text,
  phones text[] not null default '{}',
  fax text,
  email text,
  website text,
  source text,
  note text,
  version int not null default 1
);
create trigger contact_version before update on contact for each row execute function next_version();

alter table emulation_cluster add column version int not null default 1;
create trigger emulation_cluster_version before update on emulation_cluster for each row execute function next_version();

-- Whose members are written: asked of the table itself, its policies would ask for the members again.
create function cluster_owner(of_cluster int) returns int
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select c.owner_id from emulation_cluster c where c.id = of_cluster;
end;
do $$
begin
  grant create on schema public to liendoan_definer;
  alter function cluster_owner(int) owner to liendoan_definer;
  revoke execute on function cluster_owner(int) from public;
  grant execute on function cluster_owner(int) to liendoan_api, current_user;
  revoke create on schema public from liendoan_definer;
end $$;
create policy emulation_cluster_definer on emulation_cluster to liendoan_definer using (true);
grant select on emulation_cluster to liendoan_definer;

do $$
declare
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  member constant text := $q$(select nullif(current_setting('liendoan.scope', true), '') is not null)$q$;
  within constant text := $q$(select u.path from org_unit u where u.id = %s) <@ any (%s)$q$;
  in_scope constant text := format(within, 'unit_id', format(paths, 'scope'));
  reported constant text := format(within, 'unit_id', format(paths, 'reporter'));
  administered constant text := format(within, 'unit_id', format(paths, 'admin'));
  owned constant text := format(within, 'owner_id', format(paths, 'admin'));
  of_cluster constant text := format(within, 'cluster_owner(cluster_id)', format(paths, 'admin'));
begin
  alter table person enable row level security;
  -- Whoever sees that somebody holds a position sees who.
  execute format('create policy person_seen on person for select to liendoan_api using (%s or exists (select from position p where p.person_id = person.id))', in_scope);
  execute format('create policy person_kept on person for insert to liendoan_api with check (%s)', reported);
  execute format('create policy person_changed on person for update to liendoan_api using (%s)', reported);
  alter table position enable row level security;
  -- What was entered in error is for those who may set it right.
  execute format('create policy position_seen on position for select to liendoan_api using (%s and (not never_held or %s))', in_scope, administered);
  execute format('create policy position_kept on position for insert to liendoan_api with check (%s)', administered);
  execute format('create policy position_changed on position for update to liendoan_api using (%s)', administered);
  alter table contact enable row level security;
  -- Of a unit that is seen: by members, and by partners whose reach it lies in.
  execute format('create policy contact_seen on contact for select to liendoan_api using ((select u.id from org_unit u where u.id = unit_id) is not null and %s or %s)',
    member, format(within, 'unit_id', format(paths, 'partner')));
  execute format('create policy contact_kept on contact for insert to liendoan_api with check (%s)', administered);
  execute format('create policy contact_changed on contact for update to liendoan_api using (%s)', administered);
  execute format('create policy emulation_cluster_kept on emulation_cluster for insert to liendoan_api with check (%s)', owned);
  execute format('create policy emulation_cluster_changed on emulation_cluster for update to liendoan_api using (%s)', owned);
  execute format('create policy emulation_cluster_member_kept on emulation_cluster_member for insert to liendoan_api with check (%s and exists (select from placement p where p.unit_id = emulation_cluster_member.unit_id and p.parent_id = cluster_owner(cluster_id)))', of_cluster);
  execute format('create policy emulation_cluster_member_dropped on emulation_cluster_member for delete to liendoan_api using (%s)', of_cluster);
end $$;
grant select, insert on person, position, contact to liendoan_api;
grant update (unit_id, name, name_as_printed, source, note) on person to liendoan_api;
grant update (title, held_from, held_from_precision, held_to, held_to_precision, stated_on, stated_on_precision, source, note) on position to liendoan_api;
grant update (address, phones, fax, email, website, source, note) on contact to liendoan_api;
grant insert on emulation_cluster, emulation_cluster_member to liendoan_api;
grant update (name, lead_unit_id, source, note) on emulation_cluster to liendoan_api;
grant delete on emulation_cluster_member to liendoan_api;
