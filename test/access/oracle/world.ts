/** What there is, held in memory as the exchange records say it, with the grants and publications beside it. */
import {
  dayOf, ReplayTree, replaySeries, type Level, type ReplayFigure, type SeriesReplay,
} from '../../../src/ledger/replay.js';
import { scaled, type ExchangeRecord } from '../../support/golden-replay.js';
import { Papers, type Document } from './papers.js';
import type { Sight } from './sight.js';

/** How forms of awards are mostly called. */
const FORM_NAMES: Record<string, string> = {
  EMULATION_FLAG: 'Cờ thi đua', CERTIFICATE_OF_MERIT: 'Bằng khen', LETTER_OF_COMMENDATION: 'Giấy khen', CREATIVE_LABOUR_CERTIFICATE: 'Bằng Lao động sáng tạo', NGUYEN_DUC_CANH_AWARD: 'Giải thưởng Nguyễn Đức Cảnh',
  NGUYEN_VAN_LINH_AWARD: 'Giải thưởng Nguyễn Văn Linh', TITLE: 'Danh hiệu', PRIZE: 'Giải', COMMENDATION: 'Khen thưởng',
};
export const formName = (form: string): string | null => FORM_NAMES[form] ?? null;

export type Day = string;
export type Qualifier = 'EXACT' | 'MORE_THAN' | 'AT_LEAST' | 'NEARLY' | 'ABOUT';
export type Measure = 'RESULT' | 'ASSIGNED' | 'REGISTERED' | 'SELF_SET';

interface Annotated {
  source: string | null;
  note: string | null;
}
export interface Unit extends Annotated {
  code: string;
  name: string;
  nameEn: string | null;
  aliases: string[];
  level: Level;
  kind: string;
  sector: string | null;
  ownership: string | null;
  validFrom: Day;
  closedOn: Day | null;
  successor: Unit | null;
  /** In order of day; each holds until the next. */
  places: { from: Day; parent: Unit }[];
}
export interface Phase {
  campaign: Campaign;
  code: string;
  name: string;
  kind: string;
  theme: string | null;
  startsOn: Day | null;
  startsOnPrecision: string;
  endsOn: Day | null;
  endsOnPrecision: string;
}
export interface Campaign extends Annotated {
  code: string;
  name: string;
  nameEn: string | null;
  aliases: string[];
  kind: string;
  cadence: string | null;
  launchingBody: string | null;
  sectors: string[];
  occasions: string[];
  launchedBy: Unit | null;
  externalLauncher: string | null;
  launchedOn: Day | null;
  status: 'DRAFT' | 'LAUNCHED' | 'CLOSED';
  closedOn: Day | null;
  version: number;
  startsOn: Day | null;
  startsOnPrecision: string;
  endsOn: Day | null;
  endsOnPrecision: string;
  theme: string | null;
  objective: string | null;
  content: string | null;
  measures: string | null;
  audience: string | null;
  publishesRanks: boolean;
  implements: Campaign | null;
  precededBy: Campaign | null;
  linked: Set<Campaign>;
  phases: Phase[];
  indicators: Indicator[];
}
export interface Adoption {
  unit: Unit;
  campaign: Campaign;
  adoptedOn: Day;
  manner: 'LAUNCH' | 'REGISTER';
  version: number;
  ended: boolean;
}
export interface Indicator extends Annotated {
  code: string;
  name: string;
  nameEn: string | null;
  unitOfMeasure: string;
  aggregation: 'SUM' | 'RATIO' | 'NONE';
  countingStage: string | null;
  numerator: Indicator | null;
  denominator: Indicator | null;
}
export interface Cluster extends Annotated {
  code: string;
  owner: Unit;
  name: string;
  kind: string;
  year: number;
  leadUnit: Unit | null;
  members: Unit[];
  version: number;
}
export interface Person extends Annotated {
  code: string;
  unit: Unit;
  name: string;
  nameAsPrinted: string | null;
  version: number;
  arrival: number;
}
export interface Position extends Annotated {
  person: Person;
  unit: Unit;
  role: string;
  title: string | null;
  from: Day | null;
  fromPrecision: string;
  to: Day | null;
  toPrecision: string;
  statedOn: Day | null;
  statedOnPrecision: string;
  version: number;
  arrival: number;
}
export interface Contact extends Annotated {
  unit: Unit;
  address: string | null;
  phones: string[];
  fax: string | null;
  email: string | null;
  website: string | null;
  version: number;
}
export interface MemberCount extends Annotated {
  unit: Unit;
  of: string;
  asOf: Day;
  value: bigint;
  qualifier: Qualifier;
}
interface Stated extends Annotated {
  unit: Unit;
  campaign: Campaign;
  phase: Phase | null;
  indicator: Indicator;
  value: bigint;
  qualifier: Qualifier;
  counterpart: Unit | null;
  /** Its place in the order of arrival. */
  arrival: number;
}
export interface Norm extends Stated {
  decidedOn: Day;
  per: string;
  withdrawn: boolean;
}
export interface Figure extends Stated {
  measure: Measure;
  coverage: 'OWN' | 'SUBTREE';
  asOf: Day;
  status: Status;
  derived: boolean;
  statedPercent: number | null;
  statedBasis: Measure | null;
  supersededBy: Figure | null;
  version: number;
  /** It was handed in, once; by whom, last. Those of an import were not. */
  submittedBy: string | null;
  /** It counts, or did. */
  counted: boolean;
  returnReason: string | null;
  endReason: string | null;
  warnings: string[];
  corrects: Figure | null;
  correctionReason: string | null;
}
export const STATUSES = ['DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED', 'SUPERSEDED', 'WITHDRAWN'] as const;
export type Status = (typeof STATUSES)[number];
/** Of what is on its way. */
export const isOpen = ({ status }: Figure): boolean => status === 'DRAFT' || status === 'SUBMITTED' || status === 'RETURNED';
/** Of which one counts at most, and one is on its way. */
export const isOfOneKey = (a: FigureKey, b: FigureKey): boolean =>
  a.unit === b.unit && a.campaign === b.campaign && a.phase === b.phase && a.indicator === b.indicator && a.measure === b.measure && a.coverage === b.coverage && a.asOf === b.asOf;
