import type { EntityManager } from '@mikro-orm/postgresql';
import { audit, auditAll, command, UserFault, UserFaults, type Outcome } from '../access/command.js';
import { assertPast, atMost, nameOf, reasonOf, wholeOf, wordsOf } from '../access/input.rules.js';
import { keysOf, unitWithin, unknownCode } from '../access/reference.query.js';
import { isAbove, isWithin } from '../access/row-scope.js';
import { campaignKey, phaseKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { INITIATIVE_COLUMNS, INITIATIVE_SOURCE } from './initiative.query.js';
import { JUDGED, MOST_STAGES, OPEN, STAGES_FROM_UPLOAD, WAYS } from './initiative.rules.js';
import type { AdvanceInitiativeInput, AdvanceInitiativesInput, Initiative, InitiativeOutcome, InitiativeStage, SaveInitiativeInput } from './initiative.type.js';
import { isAsSaid, save } from './saving.js';

const MOST_AUTHORS = 50;
const MOST_ITEMS = 500;

/** Registers an initiative of a unit of which the caller is a REPORTER, or says anew what it is. */
export function saveInitiative(context: Context, input: SaveInitiativeInput): Promise<Outcome<{ initiative: Initiative }>> {
  const day = parseOptionalDay(input.registeredOn, 'input.registeredOn');
  return command(context, {
    name: 'saveInitiative', grants: 'act by', input, nothing: { initiative: null },
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'reporter');
      const known = input.code == null ? undefined : await initiativeOf(em, input.code);
      if (input.secret || (known?.secret && known.unitKey === unit)) await assertGranted(em, unit);
      const campaign = input.campaign == null ? null : await campaignKey(em, input.campaign);
      if (input.phase != null && campaign === null) throw new UserFault('phase', 'INVALID', 'A phase is of a campaign: name it too.');
      const phase = await phaseKey(em, input.phase, campaign!);
      return { unit, campaign, phase, authors: await authorsOf(em, input.authors ?? []) };
    },
    act: async (em, { unit, campaign, phase, authors }) => {
      const registeredOn = day ?? context.today;
      assertPast('registeredOn', registeredOn, context.today);
      const detail = detailOf(input);
      const known = input.code == null ? undefined : await initiativeOf(em, input.code);
      const before = known && (await saidOf(em, known, input.secret ?? false));
      const values = {
        title: nameOf(input.title, 'title'), kind: input.kind ?? null, campaign_id: campaign, phase_id: phase, summary: wordsOf('summary', input.summary, 2000), secret: input.secret ?? false,
        source: wordsOf('source', input.source, 500), note: wordsOf('note', input.note, 2000),
      };
      const isBy = async (id: number) => JSON.stringify(authors) === JSON.stringify(await authorsAt(em, id));
      let same = false;
      const { key, was } = await save(em, {
        table: 'initiative', prefix: 'in', input, unit, values,
        // Whoever says last what it is answers for it, and does not judge it.
        signed: { registered_by: context.caller.principal },
        show: async (id) => ({ initiative: (await initiativesAt(em, [id])).get(id)! }),
        assertOpen: async (row) => {
          const now = (await initiativesAt(em, [row.id])).get(row.id)!;
          const detailNow = (await detailAt(em, row.id)) ?? [];
          const stays = isAsSaid(row, values) && detailNow[0] === detail[0] && (await isBy(row.id));
          if (!stays && !OPEN.has(now.stage)) throw new UserFault('code', 'CONFLICT', `It is ${now.stage}: from when it is reviewed, only its benefit is said anew.`, { initiative: now });
          same = stays && JSON.stringify(detailNow) === JSON.stringify(detail);
          if (!same && day !== undefined) throw new UserFault('registeredOn', 'INVALID', 'The initiative is registered already, and its stages stay: leave registeredOn out.', { initiative: now });
        },
        isSame: async () => same,
      });
      if (was === 'same') return { initiative: known! };
      if (was === 'absent') {
        await rowsOf(em, 'insert into initiative_detail (initiative_id, description, benefit_vnd, benefit_qualifier) values ($1, $2, $3, $4)', [key, ...detail]);
        await rowsOf(em, `insert into initiative_history (initiative_id, ordinal, stage, since, principal) values ($1, 1, 'REGISTERED', $2, $3)`, [key, registeredOn, context.caller.principal]);
      } else {
        await rowsOf(em, 'update initiative_detail set description = $2, benefit_vnd = $3, benefit_qualifier = $4 where initiative_id = $1', [key, ...detail]);
      }
      if (!(await isBy(key))) {
        await rowsOf(em, 'delete from initiative_author where initiative_id = $1', [key]);
        await rowsOf(em, 'insert into initiative_author (initiative_id, person_id, ordinal) select $1, a.id, a.n from unnest($2::int[]) with ordinality a (id, n)', [key, authors]);
      }
      const initiative = (await initiativesAt(em, [key])).get(key)!;
      audit(em, context, 'SAVE_INITIATIVE', unit, await saidOf(em, initiative), before ?? null);
      return { initiative };
    },
  });
}

