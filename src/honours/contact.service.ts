import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, staleFault, type Outcome } from '../access/command.js';
import { unitWithin } from '../access/reference.query.js';
import type { Context } from '../context.js';
import { rowsOf } from '../shared/database/querying.js';
import { CONTACT_COLUMNS, CONTACT_SOURCE } from './contact.query.js';
import { contentOf, type ContactContent } from './contact.rules.js';
import type { Contact, SaveContactInput } from './contact.type.js';

/** Says how a unit of which the caller is an ADMIN is reached. */
export function saveContact(context: Context, input: SaveContactInput): Promise<Outcome<{ contact: Contact }>> {
  return command(context, {
    name: 'saveContact', grants: 'act by', input, nothing: { contact: null },
    prepare: (em) => unitWithin(em, input.unit, 'admin'),
    act: async (em, unit) => {
      const values = valuesOf(contentOf(input));
      let before = await lockContact(em, unit);
      if (before === undefined) {
        if ((input.expectedVersion ?? 0) !== 0) throw staleFault(0);
        const made = await rowsOf(
          em,
          'insert into contact (unit_id, address, phones, fax, email, website, source, note) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (unit_id) do nothing returning unit_id',
          [unit, ...values],
        );
        // Another may have said it in the meantime.
        if (made.length === 0) before = await lockContact(em, unit);
      }
      if (before !== undefined) {
        assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, before.version, { contact: before });
        if (JSON.stringify(valuesOf(before)) === JSON.stringify(values)) return { contact: before };
        await rowsOf(em, 'update contact set address = $2, phones = $3, fax = $4, email = $5, website = $6, source = $7, note = $8 where unit_id = $1', [unit, ...values]);
      }
      const contact = (await lockContact(em, unit))!;
      audit(em, context, 'SAVE_CONTACT', unit, said(contact), before === undefined ? null : said(before));
      return { contact };
    },
  });
}

/** The contact as it is now, and nobody else changes it until the command is done. */
async function lockContact(em: EntityManager, unit: number): Promise<Contact | undefined> {
  const held = await rowsOf(em, 'select unit_id from contact where unit_id = $1 for update', [unit]);
  if (held.length === 0) return undefined;
  const [contact] = await rowsOf<Contact>(em, `select ${CONTACT_COLUMNS} ${CONTACT_SOURCE} where c.unit_id = $1`, [unit]);
  return contact;
}

const valuesOf = ({ address, phones, fax, email, website, source, note }: ContactContent): unknown[] => [address, phones, fax, email, website, source, note];

const said = ({ address, phones, fax, email, website, source, note, version }: Contact): object => ({ address, phones, fax, email, website, source, note, version });
