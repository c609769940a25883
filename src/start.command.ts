import { createServer } from 'node:net';
import type { Command } from 'commander';
import type { Config } from './config.js';
import type { CommandDeps } from './shared/command.js';

/** `liendoan start`: serves until it is told to stop. */
export function startCommand(program: Command, deps: CommandDeps): void {
  program
    .command('start', { isDefault: true })
    .description('serve the API until Ctrl-C or SIGTERM')
    .action(() =>
      deps.withDatabase(
        async ({ db, config, signal, notice }) => {
          // Loaded here: the schema takes longer to load than other commands take to run.
          const [{ seedIfEmpty }, { startServer }] = await Promise.all([import('./seed.js'), import('./server.js')]);
          await seedIfEmpty(db, config, notice);
          if (signal.aborted) return;
          const server = await startServer(db, config);
          console.log(`Liendoan listens on ${server.url}`);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          notice('Stopping: running requests are answered first…');
          await server.close();
        },
        // Known at once, before a database is started for nothing.
        { before: assertPortFree, graceful: true },
      ),
    );
}

function assertPortFree(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', (error) => void import('./server.js').then(({ whyNotListening }) => reject(whyNotListening(error, config)), reject));
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
}
