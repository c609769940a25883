import { dateFaults, WORK_DATES, type Dated } from '../../honours/work.rules.js';
import { code, flag, oneOf, shape, text as textField, wholeNumber } from '../fields.js';
import { json, set } from '../record.query.js';
import { annotations, enumOf, idOf, numberOf, text, unitId, write } from '../writing.js';
import { checkDates, dateColumns, dated, datesSaid } from './dates.js';
import { kindOf, wanted, wantedThings } from './kind.js';

export const QUALIFIER = oneOf(['EXACT', 'MORE_THAN', 'AT_LEAST', 'NEARLY', 'ABOUT'], 'EXACT');
export const VND = wholeNumber(0, Number.MAX_SAFE_INTEGER);
/** Without a value, there is nothing to be exact about. */
export const qualifierOf = (field: string, value: string) => `case when v.body ? '${value}' then ${enumOf(field, 'qualifier', 'EXACT')} end`;

const exported = `unit_id in ${wanted('own')} or id in ${wantedThings('work')}`;

export const work = kindOf({
  type: 'work',
  shape: shape(
    {
      code, unit: code, kind: oneOf(['WORK', 'PRODUCT', 'TASK']), name: textField(500),
      status: oneOf(['REGISTERED', 'IN_PROGRESS', 'COMPLETED', 'PLAQUED', 'CANCELLED']),
    },
    {
      campaign: code, congressTier: oneOf(['GRASSROOTS', 'UPPER_GRASSROOTS', 'PROVINCIAL', 'NATIONAL']), valueVnd: VND, valueQualifier: QUALIFIER,
      ...dated(...WORK_DATES), source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: (body, report) => {
    if (body.valueVnd === undefined && body.valueQualifier !== undefined) report('FIELD_NOT_ALLOWED', 'goes with valueVnd', 'valueQualifier');
    checkDates(body, report, WORK_DATES);
    for (const { field, why, message } of dateFaults(body as Dated)) report(why === 'NOT_YET' ? 'FIELD_NOT_ALLOWED' : 'ENDS_BEFORE_START', message, field);
  },
  declares: { what: 'work', table: 'work' },
  references: { unit: 'unit', campaign: 'campaign' },
  past: WORK_DATES,
  fixed: { unit: 'a work stays its unit’s' },
  records: (where) => `
    select w.code as key, ${json(`'work' as type, w.code, u.code as unit, w.kind, w.name, c.code as campaign, w.congress_tier as "congressTier", w.status,
      w.value_vnd as "valueVnd", ${set('w.value_qualifier', 'EXACT')} "valueQualifier",
      ${datesSaid('w', ...WORK_DATES)}, w.source, w.note`)} as line
    from work w join org_unit u on u.id = w.unit_id left join campaign c on c.id = w.campaign_id
    where ${where}`,
  known: `w.code in (select key from said where type = 'work')`,
  write: write('work', 'work', {
    kind: enumOf('kind', 'work_kind'), name: text('name'), campaign_id: idOf('campaign', 'campaign'), congress_tier: enumOf('congressTier', 'congress_tier'), status: enumOf('status', 'work_status'),
    value_vnd: numberOf('valueVnd'), value_qualifier: qualifierOf('valueQualifier', 'valueVnd'),
    ...dateColumns(...WORK_DATES), ...annotations,
  }, { unit_id: unitId('unit') }, `${unitId('unit')} is not null`),
  exported: `w.unit_id in ${wanted('own')} or w.id in ${wantedThings('work')}`,
  wants: {
    units: [`select unit_id from work where ${exported}`],
    campaigns: [`select campaign_id from work where campaign_id is not null and (${exported})`],
  },
});
