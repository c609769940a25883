import { keyedQuery } from '../shared/database/reads.js';
import type { AnnualTheme } from './annual-theme.type.js';

/** Of `annual_theme t`. */
export const THEME_COLUMNS = 't.id as key, t.unit_id as "unitKey", t.year, t.text, t.version, t.source, t.note';

export const themeByKey = keyedQuery<AnnualTheme>(['int'], `select ${THEME_COLUMNS} from annual_theme t where t.id = k.p0`);
/** Of a unit and a year. */
export const themeOf = keyedQuery<AnnualTheme>(['int', 'int'], `select ${THEME_COLUMNS} from annual_theme t where t.unit_id = k.p0 and t.year = k.p1`);
/** Of a unit and those above it on a day, for a year; the root's first. */
export const themesAbove = keyedQuery<AnnualTheme>(
  ['int', 'int', 'date'],
  `select ${THEME_COLUMNS} from (
     select u.id, u.level, u.tier from ancestry a join org_unit u on u.id = a.ancestor_id where a.unit_id = k.p0 and a.starts <= k.p2 and a.ends > k.p2
     union all select u.id, u.level, u.tier from org_unit u where u.id = k.p0) u
   join annual_theme t on t.unit_id = u.id and t.year = k.p1 order by u.id = k.p0, u.level, u.tier desc`,
);
