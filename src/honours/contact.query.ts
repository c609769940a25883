import { isInScope } from '../access/row-scope.js';
import { keyedQuery } from '../shared/database/reads.js';
import type { Contact } from './contact.type.js';

/** Of `contact c`; `s` says whether its unit is in the caller's scope. */
export const CONTACT_COLUMNS = `c.unit_id as "unitKey", c.address, c.phones, c.fax, c.email, c.website, case when s."inScope" then c.source end as source, case when s."inScope" then c.note end as note, c.version`;
export const CONTACT_SOURCE = `from contact c cross join lateral (select ${isInScope('(select u.path from org_unit u where u.id = c.unit_id)')} as "inScope") s`;

export const contactOf = keyedQuery<Contact>(['int'], `select ${CONTACT_COLUMNS} ${CONTACT_SOURCE} where c.unit_id = k.p0`);
