import { needsTitle } from '../../honours/position.rules.js';
import type { PositionRole } from '../../honours/position.type.js';
import { earliest, latest } from '../../shared/dates.js';
import { code, date, flag, oneOf, shape, text as textField } from '../fields.js';
import { json, set } from '../record.query.js';
import { annotations, day, enumOf, idOf, text, unitId } from '../writing.js';
import { kindOf, wanted } from './kind.js';

const precision = oneOf(['DAY', 'MONTH', 'YEAR'], 'DAY');
const precisionOf = (field: string) => enumOf(field, 'date_precision', 'DAY');
const content = {
  title: text('title'), held_from: day('from'), held_from_precision: precisionOf('fromPrecision'), held_to: day('to'), held_to_precision: precisionOf('toPrecision'),
  stated_on: day('statedOn'), stated_on_precision: precisionOf('statedOnPrecision'), ...annotations,
};

export const position = kindOf({
  type: 'position',
  shape: shape(
    { person: code, unit: code, role: oneOf(['CHAIR', 'STANDING_VICE_CHAIR', 'VICE_CHAIR', 'COMMITTEE_MEMBER', 'OTHER']) },
    {
      title: textField(500), from: date, fromPrecision: precision, to: date, toPrecision: precision, statedOn: date, statedOnPrecision: precision,
      source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => `${body.person}|${body.unit}|${body.role}|${body.from ?? body.statedOn}`,
  check: (body, report) => {
    const { from, to, statedOn } = body as Record<string, string | undefined>;
    if (body.role !== undefined && body.title === undefined && needsTitle(body.role as PositionRole)) report('MISSING_FIELD', 'says what a position of role OTHER is', 'title');
    if (from === undefined && statedOn === undefined) report('MISSING_FIELD', 'is required unless from is known', 'statedOn');
    for (const field of ['from', 'to', 'statedOn'])
      if (body[field] === undefined && body[`${field}Precision`] !== undefined) report('FIELD_NOT_ALLOWED', `goes with ${field}`, `${field}Precision`);
    const begins = from === undefined ? earliest(statedOn, body.statedOnPrecision) : earliest(from, body.fromPrecision);
    if (to !== undefined && begins !== undefined && latest(to, body.toPrecision)! < begins) report('ENDS_BEFORE_START', `must be ${begins} or later`, 'to');
  },
  references: { person: 'person', unit: 'unit' },
  past: ['from', 'statedOn'],
  records: (where) => `
    select n.code || '|' || u.code || '|' || p.role || '|' || coalesce(p.held_from, p.stated_on) as key,
      ${json(`'position' as type, n.code as person, u.code as unit, p.role, p.title, p.held_from as "from", ${set('p.held_from_precision', 'DAY')} "fromPrecision", p.held_to as "to",
      ${set('p.held_to_precision', 'DAY')} "toPrecision", p.stated_on as "statedOn", ${set('p.stated_on_precision', 'DAY')} "statedOnPrecision", p.source, p.note`)} as line
    from position p join person n on n.id = p.person_id join org_unit u on u.id = p.unit_id where ${where}`,
  known: `n.code in (select body->>'person' from said where type = 'position')`,
  write: [
    `insert into position (person_id, unit_id, role, ${Object.keys(content).join(', ')})
      select ${idOf('person', 'person')}, ${unitId('unit')}, ${enumOf('role', 'position_role')}, ${Object.values(content).join(', ')} from verdict v
      where v.type = 'position' and v.state = 'new' and ${idOf('person', 'person')} is not null and ${unitId('unit')} is not null order by v.n`,
    `update position t set ${Object.entries(content).map(([column, value]) => `${column} = ${value}`).join(', ')} from verdict v
      where v.type = 'position' and v.state = 'differs' and v.mode = 'c' and t.person_id = ${idOf('person', 'person')} and t.unit_id = ${unitId('unit')}
        and t.role = ${enumOf('role', 'position_role')} and coalesce(t.held_from, t.stated_on) = coalesce(${day('from')}, ${day('statedOn')})`,
  ],
  exported: `p.unit_id in ${wanted('own')}`,
  wants: {
    units: [`select unit_id from person where id in (select person_id from position where unit_id in ${wanted('own')})`],
    things: { person: `select person_id from position where unit_id in ${wanted('own')}` },
  },
});
