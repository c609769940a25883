import { isAbove, isWithin } from '../access/row-scope.js';
import type { Order, Page } from '../shared/connections.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { rootPage } from '../shared/database/listing.js';
import type { Reads } from '../shared/database/reads.js';
import { SERIES_OF_ROUND } from './reporting.query.js';
import type { Task, TaskListArgs } from './task.type.js';

const COLUMNS = `t.kind, t.unit_id as "unitKey", t.unit_code as "unitCode", t.campaign_id as "campaignKey", t.indicator_id as "indicatorKey", i.code as "indicatorCode",
  t.round_id as "roundKey", t.figure_id::text as "figureKey", t.sort_day as "sortDay", t.due_on as "dueOn", t.overdue`;
const LAST_DAY = `date '9999-12-31'`;

/** With the keys of round and figure no two are alike. */
const byDueDate: Order<Task> = {
  name: 'task.due',
  keys: [
    { sql: 't.sort_day', type: 'date', of: ({ sortDay }) => sortDay },
    { sql: 't.unit_code', type: 'text', of: ({ unitCode }) => unitCode },
    { sql: 'i.code', type: 'text', of: ({ indicatorCode }) => indicatorCode },
    { sql: 't.round_id', type: 'bigint', of: ({ roundKey }) => String(roundKey) },
    { sql: 't.figure_id', type: 'bigint', of: ({ figureKey }) => figureKey },
  ],
};

/** What waits for the caller. A figure is one task, with the round that is due first of those that it serves. */
export async function listTasks(reads: Reads, today: Day, { beneath, where, ...args }: TaskListArgs): Promise<Page<Task>> {
  const overdueOn = parseOptionalDay(where?.overdueOn, 'where.overdueOn');
  return rootPage(reads, args, (bind) => {
    const day = bind(today, 'date');
    const conditions: string[] = [];
    if (where?.kind) conditions.push(`t.kind = ${bind(where.kind, 'text')}`);
    if (typeof where?.campaign === 'string') conditions.push(`t.campaign_id = (select c.id from campaign c where c.code = ${bind(where.campaign, 'text')})`);
    if (overdueOn !== undefined) conditions.push(`t.due_on < ${bind(overdueOn, 'date')}`);
    return { columns: COLUMNS, source: `from (${tasks(day, beneath === true)}) t join indicator i on i.id = t.indicator_id`, within: [], where: conditions, order: byDueDate };
  });
}

const UNIT = 'u.id, u.code, u.level, u.valid_from, u.closed_on';
const GRANTED = (role: 'REPORTER' | 'APPROVER', day: string) =>
  `(select g.unit_id from role_grant g where g.principal = nullif(current_setting('liendoan.principal', true), '') and g.role >= '${role}' and g.revoked_at is null and g.starts <= ${day} and (g.ends is null or g.ends >= ${day}))`;
/** Ids are digits, so the paths from p to p.z are those within p; the index on path is in that order. */
const REACH = (name: 'reporter' | 'approver') =>
  `unnest(nullif(current_setting('liendoan.${name}', true), '')::ltree[]) r (path) join org_unit u on u.path between r.path and r.path || 'z'::text`;

const reported = (day: string, beneath: boolean): string =>
  beneath ? `select ${UNIT} from ${REACH('reporter')}` : `select ${UNIT} from org_unit u where u.id in ${GRANTED('REPORTER', day)} and ${isWithin('u.path', 'reporter')}`;
/** Whoever approves stands above: those directly beneath a unit of theirs, and a root of theirs. */
const approved = (day: string, beneath: boolean): string =>
  `${beneath
    ? `select ${UNIT} from ${REACH('approver')} where true`
    : `select ${UNIT} from org_unit u where u.id in (select p.unit_id from placement p where p.parent_id in ${GRANTED('APPROVER', day)} and p.starts <= ${day} and p.ends > ${day}
         union select n.id from org_unit n where nlevel(n.path) = 1 and n.id in ${GRANTED('APPROVER', day)})`
  } and ${isAbove('u.path')}`;

const RESULT_OF = (round: string) => `f.unit_id = u.id and f.series_id = ${round}.series_id and f.date between ${round}.period_from and ${round}.period_to`;
const OWES = (round: string) => `u.level = ${round}.level and u.valid_from <= ${round}.period_to and (u.closed_on is null or u.closed_on > ${round}.period_to)
  and (${round}.launcher is null or u.id = ${round}.launcher
    or exists (select from ancestry l where l.unit_id = u.id and l.ancestor_id = ${round}.launcher and l.starts <= ${round}.period_to and l.ends > ${round}.period_to))`;

function tasks(day: string, beneath: boolean): string {
  // Of each figure, the round that is due first.
  const serves = (condition: string) => `left join lateral (
      select o.round_id, o.due_on from owed o where o.series_id = f.series_id and f.date between o.period_from and o.period_to and ${OWES('o')} and ${condition}
      order by o.due_on, o.round_id limit 1) o on true`;
  const handedIn = `exists (select from figure h where h.unit_id = u.id and h.series_id = f.series_id and h.date between o.period_from and o.period_to and h.status in ('SUBMITTED', 'APPROVED'))`;
  // Of a closed campaign, only corrections are handed in.
  const ofFigure = (kind: string, units: string, statuses: string, condition: string, more: string) => `
    select ${kind} as kind, u.id as unit_id, u.code as unit_code, s.campaign_id, s.indicator_id, coalesce(o.round_id, 0) as round_id, f.id as figure_id, o.due_on
    from ${units} u join figure f on f.unit_id = u.id and f.status in (${statuses}) join series s on s.id = f.series_id join campaign c on c.id = s.campaign_id
    ${serves(condition)} where ${more}`;
  return `with owed as materialized (
      select r.id as round_id, r.campaign_id, r.period_from, r.period_to, c.launched_by_id as launcher, d.level, d.due_on, q.indicator_id, s.id as series_id
      from reporting_round r join campaign c on c.id = r.campaign_id and c.status = 'LAUNCHED' join round_due d on d.round_id = r.id join round_indicator q on q.round_id = r.id
      left join series s on s.indicator_id = q.indicator_id and ${SERIES_OF_ROUND}
      where r.ended_at is null and r.period_from <= ${day}
    ), reported as materialized (${reported(day, beneath)}), approved as materialized (${approved(day, beneath)})
    select a.*, coalesce(a.due_on, ${LAST_DAY}) as sort_day, coalesce(a.due_on < ${day}, false) as overdue from (
      ${ofFigure(`case f.status when 'DRAFT' then 'TO_SUBMIT' else 'TO_RESUBMIT' end`, 'reported', `'DRAFT', 'RETURNED'`, `not ${handedIn}`, `(c.status = 'LAUNCHED' or f.corrects_id is not null)`)}
      union all
      ${ofFigure(`'TO_APPROVE'`, 'approved', `'SUBMITTED'`, 'true', `s.measure in ('RESULT', 'REGISTERED') and f.submitted_by is distinct from nullif(current_setting('liendoan.principal', true), '')`)}
      union all
      select 'TO_SUBMIT', u.id, u.code, o.campaign_id, o.indicator_id, o.round_id, 0, o.due_on from reported u join owed o on ${OWES('o')}
      where not exists (select from figure f where ${RESULT_OF('o')} and f.status in ('DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED'))
    ) a`;
}
