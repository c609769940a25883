import type { Order, Page } from '../shared/connections.js';
import { parseOptionalDay } from '../shared/dates.js';
import { instant } from '../shared/database/instant.js';
import { nestedPage, type Bind } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { Figure, FigureListArgs } from './figure.type.js';

export const FIGURE_COLUMNS = `f.id::text as key, f.unit_id as "unitKey", c.code as "campaignCode", p.code as "phaseCode", i.code as "indicatorCode",
  case s.measure when 'RESULT' then 'RESULT' else 'TARGET' end as measure, nullif(s.measure, 'RESULT') as basis,
  f.value, f.qualifier, f.date as "asOf", f.coverage, f.status, f.counterpart_id as "counterpartKey", f.derived,
  f.stated_percent::float8 as "statedPercent", f.stated_basis as "statedBasis", f.source, f.note,
  ${instant('f.recorded_at')} as "recordedAt", f.superseded_by::text as "supersededByKey",
  f.version, ${instant('f.submitted_at')} as "submittedAt", ${instant('f.approved_at')} as "approvedAt", f.return_reason as "returnReason", f.end_reason as "endReason",
  coalesce(f.warnings, '{}') as warnings, f.corrects_id::text as "correctsKey", f.correction_reason as "correctionReason"`;
export const FIGURE_SOURCE = `from figure f join series s on s.id = f.series_id join campaign c on c.id = s.campaign_id
  join indicator i on i.id = s.indicator_id left join campaign_phase p on p.id = s.phase_id`;

export const figureByKey = keyedQuery<Figure>(['bigint'], `select ${FIGURE_COLUMNS} ${FIGURE_SOURCE} where f.id = k.p0`);

const latestFirst: Order<Figure> = {
  name: 'figure.date',
  descending: true,
  keys: [
    { sql: 'f.date', type: 'date', of: ({ asOf }) => asOf },
    { sql: 'f.id', type: 'bigint', of: ({ key }) => key },
  ],
};

export function listFigures(reads: Reads, unit: number, measure: Figure['measure'], args: FigureListArgs): Promise<Page<Figure>> {
  return nestedPage(reads, args, (bind) => ({
    columns: FIGURE_COLUMNS,
    source: FIGURE_SOURCE,
    within: [
      `f.unit_id = ${bind(unit, 'int')}`,
      `s.measure ${measure === 'RESULT' ? '=' : '<>'} 'RESULT'`,
      `f.status = ${bind(args.where?.status ?? 'APPROVED', 'figure_status')}`,
    ],
    where: conditions(args, bind),
    order: latestFirst,
  }));
}

function conditions({ where }: FigureListArgs, bind: Bind): string[] {
  const found: string[] = [];
  const code = (value: string): string => bind(value, 'text');
  if (typeof where?.campaign === 'string') found.push(`c.code = ${code(where.campaign)}`);
  if (typeof where?.phase === 'string') found.push(`p.code = ${code(where.phase)}`);
  if (typeof where?.indicator === 'string') found.push(`i.code = ${code(where.indicator)}`);
  // As text: NORM is a basis of targets and no measure of a figure. Every result has a measure of that name.
  if (where?.basis) found.push(`nullif(s.measure, 'RESULT')::text = ${bind(where.basis, 'text')}`);
  if (where?.coverage) found.push(`f.coverage = ${bind(where.coverage, 'figure_coverage')}`);
  const from = parseOptionalDay(where?.from, 'where.from');
  if (from !== undefined) found.push(`f.date >= ${bind(from, 'date')}`);
  const to = parseOptionalDay(where?.to, 'where.to');
  if (to !== undefined) found.push(`f.date <= ${bind(to, 'date')}`);
  return found;
}
