import { code, flag, shape, text as textField, wholeNumber } from '../fields.js';
import { json } from '../record.query.js';
import { annotations, text, unitId } from '../writing.js';
import { kindOf, wanted } from './kind.js';

const columns = { text: text('text'), ...annotations };

export const annualTheme = kindOf({
  type: 'annualTheme',
  shape: shape({ unit: code, year: wholeNumber(1000, 9999) }, { text: textField(2000), source: textField(500), note: textField(2000), corrects: flag }),
  key: (body) => `${body.unit}|${body.year}`,
  references: { unit: 'unit' },
  records: (where) => `
    select u.code || '|' || t.year as key, ${json(`'annualTheme' as type, u.code as unit, t.year, t.text, t.source, t.note`)} as line
    from annual_theme t join org_unit u on u.id = t.unit_id where ${where}`,
  known: `u.code in (select body->>'unit' from said where type = 'annualTheme')`,
  write: [
    `insert into annual_theme (unit_id, year, text, source, note)
      select ${unitId('unit')}, (v.body->>'year')::int, ${Object.values(columns).join(', ')} from verdict v where v.type = 'annualTheme' and v.state = 'new' and ${unitId('unit')} is not null order by v.n`,
    `update annual_theme t set ${Object.entries(columns).map(([column, value]) => `${column} = ${value}`).join(', ')}
      from verdict v where v.type = 'annualTheme' and v.state = 'differs' and v.mode = 'c' and t.unit_id = ${unitId('unit')} and t.year = (v.body->>'year')::int`,
  ],
  exported: `t.unit_id in ${wanted('own')}`,
});
