import { percent } from '../ledger/progress.rules.js';
import { BadUserInput } from '../shared/errors.js';
import { keyedValues } from '../shared/database/listing.js';
import type { Reads } from '../shared/database/reads.js';
import { conditions, ofUnits, unitsOf } from './award.query.js';
import { sumOf, type Counted } from './award-total.rules.js';
import type { AwardDimension, AwardTotal, AwardTotals } from './award.type.js';

type Dimensions = Pick<AwardTotal, 'form' | 'basis' | 'issuers' | 'issuerLevels' | 'titleLevel' | 'recipientKind' | 'campaignKey' | 'year'>;
interface Part {
  readonly name: keyof Dimensions;
  readonly sql: string;
  readonly type: string;
  /** What the groups are ordered by, where that is not what they are shown by. */
  readonly order?: string;
}

/** Of `award a` and its part `m`. */
const DIMENSIONS: Readonly<Record<AwardDimension, Part>> = {
  FORM: { name: 'form', sql: 'a.form', type: 'award_form' },
  BASIS: { name: 'basis', sql: 'a.basis', type: 'award_basis' },
  ISSUER: { name: 'issuers', sql: 'array(select i.name collate "C" from award_issuer i where i.award_id = a.id order by i.name collate "C")', type: 'text[]' },
  ISSUER_LEVEL: { name: 'issuerLevels', sql: 'array(select l.level::text from (select distinct i.level from award_issuer i where i.award_id = a.id and i.level is not null) l order by l.level)', type: 'text[]' },
  TITLE_LEVEL: { name: 'titleLevel', sql: 'a.title_level', type: 'org_level' },
  RECIPIENT_KIND: { name: 'recipientKind', sql: 'm.kind', type: 'recipient_kind' },
  CAMPAIGN: { name: 'campaignKey', sql: '(select c.id from campaign c where c.id = a.campaign_id)', type: 'int', order: '(select c.code from campaign c where c.id = "campaignKey")' },
  YEAR: { name: 'year', sql: 'extract(year from a.last_day)::int', type: 'int' },
};

/** At least and at most so many, by what is told of the award as a whole. */
const LEAST = `case when a.count is null or a.qualifier in ('NEARLY', 'ABOUT') then greatest(1, a.named) when a.qualifier = 'EXACT' then a.count
  when a.qualifier = 'MORE_THAN' then greatest(a.named::bigint, a.count::bigint + 1) else greatest(a.named, a.count) end::bigint`;
const MOST = `case when a.qualifier in ('EXACT', 'NEARLY') then a.count end::bigint`;

interface Row extends Dimensions {
  readonly id: number | null;
  readonly awards: number;
  readonly atLeast: string;
  readonly atMost: string | null;
  readonly known: number;
  readonly direct: number;
  readonly within: Counted['within'] | null;
  readonly holdsAll: boolean;
}

