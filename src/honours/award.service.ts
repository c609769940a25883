import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, staleFault, UserFault, UserFaults, type Outcome } from '../access/command.js';
import { assertPast, atMost, codeGiven, codeTaken, reasonOf, wordsOf } from '../access/input.rules.js';
import { keyOf, unitWithin, unknownCode } from '../access/reference.query.js';
import { isAbove, isInScope, isWithin } from '../access/row-scope.js';
import { campaignKey, phaseKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { earliest, parseOptionalDay, type Day } from '../shared/dates.js';
import { rowsOf } from '../shared/database/querying.js';
import { awardFaults, countOf, FORM_VI, kindsOf, MOST_RECIPIENTS, STEPS, type AwardStep, type SaidAward, type SaidRecipient } from './award.rules.js';
import { AWARD_COLUMNS } from './award.query.js';
import type { Award, DecideAwardInput, DeclineAwardInput, NominateAwardInput, PresentAwardInput, ReviewAwardInput, RevokeAwardInput } from './award.type.js';

type Done = { award: Award };

/** Nominates an award of a unit of which the caller is a REPORTER, or says anew what was nominated. */
export function nominateAward(context: Context, input: NominateAwardInput): Promise<Outcome<Done>> {
  const period = { periodFrom: parseOptionalDay(input.periodFrom, 'input.periodFrom') ?? null, periodTo: parseOptionalDay(input.periodTo, 'input.periodTo') ?? null };
  return command(context, {
    name: 'nominateAward', grants: 'act by', input, nothing: { award: null },
    prepare: (em) => unitWithin(em, input.unit, 'reporter'),
    act: async (em, unit) => {
      const known = input.code == null ? undefined : await lockAward(em, input.code);
      const shown = known && { award: known };
      if (known !== undefined && known.unitKey !== unit) throw new UserFault('code', 'CONFLICT', 'Another unit’s award has this code: give yours another.', shown);
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, known?.version ?? 0, shown);
      if (known !== undefined && known.status !== 'NOMINATED') throw new UserFault('code', 'CONFLICT', `The award is ${known.status}: it can be changed no more. A mistake is declined or revoked, and nominated anew.`, shown);
      const code = codeGiven(input.code, 'aw');
      const said = wordsIn({ ...input, ...period });
      const faults = [...awardFaults(said)];
      if (faults.length > 0) throw new UserFaults(faults.map(({ field, message }) => new UserFault(field, 'INVALID', `${field} ${message}.`)));
      const row = await rowOf(em, known, said);
      const former = known === undefined ? null : await saidOf(em, known.key);
      const parts = { issuers: await issuersOf(em, said), kinds: [...kindsOf(said)].map(([kind, of]) => ({ kind, ...of })), recipients: await recipientsOf(em, input.unit, unit, said.recipients ?? []) };
      const values = { ...row, named: parts.recipients.length };
      let key = known?.key;
      if (key === undefined) key = await insertAward(em, context, code, unit, values);
      else {
        if (await isSame(em, key, values, parts)) return { award: known! };
        await rowsOf(em, `update award t set (${COLUMNS.join(', ')}) = (select ${COLUMNS.map((name) => `n.${name}`).join(', ')} from jsonb_populate_record(null::award, $2) n), nominated_by = $3 where id = $1`, [key, JSON.stringify(values), context.caller.principal]);
        for (const table of ['award_issuer', 'award_kind', 'award_recipient']) await em.execute(`delete from ${table} where award_id = ?`, [key]);
      }
      await writeParts(em, key, parts);
      audit(em, context, 'NOMINATE_AWARD', unit, await saidOf(em, key), former);
      return { award: await awardRow(em, key) };
    },
  });
}

const COLUMNS = ['form', 'form_vi', 'title', 'title_level', 'basis', 'achievement', 'campaign_id', 'phase_id', 'period_kind', 'period_from', 'period_to', 'count', 'qualifier', 'named', 'batch_size',
  'included_in_id', 'maybe_included_in_id', 'source', 'note'] as const;
