import type { EntityManager } from '@mikro-orm/postgresql';
import { rowsOf } from '../shared/database/querying.js';
import type { Surroundings } from './warning.rules.js';

/**
 * What surrounds results on the day of which they tell, as far as it counts. Figures and totals of the unit itself alone,
 * and of its members: nothing that whoever reports for it does not see.
 */
export async function surroundingsOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, Surroundings>> {
  const rows = await rowsOf<{ key: string; of: Surroundings }>(
    em,
    `select f.id::text as key, json_build_object('value', f.value::text, 'asOf', f.date, 'coverage', f.coverage,
       'before', (select o.value::text from figure o where ${SAME_LINE} and o.date < f.date order by o.date desc limit 1),
       'after', (select o.value::text from figure o where ${SAME_LINE} and o.date > f.date order by o.date limit 1),
       'targets', (select coalesce(json_agg(b.total::text), '[]') from series t
         cross join lateral (select total, complete from balance b where b.unit_id = f.unit_id and b.series_id = t.id and b.date <= f.date order by b.date desc limit 1) b
         where ${SAME_CAMPAIGN} and t.indicator_id = s.indicator_id and t.measure <> 'RESULT' and b.total is not null and b.complete),
       'endsOn', least(latest_day(c.ends_on, c.ends_on_precision), latest_day(p.ends_on, p.ends_on_precision)),
       'stage', i.counting_stage,
       'stages', (select coalesce(json_agg(json_build_object('stage', j.counting_stage, 'value', o.value::text)), '[]') from indicator j
         join series t on t.indicator_id = j.id and t.measure = 'RESULT' and ${SAME_CAMPAIGN}
         cross join lateral (select value from figure o where o.series_id = t.id and o.unit_id = f.unit_id and o.coverage = f.coverage and o.status = 'APPROVED' and o.date <= f.date
           order by o.date desc limit 1) o
         where i.counting_stage is not null and j.counting_stage is not null and j.id <> i.id and j.unit_of_measure = i.unit_of_measure and ${FAMILY('j')} = ${FAMILY('i')}),
       'detail', case when s.flows and f.coverage = 'SUBTREE' then (
         select (case when o.value is not null or b.members_total <> 0 then coalesce(o.value, 0) + coalesce(b.members_total, 0) end)::text from (select 1) one
         left join lateral (select members_total from balance b where b.unit_id = f.unit_id and b.series_id = s.id and b.date <= f.date order by b.date desc limit 1) b on true
         left join lateral (select value from figure o where o.series_id = s.id and o.unit_id = f.unit_id and o.coverage = 'OWN' and o.status = 'APPROVED' and o.date <= f.date
           order by o.date desc limit 1) o on true) end,
       'detailAsOf', case when s.flows and f.coverage = 'SUBTREE' then greatest(
         (select max(o.date) from figure o where o.series_id = s.id and o.unit_id = f.unit_id and o.coverage = 'OWN' and o.status = 'APPROVED'),
         (select max(b.as_of) from placement m join balance b on b.unit_id = m.unit_id and b.series_id = s.id and b.until = 'infinity'
           where m.parent_id = f.unit_id and m.ends = 'infinity')) end) as of
     from figure f join series s on s.id = f.series_id join campaign c on c.id = s.campaign_id join indicator i on i.id = s.indicator_id
     left join campaign_phase p on p.id = s.phase_id
     where f.id = any ($1)`,
    [ids],
  );
  return new Map(rows.map(({ key, of }) => [key, of]));
}

const SAME_LINE = `o.series_id = f.series_id and o.unit_id = f.unit_id and o.coverage = f.coverage and o.status = 'APPROVED'`;
const SAME_CAMPAIGN = 't.campaign_id = s.campaign_id and t.phase_id is not distinct from s.phase_id';
/** Of indicators such as \`initiatives.valid\`: what they are stages of. */
const FAMILY = (indicator: string) => `regexp_replace(${indicator}.code, '\\.[^.]*$', '')`;
