import type { JSONWebKeySet } from 'jose';
import { answerMessages } from '../process.js';

/** What a contender is told of the database and of who may ask it. */
export interface Site {
  /** As the owner of the tables, for whom no row is hidden. */
  readonly ownerUrl: string;
  /** As the API logs in. */
  readonly apiUrl: string;
  /** Who signs the tokens of callers. */
  readonly keys: JSONWebKeySet;
  readonly issuer: string;
  readonly audience: string;
  /** How this one is to be started; see contenders.ts. */
  readonly mode: string;
}

export type Asked = { readonly start: Site } | { readonly tell: 'memory' };

/** What it asks of its callers' headers is in contenders.ts. The port on which it listens. */
export function contend(start: (site: Site) => Promise<number>): void {
  answerMessages<Asked>(async (asked) => ('start' in asked ? await start(asked.start) : process.memoryUsage.rss()));
}