export type FigureKey = Pick<Figure, 'unit' | 'campaign' | 'phase' | 'indicator' | 'measure' | 'coverage' | 'asOf'>;

export const ROLES = ['PARTNER', 'VIEWER', 'ANALYST', 'REPORTER', 'APPROVER', 'CAMPAIGN_MANAGER', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];
export interface Grant {
  principal: string;
  role: Role;
  unit: Unit;
  from: Day;
  /** The last day on which it holds. */
  to: Day | null;
  revoked: boolean;
  /** Null: whoever owns the database. */
  grantedBy: string | null;
  revokedBy: string | null;
  /** Its place in the order of arrival. */
  arrival: number;
  version: number;
}
export interface ApiKey {
  keyId: string;
  name: string;
  unit: Unit;
  expiresOn: Day;
  revoked: boolean;
  createdBy: string | null;
  revokedBy: string | null;
  version: number;
}
export interface Publication extends Annotated {
  unit: Unit;
  campaign: Campaign;
  phase: Phase | null;
  indicator: Indicator;
  measure: Measure;
  asOf: Day;
  audience: 'PARTNER' | 'PUBLIC';
  value: bigint;
  qualifier: Qualifier;
  origin: 'STATED' | 'ADJUSTED' | 'SUMMED';
  complete: boolean;
  movedOn: Day;
  /** Withdrawn, or published anew. */
  ended: boolean;
  endReason: string | null;
  arrival: number;
  version: number;
}

export interface Source {
  code: string;
  kind: string;
  title: string;
  publisher: string | null;
  author: string | null;
  url: string | null;
  publishedOn: Day | null;
  publishedOnPrecision: string;
  note: string | null;
}
export interface Claim {
  code: string;
  source: Source;
  unit: Unit;
  campaign: Campaign | null;
  indicator: Indicator | null;
  statement: string;
  quote: string | null;
  locator: string | null;
  value: bigint | null;
  qualifier: Qualifier;
  unitOfMeasure: string | null;
  asOf: Day | null;
  asOfPrecision: string;
  derived: boolean;
  note: string | null;
  /** Codes of those that it contradicts, by its own word. */
  against: string[];
}
/** What can be shown outside its unit's scope. */
export interface Disclosable {
  of: 'AWARD' | 'WORK' | 'PRACTICE_MODEL' | 'INITIATIVE' | 'EVENT' | 'STATED_RANK';
  code: string;
  unit: Unit;
  campaign: Campaign | null;
  /** Whether outsiders may see it at all, as it is now. */
  ready(): boolean;
  /** Whether a caller sees it. */
  seen(sight: Sight): boolean;
}
export interface Disclosure {
  thing: Disclosable;
  /** The thing's, when it was disclosed. */
  campaign: Campaign | null;
  audience: 'PARTNER' | 'PUBLIC';
  withNames: boolean;
  source: string | null;
  note: string | null;
  ended: boolean;
  endReason: string | null;
  version: number;
  arrival: number;
}

