import { historyFaults, MOST_STAGES, type StatedStep } from '../../honours/initiative.rules.js';
import { code, date, flag, listOf, oneOf, readShape, shape, text as textField, type Field } from '../fields.js';
import { json, list, set } from '../record.query.js';
import { annotations, CHANGES, enumOf, flagOf, idOf, numberOf, phaseId, text, unitId, unknownPhase, write, writeParts } from '../writing.js';
import { kindOf, wanted, wantedThings } from './kind.js';
import { qualifierOf, QUALIFIER, VND } from './work.js';

const stepShape = shape({ stage: oneOf(['REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'VALID', 'REJECTED', 'RECOGNISED', 'APPLIED']), on: date }, { reason: textField(2000) });
const step: Field = (value, report) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return readShape(stepShape, value as Record<string, unknown>, (reason, message, path) => report(reason, message, `.${path}`));
  report('INVALID_VALUE', 'must be an object: {"stage":…,"on":…}');
  return undefined;
};

const STAGES = `(select json_agg(${json(`h.stage, h.since as "on", h.reason`)} order by h.ordinal) from initiative_history h where h.initiative_id = i.id)`;
const exported = `unit_id in ${wanted('own')} or id in ${wantedThings('initiative')}`;
/** Histories that are said otherwise: others keep who brought the initiative where. */
const RETOLD = `v.type = 'initiative' and v.state = 'differs' and v.mode = 'c' and v.body->'stages' is distinct from v.known->'stages'`;

export const initiative = kindOf({
  type: 'initiative',
  shape: shape(
    { code, unit: code, title: textField(500), stages: listOf(step, MOST_STAGES, { least: 1 }) },
    {
      kind: oneOf(['TECHNICAL', 'MANAGEMENT', 'OPERATIONAL', 'TECHNOLOGY_APPLICATION', 'RESEARCH', 'EXPERIENCE', 'TECHNICAL_IMPROVEMENT', 'SCIENTIFIC_TOPIC', 'OTHER']),
      campaign: code, phase: code, authors: listOf(code, 50), summary: textField(2000), description: textField(10_000), secret: flag, benefitVnd: VND, benefitQualifier: QUALIFIER,
      source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: (body, report) => {
    if (body.benefitVnd === undefined && body.benefitQualifier !== undefined) report('FIELD_NOT_ALLOWED', 'goes with benefitVnd', 'benefitQualifier');
    const authors = (body.authors ?? []) as unknown[];
    authors.forEach((author, i) => {
      if (author !== undefined && authors.indexOf(author) < i) report('INVALID_VALUE', 'is there twice', `authors[${i}]`);
    });
    for (const { step: i, field, message } of historyFaults((body.stages ?? []) as (StatedStep | undefined)[])) report('INVALID_VALUE', message, `stages[${i}].${field}`);
  },
  declares: { what: 'initiative', table: 'initiative' },
  references: { unit: 'unit', campaign: 'campaign' },
  listed: { authors: 'person' },
  fixed: { unit: 'an initiative stays in the register of its unit' },
  records: (where) => `
    select i.code as key, ${json(`'initiative' as type, i.code, u.code as unit, i.title, i.kind, c.code as campaign, p.code as phase,
      ${list(`array(select o.code from initiative_author a join person o on o.id = a.person_id where a.initiative_id = i.id order by a.ordinal)`)} authors,
      i.summary, d.description, nullif(i.secret, false) as secret, d.benefit_vnd as "benefitVnd", ${set('d.benefit_qualifier', 'EXACT')} "benefitQualifier", ${STAGES} as stages, i.source, i.note`)} as line
    from initiative i join org_unit u on u.id = i.unit_id left join campaign c on c.id = i.campaign_id left join campaign_phase p on p.id = i.phase_id left join initiative_detail d on d.initiative_id = i.id
    where ${where}`,
  known: `i.code in (select key from said where type = 'initiative')`,
  write: [
    unknownPhase('initiative'),
    `insert into problem select v.n, format('stages[%s].on', e.place - 1), 'FUTURE_DATE', format('is later than today, %s', today())
      from verdict v cross join lateral jsonb_array_elements(v.body->'stages') with ordinality e (item, place) where v.type = 'initiative' and (e.item->>'on')::date > today()`,
    ...write('initiative', 'initiative', {
      title: text('title'), kind: enumOf('kind', 'initiative_kind'), campaign_id: idOf('campaign', 'campaign'), phase_id: phaseId, summary: text('summary'), secret: flagOf('secret'), ...annotations,
    }, { unit_id: unitId('unit') }, `${unitId('unit')} is not null`),
    `insert into initiative_detail (initiative_id, description, benefit_vnd, benefit_qualifier)
      select t.id, ${text('description')}, ${numberOf('benefitVnd')}, ${qualifierOf('benefitQualifier', 'benefitVnd')}
      from verdict v join initiative t on t.code = v.key where v.type = 'initiative' and ${CHANGES}
      on conflict (initiative_id) do update set description = excluded.description, benefit_vnd = excluded.benefit_vnd, benefit_qualifier = excluded.benefit_qualifier`,
    ...writeParts('initiative', 'initiative_author', { column: 'initiative_id', table: 'initiative' }, 'authors', { person_id: 'o.id', ordinal: 'e.place' }, `join person o on o.code = e.item #>> '{}'`),
    `delete from initiative_history h using initiative t, verdict v where h.initiative_id = t.id and t.code = v.key and ${RETOLD}`,
    `insert into initiative_history (initiative_id, ordinal, stage, since, reason)
      select t.id, e.place, (e.item->>'stage')::initiative_stage, (e.item->>'on')::date, e.item->>'reason'
      from verdict v join initiative t on t.code = v.key cross join lateral jsonb_array_elements(v.body->'stages') with ordinality e (item, place)
      where v.type = 'initiative' and v.state = 'new' or ${RETOLD} order by v.n, e.place`,
  ],
  exported: `i.unit_id in ${wanted('own')} or i.id in ${wantedThings('initiative')}`,
  wants: {
    units: [`select unit_id from initiative where ${exported}`],
    campaigns: [`select campaign_id from initiative where campaign_id is not null and (${exported})`],
    things: { person: `select a.person_id from initiative_author a join initiative i on i.id = a.initiative_id where ${exported}` },
  },
});
