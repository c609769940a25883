import type { FastifyBaseLogger } from 'fastify';
import type { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import type { Allowance } from './access/allowance.service.js';
import { ANONYMOUS, type Caller } from './access/caller.js';
import type { Written } from './access/position.js';
import type { Reaches } from './access/reach.service.js';
import { sessionStatement } from './access/row-scope.js';
import { RankingLoader } from './analytics/ranking.loader.js';
import { ProgressLoader } from './ledger/progress.loader.js';
import { UnitPages } from './analytics/unit-page.loader.js';
import type { LiveSession } from './live/session.service.js';
import { OrgUnitLoader } from './org-units/org-unit.loader.js';
import { dayInVietnam, type Day } from './shared/dates.js';
import type { Asked } from './shared/database/pipeline.js';
import { Reads, type SentStatement, type Standby } from './shared/database/reads.js';
import type { RowIds } from './shared/row-ids.js';
import { ResponseSize } from './shared/response-size.js';
import { Turns } from './shared/turns.js';

/** What one request knows: who asks, which day it is, and what was read so far. */
export interface Context {
  readonly caller: Caller;
  /** What the caller may still use this minute; unlimited where a context is made without it. */
  readonly allowance: Allowance | undefined;
  /** The day in Việt Nam, one for the whole request. */
  readonly today: Day;
  readonly requestId: string;
  readonly log: FastifyBaseLogger;
  readonly reads: Reads;
  /** For commands. */
  readonly orm: MikroORM;
  /** What commands have written; undefined where nobody asks. */
  readonly written: Written | undefined;
  /** How many commands run at once. */
  readonly commands: Turns;
  readonly orgUnits: OrgUnitLoader;
  readonly progress: ProgressLoader;
  /** Where a request may be answered by what is read ahead. */
  readonly unitPages: UnitPages | undefined;
  readonly rankings: RankingLoader;
  readonly size: ResponseSize;
  /** Of a subscription that begins. */
  readonly live: LiveSession | undefined;
}

export interface ContextOptions {
  /** Anonymous unless given. */
  readonly caller?: Caller;
  readonly allowance?: Allowance | undefined;
  readonly pool: pg.Pool;
  readonly orm: MikroORM;
  /** Of all requests of the process; of this one alone unless given. */
  readonly commands?: Turns;
  /** How row numbers are shown; of this request alone unless given. */
  readonly ids?: RowIds;
  readonly now: Date;
  readonly requestId: string;
  readonly log: FastifyBaseLogger;
  /** Hears of each statement that the request sends. */
  readonly onStatement?: ((statement: SentStatement) => void) | undefined;
  readonly live?: LiveSession | undefined;
  /** What the process remembers of its callers' reach. */
  readonly reaches?: Reaches | undefined;
  /** Where it reads instead of the pool. */
  readonly standby?: Standby | undefined;
  readonly written?: Written | undefined;
  /** For what is read ahead. */
  readonly pipeline?: Asked | undefined;
}

export function createContext({ caller = ANONYMOUS, allowance, pool, orm, commands = new Turns(1), ids, now, requestId, log, onStatement, live, reaches, standby, written, pipeline }: ContextOptions): Context {
  const today = dayInVietnam(now);
  const { principal } = caller;
  const opened = reaches && principal !== null ? (settings: ReadonlyMap<string, string>) => reaches.learn(settings.get('liendoan.version')!, principal, today, settings) : undefined;
  const reads = new Reads(pool, () => sessionStatement(caller, today), { observe: onStatement, opened, ids, standby });
  const orgUnits = new OrgUnitLoader(reads, today);
  const progress = new ProgressLoader(reads, today, reaches && principal !== null ? { reaches, principal } : undefined);
  const rankings = new RankingLoader(reads);
  return {
    caller,
    allowance,
    today,
    requestId,
    log,
    reads,
    orm,
    written,
    commands,
    orgUnits,
    progress,
    unitPages: reaches && pipeline && principal !== null ? new UnitPages(reads, orgUnits, progress, rankings, { principal, today, reaches, pipeline }) : undefined,
    rankings,
    size: new ResponseSize(),
    live,
  };
}