export interface Region extends Annotated {
  code: string;
  name: string;
  nameEn: string | null;
  aliases: string[];
  members: Unit[];
}
export interface StatedRank extends Annotated {
  code: string;
  unit: Unit;
  campaign: Campaign;
  phase: Phase | null;
  indicator: Indicator | null;
  by: string | null;
  group: string;
  region: Region | null;
  cluster: Cluster | null;
  place: number;
  of: number | null;
  asOf: Day;
  version: number;
  /** Its place in the order of arrival. */
  arrival: number;
}
export interface AwardRecipient {
  kind: string;
  person: Person | null;
  /** The one said, else the person's. */
  unit: Unit | null;
  unitTold: boolean;
  /** As printed. */
  name: string | null;
  shown: string;
  directWorker: boolean | null;
}
export interface Award extends Annotated {
  code: string;
  unit: Unit;
  unitName: string;
  form: string;
  formVi: string;
  title: string | null;
  titleLevel: string | null;
  basis: string | null;
  achievement: string | null;
  issuers: { unit: Unit | null; name: string; level: string | null; body: string | null }[];
  campaign: Campaign | null;
  phase: Phase | null;
  periodKind: string | null;
  periodFrom: Day | null;
  periodTo: Day | null;
  count: number | null;
  qualifier: Qualifier;
  countByKind: { kind: string; count: number }[];
  batchSize: number | null;
  decisionNo: string | null;
  decidedOn: Day | null;
  decidedOnPrecision: string;
  presentedOn: Day | null;
  presentedOnPrecision: string;
  presentedBy: string | null;
  status: string;
  statusReason: string | null;
  includedIn: Award | null;
  maybeIncludedIn: Award | null;
  recipients: AwardRecipient[];
  nominatedBy: string | null;
  reviewedBy: string | null;
  decidedBy: string | null;
  version: number;
}

export interface Work extends Annotated {
  code: string;
  unit: Unit;
  kind: string;
  name: string;
  campaign: Campaign | null;
  congressTier: string | null;
  status: string;
  valueVnd: number | null;
  valueQualifier: Qualifier | null;
  registeredOn: Day | null;
  registeredOnPrecision: string;
  completedOn: Day | null;
  completedOnPrecision: string;
  plaquedOn: Day | null;
  plaquedOnPrecision: string;
  version: number;
}
export interface PracticeModel extends Annotated {
  code: string;
  unit: Unit;
  name: string;
  /** Its programme. */
  campaign: Campaign | null;
  sector: string | null;
  exemplary: boolean;
  status: string;
  startedOn: Day | null;
  startedOnPrecision: string;
  basisDocument: Document | null;
  version: number;
}
export interface Initiative extends Annotated {
  code: string;
  unit: Unit;
  title: string;
  kind: string | null;
  campaign: Campaign | null;
  phase: Phase | null;
  authors: Person[];
  summary: string | null;
  secret: boolean;
  description: string | null;
  benefitVnd: number | null;
  benefitQualifier: Qualifier | null;
  history: { stage: string; on: Day; reason: string | null }[];
  /** Null: an import did. */
  registeredBy: string | null;
  version: number;
  arrival: number;
}

export interface Round {
  campaign: Campaign;
  code: string;
  name: string;
  kind: string;
  phase: Phase | null;
  from: Day;
  to: Day;
  due: { level: string; on: Day }[];
  indicators: Indicator[];
  version: number;
  ended: boolean;
  /** Its place in the order of arrival. */
  arrival: number;
}

/** What was done to a unit. */
export interface AuditEntry {
  principal: string | null;
  action: string;
  unit: Unit;
  before: unknown;
  after: unknown;
  requestId: string | null;
  /** Its place in the order of arrival. */
  arrival: number;
}

/** A campaign, or a phase of it, and what is counted in it. */
export interface Card {
  campaign: Campaign;
  phase: Phase | null;
  indicator: Indicator;
}

const seriesName = ({ campaign, phase, indicator }: Card, measure: Measure): string => [campaign.code, phase?.code, indicator.code, measure].join('|');

type Fields = Record<string, unknown>;
const orNull = <T>(value: unknown): T | null => (value as T | undefined) ?? null;
const annotations = (record: Fields): Annotated => ({ source: orNull(record.source), note: orNull(record.note) });
const names = (record: Fields) => ({
  code: record.code as string,
  name: record.name as string,
  nameEn: orNull<string>(record.nameEn),
  ...annotations(record),
});
const period = (record: Fields) => ({
  startsOn: orNull<Day>(record.startsOn),
  startsOnPrecision: (record.startsOnPrecision as string | undefined) ?? 'DAY',
  endsOn: orNull<Day>(record.endsOn),
  endsOnPrecision: (record.endsOnPrecision as string | undefined) ?? 'DAY',
});
/** A date, and how much of it is known. */
const dated = <Field extends string>(field: Field, record: Fields) =>
  ({ [field]: orNull<Day>(record[field]), [`${field}Precision`]: (record[`${field}Precision`] as string | undefined) ?? 'DAY' }) as { [F in Field]: Day | null } & { [F in `${Field}Precision`]: string };

