import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, staleFault, UserFault, type Outcome } from '../access/command.js';
import { assertPast, datedAfter, nameOf, wordsOf } from '../access/input.rules.js';
import { assertAbove, keyOf, unitWithin, unknownCode } from '../access/reference.query.js';
import { campaignKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { parseOptionalDay } from '../shared/dates.js';
import { MODEL_COLUMNS, MODEL_SOURCE } from './practice-model.query.js';
import type { MarkModelExemplaryInput, PracticeModel, SavePracticeModelInput } from './practice-model.type.js';
import { isAsSaid, save } from './saving.js';
import { campaignCode } from './work.service.js';

/** Makes a practice model of a unit of which the caller is a REPORTER, or says anew what it is. */
export function savePracticeModel(context: Context, input: SavePracticeModelInput): Promise<Outcome<{ model: PracticeModel }>> {
  parseOptionalDay(input.startedOn, 'input.startedOn');
  return command(context, {
    name: 'savePracticeModel', grants: 'act by', input, nothing: { model: null },
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'reporter');
      const programme = input.programme == null ? null : await campaignKey(em, input.programme, 'programme');
      return { unit, programme, basis: input.basisDocument == null ? null : await keyOf(em, 'basisDocument', 'select id from document where code = $1', [input.basisDocument]) };
    },
    act: async (em, { unit, programme, basis }) => {
      const [startedOn, precision] = datedAfter([null, 'DAY'], input.startedOn ?? null, input.startedOnPrecision, 'startedOn');
      if (startedOn !== null) assertPast('startedOn', startedOn, context.today);
      const known = input.code == null ? undefined : await modelOf(em, input.code);
      const values = {
        name: nameOf(input.name), programme_id: programme, sector: input.sector ?? null, started_on: startedOn, started_on_precision: precision,
        basis_document_id: basis, source: wordsOf('source', input.source, 500), note: wordsOf('note', input.note, 2000),
      };
      const { key, was } = await save(em, {
        table: 'practice_model', prefix: 'pm', input, unit, values: { ...values, status: input.status ?? 'RUNNING' },
        show: async (id) => ({ model: await modelAt(em, id) }),
        assertOpen: async (row) => {
          const model = await modelAt(em, row.id);
          if (model.exemplary && !isAsSaid(row, values)) throw new UserFault('code', 'CONFLICT', 'It is exemplary, and only its status is said anew: a unit above takes that back first (markModelExemplary).', { model });
        },
      });
      const model = await modelAt(em, key);
      if (was !== 'same') audit(em, context, 'SAVE_PRACTICE_MODEL', unit, await said(em, model), known === undefined ? null : await said(em, known));
      return { model };
    },
  });
}

/** Calls a model exemplary, or no more, for a unit above. */
export function markModelExemplary(context: Context, input: MarkModelExemplaryInput): Promise<Outcome<{ model: PracticeModel }>> {
  const exemplary = input.exemplary ?? true;
  return command(context, {
    name: 'markModelExemplary', grants: 'act by', input, nothing: { model: null },
    prepare: async (em) => {
      const model = await modelOf(em, input.code);
      if (model === undefined) throw unknownCode('code');
      await assertAbove(em, model.unitKey, 'code');
      return model;
    },
    act: async (em, model) => {
      assertVersion(input, model.version, { model });
      if (model.exemplary === exemplary) return { model };
      const changed = await rowsOf(em, 'update practice_model set exemplary = $3 where id = $1 and version = $2 returning id', [model.key, model.version, exemplary]);
      const now = await modelAt(em, model.key);
      if (changed.length === 0) throw staleFault(now.version, { model: now });
      audit(em, context, 'MARK_MODEL_EXEMPLARY', model.unitKey, await said(em, now), await said(em, model));
      return { model: now };
    },
  });
}

const modelAt = async (em: EntityManager, key: number): Promise<PracticeModel> => (await rowsOf<PracticeModel>(em, `select ${MODEL_COLUMNS} ${MODEL_SOURCE} where m.id = $1`, [key]))[0]!;
const modelOf = async (em: EntityManager, code: string): Promise<PracticeModel | undefined> =>
  isCode(code) ? (await rowsOf<PracticeModel>(em, `select ${MODEL_COLUMNS} ${MODEL_SOURCE} where m.code = $1`, [code]))[0] : undefined;

/** As the audit log has it. */
async function said(em: EntityManager, { programmeKey, code, name, sector, exemplary, status, startedOn, version }: PracticeModel): Promise<object> {
  return { campaign: await campaignCode(em, programmeKey), code, name, sector, exemplary, status, startedOn, version };
}
