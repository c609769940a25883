import type { EntityManager } from '@mikro-orm/postgresql';
import { UserFault } from '../access/command.js';
import { codeTaken } from '../access/input.rules.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { codeOf } from '../shared/database/errors.js';
import type { Day } from '../shared/dates.js';
import { phasesInOrder, type CampaignContent, type PhaseContent } from './campaign-content.rules.js';
import { CAMPAIGN_COLUMNS, PHASE_COLUMNS } from './campaign.query.js';
import type { Campaign, CampaignPhase, CampaignStatus } from './campaign.type.js';

/** A campaign as commands know it, as far as the caller sees what it is tied to. */
export interface KnownCampaign extends CampaignContent {
  readonly key: number;
  readonly code: string;
  readonly status: CampaignStatus;
  readonly version: number;
  readonly launchedByKey: number | null;
  readonly launchedOn: Day | null;
  readonly closedOn: Day | null;
  readonly precededBy: string | null;
  readonly implements: string | null;
  readonly linkedCampaigns: string[];
}

const PERIOD = (of: string) => `'startsOn', ${of}.starts_on, 'startsOnPrecision', ${of}.starts_on_precision, 'endsOn', ${of}.ends_on, 'endsOnPrecision', ${of}.ends_on_precision`;
const CONTENT = `select json_build_object('key', c.id, 'code', c.code, 'status', c.status, 'version', c.version, 'launchedByKey', c.launched_by_id, 'launchedOn', c.launched_on, 'closedOn', c.closed_on,
    'name', c.name, 'nameEn', c.name_en, 'aliases', c.aliases, 'kind', c.kind, 'cadence', c.cadence, 'launchingBody', c.launching_body, 'sectors', c.sectors, 'occasions', c.occasions, ${PERIOD('c')},
    'theme', c.theme, 'objective', c.objective, 'content', c.content, 'measures', c.measures, 'audience', c.audience, 'publishesRanks', c.publishes_ranks, 'source', c.source, 'note', c.note,
    'precededBy', b.code, 'implements', i.code,
    'linkedCampaigns', array(select o.code from campaign_link l join campaign o on o.id in (l.campaign_id, l.linked_id) and o.id <> c.id where c.id in (l.campaign_id, l.linked_id) order by o.code),
    'indicators', array(select n.code from campaign_indicator ci join indicator n on n.id = ci.indicator_id where ci.campaign_id = c.id order by n.code),
    'phases', coalesce((select json_agg(json_build_object('code', p.code, 'name', p.name, 'kind', p.kind, 'theme', p.theme, ${PERIOD('p')})) from campaign_phase p where p.campaign_id = c.id), '[]')) as known
  from campaign c left join campaign b on b.id = c.preceded_by_id left join campaign i on i.id = c.implements_id where`;

/** Of a code; locked against other commands where the caller may change it. Undefined where they see none. */
export async function knownByCode(em: EntityManager, code: string): Promise<KnownCampaign | undefined> {
  if (!isCode(code)) return undefined;
  await rowsOf(em, 'select from campaign where code = $1 for no key update', [code]);
  return known(em, 'c.code = $1', code);
}

export async function knownByKey(em: EntityManager, key: number): Promise<KnownCampaign> {
  await rowsOf(em, 'select from campaign where id = $1 for no key update', [key]);
  return (await known(em, 'c.id = $1', key))!;
}

async function known(em: EntityManager, where: string, value: unknown): Promise<KnownCampaign | undefined> {
  const [row] = await rowsOf<{ known: KnownCampaign }>(em, `${CONTENT} ${where}`, [value]);
  return row && { ...row.known, phases: phasesInOrder(row.known.phases) };
}

/** As queries show it. */
export async function campaignRow(em: EntityManager, key: number): Promise<Campaign> {
  const [row] = await rowsOf<Campaign>(em, `select ${CAMPAIGN_COLUMNS} from campaign c where c.id = $1`, [key]);
  return row!;
}

export async function phaseRow(em: EntityManager, campaign: number, code: string): Promise<CampaignPhase> {
  const [row] = await rowsOf<CampaignPhase>(em, `select ${PHASE_COLUMNS} from campaign_phase p where p.campaign_id = $1 and p.code = $2`, [campaign, code]);
  return row!;
}

/** What a campaign is tied to, by key; undefined: as it is. */
export interface Ties {
  readonly precededBy?: number | null | undefined;
  readonly linked?: ReadonlyMap<string, number> | undefined;
  readonly indicators: ReadonlyMap<string, number>;
}

const COLUMNS = {
  name: 'name', nameEn: 'name_en', aliases: 'aliases', kind: 'kind', cadence: 'cadence', launchingBody: 'launching_body', sectors: 'sectors', occasions: 'occasions', startsOn: 'starts_on', startsOnPrecision: 'starts_on_precision', endsOn: 'ends_on',
  endsOnPrecision: 'ends_on_precision', theme: 'theme', objective: 'objective', content: 'content', measures: 'measures', audience: 'audience', publishesRanks: 'publishes_ranks', source: 'source', note: 'note',
} as const satisfies Partial<Record<keyof CampaignContent, string>>;
const FIELDS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const PHASE_FIELDS = { name: 'name', kind: 'kind', theme: 'theme', startsOn: 'starts_on', startsOnPrecision: 'starts_on_precision', endsOn: 'ends_on', endsOnPrecision: 'ends_on_precision' } as const;

