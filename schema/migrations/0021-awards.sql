-- Awards: nominated, reviewed, decided, presented; by whom they were given, and to whom.

create type award_form as enum ('EMULATION_FLAG', 'CERTIFICATE_OF_MERIT', 'LETTER_OF_COMMENDATION', 'CREATIVE_LABOUR_CERTIFICATE', 'NGUYEN_DUC_CANH_AWARD', 'NGUYEN_VAN_LINH_AWARD',
  'TITLE', 'PRIZE', 'COMMENDATION', 'OTHER');
create type award_basis as enum ('COMPREHENSIVE', 'THEMATIC', 'AD_HOC', 'PHASE_REVIEW');
create type award_status as enum ('NOMINATED', 'REVIEWED', 'DECIDED', 'PRESENTED', 'DECLINED', 'REVOKED');
create type recipient_kind as enum ('INDIVIDUAL', 'COLLECTIVE', 'HOUSEHOLD', 'WORK', 'INITIATIVE', 'MEMBERS_CHILD');

create table award (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  -- In whose subtree the recipients stand; its name as it was, for those who see the award and not the unit.
  unit_id int not null references org_unit,
  -- Where the unit stands today.
  path ltree not null,
  unit_name text not null,
  form award_form not null,
  form_vi text not null,
  title text check (title is not null or form <> 'TITLE'),
  title_level org_level,
  basis award_basis,
  achievement text,
  campaign_id int references campaign,
  phase_id int references campaign_phase check (phase_id is null or campaign_id is not null),
  period_kind report_kind check (period_kind is null or period_from is not null),
  period_from date check ((period_from is null) = (period_to is null)),
  period_to date check (period_to >= period_from),
  -- How many recipients; null: not told.
  count int check (count > 0),
  qualifier qualifier not null default 'EXACT' check (qualifier = 'EXACT' or count is not null),
  -- How many of them are named.
  named int not null default 0,
  -- "One of 10": of how many this is a part.
  batch_size int check (batch_size > 0),
  decision_no text,
  decided_on date,
  decided_on_precision date_precision not null default 'DAY',
  presented_on date,
  presented_on_precision date_precision not null default 'DAY',
  presented_by text,
  status award_status not null,
  status_reason text,
  -- Whether one of the issuers is a unit; the others are bodies outside the unions, or known by name alone.
  by_unit boolean not null default false,
  -- Another award, which holds these recipients; or of which nobody tells whether it does.
  included_in_id int references award check (included_in_id <> id),
  maybe_included_in_id int references award check (maybe_included_in_id <> id),
  nominated_by text,
  reviewed_by text,
  decided_by text,
  source text,
  note text,
  version int not null default 1,
  recorded_at timestamptz not null default now(),
  -- What it is for, else when it was decided or presented, as far as that is known.
  first_day date generated always as (coalesce(period_from, earliest_day(decided_on, decided_on_precision), earliest_day(presented_on, presented_on_precision))) stored,
  last_day date generated always as (coalesce(period_to, latest_day(decided_on, decided_on_precision), latest_day(presented_on, presented_on_precision))) stored,
  check (included_in_id is null or maybe_included_in_id is null),
  -- What a step tells is not told before it.
  check (status <> 'NOMINATED' or reviewed_by is null),
  check (status in ('DECIDED', 'PRESENTED', 'REVOKED') or decision_no is null and decided_on is null and decided_by is null),
  check (status in ('PRESENTED', 'REVOKED') or presented_on is null and presented_by is null),
  check (status in ('DECLINED', 'REVOKED') or status_reason is null)
);
create index award_unit on award (unit_id);
create index award_campaign on award (campaign_id) where campaign_id is not null;
create index award_phase on award (phase_id) where phase_id is not null;
create index award_included on award (included_in_id) where included_in_id is not null;
create index award_maybe_included on award (maybe_included_in_id) where maybe_included_in_id is not null;
-- Not of what an import adds to the row that it has just made.
create trigger award_version before update of form, status on award for each row execute function next_version();
create trigger award_disclosure after update of unit_id on award for each row execute function follow_disclosed('AWARD');
create trigger award_hidden after update of status on award for each row
  when (disclosed_ready('AWARD', old.status::text) and not disclosed_ready('AWARD', new.status::text)) execute function end_disclosed('AWARD', 'status');

-- Who gave it, in order. Name and level as they were.
create table award_issuer (
  award_id int not null references award,
  place int not null,
  -- Null: a body outside the unions, or known by name alone.
  unit_id int references org_unit,
  name text not null,
  level org_level,
  body union_body,
  primary key (award_id, place)
);
create index award_issuer_unit on award_issuer (unit_id) where unit_id is not null;

