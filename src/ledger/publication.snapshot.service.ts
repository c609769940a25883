import type { Querying } from '../shared/database/querying.js';
import type { Day } from '../shared/dates.js';
import type { Balance, Measure } from './progress.query.js';
import { shownTotal, totalOf } from './progress.rules.js';
import type { Total } from './progress.type.js';
import { concerning, tooFewUnits, type Equation } from './publication.rules.js';
import { loadTotalParts, type TotalParts } from './total-parts.query.js';

/** What a publication is of, by the keys of the database. */
export interface PublicationKey {
  readonly unitId: number;
  readonly campaignId: number;
  readonly phaseId: number | null;
  readonly indicatorId: number;
  readonly measure: Measure;
  readonly asOf: Day;
}

/** A total at the end of a day, and in which series it is the sum of which figures: of a computed RATIO, one for each part. */
export interface Snapshot extends PublicationKey {
  readonly total: Total;
  readonly parts: readonly (TotalParts & { readonly seriesId: number })[];
}

/** Publications are judged one after the other: each by all that were made before. Taken after all locks of the ledger. */
export async function lockPublications(client: Querying): Promise<void> {
  await client.query('select pg_advisory_xact_lock(715002)');
}

const BALANCES = `
  select s.id as "seriesId", s.indicator_id = i.id as own, s.indicator_id = i.numerator_id as numerator, b.total, b.members_total as "membersTotal", b.origin, b.complete,
    b.qualifier, b.as_of as "asOf"
  from indicator i
  join series s on s.campaign_id = $2 and s.phase_id is not distinct from $3::int and s.indicator_id in (i.id, i.numerator_id, i.denominator_id) and s.measure = $5
  cross join lateral (select * from balance b where b.unit_id = $1 and b.series_id = s.id and b.date <= $6::date order by b.date desc limit 1) b
  where i.id = $4`;

/**
 * What would be published; null where nothing is known. The caller sees to it that nothing is posted in between, by the
 * structure lock or by a snapshot of the database: a sum that is not the total is a fault.
 */
export async function loadSnapshot(client: Querying, key: PublicationKey): Promise<Snapshot | null> {
  const { unitId, campaignId, phaseId, indicatorId, measure, asOf } = key;
  type Row = Balance & { seriesId: number; own: boolean; numerator: boolean };
  const rows: Row[] = (await client.query(BALANCES, [unitId, campaignId, phaseId, indicatorId, measure, asOf])).rows;
  const of = (is: (row: Row) => boolean): Total | null => totalOf(rows.find(is) ?? null);
  const own = of((row) => row.own);
  const [numerator, denominator] = [of((row) => !row.own && row.numerator), of((row) => !row.own && !row.numerator)];
  const total = shownTotal({ own, parts: { numerator, denominator } });
  if (total === null) return null;
  const parts: Snapshot['parts'][number][] = [];
  for (const row of rows) {
    if (row.own === (numerator !== null && denominator !== null) || row.total === null) continue;
    const of = await loadTotalParts(client, unitId, row.seriesId, asOf);
    if (of === null || !(await addsUp(client, of, row.total))) throw new Error(`the total of unit ${unitId} in series ${row.seriesId} on ${asOf} is not the sum of its figures`);
    parts.push({ seriesId: row.seriesId, ...of });
  }
  return { ...key, total, parts };
}

async function addsUp(client: Querying, { plus, minus }: TotalParts, total: string): Promise<boolean> {
  const { rows: [row] } = await client.query<{ same: boolean }>(
    'select publication_adds_up($1, $2, $3) as same',
    [plus, minus, total],
  );
  return row!.same;
}

/** Every publication ever made in these series, withdrawn ones included, whatever its audience. */
export async function loadEquations(client: Querying, seriesIds: readonly number[]): Promise<Map<number, Equation[]>> {
  const equations = new Map(seriesIds.map((series): [number, Equation[]] => [series, []]));
  // As text: the driver reads a list of numbers sign by sign.
  const { rows } = await client.query<{ series: number; unit: number; plus: string; minus: string }>(
    'select of_series as series, unit, plus::text as plus, minus::text as minus from publication_equations($1)',
    [seriesIds],
  );
  for (const { series, unit, plus, minus } of rows) equations.get(series)!.push({ unit, plus: numbersIn(plus), minus: numbersIn(minus) });
  return equations;
}

