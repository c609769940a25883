import DataLoader from 'dataloader';
import type { Reads } from '../shared/database/reads.js';
import type { OrgUnit } from '../org-units/org-unit.type.js';
import type { PageRequest } from '../shared/connections.js';
import type { Ranking, RankingEntry } from './ranking.type.js';
import { placesPage, standingOf, type RankedGroup, type Standing, type UnitPlace } from './ranking.query.js';

interface Found {
  readonly standing: Standing;
  /** Null where the unit is not in the group, or not in the caller's scope. */
  readonly own: UnitPlace | null;
}

/** No unit's key. */
const NONE = 0;

/** A group is ranked once for all of its units that are asked for in a tick, and not once for each. */
export class RankingLoader {
  readonly #reads: Reads;
  #ahead: WeakMap<OrgUnit, Ranking> | undefined;
  readonly #groups = new Map<string, DataLoader<number, Found>>();

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  /** Takes places that were read before they are asked for: as many as the page may have, and one more where more follow. */
  ahead(unit: OrgUnit, group: RankedGroup, entries: readonly RankingEntry[], request: PageRequest): void {
    (this.#ahead ??= new WeakMap()).set(unit, { asOf: group.asOf, group, ahead: placesPage(this.#reads, entries, request) });
  }

  /** The one ranking beneath a unit that was read ahead. */
  aheadOf(unit: OrgUnit): Ranking | undefined {
    return this.#ahead?.get(unit);
  }

  /** How a group stands, and the place of a unit there. */
  of(group: RankedGroup, unit: number = NONE): Promise<Found> {
    const name = JSON.stringify(group);
    let loader = this.#groups.get(name);
    if (loader === undefined) {
      const find = async (units: readonly number[]): Promise<Found[]> => {
        const standing = await standingOf(this.#reads, group, [...new Set(units)].filter((one) => one !== NONE).sort((a, b) => a - b));
        return units.map((one) => ({ standing, own: standing.places[one] ?? null }));
      };
      // What was read is remembered by those who read it, until something is written.
      this.#groups.set(name, (loader = new DataLoader(find, { cache: false })));
    }
    return loader.load(unit);
  }
}
