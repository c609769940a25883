import { queries } from '../../src/explorer/queries/index.js';
import type { ReadyQuery } from '../../src/explorer/queries/query.js';
import type { Answer, TestServer } from '../support/server.js';

export type Principal = ReadyQuery['as'];

export const queryOf = (id: string): ReadyQuery => {
  const query = queries.find((one) => one.id === id);
  if (query === undefined) throw new Error(`There is no ${id}`);
  return query;
};

/** Asks as whoever holds a role on a unit, with a token of theirs. */
export class Asking {
  readonly #server: TestServer;
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(server: TestServer) {
    this.#server = server;
  }

  /** The credential of someone with that role on that unit, and no other; null for nobody. */
  async credentialOf(as: Principal): Promise<string | null> {
    if (as === null) return null;
    const principal = `${as.role} of ${as.unit}`;
    if (!this.#tokens.has(principal)) this.#tokens.set(principal, this.#server.grant(principal, as.role, as.unit).then(() => this.#server.tokenFor(principal)));
    return this.#tokens.get(principal)!;
  }

  /** The answer to one of the 25 queries; as whom it is meant to be asked, unless told otherwise. */
  async ask(id: string, variables?: Record<string, unknown>, as: Principal = queryOf(id).as): Promise<Answer['data']> {
    const { document, variables: usual = {} } = queryOf(id);
    const { data, errors } = await this.#server.query(document, variables ?? { ...usual }, { as: await this.credentialOf(as) });
    if (errors) throw new Error(`${id}: ${JSON.stringify(errors)}`);
    return data;
  }
}
