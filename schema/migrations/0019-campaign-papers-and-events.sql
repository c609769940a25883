-- What a campaign rests on and what it is for in words; annual themes; with whom units work, and their events.

create type union_body as enum ('PRESIDIUM', 'STANDING_COMMITTEE', 'EXECUTIVE_COMMITTEE');
alter table campaign
  -- Which body of the unit launched it.
  add column launching_body union_body check (launching_body is null or launched_by_id is not null),
  add column sectors sector[] not null default '{}',
  add column occasions text[] not null default '{}';
grant update (launching_body, sectors, occasions) on campaign to liendoan_api;

create type document_kind as enum ('RESOLUTION', 'PLAN', 'GUIDANCE', 'REGULATION', 'LAW', 'REPORT', 'OTHER');
create table document (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  -- Who keeps it; null: common to all, such as a law.
  unit_id int references org_unit,
  kind document_kind not null,
  title text collate "vi-x-icu" not null,
  number text,
  issuer text,
  issued_on date,
  issued_on_precision date_precision not null default 'DAY',
  term_from date,
  term_from_precision date_precision not null default 'DAY',
  term_to date,
  term_to_precision date_precision not null default 'DAY',
  content text,
  version int not null default 1,
  source text,
  note text,
  check (latest_day(term_to, term_to_precision) >= earliest_day(term_from, term_from_precision)),
  unique (id, unit_id)
);
create index document_unit on document (unit_id, code);
create trigger document_version before update of title on document for each row execute function next_version();

create type document_role as enum ('BASIS', 'GUIDANCE');
create table campaign_document (
  campaign_id int not null references campaign,
  document_id int not null references document,
  role document_role not null,
  -- The document's.
  unit_id int,
  primary key (campaign_id, document_id, role),
  foreign key (document_id, unit_id) references document (id, unit_id) on update cascade
);
create index campaign_document_document on campaign_document (document_id);

-- The theme of a unit for a year; null: it had one, whose words are not known.
create table annual_theme (
  id int generated always as identity primary key,
  unit_id int not null references org_unit,
  year int not null check (year between 1000 and 9999),
  text text,
  version int not null default 1,
  source text,
  note text,
  unique (unit_id, year)
);
create trigger annual_theme_version before update of text on annual_theme for each row execute function next_version();

-- What is to come of a campaign, in words. No number: a target is a figure.
create type aim_direction as enum ('UP', 'DOWN', 'HOLD');
create table aim (
  id int generated always as identity primary key,
  unit_id int not null references org_unit,
  campaign_id int not null references campaign,
  code text collate "C" not null,
  phase_id int references campaign_phase,
  indicator_id int references indicator,
  direction aim_direction,
  text text not null,
  version int not null default 1,
  source text,
  note text,
  unique (unit_id, campaign_id, code)
);
create index aim_campaign on aim (campaign_id);
create index aim_phase on aim (phase_id) where phase_id is not null;
create index aim_indicator on aim (indicator_id) where indicator_id is not null;
create trigger aim_version before update of text on aim for each row execute function next_version();

create type partner_kind as enum ('MANAGEMENT', 'GOVERNMENT', 'EMPLOYER', 'STATE_BODY', 'MASS_ORGANISATION', 'OTHER');
create table partner (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  unit_id int not null references org_unit,
  name text collate "vi-x-icu" not null,
  kind partner_kind not null,
  version int not null default 1,
  source text,
  note text
);
create index partner_unit on partner (unit_id, code);
create trigger partner_version before update of name on partner for each row execute function next_version();

create type event_kind as enum ('CONTEST', 'FESTIVAL', 'TALK', 'CEREMONY', 'REVIEW', 'WELFARE', 'CONFERENCE', 'ACTIVITY', 'OTHER');
create table event (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  unit_id int not null references org_unit,
  kind event_kind not null,
  name text collate "vi-x-icu" not null,
  edition text,
  starts_on date,
  starts_on_precision date_precision not null default 'DAY',
  ends_on date,
  ends_on_precision date_precision not null default 'DAY',
  campaign_id int references campaign,
  outcomes text,
  version int not null default 1,
  source text,
  note text,
  check (latest_day(ends_on, ends_on_precision) >= earliest_day(starts_on, starts_on_precision))
);
create index event_unit on event (unit_id);
create index event_campaign on event (campaign_id) where campaign_id is not null;
create trigger event_version before update of name on event for each row execute function next_version();

create table event_partner (
  event_id int not null references event,
  partner_id int not null references partner,
  primary key (event_id, partner_id)
);
create index event_partner_partner on event_partner (partner_id);

