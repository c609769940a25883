import { isWithin } from '../access/row-scope.js';
import type { Measure } from '../ledger/progress.query.js';
import type { Progress } from '../ledger/progress.type.js';
import type { Qualifier } from '../org-units/org-unit.type.js';
import { keyedQuery, keyedQueryOfAll, type KeyedQuery, type Reads } from '../shared/database/reads.js';
import type { BreakdownBy } from './breakdown.type.js';

/** A part as the database adds it up: of units in the caller's scope alone. */
export interface PartRow {
  /** What comes before the key in the order of parts. */
  readonly rank: string;
  readonly key: string | null;
  readonly name: string | null;
  /** The unit, phase or cluster. */
  readonly ref: number | null;
  readonly value: string | null;
  readonly qualifier: Qualifier | null;
  readonly units: number;
  readonly counted: number;
}

/** What is asked of the ledger as it is, and as it was known at a moment: (k.p0: unit, k.p1: series or measure, k.p2: day, k.p3: moment). */
interface Time {
  readonly types: readonly string[];
  /** Of the units directly beneath on the day: `unit_id`. */
  readonly members: string;
  /** Whether `org_unit o` is active on the day. */
  readonly active: string;
  /** `total` and `qualifier` of a unit in a series on the day. */
  readonly total: (unit: string, series: string) => string;
}

const of = (unit: string, series: string, table: string) => `select b.date, b.total, b.qualifier from ${table} b where b.unit_id = ${unit} and b.series_id = ${series} and b.date <= k.p2`;

const NOW: Time = {
  types: ['int', 'int', 'date'],
  members: 'select p.unit_id from placement p where p.parent_id = k.p0 and p.starts <= k.p2 and p.ends > k.p2',
  active: 'o.valid_from <= k.p2 and (o.closed_on is null or o.closed_on > k.p2)',
  total: (unit, series) => `${of(unit, series, 'balance')} order by b.date desc limit 1`,
};

const stated = (kind: string) => `exists (select from structure_record r
  where r.unit_id = o.id and r.kind = '${kind}' and r.starts <= k.p2 and r.recorded_at <= k.p3 and (r.ended_at is null or r.ended_at > k.p3))`;

const KNOWN: Time = {
  types: [...NOW.types, 'timestamptz'],
  members: 'select b.unit_id from structure_beneath(k.p0, k.p2, k.p3, true) b',
  active: `${stated('FOUNDING')} and not ${stated('CLOSURE')}`,
  total: (unit, series) => `select * from (
      (${of(unit, series, 'balance')} and b.recorded_at <= k.p3 order by b.date desc limit 1) union all
      (${of(unit, series, 'balance_past')} and b.recorded_at <= k.p3 and b.removed_at > k.p3 order by b.date desc limit 1)
    ) b order by b.date desc limit 1`,
};

/** The members of the day that are active or have a total: a closed one keeps what it had. */
const members = ({ members: those, active, total }: Time) => `select o.id, o.code, o.name, b.total, b.qualifier, o.active
  from (select o.id, o.code, o.name, ${active} as active from (${those}) m join org_unit o on o.id = m.unit_id and ${isWithin('o.path', 'scope')}) o
  left join lateral (${total('o.id', 'k.p1')}) b on true
  where o.active or b.total is not null`;

const byChild = (time: Time) => `select '' as rank, x.code as key, x.name, x.id as ref, x.total as value, x.qualifier, x.active::int as units, (x.total is not null)::int as counted
  from (${members(time)}) x order by x.code`;

