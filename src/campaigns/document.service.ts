import type { EntityManager } from '@mikro-orm/postgresql';
import type { Outcome } from '../access/command.js';
import { atMost } from '../access/input.rules.js';
import { keysOf, unitWithin } from '../access/reference.query.js';
import { assertInOrder, saveThing, type FieldRules } from '../access/save.command.js';
import type { Context } from '../context.js';
import { rowsOf } from '../shared/database/querying.js';
import { DOCUMENT_COLUMNS } from './document.query.js';
import type { Document, SaveDocumentInput } from './document.type.js';

const FIELDS: FieldRules = {
  kind: { value: true, needed: true }, title: { words: 500, needed: true }, number: { words: 100 }, issuer: { words: 500 }, issuedOn: { dated: true }, termFrom: { dated: true }, termTo: { dated: true },
  content: { words: 10_000 }, source: { words: 500 }, note: { words: 2000 },
};
const ROLES = { basisOf: 'BASIS', guides: 'GUIDANCE' } as const;

/** Enters a document of a unit of which the caller is a CAMPAIGN_MANAGER, or changes what was said of it. */
export function saveDocument(context: Context, input: SaveDocumentInput): Promise<Outcome<{ document: Document }>> {
  return saveThing(context, {
    name: 'saveDocument', action: 'SAVE_DOCUMENT', as: 'document', table: 'document', codes: 'dc', input, fields: FIELDS,
    prepare: async (em) => ({ unit: await unitWithin(em, input.unit, 'publisher') }),
    more: async (em, { unit }, next, known) => {
      assertInOrder(next, 'termFrom', 'termTo');
      const tied = known === undefined ? [] : await tiesOf(em, known.id);
      const [drop, add]: [Tie[], Tie[]] = [[], []];
      for (const field of ['basisOf', 'guides'] as const) {
        if (input[field] === undefined) continue;
        const role = ROLES[field];
        const [before, after] = [tied.filter((tie) => tie.role === role), await keysOf(em, 'campaign', field, atMost(100, field, input[field]))];
        drop.push(...before.filter(({ campaign }) => ![...after.values()].includes(campaign)));
        add.push(...[...after.values()].filter((key) => !before.some(({ campaign }) => campaign === key)).map((campaign) => ({ campaign, role })));
      }
      return {
        parts: {
          same: drop.length === 0 && add.length === 0,
          write: async (transaction, key) => {
            const ties = 'unnest($2::int[], $3::document_role[]) t (campaign, role)';
            const columnsOf = (of: readonly Tie[]) => [of.map(({ campaign }) => campaign), of.map(({ role }) => role)];
            await rowsOf(transaction, `delete from campaign_document d using ${ties} where d.document_id = $1 and d.campaign_id = t.campaign and d.role = t.role`, [key, ...columnsOf(drop)]);
            await rowsOf(transaction, `insert into campaign_document (document_id, campaign_id, role, unit_id) select $1, t.campaign, t.role, $4 from ${ties}`, [key, ...columnsOf(add), unit]);
          },
        },
      };
    },
    row: async (em, key) => (await rowsOf<Document>(em, `select ${DOCUMENT_COLUMNS} from document d where d.id = $1`, [key]))[0]!,
    // Without the campaigns: whoever reads the log of the unit need not see those.
    said: ({ key: _key, unitKey: _unit, ...rest }) => rest,
  });
}

interface Tie {
  readonly campaign: number;
  readonly role: 'BASIS' | 'GUIDANCE';
}
/** To campaigns that the caller sees. */
const tiesOf = (em: EntityManager, document: number) => rowsOf<Tie>(em, 'select campaign_id as campaign, role from campaign_document where document_id = $1', [document]);
