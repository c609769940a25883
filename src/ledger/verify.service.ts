import type pg from 'pg';
import { dayOf, isoOf, ReplayTree, replaySeries, type BalanceState, type Day, type SeriesReplay } from './replay.js';
import type { Moment } from './progress.known.query.js';
import * as known from './verify.known.query.js';
import { comparePartSums, type UnitChanges } from './verify.parts.js';
import * as query from './verify.query.js';

/** One thing that is kept otherwise than the figures say. */
export interface Difference {
  unit: string;
  /**
   * Codes of campaign, phase and indicator, and the measure; `census` for the numbers of units expected, `units` for those by attribute,
   * `path` for where the unit stands, `structure` for what was recorded of it. Then the moment, of what was known at one.
   */
  series: string;
  date: string;
  field: string;
  kept: string;
  replayed: string;
}

export interface Verdict {
  units: number;
  series: number;
  figures: number;
  balances: number;
  /** At how many past moments what was known was looked at. */
  moments: number;
  /** The first differences, at most as many as were asked for. */
  differences: Difference[];
  /** How many there are. */
  differenceCount: number;
}

export interface VerifyOptions {
  /** How many differences to describe. */
  limit?: number;
  /** At how many past moments to look, evenly among those at which anything changed. */
  moments?: number;
  /** Called after each series. */
  progress?: (done: number, of: number, label: string) => void;
}

/** What is compared: the state of the replay, and when the row ends. */
type State = Omit<BalanceState, 'unallocated'>;
interface Step {
  date: Day;
  state: State;
}
const FIELDS = [
  'total', 'membersTotal', 'origin', 'complete', 'qualifier', 'asOf', 'detail', 'unexplained', 'subtreeOn', 'reportedChildren', 'reportedByLevel',
] as const satisfies readonly (keyof State)[];

const NOTHING: State = {
  total: null, membersTotal: 0n, origin: null, complete: false, qualifier: null, asOf: null, detail: null, unexplained: null,
  subtreeOn: null, reportedChildren: 0, reportedByLevel: [0, 0, 0, 0, 0],
};

/**
 * Replays every series from its figures and compares every balance kept, and every number of expected units,
 * with what the definitions say, and so the sums by attribute; looks whether each unit's path is its place, and each publication the sum it was made of. Reads one snapshot; changes nothing.
 */
export async function verify(pool: pg.Pool, { limit = 20, moments = 3, progress }: VerifyOptions = {}): Promise<Verdict> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    return await compareAll(client, limit, moments, progress);
  } finally {
    await client.query('rollback').catch(() => {});
    client.release();
  }
}

async function compareAll(client: pg.PoolClient, limit: number, moments: number, progress: VerifyOptions['progress']): Promise<Verdict> {
  const units = await query.readUnits(client);
  const codes = new Map(units.map(({ id, code }) => [id, code]));
  const tree = new ReplayTree(
    units.map((unit) => ({ id: unit.id, level: unit.level, validFrom: dayOf(unit.valid_from), closedOn: maybeDay(unit.closed_on) })),
    (await query.readPlacements(client)).map((p) => ({ unit: p.unit_id, parent: p.parent_id, from: dayOf(p.starts), to: maybeDay(p.ends) })),
  );
  const verdict: Verdict = { units: units.length, series: 0, figures: 0, balances: 0, moments: 0, differences: [], differenceCount: 0 };
  const report: Report = (unit, series: string, date, field, kept, replayed) => {
    verdict.differenceCount++;
    if (verdict.differences.length < limit) {
      verdict.differences.push({ unit: unit === null ? '' : (codes.get(unit) ?? `#${unit}`), series, date, field, kept: show(kept), replayed: show(replayed) });
    }
  };

  compareCensus(tree, units.map(({ id }) => id), await query.readCensus(client), report);
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const compareParts = async (series: number, label: string, changes: readonly UnitChanges[]): Promise<void> =>
    comparePartSums(tree, byId, changes, await query.readPartSums(client, series), (unit, ...rest) => report(unit, label, ...rest));
  await compareParts(0, 'units', units.map(({ id, valid_from, closed_on }) => ({
    unit: id, changes: [{ date: dayOf(valid_from), own: { value: 0n, qualifier: 'EXACT' } }, ...(closed_on === null ? [] : [{ date: dayOf(closed_on), own: null }])],
  })));
  for (const row of await query.readWrongPaths(client)) report(row.unit_id, 'path', row.day, 'path', row.kept, row.expected);
  for (const row of await query.readWrongPublications(client)) report(row.unit_id, row.label, row.as_of, row.field, row.kept, row.expected);

  for (const row of await known.readWrongRecords(client)) report(row.unit_id, row.label, row.day, row.field, row.kept, row.expected);

  const allSeries = await query.readSeries(client);
  for (const series of allSeries) {
    const figures = await query.readFigures(client, series.id);
    const rows = await query.readBalances(client, series.id);
    checkChains(series.label, rows, report);
    const replay = compareSeries(tree, series, figures, rows, report);
    const changes = (replay.units() as number[]).map((unit) => ({ unit, changes: replay.ownChanges(unit) }));
    if (series.flows) compareOwn(series.label, rows, changes, report);
    await compareParts(series.id, series.label, changes);
    verdict.balances += rows.length;
    verdict.series++;
    verdict.figures += figures.length;
    progress?.(verdict.series, allSeries.length, series.label);
  }

  for (const moment of spread(await known.readMoments(client), moments)) {
    await compareKnown(client, moment, tree, report);
    verdict.moments++;
    progress?.(verdict.moments, moments, `as known at ${moment}`);
  }
  return verdict;
}

