import { createServer } from 'node:net';
import type { Command } from 'commander';
import { openDevelopmentKey } from './access/development-key.js';
import { requireTokenSettings } from './access/token-settings.js';
import type { Config } from './config.js';
import { keepPlacementDay } from './org-units/placement-day.service.js';
import type { CommandDeps } from './shared/command.js';
import { reasonOf } from './shared/database/errors.js';

/** `liendoan start`: serves until it is told to stop. */
export function startCommand(program: Command, deps: CommandDeps): void {
  program
    .command('start', { isDefault: true })
    .description('serve the API until Ctrl-C or SIGTERM')
    .action(async () => {
      // Loaded for this command only, which takes longer than other commands take to run, and while the database starts.
      const parts = Promise.all([import('./seed.js'), import('./server.js')]);
      parts.catch(() => {});
      await deps.withDatabase(
        async ({ db, config, signal, notice }) => {
          const [, { startServer }] = await parts;
          if (signal.aborted) return;
          const day = await keepPlacementDay(db.pool, (error) => notice(`Today's placements could not be applied: ${reasonOf(error)}`));
          const development = config.development ? await openDevelopmentKey(config.dataFolder) : undefined;
          const server = await startServer(db, config, { tokens: development?.settings ?? requireTokenSettings(config) });
          console.log(`Liendoan listens on ${server.url}`);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          notice('Stopping: running requests are answered first…');
          day.stop();
          await server.close();
        },
        // Known at once, before a database is started for nothing.
        { before: assertStartable, serves: true, asApi: { prepare: async (owner, { config, notice }) => (await parts)[0].seedIfEmpty(owner, config, notice) } },
      );
    });
}

async function assertStartable(config: Config): Promise<void> {
  if (!config.development) requireTokenSettings(config);
  await assertPortFree(config);
}

function assertPortFree(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', (error) => void import('./server.js').then(({ whyNotListening }) => reject(whyNotListening(error, config)), reject));
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
}
