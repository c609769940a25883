import type { Command } from 'commander';
import type { CommandDeps } from './shared/command.js';
import { migrate } from './shared/database/migrate.js';

/** `liendoan migrate`: brings a database up to date. */
export function migrateCommand(program: Command, deps: CommandDeps): void {
  program
    .command('migrate')
    .description('run the migrations that the database (DATABASE_URL, or the embedded one) has not had yet')
    .action(() =>
      deps.withDatabase(
        async ({ db, notice }) => {
          const done = await migrate(db, notice);
          console.log(done.length === 0 ? 'The database is up to date.' : `Ran ${done.length} migration(s).`);
        },
        { migrations: 'ignore' },
      ),
    );
}
