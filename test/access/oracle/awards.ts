/** Awards: who sees them, what they come to, and which way they go. */
import type { GraphQLFieldResolver } from 'graphql';
import { wordsOf } from '../../search/brute-force.js';
import { BadUserInput, day, page, widest, type Order } from './lists.js';
import { Fault, Faults, isEmpty, mutation, note, seen } from './mutations.js';
import { percent } from './numbers.js';
import { claims } from './sources.js';
import { idOf, type Asked } from './things.js';
import type { Sight } from './sight.js';
import { formName, type Award, type AwardRecipient, type Campaign, type Day, type Person, type Unit, type World } from './world.js';

// oxlint-disable typescript/no-explicit-any -- rows and inputs of many shapes, which graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;
type Input = any;

const FORMS = ['EMULATION_FLAG', 'CERTIFICATE_OF_MERIT', 'LETTER_OF_COMMENDATION', 'CREATIVE_LABOUR_CERTIFICATE', 'NGUYEN_DUC_CANH_AWARD', 'NGUYEN_VAN_LINH_AWARD', 'TITLE', 'PRIZE', 'COMMENDATION', 'OTHER'];
const LEVELS = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS'];
const KINDS = ['INDIVIDUAL', 'COLLECTIVE', 'HOUSEHOLD', 'WORK', 'INITIATIVE', 'MEMBERS_CHILD'];
const BASES = ['COMPREHENSIVE', 'THEMATIC', 'AD_HOC', 'PHASE_REVIEW'];

const ifSeen = <T>(thing: T | null, isSeen: (thing: T) => boolean): T | null => (thing !== null && isSeen(thing) ? thing : null);
const campaignOf = ({ campaign }: Award, sight: Sight): Campaign | null => ifSeen(campaign, (one) => sight.campaign(one));

/** For what time it is: its period, else when it was decided, else when it was presented. */
function time({ periodFrom, periodTo, decidedOn, decidedOnPrecision, presentedOn, presentedOnPrecision }: Award): { first: Day | null; last: Day | null } {
  if (periodFrom !== null) return { first: periodFrom, last: periodTo };
  const [on, precision] = decidedOn !== null ? [decidedOn, decidedOnPrecision] : [presentedOn, presentedOnPrecision];
  return on === null ? { first: null, last: null } : { first: widest(on, precision, 'first'), last: widest(on, precision, 'last') };
}
const yearOf = (award: Award): number | null => {
  const { last } = time(award);
  return last === null ? null : Number(last.slice(0, 4));
};

const latestFirst = { name: 'award.day', descending: true, keys: (award: Award) => [time(award).last ?? '0001-01-01', award.code] } satisfies Order<Award>;
const inPlace = { name: 'award.recipient', keys: ({ place }: { place: number }) => [place] };

const toldKinds = ({ countByKind, recipients }: Award): Set<string> => new Set([...countByKind, ...recipients].map(({ kind }) => kind));

/** The unit and those beneath it, as far as the caller sees them. */
const among = (unit: Unit, beneath: boolean | null | undefined, { sight, world }: Asked): Set<Unit> =>
  new Set([...world.units.values()].filter((one) => sight.unit(one) && (beneath ?? true ? world.isBeneathToday(one, unit) : one === unit)));

const recipientsOf = (award: Award, sight: Sight): AwardRecipient[] => award.recipients.filter((one) => sight.awardRecipient(award, one));

function isOf(award: Award, direction: string, units: Set<Unit>, sight: Sight): boolean {
  if (direction === 'ISSUED') return award.issuers.some(({ unit }) => unit !== null && units.has(unit));
  return units.has(award.unit) || recipientsOf(award, sight).some(({ unit }) => unit !== null && units.has(unit));
}

function matching(where: Input, { sight, world }: Asked): (award: Award) => boolean {
  const { form, basis, issuer, issuerLevel, campaign, phase, status, recipientKind, titleLevel, year } = where ?? {};
  const [from, to] = [day(where?.from), day(where?.to)];
  const giver = issuer == null ? undefined : ifSeen(world.units.get(issuer) ?? null, (unit) => sight.unit(unit));
  return (award) => {
    const { first, last } = time(award);
    const theirs = campaignOf(award, sight);
    return (
      (form == null || award.form === form) &&
      (basis == null || award.basis === basis) &&
      (giver === undefined || (giver !== null && award.issuers.some(({ unit }) => unit === giver))) &&
      (issuerLevel == null || award.issuers.some(({ level }) => level === issuerLevel)) &&
      (campaign == null || theirs?.code === campaign) &&
      (phase == null || (theirs !== null && award.phase?.code === phase)) &&
      (status == null ? ['DECIDED', 'PRESENTED'].includes(award.status) : award.status === status) &&
      (recipientKind == null || toldKinds(award).has(recipientKind)) &&
      (titleLevel == null || award.titleLevel === titleLevel) &&
      (year == null || yearOf(award) === year) &&
      (from === undefined || (last !== null && last >= from)) &&
      (to === undefined || (first !== null && first <= to))
    );
  };
}

