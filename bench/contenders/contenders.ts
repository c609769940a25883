import type { Question } from '../line.js';
import type { Asking, Workload } from '../workloads/workload.js';

export type ContenderName = 'liendoan' | 'liendoan-cached' | 'liendoan-open' | 'floor' | 'mercurius' | 'postgraphile' | 'postgraphile-tuned';

/** A caller: a viewer of a unit. */
export interface Caller {
  /** Signed, for Liendoan. */
  readonly token: string;
  /** For the others, who take it from a header, as from a gateway that has checked who calls: the principal, and the path of the unit. */
  readonly principal: string;
  readonly scope: string;
}

interface ContenderKind {
  /** The file that is started. */
  readonly file: string;
  /** What it is told of how to start. */
  readonly mode: string;
  /** Whose documents and rows of a workload are its. */
  readonly kind: 'liendoan' | 'floor' | 'mercurius' | 'postgraphile' | 'postgraphile-tuned';
  readonly headers: (caller: Caller) => Record<string, string>;
  readonly what: string;
}

const bearer = ({ token }: Caller): Record<string, string> => ({ authorization: `Bearer ${token}` });
const named = ({ principal }: Caller): Record<string, string> => ({ 'x-principal': principal });
const scoped = ({ scope }: Caller): Record<string, string> => ({ 'x-scope': scope });

export const contenders: Readonly<Partial<Record<ContenderName, ContenderKind>>> = {
  liendoan: { file: 'liendoan', mode: 'uncached', kind: 'liendoan', headers: bearer, what: 'as shipped: permissions and limits on; the answer cache off' },
  'liendoan-cached': { file: 'liendoan', mode: 'cached', kind: 'liendoan', headers: bearer, what: 'as shipped: permissions and limits on; the answer cache on' },
  'liendoan-open': { file: 'liendoan', mode: 'open', kind: 'liendoan', headers: bearer, what: 'without permissions, row scope and limits; the answer cache off' },
  floor: { file: 'floor', mode: '', kind: 'floor', headers: scoped, what: 'node:http and pg: one prepared statement builds the JSON, scope in WHERE' },
  mercurius: { file: 'mercurius', mode: '', kind: 'mercurius', headers: scoped, what: 'mercurius and its compiler, loaders with hand-written SQL, scope in WHERE' },
  postgraphile: { file: 'postgraphile', mode: '', kind: 'postgraphile', headers: named, what: 'PostGraphile 5 as its documentation leads: Amber, computed columns, row-level security' },
  'postgraphile-tuned': { file: 'postgraphile-tuned', mode: '', kind: 'postgraphile-tuned', headers: named, what: 'PostGraphile 5 tuned: a function a page with flat rows, one round trip a transaction, row-level security' },
};

export const kindOf = (name: ContenderName): ContenderKind => contenders[name]!;

/** Whether a contender can do a workload. */
export function takes(name: ContenderName, { documents, floor, byScope = false }: Workload): boolean {
  const { kind, mode } = kindOf(name);
  if (byScope && mode === 'open') return false;
  return kind === 'floor' ? floor : documents[kind] !== undefined;
}

export function questionOf(name: ContenderName, workload: string, { documents }: Workload, { variables }: Asking, caller: Caller): Question {
  const { kind, headers } = kindOf(name);
  return kind === 'floor'
    ? { path: `/${workload}`, headers: headers(caller), body: JSON.stringify(variables) }
    : { path: '/graphql', headers: headers(caller), body: JSON.stringify({ query: documents[kind], variables }) };
}
