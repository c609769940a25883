import type { OrgLevel } from '../org-units/org-unit.type.js';
import type { TargetBasis } from '../ledger/progress.type.js';
import { Page, parsePage, type Order, type PageArgs, type PageRequest } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { nestedPage } from '../shared/database/listing.js';
import { AskedTooLate, keyedQuery, type KeyedQuery, type Reads } from '../shared/database/reads.js';
import type { RankBy, RankingEntry } from './ranking.type.js';

/** Units that are ranked, and by what: all that ranking_places() is asked. */
export interface RankedGroup {
  /** Beneath whom they stand; null: wherever. */
  readonly top: number | null;
  /** Of these one, or none: those directly beneath. */
  readonly level: OrgLevel | null;
  readonly cluster: number | null;
  readonly region: number | null;
  /** All of them, as far as the campaign publishes its ranks; else those in the caller's scope. */
  readonly whole: boolean;
  readonly campaign: number;
  readonly phase: number | null;
  readonly indicator: number;
  readonly by: RankBy;
  readonly basis: TargetBasis;
  readonly asOf: Day;
  readonly since: Day | null;
}

const TYPES = ['int', 'org_level', 'int', 'int', 'boolean', 'int', 'int', 'int', 'rank_measure', 'text', 'date', 'date'];
const valuesOf = (of: RankedGroup): unknown[] => [of.top, of.level, of.cluster, of.region, of.whole, of.campaign, of.phase, of.indicator, of.by, of.basis, of.asOf, of.since];
const placesOf = (values: readonly string[]): string => `ranking_places(${values.join(', ')}) r`;

/** How a group stands, and the places of some of its units. */
export interface Standing {
  readonly size: number;
  readonly ranked: number;
  /** By key, of those of the units asked for that are in the group and in the caller's scope. */
  readonly places: Readonly<Record<number, UnitPlace>>;
}
/** Nulls: it is unranked. */
export interface UnitPlace {
  readonly place: number | null;
  readonly tied: boolean | null;
  readonly value: string | null;
  readonly complete: boolean | null;
}

const standing: KeyedQuery<Standing> = keyedQuery(
  [...TYPES, 'text'],
  `select count(*)::int as size, count(r.place)::int as ranked, coalesce(json_object_agg(r.unit, json_build_object('place', r.place, 'tied', r.tied, 'value', r.value::text, 'complete', r.complete))
     filter (where r.unit = any (k.p${TYPES.length}::int[])), '{}') as places
   from ${placesOf(TYPES.map((_, i) => `k.p${i}`))}`,
);

export async function standingOf(reads: Reads, group: RankedGroup, units: readonly number[]): Promise<Standing> {
  return (await reads.row(standing, [...valuesOf(group), `{${units.join()}}`]))!;
}

/** Where several share a place their order is that of their codes, which not everybody sees. */
const byPlace: Order<RankingEntry> = { name: 'ranking.place', keys: [{ sql: `lpad(r.nth::text, 10, '0')`, type: 'text', of: ({ nth }) => String(nth).padStart(10, '0') }] };

export function listPlaces(reads: Reads, group: RankedGroup, args: PageArgs): Promise<Page<RankingEntry>> {
  return nestedPage(reads, args, (bind) => ({
    columns: 'r.nth, r.unit as "unitKey", r.place, r.tied, r.name, r.value, r.complete',
    source: `from ${placesOf(valuesOf(group).map((value, i) => bind(value, TYPES[i]!)))}`,
    within: ['r.place is not null'],
    where: [],
    order: byPlace,
  }));
}

/** Which page of places is asked for; throws BAD_USER_INPUT. */
export function placesRequest(reads: Reads, args: PageArgs): PageRequest {
  return parsePage(args, byPlace, reads.ids);
}

/** A page of places that were read elsewhere, and cannot be counted. */
export function placesPage(reads: Reads, entries: readonly RankingEntry[], request: PageRequest): Page<RankingEntry> {
  return new Page(entries, request, byPlace, reads.ids, () => Promise.reject(new AskedTooLate()));
}

/** Where a unit in scope stands on a day: whom it is directly beneath, and whose tree it is in. */
export const placeOn = keyedQuery<{ readonly parent: number | null; readonly root: number | null }>(
  ['int', 'date'],
  `select (select p.parent_id from placement p where p.unit_id = k.p0 and p.starts <= k.p1 and p.ends > k.p1) as parent,
     (select u.id from ancestry a join org_unit u on u.id = a.ancestor_id where a.unit_id = k.p0 and a.starts <= k.p1 and a.ends > k.p1 and u.level = 'NATIONAL' order by u.tier desc limit 1) as root`,
);

/** Of (unit, year, code or null): the first cluster in which it competes. */
export const clusterOf = keyedQuery<{ readonly key: number }>(
  ['int', 'int', 'text'],
  `select c.id as key from emulation_cluster_member m join emulation_cluster c on c.id = m.cluster_id
   where m.unit_id = k.p0 and c.year = k.p1 and (k.p2 is null or c.code = k.p2) order by c.code limit 1`,
);
/** Of (unit, code or null): the first region to which it belongs. */
export const regionOf = keyedQuery<{ readonly key: number }>(
  ['int', 'text'],
  `select r.id as key from region_member m join region r on r.id = m.region_id where m.unit_id = k.p0 and (k.p1 is null or r.code = k.p1) order by r.code limit 1`,
);
