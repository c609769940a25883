import type { Order, Page, PageArgs } from '../shared/connections.js';
import { nestedPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import { CAMPAIGN_COLUMNS } from './campaign.query.js';
import type { Campaign } from './campaign.type.js';
import type { Document, DocumentListArgs, DocumentRole } from './document.type.js';

/** Of `document d`. */
export const DOCUMENT_COLUMNS = `d.id as key, d.unit_id as "unitKey", d.code, d.kind, d.title, d.number, d.issuer, d.issued_on as "issuedOn", d.issued_on_precision as "issuedOnPrecision",
  d.term_from as "termFrom", d.term_from_precision as "termFromPrecision", d.term_to as "termTo", d.term_to_precision as "termToPrecision", d.content, d.version, d.source, d.note`;

export const documentByCode = keyedQuery<Document>(['text'], `select ${DOCUMENT_COLUMNS} from document d where d.code = k.p0`);
export const documentByKey = keyedQuery<Document>(['int'], `select ${DOCUMENT_COLUMNS} from document d where d.id = k.p0`);
/** Of a document, in a role. */
export const campaignsOfDocument = keyedQuery<Campaign>(
  ['int', 'document_role'],
  `select ${CAMPAIGN_COLUMNS} from campaign_document cd join campaign c on c.id = cd.campaign_id where cd.document_id = k.p0 and cd.role = k.p1 order by c.code`,
);

const byCode: Order<Document> = { name: 'document.code', keys: [{ sql: 'd.code', type: 'text', of: ({ code }) => code }] };

export function listDocumentsOf(reads: Reads, campaign: number, role: DocumentRole, args: PageArgs): Promise<Page<Document>> {
  return nestedPage(reads, args, (bind) => ({
    columns: DOCUMENT_COLUMNS, source: 'from campaign_document cd join document d on d.id = cd.document_id',
    within: [`cd.campaign_id = ${bind(campaign, 'int')}`, `cd.role = ${bind(role, 'document_role')}`], where: [], order: byCode,
  }));
}

/** Kept by a unit. */
export function listDocumentsKept(reads: Reads, unit: number, args: DocumentListArgs): Promise<Page<Document>> {
  return nestedPage(reads, args, (bind) => ({
    columns: DOCUMENT_COLUMNS, source: 'from document d', within: [`d.unit_id = ${bind(unit, 'int')}`], where: args.kind ? [`d.kind = ${bind(args.kind, 'document_kind')}`] : [], order: byCode,
  }));
}