function list(asked: Asked, { where, ...args }: Input, isOne: (award: Award) => boolean): object {
  const fits = matching(where, asked);
  return page(asked.world.awards.filter((award) => asked.sight.award(award) && isOne(award) && fits(award)), args, latestFirst);
}
const ofUnit = (direction: string): Resolver => (unit: Unit, { beneath, ...args }, asked) => {
  const units = among(unit, beneath, asked);
  return list(asked, args, (award) => isOf(award, direction, units, asked.sight));
};

type Bounds = [least: number, most: number];
/** A number of recipients that belongs to one award, or to one kind of them. */
interface Share {
  award: Award;
  key: unknown[];
  shown: object;
  bounds: Bounds;
  /** That the share has all of the award's that could be in the group. */
  everyone: boolean;
  told: (boolean | null)[];
}

function boundsOf({ count, qualifier, recipients }: Award): Bounds {
  const least = Math.max(1, recipients.length);
  if (count === null) return [least, Infinity];
  return { EXACT: [count, count], MORE_THAN: [Math.max(count + 1, least), Infinity], AT_LEAST: [Math.max(count, least), Infinity], NEARLY: [least, count], ABOUT: [least, Infinity] }[qualifier] as Bounds;
}

function sharesOf(award: Award, direction: string, by: string[], units: Set<Unit>, { sight }: Asked): Share[] {
  const whole = direction === 'ISSUED' || units.has(award.unit);
  const here = recipientsOf(award, sight).filter(({ unit }) => whole || (unit !== null && units.has(unit)));
  const [least, most] = boundsOf(award);
  const { length: named } = award.recipients;
  const bounds: Bounds = whole ? [least, most] : [here.length, (['EXACT', 'NEARLY'].includes(award.qualifier) && award.count !== null ? award.count : Infinity) - named + here.length];
  const campaign = campaignOf(award, sight);
  const names = award.issuers.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1));
  const levels = LEVELS.filter((level) => award.issuers.some((issuer) => issuer.level === level));
  const rank = (of: string[], one: string | null): number => (one === null ? Infinity : of.indexOf(one));
  const told = (kind?: string | null) => here.filter((one) => kind === undefined || (kind === 'INDIVIDUAL' && one.kind === kind)).map(({ directWorker }) => directWorker);
  const share = (kind: string | null, part: Bounds, everyone: boolean): Share => {
    const of: Record<string, [shown: object, ...key: unknown[]]> = {
      FORM: [{ form: award.form }, rank(FORMS, award.form)], BASIS: [{ basis: award.basis }, rank(BASES, award.basis)], ISSUER: [{ issuers: names }, ...names], ISSUER_LEVEL: [{ issuerLevels: levels }, ...levels],
      TITLE_LEVEL: [{ titleLevel: award.titleLevel }, rank(LEVELS, award.titleLevel)], RECIPIENT_KIND: [{ recipientKind: kind }, rank(KINDS, kind)], CAMPAIGN: [{ campaign }, campaign?.code ?? '\u{10ffff}'],
      YEAR: [{ year: yearOf(award) }, yearOf(award) ?? Infinity],
    };
    return { award, key: by.map((dimension) => of[dimension]!.slice(1)), shown: Object.assign({}, ...by.map((dimension) => of[dimension]![0])) as object, bounds: part, everyone, told: told(by.includes('RECIPIENT_KIND') ? kind : undefined) };
  };
  if (!by.includes('RECIPIENT_KIND')) return [share(null, bounds, whole)];
  const of = (kind: string): number => {
    const names = here.filter((one) => one.kind === kind).length;
    return whole ? Math.max(award.countByKind.find((one) => one.kind === kind)?.count ?? 0, names) : names;
  };
  const known = KINDS.map((kind) => [kind, of(kind)] as const).filter(([, n]) => n > 0);
  const sum = known.reduce((all, [, n]) => all + n, 0);
  const rest: Bounds = [Math.max(bounds[0] - sum, 0), bounds[1] - sum];
  return [...known.map(([kind, n]) => share(kind, [n, n], rest[1] === 0)), ...(rest[1] > 0 ? [share(null, rest, known.length === 0 && whole)] : [])];
}

