import { IS_MEMBER } from '../access/row-scope.js';
import type { Order, Page, PageArgs } from '../shared/connections.js';
import { rootPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Region } from './region.type.js';

const COLUMNS = `r.id as key, r.code, r.name, r.name_en as "nameEn", r.aliases, case when ${IS_MEMBER} then r.source end as source, case when ${IS_MEMBER} then r.note end as note`;

export const regionByCode = keyedQuery<Region>(['text'], `select ${COLUMNS} from region r where r.code = k.p0`);
export const regionByKey = keyedQuery<Region>(['int'], `select ${COLUMNS} from region r where r.id = k.p0`);
export const regionsOf = keyedQuery<Region>(
  ['int'],
  `select ${COLUMNS} from region_member m join region r on r.id = m.region_id where m.unit_id = k.p0 order by r.code`,
);

const byCode: Order<Region> = { name: 'region.code', keys: [{ sql: 'r.code', type: 'text', of: ({ code }) => code }] };

export function listRegions(reads: Reads, args: PageArgs): Promise<Page<Region>> {
  return rootPage(reads, args, () => ({ columns: COLUMNS, source: 'from region r', within: [], where: [], order: byCode }));
}