/** Brings an initiative to its next stage. */
export function advanceInitiative(context: Context, input: AdvanceInitiativeInput): Promise<Outcome<{ initiative: Initiative }>> {
  const on = parseOptionalDay(input.on, 'input.on') ?? context.today;
  return command(context, {
    name: 'advanceInitiative', grants: 'act by', input, nothing: { initiative: null },
    prepare: async (em) => {
      const standing = (await standingsOf(em, [input.code])).get(input.code);
      const fault = whyForbidden(input.to, standing);
      if (fault !== undefined) throw fault;
    },
    act: async (em) => {
      const step = stepOf(context, input, on);
      const standing = (await held(em, [input.code])).get(input.code)!;
      const fault = whyNot(step, standing, input.expectedVersion);
      if (fault !== undefined) throw new UserFault(fault.field, fault.code, fault.message, { initiative: standing.initiative });
      const after = await advance(em, context, 'ADVANCE_INITIATIVE', step, [standing]);
      return { initiative: after.get(standing.initiative.key)! };
    },
  });
}

type Many = { readonly outcomes: readonly InitiativeOutcome[]; readonly done: number };

/** Brings many initiatives to the same stage: all or none, or each for itself. */
export function advanceInitiatives(context: Context, input: AdvanceInitiativesInput): Promise<Outcome<Many, Many>> {
  const on = parseOptionalDay(input.on, 'input.on') ?? context.today;
  const { items, mode } = input;
  const at = (i: number, fault: UserFault): UserFault => new UserFault(`items.${i}.${fault.field}`, fault.code, fault.message);
  return command<Many, ReadonlyMap<string, UserFault>, Many>(context, {
    name: 'advanceInitiatives', grants: 'act by', input, nothing: { outcomes: [], done: 0 },
    prepare: async (em) => {
      if (items.length === 0 || items.length > MOST_ITEMS) throw new UserFault('items', 'INVALID', `items takes 1 to ${MOST_ITEMS} initiatives.`);
      const codes = items.map(({ code }) => code);
      const twice = codes.findIndex((code, i) => codes.indexOf(code) < i);
      if (twice >= 0) throw new UserFault(`items.${twice}.code`, 'INVALID', 'This initiative is named twice: name it once.');
      const standings = await standingsOf(em, codes);
      const faults = new Map(codes.flatMap((code) => {
        const fault = whyForbidden(input.to, standings.get(code));
        return fault === undefined ? [] : [[code, fault] as const];
      }));
      if (mode === 'ALL_OR_NOTHING' && faults.size > 0) throw new UserFaults(items.flatMap(({ code }, i) => (faults.has(code) ? [at(i, faults.get(code)!)] : [])));
      return faults;
    },
    act: async (em, forbidden) => {
      const step = stepOf(context, input, on);
      const standings = await held(em, items.flatMap(({ code }) => (forbidden.has(code) ? [] : [code])));
      const judged = items.map(({ code, expectedVersion }) => {
        const standing = standings.get(code);
        return { code, standing, fault: standing === undefined ? forbidden.get(code) : whyNot(step, standing, expectedVersion) };
      });
      const failed = judged.flatMap(({ fault }, i) => (fault === undefined ? [] : [at(i, fault)]));
      const shown = (after: ReadonlyMap<number, Initiative>) =>
        judged.map(({ code, standing, fault }): InitiativeOutcome => ({ code, initiative: standing === undefined ? null : (after.get(standing.initiative.key) ?? standing.initiative), userErrors: fault?.userErrors ?? [] }));
      if (mode === 'ALL_OR_NOTHING' && failed.length > 0) throw new UserFaults(failed, { outcomes: shown(new Map()) });
      const good = judged.flatMap(({ standing, fault }) => (fault === undefined ? [standing!] : []));
      const after = await advance(em, context, 'ADVANCE_INITIATIVE', step, good);
      return { outcomes: shown(after), done: good.length };
    },
    // What the caller may do to no more, a repeat does not show.
    replayed: ({ outcomes, done }, forbidden) => ({
      done, outcomes: outcomes.map((one) => (forbidden.has(one.code) ? { ...one, initiative: null, userErrors: forbidden.get(one.code)!.userErrors } : one)),
    }),
  });
}

