import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Context } from '../context.js';
import { codeOf } from '../shared/database/errors.js';
import { onCommitted, openTransaction, rowsOf, sendOf } from '../shared/database/querying.js';
import { translate } from '../shared/database/reads.js';
import { RequestOver } from '../shared/errors.js';
import type { UserError, UserErrorCode } from '../shared/user-error.js';

/** A fault in the input of a mutation: what was done is undone, and the caller is told. */
export class UserFault extends Error {
  constructor(
    /** The input field at fault; of several, the way to it (`items.3.id`). */
    readonly field: string,
    readonly code: UserErrorCode,
    message: string,
    /** What the payload shows all the same, such as the state that the caller did not know. */
    readonly shown: object = {},
  ) {
    super(message);
  }

  get userErrors(): UserError[] {
    const path = ['input', ...this.field.split('.')];
    return [{ path, code: this.code, message: this.message }];
  }
}

/** Several faults at once, such as all that a campaign lacks. */
export class UserFaults extends UserFault {
  constructor(
    readonly faults: readonly UserFault[],
    shown: object = {},
  ) {
    super(faults[0]!.field, faults[0]!.code, faults[0]!.message, shown);
  }

  override get userErrors(): UserError[] {
    return this.faults.flatMap((fault) => fault.userErrors);
  }
}

/** The caller knows another version than there is. `shown` is the state as it is. */
export function staleFault(current: number, shown: object = {}, field = 'expectedVersion'): UserFault {
  const message = current === 0 ? 'There is none yet: expectedVersion would be 0.' : `It has changed since: its version is ${current}.`;
  return new UserFault(field, 'CONFLICT', message, shown);
}

/** Asserts the version that the caller has seen; left out, any will do. */
export function assertVersion({ expectedVersion }: { readonly expectedVersion?: number | null | undefined }, current: number, shown: object = {}): void {
  if (expectedVersion != null && expectedVersion !== current) throw staleFault(current, shown);
}

/** What a mutation answers: what it did, or why it did nothing. */
export type Outcome<T, Nothing extends Empty<T> = { [Field in keyof T]: null }> = { [Field in keyof T]: T[Field] | Nothing[Field] } & { replayed: boolean; userErrors: UserError[] };
/** Null, and where there is always something to show, a list of none, or 0. */
type Empty<T> = { [Field in keyof T]: T[Field] | null };

/** What a command does to grants and keys: those that change them come one at a time, and none runs beside those that act by them. */
export type GrantsUse = 'change' | 'act by';
/** Taken before all locks of the ledger, by command_begin(). */
export const GRANTS_LOCK = 715_003;

const MOST_TRIES = 6;
/** Raised by ledger_take(): what the command was decided upon has changed by the time it is done. */
const CHANGED = 'LD002';
/** Serialisation failure, deadlock: nothing was wrong with the command, it came at the wrong moment. */
const WRONG_MOMENT = new Set(['40001', '40P01', CHANGED]);
/** Raised by keep_shown() and keep_named(): what is disclosed is changed by who discloses. */
const SHOWN = 'LD001';

/** What a command has done, told once its last statements are answered: the commit is sent right behind them. */
export class Later<T> {
  constructor(readonly done: Promise<T>) {
    // Whoever fails with it says why.
    done.catch(() => {});
  }
}

export interface CommandSpec<T extends object, Prepared, Nothing extends Empty<T> = { [Field in keyof T]: null }> {
  /** The mutation's name. */
  readonly name: string;
  readonly grants: GrantsUse;
  /** What the caller sent. `idempotencyKey` in it makes repeats harmless. */
  readonly input: object & { readonly idempotencyKey?: string | null | undefined };
  /** What the payload shows where nothing was done. */
  readonly nothing: Nothing;
  /** Finds what the input names and asserts that the caller may do this to it; done on a replay, too. Changes nothing. */
  prepare(em: EntityManager): Promise<Prepared>;
  /** Does it. What it returns is kept for repeats as JSON. */
  act(em: EntityManager, prepared: Prepared): Promise<T | Later<T>>;
  /** What is kept for repeats, where that is not all: secrets are not. */
  kept?(done: T): { [Field in keyof T]: T[Field] | null };
  /** What a repeat is shown of the first answer, where that is not all. */
  replayed?(first: T, prepared: Prepared, em: EntityManager): T | Promise<T>;
  /** Undoes what was done, and answers as if it had been: for previews. */
  readonly preview?: boolean;
}

/**
 * Runs a command in one transaction, as the caller: its statements see and change what the caller may. What the
 * request reads afterwards is read anew. A `UserFault` becomes the outcome's `userErrors`. Refused or failed, it leaves
 * no trace. One that came at the wrong moment (a deadlock) is tried again.
 */
