import { kinds } from './kinds/index.js';
import { wanted, type RecordKind } from './kinds/kind.js';
import { adoptionRecords, campaignRecords, closureRecords, clusterRecords, figureRecords, indicatorRecords, memberCountRecords, normRecords, placementRecords, publicationRecords, roundRecords, unitRecords } from './record.query.js';

const furtherKinds: readonly RecordKind[] = kinds;
/** What the further kinds refer to. */
const wants = (what: 'units' | 'campaigns' | 'indicators' | 'clusters') => furtherKinds.flatMap(({ wants: of }) => of?.[what] ?? []);
const alsoWanted = (what: Parameters<typeof wants>[0]) => wants(what).map((ids) => `union ${ids}`).join('\n        ');
const tables = ['unit', 'own', 'cluster', 'indicator', 'campaign'].map(
  (what) => `create temp table wanted_${what} (id int primary key) on commit drop`,
);
tables.push('create temp table wanted_thing (what text not null, id int not null, primary key (what, id)) on commit drop');

/** Which rows go into an export of everything. */
export const wantAll = [
  `set local jit = off`,
  ...tables,
  `insert into wanted_unit select id from org_unit`,
  `insert into wanted_own select id from org_unit`,
  `insert into wanted_cluster select id from emulation_cluster`,
  `insert into wanted_indicator select id from indicator`,
  `insert into wanted_campaign select id from campaign`,
];

/** Which rows go into the export of the subtree of unit $1, by today's tree: its own, and whatever they refer to. */
export const wantSubtree = {
  prepare: [`set local jit = off`, ...tables],
  own: `insert into wanted_own select u.id from org_unit u where u.path <@ (select path from org_unit where code = $1)`,
  rest: [
    `analyze wanted_own`,
    // What refers to another comes after it: so the last ones' wishes come first.
    ...furtherKinds.toReversed().flatMap(({ wants: of }) => Object.entries(of?.things ?? {}).map(([what, ids]) => `insert into wanted_thing select '${what}', id from (${ids}) t (id) on conflict do nothing`)),
    `insert into wanted_cluster select id from emulation_cluster where owner_id in ${wanted('own')} ${alsoWanted('clusters')}`,
    `create temp table wanted_series on commit drop as
      select campaign_id, indicator_id from series where id in (select series_id from figure where status = 'APPROVED' and unit_id in ${wanted('own')})
      union select campaign_id, indicator_id from norm where not withdrawn and unit_id in ${wanted('own')}
      union select campaign_id, indicator_id from publication where ended_at is null and unit_id in ${wanted('own')}`,
    `insert into wanted_indicator
      with needed as (select indicator_id as id from wanted_series ${alsoWanted('indicators')})
      select id from needed union select p.id from needed join indicator i using (id) cross join lateral (values (numerator_id), (denominator_id)) p (id) where p.id is not null`,
    `insert into wanted_campaign
      with recursive needed (id) as (
        select campaign_id from wanted_series
        union select id from campaign where launched_by_id in ${wanted('own')}
        union select campaign_id from campaign_adoption where ended_at is null and unit_id in ${wanted('own')}
        ${alsoWanted('campaigns')}
        union
        select o.id from needed join campaign c using (id) cross join lateral (
          values (c.implements_id), (c.preceded_by_id) union select linked_id from campaign_link where campaign_id = c.id
          union select campaign_id from campaign_link where linked_id = c.id) o (id) where o.id is not null)
      select id from needed`,
    `insert into wanted_indicator
      select p.id from campaign_indicator k join indicator i on i.id = k.indicator_id cross join lateral (values (i.id), (i.numerator_id), (i.denominator_id)) p (id)
      where k.campaign_id in ${wanted('campaign')} and p.id is not null on conflict do nothing`,
    `insert into wanted_indicator
      select p.id from reporting_round r join round_indicator k on k.round_id = r.id join indicator i on i.id = k.indicator_id
        cross join lateral (values (i.id), (i.numerator_id), (i.denominator_id)) p (id)
      where r.campaign_id in ${wanted('campaign')} and p.id is not null on conflict do nothing`,
    `insert into wanted_unit
      with recursive needed (id) as (
        (select id from wanted_own
        union select launched_by_id from campaign where id in ${wanted('campaign')} and launched_by_id is not null
        union select lead_unit_id from emulation_cluster where id in ${wanted('cluster')} and lead_unit_id is not null
        union select unit_id from emulation_cluster_member where cluster_id in ${wanted('cluster')}
        ${alsoWanted('units')})
        union
        select above.id from needed n join org_unit u on u.id = n.id cross join lateral (
          select u.successor_id union select parent_id from placement where unit_id = u.id) above (id) where above.id is not null)
      select id from needed`,
  ],
};

