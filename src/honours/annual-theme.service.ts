import { UserFault, type Outcome } from '../access/command.js';
import { unitWithin } from '../access/reference.query.js';
import { saveThing, type FieldRules } from '../access/save.command.js';
import type { Context } from '../context.js';
import { rowsOf } from '../shared/database/querying.js';
import { THEME_COLUMNS } from './annual-theme.query.js';
import type { AnnualTheme, SaveAnnualThemeInput } from './annual-theme.type.js';

const FIELDS: FieldRules = { text: { words: 2000 }, source: { words: 500 }, note: { words: 2000 } };

/** Says which theme a unit, of which the caller is a CAMPAIGN_MANAGER, has for a year. */
export function saveAnnualTheme(context: Context, input: SaveAnnualThemeInput): Promise<Outcome<{ annualTheme: AnnualTheme }>> {
  return saveThing(context, {
    name: 'saveAnnualTheme', action: 'SAVE_ANNUAL_THEME', as: 'annualTheme', table: 'annual_theme', input, fields: FIELDS,
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'publisher');
      if (input.year < 1000 || input.year > 9999) throw new UserFault('year', 'INVALID', 'year must be from 1000 to 9999.');
      return { unit };
    },
    key: () => ({ year: input.year }),
    row: async (em, key) => (await rowsOf<AnnualTheme>(em, `select ${THEME_COLUMNS} from annual_theme t where t.id = $1`, [key]))[0]!,
    said: ({ key: _key, unitKey: _unit, ...rest }) => rest,
  });
}
