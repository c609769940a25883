/**
 * Whether a publication gives away one or two units.
 *
 * Each publication ever made in a series is an equation: the sum of `plus` less the sum of `minus` is the number that
 * was published. Who has read them can add and subtract them as they like. So the question is one of linear algebra:
 * is there a combination of the equations in which, known figures left aside, figures of one or two units alone are left?
 *
 * How it is found, without trying combinations:
 * 1. Only equations that hang together with the candidate by common unknown figures count: nothing of one component
 *    cancels anything of another.
 * 2. Figures that stand in the same equations with the same weights are one column: a combination holds all of them or
 *    none. A column of three units or more is *large*: it must cancel. So must columns that are multiples of each other
 *    and have three units between them.
 * 3. Y is a basis of the combinations in which every large column cancels: begun with each equation by itself, and
 *    reduced column after column. Mostly nothing is left of it, and the answer is no.
 * 4. What is left, as sums of small columns, is brought into row echelon form. A combination of its rows has on each
 *    pivot column the weight of that pivot's row: so where it holds two units alone, its rows are those whose pivot
 *    columns are of these two. That leaves pairs of the few units with pivots; or one of them and a unit without, and then
 *    the same argument over the rows of the one names the other.
 *
 * Computed modulo primes just below 2^26, in doubles, which are exact up to 2^53. A combination that exists in whole
 * numbers exists modulo each prime, unless the prime divides all that it leaves; so what one prime finds counts, and for
 * something to be missed both primes would have to divide an invariant factor of a matrix of small whole numbers. The
 * error, if any, is to refuse. So it is where the work goes beyond all bounds.
 */
export interface Equation {
  /** Whose total was published. */
  readonly unit: number;
  /** Figures by id; one that counts twice is there twice. */
  readonly plus: ArrayLike<number>;
  readonly minus: ArrayLike<number>;
}

/** Of a figure: the unit that stated it. */
export type UnitOf = (figure: number) => number;

const PRIMES = [67_108_859, 67_108_837];
const MOST_STEPS = 4e8;
const MOST_UNITS_COMPARED = 300;
const HEAVIEST = 2 ** 15;

