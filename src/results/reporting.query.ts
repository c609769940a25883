import { isWithin } from '../access/row-scope.js';
import { listUnitsAmong } from '../org-units/org-unit.query.js';
import type { OrgLevel, OrgUnit } from '../org-units/org-unit.type.js';
import type { Page, PageArgs } from '../shared/connections.js';
import { instant } from '../shared/database/instant.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Reporting, ReportingRound, RoundStanding } from './reporting.type.js';

/** Of `series s` and `reporting_round r`: results such as are owed, of whatever indicator. */
export const SERIES_OF_ROUND = `s.campaign_id = r.campaign_id and s.phase_id is not distinct from r.phase_id and s.measure = 'RESULT'`;

/** Of `reporting_round r` and its `campaign c`. */
export const ROUND_COLUMNS = `r.id as key, r.campaign_id as "campaignKey", r.phase_id as "phaseKey", c.launched_by_id as "launcherKey", r.code, r.name, r.kind,
  r.period_from as "from", r.period_to as "to",
  (select json_agg(json_build_object('level', d.level, 'on', d.due_on) order by d.level) from round_due d where d.round_id = r.id) as due,
  array(select i.id from round_indicator o join indicator i on i.id = o.indicator_id where o.round_id = r.id order by i.code) as "indicatorKeys",
  array(select s.id from round_indicator o join series s on s.indicator_id = o.indicator_id and ${SERIES_OF_ROUND} where o.round_id = r.id order by s.id) as "seriesKeys",
  r.version, ${instant('r.ended_at')} as "endedAt"`;
export const ROUND_SOURCE = 'from reporting_round r join campaign c on c.id = r.campaign_id';

export const roundByKey = keyedQuery<ReportingRound>(['int'], `select ${ROUND_COLUMNS} ${ROUND_SOURCE} where r.id = k.p0`);
export const roundByCodes = keyedQuery<ReportingRound>(['text', 'text'], `select ${ROUND_COLUMNS} ${ROUND_SOURCE} where c.code = k.p0 and r.code = k.p1`);
/** Of a campaign. */
export const roundsOf = keyedQuery<ReportingRound>(['int'], `select ${ROUND_COLUMNS} ${ROUND_SOURCE} where r.campaign_id = k.p0 order by r.period_to, r.code`);

const IN_VIETNAM = (moment: string) => `(${moment} at time zone 'Asia/Ho_Chi_Minh')::date`;
const LEVELS: readonly OrgLevel[] = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS'];

/** A round goes with the keys, so that its rows are not looked up, and asked for by their policies, for each unit. */
const ROUND_TYPES = ['int', 'date', 'date', 'int', 'text', 'int', ...LEVELS.map(() => 'date')];
/** `launcher`: null where every unit in question stands beneath it. */
function roundValues(unit: number, { from, to, due, seriesKeys, indicatorKeys }: ReportingRound, launcher: number | null): unknown[] {
  const dates = LEVELS.map((level) => due.find((one) => one.level === level)?.on ?? null);
  return [unit, from, to, launcher, `{${seriesKeys.join()}}`, indicatorKeys.length, ...dates];
}
const [UNIT, FROM, TO, LAUNCHER, SERIES, INDICATORS, ...DUE] = ROUND_TYPES.map((_, i) => `k.p${i}`) as [string, string, string, string, string, string, ...string[]];

/** Of `org_unit u`. */
const DUE_ON = `case u.level ${LEVELS.map((level, i) => `when '${level}' then ${DUE[i]}`).join(' ')} end`;
const BENEATH_LAUNCHER = `(u.id = ${LAUNCHER} or exists (select from ancestry l where l.unit_id = u.id and l.ancestor_id = ${LAUNCHER} and l.starts <= ${TO} and l.ends > ${TO}))`;
const OWES = `(${DUE_ON}) is not null and u.valid_from <= ${TO} and (u.closed_on is null or u.closed_on > ${TO}) and (${LAUNCHER} is null or ${BENEATH_LAUNCHER})`;

/** Whether what took the place of a figure `f` that was superseded counts: with a correction that was withdrawn, what it corrected is gone. */
const LIVES_ON = `exists (
  with recursive next as (
    select n.status, n.superseded_by from figure n where n.id = f.superseded_by union all select n.status, n.superseded_by from next join figure n on n.id = next.superseded_by)
  select from next where status = 'APPROVED')`;

/**
 * What a unit `u` has handed in, as a row of one. A figure that was superseded was handed in when it was, as long as what
 * took its place counts.
 */
