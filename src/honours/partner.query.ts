import type { Order, Page, PageArgs } from '../shared/connections.js';
import { nestedPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Partner } from './partner.type.js';

/** Of `partner p`. */
export const PARTNER_COLUMNS = 'p.id as key, p.unit_id as "unitKey", p.code, p.name, p.kind, p.version, p.source, p.note';

export const partnerByCode = keyedQuery<Partner>(['text'], `select ${PARTNER_COLUMNS} from partner p where p.code = k.p0`);
export const partnerByKey = keyedQuery<Partner>(['int'], `select ${PARTNER_COLUMNS} from partner p where p.id = k.p0`);
/** With whom an event was held. */
export const partnersOf = keyedQuery<Partner>(['int'], `select ${PARTNER_COLUMNS} from event_partner ep join partner p on p.id = ep.partner_id where ep.event_id = k.p0 order by p.code`);

const byCode: Order<Partner> = { name: 'partner.code', keys: [{ sql: 'p.code', type: 'text', of: ({ code }) => code }] };

export function listPartners(reads: Reads, unit: number, args: PageArgs): Promise<Page<Partner>> {
  return nestedPage(reads, args, (bind) => ({ columns: PARTNER_COLUMNS, source: 'from partner p', within: [`p.unit_id = ${bind(unit, 'int')}`], where: [], order: byCode }));
}
