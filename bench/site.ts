/** The kept nation, opened and closed as those who use it need it. */
import { join } from 'node:path';
import pg from 'pg';
import { API_LOGIN } from '../src/shared/database/api-login.js';
import { openDatabase } from '../src/shared/database/database.js';
import { joinEmbeddedServer } from '../src/shared/database/embedded.js';
import { openCallers } from './callers.js';
import type { Place } from './compare.js';
import { openNation, type KeptNation, type NationOptions } from './data.js';
import type { Stage } from './workloads/trial.js';

export interface Site {
  readonly nation: KeptNation['nation'];
  readonly place: Place;
  readonly onCopy: Stage['onCopy'];
  readonly close: () => Promise<void>;
}

const COPY = 'bench_copy';

export async function openSite(figures: number, options: NationOptions): Promise<Site> {
  const open = async (): Promise<{ kept: KeptNation; place: Place }> => {
    const kept = await openNation(figures, options);
    return { kept, place: { ownerUrl: kept.owner.url, apiUrl: kept.api.url, callers: await openCallers(kept.owner.pool) } };
  };
  let { kept, place } = await open();
  return {
    nation: kept.nation,
    get place() {
      return place;
    },
    // A database is copied while nobody is in it.
    onCopy: async (work) => {
      await kept.close();
      const server = await joinEmbeddedServer(join(kept.folder, 'data'));
      const administer = async (statement: string): Promise<void> => {
        const client = new pg.Client({ connectionString: server.url('postgres') });
        await client.connect();
        await client.query(statement).finally(() => client.end());
      };
      try {
        await administer(`drop database if exists ${COPY} with (force)`);
        await administer(`create database ${COPY} template liendoan strategy file_copy`);
        const owner = await openDatabase({ databaseUrl: server.url(COPY), dataFolder: '' }, { migrations: 'ignore' });
        try {
          return await work({ ownerUrl: server.url(COPY), apiUrl: server.url(COPY, API_LOGIN), callers: await openCallers(owner.pool), owner: owner.pool });
        } finally {
          await owner.close();
          await administer(`drop database ${COPY} with (force)`);
        }
      } finally {
        await server.leave();
        ({ kept, place } = await open());
      }
    },
    close: () => kept.close(),
  };
}
