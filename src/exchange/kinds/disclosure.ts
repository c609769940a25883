import { AWAITED, HOMES } from '../../honours/disclosure.rules.js';
import { code, flag, oneOf, shape, text as textField } from '../fields.js';
import { json } from '../record.query.js';
import { annotations, CHANGES, enumOf, flagOf, text } from '../writing.js';
import { kindOf, wanted } from './kind.js';

const thing = `disclosed_thing(${enumOf('of', 'disclosed_kind')}, ${text('code')})`;

/** What outsiders may not see yet, or no more: it is not said to be shown. */
const NOT_READY = AWAITED.map((of) => ({ of, not: HOMES[of].not, thing: `from ${HOMES[of].table} t where not ${HOMES[of].ready}` }));
const isReady = NOT_READY.map(({ of, thing: unready }) => `(${text('of')} <> '${of}' or not exists (select ${unready} and t.id = x.id))`).join(' and ');

export const disclosure = kindOf({
  type: 'disclosure',
  shape: shape(
    { of: oneOf(['AWARD', 'WORK', 'PRACTICE_MODEL', 'INITIATIVE', 'EVENT', 'STATED_RANK']), code, audience: oneOf(['PARTNER', 'PUBLIC']) },
    { withNames: flag, source: textField(500), note: textField(2000), corrects: flag },
  ),
  key: (body) => `${body.of}|${body.code}`,
  records: (where) => `
    select d.of || '|' || d.code as key, ${json(`'disclosure' as type, d.of, d.code, d.audience, nullif(d.with_names, false) as "withNames", d.source, d.note`)} as line
    from disclosure d where d.ended_at is null and ${where}`,
  known: `d.code in (select body->>'code' from said where type = 'disclosure')`,
  write: [
    `insert into problem select v.n, 'code', 'UNKNOWN_RECORD', format('there is no %s with the code %s', lower(replace(${text('of')}, '_', ' ')), ${text('code')})
      from verdict v where v.type = 'disclosure' and ${thing} is null and not exists (select from broken b where b.code = ${text('code')})`,
    ...NOT_READY.map(({ of, not, thing: unready }) => `insert into problem select v.n, 'code', 'NOT_READY', '${not.charAt(0).toLowerCase()}${not.slice(1, -1)}'
      from verdict v where v.type = 'disclosure' and ${CHANGES} and ${text('of')} = '${of}' and exists (select ${unready} and t.code = ${text('code')})`),
    // What is said otherwise takes the place of what was shown.
    `update disclosure t set ended_at = now() from verdict v
      where v.type = 'disclosure' and v.state = 'differs' and v.mode = 'c' and t.of = ${enumOf('of', 'disclosed_kind')} and t.thing_id = ${thing} and t.ended_at is null`,
    `insert into disclosure ("of", thing_id, code, unit_id, path, audience, with_names, source, note)
      select ${enumOf('of', 'disclosed_kind')}, x.id, ${text('code')}, 0, '', ${enumOf('audience', 'audience')}, ${flagOf('withNames')}, ${annotations.source}, ${annotations.note}
      from verdict v cross join lateral (select ${thing} as id) x where v.type = 'disclosure' and ${CHANGES} and x.id is not null and ${isReady} order by v.n`,
  ],
  exported: `d.unit_id in ${wanted('own')}`,
});