-- Recipients of a kind: how many, null where that is not told; and how many are named.
create table award_kind (
  award_id int not null references award,
  kind recipient_kind not null,
  count int check (count > 0),
  named int not null default 0,
  primary key (award_id, kind)
);

create table award_recipient (
  award_id int not null references award,
  place int not null,
  kind recipient_kind not null,
  person_id int references person,
  -- The unit that is honoured, or where the recipient works or belongs.
  unit_id int references org_unit,
  -- What that unit was called when the award was written down: whoever reads the recipient reads it.
  unit_name text,
  -- Whether that was said; else it is the unit of the person, work or initiative.
  unit_told boolean not null,
  work_id int references work,
  initiative_id int references initiative,
  -- As printed; null where it is as the thing itself is called.
  name text,
  shown_name text not null,
  -- Whether they work directly in production or service; null: not told.
  direct_worker boolean,
  primary key (award_id, place)
);
create index award_recipient_person on award_recipient (person_id) where person_id is not null;
create index award_recipient_unit on award_recipient (unit_id) where unit_id is not null;
create index award_recipient_work on award_recipient (work_id) where work_id is not null;
create index award_recipient_initiative on award_recipient (initiative_id) where initiative_id is not null;

-- Units that see an award, its own included: kept by the triggers below, apart, so that the policy of an award asks
-- nothing of tables whose policies ask for the award; with where they stand today, so that none of them asks for units.
create type award_part as enum ('UNIT', 'ISSUER', 'RECIPIENT');
create table award_party (
  award_id int not null references award,
  unit_id int not null references org_unit,
  part award_part not null,
  path ltree not null,
  -- Of an issuer: whether it is of the highest level among them, so that it decides for all.
  decides boolean not null default false,
  primary key (award_id, unit_id, part)
);
create index award_party_unit on award_party (unit_id);

create function award_place() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  select path, name into new.path, new.unit_name from org_unit where id = new.unit_id;
  return new;
end $$;
create trigger award_place before insert on award for each row execute function award_place();

create function award_recipient_place() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.unit_name := (select name from org_unit where id = new.unit_id);
  return new;
end $$;
create trigger award_recipient_place before insert on award_recipient for each row execute function award_recipient_place();

-- Who of the issuers decides, and whether one of them is a unit: by what stands in the tree, whatever the writer says.
create function award_issued(awards int[]) returns void
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  update award_party p set decides = d.decided from (
    select p.award_id, p.unit_id, u.level = min(u.level) over (partition by p.award_id) as decided from award_party p join org_unit u on u.id = p.unit_id
    where p.award_id = any (awards) and p.part = 'ISSUER') d
  where p.award_id = d.award_id and p.unit_id = d.unit_id and p.part = 'ISSUER' and p.decides <> d.decided;
  update award a set by_unit = i.any from (select it as id, exists (select from award_party p where p.award_id = it and p.part = 'ISSUER') as any from unnest(awards) it) i
  where a.id = i.id and a.by_unit <> i.any;
$$;
create function award_party_added() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into award_party (award_id, unit_id, part, path) select distinct c.award_id, c.unit_id, tg_argv[0]::award_part, u.path from changed c join org_unit u on u.id = c.unit_id on conflict do nothing;
  if tg_argv[0] = 'ISSUER' then perform award_issued(array(select distinct award_id from changed)); end if;
  return null;
end $$;
create function award_added() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into award_party (award_id, unit_id, part, path) select id, unit_id, 'UNIT', path from changed;
  return null;
end $$;
create function award_party_dropped() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from award_party p using (select distinct award_id, unit_id from changed) c
  where p.award_id = c.award_id and p.unit_id = c.unit_id and p.part = tg_argv[0]::award_part
    and not (case tg_argv[0] when 'ISSUER' then exists (select from award_issuer i where i.award_id = p.award_id and i.unit_id = p.unit_id)
      else exists (select from award_recipient r where r.award_id = p.award_id and r.unit_id = p.unit_id) end);
  if tg_argv[0] = 'ISSUER' then perform award_issued(array(select distinct award_id from changed)); end if;
  return null;