type AwardValues = Record<(typeof COLUMNS)[number], unknown>;

type Said = SaidAward & Pick<NominateAwardInput, 'titleLevel' | 'basis' | 'achievement' | 'source' | 'note'>;

/** Texts as they are kept. */
function wordsIn(input: Omit<NominateAwardInput, 'periodFrom' | 'periodTo'> & { periodFrom: Day | null; periodTo: Day | null }): Said {
  const { formVi, title, achievement, source, note } = input;
  atMost(100, 'countByKind', input.countByKind ?? null);
  const recipients = atMost(MOST_RECIPIENTS, 'recipients', input.recipients ?? null).map((one, i) => ({ ...one, name: wordsOf(`recipients.${i}.name`, one.name, 500) }));
  const issuers = atMost(100, 'issuers', input.issuers).map((one, i) => ({ ...one, name: wordsOf(`issuers.${i}.name`, one.name, 500) }));
  return {
    ...input, issuers, recipients,
    formVi: wordsOf('formVi', formVi, 200), title: wordsOf('title', title, 500), achievement: wordsOf('achievement', achievement, 2000), source: wordsOf('source', source, 500), note: wordsOf('note', note, 2000),
  };
}

async function rowOf(em: EntityManager, known: Award | undefined, said: Said): Promise<Omit<AwardValues, 'named'>> {
  const { form, formVi, title, titleLevel, basis, achievement, periodKind, periodFrom, periodTo, qualifier, batchSize, source, note } = said;
  const campaign = said.campaign == null ? null : await campaignKey(em, said.campaign);
  const phase = await phaseKey(em, said.phase, campaign!);
  const [includedIn, maybeIncludedIn] = [await wholeOf(em, known, 'includedIn', said.includedIn), await wholeOf(em, known, 'maybeIncludedIn', said.maybeIncludedIn)];
  return {
    form, form_vi: formVi ?? FORM_VI[form as keyof typeof FORM_VI], title, title_level: titleLevel, basis, achievement, campaign_id: campaign, phase_id: phase,
    period_kind: periodKind, period_from: periodFrom, period_to: periodTo, count: countOf(said), qualifier: qualifier ?? 'EXACT', batch_size: batchSize,
    included_in_id: includedIn, maybe_included_in_id: maybeIncludedIn, source, note,
  };
}

/** The award that holds it, which it does not hold itself, not even by others that the caller does not see. */
async function wholeOf(em: EntityManager, known: Award | undefined, field: 'includedIn' | 'maybeIncludedIn', code: string | null | undefined): Promise<number | null> {
  if (code == null) return null;
  const whole = await keyOf(em, field, 'select id from award where code = $1', [code]);
  // From here on nobody else writes what holds what.
  const [it] = await rowsOf<{ held: boolean }>(em, 'select award_holds($1, $2) as held', [known?.key ?? null, whole]);
  if (it!.held) throw new UserFault(field, 'INVALID', `${field} must name an award that is no part of this one, surely or perhaps.`);
  return whole;
}

interface Issuer {
  readonly unit_id: number | null;
  readonly name: string;
  readonly level: string | null;
  readonly body: string | null;
}

async function issuersOf(em: EntityManager, { issuers }: Said): Promise<Issuer[]> {
  const codes = issuers.flatMap(({ unit }) => (unit != null && isCode(unit) ? [unit] : []));
  const units = await rowsOf<{ code: string; unit_id: number; name: string; level: string }>(em, 'select code, id as unit_id, name, level from org_unit where code = any ($1)', [codes]);
  const meant = await unitsNamed(em, issuers.map(({ name }) => name ?? null));
  const known = new Map(units.map(({ code, ...unit }) => [code, unit]));
  return issuers.map(({ unit, name, body = null }, i) => {
    if (unit == null && meant[i] != null) throw new UserFault(`issuers.${i}.name`, 'INVALID', `That is the unit ${meant[i]}: name it by its code, in \`unit\`.`);
    if (unit == null) return { unit_id: null, name: name!, level: null, body: null };
    const it = known.get(unit);
    if (it === undefined) throw unknownCode(`issuers.${i}.unit`);
    return { ...it, body };
  });
}

