/** One mistake in one line. */
export interface ImportProblem {
  readonly file: string;
  readonly line: number;
  /** Null: the line as a whole. */
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
}

/** So many are told of; the rest is counted. */
export const PROBLEM_LIMIT = 1000;

/** Keeps the first problems and counts the others. */
export class Problems {
  readonly kept: ImportProblem[] = [];
  count = 0;

  add(problem: ImportProblem): void {
    this.count += 1;
    if (this.kept.length < PROBLEM_LIMIT) this.kept.push(problem);
  }
}

/** `units.jsonl:12 parent UNKNOWN_UNIT no unit has the code P1`; one line, whatever the file says. */
export function formatProblem({ file, line, field, code, message }: ImportProblem): string {
  return `${file}:${line} ${field ?? '-'} ${code} ${message}`.replaceAll(/\p{Cc}/gu, (sign) => `\\u${sign.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}
