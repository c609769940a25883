import type { Order, Page } from '../shared/connections.js';
import { nestedPage, searchConditions, type Bind } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { CampaignModelArgs, PracticeModel, PracticeModelFilter, PracticeModelListArgs } from './practice-model.type.js';
import { annotationsOf, thingsOf } from './things.query.js';

/** Of `practice_model m` and its unit `u`; to those outside the unit's scope, neither where it comes from nor a remark. */
export const MODEL_COLUMNS = `m.id as key, m.unit_id as "unitKey", m.programme_id as "programmeKey", m.basis_document_id as "basisDocumentKey", m.code, m.name, m.sector, m.exemplary, m.status,
  m.started_on as "startedOn", m.started_on_precision as "startedOnPrecision", ${annotationsOf('m')}, m.version`;
export const MODEL_SOURCE = 'from practice_model m join org_unit u on u.id = m.unit_id';

export const modelByKey = keyedQuery<PracticeModel>(['int'], `select ${MODEL_COLUMNS} ${MODEL_SOURCE} where m.id = k.p0`);
export const modelByCode = keyedQuery<PracticeModel>(['text'], `select ${MODEL_COLUMNS} ${MODEL_SOURCE} where m.code = k.p0`);

const byCode: Order<PracticeModel> = { name: 'model.code', keys: [{ sql: 'm.code', type: 'text', of: ({ code }) => code }] };

export function listModels(reads: Reads, unit: number, args: PracticeModelListArgs): Promise<Page<PracticeModel>> {
  return nestedPage(reads, args, (bind) => ({ columns: MODEL_COLUMNS, ...thingsOf('practice_model', 'm', unit, args.beneath, bind), where: conditions(args.where, bind), order: byCode }));
}

export function listModelsOfProgramme(reads: Reads, campaign: number, args: CampaignModelArgs): Promise<Page<PracticeModel>> {
  return nestedPage(reads, args, (bind) => ({ columns: MODEL_COLUMNS, source: MODEL_SOURCE, within: [`m.programme_id = ${bind(campaign, 'int')}`], where: conditions(args.where, bind), order: byCode }));
}

function conditions(where: PracticeModelFilter | null | undefined, bind: Bind): string[] {
  const found: string[] = [];
  if (typeof where?.programme === 'string') found.push(`m.programme_id = (select c.id from campaign c where c.code = ${bind(where.programme, 'text')})`);
  if (where?.sector) found.push(`m.sector = ${bind(where.sector, 'sector')}`);
  if (typeof where?.exemplary === 'boolean') found.push(`m.exemplary = ${bind(where.exemplary, 'boolean')}`);
  if (where?.status) found.push(`m.status = ${bind(where.status, 'model_status')}`);
  found.push(...searchConditions('m.search_text', where?.search, bind));
  return found;
}
