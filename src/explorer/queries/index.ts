import { campaigns } from './campaigns.js';
import { honours } from './honours.js';
import { numbers } from './numbers.js';
import type { ReadyQuery } from './query.js';
import { sources } from './sources.js';
import { tree } from './tree.js';

/** Q01 to Q25. */
export const queries: readonly ReadyQuery[] = [...tree, ...numbers, ...campaigns, ...honours, ...sources].sort((a, b) => a.id.localeCompare(b.id));
