-- Works, practice models, and the register of initiatives.

-- ---------------------------------------------------------------- works

create type work_kind as enum ('WORK', 'PRODUCT', 'TASK');
create type work_status as enum ('REGISTERED', 'IN_PROGRESS', 'COMPLETED', 'PLAQUED', 'CANCELLED');
create type congress_tier as enum ('GRASSROOTS', 'UPPER_GRASSROOTS', 'PROVINCIAL', 'NATIONAL');
create table work (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  unit_id int not null references org_unit,
  kind work_kind not null,
  name text collate "vi-x-icu" not null,
  campaign_id int references campaign,
  congress_tier congress_tier,
  status work_status not null,
  -- Whole đồng; null: nobody told.
  value_vnd bigint check (value_vnd between 0 and 9007199254740991),
  value_qualifier qualifier,
  registered_on date,
  registered_on_precision date_precision not null default 'DAY',
  completed_on date,
  completed_on_precision date_precision not null default 'DAY',
  plaqued_on date,
  plaqued_on_precision date_precision not null default 'DAY',
  source text,
  note text,
  version int not null default 1,
  check ((value_vnd is null) = (value_qualifier is null)),
  check (completed_on is null or status in ('COMPLETED', 'PLAQUED')),
  check (plaqued_on is null or status = 'PLAQUED')
);
create index work_unit on work (unit_id);
create index work_campaign on work (campaign_id) where campaign_id is not null;
create trigger work_version before update on work for each row execute function next_version();

-- ---------------------------------------------------------------- practice models

create type model_status as enum ('REGISTERED', 'RUNNING', 'ENDED');
create table practice_model (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  unit_id int not null references org_unit,
  name text collate "vi-x-icu" not null,
  programme_id int references campaign,
  sector sector,
  exemplary boolean not null default false,
  status model_status not null default 'RUNNING',
  started_on date,
  started_on_precision date_precision not null default 'DAY',
  basis_document_id int references document,
  search_text text generated always as (fold_all(variadic array[code, name])) stored,
  source text,
  note text,
  version int not null default 1
);
create index practice_model_unit on practice_model (unit_id);
create index practice_model_programme on practice_model (programme_id, code) where programme_id is not null;
create trigger practice_model_version before update on practice_model for each row execute function next_version();

-- ---------------------------------------------------------------- initiatives

