import { campaignByKey } from '../campaigns/campaign.query.js';
import { documentByKey } from '../campaigns/document.query.js';
import { awardByKey } from '../honours/award.query.js';
import { eventByKey } from '../honours/event.query.js';
import { initiativeByKey } from '../honours/initiative.query.js';
import { modelByKey } from '../honours/practice-model.query.js';
import { personByKey } from '../honours/person.query.js';
import { narrowed, pathByCode, stretch, unitByKey } from '../org-units/org-unit.query.js';
import { isCode } from '../shared/codes.js';
import { Page, parsePage, type Order } from '../shared/connections.js';
import type { Bind } from '../shared/database/listing.js';
import { keyedQuery, type KeyedQuery, type Reads } from '../shared/database/reads.js';
import { BadUserInput } from '../shared/errors.js';
import { BEFORE_ALL, comparePlaces, formatPlace, parsePlace, patternsOf, type Patterns, type Place } from './search.rules.js';
import type { SearchArgs, SearchKind, SearchResult } from './search.type.js';

const LONGEST = 100;

/** A kind of things: its table as `t`. All have `id`, `code` and `search_text`. */
interface Searched {
  readonly type: string;
  readonly table: string;
  readonly name: string;
  /** Its other names, an array. */
  readonly others: string;
  /** The unit whose it is. */
  readonly unit: string;
  /** Before what it stands where both fit alike, the lowest first. No two kinds have one. Tens are levels of units. */
  readonly standing: string;
  readonly byKey: KeyedQuery<object>;
}

/** 0 for the nation. */
const levelOf = (unit: string) => `(array_position(enum_range(null::org_level), ${unit}.level) - 1)`;

const KINDS: Readonly<Record<SearchKind, Searched>> = {
  UNIT: {
    type: 'OrgUnit', table: 'org_unit', name: 't.name', others: 'array[t.name_en] || t.aliases', unit: 't.id', byKey: unitByKey,
    standing: `${levelOf('t')} * 10`,
  },
  CAMPAIGN: {
    type: 'Campaign', table: 'campaign', name: 't.name', others: 'array[t.name_en] || t.aliases', unit: 't.launched_by_id', byKey: campaignByKey,
    // After the units of its launcher’s level; before grassroots unions where the caller sees no launcher.
    standing: `coalesce((select ${levelOf('w')} from org_unit w where w.id = t.launched_by_id), 2) * 10 + 1`,
  },
  DOCUMENT: { type: 'Document', table: 'document', name: 't.title', others: 'array[t.number]', unit: 't.unit_id', standing: '24', byKey: documentByKey },
  AWARD: { type: 'Award', table: 'award', name: 'coalesce(t.title, t.form_vi)', others: 'array[t.form_vi, t.achievement]', unit: 't.unit_id', standing: '25', byKey: awardByKey },
  PRACTICE_MODEL: { type: 'PracticeModel', table: 'practice_model', name: 't.name', others: `'{}'::text[]`, unit: 't.unit_id', standing: '26', byKey: modelByKey },
  INITIATIVE: { type: 'Initiative', table: 'initiative', name: 't.title', others: 'array[t.summary]', unit: 't.unit_id', standing: '27', byKey: initiativeByKey },
  EVENT: { type: 'Event', table: 'event', name: 't.name', others: 'array[t.edition]', unit: 't.unit_id', standing: '29', byKey: eventByKey },
  PERSON: { type: 'Person', table: 'person', name: 't.name', others: 'array[t.name_as_printed]', unit: 't.unit_id', standing: '28', byKey: personByKey },
};
const EVERY = Object.keys(KINDS) as SearchKind[];

interface Found extends Place {
  readonly kind: SearchKind;
  readonly key: number;
  readonly matched: string;
}

const byPlace: Order<SearchResult> = { name: 'search', keys: [{ sql: 'place', type: 'text', of: ({ place }) => place }] };

/** What the statements below know: by their names in `k`. */
const KEYS = {
  words: 'text', within: 'ltree', fit: 'int', standing: 'int', length: 'int', code: 'text', most: 'int',
  longest: 'text', every: 'text', inOrder: 'text', nameIs: 'text', anyIs: 'text', codeIs: 'text', begins: 'text', ends: 'text', phrase: 'text',
} as const;
type Key = keyof typeof KEYS;
const TYPES = Object.values(KEYS);
const k = Object.fromEntries(Object.keys(KEYS).map((key, i) => [key, `k.p${i}`])) as Record<Key, string>;
const AFTER = `(${k.fit}, ${k.standing}, ${k.length}, ${k.code})`;

const foldedWords = keyedQuery<{ words: string }>(['text'], 'select search_words(k.p0) as words');

/** How well a folded text fits, or one of its names that stands by itself. */
const fitOf = (text: string) => `search_fit(${text}, ${k.nameIs}, ${k.codeIs}, ${k.anyIs}, ${k.begins}, ${k.ends}, ${k.phrase}, ${k.inOrder})`;
const hasAll = (text: string) => `${text} like ${k.longest} and ${text} like all (string_to_array(${k.every}, '|'))`;

const columns = (kind: SearchKind, { name, others, standing }: Searched) =>
  `'${kind}' as kind, t.id as key, f.fit, ${standing} as standing, length(${name}) as length, t.code, ${name} as name, ${others} as others`;
const inOrder = `order by fit, standing, length, code collate "C" limit ${k.most}`;

