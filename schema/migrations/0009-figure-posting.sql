-- The way of a figure through the hands of callers. What does not count yet they write themselves, under policies; what
-- counts is written by functions that look anew at who is asking.

do $$
declare
  paths constant text := $q$(select nullif(current_setting('liendoan.%s', true), '')::ltree[])::ltree[]$q$;
  caller constant text := $q$(select nullif(current_setting('liendoan.principal', true), ''))$q$;
  of_unit constant text := '(select u.path from org_unit u where u.id = unit_id)';
  reported constant text := format('%s <@ any (%s)', of_unit, format(paths, 'reporter'));
  -- Whoever approves stands above; at the root there is nobody above.
  approved constant text := format('(select u.path <@ any (%1$s) and (nlevel(u.path) = 1 or u.path <> all (%1$s)) from org_unit u where u.id = unit_id)', format(paths, 'approver'));
begin
  execute format($q$create policy figure_stated on figure for insert to liendoan_api
    with check (%s and status in ('DRAFT', 'SUBMITTED') and approved_at is null and (submitted_by is null or submitted_by = %s))$q$, reported, caller);
  execute format($q$create policy figure_reported on figure for update to liendoan_api
    using (%1$s and status in ('DRAFT', 'SUBMITTED', 'RETURNED'))
    with check (%1$s and status in ('DRAFT', 'SUBMITTED', 'WITHDRAWN') and approved_at is null and (status <> 'SUBMITTED' or submitted_by = %2$s))$q$, reported, caller);
  execute format($q$create policy figure_returned on figure for update to liendoan_api
    using (%1$s and status = 'SUBMITTED') with check (%1$s and status = 'RETURNED' and approved_at is null)$q$, approved);
end $$;
alter table figure add column correction_reason text;
grant insert on figure to liendoan_api;
grant update (value, qualifier, status, stated_percent, stated_basis, derived, source, note, submitted_by, submitted_at, return_reason, warnings,
  ended_at, end_reason, correction_reason) on figure to liendoan_api;

-- ---------------------------------------------------------------- posting

create policy census_definer on census to liendoan_definer using (true);
create policy campaign_phase_definer on campaign_phase to liendoan_definer using (true);
create policy indicator_definer on indicator to liendoan_definer using (true);
grant select on census, campaign_phase, indicator to liendoan_definer;
grant insert on series to liendoan_definer;
grant update (flows) on series to liendoan_definer;
grant update (status, approved_at, ended_at, end_reason, superseded_by) on figure to liendoan_definer;
grant insert, update, delete on balance to liendoan_definer;

-- The series of what a caller states, made where there is none yet.
create function ledger_series(of_campaign int, of_phase int, of_indicator int, of_measure measure) returns int
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare found int;
begin
  if of_phase is not null and not exists (select from campaign_phase p where p.id = of_phase and p.campaign_id = of_campaign) then
    raise exception 'no phase of the campaign' using errcode = '22023';
  end if;
  for attempt in 1..2 loop
    select s.id into found from series s
      where s.campaign_id = of_campaign and s.phase_id is not distinct from of_phase and s.indicator_id = of_indicator and s.measure = of_measure;
    exit when found is not null;
    insert into series (campaign_id, phase_id, indicator_id, measure, flows)
      select of_campaign, of_phase, i.id, of_measure, i.aggregation = 'SUM' from indicator i where i.id = of_indicator on conflict do nothing;
  end loop;
  return found;
end $$;

