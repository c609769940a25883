import { randomInt } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { translate } from '../shared/database/reads.js';
import { Unavailable } from '../shared/errors.js';
import type { RowIds } from '../shared/row-ids.js';

/**
 * How far the primary's log was written when a command of the caller's had committed. Callers carry it back, so that no
 * standby answers them that has not come so far. It is shown sealed: the plain number tells how much others write.
 */
export type Position = bigint;

/** The header; cookies are named after it, and numbered. */
export const POSITION_HEADER = 'liendoan-position';
/** Of mutations that a page sends at once, to whichever processes, the answers may come in any order: none is to replace what another has told. */
const COOKIES = 1000;
/** Which nothing has come to. */
const UNKNOWN: Position = 2n ** 64n - 1n;
const SEAL = 'position';
const COOKIE = new RegExp(`(?:^|;)\\s*${POSITION_HEADER}-\\d+=([^;]*)`, 'g');

/** What the caller carries, the greatest of several; null: none. What was not made here is a position that no standby has come to. */
export function positionOf({ headers: { [POSITION_HEADER]: header, cookie = '' } }: Pick<FastifyRequest, 'headers'>, ids: RowIds): Position | null {
  const carried = header === undefined ? Array.from(cookie.matchAll(COOKIE), ([, value]) => value!) : String(header).split(',');
  const positions = carried.map((text) => text.trim()).filter((text) => text !== '').map((text): Position => {
    const opened = ids.open(text, [SEAL]);
    return opened === undefined ? UNKNOWN : BigInt(opened.number);
  });
  return positions.reduce<Position | null>((most, one) => (most === null || one > most ? one : most), null);
}

/**
 * Gives the caller what the request has written, in a header, and for pages, which need not know of it, as a cookie. That
 * lasts as long as a standby may lag: by then all that answer have come so far.
 */
export function tellPosition(reply: FastifyReply, { position }: Written, ids: RowIds, lagSeconds: number): void {
  if (position === undefined) return;
  const text = ids.seal(SEAL, String(position));
  const secure = reply.request.protocol === 'https' ? '; Secure' : '';
  void reply.headers({ [POSITION_HEADER]: text, 'set-cookie': `${POSITION_HEADER}-${randomInt(COOKIES)}=${text}; Path=/graphql; Max-Age=${lagSeconds + 1}; HttpOnly; SameSite=Strict${secure}` });
}

/** What the commands of one request have written. */
export class Written {
  /** Undefined: nothing. */
  position: Position | undefined;

  /** Runs a command, which may tell where its commit stands. Until it has, it may have been committed, and nobody can say where. */
  async during<T>(run: (tell: (position: string) => void) => Promise<T>): Promise<T> {
    const before = this.position;
    this.position = UNKNOWN;
    try {
      return await run((position) => (this.position = BigInt(position)));
    } catch (error) {
      // Undone; but of a database that is out of reach nobody knows.
      if (!(translate(error) instanceof Unavailable)) this.position = before;
      throw error;
    }
  }
}
