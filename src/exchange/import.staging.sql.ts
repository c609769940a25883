import { kinds } from './kinds/index.js';
import type { RecordKind, Referent } from './kinds/kind.js';
import type { ExchangeRecord } from './records.js';
import { CAMPAIGN, CLUSTER, INDICATOR, UNIT, unknownCode } from './writing.js';

const FIGURES = `('target', 'result', 'withdrawal')`;
const FIGURE_FIELDS = [
  ['unit', 'text collate "C"'], ['campaign', 'text collate "C"'], ['phase', 'text collate "C"'], ['indicator', 'text collate "C"'], ['measure', 'text collate "C"'],
  ['coverage', 'text collate "C"'], ['date', 'date'], ['value', 'numeric'], ['qualifier', 'text'], ['counterpart', 'text collate "C"'],
  // What few of them say: statedPercent, statedBasis, derived, per, reason, source, note.
  ['more', 'text'],
] as const;

/** A figure's row of the stage, but for the place of the record. */
export function figureRow({ type, key, mode, body: { unit, campaign, phase, indicator, basis, coverage, asOf, decidedOn, value, qualifier, counterpart, ...more } }: ExchangeRecord): string {
  let any = false;
  for (const _ in more) any = true;
  const fields = [unit, campaign, phase, indicator, basis ?? 'RESULT', coverage ?? 'SUBTREE', asOf ?? decidedOn, value, qualifier, counterpart];
  let row = `${type}\t${key}\t${mode}\t\\N`;
  for (const field of fields) row += field === undefined ? '\t\\N' : `\t${field as string | number}`;
  return `${row}\t${any ? textOf(more) : '\\N'}\n`;
}

/** Any other record's. */
export const bodyRow = (type: string, key: string, mode: string, body: object): string => `${type}\t${key}\t${mode}\t${textOf(body)}${'\t\\N'.repeat(FIGURE_FIELDS.length)}\n`;

/** As COPY takes it. */
const textOf = (body: object): string => JSON.stringify(body).replaceAll('\\', '\\\\');

/** The body of a record that is staged as fields. */
export const figureBody = (s: string) => `(coalesce(${s}.more::jsonb, '{}') || jsonb_strip_nulls(jsonb_build_object('unit', ${s}.unit, 'campaign', ${s}.campaign, 'phase', ${s}.phase, 'indicator', ${s}.indicator,
  'value', ${s}.value, 'qualifier', ${s}.qualifier, 'counterpart', ${s}.counterpart) || case ${s}.measure when 'RESULT' then jsonb_build_object('coverage', ${s}.coverage, 'asOf', ${s}.date)
  else jsonb_build_object('basis', ${s}.measure, 'decidedOn', ${s}.date) end))`;

/** Where records wait with their line numbers, and what is said about them. All of it ends with the transaction. */
export const staging = [
  `set local jit = off`,
  `set local work_mem = '128MB'`,
  // Of figures, of which there are many, the fields; of the others the body, as JSON.
  `create temp table stage (n int not null, file smallint not null, line int not null, type text not null, key text collate "C" not null,
    mode text not null, body text, ${FIGURE_FIELDS.map(([name, type]) => `${name} ${type}`).join(', ')}) on commit drop`,
  // Records with mistakes in their shape: what they declare all the same, so that nobody who refers to it is blamed, and
  // their sound fields, so that whatever else is wrong with them is told in the same pass.
  `create temp table broken (n int not null, file smallint not null, line int not null, declares text not null, code text collate "C" not null,
    body jsonb not null) on commit drop`,
  `create temp table problem (n int not null, field text not null, code text not null, message text not null) on commit drop`,
];

export const COPY_STAGE = 'copy stage from stdin';

/** Of two objects, the first field in which they differ; the value before all else. */
export const firstDifference = (a: string, b: string) =>
  `(select coalesce(x.key, y.key) from jsonb_each(${a}) x full join jsonb_each(${b}) y on x.key = y.key where x.value is distinct from y.value order by coalesce(x.key, y.key) <> 'value', 1 limit 1)`;


