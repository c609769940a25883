import type { Asked } from '../shared/database/pipeline.js';
import type { Reach } from '../access/reach.service.js';
import type { OrgUnit, Qualifier } from '../org-units/org-unit.type.js';
import type { Day } from '../shared/dates.js';
import type { ReadUnit } from '../ledger/progress.ahead.js';
import type { Balance, Census } from '../ledger/progress.query.js';
import type { TotalOrigin } from '../ledger/progress.type.js';
import type { RankedGroup } from './ranking.query.js';
import type { RankingEntry } from './ranking.type.js';
import type { Detail } from './unit-page.plan.js';

/** What of the ledger is asked of each unit. */
export interface AskedReadings {
  /** Series, each with the day on which its balance is asked for. */
  readonly series: readonly number[];
  readonly days: readonly Day[];
  readonly census: readonly Day[];
}

export interface AskedPage {
  readonly code: string;
  readonly briefly: boolean;
  readonly detail: Detail;
  readonly unit: AskedReadings;
  /** Null: no other units are asked for. */
  readonly others: (AskedReadings & {
    /** How they are ranked, of those beneath the unit; null: they are its children on a day, by code. */
    readonly ranked: Omit<RankedGroup, 'top'> | null;
    readonly day: Day;
    readonly page: number;
    /** Code, or number in the order of the ranking, after which the page begins. */
    readonly beyond: string | null;
  }) | null;
}

export interface ReadPage extends ReadUnit {
  /** Where they are ranked, each with its place. */
  readonly others: readonly (ReadUnit & { readonly entry: RankingEntry | null })[];
  /** At which all of it was read, as the database names it. */
  readonly moment: string | null;
}

const TEXT = `select unit_page(${Array.from({ length: 22 }, (_, i) => `$${i + 1}`).join(', ')}) as page`;
const NOTHING: AskedReadings = { series: [], days: [], census: [] };
const NOT_RANKED = { level: null, campaign: null, phase: null, indicator: null, by: null, basis: null, asOf: null, since: null } as const;

/** Null where there is no such unit in scope, where not all of its children are, and where the version of the reach has passed. */
export async function readPage(pipeline: Asked, reach: Reach, version: string, { code, briefly, detail, unit, others }: AskedPage, sent: (statement: { text: string; values: unknown[] }) => void): Promise<ReadPage | null> {
  const { day, page: size, beyond, ranked, ...readings } = others ?? { ...NOTHING, day: null, page: null, beyond: null, ranked: null };
  const { level, campaign, phase, indicator, by, basis, since } = ranked ?? NOT_RANKED;
  const values = [
    reach.scope, version, code, briefly, detail, ...arrays(unit), day, size, beyond, ...arrays(readings), ranked !== null, level, campaign, phase, indicator, by, basis, since,
  ];
  sent({ text: TEXT, values });
  const [row] = await pipeline.query<{ page: PageRow | null }>('unit_page', TEXT, values);
  const page = row!.page;
  if (page === null) return null;
  const [units, columns, moment] = page;
  const found = readOthers(columns);
  return found && { ...readUnits(units)[0]!, others: found, moment };
}

const arrays = ({ series, days, census }: AskedReadings): string[] => [series, days, census].map(array);

/** As PostgreSQL writes an array of what needs no quotes. */
const array = (values: readonly (number | string)[]): string => `{${values.join()}}`;

/** Columns have one entry for each unit. */
type UnitColumns = readonly [keys: readonly number[], codes: readonly string[], names: readonly string[], rests: readonly UnitRest[] | null, balances: readonly (string | null)[], censuses: readonly (string | null)[]];
type UnitRest = readonly [nameEn: string | null, aliases: string[], level: OrgUnit['level'], kind: OrgUnit['kind'], sector: OrgUnit['sector'], ownership: OrgUnit['ownership'], validFrom: Day, closedOn: Day | null, successorKey: number | null, source: string | null, note: string | null];
type RankColumns = readonly [nth: readonly number[], places: readonly number[], tied: readonly boolean[], values: readonly string[], complete: readonly boolean[]];
type Nullable<Columns extends readonly unknown[]> = { [Nth in keyof Columns]: Columns[Nth] | null };
/** Where there are no others, all columns are null. */
type OtherColumns = readonly [...Nullable<UnitColumns>, inScope: readonly boolean[] | null, ...ranks: Nullable<RankColumns> | []];
type PageRow = readonly [units: UnitColumns, others: OtherColumns | null, moment: string | null];

/** Null where not all of them are in scope. */
function readOthers(columns: OtherColumns | null): ReadPage['others'] | null {
  if (columns === null || columns[0] === null) return [];
  const [keys, codes, names, rests, balances, censuses, inScope, nth, places, tied, values, complete] = columns;
  if (inScope?.every((is) => is) === false) return null;
  const found = readUnits([keys, codes!, names!, rests, balances!, censuses!]);
  return found.map((other, i) => {
    if (nth == null) return { ...other, entry: null };
    const { key, name } = other.unit;
    return { ...other, entry: { nth: nth[i]!, unitKey: key, place: places![i]!, tied: tied![i]!, name, value: values![i]!, complete: complete![i]! } };
  });
}

function readUnits([keys, codes, names, rests, balances, censuses]: UnitColumns): ReadUnit[] {
  return keys.map((key, i) => ({
    unit: unitOf(key, codes[i]!, names[i]!, rests?.[i] ?? NO_REST), balances: partsOf(balances[i]!, balanceOf), censuses: partsOf(censuses[i]!, censusOf),
  }));
}

/** Of a unit that is read briefly nobody asks for the rest. */
const NO_REST = [] as unknown as UnitRest;

function unitOf(key: number, code: string, name: string, [nameEn, aliases, level, kind, sector, ownership, validFrom, closedOn, successorKey, source, note]: UnitRest): OrgUnit {
  return { key, code, name, nameEn, aliases, level, kind, sector, ownership, validFrom, closedOn, successorKey, inScope: true, source, note };
}

/** Null where a part is empty. */
function partsOf<Part>(text: string | null, read: (part: string) => Part): (Part | null)[] {
  return text === null ? [] : text.split(';').map((part) => (part === '' ? null : read(part)));
}

function balanceOf(text: string): Balance {
  const [brief, qualifier, asOf, origin, membersTotal, detail, unexplained, subtreeOn, ...levels] = text.split('/') as [string, ...(string | undefined)[]];
  const complete = brief.includes('t');
  const mark = brief.indexOf(complete ? 't' : 'f');
  return {
    total: mark === 0 ? null : brief.slice(0, mark), complete, reportedChildren: Number(brief.slice(mark + 1)),
    qualifier: (qualifier || null) as Qualifier | null, asOf: asOf || null, origin: (origin || null) as TotalOrigin | null,
    membersTotal: membersTotal ?? '0', detail: detail || null, unexplained: unexplained || null, subtreeOn: subtreeOn || null, reportedLevels: levels.map(Number),
  };
}

function censusOf(text: string): Census {
  const [children, ...levels] = text.split('/').map(Number) as [number, ...number[]];
  return { children, levels };
}
