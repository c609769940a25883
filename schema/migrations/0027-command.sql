-- How a mutation begins, in one statement. docs/workflow.md says what is promised of all mutations.

-- The caller's session for this transaction: its time limits, the lock on grants (alone, of those that change some), what
-- the caller holds, and where the mutation has a key, the note of it. Answers with the first answer to that key where
-- there is one (`same`: it was the same mutation and input); with no row where it is the first time. Of two at once, the
-- second waits here for the first.
create function command_begin(caller text, day date, changes_grants boolean, used_key text, named text, hash text) returns table (same boolean, answer jsonb)
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  -- Statements of mutations stay prepared, and planning anew would take longer than any of them.
  perform set_config('statement_timeout', '15s', true), set_config('transaction_timeout', '25s', true), set_config('plan_cache_mode', 'force_generic_plan', true);
  if changes_grants then perform pg_advisory_xact_lock(715003); else perform pg_advisory_xact_lock_shared(715003); end if;
  -- Once the grants stand still.
  perform set_config(s.name, s.value, true) from access_session(caller, day) s;
  if used_key is null then return; end if;
  insert into idempotency as i (principal, key, mutation, input_hash) values (caller, used_key, named, decode(hash, 'hex'))
    on conflict (principal, key) do update set mutation = excluded.mutation, input_hash = excluded.input_hash, answer = null, at = now()
      where i.at < now() - interval '48 hours';
  if found then return; end if;
  return query select i.mutation = named and i.input_hash = decode(hash, 'hex'), i.answer from idempotency i where i.principal = caller and i.key = used_key;
end $$;
revoke execute on function command_begin(text, date, boolean, text, text, text) from public;
grant execute on function command_begin(text, date, boolean, text, text, text) to liendoan_api;

