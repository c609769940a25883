import { isBlank } from '../shared/blank.js';

/** Reports what is wrong with a value; `path` continues the name of the field, as in `phases` + `[1].code`. */
export type Report = (code: string, message: string, path?: string) => void;

/** Reads a value into its canonical form. Returns undefined for a default, which is not kept, or after a report. */
export type Field = (value: unknown, report: Report) => unknown;

/** The fields of a record; those in `required` may be neither absent nor null. */
export interface Shape {
  readonly fields: Readonly<Record<string, Field>>;
  readonly required: ReadonlySet<string>;
}

export function shape(required: Record<string, Field>, optional: Record<string, Field> = {}): Shape {
  return { fields: { ...required, ...optional }, required: new Set(Object.keys(required)) };
}

type Body = Record<string, unknown>;

/** Reads an object by its shape. What is wrong is reported; the rest is read all the same. */
export function readShape({ fields, required }: Shape, value: Body, report: Report): Body {
  const body: Body = {};
  for (const name in value) {
    const field = fields[name];
    const given = value[name];
    if (field === undefined || !Object.hasOwn(fields, name)) report('UNKNOWN_FIELD', `there is no such field here; there are ${Object.keys(fields).join(', ')}`, name);
    else if (given !== null && given !== undefined) {
      const read = field(given, (code, message, path = '') => report(code, message, name + path));
      if (read !== undefined) body[name] = read;
    }
  }
  for (const name of required) {
    if (value[name] === undefined || value[name] === null) report('MISSING_FIELD', 'is required', name);
  }
  return body;
}

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const isCode = (value: unknown): value is string => typeof value === 'string' && CODE.test(value);

export const code: Field = (value, report) => {
  if (isCode(value)) return value;
  report('INVALID_VALUE', 'must be a code: 1 to 64 letters (A to Z), digits, ".", "_" or "-", starting with a letter or digit');
  return undefined;
};

export const text =
  (longest: number): Field =>
  (value, report) => {
    if (typeof value !== 'string') report('INVALID_VALUE', 'must be a text');
    else if (isBlank(value)) report('INVALID_VALUE', 'must not be empty: leave an optional field out');
    // NUL and halves of surrogate pairs are no text, and PostgreSQL keeps neither.
    else if (value.includes('\0') || !value.isWellFormed()) report('INVALID_VALUE', 'holds a character that is no text (NUL, or half of a surrogate pair)');
    else {
      const composed = value.normalize('NFC');
      if (composed.length <= longest) return composed;
      report('INVALID_VALUE', `is ${composed.length} characters long; at most ${longest} are kept`);
    }
    return undefined;
  };

export function oneOf(values: readonly string[], byDefault?: string): Field {
  const known = new Set(values);
  return (value, report) => {
    if (typeof value === 'string' && known.has(value)) return value === byDefault ? undefined : value;
    report('INVALID_VALUE', `must be one of ${values.join(', ')}`);
    return undefined;
  };
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const knownDates = new Set<string>();

export const date: Field = (value, report) => {
  if (typeof value === 'string' && (knownDates.has(value) || isDate(value))) return value;
  report('INVALID_VALUE', 'must be a date of the calendar, as YYYY-MM-DD, from the year 1000 on');
  return undefined;
};

function isDate(value: string): boolean {
  const parts = DATE.exec(value);
  if (parts === null || Number(parts[1]) < 1000) return false;
  const parsed = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== value) return false;
  // An import says the same few days again and again.
  if (knownDates.size < 10_000) knownDates.add(value);
  return true;
}

/** At most 2^53 - 1 and four decimals: what a JSON number carries exactly. */
const number =
  (least: number): Field =>
  (value, report) => {
    if (typeof value === 'number' && value >= least && value <= Number.MAX_SAFE_INTEGER) {
      // -0 is 0.
      if (Number.isInteger(value) || /^-?\d+\.\d{1,4}$/.test(String(value))) return value === 0 ? 0 : value;
    }
    report('INVALID_VALUE', `must be a number from ${least} to 9007199254740991 with at most four decimals`);
    return undefined;
  };

export const quantity = number(0);
/** Totals can be negative, where figures contradict each other. */
export const totalQuantity = number(-Number.MAX_SAFE_INTEGER);

export const wholeNumber =
  (least: number, most: number): Field =>
  (value, report) => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value;
    report('INVALID_VALUE', `must be a whole number from ${least} to ${most}`);
    return undefined;
  };

export const flag: Field = (value, report) => {
  if (typeof value === 'boolean') return value || undefined;
  report('INVALID_VALUE', 'must be true or false');
  return undefined;
};

/** An empty list is none. `sorted`: the order says nothing, and nothing may be there twice. */
export const listOf =
  (item: Field, most: number, { sorted = false, least = 0 } = {}): Field =>
  (value, report) => {
    if (!Array.isArray(value) || value.length > most || value.length < least) {
      report('INVALID_VALUE', `must be a list of ${least > 0 ? `${least} to` : 'at most'} ${most}`);
      return undefined;
    }
    const items = value.map((entry, index) => item(entry, (reason, message, path = '') => report(reason, message, `[${index}]${path}`)));
    if (sorted) {
      items.forEach((entry, index) => {
        if (entry !== undefined && items.indexOf(entry) !== index) report('INVALID_VALUE', 'is there twice', `[${index}]`);
      });
      items.sort();
    }
    return items.length === 0 ? undefined : items;
  };
