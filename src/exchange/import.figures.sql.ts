/**
 * Targets, results and their withdrawals. Of each key: what the import says (plain, correction, withdrawal), what is
 * current, and what follows from both. A norm is a target that is kept apart from the figures. There are many of them:
 * what is asked of all is asked once, and what concerns a few is looked for among the few.
 */
import { figureBody, firstDifference } from './import.staging.sql.js';
import { figureRecords, normRecords } from './record.query.js';
import { MOMENT } from './writing.js';

function unknown(what: string, field: string, id: string): string {
  const broken = what === 'phase' ? 'false' : `exists (select from broken b where b.declares = '${what}' and b.code = f.${field})`;
  return `insert into problem select n, '${field}', 'UNKNOWN_${what.toUpperCase()}', format('no ${what} has the code %s${what === 'phase' ? ' in this campaign' : ''}', f.${field})
    from odd_figure f where f.${field} is not null and ${id} is null ${what === 'phase' ? 'and campaign_id is not null' : ''} and not ${broken}`;
}

export const resolveFigures = [
  `create temp table said_figure on commit drop as
    select s.n, s.key, s.type, s.mode, u.id as unit_id, c.id as campaign_id, ph.id as phase_id, i.id as indicator_id, cp.id as counterpart_id, s.measure, s.coverage, s.date,
      s.value, s.qualifier, s.more::jsonb as more, i.aggregation = 'SUM' as flows, d.key is not null as several,
      u.id is not null and c.id is not null and i.id is not null and (ph.id is not null or s.phase is null) and (cp.id is not null or s.counterpart is null) as found,
      u.valid_from, u.closed_on
    from stage s left join org_unit u on u.code = s.unit left join campaign c on c.code = s.campaign
    left join indicator i on i.code = s.indicator left join campaign_phase ph on ph.campaign_id = c.id and ph.code = s.phase
    left join org_unit cp on cp.code = s.counterpart left join several d on d.type = 'figure' and d.key = s.key
    where s.type in ('target', 'result', 'withdrawal') and s.mode <> 'repeated'`,
  `analyze said_figure (n, mode, unit_id, campaign_id, phase_id, indicator_id, measure, coverage, several, found)`,
  `create temp table odd_figure on commit drop as
    select f.n, f.mode, f.unit_id, f.campaign_id, f.phase_id, f.indicator_id, f.counterpart_id, f.date, f.valid_from, f.closed_on, f.measure, s.unit, s.campaign, s.phase, s.indicator, s.counterpart
    from said_figure f join stage s using (n)
    where not f.found or f.counterpart_id is not null or f.date > today() or f.date < f.valid_from or f.date >= f.closed_on`,
  unknown('unit', 'unit', 'unit_id'),
  unknown('campaign', 'campaign', 'campaign_id'),
  unknown('phase', 'phase', 'phase_id'),
  unknown('indicator', 'indicator', 'indicator_id'),
  unknown('unit', 'counterpart', 'counterpart_id'),
];

const dateField = (figure: string) => `case ${figure}.measure when 'RESULT' then 'asOf' else 'decidedOn' end`;

export const checkFigures = [
  `insert into problem select n, ${dateField('f')}, 'FUTURE_DATE', format('is later than today, %s', today()) from odd_figure f where f.mode <> 'w' and date > today()`,
  `insert into problem select n, ${dateField('f')}, 'OUTSIDE_VALIDITY', format('the unit is active from %s%s', valid_from, coalesce(' until the day before ' || closed_on, ''))
    from odd_figure f where f.mode <> 'w' and (date < valid_from or date >= closed_on)`,
  `insert into problem select n, 'counterpart', 'NOT_AN_ANCESTOR', format('%s does not stand above %s on %s', counterpart, unit, date)
    from odd_figure f where counterpart_id is not null and unit_id is not null and date >= valid_from and mode <> 'w'
      and not exists (select from ancestry a where a.unit_id = f.unit_id and a.ancestor_id = f.counterpart_id and a.starts <= f.date and a.ends > f.date)
      and not exists (select from doubtful d where d.unit_id = f.unit_id)
      and not exists (select from doubtful d join ancestry a on a.ancestor_id = d.unit_id where a.unit_id = f.unit_id)`,
];

const sameSeries = (a: string, b: string) =>
  `${a}.campaign_id = ${b}.campaign_id and coalesce(${a}.phase_id, 0) = coalesce(${b}.phase_id, 0) and ${a}.indicator_id = ${b}.indicator_id`;