end $$;
create trigger award_added after insert on award referencing new table as changed for each statement execute function award_added();
create trigger award_issuer_added after insert on award_issuer referencing new table as changed for each statement execute function award_party_added('ISSUER');
create trigger award_issuer_dropped after delete on award_issuer referencing old table as changed for each statement execute function award_party_dropped('ISSUER');
create trigger award_recipient_added after insert on award_recipient referencing new table as changed for each statement execute function award_party_added('RECIPIENT');
create trigger award_recipient_dropped after delete on award_recipient referencing old table as changed for each statement execute function award_party_dropped('RECIPIENT');

-- Publications, disclosures and awards follow their units.
create or replace function structure_refresh_paths(units int[]) returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off as $$
declare day date := today();
begin
  update org_unit set path = id::text::ltree where id = any (units) and path is null
    and not exists (select from placement where unit_id = org_unit.id);
  loop
    update org_unit u set path = p.path || u.id::text
    from placement s join org_unit p on p.id = s.parent_id
    where u.id = any (units) and s.unit_id = u.id and s.starts <= greatest(day, u.valid_from) and s.ends > greatest(day, u.valid_from)
      and u.path is distinct from p.path || u.id::text;
    exit when not found;
  end loop;
  update publication p set path = u.path from org_unit u where u.id = p.unit_id and p.unit_id = any (units) and p.path <> u.path;
  update disclosure d set path = u.path from org_unit u where u.id = d.unit_id and d.unit_id = any (units) and d.path <> u.path;
  update award a set path = u.path from org_unit u where u.id = a.unit_id and a.unit_id = any (units) and a.path <> u.path;
  update award_party p set path = u.path from org_unit u where u.id = p.unit_id and p.unit_id = any (units) and p.path <> u.path;
end $$;

-- No award holds itself, by however many others, seen or not. What holds what is written by one at a time: of two at once
-- each would find the other's as it was.
create function award_holds(part int, whole int) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(715021);
  return exists (
    with recursive up (id) as (select whole union select coalesce(a.included_in_id, a.maybe_included_in_id) from up join award a on a.id = up.id)
    select from up where id = part);