class Undecided extends Error {}
/** Counts the work. */
class Effort {
  #left = MOST_STEPS;
  spend(steps: number): void {
    if ((this.#left -= steps) < 0) throw new Undecided();
  }
}

/** The figure that a publication states by itself: its own unit's, and nothing else. */
function statedAlone({ unit, plus, minus }: Equation, unitOf: UnitOf): number | undefined {
  return plus.length === 1 && minus.length === 0 && unitOf(plus[0]!) === unit ? plus[0] : undefined;
}

/** What of a series a candidate is judged by. */
export interface Concern {
  readonly candidate: Equation;
  /** The candidate, and the equations that hang together with it by figures that are not known. */
  readonly rows: readonly Equation[];
  readonly known: ReadonlySet<number>;
}

/** Of all publications ever made in a series, what a new one touches. Asks for the units of figures that stand alone, no others. */
export function concerning(published: readonly Equation[], candidate: Equation, unitOf: UnitOf): Concern {
  const known = knownBy(published, unitOf);
  return { candidate, rows: connected(published, candidate, known), known };
}

/**
 * Whether a candidate must be refused: with it some combination leaves figures of one or two units, and did not do so
 * before. What had been laid bare before stays so, whatever is refused, and blocks nothing else.
 */
export function tooFewUnits({ candidate, rows, known }: Concern, unitOf: UnitOf): boolean {
  const makesKnown = statedAlone(candidate, unitOf);
  if (makesKnown !== undefined && known.has(makesKnown)) return false;
  const after = makesKnown === undefined ? known : new Set(known).add(makesKnown);
  try {
    const columns = columnsOf(rows, after, unitOf);
    if (!PRIMES.some((prime) => new Combinations(columns, rows.length, prime).layBare())) return false;
    // Something is laid bare: was it before?
    const past = rows.slice(1);
    if (past.length === 0 || !PRIMES.some((prime) => new Combinations(columnsOf(past, known, unitOf), past.length, prime).layBare())) return true;
    return PRIMES.some((prime) => laysMoreBare(past, known, rows, after, makesKnown === undefined ? undefined : unitOf(makesKnown), unitOf, prime));
  } catch (error) {
    if (error instanceof Undecided) return true;
    throw error;
  }
}

function knownBy(published: readonly Equation[], unitOf: UnitOf): Set<number> {
  const known = new Set<number>();
  for (const equation of published) {
    const figure = statedAlone(equation, unitOf);
    if (figure !== undefined) known.add(figure);
  }
  return known;
}

/** Pair by pair: the dimension of what is laid bare of the pair, before and after. */
function laysMoreBare(
  past: readonly Equation[], known: ReadonlySet<number>, rows: readonly Equation[], after: ReadonlySet<number>, knownUnit: number | undefined, unitOf: UnitOf, prime: number,
): boolean {
  const now = new Combinations(columnsOf(rows, after, unitOf), rows.length, prime);
  const before = new Combinations(columnsOf(past, known, unitOf), past.length, prime);
  // Of a pair with the unit whose figure becomes known, that figure is no news to the pair.
  const beforeButKnown = new Combinations(columnsOf(past, after, unitOf), past.length, prime);
  const units = now.units();
  if (units.length > MOST_UNITS_COMPARED) throw new Undecided();
  const pairs = units.length === 1 ? [[units[0]!, units[0]!] as const] : units.flatMap((a, i) => units.slice(i + 1).map((b) => [a, b] as const));
  const isNew = (a: number, b: number): boolean =>
    now.bare(a, b) > (a === knownUnit || b === knownUnit ? beforeButKnown : before).bare(a, b);
  return units.some((a) => isNew(a, a)) || pairs.some(([a, b]) => isNew(a, b));
}

/** The candidate first. */
function connected(published: readonly Equation[], candidate: Equation, known: ReadonlySet<number>): Equation[] {
  const equations = [candidate, ...published];
  const parent = equations.map((_, row) => row);
  const rootOf = (row: number): number => {
    let root = row;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]!]!;
    return root;
  };
  const firstRow = new NumberTable(equations, known);
  equations.forEach(({ plus, minus }, row) => {
    let last = row;
    for (const list of [plus, minus]) {
      for (let i = 0; i < list.length; i++) {
        const first = firstRow.get(list[i]!);
        if (first === last || first === KNOWN) continue;
        if (first === UNSEEN) firstRow.set(list[i]!, row);
        else parent[rootOf(row)] = rootOf((last = first));
      }
    }
  });
  const root = rootOf(0);
  return equations.filter((_, row) => rootOf(row) === root);
}

const UNSEEN = -1;
const KNOWN = -2;

/** From figures to whole numbers. An array where the ids lie close enough together, as those of one series do. */
class NumberTable {
  readonly #least: number;
  readonly #dense: Int32Array;
  readonly #sparse: Map<number, number> | undefined;

  constructor(equations: readonly Equation[], known: ReadonlySet<number>) {
    let [least, most, size] = [Infinity, -Infinity, 0];
    for (const { plus, minus } of equations)
      for (const list of [plus, minus]) {
        size += list.length;
        for (let i = 0; i < list.length; i++) {
          const figure = list[i]!;
          if (figure < least) least = figure;
          if (figure > most) most = figure;
        }
      }
    const isDense = size > 0 && most - least < 8 * size + 65_536;
    this.#least = isDense ? least : 0;
    this.#dense = new Int32Array(isDense ? most - least + 1 : 0).fill(UNSEEN);
    if (!isDense) this.#sparse = new Map();
    for (const figure of known) if (!isDense || (figure >= least && figure <= most)) this.set(figure, KNOWN);
  }