-- Lets nobody else change these figures, of those in the caller's scope; with `posting`, nor their series and the tree.
create function ledger_hold(figures bigint[], posting boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  scope constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
  held constant bigint[] := array(select f.id from figure f join org_unit u on u.id = f.unit_id where f.id = any (figures) and u.path operator(public.<@) any (scope));
begin
  if posting then
    perform structure_lock_shared();
    perform from series where id in (select series_id from figure where id = any (held)) order by id for no key update;
  end if;
  perform from figure where id = any (held) order by id for no key update;
end $$;

-- Whether the caller stands above a unit as an approver does.
create function ledger_approves(path ltree) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp
return coalesce(path operator(public.<@) any (nullif(current_setting('liendoan.approver', true), '')::ltree[])
  and (nlevel(path) = 1 or path operator(public.<>) all (nullif(current_setting('liendoan.approver', true), '')::ltree[])), false);

-- Approves what was handed in: results, and targets that were registered. Refuses all where one is not the caller's to
-- approve, or not to be approved.
create function ledger_approve(figures bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  caller constant text := nullif(current_setting('liendoan.principal', true), '');
  moment timestamptz;
begin
  perform ledger_hold(figures, true);
  perform from figure c where c.id in (select f.corrects_id from figure f where f.id = any (figures)) order by c.id for no key update;
  if caller is null or exists (
    select from unnest(figures) n (id)
    left join figure f on f.id = n.id left join series s on s.id = f.series_id left join org_unit u on u.id = f.unit_id left join figure c on c.id = f.corrects_id
    where f.id is null or f.status <> 'SUBMITTED' or f.submitted_by = caller or s.measure not in ('RESULT', 'REGISTERED') or not ledger_approves(u.path)
      or f.date < u.valid_from or f.date >= coalesce(u.closed_on, 'infinity')
      or f.corrects_id is not null and (c.status <> 'APPROVED' or (c.series_id, c.unit_id, c.coverage, c.date) <> (f.series_id, f.unit_id, f.coverage, f.date))
  ) then
    raise exception 'not for this caller to approve' using errcode = '42501';
  end if;
  -- Under the lock of the series: moments are in the order in which they are committed.
  moment := clock_timestamp();
  update figure c set status = 'SUPERSEDED', ended_at = moment, superseded_by = f.id
    from figure f where f.id = any (figures) and c.id = f.corrects_id;
  update figure set status = 'APPROVED', approved_at = moment where id = any (figures);
  perform ledger_touch(figures);
  perform ledger_settle(moment);
end $$;

-- Takes back what counts; the same callers as approve it, and of a target who gave it.
create function ledger_withdraw(figures bigint[], reason text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  approver constant ltree[] := nullif(current_setting('liendoan.approver', true), '')::ltree[];
  moment timestamptz;
begin
  perform ledger_hold(figures, true);
  if exists (
    select from unnest(figures) n (id)
    left join figure f on f.id = n.id left join series s on s.id = f.series_id left join org_unit u on u.id = f.unit_id left join org_unit c on c.id = f.counterpart_id
    where f.id is null or f.status <> 'APPROVED' or not coalesce(case s.measure
      when 'ASSIGNED' then c.path operator(public.<@) any (approver) when 'SELF_SET' then u.path operator(public.<@) any (approver) else ledger_approves(u.path) end, false)
  ) then
    raise exception 'not for this caller to withdraw' using errcode = '42501';
  end if;
  moment := clock_timestamp();
  update figure set status = 'WITHDRAWN', ended_at = moment, end_reason = reason where id = any (figures);
  perform ledger_touch(figures);
  perform ledger_settle(moment);
end $$;

-- Lets targets count that the caller has just written: assigned by the unit directly above, or set by the unit itself,
-- of which the caller is an APPROVER. They take the place of those of the same day.
create function ledger_assign(figures bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  caller constant text := nullif(current_setting('liendoan.principal', true), '');
  approver constant ltree[] := nullif(current_setting('liendoan.approver', true), '')::ltree[];
  former bigint[];
  moment timestamptz;
begin
  perform ledger_hold(figures, true);
  former := array(
    select c.id from figure f join figure c using (series_id, unit_id, coverage, date) where f.id = any (figures) and c.status = 'APPROVED' order by c.id);
  perform from figure where id = any (former) order by id for no key update;
  if caller is null or exists (
    select from unnest(figures) n (id)
    left join figure f on f.id = n.id left join series s on s.id = f.series_id left join org_unit u on u.id = f.unit_id left join org_unit c on c.id = f.counterpart_id
    where f.id is null or f.status <> 'SUBMITTED' or f.submitted_by <> caller or f.date < u.valid_from or f.date >= coalesce(u.closed_on, 'infinity')
      or not coalesce(case s.measure
        when 'ASSIGNED' then c.path operator(public.<@) any (approver)
          and exists (select from placement p where p.unit_id = f.unit_id and p.parent_id = f.counterpart_id and p.starts <= f.date and p.ends > f.date)
        when 'SELF_SET' then u.path operator(public.<@) any (approver) end, false)
  ) then
    raise exception 'not for this caller to assign' using errcode = '42501';
  end if;
  moment := clock_timestamp();
  update figure c set status = 'SUPERSEDED', ended_at = moment, superseded_by = f.id
    from figure f where f.id = any (figures) and c.id = any (former) and (c.series_id, c.unit_id, c.coverage, c.date) = (f.series_id, f.unit_id, f.coverage, f.date);
  update figure set status = 'APPROVED', approved_at = moment where id = any (figures);
  perform ledger_touch(figures);
  perform ledger_settle(moment);
end $$;

do $$
declare it regprocedure;
begin
  grant create on schema public to liendoan_definer;
  foreach it in array array['ledger_series(int, int, int, measure)', 'ledger_hold(bigint[], boolean)', 'ledger_approves(ltree)', 'ledger_approve(bigint[])',
    'ledger_withdraw(bigint[], text)', 'ledger_assign(bigint[])']::regprocedure[] loop
    execute format('alter function %s owner to liendoan_definer', it);
    execute format('revoke execute on function %s from public', it);
  end loop;
  revoke create on schema public from liendoan_definer;
end $$;
grant execute on function ledger_open(), ledger_touch(bigint[]), ledger_settle(), ledger_wave(org_level, smallint), structure_lock_shared() to liendoan_definer;
grant execute on function ledger_series(int, int, int, measure), ledger_hold(bigint[], boolean), ledger_approve(bigint[]), ledger_withdraw(bigint[], text),
  ledger_assign(bigint[]) to liendoan_api;
