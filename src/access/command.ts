import type { EntityManager } from '@mikro-orm/postgresql';
import type { Context } from '../context.js';
import { translate } from '../shared/database/reads.js';
import type { UserError, UserErrorCode } from '../shared/user-error.js';

/** A fault in the input of a mutation: what was done is undone, and the caller is told. */
export class UserFault extends Error {
  constructor(
    /** The input field at fault. */
    readonly field: string,
    readonly code: UserErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** What a mutation answers: what it did, or why it did nothing. */
export type Outcome<T> = { [Field in keyof T]: T[Field] | null } & { userErrors: UserError[] };

/** What a command does to grants and keys: those that change them come one at a time, and none runs beside those that act by them. */
export type GrantsUse = 'change' | 'act by';
/** Taken before all locks of the ledger. */
export const GRANTS_LOCK = 715_003;

/**
 * Runs a command in one transaction, as the caller: its statements see and change what the caller may. What the
 * request reads afterwards is read anew. A `UserFault` becomes the outcome's `userErrors`, with `nothing` beside it.
 */
export async function command<T extends object>(context: Context, grants: GrantsUse, nothing: { [Field in keyof T]: null }, work: (em: EntityManager) => Promise<T>): Promise<Outcome<T>> {
  await context.reads.renew();
  try {
    // Who asks; what they hold follows once the grants stand still.
    const em = context.orm.em.fork({ session: { variables: { 'liendoan.principal': context.caller.principal ?? '' } } });
    const done = await em.transactional(async (transaction) => {
      await transaction.execute(`set local statement_timeout = '15s'; set local transaction_timeout = '25s'`);
      await transaction.execute(`select pg_advisory_xact_lock${grants === 'change' ? '' : '_shared'}(${GRANTS_LOCK})`);
      await transaction.execute('select set_config(name, value, true) from access_session(?, ?)', [context.caller.principal, context.today]);
      return work(transaction);
    });
    return { ...done, userErrors: [] };
  } catch (error) {
    if (!(error instanceof UserFault)) throw translate(error);
    return { ...nothing, userErrors: [{ path: ['input', error.field], code: error.code, message: error.message }] };
  }
}

/** Notes in the audit log what the caller did to a unit. */
export async function audit(em: EntityManager, { caller, requestId }: Context, action: string, unit: number, after: object | null, before: object | null = null): Promise<void> {
  await em.execute('insert into audit_log (principal, action, unit_id, before, after, request_id) values (?, ?, ?, ?::jsonb, ?::jsonb, ?)', [
    caller.principal,
    action,
    unit,
    before === null ? null : JSON.stringify(before),
    after === null ? null : JSON.stringify(after),
    requestId,
  ]);
}
