import { code, flag, shape, text as textField } from '../fields.js';
import { json } from '../record.query.js';
import { annotations, text, unitId, write } from '../writing.js';
import { kindOf, wanted, wantedThings } from './kind.js';

export const person = kindOf({
  type: 'person',
  shape: shape({ code, unit: code, name: textField(500) }, { nameAsPrinted: textField(500), source: textField(500), note: textField(2000), corrects: flag }),
  key: (body) => body.code as string,
  declares: { what: 'person', table: 'person' },
  references: { unit: 'unit' },
  records: (where) => `
    select n.code as key, ${json(`'person' as type, n.code, u.code as unit, n.name, n.name_as_printed as "nameAsPrinted", n.source, n.note`)} as line
    from person n join org_unit u on u.id = n.unit_id where ${where}`,
  write: write('person', 'person', { unit_id: unitId('unit'), name: text('name'), name_as_printed: text('nameAsPrinted'), ...annotations }, {}, `${unitId('unit')} is not null`),
  exported: `n.unit_id in ${wanted('own')} or n.id in ${wantedThings('person')}`,
  wants: { units: [`select unit_id from person where id in ${wantedThings('person')}`] },
});
