import { isEmail, isWebsite } from '../../honours/contact.rules.js';
import { code, flag, listOf, shape, text as textField } from '../fields.js';
import { json, list } from '../record.query.js';
import { annotations, listOfTexts, text, unitId } from '../writing.js';
import { kindOf, wanted } from './kind.js';

const content = { address: text('address'), phones: listOfTexts('phones'), fax: text('fax'), email: text('email'), website: text('website'), ...annotations };

export const contact = kindOf({
  type: 'contact',
  shape: shape(
    { unit: code },
    {
      address: textField(500), phones: listOf(textField(50), 10), fax: textField(50), email: textField(254), website: textField(500), source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.unit as string,
  check: ({ email, website }, report) => {
    if (email !== undefined && !isEmail(email as string)) report('INVALID_VALUE', 'must be an address such as congdoan@example.vn', 'email');
    if (website !== undefined && !isWebsite(website as string)) report('INVALID_VALUE', 'must be an address such as https://example.vn or example.vn', 'website');
  },
  references: { unit: 'unit' },
  records: (where) => `
    select u.code as key, ${json(`'contact' as type, u.code as unit, c.address, ${list('c.phones')} phones, c.fax, c.email, c.website, c.source, c.note`)} as line
    from contact c join org_unit u on u.id = c.unit_id where ${where}`,
  write: [
    `insert into contact (unit_id, ${Object.keys(content).join(', ')}) select ${unitId('unit')}, ${Object.values(content).join(', ')} from verdict v
      where v.type = 'contact' and v.state = 'new' and ${unitId('unit')} is not null order by v.n`,
    `update contact t set ${Object.entries(content).map(([column, value]) => `${column} = ${value}`).join(', ')} from verdict v
      where v.type = 'contact' and v.state = 'differs' and v.mode = 'c' and t.unit_id = ${unitId('unit')}`,
  ],
  exported: `c.unit_id in ${wanted('own')}`,
});
