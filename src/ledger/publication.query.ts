import { isInScope } from '../access/row-scope.js';
import type { Order, Page, PageArgs } from '../shared/connections.js';
import { instant } from '../shared/database/instant.js';
import { nestedPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Publication } from './publication.type.js';

export const PUBLICATION_COLUMNS = `p.id as key, p.unit_id as "unitKey", c.code as "campaignCode", h.code as "phaseCode", i.code as "indicatorCode",
  case p.measure when 'RESULT' then 'RESULT' else 'TARGET' end as measure, nullif(p.measure, 'RESULT') as basis, p.as_of as "asOf", p.audience,
  json_build_object('total', p.value::text, 'qualifier', p.qualifier, 'asOf', p.moved_on, 'origin', p.origin, 'complete', p.complete) as snapshot,
  ${instant('p.published_at')} as "publishedAt",
  ${instant('p.ended_at')} as "endedAt", p.end_reason as "endReason", p.source, case when s."inScope" then p.note end as note, p.version`;

export const PUBLICATION_SOURCE = `from publication p join campaign c on c.id = p.campaign_id join indicator i on i.id = p.indicator_id
  left join campaign_phase h on h.id = p.phase_id cross join lateral (select ${isInScope('p.path')} as "inScope") s`;

export const publicationByKey = keyedQuery<Publication>(['int'], `select ${PUBLICATION_COLUMNS} ${PUBLICATION_SOURCE} where p.id = k.p0`);

const latestFirst: Order<Publication> = {
  name: 'publication.day',
  descending: true,
  keys: [
    { sql: 'p.as_of', type: 'date', of: ({ asOf }) => asOf },
    { sql: 'p.id', type: 'bigint', of: ({ key }) => String(key) },
  ],
};

/** Of a unit, those that the caller may read. */
export function listPublications(reads: Reads, unit: number, args: PageArgs): Promise<Page<Publication>> {
  return nestedPage(reads, args, (bind) => ({
    columns: PUBLICATION_COLUMNS,
    source: PUBLICATION_SOURCE,
    within: [`p.unit_id = ${bind(unit, 'int')}`],
    where: [],
    order: latestFirst,
  }));
}
