import { basename } from 'node:path';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { ACT_COUNTS, checkFigures, decideFigures, postFigures, resolveFigures, writeFigures } from './import.figures.sql.js';
import { knownReferences, writeAdoptions, writeCampaigns, writeClusters, writeIndicators, writeMemberCounts, writeRounds, writeUnits } from './import.references.sql.js';
import { publish, resolvePublications } from './import.publications.js';
import { bodyRow, checkBroken, collectBroken, comparing, COPY_STAGE, counts, figureRow, knownKinds, PROBLEMS, staging, writeKinds } from './import.staging.sql.js';
import { checkReferents, checkTree, collectDoubtful, collectFacts, DOUBT_ALL, NOTE_CYCLE, withoutFacts } from './import.structure.sql.js';
import { parseLine, readLines, sizesOf, type Line } from './lines.js';
import { Problems, PROBLEM_LIMIT, type ImportProblem } from './problems.js';
import { readRecord, type ExchangeRecord, type RecordType } from './records.js';

export type ImportStage = 'reading' | 'checking' | 'applying' | 'totals';

export interface ImportOptions {
  /** Does everything, and takes it back. */
  readonly dryRun?: boolean;
  /** How far a stage is: bytes of the files, or steps. */
  readonly progress?: (stage: ImportStage, done: number, of: number) => void;
}

export interface ImportCounts {
  created: number;
  changed: number;
  unchanged: number;
}

export interface ImportResult {
  readonly dryRun: boolean;
  /** Per type of record; what would have been, where there are errors. */
  readonly types: Partial<Record<RecordType, ImportCounts>>;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  /** The first thousand, by file and line. With one of them, nothing was changed. */
  readonly errors: readonly ImportProblem[];
  readonly errorCount: number;
  readonly seconds: number;
}

type Pooled = { readonly pool: pg.Pool };
/** A line of a file, or a record as such. */
type Entry = Line & { readonly value?: unknown };
interface Source {
  readonly name: string;
  readonly entries: AsyncIterable<Entry[]>;
}

/** Imports exchange files, all of them or nothing. */
export async function importFiles(db: Pooled, files: readonly string[], options: ImportOptions = {}): Promise<ImportResult> {
  const total = (await sizesOf(files)).reduce((sum, size) => sum + size, 0);
  let read = 0;
  const onBytes = (bytes: number): void => options.progress?.('reading', (read += bytes), total);
  return run(db, files.map((name) => ({ name, entries: readLines(name, onBytes) })), options);
}

/** Imports records, or lines that hold them; the line of an error is its place among them. */
export async function importRecords(db: Pooled, records: Iterable<unknown>, options: ImportOptions = {}): Promise<ImportResult> {
  async function* entries(): AsyncGenerator<Entry[]> {
    let line = 0;
    let some: Entry[] = [];
    for (const record of records) {
      some.push(typeof record === 'string' ? { line: (line += 1), text: record } : { line: (line += 1), value: record });
      if (some.length < 1000) continue;
      yield some;
      some = [];
    }
    yield some;
  }
  return run(db, [{ name: 'records', entries: entries() }], options);
}

