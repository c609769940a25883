import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { exportRecords, type ExportOptions } from '../../src/exchange/export.service.js';
import type { ImportResult } from '../../src/exchange/import.service.js';
import type { Database } from '../../src/shared/database/database.js';

type Fields = Record<string, unknown>;

export const LEVELS = { N: 'NATIONAL', P: 'PROVINCIAL', D: 'UPPER_GRASSROOTS', G: 'GRASSROOTS', S: 'SUB_GRASSROOTS' };
const KINDS = { N: 'CONFEDERATION', P: 'PROVINCIAL_FEDERATION', D: 'DISTRICT_FEDERATION', G: 'GRASSROOTS_UNION', S: 'SECTIONAL_UNION' };

/** The first letter of the code says the level. */
export function unit(code: string, parent: string | null, more: Fields = {}): Fields {
  const letter = code[0] as keyof typeof LEVELS;
  return { type: 'orgUnit', code, name: `Công đoàn ${code}`, level: LEVELS[letter], kind: KINDS[letter], parent, validFrom: '2020-01-01', ...more };
}
export const sum = (code: string, more: Fields = {}): Fields => ({ type: 'indicator', code, name: code, unitOfMeasure: 'sáng kiến', aggregation: 'SUM', ...more });
export const campaign = (code: string, more: Fields = {}): Fields => ({ type: 'campaign', code, name: code, campaignKind: 'PROGRAMME', launchedBy: 'N', ...more });
export const result = (unitCode: string, asOf: string, value: unknown, more: Fields = {}): Fields =>
  ({ type: 'result', unit: unitCode, campaign: 'K', indicator: 'I', coverage: 'OWN', asOf, value, ...more });
export const target = (unitCode: string, decidedOn: string, value: unknown, more: Fields = {}): Fields =>
  ({ type: 'target', unit: unitCode, campaign: 'K', indicator: 'I', basis: 'SELF_SET', decidedOn, value, ...more });
export const round = (campaignCode: string, code: string, more: Fields = {}): Fields => ({
  type: 'reportingRound', campaign: campaignCode, code, name: 'Sơ kết', kind: 'HALF_YEAR', from: '2021-01-01', to: '2021-06-30', due: [{ level: 'GRASSROOTS', on: '2021-07-05' }], indicators: ['I'], ...more,
});
/** The withdrawal of a result or target. */
export function withdrawal({ value: _value, qualifier: _qualifier, counterpart: _counterpart, per: _per, corrects: _corrects, ...key }: Fields, more: Fields = {}): Fields {
  return { ...key, ...more, type: 'withdrawal' };
}
export const correction = (record: Fields): Fields => ({ ...record, corrects: true });

/** N over P1 and P2; D1 and D2 under P1, D3 under P2; G1 to G3 under D1. */
export const WORLD = [
  unit('N', null), unit('P1', 'N'), unit('P2', 'N'), unit('D1', 'P1'), unit('D2', 'P1'), unit('D3', 'P2'), unit('G1', 'D1'), unit('G2', 'D1'), unit('G3', 'D1'),
  sum('I'), sum('J'), { ...sum('R'), aggregation: 'RATIO', numerator: 'I', denominator: 'J' },
  campaign('K', { startsOn: '2020-01-01', endsOn: '2023-12-31', phases: [{ code: 'p1', name: 'Giai đoạn 1' }] }),
];

export async function dump(db: Database, options?: ExportOptions): Promise<string> {
  const out = new PassThrough();
  const read = text(out);
  await exportRecords(db, out, options);
  out.end();
  return read;
}

/** The id and last writer of every row of every table: equal only where nothing was written. */
export async function fingerprint(db: Database): Promise<string> {
  const tables = await db.pool.query<{ name: string }>(`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`);
  const rows: string[] = [];
  for (const { name } of tables.rows) {
    const { rows: [row] } = await db.pool.query<{ hash: string }>(`select coalesce(md5(string_agg(ctid::text || xmin::text, ',' order by ctid)), '') as hash from "${name}"`);
    rows.push(`${name} ${row!.hash}`);
  }
  return rows.join('\n');
}

export const codes = ({ errors }: ImportResult): string[] => errors.map(({ line, field, code }) => `${line} ${field} ${code}`);