/** Fields that a correction does not reach, and what to do instead. */
const FIXED: readonly (readonly [type: string, field: string, hint: string])[] = [
  ['orgUnit', 'level', 'close the unit and found another'],
  ['orgUnit', 'validFrom', 'a unit is founded once'],
  ['orgUnit', 'parent', 'correct its placement from validFrom instead'],
  ['closure', 'on', 'a closure stands as it was recorded'],
  ['closure', 'successor', 'a closure stands as it was recorded'],
  ['indicator', 'aggregation', 'give the indicator another code'],
  ['indicator', 'numerator', 'give the indicator another code'],
  ['indicator', 'denominator', 'give the indicator another code'],
  ...kinds.flatMap(({ type, fixed = {} }) => Object.entries(fixed).map(([field, hint]) => [type, field, hint] as const)),
];

export const collectBroken = [
  `insert into broken select n, file, line, mode, key, body::jsonb from stage where type = 'broken'`,
  `delete from stage where type = 'broken'`,
];

/** Settles what is said of each key but figures': one record, against what is known. `known` is filled in between. */
export const comparing = (known: readonly string[]) => [
  // Without the bodies: statistics of jsonb cost more than they tell.
  `analyze stage (n, type, key, mode)`,
  `create temp table several on commit drop as
    select case when type in ${FIGURES} then 'figure' else type end as type, key from stage group by 1, 2 having count(*) > 1`,
  `analyze several`,
  `create temp table twice on commit drop as
    select n, first_value(n) over same as first_n, body, first_value(body) over same as first_body
    from (select s.n, s.type, s.key, s.mode, case when d.type = 'figure' then ${figureBody('s')} else s.body::jsonb end as body
      from stage s join several d on d.key = s.key and d.type = case when s.type in ${FIGURES} then 'figure' else s.type end) s
    window same as (partition by type, key, mode order by n)`,
  `insert into problem
    select t.n, ${firstDifference('t.body', 't.first_body')}, 'DUPLICATE_KEY', format('line %s has this key with another %s', f.line, ${firstDifference('t.body', 't.first_body')})
    from twice t join stage f on f.n = t.first_n where t.body <> t.first_body`,
  `update stage set mode = 'repeated' from twice where stage.n = twice.n and twice.n <> twice.first_n`,
  // A correction in the same import wins over what it corrects.
  `create temp table said on commit drop as
    select distinct on (type, key) n, type, key, mode, body::jsonb as body, count(*) over (partition by type, key) > 1 as corrected
    from stage where type not in ${FIGURES} and mode <> 'repeated' order by type, key, mode`,
  `create temp table link on commit drop as
    select n, key as campaign, jsonb_array_elements_text(body->'linkedCampaigns') as linked from said where type = 'campaign' and body ? 'linkedCampaigns'`,
  // A link belongs to both ends, so that its absence at one of them is no difference.
  `update said set body = body - 'linkedCampaigns' where type = 'campaign' and body ? 'linkedCampaigns'`,
  `analyze said (n, type, key, mode)`,
  `create temp table known (type text not null, key text collate "C" not null, body jsonb not null) on commit drop`,
  ...known,
  `update known set body = body - 'linkedCampaigns' where type = 'campaign' and body ? 'linkedCampaigns'`,
  `analyze known (type, key)`,
  // Where a correction says where a unit stood first, its own record need not agree.
  `update said u set body = jsonb_set(u.body, '{parent}', coalesce(k.body->'parent', p.body->'parent'))
    from said p left join known k on k.type = 'orgUnit' and k.key = p.body->>'unit'
    where p.type = 'placement' and p.mode = 'c' and u.type = 'orgUnit' and u.key = p.body->>'unit' and u.body->'validFrom' = p.body->'from'
      and u.body ? 'parent'`,
  `insert into known
    select 'placement', p.key, jsonb_build_object('unit', p.body->'unit', 'parent', u.body->'parent', 'from', p.body->'from')
    from said p join said u on u.type = 'orgUnit' and u.key = p.body->>'unit' and u.body->'validFrom' = p.body->'from'
    where p.type = 'placement' and u.body ? 'parent' and not exists (select from known k where k.type = 'placement' and k.key = p.key)`,
  `create temp table verdict on commit drop as
    select s.*, k.body as known, case when k.key is null then 'new' when s.body = k.body then 'same' else 'differs' end as state
    from said s left join known k on k.type = s.type and k.key = s.key`,
  `analyze verdict (n, type, key, mode, state)`,
  `insert into problem select n, 'corrects', 'NOT_STATED', 'nothing is known under this key that it could correct'
    from verdict where state = 'new' and mode = 'c' and not corrected`,
  `insert into problem select v.n, d.field, 'ALREADY_STATED',
      format('is known as %s; to replace that, add "corrects": true', coalesce(v.known->>d.field, 'absent'))
    from verdict v cross join lateral ${firstDifference('v.body', 'v.known')} d (field) where state = 'differs' and mode = 'p'`,
  `insert into problem select v.n, f.field, 'CANNOT_CHANGE', format('is known as %s: %s', coalesce(v.known->>f.field, 'absent'), f.hint)
    from verdict v join (values ${FIXED.map((row) => `('${row.join(`', '`)}')`).join(', ')}) f (type, field, hint) on f.type = v.type
    where v.state = 'differs' and v.mode = 'c' and v.body->f.field is distinct from v.known->f.field`,
];

