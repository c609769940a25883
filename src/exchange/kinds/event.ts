import { isWhole } from '../../honours/event.rules.js';
import type { EventCounted } from '../../honours/event.type.js';
import { code, flag, listOf, oneOf, quantity, readShape, shape, text as textField, type Field } from '../fields.js';
import { json, list, set } from '../record.query.js';
import { annotations, enumOf, idOf, text, unitId, write, writeParts } from '../writing.js';
import { checkDates, dateColumns, dated, datesSaid } from './dates.js';
import { kindOf, wanted } from './kind.js';

const DATES = ['startsOn', 'endsOn'];
const countShape = shape(
  { of: oneOf(['PARTICIPANTS', 'CONTESTS', 'TALKS', 'GIFTS', 'OTHER']) },
  { value: quantity, qualifier: oneOf(['EXACT', 'MORE_THAN', 'AT_LEAST', 'NEARLY', 'ABOUT'], 'EXACT'), noun: textField(100), source: textField(500) },
);
const count: Field = (value, report) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return readShape(countShape, value as Record<string, unknown>, (reason, message, path) => report(reason, message, `.${path}`));
  report('INVALID_VALUE', 'must be an object: {"of":…,"value":…}');
  return undefined;
};

export const event = kindOf({
  type: 'event',
  shape: shape(
    { code, unit: code, kind: oneOf(['CONTEST', 'FESTIVAL', 'TALK', 'CEREMONY', 'REVIEW', 'WELFARE', 'CONFERENCE', 'ACTIVITY', 'OTHER']), name: textField(500) },
    {
      edition: textField(100), ...dated(...DATES), campaign: code, partners: listOf(code, 100, { sorted: true }), outcomes: textField(10_000), counts: listOf(count, 50),
      source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: (body, report) => {
    checkDates(body, report, DATES, ['startsOn', 'endsOn']);
    ((body.counts ?? []) as (Record<string, unknown> | undefined)[]).forEach((one, i) => {
      if (one?.value === undefined && one?.qualifier !== undefined) report('FIELD_NOT_ALLOWED', 'goes with a value', `counts[${i}].qualifier`);
      if (one?.of !== undefined && isWhole(one.of as EventCounted) && typeof one.value === 'number' && !Number.isInteger(one.value)) report('INVALID_VALUE', `must be a whole number of ${one.of as string}`, `counts[${i}].value`);
    });
  },
  declares: { what: 'event', table: 'event' },
  references: { unit: 'unit', campaign: 'campaign' },
  listed: { partners: 'partner' },
  fixed: { unit: 'an event stays its unit’s' },
  records: (where) => `
    select e.code as key, ${json(`'event' as type, e.code, u.code as unit, e.kind, e.name, e.edition, ${datesSaid('e', ...DATES)}, c.code as campaign,
      ${list(`array(select p.code from event_partner k join partner p on p.id = k.partner_id where k.event_id = e.id order by p.code)`)} partners, e.outcomes,
      (select json_agg(${json(`n."of", trim_scale(n.value) as value, ${set('n.qualifier', 'EXACT')} qualifier, n.noun, n.source`)} order by n.place) from event_count n where n.event_id = e.id) as counts,
      e.source, e.note`)} as line
    from event e join org_unit u on u.id = e.unit_id left join campaign c on c.id = e.campaign_id where ${where}`,
  known: `e.code in (select key from said where type = 'event')`,
  write: [
    ...write('event', 'event', {
      kind: enumOf('kind', 'event_kind'), name: text('name'), edition: text('edition'), ...dateColumns(...DATES), campaign_id: idOf('campaign', 'campaign'), outcomes: text('outcomes'), ...annotations,
    }, { unit_id: unitId('unit') }, `${unitId('unit')} is not null`),
    ...writeParts('event', 'event_partner', { column: 'event_id', table: 'event' }, 'partners', { partner_id: 'o.id' }, `join partner o on o.code = e.item #>> '{}'`),
    ...writeParts('event', 'event_count', { column: 'event_id', table: 'event' }, 'counts', {
      place: 'e.place', of: `(e.item->>'of')::event_counted`, value: `(e.item->>'value')::numeric`, qualifier: `coalesce(e.item->>'qualifier', 'EXACT')::qualifier`, noun: `e.item->>'noun'`, source: `e.item->>'source'`,
    }),
  ],
  exported: `e.unit_id in ${wanted('own')}`,
  wants: {
    campaigns: [`select campaign_id from event where campaign_id is not null and unit_id in ${wanted('own')}`],
    things: { partner: `select k.partner_id from event_partner k join event e on e.id = k.event_id where e.unit_id in ${wanted('own')}` },
  },
});