/** So many of a list, evenly, the first and the last among them. */
function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / Math.max(1, most - 1))]!);
}

/** Rebuilds the tree and the figures as they were stated at a moment, replays them, and compares with what was kept then. */
async function compareKnown(client: pg.PoolClient, moment: Moment, treeNow: ReplayTree, toAll: Report): Promise<void> {
  const report: Report = (unit, series, ...rest) => toAll(unit, `${series} as known at ${moment}`, ...rest);
  let tree = treeNow;
  // What is otherwise neither stated nor kept than it is now has been compared.
  let concerned: (series: number) => boolean = () => true;
  if (await known.readTreeChanged(client, moment)) {
    const stated = Map.groupBy(await known.readStatements(client, moment), (row) => row.unit_id);
    try {
      tree = treeOf(stated);
    } catch (error) {
      report(null, 'structure', moment, 'tree', null, error instanceof Error ? error.message : String(error));
      return;
    }
  } else {
    const changed = await known.readSeriesChanged(client, moment);
    concerned = (series) => changed.has(series);
  }
  compareCensus(tree, tree.ids as number[], await known.readCensusKnown(client, moment), report);
  for (const series of await known.readSeriesKnown(client, moment)) {
    if (!concerned(series.id)) continue;
    const figures = await known.readFiguresKnown(client, series.id, moment);
    compareSeries(tree, series, figures, await known.readBalancesKnown(client, series.id, moment), report);
  }
}

/** From what was stated of each unit, in order of date. */
function treeOf(stated: ReadonlyMap<number, readonly known.StatementRow[]>): ReplayTree {
  const units = [...stated].map(([id, rows]) => {
    const [founding, closure] = (['FOUNDING', 'CLOSURE'] as const).map((kind) => rows.find((row) => row.kind === kind));
    if (founding === undefined) throw new Error(`unit ${rows[0]!.code} is not founded`);
    return { id, level: founding.level, validFrom: dayOf(founding.starts), closedOn: closure === undefined ? null : dayOf(closure.starts) };
  });
  const placements = [...stated].flatMap(([unit, rows]) => {
    const placed = rows.filter((row) => row.parent_id !== null);
    return placed.map((row, i) => ({ unit, parent: row.parent_id!, from: dayOf(row.starts), to: maybeDay(placed[i + 1]?.starts ?? null) }));
  });
  return new ReplayTree(units, placements);
}

function compareSeries(tree: ReplayTree, series: query.SeriesRow, figures: query.FigureRow[], balances: query.BalanceRow[], report: Report): SeriesReplay {
  const replay = replaySeries(
    tree,
    figures.map((f) => ({ unit: f.unit_id, coverage: f.coverage, date: dayOf(f.date), value: scaled(f.value), qualifier: f.qualifier })),
    { flows: series.flows },
  );
  const kept = Map.groupBy(balances, (row) => row.unit_id);
  for (const unit of new Set<number>([...(replay.units() as number[]), ...kept.keys()]))
    compareSteps(unit, series.label, (kept.get(unit) ?? []).map(stepOf), replay.changes(unit), report);
  return replay;
}