const KEY = 'key, unit_id, campaign_id, phase_id, indicator_id, measure, coverage, date';
/** What a record says of its key. */
const CONTENT = 'type, value, qualifier, counterpart_id, more';
const STATES = `('state', 'replace', 'state and withdraw', 'replace and withdraw')`;
const WITHDRAWS = `('withdraw', 'state and withdraw', 'replace and withdraw')`;
const statedBefore = (status: string) => `
      select k.n, f.id, f.status, (k.value, coalesce(k.qualifier, 'EXACT'), k.counterpart_id, (k.more->>'statedPercent')::numeric, k.more->>'statedBasis', coalesce((k.more->>'derived')::boolean, false), k.more->>'source', k.more->>'note')
        is not distinct from (f.value, f.qualifier::text, f.counterpart_id, f.stated_percent, f.stated_basis::text, f.derived, f.source, f.note) as same
      from said_figure k join known_series s on ${sameSeries('s', 'k')} and s.measure = k.measure
      join figure f on f.series_id = s.id and f.unit_id = k.unit_id and f.coverage = k.coverage::figure_coverage and f.date = k.date
      where k.found and ${status}`;

export const decideFigures = [
  `insert into series (campaign_id, phase_id, indicator_id, measure, flows)
    select campaign_id, phase_id, indicator_id, measure::measure, flows from (
      select campaign_id, phase_id, indicator_id, measure, flows from said_figure where found and mode <> 'w' and measure <> 'NORM' group by 1, 2, 3, 4, 5) f
    where not exists (select from series s where ${sameSeries('s', 'f')} and s.measure::text = f.measure)`,
  `create temp table known_series on commit drop as
    select s.id, s.campaign_id, s.phase_id, s.indicator_id, s.measure::text as measure from series s
    where coalesce((select true from figure f where f.series_id = s.id and f.status = 'APPROVED' limit 1), (select true from figure f where f.series_id = s.id and f.status <> 'APPROVED' limit 1))`,
  // What was ever stated under these keys: the current one, and whether any says the same.
  `create temp table past on commit drop as
    select n, max(id) filter (where status = 'APPROVED') as cur_id, bool_or(same) filter (where status = 'APPROVED') as cur_same, bool_or(same) filter (where status = 'WITHDRAWN') as gone from (
      ${statedBefore(`f.status = 'APPROVED'`)}
      union all
      ${statedBefore(`f.status <> 'APPROVED' and f.approved_at is not null`)}
      union all
      select k.n, m.id::bigint, case when m.withdrawn then 'WITHDRAWN' else 'APPROVED' end::figure_status,
        (k.value, coalesce(k.qualifier, 'EXACT'), k.counterpart_id, k.more->>'per', k.more->>'source', k.more->>'note') is not distinct from (m.value, m.qualifier::text, m.counterpart_id, m.per::text, m.source, m.note)
      from said_figure k join norm m on ${sameSeries('k', 'm')} and m.unit_id = k.unit_id and m.decided_on = k.date where k.measure = 'NORM' and k.found
    ) stated group by n`,
  `analyze past (n)`,
  `create temp table act on commit drop as
    select k.*, s.id as series_id, w.reason, b.cur_id,
      case
        when k.w is null and b.cur_id is null and (k.p is not null or b.n is not null) then 'state'
        when k.w is null and b.cur_id is null then 'not stated'
        when k.w is null and b.cur_same then 'none'
        when k.w is null and k.c is not null then 'replace'
        when k.w is null then 'refuse'
        when k.said_n is null and b.cur_id is not null then 'withdraw'
        when k.said_n is null and b.n is not null then 'none'
        when k.said_n is null then 'not stated'
        when b.cur_id is null and b.gone then 'none'
        when b.cur_id is null then 'state and withdraw'
        when b.cur_same then 'withdraw'
        when k.c is not null then 'replace and withdraw'
        else 'refuse'
      end as action
    from (
      select case mode when 'p' then n end as p, case mode when 'c' then n end as c, case mode when 'w' then n end as w, case when mode <> 'w' then n end as said_n, ${KEY}, ${CONTENT}
      from said_figure where found and not several
      union all
      select k.p, k.c, k.w, f.n, ${KEY.split(', ').map((column) => `k.${column}`).join(', ')}, ${CONTENT.split(', ').map((column) => `f.${column}`).join(', ')}
      from (select min(n) filter (where mode = 'p') as p, min(n) filter (where mode = 'c') as c, min(n) filter (where mode = 'w') as w, ${KEY} from said_figure where found and several group by ${KEY}) k
      left join said_figure f on f.n = coalesce(k.c, k.p)
    ) k
    left join series s on ${sameSeries('s', 'k')} and s.measure::text = k.measure
    left join (select n, more->>'reason' as reason from said_figure where mode = 'w') w on w.n = k.w
    left join past b on b.n = coalesce(k.c, k.p, k.w)`,
  `analyze act (said_n, cur_id, series_id, unit_id, measure, action)`,
  `insert into problem
    select coalesce(c, w), case when c is null then ${dateField('act')} else 'corrects' end, 'NOT_STATED',
      case when c is null then 'nothing was stated under this key that could be withdrawn' else 'nothing was stated under this key that could be corrected' end
    from act where action = 'not stated'`,
  `insert into problem
    select said_n, d.field, 'ALREADY_STATED', format('is stated as %s; to replace that, add "corrects": true', coalesce(cur_body->>d.field, 'absent'))
    from (
      select k.said_n, ${figureBody('s')} as body, k.line::jsonb - 'type' as cur_body from (
        ${figureRecords('a.said_n', 'join act a on a.cur_id = f.id', `a.measure <> 'NORM' and a.action = 'refuse'`)}
        union all
        ${normRecords('a.said_n', 'join act a on a.cur_id = f.id', `a.measure = 'NORM' and a.action = 'refuse'`)}
      ) k join stage s on s.n = k.said_n
    ) refused cross join lateral ${firstDifference('body', 'cur_body')} d (field)`,
];

