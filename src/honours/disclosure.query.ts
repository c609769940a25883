import { isInScope } from '../access/row-scope.js';
import type { Order, Page, PageArgs } from '../shared/connections.js';
import { instant } from '../shared/database/instant.js';
import { nestedPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Disclosure } from './disclosure.type.js';

/** To those outside the unit's scope, neither where it comes from nor a remark. */
const own = (column: string) => `case when ${isInScope('d.path')} then d.${column} end as ${column}`;
export const DISCLOSURE_COLUMNS = `d.id as key, d.unit_id as "unitKey", d.of, d.code, d.audience, d.with_names as "withNames",
  ${instant('d.disclosed_at')} as "disclosedAt", ${instant('d.ended_at')} as "endedAt", d.end_reason as "endReason", ${own('source')}, ${own('note')}, d.version`;

export const disclosureByKey = keyedQuery<Disclosure>(['int'], `select ${DISCLOSURE_COLUMNS} from disclosure d where d.id = k.p0`);

const latestFirst: Order<Disclosure> = { name: 'disclosure.id', descending: true, keys: [{ sql: 'd.id', type: 'bigint', of: ({ key }) => String(key) }] };

export const listDisclosures = (reads: Reads, unit: number, args: PageArgs): Promise<Page<Disclosure>> =>
  nestedPage(reads, args, (bind) => ({ columns: DISCLOSURE_COLUMNS, source: 'from disclosure d', within: [`d.unit_id = ${bind(unit, 'int')}`], where: [], order: latestFirst }));