create type initiative_kind as enum ('TECHNICAL', 'MANAGEMENT', 'OPERATIONAL', 'TECHNOLOGY_APPLICATION', 'RESEARCH', 'EXPERIENCE', 'TECHNICAL_IMPROVEMENT', 'SCIENTIFIC_TOPIC', 'OTHER');
-- In the order of how far one has come: what was rejected had been reviewed.
create type initiative_stage as enum ('REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'REJECTED', 'VALID', 'RECOGNISED', 'APPLIED');
create table initiative (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  unit_id int not null references org_unit,
  title text collate "vi-x-icu" not null,
  kind initiative_kind,
  campaign_id int references campaign,
  phase_id int references campaign_phase,
  summary text,
  -- A technology secret: of it, only those who hold a grant on the unit itself read more than what stands here.
  secret boolean not null default false,
  -- Who registered it, or else said last what it is; null: an import did.
  registered_by text collate "C",
  -- From initiative_history, by initiative_derive(): the stage of now, and since when. Null only inside a transaction.
  stage initiative_stage,
  stage_on date,
  -- The days on which it had come to REGISTERED, UPLOADED, UNDER_REVIEW, VALID, RECOGNISED, APPLIED, or further; null: never.
  reached date[],
  -- The days on which it stood rejected.
  rejected datemultirange,
  -- The first day on which it was known.
  registered_on date generated always as (reached[1]) stored,
  search_text text generated always as (fold_all(variadic array[code, title])) stored,
  source text,
  note text,
  version int not null default 1,
  check (phase_id is null or campaign_id is not null)
);
create index initiative_unit on initiative (unit_id, registered_on, id);
create index initiative_campaign on initiative (campaign_id, unit_id) where campaign_id is not null;
create trigger initiative_version before update of title, kind, campaign_id, phase_id, summary, secret, source, note on initiative for each row execute function next_version();

-- What a technology secret keeps to itself.
create table initiative_detail (
  initiative_id int primary key references initiative,
  description text,
  benefit_vnd bigint check (benefit_vnd between 0 and 9007199254740991),
  benefit_qualifier qualifier,
  check ((benefit_vnd is null) = (benefit_qualifier is null))
);

create table initiative_author (
  initiative_id int not null references initiative,
  person_id int not null references person,
  ordinal smallint not null,
  primary key (initiative_id, person_id)
);
create index initiative_author_person on initiative_author (person_id);

-- The stages that it came to, in order.
create table initiative_history (
  initiative_id int not null references initiative,
  ordinal smallint not null check (ordinal between 1 and 50),
  stage initiative_stage not null,
  since date not null,
  -- Who brought it there; null: an import did.
  principal text collate "C",
  recorded_at timestamptz not null default now(),
  reason text,
  primary key (initiative_id, ordinal)
);

-- What of initiatives follows from their histories. Of one that was there before, the version tells.
create function initiative_derive() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update initiative i
  set stage = d.stages[cardinality(d.stages)], stage_on = d.last_on, reached = d.reached, rejected = d.rejected, version = i.version + (i.stage is not null)::int
  from (
    select h.initiative_id, array_agg(h.stage order by h.ordinal) as stages, max(h.since) as last_on,
      array[min(h.since), min(h.since) filter (where h.stage >= 'UPLOADED'), min(h.since) filter (where h.stage >= 'UNDER_REVIEW'),
        min(h.since) filter (where h.stage >= 'VALID'), min(h.since) filter (where h.stage >= 'RECOGNISED'), min(h.since) filter (where h.stage >= 'APPLIED')] as reached,
      coalesce(range_agg(daterange(h.since, h.until)) filter (where h.stage = 'REJECTED'), '{}') as rejected
    from (select o.*, lead(o.since) over (partition by o.initiative_id order by o.ordinal) as until from initiative_history o where o.initiative_id in (select a.initiative_id from added a)) h
    group by h.initiative_id
  ) d
  where i.id = d.initiative_id;
  return null;
end $$;
create trigger initiative_history_added after insert on initiative_history referencing new table as added for each statement execute function initiative_derive();

-- Whose name is shown with an initiative is said by who may show it.
create function keep_named() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare reach constant ltree[] := nullif(current_setting('liendoan.publisher', true), '')::ltree[];
begin
  if exists (select from initiative_author a join disclosure d on d.of = 'INITIATIVE' and d.thing_id = a.initiative_id and d.with_names and d.ended_at is null where a.person_id = new.id)
    and not exists (select from org_unit u where u.id = old.unit_id and u.path operator(public.<@) any (reach)) then
    raise exception 'who is named outside their unit is changed by a CAMPAIGN_MANAGER' using errcode = 'LD001';
  end if;
  return new;
end $$;
create trigger person_named before update on person for each row when (current_user = 'liendoan_api') execute function keep_named();

create trigger work_disclosure after update of unit_id on work for each row execute function follow_disclosed('WORK');
create trigger work_shown before update on work for each row when (new.status <> 'PLAQUED' and current_user = 'liendoan_api') execute function keep_shown('WORK');
create trigger practice_model_disclosure after update of unit_id on practice_model for each row execute function follow_disclosed('PRACTICE_MODEL');
create trigger practice_model_shown before update on practice_model for each row when (new.exemplary = old.exemplary and current_user = 'liendoan_api') execute function keep_shown('PRACTICE_MODEL');
create trigger initiative_disclosure after update of unit_id on initiative for each row execute function follow_disclosed('INITIATIVE');
create trigger initiative_hidden after update of stage on initiative for each row
  when (disclosed_ready('INITIATIVE', old.stage::text) and not disclosed_ready('INITIATIVE', new.stage::text)) execute function end_disclosed('INITIATIVE', 'stage');
create trigger initiative_shown before update on initiative for each row when (current_user = 'liendoan_api') execute function keep_shown('INITIATIVE');

-- What no policy can say, since it takes the row as it was: what a step leaves as it is, and in which order stages come. An
-- import states what is.
-- Its arguments: the columns that the step may change, and what to say where others do.
create function said_keeps() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare own constant text[] := tg_argv[0];
begin
  if to_jsonb(new) - own <> to_jsonb(old) - own then raise exception '%', tg_argv[1] using errcode = 'check_violation'; end if;
  return new;
end $$;
create trigger work_plaque before update on work for each row when (new.status = 'PLAQUED' and current_user = 'liendoan_api')
  execute function said_keeps('{status,plaqued_on,plaqued_on_precision,version,search_text}', 'what is said of a work stays when it gets its plaque');

-- From when it is reviewed, what is said of an initiative stays, but for its benefit.
create trigger initiative_reviewed before update on initiative for each row
  when (old.stage in ('UNDER_REVIEW', 'VALID', 'RECOGNISED', 'APPLIED') and current_user = 'liendoan_api')
  execute function said_keeps('{registered_by,version,search_text,registered_on}', 'what is said of an initiative stays from when it is reviewed');

create function reviewed_parts_keep() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from initiative i where i.id in (new.initiative_id, old.initiative_id) and i.stage in ('UNDER_REVIEW', 'VALID', 'RECOGNISED', 'APPLIED')) then
    raise exception 'what is said of an initiative stays from when it is reviewed' using errcode = 'check_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger initiative_author_reviewed before insert or delete on initiative_author for each row when (current_user = 'liendoan_api') execute function reviewed_parts_keep();
