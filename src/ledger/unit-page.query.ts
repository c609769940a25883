import type { Pipeline } from '../shared/database/pipeline.js';
import type { Reach } from '../access/reach.service.js';
import type { OrgUnit, Qualifier } from '../org-units/org-unit.type.js';
import type { Day } from '../shared/dates.js';
import type { Balance, Census } from './progress.query.js';
import type { TotalOrigin } from './progress.type.js';
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
  /** Null: no children are asked for. */
  readonly children: (AskedReadings & { readonly day: Day; readonly page: number; readonly beyond: string | null }) | null;
}

/** A unit, and the readings that were asked for, in their order. */
export interface ReadUnit {
  readonly unit: OrgUnit;
  readonly balances: readonly (Balance | null)[];
  readonly censuses: readonly (Census | null)[];
}

export interface ReadPage extends ReadUnit {
  readonly children: readonly ReadUnit[];
  /** At which all of it was read, as the database names it. */
  readonly moment: string | null;
}

const TEXT = 'select unit_page($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) as page';
const NOTHING: AskedReadings = { series: [], days: [], census: [] };

/** Null where there is no such unit in scope, where not all of its children are, and where the version of the reach has passed. */
export async function readPage(pipeline: Pipeline, reach: Reach, version: string, { code, briefly, detail, unit, children }: AskedPage, sent: (statement: { text: string; values: unknown[] }) => void): Promise<ReadPage | null> {
  const beneath = children ?? { ...NOTHING, day: null, page: null, beyond: null };
  const values = [reach.scope, version, code, briefly, detail, array(unit.series), array(unit.days), array(unit.census), beneath.day, beneath.page, beneath.beyond, array(beneath.series), array(beneath.days), array(beneath.census)];
  sent({ text: TEXT, values });
  const [row] = await pipeline.query<{ page: PageRow | null }>('unit_page', TEXT, values);
  const page = row!.page;
  if (page === null) return null;
  const found = page[1] ?? [];
  if (!found.every(([, , , inScope]) => inScope)) return null;
  return { ...readUnit(page[0]), children: found.map(readUnit), moment: page[2] };
}

/** As PostgreSQL writes an array of what needs no quotes. */
const array = (values: readonly (number | string)[]): string => `{${values.join()}}`;

type UnitColumns = readonly [key: number, code: string, name: string, nameEn: string | null, aliases: string[], level: OrgUnit['level'], kind: OrgUnit['kind'], sector: OrgUnit['sector'], ownership: OrgUnit['ownership'], validFrom: Day, closedOn: Day | null, successorKey: number | null, source: string | null, note: string | null];
type UnitRow = readonly [unit: UnitColumns, balances: string | null, censuses: string | null, inScope?: boolean];
type PageRow = readonly [unit: UnitRow, children: readonly UnitRow[] | null, moment: string | null];

function readUnit([unit, balances, censuses]: UnitRow): ReadUnit {
  return { unit: unitOf(unit), balances: partsOf(balances, balanceOf), censuses: partsOf(censuses, censusOf) };
}

function unitOf([key, code, name, nameEn, aliases, level, kind, sector, ownership, validFrom, closedOn, successorKey, source, note]: UnitColumns): OrgUnit {
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