/** How an initiative stands to the caller. */
interface Standing {
  readonly initiative: Initiative;
  readonly reports: boolean;
  readonly approves: boolean;
  /** The caller registered it, or said last what it is. */
  readonly mine: boolean;
  /** How many stages it came to. */
  readonly stages: number;
}

/** Of the initiatives of these codes that the caller sees: each as it is now, by code. */
async function standingsOf(em: EntityManager, codes: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await rowsOf<Initiative & { of: Omit<Standing, 'initiative'> }>(
    em,
    `select ${INITIATIVE_COLUMNS}, json_build_object('reports', coalesce(${isWithin('u.path', 'reporter')}, false), 'approves', coalesce(${isAbove('u.path')}, false),
       'mine', coalesce(i.registered_by = nullif(current_setting('liendoan.principal', true), ''), false),
       'stages', (select count(*) from initiative_history h where h.initiative_id = i.id)) as of
     ${INITIATIVE_SOURCE} where i.code = any ($1)`,
    [codes.filter(isCode)],
  );
  return new Map(rows.map(({ of, ...initiative }) => [initiative.code, { initiative, ...of }]));
}

/** The same, and nobody else changes them until the command is done. */
async function held(em: EntityManager, codes: readonly string[]): Promise<Map<string, Standing>> {
  await rowsOf(em, 'select initiative_hold($1)', [codes.filter(isCode)]);
  return standingsOf(em, codes);
}

function whyForbidden(to: InitiativeStage, standing: Standing | undefined): UserFault | undefined {
  if (standing === undefined) return unknownCode('code');
  if (!JUDGED.has(to)) return standing.reports ? undefined : new UserFault('code', 'FORBIDDEN', 'This takes a REPORTER of the unit.');
  if (!standing.approves) return new UserFault('code', 'FORBIDDEN', 'This takes an APPROVER of a unit above; at the root, of the root.');
  return standing.mine ? new UserFault('code', 'FORBIDDEN', 'You registered it, or said last what it is: somebody else judges it.') : undefined;
}

interface Step {
  readonly to: InitiativeStage;
  readonly on: Day;
  readonly reason: string | null;
}

function stepOf({ today }: Context, { to, reason }: Pick<AdvanceInitiativeInput, 'to' | 'reason'>, on: Day): Step {
  assertPast('on', on, today);
  if (to === 'REJECTED' && reason == null) throw new UserFault('reason', 'INVALID', 'reason must say why it is rejected.');
  return { to, on, reason: reason == null ? null : reasonOf(reason) };
}

function whyNot({ to, on }: Step, { initiative, stages }: Standing, expectedVersion: number): UserFault | undefined {
  const { version, stage, stageOn } = initiative;
  if (version !== expectedVersion) return new UserFault('expectedVersion', 'CONFLICT', `It has changed since: its version is ${version}.`);
  const ways = WAYS[stage];
  if (!ways.includes(to)) return new UserFault('to', 'CONFLICT', ways.length === 0 ? `It is ${stage}, and goes no further.` : `It is ${stage}, and comes to ${ways.join(' or ')}.`);
  if (stages >= MOST_STAGES) return new UserFault('code', 'CONFLICT', `It has come to ${MOST_STAGES} stages, which is as many as there may be.`);
  if (to === 'UPLOADED' && stages + STAGES_FROM_UPLOAD > MOST_STAGES) {
    return new UserFault('code', 'CONFLICT', `It has come to ${stages} stages, of at most ${MOST_STAGES}: too few are left for another upload and all that may follow. Register it anew, under another code.`);
  }
  return on < stageOn ? new UserFault('on', 'INVALID', `It came to ${stage} on ${stageOn}: on must be that day or later.`) : undefined;
}

async function advance(em: EntityManager, context: Context, action: string, { to, on, reason }: Step, standings: readonly Standing[]): Promise<Map<number, Initiative>> {
  const keys = standings.map(({ initiative }) => initiative.key);
  await rowsOf(
    em,
    `insert into initiative_history (initiative_id, ordinal, stage, since, principal, reason)
     select h.initiative_id, max(h.ordinal) + 1, $2, $3, $4, $5 from initiative_history h where h.initiative_id = any ($1) group by h.initiative_id`,
    [keys, to, on, context.caller.principal, reason],
  );
  const after = await initiativesAt(em, keys);
  const campaigns = await campaignsOf(em, standings.map(({ initiative }) => initiative));
  auditAll(em, context, action, standings.map(({ initiative: { key, unitKey, campaignKey, code, stage, version } }) => ({
    unit: unitKey,
    before: { stage, version },
    after: { campaign: (campaignKey === null ? null : campaigns.get(campaignKey)) ?? null, code, stage: to, on, version: after.get(key)!.version, ...(reason === null ? {} : { reason }) },
  })));
  return after;
}

