import { unknownReferences } from './import.staging.sql.js';
import { adoptionRecords, campaignRecords, clusterRecords, closureRecords, indicatorRecords, memberCountRecords, placementRecords, publicationRecords, roundRecords, unitRecords } from './record.query.js';
import type { RecordType } from './records.js';
import { annotations, CHANGES, correct, day, flagOf, listOfTexts, MOMENT, text, unitId, write } from './writing.js';

const keysOf = (type: string) => `(select key from said where type = '${type}')`;
const unitsOf = (type: string) => `(select body->>'unit' from said where type = '${type}')`;
const asKnown = (type: string, records: string, extra = '') =>
  `insert into known select '${type}', key, line::jsonb - 'type' from (${records}) r ${extra}`;

/** What is known under the keys of the import. */
const KNOWN: Partial<Record<RecordType, string[]>> = {
  orgUnit: [asKnown('orgUnit', unitRecords(`u.code in ${keysOf('orgUnit')}`))],
  placement: [asKnown('placement', placementRecords(`u.code in ${unitsOf('placement')}`), `where key in ${keysOf('placement')}`)],
  closure: [asKnown('closure', closureRecords(`u.code in ${keysOf('closure')}`))],
  cluster: [asKnown('cluster', clusterRecords(`c.code in ${keysOf('cluster')}`))],
  memberCount: [asKnown('memberCount', memberCountRecords(`u.code in ${unitsOf('memberCount')}`), `where key in ${keysOf('memberCount')}`)],
  indicator: [asKnown('indicator', indicatorRecords(`i.code in ${keysOf('indicator')}`))],
  campaign: [asKnown('campaign', campaignRecords(`c.code in ${keysOf('campaign')}`))],
  adoption: [asKnown('adoption', adoptionRecords(`u.code in ${unitsOf('adoption')}`), `where key in ${keysOf('adoption')}`)],
  reportingRound: [asKnown('reportingRound', roundRecords(`c.code in (select body->>'campaign' from said where type = 'reportingRound')`), `where key in ${keysOf('reportingRound')}`)],
  publication: [asKnown('publication', publicationRecords(`u.code in ${unitsOf('publication')}`), `where key in ${keysOf('publication')}`),
    // A record need not say which number it publishes.
    `update known k set body = k.body - 'value' from said s where s.type = 'publication' and k.type = 'publication' and s.key = k.key and not s.body ? 'value'`],
};
export const knownReferences = (types: ReadonlySet<string>): string[] => Object.entries(KNOWN).flatMap(([type, statements]) => (types.has(type) ? statements : []));

const aliases = listOfTexts('aliases');

const unitColumns = {
  name: text('name'), name_en: text('nameEn'), aliases, kind: `(${text('kind')})::org_unit_kind`, sector: `(${text('sector')})::sector`,
  ownership: `(${text('ownership')})::ownership`, ...annotations,
};
const newUnitColumns = { code: 'v.key', level: `(${text('level')})::org_level`, valid_from: day('validFrom'), id: 'a.id', path: 'a.path', ...unitColumns };

export const writeUnits = [
  // Where each will stand today. structure_apply() has the last word; but a path that is right at once need not be
  // written a second time, into every index of the table.
  `create temp table arrival on commit drop as
    with recursive moved as (
      select distinct on (unit) unit, parent from (
        select body->>'unit' as unit, body->>'parent' as parent, body->>'from' as starts from said where type = 'placement'
        union all select key, body->>'successor', body->>'on' from said where type = 'closure' and body ? 'successor') f
      where starts::date <= today() order by unit, starts desc),
    fresh as (
      select v.key as code, nextval('org_unit_id_seq')::int as id, coalesce(m.parent, v.body->>'parent') as parent
      from verdict v left join moved m on m.unit = v.key where v.type = 'orgUnit' and v.state = 'new'),
    placed as (
      select f.code, f.id, coalesce(u.path || f.id::text, text2ltree(f.id::text)) as path
        from fresh f left join org_unit u on u.code = f.parent where f.parent is null or u.id is not null
      union all
      select f.code, f.id, p.path || f.id::text from placed p join fresh f on f.parent = p.code)
    select f.code, f.id, p.path from fresh f left join placed p using (code)`,
  `analyze arrival`,
  `select load_begin('org_unit', (select count(*) from arrival))`,
  `insert into org_unit (${Object.keys(newUnitColumns).join(', ')}) overriding system value
    select ${Object.values(newUnitColumns).join(', ')} from arrival a join verdict v on v.type = 'orgUnit' and v.key = a.code order by a.path`,
  `select load_end('org_unit')`,
  ...correct('org_unit', 'orgUnit', unitColumns),
];