/** What each unit did itself, as the balances have it. */
function compareOwn(series: string, balances: readonly (query.BalanceRow & query.OwnRow)[], changes: readonly UnitChanges[], report: Report): void {
  const kept = Map.groupBy(balances, (row) => row.unit_id);
  const replayed = new Map(changes.map((one) => [one.unit, one.changes]));
  const said = (value: bigint, qualifier: query.FigureRow['qualifier'] | null): string => `${value} ${qualifier}`;
  for (const unit of new Set([...kept.keys(), ...replayed.keys()])) {
    const ours = new Map((kept.get(unit) ?? []).map((row) => [dayOf(row.date), row.own === null ? '' : said(scaled(row.own), row.own_qualifier)]));
    const theirs = new Map((replayed.get(unit) ?? []).map(({ date, own }) => [date, own === null ? '' : said(own.value, own.qualifier)]));
    let [held, due] = ['', ''];
    for (const day of [...new Set([...ours.keys(), ...theirs.keys()])].sort((a, b) => a - b)) {
      [held, due] = [ours.get(day) ?? held, theirs.get(day) ?? due];
      if (held !== due) report(unit, series, isoOf(day), 'own (in ten-thousandths)', held || null, due || null);
    }
  }
}

type Report = (unit: number | null, series: string, date: string, field: string, kept: unknown, replayed: unknown) => void;

function compareCensus(tree: ReplayTree, units: readonly number[], rows: query.CensusRow[], report: Report): void {
  const kept = Map.groupBy(rows, (row) => row.unit_id);
  for (const id of units) {
    const own = new Map((kept.get(id) ?? []).map((row) => [dayOf(row.starts), show([row.children, ...row.by_level.slice(1)])]));
    const replayed = new Map(tree.expectedChanges(id).map((change) => [change.date, show([change.children, ...change.byLevel.slice(1)])]));
    for (const date of new Set([...own.keys(), ...replayed.keys()])) {
      if (own.get(date) !== replayed.get(date)) report(id, 'census', isoOf(date), 'expected', own.get(date) ?? null, replayed.get(date) ?? null);
    }
  }
}

/** Each row must hold until the next one begins, the last for ever. */
function checkChains(series: string, rows: query.BalanceRow[], report: Report): void {
  rows.forEach((row, i) => {
    const following = rows[i + 1];
    const next = following?.unit_id === row.unit_id ? following.date : null;
    if (row.until !== next) report(row.unit_id, series, row.date, 'until', row.until, next);
  });
}

function compareSteps(unit: number, series: string, kept: Step[], replayed: Step[], report: Report): void {
  const days = [...new Set([...kept, ...replayed].map((step) => step.date))].sort((a, b) => a - b);
  let [k, r] = [0, 0];
  let [ours, theirs] = [NOTHING, NOTHING];
  for (const day of days) {
    while (kept[k]?.date === day) ours = kept[k++]!.state;
    while (replayed[r]?.date === day) theirs = replayed[r++]!.state;
    for (const field of FIELDS) {
      if (!same(ours[field], theirs[field])) report(unit, series, isoOf(day), field, display(field, ours), display(field, theirs));
    }
  }
}

const stepOf = (row: query.BalanceRow): Step => ({
  date: dayOf(row.date),
  state: {
    total: maybeScaled(row.total),
    membersTotal: scaled(row.members_total),
    origin: row.origin,
    complete: row.complete,
    qualifier: row.qualifier,
    asOf: maybeDay(row.as_of),
    detail: maybeScaled(row.detail),
    unexplained: maybeScaled(row.unexplained),
    subtreeOn: maybeDay(row.subtree_on),
    reportedChildren: row.reported_children,
    reportedByLevel: row.reported_by_level,
  },
});

const same = (a: unknown, b: unknown): boolean => a === b || (Array.isArray(a) && Array.isArray(b) && a.every((n, i) => n === b[i]));

const maybeDay = (iso: string | null): Day | null => (iso === null ? null : dayOf(iso));

/** A numeric(…, 4) as the whole number of ten-thousandths. */
const scaled = (text: string): bigint => BigInt(text.replace('.', ''));
const maybeScaled = (text: string | null): bigint | null => (text === null ? null : scaled(text));

function display(field: keyof State, state: State): unknown {
  const value = state[field];
  return (field === 'asOf' || field === 'subtreeOn') && typeof value === 'number' ? isoOf(value) : value;
}

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'bigint') return String(Number(value) / 10_000);
  return Array.isArray(value) ? value.join('/') : String(value);
}
