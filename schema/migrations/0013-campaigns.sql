-- The way of a campaign: drafted, launched, implemented and adopted below, closed.

create type campaign_status as enum ('DRAFT', 'LAUNCHED', 'CLOSED');
alter table campaign
  add column status campaign_status not null default 'LAUNCHED',
  -- The day on which it was closed; null also where that day is unknown.
  add column closed_on date check (closed_on is null or status = 'CLOSED'),
  add column version int not null default 1,
  -- A draft has not been launched.
  add check (status <> 'DRAFT' or launched_on is null);
create index campaign_not_launched on campaign (status, code) where status <> 'LAUNCHED';
-- Not of what an import adds to the row that it has just made. Whoever changes its phases or indicators alone writes the
-- row too, so that its version tells.
create trigger campaign_version before update of name, status, closed_on, launched_on on campaign for each row execute function next_version();

-- What a campaign counts.
create table campaign_indicator (
  campaign_id int not null references campaign,
  indicator_id int not null references indicator,
  primary key (campaign_id, indicator_id)
);
create index campaign_indicator_indicator on campaign_indicator (indicator_id);

-- A unit joins a campaign of a unit above it, or of a body outside: it launches it at home, or registers to take part.
create type adoption_manner as enum ('LAUNCH', 'REGISTER');
create table campaign_adoption (
  id int generated always as identity primary key,
  campaign_id int not null references campaign,
  unit_id int not null references org_unit,
  adopted_on date not null,
  manner adoption_manner not null,
  version int not null default 1,
  source text,
  note text,
  recorded_at timestamptz not null default now(),
  -- When the unit left; null while it takes part.
  ended_at timestamptz
);
create unique index campaign_adoption_current on campaign_adoption (campaign_id, unit_id) where ended_at is null;
create index campaign_adoption_unit on campaign_adoption (unit_id) where ended_at is null;
create trigger campaign_adoption_version before update of adopted_on, manner, ended_at on campaign_adoption for each row execute function next_version();

do $$
declare
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  ids constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::int[])::int[]$q$;
  member constant text := $q$(select nullif(current_setting('liendoan.scope', true), '') is not null)$q$;
  within constant text := $q$(select u.path from org_unit u where u.id = %s) <@ any (%s)$q$;
  campaign_seen constant text := '(select c.id from campaign c where c.id = %s) is not null';
  published constant text := 'exists (select from publication p where p.%s)';
  managed constant text := format($q$(select u.path from campaign c join org_unit u on u.id = c.launched_by_id where c.id = %%s and c.status %%s) <@ any (%s)$q$, format(paths, 'publisher'));
  phase_managed constant text := format(managed, 'campaign_id', '<> ''CLOSED''');
  drafted constant text := format(managed, 'campaign_id', '= ''DRAFT''');
  link_drafted constant text := format('(%s or %s)', drafted, format(managed, 'linked_id', '= ''DRAFT'''));
  unit_published constant text := format(within, 'unit_id', format(paths, 'publisher'));
  launcher_published constant text := format(within, 'launched_by_id', format(paths, 'publisher'));
  policy record;
begin
  -- As before, but a draft is seen by those alone who have its launching unit in scope.
  drop policy campaign_seen on campaign;
  for policy in
    select * from (values
      ('campaign', 'seen', 'select', format('%s or status <> ''DRAFT'' and (launched_by_id = any (%s) or launched_by_id is null and %s or %s or %s)',
        format(within, 'launched_by_id', format(paths, 'scope')), format(ids, 'line'), member,
        format('exists (select from series s join balance b on b.series_id = s.id where s.campaign_id = campaign.id and b.unit_id = any (%s))', format(ids, 'granted')),
        format(published, 'campaign_id = campaign.id'))),
      ('campaign', 'drafted', 'insert', format('%s and status = ''DRAFT''', launcher_published)),
      ('campaign', 'changed', 'update', launcher_published),
      ('campaign_phase', 'added', 'insert', phase_managed),
      ('campaign_phase', 'changed', 'update', phase_managed),
      ('campaign_phase', 'dropped', 'delete', drafted),
      ('campaign_link', 'drafted', 'insert', link_drafted),
      ('campaign_link', 'dropped', 'delete', link_drafted),
      ('campaign_indicator', 'seen', 'select', format(campaign_seen, 'campaign_id')),
      ('campaign_indicator', 'drafted', 'insert', drafted),
      ('campaign_indicator', 'dropped', 'delete', drafted),
      ('campaign_adoption', 'seen', 'select', format('%s and %s', format(within, 'unit_id', format(paths, 'scope')), format(campaign_seen, 'campaign_id'))),
      ('campaign_adoption', 'adopted', 'insert', unit_published),
      ('campaign_adoption', 'changed', 'update', unit_published)
    ) p (on_table, what, command, expression)
  loop
    execute format('alter table %I enable row level security', policy.on_table);
    execute format('create policy %I on %I for %s to liendoan_api %s (%s)', policy.on_table || '_' || policy.what, policy.on_table,
      policy.command, case policy.command when 'insert' then 'with check' else 'using' end, policy.expression);
  end loop;
end $$;

grant select on campaign_indicator, campaign_adoption to liendoan_api;
grant insert on campaign, campaign_phase, campaign_link, campaign_indicator, campaign_adoption to liendoan_api;
grant delete on campaign_phase, campaign_link, campaign_indicator to liendoan_api;
grant update (name, name_en, aliases, kind, cadence, launched_on, starts_on, starts_on_precision, ends_on, ends_on_precision,
  theme, objective, content, measures, audience, preceded_by_id, source, note, status, closed_on) on campaign to liendoan_api;
grant update (name, kind, theme, starts_on, starts_on_precision, ends_on, ends_on_precision) on campaign_phase to liendoan_api;
grant update (adopted_on, manner, ended_at) on campaign_adoption to liendoan_api;
-- The tree stands still while a campaign is tied to the units above: by the exclusive lock, which callers have already.
grant execute on function structure_lock_shared() to liendoan_api;
