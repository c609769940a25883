/** What a transaction has posted to, as schema/migrations/0010-live.sql says it; undefined: anything. */
export interface Announcement {
  readonly campaigns: ReadonlySet<number> | undefined;
  readonly units: ReadonlySet<number> | undefined;
}

/** What a subscription is about, by the numbers of the rows. */
export interface Subject {
  readonly unit: number;
  readonly campaign: number;
}

/** Whatever was missed, or cannot be understood, may have been anything. */
export const ANYTHING: Announcement = { campaigns: undefined, units: undefined };

export function announcementOf(payload: string | undefined): Announcement {
  try {
    const said: unknown = JSON.parse(payload ?? '');
    if (typeof said !== 'object' || said === null) return ANYTHING;
    const { campaigns, units } = said as Record<string, unknown>;
    return { campaigns: numbers(campaigns), units: numbers(units) };
  } catch {
    return ANYTHING;
  }
}

export function concerns({ campaigns, units }: Announcement, { unit, campaign }: Subject): boolean {
  return (campaigns?.has(campaign) ?? true) && (units?.has(unit) ?? true);
}

function numbers(list: unknown): ReadonlySet<number> | undefined {
  return Array.isArray(list) && list.every((one) => typeof one === 'number') ? new Set(list) : undefined;
}
