-- Where statements come from, and what of honours is shown to readers outside a unit's scope.

-- An article, a report, a document that says something.
create type source_kind as enum ('ARTICLE', 'REPORT', 'DOCUMENT', 'WEBSITE', 'OTHER');
create table source (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  kind source_kind not null,
  title text not null,
  publisher text,
  author text,
  url text,
  published_on date,
  published_on_precision date_precision not null default 'DAY',
  note text
);

-- What a source says of a unit. Rows name claims by their codes in `source`; claims that disagree stay side by side.
create table claim (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  source_id int not null references source,
  unit_id int not null references org_unit,
  campaign_id int references campaign,
  indicator_id int references indicator,
  statement text not null,
  quote text,
  locator text,
  value numeric(20, 4),
  qualifier qualifier not null default 'EXACT',
  unit_of_measure text,
  as_of date,
  as_of_precision date_precision not null default 'DAY',
  derived boolean not null default false,
  note text
);
create index claim_source on claim (source_id);
create index claim_unit on claim (unit_id);
create index claim_campaign on claim (campaign_id) where campaign_id is not null;

-- As it was said by either of them; it holds for both.
create table claim_disagreement (
  claim_id int not null references claim,
  other_id int not null references claim,
  primary key (claim_id, other_id),
  check (claim_id <> other_id)
);
create index claim_disagreement_other on claim_disagreement (other_id);

-- That an honour is shown outside its unit's scope: an act, which ends and may come again. Who did so is in the audit log.
create type disclosed_kind as enum ('AWARD', 'WORK', 'PRACTICE_MODEL', 'INITIATIVE', 'EVENT', 'STATED_RANK');
create table disclosure (
  id int generated always as identity primary key,
  "of" disclosed_kind not null,
  -- The row of the table that the kind is kept in, and its code.
  thing_id int not null,
  code text collate "C" not null,
  -- The unit and the campaign of the thing, and where the unit stands.
  unit_id int not null references org_unit,
  campaign_id int references campaign,
  path ltree not null,
  audience audience not null,
  -- Whether persons are named, too.
  with_names boolean not null default false,
  disclosed_at timestamptz not null default now(),
  source text,
  note text,
  ended_at timestamptz,
  end_reason text,
  version int not null default 1,
  check (ended_at is not null or end_reason is null)
);
create unique index disclosure_current on disclosure ("of", thing_id) where ended_at is null;
create index disclosure_unit on disclosure (unit_id) where ended_at is null;
create index disclosure_campaign on disclosure (campaign_id) where ended_at is null;
create trigger disclosure_version before update of ended_at, end_reason on disclosure for each row execute function next_version();

-- The table of a kind of thing.
create function disclosed_home("of" disclosed_kind) returns text
language sql immutable parallel safe
return case "of" when 'AWARD' then 'award' when 'WORK' then 'work' when 'PRACTICE_MODEL' then 'practice_model' when 'INITIATIVE' then 'initiative'
  when 'EVENT' then 'event' when 'STATED_RANK' then 'stated_rank' end;

-- The thing of a code, as far as the caller sees it.
create function disclosed_thing("of" disclosed_kind, code text) returns int
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare found int;
begin
  execute format('select t.id from public.%I t where t.code = $1', public.disclosed_home($1)) into found using $2;
  return found;
end $$;

-- Whether a thing may be shown, by what it has come to: awards once they are decided, initiatives once they are valid.
create function disclosed_ready("of" disclosed_kind, state text) returns boolean
language sql immutable parallel safe
return case "of" when 'AWARD' then coalesce(state in ('DECIDED', 'PRESENTED'), false) when 'INITIATIVE' then coalesce(state in ('VALID', 'RECOGNISED', 'APPLIED'), false) else true end;

-- Who discloses a thing keeps others from changing it until the end, whatever policies say of changing it: taken before the
-- disclosure, as by whoever changes the thing. Of units whose things the caller discloses, and nothing is told.
create function disclosed_hold("of" disclosed_kind, thing int) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  execute format('select from public.%I t join public.org_unit u on u.id = t.unit_id where t.id = $1 and u.path operator(public.<@) any ($2) for share of t', public.disclosed_home($1))
    using thing, nullif(current_setting('liendoan.publisher', true), '')::public.ltree[];
end $$;

-- Code, unit and campaign are those of the thing, and the path is the unit's, whatever the writer says. What is changed at
-- this moment is waited for; who changes it later waits, and finds it disclosed.
create function place_disclosure() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  home constant text := public.disclosed_home(new.of);
  state text;
begin
  execute format('select from public.%I t where t.id = $1 for share', home) using new.thing_id;
  execute format('select t.code, t.unit_id, t.%I, u.path, to_jsonb(t) ->> %L from public.%I t join public.org_unit u on u.id = t.unit_id where t.id = $1',
    case new.of when 'PRACTICE_MODEL' then 'programme_id' else 'campaign_id' end, case new.of when 'AWARD' then 'status' else 'stage' end, home)
    into strict new.code, new.unit_id, new.campaign_id, new.path, state using new.thing_id;
  if not disclosed_ready(new.of, state) then raise exception 'what is not decided or valid is not shown outside its unit' using errcode = 'check_violation'; end if;
  return new;
end $$;
create trigger disclosure_place before insert on disclosure for each row execute function place_disclosure();