async function run({ pool }: Pooled, sources: readonly Source[], { dryRun = false, progress = () => {} }: ImportOptions): Promise<ImportResult> {
  const started = performance.now();
  const problems = new Problems();
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await all(client, staging);
    const said = await stage(client, sources, problems);
    const { errors, errorCount, types } = await apply(client, sources, said, problems, progress);
    if (errorCount === 0 && !dryRun) await noteImport(client, sources, types);
    await client.query(errorCount > 0 || dryRun ? 'rollback' : 'commit');
    const sum = (of: keyof ImportCounts): number => Object.values(types).reduce((total, counts) => total + counts[of], 0);
    const seconds = (performance.now() - started) / 1000;
    return { dryRun, types, created: sum('created'), changed: sum('changed'), unchanged: sum('unchanged'), errors, errorCount, seconds };
  } catch (error) {
    // A connection that cannot even take back is of no further use.
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * What was imported is in the audit log too, at the end, when it is about to count; and until when it was not known yet.
 * Where nothing changed there is nothing to note.
 */
async function noteImport(client: pg.PoolClient, sources: readonly Source[], types: ImportResult['types']): Promise<void> {
  const changed = Object.values(types).some((counts) => counts.created + counts.changed > 0);
  if (!changed) return;
  const after = { files: sources.map(({ name }) => basename(name)), records: types };
  await client.query(`insert into audit_log (at, action, after) values (clock_timestamp(), 'IMPORT', $1)`, [JSON.stringify(after)]);
  await client.query('select ledger_loaded()');
}

async function all(client: pg.PoolClient, statements: readonly string[], done: () => void = () => {}): Promise<void> {
  for (const statement of statements) {
    await client.query(statement);
    done();
  }
}

/** Reads and checks line by line; what is sound on its own goes to the staging table. Returns of which types there is any. */
async function stage(client: pg.PoolClient, sources: readonly Source[], problems: Problems): Promise<Set<string>> {
  const types = new Set<string>();
  const copy = client.query(copyFrom(COPY_STAGE));
  const failed = new Promise<never>((_, reject) => copy.once('error', reject));
  failed.catch(() => {});
  let n = 0;
  let batch = '';
  const flush = async (): Promise<void> => {
    const taken = copy.write(batch);
    batch = '';
    if (!taken) await Promise.race([new Promise<void>((resolve) => copy.once('drain', resolve)), failed]);
  };
  try {
    for (const [index, source] of sources.entries()) {
      for await (const entries of source.entries) {
        for (const entry of entries) {
          const note = (code: string, message: string, field: string | null = null): void =>
            problems.add({ file: source.name, line: entry.line, field, code, message });
          const value = read(entry, note);
          if (value === undefined) continue;
          const place = `${(n += 1)}\t${index}\t${entry.line}\t`;
          const record = readRecord(value, note, ({ declares, code, body }) => (batch += place + bodyRow('broken', code, declares, body)));
          if (record !== null) {
            types.add(record.type);
            batch += place + (isFigure(record) ? figureRow(record) : bodyRow(record.type, record.key, record.mode, record.body));
          }
          if (batch.length > 65_536) await flush();
        }
      }
    }
    await flush();
    copy.end();
    await Promise.race([new Promise<void>((resolve) => copy.once('finish', resolve)), failed]);
    return types;
  } catch (error) {
    copy.destroy();
    throw error;
  }
}

function read(entry: Entry, note: (code: string, message: string) => void): unknown {
  if (entry.fault !== undefined) {
    note(entry.fault.code, entry.fault.message);
    return undefined;
  }
  if (entry.text === undefined) return entry.value ?? null;
  try {
    return parseLine(entry.text);
  } catch (error) {
    note('INVALID_JSON', `is not JSON: ${(error as Error).message}`);
    return undefined;
  }
}

/** Checks and writes, in the caller's transaction. Whatever is wrong is noted on the way, and the caller takes it all back. */
async function apply(client: pg.PoolClient, sources: readonly Source[], types: ReadonlySet<string>, problems: Problems, progress: NonNullable<ImportOptions['progress']>) {
  const any = (...some: RecordType[]): boolean => some.some((type) => types.has(type));
  const [compared, references, rest, figures] = [checking(types), writingReferences(any), writingRest(types, any), any('target', 'result', 'withdrawal')];
  await all(client, compared, steps('checking', compared.length, progress));
  const step = steps('applying', references.length + rest.length + 1, progress);
  await all(client, references, step);
  await placeUnits(client);
  step();
  await all(client, rest, step);

  let found = await collectProblems(client, sources, problems);
  if (found.errorCount === 0) {
    progress('totals', 0, 1);
    await all(client, [...(figures ? postFigures : []), 'select ledger_settle(ledger_moment())']);
    // What is published is a total: so it waits for them, and for all else to be sound.
    if (any('publication') && (await publish(client))) found = await collectProblems(client, sources, problems);
    progress('totals', 1, 1);
  }

  const told = await client.query<{ type: RecordType; records: number; created: number; changed: number }>(counts(figures ? ACT_COUNTS : ''));
  const done: ImportResult['types'] = {};
  for (const { type, records, created, changed } of told.rows) done[type] = { created, changed, unchanged: records - created - changed };
  return { ...found, types: done };
}

async function collectProblems(client: pg.PoolClient, sources: readonly Source[], problems: Problems): Promise<Pick<ImportResult, 'errors' | 'errorCount'>> {
  const { rows } = await client.query<Omit<ImportProblem, 'file'> & { file: number; count: number }>(PROBLEMS, [PROBLEM_LIMIT]);
  const order = new Map(sources.map(({ name }, index) => [name, index]));
  const errors = [...problems.kept, ...rows.map(({ file, line, field, code, message }) => ({ file: sources[file]!.name, line, field, code, message }))]
    .sort((a, b) => order.get(a.file)! - order.get(b.file)! || a.line - b.line)
    .slice(0, PROBLEM_LIMIT);
  return { errors, errorCount: problems.count + Number(rows[0]?.count ?? 0) };
}

// Nobody else posts from the lock on: all that is written has one moment.
const checking = (types: ReadonlySet<string>): string[] => ['select structure_lock()', 'select ledger_moment()', ...collectBroken, ...comparing([...knownReferences(types), ...knownKinds(types)])];
// Of what there is no record, nothing is asked.
type Any = (...types: RecordType[]) => boolean;
const STRUCTURE = ['orgUnit', 'placement', 'closure'] as const;
const writingReferences = (any: Any): string[] => [
  ...(any('orgUnit') ? [...writeUnits, 'analyze org_unit'] : []), ...(any('indicator') ? writeIndicators : []), ...(any('campaign') ? writeCampaigns : []),
  ...(any('adoption') ? writeAdoptions : []), ...(any('reportingRound') ? writeRounds : []), ...(any(...STRUCTURE) ? collectFacts : withoutFacts), ...collectDoubtful,
];
const writingRest = (types: ReadonlySet<string>, any: Any): string[] => [
  ...(any(...STRUCTURE) ? checkTree : []), ...(any(...STRUCTURE, 'cluster', 'campaign', 'adoption', 'memberCount') ? [...writeClusters, ...writeMemberCounts, ...checkReferents] : []),
  ...writeKinds(types), ...(any('target', 'result', 'withdrawal') ? [...resolveFigures, ...checkFigures, ...decideFigures, ...writeFigures] : []),
  ...(any('publication') ? resolvePublications : []), ...checkBroken,
];
const isFigure = ({ type }: ExchangeRecord): boolean => type === 'result' || type === 'target' || type === 'withdrawal';

function steps(stage: ImportStage, of: number, progress: NonNullable<ImportOptions['progress']>): () => void {
  let done = 0;
  return () => progress(stage, (done += 1), of);
}

async function placeUnits(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ any: boolean }>('select exists (select from structure_event) as any');
  if (!rows[0]!.any) return;
  const cycle = await client.query<{ structure_apply: number }>('select structure_apply()');
  if (cycle.rows.length > 0) await client.query(NOTE_CYCLE, [cycle.rows.map((row) => row.structure_apply)]).then(() => client.query(DOUBT_ALL));
}
