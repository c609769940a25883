import { code, flag, listOf, oneOf, quantity, shape, text as textField } from '../fields.js';
import { json, list, set } from '../record.query.js';
import { enumOf, flagOf, idOf, numberOf, text, unitId, write, writeParts } from '../writing.js';
import { checkDates, dateColumns, dated, datesSaid } from './dates.js';
import { kindOf, wanted } from './kind.js';

const CLAIM = { what: 'claim', table: 'claim' };

export const claim = kindOf({
  type: 'claim',
  shape: shape(
    { code, source: code, unit: code, statement: textField(2000) },
    {
      campaign: code, indicator: code, value: quantity, qualifier: oneOf(['EXACT', 'MORE_THAN', 'AT_LEAST', 'NEARLY', 'ABOUT'], 'EXACT'), unitOfMeasure: textField(100),
      ...dated('asOf'), derived: flag, quote: textField(2000), locator: textField(500),
      disagreesWith: listOf(code, 100, { sorted: true }), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: ({ code: own, value, disagreesWith, ...body }, report) => {
    for (const field of ['qualifier', 'unitOfMeasure', 'derived']) if (value === undefined && body[field] !== undefined) report('FIELD_NOT_ALLOWED', 'goes with a value', field);
    checkDates(body, report, ['asOf']);
    if ((disagreesWith as unknown[] | undefined)?.includes(own)) report('INVALID_VALUE', 'a claim does not disagree with itself', 'disagreesWith');
  },
  declares: CLAIM,
  references: { source: 'source', unit: 'unit', campaign: 'campaign', indicator: 'indicator' },
  listed: { disagreesWith: 'claim' },
  past: ['asOf'],
  records: (where) => `
    select m.code as key, ${json(`'claim' as type, m.code, s.code as source, u.code as unit, c.code as campaign, i.code as indicator, m.statement, m.quote, m.locator,
      trim_scale(m.value) as value, ${set('m.qualifier', 'EXACT')} qualifier, m.unit_of_measure as "unitOfMeasure", ${datesSaid('m', 'asOf')},
      nullif(m.derived, false) as derived,
      ${list(`array(select o.code from claim_disagreement d join claim o on o.id = d.other_id where d.claim_id = m.id order by o.code)`)} "disagreesWith", m.note`)} as line
    from claim m join source s on s.id = m.source_id join org_unit u on u.id = m.unit_id left join campaign c on c.id = m.campaign_id left join indicator i on i.id = m.indicator_id
    where ${where}`,
  write: [
    ...write('claim', 'claim', {
      source_id: idOf('source', 'source'), unit_id: unitId('unit'), campaign_id: idOf('campaign', 'campaign'), indicator_id: idOf('indicator', 'indicator'),
      statement: text('statement'), quote: text('quote'), locator: text('locator'), value: numberOf('value'), qualifier: enumOf('qualifier', 'qualifier', 'EXACT'),
      unit_of_measure: text('unitOfMeasure'), ...dateColumns('asOf'), derived: flagOf('derived'), note: text('note'),
    }, {}, `${idOf('source', 'source')} is not null and ${unitId('unit')} is not null`),
    ...writeParts('claim', 'claim_disagreement', { column: 'claim_id', table: 'claim' }, 'disagreesWith', { other_id: 'o.id' }, `join claim o on o.code = e.item #>> '{}'`),
  ],
  exported: `m.unit_id in ${wanted('own')}`,
  wants: {
    campaigns: [`select campaign_id from claim where campaign_id is not null and unit_id in ${wanted('own')}`],
    indicators: [`select indicator_id from claim where indicator_id is not null and unit_id in ${wanted('own')}`],
  },
});
