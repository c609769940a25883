import { keyedQuery } from '../shared/database/reads.js';
import type { Position } from './position.type.js';

/** Of `position p`. */
export const POSITION_COLUMNS = `p.id as key, p.person_id as "personKey", p.unit_id as "unitKey", p.role, p.title, p.held_from as "from", p.held_from_precision as "fromPrecision",
  p.held_to as "to", p.held_to_precision as "toPrecision", p.stated_on as "statedOn", p.stated_on_precision as "statedOnPrecision", p.source, p.note, p.version`;

/** Vague dates are taken at their widest: since when it is known to be held, and when it ends. */
const begins = (p: string) => `coalesce(earliest_day(${p}.held_from, ${p}.held_from_precision), earliest_day(${p}.stated_on, ${p}.stated_on_precision))`;
const ends = (p: string) => `latest_day(${p}.held_to, ${p}.held_to_precision)`;
/** Two statements of one thing: the title tells apart what has no role of its own. */
const isSame = 'o.unit_id = p.unit_id and o.person_id = p.person_id and o.role = p.role and (p.role <> \'OTHER\' or o.title = p.title)';

export const positionByKey = keyedQuery<Position>(['int'], `select ${POSITION_COLUMNS} from position p where p.id = k.p0`);

/**
 * Of a unit, a day and a role (or all): who held what. What was said of a tenure while it lasted ends with it, and that
 * of a chair with the next one; of several statements of one thing the latest tells it. What was never held ends nothing.
 */
export const positionsHeld = keyedQuery<Position>(
  ['int', 'date', 'text'],
  `select h.key, h."personKey", h."unitKey", h.role, h.title, h."from", h."fromPrecision", h."to", h."toPrecision", h."statedOn", h."statedOnPrecision", h.source, h.note, h.version from (
     select distinct on (p.role, n.code, case when p.role = 'OTHER' then p.title end) ${POSITION_COLUMNS}, n.code
     from position p
     join person n on n.id = p.person_id
     cross join lateral (select ${begins('p')} as begins) b
     cross join lateral (select least(
       ${ends('p')},
       (select min(${ends('o')}) from position o where ${isSame} and not o.never_held and ${begins('o')} <= b.begins and ${ends('o')} > b.begins),
       case when p.role = 'CHAIR' then
         (select min(${begins('o')}) from position o where o.unit_id = p.unit_id and o.role = 'CHAIR' and o.person_id <> p.person_id and ${begins('o')} > b.begins and not o.never_held)
       end) as ends) e
     where p.unit_id = k.p0 and not p.never_held and (k.p2 is null or p.role = k.p2::position_role) and b.begins <= k.p1 and (e.ends is null or k.p1 < e.ends)
     order by p.role, n.code, case when p.role = 'OTHER' then p.title end, b.begins desc, coalesce(p.held_from, p.stated_on) desc
   ) h order by h.role, h.code, h.key`,
);

/** Of a person, the latest first. */
export const positionsOf = keyedQuery<Position>(
  ['int'],
  `select ${POSITION_COLUMNS} from position p join org_unit u on u.id = p.unit_id where p.person_id = k.p0 and not p.never_held order by coalesce(p.held_from, p.stated_on) desc, u.code, p.role`,
);
