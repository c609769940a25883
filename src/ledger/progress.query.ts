import { CAMPAIGN_COLUMNS, PHASE_COLUMNS } from '../campaigns/campaign.query.js';
import type { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import { INDICATOR_COLUMNS } from '../campaigns/indicator.query.js';
import type { Indicator } from '../campaigns/indicator.type.js';
import { isWithin } from '../access/row-scope.js';
import { listUnitsAmong } from '../org-units/org-unit.query.js';
import type { OrgLevel, OrgUnit, Qualifier } from '../org-units/org-unit.type.js';
import type { Page, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Total, TotalOrigin } from './progress.type.js';

export type Measure = 'RESULT' | 'ASSIGNED' | 'REGISTERED' | 'SELF_SET';

/** What (campaign, phase, indicator) stand for, with the series that exist of it and of the parts of a RATIO. */
export interface SeriesSet {
  readonly campaign: Campaign;
  readonly phase: CampaignPhase | null;
  readonly indicator: Indicator;
  readonly series: readonly { readonly indicator: number; readonly measure: Measure; readonly key: number }[];
  /** Where the unit that launches the campaign stands; null where nobody among the unions does, or the caller does not see it. */
  readonly launcherPath: string | null;
}

/** By codes; the phase may be null. No row where one of them is unknown. */
export const seriesSetByCodes = keyedQuery<SeriesSet>(
  ['text', 'text', 'text'],
  `select to_json(c) as campaign, case when p.key is not null then to_json(p) end as phase, to_json(i) as indicator, (
     select coalesce(json_agg(json_build_object('indicator', s.indicator_id, 'measure', s.measure, 'key', s.id)), '[]') from series s
     where s.campaign_id = c.key and s.phase_id is not distinct from p.key
       and s.indicator_id in (i.key, i."numeratorKey", i."denominatorKey")
   ) as series, (select l.path from org_unit l where l.id = c."launchedByKey") as "launcherPath"
   from (select ${CAMPAIGN_COLUMNS} from campaign c where c.code = k.p0) c
   cross join (select ${INDICATOR_COLUMNS} from indicator i where i.code = k.p2) i
   left join (select ${PHASE_COLUMNS} from campaign_phase p where p.code = k.p1) p on p."campaignKey" = c.key
   where k.p1 is null or p.key is not null`,
);

/** What the ledger keeps for a unit in a series from a day on. */
export interface Balance {
  readonly total: string | null;
  readonly membersTotal: string;
  readonly origin: TotalOrigin | null;
  readonly complete: boolean;
  readonly qualifier: Qualifier | null;
  readonly asOf: Day | null;
  readonly detail: string | null;
  readonly unexplained: string | null;
  readonly subtreeOn: Day | null;
  readonly reportedChildren: number;
  /** PROVINCIAL, UPPER_GRASSROOTS, GRASSROOTS, SUB_GRASSROOTS. */
  readonly reportedLevels: readonly number[];
  /** As a Total, once it was asked for. */
  shown?: Total;
}

export const BALANCE_COLUMNS = `b.total, b.members_total as "membersTotal", b.origin, b.complete, b.qualifier, b.as_of as "asOf",
     b.detail, b.unexplained, b.subtree_on as "subtreeOn", b.reported_children as "reportedChildren",
     array[b.reported_provincial, b.reported_upper_grassroots, b.reported_grassroots, b.reported_sub_grassroots] as "reportedLevels"`;

/** Of (unit, series, day): the row in force at the end of the day. */
export const balanceOn = keyedQuery<Balance>(
  ['int', 'int', 'date'],
  `select ${BALANCE_COLUMNS}
   from balance b where b.unit_id = k.p0 and b.series_id = k.p1 and b.date <= k.p2 order by b.date desc limit 1`,
);

/** A total as it was published. */
export interface PublishedTotal {
  readonly measure: Measure;
  /** The day of which the total was published. */
  readonly day: Day;
  readonly total: string;
  readonly qualifier: Qualifier;
  readonly asOf: Day;
  readonly origin: TotalOrigin;
  readonly complete: boolean;
  /** As a Total, once it was asked for. */
  shown?: Total;
}

/** Of (unit, campaign, phase, indicator): what is published of it now, the latest day first. */
export const publishedOf = keyedQuery<PublishedTotal>(
  ['int', 'int', 'int', 'int'],
  `select p.measure, p.as_of as day, p.value as total, p.qualifier, p.moved_on as "asOf", p.origin, p.complete from publication p
   where p.unit_id = k.p0 and p.campaign_id = k.p1 and p.phase_id is not distinct from k.p2 and p.indicator_id = k.p3 and p.ended_at is null
   order by p.as_of desc`,
);

/** How many units stand beneath one. */
export interface Census {
  readonly children: number;
  /** PROVINCIAL, UPPER_GRASSROOTS, GRASSROOTS, SUB_GRASSROOTS. */
  readonly levels: readonly number[];
}

export const CENSUS_COLUMNS = 'c.children, array[c.provincial, c.upper_grassroots, c.grassroots, c.sub_grassroots] as levels';

export const censusOn = keyedQuery<Census>(
  ['int', 'date'],
  `select ${CENSUS_COLUMNS}
   from census c where c.unit_id = k.p0 and c.starts <= k.p1 order by c.starts desc limit 1`,
);

/**
 * The active units beneath one, direct children or all of a level, that have no total in a series at the end of a day,
 * as far as they are in the caller's scope. `unit` null: none; `series` null: there is none yet; `knownAt`: which totals
 * were known then, of the units that stand there by what is known now.
 */
export function listMissing(
  reads: Reads, { unit, series, asOf, knownAt, level }: { unit: number | null; series: number | null; asOf: Day; knownAt: string | null; level: OrgLevel | null }, args: PageArgs,
): Promise<Page<OrgUnit>> {
  return listUnitsAmong(reads, args, (bind) => {
    const [above, day, of] = [bind(unit, 'int'), bind(asOf, 'date'), bind(series, 'int')];
    const beneath = level === null ? `placement p join org_unit u on u.id = p.unit_id where p.parent_id = ${above}` : `ancestry p join org_unit u on u.id = p.unit_id where p.ancestor_id = ${above} and u.level = ${bind(level, 'org_level')}`;
    const at = knownAt === null ? null : bind(knownAt, 'timestamptz');
    const totals = at === null ? 'balance' : `(select unit_id, series_id, date, total from balance where recorded_at <= ${at}
      union all select unit_id, series_id, date, total from balance_past where recorded_at <= ${at} and removed_at > ${at})`;
    return {
      // In order of code, so that a page looks at no more balances than it takes.
      source: `from (select u.* from ${beneath} and p.starts <= ${day} and p.ends > ${day} and u.valid_from <= ${day} and (u.closed_on is null or u.closed_on > ${day})
          and ${isWithin('u.path', 'scope')} order by u.code offset 0) u
        left join lateral (select b.total from ${totals} b where b.unit_id = u.id and b.series_id = ${of} and b.date <= ${day} order by b.date desc limit 1) b on true`,
      within: ['b.total is null'],
    };
  });
}

export interface NormTarget {
  readonly value: string;
  readonly qualifier: Qualifier;
  readonly asOf: Day;
}

/** Of (unit, campaign, phase, indicator, day): the latest norm × the latest count; no row where either is unknown. */
export const normTargetOn = keyedQuery<NormTarget>(
  ['int', 'int', 'int', 'int', 'date'],
  `select round(n.value * m.value, 4) as value, n.qualifier, greatest(n.decided_on, m.as_of) as "asOf"
   from (
     select n.value, n.per, n.qualifier, n.decided_on from norm n
     where n.unit_id = k.p0 and n.campaign_id = k.p1 and n.phase_id is not distinct from k.p2 and n.indicator_id = k.p3
       and n.decided_on <= k.p4 and not n.withdrawn
     order by n.decided_on desc limit 1
   ) n
   cross join lateral (
     select m.value, m.as_of from member_count m
     where m.unit_id = k.p0 and m."of" = (case n.per when 'MEMBER' then 'MEMBERS' else 'UNIONS' end)::counted and m.as_of <= k.p4 and m.ended_at is null
     order by m.as_of desc limit 1
   ) m`,
);