export class World {
  readonly units = new Map<string, Unit>();
  readonly campaigns = new Map<string, Campaign>();
  readonly indicators = new Map<string, Indicator>();
  readonly clusters = new Map<string, Cluster>();
  readonly persons: Person[] = [];
  readonly positions: Position[] = [];
  readonly contacts: Contact[] = [];
  readonly adoptions: Adoption[] = [];
  readonly rounds: Round[] = [];
  readonly counts: MemberCount[] = [];
  readonly norms: Norm[] = [];
  readonly figures: Figure[] = [];
  readonly grants: Grant[] = [];
  readonly audit: AuditEntry[] = [];
  readonly keys: ApiKey[] = [];
  readonly publications: Publication[] = [];
  readonly sources = new Map<string, Source>();
  readonly claims = new Map<string, Claim>();
  readonly regions = new Map<string, Region>();
  readonly statedRanks: StatedRank[] = [];
  readonly awards: Award[] = [];
  readonly works: Work[] = [];
  readonly models: PracticeModel[] = [];
  readonly initiatives: Initiative[] = [];
  /** Whoever adds a kind of thing that can be disclosed adds them here, too. */
  readonly disclosable: Disclosable[] = [];
  readonly disclosures: Disclosure[] = [];
  readonly papers: Papers;
  /** First answers of mutations, by principal and idempotencyKey. */
  readonly answers = new Map<string, { said: string; answer: Record<string, unknown> }>();
  /** What there was after each import but the last, with the moment; what came later, callers did. */
  readonly past: { at: string; world: World }[] = [];
  readonly tree: ReplayTree;
  readonly #replays = new Map<string, SeriesReplay | null>();

