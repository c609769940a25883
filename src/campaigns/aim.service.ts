import type { EntityManager } from '@mikro-orm/postgresql';
import { UserFault, type Outcome } from '../access/command.js';
import { assertCode } from '../access/input.rules.js';
import { unitWithin } from '../access/reference.query.js';
import { saveThing, type FieldRules } from '../access/save.command.js';
import type { Context } from '../context.js';
import { rowsOf } from '../shared/database/querying.js';
import { AIM_COLUMNS, AIM_SOURCE } from './aim.query.js';
import type { Aim, SaveAimInput } from './aim.type.js';
import type { CampaignStatus } from './campaign.type.js';
import { campaignKey, indicatorKey, phaseKey } from './reference.query.js';

const FIELDS: FieldRules = { direction: { value: true }, text: { words: 2000, needed: true }, source: { words: 500 }, note: { words: 2000 } };

/** States what a unit, of which the caller is an APPROVER, wants to achieve in a campaign, or says it otherwise. */
export function saveAim(context: Context, input: SaveAimInput): Promise<Outcome<{ aim: Aim }>> {
  return saveThing(context, {
    name: 'saveAim', action: 'SAVE_AIM', as: 'aim', table: 'aim', input, fields: FIELDS,
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'approver');
      const campaign = await campaignKey(em, input.campaign);
      assertCode(input.code);
      return { unit, campaign };
    },
    key: ({ campaign }) => ({ campaign_id: campaign, code: input.code }),
    more: async (em, { unit, campaign }) => {
      await assertTakesAims(em, unit, campaign);
      const columns: Record<string, unknown> = {};
      if (input.phase !== undefined) columns['phase_id'] = await phaseKey(em, input.phase, campaign);
      if (input.indicator !== undefined) columns['indicator_id'] = input.indicator === null ? null : await indicatorKey(em, input.indicator);
      return { columns };
    },
    row: async (em, key) => (await rowsOf<Aim>(em, `select ${AIM_COLUMNS} ${AIM_SOURCE} where a.id = $1`, [key]))[0]!,
    said: ({ campaignCode, phaseCode, indicatorCode, code, direction, text, version, source, note }) => ({ campaign: campaignCode, phase: phaseCode, indicator: indicatorCode, code, direction, text, version, source, note }),
  });
}

/** A draft takes aims of the unit that draws it up. */
async function assertTakesAims(em: EntityManager, unit: number, campaign: number): Promise<void> {
  const [it] = await rowsOf<{ status: CampaignStatus; own: boolean }>(em, 'select c.status, c.launched_by_id is not distinct from $1::int as own from campaign c where c.id = $2', [unit, campaign]);
  if (it!.status === 'CLOSED') throw new UserFault('campaign', 'INVALID', 'The campaign is closed.');
  if (it!.status === 'DRAFT' && !it!.own) throw new UserFault('campaign', 'INVALID', 'The campaign is not launched yet.');
}
