/**
 * What the parts of a total are, from figures and the totals of the replay: unit by unit, as docs/analytics.md says it.
 * Nothing of the server's statements is in it.
 */
import type { BalanceState, Day, Qualifier, ReplayFigure } from '../../src/ledger/replay.ts';

export interface Part {
  key: string | null;
  value: bigint | null;
  qualifier: Qualifier | null;
  units: number;
  counted: number;
}

/** One series, and the tree on its days; units by code. */
export interface BreakdownSource {
  state(unit: string, day: Day): BalanceState | null;
  figures: readonly ReplayFigure[];
  /** Who is placed directly under it, closed ones too. */
  members(unit: string, day: Day): string[];
  isActive(unit: string, day: Day): boolean;
  /** Whether the caller may read it today. */
  inScope(unit: string): boolean;
}

export interface Parts {
  total: bigint | null;
  parts: Part[];
  remainder: bigint | null;
}

interface Own {
  value: bigint;
  qualifier: Qualifier;
}

const RANK: Record<Qualifier, number> = { EXACT: 0, MORE_THAN: 1, AT_LEAST: 1, NEARLY: 2, ABOUT: 2 };
function loosest(qualifiers: readonly Qualifier[]): Qualifier | null {
  return qualifiers.length === 0 ? null : (['EXACT', 'MORE_THAN', 'ABOUT'] as const)[Math.max(...qualifiers.map((one) => RANK[one]))]!;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The total less what the parts come to. */
export function remaining(total: bigint | null, parts: readonly Part[]): Parts {
  return { total, parts: [...parts], remainder: total === null ? null : parts.reduce((rest, { value }) => rest - (value ?? 0n), total) };
}

export function byChild(source: BreakdownSource, unit: string, day: Day): Parts {
  const parts = membersOn(source, unit, day).map((member): Part => {
    const { total = null, qualifier = null } = source.state(member, day) ?? {};
    return { key: member, value: total, qualifier, units: source.isActive(member, day) ? 1 : 0, counted: total === null ? 0 : 1 };
  });
  return remaining(source.state(unit, day)?.total ?? null, parts.sort((a, b) => compare(a.key!, b.key!)));
}

/** `keyOf`: the cluster of a member; null where it is in none. */
export function byCluster(source: BreakdownSource, unit: string, day: Day, keyOf: (member: string) => string | null): Parts {
  const parts = grouped(membersOn(source, unit, day), keyOf, (member) => {
    const { total = null, qualifier = null } = source.state(member, day) ?? {};
    return { active: source.isActive(member, day), own: total === null ? null : { value: total, qualifier: qualifier! } };
  });
  return remaining(source.state(unit, day)?.total ?? null, parts.sort((a, b) => Number(a.key === null) - Number(b.key === null) || compare(a.key!, b.key!)));
}

/** `order`: the values of the attribute. */
export function byAttribute(source: BreakdownSource, unit: string, day: Day, keyOf: (unit: string) => string | null, order: readonly string[]): Parts {
  const subtree = (of: string): string[] => [of, ...source.members(of, day).flatMap(subtree)];
  const parts = grouped(subtree(unit).filter((one) => source.inScope(one)), keyOf, (one) => ({ active: source.isActive(one, day), own: ownOf(source, one, day) }));
  const place = ({ key }: Part): number => (key === null ? order.length : order.indexOf(key));
  return remaining(source.state(unit, day)?.total ?? null, parts.sort((a, b) => place(a) - place(b)));
}

/** In scope, and active or with a total. */
function membersOn(source: BreakdownSource, unit: string, day: Day): string[] {
  return source.members(unit, day).filter((member) => source.inScope(member) && (source.isActive(member, day) || source.state(member, day)?.total != null));
}

function grouped(units: readonly string[], keyOf: (unit: string) => string | null, look: (unit: string) => { active: boolean; own: Own | null }): Part[] {
  const groups = new Map<string | null, { active: number; own: Own[] }>();
  for (const unit of units) {
    const { active, own } = look(unit);
    const group = groups.get(keyOf(unit)) ?? { active: 0, own: [] };
    groups.set(keyOf(unit), { active: group.active + Number(active), own: own ? [...group.own, own] : group.own });
  }
  return [...groups].filter(([, { active, own }]) => active > 0 || own.length > 0).map(([key, { active, own }]) => ({
    key,
    value: own.length === 0 ? null : own.reduce((sum, { value }) => sum + value, 0n),
    qualifier: loosest(own.map(({ qualifier }) => qualifier)),
    units: active,
    counted: own.length,
  }));
}

function latest(source: BreakdownSource, unit: string, coverage: string, day: Day): ReplayFigure | undefined {
  return source.figures.filter((figure) => figure.unit === unit && figure.coverage === coverage && figure.date <= day).sort((a, b) => b.date - a.date)[0];
}

/** What a unit did itself. */
function ownOf(source: BreakdownSource, unit: string, day: Day): Own | null {
  const spoken = latest(source, unit, 'SUBTREE', day);
  const on = spoken?.date ?? day;
  const members = source.members(unit, on);
  if (spoken && !members.some((member) => source.isActive(member, on))) {
    // It spoke of itself, and of closed ones that it took in, who have what they had.
    const theirs = members.flatMap((member) => {
      const state = source.state(member, on);
      return state?.total == null ? [] : [state];
    });
    const taken = theirs.reduce((sum, { total }) => sum + total!, 0n);
    const exact = spoken.qualifier === 'EXACT' && theirs.every(({ qualifier }) => qualifier === 'EXACT');
    return { value: spoken.value - taken, qualifier: exact ? 'EXACT' : taken === 0n ? spoken.qualifier : 'ABOUT' };
  }
  const own = latest(source, unit, 'OWN', on);
  return own ? { value: own.value, qualifier: own.qualifier } : null;
}