const INDICATOR_COLUMNS = 'name, name_en, unit_of_measure, aggregation, numerator_id, denominator_id, counting_stage, source, note';

export const writeIndicators = [
  ...write('indicator', 'indicator', {
    name: text('name'), name_en: text('nameEn'), unit_of_measure: text('unitOfMeasure'), counting_stage: `(${text('countingStage')})::counting_stage`, ...annotations,
  }, { aggregation: `(${text('aggregation')})::aggregation` }),
  `update indicator t set numerator_id = n.id, denominator_id = d.id
    from verdict v join indicator n on n.code = ${text('numerator')} join indicator d on d.code = ${text('denominator')}
    where v.type = 'indicator' and v.state = 'new' and t.code = v.key`,
  ...['numerator', 'denominator'].flatMap((part) => [
    unknownReferences('indicator', part, 'indicator'),
    `insert into problem select v.n, '${part}', 'NOT_A_SUM', format('%s is of aggregation %s: the parts of a ratio are sums', i.code, i.aggregation)
      from verdict v join indicator i on i.code = ${text(part)} where v.type = 'indicator' and i.aggregation <> 'SUM'`,
  ]),
  `update indicator_record r set ended_at = ${MOMENT} from verdict v join indicator i on i.code = v.key
    where v.type = 'indicator' and v.state = 'differs' and v.mode = 'c' and r.indicator_id = i.id and r.ended_at is null`,
  `insert into indicator_record (indicator_id, ${INDICATOR_COLUMNS}, recorded_at)
    select id, ${INDICATOR_COLUMNS}, ${MOMENT} from indicator i where not exists (select from indicator_record r where r.indicator_id = i.id and r.ended_at is null) order by id`,
];

const phaseColumns = `x.code, x.name, coalesce(x.kind, 'PHASE') as kind, x.theme, x."startsOn" as starts_on, coalesce(x."startsOnPrecision", 'DAY') as starts_on_precision,
  x."endsOn" as ends_on, coalesce(x."endsOnPrecision", 'DAY') as ends_on_precision`;
const PHASE_COLUMNS = ['code', 'name', 'kind', 'theme', 'starts_on', 'starts_on_precision', 'ends_on', 'ends_on_precision'];