  get(figure: number): number {
    return this.#sparse === undefined ? this.#dense[figure - this.#least]! : (this.#sparse.get(figure) ?? UNSEEN);
  }

  set(figure: number, value: number): void {
    if (this.#sparse === undefined) this.#dense[figure - this.#least] = value;
    else this.#sparse.set(figure, value);
  }
}

/** Figures that stand in the same equations with the same weights. */
interface Column {
  /** The units they are of; of three and more, three. */
  readonly units: readonly number[];
  readonly rows: readonly number[];
  readonly weights: readonly number[];
}

const isLarge = (units: readonly number[]): boolean => units.length > 2;
function withUnits(units: readonly number[], more: readonly number[]): readonly number[] {
  if (isLarge(units)) return units;
  const all = [...units];
  for (const unit of more) if (!all.includes(unit)) all.push(unit);
  return all.length > 3 ? all.slice(0, 3) : all;
}

/** Of a class of figures: which one it was before, and the equation and weight by which it parted. Class 0 is in none. */
class Classes {
  readonly from = [0];
  readonly row = [-1];
  readonly weight = [0];
  /** The class that last parted from it. */
  readonly #part = [0];
  readonly #others = new Map<number, number>();

  /** The part of a class that has that weight in that equation. Equations come one after the other. */
  part(of: number, row: number, weight: number): number {
    const last = this.#part[of]!;
    return this.row[last] === row && this.weight[last] === weight ? last : this.#find(of, row, weight);
  }

  #find(of: number, row: number, weight: number): number {
    if (Math.abs(weight) >= HEAVIEST) throw new Undecided();
    const key = of * 2 * HEAVIEST + weight + HEAVIEST;
    let found = this.#others.get(key);
    if (found === undefined || this.row[found] !== row) {
      found = this.from.length;
      this.from.push(of);
      this.row.push(row);
      this.weight.push(weight);
      this.#part.push(0);
      this.#others.set(key, found);
    }
    return (this.#part[of] = found);
  }
}

const isStrictlyRising = (list: ArrayLike<number>): boolean => {
  for (let i = 1; i < list.length; i++) if (list[i]! <= list[i - 1]!) return false;
  return true;
};

/** By refining: in each equation a class of figures falls apart by the weights that they have there. */
function columnsOf(rows: readonly Equation[], known: ReadonlySet<number>, unitOf: UnitOf): Column[] {
  const indexOf = new NumberTable(rows, known);
  const figures: number[] = [];
  const classOf: number[] = [];
  const classes = new Classes();
  const enter = (figure: number): number => {
    indexOf.set(figure, figures.length);
    figures.push(figure);
    return classOf.push(0) - 1;
  };
  const partAll = (list: ArrayLike<number>, row: number): void => {
    for (let i = 0; i < list.length; i++) {
      let index = indexOf.get(list[i]!);
      if (index === KNOWN) continue;
      if (index === UNSEEN) index = enter(list[i]!);
      classOf[index] = classes.part(classOf[index]!, row, 1);
    }
  };
  rows.forEach(({ plus, minus }, row) => {
    // Nearly all are plain sums.
    if (minus.length === 0 && isStrictlyRising(plus)) return partAll(plus, row);
    const weights = new Map<number, number>();
    for (const [list, sign] of [[plus, 1], [minus, -1]] as const)
      for (let i = 0; i < list.length; i++) weights.set(list[i]!, (weights.get(list[i]!) ?? 0) + sign);
    for (const [figure, weight] of weights) {
      let index = indexOf.get(figure);
      if (index === KNOWN || weight === 0) continue;
      if (index === UNSEEN) index = enter(figure);
      classOf[index] = classes.part(classOf[index]!, row, weight);
    }
  });
  const units = new Map<number, number[]>();
  classOf.forEach((of, index) => {
    const seen = units.get(of);
    if (seen && seen.length > 2) return;
    const unit = unitOf(figures[index]!);
    if (seen === undefined) units.set(of, [unit]);
    else if (!seen.includes(unit)) seen.push(unit);
  });
  return [...units].map(([last, of]) => {
    const column = { units: of, rows: [] as number[], weights: [] as number[] };
    for (let at = last; at !== 0; at = classes.from[at]!) {
      column.rows.push(classes.row[at]!);
      column.weights.push(classes.weight[at]!);
    }
    return column;
  });
}

/** The combinations of the equations in which all large columns cancel, as rows over the small ones, in row echelon form. */
class Combinations {
  readonly #effort = new Effort();
  readonly #prime: number;
  /** Of each small column, its units. */
  #units: (readonly number[])[] = [];
  #rows: Float64Array[] = [];
  /** Of each row: its pivot column, and the columns in which it is not 0. */
  #pivots: number[] = [];
  #support: number[][] = [];