-- What was counted there, in the order in which it was told. Counts of one kind that differ stay side by side.
create type event_counted as enum ('PARTICIPANTS', 'CONTESTS', 'TALKS', 'GIFTS', 'OTHER');
create table event_count (
  event_id int not null references event,
  place int not null,
  "of" event_counted not null,
  -- Null: there were some, and nobody told how many.
  value numeric(20, 4) check (value >= 0),
  qualifier qualifier not null default 'EXACT',
  -- What was counted, as the source calls it.
  noun text,
  source text,
  primary key (event_id, place),
  -- People, contests, talks and gifts come in whole numbers.
  check ("of" = 'OTHER' or value = trunc(value))
);

do $$
declare
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  ids constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::int[])::int[]$q$;
  member constant text := $q$(select nullif(current_setting('liendoan.scope', true), '') is not null)$q$;
  within constant text := $q$(select u.path from org_unit u where u.id = unit_id) <@ any (%s)$q$;
  in_scope constant text := format(within, format(paths, 'scope'));
  in_line constant text := format('unit_id = any (%s)', format(ids, 'line'));
  published constant text := format(within, format(paths, 'publisher'));
  approved constant text := format(within, format(paths, 'approver'));
  reported constant text := format(within, format(paths, 'reporter'));
  disclosed constant text := 'exists (select from disclosure d where d.of = ''EVENT'' and d.thing_id = event.id and d.ended_at is null)';
  event_seen constant text := '(select e.id from event e where e.id = event_id) is not null';
  event_reported constant text := format('(select u.path from event e join org_unit u on u.id = e.unit_id where e.id = event_id) <@ any (%s)', format(paths, 'reporter'));
  campaign_seen constant text := '(select c.id from campaign c where c.id = campaign_id) is not null';
  policy record;
begin
  for policy in
    select * from (values
      -- In scope or above it; common to all; of a campaign that its keeper launched and the caller sees.
      ('document', 'seen', 'select', format('%s or %s or %s and (unit_id is null
        or exists (select from campaign_document d join campaign c on c.id = d.campaign_id where d.document_id = document.id and c.launched_by_id = document.unit_id))', in_scope, in_line, member)),
      ('document', 'kept', 'insert', published),
      ('document', 'changed', 'update', published),
      ('campaign_document', 'seen', 'select', format('%s and %s', member, campaign_seen)),
      ('campaign_document', 'kept', 'insert', format('%s and %s', published, campaign_seen)),
      ('campaign_document', 'dropped', 'delete', published),
      ('annual_theme', 'seen', 'select', format('%s or %s', in_scope, in_line)),
      ('annual_theme', 'kept', 'insert', published),
      ('annual_theme', 'changed', 'update', published),
      -- Those of the unit that launched the campaign are seen with it.
      ('aim', 'seen', 'select', format('%s and %s or %s and exists (select from campaign c where c.id = campaign_id and c.launched_by_id = unit_id)', in_scope, campaign_seen, member)),
      ('aim', 'kept', 'insert', format('%s and %s', approved, campaign_seen)),
      ('aim', 'changed', 'update', approved),
      ('partner', 'seen', 'select', in_scope),
      ('partner', 'kept', 'insert', reported),
      ('partner', 'changed', 'update', reported),
      ('event', 'seen', 'select', format('%s or %s', in_scope, disclosed)),
      ('event', 'kept', 'insert', reported),
      ('event', 'changed', 'update', reported),
      ('event_partner', 'seen', 'select', event_seen),
      ('event_partner', 'kept', 'insert', event_reported),
      ('event_partner', 'dropped', 'delete', event_reported),
      ('event_count', 'seen', 'select', event_seen),
      ('event_count', 'kept', 'insert', event_reported),
      ('event_count', 'dropped', 'delete', event_reported)
    ) p (on_table, what, command, expression)
  loop
    execute format('alter table %I enable row level security', policy.on_table);
    execute format('create policy %I on %I for %s to liendoan_api %s (%s)', policy.on_table || '_' || policy.what, policy.on_table,
      policy.command, case policy.command when 'insert' then 'with check' else 'using' end, policy.expression);
  end loop;
end $$;

grant select, insert on document, campaign_document, annual_theme, aim, partner, event, event_partner, event_count to liendoan_api;
grant delete on campaign_document, event_partner, event_count to liendoan_api;
grant update (kind, title, number, issuer, issued_on, issued_on_precision, term_from, term_from_precision, term_to, term_to_precision, content, source, note) on document to liendoan_api;
grant update (text, source, note) on annual_theme to liendoan_api;
grant update (phase_id, indicator_id, direction, text, source, note) on aim to liendoan_api;
grant update (name, kind, source, note) on partner to liendoan_api;
grant update (kind, name, edition, starts_on, starts_on_precision, ends_on, ends_on_precision, campaign_id, outcomes, source, note) on event to liendoan_api;
create trigger event_disclosure after update of unit_id on event for each row execute function follow_disclosed('EVENT');
create trigger event_shown before update on event for each row when (current_user = 'liendoan_api') execute function keep_shown('EVENT');
-- A disclosure takes unit and campaign from what it shows, and holds its row.
grant select, update (version) on event to liendoan_definer;
create policy event_definer on event to liendoan_definer using (true);