/** The unit that the caller sees under each name: who is named as a body outside the unions decides nothing. */
async function unitsNamed(em: EntityManager, names: readonly (string | null)[]): Promise<(string | null)[]> {
  if (names.every((name) => name === null)) return [];
  const rows = await rowsOf<{ code: string | null }>(
    em,
    `select (select min(u.code) from org_unit u where u.search_text like '%| ' || search_words(n.name) || ' |%') as code
     from unnest($1::text[]) with ordinality n (name, i) order by n.i`,
    [names],
  );
  return rows.map(({ code }) => code);
}

interface Recipient {
  readonly kind: string;
  readonly person_id: number | null;
  readonly unit_id: number | null;
  readonly unit_told: boolean;
  readonly work_id: number | null;
  readonly initiative_id: number | null;
  readonly name: string | null;
  readonly shown_name: string;
  readonly direct_worker: boolean | null;
}

/** Tables of what can be a recipient by its code. */
const HOMES = { person: 'coalesce(t.name_as_printed, t.name)', unit: 't.name', work: 't.name', initiative: 't.title' } as const;
type Home = keyof typeof HOMES;

/** Recipients of an award of a unit: it, and what belongs to it or to units beneath. */
async function recipientsOf(em: EntityManager, top: string, topKey: number, recipients: readonly SaidRecipient[]): Promise<Recipient[]> {
  type Row = { code: string; id: number; unit: number; name: string; beneath: boolean };
  const found = new Map<Home, Map<string, Row>>();
  for (const home of Object.keys(HOMES) as Home[]) {
    const codes = [...new Set(recipients.map((one) => one[home]).filter((code) => code != null))].filter(isCode);
    const table = home === 'unit' ? 'org_unit' : home;
    const own = home === 'unit' ? 't.id' : 't.unit_id';
    const rows = codes.length === 0 ? [] : await rowsOf<Row>(
      em,
      `select t.code, t.id, ${own} as unit, ${HOMES[home]} as name, exists (select from org_unit b join org_unit o on o.id = $2 and b.path <@ o.path where b.id = ${own}) as beneath
       from ${table} t where t.code = any ($1)`,
      [codes, topKey],
    );
    found.set(home, new Map(rows.map((row) => [row.code, row])));
  }
  return recipients.map((recipient, i) => {
    const [person, unit, work, initiative] = (Object.keys(HOMES) as Home[]).map((home) => {
      const code = recipient[home];
      if (code == null) return undefined;
      const row = found.get(home)!.get(code);
      const field = `recipients.${i}.${home}`;
      if (row === undefined) throw unknownCode(field);
      if (!row.beneath) throw new UserFault(field, 'INVALID', `${field} must ${home === 'unit' ? 'be' : 'belong to'} ${top} or a unit beneath it: nominate the award in a unit above them all${home === 'person' ? ', or name the person as printed' : ''}.`);
      return row;
    });
    const { kind, name = null, directWorker = null } = recipient;
    const itself = person ?? work ?? initiative ?? (kind === 'COLLECTIVE' ? unit : undefined);
    return {
      kind, person_id: person?.id ?? null, unit_id: unit?.id ?? itself?.unit ?? null, unit_told: unit !== undefined, work_id: work?.id ?? null, initiative_id: initiative?.id ?? null, name, shown_name: name ?? itself!.name, direct_worker: directWorker,
    };
  });
}

interface Parts {
  readonly issuers: readonly Issuer[];
  readonly kinds: readonly { kind: string; count: number | null; named: number }[];
  readonly recipients: readonly Recipient[];
}

