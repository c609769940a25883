import type { EntityManager } from '@mikro-orm/postgresql';
import { audit, command, UserFault, type Outcome } from '../access/command.js';
import { assertPast, wordsOf } from '../access/input.rules.js';
import { keyOf, unitWithin } from '../access/reference.query.js';
import type { CampaignStatus } from '../campaigns/campaign.type.js';
import { campaignKey, indicatorKey, phaseKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { save } from '../honours/saving.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { parseDay, type Day } from '../shared/dates.js';
import { STATED_RANK_COLUMNS } from './stated-rank.query.js';
import type { SaveStatedRankInput, StatedRank } from './stated-rank.type.js';

/** Keeps a place that a source tells of, of a unit of which the caller is a REPORTER; or says anew what it is. */
export function saveStatedRank(context: Context, input: SaveStatedRankInput): Promise<Outcome<{ rank: StatedRank }>> {
  const asOf = parseDay(input.asOf, 'input.asOf');
  return command(context, {
    name: 'saveStatedRank', grants: 'act by', input, nothing: { rank: null },
    prepare: async (em) => ({ unit: await unitWithin(em, input.unit, 'reporter'), campaign: await campaignKey(em, input.campaign) }),
    act: async (em, { unit, campaign }) => {
      const values = await valuesOf(em, campaign, input, asOf, context.today);
      const known = input.code != null && isCode(input.code) ? await rankRow(em, 's.code = $1', input.code) : undefined;
      const { key, was } = await save(em, {
        table: 'stated_rank', prefix: 'rk', input, unit, values, fixed: { campaign_id: campaign },
        show: async (id) => ({ rank: (await rankRow(em, 's.id = $1', id))! }),
        assertOpen: () => {
          if (known !== undefined && known.campaignKey !== campaign) throw new UserFault('campaign', 'INVALID', 'The campaign of a rank stays: give another one another code.', { rank: known });
        },
      });
      const rank = (await rankRow(em, 's.id = $1', key))!;
      if (was !== 'same') audit(em, context, 'SAVE_STATED_RANK', unit, await saidOf(em, rank), known === undefined ? null : await saidOf(em, known));
      return { rank };
    },
  });
}

async function valuesOf(em: EntityManager, campaign: number, input: SaveStatedRankInput, asOf: Day, today: Day): Promise<Record<string, unknown>> {
  const { phase, indicator, group, region, cluster, place } = input;
  const [{ status }] = (await rowsOf<{ status: CampaignStatus }>(em, 'select status from campaign where id = $1', [campaign])) as [{ status: CampaignStatus }];
  if (status === 'DRAFT') throw new UserFault('campaign', 'INVALID', 'The campaign is not launched yet: launch it first.');
  const phaseId = await phaseKey(em, phase, campaign);
  const indicatorId = indicator == null ? null : await indicatorKey(em, indicator);
  if (region != null && group !== 'REGION') throw new UserFault('region', 'INVALID', 'region goes with the group REGION: leave it out, or name that group.');
  if (cluster != null && group !== 'CLUSTER') throw new UserFault('cluster', 'INVALID', 'cluster goes with the group CLUSTER: leave it out, or name that group.');
  const regionId = region == null ? null : await keyOf(em, 'region', 'select id from region where code = $1', [region]);
  const clusterId = cluster == null ? null : await keyOf(em, 'cluster', 'select id from emulation_cluster where code = $1', [cluster]);
  if (place < 1) throw new UserFault('place', 'INVALID', 'place must be 1 or more.');
  const of = input.of ?? null;
  if (of !== null && of < place) throw new UserFault('of', 'INVALID', `of must be ${place} or more.`);
  assertPast('asOf', asOf, today);
  return {
    phase_id: phaseId, indicator_id: indicatorId, by: input.by ?? null, among: group, region_id: regionId, cluster_id: clusterId, place, out_of: of, as_of: asOf,
    source: wordsOf('source', input.source, 500), note: wordsOf('note', input.note, 2000),
  };
}

async function rankRow(em: EntityManager, where: string, value: unknown): Promise<StatedRank | undefined> {
  const [row] = await rowsOf<StatedRank>(em, `select ${STATED_RANK_COLUMNS} from stated_rank s where ${where}`, [value]);
  return row;
}

/** As the audit log has it. */
async function saidOf(em: EntityManager, { code, campaignKey, phaseKey, indicatorKey, by, group, regionKey, clusterKey, place, of, asOf, source, note }: StatedRank): Promise<object> {
  const [codes] = await rowsOf<object>(
    em,
    `select (select code from campaign where id = $1) as campaign, (select code from campaign_phase where id = $2) as phase, (select code from indicator where id = $3) as indicator,
       (select code from region where id = $4) as region, (select code from emulation_cluster where id = $5) as cluster`,
    [campaignKey, phaseKey, indicatorKey, regionKey, clusterKey],
  );
  return { code, ...codes, by, group, place, of, asOf, source, note };
}
