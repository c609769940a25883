import { campaignByCode, phasesOf } from '../campaigns/campaign.query.js';
import { isCode } from '../shared/codes.js';
import type { Order, Page } from '../shared/connections.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import { BadUserInput } from '../shared/errors.js';
import { keyedValues, nestedPage, searchConditions, type Bind } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { FunnelArgs, FunnelDimension, FunnelGroup, Initiative, InitiativeFilter, InitiativeFunnel, InitiativeListArgs, InitiativeStage, InitiativeStep, StageCounts } from './initiative.type.js';
import { PERSON_COLUMNS, PERSON_SOURCE } from './person.query.js';
import type { Person } from './person.type.js';
import { annotationsOf, thingsOf } from './things.query.js';

/** Of `initiative i`, its unit `u`, and its detail `d` as far as the caller may know it; to those outside the unit's scope, neither where it comes from nor a remark. */
export const INITIATIVE_COLUMNS = `i.id as key, i.unit_id as "unitKey", i.campaign_id as "campaignKey", i.phase_id as "phaseKey", i.registered_on as "registeredOn", i.code, i.title, i.kind, i.summary, i.secret,
  i.stage, i.stage_on as "stageOn", d.description, d.benefit_vnd as "benefitVnd", d.benefit_qualifier as "benefitQualifier", ${annotationsOf('i')}, i.version`;
const DETAIL = 'left join initiative_detail d on d.initiative_id = i.id';
export const INITIATIVE_SOURCE = `from initiative i join org_unit u on u.id = i.unit_id ${DETAIL}`;

export const initiativeByKey = keyedQuery<Initiative>(['int'], `select ${INITIATIVE_COLUMNS} ${INITIATIVE_SOURCE} where i.id = k.p0`);
export const initiativeByCode = keyedQuery<Initiative>(['text'], `select ${INITIATIVE_COLUMNS} ${INITIATIVE_SOURCE} where i.code = k.p0`);
/** Those who thought of an initiative, in order. */
export const authorsOf = keyedQuery<Person>(
  ['int'],
  `select ${PERSON_COLUMNS} ${PERSON_SOURCE} join initiative_author a on a.person_id = n.id where a.initiative_id = k.p0 order by a.ordinal`,
);
/** The stages that an initiative came to, in order. */
export const historyOf = keyedQuery<InitiativeStep>(['int'], `select h.stage, h.since as "on", h.reason from initiative_history h where h.initiative_id = k.p0 order by h.ordinal`);

const latestFirst: Order<Initiative> = {
  name: 'initiative.date',
  descending: true,
  keys: [
    { sql: 'i.registered_on', type: 'date', of: ({ registeredOn }) => registeredOn },
    { sql: 'i.id', type: 'bigint', of: ({ key }) => String(key) },
  ],
};

export function listInitiatives(reads: Reads, unit: number, args: InitiativeListArgs): Promise<Page<Initiative>> {
  return nestedPage(reads, args, (bind) => {
    const { source, within } = thingsOf('initiative', 'i', unit, args.beneath, bind);
    return { columns: INITIATIVE_COLUMNS, source: `${source} ${DETAIL}`, within, where: conditions(args.where, bind), order: latestFirst };
  });
}

const ofCampaign = (code: string, bind: Bind) => `i.campaign_id = (select c.id from campaign c where c.code = ${bind(code, 'text')})`;
const ofPhase = (code: string, bind: Bind) => `exists (select from campaign_phase p where p.id = i.phase_id and p.code = ${bind(code, 'text')})`;

function conditions(where: InitiativeFilter | null | undefined, bind: Bind): string[] {
  const found: string[] = [];
  if (typeof where?.campaign === 'string') found.push(ofCampaign(where.campaign, bind));
  if (typeof where?.phase === 'string') found.push(ofPhase(where.phase, bind));
  if (where?.stage) found.push(`i.stage = ${bind(where.stage, 'initiative_stage')}`);
  if (where?.kind) found.push(`i.kind = ${bind(where.kind, 'initiative_kind')}`);
  const from = parseOptionalDay(where?.from, 'where.from');
  if (from !== undefined) found.push(`i.registered_on >= ${bind(from, 'date')}`);
  const to = parseOptionalDay(where?.to, 'where.to');
  if (to !== undefined) found.push(`i.registered_on <= ${bind(to, 'date')}`);
  found.push(...searchConditions('i.search_text', where?.search, bind));
  return found;
}

