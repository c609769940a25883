import { code, flag, oneOf, shape, text as textField } from '../fields.js';
import { json } from '../record.query.js';
import { annotations, enumOf, idOf, phaseId, text, unitId, unknownPhase } from '../writing.js';
import { kindOf, wanted } from './kind.js';

const campaignId = idOf('campaign', 'campaign');
const columns = { phase_id: phaseId, indicator_id: idOf('indicator', 'indicator'), direction: enumOf('direction', 'aim_direction'), text: text('text'), ...annotations };

export const aim = kindOf({
  type: 'aim',
  shape: shape(
    { unit: code, campaign: code, code, text: textField(2000) },
    { phase: code, indicator: code, direction: oneOf(['UP', 'DOWN', 'HOLD']), source: textField(500), note: textField(2000), corrects: flag },
  ),
  key: (body) => `${body.unit}|${body.campaign}|${body.code}`,
  references: { unit: 'unit', campaign: 'campaign', indicator: 'indicator' },
  records: (where) => `
    select u.code || '|' || c.code || '|' || a.code as key, ${json(`'aim' as type, u.code as unit, c.code as campaign, a.code, p.code as phase, i.code as indicator, a.direction, a.text, a.source, a.note`)} as line
    from aim a join org_unit u on u.id = a.unit_id join campaign c on c.id = a.campaign_id left join campaign_phase p on p.id = a.phase_id left join indicator i on i.id = a.indicator_id
    where ${where}`,
  known: `u.code in (select body->>'unit' from said where type = 'aim')`,
  write: [
    unknownPhase('aim'),
    `insert into aim (unit_id, campaign_id, code, ${Object.keys(columns).join(', ')})
      select ${unitId('unit')}, ${campaignId}, ${text('code')}, ${Object.values(columns).join(', ')}
      from verdict v where v.type = 'aim' and v.state = 'new' and ${unitId('unit')} is not null and ${campaignId} is not null order by v.n`,
    `update aim t set ${Object.entries(columns).map(([column, value]) => `${column} = ${value}`).join(', ')}
      from verdict v where v.type = 'aim' and v.state = 'differs' and v.mode = 'c' and t.unit_id = ${unitId('unit')} and t.campaign_id = ${campaignId} and t.code = ${text('code')}`,
  ],
  exported: `a.unit_id in ${wanted('own')}`,
  wants: {
    campaigns: [`select campaign_id from aim where unit_id in ${wanted('own')}`],
    indicators: [`select indicator_id from aim where indicator_id is not null and unit_id in ${wanted('own')}`],
  },
});
