import type { PolicyDef } from '@mikro-orm/core';
import pg from 'pg';
import type { Day } from '../shared/dates.js';
import type { Caller } from './caller.js';
import { MOMENT } from './pulse.service.js';

/**
 * Row scope: what the policies of the tables say, for the ORM's entities. They are in force by
 * schema/migrations/0004-row-scope.sql; a test holds the two against each other. docs/access.md has the rules in words.
 */

/** The role that the policies are for. */
const API = ['liendoan_api'];

/** Where functions that reach further than their caller read; their owner is no login. */
const definerReads: ReadonlySet<string> = new Set(['org_unit', 'placement', 'ancestry', 'figure', 'balance', 'balance_past', 'role_grant', 'api_key', 'publication', 'publication_equation', 'audit_log', 'audit_seal', 'idempotency', 'census', 'campaign_phase', 'indicator', 'campaign', 'emulation_cluster', 'emulation_cluster_member', 'region_member', 'norm', 'member_count', 'disclosure', 'work', 'practice_model', 'stated_rank', 'event', 'initiative', 'initiative_author', 'initiative_history', 'award', 'award_issuer', 'award_recipient', 'award_party', 'structure_record', 'census_past', 'search_beginning', 'part_sum']);

/** What the caller's grants reach: to read, to read as a partner, to report, to approve, to publish, to administer. */
export type ReachName = 'scope' | 'partner' | 'reporter' | 'approver' | 'publisher' | 'admin';

/** Paths, or ids, of the caller's session; null where there are none, or where no session was begun: nothing is seen then. */
const paths = (name: ReachName) => `(select nullif(current_setting('liendoan.${name}', true), '')::ltree[])::ltree[]`;
const ids = (name: string) => `(select nullif(current_setting('liendoan.${name}', true), '')::int[])::int[]`;
const OPENED = `(select current_setting('liendoan.session', true) = 'open')`;
const CALLER = `(select nullif(current_setting('liendoan.principal', true), ''))`;
const MEMBER = `(select nullif(current_setting('liendoan.scope', true), '') is not null)`;

/** Rows that carry no path look it up by their key: a probe for each row read, never a join. */
const within = (unit: string, reach: ReachName) => `(select u.path from org_unit u where u.id = ${unit}) <@ any (${paths(reach)})`;
const unitSeen = (unit: string) => `(select u.id from org_unit u where u.id = ${unit}) is not null`;
const campaignSeen = (campaign: string) => `(select c.id from campaign c where c.id = ${campaign}) is not null`;
const claimSeen = (claim: string) => `(select c.id from claim c where c.id = ${claim}) is not null`;
const published = (condition: string) => `exists (select from publication p where p.${condition})`;
/** Whether what the condition names has an honour that is shown to the caller. */
const disclosed = (condition: string) => `exists (select from disclosure d where d.${condition} and d.ended_at is null)`;

const inScope = within('unit_id', 'scope');
const administered = within('unit_id', 'admin');
const reported = within('unit_id', 'reporter');
const managedUnit = within('unit_id', 'publisher');
/** Of a unit above the caller's. */
const inLine = `unit_id = any (${ids('line')})`;
/** Whoever approves stands above; at the root there is nobody above. */
const approved = `(select ${isAbove('u.path')} from org_unit u where u.id = unit_id)`;

/** Of a campaign of the status: whether the caller manages campaigns of the unit that launches it. */
const managed = (campaign: string, status: string) =>
  `(select u.path from campaign c join org_unit u on u.id = c.launched_by_id where c.id = ${campaign} and c.status ${status}) <@ any (${paths('publisher')})`;
const drafted = managed('campaign_id', "= 'DRAFT'");
const linkDrafted = `(${drafted} or ${managed('linked_id', "= 'DRAFT'")})`;
/** The rounds of a campaign are its launcher's to keep; of one launched outside the unions, those of the NATIONAL units. */
const roundsManaged = (campaign: string) => `(select case when c.launched_by_id is null then exists (select from org_unit n where n.level = 'NATIONAL' and n.path <@ any (${paths('publisher')}))
  else ${within('c.launched_by_id', 'publisher')} end from campaign c where c.id = ${campaign})`;