  constructor(columns: readonly Column[], equations: number, prime: number) {
    this.#prime = prime;
    const basis = Array.from({ length: equations }, (_, i) => Float64Array.from({ length: equations }, (__, j) => Number(i === j)));
    for (const column of columns) if (isLarge(column.units)) this.#cancel(basis, column);
    this.#reduce(columns.filter((column) => !isLarge(column.units)), basis);
  }

  /** Whether what figures of one or two units add up to is laid bare. */
  layBare(): boolean {
    const pivotUnits = [...new Set(this.#pivots.flatMap((column) => this.#units[column]!))];
    return pivotUnits.some((a, i) => {
      if (this.bare(a, a) > 0) return true;
      for (let j = i + 1; j < pivotUnits.length; j++) if (this.bare(a, pivotUnits[j]!) > 0) return true;
      return this.#partners(a).some((b) => this.bare(a, b) > 0);
    });
  }

  /** All units in small columns. */
  units(): number[] {
    return [...new Set(this.#units.flat())];
  }

  /** How many independent combinations hold figures of these two units alone. */
  bare(a: number, b: number): number {
    const inside = (column: number): boolean => this.#units[column]!.every((unit) => unit === a || unit === b);
    const rows = this.#rowsWhere(inside);
    // The combinations of these rows in which all other columns cancel.
    const left = rows.map((_, i) => Float64Array.from(rows, (__, j) => Number(i === j)));
    for (const row of rows) {
      for (const column of this.#support[row]!) {
        if (left.length === 0) return 0;
        if (!inside(column)) this.#eliminate(left, left.map((mix) => this.#mix(mix, rows, column)));
      }
    }
    return left.length;
  }

  /** With a unit: the others that can be laid bare, which are among the units of the pivots of its rows outside it. */
  #partners(a: number): number[] {
    const inside = (column: number): boolean => this.#units[column]!.every((unit) => unit === a);
    const rows = this.#rowsWhere(inside);
    const partners = new Set<number>();
    const left = rows.map((_, i) => Float64Array.from(rows, (__, j) => Number(i === j)));
    for (const row of rows) {
      for (const column of this.#support[row]!) {
        if (left.length === 0) return [...partners];
        if (inside(column)) continue;
        const size = left.length;
        this.#eliminate(left, left.map((mix) => this.#mix(mix, rows, column)));
        if (left.length < size) for (const unit of this.#units[column]!) if (unit !== a) partners.add(unit);
      }
    }
    return [...partners];
  }

  #rowsWhere(inside: (column: number) => boolean): number[] {
    const rows: number[] = [];
    this.#pivots.forEach((column, row) => {
      if (inside(column)) rows.push(row);
    });
    return rows;
  }

  #mix(mix: Float64Array, rows: readonly number[], column: number): number {
    this.#effort.spend(rows.length);
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum = this.#mod(sum + mix[i]! * this.#rows[rows[i]!]![column]!);
    return sum;
  }

