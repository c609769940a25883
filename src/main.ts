import 'reflect-metadata';
import { Command } from 'commander';
import { grantCommand } from './access/grant.command.js';
import { tokenCommand } from './access/token.command.js';
import { loadConfig } from './config.js';
import { exportCommand } from './exchange/export.command.js';
import { importCommand } from './exchange/import.command.js';
import { verifyCommand } from './ledger/verify.command.js';
import { migrateCommand } from './migrate.command.js';
import type { CommandDeps } from './shared/command.js';
import { OperatorError, codeOf, reasonOf } from './shared/database/errors.js';
import { startCommand } from './start.command.js';

/** The exit code of a command ended by Ctrl-C or SIGTERM, as shells have it. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

const notice = (line: string): void => console.error(line);

const deps: CommandDeps = {
  withDatabase: async (work, { migrations, before, asApi, serves = false } = {}) => {
    const config = loadConfig();
    await before?.(config);
    const controller = new AbortController();
    const { signal } = controller;
    let code: number | undefined;
    let breakOff = (): void => {};
    const onSignal = (name: keyof typeof SIGNALS): void => {
      // A second signal means: now.
      if (!serves || signal.aborted) breakOff();
      code = SIGNALS[name];
      controller.abort();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    try {
      const [{ openDatabase }, { entities }] = await Promise.all([import('./shared/database/database.js'), import('../mikro-orm.config.js')]);
      const db = await openDatabase(config, {
        entities, migrations, notice, keepUp: serves,
        ...(asApi === undefined ? {} : { as: 'api', prepare: (owner) => asApi.prepare(owner, { config, signal, notice }) }),
      });
      breakOff = () => void db.close({ force: true });
      try {
        if (signal.aborted) throw new OperatorError('Interrupted.', code);
        return await work({ db, config, signal, notice });
      } catch (error) {
        // What a broken-off statement throws says less than the signal does.
        throw signal.aborted ? new OperatorError('Interrupted.', code) : error;
      } finally {
        await db.close();
      }
    } finally {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    }
  },
};

const program = new Command('liendoan')
  .description('GraphQL server of a labour federation')
  .helpCommand(false)
  .addHelpText('after', '\nSettings are environment variables: see .env.example.');

startCommand(program, deps);
migrateCommand(program, deps);
// Each room adds its own commands here.
tokenCommand(program, deps);
grantCommand(program, deps);
importCommand(program, deps);
exportCommand(program, deps);
verifyCommand(program, deps);

try {
  await program.parseAsync();
} catch (error) {
  const failure = error instanceof OperatorError ? error : fromOutside(error);
  if (failure === undefined) throw error;
  console.error(failure.message);
  process.exitCode = failure.exitCode;
}

/** What the system or the database reports has a code, and says enough in a line; anything else is a mistake of ours. */
function fromOutside(error: unknown): OperatorError | undefined {
  const lost = /Connection terminated|Client has encountered a connection error/.test(String(error));
  return lost || codeOf(error) !== undefined ? new OperatorError(`Failed: ${reasonOf(error)}`) : undefined;
}
