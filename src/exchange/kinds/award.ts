import { awardFaults, countOf, FORM_VI, MOST_ISSUERS, MOST_RECIPIENTS, type SaidAward } from '../../honours/award.rules.js';
import { code, flag, listOf, oneOf, readShape, shape, text as textField, wholeNumber, date, type Field, type Report, type Shape } from '../fields.js';
import { json, set } from '../record.query.js';
import { annotations, CHANGES, day, enumOf, idOf, phaseId, text, unitId, unknownPhase, write, writeParts } from '../writing.js';
import { checkDates, dateColumns, dated, datesSaid } from './dates.js';
import { kindOf, wanted, wantedThings, type Body } from './kind.js';

const LEVEL = oneOf(['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS']);
const KIND = oneOf(['INDIVIDUAL', 'COLLECTIVE', 'HOUSEHOLD', 'WORK', 'INITIATIVE', 'MEMBERS_CHILD']);
const COUNT = wholeNumber(1, 2_147_483_647);
/** Told or not, and how: here false is no default. */
const told: Field = (value, report) => {
  if (typeof value === 'boolean') return value;
  report('INVALID_VALUE', 'must be true or false');
  return undefined;
};
const part = (of: Shape, example: string): Field => (value, report) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return readShape(of, value as Record<string, unknown>, (reason, message, path) => report(reason, message, `.${path}`));
  report('INVALID_VALUE', `must be an object: ${example}`);
  return undefined;
};
const issuer = part(shape({}, { unit: code, name: textField(500), body: oneOf(['PRESIDIUM', 'STANDING_COMMITTEE', 'EXECUTIVE_COMMITTEE']) }), '{"unit":…}');
const counted = part(shape({ kind: KIND, count: COUNT }), '{"kind":…,"count":…}');
const recipient = part(shape({ kind: KIND }, { person: code, unit: code, work: code, initiative: code, name: textField(500), directWorker: told }), '{"kind":…,"person":…}');

const DATES = ['decidedOn', 'presentedOn'];
/** Fields that go with statuses alone. */
const OF_STATUS: Record<string, readonly string[]> = {
  decisionNo: ['DECIDED', 'PRESENTED', 'REVOKED'], decidedOn: ['DECIDED', 'PRESENTED', 'REVOKED'], presentedOn: ['PRESENTED', 'REVOKED'], presentedBy: ['PRESENTED', 'REVOKED'], statusReason: ['DECLINED', 'REVOKED'],
};

function check(body: Body, report: Report): void {
  checkDates(body, report, DATES, ['decidedOn', 'presentedOn']);
  const status = (body.status ?? 'DECIDED') as string;
  for (const [field, statuses] of Object.entries(OF_STATUS)) if (body[field] !== undefined && !statuses.includes(status)) report('FIELD_NOT_ALLOWED', `goes with ${statuses.join(', ')}`, field);
  const lists = [body.issuers, body.countByKind ?? [], body.recipients ?? []];
  // Of what could not be read there is more to say once it can be.
  if (body.form === undefined || !lists.every((list) => Array.isArray(list) && !list.includes(undefined))) return;
  const said = body as unknown as SaidAward;
  for (const { field, reason, message } of awardFaults(said)) report(reason, message, field.replaceAll(/\.(\d+)/g, '[$1]'));
  // One way to say the same.
  if (body.formVi === FORM_VI[said.form as keyof typeof FORM_VI]) delete body.formVi;
  (body.countByKind as { kind: string }[] | undefined)?.sort((a, b) => (a.kind < b.kind ? -1 : 1));
  if (body.count !== undefined && body.count === countOf({ countByKind: said.countByKind })) delete body.count;
}

const BY_FORM = (form: string) => `case ${form} ${Object.entries(FORM_VI).map(([name, vi]) => `when '${name}' then '${vi}'`).join(' ')} end`;
const SUM = `(select sum((e->>'count')::int) from jsonb_array_elements(v.body->'countByKind') e)`;
/** Whether a unit neither is the other nor ever stood beneath it, by a tree that is not in doubt. */
const strayed = (unit: string, top: string) => `${unit} <> ${top} and not exists (select from ancestry a where a.unit_id = ${unit} and a.ancestor_id = ${top})
  and not exists (select from doubtful d where d.unit_id = ${unit}) and not exists (select from doubtful d join ancestry a on a.ancestor_id = d.unit_id where a.unit_id = ${unit})`;