const NOT_FIRST = `pl.starts > u.valid_from`;
const figures = (measure: string) => figureRecords(
  `u.code as unit, c.code as campaign, ph.code as phase, i.code as indicator, s.measure::text as measure, f.coverage::text as coverage, f.date`, '',
  `f.status = 'APPROVED' and s.measure ${measure} 'RESULT' and f.unit_id in ${wanted('own')}`);
const norms = normRecords(
  `u.code as unit, c.code as campaign, ph.code as phase, i.code as indicator, 'NORM' as measure, 'SUBTREE' as coverage, f.decided_on as date`, '',
  `not f.withdrawn and f.unit_id in ${wanted('own')}`);
const FIGURE_ORDER = ['unit', 'campaign', 'phase', 'indicator', 'measure', 'coverage'].map((column) => `${column} collate "C"`).join(', ');

const totalOf = (indicator: string) => `(
    select b.total from series s join balance b on b.series_id = s.id and b.unit_id = p.unit_id
    where s.campaign_id = p.campaign_id and s.phase_id is not distinct from p.phase_id and s.indicator_id = ${indicator} and s.measure = p.measure and b.date <= p.as_of
    order by b.date desc limit 1)`;
// What an import of the export would publish again: the total is still the number that was published, and the sum of
// figures that are exported. The others are history.
const publications = publicationRecords(`p.unit_id in ${wanted('own')}
  and p.value = (select case when n is null or d is null then o when d <> 0 then round(100 * n / d, 2) end
    from (select ${totalOf('i.id')} as o, ${totalOf('i.numerator_id')} as n, ${totalOf('i.denominator_id')} as d) t)
  and ((select count(*) from wanted_own) = (select count(*) from org_unit) or not exists (
    select from publication_equation e join figure f on f.id = any (e.plus || e.minus) where e.publication_id = p.id and f.unit_id not in ${wanted('own')}))`);

const ordered = (records: string) => `select line from (${records}) r order by key collate "C"`;
const orderedFigures = (records: string) => `select line from (${records}) r order by ${FIGURE_ORDER}, date`;

/** The lines of an export, part after part. */
export const exportParts = [
  // Stripped of nulls, a root has lost its parent; the format says that it has none.
  `select case when line::jsonb ? 'parent' then line::text else regexp_replace(line::text, '"validFrom":"[^"]*"', '"parent":null,\\&') end from (${unitRecords(`u.id in ${wanted('unit')}`)}) r order by key collate "C"`,
  ordered(placementRecords(`u.id in ${wanted('unit')} and ${NOT_FIRST}`)),
  ordered(closureRecords(`u.id in ${wanted('unit')}`)),
  ordered(clusterRecords(`c.id in ${wanted('cluster')}`)),
  ordered(memberCountRecords(`m.unit_id in ${wanted('own')}`)),
  ordered(indicatorRecords(`i.id in ${wanted('indicator')}`)),
  ordered(campaignRecords(`c.id in ${wanted('campaign')}`)),
  ordered(adoptionRecords(`a.unit_id in ${wanted('own')}`)),
  ordered(roundRecords(`r.campaign_id in ${wanted('campaign')}`)),
  orderedFigures(`${figures('<>')} union all ${norms}`),
  orderedFigures(figures('=')),
  ordered(publications),
  ...furtherKinds.map(({ records, exportedAs = records, exported }) => ordered(exportedAs(exported))),
];

/** Raw lines: JSON holds neither control character, so that nothing is ever quoted. */
export const copyOut = (part: string) => `copy (${part}) to stdout (format csv, delimiter E'\\x02', quote E'\\x01')`;
