/**
 * Targets, results and their withdrawals. Of each key: what the import says (plain, correction, withdrawal), what is
 * current, and what follows from both. A norm is a target that is kept apart from the figures.
 */
import { firstDifference } from './import.staging.sql.js';
import { figureRecords, normRecords } from './record.query.js';
import { MOMENT } from './writing.js';

function unknown(what: string, field: string, id: string): string {
  const broken = what === 'phase' ? 'false' : `exists (select from broken b where b.declares = '${what}' and b.code = f.body->>'${field}')`;
  return `insert into problem select n, '${field}', 'UNKNOWN_${what.toUpperCase()}', format('no ${what} has the code %s${what === 'phase' ? ' in this campaign' : ''}', f.body->>'${field}')
    from said_figure f where f.body ? '${field}' and ${id} is null ${what === 'phase' ? 'and campaign_id is not null' : ''} and not ${broken}`;
}

export const resolveFigures = [
  `create temp table said_figure on commit drop as
    select s.n, s.key, s.type, s.mode, s.body, u.id as unit_id, c.id as campaign_id, ph.id as phase_id, i.id as indicator_id, cp.id as counterpart_id,
      coalesce(s.body->>'basis', 'RESULT') as measure, coalesce(s.body->>'coverage', 'SUBTREE') as coverage,
      coalesce(s.body->>'asOf', s.body->>'decidedOn')::date as date, i.aggregation = 'SUM' as flows,
      u.id is not null and c.id is not null and i.id is not null and (ph.id is not null or not s.body ? 'phase') and (cp.id is not null or not s.body ? 'counterpart') as found,
      u.valid_from, u.closed_on
    from stage s left join org_unit u on u.code = s.body->>'unit' left join campaign c on c.code = s.body->>'campaign'
    left join indicator i on i.code = s.body->>'indicator' left join campaign_phase ph on ph.campaign_id = c.id and ph.code = s.body->>'phase'
    left join org_unit cp on cp.code = s.body->>'counterpart'
    where s.type in ('target', 'result', 'withdrawal') and s.mode <> 'repeated'`,
  `analyze said_figure (n, key, mode, unit_id, campaign_id, phase_id, indicator_id, counterpart_id, measure, found)`,
  unknown('unit', 'unit', 'unit_id'),
  unknown('campaign', 'campaign', 'campaign_id'),
  unknown('phase', 'phase', 'phase_id'),
  unknown('indicator', 'indicator', 'indicator_id'),
  unknown('unit', 'counterpart', 'counterpart_id'),
];

const dateField = (figure: string) => `case when ${figure}.body ? 'asOf' then 'asOf' else 'decidedOn' end`;

export const checkFigures = [
  `insert into problem select n, ${dateField('f')}, 'FUTURE_DATE', format('is later than today, %s', today()) from said_figure f where f.mode <> 'w' and date > today()`,
  `insert into problem select n, ${dateField('f')}, 'OUTSIDE_VALIDITY', format('the unit is active from %s%s', valid_from, coalesce(' until the day before ' || closed_on, ''))
    from said_figure f where f.mode <> 'w' and (date < valid_from or date >= closed_on)`,
  `insert into problem select n, 'counterpart', 'NOT_AN_ANCESTOR', format('%s does not stand above %s on %s', body->>'counterpart', body->>'unit', date)
    from said_figure f where counterpart_id is not null and unit_id is not null and date >= valid_from and mode <> 'w'
      and not exists (select from ancestry a where a.unit_id = f.unit_id and a.ancestor_id = f.counterpart_id and a.starts <= f.date and a.ends > f.date)
      and not exists (select from doubtful d where d.unit_id = f.unit_id)
      and not exists (select from doubtful d join ancestry a on a.ancestor_id = d.unit_id where a.unit_id = f.unit_id)`,
];

const sameSeries = (a: string, b: string) =>
  `${a}.campaign_id = ${b}.campaign_id and coalesce(${a}.phase_id, 0) = coalesce(${b}.phase_id, 0) and ${a}.indicator_id = ${b}.indicator_id`;