/** A member of two clusters of one owner, kind and year counts in the first. */
const byCluster = (time: Time, kind: string) => `select case when c.id is null then '~' else '' end as rank, c.code as key, c.name, c.id as ref, sum(x.total) as value,
    case when max(x.qualifier) >= 'NEARLY' then 'ABOUT' when max(x.qualifier) >= 'MORE_THAN' then 'MORE_THAN' else max(x.qualifier) end as qualifier,
    count(*) filter (where x.active)::int as units, count(x.total)::int as counted
  from (${members(time)}) x
  left join lateral (
    select c.id, c.code, c.name from emulation_cluster_member m join emulation_cluster c on c.id = m.cluster_id
    where m.unit_id = x.id and c.owner_id = k.p0 and c.kind = '${kind}' and c.year = extract(year from k.p2) order by c.code limit 1
  ) c on true
  group by c.id, c.code, c.name order by c.code nulls last`;

/** In the order of the attribute's values. */
const partOf = (type: string) => `coalesce(to_char(array_position(enum_range(null::${type}), h.key::${type}), 'FM00'), '~') as rank, h.key, null as name, null::int as ref, h.value, h.qualifier, h.units, h.counted`;

/** The days of a unit and series at once. */
const byAttributeNow = (attribute: string, type: string) =>
  keyedQueryOfAll<PartRow>(NOW.types, `select s.ords[h.nth] as ord, ${partOf(type)}
   from (select p0, p1, array_agg(p2 order by ord) as days, array_agg(ord order by ord) as ords from k group by p0, p1) s
   cross join lateral breakdown_held(s.p0, s.p1, s.days, '${attribute}') h order by h.key::${type} nulls last`);

const byAttributeKnown = (attribute: string, type: string) =>
  keyedQuery<PartRow>(KNOWN.types, `select ${partOf(type)} from breakdown_held_known(k.p0, k.p1, k.p2, k.p3, '${attribute}') h order by h.key::${type} nulls last`);

/** Of (unit, its series of the whole campaign, day): what it has in the series of the phases. */
const byPhase = ({ total }: Time) => `select coalesce(p.starts_on::text, '~') as rank, p.code as key, p.name, p.id as ref, b.total as value, b.qualifier, 1 as units, (b.total is not null)::int as counted
  from campaign_phase p
  left join series s on s.campaign_id = p.campaign_id and s.phase_id = p.id and s.indicator_id = %indicator% and s.measure = %measure%
  left join lateral (${total('k.p0', 's.id')}) b on true
  where p.campaign_id = k.p1 order by p.starts_on nulls last, p.code`;

function queriesOf(time: Time): Readonly<Record<BreakdownBy, KeyedQuery<PartRow>>> {
  const [indicator, measure] = [time.types.length, time.types.length + 1].map((at) => `k.p${at}`);
  const phase = byPhase(time).replace('%indicator%', indicator!).replace('%measure%', measure!);
  const query = (body: string) => keyedQuery<PartRow>(time.types, body);
  const byAttribute = time === NOW ? byAttributeNow : byAttributeKnown;
  return {
    CHILD: query(byChild(time)),
    LEVEL: byAttribute('LEVEL', 'org_level'),
    SECTOR: byAttribute('SECTOR', 'sector'),
    OWNERSHIP: byAttribute('OWNERSHIP', 'ownership'),
    KIND: byAttribute('KIND', 'org_unit_kind'),
    PHASE: keyedQuery<PartRow>([...time.types, 'int', 'measure'], phase),
    CLUSTER: query(byCluster(time, 'CLUSTER')),
    BLOC: query(byCluster(time, 'BLOC')),
  };
}
const [now, known] = [queriesOf(NOW), queriesOf(KNOWN)];

export function partsOf(reads: Reads, { set, unit, asOf, knownAt }: Progress, by: BreakdownBy, measure: Measure): Promise<PartRow[]> {
  const series = set.series.find((one) => one.indicator === set.indicator.key && one.measure === measure);
  const times = knownAt === null ? [asOf] : [asOf, knownAt];
  const keys = by === 'PHASE' ? [unit.key, set.campaign.key, ...times, set.indicator.key, measure] : [unit.key, series?.key ?? null, ...times];
  return reads.rows((knownAt === null ? now : known)[by], keys);
}
