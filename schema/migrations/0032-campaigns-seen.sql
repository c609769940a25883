-- Campaigns in which a granted unit has totals, by the campaign's series: a unit has as many totals as months and
-- indicators, and they were gone through once for each campaign.
alter policy campaign_seen on campaign using (
  (select u.path from org_unit u where u.id = launched_by_id) <@ any ((select nullif(current_setting('liendoan.scope', true), '')::ltree[])::ltree[])
  or status <> 'DRAFT' and (
    launched_by_id = any ((select nullif(current_setting('liendoan.line', true), '')::int[])::int[])
    or launched_by_id is null and (select nullif(current_setting('liendoan.scope', true), '') is not null)
    or exists (
      select from series s
      cross join lateral (select from balance b where b.unit_id = any ((select nullif(current_setting('liendoan.granted', true), '')::int[])::int[]) and b.series_id = s.id limit 1) b
      where s.campaign_id = campaign.id)
    or exists (select from publication p where p.campaign_id = campaign.id)
    or exists (select from disclosure d where d.campaign_id = campaign.id and d.ended_at is null)));
