import type { Order, Page, PageArgs } from '../shared/connections.js';
import { instant } from '../shared/database/instant.js';
import { nestedPage } from '../shared/database/listing.js';
import type { Reads } from '../shared/database/reads.js';
import type { Adoption, AdoptionListArgs } from './adoption.type.js';

/** Of `campaign_adoption a`, its unit `u` and campaign `c`. */
export const ADOPTION_COLUMNS = `a.id as key, a.unit_id as "unitKey", a.campaign_id as "campaignKey", u.code as "unitCode", c.code as "campaignCode",
  a.adopted_on as "adoptedOn", a.manner, ${instant('a.ended_at')} as "endedAt", a.version`;
export const ADOPTION_SOURCE = 'from campaign_adoption a join org_unit u on u.id = a.unit_id join campaign c on c.id = a.campaign_id';

/** Of one campaign by unit, of one unit by campaign. */
const byCodes: Order<Adoption> = {
  name: 'adoption',
  keys: [
    { sql: 'u.code', type: 'text', of: ({ unitCode }) => unitCode },
    { sql: 'c.code', type: 'text', of: ({ campaignCode }) => campaignCode },
  ],
};
const current = { columns: ADOPTION_COLUMNS, source: ADOPTION_SOURCE };

/** Of a campaign: the units that take part in it. */
export function listAdopters(reads: Reads, campaign: number, args: AdoptionListArgs): Promise<Page<Adoption>> {
  return nestedPage(reads, args, (bind) => ({
    ...current,
    within: ['a.ended_at is null', `a.campaign_id = ${bind(campaign, 'int')}`],
    where: typeof args.within === 'string' ? [`u.path <@ (select t.path from org_unit t where t.code = ${bind(args.within, 'text')})`] : [],
    order: byCodes,
  }));
}

/** Of a unit: the campaigns in which it takes part. */
export function listAdopted(reads: Reads, unit: number, args: PageArgs): Promise<Page<Adoption>> {
  return nestedPage(reads, args, (bind) => ({ ...current, within: ['a.ended_at is null', `a.unit_id = ${bind(unit, 'int')}`], where: [], order: byCodes }));
}