  /** Records in order of arrival: what corrects or withdraws a figure comes after it. */
  constructor(
    readonly records: readonly ExchangeRecord[],
    readonly today: Day,
  ) {
    const of = (...types: string[]): Fields[] => records.filter(({ type }) => types.includes(type));
    for (const record of of('orgUnit')) this.#addUnit(record);
    for (const record of of('orgUnit')) if (record.parent) this.#place(record.code, record.parent, record.validFrom);
    for (const record of of('placement')) this.#place(record.unit, record.parent, record.from);
    for (const record of of('closure')) {
      const unit = this.unit(record.unit);
      unit.closedOn = record.on as Day;
      if (!record.successor) continue;
      unit.successor = this.unit(record.successor);
      this.#place(record.unit, record.successor, record.on);
    }
    for (const { places } of this.units.values()) places.sort((a, b) => (a.from < b.from ? -1 : 1));
    for (const record of of('indicator')) this.#addIndicator(record);
    for (const record of of('indicator')) {
      const indicator = this.indicators.get(record.code as string)!;
      indicator.numerator = this.indicators.get(record.numerator as string) ?? null;
      indicator.denominator = this.indicators.get(record.denominator as string) ?? null;
    }
    for (const record of of('campaign')) this.#addCampaign(record);
    for (const record of of('campaign')) this.#relateCampaign(record);
    for (const record of of('adoption'))
      this.adoptions.push({
        unit: this.unit(record.unit), campaign: this.campaigns.get(record.campaign as string)!, adoptedOn: record.adoptedOn as Day, manner: record.manner as Adoption['manner'], version: 1, ended: false,
      });
    of('reportingRound').forEach((record, arrival) => {
      const campaign = this.campaigns.get(record.campaign as string)!;
      this.rounds.push({
        campaign, code: record.code as string, name: record.name as string, kind: record.kind as string, phase: campaign.phases.find(({ code }) => code === record.phase) ?? null,
        from: record.from as Day, to: record.to as Day, due: record.due as Round['due'], indicators: (record.indicators as string[]).map((code) => this.indicators.get(code)!),
        version: 1, ended: record.ended === true, arrival,
      });
    });
    for (const record of of('cluster'))
      this.clusters.set(record.code as string, {
        ...annotations(record),
        code: record.code as string,
        name: record.name as string,
        owner: this.unit(record.owner),
        kind: record.kind as string,
        year: record.year as number,
        leadUnit: record.leadUnit ? this.unit(record.leadUnit) : null,
        members: (record.members as string[]).map((code) => this.unit(code)),
        version: 1,
      });
    of('person').forEach((record, arrival) =>
      this.persons.push({ code: record.code as string, unit: this.unit(record.unit), name: record.name as string, nameAsPrinted: orNull(record.nameAsPrinted), ...annotations(record), version: 1, arrival }));
    of('position').forEach((record, arrival) =>
      this.positions.push({
        person: this.persons.find(({ code }) => code === record.person)!, unit: this.unit(record.unit), role: record.role as string, title: orNull(record.title),
        ...dated('from', record), ...dated('to', record), ...dated('statedOn', record), ...annotations(record), version: 1, arrival,
      }));
    for (const record of of('contact'))
      this.contacts.push({
        unit: this.unit(record.unit), address: orNull(record.address), phones: (record.phones as string[] | undefined) ?? [], fax: orNull(record.fax), email: orNull(record.email), website: orNull(record.website),
        ...annotations(record), version: 1,
      });
    for (const record of of('memberCount')) {
      const before = this.counts.findIndex((one) => one.unit.code === record.unit && one.of === record.of && one.asOf === record.asOf);
      if (before >= 0) this.counts.splice(before, 1);
      this.counts.push({
        unit: this.unit(record.unit),
        of: record.of as string,
        asOf: record.asOf as Day,
        value: scaled(record.value as number),
        qualifier: (record.qualifier as Qualifier | undefined) ?? 'EXACT',
        ...annotations(record),
      });
    }
    for (const record of of('source'))
      this.sources.set(record.code as string, {
        code: record.code as string, kind: record.kind as string, title: record.title as string, publisher: orNull(record.publisher), author: orNull(record.author), url: orNull(record.url),
        publishedOn: orNull<Day>(record.publishedOn), publishedOnPrecision: (record.publishedOnPrecision as string | undefined) ?? 'DAY', note: orNull(record.note),
      });
    for (const record of of('claim'))
      this.claims.set(record.code as string, {
        code: record.code as string, source: this.sources.get(record.source as string)!, unit: this.unit(record.unit), campaign: this.campaigns.get(record.campaign as string) ?? null,
        indicator: this.indicators.get(record.indicator as string) ?? null, statement: record.statement as string, quote: orNull(record.quote), locator: orNull(record.locator),
        value: record.value === undefined ? null : scaled(record.value as number), qualifier: (record.qualifier as Qualifier | undefined) ?? 'EXACT', unitOfMeasure: orNull(record.unitOfMeasure),
        asOf: orNull<Day>(record.asOf), asOfPrecision: (record.asOfPrecision as string | undefined) ?? 'DAY', derived: record.derived === true, note: orNull(record.note),
        against: (record.disagreesWith as string[] | undefined) ?? [],
      });
    for (const record of of('region')) this.regions.set(record.code as string, { ...names(record), aliases: (record.aliases as string[] | undefined) ?? [], members: (record.members as string[]).map((code) => this.unit(code)) });
    of('statedRank').forEach((record, arrival) => {
      const campaign = this.campaigns.get(record.campaign as string)!;
      this.addRank({
        code: record.code as string, unit: this.unit(record.unit), campaign, phase: campaign.phases.find(({ code }) => code === record.phase) ?? null, indicator: this.indicators.get(record.indicator as string) ?? null,
        by: orNull(record.by), group: record.group as string, region: this.regions.get(record.region as string) ?? null, cluster: this.clusters.get(record.cluster as string) ?? null, place: record.place as number, of: orNull(record.of), asOf: record.asOf as Day,
        ...annotations(record), version: 1, arrival,
      });
    });
    this.papers = new Papers(this, of);
    this.#addRegister(of);
    for (const record of of('award')) this.#addAward(record);
    for (const record of of('award')) {
      const award = this.awards.find(({ code }) => code === record.code)!;
      award.includedIn = this.awards.find(({ code }) => code === record.includedIn) ?? null;
      award.maybeIncludedIn = this.awards.find(({ code }) => code === record.maybeIncludedIn) ?? null;
    }
    of('disclosure').forEach((record, arrival) => {
      const thing = this.disclosable.find((one) => one.of === record.of && one.code === record.code)!;
      this.disclosures.push({
        thing, campaign: thing.campaign, audience: record.audience as Disclosure['audience'], withNames: record.withNames === true, ...annotations(record), ended: false, endReason: null, version: 1, arrival,
      });
    });
    of('result', 'target', 'withdrawal').forEach((record, arrival) => this.#arrive(record, arrival));
    this.tree = new ReplayTree(
      [...this.units.values()].map(({ code, level, validFrom, closedOn }) => ({
        id: code, level, validFrom: dayOf(validFrom), closedOn: closedOn === null ? null : dayOf(closedOn),
      })),
      [...this.units.values()].flatMap(({ code, places }) =>
        places.map(({ from, parent }, i) => ({
          unit: code, parent: parent.code, from: dayOf(from), to: places[i + 1] ? dayOf(places[i + 1]!.from) : null,
        })),
      ),
    );
  }

  #addRegister(of: (...types: string[]) => Fields[]): void {
    const campaign = (code: unknown): Campaign | null => this.campaigns.get(code as string) ?? null;
    const qualifier = (value: unknown, stated: unknown): Qualifier | null => (value === undefined ? null : ((stated as Qualifier | undefined) ?? 'EXACT'));
    for (const record of of('work'))
      this.works.push(this.madeWork({
        code: record.code as string, unit: this.unit(record.unit), kind: record.kind as string, name: record.name as string, campaign: campaign(record.campaign), congressTier: orNull(record.congressTier), status: record.status as string,
        valueVnd: orNull(record.valueVnd), valueQualifier: qualifier(record.valueVnd, record.valueQualifier), ...dated('registeredOn', record), ...dated('completedOn', record), ...dated('plaquedOn', record), ...annotations(record), version: 1,
      }));
    for (const record of of('practiceModel'))
      this.models.push(this.madeModel({
        code: record.code as string, unit: this.unit(record.unit), name: record.name as string, campaign: campaign(record.programme), sector: orNull(record.sector), exemplary: record.exemplary === true,
        status: (record.status as string | undefined) ?? 'RUNNING', ...dated('startedOn', record), basisDocument: this.papers.documents.get(record.basisDocument as string) ?? null, ...annotations(record), version: 1,
      }));
    of('initiative').forEach((record, arrival) => {
      const within = campaign(record.campaign);
      this.initiatives.push(this.madeInitiative({
        code: record.code as string, unit: this.unit(record.unit), title: record.title as string, kind: orNull(record.kind), campaign: within, phase: within?.phases.find(({ code }) => code === record.phase) ?? null,
        authors: ((record.authors as string[] | undefined) ?? []).map((code) => this.persons.find((person) => person.code === code)!), summary: orNull(record.summary), secret: record.secret === true, description: orNull(record.description),
        benefitVnd: orNull(record.benefitVnd), benefitQualifier: qualifier(record.benefitVnd, record.benefitQualifier),
        history: (record.stages as { stage: string; on: Day; reason?: string }[]).map(({ stage, on, reason }) => ({ stage, on, reason: reason ?? null })), registeredBy: null, ...annotations(record), version: 1, arrival,
      }));
    });
  }

