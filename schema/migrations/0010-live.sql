-- Says on the channel liendoan_ledger which campaigns and units a transaction has posted to: heard when it commits, and
-- only then. docs/live.md is the manual.

-- As JSON: the ids of campaigns, and of the units whose balances were recomputed. Without units: any; without either:
-- anything may have changed, as where the lists are too long for a notification (8,000 bytes). No numbers, no names.
create function ledger_announce() returns void
language plpgsql volatile set search_path = public, pg_temp as $$
declare
  longest constant int := 7000;
  campaigns int[] := array(select distinct s.campaign_id from series s where s.id in (select series_id from ledger_dirty));
  units int[];
  said text := json_build_object('campaigns', campaigns);
begin
  if (select count(*) from (select from ledger_work limit 2001) few) <= 2000 then
    units := array(select distinct unit_id from ledger_work);
    if octet_length(said) + octet_length(units::text) < longest - 20 then said := json_build_object('campaigns', campaigns, 'units', units); end if;
  end if;
  perform pg_notify('liendoan_ledger', case when octet_length(said) <= longest then said else '{}' end);
end $$;
revoke execute on function ledger_announce() from public;
grant execute on function ledger_announce() to liendoan_definer;

-- As before, and then it says so.
create or replace function ledger_settle() returns void
language plpgsql volatile set search_path = public, pg_temp set jit = off
set plan_cache_mode = auto set enable_hashjoin = on set enable_mergejoin = on set enable_seqscan = on as $$
declare wave record;
begin
  perform ledger_open();
  if not exists (select from ledger_dirty) then return; end if;
  perform structure_lock_shared();
  perform from series where id in (select series_id from ledger_dirty) order by id for no key update;

  -- A few: one plan for the session, made of index probes. Many: plans made for what is there.
  if (select count(*) from (select from ledger_dirty limit 101) few) <= 100 then
    perform set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true);
  else
    perform set_config('plan_cache_mode', 'force_custom_plan', true);
    analyze ledger_dirty;
  end if;

  delete from ledger_work;
  insert into ledger_work (unit_id, series_id, since, flows, level, tier)
    with recursive up as (
      select unit_id, series_id, since from ledger_dirty
      union
      select p.parent_id, up.series_id, up.since from up join placement p on p.unit_id = up.unit_id and p.ends > up.since
    )
    select up.unit_id, up.series_id, greatest(min(up.since), u.valid_from), s.flows, u.level, u.tier
    from up join org_unit u on u.id = up.unit_id join series s on s.id = up.series_id
    group by up.unit_id, up.series_id, u.valid_from, s.flows, u.level, u.tier;
  if current_setting('plan_cache_mode') = 'force_custom_plan' then analyze ledger_work; end if;

  for wave in select distinct level, tier from ledger_work order by level desc, tier loop
    perform ledger_wave(wave.level, wave.tier);
    -- The next level reads what this one wrote.
    if (select count(*) > 10000 from ledger_fresh) then analyze balance; end if;
  end loop;
  perform ledger_announce();
  delete from ledger_dirty;
end $$;
