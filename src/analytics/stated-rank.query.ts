import { annotationsOf } from '../honours/things.query.js';
import type { Order, Page, PageArgs } from '../shared/connections.js';
import { nestedPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { StatedRank } from './stated-rank.type.js';

export const STATED_RANK_COLUMNS = `s.id as key, s.code, s.unit_id as "unitKey", s.campaign_id as "campaignKey", s.phase_id as "phaseKey", s.indicator_id as "indicatorKey",
  s.by, s.among as "group", s.region_id as "regionKey", s.cluster_id as "clusterKey", s.place, s.out_of as of, s.as_of as "asOf", ${annotationsOf('s', '(select u.path from org_unit u where u.id = s.unit_id)')}, s.version`;

export const statedRankByKey = keyedQuery<StatedRank>(['int'], `select ${STATED_RANK_COLUMNS} from stated_rank s where s.id = k.p0`);

const latestFirst: Order<StatedRank> = {
  name: 'rank.day', descending: true,
  keys: [{ sql: 's.as_of', type: 'date', of: ({ asOf }) => asOf }, { sql: 's.id', type: 'bigint', of: ({ key }) => String(key) }],
};

/** Of a unit, in all campaigns or in one. */
export function listStatedRanks(reads: Reads, unit: number, campaign: string | null, args: PageArgs): Promise<Page<StatedRank>> {
  return nestedPage(reads, args, (bind) => {
    const [of, named] = [bind(unit, 'int'), bind(campaign, 'text')];
    return {
      columns: STATED_RANK_COLUMNS,
      source: 'from stated_rank s',
      within: [`s.unit_id = ${of}`, `(${named} is null or s.campaign_id = (select c.id from campaign c where c.code = ${named}))`],
      where: [],
      order: latestFirst,
    };
  });
}