  /** What was made can be shown outside its unit's scope, as what it is then. */
  madeWork(work: Work): Work {
    this.disclosable.push({ of: 'WORK', code: work.code, unit: work.unit, get campaign() { return work.campaign; }, ready: () => true, seen: (sight) => sight.work(work) });
    return work;
  }

  madeModel(model: PracticeModel): PracticeModel {
    this.disclosable.push({ of: 'PRACTICE_MODEL', code: model.code, unit: model.unit, get campaign() { return model.campaign; }, ready: () => true, seen: (sight) => sight.practiceModel(model) });
    return model;
  }

  madeInitiative(initiative: Initiative): Initiative {
    const ready = (): boolean => ['VALID', 'RECOGNISED', 'APPLIED'].includes(initiative.history.at(-1)!.stage);
    this.disclosable.push({ of: 'INITIATIVE', code: initiative.code, unit: initiative.unit, get campaign() { return initiative.campaign; }, ready, seen: (sight) => sight.initiative(initiative) });
    return initiative;
  }

  addRank(rank: StatedRank): void {
    this.statedRanks.push(rank);
    this.disclosable.push({ of: 'STATED_RANK', code: rank.code, unit: rank.unit, campaign: rank.campaign, ready: () => true, seen: (sight) => sight.statedRank(rank) });
  }

  addAward(award: Award): void {
    this.awards.push(award);
    this.disclosable.push({
      of: 'AWARD', code: award.code, unit: award.unit,
      get campaign() {
        return award.campaign;
      },
      ready: () => ['DECIDED', 'PRESENTED'].includes(award.status), seen: (sight) => sight.award(award),
    });
  }

  /** What there was at a moment; undefined: nothing yet. */
  asKnownAt(moment: string): World | undefined {
    const last = this.past.at(-1);
    return last === undefined || moment > last.at ? this : this.past.findLast(({ at }) => at <= moment)?.world;
  }

  unit(code: unknown): Unit {
    const unit = this.units.get(code as string);
    if (!unit) throw new Error(`no unit ${String(code)}`);
    return unit;
  }

  card(record: Fields): Card {
    const campaign = this.campaigns.get(record.campaign as string)!;
    return {
      campaign,
      phase: campaign.phases.find(({ code }) => code === record.phase) ?? null,
      indicator: this.indicators.get(record.indicator as string)!,
    };
  }

  /** The totals of a series; null where nothing was ever stated in it. */
  replay({ campaign, phase, indicator }: Card, measure: Measure): SeriesReplay | null {
    const name = seriesName({ campaign, phase, indicator }, measure);
    let replay = this.#replays.get(name);
    if (replay === undefined) {
      const figures = this.figures.filter(
        (figure) => figure.campaign === campaign && figure.phase === phase && figure.indicator.code === indicator.code && figure.measure === measure,
      );
      const current = figures.filter(({ status }) => status === 'APPROVED').map(
        ({ unit, coverage, asOf, value, qualifier }): ReplayFigure => ({ unit: unit.code, coverage, date: dayOf(asOf), value, qualifier }),
      );
      replay = figures.length > 0 ? replaySeries(this.tree, current, { flows: indicator.aggregation === 'SUM' }) : null;
      this.#replays.set(name, replay);
    }
    return replay;
  }

