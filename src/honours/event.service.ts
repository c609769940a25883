import { UserFault, type Outcome } from '../access/command.js';
import { atMost, quantityOf, wholeOf, wordsOf } from '../access/input.rules.js';
import { keysOf, unitWithin } from '../access/reference.query.js';
import { assertInOrder, saveThing, type FieldRules } from '../access/save.command.js';
import { campaignKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { rowsOf } from '../shared/database/querying.js';
import { EVENT_COLUMNS, EVENT_SOURCE } from './event.query.js';
import { isWhole } from './event.rules.js';
import type { Event, EventCountInput, SaveEventInput } from './event.type.js';

const FIELDS: FieldRules = {
  kind: { value: true, needed: true }, name: { words: 500, needed: true }, edition: { words: 100 }, startsOn: { dated: true }, endsOn: { dated: true }, outcomes: { words: 10_000 },
  source: { words: 500 }, note: { words: 2000 },
};

/** Enters an event of a unit of which the caller is a REPORTER, or changes what was said of it. */
export function saveEvent(context: Context, input: SaveEventInput): Promise<Outcome<{ event: Event }>> {
  return saveThing(context, {
    name: 'saveEvent', action: 'SAVE_EVENT', as: 'event', table: 'event', codes: 'ev', input, fields: FIELDS,
    prepare: async (em) => ({ unit: await unitWithin(em, input.unit, 'reporter') }),
    more: async (em, _found, next, known) => {
      assertInOrder(next, 'startsOn', 'endsOn');
      const columns: Record<string, unknown> = {};
      if (input.campaign !== undefined) columns['campaign_id'] = input.campaign === null ? null : await campaignKey(em, input.campaign);
      const counts = input.counts === undefined ? undefined : atMost(50, 'counts', input.counts).map(countOf);
      const partners = [...(await keysOf(em, 'partner', 'partners', atMost(100, 'partners', input.partners ?? []))).values()];
      const former = known === undefined ? { partners: [], counts: [] } : await partsOf(known.id);
      const drop = input.partners === undefined ? [] : former.partners.filter((key) => !partners.includes(key));
      const add = partners.filter((key) => !former.partners.includes(key));
      const recounted = counts !== undefined && JSON.stringify(counts) !== JSON.stringify(former.counts);
      return {
        columns,
        parts: {
          same: drop.length === 0 && add.length === 0 && !recounted,
          write: async (transaction, key) => {
            await rowsOf(transaction, 'delete from event_partner where event_id = $1 and partner_id = any ($2)', [key, drop]);
            await rowsOf(transaction, 'insert into event_partner select $1, unnest($2::int[])', [key, add]);
            if (!recounted) return;
            await rowsOf(transaction, 'delete from event_count where event_id = $1', [key]);
            await rowsOf(
              transaction,
              `insert into event_count (event_id, place, "of", value, qualifier, noun, source)
               select $1, n.place, (n.one->>'of')::event_counted, (n.one->>'value')::numeric, (n.one->>'qualifier')::qualifier, n.one->>'noun', n.one->>'source' from jsonb_array_elements($2::jsonb) with ordinality n (one, place)`,
              [key, JSON.stringify(counts)],
            );
          },
        },
      };

      /** As they are; of the partners, those that the caller sees. */
      async function partsOf(event: number): Promise<{ partners: number[]; counts: Counted[] }> {
        const [row] = await rowsOf<{ partners: number[]; counts: Counted[] }>(
          em,
          `select array(select ep.partner_id from event_partner ep join partner p on p.id = ep.partner_id where ep.event_id = $1) as partners,
             coalesce((select json_agg(json_build_object('of', n."of", 'value', trim_scale(n.value)::text, 'qualifier', n.qualifier, 'noun', n.noun, 'source', n.source) order by n.place) from event_count n where n.event_id = $1), '[]') as counts`,
          [event],
        );
        return row!;
      }
    },
    row: async (em, key) => (await rowsOf<Event>(em, `select ${EVENT_COLUMNS} ${EVENT_SOURCE} where e.id = $1`, [key]))[0]!,
    // Without the campaign and the partners: whoever reads the log of the unit need not see those.
    said: ({ key: _key, unitKey: _unit, campaignKey: _campaign, ...rest }) => rest,
  });
}

interface Counted {
  readonly of: string;
  readonly value: string | null;
  readonly qualifier: string;
  readonly noun: string | null;
  readonly source: string | null;
}

function countOf({ of, value, qualifier, noun, source }: EventCountInput, i: number): Counted {
  if (value == null && qualifier != null && qualifier !== 'EXACT') throw new UserFault(`counts.${i}.qualifier`, 'INVALID', 'A qualifier goes with a value: give both, or leave it out.');
  return {
    of, value: value == null ? null : isWhole(of) ? wholeOf(`counts.${i}.value`, value) : quantityOf(`counts.${i}.value`, value), qualifier: qualifier ?? 'EXACT',
    noun: wordsOf(`counts.${i}.noun`, noun, 100), source: wordsOf(`counts.${i}.source`, source, 500),
  };
}