  /** Takes out of a basis what does not make a column cancel, whose weight in each row of the basis is given. */
  #eliminate(basis: Float64Array[], weights: readonly number[]): boolean {
    const pivot = weights.findIndex((weight) => weight !== 0);
    if (pivot < 0) return false;
    const inverse = this.#inverse(weights[pivot]!);
    const by = basis[pivot]!;
    basis.forEach((row, i) => {
      if (i !== pivot && weights[i] !== 0) this.#subtract(row, by, this.#mod(weights[i]! * inverse));
    });
    basis.splice(pivot, 1);
    return true;
  }

  #cancel(basis: Float64Array[], column: Column): boolean {
    return basis.length > 0 && this.#eliminate(basis, this.#weightsIn(basis, column));
  }

  #weightsIn(basis: readonly Float64Array[], { rows, weights }: Column): number[] {
    this.#effort.spend(basis.length * rows.length);
    return basis.map((mix) => {
      let sum = 0;
      for (let i = 0; i < rows.length; i++) sum = this.#mod(sum + mix[rows[i]!]! * weights[i]!);
      return sum;
    });
  }

  /** Joins small columns that are multiples of each other; what grows large by that must cancel too. */
  #reduce(small: readonly Column[], basis: Float64Array[]): void {
    for (let again = true; again && basis.length > 0; ) {
      again = false;
      const joined = new Map<string, { units: readonly number[]; column: Column; weights: number[] }>();
      for (const column of small) {
        const weights = this.#weightsIn(basis, column);
        const first = weights.find((weight) => weight !== 0);
        if (first === undefined) continue;
        const inverse = this.#inverse(first);
        const key = weights.map((weight) => this.#mod(weight * inverse)).join();
        const same = joined.get(key);
        if (same) same.units = withUnits(same.units, column.units);
        else joined.set(key, { units: column.units, column, weights });
      }
      for (const { units, column } of joined.values()) if (isLarge(units)) again = this.#cancel(basis, column) || again;
      if (again) continue;
      const kept = [...joined.values()];
      this.#units = kept.map(({ units }) => units);
      this.#echelon(basis.map((_, row) => Float64Array.from(kept, ({ weights }) => weights[row]!)));
    }
  }

  #echelon(rows: Float64Array[]): void {
    const width = this.#units.length;
    let rank = 0;
    for (let column = 0; column < width && rank < rows.length; column++) {
      const at = rows.findIndex((row, i) => i >= rank && row[column] !== 0);
      if (at < 0) continue;
      const pivot = rows[at]!;
      rows[at] = rows[rank]!;
      rows[rank] = pivot;
      const inverse = this.#inverse(pivot[column]!);
      for (let j = 0; j < width; j++) pivot[j] = this.#mod(pivot[j]! * inverse);
      rows.forEach((row, i) => {
        if (i !== rank && row[column] !== 0) this.#subtract(row, pivot, row[column]!);
      });
      this.#pivots.push(column);
      rank += 1;
    }
    this.#rows = rows.slice(0, rank);
    this.#support = this.#rows.map((row) => {
      const support: number[] = [];
      row.forEach((weight, column) => {
        if (weight !== 0) support.push(column);
      });
      return support;
    });
  }

  #subtract(row: Float64Array, other: Float64Array, times: number): void {
    this.#effort.spend(row.length);
    const p = this.#prime;
    for (let j = 0; j < row.length; j++) {
      if (other[j] === 0) continue;
      const value = row[j]! - times * other[j]!;
      row[j] = value - p * Math.floor(value / p);
    }
  }

  /** In 0 … p - 1. Exact as long as |value| is below 2^53: factors are below 2^26. */
  #mod(value: number): number {
    const p = this.#prime;
    return value - p * Math.floor(value / p);
  }

  /** By Fermat: value^(p-2). */
  #inverse(value: number): number {
    let [result, base] = [1, this.#mod(value)];
    for (let exponent = this.#prime - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
      if (exponent % 2 === 1) result = this.#mod(result * base);
      base = this.#mod(base * base);
    }
    return result;
  }
}
