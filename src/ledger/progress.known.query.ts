import type { Instant } from '../shared/dates.js';
import { keyedQuery } from '../shared/database/reads.js';
import { BALANCE_COLUMNS, CENSUS_COLUMNS, type Balance, type Census, type NormTarget } from './progress.query.js';

/** What the ledger knew at a moment: slower than what it knows now, with statements of its own. */

/** As the database writes it, to the microsecond. */
export type Moment = string;

/** An instant is shown to the millisecond: whatever was recorded within it was known by its end. */
export const throughMillisecond = (instant: Instant): Moment => instant.replace('Z', '999Z');

/**
 * Of a moment: whether it is still to come; and as of which to ask. While an import was under way, and nobody else
 * posted, what was known was what had been known before.
 */
export const momentKnown = keyedQuery<{ readonly future: boolean; readonly at: Moment }>(
  ['timestamptz'],
  `select date_trunc('milliseconds', k.p0) > clock_timestamp() as future,
     coalesce((select min(l.at) - interval '1 microsecond' from ledger_load l where l.at <= k.p0 and l.until > k.p0), k.p0)::text as at`,
);

/** Of the past rows of one date each ends where the next begins: the first that ended after the moment is the only one to look at. */
const pastOf = (date: string) => `(select c.row from (
    select p as row, p.recorded_at from balance_past p
    where p.unit_id = k.p0 and p.series_id = k.p1 and p.date = ${date} and p.removed_at > k.p3 order by p.removed_at limit 1
  ) c where c.recorded_at <= k.p3)`;

const BALANCE = ['date', 'total', 'members_total', 'origin', 'complete', 'qualifier', 'as_of', 'detail', 'unexplained', 'subtree_on',
  'reported_children', 'reported_provincial', 'reported_upper_grassroots', 'reported_grassroots', 'reported_sub_grassroots'];

/** Of (unit, series, day, moment): the row that was in force at the end of the day. Past dates are tried from the last down to one that was known. */
export const balanceKnownOn = keyedQuery<Balance>(
  ['int', 'int', 'date', 'timestamptz'],
  `select ${BALANCE_COLUMNS} from (
     (select ${BALANCE.join(', ')} from balance
      where unit_id = k.p0 and series_id = k.p1 and date <= k.p2 and recorded_at <= k.p3 order by date desc limit 1)
     union all
     (with recursive tried as (
        select d.date, ${pastOf('d.date')} as known
        from (select max(p.date) as date from balance_past p where p.unit_id = k.p0 and p.series_id = k.p1 and p.date <= k.p2) d
        union all
        select d.date, ${pastOf('d.date')}
        from tried t
        cross join lateral (select max(p.date) as date from balance_past p where p.unit_id = k.p0 and p.series_id = k.p1 and p.date < t.date) d
        where t.date is not null and (t.known).removed_at is null
      )
      select ${BALANCE.map((column) => `(t.known).${column}`).join(', ')} from tried t where (t.known).removed_at is not null)
   ) b order by b.date desc limit 1`,
);

const known = (row: string, moment: string) => `${row}.recorded_at <= ${moment} and (${row}.ended_at is null or ${row}.ended_at > ${moment})`;

export const censusKnownOn = keyedQuery<Census>(
  ['int', 'date', 'timestamptz'],
  `select ${CENSUS_COLUMNS} from (
     select starts, children, provincial, upper_grassroots, grassroots, sub_grassroots from census
     where unit_id = k.p0 and starts <= k.p1 and recorded_at <= k.p2
     union all
     select starts, children, provincial, upper_grassroots, grassroots, sub_grassroots from census_past
     where unit_id = k.p0 and starts <= k.p1 and recorded_at <= k.p2 and removed_at > k.p2
   ) c order by c.starts desc limit 1`,
);

/** Of (unit, campaign, phase, indicator, day, moment): the latest norm × the latest count that were known. */
export const normTargetKnownOn = keyedQuery<NormTarget>(
  ['int', 'int', 'int', 'int', 'date', 'timestamptz'],
  `select round(n.value * m.value, 4) as value, n.qualifier, greatest(n.decided_on, m.as_of) as "asOf"
   from (
     select n.value, n.per, n.qualifier, n.decided_on from norm n
     where n.unit_id = k.p0 and n.campaign_id = k.p1 and n.phase_id is not distinct from k.p2 and n.indicator_id = k.p3
       and n.decided_on <= k.p4 and ${known('n', 'k.p5')}
     order by n.decided_on desc limit 1
   ) n
   cross join lateral (
     select m.value, m.as_of from member_count m
     where m.unit_id = k.p0 and m."of" = (case n.per when 'MEMBER' then 'MEMBERS' else 'UNIONS' end)::counted and m.as_of <= k.p4 and ${known('m', 'k.p5')}
     order by m.as_of desc limit 1
   ) m`,
);
