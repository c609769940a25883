/** Statements that write what an import says: parts that the types of records share. */
import type { Referent } from './kinds/kind.js';

/** What is written: new records, and corrections that change something. */
export const CHANGES = `(v.state = 'new' or (v.state = 'differs' and v.mode = 'c'))`;
/** Of all that the import writes; known once the structure is locked. */
export const MOMENT = '(select ledger_moment())';

/** What fields name by code that is no further kind. */
export const UNIT: Referent = { what: 'unit', table: 'org_unit' };
export const INDICATOR: Referent = { what: 'indicator', table: 'indicator' };
export const CAMPAIGN: Referent = { what: 'campaign', table: 'campaign' };
export const CLUSTER: Referent = { what: 'cluster', table: 'emulation_cluster' };

/** A field of the record at hand, as SQL. */
export const text = (field: string) => `v.body->>'${field}'`;
export const day = (field: string) => `(v.body->>'${field}')::date`;
export const enumOf = (field: string, type: string, byDefault?: string) =>
  byDefault === undefined ? `(${text(field)})::${type}` : `coalesce(${text(field)}, '${byDefault}')::${type}`;
export const flagOf = (field: string) => `coalesce((v.body->>'${field}')::boolean, false)`;
export const numberOf = (field: string) => `(v.body->>'${field}')::numeric`;
// Most have none, and a subquery a row is dear.
export const listOfTexts = (field: string) => `case when jsonb_typeof(v.body->'${field}') = 'array' then array(select jsonb_array_elements_text(v.body->'${field}')) else '{}' end`;
export const idOf = (table: string, field: string) => `(select id from ${table} where code = ${text(field)})`;
export const unitId = (field: string) => idOf('org_unit', field);
export const phaseId = `(select ph.id from campaign_phase ph join campaign c on c.id = ph.campaign_id where c.code = ${text('campaign')} and ph.code = ${text('phase')})`;
export const annotations = { source: text('source'), note: text('note') };

/** Inserts what is new and updates what is corrected, of a table whose rows have the key as their code. */
export function write(table: string, type: string, columns: Record<string, string>, fixed: Record<string, string> = {}, onlyIf = 'true'): string[] {
  const all = { code: 'v.key', ...fixed, ...columns };
  return [
    `insert into ${table} (${Object.keys(all).map(quoted).join(', ')}) select ${Object.values(all).join(', ')} from verdict v where v.type = '${type}' and v.state = 'new' and ${onlyIf} order by v.n`,
    ...correct(table, type, columns),
  ];
}

export function correct(table: string, type: string, columns: Record<string, string>): string[] {
  const assignments = Object.entries(columns).map(([column, value]) => `${quoted(column)} = ${value}`).join(', ');
  return [`update ${table} t set ${assignments} from verdict v where v.type = '${type}' and v.state = 'differs' and v.mode = 'c' and t.code = v.key`];
}

const quoted = (column: string) => (column === 'of' ? '"of"' : column);

/** Of records of a type with `campaign` and `phase`: phases that the campaign does not have. */
export const unknownPhase = (type: string) => `insert into problem
    select v.n, 'phase', case when c.id is null then 'MISSING_FIELD' else 'UNKNOWN_PHASE' end, case when c.id is null then 'a phase is of a campaign' else format('no phase has the code %s in this campaign', ${text('phase')}) end
    from verdict v left join campaign c on c.code = ${text('campaign')}
    where v.type = '${type}' and v.body ? 'phase' and (c.id is not null or not v.body ? 'campaign') and not exists (select from broken b where b.declares = 'campaign' and b.code = ${text('campaign')})
      and not exists (select from campaign_phase p where p.campaign_id = c.id and p.code = ${text('phase')})`;

/**
 * Writes a list that hangs on a row anew: of new records, and of corrected ones in place of what is there. `select` gives
 * the columns after the owner's id, from `verdict v` and `e (item, place)`.
 */
export function writeParts(type: string, table: string, owner: { readonly column: string; readonly table: string }, field: string, columns: Record<string, string>, joins = ''): string[] {
  return [
    `delete from ${table} p using ${owner.table} t, verdict v where p.${owner.column} = t.id and v.type = '${type}' and v.key = t.code and v.state = 'differs' and v.mode = 'c'`,
    `insert into ${table} (${[owner.column, ...Object.keys(columns).map(quoted)].join(', ')})
      select ${['t.id', ...Object.values(columns)].join(', ')}
      from verdict v join ${owner.table} t on t.code = v.key cross join lateral jsonb_array_elements(v.body->'${field}') with ordinality e (item, place) ${joins}
      where v.type = '${type}' and ${CHANGES} order by v.n, e.place`,
  ];
}

export const unknownCode = (what: string) => `UNKNOWN_${what.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
