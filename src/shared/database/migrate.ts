import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Migration, Migrator } from '@mikro-orm/migrations';
import type { Options } from '@mikro-orm/postgresql';
import type { Database } from './database.js';
import { projectFolder } from '../project.js';
import { OperatorError, reasonOf } from './errors.js';

const TABLE = 'schema_migration';
// Any fixed number: it keeps two processes from migrating one database at a time.
const LOCK = 7_205_183;

interface MigrationFile {
  readonly name: string;
  readonly sql: string;
}

/** Files `NNNN-name.sql` in order; each runs in one transaction, as one text. */
export function readMigrations(folder = projectFolder('schema', 'migrations')): MigrationFile[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql')).sort();
  const odd = files.find((file) => !/^\d{4}-[a-z0-9-]+\.sql$/.test(file));
  if (odd !== undefined) throw new OperatorError(`Migration ${odd} is not named NNNN-name.sql.`);
  const repeated = files.find((file, i) => file.slice(0, 4) === files[i - 1]?.slice(0, 4));
  if (repeated !== undefined) throw new OperatorError(`Two migrations are numbered ${repeated.slice(0, 4)}.`);
  return files.map((file) => ({ name: file.slice(0, -'.sql'.length), sql: readFileSync(join(folder, file), 'utf8') }));
}

/** What the ORM has to know to run them. */
export function migrationOptions(migrations: readonly MigrationFile[]): Pick<Options, 'extensions' | 'migrations'> {
  return {
    extensions: [Migrator],
    migrations: {
      tableName: TABLE,
      migrationsList: migrations.map(({ name, sql }) => ({ name, class: asClass(sql) })),
      transactional: true,
      allOrNothing: false,
      // Switching foreign keys off takes a superuser, and hides mistakes.
      disableForeignKeys: false,
      snapshot: false,
      silent: true,
    },
  };
}

/** Names of the migrations that the database has not had yet, in order. Reads only. */
export async function pendingMigrations(db: Pick<Database, 'pool' | 'migrations'>): Promise<string[]> {
  const { rows: found } = await db.pool.query<{ there: boolean }>('select to_regclass($1) is not null as there', [TABLE]);
  const { rows: done } = found[0]?.there ? await db.pool.query<{ name: string }>(`select name from ${TABLE}`) : { rows: [] };
  const names = new Set(done.map(({ name }) => name));
  return db.migrations.filter((name) => !names.has(name));
}

/** Runs what is pending, in order, and returns the names. A migration that fails leaves no trace; those before it stay. */
export async function migrate(db: Pick<Database, 'pool' | 'orm' | 'migrations'>, notice: (line: string) => void = () => {}): Promise<string[]> {
  const client = await db.pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const pending = await pendingMigrations(db);
    for (const name of pending) {
      notice(`Migrating: ${name}`);
      try {
        await db.orm.migrator.up({ migrations: [name] });
      } catch (error) {
        throw new OperatorError(`Migration ${name} failed and was undone: ${reasonOf(error)}`);
      }
    }
    return pending;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => {});
    client.release();
  }
}

function asClass(sql: string): new (...parameters: ConstructorParameters<typeof Migration>) => Migration {
  return class extends Migration {
    override up(): void {
      this.addSql(sql);
    }
  };
}