/** Reads `{1,22,333}`. */
function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let at = 1; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) number = number * 10 + digit;
    else if (text.length > 2) {
      numbers.push(number);
      number = 0;
    }
  }
  return numbers;
}

/** All that was published in the series asked about, and what is published meanwhile. Needs lockPublications. */
export class PublishedEquations {
  readonly #client: Querying;
  readonly #series = new Map<number, Equation[]>();
  readonly #units = new Map<number, number>();
  readonly #learned = new WeakSet<Equation>();

  constructor(client: Querying) {
    this.#client = client;
  }

  /** Whether a snapshot may not be published: TOO_FEW_UNITS. */
  async forbid({ unitId, parts }: Snapshot): Promise<boolean> {
    for (const { seriesId, plus, minus } of parts) {
      const candidate = { unit: unitId, plus, minus };
      const published = await this.#publishedIn(seriesId);
      await this.#learnUnits([candidate, ...published].filter((one) => one.plus.length === 1));
      const unitOf = (figure: number): number => this.#units.get(figure)!;
      const concern = concerning(published, candidate, unitOf);
      await this.#learnUnits(concern.rows);
      if (tooFewUnits(concern, unitOf)) return true;
    }
    return false;
  }

  /** Whether it is nothing but figures that the unit states of itself. */
  async standsAlone({ unitId, parts }: Snapshot): Promise<boolean> {
    if (!parts.every(({ plus, minus }) => plus.length === 1 && minus.length === 0)) return false;
    await this.#learnUnits(parts.map(({ plus, minus }) => ({ unit: unitId, plus, minus })));
    return parts.every(({ plus }) => this.#units.get(plus[0]!) === unitId);
  }

  async add({ unitId, parts }: Snapshot): Promise<void> {
    for (const { seriesId, plus, minus } of parts) (await this.#publishedIn(seriesId)).push({ unit: unitId, plus, minus });
  }

  async #publishedIn(seriesId: number): Promise<Equation[]> {
    let found = this.#series.get(seriesId);
    if (found === undefined) this.#series.set(seriesId, (found = (await loadEquations(this.#client, [seriesId])).get(seriesId)!));
    return found;
  }

  async #learnUnits(equations: readonly Equation[]): Promise<void> {
    const wanted = new Set<number>();
    for (const equation of equations) {
      if (this.#learned.has(equation)) continue;
      this.#learned.add(equation);
      for (const list of [equation.plus, equation.minus]) for (let i = 0; i < list.length; i++) if (!this.#units.has(list[i]!)) wanted.add(list[i]!);
    }
    if (wanted.size === 0) return;
    const { rows } = await this.#client.query<{ id: number | string; unit: number }>('select figure as id, unit from publication_units($1)', [[...wanted]]);
    for (const { id, unit } of rows) this.#units.set(Number(id), unit);
  }
}

/** How a publication is made, beside what it says. */
export interface Act {
  readonly audience: 'PARTNER' | 'PUBLIC';
  readonly source: string | null;
  readonly note: string | null;
}

/** Writes a publication in place of the one that is current, and returns its id. Whether it may be is asked before. */
export async function writePublication(client: Querying, { parts, total, ...key }: Snapshot, { audience, source, note }: Act): Promise<number> {
  const values = [key.unitId, key.campaignId, key.phaseId, key.indicatorId, key.measure, key.asOf];
  await client.query(
    `update publication set ended_at = now() where ended_at is null and unit_id = $1 and campaign_id = $2 and phase_id is not distinct from $3::int
       and indicator_id = $4 and measure = $5 and as_of = $6`,
    values,
  );
  const { rows: [row] } = await client.query<{ id: number }>(
    `insert into publication (unit_id, path, campaign_id, phase_id, indicator_id, measure, as_of, audience, value, qualifier, origin, complete, moved_on, source, note)
     select $1, path, $2, $3, $4, $5, $6, $7, $8::numeric * 0.0001, $9, $10, $11, $12, $13, $14 from org_unit where id = $1 returning id`,
    [...values, audience, String(total.scaled), total.qualifier, total.origin, total.complete, total.asOf, source, note],
  );
  const id = row!.id;
  for (const { seriesId, plus, minus } of parts)
    await client.query('insert into publication_equation (publication_id, series_id, plus, minus) values ($1, $2, $3, $4)', [id, seriesId, plus, minus]);
  return id;
}
