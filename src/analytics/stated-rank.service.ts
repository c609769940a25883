import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, UserFault, type Outcome } from '../access/command.js';
import { textOf } from '../access/input.rules.js';
import { keyOf, unitWithin } from '../access/reference.query.js';
import type { CampaignStatus } from '../campaigns/campaign.type.js';
import type { Context } from '../context.js';
import { isCode, newCode } from '../shared/codes.js';
import { codeOf } from '../shared/database/errors.js';
import { rowsOf } from '../shared/database/querying.js';
import { parseDay, type Day } from '../shared/dates.js';
import { STATED_RANK_COLUMNS } from './stated-rank.query.js';
import type { SaveStatedRankInput, StatedRank } from './stated-rank.type.js';

/** Keeps a place that a source tells of, of a unit of which the caller is a REPORTER; or says anew what it is. */
export function saveStatedRank(context: Context, input: SaveStatedRankInput): Promise<Outcome<{ rank: StatedRank }>> {
  const asOf = parseDay(input.asOf, 'input.asOf');
  return command(context, {
    name: 'saveStatedRank', grants: 'act by', input, nothing: { rank: null },
    prepare: async (em) => ({ unit: await unitWithin(em, input.unit, 'reporter'), campaign: await keyOf(em, 'campaign', 'select id from campaign where code = ?', [input.campaign]) }),
    act: async (em, { unit, campaign }) => {
      const known = input.code == null ? undefined : await lockRank(em, input.code);
      const shown = known && { rank: known };
      if (known !== undefined && known.unitKey !== unit) throw takenFault(shown);
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, known?.version ?? 0, shown);
      if (input.code != null && !isCode(input.code)) throw new UserFault('code', 'INVALID', 'code takes 1 to 64 letters (A to Z), digits, ".", "_" or "-", and starts with a letter or digit.');
      if (known !== undefined && known.campaignKey !== campaign) throw new UserFault('campaign', 'INVALID', 'The campaign of a rank stays: give another one another code.', shown);
      const said = await contentOf(em, campaign, input, asOf, context.today);
      if (known !== undefined && FIELDS.every((field) => known[field] === said[field])) return { rank: known };
      const key = known === undefined ? await insert(em, input.code ?? newCode('rk'), unit, campaign, said) : await update(em, known.key, said);
      const rank = (await rankRow(em, 's.id = $1', key))!;
      await audit(em, context, 'SAVE_STATED_RANK', unit, await saidOf(em, rank), known === undefined ? null : await saidOf(em, known));
      return { rank };
    },
  });
}

const FIELDS = ['phaseKey', 'indicatorKey', 'by', 'group', 'regionKey', 'clusterKey', 'place', 'of', 'asOf', 'source', 'note'] as const;
type Content = Pick<StatedRank, (typeof FIELDS)[number]>;
const COLUMNS = ['phase_id', 'indicator_id', 'by', 'among', 'region_id', 'cluster_id', 'place', 'out_of', 'as_of', 'source', 'note'];

async function contentOf(em: EntityManager, campaign: number, input: SaveStatedRankInput, asOf: Day, today: Day): Promise<Content> {
  const { phase, indicator, group, region, cluster, place } = input;
  const [{ status }] = (await rowsOf<{ status: CampaignStatus }>(em, 'select status from campaign where id = $1', [campaign])) as [{ status: CampaignStatus }];
  if (status === 'DRAFT') throw new UserFault('campaign', 'INVALID', 'The campaign is not launched yet.');
  const phaseKey = phase == null ? null : await keyOf(em, 'phase', 'select id from campaign_phase where code = ? and campaign_id = ?', [phase, campaign]);
  const indicatorKey = indicator == null ? null : await keyOf(em, 'indicator', 'select id from indicator where code = ?', [indicator]);
  if (region != null && group !== 'REGION') throw new UserFault('region', 'INVALID', 'region goes with the group REGION.');
  if (cluster != null && group !== 'CLUSTER') throw new UserFault('cluster', 'INVALID', 'cluster goes with the group CLUSTER.');
  const regionKey = region == null ? null : await keyOf(em, 'region', 'select id from region where code = ?', [region]);
  const clusterKey = cluster == null ? null : await keyOf(em, 'cluster', 'select id from emulation_cluster where code = ?', [cluster]);
  if (place < 1) throw new UserFault('place', 'INVALID', 'place must be 1 or more.');
  const of = input.of ?? null;
  if (of !== null && of < place) throw new UserFault('of', 'INVALID', `of must be ${place} or more.`);
  if (asOf > today) throw new UserFault('asOf', 'INVALID', `asOf must be today (${today}) or before.`);
  if (asOf < '1000') throw new UserFault('asOf', 'INVALID', 'asOf must be of the year 1000 or later.');
  return { phaseKey, indicatorKey, by: input.by ?? null, group, regionKey, clusterKey, place, of, asOf, source: textOf('source', input.source, 500), note: textOf('note', input.note) };
}

/** As it is now, and nobody else changes it until the command is done; undefined where the caller sees none. */
async function lockRank(em: EntityManager, code: string): Promise<StatedRank | undefined> {
  if (!isCode(code)) return undefined;
  await rowsOf(em, 'select from stated_rank where code = $1 for no key update', [code]);
  return rankRow(em, 's.code = $1', code);
}

async function rankRow(em: EntityManager, where: string, value: unknown): Promise<StatedRank | undefined> {
  const [row] = await rowsOf<StatedRank>(em, `select ${STATED_RANK_COLUMNS} from stated_rank s where ${where}`, [value]);
  return row;
}

async function insert(em: EntityManager, code: string, unit: number, campaign: number, content: Content): Promise<number> {
  const rows = await rowsOf<{ id: number }>(
    em,
    `insert into stated_rank (code, unit_id, campaign_id, ${COLUMNS.join(', ')}) values ($1, $2, $3, ${COLUMNS.map((_, i) => `$${i + 4}`).join(', ')}) returning id`,
    [code, unit, campaign, ...FIELDS.map((field) => content[field])],
  ).catch((error: unknown) => {
    if (codeOf(error) !== '23505') throw error;
    throw takenFault();
  });
  return rows[0]!.id;
}

async function update(em: EntityManager, key: number, content: Content): Promise<number> {
  await rowsOf(em, `update stated_rank set ${COLUMNS.map((column, i) => `${column} = $${i + 2}`).join(', ')} where id = $1`, [key, ...FIELDS.map((field) => content[field])]);
  return key;
}

const takenFault = (shown: object = {}): UserFault => new UserFault('code', 'CONFLICT', 'This code is taken: codes are never used again.', shown);

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