  /** What counts in a series has changed. */
  moved(card: Card, measure: Measure): void {
    this.#replays.delete(seriesName(card, measure));
  }

  /** Whether a campaign counts an indicator: it says so, or that of a ratio of which it is a part; or something was stated of it there. */
  counted(campaign: Campaign, indicator: Indicator): boolean {
    return (
      campaign.indicators.length === 0 ||
      campaign.indicators.some((one) => [one, one.numerator, one.denominator].includes(indicator)) ||
      this.figures.some((figure) => figure.campaign === campaign && figure.indicator === indicator)
    );
  }

  nextArrival(): number {
    return Math.max(-1, ...this.figures.map(({ arrival }) => arrival)) + 1;
  }

  parentOn(unit: Unit, day: Day): Unit | null {
    return unit.places.findLast(({ from }) => from <= day)?.parent ?? null;
  }

  /** The parent in today's tree; of a unit that has not begun, where it will begin. */
  parentToday(unit: Unit): Unit | null {
    return this.parentOn(unit, unit.validFrom > this.today ? unit.validFrom : this.today);
  }

  /** The unit itself and all above it in today's tree. */
  lineToday(unit: Unit): Unit[] {
    const parent = this.parentToday(unit);
    return parent ? [unit, ...this.lineToday(parent)] : [unit];
  }

  isBeneathToday(unit: Unit, top: Unit): boolean {
    return this.lineToday(unit).includes(top);
  }

  /** Whether the unit is the other, or stood beneath it on some day. */
  everBeneath(unit: Unit, top: Unit): boolean {
    const lineOn = (one: Unit | null, day: Day): Unit[] => (one === null ? [] : [one, ...lineOn(this.parentOn(one, day), day)]);
    return unit === top || [...this.units.values()].some(({ places }) => places.some(({ from }) => lineOn(unit, from).includes(top)));
  }

  isActive({ validFrom, closedOn }: Unit, day: Day): boolean {
    return validFrom <= day && (closedOn === null || day < closedOn);
  }