/** Longer than any name: what stands between two levels comes after all units of the one. */
const BEYOND = 1_000_000;

/** Units are found by a function that knows which are few; what it finds is read as the caller. */
const units = `select ${columns('UNIT', KINDS.UNIT)}
  from search_units(${k.words}, ${k.within}, ${k.fit}, ${k.standing} / 10 + 1, case ${k.standing} % 10 when 0 then ${k.length} else ${BEYOND} end, ${k.code}, ${k.most}) f
  join org_unit t on t.id = f.id`;

function others(kind: Exclude<SearchKind, 'UNIT'>): string {
  const of = KINDS[kind];
  return `(select * from (select ${columns(kind, of)} from ${of.table} t cross join lateral (select ${fitOf('t.search_text')} as fit) f
    where ${hasAll('t.search_text')} and (${k.within} is null or (select w.path from org_unit w where w.id = ${of.unit}) <@ ${k.within})) t
    where (fit, standing, length, code) > ${AFTER} ${inOrder})`;
}

/** With each row, the name of it that fits best. */
function matching(rows: string): KeyedQuery<Found> {
  return keyedQuery(TYPES, `select r.kind, r.key, r.fit, r.standing, r.length, r.code, m.text as matched from (${rows}) r
    cross join lateral (
      select n.text from unnest(array[r.name, r.code] || r.others) with ordinality n(text, place)
      cross join lateral (select '| ' || search_words(n.text) || ' |' as words) w
      where n.text is not null
      order by case when ${hasAll('w.words')} then ${fitOf('w.words')} else 8 end, n.place
      limit 1) m
    order by r.fit, r.standing, r.length, r.code collate "C"`);
}

const unitsFound = matching(units);
const othersFound = new Map<string, KeyedQuery<Found>>();
function foundAmong(kinds: readonly SearchKind[]): KeyedQuery<Found> {
  const name = kinds.join();
  let query = othersFound.get(name);
  const among = kinds.filter((kind) => kind !== 'UNIT');
  if (query === undefined) othersFound.set(name, (query = matching(`select * from (${among.map(others).join(' union all ')}) u ${inOrder}`)));
  return query;
}

export async function search(reads: Reads, args: SearchArgs): Promise<Page<SearchResult>> {
  if (args.text.length > LONGEST) throw new BadUserInput('text', `text takes at most ${LONGEST} characters.`);
  const request = parsePage(args, byPlace, reads.ids);
  const after = request.after === null ? BEFORE_ALL : parsePlace(request.after[0]!);
  if (after === undefined) throw new BadUserInput('after', 'after is no cursor of this list in this order.');
  const kinds = EVERY.filter((kind) => args.in == null || args.in.includes(kind));
  const { words } = (await reads.row(foldedWords, [args.text.replaceAll('\0', ' ')]))!;
  const within = await pathWithin(reads, args.within);
  if (words === '' || within === null || kinds.length === 0) return new Page<SearchResult>([], request, byPlace, reads.ids, async () => 0);

  const patterns = patternsOf(words);
  const most = request.first + 1;
  const values: Record<Key, unknown> = { ...patterns, ...after, words, within, most, longest: patterns.all[0], every: patterns.all.join('|') };
  const keys = (Object.keys(KEYS) as Key[]).map((key) => values[key] ?? null);
  const lists = await Promise.all([
    ...(kinds.includes('UNIT') ? [reads.rows(unitsFound, keys)] : []),
    ...(kinds.some((kind) => kind !== 'UNIT') ? [reads.rows(foundAmong(kinds), keys)] : []),
  ]);
  const found = lists.flat().sort(comparePlaces).slice(0, most);
  const results = await Promise.all(found.map((one) => resultOf(reads, one)));
  return new Page(results, request, byPlace, reads.ids, () => count(reads, kinds, patterns, within));
}

/** Null: no such unit; undefined: none is named. */
async function pathWithin(reads: Reads, code: string | null | undefined): Promise<string | null | undefined> {
  if (typeof code !== 'string') return undefined;
  const row = isCode(code) ? await reads.row(pathByCode, [code]) : null;
  return row?.path ?? null;
}

async function resultOf(reads: Reads, found: Found): Promise<SearchResult> {
  const { type, byKey } = KINDS[found.kind];
  const row = await reads.row(byKey, [found.key]);
  return { kind: found.kind, score: 8 - found.fit, thing: { ...row, __typename: type }, matched: found.matched, place: formatPlace(found) };
}

async function count(reads: Reads, kinds: readonly SearchKind[], { all }: Patterns, within: string | undefined): Promise<number> {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  const scope = await reads.setting('liendoan.scope');
  const parts = kinds.map((kind) => {
    const { table, unit } = KINDS[kind];
    const conditions = all.map((pattern) => `t.search_text like ${bind(pattern, 'text')}`);
    if (kind === 'UNIT') conditions.push(...narrowed(scope, bind, 't'));
    if (within !== undefined) conditions.push(kind === 'UNIT' ? stretch(bind(within, 'ltree'), 't') : `(select w.path from org_unit w where w.id = ${unit}) <@ ${bind(within, 'ltree')}`);
    return `(select count(*) from ${table} t where ${conditions.join(' and ')})`;
  });
  const [row] = await reads.query<{ count: number }>(`select (${parts.join(' + ')})::int as count`, values);
  return row!.count;
}
