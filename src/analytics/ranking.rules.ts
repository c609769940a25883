import { parseOptionalDay, type Day } from '../shared/dates.js';
import { BadUserInput } from '../shared/errors.js';
import type { RankAmong, RankBy, RankingGroup } from './ranking.type.js';

/** The days of a ranking as a caller gave them, checked. */
export function daysOf({ by, asOf, since }: { readonly by?: RankBy | null; readonly asOf?: unknown; readonly since?: unknown }, today: Day): { asOf: Day; since: Day | null } {
  const day = parseOptionalDay(asOf, 'asOf') ?? today;
  const earlier = parseOptionalDay(since, 'since') ?? null;
  const grows = by === 'GROWTH' || by === 'GROWTH_PERCENT';
  if (grows && earlier === null) throw new BadUserInput('since', 'By growth, since says from which day on.');
  if (!grows && earlier !== null) throw new BadUserInput('since', 'since is for growth alone.');
  if (earlier !== null && earlier >= day) throw new BadUserInput('since', `since must be before ${day}.`);
  return { asOf: day, since: earlier };
}

/** Exactly one way to say whom to rank. */
export function assertGroup({ children, level, cluster, region }: RankingGroup): void {
  const given = [children === true, level != null, cluster != null, region != null].filter(Boolean).length;
  if (given !== 1 || children === false) throw new BadUserInput('group', 'group takes exactly one of children: true, level, cluster and region.');
}

/** A code goes with those groups alone of which a unit may be in several. */
export function assertNamed(among: RankAmong, group: string | null | undefined): void {
  if (group != null && among !== 'CLUSTER' && among !== 'REGION') throw new BadUserInput('group', 'group goes with CLUSTER and REGION.');
}
