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