export const writeCampaigns = [
  ...write('campaign', 'campaign', {
    name: text('name'), name_en: text('nameEn'), aliases, kind: `(${text('campaignKind')})::campaign_kind`, cadence: `(${text('cadence')})::cadence`,
    launched_by_id: unitId('launchedBy'),
    // With an unknown launcher the import fails: until then the row holds its place.
    external_launcher: `case when ${unitId('launchedBy')} is null then coalesce(${text('externalLauncher')}, '?') end`,
    launched_on: day('launchedOn'), status: `coalesce(${text('status')}, 'LAUNCHED')::campaign_status`, closed_on: day('closedOn'), starts_on: day('startsOn'), starts_on_precision: `coalesce(${text('startsOnPrecision')}, 'DAY')::date_precision`,
    ends_on: day('endsOn'), ends_on_precision: `coalesce(${text('endsOnPrecision')}, 'DAY')::date_precision`,
    theme: text('theme'), objective: text('objective'), content: text('content'), measures: text('measures'), audience: text('audience'), publishes_ranks: flagOf('publishesRanks'),
    launching_body: `case when ${unitId('launchedBy')} is not null then (${text('launchingBody')})::union_body end`,
    sectors: `(${listOfTexts('sectors')})::sector[]`, occasions: listOfTexts('occasions'), ...annotations,
  }),
  `update campaign t set implements_id = i.id, preceded_by_id = p.id
    from verdict v left join campaign i on i.code = ${text('implements')} left join campaign p on p.code = ${text('precededBy')}
    where v.type = 'campaign' and ${CHANGES} and t.code = v.key and (t.implements_id, t.preceded_by_id) is distinct from (i.id, p.id)`,
  `create temp table said_phase on commit drop as
    select v.n, c.id as campaign_id, x.position, ${phaseColumns}
    from verdict v join campaign c on c.code = v.key cross join lateral jsonb_array_elements(v.body->'phases') with ordinality as e (phase, position)
    cross join lateral jsonb_to_record(e.phase || jsonb_build_object('position', e.position)) as x (position int, code text, name text, kind phase_kind, theme text,
      "startsOn" date, "startsOnPrecision" date_precision, "endsOn" date, "endsOnPrecision" date_precision)
    where v.type = 'campaign' and ${CHANGES}`,
  `update campaign_phase t set ${PHASE_COLUMNS.slice(1).map((column) => `${column} = s.${column}`).join(', ')}
    from said_phase s where t.campaign_id = s.campaign_id and t.code = s.code
      and (${PHASE_COLUMNS.map((column) => `t.${column}`).join(', ')}) is distinct from (${PHASE_COLUMNS.map((column) => `s.${column}`).join(', ')})`,
  `insert into campaign_phase (campaign_id, ${PHASE_COLUMNS.join(', ')})
    select campaign_id, ${PHASE_COLUMNS.join(', ')} from said_phase s
    where not exists (select from campaign_phase p where p.campaign_id = s.campaign_id and p.code = s.code) order by n, position`,
  `insert into problem select v.n, 'phases', 'CANNOT_CHANGE', format('the phase %s stays: name it too', p.code)
    from verdict v join campaign c on c.code = v.key join campaign_phase p on p.campaign_id = c.id
    where v.type = 'campaign' and v.state = 'differs' and v.mode = 'c' and not exists (select from said_phase s where s.campaign_id = c.id and s.code = p.code)`,
  `create temp table said_link on commit drop as
    select l.n, least(a.id, b.id) as campaign_id, greatest(a.id, b.id) as linked_id, b.id is null as unknown, l.linked, v.state, v.mode
    from link l join verdict v on v.n = l.n join campaign a on a.code = l.campaign left join campaign b on b.code = l.linked`,
  `insert into problem select n, 'linkedCampaigns', 'UNKNOWN_CAMPAIGN', format('no campaign has the code %s', linked)
    from said_link s where unknown and not exists (select from broken b where b.declares = 'campaign' and b.code = s.linked)`,
  `with fresh as (
      insert into campaign_link select distinct campaign_id, linked_id from said_link s
      where not unknown and (state = 'new' or mode = 'c') and not exists (select from campaign_link l where l.campaign_id = s.campaign_id and l.linked_id = s.linked_id)
      returning campaign_id, linked_id)
    update verdict v set state = 'differs' from said_link s join fresh f using (campaign_id, linked_id) where s.n = v.n and v.state = 'same'`,
  `insert into problem select n, 'linkedCampaigns', 'ALREADY_STATED', format('is known without the link to %s; to add it, add "corrects": true', linked)
    from said_link s where not unknown and not exists (select from campaign_link l where l.campaign_id = s.campaign_id and l.linked_id = s.linked_id)`,
  `create temp table said_indicator on commit drop as
    select v.n, c.id as campaign_id, e.code, i.id as indicator_id
    from verdict v join campaign c on c.code = v.key cross join lateral jsonb_array_elements_text(v.body->'indicators') e (code) left join indicator i on i.code = e.code
    where v.type = 'campaign' and ${CHANGES}`,
  `insert into problem select n, 'indicators', 'UNKNOWN_INDICATOR', format('no indicator has the code %s', code)
    from said_indicator s where indicator_id is null and not exists (select from broken b where b.declares = 'indicator' and b.code = s.code)`,
  `delete from campaign_indicator k using campaign c, verdict v where k.campaign_id = c.id and v.type = 'campaign' and v.key = c.code and v.state = 'differs' and v.mode = 'c'`,
  `insert into campaign_indicator select campaign_id, indicator_id from said_indicator where indicator_id is not null`,
  `insert into problem select v.n, 'closedOn', 'FUTURE_DATE', format('is later than today, %s', today())
    from verdict v where v.type = 'campaign' and ${day('closedOn')} > today()`,
  `insert into problem select v.n, 'status', 'CANNOT_CHANGE', format('is known as %s: what was launched is no draft again', coalesce(v.known->>'status', 'LAUNCHED'))
    from verdict v where v.type = 'campaign' and v.state = 'differs' and v.mode = 'c' and ${text('status')} = 'DRAFT' and v.known->>'status' is distinct from 'DRAFT'`,
  unknownReferences('campaign', 'launchedBy', 'unit'),
  unknownReferences('campaign', 'implements', 'campaign'),
  unknownReferences('campaign', 'precededBy', 'campaign'),
  `with recursive up as (
      select c.id as start, c.implements_id as id from verdict v join campaign c on c.code = v.key where v.type = 'campaign' and ${CHANGES} and c.implements_id is not null
      union
      select up.start, c.implements_id from up join campaign c on c.id = up.id where c.implements_id is not null)
    insert into problem select v.n, 'implements', 'CYCLE', 'in the end the campaign would implement itself'
    from up join campaign c on c.id = up.start join verdict v on v.type = 'campaign' and v.key = c.code where up.id = up.start`,
];

