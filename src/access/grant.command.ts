import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandDeps } from '../shared/command.js';
import { OperatorError } from '../shared/database/errors.js';
import { parseDay, type Day } from '../shared/dates.js';
import { grantAsOwner, revokeAsOwner } from './owner-grant.service.js';
import { ROLES, type RoleName } from './role.rules.js';
import { isPrincipal } from './principal.js';

interface Options {
  readonly principal: string;
  readonly unit: string;
  readonly role: RoleName;
  readonly from?: Day;
  readonly to?: Day;
  readonly revoke?: true;
}

/** `liendoan grant`: grants and revokes as the owner of the database, who needs no role for it. */
export function grantCommand(program: Command, deps: CommandDeps): void {
  program
    .command('grant')
    .description('give someone a role on an org unit and all beneath it, or take it back; how the first ADMIN comes to be')
    .requiredOption('--principal <name>', 'the subject (sub) of their tokens, or key:<id> of an API key', principal)
    .requiredOption('--unit <code>', 'the org unit')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .addOption(new Option('--from <day>', 'the first day (default: today)').argParser(day))
    .addOption(new Option('--to <day>', 'the last day (default: for good)').argParser(day))
    .addOption(new Option('--revoke', 'revoke what they hold of this role on this unit').conflicts(['from', 'to']))
    .action((options: Options) =>
      deps.withDatabase(async ({ db }) => {
        const { principal, role, unit, from, to } = options;
        if (options.revoke) {
          const count = await revokeAsOwner(db.pool, { principal, role, unit });
          if (count === 0) throw new OperatorError(`Nothing to revoke: ${principal} does not hold ${role} on ${unit}.`);
          console.log(`Revoked: ${principal} no longer holds ${role} on ${unit}${count === 1 ? '' : ` (${count} grants)`}.`);
          return;
        }
        const grant = await grantAsOwner(db.pool, { principal, role, unit, from, to });
        const days = `from ${grant.from} ${grant.to === null ? 'on' : `to ${grant.to}`}`;
        const what = `${principal} holds ${role} on ${unit} (${grant.unitName}) ${days}`;
        console.log(grant.isNew ? `Granted: ${what}.` : `Nothing to do: ${what} already.`);
      }),
    );
}

function principal(text: string): string {
  if (!isPrincipal(text)) throw new InvalidArgumentError('1 to 255 characters are wanted, without control characters and without spaces around them.');
  return text;
}

function day(text: string): Day {
  try {
    return parseDay(text, 'day');
  } catch {
    throw new InvalidArgumentError('a date like 2026-05-31 is wanted.');
  }
}