export const decideFigures = [
  `insert into series (campaign_id, phase_id, indicator_id, measure, flows)
    select distinct campaign_id, phase_id, indicator_id, measure::measure, flows from said_figure f
    where found and mode <> 'w' and measure <> 'NORM'
      and not exists (select from series s where ${sameSeries('s', 'f')} and s.measure::text = f.measure)`,
  `create temp table net on commit drop as
    select f.key, f.p, f.c, f.w, f.unit_id, f.campaign_id, f.phase_id, f.indicator_id, f.measure, f.coverage::figure_coverage as coverage, f.date, s.id as series_id
    from (
      select key, min(n) filter (where mode = 'p') as p, min(n) filter (where mode = 'c') as c, min(n) filter (where mode = 'w') as w,
        min(unit_id) as unit_id, min(campaign_id) as campaign_id, min(phase_id) as phase_id, min(indicator_id) as indicator_id,
        min(measure) as measure, min(coverage) as coverage, min(date) as date
      from said_figure where found group by key
    ) f left join series s on ${sameSeries('s', 'f')} and s.measure::text = f.measure`,
  `analyze net`,
  // All that was ever stated under these keys.
  `create temp table past on commit drop as
    select key, id, status, line::jsonb - 'type' as body from (${figureRecords(`k.key, f.id, f.status::text as status`, `join net k on k.series_id = f.series_id and k.unit_id = f.unit_id and k.coverage = f.coverage and k.date = f.date`, 'f.approved_at is not null')}) figures
    union all
    select key, id, status, line::jsonb - 'type' from (${normRecords(`k.key, f.id::bigint, case when f.withdrawn then 'WITHDRAWN' else 'APPROVED' end as status`, `join net k on k.measure = 'NORM' and ${sameSeries('k', 'f')} and k.unit_id = f.unit_id and k.date = f.decided_on`)}) norms`,
  `analyze past (key, id, status)`,
  `create temp table act on commit drop as
    select k.*, f.n as said_n, f.body, f.counterpart_id, w.body->>'reason' as reason, cur.id as cur_id, cur.body as cur_body,
      case
        when k.w is null and cur.id is null and (k.p is not null or ever.key is not null) then 'state'
        when k.w is null and cur.id is null then 'not stated'
        when k.w is null and cur.body = f.body then 'none'
        when k.w is null and k.c is not null then 'replace'
        when k.w is null then 'refuse'
        when f.n is null and cur.id is not null then 'withdraw'
        when f.n is null and ever.key is not null then 'none'
        when f.n is null then 'not stated'
        when cur.id is null and gone.key is not null then 'none'
        when cur.id is null then 'state and withdraw'
        when cur.body = f.body then 'withdraw'
        when k.c is not null then 'replace and withdraw'
        else 'refuse'
      end as action
    from net k
    left join said_figure f on f.n = coalesce(k.c, k.p)
    left join said_figure w on w.n = k.w
    left join past cur on cur.key = k.key and cur.status = 'APPROVED'
    left join (select distinct key from past) ever on ever.key = k.key
    left join (select distinct key, body from past where status = 'WITHDRAWN') gone on gone.key = k.key and gone.body = f.body`,
  `analyze act (key, said_n, cur_id, series_id, unit_id, date, coverage, measure, action)`,
  `insert into problem
    select coalesce(a.c, a.w), case when a.c is null then ${dateField('s')} else 'corrects' end, 'NOT_STATED',
      case when a.c is null then 'nothing was stated under this key that could be withdrawn' else 'nothing was stated under this key that could be corrected' end
    from act a join said_figure s on s.n = coalesce(a.c, a.w) where action = 'not stated'`,
  `insert into problem
    select said_n, d.field, 'ALREADY_STATED', format('is stated as %s; to replace that, add "corrects": true', coalesce(cur_body->>d.field, 'absent'))
    from act cross join lateral ${firstDifference('body', 'cur_body')} d (field) where action = 'refuse'`,
];

