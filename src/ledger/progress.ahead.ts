import type { OrgUnit } from '../org-units/org-unit.type.js';
import type { Day } from '../shared/dates.js';
import type { Balance, Census, Measure, SeriesSet } from './progress.query.js';

/** A unit, and what was read of it before it was asked for. */
export interface ReadUnit {
  readonly unit: OrgUnit;
  readonly balances: readonly (Balance | null)[];
  readonly censuses: readonly (Census | null)[];
}

/** Where the balances of a progress stand among those that were read of its unit. */
export interface ProgressAhead {
  readonly set: SeriesSet;
  readonly phase: string | null;
  readonly asOf: Day;
  /** By measure and indicator; none: there is no such series. */
  readonly places: ReadonlyMap<Measure, ReadonlyMap<number, number>>;
  /** Undefined: it was not asked for. */
  readonly census: number | undefined;
}

/** A progress, and the unit of which its balances were read. */
export interface ReadAhead {
  readonly asked: ProgressAhead;
  readonly read: ReadUnit;
}
