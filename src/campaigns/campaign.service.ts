import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, UserFault, UserFaults, type Outcome } from '../access/command.js';
import { assertCode, codeTaken } from '../access/input.rules.js';
import { assertWithin, keysOf, unitWithin } from '../access/reference.query.js';
import type { Context } from '../context.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { rowsOf } from '../shared/database/querying.js';
import type {
  CampaignContentInput, CloseCampaignInput, DraftCampaignInput, ImplementCampaignInput, LaunchCampaignInput, LaunchCampaignPayload, PublishRanksInput, SaveCampaignPhaseInput,
} from './campaign-change.type.js';
import {
  campaignRow, insertDraft, knownByCode, knownByKey, phaseRow, touchCampaign, updateDraft, writePhase, type KnownCampaign, type Ties,
} from './campaign-content.query.js';
import { assertRuns, BLANK, codesOf, contentAfter, parsePeriod, parsePeriods, phaseAfter, phasesInOrder, type CampaignContent } from './campaign-content.rules.js';
import { beginClosing, campaignKey } from './reference.query.js';
import { earliestStart, isOutsideCampaign, missingForLaunch, type LaunchRequirement } from './campaign.rules.js';
import { HAS_TARGET } from './campaign.query.js';
import type { Campaign, CampaignPhase } from './campaign.type.js';

type Changed = { campaign: Campaign };

/** Draws up a campaign of a unit of which the caller is a CAMPAIGN_MANAGER, or changes what was drawn up. */
export function draftCampaign(context: Context, input: DraftCampaignInput): Promise<Outcome<Changed>> {
  parsePeriods(input);
  return command(context, {
    name: 'draftCampaign', grants: 'act by', input, nothing: { campaign: null },
    prepare: (em) => unitWithin(em, input.unit, 'publisher'),
    act: async (em, unit) => {
      const known = await knownByCode(em, input.code);
      const shown = known && { campaign: await campaignRow(em, known.key) };
      if (known !== undefined && known.launchedByKey !== unit) throw codeTaken(shown);
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, known?.version ?? 0, shown);
      if (known !== undefined && known.status !== 'DRAFT') throw new UserFault('code', 'CONFLICT', 'The campaign has been launched: it is no draft any more.', shown);
      assertCode(input.code);
      const content = contentAfter(known ?? BLANK, input);
      assertRuns(content, content.phases, (i) => `phases.${i}.`);
      const ties = await tiesOf(em, input, content);
      if (known === undefined) return drafted(em, context, 'DRAFT_CAMPAIGN', unit, await insertDraft(em, input.code, unit, null, content, ties));
      if (isSame(known, content, input, ties)) return shown!;
      await updateDraft(em, known, content, ties);
      return drafted(em, context, 'DRAFT_CAMPAIGN', unit, known.key, known);
    },
  });
}

/** Draws up a unit's own campaign under one of a unit above it, or of a body outside. */
export function implementCampaign(context: Context, input: ImplementCampaignInput): Promise<Outcome<Changed>> {
  parsePeriods(input);
  return command(context, {
    name: 'implementCampaign', grants: 'act by', input, nothing: { campaign: null },
    prepare: async (em) => {
      const unit = await unitWithin(em, input.unit, 'publisher');
      return { unit, superior: await campaignKey(em, input.implements, 'implements') };
    },
    act: async (em, { unit, superior }) => {
      await em.execute('select structure_lock_shared()');
      const known = await knownByCode(em, input.code);
      const shown = known && { campaign: await campaignRow(em, known.key) };
      if (known?.launchedByKey === unit) assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, known.version, shown);
      if (known !== undefined) throw codeTaken(shown);
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, 0);
      assertCode(input.code);
      const above = await knownByKey(em, superior);
      await assertCarriesOut(em, unit, above);
      const { kind, cadence, theme, objective, content: what, measures, audience, indicators, startsOn, startsOnPrecision, endsOn, endsOnPrecision } = above;
      const content = contentAfter({ ...BLANK, kind, cadence, theme, objective, content: what, measures, audience, indicators, startsOn, startsOnPrecision, endsOn, endsOnPrecision }, input);
      // Of the phases above, those that fit into its own time.
      if (input.phases === undefined) content.phases = above.phases.filter((phase) => !isOutsideCampaign(phase, content));
      assertRuns(content, content.phases, (i) => `phases.${i}.`);
      const ties = await tiesOf(em, input, content);
      return drafted(em, context, 'IMPLEMENT_CAMPAIGN', unit, await insertDraft(em, input.code, unit, superior, content, ties));
    },
  });
}