const furtherKinds: readonly RecordKind[] = kinds;
const referents: Record<string, Referent> = Object.fromEntries(
  [UNIT, INDICATOR, CAMPAIGN, CLUSTER, ...furtherKinds.flatMap(({ declares }) => declares ?? [])].map((referent) => [referent.what, referent]),
);

/** Records of these types whose field names something that there is not. */
export function unknownReferences(type: string, field: string, what: string): string {
  const { table } = referents[what]!;
  return `insert into problem
    select v.n, '${field}', '${unknownCode(what)}', format('no ${what} has the code %s', v.body->>'${field}')
    from verdict v left join ${table} t on t.code = v.body->>'${field}'
    where v.type = '${type}' and v.body ? '${field}' and t.id is null
      and not exists (select from broken b where b.declares = '${what}' and b.code = v.body->>'${field}')`;
}

/** The same of lists: of codes, or of parts with a field that is one; `of` has records as they are, or what is sound of them. */
function unknownListed(of: string, type: string, path: string, what: string): string {
  const [list, field] = path.split('.') as [string, string?];
  const [code, at] = field === undefined ? [`e.item #>> '{}'`, `'${list}'`] : [`e.item->>'${field}'`, `format('${list}[%s].${field}', e.place - 1)`];
  return `select v.n, ${at}, '${unknownCode(what)}', format('no ${what} has the code %s', ${code})
    from ${of} v cross join lateral jsonb_array_elements(v.body->'${list}') with ordinality e (item, place)
    where ${of === 'broken' ? `v.body->>'type'` : 'v.type'} = '${type}' and ${code} is not null and not exists (select from ${referents[what]!.table} t where t.code = ${code})
      and not exists (select from broken b where b.declares = '${what}' and b.code = ${code})`;
}

const REFERENCES = [
  ['orgUnit', 'parent', 'unit'], ['placement', 'unit', 'unit'], ['placement', 'parent', 'unit'], ['closure', 'unit', 'unit'], ['closure', 'successor', 'unit'],
  ['cluster', 'owner', 'unit'], ['cluster', 'leadUnit', 'unit'], ['memberCount', 'unit', 'unit'],
  ['indicator', 'numerator', 'indicator'], ['indicator', 'denominator', 'indicator'],
  ['campaign', 'launchedBy', 'unit'], ['campaign', 'implements', 'campaign'], ['campaign', 'precededBy', 'campaign'],
  ['adoption', 'unit', 'unit'], ['adoption', 'campaign', 'campaign'], ['reportingRound', 'campaign', 'campaign'],
  ...['target', 'result', 'withdrawal', 'publication'].flatMap((type) => [[type, 'unit', 'unit'], [type, 'campaign', 'campaign'], [type, 'indicator', 'indicator'], [type, 'counterpart', 'unit']]),
  ...furtherKinds.flatMap(({ type, references = {} }) => Object.entries(references).map(([field, what]) => [type, field, what])),
];
const LISTED: readonly (readonly [type: string, path: string, what: string])[] = [
  ['campaign', 'indicators', 'indicator'], ['campaign', 'linkedCampaigns', 'campaign'], ['reportingRound', 'indicators', 'indicator'], ['cluster', 'members', 'unit'],
  ...furtherKinds.flatMap(({ type, listed = {} }) => Object.entries(listed).map(([path, what]) => [type, path, what] as const)),
];
const PAST = [...['asOf', 'decidedOn', 'adoptedOn', 'closedOn'].flatMap((field) => ['target', 'result', 'memberCount', 'publication', 'campaign', 'adoption'].map((type) => [type, field])),
  ...furtherKinds.flatMap(({ type, past = [] }) => past.map((field) => [type, field]))];

