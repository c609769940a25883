import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, staleFault, UserFault, type Outcome } from '../access/command.js';
import { assertPast, datedAfter, nameOf, wholeOf, wordsOf } from '../access/input.rules.js';
import { assertAbove, unitWithin, unknownCode } from '../access/reference.query.js';
import { campaignKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { parseOptionalDay } from '../shared/dates.js';
import { save } from './saving.js';
import { WORK_COLUMNS, WORK_SOURCE } from './work.query.js';
import { dateFaults } from './work.rules.js';
import type { PlaqueWorkInput, SaveWorkInput, Work } from './work.type.js';

/** Makes a work of a unit of which the caller is a REPORTER, or says anew what it is. */
export function saveWork(context: Context, input: SaveWorkInput): Promise<Outcome<{ work: Work }>> {
  for (const field of ['registeredOn', 'completedOn'] as const) parseOptionalDay(input[field], `input.${field}`);
  return command(context, {
    name: 'saveWork', grants: 'act by', input, nothing: { work: null },
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'reporter');
      return { unit, campaign: input.campaign == null ? null : await campaignKey(em, input.campaign) };
    },
    act: async (em, { unit, campaign }) => {
      const values = { campaign_id: campaign, ...valuesOf(context, input) };
      const known = input.code == null ? undefined : await workOf(em, input.code);
      const { key, was } = await save(em, {
        table: 'work', prefix: 'wk', input, unit, values,
        show: async (id) => ({ work: await workAt(em, id) }),
        assertOpen: ({ status }) => {
          if (status === 'PLAQUED') throw new UserFault('code', 'CONFLICT', 'The work has its plaque: what is said of it stays.', { work: known ?? null });
        },
      });
      const work = await workAt(em, key);
      if (was !== 'same') audit(em, context, 'SAVE_WORK', unit, await said(em, work), known === undefined ? null : await said(em, known));
      return { work };
    },
  });
}

/** Says that a completed work has its plaque, for a unit above. */
export function plaqueWork(context: Context, input: PlaqueWorkInput): Promise<Outcome<{ work: Work }>> {
  const day = parseOptionalDay(input.on, 'input.on') ?? context.today;
  return command(context, {
    name: 'plaqueWork', grants: 'act by', input, nothing: { work: null },
    prepare: async (em) => {
      const work = await workOf(em, input.code);
      if (work === undefined) throw unknownCode('code');
      await assertAbove(em, work.unitKey, 'code');
      return work;
    },
    act: async (em, work) => {
      assertVersion(input, work.version, { work });
      if (work.status !== 'COMPLETED') throw new UserFault('code', 'CONFLICT', `The work is ${work.status}, and it takes one that is COMPLETED.`, { work });
      const [on, precision] = datedAfter([null, 'DAY'], day, input.onPrecision, 'on');
      const after = { ...work, status: 'PLAQUED', plaquedOn: on, plaquedOnPrecision: precision } as const;
      assertPast('on', on!, context.today, { work });
      for (const { message } of dateFaults(after)) throw new UserFault('on', 'INVALID', `on ${message}.`, { work });
      const changed = await rowsOf(em, `update work set status = 'PLAQUED', plaqued_on = $3, plaqued_on_precision = $4 where id = $1 and version = $2 returning id`, [work.key, work.version, on, precision]);
      if (changed.length === 0) {
        const now = await workAt(em, work.key);
        throw staleFault(now.version, { work: now });
      }
      const plaqued = await workAt(em, work.key);
      audit(em, context, 'PLAQUE_WORK', work.unitKey, await said(em, plaqued), await said(em, work));
      return { work: plaqued };
    },
  });
}

function valuesOf({ today }: Context, input: SaveWorkInput): Record<string, unknown> {
  const status = input.status ?? 'REGISTERED';
  if (status === 'PLAQUED') throw new UserFault('status', 'INVALID', 'A unit above says that a work has its plaque: plaqueWork.');
  const [registeredOn, registeredOnPrecision] = datedAfter([null, 'DAY'], input.registeredOn ?? null, input.registeredOnPrecision, 'registeredOn');
  const [completedOn, completedOnPrecision] = datedAfter([null, 'DAY'], input.completedOn ?? null, input.completedOnPrecision, 'completedOn');
  for (const [field, day] of [['registeredOn', registeredOn], ['completedOn', completedOn]] as const)
    if (day !== null) assertPast(field, day, today);
  for (const { field, message } of dateFaults({ status, registeredOn, registeredOnPrecision, completedOn, completedOnPrecision })) throw new UserFault(field, 'INVALID', `${field} ${message}.`);
  const value = wholeOf('valueVnd', input.valueVnd);
  if (value === null && input.valueQualifier != null) throw new UserFault('valueQualifier', 'INVALID', 'valueQualifier says how exactly valueVnd is stated: give both.');
  return {
    kind: input.kind, name: nameOf(input.name), congress_tier: input.congressTier ?? null, status, value_vnd: value, value_qualifier: value === null ? null : (input.valueQualifier ?? 'EXACT'),
    registered_on: registeredOn, registered_on_precision: registeredOnPrecision, completed_on: completedOn, completed_on_precision: completedOnPrecision,
    source: wordsOf('source', input.source, 500), note: wordsOf('note', input.note, 2000),
  };
}

const workAt = async (em: EntityManager, key: number): Promise<Work> => (await rowsOf<Work>(em, `select ${WORK_COLUMNS} ${WORK_SOURCE} where w.id = $1`, [key]))[0]!;
const workOf = async (em: EntityManager, code: string): Promise<Work | undefined> =>
  isCode(code) ? (await rowsOf<Work>(em, `select ${WORK_COLUMNS} ${WORK_SOURCE} where w.code = $1`, [code]))[0] : undefined;

/** As the audit log has it. */
async function said(em: EntityManager, { campaignKey, code, kind, name, congressTier, status, valueVnd, valueQualifier, registeredOn, completedOn, plaquedOn, version }: Work): Promise<object> {
  return { campaign: await campaignCode(em, campaignKey), code, kind, name, congressTier, status, valueVnd, valueQualifier, registeredOn, completedOn, plaquedOn, version };
}

/** The code of a campaign, as far as the caller sees it. */
export async function campaignCode(em: EntityManager, key: number | null): Promise<string | null> {
  if (key === null) return null;
  return (await rowsOf<{ code: string }>(em, 'select code from campaign where id = $1', [key]))[0]?.code ?? null;
}