  #addUnit(record: Fields): void {
    this.units.set(record.code as string, {
      ...names(record),
      aliases: (record.aliases as string[] | undefined) ?? [],
      level: record.level as Level,
      kind: record.kind as string,
      sector: orNull(record.sector),
      ownership: orNull(record.ownership),
      validFrom: record.validFrom as Day,
      closedOn: null,
      successor: null,
      places: [],
    });
  }

  #place(unit: unknown, parent: unknown, from: unknown): void {
    this.unit(unit).places.push({ parent: this.unit(parent), from: from as Day });
  }

  #addIndicator(record: Fields): void {
    this.indicators.set(record.code as string, {
      ...names(record),
      unitOfMeasure: record.unitOfMeasure as string,
      aggregation: record.aggregation as Indicator['aggregation'],
      countingStage: orNull(record.countingStage),
      numerator: null,
      denominator: null,
    });
  }

  #addCampaign(record: Fields): void {
    const campaign: Campaign = {
      ...names(record),
      aliases: (record.aliases as string[] | undefined) ?? [],
      kind: record.campaignKind as string,
      cadence: orNull(record.cadence),
      launchingBody: orNull(record.launchingBody),
      sectors: ((record.sectors as string[] | undefined) ?? []).toSorted(),
      occasions: (record.occasions as string[] | undefined) ?? [],
      launchedBy: record.launchedBy ? this.unit(record.launchedBy) : null,
      externalLauncher: orNull(record.externalLauncher),
      launchedOn: orNull(record.launchedOn),
      status: (record.status as Campaign['status'] | undefined) ?? 'LAUNCHED',
      closedOn: orNull(record.closedOn),
      version: 1,
      ...period(record),
      theme: orNull(record.theme),
      objective: orNull(record.objective),
      content: orNull(record.content),
      measures: orNull(record.measures),
      audience: orNull(record.audience),
      publishesRanks: record.publishesRanks === true,
      implements: null,
      precededBy: null,
      linked: new Set(),
      phases: [],
      indicators: ((record.indicators as string[] | undefined) ?? []).map((code) => this.indicators.get(code)!),
    };
    for (const phase of (record.phases as Fields[] | undefined) ?? [])
      campaign.phases.push({
        campaign,
        code: phase.code as string,
        name: phase.name as string,
        kind: (phase.kind as string | undefined) ?? 'PHASE',
        theme: orNull(phase.theme),
        ...period(phase),
      });
    this.campaigns.set(campaign.code, campaign);
  }

  #addAward(record: Fields): void {
    const unit = this.unit(record.unit);
    const campaign = this.campaigns.get(record.campaign as string) ?? null;
    const countByKind = (record.countByKind as Award['countByKind'] | undefined) ?? [];
    this.addAward({
      code: record.code as string, unit, unitName: unit.name, form: record.form as string, formVi: (record.formVi as string | undefined) ?? formName(record.form as string)!, title: orNull(record.title), titleLevel: orNull(record.titleLevel),
      basis: orNull(record.basis), achievement: orNull(record.achievement), campaign, phase: campaign?.phases.find(({ code }) => code === record.phase) ?? null,
      issuers: (record.issuers as Fields[]).map(({ unit: code, name, body }) => {
        const giver = code === undefined ? null : this.unit(code);
        return { unit: giver, name: giver?.name ?? (name as string), level: giver?.level ?? null, body: orNull(body) };
      }),
      periodKind: orNull(record.periodKind), periodFrom: orNull(record.periodFrom), periodTo: orNull(record.periodTo), countByKind,
      count: (record.count as number | undefined) ?? (countByKind.length > 0 ? countByKind.reduce((sum, { count }) => sum + count, 0) : null), qualifier: (record.qualifier as Qualifier | undefined) ?? 'EXACT',
      batchSize: orNull(record.batchSize), decisionNo: orNull(record.decisionNo), ...dated('decidedOn', record), ...dated('presentedOn', record), presentedBy: orNull(record.presentedBy),
      status: (record.status as string | undefined) ?? 'DECIDED', statusReason: orNull(record.statusReason), includedIn: null, maybeIncludedIn: null,
      recipients: ((record.recipients as Fields[] | undefined) ?? []).map(({ kind, person: who, unit: where, name, directWorker }) => {
        const person = this.persons.find(({ code }) => code === who) ?? null;
        const place = where === undefined ? null : this.unit(where);
        return {
          kind: kind as string, person, unit: place ?? person?.unit ?? null, unitTold: place !== null, name: orNull(name), shown: (name as string | undefined) ?? person?.nameAsPrinted ?? person?.name ?? place!.name, directWorker: orNull(directWorker),
        };
      }),
      nominatedBy: null, reviewedBy: null, decidedBy: null, ...annotations(record), version: 1,
    });
  }

  #relateCampaign(record: Fields): void {
    const campaign = this.campaigns.get(record.code as string)!;
    campaign.implements = this.campaigns.get(record.implements as string) ?? null;
    campaign.precededBy = this.campaigns.get(record.precededBy as string) ?? null;
    for (const code of (record.linkedCampaigns as string[] | undefined) ?? []) {
      const other = this.campaigns.get(code)!;
      campaign.linked.add(other);
      other.linked.add(campaign);
    }
  }

  #arrive(record: Fields, arrival: number): void {
    const shared = { unit: this.unit(record.unit), ...this.card(record) };
    const date = (record.asOf ?? record.decidedOn) as Day;
    const isSame = (other: Card & { unit: Unit }) =>
      other.unit === shared.unit && other.campaign === shared.campaign && other.phase === shared.phase && other.indicator === shared.indicator;
    const stated = (): Stated => ({
      ...shared,
      value: scaled(record.value as number),
      qualifier: (record.qualifier as Qualifier | undefined) ?? 'EXACT',
      counterpart: record.counterpart ? this.unit(record.counterpart) : null,
      arrival,
      ...annotations(record),
    });
    if (record.basis === 'NORM') {
      const current = this.norms.find((norm) => isSame(norm) && norm.decidedOn === date && !norm.withdrawn);
      if (current) current.withdrawn = true;
      if (record.type !== 'withdrawal') this.norms.push({ ...stated(), decidedOn: date, per: record.per as string, withdrawn: false });
      return;
    }
    const measure = (record.basis ?? 'RESULT') as Measure;
    const coverage = (record.coverage ?? 'SUBTREE') as 'OWN' | 'SUBTREE';
    const current = this.figures.find(
      (figure) => isSame(figure) && figure.measure === measure && figure.coverage === coverage && figure.asOf === date && figure.status === 'APPROVED',
    );
    if (record.type === 'withdrawal') {
      Object.assign(current!, { status: 'WITHDRAWN', endReason: orNull(record.reason), version: current!.version + 1 });
      return;
    }
    const figure: Figure = {
      ...stated(),
      measure,
      coverage,
      asOf: date,
      status: 'APPROVED',
      derived: record.derived === true,
      statedPercent: orNull(record.statedPercent),
      statedBasis: orNull(record.statedBasis),
      supersededBy: null,
      version: 1,
      submittedBy: null,
      counted: true,
      returnReason: null,
      endReason: null,
      warnings: [],
      corrects: null,
      correctionReason: null,
    };
    if (current) Object.assign(current, { status: 'SUPERSEDED', supersededBy: figure, version: current.version + 1 });
    this.figures.push(figure);
  }
}
