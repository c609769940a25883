/**
 * What is kept, as records of the exchange format: one definition for the export, which writes them, and for the
 * import, which compares with them. Each query gives `key` and `line`; the key is the one of records.ts.
 */

/** A row as compact JSON in the order of its columns, without nulls. */
export const json = (columns: string) => `(select json_strip_nulls(row_to_json(r)) from (select ${columns}) r)`;
export const set = (column: string, byDefault: string) => `nullif(${column}, '${byDefault}') as`;
export const list = (column: string) => `nullif(${column}, '{}') as`;

export const unitRecords = (where: string) => `
  select u.code as key, ${json(`'orgUnit' as type, u.code, u.name, u.name_en as "nameEn", ${list('u.aliases')} aliases, u.level, u.kind, u.sector, u.ownership,
    p.code as parent, u.valid_from as "validFrom", u.source, u.note`)} as line
  from org_unit u left join placement pl on pl.unit_id = u.id and pl.starts = u.valid_from left join org_unit p on p.id = pl.parent_id
  where ${where}`;

/** Also the first placement of a unit, which its own record tells of; not what its closure tells of. */
export const placementRecords = (where: string) => `
  select u.code || '|' || pl.starts as key, ${json(`'placement' as type, u.code as unit, p.code as parent, pl.starts as "from", w.source, w.note`)} as line
  from placement pl join org_unit u on u.id = pl.unit_id join org_unit p on p.id = pl.parent_id
  left join structure_source w on w.unit_id = pl.unit_id and w.starts = pl.starts
  where pl.starts is distinct from u.closed_on and ${where}`;

export const closureRecords = (where: string) => `
  select u.code as key, ${json(`'closure' as type, u.code as unit, u.closed_on as "on", s.code as successor, w.source, w.note`)} as line
  from org_unit u left join org_unit s on s.id = u.successor_id
  left join structure_source w on w.unit_id = u.id and w.starts = u.closed_on
  where u.closed_on is not null and ${where}`;

export const clusterRecords = (where: string) => `
  select c.code as key, ${json(`'cluster' as type, c.code, o.code as owner, c.name, c.kind, c.year, l.code as "leadUnit",
    array(select m.code from emulation_cluster_member cm join org_unit m on m.id = cm.unit_id where cm.cluster_id = c.id order by m.code) as members, c.source, c.note`)} as line
  from emulation_cluster c join org_unit o on o.id = c.owner_id left join org_unit l on l.id = c.lead_unit_id
  where ${where}`;

export const memberCountRecords = (where: string) => `
  select u.code || '|' || m."of" || '|' || m.as_of as key, ${json(`'memberCount' as type, u.code as unit, m."of", m.as_of as "asOf", trim_scale(m.value) as value,
    ${set('m.qualifier', 'EXACT')} qualifier, m.source, m.note`)} as line
  from member_count m join org_unit u on u.id = m.unit_id
  where m.ended_at is null and ${where}`;

export const indicatorRecords = (where: string) => `
  select i.code as key, ${json(`'indicator' as type, i.code, i.name, i.name_en as "nameEn", i.unit_of_measure as "unitOfMeasure", i.aggregation,
    n.code as numerator, d.code as denominator, i.counting_stage as "countingStage", i.source, i.note`)} as line
  from indicator i left join indicator n on n.id = i.numerator_id left join indicator d on d.id = i.denominator_id
  where ${where}`;

/** A link is written once, with the campaign whose code comes first. */
export const campaignRecords = (where: string) => `
  select c.code as key, ${json(`'campaign' as type, c.code, c.name, c.name_en as "nameEn", ${list('c.aliases')} aliases, c.kind as "campaignKind", c.cadence,
    l.code as "launchedBy", c.external_launcher as "externalLauncher", c.launching_body as "launchingBody", c.launched_on as "launchedOn",
    ${set('c.status', 'LAUNCHED')} status, c.closed_on as "closedOn", c.starts_on as "startsOn", ${set('c.starts_on_precision', 'DAY')} "startsOnPrecision", c.ends_on as "endsOn", ${set('c.ends_on_precision', 'DAY')} "endsOnPrecision",
    c.theme, c.objective, c.content, c.measures, c.audience, nullif(c.publishes_ranks, false) as "publishesRanks", ${list('c.sectors')} sectors, ${list('c.occasions')} occasions, i.code as implements,
    ${list(`array(select o.code from campaign_link k join campaign o on o.id in (k.campaign_id, k.linked_id) where c.id in (k.campaign_id, k.linked_id) and o.code > c.code order by o.code)`)} "linkedCampaigns",
    b.code as "precededBy",
    ${list(`array(select i.code from campaign_indicator k join indicator i on i.id = k.indicator_id where k.campaign_id = c.id order by i.code)`)} indicators,
    (select json_agg(${json(`p.code, p.name, ${set('p.kind', 'PHASE')} kind, p.theme, p.starts_on as "startsOn", ${set('p.starts_on_precision', 'DAY')} "startsOnPrecision",
      p.ends_on as "endsOn", ${set('p.ends_on_precision', 'DAY')} "endsOnPrecision"`)} order by p.starts_on nulls last, p.code) from campaign_phase p where p.campaign_id = c.id) as phases,
    c.source, c.note`)} as line
  from campaign c left join org_unit l on l.id = c.launched_by_id left join campaign i on i.id = c.implements_id left join campaign b on b.id = c.preceded_by_id
  where ${where}`;

