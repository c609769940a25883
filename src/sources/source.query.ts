import type { Order, Page, PageArgs } from '../shared/connections.js';
import { nestedPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Claim, Source } from './source.type.js';

const SOURCE_COLUMNS = `s.id as key, s.code, s.kind, s.title, s.publisher, s.author, s.url, s.published_on as "publishedOn", s.published_on_precision as "publishedOnPrecision", s.note`;
const CLAIM_COLUMNS = `c.id as key, c.source_id as "sourceKey", c.unit_id as "unitKey", c.campaign_id as "campaignKey", c.indicator_id as "indicatorKey", c.code, c.statement, c.quote, c.locator,
  c.value, c.qualifier, c.unit_of_measure as "unitOfMeasure", c.as_of as "asOf", c.as_of_precision as "asOfPrecision", c.derived, c.note`;

export const sourceByKey = keyedQuery<Source>(['int'], `select ${SOURCE_COLUMNS} from source s where s.id = k.p0`);
export const sourceByCode = keyedQuery<Source>(['text'], `select ${SOURCE_COLUMNS} from source s where s.code = k.p0`);
export const claimByKey = keyedQuery<Claim>(['int'], `select ${CLAIM_COLUMNS} from claim c where c.id = k.p0`);
export const claimByCode = keyedQuery<Claim>(['text'], `select ${CLAIM_COLUMNS} from claim c where c.code = k.p0`);

/** The claims whose codes stand in a text, apart by blanks, commas or semicolons. */
export const claimsIn = keyedQuery<Claim>(['text'], `select ${CLAIM_COLUMNS} from claim c where c.code = any (regexp_split_to_array(k.p0, '[\\s,;]+')) order by c.code`);

/** Whichever of the two said so. */
export const claimsAgainst = keyedQuery<Claim>(
  ['int'],
  `select ${CLAIM_COLUMNS} from (select other_id as id from claim_disagreement where claim_id = k.p0 union select claim_id from claim_disagreement where other_id = k.p0) d
   join claim c using (id) order by c.code`,
);

const byCode: Order<Claim> = { name: 'claim.code', keys: [{ sql: 'c.code', type: 'text', of: ({ code }) => code }] };
const claims = { columns: CLAIM_COLUMNS, source: 'from claim c', where: [], order: byCode };

export const listClaimsOf = (reads: Reads, source: number, args: PageArgs): Promise<Page<Claim>> =>
  nestedPage(reads, args, (bind) => ({ ...claims, within: [`c.source_id = ${bind(source, 'int')}`] }));

export const listClaimsAbout = (reads: Reads, unit: number, args: PageArgs): Promise<Page<Claim>> =>
  nestedPage(reads, args, (bind) => ({ ...claims, within: [`c.unit_id = ${bind(unit, 'int')}`] }));
