import { campaignByCode } from '../campaigns/campaign.query.js';
import { isCode } from '../shared/codes.js';
import type { Order, Page } from '../shared/connections.js';
import { keyedValues, nestedPage, type Bind } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import { annotationsOf, thingsOf } from './things.query.js';
import { sumOf, type SummedWorks } from './work.rules.js';
import type { Work, WorkFilter, WorkListArgs, WorkTotals, WorkTotalsArgs } from './work.type.js';

/** Of `work w` and its unit `u`; to those outside the unit's scope, neither where it comes from nor a remark. */
export const WORK_COLUMNS = `w.id as key, w.unit_id as "unitKey", w.campaign_id as "campaignKey", w.code, w.kind, w.name, w.congress_tier as "congressTier", w.status,
  w.value_vnd as "valueVnd", w.value_qualifier as "valueQualifier", w.registered_on as "registeredOn", w.registered_on_precision as "registeredOnPrecision",
  w.completed_on as "completedOn", w.completed_on_precision as "completedOnPrecision", w.plaqued_on as "plaquedOn", w.plaqued_on_precision as "plaquedOnPrecision",
  ${annotationsOf('w')}, w.version`;
export const WORK_SOURCE = 'from work w join org_unit u on u.id = w.unit_id';

export const workByKey = keyedQuery<Work>(['int'], `select ${WORK_COLUMNS} ${WORK_SOURCE} where w.id = k.p0`);
export const workByCode = keyedQuery<Work>(['text'], `select ${WORK_COLUMNS} ${WORK_SOURCE} where w.code = k.p0`);

const byCode: Order<Work> = { name: 'work.code', keys: [{ sql: 'w.code', type: 'text', of: ({ code }) => code }] };

export function listWorks(reads: Reads, unit: number, args: WorkListArgs): Promise<Page<Work>> {
  return nestedPage(reads, args, (bind) => ({ columns: WORK_COLUMNS, ...thingsOf('work', 'w', unit, args.beneath, bind), where: conditions(args.where, bind), order: byCode }));
}

export async function totalWorks(reads: Reads, unit: number, { campaign, where, beneath }: WorkTotalsArgs): Promise<WorkTotals | null> {
  if (typeof campaign === 'string' && (!isCode(campaign) || (await reads.row(campaignByCode, [campaign])) === null)) return null;
  const { values, types, bind } = keyedValues();
  const { source, within } = thingsOf('work', 'w', unit, beneath, bind);
  const all = [...within, ...conditions({ campaign: campaign ?? null }, bind), ...conditions(where, bind)];
  const groups = await reads.rows<SummedWorks>(
    {
      types,
      body: `select w.congress_tier as "congressTier", w.status, count(*)::int as works, (count(*) - count(w.value_vnd))::int as "withoutValue", sum(w.value_vnd)::text as "valueVnd",
        array_agg(distinct w.value_qualifier::text) filter (where w.value_qualifier is not null) as qualifiers
        ${source} where ${all.join(' and ')} group by w.congress_tier, w.status order by w.congress_tier, w.status`,
    },
    values,
  );
  return { ...sumOf(groups), groups: groups.map((group) => ({ congressTier: group.congressTier, status: group.status, ...sumOf([group]) })) };
}

function conditions(where: WorkFilter | null | undefined, bind: Bind): string[] {
  const found: string[] = [];
  if (typeof where?.campaign === 'string') found.push(`w.campaign_id = (select c.id from campaign c where c.code = ${bind(where.campaign, 'text')})`);
  if (where?.kind) found.push(`w.kind = ${bind(where.kind, 'work_kind')}`);
  if (where?.status) found.push(`w.status = ${bind(where.status, 'work_status')}`);
  if (where?.congressTier) found.push(`w.congress_tier = ${bind(where.congressTier, 'congress_tier')}`);
  if (typeof where?.year === 'number') found.push(`${bind(where.year, 'int')} in (extract(year from w.registered_on), extract(year from w.completed_on), extract(year from w.plaqued_on))`);
  return found;
}