async function insertAward(em: EntityManager, context: Context, code: string, unit: number, values: AwardValues): Promise<number> {
  const rows = await rowsOf<{ id: number }>(
    em,
    `insert into award (code, unit_id, unit_name, status, nominated_by, ${COLUMNS.join(', ')})
     select $1, u.id, u.name, 'NOMINATED', $3, ${COLUMNS.map((name) => `n.${name}`).join(', ')} from org_unit u cross join jsonb_populate_record(null::award, $4) n where u.id = $2
     on conflict (code) do nothing returning id`,
    [code, unit, context.caller.principal, JSON.stringify(values)],
  );
  if (rows.length > 0) return rows[0]!.id;
  // Somebody was faster, or it is another's that the caller does not see.
  const known = await lockAward(em, code);
  if (known?.unitKey === unit) throw staleFault(known.version, { award: known });
  throw codeTaken();
}

async function writeParts(em: EntityManager, key: number, { issuers, kinds, recipients }: Parts): Promise<void> {
  const write = (table: string, columns: string, types: string, rows: readonly object[]) =>
    rowsOf(em, `insert into ${table} (award_id, place, ${columns}) select $1, n, ${columns} from jsonb_array_elements($2::jsonb) with ordinality e (it, n) cross join jsonb_to_record(it) r (${types})`, [key, JSON.stringify(rows)]);
  await write('award_issuer', 'unit_id, name, level, body', 'unit_id int, name text, level org_level, body union_body', issuers);
  await rowsOf(em, 'insert into award_kind (award_id, kind, count, named) select $1, kind, count, named from jsonb_to_recordset($2) r (kind recipient_kind, count int, named int)', [key, JSON.stringify(kinds)]);
  await write(
    'award_recipient', 'kind, person_id, unit_id, unit_told, work_id, initiative_id, name, shown_name, direct_worker',
    'kind recipient_kind, person_id int, unit_id int, unit_told boolean, work_id int, initiative_id int, name text, shown_name text, direct_worker boolean', recipients,
  );
}

/** Whether it says what is there. Names as they were then are no reason to write. */
async function isSame(em: EntityManager, key: number, values: AwardValues, { issuers, kinds, recipients }: Parts): Promise<boolean> {
  const [row] = await rowsOf<{ same: boolean }>(
    em,
    `select (${COLUMNS.map((name) => `a.${name}`).join(', ')}) is not distinct from (${COLUMNS.map((name) => `n.${name}`).join(', ')})
       and (select coalesce(jsonb_agg(jsonb_build_array(i.unit_id, case when i.unit_id is null then i.name end, i.body) order by i.place), '[]') from award_issuer i where i.award_id = a.id) = $3::jsonb
       and (select coalesce(jsonb_agg(jsonb_build_array(c.kind, c.count, c.named) order by c.kind::text collate "C"), '[]') from award_kind c where c.award_id = a.id) = $4::jsonb
       and (select coalesce(jsonb_agg(jsonb_build_array(r.kind, r.person_id, r.unit_id, r.unit_told, r.work_id, r.initiative_id, r.name, r.direct_worker) order by r.place), '[]') from award_recipient r where r.award_id = a.id) = $5::jsonb as same
     from award a cross join jsonb_populate_record(null::award, $2) n where a.id = $1`,
    [
      key, JSON.stringify(values),
      JSON.stringify(issuers.map(({ unit_id, name, body }) => [unit_id, unit_id === null ? name : null, body])),
      JSON.stringify(kinds.map(({ kind, count, named }) => [kind, count, named]).sort(([a], [b]) => (a! < b! ? -1 : 1))),
      JSON.stringify(recipients.map(({ kind, person_id, unit_id, unit_told, work_id, initiative_id, name, direct_worker }) => [kind, person_id, unit_id, unit_told, work_id, initiative_id, name, direct_worker])),
    ],
  );
  return row!.same;
}

interface Stepping {
  readonly name: string;
  readonly action: string;
  readonly step: AwardStep;
  /** SQL of `award a` and its unit `u`: whether the caller may take it. */
  readonly may: string;
  readonly takes: string;
  /** What they are of an issuing unit that takes the step. */
  readonly reach: 'approver' | 'reporter';
  /** Whether whoever nominated it may not. */
  readonly another?: boolean;
  /** Whether the database notes it for all units that give the award, and for its own where the caller does not have that in scope. */
  readonly noted?: boolean;
  /** What else is written: columns with their values; checks what was said, by the award as it is. */
  readonly write: (award: Award) => Record<string, unknown>;
}

