-- What a unit assigned, or has registered with it.
create index figure_counterpart on figure (counterpart_id, series_id) where counterpart_id is not null;

-- How often targets were assigned to, or taken from, the units that ever stood directly under one, and those that it gave
-- wherever they stand now: the version of its allocation. Null for a unit outside the caller's scope.
create function target_allocation_version(of_unit int, of_series int) returns int
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select (select count(*) + count(*) filter (where f.status = 'WITHDRAWN') from figure f
      where f.series_id = of_series and f.approved_at is not null
        and (f.counterpart_id = of_unit or f.unit_id in (select p.unit_id from placement p where p.parent_id = of_unit)))::int
  from org_unit u
  where u.id = of_unit and u.path operator(public.<@) any ((select nullif(current_setting('liendoan.scope', true), '')::ltree[])::ltree[]);
end;
do $$
begin
  grant create on schema public to liendoan_definer;
  alter function target_allocation_version(int, int) owner to liendoan_definer;
  revoke execute on function target_allocation_version(int, int) from public;
  grant execute on function target_allocation_version(int, int) to liendoan_api;
  revoke create on schema public from liendoan_definer;
end $$;