/** What became of records, by their types. */
export const ACT_COUNTS = `
    union all
    select type, 0, count(*) filter (where action in ('state', 'state and withdraw')), count(*) filter (where action in ('replace', 'replace and withdraw')) from act where action in ${STATES} group by type
    union all
    select 'withdrawal', 0, 0, count(*) from act where w is not null and action in ${WITHDRAWS} having count(*) > 0`;

const columns = 'series_id, unit_id, coverage, date, value, qualifier, counterpart_id, stated_percent, stated_basis, derived, source, note';
const values = (said: string) => `a.series_id, a.unit_id, a.coverage::figure_coverage, a.date, ${said}.value, coalesce(${said}.qualifier, 'EXACT')::qualifier, ${said}.counterpart_id,
  (${said}.more->>'statedPercent')::numeric, (${said}.more->>'statedBasis')::measure, coalesce((${said}.more->>'derived')::boolean, false), ${said}.more->>'source', ${said}.more->>'note'`;

export const writeFigures = [
  `update figure f set status = (case when a.action = 'withdraw' then 'WITHDRAWN' else 'SUPERSEDED' end)::figure_status, ended_at = ${MOMENT},
      end_reason = case when a.action = 'withdraw' then a.reason end
    from act a where a.measure <> 'NORM' and a.action in ('replace', 'withdraw', 'replace and withdraw') and f.id = a.cur_id`,
  `select load_begin('figure', (select count(*) from act))`,
  `insert into figure (${columns}, status, approved_at, ended_at, end_reason)
    select ${values('a')}, (case when a.action in ${WITHDRAWS} then 'WITHDRAWN' else 'APPROVED' end)::figure_status,
      ${MOMENT}, case when a.action in ${WITHDRAWS} then ${MOMENT} end, case when a.action in ${WITHDRAWS} then a.reason end
    from act a where a.measure <> 'NORM' and a.action in ${STATES} order by a.said_n`,
  // The figures just written, where something else has to name them.
  `create temp table fresh on commit drop as
    select a.said_n, f.id from act a join figure f on f.series_id = a.series_id and f.unit_id = a.unit_id and f.coverage = a.coverage::figure_coverage and f.date = a.date
      and f.status = (case when a.action in ${WITHDRAWS} then 'WITHDRAWN' else 'APPROVED' end)::figure_status and f.approved_at = ${MOMENT}
    where a.measure <> 'NORM' and (a.action in ('replace', 'replace and withdraw') or a.action in ${STATES} and a.c is not null)`,
  `update figure f set superseded_by = n.id from act a join fresh n using (said_n)
    where a.measure <> 'NORM' and a.action in ('replace', 'replace and withdraw') and f.id = a.cur_id`,
  // What was stated and corrected in one import is history, too.
  `insert into figure (${columns}, status, approved_at, ended_at, superseded_by)
    select ${values('s')}, 'SUPERSEDED', ${MOMENT}, ${MOMENT}, n.id
    from act a join said_figure s on s.n = a.p join fresh n using (said_n)
    where a.measure <> 'NORM' and a.action in ('state', 'state and withdraw') and a.c is not null`,
  `select load_end('figure')`,
  `update norm m set withdrawn = true, ended_at = ${MOMENT}, end_reason = a.reason from act a
    where a.measure = 'NORM' and a.action in ('replace', 'withdraw', 'replace and withdraw') and m.id = a.cur_id`,
  `insert into norm (unit_id, campaign_id, phase_id, indicator_id, decided_on, value, per, qualifier, counterpart_id, source, note, withdrawn, recorded_at, ended_at)
    select unit_id, campaign_id, phase_id, indicator_id, date, value, (more->>'per')::norm_per, coalesce(qualifier, 'EXACT')::qualifier,
      counterpart_id, more->>'source', more->>'note', action in ${WITHDRAWS},
      ${MOMENT}, case when action in ${WITHDRAWS} then ${MOMENT} end
    from act where measure = 'NORM' and action in ${STATES} order by said_n`,
];

/** Where totals can be others than they were: what is current now, and what was before. */
export const postFigures = [
  `select ledger_open()`,
  `insert into ledger_dirty (unit_id, series_id, since)
    select unit_id, series_id, date from act where measure <> 'NORM' and action in ('state', 'replace', 'withdraw', 'replace and withdraw')`,
];