export const writeAdoptions = [
  unknownReferences('adoption', 'unit', 'unit'),
  unknownReferences('adoption', 'campaign', 'campaign'),
  `insert into problem select v.n, 'adoptedOn', 'FUTURE_DATE', format('is later than today, %s', today())
    from verdict v where v.type = 'adoption' and ${day('adoptedOn')} > today()`,
  `insert into problem select v.n, 'campaign', 'NOT_LAUNCHED', 'the campaign is a draft: nobody below knows of it'
    from verdict v join campaign c on c.code = ${text('campaign')} where v.type = 'adoption' and c.status = 'DRAFT'`,
  `insert into campaign_adoption (campaign_id, unit_id, adopted_on, manner, source, note, version)
    select c.id, u.id, ${day('adoptedOn')}, (${text('manner')})::adoption_manner, ${text('source')}, ${text('note')},
      (select coalesce(max(a.version), 0) + 1 from campaign_adoption a where a.campaign_id = c.id and a.unit_id = u.id)
    from verdict v join org_unit u on u.code = ${text('unit')} join campaign c on c.code = ${text('campaign')} where v.type = 'adoption' and v.state = 'new' order by v.n`,
  `update campaign_adoption t set adopted_on = ${day('adoptedOn')}, manner = (${text('manner')})::adoption_manner, source = ${text('source')}, note = ${text('note')}
    from verdict v join org_unit u on u.code = ${text('unit')} join campaign c on c.code = ${text('campaign')}
    where v.type = 'adoption' and v.state = 'differs' and v.mode = 'c' and t.unit_id = u.id and t.campaign_id = c.id and t.ended_at is null`,
];

export const writeRounds = [
  unknownReferences('reportingRound', 'campaign', 'campaign'),
  `insert into problem select v.n, 'campaign', 'NOT_LAUNCHED', 'the campaign is a draft: nobody below knows of it'
    from verdict v join campaign c on c.code = ${text('campaign')} where v.type = 'reportingRound' and c.status = 'DRAFT'`,
  `insert into problem select v.n, 'phase', 'UNKNOWN_PHASE', format('no phase has the code %s in this campaign', ${text('phase')})
    from verdict v join campaign c on c.code = ${text('campaign')} left join campaign_phase ph on ph.campaign_id = c.id and ph.code = ${text('phase')}
    where v.type = 'reportingRound' and v.body ? 'phase' and ph.id is null`,
  `insert into problem select v.n, 'indicators', 'UNKNOWN_INDICATOR', format('no indicator has the code %s', e.code)
    from verdict v cross join lateral jsonb_array_elements_text(v.body->'indicators') e (code)
    where v.type = 'reportingRound' and not exists (select from indicator i where i.code = e.code) and not exists (select from broken b where b.declares = 'indicator' and b.code = e.code)`,
  `insert into problem select v.n, 'ended', 'CANNOT_CHANGE', 'is known as true: what has ended stays so'
    from verdict v where v.type = 'reportingRound' and v.state = 'differs' and v.mode = 'c' and v.known ? 'ended' and not v.body ? 'ended'`,
  `create temp table said_round on commit drop as
    select v.n, v.state, c.id as campaign_id, ph.id as phase_id, v.body->>'code' as code, v.body from verdict v join campaign c on c.code = ${text('campaign')}
      left join campaign_phase ph on ph.campaign_id = c.id and ph.code = ${text('phase')}
    where v.type = 'reportingRound' and ${CHANGES} and (ph.id is not null or not v.body ? 'phase')`,
  `insert into reporting_round (campaign_id, code, name, kind, phase_id, period_from, period_to, ended_at)
    select campaign_id, code, body->>'name', (body->>'kind')::report_kind, phase_id, (body->>'from')::date, (body->>'to')::date, case when body ? 'ended' then now() end
    from said_round where state = 'new' order by n`,
  `update reporting_round t set name = s.body->>'name', kind = (s.body->>'kind')::report_kind, phase_id = s.phase_id, period_from = (s.body->>'from')::date, period_to = (s.body->>'to')::date,
      ended_at = case when s.body ? 'ended' then coalesce(t.ended_at, now()) end
    from said_round s where s.state = 'differs' and t.campaign_id = s.campaign_id and t.code = s.code`,
  ...['round_due', 'round_indicator'].map((part) => `delete from ${part} t using said_round s join reporting_round r using (campaign_id, code) where s.state = 'differs' and t.round_id = r.id`),
  `insert into round_due (round_id, level, due_on)
    select r.id, d.level, d."on" from said_round s join reporting_round r using (campaign_id, code) cross join lateral jsonb_to_recordset(s.body->'due') d (level org_level, "on" date)`,
  `insert into round_indicator (round_id, indicator_id)
    select r.id, i.id from said_round s join reporting_round r using (campaign_id, code) cross join lateral jsonb_array_elements_text(s.body->'indicators') e (code) join indicator i on i.code = e.code`,
];