/** Writes a new draft; a fault of `code` where it is taken. Returns its key. */
export async function insertDraft(em: EntityManager, code: string, launchedBy: number, carriesOut: number | null, content: CampaignContent, ties: Ties): Promise<number> {
  const columns = FIELDS.map((field) => COLUMNS[field]);
  const values = [code, launchedBy, carriesOut, ties.precededBy ?? null, ...FIELDS.map((field) => content[field])];
  const rows = await rowsOf<{ id: number }>(
    em,
    `insert into campaign (code, launched_by_id, implements_id, preceded_by_id, status, ${columns.join(', ')}) values ($1, $2, $3, $4, 'DRAFT', ${columns.map((_, i) => `$${i + 5}`).join(', ')})
     returning id`,
    values,
  ).catch((error: unknown) => {
    if (codeOf(error) !== '23505') throw error;
    throw codeTaken();
  });
  const key = rows[0]!.id;
  await writeParts(em, key, { phases: [], indicators: [], linkedCampaigns: [] }, content, ties);
  return key;
}

/** Writes what is different of a draft. */
export async function updateDraft(em: EntityManager, former: KnownCampaign, content: CampaignContent, ties: Ties): Promise<void> {
  const values: unknown[] = [former.key, ...FIELDS.map((field) => content[field])];
  const precededBy = ties.precededBy === undefined ? '' : `, preceded_by_id = $${values.push(ties.precededBy)}`;
  await rowsOf(em, `update campaign set ${FIELDS.map((field, i) => `${COLUMNS[field]} = $${i + 2}`).join(', ')}${precededBy} where id = $1`, values);
  await writeParts(em, former.key, former, content, ties);
}

/** Writes a phase that is new or different, and lets the campaign's version tell. */
export async function writePhase(em: EntityManager, campaign: number, phase: PhaseContent, isNew: boolean): Promise<void> {
  const fields = Object.keys(PHASE_FIELDS) as (keyof typeof PHASE_FIELDS)[];
  const columns = fields.map((field) => PHASE_FIELDS[field]);
  const values = [campaign, phase.code, ...fields.map((field) => phase[field])];
  await rowsOf(
    em,
    isNew
      ? `insert into campaign_phase (campaign_id, code, ${columns.join(', ')}) values ($1, $2, ${columns.map((_, i) => `$${i + 3}`).join(', ')})`
      : `update campaign_phase set ${columns.map((column, i) => `${column} = $${i + 3}`).join(', ')} where campaign_id = $1 and code = $2`,
    values,
  );
}

export async function touchCampaign(em: EntityManager, key: number): Promise<void> {
  await rowsOf(em, 'update campaign set status = status where id = $1', [key]);
}

async function writeParts(em: EntityManager, key: number, former: Pick<KnownCampaign, 'phases' | 'indicators' | 'linkedCampaigns'>, content: CampaignContent, { indicators, linked }: Ties): Promise<void> {
  const gone = former.phases.filter(({ code }) => !content.phases.some((phase) => phase.code === code)).map(({ code }) => code);
  if (gone.length > 0) {
    await rowsOf(em, 'delete from campaign_phase where campaign_id = $1 and code = any ($2)', [key, gone]).catch((error: unknown) => {
      if (codeOf(error) !== '23503') throw error;
      throw new UserFault('phases', 'CONFLICT', `There are figures of one of these phases, which stays: ${gone.join(', ')}.`);
    });
  }
  for (const phase of content.phases) {
    const known = former.phases.find(({ code }) => code === phase.code);
    if (JSON.stringify(known) !== JSON.stringify(phase)) await writePhase(em, key, phase, known === undefined);
  }
  const dropped = former.indicators.filter((code) => !content.indicators.includes(code));
  if (dropped.length > 0) await rowsOf(em, 'delete from campaign_indicator where campaign_id = $1 and indicator_id in (select id from indicator where code = any ($2))', [key, dropped]);
  await rowsOf(em, 'insert into campaign_indicator select $1, unnest($2::int[]) on conflict do nothing', [key, content.indicators.filter((code) => !former.indicators.includes(code)).map((code) => indicators.get(code))]);
  if (linked === undefined) return;
  const unlinked = former.linkedCampaigns.filter((code) => !linked.has(code));
  await rowsOf(
    em,
    'delete from campaign_link l using campaign o where o.code = any ($2) and (l.campaign_id, l.linked_id) = (least(o.id, $1), greatest(o.id, $1))',
    [key, unlinked],
  );
  await rowsOf(em, 'insert into campaign_link select least(o, $1), greatest(o, $1) from unnest($2::int[]) o on conflict do nothing', [key, [...linked.values()]]);
}
