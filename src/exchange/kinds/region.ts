import { code, flag, listOf, shape, text as textField } from '../fields.js';
import { json, list } from '../record.query.js';
import { annotations, listOfTexts, text, write, writeParts } from '../writing.js';
import { EVERYTHING, kindOf, wanted, wantedThings } from './kind.js';

const REGION = { what: 'region', table: 'region' };
const name = textField(500);
const exported = `m.id in ${wantedThings('region')} or m.id in (select region_id from region_member where unit_id in ${wanted('own')})`;

export const region = kindOf({
  type: 'region',
  shape: shape({ code, name, members: listOf(code, 10_000, { sorted: true, least: 1 }) }, { nameEn: name, aliases: listOf(name, 100), source: textField(500), note: textField(2000), corrects: flag }),
  key: (body) => body.code as string,
  listed: { members: 'unit' },
  declares: REGION,
  records: (where) => `
    select m.code as key, ${json(`'region' as type, m.code, m.name, m.name_en as "nameEn", ${list('m.aliases')} aliases,
      array(select u.code from region_member p join org_unit u on u.id = p.unit_id where p.region_id = m.id order by u.code) as members, m.source, m.note`)} as line
    from region m where ${where}`,
  write: [
    ...write('region', 'region', { name: text('name'), name_en: text('nameEn'), aliases: listOfTexts('aliases'), ...annotations }),
    ...writeParts('region', 'region_member', { column: 'region_id', table: 'region' }, 'members', { unit_id: 'o.id' }, `join org_unit o on o.code = e.item #>> '{}'`),
  ],
  exported: `${EVERYTHING} or ${exported}`,
  wants: { units: [`select unit_id from region_member where region_id in (select m.id from region m where ${exported})`] },
});