export async function command<T extends object, Prepared, Nothing extends Empty<T>>(context: Context, spec: CommandSpec<T, Prepared, Nothing>): Promise<Outcome<T, Nothing>> {
  const { idempotencyKey: key } = spec.input;
  if (key != null && !isIdempotencyKey(key)) {
    return refused<T, Nothing>(spec, new UserFault('idempotencyKey', 'INVALID', 'idempotencyKey must be 1 to 255 characters, without control characters.'));
  }
  await context.reads.renew();
  for (let tried = 1; ; tried++) {
    try {
      // Commands that wait for one another leave connections for those who read.
      return await context.commands.take(() => {
        if (context.reads.isOver) throw new RequestOver();
        return context.written === undefined || spec.preview ? attempt(context, spec) : context.written.during((tell) => attempt(context, spec, tell));
      });
    } catch (error) {
      if (error instanceof UserFault) return refused<T, Nothing>(spec, error);
      if (!WRONG_MOMENT.has(codeOf(error) ?? '') || tried >= MOST_TRIES) throw translate(error);
      await pause(Math.random() * 20 * 2 ** tried);
    }
  }
}

/** Thrown to undo a preview. */
class Preview extends Error {
  constructor(readonly done: object) {
    super('a preview is undone');
  }
}

async function attempt<T extends object, Prepared, Nothing extends Empty<T>>(context: Context, spec: CommandSpec<T, Prepared, Nothing>, tell?: (position: string) => void): Promise<Outcome<T, Nothing>> {
  const { principal } = context.caller;
  const key = spec.preview ? null : spec.input.idempotencyKey;
  try {
    const outcome = await context.orm.em.fork().transactional(async (transaction): Promise<Outcome<T, Nothing> | Later<T>> => {
      await openTransaction(transaction);
      if (tell !== undefined) onCommitted(transaction, tell);
      // What is asked first goes out behind what begins the session, and is answered by it.
      const [begun, preparing] = await Promise.allSettled([begin<T>(transaction, context, spec, key), spec.prepare(transaction)]);
      const first = valueOf(begun);
      const prepared = valueOf(preparing);
      if (first !== undefined) return { ...((await spec.replayed?.(first, prepared, transaction)) ?? first), replayed: true, userErrors: [] };
      const acted = await spec.act(transaction, prepared);
      if (acted instanceof Later && key == null && !spec.preview) return acted;
      const done = acted instanceof Later ? await acted.done : acted;
      if (spec.preview) throw new Preview(done);
      if (key != null) sendOf(transaction, 'update idempotency set answer = $1 where principal = $2 and key = $3', [JSON.stringify(spec.kept?.(done) ?? done), principal, key]);
      return { ...done, replayed: false, userErrors: [] };
    });
    return outcome instanceof Later ? { ...(await outcome.done), replayed: false, userErrors: [] } : outcome;
  } catch (error) {
    if (error instanceof Preview) return { ...(error.done as T), replayed: false, userErrors: [] };
    if (codeOf(error) === SHOWN) throw new UserFault('code', 'FORBIDDEN', 'It is shown outside its unit: a CAMPAIGN_MANAGER of the unit changes it, or takes the disclosure back first.');
    throw error;
  }
}

/**
 * Begins the caller's session, and answers with what was answered to the key before; undefined where this is the first
 * time, which is noted.
 */
async function begin<T extends object>(
  em: EntityManager, { caller: { principal }, today }: Context, { name, grants, input }: Pick<CommandSpec<object, unknown>, 'name' | 'grants' | 'input'>, key: string | null | undefined,
): Promise<T | undefined> {
  const [known] = await rowsOf<{ same: boolean; answer: T }>(em, 'select same, answer from command_begin($1, $2, $3, $4, $5, $6)', [
    principal, today, grants === 'change', key ?? null, name, key == null ? null : hashOf(input),
  ]);
  if (known?.same === false) throw new UserFault('idempotencyKey', 'CONFLICT', 'This key was used within the last 48 hours, with another input or for another mutation: use a new one.');
  return known?.answer;
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

function refused<T extends object, Nothing extends Empty<T>>({ nothing }: { readonly nothing: Nothing }, fault: UserFault): Outcome<T, Nothing> {
  return { ...nothing, ...fault.shown, replayed: false, userErrors: fault.userErrors };
}

function isIdempotencyKey(key: string): boolean {
  return key.length >= 1 && key.length <= 255 && !/\p{Cc}|\p{Cs}/u.test(key);
}

/** Of what the caller sent, whatever the order in which. */
function hashOf(input: object): string {
  const sorted = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const { idempotencyKey: _, ...rest } = input as { idempotencyKey?: unknown };
  return createHash('sha256').update(JSON.stringify(rest, sorted)).digest('hex');
}

/** What is noted in the audit log of one unit. */
export interface Deed {
  readonly unit: number;
  readonly before?: object | null;
  readonly after?: object | null;
}

/** Notes in the audit log what the caller did to a unit. */
export function audit(em: EntityManager, context: Context, action: string, unit: number, after: object | null, before: object | null = null): void {
  auditAll(em, context, action, [{ unit, before, after }]);
}

/** Notes what the caller did to several units at once, in the order given. */
export function auditAll(em: EntityManager, { caller, requestId }: Context, action: string, deeds: readonly Deed[]): void {
  sendOf(
    em,
    `insert into audit_log (principal, action, unit_id, before, after, request_id)
     select $1, $2, (d->>'unit')::int, nullif(d->'before', 'null'), nullif(d->'after', 'null'), $3 from jsonb_array_elements($4) with ordinality a (d, n) order by n`,
    [caller.principal, action, requestId, JSON.stringify(deeds)],
  );
}
