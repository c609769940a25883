import { isInScope } from '../access/row-scope.js';
import { keyedQuery } from '../shared/database/reads.js';
import type { Person } from './person.type.js';

/** Of `person n`; `s` says whether its unit is in the caller's scope: the policy lets others see who holds a position. */
export const PERSON_COLUMNS = `n.id as key, n.unit_id as "unitKey", n.code, n.name, n.name_as_printed as "nameAsPrinted",
  case when s."inScope" then n.source end as source, case when s."inScope" then n.note end as note, n.version`;
export const PERSON_SOURCE = `from person n cross join lateral (select ${isInScope('(select u.path from org_unit u where u.id = n.unit_id)')} as "inScope") s`;

export const personByKey = keyedQuery<Person>(['int'], `select ${PERSON_COLUMNS} ${PERSON_SOURCE} where n.id = k.p0`);
export const personByCode = keyedQuery<Person>(['text'], `select ${PERSON_COLUMNS} ${PERSON_SOURCE} where n.code = k.p0`);
