import type { EntityManager } from '@mikro-orm/postgresql';
import { keyOf } from '../access/reference.query.js';

/** What is stated of a unit is stated in a campaign, as a whole or in a phase, on an indicator. */
export interface SeriesReference {
  readonly campaign: string;
  readonly phase?: string | null;
  readonly indicator: string;
}

export interface SeriesReferenceKeys {
  readonly campaignId: number;
  readonly phaseId: number | null;
  readonly indicatorId: number;
}

/** The key of the campaign that a field of an input names by code, among those that the caller sees. */
export const campaignKey = (em: EntityManager, code: string, field = 'campaign'): Promise<number> => keyOf(em, field, 'select id from campaign where code = $1', [code]);

/** The key of a campaign's phase that a field of an input names by code; null where it names none. */
export async function phaseKey(em: EntityManager, code: string | null | undefined, campaign: number, field = 'phase'): Promise<number | null> {
  return code == null ? null : keyOf(em, field, 'select id from campaign_phase where code = $1 and campaign_id = $2', [code, campaign]);
}

export const indicatorKey = (em: EntityManager, code: string): Promise<number> => keyOf(em, 'indicator', 'select id from indicator where code = $1', [code]);

/** The keys of what an input names by `campaign`, `phase` and `indicator`, among what the caller sees. */
export async function seriesReference(em: EntityManager, { campaign, phase, indicator }: SeriesReference): Promise<SeriesReferenceKeys> {
  const campaignId = await campaignKey(em, campaign);
  return { campaignId, phaseId: await phaseKey(em, phase, campaignId), indicatorId: await indicatorKey(em, indicator) };
}

const CLOSING_LOCK = 715_007;

/** Until the command is done nobody closes these campaigns; one that is being closed is closed before this returns. */
export async function keepOpen(em: EntityManager, campaigns: readonly number[]): Promise<void> {
  const inOrder = [...new Set(campaigns)].sort((a, b) => a - b);
  for (const campaign of inOrder) await em.execute('select pg_advisory_xact_lock_shared(?, ?)', [CLOSING_LOCK, campaign]);
}

/** Waits for those who are stating something in the campaign; who comes after them waits until the command is done. */
export async function beginClosing(em: EntityManager, campaign: number): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(?, ?)', [CLOSING_LOCK, campaign]);
}
