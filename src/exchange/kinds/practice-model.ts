import { code, flag, oneOf, shape, text as textField } from '../fields.js';
import { json, set } from '../record.query.js';
import { annotations, enumOf, flagOf, idOf, text, unitId, write } from '../writing.js';
import { checkDates, dateColumns, dated, datesSaid } from './dates.js';
import { kindOf, wanted } from './kind.js';

export const practiceModel = kindOf({
  type: 'practiceModel',
  shape: shape(
    { code, unit: code, name: textField(500) },
    {
      programme: code, sector: oneOf(['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER']), exemplary: flag, status: oneOf(['REGISTERED', 'RUNNING', 'ENDED'], 'RUNNING'),
      ...dated('startedOn'), basisDocument: code, source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: (body, report) => checkDates(body, report, ['startedOn']),
  declares: { what: 'practiceModel', table: 'practice_model' },
  references: { unit: 'unit', programme: 'campaign', basisDocument: 'document' },
  past: ['startedOn'],
  fixed: { unit: 'a model stays its unit’s' },
  records: (where) => `
    select m.code as key, ${json(`'practiceModel' as type, m.code, u.code as unit, m.name, c.code as programme, m.sector, nullif(m.exemplary, false) as exemplary,
      ${set('m.status', 'RUNNING')} status, ${datesSaid('m', 'startedOn')}, d.code as "basisDocument", m.source, m.note`)} as line
    from practice_model m join org_unit u on u.id = m.unit_id left join campaign c on c.id = m.programme_id left join document d on d.id = m.basis_document_id
    where ${where}`,
  known: `m.code in (select key from said where type = 'practiceModel')`,
  write: write('practice_model', 'practiceModel', {
    name: text('name'), programme_id: idOf('campaign', 'programme'), sector: enumOf('sector', 'sector'), exemplary: flagOf('exemplary'), status: enumOf('status', 'model_status', 'RUNNING'),
    ...dateColumns('startedOn'), basis_document_id: idOf('document', 'basisDocument'), ...annotations,
  }, { unit_id: unitId('unit') }, `${unitId('unit')} is not null`),
  exported: `m.unit_id in ${wanted('own')}`,
  wants: {
    campaigns: [`select programme_id from practice_model where programme_id is not null and unit_id in ${wanted('own')}`],
    things: { document: `select basis_document_id from practice_model where basis_document_id is not null and unit_id in ${wanted('own')}` },
  },
});
