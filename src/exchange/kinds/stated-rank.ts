import { code, date, flag, oneOf, shape, text as textField, wholeNumber } from '../fields.js';
import { json } from '../record.query.js';
import { annotations, day, enumOf, idOf, numberOf, phaseId, text, unitId, unknownPhase, write } from '../writing.js';
import { kindOf, wanted } from './kind.js';

const MOST = 2 ** 31 - 1;
/** What may be told anew; unit and campaign stay. */
const columns = {
  phase_id: phaseId, indicator_id: idOf('indicator', 'indicator'), by: enumOf('by', 'rank_measure'), among: enumOf('group', 'rank_group'), region_id: idOf('region', 'region'), cluster_id: idOf('emulation_cluster', 'cluster'),
  place: `${numberOf('place')}::int`, out_of: `${numberOf('of')}::int`, as_of: day('asOf'), ...annotations,
};

export const statedRank = kindOf({
  type: 'statedRank',
  shape: shape(
    { code, unit: code, campaign: code, group: oneOf(['NATION', 'REGION', 'CLUSTER', 'SIBLINGS']), place: wholeNumber(1, MOST), asOf: date },
    {
      phase: code, indicator: code, by: oneOf(['RESULT', 'COMPLETION', 'GROWTH', 'GROWTH_PERCENT']), region: code, cluster: code, of: wholeNumber(1, MOST),
      source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: ({ group, region, cluster, place, of }, report) => {
    if (region !== undefined && group !== 'REGION') report('FIELD_NOT_ALLOWED', 'goes with the group REGION', 'region');
    if (cluster !== undefined && group !== 'CLUSTER') report('FIELD_NOT_ALLOWED', 'goes with the group CLUSTER', 'cluster');
    if (typeof place === 'number' && typeof of === 'number' && of < place) report('INVALID_VALUE', `nobody is number ${place} of ${of}`, 'of');
  },
  declares: { what: 'statedRank', table: 'stated_rank' },
  references: { unit: 'unit', campaign: 'campaign', indicator: 'indicator', region: 'region', cluster: 'cluster' },
  past: ['asOf'],
  fixed: { unit: 'a rank stays its unit’s', campaign: 'a rank stays its campaign’s' },
  records: (where) => `
    select m.code as key, ${json(`'statedRank' as type, m.code, u.code as unit, c.code as campaign, ph.code as phase, i.code as indicator, m.by, m.among as "group", r.code as region, q.code as cluster,
      m.place, m.out_of as of, m.as_of as "asOf", m.source, m.note`)} as line
    from stated_rank m join org_unit u on u.id = m.unit_id join campaign c on c.id = m.campaign_id left join campaign_phase ph on ph.id = m.phase_id left join indicator i on i.id = m.indicator_id
    left join region r on r.id = m.region_id left join emulation_cluster q on q.id = m.cluster_id
    where ${where}`,
  write: [
    unknownPhase('statedRank'),
    `insert into problem select v.n, 'campaign', 'NOT_LAUNCHED', 'the campaign is a draft' from verdict v join campaign c on c.code = ${text('campaign')} where v.type = 'statedRank' and c.status = 'DRAFT'`,
    ...write('stated_rank', 'statedRank', columns, { unit_id: unitId('unit'), campaign_id: idOf('campaign', 'campaign') }, `${unitId('unit')} is not null and ${idOf('campaign', 'campaign')} is not null`),
  ],
  exported: `m.unit_id in ${wanted('own')}`,
  wants: {
    campaigns: [`select campaign_id from stated_rank where unit_id in ${wanted('own')}`],
    indicators: [`select indicator_id from stated_rank where indicator_id is not null and unit_id in ${wanted('own')}`],
    clusters: [`select cluster_id from stated_rank where cluster_id is not null and unit_id in ${wanted('own')}`],
    things: { region: `select region_id from stated_rank where region_id is not null and unit_id in ${wanted('own')}` },
  },
});
