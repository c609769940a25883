import type { Order, Page, PageArgs } from '../shared/connections.js';
import { nestedPage, type Bind } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Aim, AimListArgs } from './aim.type.js';

/** Of `aim a`, its unit `u` and its campaign `c`: of a unit that is hidden, none is shown. */
export const AIM_COLUMNS = `a.id as key, a.unit_id as "unitKey", a.campaign_id as "campaignKey", a.phase_id as "phaseKey", a.indicator_id as "indicatorKey", u.code as "unitCode", c.code as "campaignCode",
  (select p.code from campaign_phase p where p.id = a.phase_id) as "phaseCode", (select i.code from indicator i where i.id = a.indicator_id) as "indicatorCode",
  a.code, a.direction, a.text, a.version, a.source, a.note`;
export const AIM_SOURCE = 'from aim a join org_unit u on u.id = a.unit_id join campaign c on c.id = a.campaign_id';

export const aimByKey = keyedQuery<Aim>(['int'], `select ${AIM_COLUMNS} ${AIM_SOURCE} where a.id = k.p0`);

const byCodes: Order<Aim> = {
  name: 'aim',
  keys: [
    { sql: 'c.code', type: 'text', of: ({ campaignCode }) => campaignCode },
    { sql: 'u.code', type: 'text', of: ({ unitCode }) => unitCode },
    { sql: 'a.code', type: 'text', of: ({ code }) => code },
  ],
};
const listed = (reads: Reads, args: PageArgs, describe: (bind: Bind) => { within: string[]; where: string[] }): Promise<Page<Aim>> =>
  nestedPage(reads, args, (bind) => ({ columns: AIM_COLUMNS, source: AIM_SOURCE, ...describe(bind), order: byCodes }));

export function listAimsOfCampaign(reads: Reads, campaign: number, args: PageArgs): Promise<Page<Aim>> {
  return listed(reads, args, (bind) => ({ within: [`a.campaign_id = ${bind(campaign, 'int')}`], where: [] }));
}

export function listAimsOfUnit(reads: Reads, unit: number, args: AimListArgs): Promise<Page<Aim>> {
  return listed(reads, args, (bind) => ({
    within: [`a.unit_id = ${bind(unit, 'int')}`],
    where: typeof args.campaign === 'string' ? [`c.code = ${bind(args.campaign, 'text')}`] : [],
  }));
}
