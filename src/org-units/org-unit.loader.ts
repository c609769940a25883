import { isCode } from '../shared/codes.js';
import type { Page, PageRequest } from '../shared/connections.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import type { Reads } from '../shared/database/reads.js';
import type { Awaitable } from '../shared/promises.js';
import { structureDay } from './org-unit.rules.js';
import { ancestorsOn, childrenPage, childrenRequest, listChildren, listUnits, parentOn, predecessorsOf, unitByCode, unitByKey } from './org-unit.query.js';
import type { ChildrenArgs, OrgUnit, OrgUnitListArgs } from './org-unit.type.js';

/** Units as one request reads them; calls of one tick are one statement. */
export class OrgUnitLoader {
  readonly #reads: Reads;
  readonly #today: Day;
  readonly #byKey = new Map<number, OrgUnit>();
  #ahead: WeakMap<OrgUnit, Page<OrgUnit>> | undefined;

  constructor(reads: Reads, today: Day) {
    this.#reads = reads;
    this.#today = today;
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

  children(unit: OrgUnit, args: ChildrenArgs): Awaitable<Page<OrgUnit>> {
    return this.#ahead?.get(unit) ?? listChildren(this.#reads, unit.key, structureDay(unit, args.asOf, this.#today), args);
  }

  /** Takes units that were read before they are asked for by key. */
  aheadByKey(units: readonly OrgUnit[]): void {
    for (const unit of units) this.#byKey.set(unit.key, unit);
  }

  /** A unit that was read before, by its key. */
  knownByKey(key: number): OrgUnit | undefined {
    return this.#byKey.get(key);
  }

  /** Which children of an open unit are meant, by code; undefined where that cannot be told, which reading them will say. */
  requestOf(args: ChildrenArgs): { day: Day; page: PageRequest } | undefined {
    try {
      return { day: parseOptionalDay(args.asOf, 'asOf') ?? this.#today, page: childrenRequest(this.#reads, args) };
    } catch {
      return undefined;
    }
  }

  /** Takes children that were read before they are asked for: as many as the page may have, and one more where more follow. */
  ahead(unit: OrgUnit, rows: readonly OrgUnit[], request: PageRequest): void {
    (this.#ahead ??= new WeakMap()).set(unit, childrenPage(this.#reads, rows, request));
  }

  list(args: OrgUnitListArgs): Promise<Page<OrgUnit>> {
    return listUnits(this.#reads, args);
  }
}
