import { createServer } from 'node:net';
import type { Command } from 'commander';
import type { Development, DevelopmentCaller } from './access/development-callers.js';
import { keepSealing } from './access/audit.seal.service.js';
import { requireTokenSettings } from './access/token-settings.js';
import type { Config } from './config.js';
import { keepPlacementDay } from './org-units/placement-day.service.js';
import type { CommandDeps, CommandOptions } from './shared/command.js';
import { reasonOf } from './shared/database/errors.js';

/** `liendoan start`: serves until it is told to stop. */
export function startCommand(program: Command, deps: CommandDeps): void {
  program
    .command('start', { isDefault: true })
    .description('serve the API until Ctrl-C or SIGTERM')
    .action(async () => {
      // Loaded for this command only, which takes longer than other commands take to run, and while the database starts.
      const parts = Promise.all([import('./seed.js'), import('./server.js'), import('./access/development-callers.js'), import('./access/development-key.js')]);
      parts.catch(() => {});
      let development: Development | undefined;
      const prepare: NonNullable<CommandOptions['asApi']>['prepare'] = async (owner, { config, notice }) => {
        const [{ seedIfEmpty }, , { prepareDevelopment }, { openDevelopmentKey }] = await parts;
        await seedIfEmpty(owner, config, notice);
        if (config.development) development = await prepareDevelopment(owner.pool, await openDevelopmentKey(config.dataFolder));
      };
      await deps.withDatabase(
        async ({ db, config, signal, notice }) => {
          const [, { startServer }] = await parts;
          if (signal.aborted) return;
          const day = await keepPlacementDay(db.pool, (error) => notice(`Today's placements could not be applied: ${reasonOf(error)}`));
          const seals = keepSealing(db.pool, (error) => notice(`The audit log could not be sealed: ${reasonOf(error)}`));
          const server = await startServer(db, config, { tokens: development?.tokens ?? requireTokenSettings(config), development });
          console.log(`Liendoan listens on ${server.url}`);
          if (development !== undefined) console.log(example(server.url, await development.callers()));
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          notice('Stopping: running requests are answered first…');
          day.stop();
          await server.close();
          await seals.stop();
        },
        // Known at once, before a database is started for nothing.
        { before: assertStartable, serves: true, asApi: { prepare } },
      );
    });
}

/** How to ask as someone, for whoever has just started a development server. */
function example(url: string, [first]: readonly DevelopmentCaller[]): string {
  if (!first?.token) return '';
  return [
    '',
    `Ask as ${first.label}, with a token that is valid for 8 hours; \`npm run -s token -- --unit CODE --role ROLE\` prints others:`,
    '',
    `curl ${url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${first.token}' -d '{"query":"{ viewer { principal } orgUnits { totalCount } }"}'`,
    '',
  ].join('\n');
}

async function assertStartable(config: Config): Promise<void> {
  if (!config.development) {
    const { keys } = requireTokenSettings(config);
    if (typeof keys === 'string') await (await import('./access/key-set.js')).assertKeyFile(keys);
  }
  await assertPortFree(config);
}

function assertPortFree(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', (error) => void import('./server.js').then(({ whyNotListening }) => reject(whyNotListening(error, config)), reject));
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
}