const roundSeen = '(select r.id from reporting_round r where r.id = round_id) is not null';
const roundManaged = roundsManaged('(select r.campaign_id from reporting_round r where r.id = round_id)');
/** A technology secret is changed, and made none, by those alone who may know it. */
const secretKept = `(not secret or unit_id = any (${ids('granted')}))`;
/** What an initiative tells to those alone who may know its secret: of a technology secret, who holds a grant on the unit itself. */
const told = (reach: ReachName, more = '') => `(select ${within('i.unit_id', reach)} and (not i.secret or i.unit_id = any (${ids('granted')}))${more} from initiative i where i.id = initiative_id)`;
/** It is written by who has just said what the initiative is, and answers for it. */
const toldAnew = told('reporter', ` and i.registered_by = ${CALLER}`);
/** Whether a thing of an honour's table is disclosed to the caller. */
const shown = (of: string, thing: string) => disclosed(`of = '${of}' and d.thing_id = ${thing}`);
const partOfRound = { seen: roundSeen, insert: ['kept', roundManaged], delete: ['dropped', roundManaged] } as const;

/** Of a table with a path. */
const pathWithin = (reach: ReachName) => `path <@ any (${paths(reach)})`;
/** Units that give an award, by the caller's reach; those that the caller does not read are not asked for. */
const issuing = (reach: ReachName, whose = '') => `exists (select from award_party p where p.award_id = award.id and ${whose}p.part = 'ISSUER' and p.path <@ any (${paths(reach)}))`;
const judges = `(${isAbove('path')} or ${issuing('approver')})`;
/** For all of them, one of the highest level. */
const decides = `(${issuing('approver', 'p.decides and ')} or not by_unit and ${isAbove('path')})`;
const presents = `(${pathWithin('reporter')} or ${issuing('reporter')})`;
const byAnother = `nominated_by is distinct from ${CALLER}`;
const awardSeen = '(select a.id from award a where a.id = award_id) is not null';
const nominating = `(select a.status = 'NOMINATED' and a.path <@ any (${paths('reporter')}) from award a where a.id = award_id)`;
/** Recipients stand beneath the award's unit, or are it. */
const beneathAward = (unit: string) => `(select u.path from org_unit u where u.id = ${unit}) <@ (select a.path from award a where a.id = award_id)`;
const homeBeneath = (home: string) => `(${home}_id is null or ${beneathAward(`(select t.unit_id from ${home} t where t.id = ${home}_id)`)})`;
const receiving = `(unit_id is null or ${beneathAward('award_recipient.unit_id')}) and ${['person', 'work', 'initiative'].map(homeBeneath).join(' and ')}`;
const wholeAward = `exists (select from award_party p where p.award_id = award_recipient.award_id and (p.part in ('UNIT', 'ISSUER') or p.unit_id = award_recipient.unit_id))`;
const namesDisclosed = `(select a.status from award a where a.id = award_id) in ('DECIDED', 'PRESENTED') and ${disclosed("of = 'AWARD' and d.thing_id = award_id and d.with_names")}`;

const eventReported = `(select u.path from event e join org_unit u on u.id = e.unit_id where e.id = event_id) <@ any (${paths('reporter')})`;
const partOfEvent = { seen: '(select e.id from event e where e.id = event_id) is not null', insert: ['kept', eventReported], delete: ['dropped', eventReported] } as const;

type Update = readonly [name: string, using: string, check: string];

interface Rules {
  /** Which rows are seen. */
  readonly seen: string;
  /** Which rows may be added, and which changed. */
  readonly insert?: readonly [name: string, check: string];
  readonly update?: readonly [name: string, using: string] | readonly Update[];
  /** Which rows may be deleted: parts of what nobody else has seen yet, or is said anew. */
  readonly delete?: readonly [name: string, using: string];
}