const columns = 'series_id, unit_id, coverage, date, value, qualifier, counterpart_id, stated_percent, stated_basis, derived, source, note';
const values = (body: string, counterpart: string) => `series_id, a.unit_id, a.coverage, a.date, (${body}->>'value')::numeric, coalesce(${body}->>'qualifier', 'EXACT')::qualifier, ${counterpart},
  (${body}->>'statedPercent')::numeric, (${body}->>'statedBasis')::measure, coalesce((${body}->>'derived')::boolean, false), ${body}->>'source', ${body}->>'note'`;
const STATES = `('state', 'replace', 'state and withdraw', 'replace and withdraw')`;
const WITHDRAWS = `('withdraw', 'state and withdraw', 'replace and withdraw')`;

export const writeFigures = [
  `create temp table fresh (key text collate "C" not null, id bigint not null) on commit drop`,
  `update figure f set status = (case when a.action = 'withdraw' then 'WITHDRAWN' else 'SUPERSEDED' end)::figure_status, ended_at = ${MOMENT},
      end_reason = case when a.action = 'withdraw' then a.reason end
    from act a where a.measure <> 'NORM' and a.action in ('replace', 'withdraw', 'replace and withdraw') and f.id = a.cur_id`,
  `select load_begin('figure', (select count(*) from act))`,
  `with stated as (
      insert into figure (${columns}, status, approved_at, ended_at, end_reason)
      select ${values('a.body', 'a.counterpart_id')}, (case when a.action in ${WITHDRAWS} then 'WITHDRAWN' else 'APPROVED' end)::figure_status,
        ${MOMENT}, case when a.action in ${WITHDRAWS} then ${MOMENT} end, case when a.action in ${WITHDRAWS} then a.reason end
      from act a where a.measure <> 'NORM' and a.action in ${STATES} order by a.said_n
      returning id, series_id, unit_id, coverage, date)
    insert into fresh select a.key, s.id from stated s join act a using (series_id, unit_id, coverage, date)`,
  `update figure f set superseded_by = n.id from act a join fresh n using (key)
    where a.measure <> 'NORM' and a.action in ('replace', 'replace and withdraw') and f.id = a.cur_id`,
  // What was stated and corrected in one import is history, too.
  `insert into figure (${columns}, status, approved_at, ended_at, superseded_by)
    select ${values('s.body', 's.counterpart_id')}, 'SUPERSEDED', ${MOMENT}, ${MOMENT}, n.id
    from act a join said_figure s on s.n = a.p join fresh n on n.key = a.key
    where a.measure <> 'NORM' and a.action in ('state', 'state and withdraw') and a.c is not null`,
  `select load_end('figure')`,
  `update norm m set withdrawn = true, ended_at = ${MOMENT}, end_reason = a.reason from act a
    where a.measure = 'NORM' and a.action in ('replace', 'withdraw', 'replace and withdraw') and m.id = a.cur_id`,
  `insert into norm (unit_id, campaign_id, phase_id, indicator_id, decided_on, value, per, qualifier, counterpart_id, source, note, withdrawn, recorded_at, ended_at)
    select unit_id, campaign_id, phase_id, indicator_id, date, (body->>'value')::numeric, (body->>'per')::norm_per, coalesce(body->>'qualifier', 'EXACT')::qualifier,
      counterpart_id, body->>'source', body->>'note', action in ${WITHDRAWS},
      ${MOMENT}, case when action in ${WITHDRAWS} then ${MOMENT} end
    from act where measure = 'NORM' and action in ${STATES} order by said_n`,
  // What became of each record, for the report.
  `create temp table act_effect on commit drop as
    select said_n as n, case when action in ('state', 'state and withdraw') then 'created' else 'changed' end as effect from act where action in ${STATES}
    union all
    select w, 'changed' from act where w is not null and action in ${WITHDRAWS}`,
];

/** The figures on which totals depend: what is current now, and what was before. */
export const TOUCH = `
  select ledger_touch(array(
    select n.id from fresh n join act a using (key) where a.action in ('state', 'replace')
    union all
    select cur_id from act where measure <> 'NORM' and action in ('replace', 'withdraw', 'replace and withdraw')))
  where exists (select from act where measure <> 'NORM' and action not in ('none', 'refuse', 'not stated'))`;
