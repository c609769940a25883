/** Works, practice models, and the register of initiatives. */
import type { GraphQLFieldResolver } from 'graphql';
import { BadUserInput, checkSearch, day, matches, page, widest, type Order } from './lists.js';
import { Fault, Faults, isEmpty, mutation, note, seen } from './mutations.js';
import { isSeen } from './papers.js';
import { draftCount, text } from './results.js';
import type { Sight } from './sight.js';
import { claims } from './sources.js';
import { idOf, type Asked } from './things.js';
import type { Campaign, Day, Figure, Initiative, Person, PracticeModel, Unit, Work, World } from './world.js';

// oxlint-disable typescript/no-explicit-any -- rows and inputs of many shapes, which graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;
type Input = any;

const worksByCode = { name: 'work.code', keys: ({ code }: Work) => [code] } satisfies Order<Work>;
const modelsByCode = { name: 'model.code', keys: ({ code }: PracticeModel) => [code] } satisfies Order<PracticeModel>;
const initiativesByDay = { name: 'initiative.date', descending: true, keys: ({ history, arrival }: Initiative) => [history[0]!.on, arrival] } satisfies Order<Initiative>;

const TIERS = ['GRASSROOTS', 'UPPER_GRASSROOTS', 'PROVINCIAL', 'NATIONAL', null];
const STATUSES = ['REGISTERED', 'IN_PROGRESS', 'COMPLETED', 'PLAQUED', 'CANCELLED'];
const STAGES = ['REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'VALID', 'RECOGNISED', 'APPLIED'];
const NEXT: Record<string, string[]> = {
  REGISTERED: ['UPLOADED'], UPLOADED: ['UNDER_REVIEW'], UNDER_REVIEW: ['VALID', 'REJECTED'], VALID: ['RECOGNISED'], RECOGNISED: ['APPLIED'], APPLIED: [], REJECTED: ['UPLOADED'],
};
export const stageOf = ({ history }: Initiative): string => history.at(-1)!.stage;
export const nextStages = (initiative: Initiative): string[] => NEXT[stageOf(initiative)]!;

const ifSeen = (campaign: Campaign | null, { sight }: Asked): Campaign | null => (campaign && sight.campaign(campaign) ? campaign : null);
const ofUnit = (world: World, unit: Unit, beneath: boolean | null | undefined) => ({ unit: of }: { unit: Unit }): boolean => (beneath ?? true ? world.isBeneathToday(of, unit) : of === unit);
const isUnknown = (code: string | null | undefined, { world, sight }: Asked): boolean => code != null && !(world.campaigns.has(code) && sight.campaign(world.campaigns.get(code)!));
const isOf = (code: string | null | undefined, campaign: Campaign | null, asked: Asked): boolean => code == null || ifSeen(campaign, asked)?.code === code;
const told = (field: 'source' | 'note'): Resolver => (row: { unit: Unit; source: string | null; note: string | null }, _args, { sight }) => (sight.inScope(row.unit) ? row[field] : null);
const common = (type: string): Record<string, Resolver> => ({
  id: (row) => idOf(type, row as object),
  source: told('source'),
  note: told('note'),
  claims: claims(({ unit, source }: Work, { sight }) => (sight.inScope(unit) ? source : null)),
});
const byCode = <T extends { code: string }>(all: (world: World) => T[], isSeen: (sight: Sight, row: T) => boolean): Resolver => (_root, { code }, { sight, world }) => all(world).find((row) => row.code === code && isSeen(sight, row)) ?? null;

function worksWhere(where: any, asked: Asked): (work: Work) => boolean {
  const { campaign, kind, status, congressTier, year } = where ?? {};
  return (work) =>
    isOf(campaign, work.campaign, asked) &&
    (kind == null || work.kind === kind) &&
    (status == null || work.status === status) &&
    (congressTier == null || work.congressTier === congressTier) &&
    (year == null || [work.registeredOn, work.completedOn, work.plaquedOn].some((on) => on !== null && Number(on.slice(0, 4)) === year));
}

function summed(works: Work[]): object {
  const valued = works.filter(({ valueVnd }) => valueVnd !== null);
  const has = (...of: string[]): boolean => valued.some(({ valueQualifier }) => of.includes(valueQualifier!));
  const loosest = has('NEARLY', 'ABOUT') ? 'ABOUT' : has('MORE_THAN', 'AT_LEAST') ? 'MORE_THAN' : 'EXACT';
  return {
    works: works.length,
    valueVnd: valued.length === 0 ? null : Number(valued.reduce((sum, { valueVnd }) => sum + BigInt(valueVnd!), 0n)),
    valueQualifier: valued.length === 0 ? null : valued.length === 1 ? valued[0]!.valueQualifier : loosest,
    withoutValue: works.length - valued.length,
  };
}

function modelsWhere(where: any, asked: Asked): (model: PracticeModel) => boolean {
  const { programme, sector, exemplary, status, search } = where ?? {};
  checkSearch(search);
  return (model) =>
    isOf(programme, model.campaign, asked) &&
    (sector == null || model.sector === sector) &&
    (exemplary == null || model.exemplary === exemplary) &&
    (status == null || model.status === status) &&
    matches(search, model.code, model.name);
}

function initiativesWhere(where: any, asked: Asked): (initiative: Initiative) => boolean {
  const { campaign, phase, stage, kind, search } = where ?? {};
  const [from, to] = [day(where?.from), day(where?.to)];
  checkSearch(search);
  return (initiative) =>
    isOf(campaign, initiative.campaign, asked) &&
    isOfPhase(phase, initiative, asked) &&
    (stage == null || stageOf(initiative) === stage) &&
    (kind == null || initiative.kind === kind) &&
    (from === undefined || initiative.history[0]!.on >= from) &&
    (to === undefined || initiative.history[0]!.on <= to) &&
    matches(search, initiative.code, initiative.title, initiative.summary);
}
const isOfPhase = (code: string | null | undefined, { phase, campaign }: Initiative, asked: Asked): boolean => code == null || (ifSeen(campaign, asked) !== null && phase?.code === code);

/** As one who goes through every history. */
function counted(initiatives: readonly Initiative[], asOf: Day): object {
  const known = initiatives.map(({ history }) => history.filter(({ on }) => on <= asOf)).filter((history) => history.length > 0);
  const place = (stage: string): number => (stage === 'REJECTED' ? 2 : STAGES.indexOf(stage));
  const reached = (least: number): number => known.filter((history) => history.some(({ stage }) => place(stage) >= least)).length;
  return {
    registered: reached(0), uploaded: reached(1), underReview: reached(2), valid: reached(3), recognised: reached(4), applied: reached(5), rejected: known.filter((history) => history.at(-1)!.stage === 'REJECTED').length,
  };
}

function funnel(unit: Unit, { campaign, phase, asOf: given, beneath, by }: any, asked: Asked): object | null {
  const { sight, world } = asked;
  if (!sight.inScope(unit)) return null;
  if (phase != null && campaign == null) throw new BadUserInput();
  const asOf = day(given) ?? world.today;
  if (isUnknown(campaign, asked) || (phase != null && !world.campaigns.get(campaign)!.phases.some(({ code }) => code === phase))) return null;
  const found = world.initiatives.filter((one) => ofUnit(world, unit, beneath)(one) && sight.initiative(one) && one.history[0]!.on <= asOf && isOf(campaign, one.campaign, asked) && isOfPhase(phase, one, asked));
  const above = (of: Unit): Unit => (of === unit ? unit : world.lineToday(of)[world.lineToday(of).indexOf(unit) - 1]!);
  const keys: Record<string, (one: Initiative) => string | null> = { YEAR: ({ history }) => history[0]!.on.slice(0, 4), SECTOR: (one) => one.unit.sector, KIND: ({ kind }) => kind, UNIT: (one) => above(one.unit).code };
  const groups = [...new Set(by == null ? [] : found.map(keys[by]!))].sort((a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1));
  return {
    asOf, counts: counted(found, asOf),
    groups: groups.map((key) => ({ key, unit: by === 'UNIT' ? world.unit(key) : null, counts: counted(found.filter((one) => keys[by]!(one) === key), asOf) })),
  };
}

/** A repeated answer has a copy of the initiative as it was; what hangs on it is read anew. */
const asItIs = ({ code }: Initiative, { world }: Asked): Initiative => world.initiatives.find((one) => one.code === code)!;
const detail = (field: 'description' | 'benefitVnd' | 'benefitQualifier'): Resolver => (initiative: Initiative, _args, { sight }) => (sight.knows(initiative) ? initiative[field] : null);

export const registerResolvers: Record<string, Record<string, Resolver>> = {
  Query: {
    work: byCode(({ works }) => works, (sight, row) => sight.work(row)),
    practiceModel: byCode(({ models }) => models, (sight, row) => sight.practiceModel(row)),
    initiative: byCode(({ initiatives }) => initiatives, (sight, row) => sight.initiative(row)),
  },
  Work: { ...common('Work'), campaign: ({ campaign }: Work, _args, asked) => ifSeen(campaign, asked) },
  PracticeModel: {
    ...common('PracticeModel'),
    programme: ({ campaign }: PracticeModel, _args, asked) => ifSeen(campaign, asked),
    basisDocument: ({ basisDocument }: PracticeModel, _args, { sight }) => (basisDocument && isSeen.document(sight, basisDocument) ? basisDocument : null),
  },
  Initiative: {
    ...common('Initiative'),
    campaign: ({ campaign }: Initiative, _args, asked) => ifSeen(campaign, asked),
    phase: ({ phase, campaign }: Initiative, _args, asked) => (ifSeen(campaign, asked) ? phase : null),
    stage: stageOf,
    stageOn: ({ history }: Initiative) => history.at(-1)!.on,
    description: detail('description'),
    benefitVnd: detail('benefitVnd'),
    benefitQualifier: detail('benefitQualifier'),
    authors: (row: Initiative, _args, asked) => (asked.sight.authors(asItIs(row, asked)) ? asItIs(row, asked).authors : []),
    history: (row: Initiative, _args, asked) => (asked.sight.inScope(row.unit) ? asItIs(row, asked).history : []),
  },
  OrgUnit: {
    works: (unit: Unit, { where, beneath, ...args }, asked) => page(asked.world.works.filter((one) => ofUnit(asked.world, unit, beneath)(one) && asked.sight.work(one)).filter(worksWhere(where, asked)), args, worksByCode),
    workTotals: (unit: Unit, { campaign, where, beneath }, asked) => {
      const { sight, world } = asked;
      if (!sight.inScope(unit) || isUnknown(campaign, asked)) return null;
      const found = world.works.filter((one) => ofUnit(world, unit, beneath)(one) && isOf(campaign, one.campaign, asked)).filter(worksWhere(where, asked));
      const groups = TIERS.flatMap((congressTier) => STATUSES.map((status) => ({ congressTier, status, of: found.filter((one) => one.congressTier === congressTier && one.status === status) })));
      return { ...summed(found), groups: groups.filter(({ of }) => of.length > 0).map(({ of, ...group }) => ({ ...group, ...summed(of) })) };
    },
    practiceModels: (unit: Unit, { where, beneath, ...args }, asked) => {
      const holds = modelsWhere(where, asked);
      return page(asked.world.models.filter((one) => ofUnit(asked.world, unit, beneath)(one) && asked.sight.practiceModel(one)).filter(holds), args, modelsByCode);
    },
    initiatives: (unit: Unit, { where, beneath, ...args }, asked) => {
      const holds = initiativesWhere(where, asked);
      return page(asked.world.initiatives.filter((one) => ofUnit(asked.world, unit, beneath)(one) && asked.sight.initiative(one)).filter(holds), args, initiativesByDay);
    },
    initiativeFunnel: funnel,
  },
  Campaign: {
    practiceModels: (campaign: Campaign, { where, ...args }, asked) => {
      const holds = modelsWhere(where, asked);
      return page(asked.world.models.filter((one) => one.campaign?.code === campaign.code && asked.sight.practiceModel(one)).filter(holds), args, modelsByCode);
    },
  },
};

const isCode = (code: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(code);
export function words(field: string, said: string | null | undefined, longest: number): string | null {
  const composed = text(field, said?.normalize('NFC'), longest);
  if (composed !== null && isEmpty(composed)) throw new Fault(field, 'INVALID');
  return composed;
}
function called(field: string, said: string): string {
  const name = text(field, said.trim().normalize('NFC'), 500)!;
  if (isEmpty(name)) throw new Fault(field, 'INVALID');
  return name;
}
function whole(field: string, value: number | null | undefined): number | null {
  if (value == null) return null;
  if (!Number.isSafeInteger(value) || value < 0) throw new Fault(field, 'INVALID');
  return value;
}
function dated(field: string, said: unknown, how: string | null | undefined): [Day | null, string] {
  const on = day(said) ?? null;
  if (on !== null && on < '1000') throw new Fault(field, 'INVALID');
  if (on === null && (how ?? 'DAY') !== 'DAY') throw new Fault(field, 'INVALID');
  return [on, how ?? 'DAY'];
}
function reportedUnit(code: string, { sight, world }: Asked): Unit {
  const unit = seen('unit', world.units.get(code), (one) => sight.unit(one));
  if (!sight.reports(unit)) throw new Fault('unit', 'FORBIDDEN');
  return unit;
}
const campaignOf = (field: string, code: string | null | undefined, { sight, world }: Asked): Campaign | null => (code == null ? null : seen(field, world.campaigns.get(code), (one) => sight.campaign(one)));

interface Thing {
  code: string;
  unit: Unit;
  version: number;
}
/** Makes a thing, or says anew what it is; `said` as the audit log has it. */
function save<T extends Thing>(
  input: Input, asked: Asked, unit: Unit,
  { all, isSeen, name, content, action, said, assertOpen, make }: {
    all: T[]; isSeen(row: T): boolean; name: string; content: Partial<T>; action: string; said(row: T, then?: boolean): object; assertOpen?(row: T): void; make(): T;
  },
): { row: T; was: 'absent' | 'other' | 'same' } {
  if (!isCode(input.code)) throw new Fault('code', 'INVALID');
  const there = all.find(({ code }) => code === input.code);
  const known = there && isSeen(there) ? there : undefined;
  const shown = known && { [name]: known };
  if (!known) {
    if ((input.expectedVersion ?? 0) !== 0) throw new Fault('expectedVersion', 'CONFLICT');
    if (there) throw new Fault('code', 'CONFLICT');
    const row = make();
    all.push(row);
    note(asked, action, unit, said(row));
    return { row, was: 'absent' };
  }
  if (known.unit !== unit) throw new Fault('code', 'CONFLICT', shown);
  if ((input.expectedVersion ?? 0) !== known.version) throw new Fault('expectedVersion', 'CONFLICT', shown);
  assertOpen?.(known);
  if ((Object.keys(content) as (keyof T)[]).every((field) => (Array.isArray(content[field]) ? (content[field] as unknown[]).length === (known[field] as unknown[]).length && (content[field] as unknown[]).every((one, i) => one === (known[field] as unknown[])[i]) : content[field] === known[field]))) return { row: known, was: 'same' };
  const kinds = { work: 'WORK', model: 'PRACTICE_MODEL', initiative: 'INITIATIVE' } as const;
  if (asked.sight.mayNotChange(kinds[name as keyof typeof kinds], known)) throw new Fault('code', 'FORBIDDEN');
  const before = said(known, (content as { secret?: boolean }).secret);
  Object.assign(known, content, { version: known.version + 1 });
  note(asked, action, unit, said(known), before);
  return { row: known, was: 'other' };
}

const saidCampaign = (campaign: Campaign | null, asked: Asked): string | null => ifSeen(campaign, asked)?.code ?? null;
const saidOfWork = (asked: Asked) => ({ campaign, code, kind, name, congressTier, status, valueVnd, valueQualifier, registeredOn, completedOn, plaquedOn, version }: Work): object => ({
  campaign: saidCampaign(campaign, asked), code, kind, name, congressTier, status, valueVnd, valueQualifier, registeredOn, completedOn, plaquedOn, version,
});
const saidOfModel = (asked: Asked) => ({ campaign, code, name, sector, exemplary, status, startedOn, version }: PracticeModel): object => ({ campaign: saidCampaign(campaign, asked), code, name, sector, exemplary, status, startedOn, version });
const saidOfInitiative = (asked: Asked) => (initiative: Initiative, then = initiative.secret): object => {
  const { campaign, phase, code, title, kind, summary, secret, description, benefitVnd, benefitQualifier, authors, source, note: remark, version } = initiative;
  return {
    campaign: saidCampaign(campaign, asked), phase: ifSeen(campaign, asked) && (phase?.code ?? null), code, title, kind, summary, secret,
    ...(!secret && !then && { description, benefitVnd, benefitQualifier, authors: authors.map((author) => author.code) }), source, note: remark, stage: stageOf(initiative), version,
  };
};

function above<T extends Thing>(all: T[], isSeen: (row: T) => boolean, code: string, { sight }: Asked): T {
  const row = seen('code', all.find((one) => one.code === code), isSeen);
  if (!sight.approves(row.unit)) throw new Fault('code', 'FORBIDDEN');
  return row;
}

interface Advance {
  to: string;
  on?: unknown;
  reason?: string | null;
}
const JUDGED = ['VALID', 'REJECTED', 'RECOGNISED'];
function whyForbidden({ to }: Advance, code: string, { sight, world }: Asked): Fault | Initiative {
  const initiative = world.initiatives.find((one) => one.code === code && sight.initiative(one));
  if (!initiative) return new Fault('code', 'NOT_FOUND');
  if (!JUDGED.includes(to)) return sight.reports(initiative.unit) ? initiative : new Fault('code', 'FORBIDDEN');
  return sight.approves(initiative.unit) && initiative.registeredBy !== sight.principal ? initiative : new Fault('code', 'FORBIDDEN');
}
function stepOf({ to, on: given, reason }: Advance, { world }: Asked): { stage: string; on: Day; reason: string | null } {
  const on = day(given) ?? world.today;
  if (on > world.today) throw new Fault('on', 'INVALID');
  if (to === 'REJECTED' && reason == null) throw new Fault('reason', 'INVALID');
  const why = reason == null ? null : text('reason', reason.trim(), 2000)!;
  if (why !== null && isEmpty(why)) throw new Fault('reason', 'INVALID');
  return { stage: to, on, reason: why };
}
function whyNot({ stage, on }: { stage: string; on: Day }, initiative: Initiative, expectedVersion: number): Fault | undefined {
  if (initiative.version !== expectedVersion) return new Fault('expectedVersion', 'CONFLICT', { initiative });
  if (!nextStages(initiative).includes(stage)) return new Fault('to', 'CONFLICT', { initiative });
  if (initiative.history.length >= (stage === 'UPLOADED' ? 46 : 50)) return new Fault('code', 'CONFLICT', { initiative });
  return on < initiative.history.at(-1)!.on ? new Fault('on', 'INVALID', { initiative }) : undefined;
}
function advance(initiative: Initiative, step: { stage: string; on: Day; reason: string | null }, asked: Asked): void {
  const before = { stage: stageOf(initiative), version: initiative.version };
  Object.assign(initiative, { history: [...initiative.history, step], version: initiative.version + 1 });
  note(asked, 'ADVANCE_INITIATIVE', initiative.unit, {
    campaign: saidCampaign(initiative.campaign, asked), code: initiative.code, stage: step.stage, on: step.on, version: initiative.version, ...(step.reason !== null && { reason: step.reason }),
  }, before);
}
const reporter = (sight: Sight): boolean => sight.holdsSomewhere('REPORTER');
const approver = (sight: Sight): boolean => sight.holdsSomewhere('APPROVER');

export const registerMutations = [
  mutation('saveWork', {
    nothing: { work: null },
    may: reporter,
    read: ({ registeredOn, completedOn }: Input) => [registeredOn, completedOn].forEach(day),
    prepare: (input: Input, asked) => ({ unit: reportedUnit(input.unit, asked), campaign: campaignOf('campaign', input.campaign, asked) }),
    act: (input: Input, { unit, campaign }, asked) => {
      const { world, sight } = asked;
      const status = (input.status ?? 'REGISTERED') as string;
      if (status === 'PLAQUED') throw new Fault('status', 'INVALID');
      const [registeredOn, registeredOnPrecision] = dated('registeredOn', input.registeredOn, input.registeredOnPrecision);
      const [completedOn, completedOnPrecision] = dated('completedOn', input.completedOn, input.completedOnPrecision);
      if (registeredOn !== null && registeredOn > world.today) throw new Fault('registeredOn', 'INVALID');
      if (completedOn !== null && completedOn > world.today) throw new Fault('completedOn', 'INVALID');
      if (completedOn !== null && status !== 'COMPLETED') throw new Fault('completedOn', 'INVALID');
      if (completedOn !== null && registeredOn !== null && widest(completedOn, completedOnPrecision, 'last') < widest(registeredOn, registeredOnPrecision, 'first')) throw new Fault('completedOn', 'INVALID');
      const valueVnd = whole('valueVnd', input.valueVnd);
      if (valueVnd === null && input.valueQualifier != null) throw new Fault('valueQualifier', 'INVALID');
      const content = {
        kind: input.kind as string, name: called('name', input.name), campaign, congressTier: (input.congressTier ?? null) as string | null, status, valueVnd, valueQualifier: valueVnd === null ? null : (input.valueQualifier ?? 'EXACT'),
        registeredOn, registeredOnPrecision, completedOn, completedOnPrecision, source: words('source', input.source, 500), note: words('note', input.note, 2000),
      };
      const { row } = save<Work>(input, asked, unit, {
        all: world.works, isSeen: (one) => sight.work(one), name: 'work', content, action: 'SAVE_WORK', said: saidOfWork(asked),
        assertOpen: (one) => {
          if (one.status === 'PLAQUED') throw new Fault('code', 'CONFLICT', { work: one });
        },
        make: () => world.madeWork({ code: input.code, unit, ...content, plaquedOn: null, plaquedOnPrecision: 'DAY', version: 1 }),
      });
      return { work: row };
    },
  }),

  mutation('plaqueWork', {
    nothing: { work: null },
    may: approver,
    read: ({ on }: Input) => void day(on),
    prepare: (input: Input, asked) => above(asked.world.works, (one) => asked.sight.work(one), input.code, asked),
    act: (input: Input, work, asked) => {
      if (input.expectedVersion !== work.version) throw new Fault('expectedVersion', 'CONFLICT', { work });
      if (work.status !== 'COMPLETED') throw new Fault('code', 'CONFLICT', { work });
      const [on, precision] = dated('on', input.on ?? asked.world.today, input.onPrecision) as [Day, string];
      if (on > asked.world.today) throw new Fault('on', 'INVALID', { work });
      const before = [[work.registeredOn, work.registeredOnPrecision], [work.completedOn, work.completedOnPrecision]] as const;
      if (before.some(([one, how]) => one !== null && widest(on, precision, 'last') < widest(one, how, 'first'))) throw new Fault('on', 'INVALID', { work });
      const former = saidOfWork(asked)(work);
      Object.assign(work, { status: 'PLAQUED', plaquedOn: on, plaquedOnPrecision: precision, version: work.version + 1 });
      note(asked, 'PLAQUE_WORK', work.unit, saidOfWork(asked)(work), former);
      return { work };
    },
  }),

  mutation('savePracticeModel', {
    nothing: { model: null },
    may: reporter,
    read: ({ startedOn }: Input) => void day(startedOn),
    prepare: (input: Input, asked) => {
      const found = { unit: reportedUnit(input.unit, asked), campaign: campaignOf('programme', input.programme, asked) };
      const { sight, world } = asked;
      return { ...found, basisDocument: input.basisDocument == null ? null : seen('basisDocument', world.papers.documents.get(input.basisDocument), (one) => isSeen.document(sight, one)) };
    },
    act: (input: Input, { unit, campaign, basisDocument }, asked) => {
      const { world, sight } = asked;
      const [startedOn, startedOnPrecision] = dated('startedOn', input.startedOn, input.startedOnPrecision);
      if (startedOn !== null && startedOn > world.today) throw new Fault('startedOn', 'INVALID');
      const judged = {
        name: called('name', input.name), campaign, sector: (input.sector ?? null) as string | null, startedOn, startedOnPrecision, basisDocument, source: words('source', input.source, 500), note: words('note', input.note, 2000),
      };
      const content = { ...judged, status: (input.status ?? 'RUNNING') as string };
      const { row } = save<PracticeModel>(input, asked, unit, {
        all: world.models, isSeen: (one) => sight.practiceModel(one), name: 'model', content, action: 'SAVE_PRACTICE_MODEL', said: saidOfModel(asked),
        assertOpen: (one) => {
          if (one.exemplary && (Object.keys(judged) as (keyof typeof judged)[]).some((field) => judged[field] !== one[field])) throw new Fault('code', 'CONFLICT', { model: one });
        },
        make: () => world.madeModel({ code: input.code, unit, ...content, exemplary: false, version: 1 }),
      });
      return { model: row };
    },
  }),

  mutation('markModelExemplary', {
    nothing: { model: null },
    may: approver,
    prepare: (input: Input, asked) => above(asked.world.models, (one) => asked.sight.practiceModel(one), input.code, asked),
    act: (input: Input, model, asked) => {
      if (input.expectedVersion !== model.version) throw new Fault('expectedVersion', 'CONFLICT', { model });
      const exemplary = (input.exemplary ?? true) as boolean;
      if (model.exemplary === exemplary) return { model };
      const before = saidOfModel(asked)(model);
      Object.assign(model, { exemplary, version: model.version + 1 });
      note(asked, 'MARK_MODEL_EXEMPLARY', model.unit, saidOfModel(asked)(model), before);
      return { model };
    },
  }),

  mutation('saveInitiative', {
    nothing: { initiative: null },
    may: reporter,
    read: ({ registeredOn }: Input) => void day(registeredOn),
    prepare: (input: Input, asked) => {
      const { sight, world } = asked;
      const unit = reportedUnit(input.unit, asked);
      const known = world.initiatives.find((one) => one.code === input.code && sight.initiative(one));
      if ((input.secret === true || (known?.secret === true && known.unit === unit)) && !sight.isGranted(unit)) throw new Fault('secret', 'FORBIDDEN');
      const campaign = campaignOf('campaign', input.campaign, asked);
      if (input.phase != null && campaign === null) throw new Fault('phase', 'INVALID');
      const phase = input.phase == null ? null : seen('phase', campaign!.phases.find(({ code }) => code === input.phase), () => true);
      const codes = (input.authors ?? []) as string[];
      if (codes.length > 50) throw new Fault('authors', 'INVALID');
      const authors = codes.map((code, i): Person => seen(`authors.${i}`, world.persons.find((one) => one.code === code), (one) => sight.person(one)));
      const twice = codes.findIndex((code, i) => codes.indexOf(code) < i);
      if (twice >= 0) throw new Fault(`authors.${twice}`, 'INVALID');
      return { unit, campaign, phase, authors };
    },
    act: (input: Input, { unit, campaign, phase, authors }, asked) => {
      const { world, sight } = asked;
      const given = day(input.registeredOn);
      const on = given ?? world.today;
      if (on > world.today || on < '1000') throw new Fault('registeredOn', 'INVALID');
      const benefitVnd = whole('benefitVnd', input.benefitVnd);
      if (benefitVnd === null && input.benefitQualifier != null) throw new Fault('benefitQualifier', 'INVALID');
      const description = words('description', input.description, 10_000);
      const content = {
        title: called('title', input.title), kind: (input.kind ?? null) as string | null, campaign, phase, summary: words('summary', input.summary, 2000), secret: (input.secret ?? false) as boolean,
        source: words('source', input.source, 500), note: words('note', input.note, 2000), description, benefitVnd, benefitQualifier: benefitVnd === null ? null : (input.benefitQualifier ?? 'EXACT'), authors,
      };
      const { row, was } = save<Initiative>(input, asked, unit, {
        all: world.initiatives, isSeen: (one) => sight.initiative(one), name: 'initiative', content, action: 'SAVE_INITIATIVE', said: saidOfInitiative(asked),
        // Told when all else is sound, and something else is different.
        assertOpen: (one) => {
          const differing = (Object.keys(content) as (keyof typeof content)[]).filter((field) => (field === 'authors' ? content.authors.length !== one.authors.length || content.authors.some((author, i) => author !== one.authors[i]) : content[field] !== one[field]));
          if (!['REGISTERED', 'UPLOADED', 'REJECTED'].includes(stageOf(one)) && differing.some((field) => !field.startsWith('benefit'))) throw new Fault('code', 'CONFLICT', { initiative: one });
          if (differing.length > 0 && given !== undefined) throw new Fault('registeredOn', 'INVALID', { initiative: one });
        },
        make: () => world.madeInitiative({ code: input.code, unit, ...content, history: [{ stage: 'REGISTERED', on, reason: null }], registeredBy: sight.principal, version: 1, arrival: world.initiatives.length }),
      });
      if (was === 'other') row.registeredBy = sight.principal;
      return { initiative: row };
    },
  }),

  mutation('advanceInitiative', {
    nothing: { initiative: null },
    may: reporter,
    read: ({ on }: Input) => void day(on),
    prepare: (input: Input, asked) => {
      const found = whyForbidden(input, input.code, asked);
      if (found instanceof Fault) throw found;
      return found;
    },
    act: (input: Input, initiative, asked) => {
      const step = stepOf(input, asked);
      const fault = whyNot(step, initiative, input.expectedVersion);
      if (fault) throw fault;
      advance(initiative, step, asked);
      return { initiative };
    },
  }),

  mutation('advanceInitiatives', {
    nothing: { outcomes: [], done: 0 },
    may: reporter,
    read: ({ on }: Input) => void day(on),
    prepare: ({ items, mode, ...input }: Input, asked) => {
      if (items.length === 0 || items.length > 500) throw new Fault('items', 'INVALID');
      const codes = (items as { code: string }[]).map(({ code }) => code);
      const twice = codes.findIndex((code, i) => codes.indexOf(code) < i);
      if (twice >= 0) throw new Fault(`items.${twice}.code`, 'INVALID');
      const found = codes.map((code) => whyForbidden(input, code, asked));
      const faults = found.flatMap((one, i) => (one instanceof Fault ? [new Fault(`items.${i}.${one.field}`, one.code)] : []));
      if (mode === 'ALL_OR_NOTHING' && faults.length > 0) throw new Faults(faults);
      return found;
    },
    act: ({ items, mode, ...input }: Input, found, asked) => {
      const step = stepOf(input, asked);
      const judged = found.map((one, i) => (one instanceof Fault ? { initiative: null, fault: one } : { initiative: one, fault: whyNot(step, one, items[i].expectedVersion) }));
      const faults = judged.flatMap(({ fault }, i) => (fault ? [new Fault(`items.${i}.${fault.field}`, fault.code)] : []));
      const outcomes = judged.map(({ initiative, fault }, i) => ({ code: items[i].code, initiative, userErrors: fault?.errors ?? [] }));
      if (mode === 'ALL_OR_NOTHING' && faults.length > 0) throw new Faults(faults, { outcomes });
      for (const { initiative, fault } of judged) if (initiative && !fault) advance(initiative, step, asked);
      return { outcomes, done: items.length - faults.length };
    },
    again: ({ outcomes, done }, found) => ({
      done, outcomes: (outcomes as { code: string }[]).map((one, i) => (found[i] instanceof Fault ? { code: one.code, initiative: null, userErrors: found[i].errors } : one)),
    }),
  }),

  mutation('feedInitiativeCounts', {
    nothing: { figures: [] },
    may: reporter,
    read: ({ asOf }: Input) => void day(asOf),
    prepare: (input: Input, asked) => {
      const unit = reportedUnit(input.unit, asked);
      const campaign = campaignOf('campaign', input.campaign, asked)!;
      return { unit, campaign, phase: input.phase == null ? null : seen('phase', campaign.phases.find(({ code }) => code === input.phase), () => true) };
    },
    act: (input: Input, { unit, campaign, phase }, asked) => {
      const { world } = asked;
      const asOf = day(input.asOf)!;
      if (asOf > world.today || asOf < '1000') throw new Fault('asOf', 'INVALID');
      const says = (indicator: object): boolean => campaign.indicators.some((one) => [one, one.numerator, one.denominator].includes(indicator as never));
      const indicators = [...world.indicators.values()]
        .filter((one) => one.countingStage !== null && one.aggregation === 'SUM' && (says(one) || world.figures.some((figure) => figure.campaign === campaign && figure.indicator === one)))
        .sort((a, b) => (a.code < b.code ? -1 : 1));
      if (indicators.length === 0) throw new Fault('campaign', 'INVALID');
      const known = world.initiatives.filter((one) => one.unit === unit && one.campaign === campaign && (phase === null || one.phase === phase) && one.history[0]!.on <= asOf);
      if (known.length === 0) throw new Fault('asOf', 'INCOMPLETE');
      const counts = counted(known, asOf) as Record<string, number>;
      const nameOf: Record<string, string> = { REGISTERED: 'registered', UPLOADED: 'uploaded', UNDER_REVIEW: 'underReview', VALID: 'valid', RECOGNISED: 'recognised', APPLIED: 'applied' };
      const drafts = indicators.map((indicator) => draftCount(asked, { unit, campaign, phase, indicator, measure: 'RESULT', coverage: 'OWN', asOf }, BigInt(counts[nameOf[indicator.countingStage!]!]!) * 10_000n));
      const standing = Math.max(0, ...drafts.map(({ open }) => open?.version ?? 0));
      if (input.expectedVersion != null && input.expectedVersion !== standing) throw new Fault('expectedVersion', 'CONFLICT', { figures: drafts.flatMap(({ there }) => there ?? []) });
      for (const { fault } of drafts) if (fault) throw fault;
      const figures: Figure[] = drafts.map(({ write }) => write());
      return { figures };
    },
  }),
];
