import type { Outcome } from '../access/command.js';
import { unitWithin } from '../access/reference.query.js';
import { saveThing, type FieldRules } from '../access/save.command.js';
import type { Context } from '../context.js';
import { rowsOf } from '../shared/database/querying.js';
import { PARTNER_COLUMNS } from './partner.query.js';
import type { Partner, SavePartnerInput } from './partner.type.js';

const FIELDS: FieldRules = { name: { words: 500, needed: true }, kind: { value: true, needed: true }, source: { words: 500 }, note: { words: 2000 } };

/** Enters a body with which a unit, of which the caller is a REPORTER, works; or changes what was said of it. */
export function savePartner(context: Context, input: SavePartnerInput): Promise<Outcome<{ partner: Partner }>> {
  return saveThing(context, {
    name: 'savePartner', action: 'SAVE_PARTNER', as: 'partner', table: 'partner', codes: 'pt', input, fields: FIELDS,
    prepare: async (em) => ({ unit: await unitWithin(em, input.unit, 'reporter') }),
    row: async (em, key) => (await rowsOf<Partner>(em, `select ${PARTNER_COLUMNS} from partner p where p.id = $1`, [key]))[0]!,
    said: ({ key: _key, unitKey: _unit, ...rest }) => rest,
  });
}
