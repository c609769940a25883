import { IS_MEMBER } from '../access/row-scope.js';
import type { Order, Page, PageArgs } from '../shared/connections.js';
import { parseOptionalDay } from '../shared/dates.js';
import { nestedPage, rootPage, searchConditions, type Bind } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Campaign, CampaignListArgs, CampaignPhase } from './campaign.type.js';

/** Of `campaign c`. */
export const CAMPAIGN_COLUMNS = `c.id as key, c.code, c.name, c.name_en as "nameEn", c.aliases, c.kind, c.cadence,
  c.launched_by_id as "launchedByKey", c.external_launcher as "externalLauncher", c.launching_body as "launchingBody", c.status, c.launched_on as "launchedOn", c.closed_on as "closedOn", c.version,
  c.starts_on as "startsOn", c.starts_on_precision as "startsOnPrecision", c.ends_on as "endsOn", c.ends_on_precision as "endsOnPrecision",
  c.theme, c.objective, c.content, c.measures, c.audience, c.publishes_ranks as "publishesRanks", c.sectors::text[] as sectors, c.occasions,
  c.implements_id as "implementsKey", c.preceded_by_id as "precededByKey", case when ${IS_MEMBER} then c.source end as source, case when ${IS_MEMBER} then c.note end as note`;

/** Of `campaign_phase p`. */
export const PHASE_COLUMNS = `p.id as key, p.campaign_id as "campaignKey", p.code, p.name, p.kind, p.theme,
  p.starts_on as "startsOn", p.starts_on_precision as "startsOnPrecision", p.ends_on as "endsOn", p.ends_on_precision as "endsOnPrecision"`;

export const campaignByCode = keyedQuery<Campaign>(['text'], `select ${CAMPAIGN_COLUMNS} from campaign c where c.code = k.p0`);
export const campaignByKey = keyedQuery<Campaign>(['int'], `select ${CAMPAIGN_COLUMNS} from campaign c where c.id = k.p0`);
export const linkedTo = keyedQuery<Campaign>(
  ['int'],
  `select ${CAMPAIGN_COLUMNS} from campaign c
   where c.id in (select linked_id from campaign_link where campaign_id = k.p0 union all select campaign_id from campaign_link where linked_id = k.p0)
   order by c.code`,
);
export const phaseByKey = keyedQuery<CampaignPhase>(['int'], `select ${PHASE_COLUMNS} from campaign_phase p where p.id = k.p0`);
/** In the order in which they begin, those of unknown date last. */
export const phasesOf = keyedQuery<CampaignPhase>(
  ['int'],
  `select ${PHASE_COLUMNS} from campaign_phase p where p.campaign_id = k.p0 order by p.starts_on nulls last, p.code`,
);
/** Of those, the ones that run on a day. */
export const phasesOn = keyedQuery<CampaignPhase>(
  ['int', 'date'],
  `select ${PHASE_COLUMNS} from campaign_phase p where p.campaign_id = k.p0 and ${begunBy('p', 'k.p1')} and ${notEndedBefore('p', 'k.p1')} order by p.starts_on nulls last, p.code`,
);

/** Of campaign `c` and its launching unit `u`: whether it or a unit beneath it has a target. */
export const HAS_TARGET = (() => {
  const beneath = (rows: string) => `exists (select from ${rows} join org_unit b on b.id = t.unit_id and b.path <@ u.path)`;
  return `(${beneath(`series s join figure t on t.series_id = s.id and s.campaign_id = c.id and s.measure <> 'RESULT' and t.status = 'APPROVED'`)}
    or ${beneath('(select unit_id from norm n where n.campaign_id = c.id and not n.withdrawn) t')})`;
})();
export const targetOf = keyedQuery<{ target: boolean }>(['int'], `select ${HAS_TARGET} as target from campaign c join org_unit u on u.id = c.launched_by_id where c.id = k.p0`);

/** What is known to the month or year begins on its first day, and ends on its last. */
function begunBy(of: string, day: string): string {
  return `earliest_day(${of}.starts_on, ${of}.starts_on_precision) <= ${day}`;
}
function notEndedBefore(of: string, day: string): string {
  return `(${of}.ends_on is null or latest_day(${of}.ends_on, ${of}.ends_on_precision) >= ${day})`;
}

const byCode: Order<Campaign> = { name: 'campaign.code', keys: [{ sql: 'c.code', type: 'text', of: ({ code }) => code }] };
const every = { columns: CAMPAIGN_COLUMNS, source: 'from campaign c', within: [], where: [], order: byCode };

export function listCampaigns(reads: Reads, args: CampaignListArgs): Promise<Page<Campaign>> {
  return rootPage(reads, args, (bind) => ({ ...every, where: conditions(args, bind) }));
}

export function listLaunchedBy(reads: Reads, unit: number, args: PageArgs): Promise<Page<Campaign>> {
  return nestedPage(reads, args, (bind) => ({ ...every, within: [`c.launched_by_id = ${bind(unit, 'int')}`] }));
}

export function listImplementing(reads: Reads, campaign: number, args: PageArgs): Promise<Page<Campaign>> {
  return nestedPage(reads, args, (bind) => ({ ...every, within: [`c.implements_id = ${bind(campaign, 'int')}`] }));
}

function conditions({ where }: CampaignListArgs, bind: Bind): string[] {
  const found: string[] = [];
  const code = (value: string): string => bind(value, 'text');
  if (where?.kind) found.push(`c.kind = ${bind(where.kind, 'campaign_kind')}`);
  if (where?.status) found.push(`c.status = ${bind(where.status, 'campaign_status')}`);
  if (typeof where?.launchedBy === 'string') found.push(`c.launched_by_id = (select u.id from org_unit u where u.code = ${code(where.launchedBy)})`);
  if (typeof where?.implements === 'string') found.push(`c.implements_id = (select o.id from campaign o where o.code = ${code(where.implements)})`);
  if (where?.cadence) found.push(`c.cadence = ${bind(where.cadence, 'cadence')}`);
  if (where?.sector) found.push(`${bind(where.sector, 'sector')} = any (c.sectors)`);
  // A path is made of the ids of the units above.
  if (typeof where?.for === 'string')
    found.push(`exists (select from org_unit u where u.code = ${code(where.for)} and (c.launched_by_id is null or c.launched_by_id = any (string_to_array(u.path::text, '.')::int[])))`);
  const [activeOn, from, to] = (['activeOn', 'from', 'to'] as const).map((field) => parseOptionalDay(where?.[field], `where.${field}`));
  // The plain comparison reaches no further than the coarsest precision, and has an index.
  for (const day of [activeOn, to]) if (day !== undefined) found.push(`c.starts_on < ${bind(day, 'date')} + 366 and ${begunBy('c', bind(day, 'date'))}`);
  for (const day of [activeOn, from]) if (day !== undefined) found.push(`c.starts_on is not null and ${notEndedBefore('c', bind(day, 'date'))}`);
  found.push(...searchConditions('c.search_text', where?.search, bind));
  return found;
}
