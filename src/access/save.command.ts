/** Saving things that a unit keeps: each is made where there is none of its key, else changed; what is left out stays. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Context } from '../context.js';
import { isCode, newCode } from '../shared/codes.js';
import { codeOf } from '../shared/database/errors.js';
import { rowsOf } from '../shared/database/querying.js';
import { earliest, latest, parseOptionalDay, type Day } from '../shared/dates.js';
import { assertVersion, audit, command, staleFault, UserFault, type Outcome } from './command.js';
import { assertCode, codeTaken, datedAfter, wordsOf, type Precision } from './input.rules.js';

/** How a field of the input becomes the column of its name: a text, a date with its precision, or a value as it is. */
export type FieldRule =
  | { readonly words: number; readonly needed?: boolean }
  | { readonly dated: true }
  | { readonly value: true; readonly needed?: boolean; readonly byDefault?: unknown };
export type FieldRules = Readonly<Record<string, FieldRule>>;

export type Columns = Record<string, unknown>;
type Input = Readonly<Record<string, unknown>> & { readonly expectedVersion?: number | null; readonly idempotencyKey?: string | null };

/** What else is written of a thing, beside its own columns. */
export interface More {
  readonly columns?: Columns;
  /** Rows of other tables that hang on it. */
  readonly parts?: { readonly same: boolean; write(em: EntityManager, key: number): Promise<void> };
}

export interface Saving<As extends string, Row extends object, Found extends { readonly unit: number }> {
  /** The mutation's name, and that of its deed in the audit log. */
  readonly name: string;
  readonly action: string;
  /** Under which name the payload shows it. */
  readonly as: As;
  readonly table: string;
  readonly input: object;
  readonly fields: FieldRules;
  /** Of a thing that has a code of its own: what codes begin with that the server makes. */
  readonly codes?: string;
  /** Finds the unit that keeps it, and asserts that the caller may. */
  prepare(em: EntityManager): Promise<Found>;
  /** Of a thing without a code of its own: the columns that tell it from others of its unit. */
  key?(found: Found): Columns;
  /** Once the fields have been looked at. `known` is the row as it is. */
  more?(em: EntityManager, found: Found, next: Columns, known: KnownRow | undefined): Promise<More>;
  row(em: EntityManager, key: number): Promise<Row>;
  /** As the audit log has it: without what those who read the log of the unit need not see. */
  said(row: Row): object;
}

export type KnownRow = Columns & { readonly id: number; readonly version: number };

const columnOf = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What becomes of the columns by what a caller says. */
export function columnsAfter(rules: FieldRules, known: Columns | undefined, input: Input): Columns {
  const next: Columns = {};
  for (const [field, rule] of Object.entries(rules)) {
    const column = columnOf(field);
    const before = known?.[column] ?? null;
    if ('dated' in rule) {
      const precision = (known?.[`${column}_precision`] as Precision | undefined) ?? 'DAY';
      [next[column], next[`${column}_precision`]] = datedAfter([before as Day | null, precision], input[field], input[`${field}Precision`] as Precision | null | undefined, field);
      continue;
    }
    if (input[field] === undefined) next[column] = known === undefined && 'value' in rule ? (rule.byDefault ?? null) : before;
    else next[column] = 'words' in rule ? wordsOf(field, input[field] as string | null, rule.words) : (input[field] ?? (rule.needed ? null : (rule.byDefault ?? null)));
    if (rule.needed && next[column] === null) throw new UserFault(field, 'INVALID', `${field} has to be said.`);
  }
  return next;
}

/** A fault of the later date, where it cannot but be the earlier: "May 2021" may be any of its days. */
export function assertInOrder(columns: Columns, from: string, to: string): void {
  const [first, last] = [columnOf(from), columnOf(to)];
  const [begins, ends] = [earliest(columns[first], columns[`${first}_precision`]), latest(columns[last], columns[`${last}_precision`])];
  if (begins !== undefined && ends !== undefined && ends < begins) throw new UserFault(to, 'INVALID', `${to} must be ${from}, ${String(columns[first])}, or later.`);
}

export function saveThing<As extends string, Row extends object, Found extends { readonly unit: number }>(context: Context, saving: Saving<As, Row, Found>): Promise<Outcome<Record<As, Row>>> {
  const { as, table, fields } = saving;
  const input = saving.input as Input;
  for (const [field, rule] of Object.entries(fields)) if ('dated' in rule) parseOptionalDay(input[field], `input.${field}`);
  const showing = (row: Row) => ({ [as]: row }) as Record<As, Row>;
  return command<Record<As, Row>, Found, Record<As, null>>(context, {
    name: saving.name, grants: 'act by', input, nothing: { [as]: null } as Record<As, null>,
    prepare: (em) => saving.prepare(em),
    act: async (em, found) => {
      const given = input['code'] as string | null | undefined;
      const code = saving.codes === undefined ? undefined : (given ?? newCode(saving.codes));
      const key: Columns = code === undefined ? { unit_id: found.unit, ...saving.key!(found) } : { code };
      const known = code !== undefined && !isCode(code) ? undefined : await held(em, table, key);
      const former = known && (await saving.row(em, known.id));
      const shown = former && showing(former);
      if (known !== undefined && known['unit_id'] !== found.unit) throw codeTaken(shown);
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, known?.version ?? 0, shown);
      if (code !== undefined) assertCode(code);
      const next = columnsAfter(fields, known, input);
      const { columns, parts } = (await saving.more?.(em, found, next, known)) ?? {};
      Object.assign(next, columns);
      if (known !== undefined && isSame(known, next) && (parts?.same ?? true)) return shown!;
      const id = known === undefined ? await insert(em, table, { ...key, unit_id: found.unit, ...next }, code !== undefined) : await update(em, table, known.id, next);
      await parts?.write(em, id);
      const row = await saving.row(em, id);
      audit(em, context, saving.action, found.unit, saving.said(row), former === undefined ? null : saving.said(former));
      return showing(row);
    },
  });
}

/** The row of a key, as far as the caller sees it; nobody else changes it until the end, where the caller may. */
async function held(em: EntityManager, table: string, key: Columns): Promise<KnownRow | undefined> {
  const condition = Object.keys(key).map((column, i) => `t.${column} = $${i + 1}`).join(' and ');
  await rowsOf(em, `select from ${table} t where ${condition} for no key update`, Object.values(key));
  const [row] = await rowsOf<{ known: KnownRow }>(em, `select to_jsonb(t) as known from ${table} t where ${condition}`, Object.values(key));
  return row?.known;
}

const isSame = (known: Columns, next: Columns): boolean => Object.entries(next).every(([column, value]) => JSON.stringify(known[column]) === JSON.stringify(value));

async function insert(em: EntityManager, table: string, columns: Columns, hasCode: boolean): Promise<number> {
  const names = Object.keys(columns);
  const rows = await rowsOf<{ id: number }>(em, `insert into ${table} (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')}) returning id`, Object.values(columns)).catch((error: unknown) => {
    if (codeOf(error) !== '23505') throw error;
    // Another's, whom the caller does not see; or one made this moment.
    throw hasCode ? codeTaken() : staleFault(1);
  });
  return rows[0]!.id;
}

/** Also where a part alone is different, so that the version tells. */
async function update(em: EntityManager, table: string, key: number, columns: Columns): Promise<number> {
  const names = Object.keys(columns);
  await rowsOf(em, `update ${table} set ${names.map((name, i) => `${name} = $${i + 2}`).join(', ')} where id = $1`, [key, ...Object.values(columns)]);
  return key;
}