async function assertGranted(em: EntityManager, unit: number): Promise<void> {
  const rows = await rowsOf(em, `select from org_unit where id = $1 and id = any (nullif(current_setting('liendoan.granted', true), '')::int[])`, [unit]);
  if (rows.length === 0) throw new UserFault('secret', 'FORBIDDEN', 'A technology secret takes a caller who holds a grant on the unit itself.');
}

async function authorsOf(em: EntityManager, codes: readonly string[]): Promise<number[]> {
  atMost(MOST_AUTHORS, 'authors', codes);
  const authors = [...(await keysOf(em, 'person', 'authors', codes)).values()];
  const twice = codes.findIndex((code, i) => codes.indexOf(code) < i);
  if (twice >= 0) throw new UserFault(`authors.${twice}`, 'INVALID', 'This person is named twice: name them once.');
  return authors;
}

type Detail = readonly [description: string | null, benefit: string | null, qualifier: string | null];

function detailOf({ description, benefitVnd, benefitQualifier }: SaveInitiativeInput): Detail {
  const benefit = wholeOf('benefitVnd', benefitVnd);
  if (benefit === null && benefitQualifier != null) throw new UserFault('benefitQualifier', 'INVALID', 'benefitQualifier says how exactly benefitVnd is stated: give both.');
  return [wordsOf('description', description, 10_000), benefit, benefit === null ? null : (benefitQualifier ?? 'EXACT')];
}

async function detailAt(em: EntityManager, key: number): Promise<Detail | undefined> {
  const [row] = await rowsOf<{ description: string | null; benefit: string | null; qualifier: string | null }>(
    em, 'select description, benefit_vnd::text as benefit, benefit_qualifier as qualifier from initiative_detail where initiative_id = $1', [key],
  );
  return row && [row.description, row.benefit, row.qualifier];
}

async function authorsAt(em: EntityManager, key: number): Promise<number[]> {
  return (await rowsOf<{ id: number }>(em, 'select person_id as id from initiative_author where initiative_id = $1 order by ordinal', [key])).map(({ id }) => id);
}

async function initiativeOf(em: EntityManager, code: string): Promise<Initiative | undefined> {
  return isCode(code) ? (await rowsOf<Initiative>(em, `select ${INITIATIVE_COLUMNS} ${INITIATIVE_SOURCE} where i.code = $1`, [code]))[0] : undefined;
}

async function initiativesAt(em: EntityManager, keys: readonly number[]): Promise<Map<number, Initiative>> {
  const rows = await rowsOf<Initiative>(em, `select ${INITIATIVE_COLUMNS} ${INITIATIVE_SOURCE} where i.id = any ($1)`, [keys]);
  return new Map(rows.map((row) => [row.key, row]));
}

async function campaignsOf(em: EntityManager, initiatives: readonly Initiative[]): Promise<Map<number, string>> {
  const rows = await rowsOf<{ id: number; code: string }>(em, 'select id, code from campaign where id = any ($1)', [initiatives.flatMap(({ campaignKey }) => campaignKey ?? [])]);
  return new Map(rows.map(({ id, code }) => [id, code]));
}

/** As the audit log has it, which more people read than know a technology secret: of that neither how it works, nor its benefit, nor who thought of it; nor as it was before it became one (`hidden`). */
async function saidOf(em: EntityManager, initiative: Initiative, hidden = initiative.secret): Promise<object> {
  const { key, code, title, kind, summary, secret, description, benefitVnd, benefitQualifier, source, note, stage, version } = initiative;
  const [names] = await rowsOf<{ campaign: string | null; phase: string | null; authors: string[] }>(
    em,
    `select (select c.code from campaign c where c.id = i.campaign_id) as campaign, (select p.code from campaign_phase p where p.id = i.phase_id) as phase,
       array(select n.code from initiative_author a join person n on n.id = a.person_id where a.initiative_id = i.id order by a.ordinal) as authors
     from initiative i where i.id = $1`,
    [key],
  );
  const { campaign, phase, authors } = names!;
  return { campaign, phase, code, title, kind, summary, secret, ...(secret || hidden ? {} : { description, benefitVnd, benefitQualifier, authors }), source, note, stage, version };
}
