import { code, flag, listOf, oneOf, shape, text as textField } from '../fields.js';
import { json, list } from '../record.query.js';
import { annotations, CHANGES, enumOf, text, unitId, write } from '../writing.js';
import { checkDates, dateColumns, dated, datesSaid } from './dates.js';
import { EVERYTHING, kindOf, wanted, wantedThings } from './kind.js';

const DATES = ['issuedOn', 'termFrom', 'termTo'];
const TIES = [['basisOf', 'BASIS'], ['guides', 'GUIDANCE']] as const;

const records = (where: string, among: string) => `
    select d.code as key, ${json(`'document' as type, d.code, u.code as unit, d.kind, d.title, d.number, d.issuer, ${datesSaid('d', ...DATES)}, d.content,
      ${TIES.map(([field, role]) => `${list(`array(select c.code from campaign_document k join campaign c on c.id = k.campaign_id where k.document_id = d.id and k.role = '${role}' and ${among} order by c.code)`)} "${field}"`).join(', ')},
      d.source, d.note`)} as line
    from document d left join org_unit u on u.id = d.unit_id where ${where}`;

/** Those of the units; what others refer to; and on what the units' own campaigns rest. */
const exported = `unit_id in ${wanted('own')} or id in ${wantedThings('document')}
  or id in (select k.document_id from campaign_document k join campaign c on c.id = k.campaign_id where c.launched_by_id in ${wanted('own')})`;

export const document = kindOf({
  type: 'document',
  shape: shape(
    { code, kind: oneOf(['RESOLUTION', 'PLAN', 'GUIDANCE', 'REGULATION', 'LAW', 'REPORT', 'OTHER']), title: textField(500) },
    {
      unit: code, number: textField(100), issuer: textField(500), ...dated(...DATES), content: textField(10_000),
      basisOf: listOf(code, 1000, { sorted: true }), guides: listOf(code, 1000, { sorted: true }), source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: (body, report) => checkDates(body, report, DATES, ['termFrom', 'termTo']),
  declares: { what: 'document', table: 'document' },
  references: { unit: 'unit' },
  listed: { basisOf: 'campaign', guides: 'campaign' },
  past: ['issuedOn'],
  fixed: { unit: 'a document stays with whoever keeps it' },
  records: (where) => records(where, 'true'),
  // Of a document of another unit, what it is to campaigns that are not exported is not told.
  exportedAs: (where) => records(where, `c.id in ${wanted('campaign')}`),
  known: `d.code in (select key from said where type = 'document')`,
  write: [
    ...write('document', 'document', {
      kind: enumOf('kind', 'document_kind'), title: text('title'), number: text('number'), issuer: text('issuer'), ...dateColumns(...DATES), content: text('content'), ...annotations,
    }, { unit_id: unitId('unit') }),
    `delete from campaign_document k using document d, verdict v where k.document_id = d.id and v.type = 'document' and v.key = d.code and v.state = 'differs' and v.mode = 'c'`,
    ...TIES.map(([field, role]) => `insert into campaign_document (campaign_id, document_id, role, unit_id)
      select c.id, d.id, '${role}', d.unit_id from verdict v join document d on d.code = v.key cross join lateral jsonb_array_elements_text(v.body->'${field}') e (code) join campaign c on c.code = e.code
      where v.type = 'document' and ${CHANGES}`),
  ],
  exported: `${EVERYTHING} or d.id in (select id from document where ${exported})`,
  wants: {
    units: [`select unit_id from document where unit_id is not null and (${exported})`],
    campaigns: [`select k.campaign_id from campaign_document k join document d on d.id = k.document_id where d.unit_id in ${wanted('own')}`],
  },
});
