import { isCode } from '../shared/codes.js';
import type { Page } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import type { Reads } from '../shared/database/reads.js';
import { ancestorsOn, listChildren, listUnits, parentOn, predecessorsOf, unitByCode, unitByKey } from './org-unit.query.js';
import type { OrgUnit, OrgUnitListArgs } from './org-unit.type.js';

/** Units as one request reads them; calls of one tick are one statement. */
export class OrgUnitLoader {
  readonly #reads: Reads;

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  byCode(code: string): Promise<OrgUnit | null> {
    return isCode(code) ? this.#reads.row(unitByCode, [code]) : Promise.resolve(null);
  }

  byKey(key: number): Promise<OrgUnit | null> {
    return this.#reads.row(unitByKey, [key]);
  }

  parent(unit: OrgUnit, day: Day): Promise<OrgUnit | null> {
    return this.#reads.row(parentOn, [unit.key, day]);
  }

  ancestors(unit: OrgUnit, day: Day): Promise<OrgUnit[]> {
    return this.#reads.rows(ancestorsOn, [unit.key, day]);
  }

  predecessors(unit: OrgUnit): Promise<OrgUnit[]> {
    return this.#reads.rows(predecessorsOf, [unit.key]);
  }

  children(unit: OrgUnit, day: Day, args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
    return listChildren(this.#reads, unit.key, day, args);
  }

  list(args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
    return listUnits(this.#reads, args);
  }
}
