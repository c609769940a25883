/** What can be disclosed, and from when. */
import type { DisclosedKind } from './disclosure.type.js';

/** The table of each kind, as `t`, and what must hold of a row before outsiders may see it. */
export const HOMES: Readonly<Record<DisclosedKind, { readonly table: string; readonly ready: string; readonly not: string }>> = {
  AWARD: { table: 'award', ready: `disclosed_ready('AWARD', t.status::text)`, not: 'The award is not decided: decide it first.' },
  WORK: { table: 'work', ready: 'true', not: '' },
  PRACTICE_MODEL: { table: 'practice_model', ready: 'true', not: '' },
  INITIATIVE: { table: 'initiative', ready: `disclosed_ready('INITIATIVE', t.stage::text)`, not: 'The initiative has not been found valid: have it judged first.' },
  EVENT: { table: 'event', ready: 'true', not: '' },
  STATED_RANK: { table: 'stated_rank', ready: 'true', not: '' },
};

/** Kinds of which not every row may be seen. */
export const AWAITED = (Object.keys(HOMES) as DisclosedKind[]).filter((of) => HOMES[of].ready !== 'true');
