import { code, flag, oneOf, shape, text as textField } from '../fields.js';
import { json } from '../record.query.js';
import { annotations, enumOf, text, unitId, write } from '../writing.js';
import { kindOf, wanted, wantedThings } from './kind.js';

export const PARTNER = { what: 'partner', table: 'partner' };

export const partner = kindOf({
  type: 'partner',
  shape: shape(
    { code, unit: code, name: textField(500), kind: oneOf(['MANAGEMENT', 'GOVERNMENT', 'EMPLOYER', 'STATE_BODY', 'MASS_ORGANISATION', 'OTHER']) },
    { source: textField(500), note: textField(2000), corrects: flag },
  ),
  key: (body) => body.code as string,
  declares: PARTNER,
  references: { unit: 'unit' },
  fixed: { unit: 'a partner stays its unit’s' },
  records: (where) => `
    select p.code as key, ${json(`'partner' as type, p.code, u.code as unit, p.name, p.kind, p.source, p.note`)} as line
    from partner p join org_unit u on u.id = p.unit_id where ${where}`,
  known: `p.code in (select key from said where type = 'partner')`,
  write: write('partner', 'partner', { name: text('name'), kind: enumOf('kind', 'partner_kind'), ...annotations }, { unit_id: unitId('unit') }, `${unitId('unit')} is not null`),
  exported: `p.unit_id in ${wanted('own')} or p.id in ${wantedThings('partner')}`,
  wants: { units: [`select unit_id from partner where id in ${wantedThings('partner')}`] },
});