/** By table, all that hold data of units, or of people. */
export const rowRules = {
  org_unit: { seen: `path <@ any (${paths('scope')}) or id = any (${ids('line')}) or ${published('unit_id = org_unit.id')} or ${disclosed('unit_id = org_unit.id')}` },
  publication: {
    seen: `path <@ any (${paths('scope')}) or ended_at is null and (audience = 'PUBLIC' and ${OPENED} or audience = 'PARTNER' and path <@ any (${paths('partner')}))`,
    insert: ['published', `path <@ any (${paths('publisher')})`],
    update: ['ended', `path <@ any (${paths('publisher')})`],
  },
  publication_equation: { seen: '', insert: ['published', `(select p.path from publication p where p.id = publication_id) <@ any (${paths('publisher')})`] },
  campaign: {
    seen: `${within('launched_by_id', 'scope')} or status <> 'DRAFT' and (launched_by_id = any (${ids('line')}) or launched_by_id is null and ${MEMBER}
      or exists (select from series s cross join lateral (select from balance b where b.unit_id = any (${ids('granted')}) and b.series_id = s.id limit 1) b where s.campaign_id = campaign.id)
      or ${published('campaign_id = campaign.id')} or ${disclosed('campaign_id = campaign.id')})`,
    insert: ['drafted', `${within('launched_by_id', 'publisher')} and status = 'DRAFT'`],
    update: ['changed', within('launched_by_id', 'publisher')],
  },
  campaign_phase: {
    seen: campaignSeen('campaign_id'),
    insert: ['added', managed('campaign_id', "<> 'CLOSED'")],
    update: ['changed', managed('campaign_id', "<> 'CLOSED'")],
    delete: ['dropped', drafted],
  },
  campaign_link: {
    seen: `${campaignSeen('campaign_id')} and ${campaignSeen('linked_id')}`,
    insert: ['drafted', linkDrafted],
    delete: ['dropped', linkDrafted],
  },
  campaign_indicator: { seen: campaignSeen('campaign_id'), insert: ['drafted', drafted], delete: ['dropped', drafted] },
  campaign_adoption: {
    seen: `${inScope} and ${campaignSeen('campaign_id')}`,
    insert: ['adopted', within('unit_id', 'publisher')],
    update: ['changed', within('unit_id', 'publisher')],
  },
  document: {
    // In scope or above it; common to all; of a campaign that its keeper launched and the caller sees.
    seen: `${inScope} or ${inLine} or ${MEMBER} and (unit_id is null
      or exists (select from campaign_document d join campaign c on c.id = d.campaign_id where d.document_id = document.id and c.launched_by_id = document.unit_id))`,
    insert: ['kept', managedUnit],
    update: ['changed', managedUnit],
  },
  campaign_document: { seen: `${MEMBER} and ${campaignSeen('campaign_id')}`, insert: ['kept', `${managedUnit} and ${campaignSeen('campaign_id')}`], delete: ['dropped', managedUnit] },
  annual_theme: { seen: `${inScope} or ${inLine}`, insert: ['kept', managedUnit], update: ['changed', managedUnit] },
  aim: {
    // Those of the unit that launched the campaign are seen with it.
    seen: `${inScope} and ${campaignSeen('campaign_id')} or ${MEMBER} and exists (select from campaign c where c.id = campaign_id and c.launched_by_id = unit_id)`,
    insert: ['kept', `${within('unit_id', 'approver')} and ${campaignSeen('campaign_id')}`],
    update: ['changed', within('unit_id', 'approver')],
  },
  partner: { seen: inScope, insert: ['kept', reported], update: ['changed', reported] },
  event: { seen: `${inScope} or ${shown('EVENT', 'event.id')}`, insert: ['kept', reported], update: ['changed', reported] },
  event_partner: partOfEvent,
  event_count: partOfEvent,
  reporting_round: { seen: campaignSeen('campaign_id'), insert: ['kept', roundsManaged('campaign_id')], update: ['changed', roundsManaged('campaign_id')] },
  round_due: partOfRound,
  round_indicator: partOfRound,
  indicator: { seen: `${MEMBER} or ${published('indicator_id = indicator.id')}` },
  placement: { seen: unitSeen('unit_id') },
  ancestry: { seen: unitSeen('unit_id') },
  emulation_cluster: {
    seen: `${within('owner_id', 'scope')} or ${unitSeen('owner_id')} and exists (select from emulation_cluster_member m where m.cluster_id = emulation_cluster.id)`,
    insert: ['kept', within('owner_id', 'admin')],
    update: ['changed', within('owner_id', 'admin')],
  },
  emulation_cluster_member: {
    seen: inScope,
    // Whoever ever stood directly under the owner: the day, the command asks for.
    insert: ['kept', `${within('cluster_owner(cluster_id)', 'admin')} and exists (select from placement p where p.unit_id = emulation_cluster_member.unit_id and p.parent_id = cluster_owner(cluster_id))`],
    delete: ['dropped', within('cluster_owner(cluster_id)', 'admin')],
  },
  person: {
    // Whoever sees that somebody holds a position, or thought of an initiative, sees who.
    seen: `${inScope} or exists (select from position p where p.person_id = person.id) or exists (select from initiative_author a where a.person_id = person.id)`,
    insert: ['kept', reported],
    update: ['changed', reported],
  },
  // What was entered in error is for those who may set it right.
  position: { seen: `${inScope} and (not never_held or ${administered})`, insert: ['kept', administered], update: ['changed', administered] },
  contact: {
    seen: `${unitSeen('unit_id')} and ${MEMBER} or ${within('unit_id', 'partner')}`,
    insert: ['kept', administered],
    update: ['changed', administered],
  },
  region: { seen: OPENED },
  region_member: { seen: inScope },
  stated_rank: { seen: `${inScope} and ${campaignSeen('campaign_id')} or ${shown('STATED_RANK', 'stated_rank.id')}`, insert: ['kept', reported], update: ['changed', reported] },
  structure_source: { seen: inScope },
  census: { seen: inScope },
  member_count: { seen: inScope },
  norm: { seen: inScope },
  figure: {
    seen: inScope,
    insert: ['stated', `${reported} and status in ('DRAFT', 'SUBMITTED') and approved_at is null and (submitted_by is null or submitted_by = ${CALLER})`],
    update: [
      [
        'reported', `${reported} and status in ('DRAFT', 'SUBMITTED', 'RETURNED')`,
        `${reported} and status in ('DRAFT', 'SUBMITTED', 'WITHDRAWN') and approved_at is null and (status <> 'SUBMITTED' or submitted_by = ${CALLER})`,
      ],
      ['returned', `${approved} and status = 'SUBMITTED'`, `${approved} and status = 'RETURNED' and approved_at is null`],
    ],
  },
  balance: { seen: inScope },
  balance_past: { seen: inScope },
  census_past: { seen: inScope },
  structure_record: { seen: inScope },
  indicator_record: { seen: MEMBER },
  source: { seen: MEMBER },
  claim: { seen: inScope },
  claim_disagreement: { seen: `${claimSeen('claim_id')} and ${claimSeen('other_id')}` },
  disclosure: {
    seen: `path <@ any (${paths('scope')}) or ended_at is null and (audience = 'PUBLIC' and ${OPENED} or audience = 'PARTNER' and path <@ any (${paths('partner')}))`,
    insert: ['disclosed', `path <@ any (${paths('publisher')})`],
    update: [['ended', `path <@ any (${paths('publisher')}) and ended_at is null`, `path <@ any (${paths('publisher')}) and ended_at is not null`]],
  },
  award: {
    seen: `${pathWithin('scope')} or exists (select from award_party p where p.award_id = award.id) or status in ('DECIDED', 'PRESENTED') and ${disclosed("of = 'AWARD' and d.thing_id = award.id")}`,
    insert: ['nominated', `${pathWithin('reporter')} and status = 'NOMINATED' and nominated_by = ${CALLER}`],
    update: [
      ['changed', `${pathWithin('reporter')} and status = 'NOMINATED'`, `${pathWithin('reporter')} and status = 'NOMINATED' and nominated_by = ${CALLER}`],
      ['judged', `${judges} and status in ('NOMINATED', 'REVIEWED')`, `${judges} and (status = 'DECLINED' or status = 'REVIEWED' and ${byAnother})`],
      ['decided', `${decides} and status = 'REVIEWED'`, `${decides} and status = 'DECIDED' and ${byAnother}`],
      ['presented', `${presents} and status = 'DECIDED'`, `${presents} and status = 'PRESENTED'`],
      ['revoked', `${decides} and status in ('DECIDED', 'PRESENTED')`, `${decides} and status = 'REVOKED'`],
    ],
  },
  award_party: { seen: pathWithin('scope') },
  award_issuer: { seen: awardSeen, insert: ['kept', nominating], delete: ['dropped', nominating] },
  award_kind: { seen: awardSeen, insert: ['kept', nominating], delete: ['dropped', nominating] },
  award_recipient: { seen: `${wholeAward} or ${namesDisclosed}`, insert: ['kept', `${nominating} and ${receiving}`], delete: ['dropped', nominating] },
  role_grant: {
    seen: `principal = ${CALLER} or ${administered}`,
    insert: ['granted', `${administered} and granted_by = ${CALLER}`],
    update: ['revoked', `${administered} and (revoked_by is null or revoked_by = ${CALLER})`],
  },
  api_key: {
    seen: administered,
    insert: ['created', `${administered} and created_by = ${CALLER}`],
    update: ['revoked', `${administered} and (revoked_by is null or revoked_by = ${CALLER})`],
  },
  idempotency: {
    seen: `principal = ${CALLER}`,
    insert: ['kept', `principal = ${CALLER}`],
    update: ['answered', `principal = ${CALLER}`],
  },
  audit_log: {
    seen: `${inScope} and (action not in ('GRANT_ROLE', 'REVOKE_ROLE', 'CREATE_API_KEY', 'REVOKE_API_KEY') or ${administered})`,
    insert: ['noted', `${inScope} and principal = ${CALLER}`],
  },
  audit_seal: { seen: '' },
  search_beginning: { seen: '' },
  part_sum: { seen: '' },
  work: {
    seen: `${inScope} or ${shown('WORK', 'work.id')}`,
    insert: ['saved', `${reported} and status <> 'PLAQUED'`],
    update: [
      ['reported', `${reported} and status <> 'PLAQUED'`, `${reported} and status <> 'PLAQUED'`],
      ['plaqued', `${approved} and status = 'COMPLETED'`, `${approved} and status = 'PLAQUED'`],
    ],
  },
  practice_model: { seen: `${inScope} or ${shown('PRACTICE_MODEL', 'practice_model.id')}`, insert: ['saved', `${reported} and not exemplary`], update: ['changed', reported] },
  initiative: {
    seen: `${inScope} or stage in ('VALID', 'RECOGNISED', 'APPLIED') and ${shown('INITIATIVE', 'initiative.id')}`,
    insert: ['saved', `${reported} and ${secretKept} and registered_by = ${CALLER}`],
    update: [['changed', `${reported} and ${secretKept}`, `${reported} and ${secretKept} and registered_by = ${CALLER}`]],
  },
  initiative_detail: { seen: told('scope'), insert: ['kept', toldAnew], update: ['changed', toldAnew] },
  initiative_author: {
    seen: `${told('scope')} or (select not i.secret from initiative i where i.id = initiative_id) and ${shown('INITIATIVE', 'initiative_id and d.with_names')}`,
    insert: ['kept', toldAnew],
    delete: ['dropped', toldAnew],
  },
  initiative_history: {
    seen: `(select ${within('i.unit_id', 'scope')} from initiative i where i.id = initiative_id)`,
    insert: ['advanced', `principal = ${CALLER} and (
      select case when initiative_history.stage in ('VALID', 'REJECTED', 'RECOGNISED') then ${isAbove('u.path')} and i.registered_by is distinct from ${CALLER} else u.path <@ any (${paths('reporter')}) end
      from initiative i join org_unit u on u.id = i.unit_id where i.id = initiative_id)`],
  },
} as const satisfies Record<string, Rules>;