/** Of units that take part still. */
export const adoptionRecords = (where: string) => `
  select u.code || '|' || c.code as key, ${json(`'adoption' as type, u.code as unit, c.code as campaign, a.adopted_on as "adoptedOn", a.manner, a.source, a.note`)} as line
  from campaign_adoption a join org_unit u on u.id = a.unit_id join campaign c on c.id = a.campaign_id
  where a.ended_at is null and ${where}`;

/** Ended ones too: their codes are not used again. */
export const roundRecords = (where: string) => `
  select c.code || '|' || r.code as key, ${json(`'reportingRound' as type, c.code as campaign, r.code, r.name, r.kind, ph.code as phase, r.period_from as "from", r.period_to as "to",
    (select json_agg(json_build_object('level', d.level, 'on', d.due_on) order by d.level) from round_due d where d.round_id = r.id) as due,
    array(select i.code from round_indicator o join indicator i on i.id = o.indicator_id where o.round_id = r.id order by i.code) as indicators,
    case when r.ended_at is not null then true end as ended`)} as line
  from reporting_round r join campaign c on c.id = r.campaign_id left join campaign_phase ph on ph.id = r.phase_id
  where ${where}`;

const MOST = '9007199254740991';

/** Those in force. A value that a JSON number does not carry exactly is left out. */
export const publicationRecords = (where: string) => `
  select concat_ws('|', u.code, c.code, coalesce(ph.code, ''), i.code, p.measure, p.as_of) as key,
    ${json(`'publication' as type, u.code as unit, c.code as campaign, ph.code as phase, i.code as indicator, ${set('p.measure', 'RESULT')} basis, p.as_of as "asOf", p.audience,
      case when p.value = trunc(p.value) and abs(p.value) <= ${MOST} or length(trim_scale(abs(p.value))::text) <= 16 then trim_scale(p.value) end as value, p.source, p.note`)} as line
  from publication p join org_unit u on u.id = p.unit_id join campaign c on c.id = p.campaign_id
  join indicator i on i.id = p.indicator_id left join campaign_phase ph on ph.id = p.phase_id
  where p.ended_at is null and ${where}`;

const resultLine = json(`'result' as type, u.code as unit, c.code as campaign, ph.code as phase, i.code as indicator, f.coverage, f.date as "asOf", trim_scale(f.value) as value,
    ${set('f.qualifier', 'EXACT')} qualifier, trim_scale(f.stated_percent) as "statedPercent", f.stated_basis as "statedBasis", nullif(f.derived, false) as derived, f.source, f.note`);
const targetLine = json(`'target' as type, u.code as unit, c.code as campaign, ph.code as phase, i.code as indicator, s.measure as basis, f.date as "decidedOn", trim_scale(f.value) as value,
    ${set('f.qualifier', 'EXACT')} qualifier, cp.code as counterpart, nullif(f.derived, false) as derived, f.source, f.note`);
const normLine = json(`'target' as type, u.code as unit, c.code as campaign, ph.code as phase, i.code as indicator, 'NORM' as basis, f.decided_on as "decidedOn", trim_scale(f.value) as value,
    ${set('f.qualifier', 'EXACT')} qualifier, cp.code as counterpart, f.per, f.source, f.note`);

/** The record of a figure `f`, whatever its status; `join` and `where` say which. */
export const figureRecords = (columns: string, join: string, where = 'true') => `
  select ${columns}, case s.measure when 'RESULT' then ${resultLine} else ${targetLine} end as line
  from figure f join series s on s.id = f.series_id join org_unit u on u.id = f.unit_id join campaign c on c.id = s.campaign_id
  join indicator i on i.id = s.indicator_id left join campaign_phase ph on ph.id = s.phase_id left join org_unit cp on cp.id = f.counterpart_id
  ${join} where ${where}`;

/** The record of a norm `f`. */
export const normRecords = (columns: string, join: string, where = 'true') => `
  select ${columns}, ${normLine} as line
  from norm f join org_unit u on u.id = f.unit_id join campaign c on c.id = f.campaign_id
  join indicator i on i.id = f.indicator_id left join campaign_phase ph on ph.id = f.phase_id left join org_unit cp on cp.id = f.counterpart_id
  ${join} where ${where}`;
