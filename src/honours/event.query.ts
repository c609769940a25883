import { isInScope } from '../access/row-scope.js';
import type { Order, Page } from '../shared/connections.js';
import { parseOptionalDay } from '../shared/dates.js';
import { nestedPage } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Event, EventListArgs } from './event.type.js';
import { thingsOf } from './things.query.js';

/** Of `event e` and its unit `u`, whether that is in scope as `s`. Who sees it because it was disclosed is told the plain facts. */
export const EVENT_COLUMNS = `e.id as key, e.unit_id as "unitKey", e.campaign_id as "campaignKey", e.code, e.kind, e.name, e.edition, e.starts_on as "startsOn", e.starts_on_precision as "startsOnPrecision",
  e.ends_on as "endsOn", e.ends_on_precision as "endsOnPrecision", e.version,
  coalesce((select json_agg(json_build_object('of', n."of", 'value', n.value::text, 'qualifier', n.qualifier, 'noun', n.noun, 'source', case when s.own then n.source end) order by n.place) from event_count n where n.event_id = e.id), '[]') as counts,
  case when s.own then e.outcomes end as outcomes, case when s.own then e.source end as source, case when s.own then e.note end as note`;
const OWN = `cross join lateral (select ${isInScope('u.path')} as own) s`;
export const EVENT_SOURCE = `from event e join org_unit u on u.id = e.unit_id ${OWN}`;

export const eventByCode = keyedQuery<Event>(['text'], `select ${EVENT_COLUMNS} ${EVENT_SOURCE} where e.code = k.p0`);
export const eventByKey = keyedQuery<Event>(['int'], `select ${EVENT_COLUMNS} ${EVENT_SOURCE} where e.id = k.p0`);

const latestFirst: Order<Event> = {
  name: 'event.day',
  descending: true,
  keys: [
    { sql: `coalesce(e.starts_on, '0001-01-01')`, type: 'date', of: ({ startsOn }) => startsOn ?? '0001-01-01' },
    { sql: 'e.code', type: 'text', of: ({ code }) => code },
  ],
};

/** Of a unit, or of it and all beneath it today. */
export function listEvents(reads: Reads, unit: number, { where, beneath, ...args }: EventListArgs): Promise<Page<Event>> {
  const [from, to] = (['from', 'to'] as const).map((field) => parseOptionalDay(where?.[field], `where.${field}`));
  return nestedPage(reads, args, (bind) => {
    const { source, within } = thingsOf('event', 'e', unit, beneath, bind);
    const conditions: string[] = [];
    const code = (value: string): string => bind(value, 'text');
    if (where?.kind) conditions.push(`e.kind = ${bind(where.kind, 'event_kind')}`);
    if (typeof where?.campaign === 'string') conditions.push(`e.campaign_id = (select c.id from campaign c where c.code = ${code(where.campaign)})`);
    if (typeof where?.partner === 'string') conditions.push(`e.id in (select ep.event_id from event_partner ep join partner p on p.id = ep.partner_id where p.code = ${code(where.partner)})`);
    if (from !== undefined) conditions.push(`latest_day(e.starts_on, e.starts_on_precision) >= ${bind(from, 'date')}`);
    if (to !== undefined) conditions.push(`earliest_day(e.starts_on, e.starts_on_precision) <= ${bind(to, 'date')}`);
    return { columns: EVENT_COLUMNS, source: `${source} ${OWN}`, within, where: conditions, order: latestFirst };
  });
}
