/** The definition of TOO_FEW_UNITS word for word: exact fractions, every pair of units, every combination. Slow. */
import type { Equation, UnitOf } from '../../src/ledger/publication.rules.ts';

type Row = Map<number, bigint>;

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

function rowOf({ plus, minus }: Equation): Row {
  const row: Row = new Map();
  for (const figure of Array.from(plus)) row.set(figure, (row.get(figure) ?? 0n) + 1n);
  for (const figure of Array.from(minus)) row.set(figure, (row.get(figure) ?? 0n) - 1n);
  return without(row, (_, weight) => weight === 0n);
}

const without = (row: Row, drop: (figure: number, weight: bigint) => boolean): Row =>
  new Map([...row].filter(([figure, weight]) => !drop(figure, weight)));

/** a × row - b × other, made small. */
function combine(a: bigint, row: Row, b: bigint, other: Row): Row {
  const sum: Row = new Map([...row].map(([figure, weight]) => [figure, a * weight]));
  for (const [figure, weight] of other) sum.set(figure, (sum.get(figure) ?? 0n) - b * weight);
  const left = without(sum, (_, weight) => weight === 0n);
  const by = [...left.values()].reduce(gcd, 0n);
  return new Map([...left].map(([figure, weight]) => [figure, weight / by]));
}

/** Takes from rows a basis of their combinations that are 0 on a figure. */
function cancel(rows: readonly Row[], figure: number): Row[] {
  const pivot = rows.find((row) => row.has(figure));
  return rows
    .filter((row) => row !== pivot)
    .map((row) => (row.has(figure) ? combine(pivot!.get(figure)!, row, row.get(figure)!, pivot!) : row));
}

/** A basis of the combinations that hold nothing outside: rows that are 0 after all are left out. */
function supportedOn(rows: readonly Row[], inside: (figure: number) => boolean): Row[] {
  let left = independent(rows);
  for (const figure of new Set(rows.flatMap((row) => [...row.keys()]))) if (!inside(figure)) left = cancel(left, figure);
  return independent(left);
}

function independent(rows: readonly Row[]): Row[] {
  const basis: Row[] = [];
  for (const row of rows) {
    let left = row;
    for (const one of basis) {
      const figure = one.keys().next().value!;
      if (left.has(figure)) left = combine(one.get(figure)!, left, left.get(figure)!, one);
    }
    if (left.size > 0) basis.push(left);
  }
  return basis;
}

export function knownOf(equations: readonly Equation[], unitOf: UnitOf): Set<number> {
  return new Set(
    equations.filter(({ unit, plus, minus }) => plus.length === 1 && minus.length === 0 && unitOf(plus[0]!) === unit).map(({ plus }) => plus[0]!),
  );
}

export function pairs(equations: readonly Equation[], unitOf: UnitOf): [number, number][] {
  const units = [...new Set(equations.flatMap((equation) => [...rowOf(equation).keys()].map(unitOf)))];
  return units.flatMap((a, i) => units.slice(i).map((b): [number, number] => [a, b]));
}

/** What is laid bare of two units, less what is known. */
function bare(equations: readonly Equation[], unitOf: UnitOf, [a, b]: readonly [number, number], leftAside: ReadonlySet<number>): Row[] {
  const known = knownOf(equations, unitOf);
  const found = supportedOn(equations.map(rowOf), (figure) => known.has(figure) || unitOf(figure) === a || unitOf(figure) === b);
  return independent(found.map((row) => without(row, (figure) => leftAside.has(figure))));
}

export function anyBare(equations: readonly Equation[], unitOf: UnitOf): boolean {
  const known = knownOf(equations, unitOf);
  return pairs(equations, unitOf).some((pair) => bare(equations, unitOf, pair, known).length > 0);
}

/** Whether of some pair more is laid bare with the candidate than without it. */
export function laysMoreBare(published: readonly Equation[], candidate: Equation, unitOf: UnitOf): boolean {
  const all = [...published, candidate];
  const known = knownOf(all, unitOf);
  return pairs(all, unitOf).some((pair) => {
    const before = bare(published, unitOf, pair, known);
    return independent([...before, ...bare(all, unitOf, pair, known)]).length > before.length;
  });
}