const HANDED_IN = (dueOn: string) => `(
  select count(*) filter (where x.submitted) = ${INDICATORS} as submitted, count(*) filter (where x.approved) = ${INDICATORS} as approved,
    count(*) filter (where x.submitted and x.handed_in <= ${dueOn}) = ${INDICATORS} as "onTime"
  from (
    select bool_or(f.status <> 'SUPERSEDED') as submitted, bool_or(f.status = 'APPROVED') as approved, min(${IN_VIETNAM('coalesce(f.submitted_at, f.recorded_at)')}) as handed_in
    from figure f where f.unit_id = u.id and f.date between ${FROM} and ${TO} and f.series_id = any (${SERIES}::int[]) and (f.status in ('SUBMITTED', 'APPROVED') or f.status = 'SUPERSEDED' and ${LIVES_ON})
    group by f.series_id) x)`;

const standingIn = keyedQuery<RoundStanding>(
  ROUND_TYPES,
  `select ${LAUNCHER} is null or ${BENEATH_LAUNCHER} as whole, case when o.owes then ${DUE_ON} end as "dueOn",
     case when o.owes then h.submitted end as submitted, case when o.owes then h.approved end as approved, case when o.owes then h."onTime" end as "onTime"
   from org_unit u cross join lateral (select ${OWES} as owes) o left join lateral ${HANDED_IN(DUE_ON)} h on o.owes where u.id = ${UNIT}`,
);

/** How a unit in the caller's scope stands in a round. */
export async function loadStanding(reads: Reads, unit: OrgUnit, round: ReportingRound): Promise<RoundStanding | null> {
  return reads.row(standingIn, roundValues(unit.key, round, round.launcherKey));
}

/** The units beneath that owe and are in the caller's scope, as `u`: direct children, or those of a level. */
function owing(level: string | null, columns: string, order = ''): string {
  const beneath = level === null ? `placement b join org_unit u on u.id = b.unit_id where b.parent_id = ${UNIT}` : `ancestry b join org_unit u on u.id = b.unit_id where b.ancestor_id = ${UNIT} and u.level = ${level}`;
  return `(select ${columns}, ${DUE_ON} as due_on from ${beneath} and b.starts <= ${TO} and b.ends > ${TO} and ${OWES} and ${isWithin('u.path', 'scope')} ${order} offset 0) u`;
}

interface Counts {
  readonly expected: number;
  readonly submitted: number;
  readonly approved: number;
  readonly onTime: number;
}
const COUNTS = `select count(*)::int as expected, (count(*) filter (where h.submitted))::int as submitted, (count(*) filter (where h.approved))::int as approved,
  (count(*) filter (where h."onTime"))::int as "onTime"`;
const childrenIn = keyedQuery<Counts>(ROUND_TYPES, `${COUNTS} from ${owing(null, 'u.id')} cross join lateral ${HANDED_IN('u.due_on')} h`);
const levelIn = keyedQuery<Counts>([...ROUND_TYPES, 'org_level'], `${COUNTS} from ${owing(`k.p${ROUND_TYPES.length}`, 'u.id')} cross join lateral ${HANDED_IN('u.due_on')} h`);

const valuesOf = ({ unit, round, standing }: Reporting): unknown[] => roundValues(unit.key, round, standing.whole ? null : round.launcherKey);

/** Of the direct children of a unit, or of all units of a level beneath it. */
export async function loadCounts(reads: Reads, of: Reporting, level: OrgLevel | null): Promise<Counts> {
  const counts = await (level === null ? reads.row(childrenIn, valuesOf(of)) : reads.row(levelIn, [...valuesOf(of), level]));
  return counts!;
}

/** Which of them have not handed in, or not in time. */
export function listOwing(reads: Reads, of: Reporting, level: OrgLevel | null, which: 'missing' | 'late', args: PageArgs): Promise<Page<OrgUnit>> {
  return listUnitsAmong(reads, args, (bind) => {
    valuesOf(of).forEach((value, i) => bind(value, ROUND_TYPES[i]!));
    const at = level === null ? null : bind(level, 'org_level');
    // In order of code, so that a page looks at no more units than it takes; the offset keeps the planner from walking
    // all units of the nation in that order.
    return {
      source: `from ${owing(at, 'u.*', 'order by u.code')} cross join lateral ${HANDED_IN('u.due_on')} h`,
      within: [which === 'missing' ? 'not h.submitted' : 'h.submitted and not h."onTime"'],
    };
  });
}
