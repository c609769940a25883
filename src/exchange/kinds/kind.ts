/**
 * A type of record that is a row and what hangs on it: all that import and export need to know of it, in one place. Units,
 * indicators, campaigns, figures and publications are more than that, and have files of their own.
 */
import type { Report, Shape } from '../fields.js';

export type Body = Record<string, unknown>;

/** What a field names by code, the table that it is in, and how errors call it. */
export interface Referent {
  readonly what: string;
  readonly table: string;
}

export interface RecordKind<Type extends string = string> {
  readonly type: Type;
  readonly shape: Shape;
  /** What names the record: its codes and dates with "|" between. */
  readonly key: (body: Body) => string;
  /** What must hold within one record; may sort lists whose order says nothing. */
  readonly check?: (body: Body, report: Report) => void;
  /** What others can name by its code: the key is the code then. */
  readonly declares?: Referent;
  /** Fields that name something by code, at the top of the record: unknown codes are found without more. */
  readonly references?: Readonly<Record<string, string>>;
  /** The same of lists: of codes (`authors`), or of parts with a field that is one (`issuers.unit`). */
  readonly listed?: Readonly<Record<string, string>>;
  /** Fields whose day is today or before. */
  readonly past?: readonly string[];
  /** Fields that a correction does not reach, and what to do instead. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** A query of what is kept, as records: `key`, and `line` (compact JSON in the order of the fields, without nulls and defaults). */
  readonly records: (where: string) => string;
  /** The same for an export, where that tells less: of what it names, only what is exported. */
  readonly exportedAs?: (where: string) => string;
  /** Narrows that query to what can be known under the keys of the import. */
  readonly known?: string;
  /** Statements that check the rest and write; `verdict v` has what is said and what is known. Of faulty imports all is taken back. */
  readonly write: readonly string[];
  /** Statements that check, after all kinds are written, what others may have changed: they run without such records, too. */
  readonly always?: readonly string[];
  /** Which are exported: of the units `wanted('own')`, and of what others refer to, `wantedThings('…')`. */
  readonly exported: string;
  /** What the exported ones refer to: queries of ids. `things` are other kinds, by `what`. */
  readonly wants?: {
    readonly units?: readonly string[];
    readonly campaigns?: readonly string[];
    readonly indicators?: readonly string[];
    readonly clusters?: readonly string[];
    readonly things?: Readonly<Record<string, string>>;
  };
}

export const kindOf = <const Type extends string>(kind: RecordKind<Type>): RecordKind<Type> => kind;

/** Ids of what an export holds. `own`: the units of the subtree; others, whatever those refer to. */
export const wanted = (what: 'unit' | 'own' | 'cluster' | 'indicator' | 'campaign') => `(select id from wanted_${what})`;
export const wantedThings = (what: string) => `(select id from wanted_thing where what = '${what}')`;
/** Whether everything is exported. */
export const EVERYTHING = '(select count(*) from wanted_own) = (select count(*) from org_unit)';