create trigger initiative_detail_reviewed before update on initiative_detail for each row
  when (new.description is distinct from old.description and current_user = 'liendoan_api') execute function reviewed_parts_keep();

create function exemplary_from_above() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare reach constant ltree[] := nullif(current_setting('liendoan.approver', true), '')::ltree[];
begin
  if not exists (select from org_unit u where u.id = new.unit_id and u.path operator(public.<@) any (reach) and (nlevel(u.path) = 1 or u.path operator(public.<>) all (reach))) then
    raise exception 'who is exemplary, a unit above says' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger practice_model_exemplary before update on practice_model for each row when (new.exemplary <> old.exemplary and current_user = 'liendoan_api') execute function exemplary_from_above();

-- What a unit above called exemplary stays as it was judged; it may run or end.
create trigger practice_model_kept before update on practice_model for each row when ((old.exemplary or new.exemplary) and current_user = 'liendoan_api')
  execute function said_keeps('{exemplary,status,version,search_text}', 'what is said of a practice model stays as long as it is exemplary');

create function initiative_way() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare last initiative_history;
begin
  select * into last from initiative_history h where h.initiative_id = new.initiative_id order by h.ordinal desc limit 1;
  if new.ordinal <> coalesce(last.ordinal, 0) + 1 or new.since < last.since or new.since > today()
    or (coalesce(last.stage::text, ''), new.stage::text) not in (('', 'REGISTERED'), ('REGISTERED', 'UPLOADED'), ('REJECTED', 'UPLOADED'), ('UPLOADED', 'UNDER_REVIEW'), ('UNDER_REVIEW', 'VALID'),
      ('UNDER_REVIEW', 'REJECTED'), ('VALID', 'RECOGNISED'), ('RECOGNISED', 'APPLIED')) then
    raise exception 'an initiative does not come to % like that', new.stage using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger initiative_history_way before insert on initiative_history for each row when (current_user = 'liendoan_api') execute function initiative_way();

-- Who brings initiatives on keeps others from them until the end, secrets too, of which policies let only those change the row
-- who know them. Of units that the caller reports or approves for, and nothing is told.
create function initiative_hold(codes text[]) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  select from initiative i join org_unit u on u.id = i.unit_id
  where i.code = any (codes) and (u.path operator(public.<@) any (nullif(current_setting('liendoan.reporter', true), '')::ltree[]) or u.path operator(public.<@) any (nullif(current_setting('liendoan.approver', true), '')::ltree[]))
  order by i.id for update of i
$$;

-- ---------------------------------------------------------------- rows

do $$
declare
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  ids constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::int[])::int[]$q$;
  caller constant text := $q$(select nullif(current_setting('liendoan.principal', true), ''))$q$;
  within constant text := $q$(select u.path from org_unit u where u.id = %s) <@ any (%s)$q$;
  in_scope constant text := format(within, 'unit_id', format(paths, 'scope'));
  reported constant text := format(within, 'unit_id', format(paths, 'reporter'));
  above constant text := format('u.path <@ any (%1$s) and (nlevel(u.path) = 1 or u.path <> all (%1$s))', format(paths, 'approver'));
  approved constant text := format('(select %s from org_unit u where u.id = unit_id)', above);
  -- Of what an initiative tells to those alone who may know its secret.
  told constant text := format('(select %s and (not i.secret or i.unit_id = any (%s)) from initiative i where i.id = initiative_id)', format(within, 'i.unit_id', '%s'), format(ids, 'granted'));
  read constant text := format(told, format(paths, 'scope'));
  -- Written by who has just said what it is, and answers for it.
  kept constant text := replace(format(told, format(paths, 'reporter')), ' from initiative i', format(' and i.registered_by = %s from initiative i', caller));
  -- A technology secret is changed, and made none, by those alone who may know it.
  open_to constant text := format('%s and (not secret or unit_id = any (%s))', reported, format(ids, 'granted'));
  -- Or shown to the caller outside the unit's scope.
  shown constant text := ' or exists (select from disclosure d where d.of = ''%s'' and d.thing_id = %s and d.ended_at is null)';
  policy record;