function totalOf(shares: Share[]): object {
  const held = new Map<Share, { by: Share; sure: boolean }>();
  for (const one of shares) {
    let sure = true;
    for (let at: Award | null = one.award; at !== null; ) {
      sure &&= at.includedIn !== null;
      at = at.includedIn ?? at.maybeIncludedIn;
      const by = at && shares.find(({ award }) => award === at);
      if (by) held.set(one, { by, sure: sure && by.everyone });
      if (by) break;
    }
  }
  const least = (one: Share): number => Math.max(one.bounds[0], shares.filter((part) => held.get(part)?.by === one).reduce((sum, part) => sum + least(part), 0));
  const atLeast = shares.filter((one) => !held.has(one)).reduce((sum, one) => sum + least(one), 0);
  const most = Math.max(atLeast, shares.filter((one) => !held.get(one)?.sure).reduce((sum, one) => sum + one.bounds[1], 0));
  const told = shares.flatMap((one) => one.told).filter((one) => one !== null);
  const direct = told.filter((one) => one).length;
  return {
    form: null, basis: null, issuers: null, issuerLevels: null, titleLevel: null, recipientKind: null, campaign: null, year: null, ...shares[0]?.shown, awards: shares.length, atLeast,
    atMost: most === Infinity ? null : most, count: most === atLeast ? atLeast : null, directWorkers: { known: told.length, direct, share: percent(BigInt(direct), BigInt(told.length)) },
  };
}

