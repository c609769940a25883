import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Config } from '../config.js';
import type { CommandDeps } from '../shared/command.js';
import { OperatorError } from '../shared/database/errors.js';
import { enrol } from './development-callers.js';
import { ROLES, type RoleName } from './role.rules.js';

interface Options {
  readonly unit: string;
  readonly role: RoleName;
  readonly expires: number;
}

const DAY = 86_400;

/** `liendoan token`: a token to try things with, on a developer's machine. */
export function tokenCommand(program: Command, deps: CommandDeps): void {
  program
    .command('token')
    .description('print a token of someone who holds a role on an org unit; in development only')
    .requiredOption('--unit <code>', 'the org unit')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .addOption(new Option('--expires <time>', 'how long it is valid, such as 30m, 8h or 7d; at most 30d').argParser(duration).default(8 * 3600, '8h'))
    .action(({ unit, role, expires }: Options) =>
      deps.withDatabase(
        async ({ db, config, notice }) => {
          // Loaded for this command only.
          const { openDevelopmentKey } = await import('./development-key.js');
          const key = await openDevelopmentKey(config.dataFolder);
          const { principal, unitName } = await enrol(db.pool, role, unit);
          notice(`${principal}: ${role} on ${unit} (${unitName}), until ${new Date(Date.now() + expires * 1000).toISOString().slice(0, 16)}Z`);
          console.log(await key.issue(principal, expires));
        },
        { before: assertDevelopment },
      ),
    );
}

async function assertDevelopment({ development }: Config): Promise<void> {
  if (development) return;
  throw new OperatorError(
    'Only a development server signs tokens itself: one on the embedded database, with NODE_ENV unset and no LIENDOAN_JWKS, LIENDOAN_JWT_ISSUER ' +
      'or LIENDOAN_JWT_AUDIENCE. This one takes the tokens of your identity provider; `npm run grant` says what their holders may do.',
    2,
  );
}

function duration(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  const seconds = Number(count) * ({ m: 60, h: 3600, d: DAY }[unit ?? ''] ?? Number.NaN);
  if (!(seconds <= 30 * DAY)) throw new InvalidArgumentError('a time like 30m, 8h or 7d is wanted, of at most 30d.');
  return seconds;
}