const WHOLES = [['includedIn', 'included_in_id'], ['maybeIncludedIn', 'maybe_included_in_id']] as const;
const OF = { column: 'award_id', table: 'award' };
// Whatever is received or given in the subtree, whose awards they may be.
const countedThere = ['id from award', 'award_id from award_recipient', 'award_id from award_issuer'].map((ids) => `select ${ids} where unit_id in ${wanted('own')}`).join(' union ');
const exported = `a.id in (${countedThere}) or a.id in ${wantedThings('award')}`;

export const award = kindOf({
  type: 'award',
  shape: shape(
    {
      code, unit: code, issuers: listOf(issuer, MOST_ISSUERS, { least: 1 }),
      form: oneOf(['EMULATION_FLAG', 'CERTIFICATE_OF_MERIT', 'LETTER_OF_COMMENDATION', 'CREATIVE_LABOUR_CERTIFICATE', 'NGUYEN_DUC_CANH_AWARD', 'NGUYEN_VAN_LINH_AWARD', 'TITLE', 'PRIZE', 'COMMENDATION', 'OTHER']),
    },
    {
      formVi: textField(200), title: textField(500), titleLevel: LEVEL, basis: oneOf(['COMPREHENSIVE', 'THEMATIC', 'AD_HOC', 'PHASE_REVIEW']), achievement: textField(2000), campaign: code, phase: code,
      periodKind: oneOf(['MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR', 'SCHOOL_YEAR', 'PHASE', 'CUSTOM']), periodFrom: date, periodTo: date,
      count: COUNT, qualifier: oneOf(['EXACT', 'MORE_THAN', 'AT_LEAST', 'NEARLY', 'ABOUT'], 'EXACT'), countByKind: listOf(counted, 6), batchSize: COUNT,
      decisionNo: textField(100), ...dated(...DATES), presentedBy: textField(500),
      status: oneOf(['NOMINATED', 'REVIEWED', 'DECIDED', 'PRESENTED', 'DECLINED', 'REVOKED'], 'DECIDED'), statusReason: textField(2000), includedIn: code, maybeIncludedIn: code,
      recipients: listOf(recipient, MOST_RECIPIENTS), source: textField(500), note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check,
  declares: { what: 'award', table: 'award' },
  references: { unit: 'unit', campaign: 'campaign' },
  listed: { 'issuers.unit': 'unit', 'recipients.unit': 'unit', 'recipients.person': 'person', 'recipients.work': 'work', 'recipients.initiative': 'initiative' },
  past: DATES,
  fixed: { unit: 'an award stays its unit’s' },
  records: (where) => `
    select a.code as key, ${json(`'award' as type, a.code, u.code as unit, a.form, nullif(a.form_vi, ${BY_FORM('a.form')}) as "formVi", a.title, a.title_level as "titleLevel", a.basis, a.achievement,
      (select json_agg(${json(`x.code as unit, case when i.unit_id is null then i.name end as name, i.body`)} order by i.place) from award_issuer i left join org_unit x on x.id = i.unit_id where i.award_id = a.id) as issuers,
      c.code as campaign, p.code as phase, a.period_kind as "periodKind", a.period_from as "periodFrom", a.period_to as "periodTo",
      case when a.count is distinct from (select sum(k.count) from award_kind k where k.award_id = a.id) then a.count end as count, ${set('a.qualifier', 'EXACT')} qualifier,
      (select json_agg(json_build_object('kind', k.kind, 'count', k.count) order by k.kind::text collate "C") from award_kind k where k.award_id = a.id and k.count is not null) as "countByKind",
      a.batch_size as "batchSize", a.decision_no as "decisionNo", ${datesSaid('a', ...DATES)}, a.presented_by as "presentedBy", ${set('a.status', 'DECIDED')} status, a.status_reason as "statusReason",
      w.code as "includedIn", m.code as "maybeIncludedIn",
      (select json_agg(${json(`r.kind, o.code as person, x.code as unit, k.code as work, n.code as initiative, r.name, r.direct_worker as "directWorker"`)} order by r.place)
        from award_recipient r left join person o on o.id = r.person_id left join work k on k.id = r.work_id left join initiative n on n.id = r.initiative_id
          left join org_unit x on x.id = r.unit_id and (r.unit_told or r.unit_id <> coalesce(o.unit_id, k.unit_id, n.unit_id))
        where r.award_id = a.id) as recipients, a.source, a.note`)} as line
    from award a join org_unit u on u.id = a.unit_id left join campaign c on c.id = a.campaign_id left join campaign_phase p on p.id = a.phase_id
      left join award w on w.id = a.included_in_id left join award m on m.id = a.maybe_included_in_id
    where ${where}`,
  known: `a.code in (select key from said where type = 'award')`,
  write: [
    // What holds what is written by one at a time; taken before anything that others could wait for.
    `select pg_advisory_xact_lock(715021) where exists (select from verdict v where v.type = 'award' and (v.body ? 'includedIn' or v.body ? 'maybeIncludedIn'))`,
    unknownPhase('award'),
    ...write('award', 'award', {
      form: enumOf('form', 'award_form'), form_vi: `coalesce(${text('formVi')}, ${BY_FORM(text('form'))})`, title: text('title'), title_level: enumOf('titleLevel', 'org_level'), basis: enumOf('basis', 'award_basis'),
      achievement: text('achievement'), campaign_id: idOf('campaign', 'campaign'), phase_id: phaseId, period_kind: enumOf('periodKind', 'report_kind'), period_from: day('periodFrom'), period_to: day('periodTo'),
      count: `coalesce((${text('count')})::int, ${SUM})`, qualifier: enumOf('qualifier', 'qualifier', 'EXACT'), named: `coalesce(jsonb_array_length(v.body->'recipients'), 0)`, batch_size: `(${text('batchSize')})::int`,
      decision_no: text('decisionNo'), ...dateColumns(...DATES), presented_by: text('presentedBy'), status: enumOf('status', 'award_status', 'DECIDED'), status_reason: text('statusReason'),
      by_unit: `exists (select from jsonb_array_elements(v.body->'issuers') e where e ? 'unit')`, ...annotations,
    }, { unit_id: unitId('unit'), unit_name: `(select name from org_unit where code = ${text('unit')})` }, `${unitId('unit')} is not null`),
    ...WHOLES.flatMap(([field, column]) => [
      `insert into problem select v.n, '${field}', 'UNKNOWN_AWARD', format('no award has the code %s', ${text(field)})
        from verdict v left join award t on t.code = ${text(field)} where v.type = 'award' and v.body ? '${field}' and t.id is null and not exists (select from broken b where b.declares = 'award' and b.code = ${text(field)})`,
      `update award t set ${column} = (select w.id from award w where w.code = ${text(field)} and w.id <> t.id) from verdict v
        where v.type = 'award' and t.code = v.key and ${CHANGES} and (v.body ? '${field}' or t.${column} is not null)`,
    ]),
    `insert into problem select v.n, case when v.body ? 'includedIn' then 'includedIn' else 'maybeIncludedIn' end, 'HOLDS_ITSELF', 'that award is, or may be, a part of this one'
      from verdict v join award t on t.code = v.key where v.type = 'award' and (${text('includedIn')} = v.key or ${text('maybeIncludedIn')} = v.key or exists (
        with recursive up (id) as (select coalesce(t.included_in_id, t.maybe_included_in_id) union select coalesce(w.included_in_id, w.maybe_included_in_id) from up join award w on w.id = up.id)
        select from up where up.id = t.id))`,
    ...writeParts('award', 'award_issuer', OF, 'issuers', { place: 'e.place', unit_id: 'x.id', name: `coalesce(x.name, e.item->>'name', '?')`, level: 'x.level', body: `(e.item->>'body')::union_body` }, `left join org_unit x on x.code = e.item->>'unit'`),
    ...writeParts('award', 'award_recipient', OF, 'recipients', {
      place: 'e.place', kind: `(e.item->>'kind')::recipient_kind`, person_id: 'o.id', unit_id: `coalesce(x.id, o.unit_id, k.unit_id, n.unit_id)`, unit_told: `e.item ? 'unit'`, work_id: 'k.id', initiative_id: 'n.id',
      name: `e.item->>'name'`, shown_name: `coalesce(e.item->>'name', o.name_as_printed, o.name, k.name, n.title, x.name, '?')`, direct_worker: `(e.item->>'directWorker')::boolean`,
    }, `left join person o on o.code = e.item->>'person' left join org_unit x on x.code = e.item->>'unit' left join work k on k.code = e.item->>'work' left join initiative n on n.code = e.item->>'initiative'`),
    `insert into problem select v.n, format('recipients[%s].%s', r.place - 1, h.field), 'NOT_BENEATH', format('%s never stood beneath %s, whose award it is', x.code, u.code)
      from verdict v join award t on t.code = v.key join org_unit u on u.id = t.unit_id join award_recipient r on r.award_id = t.id
        left join work k on k.id = r.work_id left join initiative n on n.id = r.initiative_id
        cross join lateral (
          select case when r.unit_told then 'unit' else 'person' end as field, r.unit_id as unit_id where r.unit_told or r.person_id is not null
          union all select 'work', k.unit_id union all select 'initiative', n.unit_id) h join org_unit x on x.id = h.unit_id
      where v.type = 'award' and ${CHANGES} and ${strayed('h.unit_id', 't.unit_id')}`,
    `delete from award_kind p using award t, verdict v where p.award_id = t.id and v.type = 'award' and v.key = t.code and v.state = 'differs' and v.mode = 'c'`,
    `insert into award_kind (award_id, kind, count, named)
      select t.id, k.kind, max(k.count), sum(k.named) from verdict v join award t on t.code = v.key cross join lateral (
        select (e->>'kind')::recipient_kind as kind, (e->>'count')::int as count, 0 as named from jsonb_array_elements(v.body->'countByKind') e
        union all select (e->>'kind')::recipient_kind, null, 1 from jsonb_array_elements(v.body->'recipients') e) k
      where v.type = 'award' and ${CHANGES} group by t.id, k.kind`,
  ],
  always: [
    // What is corrected can be what others rest on: they are named, not broken.
    `insert into problem
      select (select min(v.n) from verdict v where v.state = 'differs' and v.mode = 'c' and v.type = 'placement'), 'parent', 'NOT_BENEATH',
        format('%s is a recipient of the award %s, and would never have stood beneath %s, whose award it is', x.code, t.code, u.code)
      from award t join org_unit u on u.id = t.unit_id join award_party r on r.award_id = t.id and r.part = 'RECIPIENT' join org_unit x on x.id = r.unit_id
      where exists (select from verdict v where v.state = 'differs' and v.mode = 'c' and v.type = 'placement')
        and t.code not in (select v.key from verdict v where v.type = 'award' and ${CHANGES}) and ${strayed('r.unit_id', 't.unit_id')}`,
  ],
  exported,
  wants: {
    units: [
      `select unit_id from award a where ${exported}`,
      ...['award_issuer', 'award_recipient'].map((table) => `select p.unit_id from ${table} p join award a on a.id = p.award_id where p.unit_id is not null and (${exported})`),
    ],
    campaigns: [`select campaign_id from award a where campaign_id is not null and (${exported})`],
    things: {
      award: `with recursive up (id) as (select coalesce(included_in_id, maybe_included_in_id) from award where id in (${countedThere}) union select coalesce(w.included_in_id, w.maybe_included_in_id) from up join award w on w.id = up.id) select id from up where id is not null`,
      ...Object.fromEntries(['person', 'work', 'initiative'].map((what) => [what, `select r.${what}_id from award_recipient r join award a on a.id = r.award_id where r.${what}_id is not null and (${exported})`])),
    },
  },
});