/** The awards of a unit, counted by what was asked for, or all together. */
export async function loadAwardTotals(reads: Reads, { unit, direction, where, beneath }: AwardTotals['of'], by: readonly AwardDimension[]): Promise<AwardTotal[]> {
  if (new Set(by).size < by.length) throw new BadUserInput('by', 'by takes each dimension once.');
  const { values, types, bind } = keyedValues();
  const of = bind(unit.key, 'int');
  const among = unitsOf(of, beneath);
  const held = [ofUnits(direction, of, beneath), ...conditions(where, bind)].join(' and ');
  const byKind = by.includes('RECIPIENT_KIND');
  const columns = Object.entries(DIMENSIONS).map(([dimension, { name, sql, type }]) => `${by.includes(dimension as AwardDimension) ? sql : `null::${type}`} as "${name}"`);
  const names = Object.values(DIMENSIONS).map(({ name }) => `"${name}"`);
  // Each table once: every further time, its policies would be planned anew. Of an award of other units, those of its
  // recipients alone count who are named and stand here.
  const kinds = `select c.kind, case when w.whole then greatest(coalesce(c.count, 0), c.named) else (select count(*) from here h where h.award_id = a.id and h.kind = c.kind) end::bigint as n from kinds c where c.award_id = a.id`;
  // All of it; or by kind: those who are told to be of it, and the rest.
  const parts = byKind
    ? `select kind, n as least, n as most, coalesce(b.most = t.n, false) as holds_all from (${kinds}) k1 where n > 0
       union all select null, greatest(b.least - t.n, 0), b.most - t.n, t.n = 0 and w.whole where b.most is null or b.most > t.n`
    : 'select null::recipient_kind as kind, b.least, b.most, w.whole as holds_all';
  const body = `
    with units as materialized (select x.id from org_unit x where ${among}),
    it as materialized (select a.* from award a where ${held}),
    here as materialized (
      select r.award_id, r.kind, r.direct_worker from award_recipient r join it a on a.id = r.award_id
      where ${direction === 'ISSUED' ? 'true' : '(a.unit_id in (select id from units) or r.unit_id in (select id from units))'}),
    ${byKind ? 'kinds as materialized (select c.* from award_kind c where c.award_id in (select id from it)),' : ''}
    up as materialized (select u.* from award_wholes(array(select a.id from it a where coalesce(a.included_in_id, a.maybe_included_in_id) is not null)) u),
    parts as (
      select ${columns.join(', ')}, a.id, m.least, m.most, m.holds_all, d.known, d.direct, l.linked,
        case when l.linked then (select json_agg(json_build_object('id', up.id, 'sure', up.sure) order by up.n) from up where up.part = a.id) end as within
      from it a
      cross join lateral (select ${direction === 'ISSUED' ? 'true' : 'a.unit_id in (select id from units)'} as whole) w
      cross join lateral (select count(*) as n from here h where h.award_id = a.id) g
      cross join lateral (select case when w.whole then ${LEAST} else g.n end as least, case when w.whole then ${MOST} else ${MOST} - a.named + g.n end as most) b
      cross join lateral (select coalesce(sum(n), 0)::bigint as n from (${byKind ? kinds : 'select 0 as n'}) k0) t
      cross join lateral (${parts}) m
      cross join lateral (select count(h.direct_worker) as known, count(*) filter (where h.direct_worker) as direct from here h where h.award_id = a.id and ${byKind ? `m.kind = 'INDIVIDUAL' and h.kind = 'INDIVIDUAL'` : 'true'}) d
      cross join lateral (select exists (select from up where up.part = a.id) or a.id in (select id from up) as linked) l
    )
    select ${names.join(', ')}, case when linked then id end as id, count(*)::int as awards, sum(least)::text as "atLeast", case when count(*) = count(most) then sum(most)::text end as "atMost",
      sum(known)::int as known, sum(direct)::int as direct, (array_agg(within))[1] as within, bool_and(holds_all) as "holdsAll"
    from parts group by ${names.join(', ')}, case when linked then id end
    order by ${[...by.map((dimension) => DIMENSIONS[dimension].order ?? `"${DIMENSIONS[dimension].name}"`), 'id'].join(', ')}`;
  const groups = new Map<string, Row[]>();
  for (const row of await reads.rows<Row>({ types, body }, values)) {
    const key = JSON.stringify(Object.values(DIMENSIONS).map(({ name }) => row[name]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map(totalOf);
}

/** Of no awards. */
export const noAwards = (): AwardTotal => totalOf([]);

function totalOf(rows: readonly Row[]): AwardTotal {
  const counted = rows.map(
    ({ id, atLeast, atMost, within, holdsAll }, i): Counted => ({ id: id ?? -1 - i, atLeast: Number(atLeast), atMost: atMost === null ? null : Number(atMost), within: within ?? [], holdsAll }),
  );
  const { atLeast, atMost } = sumOf(counted);
  const sum = (of: 'awards' | 'known' | 'direct') => rows.reduce((all, row) => all + row[of], 0);
  const { form = null, basis = null, issuers = null, issuerLevels = null, titleLevel = null, recipientKind = null, campaignKey = null, year = null } = rows[0] ?? {};
  const [known, direct] = [sum('known'), sum('direct')];
  return {
    form, basis, issuers, issuerLevels, titleLevel, recipientKind, campaignKey, year, awards: sum('awards'), count: atLeast === atMost ? atLeast : null, atLeast, atMost,
    directWorkers: { known, direct, share: percent(BigInt(direct), BigInt(known)) },
  };
}