const issuing = (reach: 'approver' | 'reporter') => `exists (select from award_issuer i join org_unit x on x.id = i.unit_id where i.award_id = a.id and ${isWithin('x.path', reach)})`;
const ABOVE = `coalesce(${isAbove('u.path')}, false)`;
const JUDGES = { reach: 'approver' as const, may: `${issuing('approver')} or ${ABOVE}`, takes: 'This takes an APPROVER above the unit, or of a unit that gives the award.' };
/** Who gives it at the highest level gives it for all: nobody decides in the name of a unit above. */
const DECIDES = { reach: 'approver' as const, noted: true, may: `exists (select from award_party p where p.award_id = a.id and p.part = 'ISSUER' and p.decides and ${isWithin('p.path', 'approver')}) or not a.by_unit and ${ABOVE}`, takes: 'This takes an APPROVER of a unit that gives the award, of the highest level among those; where no unit does, one above the unit.' };
const PRESENTS = { reach: 'reporter' as const, may: `${issuing('reporter')} or coalesce(${isWithin('u.path', 'reporter')}, false)`, takes: 'This takes a REPORTER of the unit, or of one that gives the award.' };

/** Says that a nomination was looked at, and goes on to those who decide. */
export const reviewAward = (context: Context, input: ReviewAwardInput): Promise<Outcome<Done>> =>
  takeStep(context, { name: 'reviewAward', action: 'REVIEW_AWARD', step: 'review', ...JUDGES, another: true, write: () => ({ reviewed_by: context.caller.principal }) }, input);

export const declineAward = (context: Context, input: DeclineAwardInput): Promise<Outcome<Done>> =>
  takeStep(context, { name: 'declineAward', action: 'DECLINE_AWARD', step: 'decline', ...JUDGES, write: () => ({ status_reason: reasonOf(input.reason) }) }, input);

export function decideAward(context: Context, input: DecideAwardInput): Promise<Outcome<Done>> {
  const decidedOn = parseOptionalDay(input.decidedOn, 'input.decidedOn') ?? context.today;
  const write = (): Record<string, unknown> => {
    const decisionNo = wordsOf('decisionNo', input.decisionNo, 100);
    assertPast('decidedOn', decidedOn, context.today);
    return { decision_no: decisionNo, decided_on: decidedOn, decided_on_precision: 'DAY', decided_by: context.caller.principal };
  };
  return takeStep(context, { name: 'decideAward', action: 'DECIDE_AWARD', step: 'decide', ...DECIDES, another: true, write }, input);
}

export function presentAward(context: Context, input: PresentAwardInput): Promise<Outcome<Done>> {
  const presentedOn = parseOptionalDay(input.presentedOn, 'input.presentedOn') ?? context.today;
  const write = ({ decidedOn, decidedOnPrecision: known }: Award): Record<string, unknown> => {
    assertPast('presentedOn', presentedOn, context.today);
    if (decidedOn !== null && presentedOn < earliest(decidedOn, known)!) throw new UserFault('presentedOn', 'INVALID', `It was decided on ${decidedOn}: presentedOn must be that day or later.`);
    return { presented_on: presentedOn, presented_on_precision: 'DAY', presented_by: wordsOf('presentedBy', input.presentedBy, 500) };
  };
  return takeStep(context, { name: 'presentAward', action: 'PRESENT_AWARD', step: 'present', ...PRESENTS, write }, input);
}

export const revokeAward = (context: Context, input: RevokeAwardInput): Promise<Outcome<Done>> =>
  takeStep(context, { name: 'revokeAward', action: 'REVOKE_AWARD', step: 'revoke', ...DECIDES, write: () => ({ status_reason: reasonOf(input.reason) }) }, input);