function compareKeys(a: unknown, b: unknown): number {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b ? 0 : (a as string) < (b as string) ? -1 : 1;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareKeys(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function totals(unit: Unit, { direction, by, where, beneath }: Input, asked: Asked): object | null {
  const { sight, world } = asked;
  if (!sight.inScope(unit)) return null;
  if (where?.campaign != null && ![...world.campaigns.values()].some((one) => one.code === where.campaign && sight.campaign(one))) return null;
  const shares = (dimensions: string[]): Share[] => {
    const fits = matching(where, asked);
    const units = among(unit, beneath, asked);
    return world.awards.filter((award) => sight.award(award) && isOf(award, direction, units, sight) && fits(award)).flatMap((award) => sharesOf(award, direction, dimensions, units, asked));
  };
  return {
    all: () => totalOf(shares([])),
    groups: () => {
      const dimensions = (by ?? []) as string[];
      if (dimensions.length === 0) return [];
      if (new Set(dimensions).size < dimensions.length) throw new BadUserInput();
      const groups = Map.groupBy(shares(dimensions), ({ shown }) => JSON.stringify(shown, (name, value: unknown) => (name === 'campaign' ? (value as Campaign | null)?.code : value)));
      return [...groups.values()].sort(([a], [b]) => compareKeys(a!.key, b!.key)).map((group) => totalOf(group));
    },
  };
}

interface Breach {
  kind: string;
  award: Award;
  other: Award | null;
}
const breachOrder = { name: 'award.breach', keys: ({ kind, award, other }: Breach) => [kind, award.code, other?.code ?? ''] } satisfies Order<Breach>;
const LOWEST: Record<string, string> = {
  EMULATION_FLAG: 'PROVINCIAL', CERTIFICATE_OF_MERIT: 'PROVINCIAL', LETTER_OF_COMMENDATION: 'GRASSROOTS', CREATIVE_LABOUR_CERTIFICATE: 'NATIONAL', NGUYEN_DUC_CANH_AWARD: 'NATIONAL', NGUYEN_VAN_LINH_AWARD: 'NATIONAL',
};

function breaches(unit: Unit, { kind, year, beneath, ...args }: Input, asked: Asked): object {
  const { sight, world } = asked;
  const units = among(unit, beneath, asked);
  const awards = world.awards.filter((award) => sight.award(award) && ['DECIDED', 'PRESENTED'].includes(award.status) && isOf(award, 'RECEIVED', units, sight));
  const found: Breach[] = awards
    .filter(({ form, issuers }) => issuers.some(({ level }) => level !== null && LOWEST[form] !== undefined && LEVELS.indexOf(level) > LEVELS.indexOf(LOWEST[form])))
    .map((award) => ({ kind: 'FORM_ABOVE_ISSUER', award, other: null }));
  const honoured = (award: Award): unknown[] => recipientsOf(award, sight).flatMap((one): (Person | Unit)[] => [...(one.person ? [one.person] : []), ...(one.kind === 'COLLECTIVE' && one.unit ? [one.unit] : [])]);
  for (const a of awards)
    for (const b of awards) {
      if (a.code >= b.code || !honoured(a).some((one) => honoured(b).includes(one))) continue;
      const both = [a.basis, b.basis].sort().join();
      const levels = a.issuers.some(({ level }) => level !== null && b.issuers.some((other) => other.level === level));
      if (both === 'COMPREHENSIVE,THEMATIC' && yearOf(a) !== null && yearOf(a) === yearOf(b) && levels) found.push({ kind: 'COMPREHENSIVE_AND_THEMATIC', award: a, other: b });
      const giver = a.issuers.some((one) => b.issuers.some((other) => one.unit === other.unit && (one.unit !== null || one.name === other.name)));
      if (a.form === b.form && a.campaign !== null && a.campaign === b.campaign && a.phase === b.phase && giver) found.push({ kind: 'TWO_FOR_ONE_ACHIEVEMENT', award: a, other: b });
    }
  return page(found.filter((one) => (kind == null || one.kind === kind) && (year == null || yearOf(one.award) === year)), args, breachOrder);
}

const inside = (field: keyof Award): Resolver => (award: Award, _args, { sight }) => (sight.awardWhole(award) ? award[field] : null);

export const awardResolvers: Record<string, Record<string, Resolver>> = {
  Query: { award: (_root, { code }, { sight, world }) => world.awards.find((award) => award.code === code && sight.award(award)) ?? null },
  Award: {
    id: (award: Award) => idOf('Award', award),
    unit: ({ unit }: Award, _args, { sight }) => ifSeen(unit, (one) => sight.unit(one)),
    campaign: (award: Award, _args, { sight }) => campaignOf(award, sight),
    phase: (award: Award, _args, { sight }) => campaignOf(award, sight) && award.phase,
    countByKind: ({ countByKind }: Award) => countByKind.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)),
    named: ({ recipients }: Award) => recipients.length,
    recipients: (award: Award, args, { sight }) =>
      page(award.recipients.map((one, i) => ({ one, place: i + 1 })).filter(({ one }) => sight.awardRecipient(award, one)).map(({ one, place }) => ({ ...one, place })), args, inPlace),
    includedIn: ({ includedIn }: Award, _args, { sight }) => ifSeen(includedIn, (one) => sight.award(one)),
    maybeIncludedIn: ({ maybeIncludedIn }: Award, _args, { sight }) => ifSeen(maybeIncludedIn, (one) => sight.award(one)),
    ...Object.fromEntries((['presentedBy', 'statusReason', 'nominatedBy', 'reviewedBy', 'decidedBy', 'source', 'note'] as const).map((field) => [field, inside(field)])),
    claims: claims((award: Award, { sight }) => (sight.awardWhole(award) ? award.source : null)),
  },
  AwardTotals: { all: (of: { all(): object }) => of.all(), groups: (of: { groups(): object[] }) => of.groups() },
  AwardIssuer: { unit: ({ unit }: Award['issuers'][number], _args, { sight }) => ifSeen(unit, (one) => sight.unit(one)) },
  AwardRecipient: {
    name: ({ shown }: AwardRecipient) => shown,
    // None of these worlds' awards names one by its code.
    work: () => null,
    initiative: () => null,
    person: ({ person }: AwardRecipient, _args, { sight }) => ifSeen(person, (one) => sight.person(one)),
    unit: ({ unit }: AwardRecipient, _args, { sight }) => ifSeen(unit, (one) => sight.unit(one)),
    unitName: ({ unit }: AwardRecipient) => unit?.name ?? null,
  },
  OrgUnit: { awardsReceived: ofUnit('RECEIVED'), awardsIssued: ofUnit('ISSUED'), awardTotals: totals, awardBreaches: breaches },
  // A repeated answer has copies of these as they were.
  Campaign: { awards: (campaign: Campaign, args, asked) => list(asked, args, (award) => award.campaign?.code === campaign.code) },
  Person: { awards: (person: Person, args, asked) => list(asked, args, (award) => recipientsOf(award, asked.sight).some((one) => one.person?.arrival === person.arrival)) },
};

