import { campaigns } from './campaigns.js';
import { honours } from './honours.js';
import { numbers } from './numbers.js';
import type { ReadyQuery } from './query.js';
import { sources } from './sources.js';
import { tree } from './tree.js';

/** Those whose answers are still in the making. */
const AWAITED = /Q03|Q05|Q12|Q16|Q17|Q19/;

/** Q01 to Q25. */
export const queries: readonly ReadyQuery[] = [...tree, ...numbers, ...campaigns, ...honours, ...sources].filter(({ id }) => !AWAITED.test(id)).sort((a, b) => a.id.localeCompare(b.id));
