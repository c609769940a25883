import type { EntityManager } from '@mikro-orm/postgresql';
import type pg from 'pg';
import type { Transaction } from './orm-driver.js';

/** Whatever runs statements with numbered parameters. */
export type Querying = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

const transactions = new WeakMap<object, Transaction>();

/** Makes a command's transaction known to the functions below; to be awaited before any of them is called. */
export async function openTransaction(em: EntityManager): Promise<void> {
  const context = em.getTransactionContext<ReturnType<EntityManager['getKysely']>>()!;
  transactions.set(context, await context.getExecutor().provideConnection(async (connection) => connection as Transaction));
}

/** Who wants to hear how far the log was written when a command's transaction had been committed. */
export function onCommitted(em: EntityManager, tell: (position: string) => void): void {
  transactions.get(em.getTransactionContext()!)!.committed = tell;
}

/** A command's transaction, for statements with numbered parameters, which are sent as values. */
export function queryingOf(em: EntityManager): Querying {
  const query = async (text: string, values: unknown[] = []) => ({ rows: await rowsOf(em, text, values) });
  return { query } as unknown as Querying;
}

/** The rows of one statement of a command, which stays prepared: its text is the same whatever the input. It is sent at once, behind those before it. */
export function rowsOf<Row extends object>(em: EntityManager, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  return transactions.get(em.getTransactionContext()!)!.rows<Row>(text, values);
}

/** Sends a statement of a command whose answer nobody needs: where it fails, so does the command. */
export function sendOf(em: EntityManager, text: string, values: readonly unknown[] = []): void {
  transactions.get(em.getTransactionContext()!)!.send(text, values);
}