const isCode = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
function words(field: string, text: string | null | undefined, longest: number): string | null {
  if (text == null) return null;
  const composed = text.normalize('NFC');
  if (composed.length > longest || composed.includes('\0') || isEmpty(composed)) throw new Fault(field, 'INVALID');
  return composed;
}

const known = ({ world, sight }: Asked, code: unknown): Award | undefined => world.awards.find((award) => award.code === code && sight.award(award));

/** As the audit log has it, written by this caller. */
function said(award: Award, { sight }: Asked): object {
  const { code, status, version, form, formVi, title, titleLevel, basis, achievement, periodKind, periodFrom, periodTo, count, qualifier, countByKind, batchSize, decisionNo, decidedOn, presentedOn, statusReason } = award;
  const campaign = campaignOf(award, sight);
  return {
    code, status, version, form, formVi, title, titleLevel, basis, achievement, campaign: campaign?.code ?? null, phase: campaign ? (award.phase?.code ?? null) : null, periodKind, periodFrom, periodTo, count, qualifier,
    countByKind: countByKind.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)).map(({ kind, count: n }) => ({ kind, count: n })), named: award.recipients.length, batchSize, decisionNo, decidedOn, presentedOn, statusReason,
  };
}

/** As it stands in the logs of the units that give it, whatever they see of its campaign. */
const saidToGivers = ({ code, status, version, form, formVi, title, count, qualifier, decisionNo, decidedOn, statusReason }: Award): object => ({ code, status, version, form, formVi, title, count, qualifier, decisionNo, decidedOn, statusReason });

/** The fields at fault, in order. */
function faultsOf(input: Input, recipients: Input[]): string[] {
  const found: string[] = [];
  const faulty = (is: boolean, field: string): boolean => {
    if (is) found.push(field);
    return is;
  };
  const { form, issuers, periodKind, qualifier, batchSize } = input;
  const [from, to] = [day(input.periodFrom), day(input.periodTo)];
  faulty(form === 'TITLE' && input.title == null, 'title');
  faulty(form === 'OTHER' && input.formVi == null, 'formVi');
  faulty(issuers.length === 0 || issuers.length > 20, 'issuers');
  (issuers as Input[]).forEach((issuer, i) => {
    const both = (issuer.unit == null) === (issuer.name == null);
    if (faulty(both, `issuers.${i}`)) return;
    const twice = (issuers as Input[]).findIndex((one) => (one.unit ?? null) === (issuer.unit ?? null) && (one.name ?? null)?.normalize('NFC') === (issuer.name ?? null)?.normalize('NFC')) < i;
    if (!faulty(twice, `issuers.${i}`)) faulty(issuer.body != null && issuer.unit == null, `issuers.${i}.body`);
  });
  faulty(input.phase != null && input.campaign == null, 'phase');
  faulty(from !== undefined && from < '1000', 'periodFrom');
  if (!faulty(from === undefined && (periodKind != null || to !== undefined), 'periodFrom')) faulty(from !== undefined && (to === undefined || to < from), 'periodTo');
  faulty(input.includedIn != null && input.maybeIncludedIn != null, 'maybeIncludedIn');
  const kinds = (input.countByKind ?? []) as { kind: string; count: number }[];
  let sound = true;
  kinds.forEach(({ kind, count }, i) => {
    if (faulty(count < 1, `countByKind.${i}.count`) || faulty(kinds.findIndex((one) => one.kind === kind) < i, `countByKind.${i}.kind`)) sound = false;
  });
  const count: number | null = input.count ?? (kinds.length > 0 ? kinds.reduce((sum, one) => sum + one.count, 0) : null);
  if (sound) faulty(count !== null && count < 1, 'count');
  faulty(qualifier != null && qualifier !== 'EXACT' && count === null, 'qualifier');
  faulty(batchSize != null && batchSize < 1, 'batchSize');
  const by: Record<string, string | undefined> = { INDIVIDUAL: 'person', COLLECTIVE: 'unit', WORK: 'work', INITIATIVE: 'initiative' };
  recipients.forEach((one, i) => {
    const own = by[one.kind];
    for (const field of ['person', 'work', 'initiative']) faulty(one[field] != null && own !== field, `recipients.${i}.${field}`);
    faulty(one.directWorker != null && one.kind !== 'INDIVIDUAL', `recipients.${i}.directWorker`);
    const code = own === undefined ? null : one[own];
    if (!faulty(code == null && one.name == null, `recipients.${i}`)) faulty(code != null && recipients.findIndex((other) => other.kind === one.kind && other[own!] === code) < i, `recipients.${i}.${own}`);
  });
  if (!sound || count === null || count < 1 || !['EXACT', 'NEARLY'].includes(qualifier ?? 'EXACT')) return found;
  const least = KINDS.reduce((sum, kind) => sum + Math.max(kinds.find((one) => one.kind === kind)?.count ?? 0, recipients.filter((one) => one.kind === kind).length), 0);
  if (!faulty(least > count, input.count == null ? 'recipients' : 'count')) faulty((qualifier ?? 'EXACT') === 'EXACT' && batchSize != null && batchSize >= 1 && batchSize < count, 'batchSize');
  return found;
}