/** Their places in `reached`. */
const PLACES = { registered: 1, uploaded: 2, underReview: 3, valid: 4, recognised: 5, applied: 6 } as const satisfies Record<Exclude<keyof StageCounts, 'rejected'>, number>;
export const PLACE_OF: Readonly<Record<Exclude<InitiativeStage, 'REJECTED'>, number>> = {
  REGISTERED: PLACES.registered, UPLOADED: PLACES.uploaded, UNDER_REVIEW: PLACES.underReview, VALID: PLACES.valid, RECOGNISED: PLACES.recognised, APPLIED: PLACES.applied,
};

/** Of units `u` beneath one, `t`: what a group of a dimension is called by, or the key of the unit that it is of. */
const GROUPS: Record<FunnelDimension, (beneath: boolean) => { key: string; unit?: string }> = {
  YEAR: () => ({ key: 'extract(year from i.registered_on)::text' }),
  SECTOR: () => ({ key: 'u.sector::text' }),
  KIND: () => ({ key: 'i.kind::text' }),
  UNIT: (beneath) => {
    const unit = beneath ? `case when u.id = t.id then u.id else ltree2text(subpath(u.path, nlevel(t.path), 1))::int end` : 'u.id';
    return { key: 'null', unit };
  },
};

/** How many initiatives of a unit in the caller's scope had come how far by the end of a day. */
export async function loadFunnel(reads: Reads, unit: number, today: Day, args: FunnelArgs): Promise<InitiativeFunnel | null> {
  const { campaign, phase, by } = args;
  const beneath = args.beneath ?? true;
  if (typeof phase === 'string' && typeof campaign !== 'string') throw new BadUserInput('phase', 'A phase is of a campaign: name it too.');
  const asOf = parseOptionalDay(args.asOf, 'asOf') ?? today;
  if (typeof campaign === 'string') {
    const of = isCode(campaign) ? await reads.row(campaignByCode, [campaign]) : null;
    if (of === null || (typeof phase === 'string' && !(await reads.rows(phasesOf, [of.key])).some(({ code }) => code === phase))) return null;
  }
  const { values, types, bind } = keyedValues();
  const { source, within } = thingsOf('initiative', 'i', unit, beneath, bind);
  const day = bind(asOf, 'date');
  const all = [...within, `i.registered_on <= ${day}`];
  if (typeof campaign === 'string') all.push(ofCampaign(campaign, bind));
  if (typeof phase === 'string') all.push(ofPhase(phase, bind));
  const group = by == null ? undefined : GROUPS[by](beneath);
  const counts = Object.entries(PLACES).map(([name, place]) => `(count(*) filter (where i.reached[${place}] <= ${day}))::int as "${name}"`);
  const rows = await reads.rows<StageCounts & { key: string | null; unitKey: number | null }>(
    {
      types,
      prepared: true,
      body: `select f.* from (select coalesce(g.name, (select c.code from org_unit c where c.id = g."unitKey")) as key, g.* from (select ${group?.key ?? 'null'} as name, ${group?.unit ?? 'null::int'} as "unitKey", ${counts.join(', ')}, (count(*) filter (where i.rejected @> ${day}))::int as rejected
          ${source} where ${all.join(' and ')} group by 1, 2) g) f order by f.key collate "C"`,
    },
    values,
  );
  const groups = rows.map(({ key, unitKey, ...rest }): FunnelGroup => ({ key, unitKey, counts: countsOf([rest]) }));
  return { asOf, counts: countsOf(rows), groups: group === undefined ? [] : groups };
}

function countsOf(rows: readonly StageCounts[]): StageCounts {
  const sum = (of: keyof StageCounts): number => rows.reduce((total, row) => total + row[of], 0);
  return {
    registered: sum('registered'), uploaded: sum('uploaded'), underReview: sum('underReview'), valid: sum('valid'), recognised: sum('recognised'), applied: sum('applied'), rejected: sum('rejected'),
  };
}
