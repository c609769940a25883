/** From records of the exchange format to what the replay takes: final structure, and net figures by series. */
import {
  dayOf,
  type Day,
  type Level,
  type Qualifier,
  type ReplayFigure,
  type ReplayPlacement,
  type ReplayUnit,
} from '../../src/ledger/replay.ts';

export type ExchangeRecord = { type: string } & Record<string, unknown>;
export type Measure = 'RESULT' | 'ASSIGNED' | 'REGISTERED' | 'SELF_SET';

export interface NetSeries {
  campaign: string;
  phase: string | null;
  indicator: string;
  measure: Measure;
  /** False for a RATIO or NONE indicator. */
  flows: boolean;
  figures: ReplayFigure[];
}
export interface NetHistory {
  units: ReplayUnit[];
  placements: ReplayPlacement[];
  series: NetSeries[];
}

/** Exact: no more than four decimals, as the format has it. */
export function scaled(value: number): bigint {
  const [whole, decimals = ''] = String(value).split('.');
  return BigInt(whole + decimals.padEnd(4, '0'));
}

const text = (value: unknown) => value as string;

/** A figure's series and its key therein; a withdrawal names them as the figure does. */
export function figureKey(record: ExchangeRecord) {
  const measure = (record.basis ?? 'RESULT') as Measure;
  const series = JSON.stringify([record.campaign, record.phase ?? null, record.indicator, measure]);
  const date = text(record.asOf ?? record.decidedOn);
  const key = JSON.stringify([series, record.unit, record.coverage ?? 'SUBTREE', date]);
  return { measure, series, date, key };
}

/** The net of records in order of arrival: of several with one key the last counts, and a withdrawal leaves none. */
export function net(records: readonly ExchangeRecord[]): NetHistory {
  const units = new Map<string, ReplayUnit>();
  const parents = new Map<string, { parent: string; from: Day }[]>();
  const flows = new Map<string, boolean>();
  const figures = new Map<string, ExchangeRecord>();
  const place = (unit: unknown, parent: unknown, from: Day) =>
    parents.set(text(unit), [...(parents.get(text(unit)) ?? []), { parent: text(parent), from }]);

  for (const record of records) {
    if (record.type === 'orgUnit') {
      const validFrom = dayOf(text(record.validFrom));
      const id = text(record.code);
      units.set(id, { id, level: record.level as Level, validFrom, closedOn: null });
      if (record.parent) place(id, record.parent, validFrom);
    }
    if (record.type === 'placement') place(record.unit, record.parent, dayOf(text(record.from)));
    if (record.type === 'closure' && record.successor) place(record.unit, record.successor, dayOf(text(record.on)));
    if (record.type === 'indicator') flows.set(text(record.code), record.aggregation === 'SUM');
    if (record.type === 'result' || record.type === 'target') figures.set(figureKey(record).key, record);
    if (record.type === 'withdrawal') figures.delete(figureKey(record).key);
  }
  for (const record of records)
    if (record.type === 'closure') units.get(text(record.unit))!.closedOn = dayOf(text(record.on));

  const series = new Map<string, NetSeries>();
  for (const record of figures.values()) {
    const { measure, series: name, date } = figureKey(record);
    if (!series.has(name))
      series.set(name, {
        campaign: text(record.campaign),
        phase: (record.phase as string | undefined) ?? null,
        indicator: text(record.indicator),
        measure,
        flows: flows.get(text(record.indicator)) ?? true,
        figures: [],
      });
    series.get(name)!.figures.push({
      unit: text(record.unit),
      coverage: (record.coverage ?? 'SUBTREE') as 'OWN' | 'SUBTREE',
      date: dayOf(date),
      value: scaled(record.value as number),
      qualifier: (record.qualifier ?? 'EXACT') as Qualifier,
    });
  }
  const placements = [...parents].flatMap(([unit, list]) => {
    list.sort((a, b) => a.from - b.from);
    return list.map(({ parent, from }, i) => ({ unit, parent, from, to: list[i + 1]?.from ?? null }));
  });
  return { units: [...units.values()], placements, series: [...series.values()] };
}