function wholeOf(field: string, code: string | null | undefined, part: Award | undefined, asked: Asked): Award | null {
  if (code == null) return null;
  const whole = seen(field, known(asked, code), () => true);
  // Whether or not the caller sees those between.
  for (let at: Award | null = whole; at !== null; at = at.includedIn ?? at.maybeIncludedIn) if (at === part) throw new Fault(field, 'INVALID');
  return whole;
}

const saidParts = ({ issuers, recipients, countByKind, includedIn, maybeIncludedIn, campaign, phase, form, formVi, title, titleLevel, basis, achievement, periodKind, periodFrom, periodTo, count, qualifier, batchSize, source, note: remark }: Award): string =>
  JSON.stringify([
    issuers.map(({ unit, name, body }) => [unit?.code, unit ? null : name, body]), recipients.map(({ kind, person, unit, unitTold, name, directWorker }) => [kind, person?.arrival, unit?.code, unitTold, name, directWorker]),
    countByKind.map(({ kind, count: n }) => [kind, n]).sort(), includedIn?.code, maybeIncludedIn?.code, campaign?.code, phase?.code, form, formVi, title, titleLevel, basis, achievement, periodKind, periodFrom, periodTo, count,
    qualifier, batchSize, source, remark,
  ]);

const step = (name: string, action: string, from: string[], to: string, least: 'APPROVER' | 'REPORTER', may: (award: Award, sight: Sight) => boolean, another: boolean, write: (input: Input, award: Award, asked: Asked) => Partial<Award>, read: (input: Input) => void = () => {}) =>
  mutation(name, {
    nothing: { award: null },
    may: (sight) => sight.holdsSomewhere(least),
    read,
    prepare: (input: Input, asked) => {
      const award = seen('code', known(asked, input.code), () => true);
      if (!may(award, asked.sight)) throw new Fault('code', 'FORBIDDEN');
      return award;
    },
    act: (input: Input, award, asked) => {
      const { code, status, version } = award;
      if (input.expectedVersion !== version) throw new Fault('expectedVersion', 'CONFLICT', { award });
      if (!from.includes(status)) throw new Fault('code', 'CONFLICT', { award });
      if (another && award.nominatedBy === asked.sight.principal) throw new Fault('code', 'FORBIDDEN', { award });
      Object.assign(award, write(input, award, asked), { status: to, version: version + 1 });
      const changed = { code, status, version };
      if (['DECIDED', 'REVOKED'].includes(to)) {
        const others = new Set([award.unit, ...award.issuers.flatMap(({ unit }) => unit ?? [])]);
        if (asked.sight.inScope(award.unit)) others.delete(award.unit);
        for (const unit of others) note(asked, action, unit, saidToGivers(award), changed);
        if (asked.sight.inScope(award.unit)) note(asked, action, award.unit, said(award, asked), changed);
        return { award };
      }
      const own = award.issuers.find(({ unit }) => unit !== null && (least === 'APPROVER' ? asked.sight.assigns(unit) : asked.sight.reports(unit)))?.unit;
      note(asked, action, asked.sight.inScope(award.unit) ? award.unit : own!, said(award, asked), changed);
      return { award };
    },
  });

