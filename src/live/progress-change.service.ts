import { campaignByCode, campaignByKey } from '../campaigns/campaign.query.js';
import type { Campaign } from '../campaigns/campaign.type.js';
import type { Context } from '../context.js';
import type { Progress } from '../ledger/progress.type.js';
import type { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { BadUserInput } from '../shared/errors.js';
import { ratiosOf, standingsOf, type Standing } from './progress-change.query.js';
import type { ProgressChange } from './progress-change.type.js';
import type { LiveEvent, Seen } from './session.service.js';

/** How many indicators and phases one event tells of. */
export const MOST_PROGRESS = 20;

/** Tells whenever the progress of a unit in a campaign has changed. */
export async function watchProgress(context: Context, unitCode: string, campaignCode: string): Promise<AsyncGenerator<LiveEvent>> {
  const [unit, campaign] = await Promise.all([context.orgUnits.byCode(unitCode), isCode(campaignCode) ? context.reads.row(campaignByCode, [campaignCode]) : null]);
  const seen = assertSeen(unit, campaign);
  return context.live!.watch({ unit: seen.unit.key, campaign: seen.campaign.key }, new ProgressWatch(seen.unit.key, seen.campaign.key).look);
}

/** Who is hidden, who is seen but not in scope, and who does not exist are one to the caller, at the beginning and later. */
function assertSeen(unit: OrgUnit | null, campaign: Campaign | null): { unit: OrgUnit; campaign: Campaign } {
  if (unit === null || !unit.inScope) throw new BadUserInput('unit', 'There is no unit of this code in your scope.');
  if (campaign === null) throw new BadUserInput('campaign', 'There is no campaign of this code.');
  return { unit, campaign };
}

interface Card {
  readonly phase: string | null;
  readonly indicator: string;
}

/** Compares what a unit has in a campaign with what it had when it was told last. */
class ProgressWatch {
  #told: ReadonlyMap<number, Standing> | undefined;
  /** What has changed and is still to be told. */
  #left: readonly Card[] = [];

  constructor(
    readonly unitKey: number,
    readonly campaignKey: number,
  ) {}

  readonly look = async (context: Context): Promise<Seen | undefined> => {
    const { reads, orgUnits, today } = context;
    const [unitRow, campaignRow, standings] = await Promise.all([
      orgUnits.byKey(this.unitKey),
      reads.row(campaignByKey, [this.campaignKey]),
      reads.rows(standingsOf, [this.unitKey, this.campaignKey, today]),
    ]);
    const { unit, campaign } = assertSeen(unitRow, campaignRow);
    const now = new Map(standings.map((standing) => [standing.series, standing]));
    const told = this.#told ?? now;
    const all = [...now.values(), ...told.values()];
    const cards = await cardsOf(context, all.filter(({ series }) => now.get(series)?.state !== told.get(series)?.state), all, this.#left);
    if (cards.length === 0 && this.#told !== undefined) return undefined;
    const progress = await Promise.all(
      cards.slice(0, MOST_PROGRESS).map(({ phase, indicator }) => context.progress.progress(unit, campaign.code, phase, indicator, undefined)),
    );
    const value: ProgressChange = { unit, campaign, at: new Date().toISOString(), progress: progress.filter((one): one is Progress => one !== null) };
    const left = cards.slice(MOST_PROGRESS);
    return {
      value,
      more: left.length > 0,
      taken: () => {
        this.#told = now;
        this.#left = left;
      },
    };
  };
}

/** What is shown of the changed series, beside what is left: their own indicators, and the RATIOs whose parts are both there. */
async function cardsOf({ reads }: Context, changed: readonly Standing[], all: readonly Standing[], left: readonly Card[]): Promise<Card[]> {
  const placeOf = (phase: string | null, indicator: number): string => `${phase ?? ''} ${indicator}`;
  const there = new Set(all.map(({ phase, indicatorKey }) => placeOf(phase, indicatorKey)));
  const cards = new Map(left.map((card) => [nameOf(card), card]));
  const note = (card: Card): void => void cards.set(nameOf(card), card);
  await Promise.all(
    changed.map(async ({ phase, indicator, indicatorKey }) => {
      note({ phase, indicator });
      for (const { code, numerator, denominator } of await reads.rows(ratiosOf, [indicatorKey])) {
        if (there.has(placeOf(phase, numerator)) && there.has(placeOf(phase, denominator))) note({ phase, indicator: code });
      }
    }),
  );
  return [...cards.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ phase, indicator }: Card): string => `${phase ?? ''} ${indicator}`;
