import type { Moment } from '../ledger/progress.known.query.js';
import type { SeriesSet } from '../ledger/progress.query.js';
import type { Day } from '../shared/dates.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';

interface Change {
  readonly day: Day;
}

/** The days on which a total became another, or none, up to a day. */
const changes = (rows: string) => `select b.date as day from (select b.date, b.total, lag(b.total) over (order by b.date) as before from (${rows}) b) b
  where b.total is distinct from b.before order by b.date`;
const ROWS = 'select date, total from balance where unit_id = k.p0 and series_id = k.p1 and date <= k.p2';

/** Of (unit, series, day). */
const changedBy = keyedQuery<Change>(['int', 'int', 'date'], changes(ROWS));
const changedByAsKnown = keyedQuery<Change>(
  ['int', 'int', 'date', 'timestamptz'],
  changes(`${ROWS} and recorded_at <= k.p3 union all
    select date, total from balance_past where unit_id = k.p0 and series_id = k.p1 and date <= k.p2 and recorded_at <= k.p3 and removed_at > k.p3`),
);

/** When what a result is shown from changed: the indicator's own total, and of a RATIO those of its parts. In order, each day once. */
export async function resultChanges(reads: Reads, unit: number, { series }: SeriesSet, to: Day, knownAt: Moment | null): Promise<Day[]> {
  const results = series.filter(({ measure }) => measure === 'RESULT');
  const found = await Promise.all(results.map(({ key }) => (knownAt === null ? reads.rows(changedBy, [unit, key, to]) : reads.rows(changedByAsKnown, [unit, key, to, knownAt]))));
  return [...new Set(found.flat().map(({ day }) => day))].sort();
}
