import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, auditAll, command, staleFault, type Deed, type Outcome } from '../access/command.js';
import { codeGiven, codeTaken, nameOf, wordsOf } from '../access/input.rules.js';
import { unitWithin } from '../access/reference.query.js';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { PERSON_COLUMNS, PERSON_SOURCE } from './person.query.js';
import type { Person, SavePersonInput } from './person.type.js';

/** Makes a person known in a unit of which the caller is a REPORTER, or says anew who they are. */
export function savePerson(context: Context, input: SavePersonInput): Promise<Outcome<{ person: Person }>> {
  return command(context, {
    name: 'savePerson', grants: 'act by', input, nothing: { person: null },
    prepare: (em) => unitWithin(em, input.unit, 'reporter'),
    act: async (em, unit) => {
      const code = codeGiven(input.code, 'pe');
      const values = [unit, nameOf(input.name), wordsOf('nameAsPrinted', input.nameAsPrinted, 500), wordsOf('source', input.source, 500), wordsOf('note', input.note, 2000)];
      let before = input.code == null ? undefined : await lockPerson(em, code);
      if (before === undefined) {
        if ((input.expectedVersion ?? 0) !== 0) throw staleFault(0);
        const made = await rowsOf(em, 'insert into person (unit_id, name, name_as_printed, source, note, code) values ($1, $2, $3, $4, $5, $6) on conflict (code) do nothing returning id', [...values, code]);
        // Another may have made it in the meantime; else it is of a unit that is not the caller's to report for.
        if (made.length === 0) before = await lockPerson(em, code);
        if (made.length === 0 && before === undefined) throw codeTaken();
      }
      if (before !== undefined) {
        assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, before.version, { person: before });
        const { unitKey, name, nameAsPrinted, source, note } = before;
        if (JSON.stringify([unitKey, name, nameAsPrinted, source, note]) === JSON.stringify(values)) return { person: before };
        await rowsOf(em, 'update person set unit_id = $1, name = $2, name_as_printed = $3, source = $4, note = $5 where id = $6', [...values, before.key]);
      }
      const person = (await lockPerson(em, code))!;
      const deeds: Deed[] = [{ unit, before: before?.unitKey === unit ? said(before) : null, after: said(person) }];
      if (before !== undefined && before.unitKey !== unit) deeds.push({ unit: before.unitKey, before: said(before), after: null });
      auditAll(em, context, 'SAVE_PERSON', deeds);
      return { person };
    },
  });
}

/** The person as they are now, if the caller may change what is said of them; and nobody else does until the command is done. */
async function lockPerson(em: EntityManager, code: string): Promise<Person | undefined> {
  const [held] = isCode(code) ? await rowsOf<{ id: number }>(em, 'select id from person where code = $1 for update', [code]) : [];
  if (held === undefined) return undefined;
  const [person] = await rowsOf<Person>(em, `select ${PERSON_COLUMNS} ${PERSON_SOURCE} where n.id = $1`, [held.id]);
  return person;
}

const said = ({ code, name, nameAsPrinted, source, note, version }: Person): object => ({ code, name, nameAsPrinted, source, note, version });