function takeStep(context: Context, { name, action, step, may, takes, reach, another, noted, write }: Stepping, input: { code: string; expectedVersion: number; idempotencyKey?: string | null }): Promise<Outcome<Done>> {
  return command(context, {
    name, grants: 'act by', input, nothing: { award: null },
    prepare: async (em) => {
      const key = await keyOf(em, 'code', 'select id from award where code = $1', [input.code]);
      const [allowed] = await rowsOf<{ may: boolean; unit: number | null }>(
        em,
        // Noted in the log of the award's unit; by whoever gives it and does not have that in scope, in that of their own.
        `select ${may} as may, case when ${isInScope('u.path')} then u.id ${noted === true ? '' : `else
           (select i.unit_id from award_issuer i join org_unit x on x.id = i.unit_id where i.award_id = a.id and ${isWithin('x.path', reach)} order by i.place limit 1)`} end as unit
         from award a left join org_unit u on u.id = a.unit_id where a.id = $1`,
        [key],
      );
      if (allowed!.may !== true) throw new UserFault('code', 'FORBIDDEN', takes);
      return { code: input.code, unit: allowed!.unit };
    },
    act: async (em, { code, unit }) => {
      const award = (await lockAward(em, code))!;
      const { from, to } = STEPS[step];
      assertVersion(input, award.version, { award });
      if (!(from as readonly string[]).includes(award.status)) throw new UserFault('code', 'CONFLICT', `The award is ${award.status}: this takes one that is ${from.join(' or ')}.`, { award });
      const [{ nominatedBy }] = (await rowsOf<{ nominatedBy: string | null }>(em, 'select nominated_by as "nominatedBy" from award where id = $1', [award.key])) as [{ nominatedBy: string | null }];
      if (another && nominatedBy === context.caller.principal) throw new UserFault('code', 'FORBIDDEN', 'You nominated it: somebody else does this.', { award });
      const written = { status: to, ...write(award) };
      const assignments = Object.keys(written).map((column, i) => `${column} = $${i + 2}`).join(', ');
      if (noted === true) await rowsOf(em, `select set_config('liendoan.request', $1, true)`, [context.requestId]);
      await rowsOf(em, `update award set ${assignments} where id = $1`, [award.key, ...Object.values(written)]);
      if (unit !== null) audit(em, context, action, unit, await saidOf(em, award.key), { code, status: award.status, version: award.version });
      return { award: await awardRow(em, award.key) };
    },
  });
}

/** As it is now, which nobody else changes until the end; undefined where the caller sees none. */
async function lockAward(em: EntityManager, code: string): Promise<Award | undefined> {
  if (!isCode(code)) return undefined;
  await rowsOf(em, 'select from award where code = $1 for no key update', [code]);
  const [award] = await rowsOf<Award>(em, `select ${AWARD_COLUMNS} from award a where a.code = $1`, [code]);
  return award;
}

async function awardRow(em: EntityManager, key: number): Promise<Award> {
  const [award] = await rowsOf<Award>(em, `select ${AWARD_COLUMNS} from award a where a.id = $1`, [key]);
  return award!;
}

/** As the audit log has it: neither other units nor people are named. */
async function saidOf(em: EntityManager, key: number): Promise<object> {
  const [row] = await rowsOf<{ said: object }>(
    em,
    `select jsonb_build_object('code', a.code, 'status', a.status, 'version', a.version, 'form', a.form, 'formVi', a.form_vi, 'title', a.title, 'titleLevel', a.title_level, 'basis', a.basis,
       'achievement', a.achievement, 'campaign', c.code, 'phase', p.code, 'periodKind', a.period_kind, 'periodFrom', a.period_from, 'periodTo', a.period_to, 'count', a.count, 'qualifier', a.qualifier,
       'countByKind', (select coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'count', k.count) order by k.kind), '[]') from award_kind k where k.award_id = a.id and k.count is not null), 'named', a.named,
       'batchSize', a.batch_size, 'decisionNo', a.decision_no, 'decidedOn', a.decided_on, 'presentedOn', a.presented_on, 'statusReason', a.status_reason) as said
     from award a left join campaign c on c.id = a.campaign_id left join campaign_phase p on p.id = a.phase_id where a.id = $1`,
    [key],
  );
  return row!.said;
}
