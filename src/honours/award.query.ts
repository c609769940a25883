import { parseOptionalDay } from '../shared/dates.js';
import type { Order, Page, PageArgs } from '../shared/connections.js';
import { nestedPage, type Bind } from '../shared/database/listing.js';
import { keyedQuery, type Reads } from '../shared/database/reads.js';
import type { OrgUnit } from '../org-units/org-unit.type.js';
import type { Award, AwardBreach, AwardBreachArgs, AwardDirection, AwardFilter, AwardIssuer, AwardListArgs, AwardRecipient, RecipientCount, UnitAwardArgs } from './award.type.js';
import { LOWEST_LEVEL } from './award.rules.js';

/** Whether the reader has the award's unit, or one that gave it, in scope. */
const WHOLE = `exists (select from award_party p where p.award_id = a.id and p.part in ('UNIT', 'ISSUER'))`;

/** Of `award a`. */
export const AWARD_COLUMNS = `a.id as key, a.unit_id as "unitKey", a.campaign_id as "campaignKey", a.phase_id as "phaseKey", a.included_in_id as "includedInKey", a.maybe_included_in_id as "maybeIncludedInKey",
  a.code, a.unit_name as "unitName", a.form, a.form_vi as "formVi", a.title, a.title_level as "titleLevel", a.basis, a.achievement,
  a.period_kind as "periodKind", a.period_from as "periodFrom", a.period_to as "periodTo", a.count, a.qualifier, a.named, a.batch_size as "batchSize",
  a.decision_no as "decisionNo", a.decided_on as "decidedOn", a.decided_on_precision as "decidedOnPrecision", a.presented_on as "presentedOn", a.presented_on_precision as "presentedOnPrecision",
  a.status, a.version, a.last_day as "lastDay",
  case when ${WHOLE} then json_build_object('statusReason', a.status_reason, 'presentedBy', a.presented_by, 'nominatedBy', a.nominated_by, 'reviewedBy', a.reviewed_by, 'decidedBy', a.decided_by,
    'note', a.note) end as inside, case when ${WHOLE} then a.source end as source`;

export const awardByCode = keyedQuery<Award>(['text'], `select ${AWARD_COLUMNS} from award a where a.code = k.p0`);
export const awardByKey = keyedQuery<Award>(['int'], `select ${AWARD_COLUMNS} from award a where a.id = k.p0`);
export const issuersOf = keyedQuery<AwardIssuer>(['int'], `select i.unit_id as "unitKey", i.name, i.level, i.body from award_issuer i where i.award_id = k.p0 order by i.place`);
export const kindsOf = keyedQuery<RecipientCount>(['int'], 'select c.kind, c.count from award_kind c where c.award_id = k.p0 and c.count is not null order by c.kind');

const inPlace: Order<AwardRecipient> = { name: 'award.recipient', keys: [{ sql: 'r.place', type: 'bigint', of: ({ place }) => String(place) }] };

export function listRecipients(reads: Reads, award: number, args: PageArgs): Promise<Page<AwardRecipient>> {
  return nestedPage(reads, args, (bind) => ({
    columns: `r.place, r.kind, r.person_id as "personKey", r.unit_id as "unitKey", r.unit_name as "unitName", r.work_id as "workKey", r.initiative_id as "initiativeKey", r.shown_name as name, r.direct_worker as "directWorker"`,
    source: 'from award_recipient r',
    within: [`r.award_id = ${bind(award, 'int')}`],
    where: [],
    order: inPlace,
  }));
}

const UNDATED = '0001-01-01';
/** Those of no known day come last. */
const latestFirst: Order<Award> = {
  name: 'award.day',
  descending: true,
  keys: [
    { sql: `coalesce(a.last_day, '${UNDATED}')`, type: 'date', of: ({ lastDay }) => lastDay ?? UNDATED },
    { sql: 'a.code', type: 'text', of: ({ code }) => code },
  ],
};
const awards = { columns: AWARD_COLUMNS, source: 'from award a', order: latestFirst };

/** The unit, or it and the units beneath it today, as `x`. */
export const unitsOf = (unit: string, beneath: boolean | null | undefined) => (beneath ?? true ? `x.path <@ (select t.path from org_unit t where t.id = ${unit})` : `x.id = ${unit}`);
/** Of `award a`: those that such units received, whether or not it is they whom the award is of; or gave. */
export function ofUnits(direction: AwardDirection, unit: string, beneath: boolean | null | undefined): string {
  const among = unitsOf(unit, beneath);
  return direction === 'ISSUED'
    ? `a.id in (select i.award_id from org_unit x join award_issuer i on i.unit_id = x.id where ${among})`
    : `a.id in (select o.id from org_unit x join award o on o.unit_id = x.id where ${among} union select r.award_id from org_unit x join award_recipient r on r.unit_id = x.id where ${among})`;
}

export function listAwardsOf(reads: Reads, direction: AwardDirection, unit: OrgUnit, args: UnitAwardArgs): Promise<Page<Award>> {
  return nestedPage(reads, args, (bind) => {
    const of = bind(unit.key, 'int');
    return { ...awards, within: [ofUnits(direction, of, args.beneath)], where: conditions(args.where, bind) };
  });
}

export function listAwardsIn(reads: Reads, campaign: number, args: AwardListArgs): Promise<Page<Award>> {
  return nestedPage(reads, args, (bind) => ({ ...awards, within: [`a.campaign_id = ${bind(campaign, 'int')}`], where: conditions(args.where, bind) }));
}

export function listAwardsOfPerson(reads: Reads, person: number, args: AwardListArgs): Promise<Page<Award>> {
  return nestedPage(reads, args, (bind) => ({
    ...awards,
    within: [`a.id in (select r.award_id from award_recipient r where r.person_id = ${bind(person, 'int')})`],
    where: conditions(args.where, bind),
  }));
}