-- Holds figures as ledger_hold() does, and makes sure that they stand as they did when the caller judged them: of these
-- versions, and fit for the step. If not, LD002: the mutation looks anew.
create function ledger_take(figures bigint[], versions int[], posting boolean, step text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  scope constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
  campaign int;
begin
  if step = 'submit' then
    -- What is handed in is handed in while its campaign is open: nobody closes it meanwhile.
    for campaign in select distinct s.campaign_id from figure f join series s on s.id = f.series_id where f.id = any (figures) order by 1 loop
      perform pg_advisory_xact_lock_shared(715007, campaign);
    end loop;
  end if;
  perform ledger_hold(figures, posting);
  if exists (
    select from unnest(figures, versions) n (id, version)
    left join (figure f join series s on s.id = f.series_id join campaign c on c.id = s.campaign_id join org_unit u on u.id = f.unit_id) on f.id = n.id
    where f.version is distinct from n.version or not coalesce(u.path operator(public.<@) any (scope), false)
      or step = 'submit' and c.status = 'CLOSED' and f.corrects_id is null
      or step in ('submit', 'approve') and (
        f.date < u.valid_from or f.date >= coalesce(u.closed_on, 'infinity')
        or f.corrects_id is not null and not exists (select from figure o where o.id = f.corrects_id and o.status = 'APPROVED')
        or f.counterpart_id is not null
          and not exists (select from ancestry a where a.unit_id = f.unit_id and a.ancestor_id = f.counterpart_id and a.starts <= f.date and a.ends > f.date)
        or exists (select from figure o where (o.series_id, o.unit_id, o.coverage, o.date) = (f.series_id, f.unit_id, f.coverage, f.date)
          and o.status = 'APPROVED' and o.id <> f.id and o.id is distinct from f.corrects_id))
  ) then
    raise exception 'changed meanwhile' using errcode = 'LD002';
  end if;
end $$;
-- Hands figures in, which stand as the caller judged them; [{id, warnings}]: what was odd about them is acknowledged. Refuses
-- all where the caller reports for the unit of one not, or one is not to be handed in.
create function ledger_submit(figures bigint[], versions int[], warned jsonb) returns timestamptz
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  caller constant text := nullif(current_setting('liendoan.principal', true), '');
  reporter constant ltree[] := nullif(current_setting('liendoan.reporter', true), '')::ltree[];
begin
  perform ledger_take(figures, versions, false, 'submit');
  if caller is null or exists (
    select from figure f join org_unit u on u.id = f.unit_id
    where f.id = any (figures) and (f.status not in ('DRAFT', 'RETURNED') or not coalesce(u.path operator(public.<@) any (reporter), false))
  ) then
    raise exception 'not for this caller to hand in' using errcode = '42501';
  end if;
  update figure f set status = 'SUBMITTED', submitted_by = caller, submitted_at = now(), return_reason = null, warnings = w.warnings
    from jsonb_to_recordset(warned) w (id bigint, warnings text[]) where f.id = w.id and f.id = any (figures);
  return now();
end $$;
grant update (submitted_by, submitted_at, return_reason, warnings) on figure to liendoan_definer;

-- What surrounds results on the day of which they tell, as far as it counts: figures and totals of the unit itself alone, and
-- of its members, nothing that whoever has the unit in scope does not see. Of other units' results nothing.
create function result_surroundings(figures bigint[]) returns table (key text, "of" json)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare scope constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
begin
  return query
    select f.id::text, json_build_object('value', f.value::text, 'asOf', f.date, 'coverage', f.coverage,
      'before', (select o.value::text from figure o where o.series_id = f.series_id and o.unit_id = f.unit_id and o.coverage = f.coverage and o.status = 'APPROVED' and o.date < f.date order by o.date desc limit 1),
      'after', (select o.value::text from figure o where o.series_id = f.series_id and o.unit_id = f.unit_id and o.coverage = f.coverage and o.status = 'APPROVED' and o.date > f.date order by o.date limit 1),
      'targets', (select coalesce(json_agg(b.total::text), '[]') from series t
        cross join lateral (select total, complete from balance b where b.unit_id = f.unit_id and b.series_id = t.id and b.date <= f.date order by b.date desc limit 1) b
        where t.campaign_id = s.campaign_id and t.phase_id is not distinct from s.phase_id and t.indicator_id = s.indicator_id and t.measure <> 'RESULT' and b.total is not null and b.complete),
      'endsOn', least(latest_day(c.ends_on, c.ends_on_precision), latest_day(p.ends_on, p.ends_on_precision)),
      'stage', i.counting_stage,
      'stages', (select coalesce(json_agg(json_build_object('stage', j.counting_stage, 'value', o.value::text)), '[]') from indicator j
        join series t on t.indicator_id = j.id and t.measure = 'RESULT' and t.campaign_id = s.campaign_id and t.phase_id is not distinct from s.phase_id
        cross join lateral (select value from figure o where o.series_id = t.id and o.unit_id = f.unit_id and o.coverage = f.coverage and o.status = 'APPROVED' and o.date <= f.date
          order by o.date desc limit 1) o
        where i.counting_stage is not null and j.counting_stage is not null and j.id <> i.id and j.unit_of_measure = i.unit_of_measure and regexp_replace(j.code, '\.[^.]*$', '') = regexp_replace(i.code, '\.[^.]*$', '')),
      'detail', case when s.flows and f.coverage = 'SUBTREE' then (
        select (case when o.value is not null or b.members_total <> 0 then coalesce(o.value, 0) + coalesce(b.members_total, 0) end)::text from (select 1) one
        left join lateral (select members_total from balance b where b.unit_id = f.unit_id and b.series_id = s.id and b.date <= f.date order by b.date desc limit 1) b on true
        left join lateral (select value from figure o where o.series_id = s.id and o.unit_id = f.unit_id and o.coverage = 'OWN' and o.status = 'APPROVED' and o.date <= f.date
          order by o.date desc limit 1) o on true) end,
      'detailAsOf', case when s.flows and f.coverage = 'SUBTREE' then greatest(
        (select max(o.date) from figure o where o.series_id = s.id and o.unit_id = f.unit_id and o.coverage = 'OWN' and o.status = 'APPROVED'),
        (select max(b.as_of) from placement m join balance b on b.unit_id = m.unit_id and b.series_id = s.id and b.until = 'infinity'
          where m.parent_id = f.unit_id and m.ends = 'infinity')) end)
    from figure f join series s on s.id = f.series_id join campaign c on c.id = s.campaign_id join indicator i on i.id = s.indicator_id
    left join campaign_phase p on p.id = s.phase_id
    join org_unit u on u.id = f.unit_id
    where f.id = any (figures) and u.path operator(public.<@) any (scope);
end $$;

-- Figures of units in the caller's scope, with how they stand to the caller and among the others of their key. Of campaigns
-- that are plainly the caller's to see: launched in their scope; or launched, and by a unit above or outside the unions. Of
-- others that they may see, as policies say, nothing: they are read as the caller.
create function figure_standings(figures bigint[]) returns table (stated figure, campaign text, phase text, indicator text, measure measure, standing json)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  caller constant text := nullif(current_setting('liendoan.principal', true), '');
  scope constant ltree[] := nullif(current_setting('liendoan.scope', true), '')::ltree[];
  line constant int[] := nullif(current_setting('liendoan.line', true), '')::int[];
  reporter constant ltree[] := nullif(current_setting('liendoan.reporter', true), '')::ltree[];
  approver constant ltree[] := nullif(current_setting('liendoan.approver', true), '')::ltree[];
begin
  return query
    select f, c.code, p.code, i.code, s.measure, json_build_object('measure', s.measure, 'counted', f.approved_at is not null,
      'reports', coalesce(u.path operator(public.<@) any (reporter), false),
      'approves', ledger_approves(u.path),
      'gave', coalesce(case s.measure when 'ASSIGNED' then (select o.path from org_unit o where o.id = f.counterpart_id) when 'SELF_SET' then u.path end operator(public.<@) any (approver), false),
      'mine', coalesce(f.submitted_by = caller, false),
      'active', f.date >= u.valid_from and f.date < coalesce(u.closed_on, 'infinity'),
      'misplaced', f.counterpart_id is not null
        and not exists (select from ancestry a where a.unit_id = f.unit_id and a.ancestor_id = f.counterpart_id and a.starts <= f.date and a.ends > f.date),
      'campaignStatus', c.status,
      'isCorrection', f.corrects_id is not null,
      'occupied', exists (select from figure o where o.series_id = f.series_id and o.unit_id = f.unit_id and o.coverage = f.coverage and o.date = f.date
        and o.status = 'APPROVED' and o.id <> f.id and o.id is distinct from f.corrects_id),
      'bereft', f.corrects_id is not null and not exists (select from figure o where o.id = f.corrects_id and o.status = 'APPROVED'),
      'rivalled', exists (select from figure o where o.series_id = f.series_id and o.unit_id = f.unit_id and o.coverage = f.coverage and o.date = f.date
        and o.status in ('DRAFT', 'SUBMITTED', 'RETURNED') and o.id <> f.id))
    from figure f join series s on s.id = f.series_id join campaign c on c.id = s.campaign_id join indicator i on i.id = s.indicator_id
    join org_unit u on u.id = f.unit_id left join campaign_phase p on p.id = s.phase_id left join org_unit l on l.id = c.launched_by_id
    where f.id = any (figures) and u.path operator(public.<@) any (scope)
      and (l.path operator(public.<@) any (scope) or c.status <> 'DRAFT' and (c.launched_by_id is null or c.launched_by_id = any (line)));
end $$;

do $$
declare it regprocedure;
begin
  grant create on schema public to liendoan_definer;
  foreach it in array array['ledger_take(bigint[], int[], boolean, text)', 'ledger_submit(bigint[], int[], jsonb)', 'result_surroundings(bigint[])',
    'figure_standings(bigint[])']::regprocedure[] loop
    execute format('alter function %s owner to liendoan_definer', it);
    execute format('revoke execute on function %s from public', it);
    execute format('grant execute on function %s to liendoan_api', it);
  end loop;
  revoke create on schema public from liendoan_definer;
end $$;