/** Launches a draft, if nothing is missing. */
export function launchCampaign(context: Context, input: LaunchCampaignInput): Promise<LaunchCampaignPayload> {
  const launchedOn = parseOptionalDay(input.launchedOn, 'input.launchedOn') ?? context.today;
  const missing: LaunchRequirement[] = [];
  return command<Changed & { missing: LaunchRequirement[] }, number, { campaign: null; missing: LaunchRequirement[] }>(context, {
    name: 'launchCampaign', grants: 'act by', input, nothing: { campaign: null, missing },
    prepare: (em) => managed(em, 'code', input.code),
    act: async (em, key) => {
      const { known, shown } = await knownAt(em, key, input);
      if (known.status !== 'DRAFT') throw new UserFault('code', 'CONFLICT', 'The campaign has been launched already.', shown);
      if (launchedOn > context.today) throw new UserFault('launchedOn', 'INVALID', `launchedOn must be today (${context.today}) or before.`, shown);
      const { active, target } = await readiness(em, key, launchedOn);
      if (!active) throw new UserFault('launchedOn', 'INVALID', 'The unit is not active on that day.', shown);
      const lacking = missingForLaunch(known, target);
      if (lacking.length > 0) throw new UserFaults(lacking.map((one) => new UserFault('code', 'INCOMPLETE', `The campaign lacks ${LACKS[one]}.`)), { ...shown, missing: lacking });
      await rowsOf(em, `update campaign set status = 'LAUNCHED', launched_on = $2 where id = $1`, [key, launchedOn]);
      return { ...(await drafted(em, context, 'LAUNCH_CAMPAIGN', known.launchedByKey!, key, known)), missing };
    },
  });
}

const LACKS: Record<LaunchRequirement, string> = {
  OBJECTIVE: 'an objective (mục tiêu)',
  TARGET: 'a target in numbers, or a norm (chỉ tiêu)',
  CONTENT: 'what is to be done (nội dung)',
  MEASURES: 'measures (biện pháp)',
  AUDIENCE: 'whom it addresses (đối tượng)',
  THEME: 'a theme (chủ đề)',
  STARTS_ON: 'when it begins',
  ENDS_ON: 'when it ends',
};

/** Closes what was launched. */
export function closeCampaign(context: Context, input: CloseCampaignInput): Promise<Outcome<Changed>> {
  const on = parseOptionalDay(input.on, 'input.on') ?? context.today;
  return command(context, {
    name: 'closeCampaign', grants: 'act by', input, nothing: { campaign: null },
    prepare: (em) => managed(em, 'code', input.code),
    act: async (em, key) => {
      await beginClosing(em, key);
      const { known, shown } = await knownAt(em, key, input);
      if (known.status !== 'LAUNCHED') throw new UserFault('code', 'CONFLICT', known.status === 'DRAFT' ? 'The campaign has not been launched.' : 'The campaign is closed already.', shown);
      if (on > context.today) throw new UserFault('on', 'INVALID', `on must be today (${context.today}) or before.`, shown);
      const begun = [known.launchedOn, earliestStart(known)].filter((day) => day != null).sort().at(-1);
      if (begun !== undefined && on < begun) throw new UserFault('on', 'INVALID', `The campaign was launched or began on ${begun}: on must be that day or later.`, shown);
      await rowsOf(em, `update campaign set status = 'CLOSED', closed_on = $2 where id = $1`, [key, on]);
      return drafted(em, context, 'CLOSE_CAMPAIGN', known.launchedByKey!, key, known);
    },
  });
}

/** Publishes the places of units, or no longer, whatever has become of the campaign. */
export function publishRanks(context: Context, input: PublishRanksInput): Promise<Outcome<Changed>> {
  return command(context, {
    name: 'publishRanks', grants: 'act by', input, nothing: { campaign: null },
    prepare: (em) => managed(em, 'campaign', input.campaign),
    act: async (em, key) => {
      const { known, shown } = await knownAt(em, key, input);
      if (known.publishesRanks === input.publishes) return shown;
      await rowsOf(em, 'update campaign set publishes_ranks = $2, status = status where id = $1', [key, input.publishes]);
      return drafted(em, context, 'PUBLISH_RANKS', known.launchedByKey!, key, known);
    },
  });
}

/** Adds a phase to a campaign that is not closed, or changes one. */
export function saveCampaignPhase(context: Context, input: SaveCampaignPhaseInput): Promise<Outcome<Changed & { phase: CampaignPhase }>> {
  parsePeriod(input, 'input');
  return command(context, {
    name: 'saveCampaignPhase', grants: 'act by', input, nothing: { campaign: null, phase: null },
    prepare: (em) => managed(em, 'campaign', input.campaign),
    act: async (em, key) => {
      const { known, shown } = await knownAt(em, key, input);
      if (known.status === 'CLOSED') throw new UserFault('campaign', 'CONFLICT', 'The campaign is closed.', shown);
      const former = known.phases.find(({ code }) => code === input.code);
      const phase = phaseAfter(former, input);
      // The one spoken of comes last: whatever is wrong among the phases is wrong with it.
      const others = known.phases.filter((one) => one !== former);
      assertRuns(known, [...others, phase], () => '');
      if (former === undefined && others.length >= MOST_PHASES) throw new UserFault('code', 'INVALID', `A campaign has at most ${MOST_PHASES} phases.`);
      if (JSON.stringify(former) !== JSON.stringify(phase)) {
        await writePhase(em, key, phase, former === undefined);
        await touchCampaign(em, key);
        audit(em, context, 'SAVE_CAMPAIGN_PHASE', known.launchedByKey!, { campaign: known.code, ...phase }, former === undefined ? null : { campaign: known.code, ...former });
      }
      return { campaign: await campaignRow(em, key), phase: await phaseRow(em, key, input.code) };
    },
  });
}
const MOST_PHASES = 200;