begin
  for policy in
    select * from (values
      ('work', 'seen', 'select', in_scope || format(shown, 'WORK', 'work.id'), null),
      ('work', 'saved', 'insert', null, reported || ' and status <> ''PLAQUED'''),
      ('work', 'reported', 'update', reported || ' and status <> ''PLAQUED''', reported || ' and status <> ''PLAQUED'''),
      ('work', 'plaqued', 'update', approved || ' and status = ''COMPLETED''', approved || ' and status = ''PLAQUED'''),
      ('practice_model', 'seen', 'select', in_scope || format(shown, 'PRACTICE_MODEL', 'practice_model.id'), null),
      ('practice_model', 'saved', 'insert', null, reported || ' and not exemplary'),
      ('practice_model', 'changed', 'update', reported, null),
      ('initiative', 'seen', 'select', in_scope || replace(format(shown, 'INITIATIVE', 'initiative.id'), ' or exists', ' or stage in (''VALID'', ''RECOGNISED'', ''APPLIED'') and exists'), null),
      ('initiative', 'saved', 'insert', null, format('%s and registered_by = %s', open_to, caller)),
      ('initiative', 'changed', 'update', open_to, format('%s and registered_by = %s', open_to, caller)),
      ('initiative_detail', 'seen', 'select', read, null),
      ('initiative_detail', 'kept', 'insert', null, kept),
      ('initiative_detail', 'changed', 'update', kept, null),
      ('initiative_author', 'seen', 'select', read || ' or (select not i.secret from initiative i where i.id = initiative_id) and' || substr(format(shown, 'INITIATIVE', 'initiative_id and d.with_names'), 4), null),
      ('initiative_author', 'kept', 'insert', null, kept),
      ('initiative_author', 'dropped', 'delete', kept, null),
      ('initiative_history', 'seen', 'select', format('(select %s from initiative i where i.id = initiative_id)', format(within, 'i.unit_id', format(paths, 'scope'))), null),
      ('initiative_history', 'advanced', 'insert', null, format($q$principal = %1$s and (
        select case when initiative_history.stage in ('VALID', 'REJECTED', 'RECOGNISED') then %2$s and i.registered_by is distinct from %1$s else u.path <@ any (%3$s) end
        from initiative i join org_unit u on u.id = i.unit_id where i.id = initiative_id)$q$, caller, above, format(paths, 'reporter')))
    ) p (on_table, what, command, seen, written)
  loop
    execute format('alter table %I enable row level security', policy.on_table);
    execute format('create policy %I on %I for %s to liendoan_api %s %s', policy.on_table || '_' || policy.what, policy.on_table, policy.command,
      coalesce('using (' || policy.seen || ')', ''), coalesce('with check (' || policy.written || ')', ''));
  end loop;
  drop policy person_seen on person;
  -- Whoever sees that somebody holds a position, or thought of an initiative, sees who.
  execute format('create policy person_seen on person for select to liendoan_api using (%s or exists (select from position p where p.person_id = person.id) or exists (select from initiative_author a where a.person_id = person.id))', in_scope);
end $$;

grant select on work, practice_model, initiative, initiative_detail, initiative_author, initiative_history to liendoan_api;
grant insert on work, practice_model, initiative, initiative_detail, initiative_author, initiative_history to liendoan_api;
grant update (kind, name, campaign_id, congress_tier, status, value_vnd, value_qualifier, registered_on, registered_on_precision, completed_on, completed_on_precision,
  plaqued_on, plaqued_on_precision, source, note) on work to liendoan_api;
grant update (name, programme_id, sector, exemplary, status, started_on, started_on_precision, basis_document_id, source, note) on practice_model to liendoan_api;
grant update (title, kind, campaign_id, phase_id, summary, secret, registered_by, source, note) on initiative to liendoan_api;
grant update (description, benefit_vnd, benefit_qualifier) on initiative_detail to liendoan_api;
grant delete on initiative_author to liendoan_api;

-- What follows from histories is written by the trigger alone; a disclosure takes unit and campaign from what it shows.
do $$
declare it text;
begin
  foreach it in array array['work', 'practice_model', 'initiative', 'initiative_author', 'initiative_history'] loop
    execute format('create policy %I on %I to liendoan_definer using (true)', it || '_definer', it);
    execute format('grant select on %I to liendoan_definer', it);
  end loop;
  grant update (stage, stage_on, reached, rejected, version) on initiative to liendoan_definer;
  -- To hold a row takes the right to write something of it.
  grant update (version) on work, practice_model to liendoan_definer;
  grant create on schema public to liendoan_definer;
  alter function initiative_derive() owner to liendoan_definer;
  alter function keep_named() owner to liendoan_definer;
  alter function initiative_hold(text[]) owner to liendoan_definer;
  revoke execute on function initiative_derive(), keep_named(), initiative_hold(text[]), said_keeps(), reviewed_parts_keep(), exemplary_from_above(), initiative_way() from public;
  grant execute on function initiative_hold(text[]) to liendoan_api;
  revoke create on schema public from liendoan_definer;
end $$;
