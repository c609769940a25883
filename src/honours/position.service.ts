import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, staleFault, UserFault, type Outcome } from '../access/command.js';
import { keyOf, unitWithin } from '../access/reference.query.js';
import type { Context } from '../context.js';
import { rowsOf } from '../shared/database/querying.js';
import type { Day } from '../shared/dates.js';
import { POSITION_COLUMNS } from './position.query.js';
import { contentOf, parseDays, type PositionContent } from './position.rules.js';
import type { Position, SavePositionInput } from './position.type.js';

interface Which {
  readonly unit: number;
  readonly person: number;
}

/** Says that somebody holds a position in a unit of which the caller is an ADMIN, or says it anew. */
export function savePosition(context: Context, input: SavePositionInput): Promise<Outcome<{ position: Position }>> {
  const days = parseDays(input);
  return command(context, {
    name: 'savePosition', grants: 'act by', input, nothing: { position: null },
    prepare: async (em): Promise<Which> => {
      const unit = await unitWithin(em, input.unit, 'admin');
      return { unit, person: await keyOf(em, 'person', 'select id from person where code = $1', [input.person]) };
    },
    act: async (em, which) => {
      const { unit, person } = which;
      const content = contentOf(input, days, context.today);
      const key = (content.from ?? content.statedOn)!;
      const lock = (day: Day): Promise<Position | undefined> => lockPosition(em, which, input.role, day);
      let before = await lock(days.was ?? key);
      if (before === undefined && days.was !== null) throw new UserFault('was', 'NOT_FOUND', 'No position of this person, unit and role was known by that day: name the day by which it is known, or leave was out to make a new one.');
      if (before === undefined) {
        if ((input.expectedVersion ?? 0) !== 0) throw staleFault(0);
        const made = await rowsOf(
          em,
          `insert into position (person_id, unit_id, role, title, held_from, held_from_precision, held_to, held_to_precision, stated_on, stated_on_precision, source, note)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (person_id, unit_id, role, coalesce(held_from, stated_on)) do nothing returning id`,
          [person, unit, input.role, ...valuesOf(content)],
        );
        // Another may have said it in the meantime.
        if (made.length === 0) before = await lock(key);
      }
      if (before !== undefined) {
        assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, before.version, { position: before });
        if (JSON.stringify(valuesOf(before)) === JSON.stringify(valuesOf(content))) return { position: before };
        const other = await lock(key);
        if (other !== undefined && other.key !== before.key) throw new UserFault(content.from === null ? 'statedOn' : 'from', 'CONFLICT', 'Another position of this person, unit and role is known by that day: change that one, or give another day.', { position: before });
        await rowsOf(
          em,
          `update position set title = $2, held_from = $3, held_from_precision = $4, held_to = $5, held_to_precision = $6, stated_on = $7, stated_on_precision = $8, source = $9, note = $10 where id = $1`,
          [before.key, ...valuesOf(content)],
        );
      }
      const position = (await lock(key))!;
      audit(em, context, 'SAVE_POSITION', unit, said(input.person, position), before === undefined ? null : said(input.person, before));
      return { position };
    },
  });
}

/** The position as it is now, and nobody else changes it until the command is done. */
async function lockPosition(em: EntityManager, { unit, person }: Which, role: string, day: Day): Promise<Position | undefined> {
  const [position] = await rowsOf<Position>(
    em,
    `select ${POSITION_COLUMNS} from position p where p.person_id = $1 and p.unit_id = $2 and p.role = $3 and coalesce(p.held_from, p.stated_on) = $4 for update`,
    [person, unit, role, day],
  );
  return position;
}

const valuesOf = (of: PositionContent): unknown[] => [of.title, of.from, of.fromPrecision, of.to, of.toPrecision, of.statedOn, of.statedOnPrecision, of.source, of.note];

const said = (person: string, { role, title, from, fromPrecision, to, toPrecision, statedOn, statedOnPrecision, source, note, version }: Position): object => ({
  person, role, title, from, fromPrecision, to, toPrecision, statedOn, statedOnPrecision, source, note, version,
});