/** The key of a campaign that the caller manages; a fault of the field otherwise. */
async function managed(em: EntityManager, field: string, code: string): Promise<number> {
  const key = await campaignKey(em, code, field);
  const [campaign] = await rowsOf<{ unit: number | null }>(em, 'select launched_by_id as unit from campaign where id = $1', [key]);
  if (campaign?.unit == null) throw new UserFault(field, 'FORBIDDEN', 'A body outside the unions launched it: nobody here manages it.');
  await assertWithin(em, campaign.unit, 'publisher', field);
  return key;
}

/** As it is, once nobody else may change it, if that is the version that the caller knows. */
async function knownAt(em: EntityManager, key: number, input: { readonly expectedVersion: number }): Promise<{ known: KnownCampaign; shown: Changed }> {
  const known = await knownByKey(em, key);
  const shown = { campaign: await campaignRow(em, key) };
  assertVersion(input, known.version, shown);
  return { known, shown };
}

/** The campaign that was written, once the audit log has it. */
async function drafted(em: EntityManager, context: Context, action: string, unit: number, key: number, former?: KnownCampaign): Promise<Changed> {
  audit(em, context, action, unit, said(await knownByKey(em, key)), former === undefined ? null : said(former));
  return { campaign: await campaignRow(em, key) };
}

/** Without what it is tied to: whoever reads the log of the unit need not see those campaigns. */
const said = ({ key: _key, launchedByKey: _unit, version: _version, precededBy: _before, implements: _above, linkedCampaigns: _linked, ...rest }: KnownCampaign): object => rest;

/** Whether a unit may carry out a campaign: of a unit that ever stood above it, or of a body outside. */
async function assertCarriesOut(em: EntityManager, unit: number, { status, launchedByKey }: KnownCampaign): Promise<void> {
  if (status !== 'LAUNCHED') throw new UserFault('implements', 'INVALID', status === 'DRAFT' ? 'That campaign has not been launched yet.' : 'That campaign is closed.');
  if (launchedByKey === null) return;
  const above = await rowsOf(em, 'select from ancestry where unit_id = $1 and ancestor_id = $2 limit 1', [unit, launchedByKey]);
  if (above.length === 0) throw new UserFault('implements', 'INVALID', 'That campaign was launched neither by a unit above nor by a body outside the unions.');
}

async function tiesOf(em: EntityManager, input: CampaignContentInput & { readonly code: string }, content: CampaignContent): Promise<Ties> {
  const { precededBy } = input;
  const preceding = precededBy == null ? precededBy : await campaignKey(em, precededBy, 'precededBy');
  if (precededBy === input.code) throw new UserFault('precededBy', 'INVALID', 'A campaign cannot follow on from itself.');
  if (input.linkedCampaigns !== undefined) codesOf('linkedCampaigns', input.linkedCampaigns);
  const linked = input.linkedCampaigns === undefined ? undefined : await keysOf(em, 'campaign', 'linkedCampaigns', input.linkedCampaigns ?? []);
  if (linked?.has(input.code)) throw new UserFault(`linkedCampaigns.${input.linkedCampaigns!.indexOf(input.code)}`, 'INVALID', 'A campaign cannot be linked with itself.');
  return { precededBy: preceding, linked, indicators: await keysOf(em, 'indicator', 'indicators', input.indicators ?? content.indicators) };
}

function isSame(known: KnownCampaign, content: CampaignContent, { precededBy }: CampaignContentInput, { linked }: Ties): boolean {
  const of = ({ name, nameEn, aliases, kind, cadence, launchingBody, sectors, occasions, theme, objective, content: what, measures, audience, publishesRanks, source, note, indicators, startsOn, startsOnPrecision, endsOn, endsOnPrecision, phases }: CampaignContent): string =>
    JSON.stringify([name, nameEn, aliases, kind, cadence, launchingBody, sectors, occasions, theme, objective, what, measures, audience, publishesRanks, source, note, indicators, startsOn, startsOnPrecision, endsOn, endsOnPrecision, phasesInOrder(phases)]);
  return of(known) === of(content)
    && (precededBy === undefined || precededBy === known.precededBy)
    && (linked === undefined || JSON.stringify([...linked.keys()].sort((a, b) => (a < b ? -1 : 1))) === JSON.stringify(known.linkedCampaigns));
}

/** Whether the launching unit is active on the day, and whether it or a unit beneath it has a target. */
async function readiness(em: EntityManager, key: number, on: Day): Promise<{ active: boolean; target: boolean }> {
  const [row] = await rowsOf<{ active: boolean; target: boolean }>(
    em,
    `select u.valid_from <= $2 and (u.closed_on is null or u.closed_on > $2) as active, ${HAS_TARGET} as target
     from campaign c join org_unit u on u.id = c.launched_by_id where c.id = $1`,
    [key, on],
  );
  return row!;
}
