import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, staleFault, UserFault, type Outcome } from '../access/command.js';
import { unitWithin } from '../access/reference.query.js';
import type { Context } from '../context.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { rowsOf } from '../shared/database/querying.js';
import { ADOPTION_COLUMNS, ADOPTION_SOURCE } from './adoption.query.js';
import type { AdoptCampaignInput, Adoption, LeaveCampaignInput } from './adoption.type.js';
import { campaignKey } from './reference.query.js';

/** Joins a unit of which the caller is a CAMPAIGN_MANAGER to a campaign launched above it. */
export function adoptCampaign(context: Context, input: AdoptCampaignInput): Promise<Outcome<{ adoption: Adoption }>> {
  const on = parseOptionalDay(input.on, 'input.on');
  return command(context, {
    name: 'adoptCampaign', grants: 'act by', input, nothing: { adoption: null },
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'publisher');
      return { unit, campaign: await campaignKey(em, input.campaign) };
    },
    act: async (em, { unit, campaign }) => {
      // Where the unit stands is looked at, and stays so until the adoption is there.
      await em.execute('select structure_lock_shared()');
      const current = await currentOf(em, unit, campaign);
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, current?.version ?? 0, current && { adoption: current });
      const adoptedOn = on ?? current?.adoptedOn ?? context.today;
      await assertJoins(em, context, unit, campaign, adoptedOn);
      if (current === undefined) {
        const rows = await rowsOf<{ id: number }>(
          em,
          // Versions go on where those of the time before it left ended, so that none comes twice.
          `insert into campaign_adoption (campaign_id, unit_id, adopted_on, manner, version)
           select $1, $2, $3, $4, coalesce(max(version), 0) + 1 from campaign_adoption where campaign_id = $1 and unit_id = $2
           on conflict (campaign_id, unit_id) where ended_at is null do nothing returning id`,
          [campaign, unit, adoptedOn, input.as],
        );
        // Somebody was faster.
        if (rows.length === 0) {
          const adoption = (await currentOf(em, unit, campaign))!;
          throw staleFault(adoption.version, { adoption });
        }
      } else {
        if (current.adoptedOn === adoptedOn && current.manner === input.as) return { adoption: current };
        const changed = await rowsOf(em, 'update campaign_adoption set adopted_on = $2, manner = $3 where id = $1 and version = $4 and ended_at is null returning id', [current.key, adoptedOn, input.as, current.version]);
        if (changed.length === 0) await assertUnchanged(em, current);
      }
      const adoption = (await currentOf(em, unit, campaign))!;
      audit(em, context, 'ADOPT_CAMPAIGN', unit, said(adoption), current === undefined ? null : said(current));
      return { adoption };
    },
  });
}

/** Ends that a unit of which the caller is a CAMPAIGN_MANAGER takes part in a campaign. */
export function leaveCampaign(context: Context, input: LeaveCampaignInput): Promise<Outcome<{ adoption: Adoption }>> {
  return command(context, {
    name: 'leaveCampaign', grants: 'act by', input, nothing: { adoption: null },
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'publisher');
      return { unit, campaign: await campaignKey(em, input.campaign) };
    },
    act: async (em, { unit, campaign }) => {
      const current = await currentOf(em, unit, campaign);
      if (current === undefined) throw new UserFault('campaign', 'NOT_FOUND', 'The unit does not take part in this campaign.');
      assertVersion(input, current.version, { adoption: current });
      const left = await rowsOf(em, 'update campaign_adoption set ended_at = now() where id = $1 and version = $2 and ended_at is null returning id', [current.key, current.version]);
      if (left.length === 0) await assertUnchanged(em, current);
      audit(em, context, 'LEAVE_CAMPAIGN', unit, null, said(current));
      return { adoption: (await adoptionOf(em, 'a.id = $1', [current.key]))! };
    },
  });
}

interface Joining {
  status: string;
  launchedOn: Day | null;
  validFrom: Day;
  closedOn: Day | null;
  beneath: boolean;
}

async function assertJoins(em: EntityManager, { today }: Context, unit: number, campaign: number, on: Day): Promise<void> {
  const [joining] = await rowsOf<Joining>(
    em,
    `select c.status, c.launched_on as "launchedOn", u.valid_from as "validFrom", u.closed_on as "closedOn",
       c.launched_by_id is null or exists (select from ancestry n where n.unit_id = u.id and n.ancestor_id = c.launched_by_id and n.starts <= $3 and n.ends > $3) as beneath
     from campaign c cross join org_unit u where c.id = $2 and u.id = $1`,
    [unit, campaign, on],
  );
  const { status, launchedOn, validFrom, closedOn, beneath } = joining!;
  if (status !== 'LAUNCHED') throw new UserFault('campaign', 'CONFLICT', status === 'DRAFT' ? 'The campaign has not been launched yet.' : 'The campaign is closed.');
  if (on > today) throw new UserFault('on', 'INVALID', `on must be today (${today}) or before.`);
  if (launchedOn !== null && on < launchedOn) throw new UserFault('on', 'INVALID', `The campaign was launched on ${launchedOn}: on must be that day or later.`);
  if (on < validFrom || (closedOn !== null && on >= closedOn)) throw new UserFault('on', 'INVALID', 'The unit is not active on that day.');
  if (!beneath) throw new UserFault('campaign', 'INVALID', 'On that day the unit does not stand beneath the unit that launched the campaign.');
}

/** It has changed since it was read. */
async function assertUnchanged(em: EntityManager, known: Adoption): Promise<never> {
  const now = await adoptionOf(em, 'a.id = $1', [known.key]);
  assertVersion({ expectedVersion: known.version }, now!.version, { adoption: now });
  throw new Error('an adoption that has not changed could not be changed');
}

const currentOf = (em: EntityManager, unit: number, campaign: number) => adoptionOf(em, 'a.ended_at is null and a.unit_id = $1 and a.campaign_id = $2', [unit, campaign]);

async function adoptionOf(em: EntityManager, where: string, values: unknown[]): Promise<Adoption | undefined> {
  const [adoption] = await rowsOf<Adoption>(em, `select ${ADOPTION_COLUMNS} ${ADOPTION_SOURCE} where ${where}`, values);
  return adoption;
}

const said = ({ campaignCode, adoptedOn, manner }: Adoption): object => ({ campaign: campaignCode, adoptedOn, manner });