/** For statements: whether a path lies in a reach of the caller; null where there is none. */
export const isWithin = (path: string, reach: ReachName) => `${path} <@ any (${paths(reach)})`;

/** For statements: whether the caller approves what the unit of a path hands in; null where they approve nothing. */
export function isAbove(path: string): string {
  return `${path} <@ any (${paths('approver')}) and (nlevel(${path}) = 1 or ${path} <> all (${paths('approver')}))`;
}

/** For a read's columns: whether a path is in the caller's scope. */
export const isInScope = (path: string) => `coalesce(${isWithin(path, 'scope')}, false)`;

/** For a read's columns: whether the caller has a scope at all. */
export const IS_MEMBER = MEMBER;

/** The policies of a table, as an entity declares them. */
export function policiesOf(table: keyof typeof rowRules): PolicyDef[] {
  const { seen, insert, update, delete: remove }: Rules = rowRules[table];
  return [
    ...(seen === '' ? [] : [{ name: `${table}_seen`, command: 'select' as const, roles: API, using: seen }]),
    ...(insert === undefined ? [] : [{ name: `${table}_${insert[0]}`, command: 'insert' as const, roles: API, check: insert[1] }]),
    ...updatesOf(update).map(([name, using, check]) => ({ name: `${table}_${name}`, command: 'update' as const, roles: API, using, ...(check === undefined ? {} : { check }) })),
    ...(remove === undefined ? [] : [{ name: `${table}_${remove[0]}`, command: 'delete' as const, roles: API, using: remove[1] }]),
    ...(definerReads.has(table) ? [{ name: `${table}_definer`, command: 'all' as const, roles: ['liendoan_definer'], using: 'true' }] : []),
  ];
}

function updatesOf(update: Rules['update']): readonly (readonly [name: string, using: string, check?: string])[] {
  if (update === undefined) return [];
  return typeof update[0] === 'string' ? [update as readonly [string, string]] : (update as readonly Update[]);
}

/** Begins the caller's session in the transaction at hand, and answers with its settings, the version of what they follow from, and the moment. */
export function sessionStatement({ principal }: Caller, day: Day): string {
  const caller = principal === null ? 'null' : pg.escapeLiteral(principal);
  return `select name, set_config(name, value, true) as value from access_session(${caller}, '${day}') union all select 'liendoan.version', sum(version)::text from access_version union all select 'liendoan.moment', ${MOMENT}`;
}
