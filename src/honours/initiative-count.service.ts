import type { EntityManager } from '@mikro-orm/postgresql';
import { command, staleFault, UserFault, type Outcome } from '../access/command.js';
import { assertPast } from '../access/input.rules.js';
import { unitWithin } from '../access/reference.query.js';
import { campaignKey, phaseKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { figuresOf } from '../ledger/figure-workflow.query.js';
import type { Figure } from '../ledger/figure.type.js';
import { draftResult } from '../results/result.service.js';
import { rowsOf } from '../shared/database/querying.js';
import { parseDay } from '../shared/dates.js';
import { PLACE_OF } from './initiative.query.js';
import type { FeedInitiativeCountsInput } from './initiative.type.js';

/**
 * Counts the register of a unit into drafts of its own results, one for each indicator of the campaign that counts a
 * stage. They go the way of every result from there: nothing is handed in by itself.
 */
export function feedInitiativeCounts(context: Context, input: FeedInitiativeCountsInput): Promise<Outcome<{ figures: readonly Figure[] }, { figures: readonly Figure[] }>> {
  const asOf = parseDay(input.asOf, 'input.asOf');
  return command<{ figures: readonly Figure[] }, { unit: number; campaign: number; phase: number | null }, { figures: readonly Figure[] }>(context, {
    name: 'feedInitiativeCounts', grants: 'act by', input, nothing: { figures: [] },
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'reporter');
      const campaign = await campaignKey(em, input.campaign);
      return { unit, campaign, phase: await phaseKey(em, input.phase, campaign) };
    },
    act: async (em, { unit, campaign, phase }) => {
      assertPast('asOf', asOf, context.today);
      const counted = await count(em, unit, campaign, phase, asOf);
      if (counted.length === 0) throw new UserFault('campaign', 'INVALID', 'The campaign has no indicator that counts a stage of initiatives (countingStage): name one that has.');
      // None registered is no count of 0: nobody may have kept the register.
      if (counted[0]!.known === 0) throw new UserFault('asOf', 'INCOMPLETE', 'By that day the unit’s register has no initiative of the campaign, or of the phase: register them first, or give a later day.');
      const standing = Math.max(0, ...counted.map(({ version }) => version ?? 0));
      if (input.expectedVersion != null && input.expectedVersion !== standing) {
        const there = await figuresOf(em, counted.flatMap(({ figure }) => figure ?? []));
        throw staleFault(standing, { figures: counted.flatMap(({ figure }) => (figure === null ? [] : there.get(figure)!)) });
      }
      const figures: Figure[] = [];
      for (const { indicator, value, figure, says } of counted) {
        if (figure !== null && says) {
          figures.push((await figuresOf(em, [figure])).get(figure)!);
          continue;
        }
        const drafted = await draftResult(
          em, context, { unit, campaign, phase, indicator, asOf, coverage: 'OWN' },
          (open) => ({ value: String(value), qualifier: 'EXACT', statedPercent: null, statedBasis: null, derived: true, source: open?.source ?? null, note: open?.note ?? null }),
          undefined,
        );
        figures.push(drafted.figure);
      }
      return { figures };
    },
  });
}

interface Counted {
  readonly indicator: number;
  readonly value: number;
  /** How many initiatives there are at all. */
  readonly known: number;
  /** The figure of that day that is on its way, or counts. */
  readonly figure: string | null;
  /** Of one that is on its way. */
  readonly version: number | null;
  /** It says that number already. */
  readonly says: boolean;
}

/** By the code of the indicator, how many initiatives had come to the stage that it counts. */
function count(em: EntityManager, unit: number, campaign: number, phase: number | null, asOf: string): Promise<Counted[]> {
  const places = Object.entries(PLACE_OF).map(([stage, place]) => `when '${stage}' then ${place}`).join(' ');
  return rowsOf<Counted>(
    em,
    `select i.id as indicator, (count(n.id) filter (where n.reached[case i.counting_stage ${places} end] <= $4))::int as value, count(n.id)::int as known,
       f.id::text as figure, case when f.status <> 'APPROVED' then f.version end as version,
       coalesce(f.value = count(n.id) filter (where n.reached[case i.counting_stage ${places} end] <= $4) and f.qualifier = 'EXACT' and f.status <> 'RETURNED', false) as says
     from indicator i left join initiative n on n.unit_id = $1 and n.campaign_id = $2 and ($3::int is null or n.phase_id = $3) and n.registered_on <= $4
     left join series s on s.campaign_id = $2 and s.phase_id is not distinct from $3 and s.indicator_id = i.id and s.measure = 'RESULT'
     left join lateral (select * from figure o where o.series_id = s.id and o.unit_id = $1 and o.coverage = 'OWN' and o.date = $4 and o.status in ('DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED')
       order by o.status = 'APPROVED' limit 1) f on true
     where i.counting_stage is not null and i.aggregation = 'SUM'
       and (exists (select from campaign_indicator ci join indicator li on li.id = ci.indicator_id where ci.campaign_id = $2 and i.id in (li.id, li.numerator_id, li.denominator_id))
         or exists (select from series os where os.campaign_id = $2 and os.indicator_id = i.id))
     group by i.id, f.id, f.status, f.version, f.value, f.qualifier order by i.code`,
    [unit, campaign, phase, asOf],
  );
}
