/**
 * The nation with so many figures, in an embedded database of its own that is kept: `.bench/nation-<figures>/`. The
 * project's importer fills it, a part at a time, and goes on where it was broken off; `whole.json` is written last.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { entities } from '../mikro-orm.config.js';
import { importRecords, type ImportOptions } from '../src/exchange/import.service.js';
import { formatProblem } from '../src/exchange/problems.js';
import { openDatabase, type Database } from '../src/shared/database/database.js';
import { OperatorError } from '../src/shared/database/errors.js';
import { readMigrations } from '../src/shared/database/migrate.js';
import { projectFolder } from '../src/shared/project.js';
import { nationOf, structureOf, type Nation, type Size } from './nation.js';

export interface NationOptions {
  readonly size?: Size;
  /** Where databases are kept. Default: .bench/ of the project. */
  readonly within?: string;
  /** Whether one that does not fit is thrown away; else it is an OperatorError, for it took long to build. */
  readonly again?: boolean;
  /** A line for whoever waits. */
  readonly notice?: (line: string) => void;
  readonly progress?: (part: string, ...of: Parameters<NonNullable<ImportOptions['progress']>>) => void;
}

export interface KeptNation {
  readonly nation: Nation;
  readonly figures: number;
  readonly folder: string;
  /** That the imports took when it was built. */
  readonly seconds: number;
  /** As the owner of the tables, for whom no row is hidden. Its `url` is for processes of their own; so is the API's. */
  readonly owner: Database;
  /** As the API logs in. */
  readonly api: Database;
  close(): Promise<void>;
}

/** Goes up with what the generator, the callers or the parts below make: what an older one built is built anew. */
const VERSION = 1;
const PART = 500_000;

const described = z.object({
  version: z.number(), size: z.string(), figures: z.number(),
  /** Names of migrations, and what is in them, in order. */
  migrations: z.array(z.tuple([z.string(), z.string()])),
  /** How many parts are in, and how long they took. */
  parts: z.number(), seconds: z.number(),
});
type Described = z.infer<typeof described>;

const KEPT = join(dirname(projectFolder('bench')), '.bench');

/** Opens the kept database, which is built first where there is none that fits. */
export async function openNation(figures: number, { size = 'full', within = KEPT, again = false, notice = () => {}, progress = () => {} }: NationOptions = {}): Promise<KeptNation> {
  const nation = nationOf(size);
  const folder = join(within, `nation-${figures}${size === 'full' ? '' : `-${size}`}`);
  const [whole, begun, dataFolder] = [join(folder, 'whole.json'), join(folder, 'begun.json'), join(folder, 'data')];
  const migrations = readMigrations().map(({ name, sql }): [string, string] => [name, createHash('sha256').update(sql).digest('hex')]);
  const fresh: Described = { version: VERSION, size, figures, migrations, parts: 0, seconds: 0 };

  let found = read(whole) ?? read(begun);
  const unfit = found === undefined ? (existsSync(folder) ? 'there is no telling what is in it' : undefined) : whyUnfit(found, fresh);
  if (unfit !== undefined) {
    const command = `npm run bench:data -- --figures ${figures} --size ${size}${within === KEPT ? '' : ` --within ${within}`} --again`;
    if (!again) throw new OperatorError(`${folder} does not fit: ${unfit}. It took ${found === undefined ? 'some time' : `${found.seconds.toFixed(0)} s`} to build; ${command} throws it away and builds it anew.`);
    notice(`Building ${folder} anew: ${unfit}.`);
    rmSync(folder, { recursive: true, force: true });
    found = undefined;
  }
  mkdirSync(folder, { recursive: true });
  if (found === undefined) write(begun, fresh);

  const opened: Database[] = [];
  const close = async (): Promise<void> => {
    for (const db of opened.toReversed()) await db.close();
  };
  try {
    const owner = await openDatabase({ databaseUrl: undefined, dataFolder }, { entities, notice });
    opened.push(owner);
    const { parts, seconds } = existsSync(whole) ? found! : await build(owner, nation, { ...fresh, ...found, migrations }, (so) => write(begun, so), notice, progress);
    if (!existsSync(whole) || found!.migrations.length < migrations.length) {
      await owner.pool.query('vacuum analyze');
      write(whole, { ...fresh, parts, seconds });
      rmSync(begun, { force: true });
    }
    const api = await openDatabase({ databaseUrl: undefined, dataFolder }, { as: 'api', entities, notice });
    opened.push(api);
    return { nation, figures, folder, seconds, owner, api, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Why what is kept is not what is asked for. New migrations are no reason: they are run. */
function whyUnfit(found: Described, wanted: Described): string | undefined {
  if (found.version !== wanted.version) return 'its generator is another';
  const known = new Map(wanted.migrations);
  const other = found.migrations.find(([name, hash]) => known.get(name) !== hash);
  return other === undefined ? undefined : `the migration ${other[0]} is another`;
}

function read(file: string): Described | undefined {
  return existsSync(file) ? described.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data : undefined;
}

/** Either as it was, or as it is to be. */
function write(file: string, what: Described): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(what, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

async function build(owner: Database, nation: Nation, so: Described, note: (so: Described) => void, notice: (line: string) => void, progress: NonNullable<NationOptions['progress']>): Promise<Described> {
  const results = nation.results(so.figures);
  const parts = 1 + Math.ceil(so.figures / PART);
  let done = so;
  for (let part = 0; part < parts; part++) {
    const records = part === 0 ? structureOf(nation) : take(results, PART);
    if (part < so.parts) {
      for (const _ of part === 0 ? [] : records);
      continue;
    }
    const label = `part ${part + 1} of ${parts}`;
    // What was imported when the last run broke off is unchanged now.
    const { errors, created, unchanged, seconds } = await importRecords(owner, records, { progress: (...so) => progress(label, ...so) });
    if (errors.length > 0) throw new Error(errors.slice(0, 3).map(formatProblem).join('\n'));
    if (part === 0) await grantCallers(owner, nation);
    note((done = { ...done, parts: part + 1, seconds: done.seconds + seconds }));
    notice(`${label}: ${created + unchanged} records in ${seconds.toFixed(1)} s`);
  }
  return done;
}

function* take(results: Iterator<object, void>, many: number): Generator<object> {
  for (let taken = 0; taken < many; taken++) {
    const { value, done } = results.next();
    if (done === true) return;
    yield value;
  }
}

/** `viewer:<code>` for each unit but the unions; `analyst:`, `reporter:` and `approver:` for N, all beneath it, and the districts of P1. */
export async function grantCallers({ pool }: Database, { provincials, uppers }: Nation): Promise<void> {
  const above = ['N', ...provincials];
  const some = [...above, ...uppers.flatMap(({ code, parent }) => (parent === 'P1' ? [code] : []))];
  const callers = [['VIEWER', [...above, ...uppers.map(({ code }) => code)]], ['ANALYST', some], ['REPORTER', some], ['APPROVER', some]] as const;
  for (const [role, codes] of callers) {
    await pool.query(
      `insert into role_grant (principal, role, unit_id, starts)
       select p.principal, $1::access_role, u.id, '2000-01-01' from org_unit u cross join lateral (select lower($1) || ':' || u.code as principal) p
       where u.code = any ($2) and not exists (select from role_grant g where g.principal = p.principal)`,
      [role, codes],
    );
  }
}