end $$;
-- Which awards hold these, or may, the nearest first: for totals, which are the same for all who see the parts and the whole.
create function award_wholes(awards int[]) returns table (part int, id int, sure boolean, n int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with recursive up (part, id, sure, n) as (
    select a.id, coalesce(a.included_in_id, a.maybe_included_in_id), a.included_in_id is not null, 1 from award a where a.id = any (awards) and coalesce(a.included_in_id, a.maybe_included_in_id) is not null
    union all select up.part, coalesce(o.included_in_id, o.maybe_included_in_id), o.included_in_id is not null, up.n + 1 from up join award o on o.id = up.id
      where up.n < 64 and coalesce(o.included_in_id, o.maybe_included_in_id) is not null)
  select * from up
$$;
create function award_held() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare whole int;
begin
  -- As it is in the end: an import says it in steps.
  perform pg_advisory_xact_lock(715021);
  select coalesce(included_in_id, maybe_included_in_id) into whole from award where id = new.id;
  if award_holds(new.id, whole) then raise exception 'an award does not hold itself' using errcode = 'check_violation', constraint = 'award_held'; end if;
  return null;
end $$;
create constraint trigger award_held after insert or update of included_in_id, maybe_included_in_id on award deferrable initially deferred
  for each row when (new.included_in_id is not null or new.maybe_included_in_id is not null) execute function award_held();

-- Policies say who may take an award from and to a status, each by itself; this says which go together, and that nothing
-- else changes on the way. An import states what is.
create function award_step() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  own constant text[] := '{status,version,first_day,last_day,search_text}' || case new.status when 'REVIEWED' then '{reviewed_by}' when 'DECIDED' then '{decided_by,decision_no,decided_on,decided_on_precision}'
    when 'PRESENTED' then '{presented_on,presented_on_precision,presented_by}' else '{status_reason}' end::text[];
  who constant text := case new.status when 'REVIEWED' then new.reviewed_by when 'DECIDED' then new.decided_by end;
begin
  if who <> nullif(current_setting('liendoan.principal', true), '') then raise exception 'who takes a step is the caller' using errcode = 'check_violation'; end if;
  if to_jsonb(new) - own <> to_jsonb(old) - own then raise exception 'what is said of an award stays when it takes a step' using errcode = 'check_violation'; end if;
  if (old.status, new.status) not in (('NOMINATED', 'REVIEWED'), ('NOMINATED', 'DECLINED'), ('REVIEWED', 'DECIDED'), ('REVIEWED', 'DECLINED'), ('DECIDED', 'PRESENTED'), ('DECIDED', 'REVOKED'), ('PRESENTED', 'REVOKED')) then
    raise exception 'an award that is % does not become %', old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger award_step before update of status on award for each row when (old.status <> new.status and current_user = 'liendoan_api') execute function award_step();

-- Units that give an award learn from their own log that it was decided or revoked in their name, whoever of them did it:
-- that log is not always one which the caller may write to. Of what the award is, nothing that takes a campaign or a unit
-- to see. Where the award's unit is in the caller's scope, the command notes more in its log.
create function award_noted() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare reach constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
begin
  insert into audit_log (principal, action, unit_id, before, after, request_id)
  select nullif(current_setting('liendoan.principal', true), ''), case new.status when 'DECIDED' then 'DECIDE_AWARD' else 'REVOKE_AWARD' end, p.unit_id,
    jsonb_build_object('code', old.code, 'status', old.status, 'version', old.version),
    jsonb_build_object('code', new.code, 'status', new.status, 'version', new.version, 'form', new.form, 'formVi', new.form_vi, 'title', new.title, 'count', new.count, 'qualifier', new.qualifier,
      'decisionNo', new.decision_no, 'decidedOn', new.decided_on, 'statusReason', new.status_reason),
    nullif(current_setting('liendoan.request', true), '')
  from (select new.unit_id, 0 as place union all select i.unit_id, i.place from award_issuer i where i.award_id = new.id and i.unit_id is not null) p
  where p.unit_id <> new.unit_id or not coalesce(new.path operator(public.<@) any (reach), false)
  group by p.unit_id order by min(p.place);
  return null;
end $$;
create trigger award_noted after update of status on award for each row
  when (old.status <> new.status and new.status in ('DECIDED', 'REVOKED') and current_user = 'liendoan_api') execute function award_noted();

do $$
declare
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  caller constant text := $q$(select nullif(current_setting('liendoan.principal', true), ''))$q$;
  in_scope constant text := format('path <@ any (%s)', format(paths, 'scope'));
  reported constant text := format('path <@ any (%s)', format(paths, 'reporter'));
  approved constant text := format('path <@ any (%1$s) and (nlevel(path) = 1 or path <> all (%1$s))', format(paths, 'approver'));
  issuing constant text := $q$exists (select from award_party p where p.award_id = award.id and p.part = 'ISSUER' and p.path <@ any (%s))$q$;
  issues constant text := format(issuing, format(paths, 'approver'));
  gives constant text := format(issuing, format(paths, 'reporter'));
  judges constant text := format('(%s or %s)', approved, issues);
  -- For all of them, one of the highest level.
  decides constant text := format('(%s or not by_unit and %s)', format(replace(issuing, 'p.part', 'p.decides and p.part'), format(paths, 'approver')), approved);
  presents constant text := format('(%s or %s)', reported, gives);
  by_another constant text := format('nominated_by is distinct from %s', caller);
  award_seen constant text := '(select a.id from award a where a.id = award_id) is not null';
  nominating constant text := format($q$(select a.status = 'NOMINATED' and a.path <@ any (%s) from award a where a.id = award_id)$q$, format(paths, 'reporter'));
  -- Recipients stand beneath the award's unit, or are it.
  beneath constant text := '(%s is null or (select u.path from org_unit u where u.id = %s) <@ (select a.path from award a where a.id = award_id))';
  home constant text := '(select t.unit_id from %1$s t where t.id = %1$s_id)';
  receiving constant text := concat_ws(' and ', format(beneath, 'unit_id', 'award_recipient.unit_id'), format(beneath, 'person_id', format(home, 'person')), format(beneath, 'work_id', format(home, 'work')),
    format(beneath, 'initiative_id', format(home, 'initiative')));
  party constant text := 'exists (select from award_party p where p.award_id = %s)';
  whole constant text := format(party, $q$award_recipient.award_id and (p.part in ('UNIT', 'ISSUER') or p.unit_id = award_recipient.unit_id)$q$);
  disclosed constant text := $q$exists (select from disclosure d where d.of = 'AWARD' and d.thing_id = %s and d.ended_at is null)$q$;
  names_disclosed constant text := format($q$(select a.status from award a where a.id = award_id) in ('DECIDED', 'PRESENTED') and %s$q$, format(disclosed, 'award_id and d.with_names'));
  policy record;
begin
  for policy in
    select on_table, what, command, expression, null as checked from (values
      ('award', 'seen', 'select', format('%s or %s or status in (''DECIDED'', ''PRESENTED'') and %s', in_scope, format(party, 'award.id'), format(disclosed, 'award.id'))),
      ('award', 'nominated', 'insert', format($q$%s and status = 'NOMINATED' and nominated_by = %s$q$, reported, caller)),
      ('award_party', 'seen', 'select', in_scope),
      ('award_issuer', 'seen', 'select', award_seen),
      ('award_kind', 'seen', 'select', award_seen),
      -- All of them by those who have the award's unit or an issuing one in scope, and where names are disclosed; by others
      -- those in their scope.
      ('award_recipient', 'seen', 'select', format('%s or %s', whole, names_disclosed))
    ) p (on_table, what, command, expression)
    union all
    select part, what, command, case when part = 'award_recipient' and command = 'insert' then format('%s and %s', nominating, receiving) else nominating end, null
      from unnest(array['award_issuer', 'award_kind', 'award_recipient']) part, (values ('kept', 'insert'), ('dropped', 'delete')) p (what, command)
    union all
    select 'award', what, 'update', expression, checked from (values
      ('changed', format($q$%s and status = 'NOMINATED'$q$, reported), format($q$%s and status = 'NOMINATED' and nominated_by = %s$q$, reported, caller)),
      ('judged', format($q$%s and status in ('NOMINATED', 'REVIEWED')$q$, judges), format($q$%s and (status = 'DECLINED' or status = 'REVIEWED' and %s)$q$, judges, by_another)),
      ('decided', format($q$%s and status = 'REVIEWED'$q$, decides), format($q$%s and status = 'DECIDED' and %s$q$, decides, by_another)),
      ('presented', format($q$%s and status = 'DECIDED'$q$, presents), format($q$%s and status = 'PRESENTED'$q$, presents)),
      ('revoked', format($q$%s and status in ('DECIDED', 'PRESENTED')$q$, decides), format($q$%s and status = 'REVOKED'$q$, decides))
    ) p (what, expression, checked)
  loop
    execute format('alter table %I enable row level security', policy.on_table);
    execute format('create policy %I on %I for %s to liendoan_api %s (%s) %s', policy.on_table || '_' || policy.what, policy.on_table,
      policy.command, case policy.command when 'insert' then 'with check' else 'using' end, policy.expression,
      case when policy.checked is null then '' else format('with check (%s)', policy.checked) end);
  end loop;
  grant select on award, award_issuer, award_recipient to liendoan_definer;
  create policy award_definer on award to liendoan_definer using (true);
  grant select, insert, delete, update (path, decides) on award_party to liendoan_definer;
  grant update (path, by_unit) on award to liendoan_definer;
  create policy award_issuer_definer on award_issuer to liendoan_definer using (true);
  create policy award_recipient_definer on award_recipient to liendoan_definer using (true);
  create policy award_party_definer on award_party to liendoan_definer using (true);
  grant create on schema public to liendoan_definer;
  alter function award_place() owner to liendoan_definer;
  alter function award_recipient_place() owner to liendoan_definer;
  alter function award_added() owner to liendoan_definer;
  alter function award_issued(int[]) owner to liendoan_definer;
  revoke execute on function award_issued(int[]) from public;
  alter function award_party_added() owner to liendoan_definer;
  alter function award_party_dropped() owner to liendoan_definer;
  alter function award_holds(int, int) owner to liendoan_definer;
  alter function award_wholes(int[]) owner to liendoan_definer;
  alter function award_held() owner to liendoan_definer;
  alter function award_noted() owner to liendoan_definer;
  grant insert (principal, action, unit_id, before, after, request_id) on audit_log to liendoan_definer;
  revoke execute on function award_place(), award_recipient_place(), award_added(), award_party_added(), award_party_dropped(), award_step(), award_holds(int, int), award_wholes(int[]), award_held(), award_noted() from public;
  grant execute on function award_holds(int, int), award_wholes(int[]) to liendoan_api;
  revoke create on schema public from liendoan_definer;
end $$;
grant select, insert on award, award_issuer, award_kind, award_recipient to liendoan_api;
grant select on award_party to liendoan_api;
grant delete on award_issuer, award_kind, award_recipient to liendoan_api;
grant update (unit_name, form, form_vi, title, title_level, basis, achievement, campaign_id, phase_id, period_kind, period_from, period_to, count, qualifier, named, batch_size,
  decision_no, decided_on, decided_on_precision, presented_on, presented_on_precision, presented_by, status, status_reason, included_in_id, maybe_included_in_id,
  nominated_by, reviewed_by, decided_by, source, note) on award to liendoan_api;