const gives = (award: Award, may: (unit: Unit) => boolean): boolean => award.issuers.some(({ unit }) => unit !== null && may(unit));
const judges = (award: Award, sight: Sight): boolean => gives(award, (unit) => sight.assigns(unit)) || sight.approves(award.unit);
const rankOf = (unit: Unit): number => LEVELS.indexOf(unit.level);
/** For all who give it, one of the highest level. */
const decides = (award: Award, sight: Sight): boolean => {
  const highest = Math.min(...award.issuers.flatMap(({ unit }) => (unit ? [rankOf(unit)] : [])));
  return gives(award, (unit) => rankOf(unit) === highest && sight.assigns(unit)) || outsidersAlone(award, sight);
};
const outsidersAlone = (award: Award, sight: Sight): boolean => (award.issuers.every(({ unit }) => unit === null) && sight.approves(award.unit));
const presents = (award: Award, sight: Sight): boolean => gives(award, (unit) => sight.reports(unit)) || sight.reports(award.unit);
function reason(input: Input): Partial<Award> {
  const why = (input.reason as string).trim();
  if (isEmpty(why) || why.length > 2000 || why.includes('\0')) throw new Fault('reason', 'INVALID');
  return { statusReason: why };
}
function past(field: string, on: Day, { today }: World): Day {
  if (on > today || on < '1000') throw new Fault(field, 'INVALID');
  return on;
}

