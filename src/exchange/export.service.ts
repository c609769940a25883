import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { OperatorError } from '../shared/database/errors.js';
import { copyOut, exportParts, wantAll, wantSubtree } from './export.query.js';

export interface ExportOptions {
  /** Code of a unit: its subtree by today's tree, and what that refers to. Default: everything. */
  readonly unit?: string;
}

const NEWLINE = 10;

/** Writes what is current as exchange records, in an order of their own, and returns how many there are. Does not end `out`. */
export async function exportRecords({ pool }: { readonly pool: pg.Pool }, out: Writable, { unit }: ExportOptions = {}): Promise<number> {
  const client = await pool.connect();
  let broken: Error | undefined;
  let lines = 0;
  try {
    await client.query('begin isolation level repeatable read');
    if (unit === undefined) for (const statement of wantAll) await client.query(statement);
    else await want(client, unit);
    await pipeline(async function* () {
      for (const part of exportParts) {
        for await (const chunk of client.query(copyTo(copyOut(part))) as AsyncIterable<Buffer>) {
          for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
          yield chunk;
        }
      }
    }, out, { end: false });
    return lines;
  } catch (error) {
    if (!(error instanceof OperatorError)) broken = error as Error;
    throw error;
  } finally {
    // Nothing was written but the lists of what is wanted.
    if (broken === undefined) await client.query('rollback').catch((failure: Error) => (broken = failure));
    client.release(broken);
  }
}

async function want(client: pg.PoolClient, unit: string): Promise<void> {
  for (const statement of wantSubtree.prepare) await client.query(statement);
  const { rowCount } = await client.query(wantSubtree.own, [unit]);
  if (rowCount === 0) throw new OperatorError(`No unit has the code ${unit}.`);
  for (const statement of wantSubtree.rest) await client.query(statement);
}
