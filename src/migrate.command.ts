import type { Command } from 'commander';
import type { CommandDeps } from './shared/command.js';
import { ensureApiLogin } from './shared/database/api-login.js';
import { migrate } from './shared/database/migrate.js';

/** `liendoan migrate`: brings a database up to date. */
export function migrateCommand(program: Command, deps: CommandDeps): void {
  program
    .command('migrate')
    .description('run the migrations that the database (DATABASE_OWNER_URL, or the embedded one) has not had yet; let the API log in as DATABASE_URL says')
    .action(() =>
      deps.withDatabase(
        async ({ db, config, notice }) => {
          const done = await migrate(db, notice);
          if (config.databaseOwnerUrl !== undefined) await ensureApiLogin(db.pool, config.databaseUrl!);
          console.log(done.length === 0 ? 'The database is up to date.' : `Ran ${done.length} migration(s).`);
        },
        { migrations: 'ignore' },
      ),
    );
}