export const awardMutations = [
  mutation('nominateAward', {
    nothing: { award: null },
    may: (sight) => sight.holdsSomewhere('REPORTER'),
    read: (input: Input) => [input.periodFrom, input.periodTo].forEach(day),
    prepare: (input: Input, { sight, world }) => {
      const unit = seen('unit', world.units.get(input.unit), (one) => sight.unit(one));
      if (!sight.reports(unit)) throw new Fault('unit', 'FORBIDDEN');
      return unit;
    },
    act: (input: Input, unit, asked) => {
      const { world, sight } = asked;
      const before = known(asked, input.code);
      const shown = before && { award: before };
      if (before && before.unit !== unit) throw new Fault('code', 'CONFLICT', shown);
      if ((input.expectedVersion ?? 0) !== (before?.version ?? 0)) throw new Fault('expectedVersion', 'CONFLICT', shown);
      if (before && before.status !== 'NOMINATED') throw new Fault('code', 'CONFLICT', shown);
      if (!isCode(input.code)) throw new Fault('code', 'INVALID');
      const named = ((input.recipients ?? []) as Input[]).map((one, i) => ({ ...one, name: words(`recipients.${i}.name`, one.name, 500) }));
      const givers = (input.issuers as Input[]).map((one, i) => ({ ...one, name: words(`issuers.${i}.name`, one.name, 500) }));
      const texts = Object.fromEntries(([['formVi', 200], ['title', 500], ['achievement', 2000], ['source', 500], ['note', 2000]] as const).map(([field, longest]) => [field, words(field, input[field], longest)]));
      const faulty = faultsOf(input, named);
      if (faulty.length > 0) throw new Faults(faulty.map((field) => new Fault(field, 'INVALID')));
      const campaign = input.campaign == null ? null : seen('campaign', world.campaigns.get(input.campaign), (one) => sight.campaign(one));
      const phase = input.phase == null ? null : seen('phase', campaign!.phases.find(({ code }) => code === input.phase), () => true);
      const [includedIn, maybeIncludedIn] = [wholeOf('includedIn', input.includedIn, before, asked), wholeOf('maybeIncludedIn', input.maybeIncludedIn, before, asked)];
      const issuers = givers.map(({ unit: code, name, body }, i): Award['issuers'][number] => {
        if (code == null) {
          const folded = wordsOf(name as string).join(' ');
          if ([...world.units.values()].some((one) => sight.unit(one) && [one.name, one.nameEn, ...one.aliases, one.code].some((text) => text !== null && wordsOf(text).join(' ') === folded))) throw new Fault(`issuers.${i}.name`, 'INVALID');
          return { unit: null, name, level: null, body: null };
        }
        const giver = seen(`issuers.${i}.unit`, world.units.get(code), (one) => sight.unit(one));
        return { unit: giver, name: giver.name, level: giver.level, body: body ?? null };
      });
      const recipients = named.map(({ kind, person: who, unit: where, work, initiative, name, directWorker }, i): AwardRecipient => {
        const beneath = (field: string, of: Unit): void => {
          if (!world.isBeneathToday(of, unit)) throw new Fault(`recipients.${i}.${field}`, 'INVALID');
        };
        const person = who == null ? null : seen(`recipients.${i}.person`, world.persons.find(({ code }) => code === who), (one) => sight.person(one));
        if (person) beneath('person', person.unit);
        const place = where == null ? null : seen(`recipients.${i}.unit`, world.units.get(where), (one) => sight.unit(one));
        if (place) beneath('unit', place);
        for (const [field, code] of Object.entries({ work, initiative })) if (code != null) throw new Fault(`recipients.${i}.${field}`, 'NOT_FOUND');
        return { kind, person, unit: place ?? person?.unit ?? null, unitTold: place !== null, name, shown: name ?? person?.nameAsPrinted ?? person?.name ?? place!.name, directWorker: directWorker ?? null };
      });
      const hidden = world.awards.find(({ code }) => code === input.code);
      if (hidden && !before) throw new Fault('code', 'CONFLICT');
      const countByKind = ((input.countByKind ?? []) as Award['countByKind']).map(({ kind, count }) => ({ kind, count }));
      const content = {
        form: input.form as string, formVi: texts.formVi ?? formName(input.form)!, title: texts.title!, titleLevel: input.titleLevel ?? null, basis: input.basis ?? null, achievement: texts.achievement!, issuers, campaign, phase,
        periodKind: input.periodKind ?? null, periodFrom: day(input.periodFrom) ?? null, periodTo: day(input.periodTo) ?? null, countByKind,
        count: (input.count ?? (countByKind.length > 0 ? countByKind.reduce((sum, one) => sum + one.count, 0) : null)) as number | null, qualifier: input.qualifier ?? 'EXACT', batchSize: input.batchSize ?? null,
        includedIn, maybeIncludedIn, recipients, source: texts.source!, note: texts.note!,
      };
      if (before) {
        const next = { ...before, ...content };
        if (saidParts(next) === saidParts(before)) return { award: before };
        const former = said(before, asked);
        Object.assign(before, content, { nominatedBy: sight.principal, version: before.version + 1 });
        note(asked, 'NOMINATE_AWARD', unit, said(before, asked), former);
        return { award: before };
      }
      const award: Award = {
        ...content, code: input.code, unit, unitName: unit.name, decisionNo: null, decidedOn: null, decidedOnPrecision: 'DAY', presentedOn: null, presentedOnPrecision: 'DAY', presentedBy: null, status: 'NOMINATED', statusReason: null,
        nominatedBy: sight.principal, reviewedBy: null, decidedBy: null, version: 1,
      };
      world.addAward(award);
      note(asked, 'NOMINATE_AWARD', unit, said(award, asked));
      return { award };
    },
  }),
  step('reviewAward', 'REVIEW_AWARD', ['NOMINATED'], 'REVIEWED', 'APPROVER', judges, true, (_input, _award, { sight }) => ({ reviewedBy: sight.principal })),
  step('declineAward', 'DECLINE_AWARD', ['NOMINATED', 'REVIEWED'], 'DECLINED', 'APPROVER', judges, false, reason),
  step('decideAward', 'DECIDE_AWARD', ['REVIEWED'], 'DECIDED', 'APPROVER', decides, true, (input, _award, { sight, world }) => ({
    decisionNo: words('decisionNo', input.decisionNo, 100), decidedOn: past('decidedOn', day(input.decidedOn) ?? world.today, world), decidedOnPrecision: 'DAY', decidedBy: sight.principal,
  }), (input) => day(input.decidedOn)),
  step('presentAward', 'PRESENT_AWARD', ['DECIDED'], 'PRESENTED', 'REPORTER', presents, false, (input, { decidedOn, decidedOnPrecision }, { world }) => {
    const presentedOn = past('presentedOn', day(input.presentedOn) ?? world.today, world);
    if (decidedOn !== null && presentedOn < widest(decidedOn, decidedOnPrecision, 'first')) throw new Fault('presentedOn', 'INVALID');
    return { presentedOn, presentedOnPrecision: 'DAY', presentedBy: words('presentedBy', input.presentedBy, 500) };
  }, (input) => day(input.presentedOn)),
  step('revokeAward', 'REVOKE_AWARD', ['DECIDED', 'PRESENTED'], 'REVOKED', 'APPROVER', decides, false, (input, award, asked) => {
    const said = reason(input);
    for (const one of asked.world.disclosures) if (!one.ended && one.thing.of === 'AWARD' && one.thing.code === award.code) Object.assign(one, { ended: true, endReason: 'REVOKED', version: one.version + 1 });
    return said;
  }),
];