export const writeClusters = [
  unknownReferences('cluster', 'owner', 'unit'),
  unknownReferences('cluster', 'leadUnit', 'unit'),
  `create temp table said_member on commit drop as
    select v.n, v.key as cluster, (v.body->>'year')::int as year, o.id as owner_id, e.code, u.id as unit_id
    from verdict v join org_unit o on o.code = ${text('owner')} cross join lateral jsonb_array_elements_text(v.body->'members') e (code) left join org_unit u on u.code = e.code
    where v.type = 'cluster' and ${CHANGES}`,
  `insert into problem select n, 'members', 'UNKNOWN_UNIT', format('no unit has the code %s', code)
    from said_member s where unit_id is null and not exists (select from broken b where b.declares = 'unit' and b.code = s.code)`,
  `insert into emulation_cluster (code, owner_id, name, kind, year, lead_unit_id, source, note)
    select v.key, o.id, ${text('name')}, (${text('kind')})::cluster_kind, (v.body->>'year')::smallint, ${unitId('leadUnit')}, ${text('source')}, ${text('note')}
    from verdict v join org_unit o on o.code = ${text('owner')} where v.type = 'cluster' and v.state = 'new' order by v.n`,
  `update emulation_cluster t set owner_id = o.id, name = ${text('name')}, kind = (${text('kind')})::cluster_kind, year = (v.body->>'year')::smallint,
      lead_unit_id = ${unitId('leadUnit')}, source = ${text('source')}, note = ${text('note')}
    from verdict v join org_unit o on o.code = ${text('owner')} where v.type = 'cluster' and v.state = 'differs' and v.mode = 'c' and t.code = v.key`,
  `delete from emulation_cluster_member m using emulation_cluster c, verdict v where m.cluster_id = c.id and v.type = 'cluster' and v.key = c.code and ${CHANGES}`,
  `insert into emulation_cluster_member select c.id, s.unit_id from said_member s join emulation_cluster c on c.code = s.cluster where s.unit_id is not null`,
  // Of two of one import the later is at fault. What is there already, and not said anew, stays.
  `insert into problem
    select s.n, 'members', 'ALREADY_IN_CLUSTER', format('%s stands in %s already: of one owner, kind and year a unit is in one cluster', s.code, min(k.code))
    from said_member s join emulation_cluster c on c.code = s.cluster
    join emulation_cluster k on k.owner_id = c.owner_id and k.kind = c.kind and k.year = c.year and k.id <> c.id
    join emulation_cluster_member m on m.cluster_id = k.id and m.unit_id = s.unit_id
    where not exists (select from said_member o where o.cluster = k.code and o.n > s.n)
    group by s.n, s.code`,
];

export const writeMemberCounts = [
  unknownReferences('memberCount', 'unit', 'unit'),
  `insert into problem select v.n, 'asOf', 'FUTURE_DATE', format('is later than today, %s', today())
    from verdict v where v.type = 'memberCount' and ${day('asOf')} > today()`,
  `update member_count t set ended_at = ${MOMENT}
    from verdict v join org_unit u on u.code = ${text('unit')}
    where v.type = 'memberCount' and v.state = 'differs' and v.mode = 'c' and t.unit_id = u.id and t."of" = (${text('of')})::counted and t.as_of = ${day('asOf')} and t.ended_at is null`,
  `insert into member_count (unit_id, "of", as_of, value, qualifier, source, note, recorded_at)
    select u.id, (${text('of')})::counted, ${day('asOf')}, (v.body->>'value')::numeric, coalesce(${text('qualifier')}, 'EXACT')::qualifier, ${text('source')}, ${text('note')}, ${MOMENT}
    from verdict v join org_unit u on u.code = ${text('unit')} where v.type = 'memberCount' and ${CHANGES}`,
];