/** Of `award a`. */
export function conditions(where: AwardFilter | null | undefined, bind: Bind): string[] {
  const found: string[] = [];
  const code = (value: string): string => bind(value, 'text');
  const { form, basis, issuer, issuerLevel, campaign, phase, status, recipientKind, titleLevel, year } = where ?? {};
  if (form) found.push(`a.form = ${bind(form, 'award_form')}`);
  if (basis) found.push(`a.basis = ${bind(basis, 'award_basis')}`);
  if (typeof issuer === 'string') found.push(`a.id in (select i.award_id from org_unit x join award_issuer i on i.unit_id = x.id where x.code = ${code(issuer)})`);
  if (issuerLevel) found.push(`exists (select from award_issuer i where i.award_id = a.id and i.level = ${bind(issuerLevel, 'org_level')})`);
  if (typeof campaign === 'string') found.push(`a.campaign_id = (select c.id from campaign c where c.code = ${code(campaign)})`);
  if (typeof phase === 'string') found.push(`a.phase_id in (select h.id from campaign_phase h where h.code = ${code(phase)})`);
  found.push(status ? `a.status = ${bind(status, 'award_status')}` : `a.status in ('DECIDED', 'PRESENTED')`);
  if (recipientKind) found.push(`exists (select from award_kind c where c.award_id = a.id and c.kind = ${bind(recipientKind, 'recipient_kind')})`);
  if (titleLevel) found.push(`a.title_level = ${bind(titleLevel, 'org_level')}`);
  if (year != null) found.push(`extract(year from a.last_day) = ${bind(year, 'int')}`);
  const [from, to] = [parseOptionalDay(where?.from, 'where.from'), parseOptionalDay(where?.to, 'where.to')];
  if (from !== undefined) found.push(`a.last_day >= ${bind(from, 'date')}`);
  if (to !== undefined) found.push(`a.first_day <= ${bind(to, 'date')}`);
  return found;
}

const breachOrder: Order<AwardBreach> = {
  name: 'award.breach',
  keys: [
    { sql: 'b.kind', type: 'text', of: ({ kind }) => kind },
    { sql: 'b.code', type: 'text', of: ({ code }) => code },
    { sql: `coalesce(b.other_code, '')`, type: 'text', of: ({ otherCode }) => otherCode },
  ],
};

/** A form that is not for an issuer `i` so low. */
const TOO_LOW = Object.entries(LOWEST_LEVEL).map(([form, level]) => `a.form = '${form}' and i.level > '${level}'`).join(' or ');
/** Recipients `r` and `s` who are one: a person, or a unit that is itself honoured. */
const SAME = `(r.person_id = s.person_id or r.kind = 'COLLECTIVE' and s.kind = 'COLLECTIVE' and r.unit_id = s.unit_id)`;
const YEAR = (of: string) => `extract(year from ${of}.last_day)`;

/** What is odd about the awards that a unit, or it and the units beneath it, received: each pair once, the smaller code first. */
export function listBreaches(reads: Reads, unit: OrgUnit, args: AwardBreachArgs): Promise<Page<AwardBreach>> {
  return nestedPage(reads, args, (bind) => {
    const among = ofUnits('RECEIVED', bind(unit.key, 'int'), args.beneath);
    const pairs = (kind: string, condition: string) =>
      `select distinct '${kind}' collate "C" as kind, a.id, a.code, o.id as other_id, o.code as other_code, a.last_day
       from it a join named r on r.award_id = a.id join named s on ${SAME} join it o on o.id = s.award_id and a.code < o.code where ${condition}`;
    // Each table once: every further time, its policies would be planned anew.
    const source = `from (
      with it as materialized (select a.id, a.code, a.form, a.basis, a.campaign_id, a.phase_id, a.last_day from award a where a.status in ('DECIDED', 'PRESENTED') and ${among}),
        named as materialized (select r.award_id, r.kind, r.person_id, r.unit_id from award_recipient r where r.award_id in (select id from it)),
        issuer as materialized (select i.award_id, i.unit_id, i.name, i.level from award_issuer i where i.award_id in (select id from it))
      ${pairs('COMPREHENSIVE_AND_THEMATIC', `${YEAR('a')} = ${YEAR('o')} and (a.basis, o.basis) in (('COMPREHENSIVE', 'THEMATIC'), ('THEMATIC', 'COMPREHENSIVE'))
        and exists (select from issuer i join issuer j on j.level = i.level where i.award_id = a.id and j.award_id = o.id)`)}
      union all
      select distinct 'FORM_ABOVE_ISSUER', a.id, a.code, null::int, null, a.last_day from it a join issuer i on i.award_id = a.id where ${TOO_LOW}
      union all
      ${pairs('TWO_FOR_ONE_ACHIEVEMENT', `a.form = o.form and a.campaign_id = o.campaign_id and a.phase_id is not distinct from o.phase_id
        and exists (select from issuer i join issuer j on j.unit_id = i.unit_id or j.unit_id is null and i.unit_id is null and j.name = i.name where i.award_id = a.id and j.award_id = o.id)`)}
    ) b`;
    const where: string[] = [];
    if (args.kind) where.push(`b.kind = ${bind(args.kind, 'text')}`);
    if (args.year != null) where.push(`extract(year from b.last_day) = ${bind(args.year, 'int')}`);
    return { columns: 'b.kind, b.id as "awardKey", b.code, b.other_id as "otherKey", coalesce(b.other_code, \'\') as "otherCode"', source, within: ['true'], where, order: breachOrder };
  });
}