-- When the thing passes to another unit, its disclosure does. Tables of things that can be disclosed have this as a trigger;
-- its argument is the kind of thing. The campaign stays the one that was shown: another is not shown by a change of the thing.
create function follow_disclosed() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update disclosure d set unit_id = u.id, path = u.path
  from org_unit u where u.id = new.unit_id and d.of = tg_argv[0]::disclosed_kind and d.thing_id = new.id and d.ended_at is null;
  return null;
end $$;
-- What is not to be seen any more is disclosed no more, and does not come back by itself. The second argument is the column
-- that says why.
create function end_disclosed() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update disclosure d set ended_at = now(), end_reason = to_jsonb(new) ->> tg_argv[1] where d.of = tg_argv[0]::disclosed_kind and d.thing_id = new.id and d.ended_at is null;
  return null;
end $$;
-- What is shown outside is said by those who may show it: a change of a thing that is disclosed takes who discloses. Steps
-- that others take are left to their own rules.
create function keep_shown() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare reach constant ltree[] := nullif(current_setting('liendoan.publisher', true), '')::ltree[];
begin
  if exists (select from disclosure d where d.of = tg_argv[0]::disclosed_kind and d.thing_id = new.id and d.ended_at is null)
    and not exists (select from org_unit u where u.id = new.unit_id and u.path operator(public.<@) any (reach)) then
    raise exception 'what is shown outside its unit is changed by a CAMPAIGN_MANAGER' using errcode = 'LD001';
  end if;
  return new;
end $$;

do $$
declare
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  ids constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::int[])::int[]$q$;
  opened constant text := $q$(select current_setting('liendoan.session', true) = 'open')$q$;
  member constant text := $q$(select nullif(current_setting('liendoan.scope', true), '') is not null)$q$;
  within constant text := $q$(select u.path from org_unit u where u.id = %s) <@ any (%s)$q$;
  published constant text := 'exists (select from publication p where p.%s)';
  disclosed constant text := 'exists (select from disclosure d where d.%s and d.ended_at is null)';
  claim_seen constant text := '(select c.id from claim c where c.id = %s) is not null';
  policy record;
begin
  -- As before, and whatever has something disclosed.
  drop policy org_unit_seen on org_unit;
  drop policy campaign_seen on campaign;
  for policy in
    select * from (values
      ('org_unit', 'seen', 'select', format('path <@ any (%s) or id = any (%s) or %s or %s',
        format(paths, 'scope'), format(ids, 'line'), format(published, 'unit_id = org_unit.id'), format(disclosed, 'unit_id = org_unit.id'))),
      ('campaign', 'seen', 'select', format('%s or status <> ''DRAFT'' and (launched_by_id = any (%s) or launched_by_id is null and %s or %s or %s or %s)',
        format(within, 'launched_by_id', format(paths, 'scope')), format(ids, 'line'), member,
        format('exists (select from series s join balance b on b.series_id = s.id where s.campaign_id = campaign.id and b.unit_id = any (%s))', format(ids, 'granted')),
        format(published, 'campaign_id = campaign.id'), format(disclosed, 'campaign_id = campaign.id'))),
      ('source', 'seen', 'select', member),
      ('claim', 'seen', 'select', format(within, 'unit_id', format(paths, 'scope'))),
      ('claim_disagreement', 'seen', 'select', format(claim_seen, 'claim_id') || ' and ' || format(claim_seen, 'other_id')),
      ('disclosure', 'seen', 'select', format('path <@ any (%s) or ended_at is null and (audience = ''PUBLIC'' and %s or audience = ''PARTNER'' and path <@ any (%s))',
        format(paths, 'scope'), opened, format(paths, 'partner'))),
      ('disclosure', 'disclosed', 'insert', format('path <@ any (%s)', format(paths, 'publisher'))),
      -- Once ended, it stays so.
      ('disclosure', 'ended', 'update', format('path <@ any (%s) and ended_at is null', format(paths, 'publisher')))
    ) p (on_table, what, command, expression)
  loop
    execute format('alter table %I enable row level security', policy.on_table);
    execute format('create policy %I on %I for %s to liendoan_api %s (%s)', policy.on_table || '_' || policy.what, policy.on_table,
      policy.command, case policy.command when 'insert' then 'with check' else 'using' end,
      policy.expression || case policy.command when 'update' then format(') with check (path <@ any (%s) and ended_at is not null', format(paths, 'publisher')) else '' end);
  end loop;
end $$;
create policy disclosure_definer on disclosure to liendoan_definer using (true);

grant select on source, claim, claim_disagreement, disclosure to liendoan_api;
grant insert on disclosure to liendoan_api;
grant update (ended_at, end_reason) on disclosure to liendoan_api;
grant select, update (unit_id, path, ended_at, end_reason) on disclosure to liendoan_definer;

do $$ begin
  grant create on schema public to liendoan_definer;
  alter function place_disclosure() owner to liendoan_definer;
  alter function disclosed_hold(disclosed_kind, int) owner to liendoan_definer;
  alter function follow_disclosed() owner to liendoan_definer;
  alter function end_disclosed() owner to liendoan_definer;
  revoke create on schema public from liendoan_definer;
  revoke execute on function place_disclosure(), disclosed_ready(disclosed_kind, text), disclosed_hold(disclosed_kind, int), follow_disclosed(), end_disclosed(), keep_shown(), disclosed_home(disclosed_kind), disclosed_thing(disclosed_kind, text) from public;
  grant execute on function disclosed_home(disclosed_kind) to liendoan_definer;
  grant execute on function disclosed_ready(disclosed_kind, text) to liendoan_api, liendoan_definer;
  grant execute on function disclosed_hold(disclosed_kind, int) to liendoan_api;
end $$;
