-- Reporting rounds: what units owe, and by when.

create type report_kind as enum ('MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR', 'SCHOOL_YEAR', 'PHASE', 'CUSTOM');

create table reporting_round (
  id int generated always as identity primary key,
  campaign_id int not null references campaign,
  code text collate "C" not null,
  name text not null,
  kind report_kind not null,
  -- The results owed are those of the phase, or of the campaign as a whole.
  phase_id int references campaign_phase check (kind <> 'PHASE' or phase_id is not null),
  period_from date not null,
  -- The results are of a day of the period; who owes them is told by the tree of its last one.
  period_to date not null check (period_to >= period_from),
  version int not null default 1,
  ended_at timestamptz,
  end_reason text,
  check (ended_at is not null or end_reason is null),
  unique (campaign_id, code)
);
create index reporting_round_open on reporting_round (period_from) where ended_at is null;
create trigger reporting_round_version before update on reporting_round for each row execute function next_version();

-- Units of that level owe by that day.
create table round_due (
  round_id int not null references reporting_round,
  level org_level not null,
  due_on date not null,
  primary key (round_id, level)
);

create table round_indicator (
  round_id int not null references reporting_round,
  indicator_id int not null references indicator,
  primary key (round_id, indicator_id)
);
create index round_indicator_indicator on round_indicator (indicator_id);

-- Whoever sees the campaign sees its rounds. A CAMPAIGN_MANAGER of the launching unit keeps them; where a body outside
-- the unions has launched it, one of a NATIONAL unit.
do $$
declare
  publisher constant text := $q$(select nullif(current_setting('liendoan.publisher', true), '')::ltree[])::ltree[]$q$;
  managed constant text := format($q$(select case when c.launched_by_id is null then exists (select from org_unit n where n.level = 'NATIONAL' and n.path <@ any (%1$s))
    else (select u.path from org_unit u where u.id = c.launched_by_id) <@ any (%1$s) end from campaign c where c.id = %%s)$q$, publisher);
  of_campaign constant text := format(managed, 'campaign_id');
  of_round constant text := format(managed, '(select r.campaign_id from reporting_round r where r.id = round_id)');
  part text;
begin
  alter table reporting_round enable row level security;
  create policy reporting_round_seen on reporting_round for select to liendoan_api using ((select c.id from campaign c where c.id = campaign_id) is not null);
  execute format('create policy reporting_round_kept on reporting_round for insert to liendoan_api with check (%s)', of_campaign);
  execute format('create policy reporting_round_changed on reporting_round for update to liendoan_api using (%s)', of_campaign);
  foreach part in array array['round_due', 'round_indicator'] loop
    execute format('alter table %I enable row level security', part);
    execute format('create policy %I on %I for select to liendoan_api using ((select r.id from reporting_round r where r.id = round_id) is not null)', part || '_seen', part);
    execute format('create policy %I on %I for insert to liendoan_api with check (%s)', part || '_kept', part, of_round);
    execute format('create policy %I on %I for delete to liendoan_api using (%s)', part || '_dropped', part, of_round);
  end loop;
end $$;
grant select on reporting_round, round_due, round_indicator to liendoan_api;
grant insert on reporting_round, round_due, round_indicator to liendoan_api;
grant update (name, kind, phase_id, period_from, period_to, ended_at, end_reason) on reporting_round to liendoan_api;
grant delete on round_due, round_indicator to liendoan_api;