/** Of records whose shape is wrong: the sound fields that name something that there is not, or a day that cannot be. */
export const checkBroken = [
  `insert into problem\n    ${LISTED.map((one) => unknownListed('broken', ...one)).join('\n    union all ')}`,
  `insert into problem
    select b.n, r.field, r.code, format('no %s has the code %s', r.what, b.body->>r.field)
    from broken b join (values ${REFERENCES.map((row) => `('${[...row, unknownCode(row[2]!)].join(`', '`)}')`).join(', ')}) r (type, field, what, code) on r.type = b.body->>'type'
    where b.body ? r.field
      ${Object.values(referents).map(({ what, table }) => `and not exists (select from ${table} where r.what = '${what}' and code = b.body->>r.field)`).join('\n      ')}
      and not exists (select from broken d where d.declares = r.what and d.code = b.body->>r.field)`,
  `insert into problem select b.n, 'phase', 'UNKNOWN_PHASE', format('no phase has the code %s in this campaign', b.body->>'phase')
    from broken b join campaign c on c.code = b.body->>'campaign'
    where b.body ? 'phase' and not exists (select from campaign_phase p where p.campaign_id = c.id and p.code = b.body->>'phase')`,
  `insert into problem select b.n, f.field, 'FUTURE_DATE', format('is later than today, %s', today())
    from broken b join (values ${PAST.map((row) => `('${row.join(`', '`)}')`).join(', ')}) f (type, field) on f.type = b.body->>'type'
    where (b.body->>f.field)::date > today()`,
];

/** The first problems, and how many there are. */
export const PROBLEMS = `
  select s.file, s.line, p.field, p.code, p.message, count(*) over () as count
  from problem p join (select n, file, line from stage union all select n, file, line from broken) s using (n) order by s.file, s.line, p.field, p.code limit $1`;

/** How many records there are of each type, and what became of them. `further`: counts of what has no verdict. */
export const counts = (further: string) => `
  select type, sum(records)::int as records, sum(created)::int as created, sum(changed)::int as changed from (
    select type, count(*) as records, 0 as created, 0 as changed from stage group by type
    union all
    select type, 0, count(*) filter (where state = 'new'), count(*) filter (where state = 'differs') from verdict group by type
    ${further}) e group by type`;

/** Of the further kinds that there are records of: what they name, the days that are to come, and what they write themselves. */
export const writeKinds = (types: ReadonlySet<string>): string[] => [...kindsAmong(types).flatMap(({ type, references = {}, listed = {}, past = [], write }) => [
  ...Object.entries(references).map(([field, what]) => unknownReferences(type, field, what)),
  ...past.map((field) => `insert into problem select v.n, '${field}', 'FUTURE_DATE', format('is later than today, %s', today())
    from verdict v where v.type = '${type}' and (v.body->>'${field}')::date > today()`),
  ...write,
  // Afterwards: they may name one another.
  ...Object.entries(listed).map(([path, what]) => `insert into problem ${unknownListed('verdict', type, path, what)}`),
]), ...furtherKinds.flatMap(({ always = [] }) => always)];

/** What is known under the keys of the import, of the further kinds. */
export const knownKinds = (types: ReadonlySet<string>): string[] => kindsAmong(types).map(({ type, records, known = 'true' }) =>
  `insert into known select '${type}', key, line::jsonb - 'type' from (${records(known)}) r where key in (select key from said where type = '${type}')`);

const kindsAmong = (types: ReadonlySet<string>): RecordKind[] => furtherKinds.filter(({ type }) => types.has(type));
